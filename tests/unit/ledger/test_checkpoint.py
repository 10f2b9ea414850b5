"""Protects: a history is believed only on the word of its own log."""

from __future__ import annotations

import pytest

from showclear.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    open_checkpoint_of_any,
    parse_checkpoint,
    sign_checkpoint,
    size_of,
)
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import EMPTY_ROOT
from showclear.ledger.note import NoteCosigner, NoteSigner, sign_note

ROOT = bytes(range(32))
LOG = NoteSigner("set.example/unit-1", b"l" * 32)
OTHER = NoteSigner("set.example/unit-2", b"m" * 32)
WITNESSES = [
    NoteCosigner(f"w{number}.example", b"%d" % number * 32, timestamp=number)
    for number in range(1, 4)
]
KEYS = [one.key for one in WITNESSES]
POINT = Checkpoint(origin=LOG.name, size=3, root=ROOT)


def test_a_checkpoint_comes_back() -> None:
    opened = open_checkpoint(sign_checkpoint(POINT, LOG), LOG.key)

    assert POINT == opened.checkpoint
    assert LOG.key == opened.log
    assert () == opened.cosigned == opened.unknown


def test_the_example_of_the_specification_is_read() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    read = parse_checkpoint(text)

    assert ("example.com/behind-the-sofa", 20852163) == (read.origin, read.size)
    assert text == read.text()


def test_known_witnesses_are_told_and_unknown_ones_prove_nothing() -> None:
    raw = sign_checkpoint(POINT, LOG, cosigners=WITNESSES)

    opened = open_checkpoint(raw, LOG.key, witnesses=KEYS[:2])

    assert [(KEYS[0], 1), (KEYS[1], 2)] == [(one.key, one.timestamp) for one in opened.cosigned]
    assert ["w3.example"] == [one.name for one in opened.unknown]


def test_witnesses_cannot_speak_for_the_log() -> None:
    raw = sign_note(POINT.text(), WITNESSES)

    with pytest.raises(EvidenceError) as refused:
        open_checkpoint(raw, LOG.key, witnesses=KEYS)
    assert "log-not-signed" == refused.value.code


def test_a_log_speaks_for_its_own_name_only() -> None:
    raw = sign_note(POINT.text(), (OTHER,))

    for logs in ([OTHER.key], [OTHER.key, LOG.key]):
        with pytest.raises(EvidenceError) as refused:
            open_checkpoint_of_any(raw, logs=logs, witnesses=())
        assert "wrong-origin" == refused.value.code


def test_a_log_does_not_sign_for_another_name() -> None:
    with pytest.raises(MisuseError, match="cannot sign"):
        sign_checkpoint(POINT, OTHER)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(EvidenceError) as refused:
        open_checkpoint(sign_note(f"{LOG.name}\n", (LOG,)), LOG.key)
    assert "not-a-checkpoint" == refused.value.code


def test_keys_have_their_own_roles() -> None:
    raw = sign_checkpoint(POINT, LOG)

    with pytest.raises(MisuseError, match="log"):
        open_checkpoint(raw, KEYS[0])
    with pytest.raises(MisuseError, match="witness"):
        open_checkpoint(raw, LOG.key, witnesses=[OTHER.key])


def test_what_cannot_be_written_cannot_be_made() -> None:
    for wrong in (
        {"origin": ""},
        {"origin": "two\nlines"},
        {"size": -1},
        {"size": 2**63},
        {"size": 0},
        {"root": ROOT[:-1]},
        {"extensions": ("",)},
        {"extensions": ("a\nb",)},
    ):
        with pytest.raises(MisuseError):
            Checkpoint(**{"origin": "o", "size": 1, "root": ROOT, **wrong})  # type: ignore[arg-type]


def test_an_empty_log_has_the_root_of_nothing() -> None:
    point = Checkpoint(origin=LOG.name, size=0, root=EMPTY_ROOT)

    assert point == open_checkpoint(sign_checkpoint(point, LOG), LOG.key).checkpoint


def test_the_size_of_our_own_checkpoint_is_read_without_a_key() -> None:
    assert 3 == size_of(sign_checkpoint(POINT, LOG, cosigners=WITNESSES))
    for broken in (b"", b"\xff\n\n", b"o\n1\n\n", b"o\n1\nAA==\n\n"):
        with pytest.raises(EvidenceError):
            size_of(broken)

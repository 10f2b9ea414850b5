"""Protects: a note says who signed it, and nobody is believed who did not.

What a note and a key look like, and each form that is refused, is in
`tests/conformance/test_note_vectors.py`; here is what a caller can rely on.
"""

from __future__ import annotations

import pytest

from showclear.ledger.cosignature import (
    cosigned_at,
    cosigned_message,
    sign_cosignature,
    verify_cosignature,
)
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.note import (
    KeyType,
    NoteCosigner,
    NoteSignature,
    NoteSigner,
    VerifierKey,
    open_note,
    parse_verifier_key,
    sign_note,
)

TEXT = "What happened.\n\nTwice.\n"
ANNA = NoteSigner("anna.example", b"a" * 32)
BERT = NoteSigner("bert.example", b"b" * 32)
WITNESS = NoteCosigner("witness.example", b"w" * 32, timestamp=1_780_000_000)


def refusal(raw: bytes, *known: VerifierKey) -> str:
    with pytest.raises(EvidenceError) as refused:
        open_note(raw, known)
    return refused.value.code


def test_a_reader_sees_the_text_and_whom_they_know() -> None:
    opened = open_note(sign_note(TEXT, (ANNA, BERT)), [BERT.key])

    assert TEXT == opened.text
    assert ["bert.example"] == [one.name for one in opened.verified]
    assert ["anna.example"] == [one.name for one in opened.unknown]


def test_a_reader_who_knows_nobody_sees_nothing() -> None:
    assert "no-known-signature" == refusal(sign_note(TEXT, (ANNA,)))
    assert "no-known-signature" == refusal(sign_note(TEXT, (ANNA,)), BERT.key)


def test_one_forged_signature_spoils_the_good_ones() -> None:
    forged = NoteSignature(name=BERT.name, key_id=BERT.key.key_id, signature=bytes(64))
    raw = sign_note(TEXT, (ANNA,), existing=(forged,))

    assert "bad-signature" == refusal(raw, ANNA.key, BERT.key)
    assert TEXT == open_note(raw, [ANNA.key]).text


def test_a_second_signature_by_the_same_key_has_to_fit_too() -> None:
    raw = sign_note(TEXT, (ANNA,))
    forged = NoteSignature(name=ANNA.name, key_id=ANNA.key.key_id, signature=bytes(64))

    assert "bad-signature" == refusal(raw + f"{forged}\n".encode(), ANNA.key)


def test_a_witness_that_signed_twice_counts_once() -> None:
    later = NoteCosigner("witness.example", b"w" * 32, timestamp=WITNESS.timestamp + 60)
    once = open_note(sign_note(TEXT, (WITNESS,)), [WITNESS.key])
    line = sign_note(TEXT, (later,)).split(b"\n")[-2] + b"\n"

    twice = open_note(sign_note(TEXT, (WITNESS,)) + line, [WITNESS.key])

    assert once.verified == twice.verified


def test_a_further_signer_keeps_the_signatures_that_are_there() -> None:
    opened = open_note(sign_note(TEXT, (ANNA,)), [ANNA.key])

    raw = sign_note(TEXT, (BERT,), existing=opened.verified)

    assert sign_note(TEXT, (ANNA, BERT)) == raw


def test_a_signer_replaces_their_own_signature() -> None:
    old = NoteSignature(name=ANNA.name, key_id=ANNA.key.key_id, signature=bytes(64))

    assert sign_note(TEXT, (ANNA,)) == sign_note(TEXT, (ANNA,), existing=(old,))


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\r\n", "a\0\n", "\ud800\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(MisuseError):
        sign_note(text, (ANNA,))


def test_a_note_that_nobody_could_open_is_not_made() -> None:
    with pytest.raises(MisuseError, match="1 to 100"):
        sign_note(TEXT, ())
    with pytest.raises(MisuseError, match="1 to 100"):
        sign_note(TEXT, [NoteSigner(f"s{number}", b"a" * 32) for number in range(101)])
    with pytest.raises(MisuseError, match="16384"):
        sign_note("x" * 16_384 + "\n", (ANNA,))
    spaced = NoteSignature(name="a b", key_id=b"abcd", signature=b"x")
    with pytest.raises(MisuseError, match="1 to 100"):
        sign_note(TEXT, (ANNA,), existing=(spaced,))


def test_a_note_of_16_kib_opens() -> None:
    room = 16_384 - len(sign_note("\n", (ANNA,)))
    raw = sign_note("x" * room + "\n", (ANNA,))

    assert 16_384 == len(raw)
    assert open_note(raw, [ANNA.key])
    assert "note-too-large" == refusal(b"x" + raw, ANNA.key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2028b", "a\x00b", "\ud800"])
def test_a_name_that_no_note_can_hold_makes_no_key(name: str) -> None:
    with pytest.raises(MisuseError):
        NoteSigner(name, b"a" * 32)


def test_a_key_of_another_length_is_no_key() -> None:
    with pytest.raises(MisuseError, match="32 bytes"):
        VerifierKey(name="a", public=bytes(31))


def test_a_key_is_written_and_read() -> None:
    for key in (ANNA.key, WITNESS.key):
        assert key == parse_verifier_key(str(key))


def test_a_signer_does_not_show_its_seed() -> None:
    for signer in (ANNA, WITNESS):
        assert str(signer.key) in repr(signer)
        assert "6161616161" not in repr(signer)
        assert "7777777777" not in repr(signer)


def test_two_keys_under_one_label_are_a_mistake() -> None:
    twin = VerifierKey(name=ANNA.name, public=BERT.key.public)
    object.__setattr__(twin, "key_id", ANNA.key.key_id)

    with pytest.raises(MisuseError, match="two different keys"):
        open_note(sign_note(TEXT, (ANNA,)), [ANNA.key, twin])
    assert open_note(sign_note(TEXT, (ANNA,)), [ANNA.key, ANNA.key])


def test_a_line_is_by_a_key_when_name_and_id_are_both_its_own() -> None:
    own = NoteSignature(name=ANNA.name, key_id=ANNA.key.key_id, signature=b"x")
    other_name = NoteSignature(name="c.example", key_id=ANNA.key.key_id, signature=b"x")
    other_id = NoteSignature(name=ANNA.name, key_id=b"abcd", signature=b"x")

    assert own.is_by(ANNA.key)
    assert not other_name.is_by(ANNA.key)
    assert not other_id.is_by(ANNA.key)


def test_a_refused_line_is_named() -> None:
    raw = sign_note(TEXT, (ANNA,)) + b"- not a signature\n"

    with pytest.raises(EvidenceError) as refused:
        open_note(raw, [ANNA.key])

    assert "signature line 2" == refused.value.where


# Cosignatures.


def test_a_witness_signs_purpose_time_and_text() -> None:
    message = cosigned_message(b"text\n", timestamp=7)

    assert b"cosignature/v1\ntime 7\ntext\n" == message


def test_a_cosignature_fits_its_text_its_time_and_its_key() -> None:
    key, other = SigningKey(b"w" * 32), SigningKey(b"x" * 32)
    made = sign_cosignature(b"text\n", key=key, timestamp=7)
    moved = (8).to_bytes(8, "big") + made[8:]

    assert (72, 7) == (len(made), cosigned_at(made))
    assert verify_cosignature(made, b"text\n", public=key.public)
    assert not verify_cosignature(made, b"text \n", public=key.public)
    assert not verify_cosignature(moved, b"text\n", public=key.public)
    assert not verify_cosignature(made, b"text\n", public=other.public)
    assert not verify_cosignature(made[:-1], b"text\n", public=key.public)


@pytest.mark.parametrize("timestamp", [-1, 2**63])
def test_a_time_that_no_cosignature_can_carry_is_not_signed(timestamp: int) -> None:
    with pytest.raises(MisuseError, match="2\\*\\*63"):
        sign_cosignature(b"", key=SigningKey(b"w" * 32), timestamp=timestamp)


def test_the_last_time_that_a_cosignature_can_carry() -> None:
    key = SigningKey(b"w" * 32)
    made = sign_cosignature(b"text\n", key=key, timestamp=2**63 - 1)
    beyond = (2**63).to_bytes(8, "big") + key.sign(cosigned_message(b"text\n", timestamp=2**63))

    assert verify_cosignature(made, b"text\n", public=key.public)
    assert not verify_cosignature(beyond, b"text\n", public=key.public)
    with pytest.raises(EvidenceError, match="2\\*\\*63"):
        cosigned_at(beyond)


def test_a_witness_and_a_log_with_one_key_are_not_confused() -> None:
    log = NoteSigner("one.example", b"1" * 32)
    witness = NoteCosigner("one.example", b"1" * 32, timestamp=7)
    raw = sign_note(TEXT, (log, witness))

    assert KeyType.COSIGNATURE is witness.key.key_type
    assert log.key.key_id != witness.key.key_id
    assert 2 == len(open_note(raw, [log.key, witness.key]).verified)
    assert 1 == len(open_note(raw, [log.key]).verified)

"""Protects: trust is what the policy's author wrote, and nothing that was left out means yes."""

from __future__ import annotations

from itertools import combinations

import pytest

from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.note import NoteCosigner, NoteSigner
from showclear.ledger.policy import Policy, PolicyGroup, parse_policy

LOG = NoteSigner("set.example/unit-1", b"l" * 32)
SECOND = NoteSigner("set.example/unit-2", b"m" * 32)
NAMES = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
WITNESSES = {
    name: NoteCosigner(f"{name}.example", name.encode() * 16, timestamp=7) for name in NAMES
}
W = {name: f"witness {name} {one.key}\n" for name, one in WITNESSES.items()}
KEYS = f"log {LOG.key}\n" + "".join(W.values())
NESTED = KEYS + (
    "group X-witnesses 2 X1 X2 X3\n"
    "group Y-witnesses any Y1 Y2 Y3\n"
    "group X-and-Y all X-witnesses Y-witnesses\n"
    "quorum X-and-Y\n"
)
POINT = Checkpoint(origin=LOG.name, size=3, root=bytes(range(32)))


def policy(text: str) -> Policy:
    return parse_policy(text.encode())


def cosigned(*names: str) -> bytes:
    return sign_checkpoint(POINT, LOG, cosigners=[WITNESSES[name] for name in names])


def believed(trust: Policy, *names: str) -> bool:
    """Tell whether the policy believes the log with these witnesses."""
    try:
        trust.satisfied_by(cosigned(*names))
    except EvidenceError as refused:
        if refused.code != "quorum-not-met":
            raise
        return False
    return True


def test_the_quorum_of_the_specification_counts_every_subset_right() -> None:
    trust = policy(NESTED)
    for size in range(len(NAMES) + 1):
        for names in combinations(NAMES, size):
            of_x = sum(name.startswith("X") for name in names)
            expected = of_x >= 2 and size > of_x

            assert expected == believed(trust, *names), names


@pytest.mark.parametrize("threshold", [1, 2, 3])
def test_a_threshold_is_tried_under_on_and_over(threshold: int) -> None:
    trust = policy(KEYS + f"group g {threshold} X1 X2 X3\nquorum g\n")

    assert not believed(trust, *NAMES[: threshold - 1])
    assert believed(trust, *NAMES[:threshold])
    assert believed(trust, *NAMES[: threshold + 1])
    # Witnesses outside the group do not count.
    assert not believed(trust, *NAMES[: threshold - 1], "Y1", "Y2", "Y3")


def test_one_witness_can_be_the_quorum() -> None:
    trust = policy(KEYS + "quorum X2\n")

    assert believed(trust, "X2")
    assert not believed(trust, "X1", "X3")


def test_no_witness_is_asked_for_only_where_none_is_written() -> None:
    trust = policy(f"log {LOG.key}\nquorum none\n")

    opened = trust.satisfied_by(cosigned())

    assert POINT == opened.checkpoint
    with pytest.raises(EvidenceError, match="no quorum line"):
        policy(KEYS)


def test_the_witnesses_are_told_with_their_times() -> None:
    opened = policy(NESTED).satisfied_by(cosigned("X1", "Y2", "X3"))

    assert [("X1.example", 7), ("Y2.example", 7), ("X3.example", 7)] == [
        (one.key.name, one.timestamp) for one in opened.cosigned
    ]


def test_any_of_the_logs_is_believed_for_its_own_name() -> None:
    trust = policy(f"log {LOG.key} https://set.example/\nlog {SECOND.key}\nquorum none\n")

    for log in (LOG, SECOND):
        point = Checkpoint(origin=log.name, size=3, root=POINT.root)
        assert log.key == trust.satisfied_by(sign_checkpoint(point, log)).log


def test_a_policy_without_a_log_needs_one_from_its_reader() -> None:
    trust = policy("quorum none\n")

    with pytest.raises(EvidenceError) as refused:
        trust.satisfied_by(cosigned())
    assert "no-known-log" == refused.value.code
    assert POINT == trust.satisfied_by(cosigned(), log=LOG.key).checkpoint


def test_a_quorum_cannot_replace_the_log() -> None:
    trust = policy(f"log {SECOND.key}\n{W['X1']}quorum X1\n")

    with pytest.raises(EvidenceError) as refused:
        trust.satisfied_by(cosigned("X1"))
    assert "log-not-signed" == refused.value.code


def test_a_policy_is_written_and_read() -> None:
    text = f"log {LOG.key} https://set.example/log\n{W['X1']}{W['X2']}{W['X3']}"
    text += f"witness Y1 {WITNESSES['Y1'].key} https://y.example/\n"
    text += (
        "group all-of all X1\ngroup any-of any X2 X3\ngroup two 2 all-of any-of Y1\nquorum two\n"
    )

    assert text.encode() == policy(text).to_bytes()
    assert policy(NESTED) == parse_policy(policy(NESTED).to_bytes())


def test_tabs_spaces_comments_and_empty_lines_mean_nothing() -> None:
    text = f"# Trust\n\n \t\n  #\t{LOG.key}\n\tlog  \t{LOG.key}\t \n{W['X1']}\tquorum\tX1"

    assert policy(f"log {LOG.key}\n{W['X1']}quorum X1\n") == policy(text + "  \n")


def test_names_are_octets_and_not_letters() -> None:
    kelvin, letter, octets = "\u212a".encode(), b"K", b"\xff\x85"
    keys = [str(WITNESSES[name].key).encode() for name in NAMES[:3]]
    lines = [b"witness %b %b\n" % pair for pair in zip((kelvin, letter, octets), keys, strict=True)]
    raw = b"".join(lines) + b"quorum %b\n" % octets

    trust = parse_policy(raw)

    assert 3 == len({one.name for one in trust.witnesses})
    assert raw == trust.to_bytes()
    with pytest.raises(EvidenceError) as refused:
        trust.satisfied_by(cosigned("X1"), log=LOG.key)
    # The sentence can be printed whatever the name was.
    assert str(refused.value).encode()


X1 = W["X1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "last line is not ended"),
        ("quorum none", "last line is not ended"),
        ("\n", "no quorum line"),
        ("quorum none\nquorum none\n", "second quorum"),
        (X1 + "quorum X1\nquorum none\n", "second quorum"),
        ("quorum X1\n" + X1, "not defined before"),
        ("quorum X9\n", "not defined before"),
        ("quorum\n", "with its items"),
        ("quorum none X1\n", "with its items"),
        ("Quorum none\n", "with its items"),
        ("quorum\u00a0none\n", "with its items"),
        ("log\nquorum none\n", "with its items"),
        (f"log {LOG.key} a b\nquorum none\n", "with its items"),
        (f"log {WITNESSES['X1'].key}\nquorum none\n", "A log has a key of type 0x01"),
        (f"log {LOG.key}\nlog {LOG.key}\nquorum none\n", "same"),
        (
            f"log {LOG.key}\nlog {NoteSigner('other', b'l' * 32).key}\nquorum none\n",
            "same public key",
        ),
        ("witness X1\nquorum none\n", "with its items"),
        (f"witness X1 {LOG.key}\nquorum none\n", "A witness has a key of type 0x04"),
        (X1 + X1 + "quorum none\n", "same"),
        (
            X1 + f"witness X2 {NoteCosigner('other', b'X1' * 16, timestamp=0).key}\nquorum none\n",
            "same public key",
        ),
        (X1 + f"witness X1 {WITNESSES['X2'].key}\nquorum none\n", "already taken"),
        (f"witness none {WITNESSES['X1'].key}\nquorum none\n", "already taken"),
        (X1 + "group X1 any X1\nquorum none\n", "already taken"),
        (X1 + "group none any X1\nquorum none\n", "already taken"),
        (X1 + "group g any\nquorum none\n", "with its items"),
        (X1 + "group g any X1 X1\nquorum none\n", "more than once"),
        (X1 + "group g any X1\ngroup h any X1\nquorum none\n", "more than once"),
        (X1 + "group g any X1 X2\nquorum none\n", "not defined before"),
        (X1 + "group g any g\nquorum none\n", "not defined before"),
        (X1 + "group g any none\nquorum none\n", "not defined before"),
        (X1 + "group g 0 X1\nquorum none\n", "from 1 to"),
        (X1 + "group g 2 X1\nquorum none\n", "from 1 to"),
        (X1 + "group g 01 X1\nquorum none\n", "threshold"),
        (X1 + "group g most X1\nquorum none\n", "threshold"),
        (X1 + "group g -1 X1\nquorum none\n", "threshold"),
        ("quorum none\r\n", "control characters"),
        ("quorum none\n#\x7f\n", "control characters"),
        ("#\0\nquorum none\n", "control characters"),
        ("#" * 65_536 + "\nquorum none\n", "at most"),
    ],
)
def test_what_the_specification_does_not_allow_is_refused(text: str, says: str) -> None:
    with pytest.raises(EvidenceError, match=says):
        policy(text)


def test_a_refused_line_is_named() -> None:
    with pytest.raises(EvidenceError) as refused:
        policy(f"# Trust\n\nlog {LOG.key}x\nquorum none\n")

    assert ("line 3", "not-base64") == (refused.value.where, refused.value.code)


def test_keys_that_share_name_and_id_are_refused_when_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bytes of id can be forged in hours; a reader could not tell the two keys apart."""
    monkeypatch.setattr("showclear.ledger.note.key_id_of", lambda name, *, material: b"same")
    first = NoteSigner("one.example", b"1" * 32).key
    second = NoteSigner("one.example", b"2" * 32).key

    with pytest.raises(EvidenceError, match="same name and the same id"):
        policy(f"log {first}\nlog {second}\nquorum none\n")


def test_32_logs_witnesses_and_groups_are_read() -> None:
    logs = [NoteSigner(f"log-{number}", b"%032d" % number) for number in range(32)]
    seen = [
        NoteCosigner(f"w{number}", b"%032d" % (number + 32), timestamp=1) for number in range(32)
    ]
    text = "".join(f"log {one.key}\n" for one in logs)
    text += "".join(f"witness {one.name} {one.key}\n" for one in seen)
    text += "".join(f"group g{number} all w{number}\n" for number in range(31))
    text += "group all-of-them 31 w31 " + " ".join(f"g{number}" for number in range(31))
    trust = policy(text + "\nquorum all-of-them\n")
    point = Checkpoint(origin=logs[9].name, size=3, root=POINT.root)

    assert trust.satisfied_by(sign_checkpoint(point, logs[9], cosigners=seen[1:]))
    with pytest.raises(EvidenceError):
        trust.satisfied_by(sign_checkpoint(point, logs[9], cosigners=seen[2:]))


def test_a_policy_made_by_hand_is_written_as_it_is_read() -> None:
    made = Policy(groups=(PolicyGroup(name="g", threshold=1, members=("a",)),), quorum="g")

    assert b"group g all a\nquorum g\n" == made.to_bytes()


def test_a_readers_log_is_a_log() -> None:
    with pytest.raises(MisuseError, match="log"):
        policy("quorum none\n").satisfied_by(cosigned(), log=WITNESSES["X1"].key)

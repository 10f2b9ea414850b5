"""Protects: a receipt convinces its holder of the entry it was given for, and of no other."""

from __future__ import annotations

import base64

import pytest

from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.note import NoteSigner
from showclear.ledger.policy import parse_policy
from showclear.ledger.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof
from tests.unit.ledger.naive import mth, numbers, path

LOG = NoteSigner("set.example/unit-1", b"l" * 32)
POLICY = parse_policy(f"log {LOG.key}\nquorum none\n".encode())


def receipt(index: int, size: int, *, extra: bytes | None = None) -> bytes:
    entries = numbers(size)
    point = Checkpoint(origin=LOG.name, size=size, root=mth(entries))
    return TlogProof(
        index=index,
        proof=tuple(path(index, entries)),
        checkpoint=sign_checkpoint(point, LOG),
        extra=extra,
    ).to_bytes()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 20])
def test_each_entry_has_its_receipt(size: int) -> None:
    for index in range(size):
        shown = verify_tlog_proof(receipt(index, size), b"%d" % index, trust=LOG.key)

        assert (index, size) == (shown.index, shown.opened.checkpoint.size)


def test_a_receipt_is_for_one_entry_at_one_place() -> None:
    raw = receipt(4, 9)

    assert verify_tlog_proof(raw, b"4", trust=POLICY)
    for index, entry in ((4, b"5"), (5, b"4"), (5, b"5")):
        with pytest.raises(EvidenceError):
            verify_tlog_proof(raw.replace(b"index 4", b"index %d" % index), entry, trust=POLICY)


def test_a_hash_more_or_less_convinces_nobody() -> None:
    read = parse_tlog_proof(receipt(4, 9))
    for hashes in (read.proof[:-1], read.proof[1:], (*read.proof, bytes(32)), read.proof[::-1], ()):
        raw = TlogProof(index=4, proof=hashes, checkpoint=read.checkpoint).to_bytes()

        with pytest.raises(EvidenceError):
            verify_tlog_proof(raw, b"4", trust=POLICY)


def test_the_file_is_laid_out_line_by_line() -> None:
    raw = receipt(1, 2, extra=b"\x00\x01")
    point = Checkpoint(origin=LOG.name, size=2, root=mth(numbers(2)))
    sibling = base64.b64encode(leaf_hash(b"0"))

    expected = [b"c2sp.org/tlog-proof@v1", b"extra AAE=", b"index 1", sibling, b""]
    assert b"\n".join([*expected, sign_checkpoint(point, LOG)]) == raw


def test_extra_bytes_are_handed_on_and_change_nothing() -> None:
    shown = verify_tlog_proof(receipt(1, 2, extra=b"anything"), b"1", trust=LOG.key)

    assert b"anything" == shown.extra
    assert verify_tlog_proof(receipt(1, 2), b"1", trust=LOG.key).extra is None


def test_the_checkpoint_stands_there_as_it_was_signed() -> None:
    raw = receipt(1, 2)

    assert raw.endswith(parse_tlog_proof(raw).checkpoint)
    assert raw == parse_tlog_proof(raw).to_bytes()


def test_a_receipt_of_another_log_is_refused() -> None:
    with pytest.raises(EvidenceError) as refused:
        verify_tlog_proof(receipt(1, 2), b"1", trust=NoteSigner("other.example", b"o" * 32).key)
    assert "no-known-signature" == refused.value.code


def test_what_could_not_be_read_again_cannot_be_made() -> None:
    for wrong in (
        {"index": -1},
        {"index": 2**63},
        {"proof": (bytes(31),)},
        {"proof": (bytes(32),) * 64},
        {"checkpoint": b""},
        {"checkpoint": bytes(16_385)},
        {"extra": b""},
        {"extra": bytes(65_537)},
    ):
        with pytest.raises(MisuseError):
            TlogProof(**{"index": 0, "proof": (), "checkpoint": b"x", **wrong})  # type: ignore[arg-type]


def test_the_largest_receipt_is_read() -> None:
    whole = TlogProof(
        index=2**63 - 1,
        proof=(bytes(32),) * 63,
        checkpoint=bytes(16_384),
        extra=bytes(65_536),
    )

    assert whole == parse_tlog_proof(whole.to_bytes())


def test_a_receipt_larger_than_any_is_not_even_looked_at() -> None:
    with pytest.raises(EvidenceError, match="at most"):
        parse_tlog_proof(b"c2sp.org/tlog-proof@v1\n" + b"x" * 200_000)


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 600])
def test_receipts_written_at_once_are_the_same_to_the_byte(size: int) -> None:
    from showclear.ledger.merkle import leaf_hash
    from showclear.ledger.tlog_proof import receipt_bytes
    from showclear.ledger.tree import Tree

    tree = Tree(b"".join(leaf_hash(str(number).encode()) for number in range(size)))
    for index in {0, size // 2, size - 1}:
        proof = tree.inclusion(index)
        whole = TlogProof(index=index, proof=tuple(proof), checkpoint=b"a checkpoint\n")

        assert whole.to_bytes() == receipt_bytes(index, proof, checkpoint=b"a checkpoint\n")

"""How does somebody offline see that an entry is in a log?

* The proof is one text: a first line that names the format, extra bytes if there are any,
  the entry's index, the hashes from the leaf's sibling up to the root's child, an empty
  line, and the log's checkpoint exactly as it was signed.
* The extra bytes are signed by nobody. They are handed on and never believed.
* Verified in this order, each with its own refusal: the form, the checkpoint's signatures,
  the index against the tree's size, the path from the entry to the root.

Source: c2sp.org/tlog-proof; RFC 6962, section 2.1.1.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from showclear.ledger.checkpoint import OpenedCheckpoint, open_checkpoint
from showclear.ledger.encoding import NUMBER_MAX, decimal, decode_base64, encode_base64
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import HASH_SIZE, leaf_hash
from showclear.ledger.note import NOTE_BYTES_MAX, VerifierKey
from showclear.ledger.policy import Policy
from showclear.ledger.proofs import verify_inclusion

FIRST_LINE: Final = b"c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63
"""A tree of fewer than 2**63 entries is at most 63 hashes high."""
EXTRA_BYTES_MAX: Final = 64 * 1024
_PROOF_BYTES_MAX: Final = NOTE_BYTES_MAX + EXTRA_BYTES_MAX * 4 // 3 + 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """A receipt, read but not verified.

    Attributes:
        index: The entry's place in the log, from 0.
        proof: The hashes from the leaf's sibling to the root's child, 32 bytes each.
        checkpoint: The signed checkpoint, byte for byte.
        extra: Opaque bytes that nobody signed, 1 to 65,536 of them, or None.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Raise `MisuseError` for what could not be read again."""
        if not 0 <= self.index <= NUMBER_MAX:
            raise MisuseError(f"an index is from 0 to 2**63 - 1, not {self.index}")
        if len(self.proof) > HASHES_MAX or any(len(one) != HASH_SIZE for one in self.proof):
            raise MisuseError(f"a proof has at most {HASHES_MAX} hashes of {HASH_SIZE} bytes")
        if not 1 <= len(self.checkpoint) <= NOTE_BYTES_MAX:
            raise MisuseError("a proof carries a signed checkpoint")
        if self.extra is not None and not 1 <= len(self.extra) <= EXTRA_BYTES_MAX:
            raise MisuseError("extra bytes are left out, or from 1 to 65,536 bytes")

    def to_bytes(self) -> bytes:
        """Write the file, to be stored as `.tlog-proof`.

        Source: c2sp.org/tlog-proof, "Format".
        """
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append(b"extra " + encode_base64(self.extra).encode())
        lines.append(b"index %d" % self.index)
        lines.extend(encode_base64(one).encode() for one in self.proof)
        return b"\n".join((*lines, b"", self.checkpoint))


def receipt_bytes(index: int, proof: Iterable[bytes], *, checkpoint: bytes) -> bytes:
    """Write a receipt of our own making at once: the same bytes as `TlogProof.to_bytes`.

    For a writer that gives thousands a second, of hashes that it has just made itself.
    """
    hashes = b"".join([b2a_base64(one) for one in proof])
    return b"%s\nindex %d\n%s\n%s" % (FIRST_LINE, index, hashes, checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedProof:
    """What a receipt has shown: this entry stands at this place in a signed history.

    Attributes:
        index: The entry's place in the log, from 0.
        opened: The checkpoint, with who signed it.
        extra: Opaque bytes that nobody signed, or None.
    """

    index: int
    opened: OpenedCheckpoint
    extra: bytes | None


def parse_tlog_proof(raw: bytes) -> TlogProof:
    """Read a receipt. Neither its checkpoint nor its hashes are verified yet.

    Raises:
        EvidenceError: `not-a-proof` (another first line, no index, no empty line, too many
            hashes or too long), `not-decimal`, `not-base64`.

    Source: c2sp.org/tlog-proof, "Format".
    """
    if len(raw) > _PROOF_BYTES_MAX:
        raise EvidenceError("not-a-proof", f"A proof has at most {_PROOF_BYTES_MAX} bytes.")
    head, divider, checkpoint = raw.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    if first != FIRST_LINE:
        raise EvidenceError(
            "not-a-proof", "The first line does not name a tlog-proof of version 1."
        )
    if not divider or not 1 <= len(checkpoint) <= NOTE_BYTES_MAX:
        raise EvidenceError("not-a-proof", "No checkpoint follows after an empty line.")
    extra = None
    if lines and lines[0].startswith(b"extra "):
        extra = _parse_extra(lines.pop(0))
    if not lines or not lines[0].startswith(b"index "):
        raise EvidenceError("not-a-proof", "The line with the entry's index is missing.")
    index = decimal(lines[0].removeprefix(b"index "), what="The index")
    return TlogProof(
        index=index, proof=_parse_hashes(lines[1:]), checkpoint=checkpoint, extra=extra
    )


def verify_tlog_proof(raw: bytes, entry: bytes, *, trust: Policy | VerifierKey) -> VerifiedProof:
    """Return what a receipt shows about an entry, when all of it holds.

    Args:
        raw: The receipt exactly as received.
        entry: The entry's bytes as they stand in the log.
        trust: The log's key, or the policy that names logs and witnesses.

    Raises:
        EvidenceError: As `parse_tlog_proof`, `open_checkpoint` or `Policy.satisfied_by`;
            as `verify_inclusion`, when the path does not lead from this entry to the signed
            root.

    Source: c2sp.org/tlog-proof; RFC 6962, section 2.1.1.
    """
    receipt = parse_tlog_proof(raw)
    match trust:
        case Policy():
            opened = trust.satisfied_by(receipt.checkpoint)
        case VerifierKey():
            opened = open_checkpoint(receipt.checkpoint, trust)
    checkpoint = opened.checkpoint
    verify_inclusion(
        receipt.proof,
        index=receipt.index,
        size=checkpoint.size,
        leaf=leaf_hash(entry),
        root=checkpoint.root,
    )
    return VerifiedProof(index=receipt.index, opened=opened, extra=receipt.extra)


def _parse_extra(line: bytes) -> bytes:
    """Return the extra bytes of their line; none at all would have no line."""
    extra = decode_base64(line.removeprefix(b"extra "), what="The extra bytes")
    if not 1 <= len(extra) <= EXTRA_BYTES_MAX:
        raise EvidenceError("not-a-proof", "A line of extra bytes has from 1 to 65,536 of them.")
    return extra


def _parse_hashes(lines: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the hashes, one a line."""
    hashes = tuple(decode_base64(line, what="A hash of the proof") for line in lines)
    if len(hashes) > HASHES_MAX or any(len(one) != HASH_SIZE for one in hashes):
        raise EvidenceError(
            "not-a-proof", f"A proof has at most {HASHES_MAX} hashes of {HASH_SIZE} bytes."
        )
    return hashes

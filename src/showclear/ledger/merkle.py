"""Which one hash stands for these entries, in this order?

* A leaf is SHA-256 of `00` and the entry, a node SHA-256 of `01` and its two children:
  the first byte keeps an entry from being passed off as a node, or a node as an entry.
* A tree whose size is no power of two is split at the largest power of two below its
  size, so all of it stands on complete subtrees: one for each one-bit of its size.
* Those subtrees are the frontier. It is enough to go on appending and to say the root,
  and it is not enough to prove anything about an entry: `tree` and `tiles` are for that.

Source: RFC 6962 section 2.1 (Merkle hash trees); RFC 9162 section 2.1.1 says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from showclear.ledger.errors import EvidenceError, MisuseError

HASH_SIZE: Final = 32
"""Bytes in one hash."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash under which an entry stands in the tree, 32 bytes.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two hashes, 32 bytes. Their order counts."""
    return sha256(b"\x01" + left + right).digest()


def fold_roots(roots: Iterable[bytes]) -> bytes:
    """Return the root over complete subtrees that stand side by side, largest first.

    Args:
        roots: Their roots, from left to right; none at all is the empty tree.

    Source: RFC 6962 section 2.1: each split puts the largest complete subtree left.
    """
    backwards = iter(reversed(tuple(roots)))
    root = next(backwards, EMPTY_ROOT)
    for left in backwards:
        root = node_hash(left, root)
    return root


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: all that is needed to append to it and to say its root.

    Attributes:
        size: Number of entries, 0 or more.
        hashes: Roots of the complete subtrees, most significant bit of `size` first: as
            many as `size` has one-bits, each 32 bytes.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise MisuseError(f"{len(self.hashes)} hashes are no frontier of size {self.size}")
        if any(len(one) != HASH_SIZE for one in self.hashes):
            raise MisuseError(f"a hash of a frontier has {HASH_SIZE} bytes")

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> Frontier:
        """Read what `to_bytes` wrote for a tree of this size.

        Raises:
            EvidenceError: `frontier-size`: this is no size, or not that many hashes.
        """
        if size < 0:
            raise EvidenceError("frontier-size", f"A tree cannot have {size} entries.")
        expected = size.bit_count() * HASH_SIZE
        if len(raw) != expected:
            raise EvidenceError(
                "frontier-size",
                f"The frontier of a tree of {size} entries has {expected} bytes, not {len(raw)}.",
            )
        starts = range(0, expected, HASH_SIZE)
        return cls(size=size, hashes=tuple(bytes(raw[at : at + HASH_SIZE]) for at in starts))

    def to_bytes(self) -> bytes:
        """Return the hashes one after another. The size is not in it: keep it beside."""
        return b"".join(self.hashes)

    def add(self, leaf: bytes) -> Frontier:
        """Return the frontier after one more leaf hash; this one stays as it is."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the frontier after more leaf hashes, in their order.

        >>> Frontier().extend([leaf_hash(b"a"), leaf_hash(b"b")]).size
        2
        """
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            if len(leaf) != HASH_SIZE:
                raise MisuseError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}")
            # Each trailing one-bit is a complete subtree as large as what is in hand.
            carry, below = leaf, size
            while below & 1:
                carry = node_hash(hashes.pop(), carry)
                below >>= 1
            hashes.append(carry)
            size += 1
        return Frontier(size=size, hashes=tuple(hashes))

    def root(self) -> bytes:
        """Return the root of the whole tree, 32 bytes."""
        return fold_roots(self.hashes)

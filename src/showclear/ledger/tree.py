"""What does a running log need in memory to answer with a proof at once?

* Every complete node is kept, one bytearray for each level: 64 bytes an entry, so 2 MB
  for a show of 30,000 statements. A proof is then some slices and at most one edge to hash.
* Nodes are only added. A hash once given stays the same at every later size, so roots and
  proofs of each earlier size can be asked for as well.
* It is rebuilt from the stored leaf hashes at each start and is trusted for nothing: the
  journal compares the root with the checkpoint that was signed.
* One writer. Nothing here locks.

Source: RFC 6962 section 2.1.
"""

from __future__ import annotations

from hashlib import sha256

from showclear.ledger.errors import MisuseError
from showclear.ledger.merkle import HASH_SIZE, Frontier, node_hash
from showclear.ledger.proofs import (
    complete_subtrees,
    consistency_proof,
    tree_root,
)

_PAIR = 2 * HASH_SIZE


class Tree:
    """All complete nodes of a log, growing at its right edge.

    >>> from showclear.ledger.merkle import leaf_hash
    >>> tree = Tree()
    >>> tree.append(leaf_hash(b"first")), tree.append(leaf_hash(b"second"))
    (0, 1)
    >>> tree.inclusion(0) == [leaf_hash(b"second")]
    True
    """

    __slots__ = ("_edge_of", "_edges", "_levels", "_size")

    def __init__(self, raw_leaf_hashes: bytes = b"") -> None:
        """Start with these leaf hashes, one after another; see `extend`."""
        self._levels = [bytearray()]
        self._size = 0
        self._edge_of = -1
        self._edges: dict[int, bytes] = {}
        self.extend(raw_leaf_hashes)

    @property
    def size(self) -> int:
        """Number of entries."""
        return self._size

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash and return its index.

        Raises:
            MisuseError: It is not 32 bytes; nothing was added.
        """
        if len(leaf) != HASH_SIZE:
            raise MisuseError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}")
        index = self._size
        below = self._levels[0]
        below += leaf
        # Each trailing one-bit of the index is a level on which a pair just became whole.
        level, pairs = 0, index
        while pairs & 1:
            level += 1
            pairs >>= 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level]
            above += sha256(b"\x01" + below[-_PAIR:]).digest()
            below = above
        self._size = index + 1
        return index

    def extend(self, raw_leaf_hashes: bytes) -> None:
        """Add leaf hashes, one after another: 32 bytes each. A level at a time, so quick.

        Raises:
            MisuseError: The last one is cut; nothing was added.
        """
        if len(raw_leaf_hashes) % HASH_SIZE:
            raise MisuseError(f"{len(raw_leaf_hashes)} bytes are no whole leaf hashes")
        below = self._levels[0]
        below += raw_leaf_hashes
        level = 0
        while len(below) >= _PAIR:
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level]
            pairs = bytes(below[2 * len(above) : len(below) // _PAIR * _PAIR])
            above += b"".join(
                [
                    sha256(b"\x01" + pairs[at : at + _PAIR]).digest()
                    for at in range(0, len(pairs), _PAIR)
                ]
            )
            below = above
        self._size += len(raw_leaf_hashes) // HASH_SIZE

    def truncate(self, size: int) -> None:
        """Take back all entries from `size` on: what a commit that failed had added.

        Raises:
            MisuseError: The tree never had that size.
        """
        if not 0 <= size <= self._size:
            raise MisuseError(f"this tree has {self._size} entries and cannot go back to {size}")
        for level, nodes in enumerate(self._levels):
            del nodes[(size >> level) * HASH_SIZE :]
        self._size = size
        self._edge_of = -1

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of the complete subtree of `2**level` leaves number `index`.

        Raises:
            MisuseError: The tree does not hold that subtree, or not all of it yet.
        """
        return self.nodes(level, index, count=1)

    def nodes(self, level: int, first: int, *, count: int) -> bytes:
        """Return neighbouring hashes of one level in one piece, as a tile holds them.

        Raises:
            MisuseError: One of them is not complete, or the numbers are negative.
        """
        if level < 0 or first < 0 or count < 0 or first + count > self._size >> level:
            raise MisuseError(
                f"a tree of {self._size} has no {count} complete nodes from {first} at {level}"
            )
        if level >= len(self._levels):
            return b""
        return bytes(self._levels[level][first * HASH_SIZE : (first + count) * HASH_SIZE])

    def root(self, size: int | None = None) -> bytes:
        """Return the root now, or when the tree had `size` entries."""
        return tree_root(self._up_to(size), self.node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that entry `index` is in the tree now, or in its first `size`."""
        until = self._up_to(size)
        if not 0 <= index < until:
            raise MisuseError(f"a tree of {until} entries has no entry {index}")
        if self._edge_of != until:
            self._edge_of, self._edges = until, {}
        proof: list[bytes] = []
        begin, end = 0, until
        while end - begin > 1:
            level = (end - begin - 1).bit_length() - 1
            middle = begin + (1 << level)
            if index < middle:
                proof.append(self._right(middle, end))
                end = middle
            else:
                place = (begin >> level) * HASH_SIZE
                proof.append(bytes(self._levels[level][place : place + HASH_SIZE]))
                begin = middle
        proof.reverse()
        return proof

    def _right(self, begin: int, end: int) -> bytes:
        """The root of what stands right of a complete subtree: itself complete, or the edge.

        An edge is hashed once for every size: all receipts of one commit share it.
        """
        level = (end - begin).bit_length() - 1
        if end - begin == 1 << level:
            place = (begin >> level) * HASH_SIZE
            return bytes(self._levels[level][place : place + HASH_SIZE])
        found = self._edges.get(begin)
        if found is None:
            middle = begin + (1 << level)
            found = node_hash(self._right(begin, middle), self._right(middle, end))
            self._edges[begin] = found
        return found

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the first `old` entries begin the tree now, or at size `new`."""
        return consistency_proof(old, self._up_to(new), self.node)

    def frontier(self) -> Frontier:
        """Return what is stored to go on from here without the leaves."""
        subtrees = complete_subtrees(0, self._size)
        return Frontier(
            size=self._size, hashes=tuple(self.node(level, index) for level, index in subtrees)
        )

    def _up_to(self, size: int | None) -> int:
        if size is None:
            return self._size
        if not 0 <= size <= self._size:
            raise MisuseError(f"a tree of {self._size} entries never had {size}")
        return size

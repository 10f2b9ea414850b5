"""Is this entry in that tree, and is the old tree the beginning of the new one?

* The verifying half trusts nothing: indexes, sizes, hashes and roots may all be an
  attacker's. It returns nothing when all fits and raises `EvidenceError` when anything
  does not; there is no answer that could be taken for a yes by mistake.
* A proof has exactly the hashes that index and sizes call for. One too many is refused as
  one too few is: spare bytes in evidence are room for somebody's story.
* The making half needs only the hashes of complete subtrees, which never change as a log
  grows. Who holds them (memory, tiles, a database) is the caller's matter.
* Nothing here knows who signed a root. That is for checkpoints.

Source: RFC 9162 sections 2.1.3 and 2.1.4; the same proofs as RFC 6962 sections 2.1.1, 2.1.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import EMPTY_ROOT, HASH_SIZE, fold_roots, node_hash

NodeSource: TypeAlias = Callable[[int, int], bytes]
"""`node(level, index)`: the hash over leaves `index * 2**level` up to the next such number."""


def verify_inclusion(
    proof: Sequence[bytes], *, index: int, size: int, leaf: bytes, root: bytes
) -> None:
    """Return if the leaf stands at this index of the tree with this root.

    Args:
        proof: The hashes from the leaf's sibling upwards.
        index: The entry's number, from 0.
        size: Number of entries in the tree.
        leaf: The entry's leaf hash, 32 bytes.
        root: The tree's root, from a checkpoint whose signature was verified.

    Raises:
        EvidenceError: `index-outside-tree`, `hash-length`, `proof-too-long`,
            `proof-too-short` or `root-differs`.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise EvidenceError(
            "index-outside-tree", f"A tree of {size} entries has no entry of number {index}."
        )
    _require_hashes((leaf, root), what="leaf hash or root")
    _require_hashes(proof, what="proof's hash")
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _too_long(f"the inclusion of entry {index} in {size}")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            at, last = _up_to_a_right_child(at, last)
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise _too_short(f"the inclusion of entry {index} in {size}")
    if found != root:
        raise EvidenceError(
            "root-differs",
            f"Entry, number {index} and proof lead to another root than the tree of {size} has:"
            " this entry does not stand there.",
        )


def verify_consistency(
    proof: Sequence[bytes], *, old_size: int, old_root: bytes, new_size: int, new_root: bytes
) -> None:
    """Return if the old tree is the beginning of the new one: nothing changed, nothing lost.

    Equal sizes, and an old size of 0, take an empty proof.

    Raises:
        EvidenceError: `tree-shrank`, `hash-length`, `two-roots` (one size, two histories),
            `empty-root-differs`, `proof-too-long`, `proof-too-short`, `old-root-differs` or
            `root-differs`.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 0 <= old_size <= new_size:
        raise EvidenceError(
            "tree-shrank", f"A tree of {old_size} entries cannot grow into one of {new_size}."
        )
    _require_hashes((old_root, new_root), what="root")
    _require_hashes(proof, what="proof's hash")
    step = f"the step from {old_size} to {new_size} entries"
    if old_size in (0, new_size):
        _without_proof(old_size, old_root=old_root, new_size=new_size, new_root=new_root)
        if proof:
            raise _too_long(step)
        return
    old_found, new_found = _climb(proof, old_size=old_size, old_root=old_root, new_size=new_size)
    if old_found != old_root:
        raise EvidenceError(
            "old-root-differs",
            f"The proof of {step} does not hold the old tree: what stood there was changed.",
        )
    if new_found != new_root:
        raise EvidenceError(
            "root-differs",
            f"The proof of {step} leads to another root than the new tree has: the new tree"
            " does not continue the old one.",
        )


def inclusion_proof(index: int, size: int, node: NodeSource) -> list[bytes]:
    """Return the hashes that show entry `index` in the tree of `size`, sibling first.

    Raises:
        MisuseError: There is no such entry in a tree of that size.

    Source: RFC 9162 section 2.1.3.1, walked from the root down instead of recursively.
    """
    if not 0 <= index < size:
        raise MisuseError(f"a tree of {size} entries has no entry {index}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _left_size(end - begin)
        if index < middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(begin, middle, node))
            begin = middle
    proof.reverse()
    return proof


def consistency_proof(old_size: int, new_size: int, node: NodeSource) -> list[bytes]:
    """Return the hashes that show the tree of `old_size` in the tree of `new_size`.

    Raises:
        MisuseError: The old size is not from 0 to the new size.

    Source: RFC 9162 section 2.1.4.1; nothing has to be shown from 0, or to the same size.
    """
    if not 0 <= old_size <= new_size:
        raise MisuseError(f"no consistency from {old_size} to {new_size} entries")
    if old_size == 0:
        return []
    proof: list[bytes] = []
    begin, end = 0, new_size
    while old_size < end:
        middle = begin + _left_size(end - begin)
        if old_size <= middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(begin, middle, node))
            begin = middle
    if begin > 0:
        # Only a verifier whose old tree is one complete subtree has this hash already.
        proof.append(_range_root(begin, end, node))
    proof.reverse()
    return proof


def tree_root(size: int, node: NodeSource) -> bytes:
    """Return the root of the tree of the first `size` entries, 32 bytes."""
    if size < 0:
        raise MisuseError(f"a tree cannot have {size} entries")
    return _range_root(0, size, node)


def complete_subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield level and index of the complete subtrees over `begin` up to `end`, largest first.

    `begin` is 0, or where a split of RFC 6962 put the right part of a tree.

    >>> list(complete_subtrees(0, 6))
    [(2, 0), (1, 2)]
    """
    for level in reversed(range((end - begin).bit_length())):
        if (end - begin) >> level & 1:
            # The bits of the length above this one are the leaves already covered.
            covered = (end - begin) >> (level + 1) << (level + 1)
            yield level, (begin + covered) >> level


def _range_root(begin: int, end: int, node: NodeSource) -> bytes:
    return fold_roots(node(level, index) for level, index in complete_subtrees(begin, end))


def _left_size(size: int) -> int:
    """Return the largest power of two below a size of 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _up_to_a_right_child(at: int, last: int) -> tuple[int, int]:
    """Climb levels on which the node has no sibling: it is the last and a left child."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _climb(
    proof: Sequence[bytes], *, old_size: int, old_root: bytes, new_size: int
) -> tuple[bytes, bytes]:
    """Return the roots of both trees that the proof leads to; old_size is 1 to new_size - 1."""
    step = f"the step from {old_size} to {new_size} entries"
    hashes = iter(proof)
    # The root of a complete old tree starts the way, and is left out of the proof.
    start = old_root if old_size.bit_count() == 1 else next(hashes, None)
    if start is None:
        raise _too_short(step)
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = new_found = start
    for sibling in hashes:
        if last == 0:
            raise _too_long(step)
        if at & 1 or at == last:
            old_found = node_hash(sibling, old_found)
            new_found = node_hash(sibling, new_found)
            at, last = _up_to_a_right_child(at, last)
        else:
            new_found = node_hash(new_found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise _too_short(step)
    return old_found, new_found


def _without_proof(old_size: int, *, old_root: bytes, new_size: int, new_root: bytes) -> None:
    """Refuse roots that already contradict each other when no proof is needed."""
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise EvidenceError(
            "empty-root-differs", "A tree without entries has one root only, and this is another."
        )
    if old_size == new_size and old_root != new_root:
        raise EvidenceError(
            "two-roots",
            f"Two trees of {new_size} entries have different roots: there are two histories.",
        )


def _require_hashes(hashes: Sequence[bytes], *, what: str) -> None:
    for one in hashes:
        if len(one) != HASH_SIZE:
            raise EvidenceError("hash-length", f"A {what} has {HASH_SIZE} bytes, not {len(one)}.")


def _too_long(shown: str) -> EvidenceError:
    return EvidenceError("proof-too-long", f"The proof of {shown} has more hashes than it needs.")


def _too_short(shown: str) -> EvidenceError:
    return EvidenceError("proof-too-short", f"The proof of {shown} lacks hashes.")

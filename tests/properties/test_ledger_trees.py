"""Protects: no proof but the right one is taken, in a tree of whatever size.

Each case starts from a proof that verifies and spoils it in one way. Sizes are drawn near
powers of two too, because there the shape of a tree, and so of its proofs, changes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from showclear.ledger.errors import EvidenceError
from showclear.ledger.merkle import Frontier, leaf_hash
from showclear.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from showclear.ledger.tiles import (
    EntryBundleId,
    TileId,
    TileReader,
    parse_path,
    read_bundle,
    tile_bytes,
    tiles_between,
    tiles_of,
    write_bundle,
)
from showclear.ledger.tree import Tree
from tests.unit.ledger.naive import consistency, mth, numbers, path

SIZE_MAX = 2_200

SIZES = st.one_of(
    st.integers(1, 40),
    st.integers(1, SIZE_MAX),
    st.builds(
        lambda power, off: max(1, (1 << power) + off), st.integers(1, 11), st.integers(-1, 1)
    ),
)


@cache
def tree() -> Tree:
    return Tree(b"".join(map(leaf_hash, numbers(SIZE_MAX))))


def leaf(index: int) -> bytes:
    return leaf_hash(str(index).encode())


@st.composite
def places(draw: st.DrawFn, *, smallest: int = 1) -> tuple[int, int]:
    """An entry and a tree that has it."""
    size = draw(SIZES.filter(lambda drawn: drawn >= smallest))
    index = draw(st.one_of(st.integers(0, size - 1), st.sampled_from([0, size // 2, size - 1])))
    return index, size


@st.composite
def steps(draw: st.DrawFn) -> tuple[int, int]:
    """A tree and a larger one, neither empty."""
    new = draw(SIZES.filter(lambda drawn: drawn >= 2))
    powers = [1 << power for power in range(12) if 1 << power < new]
    old = draw(st.one_of(st.integers(1, new - 1), st.sampled_from([1, new - 1, *powers])))
    return old, new


@st.composite
def spoiled(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """The proof with one bit, one hash or one place changed: never the same as before."""
    ways = ["add"]
    if proof:
        ways += ["bit", "drop", "cut"]
    if len(proof) > 1:
        ways += ["swap", "reverse", "double"]
    changed = list(proof)
    way = draw(st.sampled_from(ways))
    at = draw(st.integers(0, max(0, len(proof) - 1)))
    if way == "add":
        extra = draw(st.sampled_from([*proof, bytes(32), leaf(0)]))
        changed.insert(draw(st.integers(0, len(proof))), extra)
    elif way == "bit":
        bit = draw(st.integers(0, 255))
        changed[at] = (int.from_bytes(changed[at], "big") ^ 1 << bit).to_bytes(32, "big")
    elif way == "drop":
        del changed[at]
    elif way == "cut":
        changed[at] = changed[at][:-1]
    elif way == "swap":
        other = draw(st.integers(0, len(proof) - 1).filter(lambda drawn: drawn != at))
        changed[at], changed[other] = changed[other], changed[at]
    elif way == "reverse":
        changed.reverse()
    else:
        changed[at] = changed[at - 1]
    assume(changed != proof)
    return changed


def refused(verify: Callable[[], None]) -> None:
    with pytest.raises(EvidenceError):
        verify()


def included(proof: list[bytes], *, index: int, size: int, of: int, entry: int) -> None:
    """Verify with the root and the leaf of what really is, and the index and size as claimed."""
    verify_inclusion(proof, index=index, size=size, leaf=leaf(entry), root=tree().root(of))


def continued(proof: list[bytes], *, old: int, new: int, roots: tuple[int, int]) -> None:
    old_root, new_root = (tree().root(size) for size in roots)
    verify_consistency(proof, old_size=old, old_root=old_root, new_size=new, new_root=new_root)


@given(places())
def test_every_entry_of_every_tree_can_be_shown(place: tuple[int, int]) -> None:
    index, size = place

    included(tree().inclusion(index, size), index=index, size=size, of=size, entry=index)


@given(steps())
def test_every_step_of_a_growing_log_can_be_shown(step: tuple[int, int]) -> None:
    old, new = step

    continued(tree().consistency(old, new), old=old, new=new, roots=step)


@settings(max_examples=25)
@given(places(), st.integers(0, SIZE_MAX))
def test_roots_and_proofs_are_those_of_the_definition(place: tuple[int, int], old: int) -> None:
    index, size = place
    entries = numbers(size)

    assert mth(entries) == tree().root(size)
    assert path(index, entries) == tree().inclusion(index, size)
    assert consistency(old % (size + 1), entries) == tree().consistency(old % (size + 1), size)


@given(st.data())
def test_a_spoiled_inclusion_proof_is_refused(drawn: st.DataObject) -> None:
    index, size = drawn.draw(places())
    proof = drawn.draw(spoiled(tree().inclusion(index, size)))

    refused(lambda: included(proof, index=index, size=size, of=size, entry=index))


@given(st.data())
def test_a_spoiled_consistency_proof_is_refused(drawn: st.DataObject) -> None:
    old, new = step = drawn.draw(steps())
    proof = drawn.draw(spoiled(tree().consistency(old, new)))

    refused(lambda: continued(proof, old=old, new=new, roots=step))


@given(places(smallest=2), st.integers(1, SIZE_MAX))
def test_an_entry_is_not_shown_at_another_index(place: tuple[int, int], off: int) -> None:
    index, size = place
    other = (index + 1 + off % (size - 1)) % size
    assert other != index
    proof = tree().inclusion(index, size)

    refused(lambda: included(proof, index=other, size=size, of=size, entry=index))
    refused(lambda: included(proof, index=index, size=size, of=size, entry=other))


@given(places(), SIZES)
def test_an_entry_is_not_shown_in_another_tree(place: tuple[int, int], other: int) -> None:
    index, size = place
    assume(other != size)

    proof = tree().inclusion(index, size)
    refused(lambda: included(proof, index=index, size=size, of=other, entry=index))


@given(places(), SIZES)
def test_a_claimed_size_of_the_tree_changes_the_shape_or_nothing(
    place: tuple[int, int], claimed: int
) -> None:
    """A proof does not bind the size by itself: a checkpoint does. It binds its shape.

    Where two sizes ask for the same steps up, RFC 9162 takes either; anything else is refused.
    """
    index, size = place
    assume(claimed != size)
    proof = tree().inclusion(index, size)

    if index < claimed and shape(index, claimed) == shape(index, size):
        included(proof, index=index, size=claimed, of=size, entry=index)
    else:
        refused(lambda: included(proof, index=index, size=claimed, of=size, entry=index))


def shape(index: int, size: int) -> list[str]:
    """On which side each sibling of an entry stands, from the bottom up: by the definition."""
    if size == 1:
        return []
    left = 1 << ((size - 1).bit_length() - 1)
    if index < left:
        return [*shape(index, left), "right"]
    return [*shape(index - left, size - left), "left"]


@given(steps(), SIZES)
def test_a_step_is_not_shown_between_other_trees(step: tuple[int, int], other: int) -> None:
    old, new = step
    proof = tree().consistency(old, new)

    if other != new:
        refused(lambda: continued(proof, old=old, new=new, roots=(old, other)))
        refused(lambda: continued(proof, old=old, new=other, roots=(old, other)))
    if other != old:
        refused(lambda: continued(proof, old=old, new=new, roots=(other, new)))
        refused(lambda: continued(proof, old=other, new=new, roots=(other, new)))


@given(SIZES, st.lists(st.integers(0, SIZE_MAX), max_size=4))
def test_a_frontier_carried_in_steps_says_the_same_root(size: int, stops: list[int]) -> None:
    leaves = [leaf(index) for index in range(size)]
    frontier = Frontier()
    for stop in [*sorted(at for at in stops if at < size), size]:
        frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
        frontier = frontier.extend(leaves[frontier.size : stop])

    assert tree().root(size) == frontier.root()


@settings(max_examples=25)
@given(st.lists(SIZES, min_size=1, max_size=4), st.data())
def test_a_folder_that_grew_proves_what_memory_proves(
    sizes: list[int], drawn: st.DataObject
) -> None:
    files: dict[str, bytes] = {}
    before = 0
    for size in sorted(sizes):
        for one in tiles_between(before, size):
            if isinstance(one, TileId):
                files[one.path()] = tile_bytes(one, tree().node)
        before = size
    node = TileReader(files.__getitem__, before).node
    size = drawn.draw(st.integers(1, before))
    index = drawn.draw(st.integers(0, size - 1))

    assert tree().root(size) == tree_root(size, node)
    assert tree().inclusion(index, size) == inclusion_proof(index, size, node)
    assert tree().consistency(index, size) == consistency_proof(index, size, node)


@given(st.integers(0, 1 << 20))
def test_the_bundles_of_a_log_hold_each_entry_once(size: int) -> None:
    bundles = [one for one in tiles_of(size) if isinstance(one, EntryBundleId)]

    assert list(range(len(bundles))) == [one.number for one in bundles]
    assert size == sum(one.width for one in bundles)
    assert all(one.width == 256 for one in bundles[:-1])


TILE_IDS = st.builds(
    TileId,
    level=st.integers(0, 63),
    number=st.one_of(st.integers(0, 2_000), st.integers(0, (1 << 56) - 1)),
    width=st.integers(1, 256),
)


@given(TILE_IDS)
def test_every_tile_has_one_path(tile: TileId) -> None:
    bundle = EntryBundleId(number=tile.number, width=tile.width)

    assert tile == parse_path(tile.path())
    assert bundle == parse_path(bundle.path())


@given(TILE_IDS, st.data())
def test_a_path_with_one_sign_changed_names_another_tile_or_none(
    tile: TileId, drawn: st.DataObject
) -> None:
    spelt = tile.path()
    at = drawn.draw(st.integers(0, len(spelt) - 1))
    sign = drawn.draw(st.sampled_from(["", *"0123456789x/.p\n "]))
    other = spelt[:at] + sign + spelt[at + 1 :]
    assume(other != spelt)

    try:
        found = parse_path(other)
    except EvidenceError:
        return
    assert other == found.path()
    assert found != tile


@given(st.text(alphabet="tile/nrs0123456789x.p", max_size=30))
def test_what_is_read_as_a_path_is_spelt_the_same(text: str) -> None:
    try:
        found = parse_path("tile/" + text)
    except EvidenceError:
        return
    assert "tile/" + text == found.path()


ENTRIES = st.lists(st.binary(max_size=40), min_size=1, max_size=8)


@given(ENTRIES)
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    assert entries == read_bundle(write_bundle(entries), count=len(entries))


@given(st.binary(max_size=40), st.integers(1, 4))
def test_bytes_that_read_as_a_bundle_are_that_bundle(raw: bytes, count: int) -> None:
    try:
        entries = read_bundle(raw, count=count)
    except EvidenceError:
        return
    assert raw == write_bundle(entries)
    assert count == len(entries)


@given(ENTRIES, st.data())
def test_a_cut_or_longer_bundle_is_refused(entries: list[bytes], drawn: st.DataObject) -> None:
    raw = write_bundle(entries)
    cut = raw[: drawn.draw(st.integers(0, len(raw) - 1))]
    longer = raw + drawn.draw(st.binary(min_size=1, max_size=5))

    for other in (cut, longer):
        with pytest.raises(EvidenceError):
            read_bundle(other, count=len(entries))

"""Protects: one list of entries has one root, the same that everybody else's program says."""

from __future__ import annotations

import pytest

from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from showclear.ledger.tree import Tree
from tests.unit.ledger.naive import CT_LEAVES, mth, numbers

ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def tree_of(entries: list[bytes]) -> Tree:
    return Tree(b"".join(leaf_hash(entry) for entry in entries))


def test_a_log_without_entries_has_the_root_that_all_know() -> None:
    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == EMPTY_ROOT.hex()
    assert EMPTY_ROOT == Frontier().root()
    assert EMPTY_ROOT == Tree().root()


def test_the_eight_certificate_transparency_leaves_have_the_published_root() -> None:
    frontier = Frontier().extend(leaf_hash(leaf) for leaf in CT_LEAVES)

    assert ROOT_OF_EIGHT == frontier.root().hex()
    assert ROOT_OF_EIGHT == tree_of(CT_LEAVES).root().hex()


def test_an_entry_cannot_be_passed_off_as_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right) != node_hash(left, right)


def test_the_order_of_two_entries_counts() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert node_hash(left, right) != node_hash(right, left)


@pytest.mark.parametrize("size", range(40))
def test_frontier_and_tree_say_the_root_of_the_definition(size: int) -> None:
    entries = numbers(size)

    assert mth(entries) == Frontier().extend(map(leaf_hash, entries)).root()
    assert mth(entries) == tree_of(entries).root()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 255, 256, 257, 1000])
def test_a_stored_frontier_goes_on_as_if_nothing_had_happened(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in numbers(size + 5)]
    before = Frontier().extend(leaves[:size])

    after = Frontier.from_bytes(size, before.to_bytes()).extend(leaves[size:])

    assert Frontier().extend(leaves) == after


def test_appending_to_a_frontier_leaves_the_old_one_as_it_was() -> None:
    old = Frontier().add(leaf_hash(b"0"))
    root = old.root()

    new = old.add(leaf_hash(b"1"))

    assert (1, root) == (old.size, old.root())
    assert 2 == new.size


@pytest.mark.parametrize(
    ("size", "length"), [(0, 32), (1, 0), (1, 31), (1, 33), (1, 64), (3, 32), (4, 64), (-1, 0)]
)
def test_a_frontier_of_another_size_is_refused(size: int, length: int) -> None:
    with pytest.raises(EvidenceError) as refused:
        Frontier.from_bytes(size, bytes(length))

    assert "frontier-size" == refused.value.code


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33), bytes(64)])
def test_what_is_no_hash_is_never_appended(leaf: bytes) -> None:
    tree = tree_of([b"one"])

    with pytest.raises(MisuseError):
        Frontier().add(leaf)
    with pytest.raises(MisuseError):
        tree.append(leaf)

    assert leaf_hash(b"one") == tree.root()


@pytest.mark.parametrize(
    ("size", "hashes"), [(1, ()), (0, (bytes(32),)), (3, (bytes(32),)), (1, (bytes(31),)), (-1, ())]
)
def test_a_frontier_that_cannot_be_is_never_made(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(MisuseError):
        Frontier(size=size, hashes=hashes)


@pytest.mark.parametrize("at_once", [1, 2, 3, 5, 64, 255, 256, 257])
def test_one_by_one_and_by_the_hundred_give_the_same_tree(at_once: int) -> None:
    leaves = [leaf_hash(entry) for entry in numbers(600)]
    tree = Tree()

    for at in range(0, 600, at_once):
        if at % 2:
            tree.extend(b"".join(leaves[at : at + at_once]))
        else:
            assert list(range(at, min(600, at + at_once))) == [
                tree.append(leaf) for leaf in leaves[at : at + at_once]
            ]

    whole = Tree(b"".join(leaves))
    assert whole.size == tree.size
    for level in range(10):
        count = 600 >> level
        assert whole.nodes(level, 0, count=count) == tree.nodes(level, 0, count=count)


def test_a_cut_leaf_hash_adds_nothing() -> None:
    tree = tree_of(numbers(5))
    root = tree.root()

    with pytest.raises(MisuseError):
        tree.extend(bytes(33))

    assert (5, root) == (tree.size, tree.root())


def test_a_tree_still_says_every_root_it_ever_had() -> None:
    tree = tree_of(numbers(70))

    assert [mth(numbers(size)) for size in range(71)] == [tree.root(size) for size in range(71)]


def test_a_trees_frontier_is_the_one_that_appending_made() -> None:
    for size in (0, 1, 5, 8, 255, 256, 257):
        leaves = [leaf_hash(entry) for entry in numbers(size)]

        assert Frontier().extend(leaves) == Tree(b"".join(leaves)).frontier()


@pytest.mark.parametrize(
    ("level", "index"), [(0, 5), (0, -1), (-1, 0), (1, 2), (2, 1), (3, 0), (9, 0), (500, 0)]
)
def test_a_node_that_is_not_whole_yet_is_never_given(level: int, index: int) -> None:
    with pytest.raises(MisuseError):
        tree_of(numbers(5)).node(level, index)


def test_a_tree_answers_for_no_size_it_has_not_reached() -> None:
    tree = tree_of(numbers(5))

    for ask in (lambda: tree.root(6), lambda: tree.root(-1), lambda: tree.inclusion(0, 6)):
        with pytest.raises(MisuseError):
            ask()
    with pytest.raises(MisuseError):
        tree.consistency(1, 6)

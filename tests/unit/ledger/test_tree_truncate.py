"""Protects: a commit that failed leaves nothing of itself in the tree."""

from __future__ import annotations

import pytest

from showclear.ledger.errors import MisuseError
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.tree import Tree

LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 599, 600])
def test_tree_that_took_entries_back_is_the_tree_before_them(size: int) -> None:
    tree, before = Tree(b"".join(LEAVES)), Tree(b"".join(LEAVES[:size]))

    tree.truncate(size)

    assert (before.size, before.root()) == (tree.size, tree.root())
    tree.extend(b"".join(LEAVES[size:]))
    assert Tree(b"".join(LEAVES)).root() == tree.root()


def test_tree_cannot_go_back_to_a_size_it_never_had() -> None:
    with pytest.raises(MisuseError, match="cannot go back to 2"):
        Tree(LEAVES[0]).truncate(2)

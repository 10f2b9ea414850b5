"""Protects: a proof shows what it says or is refused with a reason; nothing lies between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import EMPTY_ROOT, leaf_hash
from showclear.ledger.proofs import (
    complete_subtrees,
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from showclear.ledger.tree import Tree
from tests.unit.ledger.naive import CT_LEAVES, consistency, mth, numbers, path

ENTRIES = numbers(70)
TREE = Tree(b"".join(map(leaf_hash, ENTRIES)))


def refusal_of(verify: Callable[[], None]) -> str:
    with pytest.raises(EvidenceError) as refused:
        verify()
    assert refused.value.sentence.endswith(".")
    return refused.value.code


def inclusion_code(proof: list[bytes], index: int, size: int, **other: bytes) -> str:
    leaf = other.get("leaf", leaf_hash(str(index).encode()))
    root = other.get("root", TREE.root(min(max(size, 0), 70)))
    return refusal_of(lambda: verify_inclusion(proof, index=index, size=size, leaf=leaf, root=root))


def consistency_code(proof: list[bytes], old: int, new: int, **other: bytes) -> str:
    old_root = other.get("old_root", TREE.root(min(max(old, 0), 70)))
    new_root = other.get("new_root", TREE.root(min(max(new, 0), 70)))
    return refusal_of(
        lambda: verify_consistency(
            proof, old_size=old, old_root=old_root, new_size=new, new_root=new_root
        )
    )


@pytest.mark.parametrize("size", [*range(1, 20), 63, 64, 65, 70])
def test_every_entry_of_every_small_tree_is_shown_as_the_definition_does(size: int) -> None:
    root = mth(ENTRIES[:size])
    for index in range(size):
        proof = inclusion_proof(index, size, TREE.node)

        assert path(index, ENTRIES[:size]) == proof == TREE.inclusion(index, size)
        verify_inclusion(proof, index=index, size=size, leaf=leaf_hash(ENTRIES[index]), root=root)


@pytest.mark.parametrize("new", [*range(20), 63, 64, 65, 70])
def test_every_step_to_a_small_tree_is_shown_as_the_definition_does(new: int) -> None:
    for old in range(new + 1):
        proof = consistency_proof(old, new, TREE.node)

        assert consistency(old, ENTRIES[:new]) == proof == TREE.consistency(old, new)
        verify_consistency(
            proof,
            old_size=old,
            old_root=mth(ENTRIES[:old]),
            new_size=new,
            new_root=mth(ENTRIES[:new]),
        )


def test_the_root_can_be_said_from_the_complete_nodes_alone() -> None:
    assert [mth(ENTRIES[:size]) for size in range(71)] == [
        tree_root(size, TREE.node) for size in range(71)
    ]


def test_the_only_entry_of_a_tree_needs_no_hash() -> None:
    leaf = leaf_hash(b"0")

    verify_inclusion([], index=0, size=1, leaf=leaf, root=leaf)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, -1)])
def test_an_entry_outside_the_tree_is_refused(index: int, size: int) -> None:
    assert "index-outside-tree" == inclusion_code([], index, size)


def test_an_entry_that_was_changed_is_refused() -> None:
    proof = TREE.inclusion(3)

    assert "root-differs" == inclusion_code(proof, 3, 70, leaf=leaf_hash(b"three"))


def test_a_proof_for_a_neighbour_is_refused() -> None:
    assert "root-differs" == inclusion_code(TREE.inclusion(3), 2, 70)


def test_a_spare_hash_is_refused_though_the_rest_would_do() -> None:
    assert "proof-too-long" == inclusion_code([*TREE.inclusion(3), bytes(32)], 3, 70)
    assert "proof-too-long" == consistency_code([*TREE.consistency(3), bytes(32)], 3, 70)
    assert "proof-too-long" == consistency_code([bytes(32)], 70, 70)
    assert "proof-too-long" == consistency_code([bytes(32)], 0, 70)


def test_a_missing_hash_is_refused() -> None:
    assert "proof-too-short" == inclusion_code(TREE.inclusion(3)[:-1], 3, 70)
    assert "proof-too-short" == consistency_code(TREE.consistency(3)[:-1], 3, 70)
    assert "proof-too-short" == consistency_code([], 3, 70)
    assert "proof-too-short" == consistency_code([], 64, 70)


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33)])
def test_what_is_no_hash_is_refused_wherever_it_stands(wrong: bytes) -> None:
    proof = TREE.inclusion(3)

    assert "hash-length" == inclusion_code([wrong, *proof[1:]], 3, 70)
    assert "hash-length" == inclusion_code(proof, 3, 70, leaf=wrong)
    assert "hash-length" == inclusion_code(proof, 3, 70, root=wrong)
    assert "hash-length" == consistency_code([wrong], 3, 70)
    assert "hash-length" == consistency_code([], 3, 70, old_root=wrong)
    assert "hash-length" == consistency_code([], 3, 70, new_root=wrong)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (70, 0), (-1, 5)])
def test_a_log_that_became_shorter_is_refused(old: int, new: int) -> None:
    assert "tree-shrank" == consistency_code([], old, new)


def test_two_roots_for_one_size_are_two_histories() -> None:
    assert "two-roots" == consistency_code([], 70, 70, new_root=bytes(32))
    assert "two-roots" == consistency_code([], 0, 0, new_root=bytes(32))


def test_an_empty_log_has_no_other_root() -> None:
    verify_consistency([], old_size=0, old_root=EMPTY_ROOT, new_size=70, new_root=TREE.root())

    assert "empty-root-differs" == consistency_code([], 0, 70, old_root=bytes(32))
    assert "empty-root-differs" == consistency_code(
        [], 0, 0, old_root=bytes(32), new_root=bytes(32)
    )


@pytest.mark.parametrize("old", [1, 3, 64, 69])
def test_history_rewritten_before_the_old_root_is_noticed(old: int) -> None:
    """Whoever rewrote entry 0 has all the hashes of the new tree, and still cannot step to it."""
    rewritten = Tree(b"".join(map(leaf_hash, [b"another", *ENTRIES[1:]])))
    code = consistency_code(rewritten.consistency(old), old, 70, new_root=rewritten.root())

    # Of a complete old tree the verifier starts from the root it has: then the new one differs.
    assert ("root-differs" if old.bit_count() == 1 else "old-root-differs") == code


def test_an_old_root_that_never_was_is_noticed() -> None:
    assert "old-root-differs" == consistency_code(TREE.consistency(3), 3, 70, old_root=bytes(32))
    assert "root-differs" == consistency_code(TREE.consistency(64), 64, 70, old_root=bytes(32))


def test_a_new_root_that_does_not_continue_the_old_is_noticed() -> None:
    assert "root-differs" == consistency_code(TREE.consistency(3), 3, 70, new_root=bytes(32))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_certificate_transparency_leaves_are_shown(size: int) -> None:
    tree = Tree(b"".join(map(leaf_hash, CT_LEAVES)))
    for index in range(size):
        verify_inclusion(
            path(index, CT_LEAVES[:size]),
            index=index,
            size=size,
            leaf=leaf_hash(CT_LEAVES[index]),
            root=tree.root(size),
        )


def test_a_proof_of_a_log_beyond_any_size_still_ends() -> None:
    """An attacker may claim any size: the work is the length of the proof, not of the log."""
    leaf = leaf_hash(b"")

    assert "proof-too-short" == inclusion_code([leaf] * 20, 0, 1 << 2000)
    assert "proof-too-long" == inclusion_code([leaf] * 20_000, 0, 70)


def test_a_proof_for_what_is_not_there_is_never_made() -> None:
    for make in (
        lambda: inclusion_proof(5, 5, TREE.node),
        lambda: inclusion_proof(-1, 5, TREE.node),
        lambda: inclusion_proof(0, 0, TREE.node),
        lambda: consistency_proof(6, 5, TREE.node),
        lambda: consistency_proof(-1, 5, TREE.node),
    ):
        with pytest.raises(MisuseError):
            make()
    with pytest.raises(MisuseError):
        tree_root(-1, TREE.node)


def test_complete_subtrees_cover_a_tree_once_and_in_order() -> None:
    for size in range(200):
        covered = [
            leaf
            for level, index in complete_subtrees(0, size)
            for leaf in range(index << level, (index + 1) << level)
        ]

        assert list(range(size)) == covered

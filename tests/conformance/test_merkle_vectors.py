"""Protects: the numbers we give to others to test with, and our own agreement with them.

The file holds what everybody may compute for themselves. Here it is computed anew, with the
program and with RFC 6962's definition taken literally, and compared to the character.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from showclear.ledger.errors import EvidenceError
from showclear.ledger.merkle import EMPTY_ROOT, leaf_hash
from showclear.ledger.proofs import verify_consistency, verify_inclusion
from showclear.ledger.tiles import TileId, parse_path, read_bundle, tiles_of, write_bundle
from showclear.ledger.tree import Tree
from tests.unit.ledger.naive import CT_LEAVES, consistency, mth, numbers, path

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "ledger" / "merkle.json"

SIZES = [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000]
SHOWN = [
    (0, 1),
    (254, 255),
    (255, 256),
    (256, 257),
    (0, 65_537),
    (65_536, 65_537),
    (69_999, 70_000),
]
STEPS = [(1, 255), (255, 256), (256, 257), (257, 65_535), (65_536, 65_537), (257, 70_000)]
PATHS = [
    "tile/0/000",
    "tile/0/000.p/1",
    "tile/0/x001/x234/067",
    "tile/0/x001/x234/067.p/12",
    "tile/63/999.p/255",
    "tile/entries/x001/000",
    "tile/entries/273.p/112",
]
NO_PATHS = {
    "tile/0/0": "a group has three digits",
    "tile/0/1234067": "groups of three digits",
    "tile/0/001/234": "x before all groups but the last",
    "tile/0/x000/001": "no group of zeros in front",
    "tile/00/000": "no zero before the level",
    "tile/64/000": "levels end at 63",
    "tile/0/000.p/0": "an empty tile does not exist",
    "tile/0/000.p/01": "no zero before the width",
    "tile/0/000.p/256": "a full tile has no width",
    "tile/8/0/000": "no height",
    "tile/entries/000/": "nothing behind",
}
BUNDLES = [[b""], [b"a", b"", b"bc"], CT_LEAVES]
NO_BUNDLES = [
    ("", 1, "no entry"),
    ("00", 1, "half a length"),
    ("000161", 2, "one entry of two"),
    ("000261", 1, "one byte of two"),
    ("00016100", 1, "a byte after the last entry"),
    ("0001610000", 1, "an entry after the last entry"),
]


def hexes(hashes: list[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


@cache
def tree_of_numbers() -> Tree:
    return Tree(b"".join(map(leaf_hash, numbers(70_000))))


def ct() -> dict[str, Any]:
    tree = Tree(b"".join(map(leaf_hash, CT_LEAVES)))
    return {
        "entries": hexes(CT_LEAVES),
        "leaf_hashes": hexes([leaf_hash(entry) for entry in CT_LEAVES]),
        "roots": hexes([tree.root(size) for size in range(9)]),
        "inclusion": [
            {"index": index, "size": size, "proof": hexes(tree.inclusion(index, size))}
            for size in range(1, 9)
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "new": new, "proof": hexes(tree.consistency(old, new))}
            for new in range(9)
            for old in range(new + 1)
        ],
    }


def of_numbers() -> dict[str, Any]:
    tree = tree_of_numbers()
    return {
        "roots": {str(size): tree.root(size).hex() for size in SIZES},
        "inclusion": [
            {"index": index, "size": size, "proof": hexes(tree.inclusion(index, size))}
            for index, size in SHOWN
        ],
        "consistency": [
            {"old": old, "new": new, "proof": hexes(tree.consistency(old, new))}
            for old, new in STEPS
        ],
        "partial_tiles": {
            str(size): [one.path() for one in tiles_of(size) if one.width < 256] for size in SIZES
        },
    }


def tiles() -> dict[str, Any]:
    named = []
    for text in PATHS:
        one = parse_path(text)
        level = one.level if isinstance(one, TileId) else "entries"
        named.append({"path": text, "level": level, "number": one.number, "width": one.width})
    return {
        "paths": named,
        "refused_paths": [{"path": text, "why": why} for text, why in NO_PATHS.items()],
        "bundles": [
            {"entries": hexes(entries), "bundle": write_bundle(entries).hex()}
            for entries in BUNDLES
        ],
        "refused_bundles": [
            {"bundle": raw, "count": count, "why": why} for raw, count, why in NO_BUNDLES
        ],
    }


def written() -> str:
    """The whole file, as the program has it now."""
    whole = {
        "empty_root": EMPTY_ROOT.hex(),
        "certificate_transparency": ct(),
        "decimal_numbers": of_numbers(),
        "tiles": tiles(),
    }
    return json.dumps(whole, indent=1) + "\n"


@cache
def stored() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return read


def test_the_file_is_what_the_program_computes() -> None:
    assert VECTORS.read_text(encoding="utf-8") == written()


def test_the_roots_are_those_of_the_definition() -> None:
    of_ct, of_decimal = stored()["certificate_transparency"], stored()["decimal_numbers"]

    assert hexes([mth(CT_LEAVES[:size]) for size in range(9)]) == of_ct["roots"]
    assert {str(size): mth(numbers(size)).hex() for size in SIZES} == of_decimal["roots"]


def test_the_proofs_are_those_of_the_definition() -> None:
    of_ct, of_decimal = stored()["certificate_transparency"], stored()["decimal_numbers"]
    small = [257, 256, 255]

    for one in of_ct["inclusion"]:
        assert hexes(path(one["index"], CT_LEAVES[: one["size"]])) == one["proof"]
    for one in of_ct["consistency"]:
        assert hexes(consistency(one["old"], CT_LEAVES[: one["new"]])) == one["proof"]
    for one in of_decimal["inclusion"]:
        if one["size"] in small:
            assert hexes(path(one["index"], numbers(one["size"]))) == one["proof"]
    assert hexes(path(69_999, numbers(70_000))) == of_decimal["inclusion"][-1]["proof"]
    assert hexes(consistency(257, numbers(70_000))) == of_decimal["consistency"][-1]["proof"]


def test_what_the_design_and_the_public_logs_say_stands_in_the_file() -> None:
    roots = stored()["certificate_transparency"]["roots"]

    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == roots[0]
    assert "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" == roots[1]
    assert "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" == roots[8]
    # The specification of tiles counts these three for a log of 70,000.
    partial = stored()["decimal_numbers"]["partial_tiles"]["70000"]
    assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"} < set(partial)


def test_every_proof_of_the_file_verifies() -> None:
    for log, entries in (
        ("certificate_transparency", CT_LEAVES),
        ("decimal_numbers", numbers(70_000)),
    ):
        tree = Tree(b"".join(map(leaf_hash, entries)))
        for one in stored()[log]["inclusion"]:
            verify_inclusion(
                [bytes.fromhex(text) for text in one["proof"]],
                index=one["index"],
                size=one["size"],
                leaf=leaf_hash(entries[one["index"]]),
                root=tree.root(one["size"]),
            )
        for one in stored()[log]["consistency"]:
            verify_consistency(
                [bytes.fromhex(text) for text in one["proof"]],
                old_size=one["old"],
                old_root=tree.root(one["old"]),
                new_size=one["new"],
                new_root=tree.root(one["new"]),
            )


@pytest.mark.parametrize("text", NO_PATHS)
def test_a_path_that_the_file_refuses_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError):
        parse_path(text)


@pytest.mark.parametrize(("raw", "count", "why"), NO_BUNDLES)
def test_a_bundle_that_the_file_refuses_is_refused(raw: str, count: int, why: str) -> None:
    with pytest.raises(EvidenceError):
        read_bundle(bytes.fromhex(raw), count=count)

"""Protects: a log in a folder reads one way only, and whole: no spare byte, no second name."""

from __future__ import annotations

from itertools import pairwise

import pytest

from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.proofs import consistency_proof, inclusion_proof, tree_root
from showclear.ledger.tiles import (
    AnyTileId,
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
from tests.unit.ledger.naive import mth, numbers

PATHS: list[tuple[str, AnyTileId]] = [
    ("tile/0/000", TileId(level=0, number=0)),
    ("tile/0/000.p/1", TileId(level=0, number=0, width=1)),
    ("tile/0/999", TileId(level=0, number=999)),
    ("tile/0/x001/000", TileId(level=0, number=1000)),
    ("tile/0/x001/x234/067", TileId(level=0, number=1234067)),
    ("tile/0/x001/x234/067.p/12", TileId(level=0, number=1234067, width=12)),
    ("tile/63/000.p/255", TileId(level=63, number=0, width=255)),
    ("tile/10/x010/001", TileId(level=10, number=10001)),
    ("tile/entries/x001/x234/067", EntryBundleId(number=1234067)),
    ("tile/entries/273.p/112", EntryBundleId(number=273, width=112)),
    ("tile/0/x072/x057/x594/x037/x927/935", TileId(level=0, number=(1 << 56) - 1)),
]

NOT_PATHS = [
    "",
    "checkpoint",
    "tile",
    "tile/0",
    "tile/0/",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000\n",
    "tile/0/000.p",
    "tile/0/000.p/",
    "tile/0/000.p/0",
    "tile/0/000.p/00",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/999",
    "tile/0/000.p/1000",
    "tile/0/000.p/-1",
    "tile/0/000.p/+1",
    "tile/0/000.p/1 ",
    "tile/0/000.p/1.p/1",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/1234067",
    "tile/0/001/234/067",
    "tile/0/x001/x234/x067",
    "tile/0/x001",
    "tile/0/x000/001",
    "tile/0/x000/x001/234",
    "tile/0/X001/234",
    "tile/0/x01/234",
    "tile/0/x0001/234",
    "tile/0/x001//234",
    "tile/0/x001/../234",
    "tile/0/x072/x057/x594/x037/x927/936",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/0/x001/x000/x000/x000/x000/x000/000",
    "tile/0/" + "x999/" * 5000 + "999",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/99/000",
    "tile/100/000",
    "tile/-1/000",
    "tile/+1/000",
    "tile/ 1/000",
    "tile/8/0/000",
    "tile/data/000",
    "tile/Entries/000",
    "tile/entries/0/000",
    "tile/\u0661/000",
    "tile/0/\uff10\uff10\uff10",
    "tile/0/000.p/\u0661",
]


@pytest.mark.parametrize(("path", "named"), PATHS)
def test_a_path_says_which_tile_and_a_tile_says_its_path(path: str, named: AnyTileId) -> None:
    assert path == named.path()
    assert named == parse_path(path)


@pytest.mark.parametrize("path", NOT_PATHS)
def test_a_second_spelling_is_no_path(path: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        parse_path(path)

    assert "tile-path" == refused.value.code
    assert refused.value.where is not None
    assert len(refused.value.where) <= 200


@pytest.mark.parametrize(
    ("level", "number", "width"),
    [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 1 << 56, 1), (0, 0, 0), (0, 0, 257), (0, 0, -1)],
)
def test_a_tile_that_cannot_be_is_never_named(level: int, number: int, width: int) -> None:
    with pytest.raises(MisuseError):
        TileId(level=level, number=number, width=width)


def paths(old: int, new: int) -> list[str]:
    return [one.path() for one in tiles_between(old, new)]


def test_a_log_of_70_000_lies_in_the_tiles_that_the_specification_counts() -> None:
    of_it = list(tiles_of(70_000))
    hashes = [one for one in of_it if isinstance(one, TileId)]
    bundles = [one for one in of_it if isinstance(one, EntryBundleId)]

    assert [(0, 273), (1, 1), (2, 0)] == [
        (level, sum(one.level == level and one.width == 256 for one in hashes))
        for level in range(3)
    ]
    assert ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"] == [
        one.path() for one in hashes if one.width < 256
    ]
    assert 274 == len(bundles)
    assert "tile/entries/273.p/112" == bundles[-1].path()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (0, 0, []),
        (9, 9, []),
        (256, 256, []),
        (0, 1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (1, 255, ["tile/entries/000.p/255", "tile/0/000.p/255"]),
        (255, 256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (256, 257, ["tile/entries/001.p/1", "tile/0/001.p/1"]),
        (
            255,
            257,
            [
                "tile/entries/000",
                "tile/entries/001.p/1",
                "tile/0/000",
                "tile/0/001.p/1",
                "tile/1/000.p/1",
            ],
        ),
        (
            65_535,
            65_536,
            ["tile/entries/255", "tile/0/255", "tile/1/000", "tile/2/000.p/1"],
        ),
        (65_536, 65_537, ["tile/entries/256.p/1", "tile/0/256.p/1"]),
    ],
)
def test_a_growing_log_writes_what_changed(old: int, new: int, expected: list[str]) -> None:
    assert expected == paths(old, new)


def test_a_log_grown_in_steps_has_every_file_of_one_grown_at_once() -> None:
    sizes = [0, 1, 200, 255, 256, 300, 511, 512, 700, 65_536, 66_000]
    in_steps = {path for old, new in pairwise(sizes) for path in paths(old, new)}

    assert set() == {one.path() for one in tiles_of(66_000)} - in_steps


def test_a_log_never_shrinks_into_its_tiles() -> None:
    with pytest.raises(MisuseError):
        list(tiles_between(2, 1))
    with pytest.raises(MisuseError):
        list(tiles_of(-1))


@pytest.mark.parametrize(
    "entries",
    [[b""], [b"a"], [b"", b""], [b"a", b"", b"bc"], [bytes(65_535)], [b"x"] * 256],
    ids=["empty", "one", "two-empty", "mixed", "largest", "full"],
)
def test_a_bundle_gives_back_what_was_put_in(entries: list[bytes]) -> None:
    assert entries == read_bundle(write_bundle(entries), count=len(entries))


def test_a_bundle_is_lengths_in_two_bytes_and_entries() -> None:
    assert bytes.fromhex("0001 61 0000 0002 6263") == write_bundle([b"a", b"", b"bc"])


def test_every_cut_of_a_bundle_is_noticed() -> None:
    raw = write_bundle([b"first", b"", b"third"])

    for length in range(len(raw)):
        with pytest.raises(EvidenceError) as refused:
            read_bundle(raw[:length], count=3)
        assert "bundle-truncated" == refused.value.code


@pytest.mark.parametrize("spare", [b"\x00", b"\x00\x00", b"\x00\x01x", b"\n"])
def test_spare_bytes_after_the_last_entry_are_noticed(spare: bytes) -> None:
    """Also when they would read as one more entry: how many there are is known beforehand."""
    with pytest.raises(EvidenceError) as refused:
        read_bundle(write_bundle([b"first", b"second"]) + spare, count=2)

    assert "bundle-surplus" == refused.value.code


def test_a_bundle_with_another_count_is_refused() -> None:
    raw = write_bundle([b"first", b"second"])

    with pytest.raises(EvidenceError, match="after its 1 entries"):
        read_bundle(raw, count=1)
    with pytest.raises(EvidenceError, match="ends within its entry 2"):
        read_bundle(raw, count=3)


@pytest.mark.parametrize("entries", [[], [b"x"] * 257, [bytes(65_536)]], ids=["none", "257", "big"])
def test_a_bundle_that_cannot_be_is_never_written(entries: list[bytes]) -> None:
    with pytest.raises(MisuseError):
        write_bundle(entries)


@pytest.mark.parametrize("count", [0, 257, -1])
def test_a_bundle_that_cannot_be_is_never_read(count: int) -> None:
    with pytest.raises(MisuseError):
        read_bundle(b"", count=count)


def folder_of(size: int) -> tuple[Tree, dict[str, bytes]]:
    tree = Tree(b"".join(map(leaf_hash, numbers(size))))
    tiles = [one for one in tiles_of(size) if isinstance(one, TileId)]
    return tree, {tile.path(): tile_bytes(tile, tree.node) for tile in tiles}


def test_a_tile_is_its_hashes_one_after_another() -> None:
    tree, files = folder_of(300)

    assert tree.nodes(0, 256, count=44) == files["tile/0/001.p/44"]
    assert mth(numbers(256)) == files["tile/1/000.p/1"]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700])
def test_a_folder_of_tiles_proves_what_the_running_log_proves(size: int) -> None:
    tree, files = folder_of(size)
    node = TileReader(files.__getitem__, size).node

    assert tree.root() == tree_root(size, node)
    for index in {0, 1, 127, 128, 254, 255, 256, size // 2, size - 1} & set(range(size)):
        assert tree.inclusion(index) == inclusion_proof(index, size, node)
        assert tree.consistency(index) == consistency_proof(index, size, node)
        assert tree.inclusion(0, index + 1) == inclusion_proof(0, index + 1, node)


def test_a_large_folder_is_read_by_few_tiles() -> None:
    tree, files = folder_of(66_000)
    opened: list[str] = []

    def read(path: str) -> bytes:
        opened.append(path)
        return files[path]

    node = TileReader(read, 66_000).node

    assert tree.inclusion(12_345) == inclusion_proof(12_345, 66_000, node)
    assert tree.consistency(300) == consistency_proof(300, 66_000, node)
    assert len(opened) == len(set(opened)) <= 7


def test_a_reader_forgets_tiles_and_reads_them_again() -> None:
    tree, files = folder_of(66_000)
    reader = TileReader(files.__getitem__, 66_000)

    for _ in range(2):
        assert [tree.node(0, index) for index in range(0, 66_000, 256)] == [
            reader.node(0, index) for index in range(0, 66_000, 256)
        ]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
@pytest.mark.parametrize("change", ["cut", "longer", "empty", "one hash more"])
def test_a_tile_of_another_length_is_refused_by_name(path: str, change: str) -> None:
    _, files = folder_of(300)
    raw = files[path]
    files[path] = {
        "cut": raw[:-1],
        "longer": raw + b"\n",
        "empty": b"",
        "one hash more": raw + bytes(32),
    }[change]
    tile = parse_path(path)
    assert isinstance(tile, TileId)

    with pytest.raises(EvidenceError) as refused:
        TileReader(files.__getitem__, 300).node(8 * tile.level, 256 * tile.number)

    assert ("tile-length", path) == (refused.value.code, refused.value.where)


@pytest.mark.parametrize("place", [(0, 300), (0, -1), (-1, 0), (8, 1), (9, 0), (16, 0), (600, 0)])
def test_a_node_that_the_log_does_not_hold_is_never_read(place: tuple[int, int]) -> None:
    reader = TileReader(lambda path: pytest.fail(f"read {path}"), 300)

    with pytest.raises(MisuseError):
        reader.node(*place)


def test_a_reader_of_no_size_is_never_made() -> None:
    with pytest.raises(MisuseError):
        TileReader(lambda _: b"", -1)


def test_a_missing_tile_stays_the_readers_own_error() -> None:
    with pytest.raises(KeyError):
        TileReader({}.__getitem__, 1).node(0, 0)

"""Protects: a stranger needs no code of ours to check a log of ours.

The foreign verifier (`foreign/`) judges with golang.org/x/mod, which nobody here wrote. What
we write it accepts, what we refuse it refuses, and what it proves we accept. Where a test names
one of `Differs` the two are not of one mind, and `foreign/README.md` says why.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from showclear.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from showclear.ledger.errors import EvidenceError
from showclear.ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash
from showclear.ledger.note import NoteSigner
from showclear.ledger.proofs import verify_consistency, verify_inclusion
from showclear.ledger.tiles import (
    AnyTileId,
    EntryBundleId,
    TileId,
    parse_path,
    read_bundle,
    tile_bytes,
    tiles_of,
    write_bundle,
)
from showclear.ledger.tree import Tree
from tests.conformance.differences import Differs
from tests.conformance.foreign_build import Foreign, from_base64

SIZES = (0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000)
ORIGIN = "set.example/unit-1"
SIGNER = NoteSigner(ORIGIN, bytes(range(32)))
VKEY = str(SIGNER.key)

Proof = Mapping[str, Any]
"""What a proof claims, as our own verifying functions name it."""


def entry_of(index: int) -> bytes:
    """Return an entry: mostly short, one empty, one as large as a bundle can hold."""
    return {3: b"", 200: bytes(65_535)}.get(index, b"entry %d" % index)


@pytest.fixture(scope="module")
def tree() -> Tree:
    """All sizes are beginnings of one log."""
    return Tree(b"".join(leaf_hash(entry_of(index)) for index in range(max(SIZES))))


def inclusion(tree: Tree, index: int, size: int) -> Proof:
    return {
        "proof": tree.inclusion(index, size),
        "index": index,
        "size": size,
        "leaf": tree.node(0, index),
        "root": tree.root(size),
    }


def consistency(tree: Tree, old: int, new: int) -> Proof:
    return {
        "proof": tree.consistency(old, new),
        "old_size": old,
        "old_root": tree.root(old),
        "new_size": new,
        "new_root": tree.root(new),
    }


def we_accept(claim: Callable[..., None], proof: Proof) -> bool:
    try:
        claim(**proof)
    except EvidenceError:
        return False
    return True


def both_verdicts(foreign: Foreign, proof: Proof) -> tuple[bool, bool]:
    """Return whether we accept a proof, and whether the foreign verifier does."""
    if "index" in proof:
        return we_accept(verify_inclusion, proof), foreign.accepts("inclusion", **proof)
    renamed = dict(proof)
    renamed["size"], renamed["root"] = renamed.pop("new_size"), renamed.pop("new_root")
    return we_accept(verify_consistency, proof), foreign.accepts("consistency", **renamed)


def spread(size: int, *, at_most: int = 60) -> list[int]:
    """Return numbers from 0 to size - 1, both ends and the edges of tiles among them."""
    if size <= 2 * at_most:
        return list(range(size))
    edges = {255, 256, 257, 65_535, 65_536, 65_537, size - 2, size - 1}
    step = (size - 1) / (at_most - 1)
    return sorted({int(step * i) for i in range(at_most)} | {e for e in edges if e < size})


@pytest.mark.parametrize("size", SIZES)
def test_our_proofs_convince_a_stranger(foreign: Foreign, tree: Tree, size: int) -> None:
    for index in spread(size):
        assert (True, True) == both_verdicts(foreign, inclusion(tree, index, size)), index
        assert (True, True) == both_verdicts(foreign, consistency(tree, index + 1, size)), index


def test_an_entry_has_the_same_hash_for_both(foreign: Foreign) -> None:
    for entry in (b"", b"\x00", b"\x01", b"entry", bytes(65_535)):
        assert leaf_hash(entry) == from_base64(foreign.ask("leaf", entry=entry)["leaf"])


def with_one_bit_changed(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


def with_hashes_changed(proof: Proof, chosen: random.Random) -> Iterator[tuple[str, Proof]]:
    """Yield a proof with one fault in its hashes, each fault with its name."""
    hashes = list(proof["proof"])
    other = chosen.randbytes(32)
    for at in range(len(hashes)):
        flipped = with_one_bit_changed(hashes[at], chosen.randrange(256))
        yield f"hash {at} changed", {**proof, "proof": [*hashes[:at], flipped, *hashes[at + 1 :]]}
        yield f"hash {at} missing", {**proof, "proof": hashes[:at] + hashes[at + 1 :]}
        yield f"hash {at} twice", {**proof, "proof": [*hashes[:at], hashes[at], *hashes[at:]]}
    yield "one hash more in front", {**proof, "proof": [other, *hashes]}
    yield "one hash more at the end", {**proof, "proof": [*hashes, other]}
    if len(hashes) > 1:
        yield "no hashes", {**proof, "proof": []}
        yield "backwards", {**proof, "proof": hashes[::-1]}
    for name in ("leaf", "root", "old_root", "new_root"):
        if name in proof:
            changed = with_one_bit_changed(proof[name], chosen.randrange(256))
            yield f"{name} changed", {**proof, name: changed}


def with_numbers_changed(proof: Proof) -> Iterator[tuple[str, Proof]]:
    """Yield a proof with an index or a size that it was not made for."""
    for name in ("index", "size", "old_size", "new_size"):
        if name not in proof:
            continue
        number = proof[name]
        for other in {number - 1, number + 1, 2 * number + 1, -number, -1, 0, 1 << 40, 1 << 62}:
            if other != number:
                yield f"{name} {number} called {other}", {**proof, name: other}


PAIRS = [(0, 1), (0, 2), (1, 2), (2, 3), (0, 5), (4, 7), (6, 8), (255, 256), (256, 257), (90, 300)]


@pytest.mark.parametrize(("index", "size"), [*PAIRS, (4_711, 65_537), (69_999, 70_000)])
def test_a_changed_proof_convinces_nobody(
    foreign: Foreign, tree: Tree, index: int, size: int
) -> None:
    chosen = random.Random(f"{index}/{size}")
    for proof in (inclusion(tree, index, size), consistency(tree, index + 1, size)):
        assert (True, True) == both_verdicts(foreign, proof)
        for fault, changed in with_hashes_changed(proof, chosen):
            assert (False, False) == both_verdicts(foreign, changed), fault


@pytest.mark.parametrize(("index", "size"), [*PAIRS, (4_711, 65_537), (69_999, 70_000)])
def test_with_other_numbers_both_say_the_same(
    foreign: Foreign, tree: Tree, index: int, size: int
) -> None:
    # Not always a refusal: entry 0 has the same path in trees of 3 and 4. A size is bound to
    # its root by the checkpoint's signature, not by a proof.
    for proof in (inclusion(tree, index, size), consistency(tree, index + 1, size)):
        for fault, changed in with_numbers_changed(proof):
            ours, theirs = both_verdicts(foreign, changed)

            assert ours == theirs, fault


@pytest.mark.parametrize("hundred", [0, 1])
def test_a_stranger_s_proofs_convince_us(foreign: Foreign, hundred: int) -> None:
    for seed in range(100 * hundred, 100 * hundred + 100):
        chosen = random.Random(seed)
        # Half of the trees are small, where most of the odd shapes are.
        size = chosen.randint(1, chosen.choice((16, 600)))
        entries = [chosen.randbytes(chosen.randint(0, 12)) for _ in range(size)]
        indexes = [chosen.randrange(size) for _ in range(4)]
        olds = [chosen.randint(1, size) for _ in range(4)]
        theirs = foreign.ask("prove", entries=entries, indexes=indexes, olds=olds)
        ours = Tree(b"".join(map(leaf_hash, entries)))
        assert ours.root() == from_base64(theirs["root"]), seed
        for index, hashes in zip(indexes, from_base64(theirs["inclusion"]), strict=True):
            proof = inclusion(ours, index, size)
            assert proof["proof"] == hashes, seed
            assert (True, True) == both_verdicts(foreign, proof), seed
        for old, hashes in zip(olds, from_base64(theirs["consistency"]), strict=True):
            proof = consistency(ours, old, size)
            assert proof["proof"] == hashes, seed
            assert (True, True) == both_verdicts(foreign, proof), seed
        assert [ours.root(old) for old in olds] == from_base64(theirs["old_roots"]), seed
        fault, changed = chosen.choice([*with_hashes_changed(proof, chosen)])
        assert (False, False) == both_verdicts(foreign, changed), (seed, fault)


Files = dict[str, bytes]
"""A published log: what stands at each path under its prefix."""


def checkpoint_of(tree: Tree, size: int) -> bytes:
    return sign_checkpoint(Checkpoint(origin=ORIGIN, size=size, root=tree.root(size)), SIGNER)


def published(tree: Tree, size: int) -> Files:
    """Return a whole log of this size, written by our code alone."""
    files = {"checkpoint": checkpoint_of(tree, size)}
    for tile in tiles_of(size):
        if isinstance(tile, EntryBundleId):
            first = 256 * tile.number
            files[tile.path()] = write_bundle(map(entry_of, range(first, first + tile.width)))
        else:
            files[tile.path()] = tile_bytes(tile, tree.node)
    return files


def write(folder: Path, files: Files) -> None:
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def we_accept_log(files: Files) -> bool:
    """Judge a published log with our own reading half: note, bundles, tiles, root."""
    try:
        promised = open_checkpoint(files["checkpoint"], SIGNER.key).checkpoint
        size, root = promised.size, promised.root
        leaves: list[bytes] = []
        for tile in tiles_of(size):
            if isinstance(tile, EntryBundleId):
                leaves += read_bundle(files[tile.path()], count=tile.width)
        tree = Tree(b"".join(map(leaf_hash, leaves)))
        return tree.root() == root and all(
            files[tile.path()] == tile_bytes(tile, tree.node)
            for tile in tiles_of(size)
            if not isinstance(tile, EntryBundleId)
        )
    except (EvidenceError, KeyError):
        return False


@pytest.mark.parametrize("size", SIZES)
def test_our_log_convinces_a_stranger(
    foreign: Foreign, tree: Tree, size: int, tmp_path: Path
) -> None:
    write(tmp_path, published(tree, size))

    told = foreign.ask("folder", path=str(tmp_path), vkeys=[VKEY])

    assert told == {
        "accepted": True,
        "origin": ORIGIN,
        "size": size,
        "root": base64.b64encode(tree.root(size)).decode(),
        "tiles": sum(not isinstance(tile, EntryBundleId) for tile in tiles_of(size)),
    }


def file_faults(files: Files, path: str, chosen: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield one file with one fault, each fault with its name."""
    raw = files[path]
    bits = 8 * len(raw)
    for bit in {0, 7, bits - 8, bits - 1, *(chosen.randrange(bits) for _ in range(5))}:
        yield f"bit {bit} changed", with_one_bit_changed(raw, bit)
    yield "last byte missing", raw[:-1]
    yield "first byte missing", raw[1:]
    yield "last hash missing", raw[:-32]
    yield "a byte more", raw + b"\0"
    yield "an empty entry more", raw + b"\0\0"
    yield "a hash more", raw + raw[-32:]
    yield "first hash again", raw[:32] + raw
    yield "empty", b""
    for other in sorted(files.keys() - {path}):
        yield f"what {other} holds", files[other]


def test_a_changed_file_convinces_nobody(foreign: Foreign, tree: Tree, tmp_path: Path) -> None:
    files = published(tree, 300)
    write(tmp_path, files)
    assert {
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    } == files.keys()
    for path in files:
        for fault, raw in file_faults(files, path, random.Random(path)):
            (tmp_path / path).write_bytes(raw)

            assert not we_accept_log({**files, path: raw}), (path, fault)
            assert not foreign.accepts("folder", path=str(tmp_path), vkeys=[VKEY]), (path, fault)
        (tmp_path / path).unlink()
        assert not we_accept_log({name: raw for name, raw in files.items() if name != path})
        assert not foreign.accepts("folder", path=str(tmp_path), vkeys=[VKEY]), path
        (tmp_path / path).write_bytes(files[path])
    assert we_accept_log(files)
    assert foreign.accepts("folder", path=str(tmp_path), vkeys=[VKEY])


def history_faults(tree: Tree) -> Iterator[tuple[str, Files]]:
    """Yield whole logs of 300 whose tiles fit their entries, but not what was signed."""
    signed = published(tree, 300)["checkpoint"]
    entries = [entry_of(index) for index in range(300)]
    changed = {
        "two entries swapped": [*entries[:7], entries[8], entries[7], *entries[9:]],
        "an entry missing": entries[:100] + entries[101:],
        "an entry twice": entries[:100] + entries[99:],
        "an entry more at the end": [*entries, b"one more"],
        "the last entry missing": entries[:-1],
        "an entry's last byte in the next one": [
            *entries[:9],
            entries[9][:-1],
            entries[9][-1:] + entries[10],
            *entries[11:],
        ],
        "backwards": entries[::-1],
    }
    for fault, others in changed.items():
        rewritten = Tree(b"".join(map(leaf_hash, others)))
        files = {"checkpoint": signed}
        for tile in tiles_of(len(others)):
            if isinstance(tile, EntryBundleId):
                files[tile.path()] = write_bundle(others[256 * tile.number :][: tile.width])
            else:
                files[tile.path()] = tile_bytes(tile, rewritten.node)
        yield fault, files


def test_a_rewritten_history_convinces_nobody(foreign: Foreign, tree: Tree, tmp_path: Path) -> None:
    for number, (fault, files) in enumerate(history_faults(tree)):
        write(tmp_path / str(number), files)

        assert not we_accept_log(files), fault
        assert not foreign.accepts("folder", path=str(tmp_path / str(number)), vkeys=[VKEY]), fault


NUMBERS = (0, 1, 9, 10, 255, 999, 1_000, 1_001, 999_999, 1_000_000, 1_234_067, 10**15, 1 << 47)


@pytest.mark.parametrize("width", [1, 9, 10, 100, 255, 256])
def test_a_tile_lies_where_a_stranger_looks_for_it(foreign: Foreign, width: int) -> None:
    for number in NUMBERS:
        tiles: list[AnyTileId] = [EntryBundleId(number=number, width=width)]
        tiles += [TileId(level=level, number=number, width=width) for level in (0, 1, 9, 10, 63)]
        for tile in tiles:
            told = foreign.ask("tile-path", path=tile.path())

            assert tile == parse_path(tile.path())
            assert told == {
                "accepted": True,
                "level": tile.level if isinstance(tile, TileId) else -1,
                "number": number,
                "width": width,
                "path": tile.path(),
            }


def path_faults() -> Iterator[str]:
    """Yield paths that name no tile, and some that do."""
    parts = ("0", "00", "000", "0000", "x000", "x001", "001", "999", "1", "-1", "+1", " 1", "١٢٣")
    for level in ("0", "00", "01", "-1", "+1", "", "entries", "data", "x", "63", " 0", "0 "):
        yield f"tile/{level}/000"
    for one in parts:
        yield f"tile/0/{one}"
        yield f"tile/0/{one}.p/7"
        yield from (f"tile/0/{one}/{two}" for two in parts)
    for width in (*parts, "12", "255", "256", "257", "", "7/", "7/7", "x07", "1e1", "1_0"):
        yield f"tile/0/000.p/{width}"
        yield f"tile/entries/x001/000.p/{width}"
    yield from ("", "/", "tile", "tile/", "tile/0", "tile/0/", "Tile/0/000", "/tile/0/000")
    yield from ("tile/0/000/", "tile//0/000", "tile/0/000\n", "tile/0/../000", "tile/0/000.p")
    yield from ("tile/0/x001/x000/.p/5", "tile/0/X001/000", "tile/0/000.P/5", "tile\\0\\000")


def test_both_read_the_same_paths(foreign: Foreign) -> None:
    for path in path_faults():
        ours = True
        try:
            parse_path(path)
        except EvidenceError:
            ours = False

        assert ours == foreign.accepts("tile-path", path=path), path


def test_only_we_know_the_highest_level(foreign: Foreign) -> None:
    assert "they" == Differs.LEVEL.believer
    assert foreign.accepts("tile-path", path="tile/64/000")
    with pytest.raises(EvidenceError):
        parse_path("tile/64/000")


def test_only_we_take_a_step_from_an_empty_tree(foreign: Foreign, tree: Tree) -> None:
    verdicts = both_verdicts(foreign, consistency(tree, 0, 5))

    assert ("we", (True, False)) == (Differs.FROM_NOTHING.believer, verdicts)


def test_only_we_count_beyond_two_to_the_62(foreign: Foreign) -> None:
    # Entry 0 under 63 right siblings: tlog itself would never return.
    siblings = [leaf_hash(b"%d" % level) for level in range(63)]
    root = leaf = leaf_hash(b"first")
    for sibling in siblings:
        root = node_hash(root, sibling)
    proof = {"proof": siblings, "index": 0, "size": (1 << 63) - 1, "leaf": leaf, "root": root}

    verdicts = both_verdicts(foreign, proof)

    assert ("we", (True, False)) == (Differs.TOO_LARGE.believer, verdicts)


def test_an_empty_tree_has_another_root_in_x_mod(foreign: Foreign) -> None:
    told = foreign.ask("prove", entries=[], indexes=[], olds=[])

    assert "we" == Differs.EMPTY_ROOT.believer
    # Zeros in Debian 12's x/mod 0.7.0; later versions say what RFC 6962 says.
    assert from_base64(told["root"]) in (bytes(32), EMPTY_ROOT)
    assert Tree().root() == EMPTY_ROOT != bytes(32)

"""In which files does a log lie, and what has to stand in each?

* A hash tile of level L holds up to 256 neighbouring hashes, each over 256**L entries;
  the levels between are hashed anew from it. An entry bundle holds up to 256 entries.
* A tile with fewer than 256 is partial, has its width in its name and never changes: the
  wider one gets another name. Nothing stands for an empty tile.
* Every path has one spelling and every bundle one reading. Another spelling, a missing
  byte or a spare one is refused, in the last bundle too.
* Reading tiles proves nothing yet. The hashes count once a proof or a root made of them
  agrees with a signed checkpoint; whether the tiles agree with one another is for fsck.
* When files are written, and in which order, is the publisher's matter.

Source: c2sp.org/tlog-tiles, sections "Merkle Tree", "Partial Tiles" and "Log entries".
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import HASH_SIZE, node_hash
from showclear.ledger.proofs import NodeSource

TILE_HEIGHT: Final = 8
"""Levels of the tree that one tile stands for."""

TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes in a full tile, entries in a full bundle."""

LEVEL_MAX: Final = 63
NUMBER_MAX: Final = (1 << 56) - 1
"""The last tile of a level whose entries can still be counted in 64 bits."""

ENTRY_SIZE_MAX: Final = 65_535
"""Bytes in one entry: its length has 16 bits."""

_LENGTH_SIZE = 2
_CACHED_TILES = 64
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})"
    # 56 bits are at most 17 digits, so at most six groups: nothing longer is ever counted.
    r"/(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileId:
    """Which hash tile.

    Attributes:
        level: 0 for leaf hashes, up to 63; each hash stands for `256**level` entries.
        number: From 0, left to right within the level.
        width: How many hashes it holds, 1 to 256; under 256 it is partial.
    """

    level: int
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= LEVEL_MAX:
            raise MisuseError(f"no tile has level {self.level}")
        _require_place(self.number, self.width)

    def path(self) -> str:
        """Return its path under the log's prefix.

        >>> TileId(level=0, number=1234067, width=12).path()
        'tile/0/x001/x234/067.p/12'
        """
        return f"tile/{self.level}/{_number_and_width(self.number, self.width)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBundleId:
    """Which file of entries.

    Attributes:
        number: From 0: entries `number * 256` and up.
        width: How many entries it holds, 1 to 256; under 256 it is partial.
    """

    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _require_place(self.number, self.width)

    def path(self) -> str:
        """Return its path under the log's prefix.

        >>> EntryBundleId(number=0, width=256).path()
        'tile/entries/000'
        """
        return f"tile/entries/{_number_and_width(self.number, self.width)}"


AnyTileId: TypeAlias = TileId | EntryBundleId


def parse_path(text: str) -> AnyTileId:
    """Read a path under the log's prefix back into what it names.

    Raises:
        EvidenceError: `tile-path`: it is not exactly as `path()` would spell it.
    """
    found = _PATH.fullmatch(text)
    if found is None:
        raise _bad_path(text, "it is not tile/LEVEL/NUMBER or tile/entries/NUMBER")
    groups = found["number"].split("/")
    if len(groups) > 1 and groups[0] == "x000":
        raise _bad_path(text, "its number has a group of zeros in front")
    number = int(found["number"].replace("x", "").replace("/", ""))
    if number > NUMBER_MAX:
        raise _bad_path(text, "its number is beyond any log")
    width = TILE_WIDTH if found["width"] is None else _decimal(text, found["width"])
    if found["width"] is not None and not 0 < width < TILE_WIDTH:
        raise _bad_path(text, "a partial tile is 1 to 255 wide")
    if found["level"] == "entries":
        return EntryBundleId(number=number, width=width)
    level = _decimal(text, found["level"])
    if level > LEVEL_MAX:
        raise _bad_path(text, f"there is no level above {LEVEL_MAX}")
    return TileId(level=level, number=number, width=width)


def tiles_of(size: int) -> Iterator[AnyTileId]:
    """Yield everything that a log of this size lies in, see `tiles_between`."""
    return tiles_between(0, size)


def tiles_between(old_size: int, new_size: int) -> Iterator[AnyTileId]:
    """Yield what a log has to write as it grows, partial tiles included.

    Entry bundles come first, then hash tiles from level 0 up, each from left to right. A
    partial tile of the old size is not named again: what it held is in the wider one.

    Raises:
        MisuseError: The old size is not from 0 to the new size.
    """
    if not 0 <= old_size <= new_size:
        raise MisuseError(f"a log does not grow from {old_size} to {new_size}")
    for number, width in _tiles_of_level(old_size, new_size):
        yield EntryBundleId(number=number, width=width)
    level = 0
    while old_size < new_size:
        for number, width in _tiles_of_level(old_size, new_size):
            yield TileId(level=level, number=number, width=width)
        level, old_size, new_size = level + 1, old_size >> TILE_HEIGHT, new_size >> TILE_HEIGHT


def tile_bytes(tile: TileId, node: NodeSource) -> bytes:
    """Return what stands in a hash tile: 32 bytes for each of its width."""
    level, first = tile.level * TILE_HEIGHT, tile.number * TILE_WIDTH
    return b"".join([node(level, first + at) for at in range(tile.width)])


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """Return what stands in an entry bundle: each entry after its length in two bytes.

    Raises:
        MisuseError: An entry is over 65,535 bytes, or there are not 1 to 256 of them.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > ENTRY_SIZE_MAX:
            raise MisuseError(f"an entry has at most {ENTRY_SIZE_MAX} bytes, not {len(entry)}")
        parts += (len(entry).to_bytes(_LENGTH_SIZE, "big"), entry)
    _require_width(len(parts) // 2)
    return b"".join(parts)


def read_bundle(raw: bytes, *, count: int) -> list[bytes]:
    """Return the entries of a bundle, in order.

    Args:
        raw: The whole file.
        count: How many entries it must hold, 1 to 256: its width at the log's size.

    Raises:
        EvidenceError: `bundle-truncated` or `bundle-surplus`: fewer or more bytes than that
            many entries take.
        MisuseError: No bundle has that count.
    """
    _require_width(count)
    entries: list[bytes] = []
    at = 0
    for number in range(count):
        start = at + _LENGTH_SIZE
        end = start + int.from_bytes(raw[at:start], "big")
        # A cut length reads as a number too: `start`, and so `end`, is then past the last byte.
        if end > len(raw):
            raise EvidenceError(
                "bundle-truncated",
                f"The bundle of {count} entries ends within its entry {number}, from 0.",
            )
        entries.append(bytes(raw[start:end]))
        at = end
    if at != len(raw):
        raise EvidenceError(
            "bundle-surplus",
            f"The bundle has {len(raw) - at} bytes after its {count} entries.",
        )
    return entries


class TileReader:
    """The complete nodes of a log, read from its hash tiles.

    `node` is what `proofs` asks for. A complete node is the same at every later size, so a
    reader of the newest size serves the proofs and roots of all earlier ones.

    Attributes:
        size: Number of entries in the log whose tiles are read.
    """

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        """Read at this size.

        Args:
            read: Gives the bytes of a path under the log's prefix. What it raises for a
                file that is not there comes through unchanged.
            size: From the checkpoint; it says how wide the last tiles are.
        """
        if size < 0:
            raise MisuseError(f"a log cannot have {size} entries")
        self.size = size
        self._read = read
        self._tiles: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of the complete subtree of `2**level` leaves number `index`.

        Raises:
            EvidenceError: `tile-length`: the tile's file has not the bytes of its width.
            MisuseError: A log of this size does not hold all of that subtree.
        """
        if level < 0 or not 0 <= index < self.size >> level:
            raise MisuseError(f"a log of {self.size} has no complete node {index} at {level}")
        tile_level, above = divmod(level, TILE_HEIGHT)
        # At most 128 hashes, aligned to their number: they never reach into a second tile.
        number, first = divmod(index << above, TILE_WIDTH)
        raw = self._tile(tile_level, number)
        start = first * HASH_SIZE
        end = start + (HASH_SIZE << above)
        hashes = [raw[at : at + HASH_SIZE] for at in range(start, end, HASH_SIZE)]
        while len(hashes) > 1:
            hashes = [
                node_hash(left, right)
                for left, right in zip(hashes[::2], hashes[1::2], strict=True)
            ]
        return hashes[0]

    def _tile(self, level: int, number: int) -> bytes:
        key = (level, number)
        if key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        hashes_of_level = self.size >> (TILE_HEIGHT * level)
        width = min(TILE_WIDTH, hashes_of_level - number * TILE_WIDTH)
        path = TileId(level=level, number=number, width=width).path()
        raw = self._read(path)
        if len(raw) != width * HASH_SIZE:
            raise EvidenceError(
                "tile-length",
                f"A tile of {width} hashes has {width * HASH_SIZE} bytes, not {len(raw)}.",
                where=path,
            )
        self._tiles[key] = raw
        if len(self._tiles) > _CACHED_TILES:
            self._tiles.popitem(last=False)
        return raw


def _tiles_of_level(old_count: int, new_count: int) -> Iterator[tuple[int, int]]:
    """Yield number and width of the tiles that new hashes (or entries) come to stand in."""
    if old_count == new_count:
        return
    for number in range(old_count // TILE_WIDTH, -(-new_count // TILE_WIDTH)):
        yield number, min(TILE_WIDTH, new_count - number * TILE_WIDTH)


def _number_and_width(number: int, width: int) -> str:
    last = f"{number % 1000:03}"
    number //= 1000
    while number:
        last = f"x{number % 1000:03}/{last}"
        number //= 1000
    return last if width == TILE_WIDTH else f"{last}.p/{width}"


def _decimal(path: str, digits: str) -> int:
    if len(digits) > 1 and digits.startswith("0"):
        raise _bad_path(path, "a number in it has a zero in front")
    return int(digits)


def _bad_path(path: str, why: str) -> EvidenceError:
    return EvidenceError("tile-path", f"This names no tile of a log: {why}.", where=path[:200])


def _require_place(number: int, width: int) -> None:
    if not 0 <= number <= NUMBER_MAX:
        raise MisuseError(f"no tile has number {number}")
    _require_width(width)


def _require_width(width: int) -> None:
    if not 1 <= width <= TILE_WIDTH:
        raise MisuseError(f"a tile holds 1 to {TILE_WIDTH}, not {width}")

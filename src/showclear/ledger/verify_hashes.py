"""Do all the hashes between the entries and the signed root fit, and is nothing beside them?

1. Bundles come in their order. From level 1 up, each hash tile is compared byte for byte with
   what the bundles below it give, as soon as it is full; only one tile a level is in memory.
2. Where a bundle and the tile of its hashes differ, what stands above them says which of the
   two was changed; nothing above them to ask is left, the entries are named.
3. What cannot be read is bridged by what stands above it, so that the rest is still checked.
4. The files under log/ are those of this size and no others. A narrower partial tile that is
   a true beginning of the present one, and a file that was being written, are what a crash
   leaves: mentioned, not wrong.

Source: RFC 6962 section 2.1; c2sp.org/tlog-tiles, "Partial Tiles".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from showclear.ledger.errors import EvidenceError
from showclear.ledger.merkle import HASH_SIZE, Frontier, fold_roots
from showclear.ledger.tiles import (
    TILE_WIDTH,
    AnyTileId,
    EntryBundleId,
    TileId,
    parse_path,
    read_bundle,
    write_bundle,
)
from showclear.ledger.verify_report import Report, Step
from showclear.ledger.verify_signatures import (
    BUNDLE_BYTES_MAX,
    TILE_BYTES_MAX,
    BundleRead,
    Half,
    hashes_in,
    read_tile,
)
from showclear.ledger.verify_source import LogSource

WRITING: Final = ".writing"
"""Ending of a file that a crash left half written; the next write replaces it."""

LOST: Final = bytes(HASH_SIZE)


@dataclass(slots=True)
class _Level:
    """The tile of one level that is being filled."""

    number: int = 0
    hashes: list[bytes] = field(default_factory=list)


class Climb:
    """The tree above the bundles, growing from left to right.

    Attributes:
        roots: By a wanted size, the root over the first so many entries.
        leaves: By a wanted entry, its leaf hash.
        lost: Whether a hash is lost for good, so that no root can be told.
    """

    def __init__(self, source: LogSource, report: Report, *, size: int, root: bytes) -> None:
        self._source, self._report = source, report
        self._size, self._root = size, root
        self._levels: list[_Level] = []
        self._bundles = Frontier()
        self._above: tuple[int, bytes | None] = (-1, None)
        self.roots: dict[int, bytes] = {}
        self.leaves: dict[int, bytes] = {}
        self.lost = False

    def take(self, read: BundleRead) -> None:
        """Take the next bundle."""
        full = (read.number + 1) * TILE_WIDTH <= self._size
        half = self._chosen(read, full=full)
        if read.differing:
            self._say_differing(read, entries_changed=half is read.stored)
        if half is not None:
            self.leaves.update(half.leaves)
        if half is not None and not self.lost:
            for size, peaks in half.roots.items():
                self.roots[size] = fold_roots((*self._bundles.hashes, *peaks))
        if not full:
            self._finish(half)
        elif half is not None:
            self._push(0, half.peaks[0])
        else:
            self._push(0, self._bridged(read.number))

    def end(self) -> bytes | None:
        """Compare the tiles that are not full and return the root; None where it is lost."""
        for level, one in enumerate(self._levels):
            if one.hashes:
                self._compare(level + 1, one)
        if self._size % TILE_WIDTH == 0:
            self._finish(None)
        return None if self.lost else self.roots.get(self._size)

    def _finish(self, last: Half | None) -> None:
        peaks = last.peaks if last is not None else ()
        if self._size % TILE_WIDTH and last is None:
            self.lost = True
        self.roots[self._size] = fold_roots((*self._bundles.hashes, *peaks))

    def _chosen(self, read: BundleRead, *, full: bool) -> Half | None:
        """Return the half that what stands above agrees with; the entries where nothing does."""
        if read.hashed is None or read.stored is None or read.hashed is read.stored:
            return read.hashed or read.stored
        if full:
            agreed = self._stored_above(read.number)
            return read.stored if read.stored.peaks[0] == agreed else read.hashed
        whole = fold_roots((*self._bundles.hashes, *read.stored.peaks))
        return read.stored if whole == self._root else read.hashed

    def _stored_above(self, bundle: int) -> bytes | None:
        number, place = divmod(bundle, TILE_WIDTH)
        if self._above[0] != number:
            tile = _tile(1, number, size=self._size)
            self._above = (number, read_tile(self._source, tile)[0])
        hashes = self._above[1]
        return None if hashes is None else hashes[place * HASH_SIZE : (place + 1) * HASH_SIZE]

    def _bridged(self, bundle: int) -> bytes:
        found = self._stored_above(bundle)
        self.lost = self.lost or found is None
        return LOST if found is None else found

    def _push(self, level: int, one: bytes) -> None:
        """Add a hash over `256**(level + 1)` entries; a full tile becomes a hash above it."""
        if level == 0:
            self._bundles = self._bundles.add(one)
        if level == len(self._levels):
            self._levels.append(_Level())
        at = self._levels[level]
        at.hashes.append(one)
        if len(at.hashes) == TILE_WIDTH:
            self._compare(level + 1, at)
            above = Frontier().extend(at.hashes).hashes[0]
            self._levels[level] = _Level(number=at.number + 1)
            self._push(level + 1, above)

    def _compare(self, level: int, found: _Level) -> None:
        tile = TileId(level=level, number=found.number, width=len(found.hashes))
        where = f"log/{tile.path()}"
        first = found.number * TILE_WIDTH * TILE_WIDTH**level
        stored, finding = read_tile(self._source, tile)
        if finding is not None:
            self._report.add(Step.HASHES, finding, place=first)
        elif stored is None:
            sentence = "is missing: proofs about the entries below it cannot be made without it"
            self._wrong("file-missing", where, sentence, first)
        elif stored != b"".join(found.hashes) and not self.lost:
            pairs = enumerate(zip(found.hashes, hashes_in(stored), strict=True))
            place = next(place for place, (own, other) in pairs if own != other)
            over = TILE_WIDTH**level
            begin = first + place * over
            self._wrong(
                "tile-differs",
                f"{where}, hash {place}",
                f"does not fit entries {begin} to {begin + over - 1} below it: it was changed, or "
                "they were",
                begin,
            )

    def _say_differing(self, read: BundleRead, *, entries_changed: bool) -> None:
        width = min(TILE_WIDTH, self._size - read.number * TILE_WIDTH)
        bundle = f"log/{EntryBundleId(number=read.number, width=width).path()}"
        tile = f"log/{TileId(level=0, number=read.number, width=width).path()}"
        agreed = self._size > TILE_WIDTH or read.stored is None
        for index in read.differing:
            if entries_changed:
                self._wrong(
                    "entry-changed",
                    f"{bundle}, entry {index}",
                    f"is not what was signed: its hash in {tile}, which leads to the signed root, "
                    "is another. Somebody changed the entry afterwards",
                    index,
                )
            else:
                said = "the hash was changed" if agreed else "one of them was changed"
                self._wrong(
                    "tile-differs",
                    f"{tile}, hash {index % TILE_WIDTH}",
                    f"is not the hash of entry {index} in {bundle}: {said}",
                    index,
                )

    def _wrong(self, code: str, where: str, sentence: str, place: int) -> None:
        self._report.wrong(Step.HASHES, code, where=where, sentence=sentence, place=place)


def _tile(level: int, number: int, *, size: int) -> TileId:
    width = min(TILE_WIDTH, (size >> 8 * level) - number * TILE_WIDTH)
    return TileId(level=level, number=number, width=width)


def _expected(tile: AnyTileId, size: int) -> int:
    """Return how wide the tile of this place is at a size; 0 or less where there is none."""
    level = tile.level if isinstance(tile, TileId) else 0
    return min(TILE_WIDTH, (size >> 8 * level) - tile.number * TILE_WIDTH)


def check_names(source: LogSource, report: Report, *, size: int) -> None:
    """Find every file under log/ that does not belong to a log of this size."""
    left: list[str] = []
    for name in source.names("log"):
        short = name.removeprefix("log/")
        if short == "checkpoint":
            continue
        try:
            tile = None if short == f"checkpoint{WRITING}" else parse_path(_written(short))
        except EvidenceError:
            _wrong_name(report, "misnamed-file", name, "names no file that a log has", place=size)
            continue
        width = TILE_WIDTH if tile is None else _expected(tile, size)
        if name.endswith(WRITING) and width > 0:
            left.append(name)
        elif tile is None or width < tile.width:
            sentence = f"does not belong to a log of {size:,} entries"
            _wrong_name(report, "surplus-file", name, sentence, place=size)
        elif tile.width < width:
            if _is_beginning(source, tile, width):
                left.append(name)
            else:
                sentence = "is a narrower tile than the present one, and not a true beginning of it"
                _wrong_name(report, "surplus-file", name, sentence, place=size)
    if left:
        report.gone.append(
            f"{len(left)} files under log/ are left over from a write that was cut off, such as "
            f"{left[0]}. They say nothing that the others do not, and were not relied on."
        )


def _written(short: str) -> str:
    return short.removesuffix(WRITING)


def _wrong_name(report: Report, code: str, where: str, sentence: str, *, place: int) -> None:
    report.wrong(Step.HASHES, code, where=where, sentence=sentence, place=place)


def _is_beginning(source: LogSource, tile: AnyTileId, width: int) -> bool:
    limit = TILE_BYTES_MAX if isinstance(tile, TileId) else BUNDLE_BYTES_MAX
    try:
        old = source.read(f"log/{tile.path()}", limit=limit)
        if isinstance(tile, TileId):
            now = source.read(f"log/{_wider(tile, width)}", limit=limit)
            return now is not None and old == now[: tile.width * HASH_SIZE]
        now = source.read(f"log/{_wider(tile, width)}", limit=limit)
        return now is not None and old == write_bundle(read_bundle(now, count=width)[: tile.width])
    except EvidenceError:
        return False


def _wider(tile: AnyTileId, width: int) -> str:
    if isinstance(tile, TileId):
        return TileId(level=tile.level, number=tile.number, width=width).path()
    return EntryBundleId(number=tile.number, width=width).path()

"""Publishing: tiles and checkpoint as static files, always behind the journal.

1. Entry bundles and tiles first, each synced with its folder; the checkpoint last. So a
   reader who has a checkpoint finds everything under it, whenever a crash came.
2. The same function runs after every commit and at every start: recovery is no second
   program. It works from what is published to what the journal says, and no further.
3. What is published is derived. Only the checkpoint there is looked at, and only to learn
   where to go on; a damaged folder is not mended here, it is found by `verify`.
4. A partial tile that a fuller one replaced is removed after the checkpoint. A crash may
   leave it: it is a true prefix of the fuller one, and readers take it for that.

Source: c2sp.org/tlog-tiles; docs/formats/ledger.md, "Publishing".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.errors import EvidenceError, WriterRefusedError
from showclear.ledger.files import PublicFiles
from showclear.ledger.journal import Head, Journal
from showclear.ledger.note import VerifierKey
from showclear.ledger.tiles import EntryBundleId, TileId, tiles_between, write_bundle
from showclear.ledger.tree import Tree

CHECKPOINT: Final = "checkpoint"
TILE: Final = 256

Shown = Callable[[int, int], None]
"""Told how many of how many files are written."""


def published_size(files: PublicFiles, key: VerifierKey) -> int | None:
    """Return the size of the published checkpoint; None where nothing was published.

    Raises:
        EvidenceError: There is a checkpoint, and it is not one of this log.
    """
    raw = files.read(CHECKPOINT)
    if raw is None:
        return None
    try:
        return open_checkpoint(raw, key).checkpoint.size
    except EvidenceError as found:
        raise found.at(f"log/{CHECKPOINT}") from found


def refuse_ahead(raw: bytes | None, key: VerifierKey, tree: Tree, *, what: str) -> None:
    """Refuse to sign where a checkpoint of this log is ahead of the store, or beside it.

    Args:
        raw: A signed checkpoint of this log, from its folder or a receipt; None for none.
        what: What it was found in, for the sentence.

    Raises:
        WriterRefusedError: `store-behind` or `store-differs`.
        EvidenceError: It is no checkpoint of this log.
    """
    if raw is None:
        return
    point = open_checkpoint(raw, key).checkpoint
    if point.size > tree.size:
        raise WriterRefusedError(
            "store-behind",
            f"{what} shows {point.size} entries and the store here holds {tree.size}: this is an "
            "older copy. Signing on would make two histories. Find the newer store, or go on under "
            "a new name with `showclear init NEW --continue OLD`, which records log.continued.",
        )
    if tree.root(point.size) != point.root:
        raise WriterRefusedError(
            "store-differs",
            f"{what} shows another history for the first {point.size} entries than the store here "
            "holds. Do not go on with either: keep both folders as they are and have them compared "
            "(`showclear verify`). Work can go on with `showclear init NEW`.",
        )


def publish(
    journal: Journal,
    files: PublicFiles,
    *,
    tree: Tree,
    head: Head,
    key: VerifierKey,
    shown: Shown | None = None,
) -> None:
    """Bring the published folder to where the journal stands.

    Raises:
        StorageError: A file could not be written. What was published stands, the journal
            is ahead of it, and the next call goes on from there.
        EvidenceError: The published checkpoint is not one of this log.
    """
    before = published_size(files, key)
    if before == head.size:
        return
    old = before or 0
    wanted = list(tiles_between(old, head.size))
    for place, tile in enumerate(wanted):
        files.put(tile.path(), _bytes_of(tile, journal, tree))
        # A crash here leaves tiles that no checkpoint speaks of. They are true, and
        # written again next time.
        if shown is not None:
            shown(place + 1, len(wanted))
    files.put(CHECKPOINT, head.checkpoint)
    # From here on every reader finds the new tree whole.
    for name in _replaced(old, wanted):
        files.remove(name)


def _bytes_of(tile: TileId | EntryBundleId, journal: Journal, tree: Tree) -> bytes:
    if isinstance(tile, TileId):
        return tree.nodes(8 * tile.level, TILE * tile.number, count=tile.width)
    start = tile.number * TILE
    return write_bundle(journal.entries(start, start + tile.width))


def _replaced(old: int, written: Sequence[TileId | EntryBundleId]) -> list[str]:
    """The partial tiles of the old size that a fuller one stands in for now."""
    names: list[str] = []
    for tile in written:
        level = tile.level if isinstance(tile, TileId) else 0
        nodes = old >> (8 * level)
        width = nodes - tile.number * TILE
        if 0 < width < min(TILE, tile.width):
            stale = (
                TileId(level=level, number=tile.number, width=width)
                if isinstance(tile, TileId)
                else EntryBundleId(number=tile.number, width=width)
            )
            names.append(stale.path())
    return names

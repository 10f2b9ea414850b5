"""What has to hold of a record whatever happened to it: asked of the journal and the folder.

Nothing of the writer is used: only formats, hashes and signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from showclear.adapters.disk_files import DiskFiles
from showclear.adapters.production_folder import JOURNAL, LOG
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.ledger.checkpoint import Checkpoint, open_checkpoint
from showclear.ledger.errors import EvidenceError
from showclear.ledger.journal import Journal
from showclear.ledger.jws import read_statement
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.note import VerifierKey
from showclear.ledger.payload import id_of, read_payload
from showclear.ledger.proofs import tree_root
from showclear.ledger.tiles import EntryBundleId, TileReader, parse_path, read_bundle, tiles_of
from showclear.ledger.tlog_proof import verify_tlog_proof
from showclear.ledger.tree import Tree

Read = Callable[[str], bytes | None]


class Kept:
    """Everything that was ever acknowledged of one log, and every root that was shown."""

    def __init__(self, key: VerifierKey) -> None:
        self.key = key
        self.answers: dict[str, tuple[int, str]] = {}
        self.roots: dict[int, bytes] = {}

    def told(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """Take in what a command acknowledged; it may only repeat what was told before."""
        for name, answer in answers.items():
            now = (answer["index"], answer["receipt"])
            assert now == self.answers.setdefault(name, now), f"{name} was answered otherwise"

    def shown(self, point: Checkpoint) -> None:
        """Take in a checkpoint that somebody has seen: one root for one size, for ever."""
        root = self.roots.setdefault(point.size, point.root)
        assert root == point.root, f"two roots for {point.size}"

    def check_journal(self, journal: Journal, *, all_again: Iterable[str] | None = None) -> int:
        """Find everything acknowledged in the journal; return the log's size."""
        head = journal.head()
        assert head is not None
        tree = Tree()
        tree.extend(journal.leaves(0, head.size))
        for size, note in journal.checkpoints():
            point = open_checkpoint(note, self.key).checkpoint
            assert size == point.size <= head.size
            assert tree.root(size) == point.root
            self.shown(point)
        self.shown(open_checkpoint(head.checkpoint, self.key).checkpoint)
        wanted = list(self.answers if all_again is None else all_again)
        indices = journal.find(wanted)
        for name in wanted:
            index, receipt = self.answers[name]
            assert index == indices[name], f"{name} moved"
            entry = next(journal.entries(index, index + 1))
            assert name == id_of(read_payload(read_statement(entry).payload))
            point = verify_tlog_proof(receipt.encode(), entry, trust=self.key).opened.checkpoint
            assert tree.root(point.size) == point.root, f"the receipt of {name} is of another log"
            self.shown(point)
        return head.size

    def check_published(self, read: Read) -> int | None:
        """Find a whole log in what is published; return its size, None where there is none."""
        raw = read("checkpoint")
        if raw is None:
            return None
        point = open_checkpoint(raw, self.key).checkpoint
        whole(read, point)
        self.shown(point)
        return point.size

    def check_folder(self, folder: Path, *, all_again: Iterable[str] | None = None) -> int:
        """Check the journal and what is published; return the log's size."""
        journal = SqliteJournal.read(folder / JOURNAL)
        try:
            size = self.check_journal(journal, all_again=all_again)
        finally:
            journal.close()
        published = self.check_published(DiskFiles(folder / LOG).read)
        assert published is not None
        assert published <= size
        return size


def whole(read: Read, point: Checkpoint) -> None:
    """Read a published log of this checkpoint: every tile and every entry.

    Raises:
        AssertionError: A reader who has this checkpoint does not find it all.
    """

    def found(name: str) -> bytes:
        raw = read(name)
        assert raw is not None, f"{name} is missing under a checkpoint of {point.size}"
        return raw

    tiles = TileReader(found, point.size)
    assert tree_root(point.size, tiles.node) == point.root
    for tile in tiles_of(point.size):
        raw = found(tile.path())
        if isinstance(tile, EntryBundleId):
            start = 256 * tile.number
            for place, entry in enumerate(read_bundle(raw, count=tile.width), start):
                assert tiles.node(0, place) == leaf_hash(entry), f"entry {place} is not its leaf"
        else:
            for place in range(tile.width):
                at = 256 * tile.number + place
                assert raw[32 * place : 32 * place + 32] == tiles.node(8 * tile.level, at)


def stray(names: Iterable[str], size: int) -> list[str]:
    """The published names that a log of this size does not need."""
    needed = {tile.path() for tile in tiles_of(size)} | {"checkpoint"}
    for name in names:
        if name != "checkpoint":
            try:
                parse_path(name)
            except EvidenceError as found:
                raise AssertionError(f"{name} is no name of a log's file") from found
    return sorted(set(names) - needed)

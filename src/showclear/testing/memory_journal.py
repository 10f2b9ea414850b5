"""A journal that keeps nothing on a disk, holds the port's contract, and fails when told.

* It refuses what the contract excludes, like the journal on disk: a writer that works on
  this one has not been allowed more. The same tests hold both.
* It can be told to fail a write in each of the ways in which a write can fail. What it
  then keeps is what the name of the failure says, and nobody who asks it is told.
* Its store outlives it: `again` opens the same store, as a new start of the program would.

What a process or a disk does to a file is not imitated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from showclear.ledger.errors import (
    MisuseError,
    StorageError,
    UnknownOutcomeError,
    WriterRefusedError,
)
from showclear.ledger.journal import ENTRY_BYTES_MAX, Aside, Group, Head, Row, Snapshot, Text

HASH_BYTES: Final = 32


class Failure(Enum):
    """How a write fails."""

    REFUSED = "refused"
    """`StorageError`: nothing was kept, and the journal goes on."""
    LOST = "lost"
    """`UnknownOutcomeError`, and nothing was kept."""
    KEPT = "kept"
    """`UnknownOutcomeError`, although everything was kept."""


@dataclass(slots=True, kw_only=True)
class Store:
    """What is kept, for as long as somebody holds it.

    Attributes:
        head: The lock row.
        rows: Entries, in the order of the log.
        indices: By id, the index of an entry.
        checkpoints: By size, in the order in which they came.
        verdicts: By the index of an act.
        texts: By statement id and path.
        asides: Numbered from 1.
        snapshot: The newest one.
    """

    head: Head | None = None
    rows: list[Row] = field(default_factory=list)
    indices: dict[str, int] = field(default_factory=dict)
    checkpoints: dict[int, bytes] = field(default_factory=dict)
    verdicts: dict[int, int] = field(default_factory=dict)
    texts: dict[tuple[str, str], Text] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    snapshot: Snapshot | None = None

    def replace_with(self, other: Store) -> None:
        """Become the other one in one step: whatever failed before that has changed nothing."""
        for name in self.__slots__:
            setattr(self, name, getattr(other, name))

    def draft(self) -> Store:
        """Return a copy to write into."""
        made = Store()
        for name in self.__slots__:
            setattr(made, name, copy(getattr(self, name)))
        return made


class MemoryJournal:
    """A `Journal` for tests of whatever writes to one.

    Attributes:
        writes: How many writes were asked for so far, failed ones included. `found`,
            `commit`, `keep_aside` and `put_snapshot` are one write each.
    """

    def __init__(self, store: Store | None = None) -> None:
        """Open a store; without one, an empty one."""
        self.writes = 0
        self._store = Store() if store is None else store
        self._open = True
        self._failures: dict[int, Failure] = {}

    def again(self) -> MemoryJournal:
        """Open the same store anew, as a program does that starts again."""
        return MemoryJournal(self._store)

    def fail(self, how: Failure, *, skip: int = 0) -> None:
        """Let the next write fail, or the one after `skip` others."""
        self._failures[self.writes + skip] = how

    @property
    def erasure_due(self) -> bool:
        """Memory has no pages in which words could stay."""
        return False

    def head(self) -> Head | None:
        """Return the lock row; None where no log was founded yet."""
        return self._kept().head

    def found(self, head: Head) -> None:
        """Found a log of size 0."""
        if head.size != 0:
            raise MisuseError("a log begins empty")

        def steps(store: Store) -> None:
            if store.head is not None:
                raise WriterRefusedError("already-founded", "a log stands here already")
            store.head = head
            store.checkpoints[0] = head.checkpoint

        self._write(steps)

    def commit(self, group: Group, *, after: bytes) -> None:
        """Keep a group."""
        _refuse_misuse(group)

        def steps(store: Store) -> None:
            _take_lock(store, group, after=after)
            _add(store, group)

        self._write(steps)

    def keep_aside(self, asides: Sequence[Aside]) -> None:
        """Keep bytes aside outside of a group; none of them is no write."""
        if asides:
            self._write(lambda store: _add_asides(store, asides))
        self._kept()

    def find(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the index of every one of these ids that is in the log."""
        indices = self._kept().indices
        return {wanted: indices[wanted] for wanted in ids if wanted in indices}

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the entries of a range, in order."""
        return (row.entry for row in self._range(start, stop))

    def leaves(self, start: int, stop: int) -> bytes:
        """Return the leaf hashes of a range, joined."""
        return b"".join(row.leaf for row in self._range(start, stop))

    def covering(self, index: int) -> bytes:
        """Return the first signed checkpoint whose tree holds the entry of this index."""
        self._range(index, index + 1)
        return next(note for size, note in self._kept().checkpoints.items() if size > index)

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Give every signed checkpoint with its size, smallest first."""
        return iter(tuple(self._kept().checkpoints.items()))

    def verdict_of(self, index: int) -> int | None:
        """Return the index of the verdict stored beside an act; None if no gate was asked."""
        self._range(index, index + 1)
        return self._kept().verdicts.get(index)

    def texts(self, start: int = 0, stop: int | None = None) -> Iterator[Text]:
        """Give the texts of the entries of that range, in the order of the log, then by path."""
        store = self._kept()
        rows = self._range(start, max(start, len(store.rows)) if stop is None else stop)
        order = {row.id: place for place, row in enumerate(rows)}
        found = [text for text in store.texts.values() if text.id in order]
        return iter(sorted(found, key=lambda text: (order[text.id], text.path)))

    def aside(self) -> Iterator[Aside]:
        """Give what was kept aside, in the order in which it came."""
        return iter(tuple(self._kept().asides))

    def snapshot(self) -> Snapshot | None:
        """Return the newest snapshot, if there is one."""
        return self._kept().snapshot

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot in the place of the one before it."""

        def steps(store: Store) -> None:
            store.snapshot = snapshot

        self._write(steps)

    def close(self) -> None:
        """Let go of the store. Closing twice does nothing."""
        self._open = False

    def _kept(self) -> Store:
        if not self._open:
            raise StorageError("The journal is closed. Open it again to go on.")
        return self._store

    def _range(self, start: int, stop: int) -> list[Row]:
        rows = self._kept().rows
        if not 0 <= start <= stop <= len(rows):
            raise MisuseError(f"the log has {len(rows)} entries, not {start} to {stop}")
        return rows[start:stop]

    def _write(self, steps: Callable[[Store], None]) -> None:
        store = self._kept()
        failure = self._failures.pop(self.writes, None)
        self.writes += 1
        draft = store.draft()
        # What the contract excludes is refused first: no failing machine hides a mistake.
        steps(draft)
        match failure:
            case None:
                store.replace_with(draft)
            case Failure.REFUSED:
                raise StorageError("This write was told to fail. Nothing of it was kept.")
            case Failure.LOST:
                self.close()
                raise UnknownOutcomeError("This write was told to fail. The journal is closed.")
            case Failure.KEPT:
                store.replace_with(draft)
                self.close()
                raise UnknownOutcomeError("This write was told to fail. The journal is closed.")


def _refuse_misuse(group: Group) -> None:
    if group.head.size < len(group.rows):
        raise MisuseError("the group is larger than the log that it makes")
    for row in group.rows:
        if not row.id or len(row.entry) > ENTRY_BYTES_MAX or len(row.leaf) != HASH_BYTES:
            raise MisuseError(f"this cannot be an entry: {row.id!r}")
    if {text.id for text in group.texts} - {row.id for row in group.rows}:
        raise MisuseError("a text comes in the group of its entry")


def _take_lock(store: Store, group: Group, *, after: bytes) -> None:
    head = group.head
    if store.head is None:
        raise MisuseError("no log was founded here")
    if not group.rows and head.checkpoint != after:
        raise MisuseError("a group without entries makes no new checkpoint")
    if store.head.checkpoint != after:
        raise WriterRefusedError("lock-moved", "somebody else wrote")
    if not group.rows and (head.size, head.root) != (store.head.size, store.head.root):
        raise MisuseError("a group without entries makes no other tree")
    if head.size - len(group.rows) != len(store.rows) or head.origin != store.head.origin:
        raise MisuseError("the group does not begin where this log ends")
    store.head = head


def _add(store: Store, group: Group) -> None:
    for row in group.rows:
        if row.id in store.indices:
            raise WriterRefusedError("lock-moved", f"{row.id} is in the log already")
        store.indices[row.id] = len(store.rows)
        store.rows.append(row)
    if group.rows:
        store.checkpoints[group.head.size] = group.head.checkpoint
    for act, verdict in group.verdicts.items():
        there = act in store.verdicts
        if there or not (0 <= act < len(store.rows) and 0 <= verdict < len(store.rows)):
            raise WriterRefusedError("lock-moved", f"no new verdict: {act}, {verdict}")
        store.verdicts[act] = verdict
    for text in group.texts:
        if (text.id, text.path) in store.texts:
            raise WriterRefusedError("lock-moved", f"a second text for {text.id} {text.path}")
        store.texts[text.id, text.path] = text
    store.texts = {key: text for key, text in store.texts.items() if key[0] not in group.erased}
    _add_asides(store, group.asides)
    store.asides = [
        replace(one, raw=b"") if one.id in group.erased else one for one in store.asides
    ]


def _add_asides(store: Store, asides: Sequence[Aside]) -> None:
    for aside in asides:
        store.asides.append(replace(aside, number=len(store.asides) + 1))

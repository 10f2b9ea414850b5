"""Where is the record kept? In one SQLite file, behind the port `Journal`.

* One connection, one writer, one thread at a time. A second program may look.
* A group is one transaction. What fails before COMMIT is rolled back and said as
  `StorageError`; what COMMIT itself raises is said as `UnknownOutcomeError` and closes the
  journal, because the commit may stand in SQLite's write-ahead log nevertheless.
* The lock row moves by compare and swap, first in the transaction: whoever lost the race
  has written nothing yet.
* Readings are short: a page at a time, so that none is open while something is committed
  or erased.
* An erased text is in no file afterwards: neither in the table, nor between its rows, nor
  in the write-ahead log. What a drive keeps of old blocks is beyond a program.
* No exception of the driver leaves this module.

Statements go to the driver as text (`sqlite_statements`). Opening and making the file is
`sqlite_opening`; what an error means is `sqlite_errors`.

Source: docs/formats/ledger.md, "The journal"; sqlite.org/wal.html, "How WAL Works".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NoReturn

from showclear.adapters import sqlite_statements as sql
from showclear.adapters.sqlite_errors import damaged, nobody_knows, nothing_kept
from showclear.adapters.sqlite_opening import create_file, open_file, read_file, scrub
from showclear.adapters.sqlite_reading import (
    HASH_BYTES,
    Values,
    aside_of,
    checkpoint_of,
    head_of,
    leaf_of,
    only,
    rows_of,
    snapshot_of,
    text_of,
)
from showclear.ledger.errors import MisuseError, StorageError, WriterRefusedError
from showclear.ledger.journal import ENTRY_BYTES_MAX, Aside, Group, Head, Snapshot, Text

BUSY_MS: Final = 5_000
"""How long to wait for another program that holds the file, in milliseconds."""

ERASURE_WAIT_MS: Final = 1_000
"""How long an erasure waits for readers to leave, in milliseconds; then it is due."""


class SqliteJournal:
    """A journal in one file; the port's contract is in `showclear.ledger.journal`.

    Attributes:
        path: The file. Its companions `-wal` and `-shm` belong to it: copy all or none.
    """

    def __init__(self, link: sqlite3.Connection, *, path: Path, for_writing: bool) -> None:
        """Take over an open connection; `create`, `open` and `read` make one."""
        self.path = path
        self._link: sqlite3.Connection | None = link
        self._for_writing = for_writing
        self._scrub_due = False

    @classmethod
    def create(cls, path: Path, *, busy_ms: int = BUSY_MS) -> SqliteJournal:
        """Make a journal without a log in it; refuse a file that is there.

        Raises:
            WriterRefusedError: `journal-exists`.
            StorageError: It could not be made; nothing is left of it.
        """
        return cls(create_file(path, busy_ms=busy_ms), path=path, for_writing=True)

    @classmethod
    def open(cls, path: Path, *, busy_ms: int = BUSY_MS) -> SqliteJournal:
        """Open a journal for writing, and bring its tables to this version.

        Raises:
            StorageError: There is none, or the machine refuses.
            WriterRefusedError: `journal-newer`: a later program wrote it.
            EvidenceError: `journal-damaged`: it is no journal, or not whole.
        """
        journal = cls(open_file(path, busy_ms=busy_ms), path=path, for_writing=True)
        # A program that died between a commit and its erasing has left this to do.
        journal._scrub(wait_ms=0)
        return journal

    @classmethod
    def read(cls, path: Path, *, busy_ms: int = BUSY_MS) -> SqliteJournal:
        """Open a journal only to look, also while a writer is at work.

        Raises:
            StorageError: There is none, or the machine refuses.
            WriterRefusedError: `journal-newer` or `journal-older`: not this version.
            EvidenceError: `journal-damaged`: it is no journal, or not whole.
        """
        return cls(read_file(path, busy_ms=busy_ms), path=path, for_writing=False)

    @property
    def erasure_due(self) -> bool:
        """Whether erased words may still stand in the write-ahead log, for somebody reads it.

        It is tried again with every group, when the journal is closed, and when it is opened.
        """
        return self._scrub_due

    def head(self) -> Head | None:
        """Return the lock row; None where no log was founded yet."""
        rows = self._rows(sql.GET_HEAD)
        return head_of(rows[0]) if rows else None

    def found(self, head: Head) -> None:
        """Found a log of size 0; its checkpoint is the first of `checkpoints`.

        Raises:
            WriterRefusedError: `already-founded`: a log stands here. Nothing was changed.
        """
        if head.size:
            raise MisuseError(f"a log is founded with size 0, not {head.size}")

        def steps(link: sqlite3.Connection) -> None:
            if link.execute(sql.GET_SIZE).fetchone():
                raise WriterRefusedError(
                    "already-founded",
                    "A log was founded in this journal already. Nothing was changed. Go on with "
                    "that one, or use another folder.",
                )
            link.execute(sql.ADD_HEAD, (1, head.origin, 0, *_moved(head)[1:]))
            link.execute(sql.ADD_CHECKPOINT, (0, head.checkpoint))

        self._write(steps)

    def commit(self, group: Group, *, after: bytes) -> None:
        """Keep a group durably; see the port."""
        start = _start(group, after)

        def steps(link: sqlite3.Connection) -> None:
            self._move_head(link, group, after=after, start=start)
            if group.rows:
                numbered = enumerate(group.rows, start)
                link.executemany(
                    sql.ADD_ENTRY, [(index, row.id, row.entry, row.leaf) for index, row in numbered]
                )
                link.execute(sql.ADD_CHECKPOINT, (group.head.size, group.head.checkpoint))
            if group.verdicts:
                link.executemany(sql.ADD_VERDICT, group.verdicts.items())
            if group.texts:
                link.executemany(
                    sql.ADD_TEXT, [(t.id, t.path, t.salt, t.text) for t in group.texts]
                )
            if group.asides:
                _add_asides(link, group.asides)
            if group.erased:
                _erase(link, group.erased)

        self._write(steps)
        # The group is durable. A crash here leaves erased words in the write-ahead log, which
        # the next opening empties before anything else.
        if group.erased:
            self._scrub(wait_ms=ERASURE_WAIT_MS)
        elif self._scrub_due:
            # Whoever reads for long delays the erasing, and not every commit.
            self._scrub(wait_ms=0)

    def keep_aside(self, asides: Sequence[Aside]) -> None:
        """Keep bytes aside outside of a group."""
        self._alive()
        if asides:
            self._write(lambda link: _add_asides(link, asides))

    def find(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the index of every one of these ids that is in the log."""
        found: dict[str, int] = {}
        for first in range(0, len(ids), sql.PAGE):
            page = tuple(ids[first : first + sql.PAGE])
            marks = ", ".join("?" * len(page))
            found.update(self._rows(sql.FIND.replace(sql.MARKS, marks), page))
        self._alive()
        return found

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the entries from `start` up to, not including, `stop`, in order.

        Raises:
            MisuseError: At once, where the log does not hold that range.
            EvidenceError: `journal-damaged`, at the first entry that is missing.
        """
        self._must_hold(start, stop)
        return self._entries(start, stop)

    def leaves(self, start: int, stop: int) -> bytes:
        """Return the leaf hashes of that range, joined."""
        self._must_hold(start, stop)
        rows = self._rows(sql.GET_LEAVES, (start, stop))
        if len(rows) != stop - start:
            raise damaged("entries are missing", where=f"entries {start} to {stop}")
        return b"".join(map(leaf_of, rows))

    def covering(self, index: int) -> bytes:
        """Return the first signed checkpoint whose tree holds the entry of this index."""
        self._must_hold(index, index + 1)
        rows = self._rows(sql.GET_COVERING, (index,))
        if not rows:
            raise damaged("no checkpoint holds this entry", where=f"entry {index}")
        return only(rows[0], bytes, "a checkpoint")

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Give every signed checkpoint with its size, smallest first."""
        self._alive()
        return map(checkpoint_of, self._pages(sql.GET_CHECKPOINTS, start=-1))

    def verdict_of(self, index: int) -> int | None:
        """Return the index of the verdict stored beside an act; None if no gate was asked."""
        self._must_hold(index, index + 1)
        rows = self._rows(sql.GET_VERDICT, (index,))
        return only(rows[0], int, "a verdict") if rows else None

    def texts(self, start: int = 0, stop: int | None = None) -> Iterator[Text]:
        """Give the texts of the entries of that range, in the order of the log, then by path."""
        size = self._must_hold(start, start if stop is None else stop)
        return self._texts(start, size if stop is None else stop)

    def aside(self) -> Iterator[Aside]:
        """Give what was kept aside, in the order in which it came."""
        self._alive()
        return map(aside_of, self._pages(sql.GET_ASIDES, start=0))

    def snapshot(self) -> Snapshot | None:
        """Return the newest snapshot, if there is one."""
        rows = self._rows(sql.GET_SNAPSHOT)
        return snapshot_of(rows[0]) if rows else None

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot in the place of the one before it."""

        def steps(link: sqlite3.Connection) -> None:
            link.execute(sql.DROP_SNAPSHOT)
            made = (1, snapshot.size, snapshot.root, snapshot.maker, snapshot.body)
            link.execute(sql.ADD_SNAPSHOT, made)

        self._write(steps)

    def close(self) -> None:
        """Let go of the file. Closing twice does nothing."""
        if self._link is not None and self._scrub_due:
            self._scrub(wait_ms=ERASURE_WAIT_MS)
        self._let_go()

    def _alive(self) -> sqlite3.Connection:
        if self._link is None:
            raise StorageError("The journal is closed. Open it again to go on.")
        return self._link

    def _let_go(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            try:
                link.close()
            except sqlite3.Error:
                # What was acknowledged is durable already; SQLite takes back the rest.
                return

    def _scrub(self, *, wait_ms: int) -> None:
        self._scrub_due = not scrub(self._alive(), wait_ms=wait_ms)

    def _write(self, steps: Callable[[sqlite3.Connection], None]) -> None:
        """Run the steps as one transaction: all of them are durable, or none is."""
        link = self._alive()
        if not self._for_writing:
            raise MisuseError("this journal was opened only to look")
        try:
            link.execute("BEGIN IMMEDIATE")
            steps(link)
        except sqlite3.Error as error:
            self._take_back(link)
            raise nothing_kept(error) from error
        except (OverflowError, UnicodeError) as error:
            self._take_back(link)
            raise MisuseError(f"the journal was given what no row holds: {error}") from error
        except BaseException:
            self._take_back(link)
            raise
        # Until here nothing is durable; a crash leaves what was there before.
        try:
            link.execute("COMMIT")
        except sqlite3.Error as error:
            self._let_go()
            raise nobody_knows(error) from error
        except BaseException:
            # Interrupted in the middle: nobody knows either.
            self._let_go()
            raise

    def _take_back(self, link: sqlite3.Connection) -> None:
        try:
            # Some errors, such as a full disk, have made SQLite roll back by itself.
            if link.in_transaction:
                link.execute("ROLLBACK")
        except sqlite3.Error:
            # Closing rolls back too; only this connection cannot go on.
            self._let_go()

    def _move_head(
        self, link: sqlite3.Connection, group: Group, *, after: bytes, start: int
    ) -> None:
        """Move the lock row from the named checkpoint, or say why it did not move."""
        head = group.head
        if not group.rows:
            stands = head_of(link.execute(sql.GET_HEAD).fetchone() or _not_founded())
            if stands.checkpoint == after and (stands.size, stands.root) != (head.size, head.root):
                raise MisuseError("a group without entries leaves size and root as they are")
        moved = link.execute(sql.MOVE_HEAD, (*_moved(head), after, start, head.origin))
        if moved.rowcount == 1:
            return
        stands = head_of(link.execute(sql.GET_HEAD).fetchone() or _not_founded())
        if stands.checkpoint != after:
            raise WriterRefusedError(
                "lock-moved",
                f"Somebody else wrote to this log: it has {stands.size} entries and another "
                "checkpoint than the one to go on from. Nothing was kept. Leave one writer "
                "running, and start that one again.",
            )
        raise MisuseError(
            f"the group begins at {start} of {head.origin!r}, "
            f"the log ends at {stands.size} of {stands.origin!r}"
        )

    def _rows(self, statement: str, values: Values = ()) -> list[Values]:
        return rows_of(self._alive(), statement, values)

    def _must_hold(self, start: int, stop: int) -> int:
        """Refuse a range that the log does not hold; return the log's size."""
        rows = self._rows(sql.GET_SIZE)
        size = only(rows[0], int, "the size") if rows else 0
        if not 0 <= start <= stop <= size:
            raise MisuseError(f"the log has {size} entries, not {start} to {stop}")
        return size

    def _entries(self, start: int, stop: int) -> Iterator[bytes]:
        for first in range(start, stop, sql.PAGE):
            last = min(first + sql.PAGE, stop)
            rows = self._rows(sql.GET_ENTRIES, (first, last))
            if len(rows) != last - first:
                raise damaged("entries are missing", where=f"entries {first} to {last}")
            for row in rows:
                yield only(row, bytes, "an entry")

    def _texts(self, start: int, stop: int) -> Iterator[Text]:
        for first in range(start, stop, sql.PAGE):
            rows = self._rows(sql.GET_TEXTS, (first, min(first + sql.PAGE, stop)))
            yield from map(text_of, rows)

    def _pages(self, statement: str, *, start: int) -> Iterator[Values]:
        """Give all rows whose first column is beyond `start`, in its order."""
        while rows := self._rows(statement, (start,)):
            yield from rows
            start = rows[-1][0]


def _start(group: Group, after: bytes) -> int:
    """Return the index of the group's first entry; refuse what no log may hold."""
    start = group.head.size - len(group.rows)
    if start < 0:
        raise MisuseError(f"{len(group.rows)} entries do not fit a log of {group.head.size}")
    if not group.rows and group.head.checkpoint != after:
        raise MisuseError("a group without entries keeps the checkpoint: one root for one size")
    for row in group.rows:
        if len(row.leaf) != HASH_BYTES or len(row.entry) > ENTRY_BYTES_MAX or not row.id:
            raise MisuseError(f"no entry of a log: {row.id!r}, {len(row.entry)} bytes")
    if group.texts:
        ids = {row.id for row in group.rows}
        for text in group.texts:
            if text.id not in ids:
                raise MisuseError(f"a text comes with its entry: {text.id!r} is not in the group")
    return start


def _moved(head: Head) -> Values:
    return (head.size, head.root, head.frontier, head.checkpoint, head.place)


def _add_asides(link: sqlite3.Connection, asides: Sequence[Aside]) -> None:
    rows = [(a.reason, a.sentence, a.clock, a.id, a.raw, a.length, a.sha256) for a in asides]
    link.executemany(sql.ADD_ASIDE, rows)


def _erase(link: sqlite3.Connection, erased: Sequence[str]) -> None:
    """Take texts away, and what was kept aside under these ids, with every trace of them.

    Deleting a row overwrites it with zeros. But when SQLite moves rows from one page to
    another, copies stay behind in the space between the rows, and no later deletion finds
    them. So the whole table is emptied, which overwrites its pages, and what stays is
    written again: some ten thousand short rows, on the rare day when something is erased.

    Source: sqlite.org/pragma.html, "secure_delete"; sqlite.org/lang_delete.html, "The
    Truncate Optimization".
    """
    link.executemany(sql.DROP_TEXT, [(gone,) for gone in erased])
    kept = link.execute(sql.GET_EVERY_TEXT).fetchall()
    link.execute(sql.DROP_TEXTS)
    link.executemany(sql.ADD_TEXT, kept)
    asides = link.execute(sql.GET_EVERY_ASIDE).fetchall()
    if any(row[4] in erased for row in asides):
        # That something came, when, and why it stayed aside is kept; what it said is not.
        link.execute(sql.DROP_ASIDES)
        link.executemany(
            sql.ADD_ASIDE_AGAIN,
            [(*row[:5], b"", *row[6:]) if row[4] in erased else row for row in asides],
        )


def _not_founded() -> NoReturn:
    raise MisuseError("no log was founded in this journal")

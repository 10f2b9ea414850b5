"""How is a journal's file made, opened for writing, or opened only to look?

* A journal is created only on purpose: `create` refuses a file that is there, `open_file`
  one that is not. A forgotten folder never becomes an empty record.
* The file is made for its owner alone (mode 0600); SQLite gives its companions `-wal` and
  `-shm` the same mode.
* Our own BEGIN and COMMIT are the only ones: the driver's transactions are switched off.
* The version is compared in plain SQL; only an older one imports what migrates it. A newer
  one is refused: this program would not know what it breaks.

Whoever opens for writing empties the write-ahead log next (`scrub`), so that words erased just
before a crash are in no file any more.

Source: sqlite.org/pragma.html; sqlite.org/wal.html, "Read-Only Databases"; Python 3.11
sqlite3, "Transaction control via the isolation_level attribute".
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from showclear.adapters import sqlite_statements as sql
from showclear.adapters.sqlite_errors import damaged, not_read, primary_code
from showclear.adapters.sqlite_reading import rows_of
from showclear.ledger.errors import StorageError, WriterRefusedError

_COMPANIONS: Final = ("-wal", "-shm", "-journal")
_WAL: Final = "journal_mode = WAL"
_WRITER: Final = (
    # Readers see the last commit while the next one is written.
    _WAL,
    # Durable when COMMIT returns, and not only consistent: fsync of the log at every commit.
    "synchronous = FULL",
    # macOS: fsync alone leaves it in the drive's own memory. Nothing elsewhere.
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
    # What is deleted is overwritten with zeros.
    "secure_delete = ON",
    "foreign_keys = ON",
    # No row that is to be erased later ever goes through a temporary file.
    "temp_store = MEMORY",
)


def create_file(path: Path, *, busy_ms: int) -> sqlite3.Connection:
    """Make a journal without a log in it.

    Raises:
        WriterRefusedError: `journal-exists`.
        StorageError: The file could not be made; nothing is left of it.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise WriterRefusedError(
            "journal-exists",
            f"There is a journal already: {path}. Nothing was changed. Open that one, or choose "
            "another folder.",
        ) from None
    except OSError as error:
        raise StorageError(
            f"The journal {path} could not be made: {error.strerror}. Make sure that the folder "
            "is there and may be written, then try again."
        ) from error
    # From here a crash leaves a file without a version: `open_file` says what to do with it.
    try:
        link = _connect(path, mode="rw", busy_ms=busy_ms)
        try:
            _prepare(link, for_writing=True)
            _migrate(link)
            _sync_folder(path.parent)
        except BaseException:
            link.close()
            raise
    except BaseException:
        for name in (path, *(path.with_name(path.name + end) for end in _COMPANIONS)):
            with suppress(OSError):
                name.unlink(missing_ok=True)
        raise
    return link


def open_file(path: Path, *, busy_ms: int) -> sqlite3.Connection:
    """Open a journal for writing, migrated to this program's version.

    Raises:
        StorageError: There is none, or the machine refuses.
        WriterRefusedError: `journal-newer`: a later program wrote it.
        EvidenceError: `journal-damaged`: it is no journal, or not whole.
    """
    _must_be_there(path)
    link = _connect(path, mode="rw", busy_ms=busy_ms)
    try:
        _prepare(link, for_writing=True)
        if _revision(link, path) != sql.REVISIONS[-1]:
            _migrate(link)
    except BaseException:
        link.close()
        raise
    return link


def read_file(path: Path, *, busy_ms: int) -> sqlite3.Connection:
    """Open a journal only to look, also while a writer is at work.

    Raises:
        StorageError: There is none, or the machine refuses.
        WriterRefusedError: `journal-newer` or `journal-older`: not this program's version.
        EvidenceError: `journal-damaged`: it is no journal, or not whole.
    """
    _must_be_there(path)
    link = _connect(path, mode="ro", busy_ms=busy_ms)
    try:
        if not _can_look(link, path):
            link.close()
            link = _connect(path, mode="ro&immutable=1", busy_ms=busy_ms)
        _prepare(link, for_writing=False)
        if _revision(link, path) != sql.REVISIONS[-1]:
            raise WriterRefusedError(
                "journal-older",
                f"An earlier version of this program wrote {path}. Open it once for writing, for "
                "instance by saying something to it, then look again.",
            )
    except BaseException:
        link.close()
        raise
    return link


def scrub(link: sqlite3.Connection, *, wait_ms: int) -> bool:
    """Empty the write-ahead log into the file; return whether it is empty now.

    Not done while somebody reads, or on a full disk: nothing is lost by that, and it is
    tried again. A drive may keep old blocks where no program reads them.

    Args:
        wait_ms: How long to wait for readers, in milliseconds.
    """
    try:
        (usual_ms,) = link.execute("PRAGMA busy_timeout").fetchone()
        link.execute(f"PRAGMA busy_timeout = {wait_ms}")
        try:
            busy, _, _ = link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            link.execute(f"PRAGMA busy_timeout = {usual_ms}")
    except sqlite3.Error:
        return False
    return not busy


def _must_be_there(path: Path) -> None:
    try:
        there = path.is_file()
    except OSError as error:
        raise StorageError(
            f"The journal {path} cannot be reached: {error.strerror}. Allow this user to open "
            "its folder, then try again."
        ) from error
    if not there:
        raise StorageError(
            f"There is no journal at {path}. Put it back or name the right folder; a new one is "
            "only made on purpose."
        )


def _connect(path: Path, *, mode: str, busy_ms: int) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode={mode}",
            uri=True,
            timeout=busy_ms / 1000,
            isolation_level=None,
            # The writer may hand it from one thread to another; never two at a time.
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise not_read(error) from error


def _can_look(link: sqlite3.Connection, path: Path) -> bool:
    """Return whether a read-only opening works here; other refusals are met again later.

    Looking at a WAL file makes a companion beside it, and a disc that nobody can write, or a
    full one, has no place for it. Then nobody is writing either, unless a log of writes lies
    there with something in it.

    Source: sqlite.org/wal.html, "Read-Only Databases".
    """
    try:
        link.execute(sql.GET_REVISION).fetchall()
    except sqlite3.Error as error:
        return primary_code(error) not in _NO_ROOM_BESIDE or _wal_holds(path)
    except UnicodeDecodeError:
        return True
    return True


_NO_ROOM_BESIDE: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
    }
)


def _wal_holds(path: Path) -> bool:
    """Whether writes wait beside a journal, which only its companion shows in order."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


def _prepare(link: sqlite3.Connection, *, for_writing: bool) -> None:
    for pragma in _WRITER if for_writing else ("query_only = ON",):
        said = rows_of(link, f"PRAGMA {pragma}")
        # SQLite keeps the mode that it had where it cannot change it, and only says so.
        if pragma == _WAL and said != [("wal",)]:
            raise StorageError(
                "This disk cannot hold a journal that is read while it is written, as some "
                "network drives cannot. Use a folder on a disk of this machine."
            )


def _revision(link: sqlite3.Connection, path: Path) -> str:
    """Return the version of the tables, which is one that this program knows."""
    if not rows_of(link, sql.GET_TABLE, ("alembic_version",)):
        raise damaged(f"{path} holds no journal; perhaps its making was interrupted")
    rows = rows_of(link, sql.GET_REVISION)
    if len(rows) != 1:
        raise damaged(f"{path} does not say which version it has")
    found = str(rows[0][0])
    if found not in sql.REVISIONS:
        raise WriterRefusedError(
            "journal-newer",
            f"A later version of this program wrote {path} (tables {found}, this program knows "
            f"up to {sql.REVISIONS[-1]}). Nothing was changed. Use that version or a later one.",
        )
    return found


def _migrate(link: sqlite3.Connection) -> None:
    # Imported only here: it costs half a second, and nearly no opening needs it.
    from showclear.adapters.sqlite_migrating import migrate

    migrate(link)


def _sync_folder(folder: Path) -> None:
    """Make the file's name durable too: fsync of a file says nothing of its folder."""
    try:
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
    except OSError as error:
        raise StorageError(f"The folder {folder} could not be kept: {error.strerror}.") from error

"""What lies in a production's folder? Read in words of its own, and nothing is written.

1. Looking into a SQLite file in WAL mode makes companions beside it, even read-only. So where
   no write-ahead log with anything in it lies beside, the file is opened as `immutable`: no
   lock, no companion. A writer may come meanwhile: `moved` tells, and what was read does not
   count then.
2. Otherwise the file and its log are copied to a folder of this reader's own, in that order:
   what a writer moves from the log into the file while it is copied stands in the log still,
   unless the log is begun anew. Its header shows that, and it is copied again. The copy is
   for this user alone and is taken away at the end; erasable words are in it for so long.
3. `integrity_check` instead of `quick_check`: only it compares each index with its table,
   and an id that is not found is a statement that can be said twice.
4. A table is read only if its definition is, word by word, the one that is expected: a view or
   a trigger of somebody else's never runs.
5. A folder's files are read without following a link. `EvidenceError` is about the bytes,
   `StorageError` about the machine.

Source: sqlite.org/wal.html, "Read-Only Databases"; sqlite.org/walformat.html; sqlite.org/uri.html.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from showclear.ledger.errors import EvidenceError, StorageError
from showclear.ledger.fsck_report import COLUMNS, JOURNAL
from showclear.ledger.verify_report import Finding, printable

CHECKPOINT: Final = "log/checkpoint"
COPIES_MAX: Final = 50
COPY_WAIT_SECONDS: Final = 0.02
_CHUNK: Final = 1 << 20
_WAL_HEADER: Final = 32
_FAULTS_MAX: Final = 100
_MODE: Final = slice(18, 20)
"""Where a SQLite file says how it is written and read: 2 and 2 with a write-ahead log."""

_READING: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MACHINE: Final = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM}
)

SCHEMAS: Final = {
    "0001": {
        "alembic_version": (
            "CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) )"
        ),
        "entries": (
            "CREATE TABLE entries ( idx INTEGER NOT NULL, id TEXT NOT NULL, entry BLOB NOT NULL, "
            "leaf BLOB NOT NULL, PRIMARY KEY (idx), UNIQUE (id) )"
        ),
        "verdicts": (
            "CREATE TABLE verdicts ( act INTEGER NOT NULL, verdict INTEGER NOT NULL, "
            "PRIMARY KEY (act), FOREIGN KEY(act) REFERENCES entries (idx), "
            "FOREIGN KEY(verdict) REFERENCES entries (idx) )"
        ),
        "checkpoints": (
            "CREATE TABLE checkpoints ( size INTEGER NOT NULL, note BLOB NOT NULL, "
            "PRIMARY KEY (size) )"
        ),
        "texts": (
            "CREATE TABLE texts ( id TEXT NOT NULL, path TEXT NOT NULL, salt BLOB NOT NULL, "
            "text TEXT NOT NULL, PRIMARY KEY (id, path) )"
        ),
        "asides": (
            "CREATE TABLE asides ( number INTEGER NOT NULL, reason TEXT NOT NULL, "
            "sentence TEXT NOT NULL, clock TEXT NOT NULL, id TEXT NOT NULL, raw BLOB NOT NULL, "
            "length INTEGER NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY (number) )"
        ),
        "snapshots": (
            "CREATE TABLE snapshots ( one INTEGER NOT NULL, size INTEGER NOT NULL, "
            "root BLOB NOT NULL, maker TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (one), "
            "CHECK (one = 1) )"
        ),
        "writer": (
            "CREATE TABLE writer ( id INTEGER NOT NULL, origin TEXT NOT NULL, "
            "size INTEGER NOT NULL, root BLOB NOT NULL, frontier BLOB NOT NULL, "
            "checkpoint BLOB NOT NULL, place TEXT NOT NULL, PRIMARY KEY (id), CHECK (id = 1) )"
        ),
    }
}
"""By the version of the tables, how each of them was made. Versions are only ever added."""

_INDEXES: Final = {"alembic_version", "entries", "texts"}
"""Tables with an index that SQLite makes by itself, one each."""


class FsckFolder:
    """A production's folder with its database open, as `ledger.fsck` asks for it."""

    def __init__(self, path: Path, link: sqlite3.Connection | None) -> None:
        self._path, self._link = path, link
        self._faults: list[Finding] = []
        self._tables: set[str] = set()
        if link is None:
            self._fault("journal-damaged", "is no database: nothing of it can be read")
            return
        self._look_at_head()
        self._look_at_tables()
        self._look_at_pages()

    # --- the database ----------------------------------------------------------------

    def faults(self) -> tuple[Finding, ...]:
        """Return what is wrong with the database as such."""
        return tuple(self._faults)

    def count(self, table: str) -> int:
        """Return how many rows a table seems to have; 0 where nobody can tell."""
        try:
            ((found,),) = self._select(table, f"SELECT max(rowid) + 1 FROM {table}")
        except (EvidenceError, ValueError):
            return 0
        return found if type(found) is int else 0

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Give a table's rows by their number, with values of any kind."""
        names = ", ".join(name for name, _ in COLUMNS[table])
        return self._select(table, f"SELECT {names} FROM {table} NOT INDEXED ORDER BY rowid")

    def entries(self, start: int, stop: int) -> list[Any]:
        """Return what stands in the column `entry` from one number up to another."""
        asked = "SELECT entry FROM entries NOT INDEXED WHERE idx >= ? AND idx < ? ORDER BY idx"
        return [row[0] for row in self._select("entries", asked, (start, stop))]

    def _select(
        self, table: str, asked: str, values: tuple[int, ...] = ()
    ) -> Iterator[tuple[Any, ...]]:
        if table not in self._tables:
            raise EvidenceError("no-table", "cannot be read: it is not the table it has to be")
        return self._ask(asked, values)

    def _ask(self, asked: str, values: tuple[int, ...] = ()) -> Iterator[tuple[Any, ...]]:
        if self._link is None:
            raise EvidenceError("journal-damaged", "cannot be read")
        try:
            yield from self._link.execute(asked, values)
        except sqlite3.Error as error:
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _MACHINE:
                raise StorageError(f"{self._path / JOURNAL} cannot be read: {error}") from error
            raise EvidenceError("journal-damaged", f"is damaged: {error}") from error
        except (UnicodeDecodeError, OverflowError, MemoryError) as error:
            # The driver's own words about damage, with damaged letters or lengths in them.
            raise EvidenceError("journal-damaged", "is damaged") from error

    def _look_at_head(self) -> None:
        with (self._path / JOURNAL).open("rb") as file:
            mode = file.read(_MODE.stop)[_MODE]
        if mode not in (b"\2\2", b"\1\1"):
            self._fault("journal-damaged", "says in its head that no program of ours may write it")
        if (self._path / f"{JOURNAL}-journal").exists():
            self._fault(
                "unfinished-write",
                "is there: whoever writes next takes pages back out of it. Programs of ours never "
                "leave one",
                where=f"{JOURNAL}-journal",
            )

    def _look_at_tables(self) -> None:
        try:
            found = list(self._ask("SELECT type, name, tbl_name, sql FROM sqlite_master"))
        except EvidenceError as error:
            self._fault(error.code, error.sentence)
            return
        made = {row[1]: _plain(row[3]) for row in found if row[0] == "table"}
        schema = max(
            SCHEMAS.values(),
            key=lambda one: sum(made.get(name) == sql for name, sql in one.items()),
        )
        self._tables = {name for name, sql in schema.items() if made.get(name) == sql}
        version = self._version()
        if not self._tables and len(version) == 1 and version[0] not in SCHEMAS:
            raise EvidenceError(
                "journal-newer",
                f"holds tables of a version ({printable(repr(version[0]))}) that this program does "
                "not know. Use the program that wrote it, or a later one.",
                where=str(self._path / JOURNAL),
            )
        for name in schema.keys() - self._tables:
            sentence = "is not there" if name not in made else "is not made as it has to be"
            self._fault(
                "schema-differs", f"{sentence}: it was not read", where=f"{JOURNAL}, {name}"
            )
        known = {("table", name, name) for name in schema}
        known |= {("index", f"sqlite_autoindex_{name}_1", name) for name in _INDEXES}
        for kind, name, table in sorted({(*map(str, row[:3]),) for row in found} ^ known):
            if kind != "table" or name not in schema:
                self._fault(
                    "schema-differs",
                    "is not there, or is there and belongs to no journal",
                    where=f"{JOURNAL}, {kind} {name} of {table}",
                )
        if self._tables and version != [_version_of(schema)]:
            sentence = f"says {version!r}, and the tables are of {_version_of(schema)}"
            self._fault("version-differs", sentence, where=f"{JOURNAL}, alembic_version")

    def _version(self) -> list[object]:
        try:
            return [row[0] for row in self._ask("SELECT version_num FROM alembic_version")]
        except EvidenceError:
            return []

    def _look_at_pages(self) -> None:
        try:
            for (line,) in self._ask(f"PRAGMA integrity_check({_FAULTS_MAX})"):
                if line != "ok":
                    self._fault("journal-damaged", f"is damaged: {line}")
        except EvidenceError as error:
            self._fault(error.code, error.sentence)

    def _fault(self, code: str, sentence: str, *, where: str = JOURNAL) -> None:
        fault = Finding(code=code, where=printable(where), sentence=printable(sentence))
        if fault not in self._faults:
            self._faults.append(fault)

    # --- files ----------------------------------------------------------------------

    def names(self, under: str) -> Iterator[str]:
        """Give the full name of everything below a folder that is no folder, in order."""
        waiting = [under]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self._path / folder) as found:
                    entries = sorted(found, key=lambda one: one.name)
            except FileNotFoundError:
                continue
            except NotADirectoryError:
                yield folder
                continue
            except OSError as error:
                raise StorageError(f"{self._path / folder}: {error.strerror}") from error
            for one in entries:
                name = f"{folder}/{one.name}"
                if one.is_dir(follow_symlinks=False):
                    waiting.append(name)
                else:
                    yield name

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return a file's bytes, None where there is none."""
        found = bytearray()
        there = False
        for chunk in self.chunks(name):
            there = True
            found += chunk
            if len(found) > limit:
                raise EvidenceError("too-large", f"has more than the {limit:,} bytes it can have")
        return bytes(found) if there else None

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes piece by piece, an empty piece at least; nothing for no file."""
        try:
            handle = os.open(self._path / name, _READING)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return
            if error.errno in (errno.ELOOP, errno.ENXIO, errno.EMLINK):
                raise _no_file() from None
            raise StorageError(f"{self._path / name}: {error.strerror}") from error
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _no_file()
            try:
                yield b""
                while chunk := file.read(_CHUNK):
                    yield chunk
            except OSError as error:
                raise StorageError(f"{self._path / name}: {error.strerror}") from error


def _no_file() -> EvidenceError:
    return EvidenceError("not-a-file", "is a link or no plain file: nothing was read there")


def _plain(sql: object) -> str:
    return " ".join(sql.split()) if isinstance(sql, str) else ""


def _version_of(schema: dict[str, str]) -> str:
    return next(version for version, one in SCHEMAS.items() if one is schema)


# --- opening -------------------------------------------------------------------------------


class Opened:
    """A production, opened.

    Attributes:
        folder: What lies in it.
        published: Its published checkpoint, read before the database was.
    """

    def __init__(self, path: Path, folder: FsckFolder, published: bytes | None, mark: Any) -> None:
        self.folder, self.published = folder, published
        self._path, self._mark = path, mark

    def moved(self) -> bool:
        """Whether a writer changed meanwhile what was read, or published more."""
        return self._mark != _mark(self._path / JOURNAL) or self.published != _checkpoint(
            self._path
        )


@contextmanager
def opened(path: Path, *, copying: bool = False) -> Iterator[Opened]:
    """Open a production to look at, also while somebody writes, also where nobody can.

    Args:
        copying: Copy the database in any case: somebody was seen to write to it.

    Raises:
        EvidenceError: `no-production`, `journal-newer`.
        StorageError: The machine could not read it.
    """
    journal = path / JOURNAL
    try:
        if not stat.S_ISREG(journal.lstat().st_mode):
            raise _no_production(path)
        # First this: what is published later than the database is read could not be in it.
        published = _checkpoint(path)
        mark = _mark(journal)
        if not copying and not _wal_head(journal):
            with _linked(journal, immutable=True) as link:
                yield Opened(path, FsckFolder(path, link), published, mark)
            return
        with tempfile.TemporaryDirectory(prefix="showclear-fsck-") as beside:
            copy = Path(beside) / JOURNAL
            _copy(journal, copy)
            with _linked(copy, immutable=False) as link:
                yield Opened(path, FsckFolder(path, link), published, mark)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_production(path) from error
    except OSError as error:
        raise StorageError(f"{error.filename or path} cannot be read: {error.strerror}") from error


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """Copy a production's journal into a folder of this reader's own, gone at the end.

    For whoever reads it in a way that leaves something beside the file.

    Raises:
        StorageError: The machine could not read or write it.
    """
    with tempfile.TemporaryDirectory(prefix="showclear-fsck-") as beside:
        try:
            _copy(path / JOURNAL, Path(beside) / JOURNAL)
        except OSError as error:
            raise StorageError(f"{path / JOURNAL} cannot be copied: {error.strerror}") from error
        yield Path(beside)


def _no_production(path: Path) -> EvidenceError:
    return EvidenceError(
        "no-production",
        "no production is here: there is no journal.sqlite. A bundle or published files are "
        "checked by `showclear verify`.",
        where=str(path),
    )


def _checkpoint(path: Path) -> bytes | None:
    try:
        return FsckFolder.read(_Bare(path), CHECKPOINT, limit=_CHUNK)
    except EvidenceError:
        # A link or no plain file: the bytes of no checkpoint, so it is refused as one.
        return b""


class _Bare(FsckFolder):
    """A folder without its database."""

    def __init__(self, path: Path) -> None:
        self._path = path


def _mark(journal: Path) -> tuple[tuple[int, int, int] | None, ...]:
    """Tell a database and its log of writes from themselves after any writing."""
    return tuple(_stamp(path) for path in (journal, journal.with_name(f"{JOURNAL}-wal")))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _wal_head(journal: Path) -> bytes:
    try:
        with journal.with_name(f"{JOURNAL}-wal").open("rb") as file:
            return file.read(_WAL_HEADER)
    except FileNotFoundError:
        return b""


def _copy(journal: Path, copy: Path) -> None:
    """Copy a database and its write-ahead log so that both are of one moment."""
    for _ in range(COPIES_MAX):
        head, mark = _wal_head(journal), _mark(journal)
        shutil.copyfile(journal, copy)
        wal = copy.with_name(f"{JOURNAL}-wal")
        wal.unlink(missing_ok=True)
        if head:
            try:
                shutil.copyfile(journal.with_name(wal.name), wal)
            except FileNotFoundError:
                continue
        if _wal_head(journal) == head and (head or _mark(journal) == mark):
            return
        time.sleep(COPY_WAIT_SECONDS)
    raise StorageError(
        f"{journal} was written to all the time while it was copied. Stop the writer and try again."
    )


@contextmanager
def _linked(path: Path, *, immutable: bool) -> Iterator[sqlite3.Connection | None]:
    """Open the database; None where it is none."""
    mode = "ro&immutable=1" if immutable else "ro"
    link = None
    try:
        try:
            link = sqlite3.connect(
                f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, isolation_level=None
            )
            # Whatever bytes stand where text should, they come out, marked, and are looked at.
            link.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            for pragma in ("query_only = ON", "trusted_schema = OFF", "temp_store = MEMORY"):
                link.execute(f"PRAGMA {pragma}")
            link.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _MACHINE:
                raise StorageError(f"{path} cannot be opened: {error}") from error
            if code == sqlite3.SQLITE_NOTADB and link is not None:
                link.close()
                link = None
        except UnicodeDecodeError:
            pass
        yield link
    finally:
        if link is not None:
            link.close()

"""A journal is made on purpose, for its owner alone, and opened only by who understands it.

An empty record in the place of a lost one would look like a day on which nothing was said.
A program that writes to a later version's tables would break what it cannot see.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from showclear.adapters import sqlite_opening, sqlite_statements
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.adapters.sqlite_migrating import SCRIPTS, migrate
from showclear.adapters.sqlite_tables import CORE, TABLES, compiled
from showclear.ledger.errors import (
    EvidenceError,
    MisuseError,
    StorageError,
    WriterRefusedError,
)
from tests.contracts.groups import all_of, group_of, head_of, note_of, say


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of two entries, closed."""
    made = tmp_path / "journal.sqlite"
    journal = SqliteJournal.create(made)
    journal.found(head_of(0))
    say(journal, group_of(0, 2))
    journal.close()
    return made


def schema(link: sqlite3.Connection) -> dict[str, tuple[object, ...]]:
    """Return each table's columns, keys and checks, in whatever order they were written."""
    found = {}
    tables = link.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    for name, sql in tables:
        if name != "alembic_version":
            columns = link.execute(f"PRAGMA table_info({name})").fetchall()
            keys = [row[2:5] for row in link.execute(f"PRAGMA foreign_key_list({name})")]
            indices = []
            for _, index, unique, origin, _ in link.execute(f"PRAGMA index_list({name})"):
                inside = tuple(row[2] for row in link.execute(f"PRAGMA index_info({index})"))
                indices.append((unique, origin, inside))
            checks = re.findall(r"CHECK \((.*?)\)", sql)
            found[name] = (columns, sorted(keys), sorted(indices), checks)
    return found


def test_making_a_journal_refuses_one_that_is_there(path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(WriterRefusedError) as refused:
        SqliteJournal.create(path)

    assert "journal-exists" == refused.value.code
    assert before == path.read_bytes()


@pytest.mark.parametrize("way", [SqliteJournal.open, SqliteJournal.read])
def test_opening_a_lost_journal_makes_no_new_one(way: type, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no journal at"):
        way(tmp_path / "journal.sqlite")

    assert [] == list(tmp_path.iterdir())


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        journal = SqliteJournal.create(tmp_path / "journal.sqlite")
        journal.found(head_of(0))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        journal.close()
    finally:
        os.umask(before)

    names = ("journal.sqlite", "journal.sqlite-shm", "journal.sqlite-wal")
    assert dict.fromkeys(names, 0o600) == modes


def test_every_commit_is_durable_and_deletes_with_zeros(path: Path) -> None:
    journal = SqliteJournal.open(path)
    asked = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "temp_store")

    said = [journal._link.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]

    assert ["wal", 2, 1, 1, 2] == said
    journal.close()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be made"):
        SqliteJournal.create(tmp_path / "gone" / "journal.sqlite")


def test_a_making_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(sqlite_opening, "_sync_folder", full)

    with pytest.raises(StorageError):
        SqliteJournal.create(tmp_path / "journal.sqlite")

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("way", [SqliteJournal.open, SqliteJournal.read])
@pytest.mark.parametrize(
    "content", [b"", b"not a database, but quite long" * 100, b"SQLite format 3\0" + bytes(84)]
)
def test_a_file_that_is_no_journal_is_named_as_damage(
    content: bytes, way: type, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(content)

    with pytest.raises(EvidenceError) as found:
        way(path)

    assert "journal-damaged" == found.value.code


@pytest.mark.parametrize("way", [SqliteJournal.open, SqliteJournal.read])
def test_a_later_versions_journal_is_left_alone(way: type, path: Path) -> None:
    link = sqlite3.connect(path)
    link.execute("UPDATE alembic_version SET version_num = '9999'")
    link.commit()
    link.close()

    with pytest.raises(WriterRefusedError, match="later version") as refused:
        way(path)

    assert "journal-newer" == refused.value.code
    link = sqlite3.connect(path)
    assert [("9999",)] == link.execute("SELECT version_num FROM alembic_version").fetchall()
    link.close()


def test_an_earlier_versions_journal_is_migrated_by_opening_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated = []
    monkeypatch.setattr(sqlite_statements, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(sqlite_opening, "_migrate", migrated.append)

    with pytest.raises(WriterRefusedError) as refused:
        SqliteJournal.read(path)

    assert "journal-older" == refused.value.code
    assert [] == migrated
    SqliteJournal.open(path).close()
    assert 1 == len(migrated)


def test_whoever_only_looks_sees_each_commit_and_writes_nothing(path: Path) -> None:
    writing, reading = SqliteJournal.open(path), SqliteJournal.read(path)
    assert head_of(2) == reading.head()
    say(writing, group_of(2, 3))

    assert all_of(writing) == all_of(reading)
    with pytest.raises(MisuseError, match="only to look"):
        reading.commit(group_of(5, 1), after=note_of(5))
    reading.close()
    say(writing, group_of(5, 1))
    writing.close()


def test_looking_does_not_wait_for_a_commit(path: Path) -> None:
    writing = sqlite3.connect(path, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("DELETE FROM checkpoints")

    reading = SqliteJournal.read(path, busy_ms=0)

    assert head_of(2) == reading.head()
    assert 2 == len(list(reading.checkpoints()))
    reading.close()
    writing.execute("ROLLBACK")
    writing.close()


def test_opening_imports_neither_alembic_nor_sqlalchemy(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from showclear.adapters.sqlite_journal import SqliteJournal\n"
        "SqliteJournal.open(Path(sys.argv[1])).close()\n"
        "print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    )

    said = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )

    assert "[]\n" == said.stdout


@pytest.mark.parametrize("name", CORE)
def test_what_is_said_to_the_driver_is_what_core_builds(name: str) -> None:
    assert compiled(name) == getattr(sqlite_statements, name)


def test_every_version_is_named_in_its_order() -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    walked = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]

    assert list(sqlite_statements.REVISIONS) == walked[::-1]


def test_migrations_lead_to_the_tables_as_they_are_written(path: Path) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        TABLES.create_all(connection)
        written = schema(connection.connection.driver_connection)
    engine.dispose()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        differing = compare_metadata(MigrationContext.configure(connection), TABLES)
        migrated = schema(connection.connection.driver_connection)
    engine.dispose()

    assert [] == differing
    assert written == migrated


def test_a_migration_back_and_forth_gives_the_same_tables(tmp_path: Path) -> None:
    journal = SqliteJournal.create(tmp_path / "journal.sqlite")
    before = schema(journal._link)

    migrate(journal._link, to="base")
    none = schema(journal._link)
    migrate(journal._link)

    assert {} == none
    assert before == schema(journal._link)
    journal.found(head_of(0))
    journal.close()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    journal = SqliteJournal.open(path)
    before = schema(journal._link), all_of(journal)
    journal._link.set_authorizer(
        lambda action, *_: int(action == sqlite3.SQLITE_DROP_TABLE and _[0] == "checkpoints")
    )

    with pytest.raises(StorageError, match="Nothing of this was kept"):
        migrate(journal._link, to="base")

    journal._link.set_authorizer(None)
    assert before == (schema(journal._link), all_of(journal))
    journal.close()

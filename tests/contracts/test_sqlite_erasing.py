"""Erased words are in no file any more, and nobody is told so while they still are.

A person who has their reason for not doing a stunt taken out of the record was promised
that it is gone: from the table, from between its rows, from the write-ahead log, also when
the program died in between.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from showclear.adapters import sqlite_journal
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.ledger.errors import StorageError
from showclear.ledger.journal import Group, Text
from tests.contracts.groups import group_of, head_of, note_of, row_of, say

LENGTHS = (0, 10, 60, 200, 900, 2500)
"""Of words, in letters: several to a page, one to a page, more than a page with its copies."""


SEEDS = (2, 3, 4)
"""With each of these, `secure_delete` alone left copies of erased words in the file."""


def in_files(folder: Path, words: str) -> list[str]:
    """Return the files that hold these words."""
    return [file.name for file in folder.iterdir() if words.encode() in file.read_bytes()]


def secret(index: int) -> str:
    return f"<reason {index:05d}>"


def long_text(named: str, length: int) -> Text:
    """Return a text that can be found by its beginning and by its end."""
    return Text(id=named, path="note", salt=b"s", text=f"<{named}>{'x' * length}[{named}]")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """Ten entries with a text each, kept in one group."""
    made = SqliteJournal.create(tmp_path / "journal.sqlite")
    made.found(head_of(0))
    say(made, spoken(range(10)))
    yield made
    made.close()


def spoken(indices: range) -> Group:
    texts = tuple(
        Text(id=f"case/{index}", path="note", salt=b"salt %d" % index, text=secret(index))
        for index in indices
    )
    return replace(group_of(indices.start, len(indices)), texts=texts)


def test_erased_words_and_their_salt_are_in_no_file(journal: SqliteJournal, tmp_path: Path) -> None:
    assert [] != in_files(tmp_path, secret(3))

    say(journal, replace(group_of(10, 1), erased=("case/3",)))

    assert [] == in_files(tmp_path, secret(3)) + in_files(tmp_path, "salt 3")
    assert [] != in_files(tmp_path, secret(4))
    assert not journal.erasure_due


def test_a_later_program_erases_as_thoroughly(journal: SqliteJournal, tmp_path: Path) -> None:
    say(journal, *(group_of(index, 1) for index in range(10, 20)))
    journal.close()

    later = SqliteJournal.open(journal.path)
    say(later, replace(group_of(20, 1), erased=("case/0", "case/9")))

    assert [] == in_files(tmp_path, secret(0)) + in_files(tmp_path, secret(9))
    later.close()
    assert [] == in_files(tmp_path, secret(0)) + in_files(tmp_path, secret(9))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_copy_stays_between_the_rows_of_a_page(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    journal = SqliteJournal.create(tmp_path / "journal.sqlite")
    journal.found(head_of(0))
    journal._link.execute("PRAGMA synchronous = OFF")
    here: list[str] = []
    copies = []
    size = 0
    for step in range(80):
        # Ids without an order, so that rows move from page to page as more come between.
        ids = [f"{chance.getrandbits(60):x}" for _ in range(chance.choice((1, 5, 30)))]
        gone = (
            chance.sample(here, min(len(here), chance.choice((1, 3, 20, 60)))) if step % 2 else []
        )
        group = Group(
            rows=tuple(row_of(size + place, id=named) for place, named in enumerate(ids)),
            head=head_of(size + len(ids)),
            verdicts={},
            texts=tuple(long_text(named, chance.choice(LENGTHS)) for named in ids),
            erased=gone,
        )
        journal.commit(group, after=note_of(size))
        size += len(ids)
        here = [*(named for named in here if named not in gone), *ids]
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir()) if gone else b""
        copies += [named for named in gone if f"<{named}>".encode() in files]
        copies += [named for named in gone if f"[{named}]".encode() in files]

    assert [] == copies
    assert sorted(here) == sorted(text.id for text in journal.texts())
    journal.close()


def test_an_erasure_under_a_readers_eyes_is_due_until_they_leave(
    journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_journal, "ERASURE_WAIT_MS", 200)
    reader = sqlite3.connect(journal.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM texts").fetchall()

    say(journal, replace(group_of(10, 1), erased=("case/3",)))

    assert journal.erasure_due
    assert [] != in_files(tmp_path, secret(3))
    began = time.monotonic()
    say(journal, group_of(11, 1))
    assert journal.erasure_due
    assert time.monotonic() - began < sqlite_journal.ERASURE_WAIT_MS / 1000
    reader.close()
    say(journal, group_of(12, 1))
    assert not journal.erasure_due
    assert [] == in_files(tmp_path, secret(3))


def test_words_erased_just_before_a_crash_are_gone_at_the_next_start(
    journal: SqliteJournal, tmp_path: Path
) -> None:
    journal.close()
    code = """
import os, sys
from dataclasses import replace
from pathlib import Path
from showclear.adapters import sqlite_journal
from tests.contracts.groups import group_of, note_of
journal = sqlite_journal.SqliteJournal.open(Path(sys.argv[1]))
sqlite_journal.scrub = lambda link, **_: os._exit(9)
group = replace(group_of(10, 1), erased=("case/3",))
journal.commit(group, after=note_of(10))
"""
    ended = subprocess.run([sys.executable, "-c", code, journal.path], check=False)
    assert 9 == ended.returncode
    assert [] != in_files(tmp_path, secret(3))

    later = SqliteJournal.open(journal.path)

    assert head_of(11) == later.head()
    assert [] == in_files(tmp_path, secret(3))
    later.close()


def test_an_erasure_that_fails_erases_nothing(journal: SqliteJournal) -> None:
    before = list(journal.texts())
    # The table is emptied and refused when it is written again.
    inserts = []

    def late(action: int, table: str | None, *_: object) -> int:
        inserts.append(action == sqlite3.SQLITE_INSERT and table == "texts")
        return int(inserts[-1])

    journal._link.set_authorizer(late)
    with pytest.raises(StorageError):
        say(journal, replace(group_of(10, 1), erased=("case/3",)))

    journal._link.set_authorizer(None)
    assert any(inserts)
    assert before == list(journal.texts())
    say(journal, replace(group_of(10, 1), erased=("case/3",)))
    assert 9 == len(list(journal.texts()))

"""Whatever fails under the journal, a group is whole or absent, and somebody is told which.

A set loses power, fills its disk and restores folders read-only. What was acknowledged
stays; what was not can be said again; and where nobody knows, nobody is told otherwise.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.ledger.errors import (
    EvidenceError,
    LedgerError,
    StorageError,
    UnknownOutcomeError,
)
from showclear.ledger.journal import Group
from tests.contracts.groups import (
    FULL_GROUP,
    all_of,
    aside_of,
    group_of,
    head_of,
    note_of,
    row_of,
    say,
    text_of,
)

GROUP = 3
"""Entries in each group of the program that is killed."""

CHILD = """
import os, resource, sys
from dataclasses import replace
from pathlib import Path
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.ledger.errors import StorageError
from showclear.ledger.journal import Group
from tests.contracts.groups import group_of, head_of, note_of, row_of, say
path = Path(sys.argv[1])
"""


def child(code: str, path: Path, **how: object) -> subprocess.Popen[str]:
    """Start a program of its own on a journal."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + code, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


class Dying(Sequence[object]):
    """What a group brings that ends the program, or interrupts it, when it is written."""

    def __init__(self, die: Callable[[], object]) -> None:
        self._die = die

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: object) -> object:
        return self._die()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A founded log of two entries, one with a text."""
    made = SqliteJournal.create(tmp_path / "journal.sqlite", busy_ms=50)
    made.found(head_of(0))
    say(made, replace(group_of(0, 2), texts=(text_of(1, "words"),)))
    yield made
    made.close()


EVERYTHING = replace(FULL_GROUP, erased=("case/1",))
"""Writes to every table that a group can reach, and erases."""


# A program that dies


def test_a_killed_program_leaves_whole_groups_and_all_it_acknowledged(
    journal: SqliteJournal,
) -> None:
    code = f"""
journal = SqliteJournal.open(path)
while True:
    size = journal.head().size
    say(journal, group_of(size, {GROUP}))
    print(size + {GROUP}, flush=True)
"""
    for delay in (0.0, 0.004, 0.015):
        before = journal.head()
        running = child(code, journal.path)
        first = running.stdout.readline()
        time.sleep(delay)
        running.send_signal(signal.SIGKILL)
        rest, complaint = running.communicate()
        assert first, complaint
        acknowledged = [
            int(line) for line in [first, *rest.splitlines(keepends=True)] if line[-1:] == "\n"
        ]

        head = SqliteJournal.open(journal.path).head()

        assert max(acknowledged) <= head.size <= max(acknowledged) + GROUP
        assert 0 == (head.size - before.size) % GROUP
        assert head_of(head.size) == head
        size = head.size
        assert [b"said %d" % index for index in range(size)] == list(journal.entries(0, size))
        assert note_of(size) == journal.covering(size - 1)
        assert {f"case/{size - 1}": size - 1} == journal.find([f"case/{size - 1}", f"case/{size}"])


@pytest.mark.parametrize("letters", [10, 60_000])
def test_a_program_that_dies_before_commit_leaves_nothing(
    letters: int, journal: SqliteJournal
) -> None:
    # The large one is more than SQLite keeps in memory: its pages are in the log already.
    before = all_of(journal)
    code = f"""
class Dying:
    def __iter__(self): os._exit(9)
journal = SqliteJournal.open(path)
rows = tuple(row_of(index, entry=b"%07d" % index * ({letters} // 7)) for index in range(2, 130))
group = Group(rows=rows, head=head_of(130), verdicts={{}}, asides=Dying())
journal.commit(group, after=note_of(2))
"""
    ended = child(code, journal.path)
    _, complaint = ended.communicate()
    assert 9 == ended.returncode, complaint

    with_log = sum(file.stat().st_size for file in journal.path.parent.iterdir())

    assert before == all_of(journal)
    assert (letters > 1000) == (with_log > 4_000_000)
    say(journal, FULL_GROUP)


def test_an_interrupted_commit_is_rolled_back(journal: SqliteJournal) -> None:
    before = all_of(journal)

    def interrupt() -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        say(journal, replace(FULL_GROUP, asides=Dying(interrupt)))

    assert before == all_of(journal)
    say(journal, FULL_GROUP)


# A machine that refuses


def test_whichever_step_fails_nothing_is_kept(journal: SqliteJournal) -> None:
    before = all_of(journal)
    refused = 0
    while refusing(journal, step=refused):
        assert before == all_of(journal)
        refused += 1

    assert refused > 20
    assert head_of(5) == journal.head()


def refusing(journal: SqliteJournal, *, step: int) -> bool:
    """Commit while SQLite refuses one step of it; return whether there was such a step."""
    seen = -1

    def deny(action: int, first: str | None, *_: object) -> int:
        nonlocal seen
        if action == sqlite3.SQLITE_TRANSACTION and first in ("COMMIT", "ROLLBACK"):
            return sqlite3.SQLITE_OK
        seen += 1
        return sqlite3.SQLITE_DENY if seen == step else sqlite3.SQLITE_OK

    journal._link.set_authorizer(deny)
    try:
        say_from_two(journal)
    except UnknownOutcomeError:
        raise AssertionError("nothing was committed") from None
    except StorageError:
        return True
    finally:
        journal._link.set_authorizer(None)
    return False


def say_from_two(journal: SqliteJournal) -> None:
    journal.commit(EVERYTHING, after=note_of(2))


def test_when_commit_itself_fails_nobody_knows_and_the_journal_is_closed(
    journal: SqliteJournal,
) -> None:
    before = all_of(journal)
    journal._link.set_authorizer(
        lambda action, first, *_: int(action == sqlite3.SQLITE_TRANSACTION and first == "COMMIT")
    )

    with pytest.raises(UnknownOutcomeError, match="Nobody knows"):
        say_from_two(journal)

    with pytest.raises(StorageError, match="closed"):
        journal.head()
    again = SqliteJournal.open(journal.path)
    assert before == all_of(again)
    say_from_two(again)
    again.close()


def test_a_full_disk_keeps_nothing_and_writing_resumes(journal: SqliteJournal) -> None:
    before = all_of(journal)
    pages = journal._link.execute("PRAGMA page_count").fetchone()[0]
    journal._link.execute(f"PRAGMA max_page_count = {pages + 2}")
    rows = tuple(row_of(index, entry=bytes(9000)) for index in range(2, 8))
    large = Group(rows=rows, head=head_of(8), verdicts={})

    with pytest.raises(StorageError, match=r"disk is full.*Nothing of this was kept"):
        say(journal, large)

    assert before == all_of(journal)
    journal._link.execute("PRAGMA max_page_count = 100000")
    say(journal, large)
    assert head_of(8) == journal.head()


def test_a_disk_that_refuses_in_commit_loses_nothing_acknowledged(
    journal: SqliteJournal,
) -> None:
    journal.close()
    code = """
journal = SqliteJournal.open(path)
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most))
size = 2
try:
    while True:
        rows = tuple(row_of(index, entry=bytes(5000)) for index in range(size, size + 3))
        say(journal, Group(rows=rows, head=head_of(size + 3), verdicts={}))
        size += 3
except StorageError as error:
    print(type(error).__name__, size, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
again = SqliteJournal.open(path)
stands = again.head().size
assert stands in (size, size + 3), stands
say(again, group_of(stands, 3))
print(again.head().size - stands)
"""
    said, complaint = child(code, journal.path).communicate()

    name, size, *_ = said.split()
    assert "UnknownOutcomeError" == name, complaint
    assert int(size) > 5
    assert "See to the disk" in said
    assert "3" == said.split()[-1], complaint
    later = SqliteJournal.open(journal.path)
    later_size = later.head().size
    assert later_size == len(list(later.entries(0, later_size)))
    later.close()


@pytest.mark.parametrize("read_only", ["file", "folder"])
def test_a_journal_that_may_only_be_read_is_looked_at_and_not_written(read_only: str) -> None:
    # The administrator may write everywhere, so the test goes on as nobody.
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "journal.sqlite"
        made = SqliteJournal.create(path)
        made.found(head_of(0))
        say(made, group_of(0, 2))
        made.close()
        path.chmod(0o444 if read_only == "file" else 0o666)
        folder.chmod(0o777 if read_only == "file" else 0o555)
        code = """
import showclear.adapters.sqlite_migrating
if os.geteuid() == 0:
    os.setuid(65534)
try:
    journal = SqliteJournal.open(path)
    say(journal, group_of(2, 1))
except StorageError as error:
    print(type(error).__name__, error)
print(SqliteJournal.read(path).head().size)
"""
        said, complaint = child(code, path).communicate()
        folder.chmod(0o755)
        path.chmod(0o644)

        assert "StorageError" == said.split(maxsplit=1)[0], complaint
        assert "try again" in said
        assert "2" == said.split()[-1], complaint
        later = SqliteJournal.open(path)
        say(later, group_of(2, 1))
        later.close()
    finally:
        shutil.rmtree(folder)


def test_a_journal_that_another_program_holds_is_named_so(journal: SqliteJournal) -> None:
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageError, match="Another program holds the journal"):
        say(journal, group_of(2, 1))

    other.execute("ROLLBACK")
    other.close()
    say(journal, group_of(2, 1))


def test_what_no_row_holds_is_refused_as_a_mistake_of_ours(journal: SqliteJournal) -> None:
    before = all_of(journal)
    for wrong in (
        replace(FULL_GROUP, asides=(replace(aside_of(b""), length=2**70),)),
        replace(FULL_GROUP, asides=(replace(aside_of(b""), id="\ud800"),)),
        replace(FULL_GROUP, asides=(replace(aside_of(b""), id=object()),)),
    ):
        with pytest.raises(LedgerError):
            say(journal, wrong)

    assert before == all_of(journal)


# A file that was damaged


@settings(max_examples=40, deadline=None)
@given(draw=st.data())
def test_damage_is_found_or_harmless_and_never_a_crash(draw: st.DataObject) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "journal.sqlite"
        path.write_bytes(WHOLE)
        offset = draw.draw(st.integers(0, len(WHOLE) - 1), label="offset")
        noise = draw.draw(st.binary(min_size=1, max_size=40), label="noise")
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(noise)
        with suppress(LedgerError):
            journal = SqliteJournal.read(path)
            try:
                all_of(journal)
            finally:
                journal.close()
    finally:
        shutil.rmtree(folder)


def whole() -> bytes:
    """Return the file of a journal with something in every table."""
    with tempfile.TemporaryDirectory() as folder:
        journal = SqliteJournal.create(Path(folder) / "journal.sqlite")
        journal.found(head_of(0))
        say(journal, group_of(0, 2), FULL_GROUP, group_of(5, 90))
        journal.close()
        return (Path(folder) / "journal.sqlite").read_bytes()


WHOLE = whole()


def test_a_missing_entry_is_named(journal: SqliteJournal) -> None:
    other = sqlite3.connect(journal.path)
    other.execute("DELETE FROM entries WHERE idx = 1")
    other.commit()
    other.close()

    with pytest.raises(EvidenceError, match=r"entries 0 to 2.*missing"):
        list(journal.entries(0, 2))


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE entries SET entry = 'text'",
        "UPDATE entries SET leaf = x'00'",
        "DELETE FROM entries WHERE idx = 0",
        "UPDATE writer SET root = 'text'",
        "UPDATE checkpoints SET note = 7",
        "DELETE FROM checkpoints",
        "UPDATE verdicts SET verdict = 'words'",
        "UPDATE texts SET text = x'00'",
        "UPDATE texts SET text = CAST(x'ff' AS TEXT)",
        "UPDATE asides SET raw = 'text'",
        "DROP TABLE texts",
    ],
)
def test_what_no_journal_writes_is_shown_as_damage(spoil: str, journal: SqliteJournal) -> None:
    say(journal, FULL_GROUP)
    other = sqlite3.connect(journal.path)
    other.execute(spoil)
    other.commit()
    other.close()

    with pytest.raises(EvidenceError) as found:
        (all_of(journal), journal.covering(1))

    assert "journal-damaged" == found.value.code

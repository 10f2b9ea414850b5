"""The journal in memory keeps the contract, and fails exactly as it is told.

Whatever writes to a journal is tested against its failures here; if a failure kept more or
less than its name says, those tests would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.ledger.errors import StorageError, UnknownOutcomeError, WriterRefusedError
from showclear.ledger.journal import Journal, Snapshot
from showclear.testing.memory_journal import Failure, MemoryJournal
from tests.contracts.groups import (
    FULL_GROUP,
    all_of,
    aside_of,
    group_of,
    head_of,
    note_of,
    say,
)
from tests.contracts.journal_contract import JournalContract


class TestMemoryJournal(JournalContract):
    def make(self, folder: Path) -> Journal:
        return MemoryJournal()

    def second(self, journal: Journal) -> Journal:
        assert isinstance(journal, MemoryJournal)
        return journal.again()


WRITES: dict[str, Callable[[MemoryJournal], None]] = {
    "commit": lambda journal: journal.commit(FULL_GROUP, after=note_of(2)),
    "keep_aside": lambda journal: journal.keep_aside([aside_of(b"{")]),
    "put_snapshot": lambda journal: journal.put_snapshot(
        Snapshot(size=2, root=bytes(32), maker="fold 1", body=b"view")
    ),
}
each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@pytest.fixture
def journal() -> MemoryJournal:
    made = MemoryJournal()
    made.found(head_of(0))
    say(made, group_of(0, 2))
    return made


@each_write
def test_a_refused_write_keeps_nothing_and_can_be_said_again(
    write: Callable[[MemoryJournal], None], journal: MemoryJournal
) -> None:
    before = all_of(journal)
    journal.fail(Failure.REFUSED)

    with pytest.raises(StorageError) as failed:
        write(journal)

    assert not isinstance(failed.value, UnknownOutcomeError)
    assert before == all_of(journal)
    write(journal)
    assert before != all_of(journal)


@each_write
@pytest.mark.parametrize("how", [Failure.LOST, Failure.KEPT])
def test_after_an_unknown_outcome_only_a_new_opening_tells(
    how: Failure, write: Callable[[MemoryJournal], None], journal: MemoryJournal
) -> None:
    before = all_of(journal)
    journal.fail(how)

    with pytest.raises(UnknownOutcomeError):
        write(journal)

    with pytest.raises(StorageError, match="closed"):
        journal.head()
    assert (how is Failure.LOST) == (before == all_of(journal.again()))


def test_founding_can_fail_too() -> None:
    for how, founded in ((Failure.LOST, None), (Failure.KEPT, head_of(0))):
        journal = MemoryJournal()
        journal.fail(how)
        with pytest.raises(UnknownOutcomeError):
            journal.found(head_of(0))

        assert founded == journal.again().head()


def test_the_write_that_is_named_fails_and_no_other(journal: MemoryJournal) -> None:
    journal.fail(Failure.REFUSED, skip=2)
    say(journal, group_of(2, 1), group_of(3, 1))

    with pytest.raises(StorageError):
        say(journal, group_of(4, 1))

    say(journal, group_of(4, 1))
    assert head_of(5) == journal.head()


def test_a_failing_machine_hides_no_mistake(journal: MemoryJournal) -> None:
    journal.fail(Failure.KEPT)

    with pytest.raises(WriterRefusedError):
        journal.commit(FULL_GROUP, after=note_of(1))

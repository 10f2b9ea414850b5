"""The journal on disk keeps the contract.

What only a file can suffer (a crash, a full disk, erased words, an older program) has its
own tests beside this one.
"""

from __future__ import annotations

from pathlib import Path

from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.ledger.journal import Journal
from tests.contracts.journal_contract import JournalContract


class TestSqliteJournal(JournalContract):
    def make(self, folder: Path) -> Journal:
        return SqliteJournal.create(folder / "journal.sqlite")

    def second(self, journal: Journal) -> Journal:
        assert isinstance(journal, SqliteJournal)
        return SqliteJournal.open(journal.path)

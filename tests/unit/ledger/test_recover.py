"""Protects: a log is opened as what it was signed as, or not opened for signing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from showclear.ledger.errors import EvidenceError, LedgerError, WriterRefusedError
from showclear.ledger.journal import Head
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.note import NoteSigner
from showclear.ledger.recover import check_head, open_writer, tree_of
from showclear.ledger.writer import NewEntry, Writer
from showclear.testing.failing_files import FailingFiles
from showclear.testing.memory_journal import MemoryJournal, Store

SIGNER = NoteSigner("set.example/log", bytes(range(32)))
OTHER = NoteSigner("other.example/log", bytes(32))


class Place:
    """A folder in memory with a log of three entries in two commits, published."""

    def __init__(self, *names: str) -> None:
        self.store, self.files = Store(), FailingFiles()
        self.writer = Writer.found(MemoryJournal(self.store), SIGNER, place="here")
        self.publish()
        for name in names or ("a", "b", "c"):
            self.writer.append([NewEntry(id=name, entry=name.encode())])
        self.publish()

    def publish(self) -> None:
        self.open()

    def open(self, **more: object) -> Writer:
        given = {"key": SIGNER.key, "place": "here", **more}
        return open_writer(MemoryJournal(self.store), self.files, SIGNER, **given)  # type: ignore[arg-type]

    def refusal(self, **more: object) -> str:
        with pytest.raises((WriterRefusedError, EvidenceError)) as refused:
            self.open(**more)
        return str(refused.value.code)


def test_a_log_is_opened_where_it_stood() -> None:
    place = Place()

    again = place.open()

    assert place.writer.head == again.head
    assert place.writer.tree.root() == again.tree.root()
    assert 4 == again.append([NewEntry(id="d", entry=b"d")]).size


def test_the_tree_is_built_from_the_stored_leaves() -> None:
    journal = MemoryJournal(Place().store)

    assert [tree_of(journal, size).root() for size in range(4)] == [
        Place().writer.tree.root(size) for size in range(4)
    ]


def test_what_a_crash_left_unpublished_is_published() -> None:
    place = Place()
    place.writer.append([NewEntry(id="d", entry=b"d")])
    before = place.files.look("checkpoint")

    place.open()

    assert before != place.files.look("checkpoint") == place.writer.head.checkpoint


def test_where_no_log_is_none_is_opened() -> None:
    with pytest.raises(WriterRefusedError) as refused:
        open_writer(MemoryJournal(Store()), FailingFiles(), SIGNER, key=SIGNER.key, place="here")

    assert "not-founded" == refused.value.code


def test_a_copy_of_the_folder_is_not_written_to() -> None:
    place = Place()

    assert "copied-folder" == place.refusal(place="there")


def test_another_logs_key_opens_nothing() -> None:
    place = Place()

    with pytest.raises(EvidenceError):
        place.open(key=OTHER.key)


def test_a_store_behind_what_was_published_is_refused() -> None:
    place, older = Place(), Place("a", "b")
    older.files.put("checkpoint", place.writer.head.checkpoint)

    assert "store-behind" == older.refusal()


def test_a_store_beside_what_was_published_is_refused() -> None:
    place, other = Place(), Place("a", "x", "y", "z")
    other.files.put("checkpoint", place.writer.head.checkpoint)

    assert "store-differs" == other.refusal()


def test_a_store_behind_a_presented_receipt_is_refused() -> None:
    place, older = Place(), Place("a", "b")

    assert "store-behind" == older.refusal(presented={"mine": place.writer.receipt(0)})
    assert older.open(presented={"older": older.writer.receipt(0)}).head.size == 2


@pytest.mark.parametrize("raw", [b"", b"hello", b"c2sp.org/tlog-proof@v1\n"])
def test_a_receipt_that_is_none_stops_the_opening(raw: bytes) -> None:
    with pytest.raises(LedgerError):
        Place().open(presented={"mine": raw})


CHANGES: dict[str, Callable[[Head], Head]] = {
    "its size": lambda head: replace(head, size=head.size - 1),
    "its root": lambda head: replace(head, root=bytes(32)),
    "its frontier": lambda head: replace(head, frontier=head.frontier[:-1] + b"\x00"),
    "a frontier cut off": lambda head: replace(head, frontier=head.frontier[:31]),
    "no frontier": lambda head: replace(head, frontier=b""),
    "its checkpoint": lambda head: replace(head, checkpoint=b"hello"),
    "an older checkpoint": lambda head: replace(head, checkpoint=Place("a").writer.head.checkpoint),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_lock_row_that_was_changed_is_found(what: str) -> None:
    place = Place()
    assert place.store.head is not None
    place.store.head = CHANGES[what](place.store.head)

    with pytest.raises(EvidenceError):
        place.open()


def test_a_leaf_that_was_changed_is_found() -> None:
    place = Place()
    place.store.rows[1] = replace(place.store.rows[1], leaf=leaf_hash(b"other"))

    assert "journal-differs" == place.refusal()


def test_an_entry_that_was_taken_away_is_found() -> None:
    place = Place()
    del place.store.rows[2]

    with pytest.raises(LedgerError):
        place.open()


def test_a_head_agrees_with_its_own_tree() -> None:
    place = Place()

    check_head(place.writer.head, place.writer.tree, SIGNER.key)

"""Protects: whatever is appended is whole and signed, or nothing of it ever was.

Two roots for one size would be two histories under one name.
"""

from __future__ import annotations

import pytest

from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.errors import (
    MisuseError,
    StorageError,
    UnknownOutcomeError,
    WriterRefusedError,
)
from showclear.ledger.journal import ENTRY_BYTES_MAX
from showclear.ledger.merkle import EMPTY_ROOT
from showclear.ledger.note import NoteSigner
from showclear.ledger.recover import open_writer
from showclear.ledger.tlog_proof import verify_tlog_proof
from showclear.ledger.tree import Tree
from showclear.ledger.writer import GROUP_ROWS_MAX, NewEntry, Writer
from showclear.testing.failing_files import FailingFiles
from showclear.testing.memory_journal import Failure, MemoryJournal, Store
from tests.unit.ledger import naive

SIGNER = NoteSigner("set.example/log", bytes(range(32)))


def founded() -> tuple[Writer, MemoryJournal]:
    journal = MemoryJournal(Store())
    return Writer.found(journal, SIGNER, place="here"), journal


def new(*names: str) -> list[NewEntry]:
    return [NewEntry(id=name, entry=name.encode()) for name in names]


def test_an_empty_log_is_founded_with_a_signed_checkpoint() -> None:
    writer, journal = founded()

    head = journal.head()
    assert head is not None
    point = open_checkpoint(head.checkpoint, SIGNER.key).checkpoint
    assert (SIGNER.name, 0, EMPTY_ROOT) == (point.origin, point.size, point.root)
    assert head == writer.head
    assert "here" == head.place


def test_a_log_is_founded_once() -> None:
    _, journal = founded()

    with pytest.raises(WriterRefusedError):
        Writer.found(journal, SIGNER, place="here")


@pytest.mark.parametrize("sizes", [[1], [1, 1, 1], [3, 5], [255, 2, 300]])
def test_every_checkpoint_is_of_the_tree_over_all_entries(sizes: list[int]) -> None:
    writer, journal = founded()
    entries: list[bytes] = []
    for place, count in enumerate(sizes):
        group = new(*(f"{place}-{number}" for number in range(count)))
        entries += [one.entry for one in group]

        head = writer.append(group)

        point = open_checkpoint(head.checkpoint, SIGNER.key).checkpoint
        assert (len(entries), naive.mth(entries)) == (point.size, point.root)
        assert head == journal.head() == writer.head
    assert entries == list(journal.entries(0, len(entries)))


def test_a_verdict_is_kept_beside_the_act_of_the_same_group() -> None:
    writer, journal = founded()
    writer.append(new("before"))

    writer.append(
        [
            NewEntry(id="act", entry=b"act"),
            NewEntry(id="verdict", entry=b"verdict", verdict_of=0),
            NewEntry(id="other", entry=b"other"),
        ]
    )

    assert [None, 2, None, None] == [journal.verdict_of(index) for index in range(4)]


def test_a_receipt_proves_an_entry_under_the_newest_checkpoint_or_an_older_one() -> None:
    writer, _ = founded()
    older = writer.append(new("a", "b", "c"))
    writer.append(new("d", "e"))

    for raw in (writer.receipt(1), writer.receipt(1, checkpoint=older.checkpoint, size=3)):
        verify_tlog_proof(raw, b"b", trust=SIGNER.key)


def test_the_first_receipt_is_under_the_commit_that_made_it_durable() -> None:
    writer, journal = founded()
    first = writer.append(new("a", "b"))
    second = writer.append(new("c"))
    writer.append(new("d"))

    assert [first.checkpoint, first.checkpoint, second.checkpoint] == [
        journal.covering(index) for index in range(3)
    ]


@pytest.mark.parametrize(
    "entries",
    [
        [],
        new(*(str(number) for number in range(GROUP_ROWS_MAX + 1))),
        [NewEntry(id="large", entry=bytes(ENTRY_BYTES_MAX + 1))],
    ],
    ids=["none", "too many", "too large"],
)
def test_what_is_no_group_is_refused_and_changes_nothing(entries: list[NewEntry]) -> None:
    writer, journal = founded()
    before = writer.head

    with pytest.raises(MisuseError):
        writer.append(entries)

    assert before == writer.head == journal.head()
    assert 1 == writer.append(new("a")).size


def test_the_largest_entry_and_the_largest_group_are_kept() -> None:
    writer, _ = founded()

    writer.append([NewEntry(id="large", entry=bytes(ENTRY_BYTES_MAX))])
    head = writer.append(new(*(str(number) for number in range(GROUP_ROWS_MAX))))

    assert GROUP_ROWS_MAX + 1 == head.size


def test_what_was_refused_is_taken_back_and_may_be_said_again() -> None:
    writer, journal = founded()
    writer.append(new("a"))
    journal.fail(Failure.REFUSED)

    with pytest.raises(StorageError):
        writer.append(new("b", "c"))
    assert 1 == writer.tree.size == writer.head.size
    assert not writer.over
    head = writer.append(new("b", "c"))

    assert naive.mth([b"a", b"b", b"c"]) == head.root


@pytest.mark.parametrize("how", [Failure.LOST, Failure.KEPT])
def test_after_an_unknown_outcome_this_writer_is_over(how: Failure) -> None:
    store = Store()
    journal = MemoryJournal(store)
    writer = Writer.found(journal, SIGNER, place="here")
    journal.fail(how)

    with pytest.raises(UnknownOutcomeError):
        writer.append(new("a"))

    assert writer.over
    assert 0 == writer.tree.size
    with pytest.raises(StorageError):
        writer.append(new("b"))
    again = open_writer(MemoryJournal(store), FailingFiles(), SIGNER, key=SIGNER.key, place="here")
    assert (1 if how is Failure.KEPT else 0) == again.head.size


def test_whoever_finds_that_another_wrote_is_over() -> None:
    store = Store()
    writer = Writer.found(MemoryJournal(store), SIGNER, place="here")
    other = Writer(MemoryJournal(store), SIGNER, head=writer.head, tree=Tree())
    other.append(new("theirs"))

    with pytest.raises(WriterRefusedError) as refused:
        writer.append(new("ours"))

    assert "lock-moved" == refused.value.code
    assert writer.over
    assert [b"theirs"] == list(MemoryJournal(store).entries(0, 1))


def test_a_tree_of_another_size_is_no_start() -> None:
    writer, journal = founded()
    tree = Tree()
    tree.extend(bytes(32))

    with pytest.raises(MisuseError):
        Writer(journal, SIGNER, head=writer.head, tree=tree)

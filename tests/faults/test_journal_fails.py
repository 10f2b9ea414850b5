"""Whichever write of the journal fails, nothing is acknowledged that is not kept.

A write fails in three ways: nothing was kept, nobody knows and nothing was, nobody knows
and all of it was. Whoever says the same again ends where nobody was disturbed, with one
entry for each statement; and of all checkpoints that anybody ever saw, no two have
different roots for one size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from showclear.app.incoming import Incoming
from showclear.app.recording import Recorder
from showclear.ledger.errors import StorageError, UnknownOutcomeError
from showclear.ledger.recover import open_writer
from showclear.ledger.tree import Tree
from showclear.ledger.writer import NewEntry
from showclear.testing.memory_journal import Failure, MemoryJournal
from tests.faults.holding import Kept
from tests.faults.sets import Set, answers_of, arrived, asked, check, new_set, taken

GROUPS: list[list[Incoming]] = [
    [arrived("a/1", "ana", note="at the north gate"), arrived("a/2", "ben")],
    [asked("b/1")],
    [arrived("no id at all")],
    [arrived("d/1", "cem"), arrived("not an id"), asked("d/2")],
    [asked("b/1"), arrived("a/2", "ben")],
    [taken("e/1", "text.erased", of="a/1", basis="asked")],
    [arrived("f/1", "dora")],
]
"""Entries, verdicts, what is kept aside with entries and without, repeats, an erasure."""


@dataclass(kw_only=True)
class Outcome:
    """How a day of saying ended."""

    ids: list[str]
    told: list[list[tuple[Any, ...]]]
    texts: list[str]
    asides: set[tuple[str, bytes]]
    failures: int


def day(made: Set) -> Outcome:
    """Say every group; what fails is said again until it is answered."""
    kept, told, failures = Kept(made.key), [], 0
    recorder: Recorder | None = None
    for group in GROUPS:
        while True:
            before = MemoryJournal(made.kept).head()
            try:
                # Whoever cannot even open it tries that again.
                recorder = recorder or made.recorder()
                answers = recorder.record(group)
            except StorageError as stopped:
                failures += 1
                assert failures < 3
                if type(stopped) is StorageError and made.read < 0:
                    assert before == MemoryJournal(made.kept).head(), "not kept means not kept"
                check(made, kept)
                continue
            break
        made.later(10)
        kept.told(answers_of(answers))
        told.append([(one.id, one.index, one.verdict and one.verdict["answer"]) for one in answers])
        check(made, kept)
        failures += published_late(recorder)
        check(made, kept)
    assert recorder is not None
    journal = MemoryJournal(made.kept)
    assert kept.check_published(made.files.look) == recorder.size
    recorder.close()
    return Outcome(
        ids=list(made.kept.indices),
        told=told,
        texts=sorted(text.text for text in journal.texts()),
        asides={(one.reason, one.raw) for one in journal.aside()},
        failures=failures,
    )


def published_late(recorder: Recorder) -> bool:
    """Publish, if need be at the second try; return whether that was needed."""
    try:
        recorder.publish()
    except StorageError:
        recorder.publish()
        return True
    return False


UNDISTURBED = new_set()
CALM = day(UNDISTURBED)


def test_the_day_has_something_of_everything() -> None:
    journal = MemoryJournal(UNDISTURBED.kept)

    # The title of the production is the one text that nobody erased.
    assert ["Show"] == CALM.texts
    assert 0 == CALM.failures
    assert 2 == len(CALM.asides)
    assert {"no-id"} == {reason for reason, _ in CALM.asides}
    assert ["hold"] == [answer for _, _, answer in CALM.told[1]]
    assert CALM.told[1] == CALM.told[4][:1]
    assert UNDISTURBED.writes > len(GROUPS) - 1
    assert "verdict/b/1" in CALM.ids
    assert journal.head() is not None


@pytest.mark.parametrize("how", list(Failure), ids=lambda how: how.value)
@pytest.mark.parametrize("write", range(UNDISTURBED.writes))
def test_whichever_write_fails_the_day_ends_as_if_nothing_had_happened(
    write: int, how: Failure
) -> None:
    made = new_set()
    made.write, made.how = write, how

    assert CALM.ids == (ended := day(made)).ids
    assert 1 == ended.failures
    assert CALM.told == ended.told
    assert CALM.texts == ended.texts
    assert CALM.asides == ended.asides


def test_whichever_reading_fails_the_day_ends_as_if_nothing_had_happened() -> None:
    for read in range(UNDISTURBED.reads):
        made = new_set()
        made.read = read
        ended = day(made)

        assert CALM.ids == ended.ids, read
        assert ended.failures <= 1
        assert CALM.told == ended.told, read
        assert CALM.texts == ended.texts, read
        assert CALM.asides == ended.asides, read


def test_not_kept_means_that_nobody_got_an_answer_and_the_same_call_works() -> None:
    made = new_set()
    recorder = made.recorder()
    size = recorder.size
    made.opened[-1].fail(Failure.REFUSED)

    with pytest.raises(StorageError) as stopped:
        recorder.record([arrived("a/1")])

    assert not isinstance(stopped.value, UnknownOutcomeError)
    assert size == recorder.size
    (answer,) = recorder.record([arrived("a/1")])
    assert (size, False) == (answer.index, answer.repeat)


@pytest.mark.parametrize(("how", "there"), [(Failure.LOST, False), (Failure.KEPT, True)])
def test_when_nobody_knows_the_truth_is_read_and_the_record_goes_on(
    how: Failure, there: bool
) -> None:
    made = new_set()
    recorder = made.recorder()
    size = recorder.size
    made.opened[-1].fail(how)

    with pytest.raises(UnknownOutcomeError):
        recorder.record([asked("b/1")])

    (answer,) = recorder.record([asked("b/1")])
    assert (size, there) == (answer.index, answer.repeat)
    assert answer.verdict is not None
    assert "hold" == answer.verdict["answer"]
    kept = Kept(made.key)
    kept.told(answers_of([answer]))
    check(made, kept)


def test_a_signature_over_a_tree_that_was_not_kept_is_seen_by_nobody() -> None:
    made = new_set()
    kept = Kept(made.key)
    recorder = made.recorder()
    for how in Failure:
        size = recorder.size
        made.opened[-1].fail(how)
        with pytest.raises(StorageError):
            recorder.record([arrived(f"{how.value}/lost", note="one way")])
        check(made, kept)

        # Now the tree of that size comes to hold something else.
        kept.told(answers_of(recorder.record([arrived(f"{how.value}/other")])))
        recorder.publish()
        check(made, kept)

        assert recorder.size > size
        assert (how is Failure.KEPT) == (f"{how.value}/lost" in made.kept.indices)


def test_a_writer_goes_on_from_the_tree_that_was_kept_without_being_opened_again() -> None:
    made = new_set()
    journal = made.journal()
    writer = open_writer(journal, made.files, made.signer, key=made.key, place=made.place)
    before = writer.head
    journal.fail(Failure.REFUSED)
    with pytest.raises(StorageError):
        writer.append([NewEntry(id="a/1", entry=b"one way")])

    after = writer.append([NewEntry(id="a/1", entry=b"another way")])

    tree = Tree()
    tree.extend(journal.leaves(0, after.size))
    assert (before.size + 1, tree.root()) == (after.size, after.root)


@pytest.mark.parametrize("how", [Failure.LOST, Failure.KEPT])
def test_a_writer_of_which_nobody_knows_signs_nothing_more(how: Failure) -> None:
    made = new_set()
    journal = made.journal()
    writer = open_writer(journal, made.files, made.signer, key=made.key, place=made.place)
    journal.fail(how)
    with pytest.raises(UnknownOutcomeError):
        writer.append([NewEntry(id="a/1", entry=b"one way")])

    with pytest.raises(StorageError, match="open the log again"):
        writer.append([NewEntry(id="a/2", entry=b"another way")])

    assert writer.over

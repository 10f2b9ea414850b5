"""What the record may ask of whatever keeps it: one contract, every journal.

A journal that broke one of these sentences would lose what somebody was told is kept, or
keep what they were told is not. The writer is tested on the journal in memory, so that one
has to keep them as strictly as the one on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from showclear.ledger.errors import MisuseError, StorageError, WriterRefusedError
from showclear.ledger.journal import (
    ENTRY_BYTES_MAX,
    Group,
    Journal,
    Snapshot,
    Text,
)
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

Spoil = Callable[[Group], Group]
REFUSED: dict[str, tuple[Spoil, type[Exception]]] = {
    "an id that is in the log": (
        lambda g: replace(g, rows=(*g.rows[:2], row_of(4, id="case/0"))),
        WriterRefusedError,
    ),
    "an id twice in the group": (
        lambda g: replace(g, rows=(*g.rows[:2], row_of(4, id="case/2"))),
        WriterRefusedError,
    ),
    "a verdict on an act that is not there": (
        lambda g: replace(g, verdicts={2: 3, 9: 3}),
        WriterRefusedError,
    ),
    "a verdict that is not there": (
        lambda g: replace(g, verdicts={2: 5}),
        WriterRefusedError,
    ),
    "a text said twice": (
        lambda g: replace(g, texts=(*g.texts, text_of(2, "other words"))),
        WriterRefusedError,
    ),
    "a text without its entry": (
        lambda g: replace(g, texts=(*g.texts, text_of(0, "late"))),
        MisuseError,
    ),
    "a gap before the group": (lambda g: replace(g, head=head_of(6)), MisuseError),
    "an overlap with the log": (lambda g: replace(g, head=head_of(4)), MisuseError),
    "another log's name": (
        lambda g: replace(g, head=replace(g.head, origin="other.example")),
        MisuseError,
    ),
    "a leaf that is no hash": (
        lambda g: replace(g, rows=(*g.rows[:2], replace(g.rows[2], leaf=b"short"))),
        MisuseError,
    ),
    "an entry without an id": (
        lambda g: replace(g, rows=(*g.rows[:2], row_of(4, id=""))),
        MisuseError,
    ),
    "an entry too large for a bundle": (
        lambda g: replace(g, rows=(*g.rows[:2], row_of(4, entry=bytes(ENTRY_BYTES_MAX + 1)))),
        MisuseError,
    ),
    "more entries than the log then has": (
        lambda g: replace(g, head=head_of(1)),
        MisuseError,
    ),
}


class JournalContract:
    """The port's promises. A subclass says how its journal is made and opened again."""

    def make(self, folder: Path) -> Journal:
        """Make an empty journal without a log."""
        raise NotImplementedError

    def second(self, journal: Journal) -> Journal:
        """Open a second journal on the same store, while the first may be open."""
        raise NotImplementedError

    @pytest.fixture
    def empty(self, tmp_path: Path) -> Iterator[Journal]:
        journal = self.make(tmp_path)
        yield journal
        journal.close()

    @pytest.fixture
    def journal(self, empty: Journal) -> Journal:
        """A founded log of two entries, said one after the other."""
        empty.found(head_of(0))
        say(empty, group_of(0, 1), group_of(1, 1))
        return empty

    def test_a_new_journal_holds_no_log(self, empty: Journal) -> None:
        assert (None, (), b"", {}, (), (), (), (), None) == all_of(empty)

    def test_nothing_is_said_before_a_log_is_founded(self, empty: Journal) -> None:
        with pytest.raises(MisuseError):
            empty.commit(group_of(0, 1), after=note_of(0))

        assert empty.head() is None

    def test_a_founded_log_stands_at_nothing(self, empty: Journal) -> None:
        empty.found(head_of(0))

        assert head_of(0) == empty.head()
        assert [(0, note_of(0))] == list(empty.checkpoints())

    def test_a_log_is_founded_once(self, journal: Journal) -> None:
        before = all_of(journal)

        with pytest.raises(WriterRefusedError) as refused:
            journal.found(head_of(0, place="another"))

        assert "already-founded" == refused.value.code
        assert before == all_of(journal)

    def test_a_log_is_founded_empty(self, empty: Journal) -> None:
        with pytest.raises(MisuseError):
            empty.found(head_of(3))

        assert empty.head() is None

    def test_a_group_is_there_whole(self, journal: Journal) -> None:
        journal.commit(FULL_GROUP, after=note_of(2))

        assert head_of(5) == journal.head()
        assert [b"said %d" % index for index in range(5)] == list(journal.entries(0, 5))
        assert b"".join(row.leaf for row in FULL_GROUP.rows) == journal.leaves(2, 5)
        assert 3 == journal.verdict_of(2)
        assert list(FULL_GROUP.texts) == list(journal.texts())
        assert [replace(aside_of(b"{}"), number=1)] == list(journal.aside())

    @pytest.mark.parametrize("what", REFUSED)
    def test_a_group_is_refused_whole_for(self, what: str, journal: Journal) -> None:
        before = all_of(journal)
        spoil, error = REFUSED[what]

        with pytest.raises(error):
            journal.commit(spoil(FULL_GROUP), after=note_of(2))

        assert before == all_of(journal)
        journal.commit(FULL_GROUP, after=note_of(2))
        assert head_of(5) == journal.head()

    def test_an_act_keeps_its_first_verdict(self, journal: Journal) -> None:
        say(journal, FULL_GROUP)
        before = all_of(journal)

        with pytest.raises(WriterRefusedError):
            say(journal, replace(group_of(5, 1), verdicts={2: 5}))

        assert before == all_of(journal)

    def test_a_group_of_the_largest_entries_is_kept(self, journal: Journal) -> None:
        rows = tuple(row_of(index, entry=b"%05d" % index * 13_107) for index in range(2, 6))
        assert all(len(row.entry) == ENTRY_BYTES_MAX for row in rows)

        say(journal, Group(rows=rows, head=head_of(6), verdicts={}))

        assert [row.entry for row in rows] == list(journal.entries(2, 6))

    def test_an_entry_may_be_any_bytes(self, journal: Journal) -> None:
        rows = (row_of(2, entry=b""), row_of(3, entry=bytes(range(256))))

        say(journal, Group(rows=rows, head=head_of(4), verdicts={}))

        assert [b"", bytes(range(256))] == list(journal.entries(2, 4))

    def test_the_lock_row_moves_only_from_the_named_checkpoint(self, journal: Journal) -> None:
        before = all_of(journal)

        for stale in (note_of(0), note_of(1), b""):
            with pytest.raises(WriterRefusedError) as refused:
                journal.commit(group_of(2, 1), after=stale)
            assert "lock-moved" == refused.value.code

        assert before == all_of(journal)

    def test_a_second_writer_is_refused_from_an_old_checkpoint(self, journal: Journal) -> None:
        other = self.second(journal)
        other.commit(group_of(2, 2), after=note_of(2))

        with pytest.raises(WriterRefusedError) as refused:
            journal.commit(group_of(2, 1), after=note_of(2))

        assert "lock-moved" == refused.value.code
        assert head_of(4) == journal.head() == other.head()
        other.close()

    def test_a_group_without_entries_changes_no_tree(self, journal: Journal) -> None:
        before = all_of(journal)
        nothing = group_of(2, 0)
        for head in (
            replace(nothing.head, checkpoint=b"signed anew"),
            replace(nothing.head, root=bytes(32)),
            replace(nothing.head, size=1),
        ):
            with pytest.raises(MisuseError):
                journal.commit(replace(nothing, head=head), after=note_of(2))

        assert before == all_of(journal)

    def test_a_group_without_entries_may_move_the_place(self, journal: Journal) -> None:
        moved = replace(group_of(2, 0), head=head_of(2, place="second"))

        journal.commit(moved, after=note_of(2))

        assert head_of(2, place="second") == journal.head()
        assert [0, 1, 2] == [size for size, _ in journal.checkpoints()]

    def test_an_entry_is_covered_by_the_first_checkpoint_that_holds_it(
        self, journal: Journal
    ) -> None:
        say(journal, group_of(2, 3), group_of(5, 1))

        covering = [journal.covering(index) for index in range(6)]

        assert [note_of(size) for size in (1, 2, 5, 5, 5, 6)] == covering

    @pytest.mark.parametrize(("start", "stop"), [(-1, 1), (0, 3), (2, 1), (3, 3)])
    def test_a_range_that_the_log_does_not_hold_is_refused_at_once(
        self, start: int, stop: int, journal: Journal
    ) -> None:
        for ask in (journal.entries, journal.leaves, journal.texts):
            with pytest.raises(MisuseError):
                ask(start, stop)

    @pytest.mark.parametrize("index", [-1, 2, 2**70])
    def test_an_index_that_the_log_does_not_hold_is_refused(
        self, index: int, journal: Journal
    ) -> None:
        for ask in (journal.covering, journal.verdict_of):
            with pytest.raises(MisuseError):
                ask(index)

    def test_an_empty_range_is_empty(self, journal: Journal) -> None:
        assert ([], b"", []) == (
            list(journal.entries(2, 2)),
            journal.leaves(1, 1),
            list(journal.texts(0, 0)),
        )

    def test_ids_are_found_by_the_hundred(self, journal: Journal) -> None:
        say(journal, group_of(2, 600))
        asked = [f"case/{index}" for index in range(0, 1200, 2)]

        found = journal.find([*asked, "case/0", "", "CASE/0", "case/0 "])

        assert {f"case/{index}": index for index in range(0, 602, 2)} == found
        assert {} == journal.find([])

    def test_a_long_log_is_read_in_order_while_it_grows(self, journal: Journal) -> None:
        say(journal, group_of(2, 700))
        reading = journal.entries(0, 702)
        first = next(reading)
        say(journal, group_of(702, 1))

        assert [b"said %d" % index for index in range(702)] == [first, *reading]
        assert 703 * 32 == len(journal.leaves(0, 703))

    def test_texts_come_in_the_order_of_the_log(self, journal: Journal) -> None:
        rows = tuple(row_of(index, id=f"case/{999 - index}") for index in range(2, 602))
        spoken = tuple(
            Text(id=row.id, path=path, salt=b"s", text=f"{row.id} {path}")
            for row in rows
            for path in ("plan.people.2", "note")
        )
        say(journal, Group(rows=rows, head=head_of(602), verdicts={}, texts=spoken))

        said = [text.text for text in journal.texts()]

        assert [f"{row.id} {path}" for row in rows for path in ("note", "plan.people.2")] == said
        assert said[2:6] == [text.text for text in journal.texts(3, 5)]

    def test_a_text_may_hold_any_letters(self, journal: Journal) -> None:
        words = "\0 naïve 手 \U0001f3ac '; DROP TABLE texts --"

        say(journal, replace(group_of(2, 1), texts=(text_of(2, words),)))

        assert [words] == [text.text for text in journal.texts()]

    def test_erased_texts_are_gone_and_the_others_stay(self, journal: Journal) -> None:
        spoken = tuple(
            text_of(index, f"words {index}", path=path)
            for index in range(2, 6)
            for path in ("a", "b")
        )
        say(journal, replace(group_of(2, 4), texts=spoken))
        leaves = journal.leaves(0, 6)

        say(journal, replace(group_of(6, 1), erased=("case/3", "case/5", "case/77")))

        assert [t for t in spoken if t.id in ("case/2", "case/4")] == list(journal.texts())
        assert leaves == journal.leaves(0, 6)

    def test_what_was_kept_aside_stays(self, journal: Journal) -> None:
        raws: Sequence[bytes] = [b"first", b"", b"first", bytes(range(256))]
        journal.keep_aside([aside_of(raw) for raw in raws[:2]])
        say(journal, replace(group_of(2, 1), asides=(aside_of(raws[2]),)))
        journal.keep_aside([])
        journal.keep_aside([aside_of(raws[3])])

        kept = list(journal.aside())

        assert [replace(aside_of(raw), number=n) for n, raw in enumerate(raws, 1)] == kept

    def test_what_was_kept_aside_under_an_erased_id_says_nothing_any_more(
        self, journal: Journal
    ) -> None:
        kept = replace(aside_of(b"said twice"), id="case/0")
        other = replace(aside_of(b"somebody else"), id="case/1")
        journal.keep_aside([kept, other])

        say(journal, replace(group_of(2, 1), erased=["case/0"]))

        found = list(journal.aside())
        assert [(1, b""), (2, other.raw)] == [(one.number, one.raw) for one in found]
        assert (kept.reason, kept.length, kept.sha256) == (
            found[0].reason,
            found[0].length,
            found[0].sha256,
        )

    def test_much_is_kept_aside_in_its_order(self, journal: Journal) -> None:
        journal.keep_aside([aside_of(b"%d" % number) for number in range(1, 601)])

        assert [(n, b"%d" % n) for n in range(1, 601)] == [
            (aside.number, aside.raw) for aside in journal.aside()
        ]

    def test_every_checkpoint_is_given_smallest_first(self, journal: Journal) -> None:
        say(journal, *(group_of(index, 1) for index in range(2, 300)))

        assert [(size, note_of(size)) for size in range(301)] == list(journal.checkpoints())

    def test_only_the_newest_snapshot_is_kept(self, journal: Journal) -> None:
        for size in (1, 2):
            journal.put_snapshot(
                Snapshot(size=size, root=bytes(32), maker="fold 1", body=b"%d" % size)
            )

        found = journal.snapshot()

        assert Snapshot(size=2, root=bytes(32), maker="fold 1", body=b"2") == found

    def test_whoever_opens_it_again_finds_the_same(self, journal: Journal) -> None:
        say(journal, FULL_GROUP)
        journal.put_snapshot(Snapshot(size=5, root=bytes(32), maker="fold 1", body=b"view"))
        before = all_of(journal)

        journal.close()
        other = self.second(journal)

        assert before == all_of(other)
        say(other, group_of(5, 1))
        assert head_of(6) == other.head()
        other.close()

    def test_a_closed_journal_says_so(self, journal: Journal) -> None:
        journal.close()
        journal.close()
        asked: list[Callable[[], object]] = [
            journal.head,
            lambda: journal.found(head_of(0)),
            lambda: journal.commit(group_of(2, 1), after=note_of(2)),
            lambda: journal.keep_aside([]),
            lambda: journal.find([]),
            lambda: journal.entries(0, 1),
            lambda: journal.leaves(0, 1),
            lambda: journal.covering(0),
            journal.checkpoints,
            lambda: journal.verdict_of(0),
            journal.texts,
            journal.aside,
            journal.snapshot,
            lambda: journal.put_snapshot(Snapshot(size=0, root=b"", maker="", body=b"")),
        ]

        for ask in asked:
            with pytest.raises(StorageError, match="closed"):
                ask()

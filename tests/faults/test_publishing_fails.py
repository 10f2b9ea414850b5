"""Whatever fails while tiles are published, every reader finds a whole log, older or newer.

A reader takes the checkpoint and then fetches what is under it, at any moment, also from a
folder whose writer died. So a reader looks here after every single change of the folder,
and each call is made to fail in each way in which it can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from showclear.ledger.errors import StorageError
from showclear.ledger.note import NoteSigner
from showclear.ledger.publish import publish
from showclear.ledger.recover import open_writer
from showclear.ledger.writer import GROUP_ROWS_MAX, NewEntry, Writer
from showclear.testing.failing_files import Crash, FailingFiles, Failure
from showclear.testing.memory_journal import MemoryJournal
from tests.faults.holding import Kept, stray

SIGNER = NoteSigner("set.example/log", bytes(range(32)))
PLACE = "this folder"

STEPS = [
    pytest.param(None, 0, id="founded"),
    pytest.param(None, 3, id="first"),
    pytest.param(3, 200, id="wider"),
    pytest.param(250, 260, id="into-a-second-tile"),
    pytest.param(255, 513, id="past-two-full-tiles"),
    pytest.param(256, 512, id="full-to-full"),
]


@dataclass(kw_only=True)
class Log:
    """A log whose journal is ahead of what is published, and a reader of the latter.

    Attributes:
        sizes: What the reader found after every change.
    """

    journal: MemoryJournal
    writer: Writer
    kept: Kept = field(default_factory=lambda: Kept(SIGNER.key))
    sizes: list[int | None] = field(default_factory=list)
    files: FailingFiles = field(default_factory=FailingFiles)

    def look(self, files: FailingFiles) -> None:
        self.sizes.append(self.kept.check_published(files.look))

    def publish(self) -> None:
        publish(
            self.journal, self.files, tree=self.writer.tree, head=self.writer.head, key=SIGNER.key
        )

    def start_again(self) -> None:
        """The next start: whatever has to be published is published by it."""
        self.journal, self.files = self.journal.again(), self.files.again()
        self.look(self.files)
        self.writer = open_writer(self.journal, self.files, SIGNER, key=SIGNER.key, place=PLACE)

    def try_to(self, act: Callable[[], None]) -> BaseException | None:
        """Do it, and say what stopped it."""
        try:
            act()
        except (StorageError, Crash) as stopped:
            return stopped
        return None

    def grow(self, size: int) -> None:
        for start in range(self.writer.head.size, size, GROUP_ROWS_MAX):
            stop = min(size, start + GROUP_ROWS_MAX)
            self.writer.append(
                [NewEntry(id=f"{at}", entry=b"said %d" % at) for at in range(start, stop)]
            )


def log_between(old: int | None, new: int) -> Log:
    """A log of the new size whose folder shows the old one; None for nothing at all."""
    journal = MemoryJournal()
    log = Log(journal=journal, writer=Writer.found(journal, SIGNER, place=PLACE))
    log.files = FailingFiles(watch=log.look)
    if old is not None:
        log.grow(old)
        log.publish()
    log.grow(new)
    log.sizes.clear()
    log.files = log.files.again()
    return log


def calls_between(old: int | None, new: int) -> list[str]:
    log = log_between(old, new)
    log.publish()
    return log.files.asked


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_undisturbed_nothing_is_left_that_the_newer_log_does_not_need(
    old: int | None, new: int
) -> None:
    log = log_between(old, new)
    log.publish()

    assert new == log.sizes[-1]
    assert {old, new} >= set(log.sizes)
    assert [] == stray(log.files.look_around(), new)
    asked = log.files.asked
    assert ["put checkpoint"] == [one for one in asked if one.startswith("put")][-1:]


@pytest.mark.parametrize("how", [Failure.LOST, Failure.KEPT], ids=lambda how: how.value)
@pytest.mark.parametrize(("old", "new"), STEPS)
def test_whichever_call_fails_readers_find_a_whole_log_and_the_next_call_goes_on(
    old: int | None, new: int, how: Failure
) -> None:
    calls = calls_between(old, new)
    for at, call in enumerate(calls):
        log = log_between(old, new)
        log.files.fail(how, skip=at)

        stopped = log.try_to(log.publish)

        assert isinstance(stopped, StorageError), call
        log.look(log.files)
        log.publish()
        log.look(log.files)
        assert {old, new} >= set(log.sizes), call
        assert new == log.sizes[-1], call
        assert all(".p/" in name for name in stray(log.files.look_around(), new)), call


@pytest.mark.parametrize(
    "how", [Failure.CRASH_BEFORE, Failure.CRASH_AFTER], ids=lambda how: how.value
)
@pytest.mark.parametrize(("old", "new"), STEPS)
def test_wherever_the_writer_dies_readers_find_a_whole_log_and_the_next_start_publishes_the_rest(
    old: int | None, new: int, how: Failure
) -> None:
    calls = calls_between(old, new)
    for at, call in enumerate(calls):
        log = log_between(old, new)
        log.files.fail(how, skip=at)

        stopped = log.try_to(log.publish)

        assert isinstance(stopped, Crash), call
        log.start_again()
        log.look(log.files)
        assert {old, new} >= set(log.sizes), call
        assert new == log.sizes[-1], call
        assert all(".p/" in name for name in stray(log.files.look_around(), new)), call


@pytest.mark.parametrize("first", list(Failure), ids=lambda how: how.value)
@pytest.mark.parametrize("second", list(Failure), ids=lambda how: how.value)
def test_what_fails_again_while_a_start_catches_up_loses_nothing_either(
    first: Failure, second: Failure
) -> None:
    calls = calls_between(3, 5)
    for at in range(len(calls)):
        again = 0
        while again < len(calls) + 2:
            log = log_between(3, 5)
            log.files.fail(first, skip=at)
            log.try_to(log.publish)
            # Whether it was an error or a crash: the program starts again, and fails again.
            log.journal, log.files = log.journal.again(), log.files.again()
            log.files.fail(second, skip=again)
            files, journal = log.files, log.journal

            stopped = log.try_to(
                lambda files=files, journal=journal: open_writer(
                    journal, files, SIGNER, key=SIGNER.key, place=PLACE
                )
            )

            log.start_again()
            assert {3, 5} >= set(log.sizes), (at, again)
            assert 5 == log.kept.check_published(log.files.look)
            if stopped is None:
                break
            again += 1


def test_a_later_growth_goes_on_from_what_a_crash_left() -> None:
    log = log_between(3, 200)
    log.files.fail(Failure.CRASH_AFTER, skip=2)
    assert isinstance(log.try_to(log.publish), Crash)
    log.start_again()

    for size in (201, 256, 300):
        log.grow(size)
        log.publish()
        log.look(log.files)

        assert size == log.sizes[-1]
        # A tile of width 3 that the crash brought back may stay: it is a true prefix.
        assert {"tile/0/000.p/3", "tile/entries/000.p/3"} >= set(
            stray(log.files.look_around(), size)
        )

"""A sample shows a case as it stood at one moment: nothing later is known in it, the clock is
the case's own and never goes back, and what cannot be understood is refused before anything
is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import pytest

from showclear.app.sampling import SetClock, told_until
from showclear.core.case import Case
from showclear.core.errors import ReadError
from tests.stories.production import ROOT, shelf, told

WESTERN = ROOT / "cases" / "western-day" / "case.yaml"
ELEVEN = datetime(2026, 6, 9, 16, 2, tzinfo=UTC)


@cache
def western() -> Case:
    return told(WESTERN)


class Seconds:
    """A clock that nobody sets, as far as a test lets it run."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


class TestUntil:
    def test_nothing_after_the_moment_is_said(self) -> None:
        sample = told_until(western(), shelf(), "11:02")

        times = [one["at"] for _, said in sample.groups for one in said if "at" in one]
        assert "2026-06-09T11:01-05:00" == times[-1]
        assert ELEVEN == sample.moment

    def test_everything_before_it_is_said_once_and_in_order(self) -> None:
        early = told_until(western(), shelf(), "11:02")
        whole = told_until(western(), shelf(), "23:00")

        def ids(groups: tuple[tuple[datetime, tuple[dict[str, object], ...]], ...]) -> list[object]:
            return [one["id"] for _, said in groups for one in said]

        assert ids(early.groups) == ids(whole.groups)[: early.count]
        assert len(set(ids(whole.groups))) == whole.count

    def test_the_clock_stands_at_each_minute_while_it_is_said(self) -> None:
        clocks = [clock for clock, _ in told_until(western(), shelf(), "11:02").groups]

        assert sorted(clocks) == clocks
        assert datetime(2026, 6, 9, 10, 40, tzinfo=UTC) == clocks[0]
        assert ELEVEN >= clocks[-1]

    def test_a_statement_is_the_last_one_said(self) -> None:
        sample = told_until(western(), shelf(), "w-1101-show-1")

        assert "western-day/w-1101-show-1" == sample.groups[-1][1][-1]["id"]
        assert ELEVEN - timedelta(minutes=1) == sample.moment

    @pytest.mark.parametrize("until", ["2026-06-09T11:02-05:00", "2026-06-09T11:02"])
    def test_a_whole_moment_is_one_too(self, until: str) -> None:
        assert ELEVEN == told_until(western(), shelf(), until).moment

    def test_without_a_moment_nothing_is_said_and_it_opens_when_the_case_begins(self) -> None:
        sample = told_until(western(), shelf(), "")

        assert () == sample.groups
        assert datetime(2026, 6, 9, 10, 40, tzinfo=UTC) == sample.moment

    def test_times_are_shown_as_they_were_written(self) -> None:
        assert timezone(timedelta(hours=-5)) == told_until(western(), shelf(), "").zone

    def test_what_is_neither_time_nor_statement_is_refused(self) -> None:
        with pytest.raises(ReadError, match="neither a time"):
            told_until(western(), shelf(), "half past ten")


class TestClock:
    def test_it_goes_on_from_where_it_was_set(self) -> None:
        seconds = Seconds()
        clock = SetClock(ELEVEN, elapsed=seconds)

        seconds.passed = 90

        assert ELEVEN + timedelta(seconds=90) == clock.now()

    def test_set_forward_it_goes_on_from_there(self) -> None:
        seconds = Seconds()
        clock = SetClock(ELEVEN, elapsed=seconds)

        clock.set_forward(ELEVEN + timedelta(hours=2))
        seconds.passed = 5

        assert ELEVEN + timedelta(hours=2, seconds=5) == clock.now()

    def test_nobody_sets_it_back(self) -> None:
        clock = SetClock(ELEVEN, elapsed=Seconds())

        clock.set_forward(ELEVEN - timedelta(minutes=1))

        assert ELEVEN == clock.now()

    def test_nobody_sets_it_to_the_end_of_all_time(self) -> None:
        clock = SetClock(ELEVEN, elapsed=Seconds())

        clock.set_forward(datetime.max.replace(tzinfo=UTC))

        assert ELEVEN == clock.now()

"""Protects: a device's clock that is wrong is recorded with both times, and opens nothing.

Tablets come out of a case after a winter with an empty battery and think it is 1970.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.production import (
    Device,
    Production,
    answer,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
)

TABLET = Device(name="tablet")


@pytest.fixture
def set_(tmp_path: Path) -> Production:
    made = production(tmp_path / "western")
    made.take(*crew_and_guns(), TABLET.enrolled())
    return made


@pytest.mark.parametrize("minutes", [90, -90, 60 * 24 * 400])
def test_both_times_are_on_record(set_: Production, minutes: float) -> None:
    at = set_.clock(minutes)

    set_.sign(TABLET, people_arrive("arrive", at, "dp"))

    received = set_.log[-1].payload
    assert at == set_.payloads["arrive"]["at"]
    assert ("2026-06-09T08:00:00Z", {"arrive": int(minutes * 60)}) == (
        received["clock"],
        received["offsets"],
    )


def test_a_clock_that_is_nearly_right_is_not_remarked_on(set_: Production) -> None:
    set_.sign(TABLET, people_arrive("arrive", set_.clock(-1), "dp"))

    assert "offsets" not in set_.log[-1].payload


def test_dated_far_ahead_it_counts_as_of_the_servers_time(set_: Production) -> None:
    set_.sign(TABLET, people_arrive("arrive", set_.clock(600), "dp"))

    assert set_.now == set_.said["arrive"].at
    set_.restart()
    assert set_.now == set_.said["arrive"].at


def test_dated_a_little_ahead_it_counts_as_it_says(set_: Production) -> None:
    set_.sign(TABLET, people_arrive("arrive", set_.clock(1), "dp"))

    assert set_.now + timedelta(minutes=1) == set_.said["arrive"].at


def test_a_check_dated_far_ahead_does_not_clear_what_comes_after_it_was_undone(
    set_: Production,
) -> None:
    """A check cannot be made in the future: not even one that nobody has undone until then."""
    ahead = set_.clock(600)
    set_.take(props_takes_out("out", set_.clock()))
    set_.sign(TABLET, armorer_checks("check", ahead))

    set_.later(5)
    failed = armorer_checks("failed", set_.clock()) | {"passed": False, "found": "a real one"}
    set_.take(failed)
    (handed,) = set_.take(props_hands_over("hand", set_.clock()))

    assert "hold" == answer(handed)


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_an_act_dated_to_before_everything_is_judged_on_nothing_and_holds(
    set_: Production, at: str
) -> None:
    set_.take(props_takes_out("out", set_.clock()), armorer_checks("check", set_.clock()))

    (handed,) = set_.sign(TABLET, props_hands_over("hand", at))

    assert "hold" == answer(handed)


@pytest.mark.parametrize(
    "at", ["yesterday", "", "9999-12-31T23:59-12:00", "2026-06-09T08:00", None, 7]
)
def test_a_time_that_is_none_is_kept_on_record_and_breaks_nothing(
    set_: Production, at: object
) -> None:
    said = people_arrive("arrive", "", "dp") | {"at": at}

    (came,) = set_.take(said)
    (signed,) = set_.sign(TABLET, said | {"id": "arrive-2"})

    assert (None, None) == (came.aside, signed.aside)
    set_.restart()
    assert {"arrive", "arrive-2"} <= set_.said.keys()


def test_the_servers_clock_set_back_takes_the_record_not_with_it(set_: Production) -> None:
    set_.later(60)
    set_.take(people_arrive("one", set_.clock(), "dp"))
    set_.later(-30)

    set_.take(people_arrive("two", set_.clock(), "dp"))

    received = set_.log[-1].payload
    assert "2026-06-09T09:00:00Z" == received["clock"]
    assert -1800 == received["offsets"]["server"]

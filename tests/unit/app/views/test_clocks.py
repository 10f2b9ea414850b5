"""Protects: whatever runs out is told before it does, with the time, and ends when it was done.

A death is reported, a fire is out, somebody is in the water who should not be: the floor tells
until when, what ends it and what holds after it; the board has one line for it, and on it
neither whose it was nor what happened to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from showclear.app.views.board import board
from showclear.app.views.floor import floor
from tests.unit.app.views.cart_moments import Moment, on_a_set
from tests.unit.app.views.cart_sets import people, planned
from tests.unit.rules.quiet_set import pack

Plain = dict[str, Any]

SWIMMERS = ("swimmer", "other")
TOO_MANY = """\
while: {hazards: water}
at most: 1 different person in people really in the zone
else: alert, hold
missing: over-limit
"""


@pytest.fixture
def death() -> Iterator[Moment]:
    """At 09:01 a death is reported; OSHA has to be told within eight hours."""
    with on_a_set(*people("outlaw"), packs=("us-osha-reporting",)) as moment:
        report = {"what": "incident.reported", "incident": "fall-1", "kind": "death"}
        moment.goes_on({**report, "by": "ad", "people": ["outlaw"]})
        yield moment


def clocks(moment: Moment) -> list[Plain]:
    found: list[Plain] = floor(moment.look)["clocks"]
    return found


def alerts(moment: Moment) -> list[tuple[str, str]]:
    return [(one["icon"], one["says"]) for one in board(moment.look)["alerts"]]


def day_is_held_for(moment: Moment) -> list[str]:
    answer = floor(moment.look)["day"]["answer"] or {}
    return [one["rule"] for one in answer.get("reasons", ())]


# --- a duty ----------------------------------------------------------------------------


def test_a_death_starts_a_clock_that_everybody_is_told_of_at_once(death: Moment) -> None:
    (one,) = clocks(death)

    assert ("Notice to OSHA due 17:01", "8 h 0 min left") == (one["short"], one["left"])
    assert ("running", "") == (one["state"], one["word"])
    assert "After that, not clear to go on or close the day" == one["holds"]
    assert [("clock", "OSHA due 17:01")] == alerts(death)
    assert "1904.39-a1-death" not in day_is_held_for(death)


def test_it_is_warned_of_before_it_runs_out_and_is_a_hold_after(death: Moment) -> None:
    death.made.later(6.5 * 60)
    soon = clocks(death)[0]
    death.made.later(2 * 60)
    late = clocks(death)[0]

    assert ("soon", "Soon", "90 min left") == (soon["state"], soon["word"], soon["left"])
    assert ("over", "Hold") == (late["state"], late["word"])
    assert ("Notice to OSHA was due 17:01", "30 min ago") == (late["short"], late["left"])
    assert "Not clear to go on or close the day" == late["holds"]
    assert [("hold", "OSHA was due 17:01")] == alerts(death)
    assert "1904.39-a1-death" in day_is_held_for(death)


def test_it_ends_with_one_tap_once_they_were_told(death: Moment) -> None:
    death.made.later(9 * 60)
    step = clocks(death)[0]["next"]["act"]
    death.press(step, by="ad", how="own-device")

    assert "Told: OSHA" == step["says"]
    assert ([], []) == (clocks(death), alerts(death))
    assert "1904.39-a1-death" not in day_is_held_for(death)


def test_a_death_can_be_reported_from_the_floor_and_then_it_runs() -> None:
    with on_a_set(*people("outlaw"), packs=("us-osha-reporting",)) as moment:
        section = next(one for one in floor(moment.look)["happened"] if one["key"] == "death")
        moment.press(section["acts"][-1], by="ad", how="own-device")

        assert ["Notice to OSHA due 17:00"] == [one["short"] for one in clocks(moment)]


@pytest.mark.parametrize(("harm", "runs"), [("first-aid", 0), ("admitted", 1)])
def test_how_bad_an_injury_was_is_one_tap_and_says_what_is_owed(harm: str, runs: int) -> None:
    with on_a_set(*people("outlaw"), packs=("us-osha-reporting",)) as moment:
        section = next(one for one in floor(moment.look)["happened"] if one["key"] == "injury")
        said = next(one for one in section["more"] if one["key"] == f"injury/{harm}")
        moment.press(said, by="ad", how="own-device")

        assert runs == len(clocks(moment))


def test_who_takes_the_report_back_stops_no_clock(death: Moment) -> None:
    report = death.look.state.incidents["fall-1"].mark.said
    death.goes_on({"what": "statement.withdrawn", "of": report, "by": "ad"})

    assert ["Notice to OSHA due 17:01"] == [one["short"] for one in clocks(death)]


def test_the_wall_says_neither_whose_it_was_nor_what_happened(death: Moment) -> None:
    told = json.dumps(board(death.look)["alerts"]).lower()

    assert "death" not in told
    assert "outlaw" not in told


def test_of_several_the_nearest_stands_first_and_the_wall_counts_the_others() -> None:
    packs = ("us-osha-reporting", "us-ca-reporting")
    with on_a_set(*people("outlaw"), packs=packs) as moment:
        report = {"what": "incident.reported", "incident": "fall-1", "kind": "death", "by": "ad"}
        moment.goes_on(report)

        assert [
            "Notice to Cal/OSHA due 17:01",
            "Notice to OSHA due 17:01",
            "Notice to the insurer or the State of California due 14 Jun 09:01",
        ] == [one["short"] for one in clocks(moment)]
        assert [("clock", "Cal/OSHA due 17:01 +2")] == alerts(moment)


# --- a wait ----------------------------------------------------------------------------


@pytest.fixture
def fire() -> Iterator[Moment]:
    """A fire effect is over at 09:03."""
    plan = {
        **planned("burn", {}),
        "weapons": "none",
        "hazards": ["fire"],
        "people": {"outlaw": "x"},
    }
    started = {"what": "activity.started", "activity": "burn", "by": "ad"}
    finished = {"what": "activity.finished", "activity": "burn", "by": "ad"}
    begins = {"what": "day.opened", "date": "2026-06-09", "by": "ad"}
    said = (*people("outlaw"), plan, begins, started, finished)
    with on_a_set(*said, packs=("us-ca-burbank-fire",)) as moment:
        yield moment


def test_a_fire_watch_says_when_it_ends_and_that_the_day_waits_for_it(fire: Moment) -> None:
    (one,) = clocks(fire)
    (reason,) = [
        one["says"]
        for one in floor(fire.look)["day"]["answer"]["reasons"]
        if one["rule"] == "fire-watch"
    ]

    assert ("Fire watch until 09:33", "30 min left") == (one["short"], one["left"])
    assert ("running", "Hold") == (one["state"], one["word"])
    assert "Not clear to close the day" == one["holds"]
    assert reason.endswith("after burn. It ends 09:33")
    assert [("clock", "Fire watch until 09:33")] == alerts(fire)


def test_a_fire_watch_that_nobody_wrote_down_goes_on_being_asked_for(fire: Moment) -> None:
    fire.made.later(45)
    (one,) = clocks(fire)

    assert ("Fire watch since 09:33", "15 min ago") == (one["short"], one["left"])
    assert "Hold" == one["word"]
    fire.press(one["next"]["act"], by="ad", how="own-device")
    assert ([], []) == (clocks(fire), alerts(fire))


def test_a_wait_of_seconds_never_ends_on_the_screen_before_it_does() -> None:
    rule = "after: {set.declared: {}}\nat least: 30 seconds\nthen: hold at close-day\n"
    rule += "missing: too-soon\n"
    with on_a_set(*people("outlaw"), ours=pack(rule)) as moment:
        moment.goes_on({"what": "set.declared", "state": "cold", "by": "ad"})

        assert ("Wait until 09:02", "less than a minute left") == (
            clocks(moment)[0]["short"],
            clocks(moment)[0]["left"],
        )


# --- noticed while it runs -------------------------------------------------------------------


def in_the_water(rule: str = TOO_MANY) -> AbstractContextManager[Moment]:
    """One person is in the water, and one may be."""
    plan = {**planned("dip", {}), "weapons": "none", "hazards": ["water"], "zone": [*SWIMMERS]}
    plan["people"] = dict.fromkeys(SWIMMERS, "swims")
    started = {"what": "activity.started", "activity": "dip", "by": "ad"}
    entered = {"what": "people.entered", "activity": "dip", "people": ["swimmer"], "by": "ad"}
    return on_a_set(*people(*SWIMMERS), plan, started, entered, ours=pack(rule))


def test_one_person_too_many_in_the_water_is_noticed_at_once_and_for_as_long_as_it_is_so() -> None:
    with in_the_water() as moment:
        before = floor(moment.look)["noticed"]
        enters = {"what": "people.entered", "activity": "dip", "people": ["other"], "by": "ad"}
        (answer,) = moment.goes_on(enters)
        (row,) = floor(moment.look)["noticed"]
        wall = alerts(moment)
        moment.press(row["next"]["act"], by="ad", how="own-device")

        assert [] == before
        assert "This is not so" in answer.says
        assert ("This is not so", "Dip", "Make it so") == (
            row["says"],
            row["in"],
            row["next"]["say"],
        )
        assert [("hold", "Dip: over limit")] == wall
        assert ([], []) == (floor(moment.look)["noticed"], alerts(moment))


def test_what_is_asked_while_it_runs_is_not_told_once_it_is_over() -> None:
    with in_the_water(
        "while: {hazards: water}\nno: person in people in the zone\nelse: alert\n"
    ) as (moment):
        during = len(floor(moment.look)["noticed"])
        left = {"what": "people.left-zone", "activity": "dip", "people": ["swimmer"], "by": "ad"}
        moment.goes_on(left, {"what": "activity.finished", "activity": "dip", "by": "ad"})

        assert during > 0
        assert [] == floor(moment.look)["noticed"]


def test_where_nothing_runs_nothing_stands_there() -> None:
    with on_a_set(*people("outlaw"), packs=("us-osha-reporting",)) as moment:
        view = floor(moment.look)

        assert ([], []) == (view["clocks"], view["noticed"])
        assert [] == alerts(moment)

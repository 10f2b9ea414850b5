"""Protects: `today` is the ShootDay, over midnight and clock changes, and no longer.

A check of yesterday must not count because nobody closed the day, and a check of
before midnight must not fall because the calendar turned.
"""

from __future__ import annotations

import pytest

from showclear.core.fold import fold, today_from
from showclear.core.parse import read_statement
from showclear.core.state import State
from showclear.core.statement import Kept


def told(*said: tuple[str, str] | tuple[str, str, dict[str, object]]) -> State:
    """A state after these: (time, tag, fields)."""
    read = []
    for number, (at, what, *fields) in enumerate(said):
        given = {"id": f"s{number}", "at": at, "by": "ad", "what": what}
        given |= fields[0] if fields else {"people": ["ad"]}
        statement = read_statement(given, fallback_id="x")
        assert not isinstance(statement, Kept), statement
        read.append(statement)
    return fold(read)


def day(*said: tuple[str, str] | tuple[str, str, dict[str, object]]) -> int:
    state = told(*said)
    assert state.day is not None
    return state.day.number


ARRIVED = "people.arrived"


def test_the_first_timed_statement_opens_a_day() -> None:
    state = told(("2026-05-01T10:00Z", ARRIVED))

    assert state.day is not None
    assert (1, 1, None) == (state.day.number, state.day.first.seq, state.day.closed)
    assert 1 == today_from(state, state.now)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("permission.granted", {"kind": "rail", "from": "the railway"}),
        ("notice.published", {"kind": "call-sheet", "activities": "duel"}),
        ("risk.assessed", {"activity": "duel", "controls": "a line", "affected": "ad"}),
        ("document.shown", {"document": "d-1", "kind": "manual"}),
        ("reading.taken", {"quantity": "wind_kmh", "value": 3}),
        ("person.joined", {"person": "ad", "roles": "first-ad"}),
        ("activity.planned", {"activity": "duel", "title": "A duel"}),
        ("day.closed", {"date": "2026-05-01"}),
    ],
)
def test_what_is_said_in_preparation_opens_none(what: str, fields: dict[str, object]) -> None:
    assert told(("2026-05-01T10:00Z", what, fields)).day is None


@pytest.mark.parametrize(
    ("later", "number"),
    [("15:59:59", 1), ("16:00:00", 1), ("16:00:01", 2)],
    ids=["just-under", "on-the-limit", "just-over"],
)
def test_a_day_that_nobody_closed_ends_six_hours_after_its_last_statement(
    later: str, number: int
) -> None:
    assert number == day(("2026-05-01T10:00Z", ARRIVED), (f"2026-05-01T{later}Z", ARRIVED))


@pytest.mark.parametrize(("last", "number"), [("06:00", 1), ("06:01", 2)])
def test_a_day_that_nobody_closed_lasts_twenty_hours_at_most(last: str, number: int) -> None:
    hours = [("2026-05-01T10:00Z", ARRIVED), ("2026-05-01T15:00Z", ARRIVED)]
    hours += [("2026-05-01T20:00Z", ARRIVED), ("2026-05-02T01:00Z", ARRIVED)]

    assert number == day(*hours, (f"2026-05-02T{last}Z", ARRIVED))


def test_a_night_is_one_day_over_midnight_and_the_clock_change() -> None:
    """On 25 October the clock in Madrid goes from 03:00 back to 02:00: eight real hours."""
    night = [
        ("2026-10-24T22:00+02:00", ARRIVED),
        ("2026-10-25T02:30+02:00", ARRIVED),
        ("2026-10-25T02:30+01:00", ARRIVED),
        ("2026-10-25T05:00+01:00", ARRIVED),
    ]

    assert 1 == day(*night)


def test_what_follows_a_close_is_another_day() -> None:
    state = told(
        ("2026-05-01T10:00Z", ARRIVED),
        ("2026-05-01T11:00Z", "day.closed", {"date": "2026-05-01"}),
        ("2026-05-01T11:00Z", ARRIVED),
    )

    assert state.day is not None
    assert (2, 3) == (state.day.number, state.day.first.seq)


def test_an_opening_joins_the_day_that_its_first_statements_began() -> None:
    opened = ("2026-05-01T07:00Z", "day.opened", {"date": "2026-05-01"})

    assert 1 == day(("2026-05-01T06:40Z", ARRIVED), opened)


def test_an_opening_for_another_date_begins_another_day_though_nobody_closed() -> None:
    first = ("2026-05-01T18:00Z", "day.opened", {"date": "2026-05-01"})
    night = [(f"2026-05-0{d}T{h}:00Z", ARRIVED) for d, h in ((1, "22"), (2, "03"))]
    opened = ("2026-05-02T08:00Z", "day.opened", {"date": "2026-05-02"})

    assert 2 == day(first, *night, opened)


def test_a_close_after_a_long_silence_closes_the_day_that_was_left_open() -> None:
    state = told(
        ("2026-05-01T10:00Z", ARRIVED),
        ("2026-05-02T09:00Z", "day.closed", {"date": "2026-05-01"}),
    )

    assert state.day is not None
    assert 1 == state.day.number
    assert state.day.closed is not None


def test_the_end_of_the_calendar_is_a_time_like_any_other() -> None:
    state = told(("9999-12-31T23:00Z", ARRIVED), ("9999-12-31T23:59Z", ARRIVED))

    assert today_from(state, state.now) == 1

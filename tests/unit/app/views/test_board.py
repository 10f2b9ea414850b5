"""Protects: from five metres everybody sees what hurts, and nobody who spoke up is named there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest

from showclear.app.views.board import board
from tests.unit.app.views.cart_moments import Moment, western

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def mid_take() -> Iterator[Moment]:
    """11:31: take 2 was cut, one revolver misfired, nothing is handed back yet."""
    with western("11:31") as moment:
        yield moment


@pytest.fixture
def handed_out() -> Iterator[Moment]:
    """11:28: three loaded revolvers are in three performers' hands, and the set is hot."""
    with western("11:28") as moment:
        yield moment


@pytest.fixture
def morning() -> Iterator[Moment]:
    """06:30: all is counted and looked at, and on the cart."""
    with western("06:30") as moment:
        yield moment


def says(moment: Moment, name: str, what: str, by: str = "crew", **fields: Any) -> None:
    """Somebody says something on a badge, now."""
    own = {key.removesuffix("_"): value for key, value in fields.items()}
    said = {"id": name, "what": what, "at": moment.made.clock(), "by": by, "attested": "badge"}
    moment.say({**said, **own})


def shown(moment: Moment) -> list[tuple[str, str, str]]:
    """The rows: name, with whom, state."""
    return [(row["name"], row["who"], row["state"]) for row in board(moment.look)["rows"]]


def words_on(moment: Moment) -> str:
    """Everything that stands on the board."""
    return json.dumps(board(moment.look), ensure_ascii=False).lower()


# --- what is out, in order of what hurts ----------------------------------------------------


def test_a_hold_comes_first_then_what_is_loaded_then_the_rest_as_a_count(mid_take: Moment) -> None:
    seen = board(mid_take.look)

    assert [
        ("rev-3", "Deputy, misfire", "hold"),
        ("rev-2", "Sheriff", "closed"),
        ("rev-4", "Outlaw", "closed"),
    ] == shown(mid_take)
    assert "14 on cart, count 05:48" == seen["rest"]["says"]
    assert ("hot", "HOT", "since 11:27") == tuple(
        seen["set"][key] for key in ("state", "word", "since")
    )


def test_what_nobody_opened_since_it_was_fired_is_not_called_empty(mid_take: Moment) -> None:
    row = next(one for one in board(mid_take.look)["rows"] if one["name"] == "rev-2")

    assert "NOT OPENED" == row["word"]
    assert "counts as loaded" in row["note"]


def test_what_does_not_fit_is_counted_with_what_is_worst_in_it(mid_take: Moment) -> None:
    assert [
        "+ 3 more out, 1 on hold, 2 loaded",
        "+ 2 more out, 2 loaded",
        "+ 1 more out, 1 loaded",
    ] == board(mid_take.look)["more"]


def test_unopened_weapons_on_one_cart_are_one_row() -> None:
    with western("05:47") as moment:
        (row,) = board(moment.look)["rows"]

        assert ("6", "Armorer", "NOT OPENED") == (row["name"], row["who"], row["word"])
        assert 6 == len(row["names"])
        assert "11 on cart, not counted" == board(moment.look)["rest"]["says"]


def test_what_is_one_row_can_be_told_one_by_one_and_says_which_they_are() -> None:
    with western("05:47") as moment:
        (row,) = board(moment.look)["rows"]

        names = [f"rev-{number}" for number in range(1, 7)]
        assert names == [one["name"] for one in row["each"]] == row["names"]
        assert {("Armorer", "NOT OPENED")} == {(one["who"], one["word"]) for one in row["each"]}
        assert "rev-1 to rev-6" == row["named"]


def test_what_was_loaded_after_cold_waits_for_hot_and_is_not_said_to_be_never_called() -> None:
    with western("11:02") as moment:
        seen = board(moment.look)

        assert ("NOT CALLED", "3 loaded since 11:00, hot not called") == (
            seen["set"]["word"],
            seen["set"]["since"],
        )
        assert "Was not called, 3 loaded" == seen["was"]


def test_what_is_loaded_before_anybody_called_anything_waits_for_hot_too(morning: Moment) -> None:
    assert "nobody has called it today" == board(morning.look)["set"]["since"]
    own = {"weapons": ["rev-5"], "lot": "blanks", "count": 1, "for_": "shootout"}
    says(morning, "load", "weapon.loaded", "lead", **own)

    assert "1 loaded since 06:30, hot not called" == board(morning.look)["set"]["since"]


def test_a_rubber_gun_in_hands_is_out_and_is_called_rubber() -> None:
    with western("08:05") as moment:
        assert [("rubber-1", "Sheriff", "rubber")] == shown(moment)[:1]
        assert "Nothing" not in board(moment.look)["nothing"]


def test_with_everything_locked_up_the_board_says_so_and_when_it_was_counted() -> None:
    with western("12:30") as moment:
        seen = board(moment.look)

        assert "Nothing recorded as out" == seen["nothing"]
        assert "17 locked up, count 12:05" == seen["rest"]["says"]


def test_a_set_that_nobody_called_is_not_cold(morning: Moment) -> None:
    assert "NOT CALLED" == board(morning.look)["set"]["word"]


def test_a_loaded_revolver_in_a_performers_hands_is_hot_though_cold_was_called(
    handed_out: Moment,
) -> None:
    says(handed_out, "cold", "set.declared", "ad", state="cold")

    seen = board(handed_out.look)["set"]

    assert "HOT" == seen["word"]
    assert "not called so; 3 weapons out since 11:28" == seen["since"]


def test_cold_for_two_leaves_the_third_hot(handed_out: Moment) -> None:
    says(handed_out, "cold", "set.declared", "ad", state="cold", weapons=["rev-2", "rev-3"])

    assert "since 11:27" == board(handed_out.look)["set"]["since"]


def test_a_missing_weapon_and_one_left_alone_hold(morning: Moment) -> None:
    says(morning, "count", "weapon.counted", "lead", weapons=["rev-1"], missing=["rev-5"])
    says(morning, "left", "weapon.unattended", "lead", weapons=["rev-6"])

    assert [
        ("rev-5", "Armorer, missing", "hold"),
        ("rev-6", "unattended", "hold"),
    ] == shown(morning)


def test_rounds_that_do_not_add_up_hold(morning: Moment) -> None:
    says(morning, "count", "rounds.counted", "lead", lots=["dummies"], count=35)

    assert ("dummies", "1 missing", "hold") in shown(morning)


def test_live_rounds_hold(morning: Moment) -> None:
    found = {"lot": "stray", "kind": "live", "count": 1, "from_": "a pocket"}
    says(morning, "stray", "rounds.received", "props", **found)

    assert ("stray", "live rounds", "hold") in shown(morning)


# --- stops, pauses, and what waits ------------------------------------------------------------


def test_stopped_stands_above_all_and_says_what_it_takes(handed_out: Moment) -> None:
    says(handed_out, "halt", "stop.called", "script", stop="halt", scope="all")

    seen = board(handed_out.look)

    assert ("stopped", "STOPPED", "since 11:28") == tuple(
        seen["set"][key] for key in ("state", "word", "since")
    )
    assert ("Two people restart", "HOT") == (seen["restart"]["says"], seen["restart"]["word"])
    assert "Was stopped, 3 out" == seen["was"]


def test_a_pause_has_its_own_row(morning: Moment) -> None:
    says(morning, "rain", "pause.called", "ad", pause="rain", scope="all")

    assert ("", "Since 06:30", "paused") in shown(morning)


def test_the_unanswered_show_as_a_count_and_the_age_of_the_oldest(morning: Moment) -> None:
    says(
        morning,
        "worry",
        "concern.raised",
        "script",
        concern="worry",
        about="rev-1",
        note="It stuck",
    )
    morning.made.later(42)
    says(morning, "more", "concern.raised", "anonymous", concern="more", note="Too near")

    (alert,) = board(morning.look)["alerts"]

    assert "2 unanswered, 42 min" == alert["says"]


@pytest.mark.parametrize(
    ("name", "tag", "fields"),
    [
        ("halt", "stop.called", {"stop": "halt", "scope": "all"}),
        ("worry", "concern.raised", {"concern": "worry", "about": "shootout", "note": "Too near"}),
        ("no", "refusal.made", {"activity": "shootout"}),
        ("gone", "work.left", {"people": ["script"]}),
        ("hurt", "incident.reported", {"incident": "hurt", "kind": "injury", "people": ["script"]}),
    ],
)
def test_nobody_who_spoke_up_or_was_hurt_is_named_there(
    morning: Moment, name: str, tag: str, fields: Plain
) -> None:
    says(morning, name, tag, "script", **fields)

    assert "script" not in words_on(morning)


def test_an_open_incident_leads_everything_and_does_not_say_what_it_was(
    handed_out: Moment,
) -> None:
    says(handed_out, "hurt", "incident.reported", "medic", incident="hurt", kind="injury")

    assert ("", "Incident, 11:28", "hold") == shown(handed_out)[0]
    assert "injury" not in words_on(handed_out)


def test_an_override_is_never_quiet_and_stays_the_day(morning: Moment) -> None:
    own = {"gate": "roll", "on": ["lineup"], "because": "light"}
    says(morning, "over", "gate.overridden", "ad", **own)

    (alert,) = board(morning.look)["alerts"]

    assert "1 override, 06:30" == alert["says"]
    assert "by First AD" in alert["title"]


def test_a_day_that_closed_with_differences_stays_on_the_board_for_ever() -> None:
    with western("17:20") as moment:
        says(moment, "count", "rounds.counted", "assistant", lots=["dummies"], count=35)
        says(moment, "close", "day.closed", "ad", date="2026-06-09")
        moment.made.later(60 * 14)
        says(moment, "open", "day.opened", "ad", date="2026-06-10")
        says(moment, "found", "rounds.counted", "assistant", lots=["dummies"], count=36)

        alerts = board(moment.look)["alerts"]

        assert ["9 Jun: differences"] == [one["says"] for one in alerts]
        assert ["Closed with differences: 9 Jun"] == [one["title"] for one in alerts]


# --- what it costs, and what an old one says ----------------------------------------------------


def test_what_a_stale_screen_shows_says_that_it_was(mid_take: Moment) -> None:
    assert "Was hot, 3 out" == board(mid_take.look)["was"]


def test_a_production_without_weapons_says_that_none_is_on_record(mid_take: Moment) -> None:
    from tests.unit.app.views.test_answers import look_at

    assert "No weapon on record" == board(look_at())["nothing"]


def test_making_it_costs_less_than_a_millisecond(mid_take: Moment) -> None:
    look = mid_take.look
    best = min(_seconds(look) for _ in range(20))

    assert best < 0.001


def _seconds(look: Any) -> float:
    look.memo.clear()
    start = perf_counter()
    board(look)
    return perf_counter() - start

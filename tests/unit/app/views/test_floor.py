"""The floor tells the first AD whether to roll, what is missing and what is on, at every moment.

Protects: what can be pressed is always there whatever the gate says; takes add up; the day
stands in its order; nobody is asked for what is not theirs, and nobody agrees for somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from showclear.app.views.floor import floor
from showclear.app.views.floor_mine import mine
from showclear.app.views.reasons import on_the_floor_told
from tests.unit.app.views.cart_moments import Moment, western

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


@pytest.fixture(scope="module")
def misfire(stack: ExitStack) -> Plain:
    """11:31, just after it."""
    return floor(stack.enter_context(western("11:31")).look)


@pytest.fixture(scope="module")
def late(stack: ExitStack) -> Plain:
    """14:10, when somebody came who was not at the meeting."""
    return floor(stack.enter_context(western("14:10")).look)


def shown(view: Plain, activity: str = "") -> Plain:
    name = activity or view["floor"]
    return next(one for one in view["activities"] if one["id"] == name)


def section(view: Plain, key: str) -> Plain:
    return next(one for one in view["happened"] if one["key"] == key)


def test_a_misfire_holds_the_next_take_and_says_what_happened(misfire: Plain) -> None:
    card = shown(misfire)

    assert "shootout" == card["id"]
    assert "take 3" == card["take"]
    assert "hold" == card["answer"]["answer"]
    happened = [one["says"] for one in card["answer"]["reasons"] if one["caused"]]
    assert ["rev-3 misfired and has not been released."] == happened


def test_rolled_can_be_pressed_whatever_the_gate_says(misfire: Plain) -> None:
    pressed = shown(misfire)["next"]

    assert [{"what": "activity.rolled", "activity": "shootout", "take": "3"}] == pressed["write"]
    assert "plain" == pressed["look"]


def test_the_set_is_hot_and_says_what_cold_waits_for(misfire: Plain) -> None:
    assert "hot" == misfire["set"]["state"]
    assert ["rev-2", "rev-3", "rev-4"] == misfire["set"]["waits"]
    assert ["Cold waits for 3 weapons"] == misfire["set"]["says"]


def test_takes_add_up(misfire: Plain) -> None:
    told = [(one["take"], one["says"]) for one in shown(misfire)["takes"]]

    assert [
        ("1", "6 loaded = 6 fired"),
        ("2", "6 loaded = 5 fired + 1 misfired"),
        ("3", "6 planned"),
    ] == told


def test_what_stays_in_for_the_next_take_counts_in_each_of_them(misfire: Plain) -> None:
    told = [one["says"] for one in shown(misfire, "loading")["takes"]]

    assert ["6 loaded = 6 left in"] * 4 == told[:4]
    assert "6 loaded = 6 taken out" == told[4]


def test_a_spare_is_offered_first_for_the_weapon_that_misfired(misfire: Plain) -> None:
    spares = shown(misfire)["plan"]["spares"]

    assert ["rev-3"] == [one["weapon"] for one in spares if one["trouble"]]
    written = [
        one["write"][0]["replaces"] for one in spares if one["trouble"] for one in one["acts"]
    ]
    assert [{"rev-1": "rev-3"}, {"rev-5": "rev-3"}, {"rev-6": "rev-3"}] == written


def test_a_missing_shot_is_planned_for_one_weapon_its_actor_and_whoever_is_needed() -> None:
    with western("11:35") as moment:
        offered = shown(floor(moment.look))["plan"]["repeats"][0]
        (plan,) = offered["write"]
        moment.press(offered, by="ad")
        made = moment.look.state.activities["n-tap-1"]

    assert {"rev-3": {"performer": ["deputy"], "load": "blank", "lot": "blanks", "count": 1}} == (
        plan["weapons"]
    )
    assert {"deputy", "operator", "focus"} == set(plan["people"])
    assert [{"person": "operator", "weapon": "rev-3", "distance_ft": 22}] == plan["positions"]
    assert made.known
    assert "blank-fire" in (made.plan.hazards or ())


def test_no_shot_is_repeated_with_a_weapon_that_misfired_and_was_not_released() -> None:
    with western("11:31") as moment:
        offered = shown(floor(moment.look))["plan"]["repeats"]

    assert [] == [one for one in offered if "rev-3" in one["write"][0]["weapons"]]


def test_a_swapped_spare_changes_the_plan_and_needs_no_new_meeting() -> None:
    with western("11:35") as moment:
        spares = shown(floor(moment.look))["plan"]["spares"]
        offered = next(one for one in spares if one["trouble"])["acts"][0]
        before = moment.look.state.activities["shootout"].material
        moment.press(offered, by="ad")
        after = moment.look.state.activities["shootout"]

    assert before == after.material
    assert {"rev-1", "rev-2", "rev-4"} == {str(one.weapon) for one in after.plan.weapons or ()}


def test_the_rehearsal_goes_on_and_only_the_late_actors_own_act_waits(late: Plain) -> None:
    assert "standoff-rehearsal" == late["floor"]
    assert "clear" == shown(late)["answer"]["answer"]
    waiting = shown(late, "standoff")["answer"]
    assert "hold" == waiting["answer"]
    assert any("Rider has not heard" in one["says"] for one in waiting["reasons"])


def test_who_came_late_is_briefed_by_one_tap() -> None:
    with western("14:10") as moment:
        (group,) = section(floor(moment.look), "late")["groups"]
        (offered,) = group["acts"]
        moment.press(offered, by="ad")
        after = section(floor(moment.look), "late")

    assert "Rider briefed" == offered["says"]
    assert [] == after["groups"]


def test_what_is_on_shows_cut_and_what_the_gate_said_when_it_began() -> None:
    with western("15:00") as moment:
        card = shown(floor(moment.look))

    assert "on" == card["answer"]["answer"]
    assert "The gate said Clear" == card["answer"]["said"]
    assert {"what": "activity.cut", "activity": "standoff", "take": "1"} == card["next"]["write"][0]


def test_a_set_with_loaded_weapons_that_nobody_called_hot_is_not_called_cold() -> None:
    with western("11:02") as moment:
        view = floor(moment.look)

    hot = next(one for one in view["calls"] if one["state"] == "hot")
    assert "not-called" == view["set"]["state"]
    assert ["3 weapons loaded, not called hot"] == view["set"]["says"]
    assert "main" == hot["look"]
    assert ["rev-2", "rev-3", "rev-4"] == hot["write"][0]["weapons"]


def test_what_is_so_of_three_weapons_is_said_once() -> None:
    with western("11:02") as moment:
        (reason,) = shown(floor(moment.look))["answer"]["reasons"]

    assert reason["says"].startswith("rev-2, rev-3 and rev-4 ")
    assert "also" not in reason


def test_the_day_can_be_closed_and_says_on_what_it_leans(stack: ExitStack) -> None:
    view = floor(stack.enter_context(western("17:35")).look)

    assert "clear" == view["day"]["answer"]["answer"]
    assert [{"what": "day.closed", "date": "2026-06-09"}] == view["day"]["act"]["write"]


def test_a_day_that_was_not_opened_is_opened_by_one_tap() -> None:
    with western("00:01") as moment:
        view = floor(moment.look)

    assert "" == view["day"]["opened"]
    assert [{"what": "day.opened", "date": "2026-06-09"}] == view["day"]["act"]["write"]
    assert view["floor"] == view["activities"][0]["id"]


def test_no_single_tap_writes_what_two_people_have_to_say() -> None:
    step = {"write": [{"what": "work.resumed", "agreed_by": ["a", "b"]}]}
    reason: Plain = {
        "says": "Work was stopped (stop-1).",
        "missing": ["stopped"],
        "rule": "stopped",
        "cite": "",
        "pack": "showclear-core",
        "on": "stop-1",
        "next": {"say": "Two people agree", "act": step},
    }
    with western("05:40") as moment:
        answer = {"gate": "roll", "reasons": [reason]}
        (told,) = on_the_floor_told(moment.look, answer)["reasons"]

    assert "act" not in told["next"]
    assert told["next"]["restart"]
    assert "Work was stopped." == told["says"]


# --- what is one person's alone ------------------------------------------------------------------


def wanted(moment: Moment, who: str) -> list[str]:
    return [str(one["says"]) for one in mine(moment.look, who)["wanted"]]


def check(name: str, moment: Moment, **own: Any) -> Plain:
    said = {"id": name, "at": moment.made.clock(), "by": "lead", "attested": "badge"}
    return {**said, "what": "check.made", "passed": True, **own}


def test_somebody_whose_name_was_typed_is_asked_once_for_all_of_it() -> None:
    with western("11:00") as moment:
        moment.say(
            check(
                "load",
                moment,
                checks=["load-shown"],
                on=["rev-2", "rev-3", "rev-4"],
                count=2,
                of=2,
                shown_to=["ad"],
            )
        )
        before = mine(moment.look, "ad")["wanted"]
        moment.press(before[0]["act"], by="ad", how="own-device")
        after = mine(moment.look, "ad")["wanted"]
        eyes = moment.look.state.checks[("rev-2", "load-shown")].item.eyes

    assert ["Did you see the load of rev-2, rev-3 and rev-4?"] == [one["says"] for one in before]
    assert [] == after
    assert {"lead", "ad"} == eyes


def may_say(moment: Moment, who: str) -> list[tuple[str, str]]:
    return [(str(one["says"]), str(one["act"]["says"])) for one in mine(moment.look, who)["may"]]


def test_nobody_who_performs_or_holds_a_weapon_is_asked_for_anything() -> None:
    for at in ("11:03", "11:04"):
        with western(at) as moment:
            assert [] == wanted(moment, "deputy")


def test_whoever_performs_may_say_that_they_were_shown_it_and_that_they_have_it() -> None:
    with western("11:03") as moment:
        before = may_say(moment, "deputy")
        assert [] == may_say(moment, "ad")
    with western("11:04") as moment:
        holding = may_say(moment, "deputy")

    shown = ("On record: rev-2, rev-3 and rev-4, load shown to you", "I was shown it")
    assert [shown] == before
    assert [("On record: rev-3 with you", "I have it"), shown] == holding


def test_what_is_over_is_asked_of_nobody() -> None:
    with western("12:30") as moment:
        assert [] == wanted(moment, "deputy")


def test_only_whoever_raised_a_concern_may_say_that_it_is_solved() -> None:
    with western("11:02") as moment:
        raised = section(floor(moment.look), "concern")["act"]
        (write,) = raised["write"]
        moment.press({"write": [{**write, "note": "It is loose", "holds": True}]}, by="operator")
        own, other = mine(moment.look, "operator"), mine(moment.look, "ad")
        view = floor(moment.look)
        moment.press(own["concerns"][0]["act"], by="operator")
        left = floor(moment.look)["concerns"]["rows"]

    assert "It is loose" == own["concerns"][0]["words"]
    assert [] == other["concerns"]
    assert 1 == view["concerns"]["count"]
    assert [] == left


def test_the_floor_is_the_same_to_everybody_and_names_nobody_who_spoke_up() -> None:
    with western("11:02") as moment:
        said = {"at": moment.made.clock(), "attested": "badge", "by": "slate"}
        moment.say(
            {
                **said,
                "id": "c",
                "what": "concern.raised",
                "concern": "c-1",
                "note": "Too near",
                "holds": True,
            },
            {**said, "id": "s", "what": "stop.called", "stop": "s-1", "scope": "all"},
            {**said, "id": "w", "what": "work.left", "people": ["slate"]},
        )
        view = floor(moment.look)
        keys = ("set", "radio", "restarts", "concerns", "walk_outs", "activities")
        told = str({key: view[key] for key in keys})

    assert "Too near" in told
    assert "slate" not in told

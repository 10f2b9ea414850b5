"""Protects: while something holds the set, nobody at the cart reads "As planned", and what was
written wrongly is neither counted twice nor done again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from showclear.app.views.board import board
from showclear.app.views.cart import cart
from showclear.app.views.floor_set import header
from showclear.app.views.paper import today
from tests.unit.app.views.cart_moments import Moment, on_a_set, western
from tests.unit.app.views.cart_sets import came, people, planned

Plain = dict[str, Any]

SHOT = {"what": "weapon.discharged", "weapons": ["rev-2"], "count": 1, "lot": "blanks", "by": "ad"}
STOP = {"what": "stop.called", "stop": "halt", "by": "script"}


def card(view: Plain, name: str) -> Plain:
    found: Plain = next(one for one in view["cards"] if one["key"] == name)
    return found


def filled(sheet: Plain) -> list[str]:
    """What the sheet offers as the act it waits for."""
    return [one["says"] for one in sheet["foot"] if one["look"] == "main"]


def of_everything(view: Plain) -> str:
    """All that stands on cards and sheets of what is out."""
    out = [one["key"] for one in view["cards"] if one["place"] == "out"]
    return json.dumps([[card(view, name)["next"], view["sheets"][name]] for name in out])


# --- after a shot that nobody meant -----------------------------------------------------------


def test_after_an_unintended_shot_the_armorer_reads_incident_on_top_and_on_every_weapon_out() -> (
    None
):
    with western("11:04") as moment:
        before = cart(moment.look)
        moment.goes_on(SHOT)
        view = cart(moment.look)

    assert "As planned" == card(before, "rev-3")["next"]["says"]
    assert "Hold: Incident, 11:05" == view["set"]["says"][0]
    assert {"look": "hold", "word": "Hold", "says": "Incident open. Fired 11:05"} == card(
        view, "rev-2"
    )["next"]
    assert {"look": "hold", "word": "Hold", "says": "Incident open"} == card(view, "rev-3")["next"]
    assert "As planned" not in of_everything(view)


def test_whoever_opens_a_weapons_sheet_after_an_unintended_shot_reads_why_it_is_held() -> None:
    with western("11:04") as moment:
        moment.goes_on(SHOT)
        view = cart(moment.look)
    sheet = view["sheets"]["rev-3"]

    assert ("hold", "Incident open. 2 blanks in it") == (
        sheet["answer"]["look"],
        sheet["answer"]["says"],
    )
    assert "Hold: Incident, 11:05" == sheet["blocks"][0]["says"]
    assert ["Back, not opened"] == filled(sheet)


def test_what_happened_while_the_set_is_stopped_is_told_beside_the_stop() -> None:
    with western("11:04") as moment:
        moment.goes_on({**STOP, "scope": "all"}, SHOT)
        told = header(moment.look)

    assert ("STOPPED", ["no name given", "Hold: Incident, 11:06"]) == (told["word"], told["says"])


@pytest.mark.parametrize(
    ("happens", "word", "line"),
    [
        (
            {"what": "work.left", "people": ["script"]},
            "Walk-out open",
            "Hold: Walk-out, 11:05",
        ),
        ({"what": "pause.called", "pause": "p", "scope": "all", "by": "ad"}, "Paused", ""),
    ],
)
def test_whatever_else_holds_the_set_stands_on_the_cards_of_what_is_out(
    happens: Plain, word: str, line: str
) -> None:
    with western("11:04") as moment:
        (answer,) = moment.goes_on(happens)
        view = cart(moment.look)
        rows = [one["who"] for one in board(moment.look)["rows"]]

    assert answer.aside is None, answer
    assert word == card(view, "rev-3")["next"]["says"]
    assert not line or line in view["set"]["says"]
    assert not line or line.removeprefix("Hold: ") in rows


# --- stopped ----------------------------------------------------------------------------------


def test_a_stop_of_the_scene_is_read_on_its_weapons_and_names_the_scene_on_top() -> None:
    with western("11:04") as moment:
        moment.goes_on({**STOP, "scope": ["shootout"]})
        view = cart(moment.look)

    assert view["set"]["says"][0].startswith("Stopped: ")
    assert view["set"]["says"][0].endswith(", since 11:05")
    assert "Stopped" == card(view, "rev-3")["next"]["says"]
    assert "As planned" not in of_everything(view)
    assert "while the set is stopped" not in json.dumps(view["sheets"]["rev-3"])
    assert ["Back, not opened"] == filled(view["sheets"]["rev-3"])


def test_a_stop_of_another_scene_says_nothing_of_the_weapons_of_this_one() -> None:
    with western("11:04") as moment:
        other = next(
            name
            for name, one in moment.look.state.activities.items()
            if name != "shootout" and not any(w.weapon == "rev-3" for w in one.plan.weapons or ())
        )
        moment.goes_on({**STOP, "scope": [other]})
        view = cart(moment.look)

    assert "As planned" == card(view, "rev-3")["next"]["says"]
    assert "Nothing is clear" not in json.dumps(view["sheets"]["rev-3"])
    assert any(one.startswith("Stopped: ") for one in view["set"]["says"])


@pytest.mark.parametrize(
    ("scope", "others"), [("rev-3", "As planned"), ("the-far-street", "Stopped")]
)
def test_a_stop_of_one_weapon_is_on_that_weapon_and_one_nobody_understands_is_on_all(
    scope: str, others: str
) -> None:
    with western("11:04") as moment:
        moment.goes_on({**STOP, "scope": [scope]})
        view = cart(moment.look)

    assert "Stopped" == card(view, "rev-3")["next"]["says"]
    assert others == card(view, "rev-2")["next"]["says"]


def test_nobody_is_asked_to_take_anything_out_while_everything_is_stopped() -> None:
    plan = planned("duel", {"rev-2": {"performer": "outlaw", "load": "blank"}})
    with on_a_set(*people("outlaw"), *came("rev-2", kind="blank-only"), plan) as moment:
        before = card(cart(moment.look), "rev-2")["next"]["says"]
        moment.goes_on({**STOP, "by": "ad", "scope": "all"})
        then = card(cart(moment.look), "rev-2")["next"]["says"]

    assert ("To be taken out", "Stopped") == (before, then)


def test_while_everything_is_stopped_no_weapon_out_is_as_planned_and_no_shot_is_guessed() -> None:
    with western("11:28") as moment:
        before = cart(moment.look)
        moment.goes_on({**STOP, "scope": "all"})
        view = cart(moment.look)
    together = "together/shootout"

    assert [] != filled(before["sheets"][together])
    assert ["All back, not opened"] == filled(view["sheets"][together])
    assert "As planned" not in of_everything(view)
    assert {"Stopped"} == {
        one["next"]["says"].split(".")[0]
        for one in view["cards"]
        if one["place"] == "out" and one["key"] in view["sheets"][together]["weapons"]
    }


# --- what was written wrongly -----------------------------------------------------------------


def blocks(moment: Moment) -> str:
    return json.dumps(cart(moment.look)["sheets"]["correct"]["blocks"])


@pytest.mark.parametrize(
    "said",
    [
        SHOT,
        {"what": "weapon.misfired", "weapons": ["rev-3"], "lot": "blanks", "count": 1},
        {"what": "weapon.held", "weapons": ["rev-3"], "because": "the hammer sticks"},
    ],
    ids=["shot", "misfire", "held"],
)
def test_nobody_takes_back_with_one_tap_what_holds_a_weapon(said: Plain) -> None:
    with western("11:04") as moment:
        moment.goes_on(said)
        told = blocks(moment)

    assert "It was not so" not in told
    assert "It holds until" in told


def test_a_load_that_was_put_wrongly_can_still_be_said_better() -> None:
    with western("11:00") as moment:
        told = blocks(moment)

    assert "It was not so" in told
    assert "It was another number" in told


# --- on paper ---------------------------------------------------------------------------------


def test_whoever_goes_on_with_paper_alone_reads_what_holds_on_top_and_no_name_of_who_spoke() -> (
    None
):
    with western("11:04") as moment:
        assert [] == today(moment.look)["holds"]
        moment.goes_on(
            SHOT,
            {**STOP, "scope": ["shootout"]},
            {"what": "pause.called", "pause": "p", "scope": "all", "by": "ad"},
            {"what": "concern.raised", "concern": "c", "by": "script", "note": "It stuck"},
            {"what": "work.left", "people": ["script"]},
        )
        told = today(moment.look)["holds"]

    assert ["Hold: Incident, 11:05", "Hold: Walk-out, 11:09"] == told[:2]
    assert told[2].startswith("Stopped: ")
    assert ["Paused since 11:07", "1 concern open, the first 11:08"] == told[3:]
    assert "script" not in json.dumps(told).lower()


# --- times of another day ---------------------------------------------------------------------


def test_whoever_comes_in_the_morning_reads_of_which_day_a_load_and_a_handover_were() -> None:
    with western("11:04") as moment:
        moment.made.later(22 * 60)
        view = cart(moment.look)
        floor = header(moment.look)

    assert "09 Jun 11:00" == card(view, "rev-3")["in"]["at"]
    assert card(view, "rev-3")["has"]["at"].startswith("09 Jun ")
    assert view["written"]["at"].startswith("09 Jun ")
    assert floor["since"].startswith("09 Jun ")

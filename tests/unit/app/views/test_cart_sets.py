"""Protects: the cart is true of any set, large or odd: it never says Empty where nobody looked,
folds what stands alike, and can be written on for one weapon, for some and for a squad."""

from __future__ import annotations

import json
from typing import Any

import pytest

from showclear.app.views.cart import cart
from tests.unit.app.views.cart_moments import Moment, on_a_set
from tests.unit.app.views.cart_sets import (
    BACKGROUND,
    box,
    came,
    opened,
    out,
    people,
    planned,
    rifles,
    squad,
)

Plain = dict[str, Any]

REVOLVER = {"performer": "outlaw", "load": "blank", "lot": "blanks", "count": 2}


def look_at(moment: Moment) -> Plain:
    """The cart as it stands, as the page gets it."""
    view: Plain = json.loads(json.dumps(cart(moment.look)))
    return view


def card(view: Plain, name: str) -> Plain:
    found: Plain = next(
        one for one in view["cards"] if name in one.get("weapons", ()) or one["key"] == name
    )
    return found


def every(view: Plain, key: str) -> Plain:
    found: Plain = next(one for one in view["each"] if one["key"] == f"each/{key}")
    return found


def said_of(act: Plain, names: list[str]) -> list[Plain]:
    """What the page writes of an act for picked weapons."""
    written = []
    for part in act["parts"]:
        on = [name for name in part["on"] if name in names]
        if on:
            written += [
                {key: on if value == "$each" else value for key, value in one.items()}
                for one in part["write"]
            ]
    return written


# --- a squad -----------------------------------------------------------------------------


def test_a_squads_rifles_that_stand_alike_are_one_card_and_one_that_is_held_stands_alone() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        view = look_at(moment)
        moment.goes_on({"what": "weapon.held", "weapons": ["rifle-7"], "because": "bolt sticks"})
        then = look_at(moment)

    assert ["rifle-1 to rifle-24"] == [one["name"] for one in view["cards"]]
    assert "24 on the cart" == view["cards"][0]["where"]
    assert ("rifle-7", "hold") == (then["cards"][0]["key"], then["cards"][0]["next"]["look"])
    assert 23 == len(card(then, "rifle-1")["weapons"])
    assert "rifle-7" not in card(then, "rifle-1")["weapons"]


def test_a_squad_is_handed_out_in_one_act_that_names_who_has_which_rifle() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        act = look_at(moment)["sheets"]["together/volley"]["foot"][-1]
        moment.press(act, by="armorer")
        view = look_at(moment)

    (said,) = act["write"]
    assert {f"rifle-{n}": BACKGROUND[(n - 1) % 12] for n in range(1, 25)} == {
        one["weapon"]: one["to"] for one in said["issues"]
    }
    assert "24 out" == card(view, "rifle-1")["where"] or view["cards"]
    assert {"out"} == {one["place"] for one in view["cards"]}


def test_a_squads_button_says_how_many_are_out_without_naming_twelve_people() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        moment.press(look_at(moment)["sheets"]["together/volley"]["foot"][-1], by="armorer")
        where = look_at(moment)["store"]["where"]

    assert "24 out with 12 people" == where


def test_rifles_are_shown_to_each_person_by_a_tap_of_their_own() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        sheet = look_at(moment)["sheets"]["together/volley"]
    shows = [
        act
        for block in sheet["blocks"]
        if block["key"] == "load-shown"
        for act in block.get("acts", ())
    ]

    assert {1} == {len(one["shown_to"]) for act in shows for one in act["write"]}
    assert 13 == len(shows)


def test_rifles_are_loaded_each_out_of_its_own_magazine_where_the_labels_match() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        (fill,) = [
            one
            for block in look_at(moment)["sheets"]["lot/blanks"]["blocks"]
            for one in block.get("targets", ())
            if one["key"].endswith("/issue-each")
        ]
        moment.press(with_count(fill, 5), by="armorer")
        sheets = look_at(moment)["sheets"]
        own = step(sheets["together/volley"], "load")[-1]
        one = step(sheets["fold/rifle-1"], "load")[-1]
        answers = moment.press(own, by="armorer")
        then = moment.look.state

    assert "5 each, each from its own: 24 loaded" == own["says"] == one["says"]
    assert all(each.aside is None for each in answers)
    assert {5} == {weapon.rounds for weapon in then.weapons.values()}
    assert 0 == sum(then.issued.values())
    assert 120 == then.lots["blanks"].in_store


def step(sheet: Plain, key: str) -> list[Plain]:
    """The acts of one step of a sheet."""
    return [act for block in sheet["blocks"] if block["key"] == key for act in block["acts"]]


def with_count(act: Plain, count: int) -> Plain:
    """An act with what a counter shows filled in, as the page does it."""
    said = [
        {key: count if value == "$count" else value for key, value in one.items()}
        for one in act["write"]
    ]
    return {**act, "write": said}


# --- picking several ---------------------------------------------------------------------


def test_what_is_picked_is_written_for_what_is_picked_and_nothing_else() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        view = look_at(moment)
        three = ["rifle-2", "rifle-9", "rifle-24"]
        loaded = {"key": "each", "write": said_of(every(view, "load"), three)}
        answers = moment.press(loaded, by="armorer")
        then = moment.look.state

    assert all(one.aside is None for one in answers)
    assert three == [one.id for one in then.weapons.values() if one.rounds]
    assert [5, 5, 5] == [then.weapons[name].rounds for name in three]


def test_picked_weapons_are_shown_only_to_whom_each_of_them_is_planned_for() -> None:
    with on_a_set(*squad(), out(*rifles()), opened(*rifles())) as moment:
        view = look_at(moment)
        act = every(view, "shown-clear/soldier-2")

    assert [["rifle-2"]] == [one["on"] for one in said_of(act, ["rifle-2", "rifle-3"])]
    assert [["soldier-2"]] == [one["shown_to"] for one in said_of(act, ["rifle-2", "rifle-3"])]


def test_nothing_that_is_held_is_among_what_may_be_picked_for_an_act() -> None:
    held = {"what": "weapon.held", "weapons": ["rifle-7"], "because": "bolt sticks"}
    with on_a_set(*squad(), out(*rifles()), opened(*rifles()), held) as moment:
        view = look_at(moment)

    assert "rifle-7" not in {n for act in view["each"] for part in act["parts"] for n in part["on"]}


# --- odd sets ----------------------------------------------------------------------------


def test_edged_weapons_and_bows_are_looked_at_as_what_they_are_and_have_no_load() -> None:
    plan = {
        "sword-1": {"performer": "outlaw", "load": "none"},
        "bow-1": {"performer": "outlaw", "load": "none"},
    }
    said = [
        *people("outlaw"),
        *came("sword-1", kind="edged"),
        *came("bow-1", kind="bow"),
        planned("duel", plan),
    ]
    with on_a_set(*said, out("sword-1", "bow-1")) as moment:
        view = look_at(moment)
        sheet = view["sheets"]["together/duel"]

    (looked,) = [
        act for block in sheet["blocks"] if block["key"] == "open" for act in block["acts"]
    ]
    assert [["edge-blunt"], ["mechanism-works"]] == [one["checks"] for one in looked["write"]]
    assert "Edged" == card(view, "sword-1")["in"]["says"]
    assert not [block for block in sheet["blocks"] if block["key"] in ("load", "load-shown")]


def test_airsoft_is_opened_at_its_magazine_and_its_chamber() -> None:
    said = [*people("outlaw"), *came("soft-1", kind="airsoft")]
    with on_a_set(*said, out("soft-1")) as moment:
        view = look_at(moment)

    open_ = view["sheets"]["soft-1"]["blocks"][0]["acts"][0]
    assert ["magazine-empty", "chamber-empty"] == open_["write"][0]["checks"]
    assert ("Not opened", True) == tuple(card(view, "soft-1")["in"][k] for k in ("says", "solid"))


def test_a_weapon_that_nobody_registered_counts_as_loaded_and_is_held() -> None:
    found = {"what": "weapon.seen", "weapons": ["found-1"], "where": "under the wagon"}
    with on_a_set(*people("outlaw"), found) as moment:
        view = look_at(moment)

    told = card(view, "found-1")
    assert ("Not opened", True) == (told["in"]["says"], told["in"]["solid"])
    assert ("hold", "Nobody registered it") == (told["next"]["look"], told["next"]["says"])


def test_what_was_left_alone_or_is_missing_is_not_called_empty() -> None:
    said = [*people("outlaw"), *came("rev-1", "rev-2", kind="firearm")]
    alone = {"what": "weapon.unattended", "weapons": ["rev-1"]}
    gone = {"what": "weapon.counted", "weapons": ["rev-1"], "missing": ["rev-2"]}
    with on_a_set(*said, out("rev-1", "rev-2"), opened("rev-1", "rev-2"), gone, alone) as moment:
        view = look_at(moment)

    assert ["Not opened", "Not opened"] == [card(view, n)["in"]["says"] for n in ("rev-1", "rev-2")]
    assert ["With nobody, to be opened", "Not found when counted"] == [
        card(view, name)["next"]["says"] for name in ("rev-1", "rev-2")
    ]


def test_what_is_locked_up_was_empty_and_is_not_opened_when_it_comes_out_again() -> None:
    said = [*people("outlaw"), *came("rev-1", kind="firearm"), out("rev-1"), opened("rev-1")]
    with on_a_set(*said) as moment:
        here = card(look_at(moment), "rev-1")["in"]
        moment.goes_on({"what": "weapon.locked-up", "weapons": ["rev-1"]})
        locked = card(look_at(moment), "rev-1")["in"]
        moment.goes_on(out("rev-1"))
        again = card(look_at(moment), "rev-1")["in"]

    assert [("Empty", False), ("Was empty", False), ("Not opened", True)] == [
        (one["says"], one["solid"]) for one in (here, locked, again)
    ]
    assert here["at"] == locked["at"] != ""


def test_rounds_on_record_in_something_that_fires_nothing_are_told() -> None:
    said = [*people("outlaw"), *came("rep-1", kind="replica"), box("dummies", "dummy", 12)]
    load = {"what": "weapon.loaded", "weapons": ["rep-1"], "lot": "dummies", "count": 6, "for": "x"}
    with on_a_set(*said, out("rep-1"), load) as moment:
        told = card(look_at(moment), "rep-1")["in"]

    assert ("6 dummies", True) == (told["says"], told["solid"])


def test_a_handover_that_its_gate_held_says_so_on_the_card_until_it_is_back() -> None:
    said = [*people("outlaw"), *came("rev-1", kind="firearm"), box("blanks", "blank", 50)]
    plan = planned("duel", {"rev-1": REVOLVER})
    with on_a_set(*said, plan, out("rev-1"), opened("rev-1")) as moment:
        act = look_at(moment)["sheets"]["rev-1"]["foot"][-1]
        moment.press(act, by="armorer")
        given = look_at(moment)
        back = {"what": "weapon.handed-back", "weapons": ["rev-1"], "from": "outlaw"}
        moment.goes_on(back)
        after = card(look_at(moment), "rev-1")["next"]

    assert ("hold", "given, not clear") == tuple(
        card(given, "rev-1")["next"][key] for key in ("look", "says")
    )
    assert "not clear" in given["sheets"]["rev-1"]["answer"]["says"]
    assert any("when handed over" in str(b.get("says")) for b in given["sheets"]["rev-1"]["blocks"])
    assert "given, not clear" != after["says"]


def test_own_weapons_live_rounds_and_boxes_nobody_counted_are_told_as_such() -> None:
    said = [*people("outlaw"), *came("rev-1", kind="firearm"), box("loose", "unknown", "unknown")]
    declared = {"what": "weapon.declared", "weapon": "own-1", "kind": "firearm", "where": "a car"}
    with on_a_set(*said, box("found", "live", 3), declared, out("rev-1")) as moment:
        view = look_at(moment)

    lots = {one["id"]: one for one in view["lots"]}
    assert ("off the set", True) == (
        card(view, "own-1")["where"],
        card(view, "own-1")["in"]["solid"],
    )
    assert (None, "not counted") == tuple(lots["loose"]["sum"]["parts"][0].values())
    assert "Hold" == view["sheets"]["lot/found"]["answer"]["word"]
    assert any(
        "Rounds" in row["says"] or "loose" in row["says"]
        for row in view["sheets"]["close"]["blocks"][0]["rows"]
    )


def test_a_box_that_nobody_counted_can_be_counted_from_nothing_up() -> None:
    with on_a_set(*people("outlaw"), box("loose", "unknown", "unknown")) as moment:
        sheet = look_at(moment)["sheets"]["lot/loose"]
    (counter,) = [block for block in sheet["blocks"] if block["key"] == "count"]

    assert 0 == counter["start"]


@pytest.mark.parametrize("plans", [0, 2])
def test_a_day_without_a_plan_and_one_with_two_acts_for_one_weapon_can_be_worked(
    plans: int,
) -> None:
    said = [*people("outlaw", "sheriff"), *came("rev-1", "rev-2", kind="firearm")]
    said += [box("blanks", "blank", 50), box("more", "blank", 20)]
    named = {"one": "outlaw", "two": "sheriff"}
    said += [
        planned(act, {"rev-1": {"performer": who, "load": "blank", "count": 2}})
        for act, who in list(named.items())[:plans]
    ]
    with on_a_set(*said, out("rev-1", "rev-2"), opened("rev-1", "rev-2")) as moment:
        view = look_at(moment)

    assert ("Nothing planned" if not plans else "Not in this scene") == card(view, "rev-2")["next"][
        "says"
    ]
    # Two boxes hold what is planned and the plan names neither: nothing goes in by a guess.
    assert not [act for act in view["each"] if act["key"] == "each/load"]
    assert view["sheets"]["rev-1"]["foot"]

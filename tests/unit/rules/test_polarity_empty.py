"""Nothing clears by being absent: what nobody gave is not empty, and what is empty asks.

Given packs of one rule; when a set is empty, not given, or of people whom nobody knows;
then the rule holds, unless it says that the set may be empty and somebody counted it so.

Source: docs/formats/rules.md, "Unknown, damaged, absent".
"""

from __future__ import annotations

from typing import Any

import pytest

from showclear.core.gates import Clear, Hold
from showclear.rules.grammar import Pack
from tests.unit.rules.quiet_set import QuietSet, pack, pack_text, read_text

# --- empty and not given -----------------------------------------------------------

EMPTY = "every: {element} in {set}{may}\nneeds: {{{asks}}}"
SETS = [
    ("weapon", "the weapons", "kind: any of firearm, rubber", "weapons", "none"),
    ("weapon", "weapons in the activity", "kind: any of firearm, rubber", "weapons", "none"),
    ("person", "people in the activity", "role: any of performer, crew", "people", "nobody"),
    ("person", "people in the line", "role: any of performer, crew", "line", "nobody"),
    ("person", "people in the zone", "role: any of performer, crew", "zone", "nobody"),
    ("hazard", "hazards", "hazard: any of replica-display, water", "hazards", "none"),
]


@pytest.mark.parametrize(
    ("element", "set_", "asks", "field", "empty"), SETS, ids=[s[1] for s in SETS]
)
def test_a_set_under_every_that_is_empty_holds_unless_it_may_be(
    element: str, set_: str, asks: str, field: str, empty: str
) -> None:
    strict = pack("before: roll\n" + EMPTY.format(element=element, set=set_, asks=asks, may=""))
    loose = pack(
        "before: roll\n" + EMPTY.format(element=element, set=set_, asks=asks, may=", may be empty")
    )
    emptied, absent, given = QuietSet(), QuietSet(), QuietSet()
    emptied.plan(**{field: empty})
    absent.plan(**{field: None})
    given.plan(**({field: ["outlaw"]} if field == "line" else {}))

    assert emptied.roll(strict), "counted and empty: the rule asked for at least one"
    assert not emptied.roll(loose), "counted and empty is known"
    assert absent.roll(strict)
    assert absent.roll(loose), "what nobody gave is not empty, whatever may be"
    assert not given.roll(strict)
    assert not given.roll(loose)


@pytest.mark.parametrize("may", ["", ", may be empty"])
def test_a_set_under_at_least_that_is_not_given_holds(may: str) -> None:
    ours = pack(
        f"before: roll\nat least: 1 different independent eyes in checks{may}\n"
        "where: {check: is-replica, on: the weapon}"
    )
    emptied, absent, unseen = QuietSet(), QuietSet(), QuietSet()
    emptied.plan(weapons="none")
    absent.plan(weapons=None)
    unseen.plan()

    assert absent.roll(ours)
    assert (may == "") == emptied.roll(ours)
    assert (may == "") == unseen.roll(ours)

    unseen.check("is-replica", "rubber")

    assert not unseen.roll(ours)


def test_people_at_risk_are_not_known_while_a_list_that_may_name_more_is_not_given() -> None:
    """Found here: a zone left out of a plan took its people out of those to be briefed."""
    ours = pack(
        "before: roll\nevery: person in people at risk\nneeds: {role: any of performer, crew}"
    )
    for field in ("people", "zone", "line", "weapons"):
        on_set = QuietSet()
        on_set.plan(**{field: None})

        assert on_set.roll(ours), f"{field} was not given"

    whole, unsaid = QuietSet(), QuietSet()
    whole.plan()
    unsaid.plan(weapons={"rubber": {"load": "none"}})

    assert not whole.roll(ours)
    assert unsaid.roll(ours), "nobody said who performs with it"


def test_a_weapon_in_hands_is_in_the_act_while_nobody_knows_who_is() -> None:
    """Found here: with a list left out of the plan, nobody was in the act, and no weapon."""
    ours = pack("before: roll\nno: weapon in weapons in hands here\nwhere: {in the plan: no}")

    def rolling(holder: str, **plan: Any) -> bool:
        on_set = QuietSet()
        on_set.plan(**plan)
        on_set.say("weapon.handed-over", weapon="revolver", from_="armorer", to=holder)
        return on_set.roll(ours)

    assert rolling("outlaw")
    assert not rolling("sheriff")
    assert rolling("sheriff", people=None)
    assert rolling("sheriff", zone=None)


def test_who_is_pointed_at_is_everybody_in_the_line_where_the_plan_does_not_say() -> None:
    ours = pack("before: roll\nno: person in people pointed at")

    def rolling(**plan: Any) -> bool:
        on_set = QuietSet()
        on_set.plan(**plan)
        return on_set.roll(ours)

    assert not rolling(line=["sheriff"], pointed_at="nobody")
    assert rolling(line=["sheriff"])
    assert rolling(line=None)
    assert not rolling(line="nobody")


# --- at most -----------------------------------------------------------------------


def test_at_most__each_unknown_counts_as_one_more() -> None:
    ours = pack(
        "before: roll\nat most: 2 different person in people in the zone\nwhere: {role: performer}"
    )

    def rolling(*zone: str) -> bool:
        on_set = QuietSet()
        on_set.plan(zone=list(zone))
        return on_set.roll(ours)

    assert not rolling("outlaw", "sheriff")
    assert not rolling("outlaw", "sheriff", "ad"), "known to be none"
    assert not rolling("outlaw", "stranger")
    assert rolling("outlaw", "sheriff", "stranger")
    assert rolling("stranger", "stranger-2", "stranger-3")


def test_at_most__a_set_that_is_not_given_holds() -> None:
    ours = pack("before: roll\nat most: 2 different person in people in the zone")
    absent, emptied = QuietSet(), QuietSet()
    absent.plan(zone=None)
    emptied.plan(zone="nobody")

    assert absent.roll(ours)
    assert not emptied.roll(ours)


def test_at_most__nobody_knows_how_many_a_group_is() -> None:
    """Found here: `crew` of twenty-nine counted as one."""
    ours = pack("before: roll\nat most: 5 different person in people in the zone")
    on_set = QuietSet()
    on_set.plan(zone=["outlaw", "crew"])

    assert on_set.roll(ours)


# --- counted and empty -------------------------------------------------------------


def test_a_zone_that_everybody_left_is_known_to_be_empty() -> None:
    ours = pack("before: roll\nno: person in people really in the zone")
    on_set = QuietSet()
    on_set.plan()

    assert not on_set.roll(ours)

    on_set.say("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert on_set.roll(ours)

    on_set.say("people.left-zone", by="ad", activity="scene", people=["outlaw"])

    assert not on_set.roll(ours)


def test_a_count_of_what_is_empty_supports_a_clear() -> None:
    ours = pack("before: roll\nno: person in people pointed at")
    on_set = QuietSet()
    on_set.plan(pointed_at="nobody")
    found = on_set.verdict(ours, "activity.rolled", by="ad", activity="scene")

    assert isinstance(found, Clear)
    assert found.relied_on


# --- nothing required --------------------------------------------------------------


def test_a_gate_for_which_no_rule_is_relevant_holds() -> None:
    about_water = "before: roll\nwhen: {hazards: water}\nno: weapon in all weapons"
    nothing_in_it = "before: roll\nevery: hazard in hazards, may be empty\nneeds: {hazard: night}"
    other_gate = "before: load\nno: person in people pointed at"
    on_set = QuietSet()
    on_set.plan(hazards="none")
    for rules in ([about_water], [nothing_in_it], [other_gate], [about_water, nothing_in_it]):
        found = on_set.verdict(pack(*rules), "activity.rolled", by="ad", activity="scene")

        assert isinstance(found, Hold)
        assert [("nothing-required",)] == [reason.missing for reason in found.reasons]


def test_no_pack_at_all_holds() -> None:
    on_set = QuietSet()
    on_set.plan(hazards="none")
    found = on_set.verdict([], "activity.rolled", by="ad", activity="scene")

    assert isinstance(found, Hold)
    assert [("nothing-required",)] == [reason.missing for reason in found.reasons]


def test_a_rule_that_only_warns_is_not_what_a_clear_rests_on() -> None:
    text = "before: roll\nevery: hazard in hazards\nneeds: {hazard: water}"
    ours = pack(text)
    unread = read_as_unread_law(text)
    on_set = QuietSet()
    on_set.plan()

    assert on_set.roll(ours)

    found = on_set.verdict(unread, "activity.rolled", by="ad", activity="scene")

    assert isinstance(found, Hold)
    assert [("nothing-required",)] == [reason.missing for reason in found.reasons]
    assert ["rule-1"] == [reason.rule for reason in found.warned]


def read_as_unread_law(text: str) -> Pack:
    whole = pack_text(text).replace("force: practice", "force: law")
    return read_text(whole.replace("provision: one", "provision: one, how: secondary"))

"""What might be a check is none: unknown, damaged, withdrawn and future-dated do not count.

Given packs of one rule, read from YAML; when what `needs` or `at least` asks for is not
known to be so; then the gate holds, and with the same thing known it does not.

Source: docs/formats/rules.md, "Unknown, damaged, absent".
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.quiet_set import HANDLER, QuietSet, pack
from tests.unit.rules.unknowns import (
    SPOILT,
    Told,
    person_withdrawn,
    plan_with_firearm,
    plan_with_hazards,
    plan_with_phase,
    seen_by_two,
    third_person,
    third_weapon,
    weapon_not_registered,
)

# --- where, under at least ---------------------------------------------------------

TWO = """
before: hand-over
at least: 2 different independent eyes in checks
where: {check: chamber-empty, on: the weapon, at: within 15 minutes, by: a handler}
"""


@pytest.mark.parametrize("spoilt", SPOILT)
def test_where_under_at_least__unknown_does_not_count(spoilt: str) -> None:
    ours = pack(TWO, above=HANDLER)
    here, other = QuietSet(), QuietSet()
    for on_set in (here, other):
        on_set.plan()
    SPOILT[spoilt](here)
    seen_by_two(other)

    assert here.hand(ours)
    assert not other.hand(ours)


def test_minutes_are_not_counted_to_an_act_that_is_known_by_its_order_only() -> None:
    ours = pack(TWO, above=HANDLER)
    on_set = QuietSet()
    on_set.plan()
    seen_by_two(on_set)

    assert on_set.hand(ours, at_is="order-only")
    assert not on_set.hand(ours)


# --- needs -------------------------------------------------------------------------


@pytest.mark.parametrize("spoilt", [name for name in SPOILT if "witness" not in name])
def test_needs_a_check__unknown_does_not_count(spoilt: str) -> None:
    ours = pack(
        """
        before: hand-over
        every: weapon in the weapons
        needs: {a check: {check: chamber-empty, on: this weapon, by: a handler, at: within 15 minutes}}
        """.replace("        ", ""),
        above=HANDLER,
    )
    here, other = QuietSet(), QuietSet()
    for on_set in (here, other):
        on_set.plan()
    SPOILT[spoilt](here)
    seen_by_two(other)

    assert here.hand(ours)
    assert not other.hand(ours)


NEEDS: list[tuple[str, str, str, Told, Told]] = [
    ("a weapon's kind", "weapon in the weapons", "kind: rubber", third_weapon(kind="unknown"), third_weapon(kind="rubber")),
    ("a weapon nobody registered", "weapon in the weapons", "kind: any of rubber, firearm", weapon_not_registered, plan_with_firearm),
    ("a load", "weapon in the weapons", "load: not live", plan_with_firearm, third_weapon(kind="rubber")),
    ("a load of which unknown is a word", "weapon in the weapons", "load: any of none, unknown", plan_with_firearm, third_weapon(kind="rubber")),
    ("a role", "person in people in the zone", "role: any of crew, performer", third_person(), third_person(roles="crew")),
    ("a role withdrawn", "person in people in the zone", "role: crew", person_withdrawn, third_person(roles="crew")),
    ("other duties", "person in people in the zone", "other duty: none", third_person(), third_person(roles="crew")),
    ("hazards", "activity in the activity", "hazards: none", plan_with_hazards(None), plan_with_hazards("none")),
    ("hazards that weapons imply", "activity in the activity", "hazards: none", plan_with_firearm, plan_with_hazards("none")),
    ("a phase", "activity in the activity", "phase: any of shoot, rehearsal", plan_with_phase(None), plan_with_phase("shoot")),
    ("a reason", "activity in the activity", "needs_firearm: given", plan_with_hazards("none"),
     lambda on_set: on_set.plan(needs_firearm="the flash is in the shot")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("every", "asks", "unknown", "known"), [n[1:] for n in NEEDS], ids=[n[0] for n in NEEDS]
)
def test_needs__unknown_does_not_count(every: str, asks: str, unknown: Told, known: Told) -> None:
    ours = pack(f"before: roll\nevery: {every}\nneeds: {{{asks}}}")
    here, other = QuietSet(), QuietSet()
    unknown(here)
    known(other)

    assert here.roll(ours)
    assert not other.roll(ours)


def test_needs__a_permit_that_ran_out_or_runs_out_nobody_knows_when_does_not_count() -> None:
    ours = pack(
        "before: take-out\nevery: person in the handler\nneeds: {qualification: firearms-handler}"
    )

    def shown(until: Any) -> bool:
        on_set = QuietSet()
        given = {"person": "armorer", "kind": "firearms-handler", "until": until}
        on_set.say("qualification.shown", by="ad", **given)
        return on_set.holds(ours, "weapon.taken-out", weapon="revolver")

    assert not shown("2026-06-09")
    assert shown("2026-06-08")
    assert shown("some day")


def test_needs__today_means_nothing_when_no_day_is_open() -> None:
    ours = pack(
        "before: hand-over\nevery: weapon in the weapons\n"
        "needs: {a check: {check: chamber-empty, on: this weapon, at: today}}"
    )
    on_set = QuietSet()
    on_set.plan()
    seen_by_two(on_set)

    assert not on_set.hand(ours)
    assert on_set.hand(ours, minutes=60 * 30), "that is another day"

    seen_by_two(on_set)
    on_set.say("day.closed", by="ad", date="2026-06-09")

    assert on_set.hand(ours), "the day is closed: nobody knows which one it is"


def test_needs__since_a_moment_that_nobody_recorded_does_not_count() -> None:
    ours = pack(
        "before: hand-over\nevery: weapon in the weapons\n"
        "needs: {a check: {check: load-shown, on: this weapon, since: the weapon was loaded}}"
    )
    on_set = QuietSet()
    on_set.plan()
    on_set.check("load-shown", "revolver", count=2, of=2)

    assert on_set.hand(ours)

    on_set.load()

    assert on_set.hand(ours), "shown before it was loaded"

    on_set.check("load-shown", "revolver", count=2, of=2)

    assert not on_set.hand(ours)


def test_needs__since_the_moment_of_nobody_knows_which_weapon_does_not_count() -> None:
    ours = pack(
        "before: roll\nevery: activity in the activity\nneeds: {a check: {check: path-clear, "
        "on: this activity, since: the weapon left its handler's sight}}"
    )
    known, unknown = QuietSet(), QuietSet()
    known.plan()
    unknown.plan(weapons=None)
    for on_set in (known, unknown):
        on_set.check("path-clear", "scene")

    assert not known.roll(ours)
    assert unknown.roll(ours)


def test_needs__a_check_that_covers_fewer_than_all_does_not_count() -> None:
    ours = pack(
        "before: load\nevery: lot in the lot\n"
        "needs: {a check: {check: blanks-verified, on: this lot, covers: the whole count}}"
    )

    def loading(**said: Any) -> bool:
        on_set = QuietSet()
        on_set.plan()
        on_set.check("blanks-verified", "blanks", **said)
        act = {"weapon": "revolver", "lot": "blanks", "count": 1, "for_": "scene"}
        return on_set.holds(ours, "weapon.loaded", **act)

    assert not loading(count=60, of=60)
    assert loading(count=59, of=60)
    assert loading(count=59, of=59)
    assert loading()
    assert loading(count="all", of=60)


def test_needs__a_check_that_does_not_say_about_what_is_about_nothing() -> None:
    ours = pack(
        "before: hand-over\nevery: person in the receiver\n"
        "needs: {a check: {check: trained-for-this, on: this person, about: the weapon}}"
    )

    def handing(**said: Any) -> bool:
        on_set = QuietSet()
        on_set.plan()
        on_set.check("trained-for-this", "outlaw", **said)
        return on_set.hand(ours)

    assert not handing(about="firearm")
    assert not handing(about="revolver")
    assert handing(about="rubber")
    assert handing()
    assert handing(about=6)


def test_needs__a_call_to_the_set_stands_until_another_word_is_called() -> None:
    ours = pack(
        "before: roll\nevery: weapon in the weapons\nneeds: {set.declared: {state: hot, on: this weapon}}"
    )

    def rolling(*calls: dict[str, Any]) -> bool:
        on_set = QuietSet()
        on_set.plan()
        for call in calls:
            on_set.say("set.declared", by="ad", **call)
        return on_set.roll(ours)

    hot = {"state": "hot", "weapons": "rubber"}

    assert not rolling(hot)
    assert rolling(hot, {"state": "cold", "weapons": "rubber"})
    assert rolling(hot, {"state": "cold"}), "who calls cold and names nothing means everything"
    assert not rolling(hot, {"state": "cold", "weapons": "revolver"})


def test_needs__what_was_said_of_nothing_in_particular_is_not_said_of_this() -> None:
    ours = pack(
        "before: roll\nevery: weapon in the weapons\nneeds: {set.declared: {state: hot, on: this weapon}}"
    )

    def rolling(**said: Any) -> bool:
        on_set = QuietSet()
        on_set.plan()
        on_set.say("set.declared", by="ad", state="hot", **said)
        return on_set.roll(ours)

    assert not rolling(weapons="rubber")
    assert rolling(weapons="revolver")
    assert rolling()


@pytest.mark.parametrize(
    ("measured", "holds"),
    [
        ({"distance_ft": 20}, False),
        ({"distance_ft": "19.99"}, True),
        ({"distance_ft": {"at_least": 20}}, False),
        ({"distance_ft": {"at_most": 40}}, True),
        ({"distance_m": 30}, True),
        ({"distance_ft": "far"}, True),
        (None, True),
    ],
)
def test_needs__a_distance_counts_by_its_worse_end(measured: Any, holds: bool) -> None:
    ours = pack(
        "before: roll\nevery: activity in the activity\nneeds: {a check: {check: distance-measured, "
        "on: this activity, measured: {distance_ft: at least 20}}}"
    )
    on_set = QuietSet()
    on_set.plan()
    on_set.check("distance-measured", "scene", measured=measured)

    assert holds == on_set.roll(ours)


def test_needs__of_a_measured_quantity_only_the_newest_speaks() -> None:
    ours = pack(
        "before: roll\nevery: activity in the activity\nneeds: {a check: {check: distance-measured, "
        "on: this activity, measured: {distance_ft: at least 20}}}"
    )
    on_set = QuietSet()
    on_set.plan()
    on_set.check("distance-measured", "scene", measured={"distance_ft": 25})

    assert not on_set.roll(ours)

    on_set.check("distance-measured", "scene", measured={"distance_ft": 15})

    assert on_set.roll(ours)

"""A rule that might apply does: what is not known takes no rule away.

Given packs of one rule, read from YAML; when something that `when` or `where` asks about
is not known, was spoilt on its way or was withdrawn; then the rule is asked all the same.

Source: docs/formats/rules.md, "Unknown, damaged, absent".
"""

from __future__ import annotations

import pytest

from tests.unit.rules.quiet_set import HANDLER, QuietSet, pack
from tests.unit.rules.unknowns import (
    Told,
    person_withdrawn,
    plan_with_firearm,
    plan_with_hazards,
    plan_with_phase,
    plan_with_weapons,
    plan_withdrawn,
    plan_withdrawn_and_made_anew,
    third_person,
    third_weapon,
    weapon_not_registered,
    weapon_withdrawn,
)

# Each: what the condition asks, how it comes to be unknown. The control knows it is not so.
UNKNOWN = [
    ("hazards not given", "hazards: any of water, fire", plan_with_hazards(None)),
    ("hazards damaged", "hazards: any of water, fire", plan_with_hazards(17)),
    ("a hazard of no list", "hazards: any of water, fire", plan_with_hazards(["flurbed"])),
    ("the plan withdrawn", "hazards: any of water, fire", plan_withdrawn),
    ("the plan corrected away", "hazards: any of blank-fire", plan_withdrawn_and_made_anew),
    ("no plan at all", "hazards: any of water, fire", lambda on_set: None),
    ("phase not given", "phase: rehearsal", plan_with_phase(None)),
    ("phase damaged", "phase: rehearsal", plan_with_phase({"a": "b"})),
    ("weapons not given", "weapon: {kind: firearm}", plan_with_weapons(None)),
    ("weapons damaged", "weapon: {kind: firearm}", plan_with_weapons(["rubber", "rubber"])),
    ("a weapon of unknown kind", "weapon: {kind: firearm}", third_weapon(kind="unknown")),
    ("a weapon whose kind was spoilt", "weapon: {kind: firearm}", third_weapon(kind=3)),
    ("a weapon whose kind was left out", "weapon: {kind: firearm}", third_weapon()),
    ("a weapon nobody registered", "weapon: {kind: firearm}", weapon_not_registered),
    ("a weapon withdrawn", "weapon: {kind: firearm}", weapon_withdrawn),
    ("a load nobody has seen", "load: any of dummy, blank", plan_with_firearm),
    ("what a weapon nobody has opened implies", "hazards: blank-fire", plan_with_firearm),
]
CONTROLS = {
    "hazards: any of water, fire": plan_with_hazards("night"),
    "hazards: any of blank-fire": plan_with_hazards("night"),
    "hazards: blank-fire": plan_with_hazards("night"),
    "phase: rehearsal": plan_with_phase("shoot"),
    "weapon: {kind: firearm}": plan_with_hazards("night"),
    "load: any of dummy, blank": plan_with_hazards("night"),
}


@pytest.mark.parametrize(("asks", "told"), [u[1:] for u in UNKNOWN], ids=[u[0] for u in UNKNOWN])
def test_when__unknown_applies(asks: str, told: Told) -> None:
    ours = pack(f"before: roll\nwhen: {{{asks}}}\nno: weapon in all weapons")
    here, other = QuietSet(), QuietSet()
    told(here)
    CONTROLS[asks](other)

    assert here.roll(ours), "what is not known does not take a rule away"
    assert not other.roll(ours), "what is known not to be so does"


def test_when__a_receiver_whose_role_nobody_knows_may_be_a_performer() -> None:
    ours = pack("before: hand-over\nwhen: {receiver: {role: performer}}\nno: weapon in all weapons")
    on_set = QuietSet()
    on_set.plan()

    assert on_set.hand(ours, to="stranger")
    assert not on_set.hand(ours, to="ad")


def test_when__a_lot_of_unknown_kind_may_be_blanks() -> None:
    ours = pack("before: load\nwhen: {load: blank}\nno: weapon in all weapons")
    on_set = QuietSet()
    on_set.plan()
    on_set.say("rounds.received", lot="tin", kind="unknown", count=9, from_="found")

    def loading(lot: str) -> bool:
        return on_set.holds(
            ours, "weapon.loaded", weapon="revolver", lot=lot, count=1, for_="scene"
        )

    assert loading("tin")
    assert loading("a-lot-nobody-registered")
    assert not loading("dummies")


# --- where, under every, no and at most --------------------------------------------

SHAPES = {
    "every": "every: {element} in {set}, may be empty\nwhere: {{{asks}}}\nneeds: {{{never}}}",
    "no": "no: {element} in {set}\nwhere: {{{asks}}}",
    "at most": "at most: 0 different {element} in {set}\nwhere: {{{asks}}}",
}
NEVER = {"person": "role: pilot", "weapon": "taken back by: pilot"}
WHERE: list[tuple[str, str, str, str, Told]] = [
    ("a weapon of unknown kind", "weapon", "the weapons", "kind: edged", third_weapon(kind="unknown")),
    ("a weapon whose kind was spoilt", "weapon", "the weapons", "kind: edged", third_weapon(kind=[[]])),
    ("a weapon nobody registered", "weapon", "the weapons", "kind: edged", weapon_not_registered),
    ("a weapon withdrawn", "weapon", "the weapons", "kind: edged", weapon_withdrawn),
    ("a load nobody has seen", "weapon", "the weapons", "load: live", plan_with_firearm),
    ("a person nobody introduced", "person", "people in the zone", "role: diver", third_person()),
    ("a person whose roles were spoilt", "person", "people in the zone", "role: diver", third_person(roles=4)),
    ("a person withdrawn", "person", "people in the zone", "role: diver", person_withdrawn),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("element", "set_", "asks", "told"), [w[1:] for w in WHERE], ids=[w[0] for w in WHERE]
)
def test_where_under_every_no_and_at_most__unknown_applies(
    shape: str, element: str, set_: str, asks: str, told: Told
) -> None:
    text = SHAPES[shape].format(element=element, set=set_, asks=asks, never=NEVER[element])
    ours = pack(f"before: roll\n{text}")
    here, other = QuietSet(), QuietSet()
    told(here)
    other.plan()

    assert here.roll(ours)
    assert not other.roll(ours)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_definition_used_where_a_rule_applies__unknown_applies(shape: str) -> None:
    text = SHAPES[shape].format(
        element="person", set="people in the zone", asks="is: a handler", never=NEVER["person"]
    )
    ours = pack(f"before: roll\n{text}", above=HANDLER)
    here, other = QuietSet(), QuietSet()
    third_person()(here)
    other.plan()

    assert here.roll(ours)
    assert not other.roll(ours)

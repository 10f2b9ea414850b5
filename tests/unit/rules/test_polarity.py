"""What is unknown, damaged, withdrawn or absent never opens a gate: the one table, line by line.

Given packs of one rule, read from YAML; when something on the set is not known, was
spoilt on its way, was withdrawn or lies in the future; then a rule that might apply
applies, what might be a check is none, and what nobody gave is not empty.

Source: docs/formats/rules.md, "Unknown, damaged, absent".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from showclear.core.gates import Clear, Hold
from showclear.rules.grammar import Pack
from tests.unit.rules.quiet_set import HANDLER, QuietSet, pack, pack_text, read_text

Told = Callable[[QuietSet], Any]


def _hazards(given: Any) -> Told:
    return lambda on_set: on_set.plan(hazards=given)


def _phase(given: Any) -> Told:
    return lambda on_set: on_set.plan(phase=given)


def _plan_withdrawn(on_set: QuietSet) -> None:
    on_set.withdraw(on_set.plan())


def _plan_withdrawn_and_made_anew(on_set: QuietSet) -> None:
    """Both plans count: the withdrawn one still asks what it asked."""
    name = on_set.plan(hazards="blank-fire")
    on_set.say("activity.planned", by="ad", activity="scene", corrects=name, hazards="none")


def _weapon(**given: Any) -> Told:
    def told(on_set: QuietSet) -> None:
        on_set.say("weapon.received", weapon="third", from_="rental", **given)
        on_set.plan(weapons={"third": {"performer": "outlaw"}})

    return told


def _weapon_not_registered(on_set: QuietSet) -> None:
    on_set.plan(weapons={"third": {"performer": "outlaw"}})


def _weapon_withdrawn(on_set: QuietSet) -> None:
    name = on_set.say("weapon.received", weapon="third", kind="rubber", from_="rental")
    on_set.plan(weapons={"third": {"performer": "outlaw"}})
    on_set.withdraw(name, by="armorer")


def _weapons(given: Any) -> Told:
    return lambda on_set: on_set.plan(weapons=given)


def _firearm(on_set: QuietSet) -> None:
    on_set.plan(weapons={"revolver": {"performer": "outlaw", "load": "none"}})


def _person_withdrawn(on_set: QuietSet) -> None:
    name = on_set.say("person.joined", by="ad", person="third", roles="crew")
    on_set.plan(people={"third": "walks by"}, zone=["third"])
    on_set.withdraw(name)


def _person(**given: Any) -> Told:
    def told(on_set: QuietSet) -> None:
        if given:
            on_set.say("person.joined", by="ad", person="third", **given)
        on_set.plan(people={"third": "walks by"}, zone=["third"])

    return told


# Each: what the condition asks, how it comes to be unknown. The control knows it is not so.
UNKNOWN = [
    ("hazards not given", "hazards: any of water, fire", _hazards(None)),
    ("hazards damaged", "hazards: any of water, fire", _hazards(17)),
    ("a hazard of no list", "hazards: any of water, fire", _hazards(["flurbed"])),
    ("the plan withdrawn", "hazards: any of water, fire", _plan_withdrawn),
    ("the plan corrected away", "hazards: any of blank-fire", _plan_withdrawn_and_made_anew),
    ("no plan at all", "hazards: any of water, fire", lambda on_set: None),
    ("phase not given", "phase: rehearsal", _phase(None)),
    ("phase damaged", "phase: rehearsal", _phase({"a": "b"})),
    ("weapons not given", "weapon: {kind: firearm}", _weapons(None)),
    ("weapons damaged", "weapon: {kind: firearm}", _weapons(["rubber", "rubber"])),
    ("a weapon of unknown kind", "weapon: {kind: firearm}", _weapon(kind="unknown")),
    ("a weapon whose kind was spoilt", "weapon: {kind: firearm}", _weapon(kind=3)),
    ("a weapon whose kind was left out", "weapon: {kind: firearm}", _weapon()),
    ("a weapon nobody registered", "weapon: {kind: firearm}", _weapon_not_registered),
    ("a weapon withdrawn", "weapon: {kind: firearm}", _weapon_withdrawn),
    ("a load nobody has seen", "load: any of dummy, blank", _firearm),
    ("what a weapon nobody has opened implies", "hazards: blank-fire", _firearm),
]
CONTROLS = {
    "hazards: any of water, fire": _hazards("night"),
    "hazards: any of blank-fire": _hazards("night"),
    "hazards: blank-fire": _hazards("night"),
    "phase: rehearsal": _phase("shoot"),
    "weapon: {kind: firearm}": _hazards("night"),
    "load: any of dummy, blank": _hazards("night"),
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
    ("a weapon of unknown kind", "weapon", "the weapons", "kind: edged", _weapon(kind="unknown")),
    ("a weapon whose kind was spoilt", "weapon", "the weapons", "kind: edged", _weapon(kind=[[]])),
    ("a weapon nobody registered", "weapon", "the weapons", "kind: edged", _weapon_not_registered),
    ("a weapon withdrawn", "weapon", "the weapons", "kind: edged", _weapon_withdrawn),
    ("a load nobody has seen", "weapon", "the weapons", "load: live", _firearm),
    ("a person nobody introduced", "person", "people in the zone", "role: diver", _person()),
    ("a person whose roles were spoilt", "person", "people in the zone", "role: diver", _person(roles=4)),
    ("a person withdrawn", "person", "people in the zone", "role: diver", _person_withdrawn),
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
    _person()(here)
    other.plan()

    assert here.roll(ours)
    assert not other.roll(ours)


# --- where, under at least ---------------------------------------------------------

TWO = """
before: hand-over
at least: 2 different independent eyes in checks
where: {check: chamber-empty, on: the weapon, at: within 15 minutes, by: a handler}
"""
SEEN = {"witnesses": [{"person": "ad", "how": "badge"}]}


def _seen_by_two(on_set: QuietSet, **differs: Any) -> str:
    return on_set.check("chamber-empty", "revolver", **{**SEEN, **differs})


SPOILT: dict[str, Callable[[QuietSet], Any]] = {
    "not made": lambda on_set: None,
    "of unknown outcome": lambda on_set: _seen_by_two(on_set, passed="perhaps"),
    "failed": lambda on_set: _seen_by_two(on_set, passed=False),
    "on nobody knows what": lambda on_set: _seen_by_two(on_set, on=None),
    "of a word of no list": lambda on_set: _seen_by_two(on_set, checks="chamber-flurbed"),
    "withdrawn": lambda on_set: on_set.withdraw(_seen_by_two(on_set), by="armorer"),
    "by somebody nobody introduced": lambda on_set: _seen_by_two(on_set, by="stranger"),
    "with a witness somebody typed": lambda on_set: _seen_by_two(
        on_set, witnesses=[{"person": "ad", "how": "named"}]
    ),
    "with spoilt witnesses": lambda on_set: _seen_by_two(on_set, witnesses=7),
    "with itself as witness": lambda on_set: _seen_by_two(
        on_set, witnesses=[{"person": "armorer", "how": "badge"}]
    ),
    "of no time": lambda on_set: _seen_by_two(on_set, at=None),
    "known by its order only": lambda on_set: _seen_by_two(on_set, at_is="order-only"),
    "an hour old": lambda on_set: _seen_by_two(on_set, minutes=on_set.number - 60),
    "in the future of the act": lambda on_set: _seen_by_two(on_set, minutes=on_set.number + 9),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_where_under_at_least__unknown_does_not_count(spoilt: str) -> None:
    ours = pack(TWO, above=HANDLER)
    here, other = QuietSet(), QuietSet()
    for on_set in (here, other):
        on_set.plan()
    SPOILT[spoilt](here)
    _seen_by_two(other)

    assert here.hand(ours)
    assert not other.hand(ours)


def test_minutes_are_not_counted_to_an_act_that_is_known_by_its_order_only() -> None:
    ours = pack(TWO, above=HANDLER)
    on_set = QuietSet()
    on_set.plan()
    _seen_by_two(on_set)

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
    _seen_by_two(other)

    assert here.hand(ours)
    assert not other.hand(ours)


NEEDS: list[tuple[str, str, str, Told, Told]] = [
    ("a weapon's kind", "weapon in the weapons", "kind: rubber", _weapon(kind="unknown"), _weapon(kind="rubber")),
    ("a weapon nobody registered", "weapon in the weapons", "kind: any of rubber, firearm", _weapon_not_registered, _firearm),
    ("a load", "weapon in the weapons", "load: not live", _firearm, _weapon(kind="rubber")),
    ("a load of which unknown is a word", "weapon in the weapons", "load: any of none, unknown", _firearm, _weapon(kind="rubber")),
    ("a role", "person in people in the zone", "role: any of crew, performer", _person(), _person(roles="crew")),
    ("a role withdrawn", "person in people in the zone", "role: crew", _person_withdrawn, _person(roles="crew")),
    ("other duties", "person in people in the zone", "other duty: none", _person(), _person(roles="crew")),
    ("hazards", "activity in the activity", "hazards: none", _hazards(None), _hazards("none")),
    ("hazards that weapons imply", "activity in the activity", "hazards: none", _firearm, _hazards("none")),
    ("a phase", "activity in the activity", "phase: any of shoot, rehearsal", _phase(None), _phase("shoot")),
    ("a reason", "activity in the activity", "needs_firearm: given", _hazards("none"),
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
    _seen_by_two(on_set)

    assert not on_set.hand(ours)
    assert on_set.hand(ours, minutes=60 * 30), "that is another day"

    _seen_by_two(on_set)
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


# --- unless ------------------------------------------------------------------------

BETWEEN = (
    HANDLER
    + "exceptions:\n  between handlers: {giver: {is: a handler}, receiver: {is: a handler}}\n"
)
NO_HANDOVER = "before: hand-over\nno: weapon in the weapons\nunless: [between handlers]"


def test_unless__a_receiver_nobody_introduced_lifts_nothing() -> None:
    ours = pack(NO_HANDOVER, above=BETWEEN)
    on_set = QuietSet()
    on_set.plan()
    withdrawn = on_set.say("person.joined", by="ad", person="third", roles="armorer")
    on_set.withdraw(withdrawn)
    on_set.say("person.joined", by="ad", person="fourth", roles="armourer")

    assert not on_set.hand(ours, to="props")
    assert on_set.hand(ours, to="stranger")
    assert on_set.hand(ours, to="third"), "introduced, and that was withdrawn"
    assert on_set.hand(ours, to="fourth"), "in a role of no list"
    assert on_set.hand(ours, to="props", from_="stranger")


def test_unless__one_handler_among_the_receivers_lifts_nothing_for_the_others() -> None:
    """Found here: a revolver for the props master in the same handover lifted everything."""
    issues = [{"weapon": "rubber", "to": "props"}, {"weapon": "revolver", "to": "outlaw"}]
    on_set = QuietSet()
    on_set.plan()

    def held(rule: str) -> list[str]:
        ours = pack(rule, above=BETWEEN)
        act = {"from_": "armorer", "for_": "scene", "issues": issues}
        return [reason.on for reason in on_set.reasons(ours, "weapon.handed-over", **act)]

    assert ["revolver"] == held(NO_HANDOVER)
    assert ["outlaw"] == held(
        NO_HANDOVER.replace("weapon in the weapons", "person in the receiver")
    )
    assert ["outlaw"] == held(
        "before: hand-over\nevery: person in the receiver\nneeds: {role: diver}\nunless: [between handlers]"
    )
    assert ["scene"] == held(
        "before: hand-over\nevery: activity in the activity\nneeds: {phase: wrap}\nunless: [between handlers]"
    )


@pytest.mark.parametrize("spoilt", ["not made", "of unknown outcome", "failed", "withdrawn"])
def test_unless__a_check_that_is_not_known_lifts_nothing(spoilt: str) -> None:
    above = "exceptions:\n  it was opened: {weapon: {a check: {check: chamber-empty, on: this weapon}}}\n"
    ours = pack(
        "before: hand-over\nno: weapon in the weapons\nunless: [it was opened]", above=above
    )
    here, other = QuietSet(), QuietSet()
    for on_set in (here, other):
        on_set.plan()
    SPOILT[spoilt](here)
    _seen_by_two(other)

    assert here.hand(ours)
    assert not other.hand(ours)


def test_unless__hazards_not_given_lift_nothing() -> None:
    above = "exceptions:\n  a cold set: {activity: {hazards: none}}\n"
    ours = pack("before: roll\nno: weapon in all weapons\nunless: [a cold set]", above=above)

    def rolling(told: Told) -> bool:
        on_set = QuietSet()
        told(on_set)
        return on_set.roll(ours)

    assert not rolling(_hazards("none"))
    assert rolling(_hazards(None))
    assert rolling(_hazards(17))
    assert rolling(_firearm), "a firearm in it is a hazard of itself"


def test_what_lifted_a_rule_is_listed() -> None:
    ours = pack(NO_HANDOVER, "before: hand-over\nevery: weapon in the weapons\nneeds: {kind: firearm}",
                above=BETWEEN)  # fmt: skip
    on_set = QuietSet()
    on_set.plan()
    found = on_set.verdict(
        ours, "weapon.handed-over", weapon="revolver", from_="armorer", to="props"
    )

    assert [("our-pack/rule-1", "between handlers", "revolver")] == [
        (lifted.rule, lifted.exception, lifted.on) for lifted in found.lifted
    ]


# --- definitions where unknown does not count --------------------------------------


def test_a_definition_used_in_needs__unknown_does_not_count() -> None:
    ours = pack(
        "before: roll\nevery: person in people in the zone\nneeds: {is: a handler}", above=HANDLER
    )

    def rolling(told: Told) -> bool:
        on_set = QuietSet()
        told(on_set)
        return on_set.roll(ours)

    assert not rolling(_person(roles="armorer"))
    assert rolling(_person())
    assert rolling(_person(roles=5))
    assert rolling(_person_withdrawn)


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

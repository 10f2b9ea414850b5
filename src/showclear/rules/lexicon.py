"""The attributes and events a pack may use, each with its closed words and its meaning.

An attribute gives the words that are so (a set), or None where that is unknown.
The polarity of a condition decides what unknown means (see `compile`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from showclear.core import words
from showclear.core.nouns import Mark
from showclear.core.own_asked import NOT_REAL
from showclear.rules import lexicon_more as more
from showclear.rules.attribute import (
    GIVEN,
    NO,
    WHEN,
    YES,
    YES_NO,
    Attribute,
    Found,
    as_bool,
    marks,
    since_when,
    stands,
)
from showclear.rules.context import Context
from showclear.rules.sets_more import other_duties

# --- people ------------------------------------------------------------------------


def _person_said(context: Context, name: str) -> tuple[str, ...]:
    return marks(context.state.person(name).joined)


def _roles(context: Context, name: str) -> Found:
    person = context.state.person(name)
    return person.roles if person.known else None


def _duties(context: Context, name: str) -> Found:
    person = context.state.person(name)
    if not person.known:
        return None
    return other_duties(person) or frozenset({"none"})


def _qualifications(context: Context, name: str) -> Found:
    person = context.state.person(name)
    if not person.known:
        return None
    at = context.question.at
    if at is None and any(q.until is not None for q in person.qualifications):
        return None
    held = frozenset(q.kind for q in person.qualifications if stands(q.until, at))
    return held or frozenset({"none"})


def _qualification_said(context: Context, name: str) -> tuple[str, ...]:
    return marks(*(q.mark for q in context.state.person(name).qualifications))


def _briefed(context: Context, name: str) -> Found:
    """Whether they heard the activity today, and in the version that stands."""
    activity = context.activity
    if activity is None or context.today is None:
        return None
    found = context.state.briefed.get((activity.id, name))
    if found is None or found.mark.seq < context.today:
        return NO
    heard = {"today"}
    agreed = context.state.agreed.get((activity.id, name), 0)
    if max(found.version, agreed) >= activity.material:
        heard.add("as it stands")
    return frozenset(heard)


def _briefed_said(context: Context, name: str) -> tuple[str, ...]:
    activity = context.question.activity or ""
    found = context.state.briefed.get((activity, name))
    agreed = context.state.agreed_mark.get((activity, name))
    return marks(found.mark if found is not None else None, agreed)


# --- weapons -----------------------------------------------------------------------


def _weapon_said(context: Context, name: str) -> tuple[str, ...]:
    weapon = context.weapon(name)
    return marks(weapon.since or weapon.received) if weapon is not None else ()


def _weapon_kind(context: Context, name: str) -> Found:
    weapon = context.weapon(name)
    if weapon is None or not weapon.known or weapon.kind == "unknown":
        return None
    return frozenset({weapon.kind})


def _weapon_load(context: Context, name: str) -> Found:
    """What is in it; at the gate `load`, what is about to be."""
    weapon = context.weapon(name)
    if weapon is None or not weapon.known:
        return None
    if weapon.kind in NOT_REAL:
        return frozenset({"none"})
    load = context.state.load_of(weapon)
    return None if load == "unknown" else frozenset({load})


def _weapon_custody(context: Context, name: str) -> Found:
    weapon = context.weapon(name)
    if weapon is None or not weapon.known:
        return None
    if weapon.place != "held":
        return frozenset({weapon.place})
    handler = context.state.handles(weapon.holder or "")
    return frozenset({"with a handler" if handler else "in other hands"})


def _weapon_planned(context: Context, name: str) -> Found:
    activity = context.activity
    if activity is None or activity.plan.weapons is None:
        return None
    return as_bool(any(plan.weapon == name for plan in activity.plan.weapons))


def _weapon_clearance(context: Context, name: str) -> Found:
    """Whether the plan says what it needs in front of it."""
    plan = context.state.planned(context.question.activity or "", name)
    known = plan is not None and plan.clearance_ft is not None
    return frozenset({"given" if known else "not given"})


def _weapon_as_planned(context: Context, name: str) -> Found:
    """Whether the load about to go in is what the plan says: kind, lot and count."""
    question, state = context.question, context.state
    plan = state.planned(question.activity or "", name)
    weapon = context.weapon(name)
    if plan is None or plan.load is None or weapon is None or question.lot is None:
        return None
    if plan.load == "none" or state.lot_kind(question.lot) != plan.load:
        return NO
    if plan.lot not in (None, question.lot):
        return NO
    if plan.lot is None or plan.count is None or question.count is None:
        # Who leaves out of which box or how many has not said what is planned.
        return None
    # Fewer is a shot less; more is what nobody was told of.
    return as_bool(0 < weapon.rounds + question.count <= plan.count)


def _weapon_out(context: Context, name: str) -> Found:
    """When it was out: what is out now is out today, whenever it was taken, or by whom."""
    weapon = context.weapon(name)
    if weapon is None:
        return None
    if weapon.place in ("held", "unattended"):
        return None if context.today is None else frozenset({"today"})
    return since_when(weapon.taken_out, context)


def _weapon_fired(context: Context, name: str) -> Found:
    weapon = context.weapon(name)
    return None if weapon is None else since_when(weapon.fired, context)


def _weapon_counted(context: Context, name: str) -> Found:
    weapon = context.weapon(name)
    return None if weapon is None else since_when(weapon.counted, context)


def _weapon_returned_to(context: Context, name: str) -> Found:
    """The roles of whoever took it back last; `nobody` if it never came back."""
    weapon = context.weapon(name)
    if weapon is None:
        return None
    if weapon.handed_back_to is None:
        return frozenset({"nobody"})
    person = context.state.person(weapon.handed_back_to)
    return person.roles if person.known else None


def _weapon_holder(context: Context, name: str) -> Found:
    """The roles of whoever has it; `nobody` when it is stored or locked up."""
    weapon = context.weapon(name)
    if weapon is None or weapon.place == "unattended":
        return None
    if weapon.place != "held":
        return frozenset({"nobody"})
    person = context.state.person(weapon.holder or "")
    return person.roles if person.known else None


# --- lots --------------------------------------------------------------------------


def _lot_said(context: Context, name: str) -> tuple[str, ...]:
    lot = context.state.lots.get(name)
    return marks(lot.came, lot.counted) if lot is not None else ()


def _lot_kind(context: Context, name: str) -> Found:
    kind = context.state.lot_kind(name)
    return None if kind == "unknown" else frozenset({kind})


def _lot_place(context: Context, name: str) -> Found:
    lot = context.state.lots.get(name)
    if lot is None:
        return None
    if not lot.present:
        return frozenset({"off-premises"})
    return frozenset({lot.place or "in-use"})


def _lot_custody(context: Context, name: str) -> Found:
    lot = context.state.lots.get(name)
    return None if lot is None else frozenset({lot.custody})


def _lot_counted(context: Context, name: str) -> Found:
    """Whether it was counted since it last moved."""
    lot = context.state.lots.get(name)
    if lot is None:
        return None
    if lot.counted is None:
        return NO
    return as_bool(lot.moved is None or lot.counted.seq >= lot.moved.seq)


def _lot_adds_up(context: Context, name: str) -> Found:
    lot = context.state.lots.get(name)
    if lot is None:
        return None
    if lot.difference is not None and lot.difference != 0:
        return NO
    if lot.in_store is None or lot.issued or lot.loaded or lot.in_store < 0:
        return NO
    return YES


def _lot_used(context: Context, name: str) -> Found:
    lot = context.state.lots.get(name)
    return None if lot is None else since_when(lot.moved, context)


# --- activities, things, hazards, the act ------------------------------------------


def _activity_said(context: Context, name: str) -> tuple[str, ...]:
    activity = context.state.activities.get(name)
    return marks(activity.changed or activity.planned) if activity is not None else ()


def _activity_words(attr: str) -> Callable[[Context, str], Found]:
    def find(context: Context, name: str) -> Found:
        activity = context.state.activities.get(name)
        value = None if activity is None else getattr(activity.plan, attr)
        if value is None:
            return None
        if isinstance(value, tuple):
            return frozenset(value) or frozenset({"none"})
        return frozenset({value})

    return find


def _activity_hazards(context: Context, name: str) -> Found:
    """Those planned and those that its weapons make of it."""
    planned = _activity_words("hazards")(context, name)
    if planned is None or context.question.activity != name:
        return planned
    implied, whole = context.implied
    if not whole:
        return None
    return ((planned - {"none"}) | implied) if implied else planned


def _activity_given(attr: str) -> Callable[[Context, str], Found]:
    def find(context: Context, name: str) -> Found:
        activity = context.state.activities.get(name)
        if activity is None:
            return None
        value = getattr(activity.plan, attr)
        return frozenset({"not given"} if value is None or value == () else {"given"})

    return find


def _thing_kind(context: Context, name: str) -> Found:
    thing = context.state.things.get(name)
    return None if thing is None else frozenset({thing.kind})


def _act_load(context: Context, name: str) -> Found:
    """The kind about to be loaded, or what is in any weapon of the act."""
    question, state = context.question, context.state
    if question.gate == "load":
        kind = state.lot_kind(question.lot or "")
        return None if kind == "unknown" else frozenset({kind})
    found: set[str] = set()
    weapons = context.names("the weapons")
    if weapons is None:
        return None
    for weapon in weapons:
        load = _weapon_load(context, weapon)
        if load is None:
            return None
        found |= load
    return frozenset(found) or frozenset({"none"})


_NOBODY: Final = words.ROLES | {"nobody"}


def _no_statement(context: Context, name: str) -> tuple[str, ...]:
    return _activity_said(context, context.question.activity or "")


ATTRIBUTES: Final[Mapping[str, Mapping[str, Attribute]]] = {
    "person": {
        "role": Attribute(words.ROLES, _roles, _person_said),
        "other duty": Attribute(None, _duties, _person_said),
        "qualification": Attribute(
            words.QUALIFICATIONS | {"none"}, _qualifications, _qualification_said
        ),
        "briefed": Attribute(frozenset({"today", "as it stands"}), _briefed, _briefed_said),
        **more.OF_PERSON,
    },
    "weapon": {
        "kind": Attribute(words.WEAPON_KINDS, _weapon_kind, _weapon_said),
        "load": Attribute(words.LOADS | {"unknown"}, _weapon_load, _weapon_said),
        "custody": Attribute(
            frozenset(
                {"store", "locked", "unattended", "away", "with a handler", "in other hands"}
            ),
            _weapon_custody,
            _weapon_said,
        ),
        "clearance": Attribute(GIVEN, _weapon_clearance, _no_statement),
        "in the plan": Attribute(YES_NO, _weapon_planned, _no_statement),
        "as planned": Attribute(YES_NO, _weapon_as_planned, _no_statement),
        "taken out": Attribute(WHEN, _weapon_out, _weapon_said),
        "fired": Attribute(WHEN, _weapon_fired, _weapon_said),
        "counted": Attribute(WHEN, _weapon_counted, _weapon_said),
        "taken back by": Attribute(_NOBODY, _weapon_returned_to, _weapon_said),
        "held by": Attribute(_NOBODY, _weapon_holder, _weapon_said),
    },
    "lot": {
        "kind": Attribute(words.LOT_KINDS, _lot_kind, _lot_said),
        "place": Attribute(words.PLACES, _lot_place, _lot_said),
        "custody": Attribute(
            frozenset({"store", "locked", "held", "open", "unattended", "away"}),
            _lot_custody,
            _lot_said,
        ),
        "counted since it moved": Attribute(YES_NO, _lot_counted, _lot_said),
        "adds up": Attribute(YES_NO, _lot_adds_up, _lot_said),
        "used": Attribute(WHEN, _lot_used, _lot_said),
    },
    "thing": {
        "kind": Attribute(words.THING_KINDS, _thing_kind, _no_statement),
        **more.OF_THING,
    },
    "activity": {
        "hazards": Attribute(words.HAZARDS | {"none"}, _activity_hazards, _activity_said),
        "phase": Attribute(words.PHASES, _activity_words("phase"), _activity_said),
        "purpose": Attribute(words.PURPOSES, _activity_words("purpose"), _activity_said),
        "needs_firearm": Attribute(GIVEN, _activity_given("needs_firearm"), _activity_said),
        "needs_real": Attribute(GIVEN, _activity_given("needs_real"), _activity_said),
        "supervisor": Attribute(GIVEN, _activity_given("supervisor"), _activity_said),
        "abort": Attribute(GIVEN, _activity_given("abort"), _activity_said),
        **more.OF_ACTIVITY,
    },
    "hazard": {
        "hazard": Attribute(words.HAZARDS, lambda c, name: frozenset({name}), _no_statement)
    },
    "act": {"load": Attribute(words.LOADS | {"unknown"}, _act_load, _no_statement)},
    **more.OF_OTHERS,
}
"""Every attribute by the type of element it belongs to."""


def _weapon_mark(attr: str) -> Callable[[Context, str], Mark | None]:
    def find(context: Context, on: str) -> Mark | None:
        weapon = context.weapon(on)
        return None if weapon is None else getattr(weapon, attr)

    return find


def _out_of_custody(context: Context, on: str) -> Mark | None:
    lot = context.state.lots.get(on)
    return None if lot is None else lot.out_of_custody


def _thing_came(context: Context, on: str) -> Mark | None:
    thing = context.state.things.get(on)
    return None if thing is None else thing.received


def _changed(context: Context, on: str) -> Mark | None:
    return context.activity.changed if context.activity is not None else None


def _last_take(context: Context, on: str) -> Mark | None:
    return context.activity.last_take if context.activity is not None else None


@dataclass(frozen=True, slots=True)
class Event:
    """A moment a check may have to come after.

    Attributes:
        find: The last such moment for what the check is on.
        never: Whether a check counts when the moment never was. False where not
            knowing the moment means not knowing whether the check still stands.
        of: `weapon`, `lot`, `thing` or `activity`: what the moment belongs to.
    """

    find: Callable[[Context, str], Mark | None]
    never: bool
    of: str


EVENTS: Final[Mapping[str, Event]] = {
    "the weapon left its handler's sight": Event(_weapon_mark("left_sight"), True, "weapon"),
    "the weapon was taken out": Event(_weapon_mark("taken_out"), False, "weapon"),
    "the weapon was loaded": Event(_weapon_mark("loaded"), False, "weapon"),
    "the weapon was last loaded": Event(_weapon_mark("loaded"), True, "weapon"),
    "the weapon was last fired": Event(_weapon_mark("fired"), True, "weapon"),
    "the weapon last held a bullet": Event(_weapon_mark("dummies"), True, "weapon"),
    "a qualified handler last had it": Event(_weapon_mark("with_handler"), False, "weapon"),
    "the lot was last out of custody": Event(_out_of_custody, True, "lot"),
    "the weapon came": Event(_weapon_mark("received"), False, "weapon"),
    "the thing came": Event(_thing_came, False, "thing"),
    "the activity last changed": Event(_changed, False, "activity"),
    "the last take": Event(_last_take, True, "activity"),
}
"""Every event of `since`."""

MINUTE: Final = timedelta(minutes=1)

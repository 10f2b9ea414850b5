"""Attributes of things, posts, meetings, permissions, what is open, and more of plans and people.

Each gives the words that are so for one element, or None where that is unknown. What is
not given in a plan is known to be not given; what nobody registered is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from showclear.core import words
from showclear.core.fields import Quantity
from showclear.core.nouns import Fact, Permission, Remedy
from showclear.core.planning import Position
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
from showclear.rules.sets_more import posts_of

NOBODY: Final = words.ROLES | {"nobody"}
Finder = Callable[[Context, str], Found]


def _nothing(context: Context, name: str) -> tuple[str, ...]:
    return ()


def _plan_said(context: Context, name: str = "") -> tuple[str, ...]:
    activity = context.state.activities.get(name) or context.activity
    return marks(activity.changed or activity.planned) if activity is not None else ()


# --- people ------------------------------------------------------------------------


def _minor(context: Context, name: str) -> Found:
    person = context.state.person(name)
    return as_bool(person.minor) if person.known else None


def _person_planned(context: Context, name: str) -> Found:
    activity = context.activity
    if activity is None:
        return None
    named = context.state.at_risk(activity)
    if named is None:
        return None
    plan = activity.plan
    beside = {*(plan.supervisor or ()), *(plan.operator or ()), *(plan.medic or ())}
    planned = {part.person for part in plan.people or ()} | {*(plan.zone or ()), *(plan.line or ())}
    planned |= {who for weapon in plan.weapons or () for who in weapon.performer or ()}
    return as_bool(name in planned | beside | set(plan.pointed_at or ()))


def _on_set(context: Context, name: str) -> Found:
    here = context.state.person(name).on_set
    return None if here is None else as_bool(here)


def _in_zone(context: Context, name: str) -> Found:
    inside = context.names("people really in the zone")
    return None if inside is None else as_bool(name in inside)


def _post(context: Context, name: str) -> Found:
    stands_at = {post for post, who in context.state.posts if who == name}
    return frozenset(stands_at & set(words.POSTS)) or frozenset({"none"})


OF_PERSON: Final[Mapping[str, Attribute]] = {
    "minor": Attribute(YES_NO, _minor, _nothing),
    "in the plan": Attribute(YES_NO, _person_planned, lambda c, name: _plan_said(c)),
    "on set": Attribute(YES_NO, _on_set, _nothing),
    "in the zone": Attribute(YES_NO, _in_zone, _nothing),
    "post": Attribute(frozenset(words.POSTS) | {"none"}, _post, _nothing),
}

# --- things and activities ---------------------------------------------------------


def _machine(context: Context, name: str) -> Found:
    """What it was last declared; what nobody declared is unknown, and may be live."""
    found = context.state.machines.get(name)
    return None if found is None else frozenset({found[0]})


def _machine_said(context: Context, name: str) -> tuple[str, ...]:
    found = context.state.machines.get(name)
    return () if found is None else marks(found[1])


def _thing_holder(context: Context, name: str) -> Found:
    """The roles of whoever was last handed it; nobody knows before the first time."""
    thing = context.state.things.get(name)
    if thing is None or thing.holder is None:
        return None
    person = context.state.person(thing.holder)
    return person.roles if person.known else None


def _thing_planned(context: Context, name: str) -> Found:
    activity = context.activity
    if activity is None or activity.plan.things is None:
        return None
    return as_bool(name in activity.plan.things)


OF_THING: Final[Mapping[str, Attribute]] = {
    "state": Attribute(words.MACHINE_STATES, _machine, _machine_said),
    "held by": Attribute(words.ROLES, _thing_holder, _nothing),
    "in the plan": Attribute(YES_NO, _thing_planned, lambda c, name: _plan_said(c)),
}


def _given(attr: str) -> Finder:
    """Whether the plan says it; `nobody` and `none`, written out, are given."""

    def find(context: Context, name: str) -> Found:
        activity = context.state.activities.get(name)
        if activity is None:
            return None
        return frozenset({"not given" if getattr(activity.plan, attr) is None else "given"})

    return find


def _raised(context: Context, name: str) -> Found:
    """Which limits, or its hazards, the last version of the plan raised."""
    activity = context.state.activities.get(name)
    return None if activity is None else activity.raised or frozenset({"none"})


def _is_on(context: Context, name: str) -> Found:
    activity = context.state.activities.get(name)
    return None if activity is None else as_bool(activity.on is not None)


def _done(context: Context, name: str) -> Found:
    activity = context.state.activities.get(name)
    return None if activity is None else since_when(activity.last_take, context)


_LIMITS: Final = ("speed_kmh", "height_m", "depth_m", "max_people", "minutes", "ends_by")
_PLANNED: Final = ("operator", "medic", "pointed_at", "line", "zone", "positions", "firing_source")
OF_ACTIVITY: Final[Mapping[str, Attribute]] = {
    **{attr: Attribute(GIVEN, _given(attr), _plan_said) for attr in (*_PLANNED, *_LIMITS)},
    "raised": Attribute(frozenset(_LIMITS) | {"hazards", "none"}, _raised, _plan_said),
    "is on": Attribute(YES_NO, _is_on, _plan_said),
    "done": Attribute(WHEN, _done, _plan_said),
}

# --- what was agreed, assessed and shown -------------------------------------------


def _meeting_kind(context: Context, name: str) -> Found:
    meeting = context.state.meetings.get(name)
    return None if meeting is None else frozenset({meeting.kind})


def _topics(context: Context, name: str) -> Found:
    meeting = context.state.meetings.get(name)
    return None if meeting is None else frozenset({"given" if meeting.topics else "not given"})


def _meeting_said(context: Context, name: str) -> tuple[str, ...]:
    meeting = context.state.meetings.get(name)
    return () if meeting is None else marks(meeting.mark)


def _document_kind(context: Context, name: str) -> Found:
    document = context.state.documents.get(name)
    return None if document is None else frozenset({document.kind})


def _document_stands(context: Context, name: str) -> Found:
    document = context.state.documents.get(name)
    if document is None or (document.until is not None and context.question.at is None):
        return None
    return as_bool(stands(document.until, context.question.at))


def _document_said(context: Context, name: str) -> tuple[str, ...]:
    document = context.state.documents.get(name)
    return () if document is None else marks(document.mark)


def _assessment(context: Context, name: str) -> Fact | None:
    facts = context.state.facts.get("risk.assessed") or ()
    return next((fact for fact in facts if fact.mark.said == name), None)


def _assessed(context: Context, name: str) -> Found:
    """Whether it is of the activity as it is planned now."""
    fact, activity = _assessment(context, name), context.activity
    if fact is None or fact.count is None or activity is None:
        return None
    return frozenset({"as it stands" if fact.count >= activity.material else "earlier"})


def _permission_kind(context: Context, name: str) -> Found:
    return frozenset({name})


def _permission_state(context: Context, name: str) -> Found:
    found = context.permission(name)
    if found is None:
        return None
    if found.state != "granted":
        return frozenset({found.state})
    if found.until is not None and context.question.at is None:
        return None
    return frozenset({"granted" if stands(found.until, context.question.at) else "run out"})


def _planned_quantity(context: Context, quantity: str) -> Decimal | None:
    activity = context.activity
    attr = "max_people" if quantity == "people" else quantity
    value = getattr(activity.plan, attr, None) if activity is not None else None
    return None if value is None else Decimal(value)


def _within(context: Context, limit: Quantity) -> bool | None:
    """Whether the plan keeps to a limit; None where it says nothing of that quantity."""
    value = _planned_quantity(context, limit.quantity)
    if value is None:
        return None
    above = limit.at_most is not None and value > limit.at_most
    below = (
        limit.at_least is not None and limit.at_least != limit.at_most and value < limit.at_least
    )
    return not (above or below)


def _hazards_allowed(context: Context, found: Permission) -> bool | None:
    activity = context.activity
    hazards = None if activity is None else activity.plan.hazards
    if found.only is None and found.except_ is None:
        return True
    if hazards is None:
        return None
    if found.only is not None and found.only.hazards and not set(hazards) <= {*found.only.hazards}:
        return False
    return found.except_ is None or set(hazards).isdisjoint(found.except_.hazards)


def _permission_kept(context: Context, name: str) -> Found:
    """Whether what is planned keeps to its limits. Places are words, which nobody can judge."""
    found = context.permission(name)
    if found is None or found.state != "granted":
        return None
    kept = [_hazards_allowed(context, found), *(_within(context, item) for item in found.limits)]
    if False in kept:
        return NO
    return None if None in kept else YES


def _permission_attended(context: Context, name: str) -> Found:
    """Whether those in whose presence alone it stands are on set."""
    found = context.permission(name)
    if found is None or found.state != "granted":
        return None
    here = [context.state.person(who).on_set for who in found.while_present]
    if False in here:
        return NO
    return None if None in here else YES


def _permission_said(context: Context, name: str) -> tuple[str, ...]:
    found = context.permission(name)
    return () if found is None else marks(found.mark)


# --- what is open ------------------------------------------------------------------


def _answered(context: Context, name: str) -> Found:
    concern = context.state.concerns.get(name)
    return None if concern is None else as_bool(concern.answered is not None)


def _concern_holds(context: Context, name: str) -> Found:
    concern = context.state.concerns.get(name)
    return None if concern is None else as_bool(concern.holds)


def _severity(context: Context, name: str) -> Found:
    concern = context.state.concerns.get(name)
    known = concern is not None and concern.severity is not None
    return frozenset({str(concern.severity)}) if known and concern is not None else None


def _incident_kind(context: Context, name: str) -> Found:
    incident = context.state.incidents.get(name)
    return None if incident is None else frozenset({incident.kind})


def _of_remedy(find: Callable[[Context, Remedy], Found]) -> Finder:
    def of(context: Context, name: str) -> Found:
        remedy = context.state.remedies.get(name)
        return None if remedy is None else find(context, remedy)

    return of


def _due(context: Context, remedy: Remedy) -> Found:
    if remedy.due is None:
        return frozenset({"none"})
    if context.question.at is None:
        return None
    return frozenset({"ahead" if stands(remedy.due, context.question.at) else "past"})


def _spot(context: Context, name: str) -> Position | None:
    plan = context.activity.plan if context.activity is not None else None
    spots = (plan.positions if plan is not None else None) or ()
    return next((spot for spot in spots if f"{spot.of}/{spot.from_}" == name), None)


def _clearance(context: Context, name: str) -> Found:
    """Whether the planned distance is at least what the weapon needs in front of it."""
    spot = _spot(context, name)
    if spot is None or spot.distance_ft is None or context.activity is None:
        return None
    plans = (context.state.planned(context.activity.id, one) for one in (spot.of, spot.from_))
    needed = next((plan.clearance_ft for plan in plans if plan is not None), None)
    return (
        None
        if needed is None
        else frozenset({"kept" if spot.distance_ft >= needed else "too near"})
    )


# --- posts, departments, roles, duties, qualifications ------------------------------


def _taken(context: Context, name: str) -> Found:
    return as_bool(bool(posts_of(context, name)))


def _taken_by(context: Context, name: str) -> Found:
    """The roles of those who stand there; a thing, such as an ambulance, has none."""
    found: set[str] = set()
    for who in posts_of(context, name):
        person = context.state.person(who)
        if not person.known:
            return None
        found |= person.roles
    return frozenset(found) or frozenset({"nobody"})


def _stands_shown(context: Context, name: str) -> Found:
    """Whether a qualification of this kind of anybody looked at has not run out."""
    who = context.this.get("person")
    people = [context.state.person(who)] if who else list(context.state.people.values())
    held = [item for person in people for item in person.qualifications if item.kind == name]
    at = context.question.at
    if not held or (at is None and any(item.until is not None for item in held)):
        return None
    return as_bool(any(stands(item.until, at) for item in held))


def _itself(context: Context, name: str) -> Found:
    return frozenset({name})


def _one(name: str, found: frozenset[str] | None, find: Finder = _itself) -> dict[str, Attribute]:
    return {name: Attribute(found, find, _nothing)}


OF_OTHERS: Final[Mapping[str, Mapping[str, Attribute]]] = {
    "meeting": {
        "kind": Attribute(words.MEETING_KINDS, _meeting_kind, _meeting_said),
        "topics": Attribute(GIVEN, _topics, _meeting_said),
    },
    "document": {
        "kind": Attribute(None, _document_kind, _document_said),
        "standing": Attribute(YES_NO, _document_stands, _document_said),
    },
    "assessment": {
        "version": Attribute(
            frozenset({"as it stands", "earlier"}), _assessed, lambda c, name: (name,)
        )
    },
    "permission": {
        "kind": Attribute(words.PERMISSION_KINDS, _permission_kind, _permission_said),
        "state": Attribute(
            frozenset({"granted", "refused", "withdrawn", "run out"}),
            _permission_state,
            _permission_said,
        ),
        "within its limits": Attribute(YES_NO, _permission_kept, _permission_said),
        "attended": Attribute(YES_NO, _permission_attended, _permission_said),
    },
    "concern": {
        **_one("severity", words.SEVERITIES, _severity),
        **_one("answered", YES_NO, _answered),
        **_one("holds", YES_NO, _concern_holds),
    },
    "incident": _one("kind", words.INCIDENT_KINDS, _incident_kind),
    "stop": {},
    "remedy": {
        **_one("done", YES_NO, _of_remedy(lambda c, one: as_bool(one.done_by is not None))),
        **_one("before restart", YES_NO, _of_remedy(lambda c, one: as_bool(one.before_restart))),
        **_one("due", frozenset({"past", "ahead", "none"}), _of_remedy(_due)),
    },
    "position": {
        "clearance": Attribute(
            frozenset({"kept", "too near"}), _clearance, lambda c, name: _plan_said(c)
        )
    },
    "post": {**_one("taken", YES_NO, _taken), **_one("taken by", NOBODY, _taken_by)},
    "department": _one("department", words.ROLES),
    "role": _one("role", words.ROLES),
    "duty": _one("duty", None),
    "qualification": {
        **_one("kind", words.QUALIFICATIONS),
        **_one("standing", YES_NO, _stands_shown),
    },
    "event": {},
}
"""Attributes by the type of element they belong to."""

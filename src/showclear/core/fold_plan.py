"""Effects of the plan: activities and their versions, permissions, meetings, agreements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Final

from showclear.core import said_plan as say
from showclear.core.fields import Quantity
from showclear.core.fold_base import activity_of, add_fact, contradict, effect, notice
from showclear.core.nouns import (
    Activity,
    Briefing,
    Chain,
    Document,
    Mark,
    Meeting,
    Permission,
)
from showclear.core.planning import Part, Plan, PlannedWeapon
from showclear.core.state import State

# --- plan --------------------------------------------------------------------------


@effect(say.ActivityPlanned)
def activity_planned(state: State, said: say.ActivityPlanned, mark: Mark) -> None:
    old = state.activities.get(said.activity)
    if old is not None and old.known:
        # Planned again: another version, and no longer dropped.
        state.activities[said.activity] = replace(old, dropped=False)
        _change(state, said.activity, said.plan, mark)
        return
    state.activities[said.activity] = Activity(
        id=said.activity, plan=said.plan, planned=mark, changed=mark
    )


@effect(say.ActivityChanged)
def activity_changed(state: State, said: say.ActivityChanged, mark: Mark) -> None:
    old = state.activities.get(said.activity)
    if old is None or not old.known:
        # Whichever activity was meant, it is no longer what people have heard.
        text = "changed, and nobody had planned it"
        contradict(state, mark, on="all", text=text, ends="two-agree")
    _change(state, said.activity, said.plan, mark)


_PLAN_FIELDS: Final = tuple(item.name for item in fields(Plan))
_LIMITS: Final = ("speed_kmh", "height_m", "depth_m", "max_people", "minutes", "ends_by")
_LIMIT_OF: Final = {"people": "max_people"}
"""The field that limits a quantity, where the two have different words."""


def _change(state: State, name: str, given: Plan, mark: Mark) -> None:
    """Every list given replaces the list; `replaces` carries parts over (reading 4)."""
    old = activity_of(state, name)
    plan = old.plan
    for new, gone in given.replaces or ():
        # Said the wrong way round it is still plain which of the two is in the plan.
        turned = _names(plan, new) and not _names(plan, gone)
        plan = _replaced(plan, gone, new) if turned else _replaced(plan, new, gone)
    changes = {
        item: value
        for item in _PLAN_FIELDS
        if item != "replaces" and (value := getattr(given, item)) is not None
    }
    carried = plan
    plan = replace(plan, **changes)
    spare = bool(given.replaces) and plan == carried and _like_for_like(state, given)
    raised = frozenset(
        item
        for item in _LIMITS
        if getattr(old.plan, item) is not None and getattr(plan, item) > getattr(old.plan, item)
    )
    added = set(plan.hazards or ()) - set(old.plan.hazards or ())
    version = old.version + 1
    state.activities[name] = replace(
        old,
        known=old.known or plan.hazards is not None,
        plan=plan,
        version=version,
        material=old.material if spare else version,
        changed=old.changed if spare else mark,
        raised=raised | ({"hazards"} if added else frozenset()),
        on=None,
        # What was more than planned stays so until the plan says something else of it.
        overrun=tuple(item for item in old.overrun if _LIMIT_OF.get(item, item) not in changes),
    )
    for key, refusal in tuple(state.refusals.items()):
        if refusal.activity == name and not refusal.limit and not spare:
            del state.refusals[key]


def _swap(names: Iterable[str] | None, new: str, gone: str) -> tuple[str, ...] | None:
    return None if names is None else tuple(new if name == gone else name for name in names)


def _replaced(plan: Plan, new: str, gone: str) -> Plan:
    """Put the new one wherever the old one stands: part, zone, line, weapons, positions."""
    changed: dict[str, object] = {
        item: _swap(getattr(plan, item), new, gone)
        for item in ("line", "zone", "pointed_at", "things", "supervisor", "operator", "medic")
    }
    if plan.people is not None:
        changed["people"] = tuple(
            Part(new if part.person == gone else part.person, part.part)  # type: ignore[arg-type]
            for part in plan.people
        )
    if plan.weapons is not None:
        changed["weapons"] = tuple(_replaced_weapon(weapon, new, gone) for weapon in plan.weapons)
    if plan.checks is not None:
        changed["checks"] = tuple(
            (check, new if person == gone else person) for check, person in plan.checks
        )
    if plan.firing_source == gone:
        changed["firing_source"] = new
    if plan.positions is not None:
        changed["positions"] = tuple(
            replace(
                spot,
                of=new if spot.of == gone else spot.of,
                from_=new if spot.from_ == gone else spot.from_,
            )
            for spot in plan.positions
        )
    return replace(plan, **changed)  # type: ignore[arg-type]


def _replaced_weapon(weapon: PlannedWeapon, new: str, gone: str) -> PlannedWeapon:
    return replace(
        weapon,
        weapon=new if weapon.weapon == gone else weapon.weapon,  # type: ignore[arg-type]
        performer=_swap(weapon.performer, new, gone),  # type: ignore[arg-type]
        lot=new if weapon.lot == gone else weapon.lot,  # type: ignore[arg-type]
    )


def _names(plan: Plan, name: str) -> bool:
    """Whether a plan names a person, a weapon, a lot or a thing."""
    weapons = plan.weapons or ()
    named = {*(plan.line or ()), *(plan.zone or ()), *(plan.things or ())}
    named |= {part.person for part in plan.people or ()}
    named |= {item for w in weapons for item in (w.weapon, w.lot, *(w.performer or ())) if item}
    return name in named


def _like_for_like(state: State, given: Plan) -> bool:
    """A spare of the same kind and calibre needs no new meeting or yes (reading 17)."""
    for new, gone in given.replaces or ():
        if state.person(new).roles & state.person(gone).roles:
            # A reserve of the same role in somebody's place: the others have nothing new
            # to hear, and whether the reserve has heard it is asked of the reserve.
            continue
        spare, first = state.weapons.get(new), state.weapons.get(gone)
        if spare is None or first is None or not spare.known:
            return False
        if (spare.kind, spare.calibre) != (first.kind, first.calibre):
            return False
    return True


@effect(say.ActivityDropped)
def activity_dropped(state: State, said: say.ActivityDropped, mark: Mark) -> None:
    activity = activity_of(state, said.activity)
    state.activities[said.activity] = replace(activity, dropped=True, on=None)
    for key, refusal in tuple(state.refusals.items()):
        if refusal.activity == said.activity:
            del state.refusals[key]


@effect(say.RiskAssessed)
def risk_assessed(state: State, said: say.RiskAssessed, mark: Mark) -> None:
    version = version_of(state, said.activity)
    if said.version is not None:
        # Nobody can have assessed a version that did not exist yet.
        version = min(version, said.version)
    add_fact(state, said, mark, closed={}, on=(said.activity,), people=said.affected, count=version)


def _permission(
    state: State,
    said: say.PermissionGranted | say.PermissionRefused | say.PermissionWithdrawn,
    mark: Mark,
) -> None:
    found = Permission(
        kind=said.kind,
        activities=said.activities,
        state=said.what.split(".")[1],
        limits=said.limits or (),
        only=said.only,
        except_=said.except_,
        while_present=said.while_present,
        until=said.until,
        mark=mark,
    )
    state.permissions[said.kind] = Chain(found, state.permissions.get(said.kind))
    add_fact(state, said, mark, closed={"kind": [said.kind]}, on=said.activities, until=said.until)


@effect(say.PermissionGranted)
def permission_granted(state: State, said: say.PermissionGranted, mark: Mark) -> None:
    _permission(state, said, mark)


@effect(say.PermissionRefused)
def permission_refused(state: State, said: say.PermissionRefused, mark: Mark) -> None:
    _permission(state, said, mark)


@effect(say.PermissionWithdrawn)
def permission_withdrawn(state: State, said: say.PermissionWithdrawn, mark: Mark) -> None:
    _permission(state, said, mark)


@effect(say.NoticePublished)
def notice_published(state: State, said: say.NoticePublished, mark: Mark) -> None:
    add_fact(state, said, mark, closed={"kind": [said.kind]}, on=said.activities)


@effect(say.DocumentShown)
def document_shown(state: State, said: say.DocumentShown, mark: Mark) -> None:
    state.documents[said.document] = Document(
        id=said.document,
        kind=said.kind,
        activities=said.activities,
        until=said.until,
        read_by=frozenset(said.people),
        mark=mark,
    )
    add_fact(
        state,
        said,
        mark,
        closed={"kind": [said.kind]},
        on=(said.document, *said.activities),
        people=said.people,
        noun=said.document,
        until=said.until,
    )


@effect(say.DocumentAcknowledged)
def document_acknowledged(state: State, said: say.DocumentAcknowledged, mark: Mark) -> None:
    found = state.documents.get(said.document)
    people_ = frozenset(said.people or (said.speaker,))
    if found is not None:
        state.documents[said.document] = replace(found, read_by=found.read_by | people_)
    about = said.activities or (found.activities if found is not None else ())
    closed: dict[str, Iterable[str]] = {"kind": [found.kind]} if found is not None else {}
    on = (said.document, *about)
    add_fact(state, said, mark, closed=closed, on=on, people=people_)


@effect(say.MeetingHeld)
def meeting_held(state: State, said: say.MeetingHeld, mark: Mark) -> None:
    present = frozenset(said.present)
    meeting = Meeting(
        id=said.meeting,
        kind=said.kind,
        activities=said.activities,
        topics=len(said.topics),
        present=present,
        mark=mark,
        versions=tuple(version_of(state, name) for name in said.activities),
    )
    state.meetings[said.meeting] = meeting
    for name in said.activities:
        state.met[name] = Chain(meeting, state.met.get(name))
        brief(state, name, present, said.meeting, mark)
    add_fact(
        state,
        said,
        mark,
        closed={"kind": [said.kind]},
        on=(said.meeting, *said.activities),
        people=said.present,
        count=len(said.topics),
        noun=said.meeting,
    )


def version_of(state: State, activity: str) -> int:
    """The version that is planned now; 0 where nothing was planned yet."""
    found = state.activities.get(activity)
    return found.version if found is not None and found.known else 0


def brief(state: State, activity: str, who: Iterable[str], meeting: str, mark: Mark) -> None:
    """Note that these people heard the activity as it is planned now."""
    version = version_of(state, activity)
    for name in who:
        state.briefed[(activity, name)] = Briefing(version, meeting, mark)


@effect(say.MeetingJoined)
def meeting_joined(state: State, said: say.MeetingJoined, mark: Mark) -> None:
    found = state.meetings.get(said.meeting or said.of or "")
    if found is None:
        notice(state, said, "meeting.held", said.meeting or said.of or said.id)
        return
    state.meetings[found.id] = replace(found, present=found.present | frozenset(said.people))
    for name, version in zip(found.activities, found.versions, strict=True):
        for person in said.people:
            # What the meeting covered, not what was changed after it.
            old = state.briefed.get((name, person))
            if old is None or old.version <= version:
                state.briefed[(name, person)] = Briefing(version, found.id, mark)
    add_fact(state, said, mark, closed={}, on=found.activities, people=said.people)


@effect(say.ChangeAgreed)
def change_agreed(state: State, said: say.ChangeAgreed, mark: Mark) -> None:
    version = version_of(state, said.activity)
    for name in said.people:
        state.agreed[(said.activity, name)] = version
        state.agreed_mark[(said.activity, name)] = mark
        refusal = state.refusals.get((said.activity, name))
        plan = activity_of(state, said.activity).plan
        if refusal is not None and refusal.limit and _reaches(plan, refusal.limit):
            # Reading 7: a yes to a version at or above the limit ends the refusal.
            del state.refusals[(said.activity, name)]
    add_fact(state, said, mark, closed={}, on=(said.activity,), people=said.people)


def _planned(plan: Plan) -> dict[str, Decimal | int | None]:
    """What the plan says of each quantity that it may limit."""
    return {
        "speed_kmh": plan.speed_kmh,
        "height_m": plan.height_m,
        "depth_m": plan.depth_m,
        "people": plan.max_people,
        "minutes": plan.minutes,
    }


def _reaches(plan: Plan, limit: tuple[Quantity, ...]) -> bool:
    """Whether the plan is at or above each of these limits. Unknown is not."""
    planned = _planned(plan)
    return all(
        (value := planned.get(item.quantity)) is not None
        and item.at_most is not None
        and value >= item.at_most
        for item in limit
    )


def over_plan(plan: Plan, measured: tuple[Quantity, ...]) -> tuple[str, ...]:
    """Which quantities were more than the plan says."""
    limits = _planned(plan)
    return tuple(
        found.quantity
        for found in measured
        if (limit := limits.get(found.quantity)) is not None
        and (found.at_most is None or found.at_most > limit)
    )

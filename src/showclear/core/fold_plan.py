"""Effects of people, things, zones, plans, checks and acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Final

from showclear.core import said_people as people
from showclear.core import said_plan as say
from showclear.core import words
from showclear.core.fields import Quantity
from showclear.core.fold_base import (
    activity_of,
    add_check,
    add_fact,
    contradict,
    effect,
    eyes_of,
    fall,
    notice,
    person_of,
    settle,
    thing_of,
)
from showclear.core.fold_weapons import handled
from showclear.core.nouns import (
    Activity,
    Briefing,
    Chain,
    CheckRecord,
    Document,
    Mark,
    Meeting,
    Permission,
    Person,
    Qualification,
    Reading,
    Rest,
    Thing,
)
from showclear.core.planning import Part, Plan, PlannedWeapon
from showclear.core.state import State
from showclear.core.statement import Statement

# --- people ------------------------------------------------------------------------


@effect(people.PersonJoined)
def person_joined(state: State, said: people.PersonJoined, mark: Mark) -> None:
    old = state.people.get(said.person)
    qualifications = old.qualifications if old is not None else ()
    state.people[said.person] = Person(
        id=said.person,
        roles=frozenset(said.roles),
        minor=said.minor,
        many=said.many,
        qualifications=qualifications,
    )


@effect(people.PersonLeft)
def person_left(state: State, said: people.PersonLeft, mark: Mark) -> None:
    state.people[said.person] = replace(person_of(state, said.person), left=True, on_set=False)


@effect(people.PeopleArrived)
def people_arrived(state: State, said: people.PeopleArrived, mark: Mark) -> None:
    for name in said.people:
        person = person_of(state, name)
        state.people[name] = replace(person, on_set=True)
        if not person.known:
            notice(state, said, "unregistered", name)


@effect(people.PeopleDeparted)
def people_departed(state: State, said: people.PeopleDeparted, mark: Mark) -> None:
    for name in said.people:
        state.people[name] = replace(person_of(state, name), on_set=False)
        for post, who in tuple(state.posts):
            if who == name:
                _leave_post(state, post, name, mark)


@effect(people.PostTaken)
def post_taken(state: State, said: people.PostTaken, mark: Mark) -> None:
    for who in (*said.people, *said.things):
        state.posts[(said.post, who)] = frozenset(said.activities)


@effect(people.PostLeft)
def post_left(state: State, said: people.PostLeft, mark: Mark) -> None:
    for who in (*said.people, *said.things):
        _leave_post(state, said.post, who, mark)


def _leave_post(state: State, post: str, who: str, mark: Mark) -> None:
    """What the post stood for falls at once (reading 6)."""
    activities = state.posts.pop((post, who), frozenset())
    for activity in activities or state.activities:
        fall(state, activity, words.POSTS.get(post, ()), mark)


@effect(people.DutyAssigned)
def duty_assigned(state: State, said: people.DutyAssigned, mark: Mark) -> None:
    for name in said.people:
        person = person_of(state, name)
        state.people[name] = replace(person, duties=person.duties | {said.duty})


@effect(people.DutyReleased)
def duty_released(state: State, said: people.DutyReleased, mark: Mark) -> None:
    for name in said.people:
        person = person_of(state, name)
        state.people[name] = replace(person, duties=person.duties - {said.duty})


@effect(people.QualificationShown)
def qualification_shown(state: State, said: people.QualificationShown, mark: Mark) -> None:
    person = person_of(state, said.person)
    shown = Qualification(kind=said.kind, until=said.until, mark=mark)
    state.people[said.person] = replace(person, qualifications=(*person.qualifications, shown))


@effect(people.RestRecorded)
def rest_recorded(state: State, said: people.RestRecorded, mark: Mark) -> None:
    for name in said.people:
        state.rest[name] = Rest(
            hours=said.hours,
            slept_hours=said.slept_hours,
            awake_since=said.awake_since,
            mark=mark,
        )
        _plain_check(state, said, name, "rested", mark)


@effect(people.ConsentGiven)
def consent_given(state: State, said: people.ConsentGiven, mark: Mark) -> None:
    for name in said.people:
        state.consents[(name, said.activity)] = mark
        _plain_check(state, said, name, "consents", mark, about=(said.activity,))


@effect(people.ConsentWithdrawn)
def consent_withdrawn(state: State, said: people.ConsentWithdrawn, mark: Mark) -> None:
    for name in said.people:
        state.consents.pop((name, said.activity), None)
        fall(state, name, ("consents",), mark)


def _plain_check(
    state: State,
    said: Statement,
    on: str,
    check: str,
    mark: Mark,
    *,
    about: tuple[str, ...] = (),
) -> None:
    """Enter a check that another statement amounts to (reading 16)."""
    eyes, named = eyes_of(said)
    add_check(
        state,
        CheckRecord(
            check=check,
            on=on,
            passed=True,
            by=said.speaker,
            handler=state.handles(said.speaker),
            eyes=eyes,
            named=named,
            count=None,
            of=None,
            measured=(),
            about=about,
            shown_to=frozenset(),
            mark=mark,
        ),
    )


# --- things, machines, zones -------------------------------------------------------


@effect(say.ThingReceived)
def thing_received(state: State, said: say.ThingReceived, mark: Mark) -> None:
    state.things[said.thing] = Thing(
        id=said.thing, kind=said.kind, limits=said.limits or (), received=mark
    )


def _checks_fall(state: State, name: str, mark: Mark) -> None:
    fall(state, name, words.THING_CHECKS, mark)


@effect(say.ThingLeft)
def thing_left(state: State, said: say.ThingLeft, mark: Mark) -> None:
    state.things[said.thing] = replace(thing_of(state, said.thing), away=True)
    _checks_fall(state, said.thing, mark)
    for post, who in tuple(state.posts):
        if who == said.thing:
            _leave_post(state, post, who, mark)


@effect(say.ThingHeld)
def thing_held(state: State, said: say.ThingHeld, mark: Mark) -> None:
    for name in said.thing:
        state.things[name] = replace(thing_of(state, name), held=mark)
        _checks_fall(state, name, mark)
        notice(state, said, "thing-held", name)


@effect(say.ThingReleased)
def thing_released(state: State, said: say.ThingReleased, mark: Mark) -> None:
    for name in said.thing:
        state.things[name] = replace(thing_of(state, name), held=None)


@effect(say.ThingHandedOver)
def thing_handed_over(state: State, said: say.ThingHandedOver, mark: Mark) -> None:
    for name in said.things:
        state.things[name] = replace(thing_of(state, name), holder=said.to)


@effect(say.MachineDeclared)
def machine_declared(state: State, said: say.MachineDeclared, mark: Mark) -> None:
    for name in said.things:
        state.machines[name] = (said.state, mark)


def _entries(said: say.PeopleEntered | say.PeopleLeftZone) -> list[tuple[str, str]]:
    zone = said.activity or said.thing
    pairs: list[tuple[str, str]] = [(zone, name) for name in said.people] if zone else []
    return pairs + [(entry.thing, name) for entry in said.entries for name in entry.people]


@effect(say.PeopleEntered)
def people_entered(state: State, said: say.PeopleEntered, mark: Mark) -> None:
    for zone, name in _entries(said):
        if (zone, name) in state.inside:
            contradict(
                state, mark, on=zone, text="entered twice without leaving", ends="zone-counted"
            )
        state.inside[(zone, name)] = mark
        # Reading 6: whoever enters as what a post is for has left the post.
        for post, who in tuple(state.posts):
            if who == name and post in ("standby", "spotter", "lock-up"):
                _leave_post(state, post, name, mark)


@effect(say.PeopleLeftZone)
def people_left_zone(state: State, said: say.PeopleLeftZone, mark: Mark) -> None:
    for zone, name in _entries(said):
        if state.inside.pop((zone, name), None) is None:
            contradict(state, mark, on=zone, text="left without entering", ends="zone-counted")


@effect(say.ReadingTaken)
def reading_taken(state: State, said: say.ReadingTaken, mark: Mark) -> None:
    inside = said.within is None or (
        (said.within.at_least is None or said.value >= said.within.at_least)
        and (said.within.at_most is None or said.value <= said.within.at_most)
    )
    for name in said.on or ("all",):
        state.readings[(said.quantity, name)] = Reading(
            quantity=said.quantity, on=name, value=said.value, within=inside, mark=mark
        )
        if not inside:
            notice(state, said, "over-limit", name)


# --- plan --------------------------------------------------------------------------


@effect(say.ActivityPlanned)
def activity_planned(state: State, said: say.ActivityPlanned, mark: Mark) -> None:
    if said.activity in state.activities:
        _change(state, said.activity, said.plan, mark)
        return
    state.activities[said.activity] = Activity(
        id=said.activity, plan=said.plan, planned=mark, changed=mark
    )


@effect(say.ActivityChanged)
def activity_changed(state: State, said: say.ActivityChanged, mark: Mark) -> None:
    _change(state, said.activity, said.plan, mark)


_PLAN_FIELDS: Final = tuple(item.name for item in fields(Plan))
_LIMITS: Final = ("speed_kmh", "height_m", "depth_m", "max_people", "minutes", "ends_by")


def _change(state: State, name: str, given: Plan, mark: Mark) -> None:
    """Every list given replaces the list; `replaces` carries parts over (reading 4)."""
    old = activity_of(state, name)
    plan = old.plan
    for new, gone in given.replaces or ():
        plan = _replaced(plan, new, gone)
    changes = {
        item: value
        for item in _PLAN_FIELDS
        if item != "replaces" and (value := getattr(given, item)) is not None
    }
    plan = replace(plan, **changes)
    spare = bool(given.replaces) and not changes and _like_for_like(state, given)
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
        overrun=(),
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


def _like_for_like(state: State, given: Plan) -> bool:
    """A spare of the same kind and calibre needs no new meeting or yes (reading 17)."""
    for new, gone in given.replaces or ():
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
    version = activity_of(state, said.activity).version if said.version is None else said.version
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
    add_fact(state, said, mark, closed={"kind": [said.kind]}, on=said.activities)


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
    add_fact(state, said, mark, closed={"kind": [said.kind]}, on=said.activities)


@effect(say.DocumentAcknowledged)
def document_acknowledged(state: State, said: say.DocumentAcknowledged, mark: Mark) -> None:
    found = state.documents.get(said.document)
    people_ = frozenset(said.people or (said.speaker,))
    if found is not None:
        state.documents[said.document] = replace(found, read_by=found.read_by | people_)
    add_fact(state, said, mark, closed={}, on=said.activities, people=people_)


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
    )
    state.meetings[said.meeting] = meeting
    for name in said.activities:
        state.met[name] = Chain(meeting, state.met.get(name))
        _brief(state, name, present, said.meeting, mark)
    add_fact(
        state, said, mark, closed={"kind": [said.kind]}, on=said.activities, people=said.present
    )


def _brief(state: State, activity: str, who: Iterable[str], meeting: str, mark: Mark) -> None:
    version = activity_of(state, activity).version
    for name in who:
        state.briefed[(activity, name)] = Briefing(version, meeting, mark)


@effect(say.MeetingJoined)
def meeting_joined(state: State, said: say.MeetingJoined, mark: Mark) -> None:
    found = state.meetings.get(said.meeting or said.of or "")
    if found is None:
        notice(state, said, "meeting.held", said.meeting or said.of or said.id)
        return
    state.meetings[found.id] = replace(found, present=found.present | frozenset(said.people))
    for name in found.activities:
        _brief(state, name, said.people, found.id, mark)
    add_fact(state, said, mark, closed={}, on=found.activities, people=said.people)


@effect(say.ChangeAgreed)
def change_agreed(state: State, said: say.ChangeAgreed, mark: Mark) -> None:
    activity = activity_of(state, said.activity)
    for name in said.people:
        state.agreed[(said.activity, name)] = activity.version
        state.agreed_mark[(said.activity, name)] = mark
        refusal = state.refusals.get((said.activity, name))
        if refusal is not None and refusal.limit and refusal.mark.seq < mark.seq:
            # Reading 7: their own yes to this version ends a refusal with a limit.
            del state.refusals[(said.activity, name)]
    add_fact(state, said, mark, closed={}, on=(said.activity,), people=said.people)


# --- checks and acts ---------------------------------------------------------------


@effect(say.CheckMade)
def check_made(state: State, said: say.CheckMade, mark: Mark) -> None:
    eyes, named = eyes_of(said)
    handler = state.handles(said.speaker)
    shown_to = frozenset(said.shown_to)
    included = [extra for check in said.checks for extra in words.INCLUDES.get(check, ())]
    for check in dict.fromkeys((*said.checks, *included)):
        for name in said.on:
            record = CheckRecord(
                check=check,
                on=name,
                passed=said.passed,
                by=said.speaker,
                handler=handler,
                eyes=eyes,
                named=named,
                count=said.count,
                of=said.of,
                measured=said.measured or (),
                about=said.about,
                shown_to=shown_to,
                mark=mark,
                whole=_covers_all(state, said, name),
            )
            add_check(state, record)
            _consequences(state, said, record, mark)


def _covers_all(state: State, said: say.CheckMade, name: str) -> bool:
    """Whether the count of a check is all there was when it was made."""
    if said.count is None or (said.of is not None and said.count < said.of):
        return False
    if name in state.lots:
        in_store = state.lots[name].in_store
        return in_store is not None and said.count >= in_store
    if name in state.weapons:
        return said.count >= state.weapons[name].rounds
    return said.of is not None


def _consequences(state: State, said: say.CheckMade, record: CheckRecord, mark: Mark) -> None:
    name = record.on
    if not record.passed:
        notice(state, said, record.check, name, "did not pass")
        return
    if name in state.weapons:
        handled(state, said, name, record.check, mark)
    elif name in state.lots:
        _lot_shown(state, record, mark)
    elif record.check == "zone-counted":
        settle(state, name, "zone-counted")
    elif record.check == "briefed" and record.on in state.people:
        for activity in record.about:
            _brief(state, activity, (name,), said.id, mark)


def _lot_shown(state: State, record: CheckRecord, mark: Mark) -> None:
    """An unknown lot is known by a handler, other than its receiver, on the whole of it."""
    lot = state.lots[record.on]
    kind = words.VERIFYING.get(record.check)
    whole = record.count is not None and lot.in_store is not None and record.count >= lot.in_store
    if kind is None or not record.handler or not whole or record.by == lot.received_by:
        return
    if lot.kind == "unknown":
        state.lots[record.on] = replace(lot, kind=kind, shown=mark)


@effect(say.Confirmed)
def confirmed(state: State, said: say.Confirmed, mark: Mark) -> None:
    """A person's own word adds their eyes to the checks of that statement."""
    if said.attested not in words.INDEPENDENT:
        return
    # Bounded: only the newest record of each check can be relied on anyway.
    for key in state.said_checks.get(said.of, ()):
        chain = state.checks.get(key)
        if chain is not None and chain.item.mark.said == said.of:
            seen = replace(chain.item, eyes=chain.item.eyes | {said.speaker})
            state.checks[key] = Chain(seen, chain.older)


@effect(say.GateAsked)
def gate_asked(state: State, said: say.GateAsked, mark: Mark) -> None:
    """Asking changes nothing."""


@effect(say.SetDeclared)
def set_declared(state: State, said: say.SetDeclared, mark: Mark) -> None:
    on = (*said.weapons, *((said.for_,) if said.for_ else ()))
    add_fact(state, said, mark, closed={"state": [said.state]}, on=on)
    if said.state != "cold":
        return
    everything: tuple[str, ...] = said.weapons or tuple(state.weapons)
    for name in everything:
        weapon = state.weapons.get(name)
        if weapon is None or weapon.place != "held":
            continue
        if any(
            load.count and state.lot_kind(load.lot) in ("blank", "live", "unknown")
            for load in weapon.loads
        ):
            contradict(state, mark, on=name, text="called cold with rounds in it", ends="sighting")


def _begin(
    state: State,
    said: say.ActivityStarted | say.ActivityRehearsed | say.ActivityTested | say.ActivityRolled,
    mark: Mark,
) -> None:
    activity = activity_of(state, said.activity)
    take = said.what != "activity.started"
    state.activities[said.activity] = replace(
        activity,
        on=mark,
        last_take=mark if take else activity.last_take,
        took=said.people,
    )


@effect(say.ActivityStarted)
def activity_started(state: State, said: say.ActivityStarted, mark: Mark) -> None:
    _begin(state, said, mark)


@effect(say.ActivityRehearsed)
def activity_rehearsed(state: State, said: say.ActivityRehearsed, mark: Mark) -> None:
    _begin(state, said, mark)


@effect(say.ActivityTested)
def activity_tested(state: State, said: say.ActivityTested, mark: Mark) -> None:
    _begin(state, said, mark)


@effect(say.ActivityRolled)
def activity_rolled(state: State, said: say.ActivityRolled, mark: Mark) -> None:
    _begin(state, said, mark)


def over_plan(plan: Plan, measured: tuple[Quantity, ...]) -> tuple[str, ...]:
    """Which quantities were more than the plan says."""
    limits: dict[str, Decimal | int | None] = {
        "speed_kmh": plan.speed_kmh,
        "height_m": plan.height_m,
        "depth_m": plan.depth_m,
        "people": plan.max_people,
        "minutes": plan.minutes,
    }
    return tuple(
        found.quantity
        for found in measured
        if (limit := limits.get(found.quantity)) is not None
        and (found.at_most is None or found.at_most > limit)
    )


def _end(state: State, said: say.ActivityCut | say.ActivityFinished, mark: Mark) -> None:
    activity = activity_of(state, said.activity)
    over = over_plan(activity.plan, said.measured or ())
    state.activities[said.activity] = replace(activity, on=None, overrun=over or activity.overrun)
    if over:
        notice(state, said, "changed-since", said.activity, "more than planned")


@effect(say.ActivityCut)
def activity_cut(state: State, said: say.ActivityCut, mark: Mark) -> None:
    _end(state, said, mark)


@effect(say.ActivityFinished)
def activity_finished(state: State, said: say.ActivityFinished, mark: Mark) -> None:
    _end(state, said, mark)


@effect(say.GateOverridden)
def gate_overridden(state: State, said: say.GateOverridden, mark: Mark) -> None:
    add_fact(state, said, mark, closed={"gate": [said.gate]}, on=said.on)

"""Effects of people, posts, duties, things, machines and zones."""

from __future__ import annotations

from dataclasses import replace

from showclear.core import said_people as people
from showclear.core import said_plan as say
from showclear.core import words
from showclear.core.fold_base import (
    add_check,
    contradict,
    effect,
    eyes_of,
    fall,
    notice,
    person_of,
    thing_of,
)
from showclear.core.nouns import (
    CheckRecord,
    Mark,
    Qualification,
    Reading,
    Rest,
)
from showclear.core.state import State
from showclear.core.statement import Statement

# --- people ------------------------------------------------------------------------


@effect(people.PersonJoined)
def person_joined(state: State, said: people.PersonJoined, mark: Mark) -> None:
    old = person_of(state, said.person)
    state.people[said.person] = replace(
        old,
        known=True,
        left=False,
        roles=frozenset(said.roles),
        # Said again without it, a minor is a minor still; duties end only when released.
        minor=said.minor or old.minor,
        many=said.many,
        joined=mark,
    )


@effect(people.PersonLeft)
def person_left(state: State, said: people.PersonLeft, mark: Mark) -> None:
    state.people[said.person] = replace(person_of(state, said.person), left=True, on_set=False)
    leave_posts(state, said.person, mark)


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
        leave_posts(state, name, mark)


@effect(people.PostTaken)
def post_taken(state: State, said: people.PostTaken, mark: Mark) -> None:
    for who in (*said.people, *said.things):
        state.posts[(said.post, who)] = frozenset(said.activities)


@effect(people.PostLeft)
def post_left(state: State, said: people.PostLeft, mark: Mark) -> None:
    for who in (*said.people, *said.things):
        leave_post(state, said.post, who, mark)


def leave_post(state: State, post: str, who: str, mark: Mark) -> None:
    """What the post stood for falls at once (reading 6)."""
    activities = state.posts.pop((post, who), frozenset())
    checks = words.POSTS.get(post, frozenset())
    # `standby-ready` is a check of the person, `rescue-ready` of the act or the boat.
    for name in (who, *(activities or state.activities)):
        fall(state, name, checks, mark)


def leave_posts(state: State, who: str, mark: Mark) -> None:
    """Somebody or something is away: every post it stood at is empty."""
    for post, name in tuple(state.posts):
        if name == who:
            leave_post(state, post, who, mark)


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
    # A hold stays: a thing that comes back, or is said again, is not released by it.
    state.things[said.thing] = replace(
        thing_of(state, said.thing),
        known=True,
        kind=said.kind,
        limits=said.limits or (),
        away=False,
        received=mark,
    )


def _checks_fall(state: State, name: str, mark: Mark) -> None:
    fall(state, name, words.THING_CHECKS, mark)


@effect(say.ThingLeft)
def thing_left(state: State, said: say.ThingLeft, mark: Mark) -> None:
    state.things[said.thing] = replace(thing_of(state, said.thing), away=True)
    _checks_fall(state, said.thing, mark)
    leave_posts(state, said.thing, mark)


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
                leave_post(state, post, name, mark)


@effect(say.PeopleLeftZone)
def people_left_zone(state: State, said: say.PeopleLeftZone, mark: Mark) -> None:
    for zone, name in _entries(said):
        if state.inside.pop((zone, name), None) is None:
            contradict(state, mark, on=zone, text="left without entering", ends="zone-counted")


@effect(say.ReadingTaken)
def reading_taken(state: State, said: say.ReadingTaken, mark: Mark) -> None:
    for name in said.on or ("all",):
        key = (said.quantity, name)
        last = state.readings.get(key)
        # Limits that are not said again are those that were said before.
        bounds = said.within or (last.bounds if last is not None else None)
        inside = bounds is None or (
            (bounds.at_least is None or said.value >= bounds.at_least)
            and (bounds.at_most is None or said.value <= bounds.at_most)
        )
        state.readings[key] = Reading(
            quantity=said.quantity,
            on=name,
            value=said.value,
            within=inside,
            mark=mark,
            bounds=bounds,
        )
        if not inside:
            notice(state, said, "over-limit", name)

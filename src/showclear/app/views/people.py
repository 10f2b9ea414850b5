"""Who is on set, who was not at the meeting, and how does somebody new come onto the record?

* On set is who was said to have arrived and not to have left. Whom nobody mentioned is not.
* Late is who is on set, or in what a meeting covered, and was neither present nor briefed.
* A new person is a role and, if somebody has the time, a name. The id is made from the role.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from showclear.app.views.acts import NEW, act
from showclear.app.views.floor_today import day_start, planned_today, takes_begun
from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock, listed, number, person, role_text, title
from showclear.core import words
from showclear.core.nouns import Meeting, Person

Plain = dict[str, Any]

QUICK_ROLES: Final = (
    "performer",
    "stunt-performer",
    "stand-in",
    "background",
    "camera-operator",
    "assistant-camera",
    "grip",
    "electrician",
    "sound",
    "costume",
    "make-up",
    "medic",
    "assistant-armorer",
    "crew",
    "visitor",
)
"""Who comes onto a set at the last minute; every other role is one more tap away."""


def here(look: Look) -> list[Person]:
    """Everybody on set, those in today's plan first, then by what they are called."""
    return [one for one in anybody(look) if one.on_set]


def anybody(look: Look) -> list[Person]:
    """Everybody who may be meant on this set: on it, or at least never said to have left it.

    Who walked out is on no roll, and nowhere said to have.
    """
    gone = {name for one in look.state.walk_outs.values() for name in one.people}
    found = [
        one
        for one in look.state.people.values()
        if not one.left and one.on_set is not False and one.id not in gone
    ]
    planned = _planned(look)
    return sorted(found, key=lambda one: (one.id not in planned, person(look, one.id).lower()))


def _planned(look: Look) -> set[str]:
    if "planned_people" not in look.memo:
        found: set[str] = set()
        for one in planned_today(look):
            found.update(look.state.at_risk(one) or ())
        look.memo["planned_people"] = found
    planned: set[str] = look.memo["planned_people"]
    return planned


def row(look: Look, one: Person) -> Plain:
    """A person as a button or a line names them."""
    roles = listed([role_text(role) for role in sorted(one.roles)])
    label = person(look, one.id)
    told: Plain = {"id": one.id, "label": label}
    if roles and roles != label:
        told["roles"] = roles
    return told


def meetings(look: Look) -> list[Meeting]:
    """Today's safety meetings, newest first."""
    start = day_start(look)
    found = [
        one
        for one in look.state.meetings.values()
        if one.kind == "safety" and start is not None and one.mark.at and one.mark.at >= start
    ]
    return sorted(found, key=lambda one: -one.mark.seq)


def missed(look: Look, meeting: Meeting) -> list[str]:
    """Who is on set and should have heard what a meeting covered, and did not.

    For the first meeting of the day that is everybody on set; a later one is about its own
    activities, so it is whoever is in them.
    """
    everybody = {one.id for one in here(look)}
    first = all(meeting.mark.seq <= other.mark.seq for other in meetings(look))
    if not first:
        covered = [look.state.activities.get(name) for name in meeting.activities]
        risk = [set(look.state.at_risk(one) or ()) for one in covered if one is not None]
        everybody &= set().union(*risk)
    return sorted(everybody - meeting.present - _briefed_later(look, meeting))


def _briefed_later(look: Look, meeting: Meeting) -> set[str]:
    """Who heard of all that a meeting covered in another way."""
    own = [name for name in meeting.activities if name in look.state.activities]
    if "briefed" not in look.memo:
        by_act: dict[str, set[str]] = {}
        for act_, who in look.state.briefed:
            by_act.setdefault(act_, set()).add(who)
        look.memo["briefed"] = by_act
    briefed: dict[str, set[str]] = look.memo["briefed"]
    heard = [briefed.get(name, set()) for name in own]
    return set.intersection(*heard) if heard else set()


def late_people(look: Look) -> list[str]:
    """Everybody who is on set and missed a safety meeting of today."""
    if "late" not in look.memo:
        found = [name for one in meetings(look) for name in missed(look, one)]
        look.memo["late"] = list(dict.fromkeys(found))
    late: list[str] = look.memo["late"]
    return late


def briefings(look: Look) -> list[Plain]:
    """For every safety meeting somebody missed: one tap a person, once they are briefed."""
    told = []
    for meeting in meetings(look):
        names = missed(look, meeting)
        if not names:
            continue
        told.append(
            {
                "meeting": meeting.id,
                "says": f"Not at the {day_and_clock(look, meeting.mark)} meeting",
                "acts": [
                    act(
                        f"late/{meeting.id}/{name}",
                        f"{person(look, name)} briefed",
                        [{"what": "meeting.joined", "meeting": meeting.id, "people": [name]}],
                    )
                    for name in names
                ],
            }
        )
    return told


def safety_meeting(look: Look) -> Plain:
    """The meeting, its roll and what it covers: everybody on set ticked, the late one unticked."""
    present = here(look) or anybody(look)
    covers = [one.id for one in planned_today(look) if not takes_begun(look, one.id)]
    covers = covers or [one.id for one in planned_today(look)]
    write: Plain = {
        "what": "meeting.held",
        "meeting": NEW,
        "kind": "safety",
        "activities": covers or ["day"],
        "present": "$picked",
        "of": len(present),
    }
    held = meetings(look)
    return {
        "awaited": _awaited(look),
        "held": [
            {
                "at": day_and_clock(look, one.mark),
                "says": f"{head_count(look, one.present)} there",
                "covers": listed([title(look, name) for name in one.activities]),
            }
            for one in held
        ],
        "covers": [title(look, name) for name in covers],
        "roll": [row(look, one) for one in present],
        "act": act("meeting/safety", "Safety meeting held", [write], needs="roll"),
    }


def _awaited(look: Look) -> bool:
    """Whether the day is on, something is planned, and nobody has held a meeting yet."""
    return day_start(look) is not None and bool(planned_today(look)) and not meetings(look)


def head_count(look: Look, names: Iterable[str]) -> str:
    """How many people. An audience or a crew that counts as many is named, not counted."""
    found = {name: look.state.people.get(name) for name in names}
    many = [name for name, one in found.items() if one is not None and one.many]
    told = [number(len(found) - len(many), "person", "people")] if len(found) > len(many) else []
    return listed([*told, *sorted(person(look, name) for name in many)])


def arrivals(look: Look) -> Plain:
    """Who came and who went, one tap each."""
    away = [
        one for one in look.state.people.values() if not one.on_set and not one.left and one.known
    ]
    away.sort(key=lambda one: person(look, one.id).lower())
    write = {"what": "people.arrived", "people": "$picked"}
    return {
        "here": [row(look, one) for one in here(look)],
        "count": head_count(look, [one.id for one in here(look)]) or "0 people",
        "away": [row(look, one) for one in away],
        "arrived": act("people/arrived", "Here", [write], needs="people"),
    }


def new_person(look: Look) -> Plain:
    """A person in five seconds: the roles to tap. The server mints the id, the device says it."""
    quick = [role for role in QUICK_ROLES if role in words.ROLES]
    return {
        "quick": [[role, role_text(role)] for role in quick],
        "more": [[role, role_text(role)] for role in sorted(words.ROLES - set(quick))],
        "note": "A role is enough. A name helps, and is sealed in the record.",
    }

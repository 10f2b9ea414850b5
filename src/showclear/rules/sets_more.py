"""The sets of what is open, of what was agreed and assessed, of posts, roles and duties.

* `stops`, `concerns` and `incidents` are those that are open and touch the act.
* `permissions` are the last word on each kind that concerns the activity, whatever it is.
* `each of [...]` is a list that the author writes; `duties of SET` is of people.
* A set that rests on the activity is not given where the record does not have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from showclear.core import words
from showclear.core.nouns import Person
from showclear.rules.sets import Finder, Names

if TYPE_CHECKING:
    from showclear.rules.context import Context

NO_SECOND_JOB: Final = frozenset({"supervisor", "firearms-contact"})
"""What a law asks a handler to be besides; no job that takes their eyes off the weapons."""

LISTED: Final = {"department": words.ROLES, "post": frozenset(words.POSTS)}
"""What an author may list by name, and the words it is listed from."""


def other_duties(person: Person) -> frozenset[str]:
    """What of their duties today takes them from their role's own work."""
    return person.duties - NO_SECOND_JOB


OF_PEOPLE: Final[Mapping[str, tuple[str, Callable[[Person], frozenset[str]]]]] = {
    "roles": ("role", lambda person: person.roles),
    "duties": ("duty", lambda person: person.duties),
    "qualifications": (
        "qualification",
        lambda person: frozenset(item.kind for item in person.qualifications),
    ),
}
"""`duties of the handler` and its like: what it is a set of, and each person's part."""


def found_set(context: Context, name: str) -> Names:
    """The elements of a list, or of what people have."""
    if name.startswith("each of "):
        return tuple(name.removeprefix("each of ").split(", "))
    of, _, people = name.partition(" of ")
    named = context.names(people)
    if named is None:
        return None
    found: set[str] = set()
    for one in named:
        person = context.state.person(one)
        if not person.known:
            return None
        found |= OF_PEOPLE[of][1](person)
    return tuple(sorted(found))


def _here(activities: tuple[str, ...], name: str) -> bool:
    return not activities or name in activities


def _meetings(context: Context) -> Names:
    """Today's meetings on the activity."""
    activity, today = context.activity, context.today
    if activity is None or today is None:
        return None
    held = context.state.met.get(activity.id) or ()
    return tuple(dict.fromkeys(one.id for one in held if one.mark.seq >= today))


def _documents(context: Context) -> Names:
    if context.activity is None:
        return None
    name = context.activity.id
    found = context.state.documents.values()
    return tuple(sorted(one.id for one in found if _here(one.activities, name)))


def _assessments(context: Context) -> Names:
    """Each by the statement that made it, the newest first."""
    if context.activity is None:
        return None
    name = context.activity.id
    facts = context.state.facts.get("risk.assessed") or ()
    return tuple(fact.mark.said for fact in facts if name in fact.on)


def _permissions(context: Context) -> Names:
    if context.activity is None:
        return None
    kinds = sorted(context.state.permissions)
    return tuple(kind for kind in kinds if context.permission(kind) is not None)


def _concerns(context: Context) -> Names:
    asked = context.asked
    return tuple(
        sorted(one.id for one in context.state.concerns.values() if asked.touched(one.about))
    )


def _incidents(context: Context) -> Names:
    asked = context.asked
    return tuple(
        sorted(one.id for one in context.state.incidents.values() if asked.touched(one.about))
    )


def _stops(context: Context) -> Names:
    asked = context.asked
    return tuple(
        sorted(one.id for one in context.state.stops.values() if asked.stopped_by(one.scope))
    )


def _remedies(context: Context) -> Names:
    return tuple(sorted(one.id for one in context.state.remedies.values() if not one.verified))


def _positions(context: Context) -> Names:
    activity = context.activity
    if activity is None or activity.plan.positions is None:
        return None
    return tuple(f"{spot.of}/{spot.from_}" for spot in activity.plan.positions)


def posts_of(context: Context, post: str) -> tuple[str, ...]:
    """Who or what stands at a post for this activity, or for whichever."""
    name = context.question.activity or ""
    return tuple(
        sorted(
            who
            for (one, who), activities in context.state.posts.items()
            if one == post and (not activities or name in activities)
        )
    )


def _posts(context: Context) -> Names:
    taken = sorted({post for post, _ in context.state.posts} & set(words.POSTS))
    return tuple(post for post in taken if posts_of(context, post))


OF_OPEN: Final[Mapping[str, tuple[str, Finder]]] = {
    "meetings": ("meeting", _meetings),
    "documents": ("document", _documents),
    "risk assessments": ("assessment", _assessments),
    "permissions": ("permission", _permissions),
    "concerns": ("concern", _concerns),
    "incidents": ("incident", _incidents),
    "stops": ("stop", _stops),
    "remedies": ("remedy", _remedies),
    "positions": ("position", _positions),
    "posts": ("post", _posts),
}
"""Each set with the type of its elements, and how it is found."""

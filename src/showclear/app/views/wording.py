"""How are people, weapons, times and ages called on a screen?

* A person is their name where one was said; else their role, if nobody else on this
  production has it; else their id. Ids are made to be read: `second-ad`, `performer-b`.
* Times are those of the production's zone, 24 hours. Ages are whole minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from showclear.app.views.look import Look
from showclear.core.nouns import Mark

_CAPITALS: Final = {"ad": "AD", "upm": "UPM", "dop": "DoP", "dp": "DP"}


def role_text(role: str) -> str:
    """A role as people say it.

    >>> role_text("first-ad"), role_text("assistant-armorer")
    ('First AD', 'Assistant armorer')
    """
    words = [_CAPITALS.get(word, word) for word in role.split("-")]
    return " ".join([words[0] if words[0].isupper() else words[0].capitalize(), *words[1:]])


def person(look: Look, name: str) -> str:
    """What a person is called on a screen."""
    if name == "anonymous":
        return "Nobody named"
    if name == "server":
        return "This server"
    labels: dict[str, str] = look.memo.setdefault("people", {})
    if name not in labels:
        labels[name] = look.memory.names.get(name) or _by_role(look, name) or id_text(name)
    return labels[name]


def _by_role(look: Look, name: str) -> str:
    found = look.state.people.get(name)
    if found is None or len(found.roles) != 1 or found.many:
        return ""
    (role,) = found.roles
    if "roles" not in look.memo:
        roles: dict[str, int] = {}
        for one in look.state.people.values():
            if not one.left:
                for each in one.roles:
                    roles[each] = roles.get(each, 0) + 1
        look.memo["roles"] = roles
    return role_text(role) if look.memo["roles"].get(role) == 1 else ""


def id_text(name: str) -> str:
    """An id as people say it.

    >>> id_text("second-ad"), id_text("performer-b"), id_text("rider")
    ('Second AD', 'Performer b', 'Rider')
    """
    return role_text(name)


def people(look: Look, names: Iterable[str]) -> str:
    """Several people in a sentence."""
    return listed([person(look, name) for name in names])


def listed(parts: Sequence[str], *, last: str = "and") -> str:
    """Parts of a sentence, one after the other.

    >>> listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"])
    ('A', 'A and B', 'A, B and C')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def clock(look: Look, moment: datetime | Mark | None) -> str:
    """A time of day in the production's zone, such as 11:31; empty where none is known."""
    at = moment.at if isinstance(moment, Mark) else moment
    return "" if at is None else f"{at.astimezone(look.zone):%H:%M}"


def day_and_clock(look: Look, moment: datetime | Mark | None) -> str:
    """A time of day, with the date where that is not today's."""
    at = moment.at if isinstance(moment, Mark) else moment
    if at is None:
        return ""
    there = at.astimezone(look.zone)
    if there.date() == look.now.astimezone(look.zone).date():
        return f"{there:%H:%M}"
    return f"{there:%d %b %H:%M}"


def instant(moment: datetime | Mark | None) -> str | None:
    """A time as a page counts from it: UTC, ISO 8601."""
    at = moment.at if isinstance(moment, Mark) else moment
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def age(look: Look, moment: datetime | Mark | None) -> str:
    """How long ago that was, in the largest useful unit; empty where no time is known."""
    at = moment.at if isinstance(moment, Mark) else moment
    if at is None:
        return ""
    return span(max(0, int((look.now - at).total_seconds()) // 60))


def span(minutes: int) -> str:
    """A length of time in its largest useful unit.

    >>> span(7), span(480), span(1500)
    ('7 min', '8 h 0 min', '1 d 1 h')
    """
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"


_BODIES: Final = {
    "us-osha": "OSHA",
    "us-ca-dosh": "Cal/OSHA",
    "us-ca-dir": "the State of California",
    "gb-hse": "HSE",
    "insurer": "the insurer",
    "police": "the police",
}
"""Whom something may have to be told, as people call them; any other is its word."""


def body_text(word: str) -> str:
    """What a body that is told of something is called.

    >>> body_text("us-ca-dosh"), body_text("fire-marshal")
    ('Cal/OSHA', 'fire-marshal')
    """
    return _BODIES.get(word, word)


def title(look: Look, activity: str) -> str:
    """What an activity is called."""
    return look.memory.titles.get(activity) or id_text(activity)


def number(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> number(1, "blank"), number(3, "blank"), number(2, "dummy", "dummies")
    ('1 blank', '3 blanks', '2 dummies')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


__all__ = [
    "age",
    "clock",
    "day_and_clock",
    "id_text",
    "instant",
    "listed",
    "number",
    "people",
    "person",
    "role_text",
    "title",
]

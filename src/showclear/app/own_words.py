"""What may a person say for themselves on a screen that others use?

1. The tags of `OWN_WORDS`, and no others: what somebody confirms, agrees to, refuses, worries
   about, and that they counted as well. Checks, custody and acts are said on the device of
   whoever makes them.
2. About themselves: where a statement names people, it is they alone.
3. In their own words: said for nobody else, with no witnesses, as of now, correcting nothing.

Source: docs/design/access.md, "Own words".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

OWN_WORDS: Final = frozenset(
    {
        "account.given",
        "care.taken",
        "change.agreed",
        "concern.acknowledged",
        "concern.answered",
        "concern.closed",
        "concern.raised",
        "confirmed",
        "consent.given",
        "consent.withdrawn",
        "document.acknowledged",
        "meeting.joined",
        "refusal.made",
        "request.made",
        "weapon.counted",
    }
)

NOT_IN_THEM: Final = frozenset({"said_by", "with", "witnesses", "entered_at", "corrects"})
_PEOPLE: Final = ("person", "people")


def why_not(said: Mapping[str, Any], person: str) -> str:
    """Return in which way this is not somebody's own word; empty if it is."""
    what = said.get("what")
    if not isinstance(what, str) or what not in OWN_WORDS:
        return "tag"
    if said.get("by", person) != person:
        return "by"
    if said.get("attested", "badge") != "badge":
        return "attested"
    if found := sorted(NOT_IN_THEM.intersection(said)):
        return found[0]
    for name in _PEOPLE:
        if name in said and said[name] not in (person, [person]):
            return name
    return ""


def own_word(said: Mapping[str, Any], person: str, *, at: str) -> dict[str, Any]:
    """Return the statement as the server signs it.

    Args:
        at: The server's time, for one that names none.
    """
    return {"at": at, **said, "by": person, "attested": "badge"}

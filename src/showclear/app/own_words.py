"""What may a person say for themselves on a screen that others use?

1. The tags of `OWN_WORDS`, and no others: what somebody confirms, agrees to, refuses, worries
   about, and that they counted as well. Checks, custody and acts are said on the device of
   whoever makes them.
2. About themselves: where a statement names people, it is they alone.
3. In their own words: said for nobody else, with no witnesses, correcting nothing.
4. As of now: a time that is named is at most two minutes before the server's. The server signs
   it, so it must not vouch for what somebody had said on another day. A time to come counts as
   now, as in every statement (`app.spine`).

Source: docs/design/access.md, "Own words".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from showclear.app.spine import AHEAD

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


def is_as_of(said: Mapping[str, Any], now: datetime) -> bool:
    """Whether somebody's own word is not as of before; one that names no time is as of now.

    Args:
        now: The server's time, UTC.
    """
    if "at" not in said:
        return True
    try:
        at = datetime.fromisoformat(str(said["at"]))
        return at.tzinfo is not None and at >= now - AHEAD
    except (ValueError, OverflowError):
        return False


def own_word(said: Mapping[str, Any], person: str, *, at: str) -> dict[str, Any]:
    """Return the statement as the server signs it.

    Args:
        at: The server's time, for one that names none.
    """
    return {"at": at, **said, "by": person, "attested": "badge"}

"""Who may let devices in for others, and give badges?

Whoever may, can make somebody else's eyes: a phone enrolled as the armorer's is the armorer on
the record. So a role counts here only as somebody gave it who could:

1. The server's own machine: what the production was made with, and what came from a file.
2. Anybody, as long as nobody of these roles ever had an own device or a badge: somebody has to
   be the first.
3. After that, somebody who may do so themselves, by their own word, and for somebody else.

A role that a person gave themselves, or that was said on a shared tablet in somebody's name,
is on record and is offered what it is offered. It lets nobody in. Nor does anybody become the
first again by revoking all others: having had a device or a badge is for ever.

Source: docs/design/access.md, "How a device comes in".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from showclear.app.badges import stands
from showclear.app.enrolling import ENROLLING_ROLES
from showclear.app.memory import Told
from showclear.app.views.look import Look
from showclear.core import words
from showclear.core.said_people import PersonJoined


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """Who may, on the record as it stands.

    Attributes:
        people: Everybody whose role counts, who is still here.
        begun: Whether somebody of them ever had an own device or a badge.
        reachable: Whether one of them has one now.
    """

    people: frozenset[str]
    begun: bool
    reachable: bool


def entitled(look: Look) -> Entitled:
    """Say who may let others in."""
    joined = [told for told in look.memory.told if isinstance(told.said, PersonJoined)]
    shown = _shown(look)
    first = min((shown[name] for name in _had_role(joined, shown)), default=look.size)
    server = look.spine.keyring.keys.get(look.spine.keyring.server)
    counting = counted(joined, first=first, server=None if server is None else server.device)
    people = look.state.people
    counts = frozenset(name for name, may in counting.items() if may and name in people)
    begun = any(name in counts for name in shown)
    here = frozenset(name for name in counts if not people[name].left)
    keys = look.spine.keyring.keys.values()
    owners = {key.person for key in keys if key.vouched and key.until is None}
    reachable = any(name in owners or stands(look.state, name) for name in here)
    return Entitled(people=here, begun=begun, reachable=reachable)


def counted(joined: Iterable[Told], *, first: int, server: str | None) -> dict[str, bool]:
    """Say of everybody whether the last role they were given by whoever could is one of these.

    One pass in the order of the log, keeping how each stands so far: whether somebody could
    give a role hangs on earlier entries alone. Asking each time anew would double with every
    statement, and two phones that name each other would stop the server.

    Args:
        joined: Statements of roles as the log has them, oldest first.
        first: The entry by which somebody with such a role had first shown who they are.
        server: The name of the device that the server itself signs with.
    """
    counting: dict[str, bool] = {}
    for told in joined:
        said = told.said
        assert isinstance(said, PersonJoined)
        if told.index < first or told.device == server or _by_whoever_may(said, counting):
            counting[said.person] = not ENROLLING_ROLES.isdisjoint(said.roles)
    return counting


def _by_whoever_may(said: PersonJoined, counting: Mapping[str, bool]) -> bool:
    """Whether a role was given to somebody else by the own word of one who may at that moment."""
    own = said.attested in words.INDEPENDENT and said.said_by in (None, said.by)
    return own and said.by != said.person and counting.get(said.by, False)


def _had_role(joined: Iterable[Told], shown: Mapping[str, int]) -> frozenset[str]:
    """Whoever had such a role by the time they showed who they are."""
    return frozenset(
        told.said.person
        for told in joined
        if isinstance(told.said, PersonJoined)
        and told.index < shown.get(told.said.person, 0)
        and not ENROLLING_ROLES.isdisjoint(told.said.roles)
    )


def _shown(look: Look) -> dict[str, int]:
    """Everybody who ever had an own device or a badge, with the first entry that says so."""
    found: dict[str, int] = {}
    for key in look.spine.keyring.keys.values():
        if key.person and key.vouched:
            found[key.person] = min(key.since, found.get(key.person, key.since))
    for told in look.memory.told:
        if told.said.what == "badge.issued":
            name = str(getattr(told.said, "person", ""))
            found[name] = min(told.index, found.get(name, told.index))
    return found


__all__ = ["Entitled", "counted", "entitled"]

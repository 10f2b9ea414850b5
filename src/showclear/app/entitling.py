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
    shown = _shown(look)
    first = min((at for name, at in shown.items() if _had_role(look, name, at)), default=look.size)
    counts = frozenset(name for name in look.state.people if _counts(look, name, first=first))
    begun = any(name in counts for name in shown)
    here = frozenset(name for name in counts if not look.state.people[name].left)
    keys = look.spine.keyring.keys.values()
    owners = {key.person for key in keys if key.vouched and key.until is None}
    reachable = any(name in owners or stands(look.state, name) for name in here)
    return Entitled(people=here, begun=begun, reachable=reachable)


def _had_role(look: Look, name: str, before: int) -> bool:
    """Whether somebody had such a role by the time they showed who they are."""
    said = (told.said for told in _roles_said(look, name, before=before))
    return any(
        not ENROLLING_ROLES.isdisjoint(one.roles) for one in said if isinstance(one, PersonJoined)
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


def _counts(look: Look, name: str, *, first: int) -> bool:
    """Whether the last role that somebody was given by whoever could is one of these."""
    counting = False
    for told in _roles_said(look, name):
        if _could(look, told, first=first):
            assert isinstance(told.said, PersonJoined)
            counting = not ENROLLING_ROLES.isdisjoint(told.said.roles)
    return counting


def _roles_said(look: Look, name: str, *, before: int | None = None) -> list[Told]:
    """What was said of somebody's roles, oldest first."""
    return [
        told
        for told in look.memory.about(name)
        if isinstance(told.said, PersonJoined)
        and told.said.person == name
        and (before is None or told.index < before)
    ]


def _could(look: Look, told: Told, *, first: int) -> bool:
    """Whether whoever gave a role could give it so that it counts here."""
    said = told.said
    server = look.spine.keyring.keys.get(look.spine.keyring.server)
    if told.index < first or (server is not None and told.device == server.device):
        return True
    own = said.attested in words.INDEPENDENT and said.said_by in (None, said.by)
    if not own or said.by == getattr(said, "person", ""):
        return False
    # By somebody who could before: each step leads to an earlier entry, so it ends.
    earlier = _roles_said(look, said.by, before=told.index)
    given = [one for one in earlier if _could(look, one, first=first)]
    last = given[-1].said if given else None
    return isinstance(last, PersonJoined) and not ENROLLING_ROLES.isdisjoint(last.roles)


__all__ = ["Entitled", "entitled"]

"""Which acts are offered to whom? By role, as a table; the record decides what counts.

* A tag that does not stand in `OFFERED` is offered to everybody who speaks on an enrolled
  device.
* Nothing is refused by role: whoever did something may say so, whatever they are hired as.
  The gates hold what a wrong person did. Only letting devices in and giving badges is.
* Who runs the set today follows from the record, and adds to their roles (web/me).

Source: docs/design/access.md, "What is offered".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from showclear.core import vocabulary, words

HANDLERS: Final = words.HANDLER_ROLES
RUNNERS: Final = frozenset({"first-ad", "second-ad", "stage-manager"})
OFFICE: Final = frozenset({"producer", "line-producer", "upm", "safety-adviser"})

NOT_OFFERED: Final = frozenset(
    {
        "production.opened",
        "pack.adopted",
        "pack.withdrawn",
        "rule.read",
        "device.enrolled",
        "badge.issued",
        "log.continued",
        "text.erased",
        "alert.sent",
        "verdict.given",
        "received",
    }
)
"""What the server says, or what is said on the server and on no screen of the set."""

_BY_ROLES: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (
        HANDLERS,
        """weapon.received weapon.left weapon.taken-out weapon.loaded weapon.unloaded
        weapon.locked-up weapon.cleaned weapon.released rounds.received rounds.left
        rounds.destroyed rounds.moved rounds.counted rounds.handed-over rounds.issued
        rounds.returned rounds.opened rounds.locked-up rounds.placed""",
    ),
    (
        HANDLERS | RUNNERS,
        """weapon.counted weapon.handed-over weapon.handed-back weapon.seen weapon.fired
        weapon.held weapon.declared weapon.unattended rounds.unattended
        qualification.shown""",
    ),
    (
        RUNNERS,
        """set.declared activity.rehearsed activity.rolled activity.started activity.tested
        activity.cut activity.finished day.opened""",
    ),
    (
        RUNNERS | OFFICE,
        """activity.planned activity.changed activity.dropped notice.published person.left
        duty.assigned duty.released people.departed risk.assessed gate.overridden
        permission.granted permission.refused permission.withdrawn document.shown notified
        commitment.made commitment.kept commitment.broken concern.escalated care.offered
        remedy.set rest.recorded request.answered""",
    ),
    (
        RUNNERS | OFFICE | HANDLERS,
        """badge.revoked device.revoked day.closed search.made remedy.verified""",
    ),
    (RUNNERS | OFFICE | HANDLERS | {"medic"}, "meeting.held"),
)

OFFERED: Final[Mapping[str, frozenset[str]]] = {
    tag: roles for roles, tags in _BY_ROLES for tag in tags.split()
}
"""By tag, the roles it is offered to. What is missing is offered to everybody."""


def offers(roles: Iterable[str]) -> list[str]:
    """Return the tags that are offered to somebody of these roles, sorted."""
    own = frozenset(roles)
    return sorted(tag for tag in vocabulary.table() if offered(tag, own))


def offered(tag: str, roles: frozenset[str]) -> bool:
    """Whether an act is offered to somebody of these roles."""
    if tag in NOT_OFFERED:
        return False
    return tag not in OFFERED or not roles.isdisjoint(OFFERED[tag])

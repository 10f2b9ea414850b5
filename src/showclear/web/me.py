"""What does this server know about whoever asks: the device, who speaks, what is offered?

People are told to enrolled devices and to this machine only: a stranger learns what the
board shows, and no name.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from showclear.app.badges import TRIES
from showclear.app.offering import RUNNERS, offers
from showclear.app.speaking import Speaker
from showclear.app.views import wording
from showclear.app.views.look import Look
from showclear.core.steps import who_runs
from showclear.web.access import Admitted, Who, door_of
from showclear.web.bodies import answered
from showclear.web.door import Door
from showclear.web.speaking import speaker_of, told_speaker

Plain = dict[str, Any]

router = APIRouter(tags=["who speaks"])


@router.get(
    "/api/me", summary="This device, who speaks on it, what is offered", response_class=Response
)
async def me(request: Request, found: Admitted) -> Response:
    """Say what a page needs to know before it draws anything."""
    door = door_of(request)
    speaker = speaker_of(door, found.session)
    return answered(await door.server.look(lambda look: told_me(look, door, found, speaker)))


def told_me(look: Look, door: Door, found: Who, speaker: Speaker | None) -> Plain:
    """Everything about whoever asks, as JSON."""
    session = found.session
    device: Plain | None = None
    if session is not None:
        person = session.person or None
        device = {"id": session.device, "kind": session.kind, "person": person}
    told = told_speaker(speaker, look)
    roles = _roles(look, speaker.person) if speaker is not None else frozenset()
    looking = session is not None or found.loopback
    return {
        "kind": look.kind,
        "title": look.spine.title,
        "zone": str(look.zone),
        "now": wording.instant(look.now),
        "loopback": found.loopback,
        "secure": found.secure,
        "device": device,
        "speaker": told,
        "offers": offers(roles) if session is not None else [],
        "people": _people(look, door) if looking else [],
    }


def _roles(look: Look, who: str) -> frozenset[str]:
    """The roles they came with; whoever runs the set today has the first AD's as well."""
    roles = look.state.person(who).roles
    return roles | RUNNERS if who == who_runs(look.state) else roles


def _people(look: Look, door: Door) -> list[Plain]:
    """Everybody with the production, by what they are called."""
    found = [one for one in look.state.people.values() if one.known and not one.left]
    told = [
        {
            "id": one.id,
            "label": wording.person(look, one.id),
            "roles": sorted(one.roles),
            "says": wording.listed([wording.role_text(role) for role in sorted(one.roles)]),
            **_shows(door, one.id),
        }
        for one in found
        if not one.many
    ]
    return sorted(told, key=lambda one: (str(one["label"]).casefold(), str(one["id"])))


def _shows(door: Door, person: str) -> Plain:
    """By what somebody can show who they are; a PIN with no tries left is none."""
    held = door.badges.held(person)
    return {
        "pin": held.pin is not None and held.tries < TRIES,
        "badge": held.badge is not None,
    }

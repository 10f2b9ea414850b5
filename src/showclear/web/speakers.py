"""Whoever stands at a shared device says who they are: by badge, by name and PIN, or by name.

By name alone nothing is proven, and every screen and the record say so.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.views.look import Look
from showclear.web.access import Admitted, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.refusals import CHANGING, RefusedError, refusing
from showclear.web.speaking import (
    CHECKED,
    NOT_KNOWN,
    OWN_DEVICE,
    is_known,
    person_shown,
    session_of,
    speaker_of,
    told_speaker,
)

router = APIRouter(tags=["who speaks"])


class Speaking(Taken):
    """A badge; or a person with their PIN; or a person who is only named."""

    person: Annotated[str, Field(max_length=180)] = ""
    pin: Annotated[str, Field(max_length=64)] = ""
    badge: Annotated[str, Field(max_length=128)] = ""


@router.post(
    "/api/speaker",
    summary="Say who speaks on this shared device",
    responses=refusing(*CHANGING, OWN_DEVICE, NOT_KNOWN, *CHECKED),
    openapi_extra=takes(Speaking),
    response_class=Response,
)
async def begin_speaking(
    request: Request, found: Admitted, said: Annotated[Speaking, body(Speaking)]
) -> Response:
    """Let somebody speak; whoever spoke before does not any more."""
    door, session = door_of(request), session_of(found)
    if session.person:
        raise RefusedError(OWN_DEVICE)
    if said.badge or said.pin:
        person = await person_shown(
            request, session, person=said.person, pin=said.pin, badge=said.badge
        )
        door.speakers.begin(session.device, person, how="badge")
    elif await is_known(door, said.person):
        door.speakers.begin(session.device, said.person, how="named")
    else:
        raise RefusedError(NOT_KNOWN)
    speaker = speaker_of(door, session)

    def told(look: Look) -> dict[str, Any]:
        return {"speaker": told_speaker(speaker, look)}

    return answered(await door.server.look(told))


@router.delete(
    "/api/speaker",
    summary="Nobody speaks on this shared device any more",
    responses=refusing(OWN_DEVICE),
    response_class=Response,
)
async def end_speaking(request: Request, found: Admitted) -> Response:
    """End whoever speaks; on somebody's own device they always do."""
    session = session_of(found)
    if session.person:
        raise RefusedError(OWN_DEVICE)
    door_of(request).speakers.end(session.device)
    return answered({"speaker": None})

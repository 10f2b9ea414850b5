"""What does the floor need besides its stream: what is one person's alone, and a word of nobody's.

* `GET /api/mine` answers whoever's own device asks, or who gave badge or PIN on it: what is
  wanted of them, the stops they pressed, the concerns they raised. It goes to nobody else. A
  name that was only tapped gets nothing of it.
* `POST /api/concerns` takes a concern without a name. The server signs it, so that neither the
  person nor the device is in the record; nothing of who asked is kept. It is taken from
  enrolled devices only, and as often as anything that writes.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.incoming import Taken as TakenByServer
from showclear.app.views.floor_mine import mine
from showclear.web.access import Admitted, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.refusals import CHANGING, refusing
from showclear.web.speaking import session_of, speaker_of
from showclear.web.writing import STORING, told, written

Plain = dict[str, Any]

ABOUT_MAX: Final = 16
NAME: Final = r"^[a-z0-9][a-z0-9./-]{0,179}$"

router = APIRouter(tags=["the floor"])


@router.get(
    "/api/mine",
    summary="What is wanted of the person whose device asks, and what is theirs",
    operation_id="mine",
    responses={
        200: {
            "description": "Questions to confirm, own stops and concerns; empty for nobody shown.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
    response_class=Response,
)
async def read_mine(request: Request, found: Admitted) -> Response:
    """Give one person what is theirs alone."""
    door = door_of(request)
    speaker = speaker_of(door, session_of(found))
    shown = speaker is not None and speaker.how != "named"
    who = speaker.person if shown and speaker is not None else ""
    answer = answered(await door.server.look(lambda look: mine(look, who)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


class Concern(Taken):
    """A concern without a name."""

    note: Annotated[str, Field(min_length=1, max_length=2000, description="A few words")]
    about: Annotated[
        tuple[Annotated[str, Field(pattern=NAME)], ...],
        Field(max_length=ABOUT_MAX, description="Ids of what it is about"),
    ] = ()
    holds: Annotated[bool, Field(description="Whether it holds what it is about")] = False


@router.post(
    "/api/concerns",
    summary="Raise a concern without a name",
    operation_id="concern_without_a_name",
    responses={
        200: {
            "description": "What came of it.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answers"}}},
        },
        **refusing(*CHANGING, *STORING),
    },
    openapi_extra=takes(Concern),
    response_class=Response,
)
async def raise_unnamed(request: Request, said: Annotated[Concern, body(Concern)]) -> Response:
    """Put a concern on the record that nobody's name and no device stands beside."""
    server = door_of(request).server
    fields = unnamed(said, name=f"concern-{secrets.token_hex(6)}", at=server.now().isoformat())
    answers = await written(server, [TakenByServer(fields=fields)])
    return answered({"answers": [told(one) for one in answers]})


def unnamed(said: Concern, *, name: str, at: str) -> Plain:
    """A concern as this server takes it from nobody named."""
    fields: Plain = {
        "id": f"raised/{name}",
        "what": "concern.raised",
        "at": at,
        "by": "anonymous",
        "attested": "unsigned",
        "concern": name,
        "note": said.note,
        "holds": said.holds,
    }
    return fields | ({"about": list(said.about)} if said.about else {})

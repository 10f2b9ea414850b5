"""Somebody new on the set, in five seconds: a role, and a name if there is time for one.

The server mints the id, of the role and a number, so that no name gets into one; the device
says the rest in its own words and signs it, as everything else.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.enrolling import mint_person_id
from showclear.app.views.look import Look
from showclear.core import words
from showclear.web.access import door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.refusals import CHANGING, Refusal, RefusedError, refusing

router = APIRouter(tags=["who speaks"])

ROLE_UNKNOWN: Final = Refusal(
    code="role-unknown",
    status=422,
    sentence="No such role is on the list.",
    next="Choose the nearest one; crew and visitor are always right.",
)


class NewPerson(Taken):
    """Somebody new. The name is sealed in the record, and may be left out."""

    role: Annotated[str, Field(min_length=1, max_length=60)]
    name: Annotated[str, Field(max_length=200)] = ""


@router.post(
    "/api/people",
    summary="Mint an id for somebody new, and what to say of them",
    responses=refusing(*CHANGING, ROLE_UNKNOWN),
    openapi_extra=takes(NewPerson),
    response_class=Response,
)
async def mint_person(request: Request, asked: Annotated[NewPerson, body(NewPerson)]) -> Response:
    """Give an id that nobody has, and plain statements for the device to sign."""
    door = door_of(request)
    if asked.role not in words.ROLES:
        raise RefusedError(ROLE_UNKNOWN)

    def mint(look: Look) -> tuple[str, bool]:
        found = mint_person_id(look.state, asked.role, besides=door.minted)
        return found, not look.state.people

    person, first = await door.server.look(mint)
    door.minted.append(person)
    joined: dict[str, Any] = {"what": "person.joined", "person": person, "roles": [asked.role]}
    if name := " ".join(asked.name.split()):
        joined["name"] = name
    arrived: dict[str, Any] = {"what": "people.arrived", "people": [person]}
    if first:
        # Nobody is on record who could say it of them: the first says it of themselves.
        joined["by"] = arrived["by"] = person
    return answered({"person": person, "write": [joined, arrived]})

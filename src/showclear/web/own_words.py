"""A person's own word on a screen that others use: their badge or PIN goes with it.

* The server checks who it is, then signs what they said as taken by badge.
* It changes nobody's turn: whoever speaks on the device goes on speaking.
* What is on record already is answered again, whatever the time is by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.incoming import Taken as TakenByServer
from showclear.app.own_words import is_as_of, own_word, why_not
from showclear.app.views.wording import instant
from showclear.web.access import Admitted, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.door import Door
from showclear.web.refusals import CHANGING, NOT_UNDERSTOOD, Refusal, RefusedError, refusing
from showclear.web.speaking import CHECKED, WRONG, person_shown, session_of
from showclear.web.writing import STORING, told, written

router = APIRouter(tags=["who speaks"])

TOGETHER_MAX: Final = 32

NOT_OWN: Final = Refusal(
    code="not-own-words",
    status=422,
    sentence="That is not a word that somebody says for themselves on a shared screen.",
    next="Confirm, agree, refuse or raise a concern here, for yourself. Everything else is said "
    "by whoever speaks on the device.",
)
NOT_AS_OF_NOW: Final = Refusal(
    code="not-as-of-now",
    status=422,
    sentence="Nothing was written: it is dated more than two minutes before the server's time, "
    "and somebody's own word by badge or PIN is said as of now.",
    next="Say it again without a time, or set this device's clock. What was so before goes into "
    "the words.",
)


class OwnWords(Taken):
    """Whose words, how they showed it, and what they say: plain statements, each with an id."""

    person: Annotated[str, Field(max_length=180)] = ""
    pin: Annotated[str, Field(max_length=64)] = ""
    badge: Annotated[str, Field(max_length=128)] = ""
    statements: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=TOGETHER_MAX)]


@router.post(
    "/api/own-words",
    summary="Say something for oneself on a shared screen, by badge or PIN",
    responses={
        200: {
            "description": "What came of each, in order.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answers"}}},
        },
        **refusing(*CHANGING, NOT_OWN, NOT_AS_OF_NOW, NOT_UNDERSTOOD, *CHECKED, *STORING),
    },
    openapi_extra=takes(OwnWords),
    response_class=Response,
)
async def say_own_words(
    request: Request, found: Admitted, said: Annotated[OwnWords, body(OwnWords)]
) -> Response:
    """Check whose words they are, then put them on record."""
    if not said.badge and not (said.person and said.pin):
        raise RefusedError(WRONG)
    if any(not isinstance(one.get("id"), str) for one in said.statements):
        raise RefusedError(NOT_UNDERSTOOD, sentence="statements: each needs an id of its own.")
    person = await person_shown(
        request, session_of(found), person=said.person, pin=said.pin, badge=said.badge
    )
    for place, one in enumerate(said.statements):
        if wrong := why_not(one, person):
            raise RefusedError(
                NOT_OWN, sentence=f"{NOT_OWN.sentence} (statements.{place}: {wrong})"
            )
    door = door_of(request)
    await _as_of_now(door, said.statements)
    at = instant(door.server.now()) or ""
    own = [TakenByServer(fields=own_word(one, person, at=at)) for one in said.statements]
    answers = await written(door.server, own)
    return answered({"person": person, "answers": [told(one) for one in answers]})


async def _as_of_now(door: Door, said: Sequence[Mapping[str, Any]]) -> None:
    """Find out whether everything that is new is said as of now.

    Raises:
        RefusedError: `not-as-of-now`; nothing of the request was written.
    """
    now = door.server.now()
    other = [str(one["id"]) for one in said if not is_as_of(one, now)]
    if not other:
        return
    if await door.server.look(lambda look: any(look.memory.find(id_) is None for id_ in other)):
        raise RefusedError(NOT_AS_OF_NOW)

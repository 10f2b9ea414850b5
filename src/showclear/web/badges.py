"""Giving people a badge or a PIN, and taking it from them.

* By whoever may let devices in, and showed who they are (see `speaking.entitled`).
* On record first, kept second: a badge that the record does not name counts for nothing.
  Taken away the other way about: what ends, ends at once.
* `by` is whoever gave it. `attested` says how the server knew them: `badge` where it checked
  a key, badge or PIN of theirs, `shared-tablet` where they were only named.
* A code that this server makes is shown once, in the answer, to be printed.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.badges import is_badge, is_pin
from showclear.app.incoming import Taken as TakenByServer
from showclear.app.views.wording import instant
from showclear.ledger.errors import LedgerError
from showclear.web.access import Admitted, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.devices import qr_of
from showclear.web.door import Door
from showclear.web.refusals import CHANGING, Refusal, RefusedError, refusing
from showclear.web.speaking import NOT_KNOWN, NOT_SHOWN, entitled, is_known, off_loop, session_of
from showclear.web.writing import STORING, failed, told, written

router = APIRouter(tags=["who speaks"])

PIN_WEAK: Final = Refusal(
    code="pin-weak",
    status=422,
    sentence="A PIN has 4 to 12 digits, not all alike and not one after the other.",
    next="Let the person choose another one.",
)
BADGE_SHORT: Final = Refusal(
    code="badge-short",
    status=422,
    sentence="A badge's code has 8 to 64 letters, digits or signs: a shorter one can be guessed.",
    next="Let this server make one, and print it.",
)
BADGE_TAKEN: Final = Refusal(
    code="badge-taken",
    status=409,
    sentence="Somebody has a badge with this code already.",
    next="Scan another badge, or let this server make one.",
)
NOTHING_GIVEN: Final = Refusal(
    code="nothing-given",
    status=422,
    sentence="Neither a badge nor a PIN was given, and nothing was taken away.",
    next="Give one of pin, badge, new_badge, clear_tries and revoke.",
)


class Giving(Taken):
    """What somebody is given or loses.

    `new_badge`: this server makes the code. `clear_tries`: their PIN may be tried again.
    `revoke`: badge and PIN end.
    """

    person: Annotated[str, Field(min_length=1, max_length=180)]
    pin: Annotated[str, Field(max_length=64)] = ""
    badge: Annotated[str, Field(max_length=128)] = ""
    new_badge: bool = False
    clear_tries: bool = False
    revoke: bool = False


@router.post(
    "/api/badges",
    summary="Give somebody a badge or a PIN, or take it from them",
    responses=refusing(
        *CHANGING,
        NOT_SHOWN,
        NOT_KNOWN,
        PIN_WEAK,
        BADGE_SHORT,
        BADGE_TAKEN,
        NOTHING_GIVEN,
        *STORING,
    ),
    openapi_extra=takes(Giving),
    response_class=Response,
)
async def give_badge(
    request: Request, found: Admitted, asked: Annotated[Giving, body(Giving)]
) -> Response:
    """Give, clear or take away; what was given or taken is on record."""
    door = door_of(request)
    by = await entitled(request, found)
    if asked.revoke:
        if asked.person not in door.badges.people:
            raise RefusedError(NOT_KNOWN)
        return await _revoke(door, asked.person, by)
    if not await is_known(door, asked.person):
        raise RefusedError(NOT_KNOWN)
    if asked.pin or asked.badge or asked.new_badge:
        return await _give(door, asked, by, here=session_of(found).device)
    if not asked.clear_tries:
        raise RefusedError(NOTHING_GIVEN)
    await _kept(door, lambda: door.badges.clear_tries(asked.person))
    return answered(_has(door, asked.person))


async def _give(door: Door, asked: Giving, by: tuple[str, str], *, here: str) -> Response:
    if asked.pin and not is_pin(asked.pin):
        raise RefusedError(PIN_WEAK)
    if asked.badge and not is_badge(asked.badge):
        raise RefusedError(BADGE_SHORT)
    code = door.badges.new_code() if asked.new_badge else asked.badge
    async with door.checking:
        if asked.badge:
            owner = await off_loop(lambda: door.badges.find(asked.badge))
            if owner not in ("", asked.person):
                raise RefusedError(BADGE_TAKEN)
        answer = await _say(door, "badge.issued", asked.person, by)
        # Whatever the old one opened elsewhere ends with it. The lock is held throughout: no
        # scan of the old one comes in between.
        door.speakers.end_person(asked.person, but_on=here if by[0] == asked.person else "")
        try:
            await off_loop(
                lambda: door.badges.give(asked.person, pin=asked.pin or None, badge=code or None)
            )
        except (LedgerError, OSError) as error:
            raise failed(error) from error
    shown = {"code": code, "qr": qr_of(code)} if asked.new_badge else {}
    return answered({**_has(door, asked.person), **shown, "answer": answer})


async def _revoke(door: Door, person: str, by: tuple[str, str]) -> Response:
    door.speakers.end_person(person)
    await _kept(door, lambda: door.badges.revoke(person))
    # Again: somebody may have scanned it while it was being forgotten.
    door.speakers.end_person(person)
    answer = await _say(door, "badge.revoked", person, by)
    return answered({**_has(door, person), "answer": answer})


async def _kept(door: Door, work: Any) -> None:
    async with door.checking:
        try:
            await off_loop(work)
        except (LedgerError, OSError) as error:
            raise failed(error) from error


async def _say(door: Door, what: str, person: str, by: tuple[str, str]) -> dict[str, Any]:
    name, how = by
    said = {
        "id": f"{what.replace('.', '-')}-{door.random(8).hex()}",
        "what": what,
        "at": instant(door.server.now()),
        "by": name,
        "attested": "shared-tablet" if how == "shared-tablet" else "badge",
        "person": person,
    }
    answers = await written(door.server, [TakenByServer(fields=said)])
    return told(answers[0])


def _has(door: Door, person: str) -> dict[str, Any]:
    held = door.badges.held(person)
    return {"person": person, "pin": held.pin is not None, "badge": held.badge is not None}

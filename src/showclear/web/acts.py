"""How does what a device signed come onto the record?

* One or many statements at once, each as it was signed, with the texts it has sealed. All of
  a request is one group: it is durable together, in its order.
* Facts are not refused. What cannot become an entry is kept aside and answered with its code
  and sentence; the request went well all the same.
* The same statements may be sent again as often as wanted: they are on record once, and
  answered with their first receipt and verdict.
* Refused is a word that only this server can vouch for: a shared tablet's claim that somebody
  gave their badge, while no badge stands there; anybody's claim that others agree to go on who
  have not said so. The first may be said as named, at once. A stop that stands is not taken
  back (`app.agreeing`). What is on record already is answered again, whatever stands by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.agreeing import Why, asks, why_not
from showclear.app.badges import stands
from showclear.app.incoming import Answer, Signed
from showclear.app.sessions import Session
from showclear.app.speaking import badges_claimed
from showclear.app.views.look import Look
from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import STATEMENT_BYTES_MAX, read_statement
from showclear.ledger.keyring import Enrolled
from showclear.ledger.payload import read_payload
from showclear.web.access import Admitted, door_of
from showclear.web.bodies import Taken, answered, body, takes, worked
from showclear.web.door import Door
from showclear.web.refusals import NOT_UNDERSTOOD, Refusal, RefusedError, refusing
from showclear.web.speaking import session_of
from showclear.web.stop import Stops
from showclear.web.writing import STORING, told, written

Plain = dict[str, Any]
Texts = Mapping[str, tuple[bytes, str]]

TOGETHER_MAX: Final = 256
"""Statements in one request: as many as in one commit."""

BADGE_NOT_STANDING: Final = Refusal(
    code="badge-not-standing",
    status=403,
    sentence="Nothing was written: it says that a badge was given here, and none stands.",
    next="Ask for the badge or PIN again, or say it as named on this tablet.",
)

NOT_AGREED: Final = Refusal(
    code="not-agreed",
    status=403,
    sentence="Nothing was written: it names somebody as agreeing who has not said so.",
    next="Let each of them agree on their own phone, or by badge or PIN on this screen.",
)

DATED_AHEAD: Final = Refusal(
    code="dated-ahead",
    status=403,
    sentence="Nothing was written: it restarts work as of a time that has not come.",
    next="Set this device's clock, and say it again.",
)
STOP_STANDS: Final = Refusal(
    code="stop-stands",
    status=403,
    sentence="Nothing was written: a stop that stands is neither corrected nor withdrawn.",
    next="Two people restart, one of them not in the act; or whoever pressed it and one other "
    "say that it was by mistake.",
)
WHY_NOT: Final = {
    Why.NOT_AGREED: NOT_AGREED,
    Why.AHEAD: DATED_AHEAD,
    Why.STANDS: STOP_STANDS,
}

router = APIRouter(tags=["the record"])


class Text(Taken):
    """The words that one seal in a statement stands for."""

    salt: Annotated[str, Field(max_length=64, description="16 bytes as base64url, no padding")]
    text: str


class SignedBody(Taken):
    """A statement as a device signed it."""

    jws: Annotated[str, Field(max_length=STATEMENT_BYTES_MAX, description="Compact JWS")]
    texts: dict[str, Text] = Field(
        default_factory=dict, max_length=1024, description="By path, what is sealed in it"
    )


class Acts(Taken):
    """Statements in the order in which they are said."""

    statements: Annotated[list[SignedBody], Field(min_length=1, max_length=TOGETHER_MAX)]


@router.post(
    "/api/acts",
    summary="Say one or many signed statements",
    openapi_extra=takes(Acts),
    responses={
        200: {
            "description": "What came of each, in order. All that has an index is durable.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answers"}}},
        },
        **refusing(BADGE_NOT_STANDING, *WHY_NOT.values(), NOT_UNDERSTOOD, *STORING),
    },
    response_class=Response,
)
async def say_acts(
    request: Request, found: Admitted, acts: Annotated[Acts, body(Acts)]
) -> Response:
    """Record what devices signed, and answer with receipts and verdicts."""
    signed = [_signed(one, place) for place, one in enumerate(acts.statements)]
    door, session = door_of(request), session_of(found)
    claims = await worked(request, lambda: list(_claims(door, signed)))
    await _standing(door, claims)
    if any(asks(claim.payload) for claim in claims):
        stops: Stops = request.app.state.stops
        # No stop comes between what was asked about stops and what is written.
        async with stops.one_by_one:
            await _may_end(door, claims)
            answers = await written(request.app.state.server, signed)
    else:
        answers = await written(request.app.state.server, signed)
    _heard(door, session, claims, answers)
    return answered({"answers": [told(one) for one in answers]})


def _heard(
    door: Door, session: Session, claims: Sequence[Claim], answers: Sequence[Answer]
) -> None:
    """Note that an act came: its badge stands on. Old ones sent again by others are none."""
    fresh = {one.id for one in answers if one.index is not None and not one.repeat}
    if any(claim.kid == session.kid and claim.id in fresh for claim in claims):
        door.speakers.spoke(session.device)


def _signed(one: SignedBody, place: int) -> Signed:
    try:
        texts = {
            path: (decode_base64url(text.salt, what="The salt"), text.text)
            for path, text in one.texts.items()
        }
    except EvidenceError:
        where = f"statements.{place}.texts: a salt is not base64url without padding."
        raise RefusedError(NOT_UNDERSTOOD, sentence=where) from None
    return Signed(jws=one.jws.encode("utf-8", "replace"), texts=texts)


# --- whose badge -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a device that stands says in one statement.

    Attributes:
        kid: Whose key is said to have signed it; the record verifies that.
        badges: Whoever it says gave their badge; mostly nobody.
        payload: What it says, seals and all.
        texts: By path, salt and text of what is sealed.
    """

    id: str
    kid: str
    key: Enrolled
    badges: frozenset[str]
    payload: Plain
    texts: Texts


def _claims(door: Door, signed: Iterable[Signed]) -> Iterable[Claim]:
    """What standing devices say; the record itself sees to everything else that came."""
    for one in signed:
        try:
            read = read_statement(one.jws)
            payload = read_payload(read.payload)
        except EvidenceError:
            continue
        key = door.keys.get(read.kid)
        if key is not None:
            yield Claim(
                id=str(payload.get("id", "")),
                kid=read.kid,
                key=key,
                badges=badges_claimed(payload, one.texts, key=key),
                payload=payload,
                texts=one.texts,
            )


async def _standing(door: Door, claims: Sequence[Claim]) -> None:
    """Find out whether every badge that is claimed stands where it is claimed.

    Raises:
        RefusedError: `badge-not-standing`; nothing of the request was written.
    """
    claiming = [claim for claim in claims if claim.badges]
    if not claiming:
        return
    here = {claim.id: _badge_on(door, claim.key.device) for claim in claiming}

    def bare(look: Look) -> bool:
        # The record is asked, not only the screen: it may have said a moment ago that a badge
        # ended, and who speaks here is told of that a little later.
        return any(
            not all(one in here[claim.id] and stands(look.state, one) for one in claim.badges)
            for claim in claiming
            if look.memory.find(claim.id) is None
        )

    if await door.server.look(bare):
        raise RefusedError(BADGE_NOT_STANDING)


async def _may_end(door: Door, claims: Sequence[Claim]) -> None:
    """Find out whether what is said of stops may be said by these devices.

    Raises:
        RefusedError: `not-agreed`, `dated-ahead`, `stop-stands`; nothing of the request was
            written.
    """
    asked = [claim for claim in claims if asks(claim.payload)]
    if not asked:
        return

    def found(look: Look) -> Why | None:
        new = [one for one in asked if look.memory.find(one.id) is None]
        said = [
            look.spine.worth(one.payload, one.texts, key=one.key, clock=look.now) for one in new
        ]
        return why_not(said, look.spine.record, look.memory, now=look.now)

    why = await door.server.look(found)
    if why is not None:
        raise RefusedError(WHY_NOT[why])


def _badge_on(door: Door, device: str) -> frozenset[str]:
    found = door.speakers.on(device)
    return frozenset((found.person,) if found is not None and found.how == "badge" else ())

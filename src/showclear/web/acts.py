"""How does what a device signed come onto the record?

* One or many statements at once, each as it was signed, with the texts it has sealed. All of
  a request is one group: it is durable together, in its order.
* Facts are not refused. What cannot become an entry is kept aside and answered with its code
  and sentence; the request went well all the same.
* The same statements may be sent again as often as wanted: they are on record once, and
  answered with their first receipt and verdict.
* Refused is a word that only this server can vouch for: a shared tablet's claim that somebody
  gave their badge, while no badge stands there; anybody's claim that others agree to go on who
  have not said so. The first may be said as named, at once. What is on record already is
  answered again, whatever stands by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.agreeing import ENDING, Word, unspoken
from showclear.app.incoming import Signed
from showclear.app.speaking import badges_claimed
from showclear.app.views.look import Look
from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import STATEMENT_BYTES_MAX, read_statement
from showclear.ledger.payload import read_payload
from showclear.web.access import door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.door import Door
from showclear.web.refusals import NOT_UNDERSTOOD, Refusal, RefusedError, refusing
from showclear.web.writing import STORING, told, written

Plain = dict[str, Any]

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
        **refusing(BADGE_NOT_STANDING, NOT_AGREED, NOT_UNDERSTOOD, *STORING),
    },
    response_class=Response,
)
async def say_acts(request: Request, acts: Annotated[Acts, body(Acts)]) -> Response:
    """Record what devices signed, and answer with receipts and verdicts."""
    signed = [_signed(one, place) for place, one in enumerate(acts.statements)]
    door = door_of(request)
    claims = list(_claims(door, signed))
    await _standing(door, claims)
    await _agreed(door, claims)
    answers = await written(request.app.state.server, signed)
    for device in {claim.device for claim in claims}:
        door.speakers.spoke(device)
    return answered({"answers": [told(one) for one in answers]})


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
    """What a shared device says of badges in one statement.

    Attributes:
        badges: Whoever it says gave their badge; mostly nobody.
        payload: What it says, seals and all.
        person: Whose own device it is; empty for a shared one.
    """

    id: str
    device: str
    badges: frozenset[str]
    payload: Plain
    person: str


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
            badges = badges_claimed(payload, one.texts, key=key)
            yield Claim(
                id=str(payload.get("id", "")),
                device=key.device,
                badges=badges,
                payload=payload,
                person=key.person,
            )


async def _standing(door: Door, claims: Sequence[Claim]) -> None:
    """Find out whether every badge that is claimed stands where it is claimed.

    Raises:
        RefusedError: `badge-not-standing`; nothing of the request was written.
    """
    without = {claim.id for claim in claims if not claim.badges <= _badge_on(door, claim.device)}
    if not without:
        return
    on_record = await door.server.look(
        lambda look: {name for name in without if look.memory.find(name) is not None}
    )
    if without - on_record:
        raise RefusedError(BADGE_NOT_STANDING)


async def _agreed(door: Door, claims: Sequence[Claim]) -> None:
    """Find out whether everybody who is named as agreeing has said so.

    Raises:
        RefusedError: `not-agreed`; nothing of the request was written.
    """
    ending = [claim for claim in claims if claim.payload.get("what") in ENDING]
    if not ending:
        return

    def lacking(look: Look) -> frozenset[str]:
        new = [claim for claim in ending if look.memory.find(claim.id) is None]
        said = [Word(payload=claim.payload, own=_own(door, claim)) for claim in new]
        return unspoken(look.state, look.memory, said)

    if await door.server.look(lacking):
        raise RefusedError(NOT_AGREED)


def _own(door: Door, claim: Claim) -> str:
    """Whose own word a statement is: nobody's, where whoever speaks was only named."""
    by = claim.payload.get("by")
    own = claim.person == by or by in _badge_on(door, claim.device) & claim.badges
    return str(by) if own and "said_by" not in claim.payload else ""


def _badge_on(door: Door, device: str) -> frozenset[str]:
    found = door.speakers.on(device)
    return frozenset((found.person,) if found is not None and found.how == "badge" else ())

"""How a device comes in: somebody who may makes a code, the device brings a key with it.

* The private key is made in the device's browser and never leaves it.
* The address has the code behind `#`: no server, no log and no proxy sees that part.
* What is written is the server's own statement, with whoever let the device in beside it.

Source: docs/design/access.md, "How a device comes in".
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import segno
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.enrolling import (
    OWN_KINDS,
    Offer,
    enrolled,
    mint_device_id,
    spaced,
)
from showclear.app.incoming import Answer
from showclear.app.incoming import Taken as TakenByServer
from showclear.app.views import wording
from showclear.app.views.look import Look
from showclear.app.views.wording import instant
from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import thumbprint
from showclear.ledger.keyring import Enrolled
from showclear.web.access import Admitted, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.door import Door, standing_keys
from showclear.web.refusals import CHANGING, Refusal, RefusedError, refusing
from showclear.web.sessions import (
    PLAIN_HTTP,
    TOO_MANY_TRIES,
    no_plain_http,
    wrong_try,
)
from showclear.web.speaking import (
    NOT_KNOWN,
    NOT_SHOWN,
    entitled,
    is_known,
    session_of,
    speaker_of,
)
from showclear.web.writing import NOT_STORED, STORING, told, written

router = APIRouter()

KEY_BYTES: Final = 32

CODE_UNKNOWN: Final = Refusal(
    code="code-unknown",
    status=403,
    sentence="That code is not one of this server's, was used already, or is over.",
    next="Ask for a new one on a device that is in: it works once, for ten minutes.",
)
KEY_BAD: Final = Refusal(
    code="key-bad",
    status=400,
    sentence="That is no Ed25519 key, or this server had it before.",
    next="Let the page make a new key, and use the code again.",
)
TOO_MANY_CODES: Final = Refusal(
    code="too-many-codes",
    status=429,
    sentence="Sixty-four codes are out that nobody has used.",
    next="Use one of them, or wait ten minutes until they are over.",
)
NO_OWNER: Final = Refusal(
    code="no-owner",
    status=422,
    sentence="Tablets and boards are shared; only a phone or a laptop is somebody's own.",
    next="Leave the person out, or choose phone or laptop.",
)


class Enrolment(Taken):
    """What a code is to let in."""

    kind: Literal["tablet", "board", "phone", "laptop"]
    person: Annotated[str, Field(max_length=180)] = ""


class NewDevice(Taken):
    """A code, and the public key of the device that brings it: base64url of 32 bytes."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    key: Annotated[str, Field(min_length=43, max_length=43)]


@router.post(
    "/api/enrolments",
    summary="Make a code that lets one device in",
    responses=refusing(*CHANGING, NOT_SHOWN, NOT_KNOWN, TOO_MANY_CODES, NO_OWNER),
    openapi_extra=takes(Enrolment),
)
async def make_enrolment(
    request: Request, found: Admitted, asked: Annotated[Enrolment, body(Enrolment)]
) -> Response:
    """Make a code for a shared device, for somebody's own, or for one's own."""
    door = door_of(request)
    if asked.person and asked.kind not in OWN_KINDS:
        raise RefusedError(NO_OWNER)
    by = await _may_let_in(request, found, asked.person)
    if asked.person and not await is_known(door, asked.person):
        raise RefusedError(NOT_KNOWN)
    offer = door.enrolments.make(kind=asked.kind, person=asked.person, by=by)
    if offer is None:
        raise RefusedError(TOO_MANY_CODES)
    return answered(told_offer(offer, base=door.base or str(request.base_url)))


async def _may_let_in(request: Request, found: Admitted, person: str) -> tuple[str, str]:
    """Who lets it in. Whoever showed who they are lets in their own device."""
    speaker = speaker_of(door_of(request), session_of(found))
    if speaker is not None and speaker.how != "named" and speaker.person == person:
        return speaker.person, speaker.how
    return await entitled(request, found)


def told_offer(offer: Offer, *, base: str) -> dict[str, object]:
    """A code as a page shows it: to read, to type, to scan."""
    address = f"{base.rstrip('/')}/enrol#{offer.code}"
    return {
        "code": spaced(offer.code),
        "address": address,
        "kind": offer.kind,
        "person": offer.person or None,
        "until": instant(offer.until),
        "qr": qr_of(address),
    }


def qr_of(text: str) -> dict[str, object]:
    """A QR code as one path, in a square of `size` units; the quiet zone is in it."""
    code = segno.make(text, error="m", micro=False)
    border = 4
    parts: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            wide = 0
            while x + wide < len(row) and row[x + wide] & 1:
                wide += 1
            if wide:
                parts.append(f"M{x + border} {y + border}h{wide}v1h-{wide}z")
            x += max(1, wide)
    return {"d": "".join(parts), "size": len(code.matrix) + 2 * border}


@router.get(
    "/api/devices", summary="Every device that is in", response_class=Response, tags=["who speaks"]
)
async def devices_in(request: Request, found: Admitted) -> Response:
    """Name the devices whose keys stand, the newest first."""
    own = found.device

    def told_all(look: Look) -> list[dict[str, object]]:
        keys = sorted(standing_keys(look).values(), key=lambda key: -key.since)
        return [
            {
                "id": key.device,
                "kind": key.kind,
                "person": key.person or None,
                "label": wording.person(look, key.person) if key.person else None,
                "this": key.device == own,
            }
            for key in keys
        ]

    return answered({"devices": await door_of(request).server.look(told_all)})


@router.post(
    "/api/devices",
    summary="Enrol a device with a code and its key",
    responses=refusing(*CHANGING, CODE_UNKNOWN, KEY_BAD, PLAIN_HTTP, TOO_MANY_TRIES, *STORING),
    openapi_extra=takes(NewDevice),
)
async def enrol_device(
    request: Request, found: Admitted, given: Annotated[NewDevice, body(NewDevice)]
) -> Response:
    """Put a device on record as one that may sign."""
    door = door_of(request)
    no_plain_http(found)
    # One at a time: a key that two codes bring at once is enrolled once.
    async with door.enrolling:
        return await _brought(request, door, given)


async def _brought(request: Request, door: Door, given: NewDevice) -> Response:
    kid = _kid_of(given.key)
    known = await door.server.look(_everybody)
    if not kid or kid in known:
        raise wrong_try(request, KEY_BAD)
    offer = door.enrolments.take(given.code)
    if offer is None:
        raise wrong_try(request, CODE_UNKNOWN)
    names = frozenset(key.device for key in known.values())
    device = mint_device_id(offer.kind, random=door.random, known=names)
    try:
        answer = await _enrol(door, offer, device=device, key=given.key)
    except RefusedError:
        # Nothing was written: whoever stands there tries again with the same code.
        door.enrolments.give_back(given.code, offer)
        raise
    return answered(
        {
            "device": {"id": device, "kind": offer.kind, "person": offer.person or None},
            "kid": kid,
            "answer": told(answer),
        },
        status=201,
    )


def _kid_of(key: str) -> str:
    """The thumbprint of a key; empty for what is none."""
    try:
        raw = decode_base64url(key, what="The key")
    except EvidenceError:
        return ""
    return thumbprint(raw) if len(raw) == KEY_BYTES else ""


def _everybody(look: Look) -> dict[str, Enrolled]:
    """Every key that was ever enrolled: none comes twice, and no device's name either."""
    return dict(look.spine.keyring.keys)


async def _enrol(door: Door, offer: Offer, *, device: str, key: str) -> Answer:
    name = f"enrolled-{door.random(8).hex()}"
    said = enrolled(offer, key=key, device=device, id_=name, at=door.server.now())
    coming = Enrolled(
        device=device,
        kind=offer.kind,
        person=offer.person,
        public=decode_base64url(key, what="The key"),
        vouched=True,
        since=0,
    )
    kid = _kid_of(key)
    door.expect(kid, coming)
    try:
        answers = await written(door.server, [TakenByServer(fields=said)])
    finally:
        door.expected(kid)
        await door.refresh()
    if answers[0].index is None:
        raise RefusedError(NOT_STORED)
    return answers[0]

"""A device opens a session with its key, and has a cookie for it.

* The cookie is for this server and port alone, out of reach of scripts, and is never sent
  with what a stranger's page asks.
* Without https a session is opened on this machine only.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.sessions import LASTS
from showclear.ledger.keyring import Enrolled
from showclear.web.access import Admitted, Who, cookie_of, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.limits import address_of
from showclear.web.refusals import CHANGING, Refusal, RefusedError, refusing

router = APIRouter()

KEY_UNKNOWN: Final = Refusal(
    code="key-unknown",
    status=401,
    sentence="This server knows no such key, or it did not sign what it was asked to.",
    next="Enrol this device with a code from a device that is in.",
)
PLAIN_HTTP: Final = Refusal(
    code="plain-http",
    status=403,
    sentence="On plain http anybody in range could read the session, so there is none.",
    next="Open the https address of this server. The board and Stop work without.",
)
TOO_MANY_TRIES: Final = Refusal(
    code="too-many-tries",
    status=429,
    sentence="Too many codes and keys from this address were wrong.",
    next="Wait a minute, then try again.",
)
REFUSALS: Final = (KEY_UNKNOWN, PLAIN_HTTP, TOO_MANY_TRIES)


class Asking(Taken):
    """Which key asks: its thumbprint, 43 characters."""

    kid: Annotated[str, Field(min_length=43, max_length=43)]


class Answering(Asking):
    """A challenge, signed by the key after `showclear-session/1` and a line end."""

    challenge: Annotated[str, Field(max_length=200)]
    signature: Annotated[str, Field(max_length=100)]


@router.post(
    "/api/sessions/challenge",
    summary="Ask what a device's key is to sign",
    responses=refusing(*CHANGING),
    openapi_extra=takes(Asking),
)
async def challenge(request: Request, asked: Annotated[Asking, body(Asking)]) -> Response:
    """Give a challenge for one key, for one minute; whether the key is known is not told."""
    return answered({"challenge": door_of(request).sessions.challenge(asked.kid)})


@router.post(
    "/api/sessions",
    summary="Open a session with a device's key",
    responses=refusing(*CHANGING, *REFUSALS),
    openapi_extra=takes(Answering),
)
async def open_session(
    request: Request, found: Admitted, given: Annotated[Answering, body(Answering)]
) -> Response:
    """Open a session for the device whose key answered its challenge."""
    door = door_of(request)
    no_plain_http(found)
    key = door.keys.get(given.kid)
    if key is None or not door.sessions.answers(
        given.challenge, given.signature, kid=given.kid, key=key
    ):
        raise wrong_try(request, KEY_UNKNOWN)
    token, session = door.sessions.open(key, kid=given.kid)
    answer = answered({"device": told_device(key), "until": session.until.isoformat()})
    answer.set_cookie(
        cookie_of(request),
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=found.secure,
        httponly=True,
        samesite="strict",
    )
    return answer


@router.delete("/api/sessions", summary="End this device's session", responses=refusing())
async def end_session(request: Request) -> Response:
    """End the session of the cookie that came, if there is one."""
    door_of(request).sessions.end(request.cookies.get(cookie_of(request), ""))
    # Photos, views: what this browser kept of them goes; its key stays.
    answer = answered({"ended": True})
    answer.headers["Clear-Site-Data"] = '"cache"'
    answer.delete_cookie(
        cookie_of(request), path="/", secure=request.url.scheme == "https", samesite="strict"
    )
    return answer


def told_device(key: Enrolled) -> dict[str, str | None]:
    """A device, as its page shows it."""
    return {"id": key.device, "kind": key.kind, "person": key.person or None}


def no_plain_http(found: Who) -> None:
    """Refuse secrets where anybody in range could read them.

    Raises:
        RefusedError: `plain-http`.
    """
    if not found.secure and not found.loopback:
        raise RefusedError(PLAIN_HTTP)


def wrong_try(request: Request, refusal: Refusal) -> RefusedError:
    """Count something that was wrong, and say for what it is refused.

    Only what is wrong is ever refused: sixty phones may share an address with whoever guesses,
    and what is right cannot be guessed.
    """
    door, now = door_of(request), door_of(request).server.now()
    asker = address_of(request.scope)
    if wait := door.code_tries.wait(asker, now=now):
        return RefusedError(TOO_MANY_TRIES, headers={"Retry-After": str(wait)})
    door.code_tries.use(asker, now=now)
    return RefusedError(refusal)

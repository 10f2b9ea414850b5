"""Who is asking, and may they?

1. Every route stands in `ROUTES` with its guard. One that does not is answered to nobody.
2. `OPEN`: anybody, a hostile phone on the set's network included.
3. `LOOKING`: a device that opened a session with its key, or a browser on this machine.
4. `ENROLLED`: a device with a session, and nobody else: being on this machine is not enough
   to act.
5. `SAMPLE_KEY`: whoever has the key that a sample printed at its start.
6. On this machine means: the connection comes from it, no proxy passed it on (none says so,
   and it speaks HTTP/1.1, which proxies that say nothing often do not), and the page was asked
   for under this machine's own name, so that no page of a stranger's, in a browser here,
   passes for it.
7. A session counts on https, or on this machine: elsewhere anybody in range could read it.

What comes before (names, limits, pages of strangers) is `security`.

Source: docs/design/access.md.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.types import Scope

from showclear.app.sessions import Session
from showclear.web.door import Door
from showclear.web.limits import address_of, from_this_machine
from showclear.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError


class Guard(Enum):
    """Who may use a route."""

    OPEN = "anybody"
    LOOKING = "enrolled devices, and browsers on this machine"
    ENROLLED = "enrolled devices"
    SAMPLE_KEY = "whoever has the sample's key"


O, L, E, S = Guard.OPEN, Guard.LOOKING, Guard.ENROLLED, Guard.SAMPLE_KEY  # noqa: E741

ROUTES: Final[Mapping[tuple[str, str], Guard]] = {
    # Pages are shells without a word of the production in them; what fills them is below.
    ("GET", "/"): O,
    ("GET", "/board"): O,
    ("GET", "/cart"): O,
    ("GET", "/floor"): O,
    ("GET", "/stop"): O,
    ("GET", "/enrol"): O,
    ("GET", "/history"): O,
    ("GET", "/paper/{sheet}"): O,
    # What is shown.
    ("GET", "/api/stream/board"): O,
    ("GET", "/api/stream/cart"): L,
    ("GET", "/api/stream/floor"): L,
    ("GET", "/api/view/board"): O,
    ("GET", "/api/view/cart"): L,
    ("GET", "/api/view/floor"): L,
    ("GET", "/api/gates"): L,
    ("GET", "/api/history"): L,
    ("GET", "/api/receipts/{index}"): L,
    ("GET", "/api/paper/{sheet}"): L,
    ("GET", "/api/checkpoint"): O,
    ("GET", "/api/me"): O,
    ("GET", "/api/mine"): E,
    ("GET", "/api/photos/{sha256}"): L,
    # What is said.
    ("POST", "/api/stop"): O,
    ("POST", "/api/prepare"): E,
    ("POST", "/api/acts"): E,
    ("POST", "/api/own-words"): E,
    ("POST", "/api/concerns"): E,
    ("POST", "/api/photos"): E,
    ("POST", "/api/people"): E,
    ("POST", "/api/sample"): S,
    ("GET", "/api/sample"): S,
    # Who speaks. The first three are how a device comes in at all.
    ("POST", "/api/devices"): O,
    ("POST", "/api/sessions/challenge"): O,
    ("POST", "/api/sessions"): O,
    ("DELETE", "/api/sessions"): O,
    ("GET", "/api/devices"): E,
    ("POST", "/api/enrolments"): E,
    ("POST", "/api/speaker"): E,
    ("DELETE", "/api/speaker"): E,
    ("POST", "/api/badges"): E,
    # For whoever keeps the machine.
    ("GET", "/healthz"): O,
    ("GET", "/metrics"): L,
    ("GET", "/openapi.json"): O,
}
"""Method and path, as the route names it, to who may."""

SIGNED: Final = frozenset({("POST", "/api/acts"), ("POST", "/api/prepare")})
"""Where each statement is weighed by its own signature, or nothing is written: the record need
not be asked beforehand whether the device stands. Its session ends with the commit that ends it."""

NOT_ENROLLED: Final = Refusal(
    code="not-enrolled",
    status=401,
    sentence="This device is not enrolled here, or its session has ended.",
    next="Open the page Enrol on it: a device that has a key comes in by itself, another needs a "
    "code from a device that is in. The board and Stop work without.",
)
NO_KEY: Final = Refusal(
    code="no-key",
    status=401,
    sentence="Only whoever started this sample may put a whole case on its record.",
    next="Give the key that the sample printed at its start. A production has none.",
)
REFUSALS: Final[Mapping[Guard, tuple[Refusal, ...]]] = {
    Guard.OPEN: (),
    Guard.LOOKING: (NOT_ENROLLED,),
    Guard.ENROLLED: (NOT_ENROLLED,),
    Guard.SAMPLE_KEY: (NO_KEY,),
}
"""How each guard turns people away, for what documents a route."""

FORWARDED: Final = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)
FORWARDED_START: Final = "x-forwarded-"
COOKIE: Final = "showclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whoever sent a request.

    Attributes:
        address: Where the connection comes from; empty if that is not known.
        loopback: Whether it is a browser on this machine itself.
        secure: Whether it came by https.
        session: The device's session, if it has one that stands.
    """

    address: str
    loopback: bool
    secure: bool
    session: Session | None

    @property
    def device(self) -> str:
        """The device's id; empty without a session."""
        return "" if self.session is None else self.session.device


def door_of(request: Request) -> Door:
    """Where sessions, speakers, badges and enrolments of this server are kept."""
    door: Door = request.app.state.door
    return door


def cookie_of(request: Request) -> str:
    """Name the cookie: browsers keep one jar for all ports, and a practice has another port."""
    host = "__Host-" if request.url.scheme == "https" else ""
    return f"{host}{COOKIE}-{request.url.port or ''}"


def who(request: Request) -> Who:
    """Say who sent this request, from its connection and its cookie alone."""
    return Who(
        address=request.client.host if request.client is not None else "",
        loopback=_here(request) and _named_as_this_machine(request.url.hostname or ""),
        secure=request.url.scheme == "https",
        session=session_in(request),
    )


def session_in(request: Request) -> Session | None:
    """The session whose cookie came, if it stands and counts here."""
    token = request.cookies.get(cookie_of(request), "")
    if not token or not (request.url.scheme == "https" or _here(request)):
        return None
    return door_of(request).sessions.find(token)


def asker_of(scope: Scope) -> str:
    """Whom a request counts for: an enrolled device, or everybody who shares an address."""
    session = session_in(Request(scope))
    return address_of(scope) if session is None else f"device {session.device}"


def _here(request: Request) -> bool:
    """Whether the connection is one from this machine, and nobody's who only passes it on."""
    return (
        from_this_machine(request.scope)
        and request.scope.get("http_version", "") != "1.0"
        and not any(
            name in FORWARDED or name.startswith(FORWARDED_START) for name in request.headers
        )
    )


def _named_as_this_machine(host: str) -> bool:
    """A stranger's page whose name leads here would come with that name (DNS rebinding)."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


async def admitted(request: Request) -> Who:
    """Let a request in as its route's guard says. Stands before every route of the application.

    Raises:
        RefusedError: `no-such-page`, `not-enrolled`, `no-key`.
    """
    way = (_method(request), path_of(request))
    guard = ROUTES.get(way)
    if guard is None:
        # Nobody has said who may ask for this, so nobody may.
        raise RefusedError(NO_SUCH_PAGE)
    found = who(request)
    match guard:
        case Guard.OPEN:
            pass
        case Guard.LOOKING:
            if found.session is None and not found.loopback:
                raise RefusedError(NOT_ENROLLED)
        case Guard.ENROLLED:
            if found.session is None or not (
                way in SIGNED or await door_of(request).stands(found.session)
            ):
                raise RefusedError(NOT_ENROLLED)
        case Guard.SAMPLE_KEY:
            _sample_key(request)
    return found


def path_of(request: Request) -> str:
    """The path of the route that a request found, as `ROUTES` names it; empty for none."""
    return str(getattr(request.scope.get("route"), "path", ""))


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _sample_key(request: Request) -> None:
    """The key of a sample, as `Authorization: Bearer KEY`; a real production has none."""
    door = door_of(request)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    fits = hmac.compare_digest(given.strip().encode(), door.sample_key.encode())
    if door.server.kind != "sample" or not door.sample_key or scheme.lower() != "bearer":
        fits = False
    if not fits:
        raise RefusedError(NO_KEY)


Admitted = Annotated[Who, Depends(admitted)]
"""As a handler's parameter: whoever is asking, let in already."""

"""What does a hostile phone on the set's network get? A board to read, a stop, and nothing else.

Before a route is looked for, in this order:

1. The name it was asked under is one of this server's: an address, `localhost`, `*.local` or a
   name that was given at the start. A stranger's name that leads here (DNS rebinding) is none.
2. Whoever asks more often than a person does waits: an enrolled device by itself, everybody
   else by address. So whoever shares an address with a tablet keeps it from nothing. Stop is
   never refused for it.
3. What changes something comes from a page of this server (`Origin`, `Sec-Fetch-Site`), as
   JSON; a photo as a picture. A form on somebody else's page can send neither. Nor does a
   page of a stranger's, in a browser on this machine, keep the record busy by asking.
4. A body is bounded in size and in time while it is read; small, where anybody may send one.

Every answer, refusals too, carries the policies below: scripts and styles from here only, in
no frame, nothing stored unless its route says so. Who may do what is `access`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from showclear.web.access import asker_of
from showclear.web.limits import Buckets, Limits, from_this_machine
from showclear.web.refusals import (
    ADDRESS_TOO_LONG,
    OTHER_CONTENT,
    OTHER_HOST,
    OTHER_ORIGIN,
    TOO_LARGE,
    TOO_OFTEN,
    RefusedError,
    tell_refused,
)

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

ALWAYS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}

ISOLATED: Final[Mapping[str, str]] = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
"""Only where browsers obey them; on plain http they complain instead."""

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PICTURES: Final[Mapping[str, int]] = {"/api/photos": 12_582_912}
"""Where pictures are taken, and how large, in bytes."""

STOP: Final = "/api/stop"
SMALL: Final = frozenset({STOP, "/api/devices", "/api/sessions", "/api/sessions/challenge"})
"""Where anybody may send something: reading it costs time that everybody's screens wait for."""

SMALL_BYTES: Final = 8_192
ANSWERED: Final = ("/api/", "/metrics", "/openapi.json", "/healthz")
"""What is answered from the record or about it. All else is pages and their parts, to which a
link on somebody else's page may lead."""
ADDRESS_CHARACTERS_MAX: Final = 4_096
BODY_SECONDS: Final = 30.0
NOT_SHOWN_THERE: Final = "This was asked by a page of somebody else, so nothing is shown."
PORT_MAX: Final = 65_535
_HOST: Final = re.compile(
    r"(\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(:(?P<port>[0-9]{1,5})?)?"
)
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class Secured:
    """The outer wall of the application. See the rules of the module."""

    def __init__(self, app: ASGIApp, *, names: frozenset[str], limits: Limits) -> None:
        self._app, self._names, self._limits = app, names, limits
        self._requests = Buckets(limits.requests)
        self._acts = Buckets(limits.acts)
        self._photos = Buckets(limits.photos)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        sending = with_policies(scope, send)
        try:
            limit = self._admitted(scope, headers)
        except RefusedError as refused:
            tell_refused(scope, refused)
            await refused.response()(scope, receive, sending)
            return
        await self._app(scope, _bounded(receive, limit), sending)

    def _admitted(self, scope: Scope, headers: Headers) -> int:
        """Return how many bytes may come.

        Raises:
            RefusedError: It goes no further.
        """
        # With two names, two readers could read two.
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not answers_to(hosts[0], self._names):
            raise RefusedError(OTHER_HOST)
        if len(scope["path"]) + len(scope.get("query_string", b"")) > ADDRESS_CHARACTERS_MAX:
            raise RefusedError(ADDRESS_TOO_LONG)
        self._often(scope)
        limit = SMALL_BYTES if scope["path"] in SMALL else self._limits.body_bytes
        if scope["method"] in READING:
            if scope["path"].startswith(ANSWERED) and not from_own_page(scope, headers):
                raise RefusedError(OTHER_ORIGIN, sentence=NOT_SHOWN_THERE)
        else:
            if not from_own_page(scope, headers):
                raise RefusedError(OTHER_ORIGIN)
            limit = _content(scope, headers, limit)
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit):
            raise RefusedError(TOO_LARGE)
        return limit

    def _often(self, scope: Scope) -> None:
        if scope["path"] == STOP:
            # A phone that asked too much may still stop everything.
            return
        if self._limits.spare_this_machine and from_this_machine(scope):
            return
        asker = asker_of(scope)
        wait = self._requests.take(asker)
        if not wait and scope["method"] not in READING:
            wait = self._acts.take(asker)
            if not wait and scope["path"] in PICTURES:
                wait = self._photos.take(asker)
        if wait:
            raise RefusedError(TOO_OFTEN, headers={"Retry-After": str(wait)})


def answers_to(host: str, names: frozenset[str]) -> bool:
    """Whether a server answers under this name.

    >>> [answers_to(name, frozenset({"set.example"})) for name in ("[::1]:8443", "tablet.local")]
    [True, True]
    >>> [answers_to(name, frozenset({"set.example"})) for name in ("set.example:1", "evil.example")]
    [True, False]
    """
    found = _HOST.fullmatch(host)
    if found is None or int(found["port"] or 0) > PORT_MAX:
        return False
    if found["six"]:
        return _parsed(found["six"]) == 6
    if _parsed(found["name"]) != 4:
        name = found["name"].lower().rstrip(".")
        known = name == "localhost" or name.endswith(".local") or name in names
        return known and _NAME.fullmatch(name) is not None
    return True


def _parsed(text: str) -> int:
    """Which version of an address this is; 0 for none."""
    try:
        return ip_address(text).version
    except ValueError:
        return 0


def from_own_page(scope: Scope, headers: Headers) -> bool:
    """Whether a request comes from a page of this server, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None or (origin == "null" and site == "same-origin"):
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (scope.get("scheme", "http"), headers.get("host"))


def _content(scope: Scope, headers: Headers, limit: int) -> int:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return limit
    if kind.startswith("image/") and scope["path"] in PICTURES:
        return PICTURES[scope["path"]]
    nothing_comes = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    if scope["method"] == "DELETE" and not kind and nothing_comes:
        return 0
    raise RefusedError(OTHER_CONTENT)


def _bounded(receive: Receive, limit: int) -> Receive:
    """Count a body while it comes, and give up on one that does not come."""
    came, whole, until = 0, False, 0.0

    async def bounded() -> Message:
        nonlocal came, whole, until
        if whole:
            # What is waited for now is only the end of the connection.
            return await receive()
        until = until or asyncio.get_running_loop().time() + BODY_SECONDS
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        came += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if came > limit:
            raise HTTPException(413)
        return message

    return bounded


def with_policies(scope: Scope, send: Send) -> Send:
    """Put the policies on whatever is answered."""
    headers = Headers(scope=scope)
    isolated = scope.get("scheme") == "https" or _named_here(headers.get("host", ""))

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer = MutableHeaders(scope=message)
            for name, value in (*ALWAYS.items(), *(ISOLATED.items() if isolated else ())):
                answer[name] = value
            answer.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending


def _named_here(host: str) -> bool:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return name in ("localhost", "127.0.0.1", "[::1]")

"""What is told of each request, and what becomes of a fault of ours?

* One line a request: method, the route as it is named (never the address as it was asked for,
  which may hold a code or a name), status, the code of a refusal, milliseconds.
* Never a body, a query, a header, an address, a PIN, a key or a note.
* A fault of this program is answered as one, and told by its type and place in our own code:
  its message may repeat what somebody wrote.

This is the outermost loop of the web: nothing goes past it.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from showclear.web.faults import place_of
from showclear.web.health import Metrics
from showclear.web.refusals import FAULT, RefusedError, tell_refused
from showclear.web.security import with_policies

_log: Final = structlog.get_logger("showclear.web")

NO_ROUTE: Final = "none"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Telling:
    """Tells of every request, once it is answered."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, kind = perf_counter(), 0, b""

        async def sending(message: Message) -> None:
            nonlocal status, kind
            if message["type"] == "http.response.start":
                status = message["status"]
                kind = dict(message.get("headers", ())).get(b"content-type", b"")
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the outermost loop: told, and answered
            _log.error("fault", fault=type(error).__name__, at=place_of(error), **_named(scope))
            if not status:
                fault = RefusedError(FAULT)
                tell_refused(scope, fault)
                await fault.response()(scope, receive, with_policies(scope, sending))
        self._tell(scope, status, seconds=perf_counter() - started, kind=kind)

    def _tell(self, scope: Scope, status: int, *, seconds: float, kind: bytes) -> None:
        named = _named(scope)
        told = {**named, "status": status, "ms": round(1000 * seconds, 1)}
        refused = scope.get("state", {}).get("refused", "")
        if refused:
            told["code"] = refused
        # A disk that takes nothing is for whoever sits at the terminal; a screen that ends with
        # the server is not.
        tell = _log.error if refused.endswith("not-stored") else _log.info
        tell("answered", **told)
        self._metrics.requests.labels(named["method"], named["route"], str(status)).inc()
        if not kind.startswith(b"text/event-stream"):
            self._metrics.seconds.labels(named["route"]).observe(seconds)


def _named(scope: Scope) -> dict[str, Any]:
    """The request as the program names it: never a word that came with it."""
    route = getattr(scope.get("route"), "path", NO_ROUTE)
    method = scope["method"] if scope["method"] in METHODS else "other"
    return {"method": method, "route": route}

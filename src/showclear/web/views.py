"""How does a screen get its view: once, or pushed whenever it changes?

* Each screen has two addresses of its own, so that who may look is decided for each.
* A stream begins with a view made after it was asked for, and goes on with every change.
* Whoever's session ends while looking gets nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from showclear.web.access import asker_of, who
from showclear.web.limits import from_this_machine
from showclear.web.refusals import refusing
from showclear.web.streams import FULL, TOO_MANY_STREAMS, EventStream, Hub
from showclear.web.writing import NOT_CURRENT

STREAM: Final[dict[str, Any]] = {
    "description": "Server-sent events without end: `view` whenever it changed, its data the "
    "whole view as JSON; `beat` every 2 s while what was sent last is current.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}
ONCE: Final[dict[str, Any]] = {
    "description": "The view as it is now.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}


def router_of(names: Iterable[str]) -> APIRouter:
    """Return the routes of these screens."""
    router = APIRouter(tags=["screens"])
    for name in names:
        _add(router, name)
    return router


def _add(router: APIRouter, name: str) -> None:
    async def stream(request: Request) -> Response:
        return streamed(request, name)

    async def once(request: Request) -> Response:
        hub: Hub = request.app.state.hub
        return Response(await hub.once(name), media_type="application/json")

    router.add_api_route(
        f"/api/stream/{name}",
        stream,
        methods=["GET"],
        summary=f"The {name}, pushed whenever it changes",
        operation_id=f"stream_{name}",
        responses={200: STREAM, **refusing(TOO_MANY_STREAMS, FULL)},
        response_class=Response,
    )
    router.add_api_route(
        f"/api/view/{name}",
        once,
        methods=["GET"],
        summary=f"The {name}, once",
        operation_id=f"view_{name}",
        responses={200: ONCE, **refusing(NOT_CURRENT)},
        response_class=Response,
    )


def streamed(request: Request, name: str) -> Response:
    """Answer with the stream of a screen.

    Raises:
        RefusedError: `too-many-streams`, `full`.
    """
    hub: Hub = request.app.state.hub
    session = who(request).session
    spared = request.app.state.limits.spare_this_machine and from_this_machine(request.scope)
    # Asked for here, so that a refusal is an answer and not the end of a stream.
    leave = hub.enter(
        asker_of(request.scope),
        counted=not spared,
        enrolled=spared or session is not None,
    )

    def may() -> bool:
        return session is None or not session.ended.is_set()

    return EventStream(hub.events(name, may=may), hub=hub, leave=leave)

"""One production's web application: which routes there are, and what stands before each.

From outside to inside:

1. `telling`: one line a request, and the answer to a fault of ours.
2. `security`: whose name, how often, from which page, how much; the policies of every answer.
3. `access`: who may, by the route's own row in its table.
4. The route. What it refuses is answered in one form (`refusals`), and documented.

A module of routes registers itself in `ROUTERS`. A screen does in `screens.VIEWS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from showclear.app.set_server import SetServer
from showclear.ledger.errors import LedgerError
from showclear.web import (
    acts,
    badges,
    board,
    devices,
    floor,
    gates,
    health,
    history,
    me,
    own_words,
    pages,
    paper,
    people,
    prepare,
    sample,
    sessions,
    speakers,
    stop,
)
from showclear.web.access import admitted
from showclear.web.bodies import misunderstood
from showclear.web.describing import described
from showclear.web.door import Door
from showclear.web.health import Metrics
from showclear.web.limits import Limits
from showclear.web.photos import Photos
from showclear.web.photos import router as photos_router
from showclear.web.refusals import (
    NO_SUCH_METHOD,
    NO_SUCH_PAGE,
    NOT_HTTP,
    NOT_UNDERSTOOD,
    TOO_LARGE,
    TOO_SLOW,
    Refusal,
    RefusedError,
    tell_refused,
)
from showclear.web.screens import VIEWS
from showclear.web.security import Secured
from showclear.web.stop import Stops
from showclear.web.streams import Hub, Pace, View
from showclear.web.telling import Telling
from showclear.web.views import router_of
from showclear.web.writing import count, failed

ROUTERS: Final[tuple[APIRouter, ...]] = (
    pages.router,
    acts.router,
    prepare.router,
    gates.router,
    stop.router,
    health.router,
    me.router,
    sessions.router,
    devices.router,
    speakers.router,
    badges.router,
    own_words.router,
    people.router,
    photos_router,
    board.router,
    floor.router,
    history.router,
    paper.router,
    sample.router,
)
"""Every module of routes, each once; the screens' streams are added from `screens`."""

OF_STATUS: Final[Mapping[int, Refusal]] = {
    404: NO_SUCH_PAGE,
    405: NO_SUCH_METHOD,
    408: TOO_SLOW,
    413: TOO_LARGE,
    422: NOT_UNDERSTOOD,
}
"""What a refusal of the framework's own is called here; any other is `not-http`."""


def application(
    server: SetServer,
    door: Door,
    *,
    names: Iterable[str] = (),
    limits: Limits | None = None,
    pace: Pace | None = None,
    photos: Photos | None = None,
    views: Mapping[str, View] = VIEWS,
    routers: Iterable[APIRouter] = ROUTERS,
) -> FastAPI:
    """Return the application of one production. To be called in its event loop.

    Whoever serves it calls `app.state.hub.end()` before waiting for its connections to close:
    streams have no end of their own.

    Args:
        names: Under which it answers besides addresses, `localhost` and `*.local`.
        limits: How much it takes.
        pace: How often views are made; tests make it faster.
        photos: Where pictures are kept; None where none are taken.
        views: The screens, by name.
    """
    limits = limits or Limits()
    hub = Hub(server, views, limits=limits, pace=pace)
    app = FastAPI(
        title="Showclear",
        version="0",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_running,
        dependencies=[Depends(admitted)],
    )
    app.state.server, app.state.door, app.state.hub, app.state.limits = server, door, hub, limits
    app.state.metrics = metrics = Metrics(hub)
    count(server, metrics.wrote)
    app.state.stops = Stops(limits)
    app.state.long = asyncio.Lock()
    app.state.drawing = asyncio.Lock()
    app.state.photos = photos
    for router in (*routers, router_of(views)):
        app.include_router(router)
    app.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    app.router.routes.extend(pages.PLAIN)
    _answer_refusals(app)
    known = frozenset(name.lower().rstrip(".") for name in names)
    app.add_middleware(Secured, names=known, limits=limits)
    app.add_middleware(Telling, metrics=metrics)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    hub: Hub = app.state.hub
    running = asyncio.create_task(hub.run())
    try:
        yield
    finally:
        hub.end()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _openapi(request: Request) -> Response:
    """Every address, what it takes, what it answers and for what it refuses."""
    return Response(described(request.app), media_type="application/json")


# --- one form for every refusal ----------------------------------------------------------------


def _answer_refusals(app: FastAPI) -> None:
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(LedgerError, _not_stored)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    tell_refused(request.scope, error)
    return error.response()


async def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refusal = OF_STATUS.get(error.status_code, NOT_HTTP)
    return await _refused(request, RefusedError(refusal, headers=error.headers))


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    refused = RefusedError(NOT_UNDERSTOOD, sentence=misunderstood(error.errors()))
    return await _refused(request, refused)


async def _not_stored(request: Request, error: Exception) -> Response:
    return await _refused(request, failed(error))


__all__: Final[list[Any]] = ["ROUTERS", "application"]

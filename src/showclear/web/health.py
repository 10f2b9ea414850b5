"""Does the server write, and how does it do? For whoever keeps the machine.

* `/healthz`: whether the record can be read now, and the last attempts to store and to publish
  went well. What is not published is on record all the same: `writes` says whether it is.
* `/metrics`: counts and times in the text form of Prometheus. No id, no word of a statement,
  no address: only which route, which status, which code, how many, how long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from showclear.app.incoming import Answer
from showclear.ledger.errors import LedgerError
from showclear.web.bodies import answered
from showclear.web.streams import Hub

Plain = dict[str, Any]

LOOK_SECONDS: Final = 2.0
SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

router = APIRouter(tags=["the machine"])


class Metrics:
    """What is counted of one server."""

    def __init__(self, hub: Hub) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "showclear_requests",
            "Requests answered, by route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "showclear_request_seconds",
            "Seconds from request to answer; streams apart.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.statements = Counter(
            "showclear_statements",
            "Statements said here, by what came of them.",
            ("came",),
            registry=self.registry,
        )
        self.storing = Histogram(
            "showclear_storing_seconds",
            "Seconds until statements of one request were durable.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._of_hub("showclear_streams", "Streams open now.", lambda: hub.streams)
        self._of_hub("showclear_views", "Views made since the start.", lambda: hub.made)
        self._of_hub("showclear_dropped", "Streams let go as too slow.", lambda: hub.dropped)

    def wrote(self, answers: Sequence[Answer], seconds: float) -> None:
        """Count what was said, and how long it took until it was durable."""
        self.storing.observe(seconds)
        for answer in answers:
            came = "aside" if answer.index is None else "repeat" if answer.repeat else "recorded"
            self.statements.labels(came).inc()

    def _of_hub(self, name: str, says: str, count: Callable[[], float]) -> None:
        Gauge(name, says, registry=self.registry).set_function(count)


@router.get(
    "/healthz",
    summary="Whether the record can be read and written",
    responses={
        200: {
            "description": "It can, and what is on it is published.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}},
        },
        503: {
            "description": "Something of that fails: `failed` says what.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}},
        },
    },
    response_class=Response,
)
async def health(request: Request) -> Response:
    """Say whether the record can be read now, and was written and published last time."""
    server, hub = request.app.state.server, request.app.state.hub
    size, last = None, None
    failed = "not-stored" if server.failed else "not-published" if server.unpublished else ""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            size, last = await server.look(lambda look: (look.size, look.spine.clock))
    except (LedgerError, OSError, TimeoutError):
        failed = "not-read"
    told: Plain = {
        "writes": failed in ("", "not-published"),
        "failed": failed,
        "kind": server.kind,
        "entries": size,
        "last_commit": None if last is None else last.isoformat(),
        "now": server.now().isoformat(),
        "streams": hub.streams,
    }
    return answered(told, status=503 if failed else 200)


@router.get(
    "/metrics",
    summary="Counts and times, for Prometheus",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
async def metrics(request: Request) -> Response:
    """Count what was counted since the start."""
    found: Metrics = request.app.state.metrics
    return Response(generate_latest(found.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


HEALTH_SCHEMA: Final[Plain] = {
    "title": "Health",
    "type": "object",
    "required": ["writes", "failed", "kind", "entries", "last_commit", "now", "streams"],
    "properties": {
        "writes": {"type": "boolean"},
        "failed": {"enum": ["", "not-stored", "not-read", "not-published"]},
        "kind": {"enum": ["production", "practice", "sample"]},
        "entries": {"type": ["integer", "null"]},
        "last_commit": {"type": ["string", "null"]},
        "now": {"type": "string"},
        "streams": {"type": "integer"},
    },
}

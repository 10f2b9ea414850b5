"""How does anybody stop the set, from any phone, with one press and no name?

* No login, no reason, no name; on plain http too. It is written as said by nobody named,
  unsigned, and every screen shows it so.
* Stop pressed twice is one stop: where one stands for the same scope, that one is answered,
  and nothing more is written. So nobody can fill the record by pressing.
* When in doubt, more is stopped: what cannot be read, or names something that nobody here
  introduced, stops everything.
* No press is ever refused for coming too often: sixty phones may share one address, and one
  of them may mean harm. Nothing needs a limit: where everything is stopped already there is
  nothing to write, and presses that come together are looked at and written together.
* Stops of something less are many, and could fill the record: whoever presses those too often
  stops everything, which anybody may at any time.
* What could not be stored is said at once. Nobody may believe that a set stopped which did not.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from showclear.app.incoming import Taken
from showclear.app.set_server import SetServer
from showclear.app.views.look import Look
from showclear.app.views.wording import clock
from showclear.core.nouns import Stop
from showclear.core.state import State
from showclear.ledger.errors import EvidenceError, LedgerError
from showclear.ledger.payload import read_payload
from showclear.web.bodies import answered
from showclear.web.limits import Buckets, Limits, Rate, address_of, from_this_machine
from showclear.web.refusals import Refusal, RefusedError, refusing
from showclear.web.writing import told, written

Plain = dict[str, Any]
Scope = tuple[str, ...] | None
"""What is stopped; None is everything."""

STOP_NOT_STORED: Final = Refusal(
    code="stop-not-stored",
    status=503,
    sentence="This stop is not on the record and no screen shows it.",
    next="Shout STOP and say it on the radio now. Then press again.",
)
LESS: Final = Rate(at_once=30, a_second=2)
"""Presses for less than everything, from one address, that are looked at one by one."""

SAYS: Final = "Stopped: {what}, since {since}. Two people restart, one of them not in the act."
BY_NOBODY: Final = "Written as pressed by nobody named. A locked phone will not ring: say it aloud."
_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,179}")
SCOPE_MAX: Final = 32

router = APIRouter(tags=["stop"])


class Stops:
    """Takes presses together, and one group at a time: two at once are one stop.

    Attributes:
        one_by_one: Held while it is looked what stands and until it is written. Whoever
            restarts the work holds it too, so that no stop comes between.
    """

    def __init__(self, limits: Limits) -> None:
        self._less = Buckets(LESS)
        self._own, self._all = Buckets(limits.stops), Buckets(limits.all_stops)
        self._spare = limits.spare_this_machine
        self._next: dict[Scope, asyncio.Task[Plain]] = {}
        self._less_one_by_one = asyncio.Lock()
        self.one_by_one = asyncio.Lock()

    def looked_at(self, request: Request) -> bool:
        """Whether one more press for less than everything is looked at by itself."""
        return self._spared(request) or not self._less.take(address_of(request.scope))

    def written(self, request: Request) -> bool:
        """Whether one more stop of less than everything may be written."""
        if self._spared(request):
            return True
        # Whoever is over their own limit takes nothing of what is for all.
        return not self._own.take(address_of(request.scope)) and not self._all.take("everybody")

    def _spared(self, request: Request) -> bool:
        return self._spare and from_this_machine(request.scope)

    async def everything(self, press: Callable[[], Awaitable[Plain]]) -> Plain:
        """Stop everything: with all who press until it is looked what stands."""
        waiting = self._next.get(None)
        if waiting is None:
            waiting = asyncio.create_task(self._round(press))
            self._next[None] = waiting
        # Whoever goes away stops nobody else's press.
        return await asyncio.shield(waiting)

    async def _round(self, press: Callable[[], Awaitable[Plain]]) -> Plain:
        async with self.one_by_one:
            # Whoever presses from here on is in the next round: this one looks now.
            del self._next[None]
            return await press()

    async def less(self, press: Callable[[], Awaitable[Plain | None]]) -> Plain | None:
        """Stop less than everything, in a line of its own: it delays no stop of everything."""
        async with self._less_one_by_one:
            return await press()


@router.post(
    "/api/stop",
    summary="Stop everything, or what is named",
    openapi_extra={
        "requestBody": {
            "required": False,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Press"}}},
        }
    },
    responses={
        200: {
            "description": "The stop that stands now: this one, or the one that stood already.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stopped"}}},
        },
        **refusing(STOP_NOT_STORED),
    },
    response_class=Response,
)
async def press(request: Request) -> Response:
    """Stop. One press, by anybody, without a name."""
    stops: Stops = request.app.state.stops
    asked = asked_scope(await request.body())
    try:
        found = None
        if asked is not None and stops.looked_at(request):
            found = await stops.less(lambda: _less(request, stops, asked))
        if found is None:
            found = await stops.everything(lambda: _pressed(request, None))
    except (LedgerError, OSError) as error:
        raise RefusedError(STOP_NOT_STORED) from error
    except RefusedError as refused:
        if refused.refusal.status == 503:
            raise RefusedError(STOP_NOT_STORED) from refused
        raise
    return answered(found)


async def _less(request: Request, stops: Stops, asked: Scope) -> Plain | None:
    """Stop what is named; None where everything is to be stopped instead."""
    server: SetServer = request.app.state.server
    scope, stands = await server.look(lambda look: _standing(look, asked))
    if scope is None or stands is not None:
        return stands
    return await _pressed(request, scope) if stops.written(request) else None


async def _pressed(request: Request, asked: Scope) -> Plain:
    """The stop that stands, or a new one.

    Raises:
        RefusedError: `stop-not-stored`, or why it was not.
        LedgerError: The record cannot be looked at.
    """
    server: SetServer = request.app.state.server
    scope, stands = await server.look(lambda look: _standing(look, asked))
    if stands is not None:
        return stands
    (answer,) = await written(server, [stop_called(scope, now=server.now())])
    _, stands = await server.look(lambda look: _standing(look, scope))
    if stands is None or answer.index is None:
        raise RefusedError(STOP_NOT_STORED)
    return {**stands, "repeat": False, "answer": told(answer)}


def asked_scope(raw: bytes) -> Scope:
    """What a press names; everything, where it names nothing that can be read.

    >>> asked_scope(b"{}"), asked_scope(b'{"scope":["ride"]}'), asked_scope(b"not JSON")
    (None, ('ride',), None)
    """
    try:
        given = read_payload(raw).get("scope")
    except EvidenceError:
        return None
    named = [given] if isinstance(given, str) else given
    if not isinstance(named, list) or not 0 < len(named) <= SCOPE_MAX:
        return None
    if not all(isinstance(one, str) and _ID.fullmatch(one) for one in named) or "all" in named:
        return None
    return tuple(sorted(set(named)))


def stop_called(scope: Scope, *, now: datetime) -> Taken:
    """A stop as this server takes it from nobody named."""
    name = f"stop-{secrets.token_hex(6)}"
    fields: Plain = {
        "id": f"called/{name}",
        "what": "stop.called",
        "at": now.isoformat(),
        "by": "anonymous",
        "attested": "unsigned",
        "stop": name,
        "scope": "all" if scope is None else list(scope),
    }
    return Taken(fields=fields)


def _standing(look: Look, asked: Scope) -> tuple[Scope, Plain | None]:
    """What is to be stopped, and the stop that stands for it, if one does."""
    scope = asked if asked is not None and _introduced(look.state, asked) else None
    for stop in look.state.stops.values():
        if _same(stop, scope):
            return scope, _told(look, stop)
    return scope, None


def _introduced(state: State, scope: tuple[str, ...]) -> bool:
    known: tuple[Mapping[str, Any], ...] = (
        state.activities,
        state.weapons,
        state.lots,
        state.things,
        state.people,
    )
    return all(any(name in table for table in known) for name in scope)


def _same(stop: Stop, scope: Scope) -> bool:
    if stop.scope is None or scope is None:
        return stop.scope is None and scope is None
    return set(stop.scope) == set(scope)


def _told(look: Look, stop: Stop) -> Plain:
    at = stop.mark.at
    what = "everything" if stop.scope is None else ", ".join(stop.scope)
    says = [SAYS.format(what=what, since=clock(look, at) or "now")]
    if stop.by == "anonymous":
        says.append(BY_NOBODY)
    return {
        "stop": stop.id,
        "scope": "all" if stop.scope is None else list(stop.scope),
        "at": None if at is None else at.isoformat(),
        "repeat": True,
        "says": says,
        "answer": None,
    }


PRESS_SCHEMA: Final[Plain] = {
    "title": "Press",
    "type": "object",
    "description": "Nothing has to stand in it. What cannot be read stops everything.",
    "properties": {
        "scope": {
            "description": "`all`, or ids of what is to be stopped.",
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        }
    },
}
STOPPED_SCHEMA: Final[Plain] = {
    "title": "Stopped",
    "type": "object",
    "required": ["stop", "scope", "at", "repeat", "says", "answer"],
    "properties": {
        "stop": {"type": "string", "description": "The id of the stop that stands."},
        "scope": {"oneOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "repeat": {"type": "boolean", "description": "It stood before this press."},
        "says": {"type": "array", "items": {"type": "string"}},
        "answer": {"oneOf": [{"$ref": "#/components/schemas/Answer"}, {"type": "null"}]},
    },
}

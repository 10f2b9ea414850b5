"""What would a gate say now? Asked beforehand; nothing is recorded.

* The answer is the one that the act itself would get at this moment, in words, with what is
  missing, who can clear it, whose rule it is and the next step as an act.
* A clear lists what it relied on. What cannot be judged holds.
* Whoever wants the question itself on record says `gate.asked`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from showclear.app.views.answers import answer_to
from showclear.app.views.look import Look
from showclear.ledger.errors import LedgerError
from showclear.web.bodies import answered
from showclear.web.refusals import refusing
from showclear.web.writing import NOT_CURRENT, RECORD_DIFFERS, failed_to_look

Plain = dict[str, Any]

Gate = Literal[
    "take-out",
    "load",
    "hand-over",
    "start",
    "rehearse",
    "test",
    "roll",
    "enter",
    "arm",
    "resume",
    "close-day",
]
router = APIRouter(tags=["the record"])

ANSWER: Final[Plain] = {
    "description": "What it would say. `hold` with every reason, or `clear` with its grounds.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/GateAnswer"}}},
}


@router.get(
    "/api/gates",
    summary="Ask a gate beforehand",
    responses={200: ANSWER, **refusing(NOT_CURRENT, RECORD_DIFFERS)},
    response_class=Response,
)
async def ask(
    request: Request,
    gate: Gate,
    on: Annotated[list[str], Query(min_length=1, max_length=64, description="What it is on")],
    for_: Annotated[str | None, Query(alias="for", max_length=200)] = None,
    to: Annotated[list[str] | None, Query(max_length=64, description="Who gets it")] = None,
    people: Annotated[list[str] | None, Query(max_length=64)] = None,
    lot: Annotated[str | None, Query(max_length=200)] = None,
    count: Annotated[int | None, Query(ge=0, le=1_000_000)] = None,
    by: Annotated[str | None, Query(max_length=200, description="Who would do it")] = None,
) -> Response:
    """Answer as the gate would before that act, now."""
    given = {"for": for_, "to": to, "people": people, "lot": lot, "count": count, "by": by}
    asked = {key: value for key, value in given.items() if value is not None}
    asked |= {"gate": gate, "on": on}

    def view(look: Look) -> Plain:
        return answer_to(look, asked, key="asked")

    try:
        return answered(await request.app.state.server.look(view))
    except (LedgerError, OSError) as error:
        raise failed_to_look(error) from error


GATE_ANSWER_SCHEMA: Final[Plain] = {
    "title": "GateAnswer",
    "type": "object",
    "required": ["gate", "answer", "says"],
    "properties": {
        "gate": {"type": "string"},
        "answer": {"enum": ["clear", "hold", "none"]},
        "caused": {"type": "boolean", "description": "Something happened; not only steps left."},
        "says": {"type": "string"},
        "since": {"type": "string"},
        "reasons": {"type": "array", "items": {"type": "object"}},
        "relied": {"type": "array", "items": {"type": "object"}},
        "warned": {"type": "array", "items": {"type": "object"}},
    },
}

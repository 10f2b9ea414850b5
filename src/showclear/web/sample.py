"""How does a whole case get onto the record of a sample?

* `POST /api/sample` takes statements as a file has them, each with the claim of who said it as
  it was written: nobody's eyes are behind it, so only a sample takes it, and only with the key
  that it printed at its start.
* The sample's clock is set forward to what was said, and never back.
* `GET /api/sample` says what follows: a digest of the state and of each of its tables, so that
  whoever has the case can make the same ones from the file and compare.

Source: docs/formats/replay.md, "Through a running server".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.app.incoming import Answer
from showclear.app.incoming import Taken as TakenByServer
from showclear.app.sayings import as_from_file
from showclear.app.state_digest import digest_of, digests_of
from showclear.app.views.look import Look
from showclear.ledger.errors import LedgerError
from showclear.web.access import NO_KEY, door_of
from showclear.web.bodies import Taken, answered, body, takes
from showclear.web.refusals import CHANGING, refusing
from showclear.web.writing import STORING, failed, written

Plain = dict[str, Any]

TOGETHER_MAX: Final = 256
"""Statements in one request."""

SAID: Final[Plain] = {
    "description": "What came of each, in order. Receipts are asked for at the record itself.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["answers"],
                "properties": {
                    "answers": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["id", "index", "repeat", "answer", "aside"],
                            "properties": {
                                "id": {"type": "string"},
                                "index": {"type": ["integer", "null"]},
                                "repeat": {"type": "boolean"},
                                "answer": {"enum": ["clear", "hold", None]},
                                "aside": {"type": ["string", "null"]},
                            },
                        },
                    }
                },
            }
        }
    },
}
FOLLOWS: Final[Plain] = {
    "description": "SHA-256 of the whole state and of each of its tables, in hexadecimal.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["digest", "tables", "size", "adopted", "begun"],
                "properties": {
                    "digest": {"type": "string"},
                    "tables": {"type": "object", "additionalProperties": {"type": "string"}},
                    "size": {"type": "integer", "description": "Entries in the log."},
                    "adopted": {"type": "array", "items": {"type": "string"}},
                    "begun": {"type": "boolean", "description": "Whether anything has a time."},
                },
            }
        }
    },
}

router = APIRouter(tags=["sample"])


class CaseSaid(Taken):
    """Statements of a case, in the order in which they are said."""

    statements: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=TOGETHER_MAX)]


@router.post(
    "/api/sample",
    summary="Say statements of a case to a sample, as they are written",
    response_class=Response,
    responses={200: SAID, **refusing(NO_KEY, *STORING, *CHANGING)},
    operation_id="say_case",
    openapi_extra=takes(CaseSaid),
)
async def say_case(request: Request, said: Annotated[CaseSaid, body(CaseSaid)]) -> Response:
    """Put statements on the record of a sample."""
    _set_forward(request, said.statements)
    taken = [TakenByServer(fields=as_from_file(one, sample=True)) for one in said.statements]
    answers = await written(door_of(request).server, taken)
    return answered({"answers": [_told(one) for one in answers]})


@router.get(
    "/api/sample",
    summary="What follows from all that was said to a sample, as digests",
    response_class=Response,
    responses={200: FOLLOWS, **refusing(NO_KEY, *STORING)},
    operation_id="state_of_sample",
)
async def state_of_sample(request: Request) -> Response:
    """Tell the digests of a sample's state."""
    try:
        return answered(await door_of(request).server.look(_state))
    except (LedgerError, OSError) as error:
        raise failed(error) from error


def _state(look: Look) -> Plain:
    record = look.spine.record
    return {
        "digest": digest_of(record),
        "tables": digests_of(record.state),
        "size": look.size,
        "adopted": list(look.spine.adopted),
        # Until anything has a time, a case may bring its own packs.
        "begun": record.state.now is not None,
    }


def _told(answer: Answer) -> Plain:
    """What came of one statement; receipts are asked for at the record itself."""
    return {
        "id": answer.id,
        "index": answer.index,
        "repeat": answer.repeat,
        "answer": None if answer.verdict is None else answer.verdict.get("answer"),
        "aside": None if answer.aside is None else answer.aside.sentence,
    }


def _set_forward(request: Request, statements: Sequence[Mapping[str, Any]]) -> None:
    """Let the sample's clock show the last time that is said, where it can be set."""
    set_forward = getattr(request.app.state, "set_forward", None)
    latest = max(_times(statements), default=None)
    if set_forward is not None and latest is not None:
        set_forward(latest)


def _times(statements: Iterable[Mapping[str, Any]]) -> Iterable[datetime]:
    """Give every time that is said; what cannot be read is kept, and no clock follows it."""
    for one in statements:
        for name in ("at", "entered_at"):
            with suppress(ValueError, OverflowError):
                found = datetime.fromisoformat(str(one.get(name)))
                if found.tzinfo is not None:
                    yield found.astimezone(UTC)

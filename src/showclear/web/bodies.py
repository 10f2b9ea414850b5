"""What stands in the body of a request? Read strictly, once, and nothing of it repeated.

* JSON as the record's own formats have it: each key once, no NaN, numbers with a point are
  decimals, bounded in depth and digits. Two readers cannot read two things in it.
* What is wrong is said by its place, never by quoting what came: a body may hold a PIN.
* What is long is read in a thread, one at a time: nobody's screen and nobody's Stop waits for
  what a tablet says at length.
* `takes` documents a body in OpenAPI; `body` reads it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response

from showclear.ledger.errors import EvidenceError
from showclear.ledger.payload import read_payload
from showclear.web.refusals import NOT_JSON, NOT_UNDERSTOOD, RefusedError

Plain = dict[str, Any]
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

REF: Final = "#/components/schemas/{model}"

SCHEMAS: Final[dict[str, Plain]] = {}
"""Schemas of bodies, by name: the application puts them into its OpenAPI."""

PLACES_MAX: Final = 5
LONG_BYTES: Final = 32_768


class Taken(BaseModel):
    """A body in which nothing stands that its route does not take."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def takes(model: type[BaseModel], *, required: bool = True) -> Plain:
    """Return the `openapi_extra` of a route that takes this body."""
    schema = model.model_json_schema(ref_template=REF)
    SCHEMAS.update(schema.pop("$defs", {}))
    SCHEMAS[model.__name__] = schema
    content = {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
    return {"requestBody": {"required": required, "content": content}}


def body(model: type[M]) -> Any:
    """Return what reads the body of a request as this model: for `Annotated`."""

    async def read(request: Request) -> M:
        return understood(model, await plain_body(request))

    reading: Callable[[Request], Awaitable[M]] = read
    return Depends(reading)


async def plain_body(request: Request) -> Plain:
    """Read the body of a request as one JSON object.

    Raises:
        RefusedError: `not-json`.
    """
    raw = await request.body()
    try:
        return await worked(request, lambda: read_payload(raw))
    except EvidenceError:
        # The sentence of the reader may repeat what came.
        raise RefusedError(NOT_JSON) from None


async def worked(request: Request, work: Callable[[], T]) -> T:
    """Work something out of a body: at once if it was short, else beside the event loop."""
    # Read already, and kept by the request.
    if len(await request.body()) <= LONG_BYTES:
        return work()
    async with request.app.state.long:
        return await asyncio.to_thread(work)


def understood(model: type[M], given: Mapping[str, Any]) -> M:
    """Take a body as what its route asks for.

    Raises:
        RefusedError: `not-understood`, with the places.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise RefusedError(NOT_UNDERSTOOD, sentence=misunderstood(error.errors())) from None


def misunderstood(errors: Any) -> str:
    """Say where something is wrong, and what is asked for there."""
    told = [f"{_place(one.get('loc', ()))}: {one.get('type', '')}" for one in errors]
    more = f"; {len(told) - PLACES_MAX} more" if len(told) > PLACES_MAX else ""
    return f"This is not what the address takes. {'; '.join(told[:PLACES_MAX])}{more}."


def _place(loc: Any) -> str:
    # An unknown key is somebody's words: it is told from the fields only by its length.
    named = [str(part) for part in loc]
    return ".".join(part if _is_field(part) else "…" for part in named)


def _is_field(part: str) -> bool:
    return part.isdigit() or (part.isidentifier() and len(part) <= 20)


# --- answers -----------------------------------------------------------------------------------


def answered(value: Any, *, status: int = 200) -> Response:
    """Return an answer as JSON, numbers as they are written."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain_value)
    raw = text.encode("utf-8", "replace")
    return Response(raw, status_code=status, media_type="application/json")


def plain_value(value: object) -> int | float | str:
    """What JSON has no form for: a decimal as a number, anything else in words."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)

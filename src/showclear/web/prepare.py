"""What of a statement may stand open in the log? Asked here, so that one place decides it.

* A page sends what it wants to say in plain words. It gets back the payload to sign, byte for
  byte, and the texts that were sealed in it, each with its salt.
* Nothing is kept and nothing is recorded: the page compares the payload with what it asked for
  (only seals may differ), signs it with its own key and says it.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from showclear.core.sealing import seal
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.errors import MisuseError
from showclear.ledger.payload import write_payload
from showclear.web.acts import TOGETHER_MAX
from showclear.web.bodies import Taken, answered, body, takes, worked
from showclear.web.refusals import NOT_UNDERSTOOD, RefusedError, refusing

Plain = dict[str, Any]

SALT_BYTES: Final = 16

router = APIRouter(tags=["the record"])


class PlainStatements(Taken):
    """Statements in plain words: docs/formats/vocabulary.md."""

    statements: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=TOGETHER_MAX)]


@router.post(
    "/api/prepare",
    summary="Seal what may not stand open, before it is signed",
    openapi_extra=takes(PlainStatements),
    responses={
        200: {
            "description": "What to sign, in the order of what came.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Prepared"}}},
        },
        **refusing(NOT_UNDERSTOOD),
    },
    response_class=Response,
)
async def prepare(
    request: Request, said: Annotated[PlainStatements, body(PlainStatements)]
) -> Response:
    """Return each statement as it may be signed. Nothing is recorded."""

    def prepared() -> Response:
        each = [_prepared(one, place) for place, one in enumerate(said.statements)]
        return answered({"prepared": each})

    return await worked(request, prepared)


def _prepared(fields: Plain, place: int) -> Plain:
    sealed = seal(fields, lambda: secrets.token_bytes(SALT_BYTES))
    try:
        payload = write_payload(sealed.payload).decode()
    except MisuseError:
        where = f"statements.{place}: a number has more digits than a statement keeps."
        raise RefusedError(NOT_UNDERSTOOD, sentence=where) from None
    texts = {
        text.path: {"salt": encode_base64url(text.salt).decode(), "text": text.text}
        for text in sealed.texts
    }
    return {"payload": payload, "texts": texts}


PREPARED_SCHEMA: Final[Plain] = {
    "title": "Prepared",
    "type": "object",
    "required": ["prepared"],
    "properties": {
        "prepared": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["payload", "texts"],
                "properties": {
                    "payload": {"type": "string", "description": "JSON text to sign as it is."},
                    "texts": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "required": ["salt", "text"],
                            "properties": {
                                "salt": {"type": "string"},
                                "text": {"type": "string"},
                            },
                        },
                    },
                },
            },
        }
    },
}

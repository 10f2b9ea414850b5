"""How does a page get the history of one thing, and anybody the receipt of one line?

* What is looked for and what is found is worked out on the record as it stands, of one moment.
* A receipt is the proof that was first given, as plain text: it can be checked anywhere,
  without this server, so it is handed out as a file.
* Who may is said in `access`: devices that are enrolled, and browsers on this machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from showclear.app.views.history import found, history
from showclear.app.views.look import Look
from showclear.ledger.errors import LedgerError
from showclear.web.access import door_of
from showclear.web.bodies import answered
from showclear.web.refusals import Refusal, RefusedError, refusing
from showclear.web.writing import NOT_CURRENT, RECORD_DIFFERS, failed_to_look

Plain = dict[str, Any]

NO_SUCH_ENTRY: Final = Refusal(
    code="no-such-entry",
    status=404,
    sentence="The record has no entry of this number.",
    next="Open the history and take the receipt from a line of it.",
)
HISTORY: Final[Plain] = {
    "description": "With `subject`: every line about it, newest first. Without: what was found.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
RECEIPT: Final[Plain] = {
    "description": "The receipt of the entry, as it was first given.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
INDEX_MAX: Final = 2**53 - 1
"""The largest whole number that every page can carry exactly."""

router = APIRouter(tags=["history"])


@router.get(
    "/api/history",
    summary="Look for a subject, or read its history",
    operation_id="history",
    responses={200: HISTORY, **refusing(NOT_CURRENT, RECORD_DIFFERS)},
    response_class=Response,
)
async def read_history(
    request: Request,
    subject: Annotated[str | None, Query(max_length=200, description="Whose history")] = None,
    search: Annotated[str, Query(max_length=100, description="Part of an id or a name")] = "",
    before: Annotated[int | None, Query(ge=0, le=INDEX_MAX, description="Older than")] = None,
) -> Response:
    """Give what the record holds of one subject, or the subjects that fit a search."""

    def view(look: Look) -> Plain:
        if subject:
            return history(look, subject=subject, before=before)
        return found(look, wanted=search)

    return answered(await _looked(request, view))


@router.get(
    "/api/receipts/{index}",
    summary="The receipt of one entry",
    operation_id="receipt",
    responses={200: RECEIPT, **refusing(NO_SUCH_ENTRY, NOT_CURRENT, RECORD_DIFFERS)},
    response_class=Response,
)
async def read_receipt(
    request: Request, index: Annotated[int, Path(ge=0, le=INDEX_MAX)]
) -> Response:
    """Give the proof that an entry is in the record.

    Raises:
        RefusedError: `no-such-entry`.
    """
    server = door_of(request).server
    try:
        size = await server.look(lambda look: look.size)
        raw = await server.receipt(index) if index < size else None
    except (LedgerError, OSError) as error:
        raise failed_to_look(error) from error
    if raw is None:
        raise RefusedError(NO_SUCH_ENTRY)
    named = f'attachment; filename="receipt-{index}.txt"'
    headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
    return Response(raw, media_type="text/plain; charset=utf-8", headers=headers)


async def _looked(request: Request, view: Callable[[Look], Plain]) -> Plain:
    try:
        return await door_of(request).server.look(view)
    except (LedgerError, OSError) as error:
        raise failed_to_look(error) from error

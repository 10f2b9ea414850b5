"""How does a set get its paper: before the power goes, and back onto the record afterwards?

* Three pages, each a shell: today as it is, blank sheets, and the entry of what was written.
* What fills them is worked out once, on the record as it stands; nothing of it is pushed. Paper
  is of one moment, and says of which.
* Looking is for enrolled devices and for this machine; entering is an act like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from showclear.app.views.look import Look
from showclear.app.views.paper import COPIES_MAX, sheets, today
from showclear.app.views.paper_entry import entry
from showclear.ledger.errors import LedgerError
from showclear.web.access import door_of
from showclear.web.board import for_a_picture, picture_of
from showclear.web.bodies import answered
from showclear.web.pages import given
from showclear.web.refusals import NO_SUCH_PAGE, RefusedError, refusing
from showclear.web.writing import STORING, failed

Plain = dict[str, Any]
T = TypeVar("T")

PAGES: Final = {"today": "paper.html", "sheets": "sheets.html", "entry": "entry.html"}

router = APIRouter(tags=["paper"])


@router.get(
    "/paper/{sheet}",
    summary="A page to be printed, or to enter what was written on one",
    response_class=Response,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **refusing(NO_SUCH_PAGE),
    },
    operation_id="page_paper",
)
def page(request: Request, sheet: str) -> Response:
    """Give a page: a shell, filled by the API."""
    if sheet not in PAGES:
        raise RefusedError(NO_SUCH_PAGE)
    return given(request, PAGES[sheet])


@router.get(
    "/api/paper/{sheet}",
    summary="What goes on paper: `today`, `sheets` or `entry`",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "object"}}}},
        **refusing(NO_SUCH_PAGE, *STORING),
    },
    operation_id="paper",
)
async def paper(
    request: Request, sheet: str, copies: Annotated[int, Query(ge=1, le=COPIES_MAX)] = 1
) -> Response:
    """Give what stands on a page."""
    match sheet:
        case "today":
            told = await _looked(request, today)
            text = for_a_picture(told["checkpoint"])
            drawn = await asyncio.to_thread(picture_of, text)
            found = {**told, "picture": {"path": drawn.path, "side": drawn.side}}
        case "sheets":
            found = await _looked(request, lambda look: sheets(look, copies=copies))
        case "entry":
            found = await _looked(request, entry)
        case _:
            raise RefusedError(NO_SUCH_PAGE)
    answer = answered(found)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _looked(request: Request, view: Callable[[Look], T]) -> T:
    try:
        return await door_of(request).server.look(view)
    except (LedgerError, OSError) as error:
        raise failed(error) from error

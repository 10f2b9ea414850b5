"""How does anybody take the record's checkpoint away with them? By photographing the board.

* In the picture is the checkpoint itself, as its log signed it: text, no address. Whoever has
  photographed it can show later which history was signed at that size, without this server.
* Signatures of witnesses are left out where they would make it too fine for a phone to read:
  what is left is a checkpoint all the same, with its log's own signature.
* A picture takes some milliseconds to make, and acts come faster than anybody photographs: it
  is made for whoever asks, and for all who ask within the same ten seconds once.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import Any, Final

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from showclear.app.views.look import Look
from showclear.app.views.wording import clock
from showclear.ledger.errors import LedgerError
from showclear.web.access import door_of
from showclear.web.bodies import answered
from showclear.web.refusals import refusing
from showclear.web.writing import STORING, failed

Plain = dict[str, Any]

KEPT_SECONDS: Final = 10.0
QR_BYTES_MAX: Final = 500
"""What a phone reads from a wall at arm's length. 500 bytes are 81 modules across."""

QUIET: Final = 4
"""Modules of nothing around a code. Source: ISO/IEC 18004, 6.3.8."""

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A text as a QR code.

    Attributes:
        path: What an SVG path draws: each row of dark modules as a stroke of width 1.
        side: Modules across, with the quiet zone.
    """

    path: str
    side: int


def picture_of(text: str) -> Picture:
    """Draw a text as a QR code of the lowest correction: larger modules read from further.

    >>> picture_of("A").side
    29
    """
    made = segno.make_qr(text, error="l", boost_error=False)
    side, _ = made.symbol_size(border=QUIET)
    drawn = io.BytesIO()
    made.save(drawn, kind="svg", border=QUIET, xmldecl=False, svgns=False, nl=False, omitsize=True)
    path = drawn.getvalue().decode().split(' d="', 1)[1].split('"', 1)[0]
    return Picture(path=path, side=int(side))


def for_a_picture(checkpoint: str) -> str:
    """A checkpoint with as many of its signatures as a picture of it can hold.

    The log's own signature comes first in a note that the log made.
    """
    text, _, signatures = checkpoint.partition("\n\n")
    kept = ""
    for line in signatures.splitlines(keepends=True):
        if kept and len(f"{text}\n\n{kept}{line}".encode()) > QR_BYTES_MAX:
            break
        kept += line
    return f"{text}\n\n{kept}" if kept else checkpoint


def _checkpoint(look: Look) -> Plain:
    text = for_a_picture(look.checkpoint.decode("utf-8", "replace"))
    return {"size": look.size, "at": clock(look, look.now), "text": text}


@router.get(
    "/api/checkpoint",
    summary="The signed checkpoint of the record, as text and as a picture of it",
    response_class=Response,
    responses=refusing(*STORING),
    tags=["board"],
    operation_id="checkpoint",
)
async def checkpoint(request: Request) -> Response:
    """Give the checkpoint of the record; the same one for ten seconds."""
    # Whoever comes while one is drawn waits for it: a crowd has one drawn, not each its own.
    async with request.app.state.drawing:
        kept: tuple[float, Plain] | None = getattr(request.app.state, "checkpoint", None)
        now = asyncio.get_running_loop().time()
        if kept is None or now - kept[0] > KEPT_SECONDS:
            try:
                found = await door_of(request).server.look(_checkpoint)
            except (LedgerError, OSError) as error:
                raise failed(error) from error
            # Elsewhere: nobody who records or looks waits for a picture.
            drawn = await asyncio.to_thread(picture_of, found["text"])
            kept = (now, {**found, "path": drawn.path, "side": drawn.side})
            request.app.state.checkpoint = kept
    return answered(kept[1])

"""How does a photo come beside what it is about, and back to a screen?

* What comes is a picture by its bytes (JPEG, PNG, WebP), whatever it was called. Where it was
  taken is removed before anything is kept; a picture from which that cannot be removed with
  certainty is refused.
* The disk is the record's first: while little is left of it, no photo is taken. A stolen tablet
  can fill the rest, and Stop is still written.
* Keeping a picture says nothing yet. The device names it in a statement of its own,
  `attachment.added`, signed like everything else; the digest that is answered goes into it.
* It is given back under its digest, to enrolled devices, as a picture and nothing else: what
  stands there and is no such picture is not given out. No device keeps it: one that is revoked
  later has none of them left.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from showclear.ledger.attachments import Kind, look, without_location
from showclear.ledger.errors import EvidenceError, StorageError
from showclear.web.bodies import answered
from showclear.web.refusals import (
    OTHER_CONTENT,
    OTHER_ORIGIN,
    TOO_LARGE,
    TOO_SLOW,
    Refusal,
    RefusedError,
    refusing,
)

Plain = dict[str, Any]

PICTURES: Final = {Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.WEBP: "image/webp"}

NO_PHOTOS: Final = Refusal(
    code="no-photos",
    status=503,
    sentence="This server keeps no photos.",
    next="Write it without the photo, and keep the photo on the phone.",
)
NOT_A_PHOTO: Final = Refusal(
    code="not-a-photo",
    status=422,
    sentence="That is not a photo that can be kept.",
    next="Take it again as JPEG, PNG or WebP, or write it without the photo.",
)
PHOTO_NOT_STORED: Final = Refusal(
    code="photo-not-stored",
    status=503,
    sentence="The photo is not kept: the disk did not take it.",
    next="Write it without the photo, keep the photo on the phone, and look after the disk.",
)
NO_ROOM: Final = Refusal(
    code="no-room-for-photos",
    status=507,
    sentence="The photo is not kept: the disk is nearly full, and what is left is for the record.",
    next="Write it without the photo, and keep the photo on the phone. Make room on the server's "
    "disk.",
)
NO_SUCH_PHOTO: Final = Refusal(
    code="no-such-photo",
    status=404,
    sentence="No photo of this digest is kept here.",
    next="Open it from the line of the record that names it.",
)

RESERVE_LEAST: Final = 256 << 20
RESERVE_MOST: Final = 1 << 30
RESERVE_SHARE: Final = 20
"""Bytes of the disk that no photo takes: a twentieth of it, between 256 MiB and 1 GiB."""

PHOTO: Final[Plain] = {
    "description": "The picture's digest, to be named in `attachment.added`.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["sha256", "kind", "length", "removed"],
                "properties": {
                    "sha256": {"type": "string"},
                    "kind": {"type": "string"},
                    "length": {"type": "integer"},
                    "removed": {"type": "array", "items": {"type": "string"}},
                },
            }
        }
    },
}

router = APIRouter(tags=["photos"])


class KeptPhoto(Protocol):
    """A picture that is on disk. See `adapters.attachment_folder.Kept`."""

    @property
    def sha256(self) -> str: ...

    @property
    def kind(self) -> Kind: ...

    @property
    def length(self) -> int: ...

    @property
    def removed(self) -> tuple[str, ...]: ...


class Room(Protocol):
    """What is left on a disk, in bytes. See `adapters.attachment_folder.Room`."""

    @property
    def free(self) -> int: ...

    @property
    def total(self) -> int: ...


class Photos(Protocol):
    """Where pictures are kept, under their digests; the command line hands it in."""

    def room(self) -> Room:
        """Say what is left on the disk on which they are kept."""

    def put(self, raw: bytes) -> KeptPhoto:
        """Keep a picture durably, without where it was taken."""

    def get(self, sha256: str) -> bytes:
        """Return the picture of this digest."""


def photos_of(request: Request) -> Photos:
    """Where this production's pictures are.

    Raises:
        RefusedError: `no-photos`.
    """
    found: Photos | None = getattr(request.app.state, "photos", None)
    if found is None:
        raise RefusedError(NO_PHOTOS)
    return found


@router.post(
    "/api/photos",
    summary="Keep a photo",
    operation_id="photo",
    responses={
        200: PHOTO,
        **refusing(
            OTHER_ORIGIN,
            OTHER_CONTENT,
            TOO_LARGE,
            TOO_SLOW,
            NO_PHOTOS,
            NOT_A_PHOTO,
            PHOTO_NOT_STORED,
            NO_ROOM,
        ),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in PICTURES.values()
            },
        }
    },
    response_class=Response,
)
async def keep_photo(request: Request) -> Response:
    """Keep a picture without where it was taken, and answer its digest."""
    photos, raw = photos_of(request), await request.body()
    kept = await asyncio.to_thread(kept_photo, photos, raw)
    return answered(
        {
            "sha256": kept.sha256,
            "kind": kept.kind.value,
            "length": kept.length,
            "removed": list(kept.removed),
        }
    )


def kept_photo(photos: Photos, raw: bytes) -> KeptPhoto:
    """Keep a picture, or refuse it with what to do.

    Raises:
        RefusedError: `not-a-photo`, `photo-not-stored`, `no-room-for-photos`.
    """
    try:
        if not leaves_enough(photos.room(), len(raw)):
            raise RefusedError(NO_ROOM)
        # Looked at before anything is kept: what cannot be taken leaves nothing.
        if without_location(raw).kind not in PICTURES:
            raise RefusedError(NOT_A_PHOTO)
        return photos.put(raw)
    except EvidenceError as error:
        raise RefusedError(NOT_A_PHOTO, sentence=_why(error)) from error
    except (StorageError, OSError) as error:
        raise RefusedError(PHOTO_NOT_STORED) from error


def leaves_enough(room: Room, length: int) -> bool:
    """Whether the record has room left beside so many bytes more."""
    reserve = min(RESERVE_MOST, max(RESERVE_LEAST, room.total // RESERVE_SHARE))
    return room.free - length >= reserve


def _why(error: EvidenceError) -> str:
    """What is wrong with it; from a phone nobody can ask for the place to stay in."""
    if error.code.startswith("location-"):
        return "The photo may tell where it was taken, and that cannot be removed with certainty."
    return error.sentence


@router.get(
    "/api/photos/{sha256}",
    summary="A photo by its digest",
    operation_id="photo_by_digest",
    responses={
        200: {
            "description": "The picture.",
            "content": {kind: {} for kind in PICTURES.values()},
        },
        **refusing(NO_PHOTOS, NO_SUCH_PHOTO, PHOTO_NOT_STORED),
    },
    response_class=Response,
)
async def give_photo(
    request: Request, sha256: Annotated[str, Path(max_length=64, description="64 hex digits")]
) -> Response:
    """Give a picture to whoever may look."""
    photos = photos_of(request)
    raw, kind = await asyncio.to_thread(found_photo, photos, sha256)
    return Response(raw, media_type=kind, headers={"Cache-Control": "no-store"})


def found_photo(photos: Photos, sha256: str) -> tuple[bytes, str]:
    """Return a kept picture and its type.

    Raises:
        RefusedError: `no-such-photo`, `photo-not-stored`.
    """
    try:
        raw = photos.get(sha256)
        kind = look(raw).kind
    except EvidenceError as error:
        raise RefusedError(NO_SUCH_PHOTO) from error
    except (StorageError, OSError) as error:
        raise RefusedError(PHOTO_NOT_STORED) from error
    if kind not in PICTURES:
        raise RefusedError(NO_SUCH_PHOTO)
    return raw, PICTURES[kind]

"""How do pages and their parts reach a browser: small, right in type, and never an old one?

* A page is a shell without a word of the production in it. It is never stored.
* Parts (scripts, styles, fonts, icons) lie under `/static/`. Each is asked for again with its
  ETag, and mostly answered with 304. With `?v=` and its own digest it may be kept for ever.
* Text is compressed once and kept so. What changed on the disk is read again.
* Only files with a type listed here are given out, and only from this one folder.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.routing import Route

from showclear.web.refusals import NO_SUCH_PAGE, RefusedError, refusing

STATIC: Final = Path(__file__).parent / "static"

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".txt": "text/plain; charset=utf-8",
}
PRESSED: Final = frozenset(
    {".html", ".css", ".js", ".mjs", ".json", ".webmanifest", ".svg", ".txt"}
)
"""What gets smaller by it; fonts and pictures are compressed already."""

ASK_AGAIN: Final = "no-cache"
FOR_EVER: Final = "public, max-age=31536000, immutable"
NEVER: Final = "no-store"
SMALLEST: Final = 512
ICON: Final = "icon.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file as it is given out.

    Attributes:
        pressed: The same bytes by gzip; empty where that would not help.
        digest: 16 hexadecimal digits of its SHA-256.
    """

    raw: bytes
    pressed: bytes
    digest: str
    kind: str
    stamp: tuple[int, int]


class Parts:
    """The files of one folder, read once and again when they change."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder.resolve()
        self._parts: dict[str, Part] = {}

    def find(self, name: str) -> Part:
        """Return a file by its path in the folder.

        Raises:
            RefusedError: `no-such-page`.
        """
        kind = TYPES.get(Path(name).suffix)
        if kind is None or "\x00" in name:
            raise RefusedError(NO_SUCH_PAGE)
        try:
            path = (self._folder / name).resolve()
            if not path.is_relative_to(self._folder) or not path.is_file():
                raise RefusedError(NO_SUCH_PAGE)
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            part = self._parts.get(str(path))
            if part is None or part.stamp != stamp:
                part = _read(path, kind, stamp)
                self._parts[str(path)] = part
        except (OSError, ValueError):
            raise RefusedError(NO_SUCH_PAGE) from None
        return part


def _read(path: Path, kind: str, stamp: tuple[int, int]) -> Part:
    raw = path.read_bytes()
    pressed = b""
    if path.suffix in PRESSED and len(raw) >= SMALLEST:
        pressed = gzip.compress(raw, 9, mtime=0)
    digest = hashlib.sha256(raw).hexdigest()[:16]
    return Part(raw=raw, pressed=pressed, digest=digest, kind=kind, stamp=stamp)


PARTS: Final = Parts()


def given(request: Request, name: str, *, parts: Parts = PARTS) -> Response:
    """Answer a request with a file of the folder."""
    part = parts.find(name)
    presses = part.pressed and _takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{part.digest}-gz"' if presses else f'"{part.digest}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": ASK_AGAIN}
    if part.kind == TYPES[".html"]:
        headers = {"Cache-Control": NEVER, "Vary": "Accept-Encoding"}
    elif request.query_params.get("v") == part.digest:
        headers["Cache-Control"] = FOR_EVER
    if "ETag" in headers and _known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if presses:
        headers["Content-Encoding"] = "gzip"
    raw = part.pressed if presses else part.raw
    return Response(raw, headers=headers, media_type=part.kind)


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.lower().split(","):
        name, _, weight = one.strip().partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _known(given_tags: str, tag: str) -> bool:
    return tag in (one.strip().removeprefix("W/") for one in given_tags.split(","))


def page(router: APIRouter, path: str, name: str, *, parts: Parts = PARTS) -> None:
    """Serve one page of the folder at an address of its own."""

    def shown(request: Request) -> Response:
        return given(request, name, parts=parts)

    shown.__doc__ = f"The page {path}: a shell, filled by the API."
    router.add_api_route(
        path,
        shown,
        methods=["GET"],
        response_class=Response,
        responses={200: {"content": {"text/html": {}}}, **refusing(NO_SUCH_PAGE)},
        tags=["pages"],
        operation_id=f"page_{path.strip('/').partition('/')[0] or 'first'}",
    )


async def static(request: Request) -> Response:
    """A part of a page."""
    request.scope["route"] = PLAIN[0]
    return given(request, str(request.path_params["path"]))


async def icon(request: Request) -> Response:
    """The picture that browsers ask for by themselves; nothing where there is none."""
    request.scope["route"] = PLAIN[1]
    try:
        return given(request, ICON)
    except RefusedError:
        return Response(status_code=204, headers={"Cache-Control": "max-age=3600"})


PLAIN: Final = (Route("/static/{path:path}", static), Route("/favicon.ico", icon))
"""Parts of pages: the same for everybody, so nobody is asked who they are."""

router = APIRouter()
for _path, _name in (
    ("/", "board.html"),
    ("/board", "board.html"),
    ("/cart", "cart.html"),
    ("/floor", "floor.html"),
    ("/stop", "stop.html"),
    ("/enrol", "enrol.html"),
    ("/history", "history.html"),
):
    page(router, _path, _name)

"""Which parts of a picture are its pixels and colours, and which could tell a place?

* Kept: what a decoder needs for the same pixels, colours, frames and print size; the
  compressed picture stands byte for byte as it came.
* Of Exif, only how the picture is turned is written anew. Everything else goes: Exif with its
  GPS fields and maker notes, XMP, Photoshop, comments, Content Credentials, second pictures,
  fill bytes, chunks of unknown name, and what follows the end.
* HEIC is walked to tell that it is one; none of its parts is removed.

Source: ITU-T T.81 annex B; W3C PNG, third edition, section 5; RFC 9649, section 2.7; Exif 2.32.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from showclear.ledger.attachment_parts import (
    Part,
    Parts,
    big,
    boxes,
    broken,
    counted,
    replaced,
    riff,
    riff_end,
    said,
)

_FIELDS_MAX: Final = 256
"""How far into Exif's first directory the turn is looked for; cameras write about a dozen."""


def _turn(tiff: bytes) -> bytes:
    """Return Exif that says how the picture is turned and nothing else; empty if it is not.

    Source: Exif 2.32, section 4.6.4, tag 274 (Orientation); TIFF 6.0, section 2.
    """
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(tiff[:4])
    if order is None:
        return b""
    little = order == "little"

    def number(at: int, size: int) -> int:
        piece = tiff[at : at + size]
        return int.from_bytes(piece, "little" if little else "big")

    first = number(4, 4)
    count = min(number(first, 2), _FIELDS_MAX)
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff)), 12):
        if number(at, 2) == 274 and number(at + 2, 2) == 3 and 2 <= number(at + 8, 2) <= 8:
            value = number(at + 8, 2).to_bytes(2, "big")
            entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + value + b"\0\0"
            return b"MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b""


_FRAMES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_TABLES: Final = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_SCAN, _END = 0xDA, 0xD9
_SCAN_STOPS: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_FILL: Final = re.compile(rb"\xff+(?=\xff)")
_SEGMENT_NAMES: Final = (
    (b"http://ns.adobe.com/", "XMP"),
    (b"Photoshop", "Photoshop"),
    (b"MPF\0", "MPF"),
    (b"JP", "JUMBF"),
    (b"Exif\0", "Exif"),
)


def jpeg(raw: bytes) -> Parts:
    """Give the segments up to the end of the picture; what follows it goes."""
    yield Part(raw[:2])
    at, seen = 2, set[int]()
    while True:
        fill = _FILL.match(raw, at)
        if fill:
            yield Part(b"", "fill bytes")
            at = fill.end()
        if big(raw, at, size=2) >> 8 != 0xFF:
            raise broken(at, "no JPEG marker where one must stand")
        marker = raw[at + 1]
        if marker == _END:
            break
        end = at + 2 + big(raw, at + 2, size=2)
        if end < at + 4 or end > len(raw):
            raise broken(at, "a JPEG segment runs past its end")
        yield _jpeg_segment(marker, raw[at:end])
        seen.add(marker)
        at = end
        if marker == _SCAN:
            stop = _SCAN_STOPS.search(raw, at)
            if stop is None:
                raise broken(len(raw), "the picture stops before its end")
            yield Part(raw[at : stop.start()])
            at = stop.start()
    if _SCAN not in seen or len(seen & _FRAMES) != 1:
        raise broken(at, "a JPEG without its picture")
    yield Part(raw[at : at + 2])
    if raw[at + 2 :]:
        yield Part(b"", "bytes after the end")


def _jpeg_segment(marker: int, raw: bytes) -> Part:
    body = raw[4:]
    if marker in _FRAMES or marker == _SCAN:
        count = body[5:6] if marker in _FRAMES else body[:1]
        wanted = 6 + 3 * count[0] if marker in _FRAMES and count else 4 + 2 * sum(count)
        if len(body) != wanted or not count or not count[0]:
            raise broken(0, "a JPEG's frame or scan contradicts its length")
        return Part(raw)
    if marker in _TABLES or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0")):
        return Part(raw)
    if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        # The colours need the first bytes; a small second picture stands behind them.
        return replaced(raw, raw[:2] + b"\0\x10" + body[:12] + b"\0\0", told="JFIF thumbnail")
    if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        return replaced(raw, raw[:2] + b"\0\x0e" + body[:12], told="Adobe")
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        turn = _turn(body[6:])
        segment = b"\xff\xe1" + (len(turn) + 8).to_bytes(2, "big") + b"Exif\0\0" + turn
        return replaced(raw, segment if turn else b"", told="Exif")
    if marker == 0xFE or 0xE0 <= marker <= 0xEF:
        names = [name for start, name in _SEGMENT_NAMES if body.startswith(start)]
        app = "comment" if marker == 0xFE else f"APP{marker - 0xE0}"
        return Part(b"", names[0] if names else app)
    raise broken(0, f"a JPEG marker that is not known here, {marker:02x}")


_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs tIME "
    b"acTL fcTL fdAT cICP mDCV cLLI".split()
)


def png(raw: bytes) -> Parts:
    """Give the chunks up to IEND, each with its check sum compared; what follows goes."""
    yield Part(raw[:8])
    at, names = 8, list[bytes]()
    while names[-1:] != [b"IEND"]:
        end = at + 12 + big(raw, at)
        if end > len(raw) or zlib.crc32(raw[at + 4 : end - 4]) != big(raw, end - 4):
            raise broken(at, "a PNG chunk is cut off or does not match its check sum")
        name, chunk = raw[at + 4 : at + 8], raw[at:end]
        names.append(name)
        at = end
        if name == b"eXIf":
            turn = _turn(chunk[8:-4])
            check = zlib.crc32(name + turn).to_bytes(4, "big")
            made = len(turn).to_bytes(4, "big") + name + turn + check
            yield replaced(chunk, made if turn else b"", told="eXIf")
        else:
            yield Part(chunk) if name in _PNG_KEPT else Part(b"", said(name))
    if names[0] != b"IHDR" or raw[8:12] != b"\0\0\0\x0d" or b"IDAT" not in names:
        raise broken(8, "a PNG without its picture")
    if raw[at:]:
        yield Part(b"", "bytes after the end")


def webp(raw: bytes) -> Parts:
    """Give the chunks; the length in the header is left for whoever joins them."""
    end = riff_end(raw)
    chunks = list(counted(riff(raw, 12, end=end)))
    names = [name for name, _ in chunks]
    pictures = {b"VP8 ", b"VP8L", b"ANMF"}
    if names[0] not in pictures - {b"ANMF"} | {b"VP8X"} or not pictures & {*names}:
        raise broken(12, "a WebP without its picture")
    turn = b""
    for name, chunk in chunks:
        if name == b"EXIF" and not turn:
            turn = _turn(chunk[8:].removeprefix(b"Exif\0\0"))
    yield Part(raw[:12])
    for name, chunk in chunks:
        yield from _webp_chunk(name, chunk, turn=turn)
    if raw[end:]:
        yield Part(b"", "bytes after the end")


def _webp_chunk(name: bytes, chunk: bytes, *, turn: bytes) -> Parts:
    if (name == b"VP8 " and chunk[11:14] != b"\x9d\x01*") or (
        name == b"VP8L" and chunk[8:9] != b"/"
    ):
        raise broken(12, "a WebP whose picture does not begin as one")
    if name == b"VP8X":
        if len(chunk) != 18:
            raise broken(12, "a WebP whose description has another length")
        # Two flags say that Exif (8) and XMP (4) follow; only what is kept may be announced.
        flags = chunk[8] & ~12 | (8 if turn else 0)
        yield replaced(chunk, chunk[:8] + bytes([flags]) + chunk[9:], told="Exif or XMP flags")
    elif name == b"ANMF":
        if len(chunk) < 24:
            raise broken(12, "a WebP frame without its place")
        inner = b"".join(
            piece
            for sort, piece in riff(chunk, 24, end=8 + int.from_bytes(chunk[4:8], "little"))
            if sort in (b"ALPH", b"VP8 ", b"VP8L")
        )
        made = b"ANMF" + (16 + len(inner)).to_bytes(4, "little") + chunk[8:24] + inner
        made += bytes(len(inner) % 2)
        yield replaced(chunk, made, told="parts of a frame")
    elif name == b"EXIF":
        made = name + len(turn).to_bytes(4, "little") + turn
        yield replaced(chunk, made if turn else b"", told="Exif")
    elif name in (b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ICCP"):
        yield Part(chunk)
    else:
        yield Part(b"", said(name))


def heic(raw: bytes) -> Parts:
    """Give the file as one part, after its boxes were found whole."""
    found = {box.name: box for box in counted(boxes(raw, 0, end=len(raw)))}
    if b"meta" not in found or b"mdat" not in found:
        raise broken(0, "a HEIC without its picture")
    meta = found[b"meta"]
    inner = {box.name: box for box in counted(boxes(raw, meta.body + 4, end=meta.end))}
    if b"hdlr" not in inner or raw[inner[b"hdlr"].body + 8 :][:4] != b"pict":
        raise broken(meta.start, "a HEIC whose description is not one of a picture")
    yield Part(raw)

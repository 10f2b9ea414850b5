"""Pictures, sounds and PDFs built by hand, with a place wherever one is usually written.

Each is as small as its format allows; none shows or sounds like anything.
"""

from __future__ import annotations

import struct
import zlib

from showclear.ledger.attachments import Kind

PLACE = b"+34.0522-118.2437/"
GPS_POINTER = b"\x88\x25\x00\x04\x00\x00\x00\x01"
SCAN = b"\x11\x22\xff\x00\x33\xff\xd0\x44"
SOUND = bytes(range(1, 65))


def exif(*, turned: int = 6) -> bytes:
    """A TIFF with an orientation and a GPS directory that holds a place."""
    turn = b"\x01\x12\x00\x03\x00\x00\x00\x01" + turned.to_bytes(2, "big") + b"\0\0"
    entries = turn + GPS_POINTER + struct.pack(">I", 38)
    gps = b"\0\x01" + struct.pack(">HHII", 2, 2, 18, 56) + b"\0\0\0\0" + PLACE
    return b"MM\0*\0\0\0\x08\0\x02" + entries + b"\0\0\0\0" + gps


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes, behind: bytes = b"") -> bytes:
    frame = segment(0xDB, bytes(65)) + segment(0xC0, b"\x08\0\x08\0\x08\x01\x01\x11\0")
    scan = segment(0xC4, bytes(17)) + segment(0xDA, b"\x01\x01\0\0\x3f\0") + SCAN
    return b"\xff\xd8" + b"".join(segments) + frame + scan + b"\xff\xd9" + behind


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PIXELS = chunk(b"IDAT", zlib.compress(b"\0\x80"))


def png(*chunks: bytes, behind: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + PIXELS + chunk(b"IEND", b"") + behind


def riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def riff(form: bytes, *chunks: bytes) -> bytes:
    body = form + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


VP8 = riff_chunk(b"VP8 ", b"\x10\0\0\x9d\x01*\x08\0\x08\0" + b"pixels")


def webp(*chunks: bytes, flags: int = 0x0C) -> bytes:
    return riff(b"WEBP", riff_chunk(b"VP8X", bytes([flags]) + bytes(9)), VP8, *chunks)


def wav(*chunks: bytes) -> bytes:
    form = riff_chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8))
    return riff(b"WAVE", form, *chunks, riff_chunk(b"data", SOUND))


def box(name: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return struct.pack(">I", len(body) + 8) + name + body


def track(handler: bytes) -> bytes:
    said = box(b"hdlr", bytes(8), handler, bytes(13))
    stbl = box(b"stbl", box(b"stco", bytes(8)))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", said, box(b"minf", stbl)))


def m4a(*tracks: bytes, brand: bytes = b"M4A ") -> bytes:
    place = box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE)
    moov = box(b"moov", box(b"mvhd", bytes(100)), *tracks, box(b"udta", place))
    head = box(b"ftyp", brand, bytes(4), brand)
    return head + moov + box(b"uuid", bytes(16), PLACE) + box(b"mdat", SOUND)


def heic(*, inner: bytes = b"") -> bytes:
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"pict", bytes(13)), inner)
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta + box(b"mdat", b"pixels")


def ogg_check(page: bytes) -> bytes:
    """The check sum of a page, bit by bit as RFC 3533 has it."""
    count = 0
    for byte in page:
        count ^= byte << 24
        for _ in range(8):
            count = (count << 1 ^ (0x04C11DB7 if count >> 31 else 0)) & 0xFFFF_FFFF
    return struct.pack("<I", count)


def page(flags: int, number: int, *laces: int, body: bytes) -> bytes:
    head = b"OggS\0" + bytes([flags]) + bytes(8) + b"unit" + struct.pack("<I", number)
    tail = bytes([len(laces), *laces]) + body
    return head + ogg_check(head + bytes(4) + tail) + tail


def ogg(comment: bytes = b"LOCATION=" + PLACE, *, extra: int = 300) -> bytes:
    """Opus, its comments over two pages, with sound on the second one."""
    listed = struct.pack("<I", 4) + b"unit" + struct.pack("<II", 1, len(comment)) + comment
    tags = b"OpusTags" + listed + b"x" * extra
    last = len(tags) - 255
    return (
        page(2, 0, 19, body=b"OpusHead" + bytes(11))
        + page(0, 1, 255, body=tags[:255])
        + page(5, 2, last, len(SOUND), body=tags[255:] + SOUND)
    )


def frame(fill: int) -> bytes:
    """MPEG-1 layer III, 32 kbit/s at 32 kHz: 144 bytes."""
    return b"\xff\xfb\x18\xc0" + bytes([fill]) * 140


FRAMES = frame(1) + frame(2) + frame(3)


def mp3(*, behind: bytes = b"") -> bytes:
    text = b"TXXX" + struct.pack(">I", len(PLACE) + 1) + b"\0\0\0" + PLACE
    return b"ID3\x03\0\0" + bytes([0, 0, 0, len(text)]) + text + FRAMES + behind


def pdf(*, inner: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" + inner + b"\nstartxref\n9\n%%EOF\n"


def samples() -> dict[Kind, bytes]:
    """Return one file of each kind, with a place wherever phones and programs write one."""
    app = segment(0xE1, b"Exif\0\0" + exif())
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE)
    return {
        Kind.JPEG: jpeg(app, xmp, segment(0xFE, PLACE), behind=box(b"ftyp", PLACE)),
        Kind.PNG: png(chunk(b"eXIf", exif()), chunk(b"tEXt", b"Place\0" + PLACE), behind=PLACE),
        Kind.WEBP: webp(riff_chunk(b"EXIF", exif()), riff_chunk(b"XMP ", PLACE)),
        Kind.HEIC: heic(inner=box(b"idat", b"Exif\0\0" + exif())),
        Kind.PDF: pdf(),
        Kind.MP3: mp3(behind=b"TAG" + PLACE.ljust(125)),
        Kind.M4A: m4a(track(b"soun")),
        Kind.OGG: ogg(),
        Kind.WAV: wav(riff_chunk(b"LIST", b"INFO" + PLACE), riff_chunk(b"bext", PLACE)),
    }

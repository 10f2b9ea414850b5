"""Is this file a picture, a sound or a PDF, and does it tell where somebody was?

* A file is what its bytes are. A name or a declared type is never asked for.
* Each format is walked part by part to its last byte, and what is not understood is
  refused. This does not decode: a file that is taken may still show nothing.
* Location goes without re-encoding. A part is kept because it is on a short list of parts
  that pictures and sound need; everything else goes, also where nobody knew of a place in it.
* What was kept is then searched for the marks under which places are written; one that is
  found refuses the file. This catches a mark in a part that should not hold it.
* Where removal is not certain the file is refused, with the way on.

Per kind: JPEG, PNG, WebP, WAV and MP3 lose the parts; in M4A and Ogg the parts are blanked in
place, because sample tables point at bytes. HEIC and PDF are taken only with their location,
since nothing here can tell what their compressed parts say.

Not known, for any kind: what is seen or heard in it; what is hidden within compressed
picture or sound, in a colour profile, or between the samples of an M4A; what a viewer makes
of it. A PDF may carry scripts and other files, which are not looked for.

The walks are in `attachment_pictures` and `attachment_sound`; keeping files is for the folder.

Source: WHATWG MIME Sniffing, sections 5.2 and 7.1; APPNOTE.TXT 6.3.10, section 4.3.16 (ZIP);
ISO 32000-2, section 7.5; Exif 2.32, section 4.6.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from showclear.ledger.attachment_parts import Part, Parts, big, broken, counted
from showclear.ledger.attachment_pictures import heic, jpeg, png, webp
from showclear.ledger.attachment_sound import m4a, mp3, ogg, tracks, wav
from showclear.ledger.errors import EvidenceError

ATTACHMENT_BYTES_MAX: Final = 50_000_000
"""What one picture, recording or PDF may take, unless the caller says another limit."""

TAKEN: Final = "JPEG, PNG, WebP, HEIC, PDF, MP3, M4A, Ogg or WAV"


class Kind(StrEnum):
    """What a file is, by its bytes. Stored: words are only ever added."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"
    MP3 = "mp3"
    M4A = "m4a"
    OGG = "ogg"
    WAV = "wav"


class How(StrEnum):
    """What was done to a file so that it tells no place in a part that is known."""

    UNTOUCHED = "untouched"
    """Only parts that are kept were there: the bytes are the ones that came."""
    DROPPED = "dropped"
    """Parts were left out, or written anew with less; the others stand as they came."""
    BLANKED = "blanked"
    """Parts were overwritten where they stood; the length is unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file is.

    Attributes:
        kind: Its format.
        length: Bytes that came, those behind the end of a picture included.
    """

    kind: Kind
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A file without the parts that could tell a place.

    Attributes:
        raw: Its bytes; other bytes than those that came unless `how` is untouched.
        kind: Its format.
        removed: Each removed part's name once, in the order of the file, such as `Exif`.
        how: How they were removed.
    """

    raw: bytes
    kind: Kind
    removed: tuple[str, ...]
    how: How


def look(raw: bytes, *, limit: int = ATTACHMENT_BYTES_MAX) -> Found:
    """Tell what a file is, or refuse it.

    Args:
        raw: The whole file.
        limit: Bytes that it may have.

    Raises:
        EvidenceError: `attachment-empty`, `attachment-too-large`, `attachment-kind` (not a
            format that is taken), `attachment-broken` (it is cut off, damaged or contradicts
            itself), `attachment-two-formats` (it reads as something else, too).
    """
    kind, _ = _walked(raw, limit=limit)
    return Found(kind=kind, length=len(raw))


def without_location(raw: bytes, *, limit: int = ATTACHMENT_BYTES_MAX) -> Cleaned:
    """Return the file without the parts in which a place could be written.

    A JPEG, PNG or WebP that was turned by Exif keeps its turn and nothing else of Exif.
    Doing it twice changes nothing.

    Raises:
        EvidenceError: As `look`, and `location-found` (a mark of it stands where nothing can
            be removed), `location-not-excluded` (nobody can tell).
    """
    kind, parts = _walked(raw, limit=limit)
    if kind in (Kind.HEIC, Kind.PDF):
        raise _location_stays(raw, kind)
    if kind is Kind.M4A and tracks(raw) != {b"soun"}:
        raise _location_stays(b"", kind)
    removed = tuple(dict.fromkeys(part.told for part in parts if part.told))
    cleaned = b"".join(part.raw for part in parts) if removed else raw
    if removed and kind in (Kind.WEBP, Kind.WAV):
        cleaned = cleaned[:4] + (len(cleaned) - 8).to_bytes(4, "little") + cleaned[8:]
    if _marked(cleaned):
        raise _location_stays(cleaned, kind)
    how = How.BLANKED if kind in (Kind.M4A, Kind.OGG) else How.DROPPED
    return Cleaned(raw=cleaned, kind=kind, removed=removed, how=how if removed else How.UNTOUCHED)


def _walked(raw: bytes, *, limit: int) -> tuple[Kind, list[Part]]:
    if not raw:
        raise EvidenceError("attachment-empty", "The file holds nothing. Choose it again.")
    if len(raw) > limit:
        sentence = (
            f"The file has {len(raw):,} bytes and {limit:,} are taken. Send a smaller picture, "
            "a shorter recording, or the PDF in parts."
        )
        raise EvidenceError("attachment-too-large", sentence)
    kind = _kind(raw)
    _refuse_second_format(raw, kind)
    return kind, list(counted(_WALKS[kind](raw)))


# --- What it is -------------------------------------------------------------------------------

_PICTURE_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})
_SOUND_BRANDS: Final = frozenset(
    {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash"}
)
_NOT_TAKEN: Final = (
    (b"PK", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"#!", "a script"),
    (b"<", "a web page, SVG or other markup"),
    (b"GIF8", "a GIF"),
    (b"II*\0", "a TIFF or raw picture"),
    (b"MM\0*", "a TIFF or raw picture"),
    (b"fLaC", "FLAC sound"),
    (b"\x1aE\xdf\xa3", "WebM or Matroska"),
)


def _kind(raw: bytes) -> Kind:
    head = raw[:12]
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"RIFF") and head[8:] in (b"WEBP", b"WAVE"):
        return Kind.WEBP if head[8:] == b"WEBP" else Kind.WAV
    if re.match(rb"%PDF-[12]\.[0-9][\r\n ]", raw):
        return Kind.PDF
    if head.startswith(b"OggS"):
        return Kind.OGG
    if head.startswith(b"ID3") or (head[0] == 0xFF and head[1:2] and head[1] & 0xE6 == 0xE2):
        return Kind.MP3
    if head[4:8] == b"ftyp":
        brands = {raw[at : at + 4] for at in (8, *range(16, min(big(raw, 0), 256), 4))}
        if brands & _PICTURE_BRANDS:
            return Kind.HEIC
        if brands & _SOUND_BRANDS:
            return Kind.M4A
    raise _not_taken(raw)


def _not_taken(raw: bytes) -> EvidenceError:
    text = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    names = [name for start, name in _NOT_TAKEN if text.startswith(start)]
    what = names[0] if names else "a format that is not taken, or not whole from its start"
    sentence = f"By its bytes this is {what}. Send it as {TAKEN}; its name does not count."
    return EvidenceError("attachment-kind", sentence)


_SNIFFED_BYTES: Final = 1_445
"""How far a browser looks to tell what a resource is (WHATWG MIME Sniffing, section 7)."""
_ARCHIVE_END_BYTES: Final = 65_557
"""The record at the end of a ZIP archive with the longest comment behind it."""
_UNPACKERS_LOOK: Final = 1_048_576
"""How far into a file unpackers look for an archive behind a program."""
_ARCHIVE_STARTS: Final = (b"Rar!\x1a\7", b"7z\xbc\xaf'\x1c")
_MARKUP: Final = re.compile(
    rb"<(?:!doctype|html|head|body|script|iframe|svg|img|style|title|plaintext|table|pre|a href)\b"
    rb"|<\?(?:php|xml)\b|%pdf-",
    re.IGNORECASE,
)


def _refuse_second_format(raw: bytes, kind: Kind) -> None:
    """Refuse what a browser or an unpacker could take for something else, too."""
    tail = raw[-_ARCHIVE_END_BYTES:]
    other = ""
    if _MARKUP.search(raw, 5 if kind is Kind.PDF else 0, _SNIFFED_BYTES):
        other = "a web page, script or PDF"
    elif b"PK\5\6" in tail and b"PK\1\2" in raw:
        other = "a ZIP archive"
    elif any(raw.find(sign, 0, _UNPACKERS_LOOK) >= 0 for sign in _ARCHIVE_STARTS):
        other = "an archive"
    if other:
        sentence = (
            f"This {kind.upper()} can be read as {other}, too. Open it, export it anew "
            "as a picture, sound or PDF alone, and send that."
        )
        raise EvidenceError("attachment-two-formats", sentence)


# --- Location ---------------------------------------------------------------------------------

_LOCATION_MARKS: Final = (
    b"\x88\x25\x00\x04\x00\x00\x00\x01",  # Exif's pointer to the GPS fields, either way round.
    b"\x25\x88\x04\x00\x01\x00\x00\x00",
    b"GPSLatitude",
    b"GPSLongitude",
    b"GPSPosition",
    b"geo:lat",
    b"location.ISO6709",
    b"LOCATION=",
    b"loci\0\0\0\0",
)
_PLACE_TEXT: Final = re.compile(rb"\xa9xyz.{4}[+-][0-9]", re.DOTALL)


def _marked(raw: bytes) -> bool:
    return any(mark in raw for mark in _LOCATION_MARKS) or bool(_PLACE_TEXT.search(raw))


def _location_stays(raw: bytes, kind: Kind) -> EvidenceError:
    found = _marked(raw) or (kind is Kind.HEIC and b"Exif\0\0" in raw)
    other = {Kind.HEIC: "send it as JPEG", Kind.PDF: "send pictures of its pages"}
    next_step = other.get(kind, "export it anew without its place")
    said = "carries" if found else "may carry"
    sentence = (
        f"This {kind.upper()} {said} the place where it was made, which cannot be removed from it "
        f"here with certainty. Either {next_step}, or keep it as it is: keep_location=True if "
        "whoever took it agrees."
    )
    return EvidenceError("location-found" if found else "location-not-excluded", sentence)


def _pdf(raw: bytes) -> Parts:
    """Give the file as one part, after its end was found; nothing of it is read."""
    tail = raw[-1024:]
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise broken(len(raw), "a PDF without its end")
    yield Part(raw)


_WALKS: Final[dict[Kind, Callable[[bytes], Parts]]] = {
    Kind.JPEG: jpeg,
    Kind.PNG: png,
    Kind.WEBP: webp,
    Kind.HEIC: heic,
    Kind.PDF: _pdf,
    Kind.MP3: mp3,
    Kind.M4A: m4a,
    Kind.OGG: ogg,
    Kind.WAV: wav,
}

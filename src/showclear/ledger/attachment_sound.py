"""Which parts of a recording are its sound, and which could tell a place?

* WAV keeps format and samples. MP3 keeps its whole frames and nothing before, between or
  behind them. Both lose everything else: ID3, LIST, bext, iXML, XMP, pictures.
* In M4A and MP4 a box outside the list is blanked: same length, named `free`, zeros within.
  So every sample stands where the tables say. The samples' own box is not looked into.
* In Ogg the comment packet is blanked: same length, an empty list of comments and a maker's
  name of spaces; the check sums of its pages are made anew.
* A moving picture is refused. One stream, one codec: chained and mixed streams are refused.

Source: ISO 14496-12, sections 4.2 and 8; RFC 3533, section 6; RFC 7845, section 5; Vorbis I,
sections 4.2 and 5; ISO 11172-3, section 2.4.1.3; RIFF 1.0 (WAVE).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
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
from showclear.ledger.errors import EvidenceError


def wav(raw: bytes) -> Parts:
    """Give format and samples; everything else goes."""
    end = _riff_length_known(raw)
    yield Part(raw[:12])
    names = []
    for name, chunk in riff(raw, 12, end=end):
        names.append(name)
        yield Part(chunk) if name in (b"fmt ", b"fact", b"data") else Part(b"", said(name))
        if name == b"fmt " and len(chunk) < 22:
            raise broken(12, "a WAV whose format is cut off")
    if names.count(b"fmt ") != 1 or names.count(b"data") != 1:
        raise broken(12, "a WAV without one format and one recording")
    if raw[end:]:
        yield Part(b"", "bytes after the end")


def _riff_length_known(raw: bytes) -> int:
    if raw[4:8] in (b"\0\0\0\0", b"\xff\xff\xff\xff"):
        raise broken(4, "the recorder never wrote how long it is; open and save it once")
    return riff_end(raw)


# --- MP3 --------------------------------------------------------------------------------------

_RATES: Final = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_KBITS_1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_TAGS_BEHIND: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")
_FRAMES_MIN: Final = 3
"""Fewer frames in a row than this could be an accident of other bytes."""

_ID3_MAX: Final = 8
"""Tags that are skipped before the sound; programs write one, careless ones two."""


def mp3(raw: bytes) -> Parts:
    """Give the whole frames of layer III; tags before and behind them go."""
    start = _behind_id3(raw)
    if start:
        yield Part(b"", "ID3")
    at, frames = start, 0
    # Version, layer and sampling rate stay the same in one recording.
    same = (raw[start + 1 : start + 2], _rate_bits(raw, start))
    while (length := _frame_length(raw, at)) and at + length <= len(raw):
        if (raw[at + 1 : at + 2], _rate_bits(raw, at)) != same:
            break
        at += length
        frames += 1
    if frames < _FRAMES_MIN:
        raise broken(start, "no run of MP3 frames where the sound must begin")
    yield Part(raw[start:at])
    rest = raw[at:]
    if rest.startswith(_TAGS_BEHIND):
        yield Part(b"", "tags behind the sound")
    elif rest and len(rest) < _frame_length(raw, at):
        yield Part(b"", "an unfinished last frame")
    elif rest:
        raise broken(at, "the MP3 frames stop before the end")


def _behind_id3(raw: bytes) -> int:
    """Return where the sound begins: behind every ID3v2 tag and the zeros after it."""
    at = 0
    for _ in range(_ID3_MAX):
        if raw[at : at + 3] != b"ID3":
            break
        head = raw[at : at + 10]
        if len(head) < 10 or max(head[6:]) > 127:
            raise broken(at, "an ID3 tag whose length is not one")
        length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        at += 10 + length + (10 if head[5] & 16 else 0)
    zeros = re.compile(rb"\0*").match(raw, at) if at else None
    return zeros.end() if zeros else at


def _rate_bits(raw: bytes, at: int) -> int:
    return raw[at + 2] & 12 if at + 2 < len(raw) else -1


def _frame_length(raw: bytes, at: int) -> int:
    """Return how long the frame is that begins here; 0 where none does."""
    head = raw[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, kbits = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate == 3 or kbits in (0, 15):
        return 0
    per_frame, table = (144, _KBITS_1) if version == 3 else (72, _KBITS_2)
    return per_frame * 1000 * table[kbits] // _RATES[version][rate] + (head[2] >> 1 & 1)


# --- M4A and MP4 ------------------------------------------------------------------------------

_STBL: Final = b"stsd stts ctts stsc stsz stz2 stco co64 stss sgpd sbgp sdtp subs saiz saio cslg"
_KEPT: Final = {
    name: frozenset(inner.split())
    for name, inner in {
        b"": b"ftyp moov mdat moof mfra sidx styp",
        b"moov": b"mvhd trak mvex iods",
        b"mvex": b"mehd trex",
        b"trak": b"tkhd mdia edts",
        b"edts": b"elst",
        b"mdia": b"mdhd hdlr minf",
        b"minf": b"smhd dinf stbl",
        b"stbl": _STBL,
        b"moof": b"mfhd traf",
        b"traf": b"tfhd tfdt trun sgpd sbgp sdtp subs saiz saio",
        b"mfra": b"tfra mfro",
    }.items()
}
"""By container, the boxes that playing needs. Those that are containers here are walked."""

_TRACKS_MAX: Final = 64


def m4a(raw: bytes) -> Parts:
    """Give the boxes, those outside the list blanked. A film is refused as another kind."""
    kinds = tracks(raw)
    if b"vide" in kinds:
        sentence = "This MP4 holds a moving picture. Send its sound as M4A, or single pictures."
        raise EvidenceError("attachment-kind", sentence)
    if b"soun" not in kinds:
        raise broken(0, "an MP4 without a track of sound")
    yield from _boxes_kept(raw, (0, len(raw)), inside=b"")


def tracks(raw: bytes) -> set[bytes]:
    """Return what the tracks are for, such as `soun`: the types of their handlers."""
    spans = [(0, len(raw))]
    for container in (b"moov", b"trak", b"mdia"):
        spans = [
            (box.body, box.end)
            for start, end in spans
            for box in counted(boxes(raw, start, end=end))
            if box.name == container
        ]
        if len(spans) > _TRACKS_MAX:
            raise broken(0, "an MP4 with more tracks than a recording has")
    handlers = [
        raw[box.body + 8 : box.body + 12]
        for start, end in spans
        for box in counted(boxes(raw, start, end=end))
        if box.name == b"hdlr"
    ]
    return set(handlers) if len(handlers) == len(spans) else set()


def _boxes_kept(raw: bytes, span: tuple[int, int], *, inside: bytes) -> Parts:
    for box in boxes(raw, span[0], end=span[1]):
        if box.name not in _KEPT[inside]:
            blank = raw[box.start : box.start + 4] + b"free" + raw[box.start + 8 : box.body]
            blank += bytes(box.end - box.body)
            yield replaced(raw[box.start : box.end], blank, told=said(box.name))
        elif box.name in _KEPT:
            yield Part(raw[box.start : box.body])
            yield from _boxes_kept(raw, (box.body, box.end), inside=box.name)
        else:
            yield Part(raw[box.start : box.end])


# --- Ogg --------------------------------------------------------------------------------------

_COMMENT_PACKETS: Final = {
    b"OpusHead": (b"OpusTags", b""),
    b"\x01vorbis": (b"\x03vorbis", b"\x01"),
    b"Speex   ": (b"", b""),
}
"""By how a stream begins, how its second packet does, and what ends that one."""
_MIRRORED: Final = bytes(int(f"{number:08b}"[::-1], 2) for number in range(256))


def ogg(raw: bytes) -> Parts:
    """Give the pages, with the packet of comments blanked."""
    pages = list(counted(_ogg_pages(raw)))
    starts = [pair for start, pair in _COMMENT_PACKETS.items() if pages[0][1].startswith(start)]
    if not starts:
        sentence = "This Ogg holds neither Opus, Vorbis nor Speex sound. Export it as one of them."
        raise EvidenceError("attachment-kind", sentence)
    prefix, ending = starts[0]
    shares = _comment_shares([head for head, _ in pages[1:]])
    length = sum(shares) - len(prefix) - 8 - len(ending)
    if length < 0 or not pages[1][1].startswith(prefix[: shares[0]]):
        raise broken(0, "an Ogg whose second packet is not its comments")
    blank = prefix + length.to_bytes(4, "little") + b" " * length + bytes(4) + ending
    yield Part(b"".join(pages[0]))
    for number, (head, body) in enumerate(pages[1:]):
        share = shares[number] if number < len(shares) else 0
        page = _with_check(head + blank[:share] + body[share:])
        blank = blank[share:]
        yield replaced(head + body, page, told="comments")


def _ogg_pages(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give head and body of each page of one unbroken stream."""
    at, stream = 0, raw[14:18]
    while at < len(raw):
        body = at + 27 + big(raw, at + 26, size=1)
        end = body + sum(raw[at + 27 : body])
        page = raw[at:end]
        if page[:5] != b"OggS\0" or body > len(raw) or end > len(raw):
            raise broken(at, "an Ogg page is cut off or not where it must be")
        if _with_check(page) != page:
            raise broken(at, "an Ogg page does not match its check sum")
        if page[14:18] != stream or bool(page[5] & 2) != (at == 0):
            raise broken(at, "an Ogg of several streams; export the sound alone")
        yield page[: body - at], page[body - at :]
        at = end


def _comment_shares(heads: list[bytes]) -> list[int]:
    """Return how many bytes of each page belong to the second packet."""
    shares: list[int] = []
    for head in heads:
        share = 0
        for lace in head[27:]:
            share += lace
            if lace < 255:
                return [*shares, share]
        shares.append(share)
    raise broken(0, "an Ogg without its comments and sound")


def _with_check(page: bytes) -> bytes:
    """Return the page with the check sum that it has to carry.

    Ogg's is the polynomial of zlib's the other way round, begun at 0 and not inverted: so the
    bytes are mirrored, zlib counts, and its answer is mirrored back.

    Source: RFC 3533, section 6, field 7.
    """
    bare = (page[:22] + bytes(4) + page[26:]).translate(_MIRRORED)
    count = zlib.crc32(bare, 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return page[:22] + count.to_bytes(4, "big").translate(_MIRRORED) + page[26:]

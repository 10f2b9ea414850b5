"""Protects: no bytes bring the reader of attachments down, and no place slips through it.

Whatever arrives, random or a real file cut off and changed, is taken or refused with words.
What is taken and cleaned holds no GPS mark, is still its kind, and is clean when cleaned
again. Files with parts in any order, at every length, lose exactly the parts with a place.
`SHOWCLEAR_LONG` asks twenty times more often.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from showclear.ledger.attachments import Cleaned, Kind, look, without_location
from showclear.ledger.errors import EvidenceError
from tests.unit.ledger.attachment_samples import (
    GPS_POINTER,
    PIXELS,
    SCAN,
    SOUND,
    VP8,
    chunk,
    exif,
    jpeg,
    ogg,
    ogg_check,
    png,
    riff_chunk,
    samples,
    segment,
    wav,
    webp,
)

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))
STARTS = [raw[:12] for raw in samples().values()]


def often(examples: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=examples * (20 if LONG else 1),
        deadline=None,
        derandomize=not LONG,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def tried(raw: bytes) -> Cleaned | EvidenceError:
    """Clean, where a refusal is an answer. Anything else that is raised fails the test."""
    try:
        kind = look(raw).kind
        done = without_location(raw)
    except EvidenceError as error:
        refusal = error
    else:
        return held(raw, kind, done)
    assert refusal.code.startswith(("attachment-", "location-"))
    assert "\n" not in str(refusal)
    return refusal


def held(raw: bytes, kind: Kind, done: Cleaned) -> Cleaned:
    """Hold what is so for every cleaned file."""
    assert kind is done.kind is look(done.raw).kind
    assert without_location(done.raw).raw == done.raw
    assert bool(done.removed) == (done.raw != raw)
    for mark in (GPS_POINTER, b"GPSLatitude"):
        assert mark not in done.raw
    return done


@often(150)
@given(st.sampled_from([b"", *STARTS]), st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(start: bytes, rest: bytes) -> None:
    tried(start + rest)


def damaged(raw: bytes, chance: Random) -> bytes:
    """Cut, change, repeat or move a little of a file: most stay close to one."""
    for _ in range(chance.randint(1, 3)):
        at, to = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
        match chance.randrange(6):
            case 0:
                raw = raw[:at]
            case 1:
                raw = raw[:at] + raw[to:]
            case 2:
                raw = raw[:to] + raw[at:]
            case 3:
                raw = raw[:at] + GPS_POINTER + raw[at:]
            case _:
                raw = raw[:at] + bytes([chance.choice((0, 1, 8, 127, 255))]) + raw[at + 1 :]
    return raw


def summed(raw: bytes) -> bytes:
    """Give each Ogg page the check sum of what now stands in it."""
    pages = raw.split(b"OggS")
    made = [b"OggS" + page[:18] + bytes(4) + page[22:] for page in pages[1:]]
    return pages[0] + b"".join(one[:22] + ogg_check(one) + one[26:] for one in made)


@pytest.mark.parametrize("kind", Kind)
def test_a_damaged_file_is_taken_or_refused_and_never_keeps_a_gps_mark(kind: Kind) -> None:
    seen: Counter[str] = Counter()

    @often(250)
    @given(st.integers(0, 2**32))
    def damage(number: int) -> None:
        raw = damaged(samples()[kind], Random(number))
        # Without this, no damaged Ogg would come further than its check sums.
        answer = tried(summed(raw) if kind is Kind.OGG and len(raw) > 26 else raw)
        seen["taken" if isinstance(answer, Cleaned) else answer.code] += 1

    damage()

    # Both answers must have been given, or this would prove nothing; two kinds never get clean.
    assert seen["attachment-broken"] > 10
    assert kind in (Kind.HEIC, Kind.PDF) or seen["taken"] > 2, seen


# Without the signs by which a second format is found.
_noise = st.lists(st.sampled_from(b"\0\1\x88\x25\xff\xd8\xd9\xdaGSaz%\n"), max_size=90).map(bytes)
_places = st.builds(lambda before, after: before + exif() + after, _noise, _noise)
_few = st.lists(_places, max_size=4)


@often(60)
@given(_few, st.sampled_from([0xE1, 0xE2, 0xE5, 0xED, 0xEF, 0xFE]), _noise)
def test_a_jpeg_with_places_anywhere_is_left_with_its_pixels(
    places: list[bytes], marker: int, behind: bytes
) -> None:
    done = tried(jpeg(*(segment(marker, place) for place in places), behind=behind))

    assert isinstance(done, Cleaned)
    assert done.raw == jpeg()
    assert SCAN in done.raw


@often(60)
@given(_few, st.sampled_from([b"tEXt", b"iTXt", b"zTXt", b"eXIF", b"abCd"]), _noise)
def test_a_png_with_places_anywhere_is_left_with_its_pixels(
    places: list[bytes], name: bytes, behind: bytes
) -> None:
    done = tried(png(*(chunk(name, place) for place in places), behind=behind))

    assert isinstance(done, Cleaned)
    assert done.raw == png()
    assert PIXELS in done.raw


@often(60)
@given(_few, st.sampled_from([b"XMP ", b"LIST", b"iXML", b"bext"]))
def test_chunks_with_places_leave_pixels_and_samples(places: list[bytes], name: bytes) -> None:
    chunks = [riff_chunk(name, place) for place in places]
    picture, sound = tried(webp(*chunks)), tried(wav(*chunks))

    assert isinstance(picture, Cleaned)
    assert isinstance(sound, Cleaned)
    assert picture.raw == webp(flags=0)
    assert VP8 in picture.raw
    assert sound.raw == wav()


@often(60)
@given(_places, st.integers(191, 445))
def test_comments_of_any_length_leave_an_oggs_sound(place: bytes, extra: int) -> None:
    done = tried(ogg(place[:40], extra=extra))

    assert isinstance(done, Cleaned)
    assert done.raw.endswith(SOUND)
    assert place[:40] not in done.raw

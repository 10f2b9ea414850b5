"""Protects: whoever sends a picture from set does not send where they were with it.

And: what is kept is what it says it is by its bytes, every pixel and sample as it came. The
files are built by hand in `attachment_samples`.
"""

from __future__ import annotations

import struct

import pytest

from showclear.ledger.attachments import Cleaned, How, Kind, look, without_location
from showclear.ledger.errors import EvidenceError
from tests.unit.ledger.attachment_samples import (
    FRAMES,
    GPS_POINTER,
    PIXELS,
    PLACE,
    SOUND,
    VP8,
    box,
    chunk,
    exif,
    frame,
    heic,
    jpeg,
    m4a,
    mp3,
    ogg_check,
    pdf,
    png,
    riff,
    riff_chunk,
    samples,
    segment,
    track,
    wav,
    webp,
)


def refusal(raw: bytes, *, limit: int = 100_000) -> EvidenceError:
    with pytest.raises(EvidenceError) as refused:
        without_location(raw, limit=limit)
    return refused.value


def cleaned(raw: bytes) -> Cleaned:
    """Clean, and hold what is so for every file: it stays its kind, and twice is once."""
    done = without_location(raw)
    again = without_location(done.raw)
    assert look(done.raw).kind is look(raw).kind is done.kind
    assert (done.raw, (), How.UNTOUCHED) == (again.raw, again.removed, again.how)
    assert PLACE not in done.raw
    return done


# --- What it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_a_file_is_what_its_bytes_are(kind: Kind) -> None:
    raw = samples()[kind]

    assert (kind, len(raw)) == (look(raw).kind, look(raw).length)


@pytest.mark.parametrize("kind", Kind)
def test_a_file_cut_off_within_its_content_is_refused_or_still_itself(kind: Kind) -> None:
    raw = samples()[kind]
    refused = 0
    for end in range(len(raw)):
        try:
            assert kind is look(raw[:end]).kind
        except EvidenceError:
            refused += 1

    # What stands behind the end of a picture, and behind an MP3's third frame, may be missing.
    assert refused > len(raw) // 3


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<!DOCTYPE html><p>", "web page"),
        (b"\xef\xbb\xbf \n<svg xmlns=''/>", "SVG"),
        (b"#!/bin/sh\n", "script"),
        (b"PK\3\4" + bytes(40), "ZIP"),
        (b"MZ" + bytes(60), "program"),
        (b"\x7fELF" + bytes(60), "program"),
        (b"GIF89a" + bytes(9), "GIF"),
        (b"\x1aE\xdf\xa3" + bytes(9), "WebM"),
        (b"RIFF\4\0\0\0AVI ", "not taken"),
        (box(b"ftyp", b"avif", bytes(4), b"mif1"), "not taken"),
        (b"\xff", "not taken"),
        (b"", "nothing"),
    ],
)
def test_anything_else_is_refused_by_its_name(raw: bytes, said: str) -> None:
    refused = refusal(raw)

    assert refused.code in ("attachment-kind", "attachment-empty")
    assert said in refused.sentence


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"<b>" * 90,
        b"\x89PNG\r\n\x1a\n" + b"<b>" * 90,
        b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        b"RIFF\x10\0\0\0WEBPVP8 " + bytes(8),
        riff(b"WAVE", riff_chunk(b"data", SOUND)),
        box(b"ftyp", b"heic", bytes(4)) + b"<b>" * 90,
        box(b"ftyp", b"M4A ", bytes(4)),
        b"OggS" + bytes(60),
        b"ID3\x03\0\0\0\0\0\0" + b"<b>" * 90,
        b"\xff\xfb\x18\xc0" + bytes(600),
        b"%PDF-1.7\nalert(1)",
    ],
)
def test_the_first_word_alone_fools_nobody(raw: bytes) -> None:
    assert "attachment-broken" == refusal(raw).code


@pytest.mark.parametrize(
    "raw",
    [
        jpeg(segment(0xFE, b"<ScRipt>alert(1)</script>")),
        jpeg(segment(0xFE, b"%PDF-1.4")),
        png(chunk(b"tEXt", b"Comment\0<?php ")),
        jpeg(behind=b"PK\1\2" + bytes(42) + b"PK\5\6" + bytes(18)),
        wav(riff_chunk(b"LIST", b"Rar!\x1a\7\0")),
        pdf(inner=b"<html><body>"),
    ],
)
def test_a_file_that_reads_as_two_is_refused(raw: bytes) -> None:
    assert "attachment-two-formats" == refusal(raw).code


def test_a_file_may_have_the_limit_and_not_a_byte_more() -> None:
    raw = jpeg()

    assert Kind.JPEG is look(raw, limit=len(raw)).kind
    assert "attachment-too-large" == refusal(raw, limit=len(raw) - 1).code


@pytest.mark.parametrize("raw", [m4a(track(b"soun"), track(b"vide")), m4a(track(b"vide"))])
def test_a_film_is_not_a_recording(raw: bytes) -> None:
    assert "attachment-kind" == refusal(raw).code


@pytest.mark.parametrize(
    "raw",
    [
        jpeg(segment(0xFE, b"") * 260_000),
        riff(b"WEBP", riff_chunk(b"VP8L", b"") * 260_000),
        m4a(track(b"soun"), box(b"free") * 260_000),
        m4a(track(b"soun") * 65),
        b"ID3\3\0\0\0\0\0\0" * 9 + FRAMES,
    ],
    ids=["segments", "chunks", "boxes", "tracks", "tags"],
)
def test_a_file_made_to_keep_us_busy_is_refused(raw: bytes) -> None:
    assert "attachment-broken" == refusal(raw, limit=len(raw)).code


# --- Location ---------------------------------------------------------------------------------


def test_a_jpeg_keeps_pixels_and_turn_and_loses_the_rest() -> None:
    done = cleaned(samples()[Kind.JPEG])
    turn = segment(0xE1, b"Exif\0\0" + exif()[:9] + b"\x01" + exif()[10:22] + bytes(4))

    assert jpeg(turn) == done.raw
    assert ("Exif", "XMP", "comment", "bytes after the end") == done.removed
    assert How.DROPPED is done.how


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turned", [0, 1, 8, 9])
def test_only_a_turn_that_exif_knows_is_kept(order: str, turned: int) -> None:
    start = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    entry = struct.pack(order + "HHHIHH", 1, 274, 3, 1, turned, 0)
    done = cleaned(jpeg(segment(0xE1, b"Exif\0\0" + start + entry)))

    assert (turned == 8) == (b"\x01\x12\0\x03\0\0\0\x01\0\x08" in done.raw)
    assert turned == 8 or done.raw == jpeg()


def test_what_decides_a_jpegs_colours_stays() -> None:
    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    raw = jpeg(jfif, segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"), segment(0xE2, b"ICC_PROFILE\0\1\1"))

    assert (raw, (), How.UNTOUCHED) == (cleaned(raw).raw, cleaned(raw).removed, cleaned(raw).how)
    assert raw == cleaned(raw.replace(b"\xff\xe2", b"\xff\xff\xff\xe2")).raw


def test_a_small_second_picture_within_a_jpeg_goes() -> None:
    done = cleaned(jpeg(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1xyz"), segment(0xE2, b"MPF\0")))

    assert jpeg(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")) == done.raw
    assert ("JFIF thumbnail", "MPF") == done.removed


def test_a_place_in_a_part_that_should_hold_none_refuses_the_file() -> None:
    refused = refusal(jpeg(segment(0xE2, b"ICC_PROFILE\0" + GPS_POINTER)))

    assert "location-found" == refused.code
    assert "keep_location=True" in refused.sentence


def test_a_png_keeps_pixels_and_turn_and_loses_the_rest() -> None:
    done = cleaned(samples()[Kind.PNG])

    assert done.raw.endswith(PIXELS + chunk(b"IEND", b""))
    assert b"\x01\x12\0\x03\0\0\0\x01\0\x06" in done.raw
    assert ("eXIf", "tEXt", "bytes after the end") == done.removed


@pytest.mark.parametrize("name", [b"tEXt", b"iTXt", b"zTXt", b"prVt", b"\xff\0\n!"])
def test_a_png_chunk_outside_the_list_goes(name: bytes) -> None:
    assert png() == cleaned(png(chunk(name, PLACE))).raw


def test_a_png_whose_check_sum_is_wrong_is_refused() -> None:
    assert "attachment-broken" == refusal(png().replace(PIXELS, PIXELS[:-1] + b"!")).code


def test_a_webp_keeps_pixels_and_turn_and_announces_no_more() -> None:
    done = cleaned(samples()[Kind.WEBP])
    turn = exif()[:9] + b"\x01" + exif()[10:22] + bytes(4)

    assert webp(riff_chunk(b"EXIF", turn), flags=8) == done.raw
    assert ("Exif or XMP flags", "Exif", "XMP") == done.removed


def test_a_place_within_a_frame_of_a_moving_webp_goes() -> None:
    def moving(*inner: bytes) -> bytes:
        return riff(
            b"WEBP",
            riff_chunk(b"VP8X", bytes(10)),
            riff_chunk(b"ANMF", bytes(16) + VP8 + b"".join(inner)),
        )

    done = cleaned(moving(riff_chunk(b"whre", PLACE)) + PLACE)

    assert moving() == done.raw
    assert ("parts of a frame", "bytes after the end") == done.removed


def test_a_wav_keeps_its_samples_and_format() -> None:
    done = cleaned(samples()[Kind.WAV])

    assert (wav(), ("LIST", "bext")) == (done.raw, done.removed)


def test_a_wav_whose_recorder_died_is_told_how_to_be_mended() -> None:
    raw = wav()

    assert "open and save it" in refusal(raw[:4] + b"\xff\xff\xff\xff" + raw[8:]).sentence


def test_an_mp3_keeps_its_frames_and_nothing_else() -> None:
    done = cleaned(samples()[Kind.MP3])

    assert (FRAMES, ("ID3", "tags behind the sound")) == (done.raw, done.removed)
    assert ("ID3", "an unfinished last frame") == cleaned(mp3(behind=frame(4)[:99])).removed
    assert "attachment-broken" == refusal(mp3(behind=b"anything")).code


def test_an_m4a_loses_its_places_and_no_sample_moves() -> None:
    raw = samples()[Kind.M4A]
    done = cleaned(raw)

    assert len(raw) == len(done.raw)
    assert raw.index(SOUND) == done.raw.index(SOUND)
    assert (("udta", "uuid"), How.BLANKED) == (done.removed, done.how)
    assert b"\xa9xyz" not in done.raw


def test_an_m4a_with_another_track_may_carry_places_among_its_samples() -> None:
    refused = refusal(m4a(track(b"soun"), track(b"meta")))

    assert "location-not-excluded" == refused.code


def test_an_ogg_loses_its_comments_and_every_page_still_adds_up() -> None:
    raw = samples()[Kind.OGG]
    done = cleaned(raw)
    second = done.raw.index(b"OggS", 40)
    third = done.raw.index(b"OggS", second + 4)

    assert (len(raw), ("comments",), How.BLANKED) == (len(done.raw), done.removed, done.how)
    assert done.raw.endswith(SOUND)
    for one in (done.raw[second:third], done.raw[third:]):
        assert ogg_check(one[:22] + bytes(4) + one[26:]) == one[22:26]
    assert b"OpusTags" + struct.pack("<I", len(raw[47 + 28 :]) - 29 - 64 - 16) in done.raw


@pytest.mark.parametrize("kind", [Kind.HEIC, Kind.PDF])
def test_what_cannot_be_cleaned_is_taken_only_with_consent(kind: Kind) -> None:
    refused = refusal(samples()[kind])

    assert {Kind.HEIC: "location-found", Kind.PDF: "location-not-excluded"}[kind] == refused.code
    assert "keep_location=True if whoever took it agrees" in refused.sentence
    assert "location-not-excluded" == refusal(heic()).code
    assert "location-found" == refusal(pdf(inner=b"exif:GPSLatitude")).code

"""A photo comes beside what it is about without where it was taken, or is refused in words.

Protects: no place in what is kept; what is no picture is neither kept nor given out; the record
names it by its digest, in a statement that the device signed.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator

import pytest

from tests.stories.production import Device
from tests.web.serving import Screen, Served, served


def chunk(kind: bytes, raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + kind + raw + struct.pack(">I", zlib.crc32(kind + raw))


def png(*more: bytes) -> bytes:
    rows = b"".join(b"\0" + b"\x80\x40\x20" * 4 for _ in range(4))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body


@pytest.fixture(scope="module")
def photo_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("photos")) as found:
        yield found


@pytest.fixture(scope="module")
def phone(photo_set: Served) -> Screen:
    return photo_set.enrol(Device(name="ad-phone", person="first-ad", kind="phone"))


def send(phone: Screen, raw: bytes, kind: str = "image/png") -> tuple[int, dict[str, object]]:
    answer = phone.client.post("/api/photos", content=raw, headers={"content-type": kind})
    return answer.status_code, answer.json()


def test_a_photo_is_kept_named_on_the_record_and_given_back(
    photo_set: Served, phone: Screen
) -> None:
    status, kept = send(phone, png())
    said = {
        "id": "photo/1",
        "what": "attachment.added",
        "at": photo_set.story.clock(),
        "by": "first-ad",
        "attested": "own-device",
        "sha256": kept["sha256"],
        "about": ["revolver"],
    }
    (answer,) = phone.say(said)
    given = phone.client.get(f"/api/photos/{kept['sha256']}")

    assert 200 == status
    assert answer["index"] is not None
    assert png() == given.content
    assert "image/png" == given.headers["content-type"]


def test_where_it_was_taken_is_not_in_what_is_kept(phone: Screen) -> None:
    told = chunk(b"tEXt", b"GPSLatitude\x0048 deg 51' N")
    status, kept = send(phone, png(told))
    given = phone.client.get(f"/api/photos/{kept['sha256']}").content

    assert 200 == status
    assert kept["removed"]
    assert b"GPS" not in given
    assert hashlib.sha256(given).hexdigest() == kept["sha256"]


@pytest.mark.parametrize("raw", [b"GIF89a" + b"\0" * 40, b"%PDF-1.7\n", png()[:-9], b"<svg/>"])
def test_what_is_no_photo_is_refused_in_words(phone: Screen, raw: bytes) -> None:
    status, told = send(phone, raw)

    assert 422 == status
    assert "not-a-photo" == told["code"]
    assert told["next"]


def test_a_digest_that_nobody_kept_is_not_there(phone: Screen) -> None:
    for name in ("0" * 64, "..%2f..%2fprivate", "x"):
        assert 404 == phone.client.get(f"/api/photos/{name}").status_code


def test_a_stranger_keeps_no_photo(photo_set: Served) -> None:
    stranger = photo_set.client()
    answer = stranger.post("/api/photos", content=png(), headers={"content-type": "image/png"})

    assert 401 == answer.status_code

"""A photo comes beside what it is about without where it was taken, or is refused in words.

Protects: no place in what is kept; what is no picture is neither kept nor given out; the record
names it by its digest, in a statement that the device signed.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.adapters.attachment_folder import AttachmentFolder, Room
from showclear.web.photos import leaves_enough
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


# --- the disk is the record's first ---------------------------------------------------------------

MIB = 1 << 20


def test_while_little_is_left_of_the_disk_no_photo_is_taken_and_the_record_goes_on(
    tmp_path: Path,
) -> None:
    left = {"free": 1_024 * MIB + 100_000}

    def room(_: Path) -> Room:
        return Room(free=left["free"], total=100_000 * MIB)

    with served(tmp_path) as set_:
        set_.app.state.photos = AttachmentFolder(tmp_path / "few", room=room)
        phone = set_.enrol(Device(name="ad-phone", person="first-ad", kind="phone"))
        taken, _ = send(phone, png())
        left["free"] = 1_024 * MIB
        refused, told = send(phone, png(chunk(b"tEXt", b"Title\0another")))
        stop = set_.client().post("/api/stop", json={})

    assert (200, 507, 200) == (taken, refused, stop.status_code)
    assert "no-room-for-photos" == told["code"]
    assert "keep the photo on the phone" in str(told["next"])
    assert 1 == len(list((tmp_path / "few").iterdir()))


@pytest.mark.parametrize(
    ("total", "least"),
    [(2_000, 256), (8_000, 400), (100_000, 1_024)],
    ids=["small card", "card", "large disk"],
)
def test_what_is_left_for_the_record_is_a_twentieth_of_the_disk_within_limits(
    total: int, least: int
) -> None:
    def enough(free: int) -> bool:
        return leaves_enough(Room(free=free * MIB, total=total * MIB), 12 * MIB)

    assert enough(least + 12)
    assert not enough(least + 11)


def test_no_device_keeps_a_photo_that_it_looked_at(phone: Screen) -> None:
    _, kept = send(phone, png())
    given = phone.client.get(f"/api/photos/{kept['sha256']}")

    assert "no-store" == given.headers["cache-control"]

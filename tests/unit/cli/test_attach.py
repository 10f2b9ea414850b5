"""Protects: a picture stands beside what it is about, once, without where it was made."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import pytest

from showclear.cli.main import main


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PICTURE = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        chunk(b"tEXt", b"Comment\0at the old mill"),
        chunk(b"IDAT", zlib.compress(b"\0\0")),
        chunk(b"IEND", b""),
    )
)


@pytest.fixture
def show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert 0 == main(["init", str(tmp_path / "show")])
    capsys.readouterr()
    return tmp_path / "show"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "revolver.png"
    path.write_bytes(PICTURE)
    return path


def files(show: Path) -> list[Path]:
    return sorted((show / "attachments").iterdir())


def test_picture_is_kept_by_its_digest_and_named_on_the_record(
    show: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["attach", str(show), str(picture), "rev-1", "--by", "armorer"])

    (kept,) = files(show)
    assert kept.name == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert b"old mill" not in kept.read_bytes()
    assert "tEXt" in capsys.readouterr().out
    assert 0 == main(["log", str(show), "--json"])
    assert kept.name in capsys.readouterr().out
    assert 0 == main(["verify", str(show)])
    assert 0 == main(["fsck", str(show)])


def test_same_picture_of_the_same_thing_is_said_once(
    show: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert 0 == main(["attach", str(show), str(picture), "rev-1"])
    assert 0 == main(["attach", str(show), str(picture), "rev-2"])
    capsys.readouterr()

    assert 0 == main(["log", str(show), "--json"])

    assert 1 == len(files(show))
    assert 2 == capsys.readouterr().out.count('"what": "attachment.added", "by"')


def test_location_stays_only_for_whoever_asks(show: Path, picture: Path) -> None:
    assert 0 == main(["attach", str(show), str(picture), "rev-1", "--keep-location"])

    (kept,) = files(show)
    assert PICTURE == kept.read_bytes()


@pytest.mark.parametrize("raw", [b"", b"<html>", b"#!/bin/sh\n", PICTURE[:40]])
def test_what_is_no_picture_leaves_nothing(
    show: Path, tmp_path: Path, raw: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(raw)

    assert 2 == main(["attach", str(show), str(other), "rev-1"])

    assert [] == files(show)
    assert str(other) in capsys.readouterr().err


def test_picture_of_nothing_is_refused(show: Path, picture: Path) -> None:
    assert 2 == main(["attach", str(show), str(picture)])
    assert [] == files(show)


def test_file_of_which_no_entry_speaks_is_said_and_no_fault(show: Path) -> None:
    stray = show / "attachments" / hashlib.sha256(PICTURE).hexdigest()
    stray.write_bytes(PICTURE)

    assert 0 == main(["verify", str(show)])
    assert 0 == main(["fsck", str(show)])

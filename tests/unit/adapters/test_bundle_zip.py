"""Protects the file that is handed over: whole or not there, and the same bytes every time."""

from __future__ import annotations

import errno
import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.adapters import bundle_zip
from showclear.adapters.bundle_zip import ending_of, read_attachment, write_zip
from showclear.app.bundling import Member, whole
from showclear.ledger.errors import EvidenceError, MisuseError, StorageError, WriterRefusedError
from tests.unit.ledger.attachment_samples import jpeg


def members() -> Iterator[Member]:
    yield whole("README.txt", b"Read me.\n")
    yield Member(name="log/tile/0/000", chunks=lambda: [b"a", b"", b"b"])


def breaking() -> Iterator[Member]:
    yield whole("README.txt", b"Read me.\n")
    raise EvidenceError("journal-differs", "it was changed while it was read")


def test_the_same_members_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_zip(tmp_path / name, members(), force=False)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as found:
        assert found.testzip() is None
        assert b"ab" == found.read("log/tile/0/000")


def test_it_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    write_zip(tmp_path / "one.zip", members(), force=False)

    assert 0o600 == (tmp_path / "one.zip").stat().st_mode & 0o777


def test_what_goes_wrong_half_way_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_bytes(b"the one before")
    with pytest.raises(EvidenceError):
        write_zip(tmp_path / "one.zip", breaking(), force=True)

    assert [b"the one before"] == [path.read_bytes() for path in tmp_path.iterdir()]


def test_a_full_disk_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "one.zip").write_bytes(b"the one before")
    monkeypatch.setattr(bundle_zip.os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        write_zip(tmp_path / "one.zip", members(), force=True)

    assert [b"the one before"] == [path.read_bytes() for path in tmp_path.iterdir()]


def test_a_file_that_somebody_put_there_meanwhile_is_kept(tmp_path: Path) -> None:
    def meanwhile() -> Iterator[Member]:
        yield from members()
        (tmp_path / "one.zip").write_bytes(b"somebody's")

    with pytest.raises(WriterRefusedError):
        write_zip(tmp_path / "one.zip", meanwhile(), force=False)

    assert [b"somebody's"] == [path.read_bytes() for path in tmp_path.iterdir()]


def test_members_out_of_order_are_our_own_mistake(tmp_path: Path) -> None:
    with pytest.raises(MisuseError):
        write_zip(tmp_path / "one.zip", reversed(list(members())), force=False)

    assert [] == list(tmp_path.iterdir())


def test_no_attachment_is_waited_for_or_looked_up_elsewhere(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"elsewhere").hexdigest()
    (tmp_path / "elsewhere").write_bytes(b"elsewhere")
    (tmp_path / digest).symlink_to(tmp_path / "elsewhere")
    (tmp_path / ("0" * 64)).mkdir()
    os.mkfifo(tmp_path / ("2" * 64))

    assert read_attachment(tmp_path, "1" * 64) is None
    for name in (digest, "0" * 64, "2" * 64):
        with pytest.raises(EvidenceError):
            read_attachment(tmp_path, name)


@pytest.mark.parametrize(("raw", "ending"), [(jpeg(), ".jpg"), (b"anything", "")])
def test_a_file_is_named_by_what_its_bytes_are(raw: bytes, ending: str) -> None:
    assert ending == ending_of(raw)

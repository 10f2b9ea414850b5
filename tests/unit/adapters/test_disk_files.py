"""Protects: a published file is there whole and durable when `put` returns, or it says why not."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.adapters.disk_files import TEMPORARY, DiskFiles, put_durably, storage_error
from showclear.ledger.errors import StorageError


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "log")


def test_what_was_put_is_read_again(files: DiskFiles) -> None:
    files.put("tile/0/x001/234", b"hashes")
    files.put("checkpoint", b"point")

    assert b"hashes" == files.read("tile/0/x001/234")
    assert {"checkpoint", "tile/0/x001/234"} == set(files.names())


def test_a_file_that_is_not_there_is_none(files: DiskFiles) -> None:
    files.put("a", b"1")

    assert files.read("b") is None
    assert files.read("a/b") is None
    assert files.read("c/d") is None


def test_before_anything_was_put_there_is_nothing(files: DiskFiles) -> None:
    assert [] == list(files.names())
    assert files.read("checkpoint") is None
    files.remove("checkpoint")


def test_put_again_replaces_it(files: DiskFiles) -> None:
    files.put("checkpoint", b"a longer one")
    files.put("checkpoint", b"short")

    assert b"short" == files.read("checkpoint")


def test_an_empty_file_and_a_large_one_are_whole(files: DiskFiles) -> None:
    large = os.urandom(1_000_003)
    files.put("empty", b"")
    files.put("large", large)

    assert (b"", large) == (files.read("empty"), files.read("large"))


def test_a_folder_of_parts_goes_with_its_last_file(files: DiskFiles, tmp_path: Path) -> None:
    files.put("tile/0/000.p/3", b"1")
    files.put("tile/0/000.p/7", b"2")

    files.remove("tile/0/000.p/3")
    assert ["tile/0/000.p/7"] == list(files.names())
    files.remove("tile/0/000.p/7")

    assert not (tmp_path / "log/tile/0/000.p").exists()
    assert (tmp_path / "log/tile/0").is_dir()
    files.remove("tile/0/000.p/7")


def test_what_a_crash_left_half_written_is_no_file_and_is_replaced(
    files: DiskFiles, tmp_path: Path
) -> None:
    files.put("a", b"1")
    (tmp_path / "log" / f"b{TEMPORARY}").write_bytes(b"half of a long")

    assert ["a"] == list(files.names())
    files.put("b", b"new")

    assert b"new" == files.read("b")
    assert {"a", "b"} == {path.name for path in (tmp_path / "log").iterdir()}


def test_file_and_folder_are_synced_in_that_order(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.put("a", b"old")
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renamed(self: Path, to: Path) -> Path:
        steps.append("renamed")
        return replace(self, to)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)

    files.put("a", b"new")
    assert ["file", "renamed", "folder"] == steps

    steps.clear()
    files.put("new/deeper/b", b"1")
    # Two new folders, each synced into the one above it, before the file.
    assert ["folder", "folder", "file", "renamed", "folder"] == steps


@pytest.mark.parametrize("short", [1, 7])
def test_a_disk_that_takes_a_part_at_a_time_gets_all_of_it(
    files: DiskFiles, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, raw: write(handle, bytes(raw[:short])))

    files.put("a", b"hello, all of you")

    assert b"hello, all of you" == files.read("a")


@pytest.mark.parametrize("step", ["os.open", "os.write", "os.fsync", "pathlib.Path.replace"])
def test_when_a_step_fails_the_old_file_is_there_whole(
    files: DiskFiles, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    files.put("a", b"old")

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(step, fails)
        with pytest.raises(StorageError):
            files.put("a", b"new")

    assert b"old" == files.read("a")
    assert ["a"] == list(files.names())


def test_a_mode_is_given_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret is at no moment readable by others, also before it has its name."""
    seen: list[int] = []
    fsync = os.fsync

    def synced(handle: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    put_durably(tmp_path / "key", b"secret", mode=0o600)

    assert 0o600 == seen[0] == stat.S_IMODE((tmp_path / "key").stat().st_mode)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EFBIG, "the disk is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EPERM, "cannot be written"),
        (errno.EIO, "/somewhere: "),
    ],
)
def test_what_the_machine_refused_is_one_sentence_with_the_place(number: int, words: str) -> None:
    said = str(storage_error(OSError(number, os.strerror(number)), Path("/somewhere")))

    assert words in said
    assert "/somewhere" in said


@pytest.mark.parametrize(
    "act",
    [
        lambda files: files.read("folder"),
        lambda files: files.put("folder", b"1"),
        lambda files: files.remove("folder"),
        lambda files: files.put("file/below", b"1"),
    ],
)
def test_what_cannot_be_done_is_a_storage_error(
    files: DiskFiles, act: Callable[[DiskFiles], object]
) -> None:
    files.put("folder/a", b"1")
    files.put("file", b"1")

    with pytest.raises(StorageError):
        act(files)

"""Protects: a picture named in the log is there as it was kept, or its absence is shown.

A crash, a full disk or somebody in the folder may lose a file. None of them makes a part of
one, or another one, look like it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.adapters.attachment_folder import AttachmentFolder
from showclear.ledger.attachments import Kind
from showclear.ledger.errors import EvidenceError, StorageError, UnknownOutcomeError
from tests.unit.ledger.attachment_samples import heic, jpeg, samples

PICTURE = jpeg()
NAME = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.iterdir())


def refused(act: Callable[[], object]) -> EvidenceError:
    with pytest.raises(EvidenceError) as error:
        act()
    return error.value


def test_a_picture_is_given_back_by_its_digest(path: Path) -> None:
    kept = AttachmentFolder(path).put(PICTURE)

    assert (NAME, Kind.JPEG, len(PICTURE), ()) == (
        kept.sha256,
        kept.kind,
        kept.length,
        kept.removed,
    )
    assert PICTURE == AttachmentFolder(path).get(NAME)


def test_a_picture_put_again_stands_once(path: Path) -> None:
    folder = AttachmentFolder(path)

    assert folder.put(PICTURE) == folder.put(PICTURE)
    assert [NAME] == names(path)


def test_a_place_is_removed_unless_it_was_asked_for(path: Path) -> None:
    folder = AttachmentFolder(path)
    raw = samples()[Kind.JPEG]
    kept, whole = folder.put(raw), folder.put(raw, keep_location=True)

    assert raw == folder.get(whole.sha256)
    assert len(raw) == whole.length > kept.length
    assert ((), True) == (whole.removed, "Exif" in kept.removed)
    assert b"GPS" not in folder.get(kept.sha256)


def test_what_cannot_be_cleaned_leaves_nothing_without_consent(path: Path) -> None:
    folder = AttachmentFolder(path)

    assert "location-not-excluded" == refused(lambda: folder.put(heic())).code
    assert [] == names(path)
    assert heic() == folder.get(folder.put(heic(), keep_location=True).sha256)


def test_a_web_page_is_refused_also_with_consent(path: Path) -> None:
    folder = AttachmentFolder(path)

    assert "attachment-kind" == refused(lambda: folder.put(b"<html>", keep_location=True)).code


def test_the_folders_limit_is_kept(path: Path) -> None:
    AttachmentFolder(path, limit=len(PICTURE)).put(PICTURE)
    smaller = AttachmentFolder(path, limit=len(PICTURE) - 1)

    assert "attachment-too-large" == refused(lambda: smaller.put(PICTURE)).code
    assert "attachment-changed" == refused(lambda: smaller.get(NAME)).code


@pytest.mark.parametrize(
    "name", ["", "../x", NAME[:-1], NAME.upper(), NAME + "\n", "/" + NAME[1:], "٣" * 64]
)
def test_a_name_that_is_no_digest_is_refused(name: str, path: Path) -> None:
    folder = AttachmentFolder(path)

    assert "attachment-name" == refused(lambda: folder.get(name)).code


def test_a_missing_picture_is_said_to_be_missing(path: Path) -> None:
    folder = AttachmentFolder(path)

    assert "attachment-missing" == refused(lambda: folder.get(NAME)).code


def a_changed_byte(path: Path) -> None:
    (path / NAME).write_bytes(PICTURE[:-1] + b"!")


def a_link(path: Path) -> None:
    (path / NAME).rename(path.parent / "elsewhere")
    (path / NAME).symlink_to(path.parent / "elsewhere")


def a_pipe(path: Path) -> None:
    (path / NAME).unlink()
    os.mkfifo(path / NAME)


def a_folder(path: Path) -> None:
    (path / NAME).unlink()
    (path / NAME).mkdir()


@pytest.mark.parametrize("change", [a_changed_byte, a_link, a_pipe, a_folder])
def test_what_stands_under_a_digest_and_is_not_the_file_is_shown_and_not_written_over(
    change: Callable[[Path], None], path: Path
) -> None:
    folder = AttachmentFolder(path)
    folder.put(PICTURE)
    change(path)
    before = (path / NAME).lstat()

    assert "attachment-changed" == refused(lambda: folder.get(NAME)).code
    assert "attachment-changed" == refused(lambda: folder.put(PICTURE)).code
    assert before.st_ino == (path / NAME).lstat().st_ino


def test_a_link_in_the_place_of_the_folder_is_refused(path: Path) -> None:
    (path.parent / "real").mkdir()
    path.symlink_to(path.parent / "real")

    with pytest.raises(StorageError):
        AttachmentFolder(path)


def failing(number: int) -> Callable[..., int]:
    def fails(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    return fails


@pytest.mark.parametrize(
    ("call", "number", "said"),
    [
        ("write", errno.ENOSPC, "make room"),
        ("fsync", errno.EIO, "Look at the disk"),
        ("rename", errno.EDQUOT, "make room"),
        ("open", errno.EROFS, "make it writable"),
    ],
)
def test_a_disk_that_refuses_leaves_nothing_and_writing_resumes(
    call: str, number: int, said: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = AttachmentFolder(path)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, failing(number))
        with pytest.raises(StorageError, match=said) as error:
            folder.put(PICTURE)

    assert not isinstance(error.value, UnknownOutcomeError)
    assert [] == names(path)
    assert NAME == folder.put(PICTURE).sha256


def test_a_disk_that_fills_within_the_file_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = AttachmentFolder(path)
    write = os.write
    calls = iter([lambda file, raw: write(file, raw[:40]), failing(errno.ENOSPC)])
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, raw: next(calls)(file, raw))
        with pytest.raises(StorageError, match="make room"):
            folder.put(PICTURE)

    assert [] == names(path)


def test_a_disk_that_writes_little_by_little_keeps_the_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = AttachmentFolder(path)
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, raw: write(file, raw[:7]))
    folder.put(PICTURE)

    assert PICTURE == folder.get(NAME)


def test_a_file_whose_name_may_not_be_on_disk_is_not_acknowledged(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = AttachmentFolder(path)
    fsync = os.fsync
    calls = iter([fsync, fsync, failing(errno.EIO)])
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda file: next(calls)(file))
        with pytest.raises(UnknownOutcomeError):
            folder.put(PICTURE)

    assert NAME == AttachmentFolder(path).put(PICTURE).sha256


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_a_writer_that_dies_leaves_what_the_next_start_removes(call: str, path: Path) -> None:
    dies = (
        "import os, sys; from pathlib import Path\n"
        "from showclear.adapters.attachment_folder import AttachmentFolder\n"
        "folder = AttachmentFolder(Path(sys.argv[1]))\n"
        f"os.{call} = lambda *_, **__: os._exit(9)\n"
        "folder.put(bytes.fromhex(sys.argv[2]))\n"
    )
    code = subprocess.run([sys.executable, "-c", dies, path, PICTURE.hex()], check=False).returncode
    left = names(path)
    folder = AttachmentFolder(path)

    assert (9, 1, True) == (code, len(left), left[0].startswith(f".{NAME}."))
    assert [] == names(path)
    assert NAME == folder.put(PICTURE).sha256


def test_a_start_removes_nothing_but_its_own_unfinished_files(path: Path) -> None:
    AttachmentFolder(path).put(PICTURE)
    (path / ".keep").write_text("ours")
    AttachmentFolder(path)

    assert [".keep", NAME] == names(path)

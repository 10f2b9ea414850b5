"""The bundle as a zip: the same bytes for the same record, wherever and whenever it is made.

1. Members come sorted by name and are written as they come: one date, one mode, no folder
   entries, no local paths, nothing compressed. Compressors differ from one build of zlib to
   the next; hashes and signatures, most of a log, would not get smaller anyway.
2. It is written under a temporary name beside its place, brought to disk and renamed, and
   the folder is brought to disk. A crash leaves the temporary file, and what was there before.
3. It is readable by its owner alone: it may hold words about people.
4. Attachments are looked at and never written here: the folder is another's. What is not the
   file of its digest is not taken, no link is followed.

Source: PKWARE APPNOTE 6.3, section 4.3 and 4.4.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from showclear.adapters.disk_files import storage_error, sync_folder
from showclear.app.bundling import Member
from showclear.ledger.attachments import ATTACHMENT_BYTES_MAX, Kind, look
from showclear.ledger.errors import EvidenceError, MisuseError, WriterRefusedError

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name."""

_UNIX: Final = 3
_VERSION: Final = 20
_MODE: Final = 0o100644
_READING: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKING: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ENDINGS: Final = {Kind.JPEG: "jpg"}


def refuse_place(path: Path, production: Path, *, force: bool) -> None:
    """Refuse a place for the bundle before anything is read.

    Raises:
        WriterRefusedError: `file-exists`, `not-a-file` or `within-the-record`.
        StorageError: The folder it would lie in is not there.
    """
    if path.resolve().is_relative_to(production.resolve()):
        raise WriterRefusedError(
            "within-the-record",
            f"{path} lies in the folder of the record itself. Name a place outside of it.",
        )
    if path.is_dir():
        raise WriterRefusedError("not-a-file", f"{path} is a folder. Name a file, such as x.zip.")
    if not force and os.path.lexists(path):
        raise WriterRefusedError(
            "file-exists",
            f"{path} is there already and was left as it is. Name another file, or say --force.",
        )


def write_zip(path: Path, members: Iterable[Member], *, force: bool) -> None:
    """Write a zip so that it is there whole, or not at all.

    Args:
        members: Sorted by name.
        force: Whether it may take the place of a file that is there.

    Raises:
        WriterRefusedError: `file-exists`: somebody put one there meanwhile.
        StorageError: It could not be written; what was there is there.
        EvidenceError: Whatever the members find wrong; nothing is left of it.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.writing")
    try:
        with os.fdopen(os.open(beside, _MAKING, 0o600), "w+b") as file:
            _fill(file, members)
            file.flush()
            os.fsync(file.fileno())
        if not force and os.path.lexists(path):
            raise WriterRefusedError("file-exists", f"{path} was made meanwhile, and was kept.")
        beside.replace(path)
        sync_folder(path.resolve().parent)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        # Renamed, it is not there any more; anything else is half of a bundle.
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _fill(file: IO[bytes], members: Iterable[Member]) -> None:
    last = ""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
        for member in members:
            if member.name <= last:
                raise MisuseError(f"{member.name} comes after {last}")
            last = member.name
            entry = zipfile.ZipInfo(member.name, EPOCH)
            entry.create_system = _UNIX
            entry.create_version = entry.extract_version = _VERSION
            entry.external_attr = _MODE << 16
            with made.open(entry, "w") as out:
                for chunk in member.chunks():
                    out.write(chunk)


def read_attachment(folder: Path, sha256: str) -> bytes | None:
    """Return the file that has this digest; None where there is none.

    Raises:
        EvidenceError: `attachment-changed`: what stands there is something else.
        StorageError: The disk could not be read.
    """
    path = folder / sha256
    try:
        handle = os.open(path, _READING)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise _changed(sha256) from None
        raise storage_error(error, path) from error
    try:
        # A folder or a pipe is not read at all.
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _changed(sha256)
        with os.fdopen(handle, "rb", closefd=False) as file:
            raw = file.read(ATTACHMENT_BYTES_MAX + 1)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        os.close(handle)
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise _changed(sha256)
    return raw


def _changed(sha256: str) -> EvidenceError:
    return EvidenceError(
        "attachment-changed",
        "What stands under this digest is another file: it was changed, damaged or replaced.",
        where=sha256,
    )


def ending_of(raw: bytes) -> str:
    """Return how the name of such a file ends, with its dot; nothing where nobody can tell."""
    try:
        kind = look(raw).kind
    except EvidenceError:
        return ""
    return f".{_ENDINGS.get(kind, kind.value)}"

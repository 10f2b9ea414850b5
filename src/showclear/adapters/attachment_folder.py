"""Where are the pictures, sounds and PDFs that statements name by their SHA-256?

* A file stands once under its digest: 64 lower-case hex digits, no ending.
* It is written under a temporary name, brought to disk, renamed, and the folder is brought to
  disk. A crash leaves nothing, or a temporary file that the next start removes, or the whole
  file; never a part under a digest.
* The folder is not trusted: every reading compares the digest. Links are not followed.
* What stands there is never written over. A file that no longer matches is shown.
* One process writes. The start of a second one removes the temporary file of a write under
  way; that write then fails, leaves nothing, and can be said again.

Anyone who can write in the folder can delete files: a digest in the log then says what is
missing, and only another copy brings it back. Files are not encrypted here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from showclear.ledger.attachments import ATTACHMENT_BYTES_MAX, Kind, look, without_location
from showclear.ledger.errors import EvidenceError, StorageError, UnknownOutcomeError

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNFINISHED: Final = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]{16}\.unfinished", re.ASCII)
_READING: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKING: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_BYTES_AT_ONCE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is on disk.

    Attributes:
        sha256: Of the bytes that were kept, in hex: what `attachment.added` names.
        kind: Its format, by its bytes.
        length: Bytes kept; fewer than came where parts were left out.
        removed: The parts that could tell a place and are not in it; empty where the
            location was kept, or nothing had to go.
    """

    sha256: str
    kind: Kind
    length: int
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left on the disk of the folder.

    Attributes:
        free: Bytes that this program may still write.
        total: Bytes of the whole disk.
    """

    free: int
    total: int


def room_on(path: Path) -> Room:
    """Ask the machine what is left on the disk of a folder.

    Raises:
        OSError: It cannot be asked.
    """
    found = shutil.disk_usage(path)
    return Room(free=found.free, total=found.total)


class AttachmentFolder:
    """A folder of files under their digests."""

    def __init__(
        self,
        path: Path,
        *,
        limit: int = ATTACHMENT_BYTES_MAX,
        room: Callable[[Path], Room] = room_on,
    ) -> None:
        """Make the folder if it is missing, and remove what a crash left unfinished.

        Args:
            path: The folder. A link to a folder is refused.
            limit: Bytes that one file may have. A lower one than before makes larger files
                unreadable until it is raised again.
            room: Says what is left on the disk of a folder.

        Raises:
            StorageError: It cannot be made, opened or cleared.
        """
        self._path = path
        self._limit = limit
        self._room = room
        with _refusals(f"The folder {path} for attachments cannot be used"):
            with suppress(FileExistsError):
                path.mkdir(mode=0o700)
                with _opened(path.parent) as parent:
                    os.fsync(parent)
            with _opened(path, os.O_NOFOLLOW) as folder:
                with os.scandir(folder) as found:
                    names = [entry.name for entry in found]
                for name in filter(_UNFINISHED.fullmatch, names):
                    os.unlink(name, dir_fd=folder)

    def room(self) -> Room:
        """Say what is left on the folder's disk: whoever lets others put files in asks first.

        Raises:
            StorageError: The disk cannot be asked.
        """
        with _refusals("The disk of the attachments cannot be asked for its room"):
            return self._room(self._path)

    def put(self, raw: bytes, *, keep_location: bool = False) -> Kept:
        """Keep a file durably; the same file again gives the same answer.

        Args:
            raw: The whole file.
            keep_location: Keep the bytes as they came, with any place in them. Only if
                whoever took the picture agrees.

        Raises:
            EvidenceError: It is not taken (see `ledger.attachments`), or another content
                stands under its digest.
            StorageError: It could not be written; nothing of it is there.
            UnknownOutcomeError: It is there whole, and may be gone after a power cut.
        """
        removed: tuple[str, ...] = ()
        if keep_location:
            kind = look(raw, limit=self._limit).kind
        else:
            cleaned = without_location(raw, limit=self._limit)
            raw, kind, removed = cleaned.raw, cleaned.kind, cleaned.removed
        sha256 = hashlib.sha256(raw).hexdigest()
        with _refusals("The attachment could not be kept"), self._folder() as folder:
            if not _stands(sha256, folder):
                _write(raw, sha256, folder=folder)
            elif self._read(sha256, folder) != raw:
                raise _changed(sha256)
            _settle(sha256, folder)
        return Kept(sha256=sha256, kind=kind, length=len(raw), removed=removed)

    def get(self, sha256: str) -> bytes:
        """Return the file that has this digest.

        Raises:
            EvidenceError: `attachment-name`, `attachment-missing`, or `attachment-changed`
                where something else stands under the digest.
            StorageError: The disk could not be read.
        """
        if not _DIGEST.fullmatch(sha256):
            sentence = "An attachment is named by 64 digits 0-9 a-f. Copy the digest whole."
            raise EvidenceError("attachment-name", sentence)
        with _refusals("The attachment could not be read"), self._folder() as folder:
            return self._read(sha256, folder)

    @contextmanager
    def _folder(self) -> Iterator[int]:
        with _opened(self._path, os.O_NOFOLLOW) as folder:
            yield folder

    def _read(self, sha256: str, folder: int) -> bytes:
        try:
            file = os.open(sha256, _READING, dir_fd=folder)
        except FileNotFoundError:
            sentence = "The attachment is not in this folder. Look for it in another copy."
            raise EvidenceError("attachment-missing", sentence, where=sha256) from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise _changed(sha256) from None
            raise
        try:
            found = os.fstat(file)
            # A pipe or a folder is not read at all, nor is what was never kept for its size.
            if not stat.S_ISREG(found.st_mode) or found.st_size > self._limit:
                raise _changed(sha256)
            with os.fdopen(file, "rb", closefd=False) as opened:
                raw = opened.read(self._limit + 1)
        finally:
            os.close(file)
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise _changed(sha256)
        return raw


def _changed(sha256: str) -> EvidenceError:
    sentence = (
        "What stands under this digest is not the file that was kept: it was changed, damaged or "
        "replaced. Move it aside, do not delete it, and bring the file back from another copy."
    )
    return EvidenceError("attachment-changed", sentence, where=sha256)


def _stands(sha256: str, folder: int) -> bool:
    try:
        os.stat(sha256, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _write(raw: bytes, sha256: str, *, folder: int) -> None:
    unfinished = f".{sha256}.{secrets.token_hex(8)}.unfinished"
    try:
        file = os.open(unfinished, _MAKING, 0o600, dir_fd=folder)
        # A crash from here on leaves the temporary file, which the next start removes.
        try:
            left = memoryview(raw)
            while left:
                left = left[os.write(file, left[:_BYTES_AT_ONCE]) :]
            os.fsync(file)
        finally:
            os.close(file)
        os.rename(unfinished, sha256, src_dir_fd=folder, dst_dir_fd=folder)
        # A crash here leaves the whole file under its digest, or nothing of it.
    except OSError:
        # On a disk that fails even this, the next start removes it.
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=folder)
        raise


def _settle(sha256: str, folder: int) -> None:
    """Bring file and name to disk: also of a file whose first writer died before that."""
    try:
        file = os.open(sha256, _READING, dir_fd=folder)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        os.fsync(folder)
    except OSError as error:
        # After a failed fsync a second one proves nothing: only a new start reads the disk.
        sentence = f"The attachment is written, but not known to be on disk ({error.strerror})."
        raise UnknownOutcomeError(f"{sentence} Stop and start again, then add it again.") from error


@contextmanager
def _opened(path: Path, flags: int = 0) -> Iterator[int]:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | flags)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """Turn the machine's errors into ours, with what to do next."""
    try:
        yield
    except OSError as error:
        step = {
            errno.ENOSPC: "The disk is full: make room and add it again.",
            errno.EDQUOT: "The disk is full: make room and add it again.",
            errno.EROFS: "The disk can only be read: make it writable and add it again.",
        }.get(error.errno or 0, "Look at the disk and its permissions, then add it again.")
        raise StorageError(f"{what} ({error.strerror}). {step}") from error

"""Published files on a disk: durable when `put` returns, whole for every reader.

1. Written under a temporary name, synced, renamed over the old one, folder synced. A
   reader sees the old file or the new one.
2. A new folder is synced into the one above it, up to the root that was given.
3. A crash leaves at most a temporary file, which `names` does not give and the next write
   of the same name replaces.
4. What the operating system says is passed on as one sentence and what to do.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from showclear.ledger.errors import StorageError

TEMPORARY: Final = ".writing"

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BARRED: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def storage_error(error: OSError, path: Path) -> StorageError:
    """Say what the operating system refused, and what to do next."""
    if error.errno in _FULL:
        return StorageError(
            f"the disk is full at {path}. Nothing that was acknowledged is lost; make room and say "
            "it again."
        )
    if error.errno in _BARRED:
        return StorageError(
            f"{path} cannot be written: {error.strerror}. Nothing that was acknowledged is lost; "
            "make the folder writable for this user and say it again."
        )
    return StorageError(f"{path}: {error.strerror or error}")


class DiskFiles:
    """A folder of published files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file."""
        path = self._root / name
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise storage_error(error, path) from error

    def put(self, name: str, raw: bytes) -> None:
        """Write a file durably, in the place of the one before it."""
        path = self._root / name
        try:
            self._folder(path.parent)
            put_durably(path, raw)
        except OSError as error:
            raise storage_error(error, path) from error

    def _folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if folder != self._root:
            self._folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        path = self._root / name
        try:
            path.unlink(missing_ok=True)
            if path.parent.suffix == ".p":
                # Only an empty folder goes; another width may still be in it.
                path.parent.rmdir()
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.ENOENT):
                raise storage_error(error, path) from error

    def names(self) -> Iterator[str]:
        """Give the name of every file, in no order."""
        for folder, _, files in os.walk(self._root):
            for file in files:
                if not file.endswith(TEMPORARY):
                    yield (Path(folder) / file).relative_to(self._root).as_posix()


def put_durably(path: Path, raw: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is there, whole, after any crash from now on.

    Raises:
        OSError: The old one is there or the new one, whole; which one may change with a crash.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        view = memoryview(raw)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

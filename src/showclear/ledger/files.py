"""The port to a folder of published files, so that tests can make each call fail.

* `put` is durable when it returns: the bytes and the name are both on disk, and a reader
  sees the old file or the new one, never a part.
* What fails raises `StorageError`; the old file or the new one is there, whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class PublicFiles(Protocol):
    """A folder of files with names such as `tile/0/x001/234` below it."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file."""

    def put(self, name: str, raw: bytes) -> None:
        """Write a file durably, in the place of the one before it."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there. Need not be durable: a crash may bring it back."""

    def names(self) -> Iterator[str]:
        """Give the name of every file, in no order."""

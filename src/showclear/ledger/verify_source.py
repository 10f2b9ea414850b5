"""The port to whatever holds the published files: a folder, a zip, a test's dictionary.

* Only regular files below the root, by names such as `log/tile/0/000`; no links.
* It can be pickled, and opened again by another process that reads from it.
* `EvidenceError` where the bytes themselves are at fault (damaged within a zip, larger than
  such a file can be, no plain file), `StorageError` where the machine is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class LogSource(Protocol):
    """Published files to be read and never trusted."""

    def names(self, under: str) -> Iterator[str]:
        """Give the full name of each file below a folder such as `log`, in a stable order."""

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return a file's bytes, None where there is none.

        Raises:
            EvidenceError: `too-large` for more bytes than the limit, `not-a-file`, `zip-damaged`.
            StorageError: The machine could not read it.
        """

    def chunks(self, name: str, *, limit: int) -> Iterator[bytes]:
        """Give a file's bytes piece by piece; nothing where there is none. As `read` else."""

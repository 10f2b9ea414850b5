"""Published files in memory, which hold the port's contract and fail when told.

* Each call can fail in four ways: as an error or as a crash, and each of them before the
  call did anything or after it did everything. Never in between: a reader of the real
  folder sees the old file or the new one.
* What is put is durable at once; what is removed is not: a crash brings it back, which is
  the worst that the port allows.
* Nothing goes on after a crash. `again` opens the same folder, as a new start would.
* What the contract excludes is refused as a mistake of ours, before any failure.

What a disk does to bytes is not imitated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final

from showclear.ledger.errors import MisuseError, StorageError

_NAME: Final = re.compile(r"[a-z0-9]+(?:[./][a-z0-9]+)*")


class Failure(Enum):
    """How a call fails."""

    LOST = "lost"
    """`StorageError`, and nothing was done."""
    KEPT = "kept"
    """`StorageError`, although all of it was done."""
    CRASH_BEFORE = "crash-before"
    """The program ends before anything was done."""
    CRASH_AFTER = "crash-after"
    """The program ends when all of it was done, before anybody was told."""


class Crash(BaseException):
    """The program is over. Nothing in it may catch this and go on."""


class FailingFiles:
    """A `PublicFiles` for tests of whatever publishes.

    Attributes:
        asked: Every call so far, failed ones included, such as `put checkpoint`.
    """

    def __init__(
        self,
        kept: dict[str, bytes] | None = None,
        *,
        watch: Callable[[FailingFiles], None] | None = None,
    ) -> None:
        """Open a folder; without one, an empty one.

        Args:
            watch: Told after every change, as a reader who looks at that moment.
        """
        self.asked: list[str] = []
        self._kept: dict[str, bytes] = {} if kept is None else kept
        self._removed: dict[str, bytes] = {}
        self._watch = watch
        self._crashed = False
        self._failures: dict[int, Failure] = {}

    def again(self) -> FailingFiles:
        """Open the same folder anew, as a program does that starts again."""
        if self._crashed:
            # What nobody synced: an unlinked name may be back after a crash.
            self._kept.update(self._removed | self._kept)
        return FailingFiles(self._kept, watch=self._watch)

    def fail(self, how: Failure, *, skip: int = 0) -> None:
        """Let the next call fail, or the one after `skip` others."""
        self._failures[len(self.asked) + skip] = how

    def look(self, name: str) -> bytes | None:
        """Return a file as a reader finds it: not one of the calls that fail."""
        return self._kept.get(name)

    def look_around(self) -> list[str]:
        """Return every name as a reader finds it, sorted."""
        return sorted(self._kept)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file."""
        self._call("read", name, lambda: None)
        return self._kept.get(name)

    def put(self, name: str, raw: bytes) -> None:
        """Write a file durably, in the place of the one before it."""
        taken = [kept for kept in self._kept if _above(kept, name) or _above(name, kept)]
        if taken:
            raise MisuseError(f"{name}: a file and a folder cannot share a name with {taken[0]}")

        def keep() -> None:
            self._kept[name] = bytes(raw)
            self._removed.pop(name, None)

        self._call("put", name, keep)

    def remove(self, name: str) -> None:
        """Remove a file if it is there; a crash brings it back."""

        def drop() -> None:
            if (gone := self._kept.pop(name, None)) is not None:
                self._removed[name] = gone

        self._call("remove", name, drop)

    def names(self) -> Iterator[str]:
        """Give the name of every file, in no order."""
        self._call("names", "of-all", lambda: None)
        return iter(tuple(self._kept))

    def _call(self, verb: str, name: str, act: Callable[[], None]) -> None:
        if self._crashed:
            raise MisuseError("the program that had these files open is over")
        if not _NAME.fullmatch(name.removeprefix("of-")):
            raise MisuseError(f"no file of a log is called {name!r}")
        failure = self._failures.pop(len(self.asked), None)
        self.asked.append(f"{verb} {name}")
        if failure in (None, Failure.KEPT, Failure.CRASH_AFTER):
            act()
            if self._watch is not None and verb in ("put", "remove"):
                self._watch(self)
        match failure:
            case None:
                return
            case Failure.LOST | Failure.KEPT:
                raise StorageError("This call was told to fail.")
            case Failure.CRASH_BEFORE | Failure.CRASH_AFTER:
                self._crashed = True
                raise Crash


def _above(folder: str, name: str) -> bool:
    return name.startswith(f"{folder}/")

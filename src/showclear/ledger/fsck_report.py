"""What does `fsck` ask for, and how are its findings kept?

* The first thing wrong is the first of the lowest step, and within a step of the lowest
  place. The later ones mostly follow from it.
* All that is wrong is counted; a thousand of each step are kept with their words.
* Whatever came from the folder is printed without signs that could steer a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Protocol

from showclear.ledger.errors import EvidenceError
from showclear.ledger.verify_report import KEPT_MAX, Finding, printable

JOURNAL: Final = "journal.sqlite"

Shown = Callable[[int, int], None]
"""Told how many of how many entries are checked."""

COLUMNS: Final[Mapping[str, tuple[tuple[str, type], ...]]] = {
    "entries": (("idx", int), ("id", str), ("entry", bytes), ("leaf", bytes)),
    "verdicts": (("act", int), ("verdict", int)),
    "checkpoints": (("size", int), ("note", bytes)),
    "texts": (("id", str), ("path", str), ("salt", bytes), ("text", str)),
    "asides": (
        ("number", int),
        ("reason", str),
        ("sentence", str),
        ("clock", str),
        ("id", str),
        ("raw", bytes),
        ("length", int),
        ("sha256", bytes),
    ),
    "snapshots": (("one", int), ("size", int), ("root", bytes), ("maker", str), ("body", bytes)),
    "writer": (
        ("id", int),
        ("origin", str),
        ("size", int),
        ("root", bytes),
        ("frontier", bytes),
        ("checkpoint", bytes),
        ("place", str),
    ),
}
"""What each table of the journal holds; the first column is its number."""


class Step(IntEnum):
    """What was being checked: the numbers of `fsck`."""

    DATABASE = 1
    ENTRIES = 2
    TREE = 3
    VERDICTS = 4
    TEXTS = 5
    PUBLISHED = 6
    ATTACHMENTS = 7
    STATE = 8
    ASIDE = 9


class Production(Protocol):
    """What lies in a production's folder, read and never trusted.

    Reading a file raises `EvidenceError` where its bytes are at fault and `StorageError`
    where the machine is. No link is followed.
    """

    def faults(self) -> tuple[Finding, ...]:
        """Return what is wrong with the database as such."""

    def count(self, table: str) -> int:
        """Return how many rows a table seems to have; 0 where nobody can tell."""

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Give a table's rows by their number, with values of any kind.

        Raises:
            EvidenceError: The table is not there or damaged; what came before it stands.
        """

    def entries(self, start: int, stop: int) -> list[Any]:
        """Return what stands in the column `entry` from one number up to another; as `rows`."""

    def names(self, under: str) -> Iterator[str]:
        """Give the full name of everything below a folder that is no folder, in order."""

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return a file's bytes, None where there is none."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How to check.

    Attributes:
        signatures: Whether statements' signatures are verified: some 66 µs each.
        gated: Tags of acts before which a gate stands; None where nobody said.
    """

    signatures: bool = True
    gated: frozenset[str] | None = None


@dataclass(slots=True)
class Findings:
    """The findings as they come, and sentences on what was shown, gone and not checked."""

    shown: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    count: int = 0
    _kept: dict[Step, list[tuple[int, int, Finding]]] = field(default_factory=dict)

    def add(self, step: Step, finding: Finding, *, place: int = 0) -> None:
        """Take a finding; `place` orders it within its step."""
        kept = self._kept.setdefault(step, [])
        if len(kept) >= 2 * KEPT_MAX:
            kept.sort(key=lambda one: one[:2])
            del kept[KEPT_MAX:]
        kept.append((place, self.count, finding))
        self.count += 1

    def wrong(self, step: Step, code: str, *, where: str, sentence: str, place: int = 0) -> None:
        """Take a finding by its parts."""
        clean = Finding(code=code, where=printable(where), sentence=printable(sentence))
        self.add(step, clean, place=place)

    def caught(self, step: Step, error: EvidenceError, *, where: str, place: int = 0) -> None:
        """Take a refusal as a finding, placed."""
        at = error.at(where)
        self.wrong(step, at.code, where=at.where or where, sentence=at.sentence, place=place)

    def of(self, *steps: Step) -> int:
        """Return how many findings of these steps are kept: 0 only where nothing is wrong."""
        return sum(len(self._kept.get(step, ())) for step in steps)

    def first(self) -> Step | None:
        """Return the step of the first thing wrong."""
        return min(self._kept, default=None)

    def drop(self, step: Step, codes: frozenset[str]) -> None:
        """Take findings of a step back: what they were made from has moved on meanwhile."""
        before = self._kept.pop(step, [])
        left = [one for one in before if one[2].code not in codes]
        self.count -= len(before) - len(left)
        if left:
            self._kept[step] = left

    def findings(self) -> tuple[Finding, ...]:
        """Return what is kept, the first thing wrong first."""
        found: list[Finding] = []
        for step in sorted(self._kept):
            ordered = sorted(self._kept[step], key=lambda one: one[:2])
            found += [finding for _, _, finding in ordered[:KEPT_MAX]]
        return tuple(found)


def said(sentence: str) -> str:
    """Return a sentence for the report, whatever words of the folder's are in it."""
    return printable(sentence)

"""What was found wrong, what was shown, what is gone and what was not looked at?

* The first thing wrong is the first of the lowest step, and within a step of the lowest
  place: not whatever another process happened to come upon first.
* All that is wrong is counted; a thousand of each step are kept with their words.
* Whatever came from the log is printed without signs that could steer a terminal.
* Never a claim that something said is true: only that it stands as it was signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from showclear.ledger.errors import EvidenceError

SHOWN_MAX: Final = 20
"""How many findings a person is shown. The first one matters; the others follow from it."""
KEPT_MAX: Final = 1_000
_CHARACTERS_MAX: Final = 600


class Step(IntEnum):
    """What was being checked, in the order of checking."""

    POLICY = 1
    HASHES = 2
    ENTRIES = 3
    TEXTS = 4
    RECEIPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: Stable word for programs, such as `entry-changed`.
        where: The file, and within it the entry's index, hash or line.
        sentence: What is wrong there and what that means.
    """

    code: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What `verify` found.

    Attributes:
        origin: The log's name; None where no checkpoint could be read.
        entries: How many entries the checkpoint speaks of; None likewise.
        root: Its root, in base64 as it is written there; None likewise.
        findings: What is wrong, the first thing first, at most some thousands.
        count: How many things are wrong.
        shown: Sentences: what was shown.
        gone: Sentences: what is not here.
        unchecked: Sentences: what was not checked.
    """

    origin: str | None
    entries: int | None
    root: str | None
    findings: tuple[Finding, ...]
    count: int
    shown: tuple[str, ...]
    gone: tuple[str, ...]
    unchecked: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return self.count == 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything said beside the findings."""
        return (*self.shown, *self.gone, *self.unchecked)

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        more = self.count - len(self.findings)
        return {
            "whole": self.whole,
            "entries": self.entries,
            "root": self.root,
            "origin": self.origin,
            "findings": [
                {"code": one.code, "where": one.where, "sentence": one.sentence}
                for one in self.findings
            ],
            "notes": [*self.notes, *([f"And {more:,} more findings."] if more else [])],
        }


@dataclass(slots=True)
class Report:
    """The findings as they come, from every step."""

    shown: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    count: int = 0
    _kept: dict[Step, list[tuple[int, int, Finding]]] = field(default_factory=dict)

    def add(self, step: Step, finding: Finding, *, place: int = 0) -> None:
        """Take a finding.

        Args:
            place: Where it stands within the step: an entry's index, or 0 for the file as such.
        """
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

    def of(self, step: Step) -> int:
        """Return how many findings of a step are kept: 0 only where nothing is wrong."""
        return len(self._kept.get(step, ()))

    def findings(self) -> tuple[Finding, ...]:
        """Return what is kept, the first thing wrong first."""
        found: list[Finding] = []
        for step in sorted(self._kept):
            ordered = sorted(self._kept[step], key=lambda one: one[:2])
            found += [finding for _, _, finding in ordered[:KEPT_MAX]]
        return tuple(found)


def finding_of(error: EvidenceError, where: str) -> Finding:
    """Return a refusal as a finding, placed."""
    at = error.at(where)
    return Finding(
        code=at.code, where=printable(at.where or where), sentence=printable(at.sentence)
    )


def printable(text: str) -> str:
    """Leave no sign that could steer a terminal, and no line without an end."""
    short = text if len(text) <= _CHARACTERS_MAX else text[:_CHARACTERS_MAX] + "..."
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in short)


def lines_of(verified: Verified) -> Iterable[str]:
    """Give the report as lines for a person."""
    if verified.whole:
        yield "WHOLE: nothing was changed since it was signed."
    else:
        yield f"NOT WHOLE. Things wrong: {verified.count:,}."
    for number, one in enumerate(verified.findings[:SHOWN_MAX]):
        yield f"{'' if number else 'The first thing wrong: '}{one} [{one.code}]"
    if (more := verified.count - SHOWN_MAX) > 0:
        yield f"... and {more:,} more."
    for title, said in (
        ("Shown", verified.shown),
        ("Gone or not here", verified.gone),
        ("NOT checked", verified.unchecked),
    ):
        yield ""
        yield f"{title}:"
        for sentence in said or ("nothing",):
            yield f"  {printable(sentence)}"

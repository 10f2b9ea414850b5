"""What a pack says, as structure: rules in four shapes, conditions, citations.

Structure and not text, so that it can be read aloud, judged, diffed and later read
by the margin engine. A pack executes nothing.

Source: docs/formats/rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Texts = Mapping[str, str]
"""A sentence by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a rule comes from, and how surely it was read.

    Attributes:
        how: `direct` (the clause itself), `secondary` or `low`.
        read: The day a person last compared it with its source.
    """

    instrument: str
    provision: str
    url: str = ""
    read: date | None = None
    how: str = "direct"

    def __str__(self) -> str:
        return f"{self.instrument} {self.provision}"


@dataclass(frozen=True, slots=True)
class WordTest:
    """An attribute is one of these words."""

    attribute: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A measured quantity compared exactly: `at least`, `at most`, `more than`, `less than`."""

    quantity: str
    compare: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class IsTest:
    """A defined name holds, such as `a qualified handler`."""

    name: str


@dataclass(frozen=True, slots=True)
class Window:
    """When something must have been said to count.

    Attributes:
        kind: `today`, `within` or `since`.
        minutes: For `within`.
        event: For `since`, one of the lexicon's events.
    """

    kind: str
    minutes: int = 0
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTest:
    """Something was said: a check, or another statement, with what it must say.

    Attributes:
        what: `check.made` or another tag.
        words: Closed words by field; for a check the field `check`.
        on, people, shown_to, about, not_by: References such as `this lot`.
        by: A defined name that the maker must meet.
        covers: It covered the whole count there was.
        windows: All of them must hold.
        measured: Quantities of the newest such check.
    """

    what: str
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    on: str = ""
    people: str = ""
    shown_to: str = ""
    about: str = ""
    not_by: str = ""
    by: str = ""
    covers: bool = False
    windows: tuple[Window, ...] = ()
    measured: tuple[NumberTest, ...] = ()


Test = WordTest | IsTest | FactTest
Tests = tuple[Test, ...]
"""All of them must hold."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every ELEMENT in SET [where ...] needs ...; alternatives are named."""

    element: str
    set: str
    may_be_empty: bool
    where: Tests
    needs: Mapping[str, Tests]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least N different FIELD in checks, or in statements of a tag, where ..."""

    number: int
    field: str
    where: FactTest
    may_be_empty: bool


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most N different ELEMENT in SET where ..."""

    number: int
    element: str
    set: str
    where: Tests


@dataclass(frozen=True, slots=True)
class No:
    """No ELEMENT in SET where ..."""

    element: str
    set: str
    where: Tests


Shape = Every | AtLeast | AtMost | No


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a pack.

    Attributes:
        before: The gates it is asked at.
        when: Conditions by subject of the act; all must match, unknown matches.
        unless: Names of exceptions, judged per element, listed when they lift it.
        missing: Words of the closed list; the alternatives of the rule.
        case: Whether a case under, on and over it stands in the pack's cases.
    """

    id: str
    cite: Citation
    before: tuple[str, ...]
    when: Mapping[str, Tests]
    shape: Shape
    unless: tuple[str, ...]
    missing: tuple[str, ...]
    say: Texts
    next: Texts
    in_force: tuple[date | None, date | None] = (None, None)
    barrier: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A versioned, dated set of rules by one author.

    Attributes:
        sha256: Of its canonical JSON; what the record names it by.
        in_force: From (inclusive) and until (exclusive).
    """

    id: str
    title: Texts
    version: str
    vocabulary: int
    jurisdiction: str
    force: str
    in_force: tuple[date | None, date | None]
    define: Mapping[str, Tests]
    exceptions: Mapping[str, Mapping[str, Tests]]
    rules: tuple[Rule, ...]
    sha256: str = ""

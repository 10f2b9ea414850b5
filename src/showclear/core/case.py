"""A case file: a documented incident or a compliant day, as statements.

Parsing is strict. Every fault is reported with its line, what was found, what is
allowed and the nearest word: an unknown tag, field, word or id, a time without
offset, a negative count, one id for two. What the file says of expectations is
read as strictly, so that a misspelt expectation cannot pass for a met one.

Source: docs/formats/case.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from showclear.core.statement import Statement

FORMAT: Final = "showclear-case/1"
CASE_KINDS: Final = frozenset({"incident", "compliant-day", "control"})
JUDGED_AS_OF: Final = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What happened in the end. In case files only: the system does not know it."""

    id: str
    at: datetime
    at_is: str
    kind: str
    people: int | None = None
    note: str | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Truth:
    """What was so and nobody had recorded. Shown in a replay, never judged."""

    text: str


Item = Statement | Harm | Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One reason a case expects: a word, and where it matters on what.

    Attributes:
        missing: A word of the closed list.
        on: Any id of the case; empty for any subject.
        kind: Narrows a qualification.
    """

    missing: str
    on: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What no next step can put right, given by the author of the case."""

    for_: str
    on: str = ""
    insert: tuple[Mapping[str, Any], ...] = ()
    change: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a case says must happen, may happen and must not."""

    hold_at: tuple[str, ...] = ()
    because: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    fatal: tuple[str, ...] = ()
    repair: tuple[Repair, ...] = ()
    may_hold_at: tuple[str, ...] = ()
    warn_at: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    alert_at: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    clear_at: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    warnings_at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same case with something left out, put in or changed.

    Attributes:
        drop: Statement ids, each with the people to take out of it (none: all of it).
        insert: Statements as the file gives them; they stand by time.
        change: Fields to replace, by the id of what stands above the statements.
    """

    id: str
    drop: tuple[tuple[str, tuple[str, ...]], ...] = ()
    insert: tuple[Mapping[str, Any], ...] = ()
    change: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    expect: Expect = field(default_factory=Expect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where it can be read, for which statements, and how surely."""

    url: str
    for_: tuple[str, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, parsed.

    Attributes:
        id: Unique among cases; `CASE--VARIANT` for a variant or twin.
        kind: `incident`, `compliant-day`, `control`, `variant` or `twin`.
        before: What stands above the statements, as statements without a time.
        items: Statements, harms and truths by the minute, then by the file's order.
        raw: The plain data it was read from, so that a twin can be made of it.
        file: Where it was read from.
        on_the_day: Whether every act is judged as of its own day, or of `judged_as_of`
            where that is later: a production's record, not a case.
    """

    id: str
    kind: str
    title: str
    where: str
    packs: tuple[str, ...]
    grade: str
    would_be_running: str
    before: tuple[Statement, ...]
    items: tuple[Item, ...]
    expect: Expect
    variants: tuple[Variant, ...]
    judged_as_of: date
    sources: tuple[Source, ...]
    raw: Mapping[str, Any]
    file: str
    on_the_day: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Those above first, then by time."""
        timed = tuple(item for item in self.items if isinstance(item, Statement))
        return self.before + timed

    @property
    def harms(self) -> tuple[Harm, ...]:
        return tuple(item for item in self.items if isinstance(item, Harm))

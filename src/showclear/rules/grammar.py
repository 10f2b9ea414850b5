"""What a pack says, as structure: rules in six shapes, conditions, citations.

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
    """A measured quantity compared exactly: `at least`, `at most`, `more than`, `less than`.

    Attributes:
        value: The bound, where it is a number.
        field: Else what it is compared with, such as `the weapon's clearance_ft`.
    """

    quantity: str
    compare: str
    value: Decimal = Decimal(0)
    field: str = ""


@dataclass(frozen=True, slots=True)
class IsTest:
    """A defined name holds, such as `a qualified handler`."""

    name: str


@dataclass(frozen=True, slots=True)
class Window:
    """When something must have been said to count.

    Attributes:
        kind: `today`, `within`, `before` or `since`.
        minutes: For `within` the most, for `before` the least, before the act.
        most: For `before`, the most; 0 where there is no such bound.
        event: For `since`, one of the lexicon's events.
    """

    kind: str
    minutes: int = 0
    most: int = 0
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTest:
    """Something was said: a check, or another statement, with what it must say.

    Attributes:
        what: `check.made` or another tag.
        words: Closed words by field; for a check the field `check`.
        on, people, shown_to, about, not_by: References such as `this lot`.
        by: A defined name, a role or `this department`: the maker must meet it.
        with_: The same, met by one of the people whom a statement names.
        covers: It covered the whole count there was; of an assessment, the version planned.
        topics: A meeting had at least so many.
        until: What it tells of has not run out.
        windows: All of them must hold.
        measured: Quantities of the newest such check.
        after, before: The order of two acts: the last such other one has to be earlier,
            or later.
    """

    what: str
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    on: str = ""
    people: str = ""
    shown_to: str = ""
    about: str = ""
    not_by: str = ""
    by: str = ""
    with_: str = ""
    covers: bool = False
    topics: int = 0
    until: bool = False
    windows: tuple[Window, ...] = ()
    measured: tuple[NumberTest, ...] = ()
    after: FactTest | None = None
    before: FactTest | None = None


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
class Among:
    """At least N different ELEMENT in SET where ..."""

    number: int
    element: str
    set: str
    may_be_empty: bool
    where: Tests


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most N different ELEMENT in SET where ...

    Attributes:
        field: What N is where it is no number, such as `the plan's max_people`.
    """

    number: int
    element: str
    set: str
    where: Tests
    field: str = ""


@dataclass(frozen=True, slots=True)
class AsMany:
    """At most as many (or N times as many) people of one kind as of another.

    Attributes:
        left: `person` (everybody), `others` (all who are not `right`), a role or a
            defined name.
        right: A role or a defined name.
    """

    times: int
    left: str
    left_set: str
    right: str
    right_set: str


@dataclass(frozen=True, slots=True)
class No:
    """No ELEMENT in SET where ..."""

    element: str
    set: str
    where: Tests


@dataclass(frozen=True, slots=True)
class Event:
    """What a duty or a wait begins with: a statement, with its words and what it is about."""

    tag: str
    words: Mapping[str, frozenset[str]]
    subjects: Mapping[str, Tests]


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """After EVENT within T needs ... (a duty), or at least T, and needs ... (a wait).

    Attributes:
        wait: Whether the time has to pass, rather than not to pass.
        seconds: T.
        needs: What has to be said after the event; empty where a wait asks for time alone.
        warn: A duty warns at its gates until its time has run out.
        alert: It is noticed as the event is said.
        each: It is of each person whom the event names, and holds what they are in.
    """

    event: Event
    wait: bool
    seconds: int
    needs: Mapping[str, Tests]
    warn: bool = False
    alert: bool = False
    each: bool = False


Shape = Every | AtLeast | Among | AtMost | AsMany | No | After


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a pack.

    Attributes:
        before: The gates it is asked at.
        when: Conditions by subject of the act; all must match, unknown matches.
        when_any: Alternatives of `when`, one of which must match besides.
        unless: Names of exceptions, judged per element, listed when they lift it.
        missing: Words of the closed list; the alternatives of the rule.
        otherwise: `alert` and `hold`, of a rule that is judged while its activity is on;
            its `when` says which. Empty for every other rule.
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
    when_any: Mapping[str, Mapping[str, Tests]] = field(default_factory=dict)
    otherwise: tuple[str, ...] = ()
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


def tests_of(rule: Rule) -> tuple[Test, ...]:
    """Every condition of a rule, without those that its exceptions and definitions have."""
    found: list[Test] = [test for group in rule.when.values() for test in group]
    found += [test for way in rule.when_any.values() for group in way.values() for test in group]
    match rule.shape:
        case Every() as shape:
            found += [*shape.where, *(test for group in shape.needs.values() for test in group)]
        case AtLeast() as shape:
            found.append(shape.where)
        case Among() | AtMost() | No() as shape:
            found += shape.where
        case After() as shape:
            found += [test for group in shape.event.subjects.values() for test in group]
            found += [test for group in shape.needs.values() for test in group]
        case AsMany():
            pass
    inner = [part for test in found if isinstance(test, FactTest) for part in orders(test)]
    return (*found, *inner)


def orders(test: FactTest) -> tuple[FactTest, ...]:
    """The other acts whose order with this one is asked for."""
    return tuple(part for part in (test.after, test.before) if part is not None)

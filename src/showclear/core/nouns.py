"""The nouns of the set as the record leaves them: frozen, and replaced when they change.

* `seq` orders everything: of two things, the later one has the larger number.
* None is unknown. An empty tuple was counted and is empty.
* Histories are chains, newest first: adding costs the same however long they are.
* What nearly every statement replaces (weapons, lots, activities, the day) has no slots,
  so that `altered` copies it whole in one step. Frozen it is all the same.

Source: docs/formats/vocabulary.md, "Nouns".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from showclear.core import words
from showclear.core.fields import Quantity
from showclear.core.kinds import Limiting
from showclear.core.planning import Plan

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Chain(Generic[T]):
    """A history, newest first."""

    item: T
    older: Chain[T] | None = None

    def __iter__(self) -> Iterator[T]:
        link: Chain[T] | None = self
        while link is not None:
            yield link.item
            link = link.older


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in the record: which statement, when, by whom.

    Attributes:
        seq: Position in the fold; larger is later.
        at: UTC, or None where no time is known.
        timed: False when `at` gives only the order, so that minutes are unknown.
        by: Whose words it was.
        said: The statement.
    """

    seq: int
    at: datetime | None
    timed: bool
    by: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    kind: str
    until: datetime | date | None
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody named in the record. `known` is False if nobody introduced them."""

    id: str
    known: bool = True
    roles: frozenset[str] = frozenset()
    minor: bool = False
    many: bool = False
    left: bool = False
    on_set: bool | None = None
    duties: frozenset[str] = frozenset()
    qualifications: tuple[Qualification, ...] = ()
    joined: Mark | None = None

    @property
    def handles(self) -> bool:
        """Whether the core takes them as a handler of weapons and rounds."""
        return self.known and not self.left and not words.HANDLER_ROLES.isdisjoint(self.roles)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rounds of one lot in one weapon."""

    lot: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Weapon:
    """A weapon and its custody.

    Attributes:
        known: Whether somebody registered it.
        own: Somebody's own, kept off the set.
        place: `store` (nobody has taken it out), `held`, `locked`, `unattended`, `away`.
        holder: Who has it, when `held`.
        since: When that began.
        loads: What is in it, as far as recorded; meaningful when `load_known`.
        load_known: False until a handler has opened it: unknown is loaded.
        duds: Misfired rounds that may still be in it.
        left_sight: Last moment no handler answered for it alone.
        with_handler: When the handler who has it got it.
        dummies: Last moment something with a bullet, or nobody knows what, was in it.
        misfire: A misfire that no handler has released.
        opened: Last time a handler looked inside.
        emptied: Last time a handler found the chamber empty or unloaded it.
        gaps: How often custody was not as recorded; kept for the wrap list.
    """

    id: str
    known: bool = True
    kind: str = "unknown"
    calibre: str | None = None
    own: bool = False
    place: str = "store"
    holder: str | None = None
    since: Mark | None = None
    ever_unattended: bool = False
    loads: tuple[Loaded, ...] = ()
    load_known: bool = False
    duds: int = 0
    received: Mark | None = None
    taken_out: Mark | None = None
    left_sight: Mark | None = None
    with_handler: Mark | None = None
    handed_back: Mark | None = None
    handed_back_to: str | None = None
    loaded: Mark | None = None
    fired: Mark | None = None
    dummies: Mark | None = None
    misfire: Mark | None = None
    opened: Mark | None = None
    emptied: Mark | None = None
    held: Mark | None = None
    counted: Mark | None = None
    missing: Mark | None = None
    gaps: int = 0

    @property
    def rounds(self) -> int:
        """How many rounds are recorded as in it."""
        return sum(load.count for load in self.loads)


@dataclass(frozen=True, kw_only=True)
class Lot:
    """Rounds of one kind, counted.

    Attributes:
        received: How many came; None is unknown.
        issued: Out with people or in containers now.
        loaded: In weapons now.
        fired, misfired, destroyed, left: Gone that way.
        place: Of the closed list, where somebody said so.
        custody: `store`, `locked`, `held`, `open` or `unattended`.
        out_of_custody: Last moment after which nobody can vouch for what it is.
        counted: The last count, and `difference` what it lacked (negative) or had over.
        shown: A handler other than its receiver passed a check of the whole of it.
    """

    id: str
    known: bool = True
    kind: str = "unknown"
    calibre: str | None = None
    received: int | None = None
    moved_in: int = 0
    moved_out: int = 0
    issued: int = 0
    loaded: int = 0
    fired: int = 0
    misfired: int = 0
    destroyed: int = 0
    left: int = 0
    place: str | None = None
    quarantined: bool = False
    custody: str = "store"
    holder: str | None = None
    received_by: str = ""
    came: Mark | None = None
    opened: Mark | None = None
    out_of_custody: Mark | None = None
    ever_unattended: bool = False
    moved: Mark | None = None
    counted: Mark | None = None
    counted_as: int | None = None
    difference: int | None = None
    shown: Mark | None = None

    @property
    def total(self) -> int | None:
        """All rounds ever in the lot and not moved to another."""
        return None if self.received is None else self.received + self.moved_in - self.moved_out

    @property
    def in_store(self) -> int | None:
        """What should be in the box now, from the statements. None is unknown."""
        if self.total is None:
            return None
        gone = self.fired + self.misfired + self.destroyed + self.left
        return self.total - self.issued - self.loaded - gone

    @property
    def present(self) -> bool:
        """Whether any of it may be on set. Unknown counts as present."""
        if self.place == "off-premises" or self.custody == "away":
            return False
        if self.total is None:
            return True
        return self.total - self.fired - self.destroyed - self.left > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    id: str
    known: bool = True
    kind: str = "other"
    limits: tuple[Quantity, ...] = ()
    away: bool = False
    held: Mark | None = None
    holder: str | None = None
    received: Mark | None = None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One planned act as of its last version.

    Attributes:
        version: 1 when planned, one more with each change.
        changed: The last change that people at risk have to hear of. A spare of the
            same kind swapped in is none (reading 17).
        material: Its version then.
        take: The take that is on, if any.
        takes: When the last take began and ended.
        overrun: Quantities that were more than planned at the last cut.
    """

    id: str
    known: bool = True
    plan: Plan = field(default_factory=Plan)
    version: int = 1
    material: int = 1
    planned: Mark | None = None
    changed: Mark | None = None
    dropped: bool = False
    on: Mark | None = None
    last_take: Mark | None = None
    took: tuple[str, ...] = ()
    overrun: tuple[str, ...] = ()
    raised: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """One check as it was made, on one subject.

    Attributes:
        eyes: Who saw it independently: the maker and witnesses by their own device or badge.
        named: Witnesses whom somebody else typed; they did not confirm.
        whole: Its count covered all there was then: the lot in store, the rounds loaded.
    """

    check: str
    on: str
    passed: bool
    by: str
    handler: bool
    eyes: frozenset[str]
    named: frozenset[str]
    count: int | None
    of: int | None
    measured: tuple[Quantity, ...]
    about: tuple[str, ...]
    shown_to: frozenset[str]
    mark: Mark
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    id: str
    kind: str
    activities: tuple[str, ...]
    topics: int
    present: frozenset[str]
    mark: Mark
    versions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Briefing:
    """Who heard which version of an activity, when and where."""

    version: int
    meeting: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    id: str
    scope: tuple[str, ...] | None
    by: str
    mark: Mark
    roles: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    id: str
    kind: str
    about: tuple[str, ...]
    people: tuple[str, ...]
    mark: Mark
    discharge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    id: str
    for_: str
    before_restart: bool
    due: datetime | date | None
    mark: Mark
    done_by: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    id: str
    about: tuple[str, ...]
    by: str
    holds: bool
    mark: Mark
    answered: Mark | None = None
    closing: frozenset[str] = frozenset()
    severity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    person: str
    activity: str
    version: int | None
    limit: tuple[Quantity, ...]
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkOut:
    id: str
    people: tuple[str, ...]
    roles: frozenset[str]
    mark: Mark
    taken_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    kind: str
    activities: tuple[str, ...]
    state: str
    limits: tuple[Quantity, ...]
    only: Limiting | None
    except_: Limiting | None
    while_present: tuple[str, ...]
    until: datetime | date | None
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    id: str
    kind: str
    activities: tuple[str, ...]
    until: datetime | date | None
    read_by: frozenset[str]
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something said that rules may ask for: a search, a notice, a call to the set.

    Attributes:
        words: Its closed words by field.
        on: The ids it speaks of.
        people: Those it names.
        count: How many, or which version, where its tag says so.
        noun: The id that it gave to what it tells of: an incident, a meeting, a stop.
        until: When what it tells of runs out; None if it does not, or nobody said.
    """

    tag: str
    words: Mapping[str, frozenset[str]]
    on: frozenset[str]
    people: frozenset[str]
    eyes: frozenset[str]
    handler: bool
    mark: Mark
    count: int | None = None
    noun: str = ""
    until: datetime | date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    quantity: str
    on: str
    value: Decimal
    within: bool
    mark: Mark
    bounds: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    hours: Decimal
    slept_hours: Decimal | None
    awake_since: datetime | None
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two things said that cannot both be so, or one that could not be read.

    Attributes:
        on: What it is about; `all` when it may be about anything.
        ends: `sighting` (a handler sees it), `count` (counted again), `zone-counted`
            or `two-agree` (two people read it and go on).
    """

    id: str
    on: str
    text: str
    ends: str
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Day:
    """A ShootDay of one unit."""

    number: int
    first: Mark
    last_at: datetime
    closed: Mark | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be noticed as it is said, though no gate is asked."""

    said: str
    missing: str
    on: str
    warning: bool = False
    text: str = ""


N = TypeVar("N", Weapon, Lot, Activity, Day)


def altered(noun: N, **changes: Any) -> N:
    """A copy that differs in these fields: `dataclasses.replace` at a tenth of the cost.

    Most statements replace a weapon or a lot, and some of them twenty.
    """
    kind = type(noun)
    values = noun.__dict__ | changes
    if len(values) != len(noun.__dict__):
        raise TypeError(f"{kind.__name__} has no {', '.join(changes.keys() - vars(noun).keys())}")
    other = kind.__new__(kind)
    object.__setattr__(other, "__dict__", values)
    return other

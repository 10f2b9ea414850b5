"""What follows from the record: who has what, what was shown, what is open.

* Nothing here is edited by anybody: a state is a fold of statements (see `fold`).
* Every value in its tables is frozen, so a copy of the tables is a snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final

from showclear.core.nouns import (
    Activity,
    Briefing,
    Chain,
    CheckRecord,
    Concern,
    Contradiction,
    Day,
    Document,
    Fact,
    Incident,
    Lot,
    Mark,
    Meeting,
    Notice,
    Permission,
    Person,
    Reading,
    Refusal,
    Remedy,
    Rest,
    Stop,
    Thing,
    WalkOut,
    Weapon,
)
from showclear.core.planning import PlannedWeapon

CONFIRMABLE: Final = 512
"""How many statements of checks back somebody may still say that they saw it: several days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Weapons of one of which something was said, and nobody knew of which (`fold_among`).

    Attributes:
        seen: Those of which a handler has seen since all that is in them.
        of: How many rounds did not fire; 0 where all did.
        misfired: Those that were found in none of them yet.
        found: The weapons that they were found in; `named` by somebody's word.
        cause: All were found, or a handler noted a cause.
    """

    id: str
    weapons: tuple[str, ...]
    lot: str
    of: int
    misfired: int
    mark: Mark
    seen: frozenset[str] = frozenset()
    found: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    cause: bool = False


@dataclass(slots=True)
class State:
    """All that follows from the statements folded so far. See `fold`.

    Attributes:
        said_checks: Which checks a statement made, each as what it is on and its word, oldest
            first; of the last `CONFIRMABLE` statements.
    """

    seq: int = 0
    now: datetime | None = None
    day: Day | None = None
    people: dict[str, Person] = field(default_factory=dict)
    weapons: dict[str, Weapon] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    checks: dict[tuple[str, str], Chain[CheckRecord]] = field(default_factory=dict)
    failed: dict[tuple[str, str], CheckRecord] = field(default_factory=dict)
    fallen: dict[tuple[str, str], int] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    met: dict[str, Chain[Meeting]] = field(default_factory=dict)
    briefed: dict[tuple[str, str], Briefing] = field(default_factory=dict)
    agreed: dict[tuple[str, str], int] = field(default_factory=dict)
    agreed_mark: dict[tuple[str, str], Mark] = field(default_factory=dict)
    consents: dict[tuple[str, str], Mark] = field(default_factory=dict)
    issued: dict[tuple[str, str], int] = field(default_factory=dict)
    among: dict[str, Among] = field(default_factory=dict)
    stops: dict[str, Stop] = field(default_factory=dict)
    pauses: dict[str, Stop] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    remedies: dict[str, Remedy] = field(default_factory=dict)
    concerns: dict[str, Concern] = field(default_factory=dict)
    refusals: dict[tuple[str, str], Refusal] = field(default_factory=dict)
    walk_outs: dict[str, WalkOut] = field(default_factory=dict)
    permissions: dict[str, Chain[Permission]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    facts: dict[str, Chain[Fact]] = field(default_factory=dict)
    readings: dict[tuple[str, str], Reading] = field(default_factory=dict)
    rest: dict[str, Rest] = field(default_factory=dict)
    machines: dict[str, tuple[str, Mark]] = field(default_factory=dict)
    inside: dict[tuple[str, str], Mark] = field(default_factory=dict)
    posts: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    contradictions: dict[str, Contradiction] = field(default_factory=dict)
    found: dict[str, Fact] = field(default_factory=dict)
    said_checks: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    gaps: dict[str, Notice] = field(default_factory=dict)
    warned_since: int = -1
    warned_between: int = -1
    last_end: int = 0
    notices: Chain[Notice] | None = None
    differences: tuple[tuple[str, int], ...] = ()

    def copy(self) -> State:
        """A snapshot: tables are copied, the frozen values in them are shared."""
        other = State()
        for name in _NAMES:
            value = getattr(self, name)
            setattr(other, name, dict(value) if isinstance(value, dict) else value)
        return other

    # --- questions that several parts ask ------------------------------------------

    def person(self, name: str) -> Person:
        """The person, or an unknown one of that name."""
        return self.people.get(name) or Person(id=name, known=False)

    def handles(self, name: str) -> bool:
        """Whether this person is a handler of weapons and rounds."""
        found = self.people.get(name)
        return found is not None and found.handles

    def lot_kind(self, name: str) -> str:
        """What the lot is; unknown if nobody registered it."""
        lot = self.lots.get(name)
        return lot.kind if lot is not None and lot.known else "unknown"

    def load_of(self, weapon: Weapon) -> str:
        """What is in the weapon: `none`, a kind of rounds, or `unknown`."""
        if not weapon.load_known:
            return "unknown"
        kinds = {self.lot_kind(load.lot) for load in weapon.loads if load.count}
        if weapon.duds:
            kinds.add("blank")
        for worst in ("live", "unknown", "blank", "dummy"):
            if worst in kinds:
                return worst
        return "none"

    def planned(self, activity: str, weapon: str) -> PlannedWeapon | None:
        """The plan of a weapon in an activity."""
        found = self.activities.get(activity)
        for plan in (found.plan.weapons or ()) if found is not None else ():
            if plan.weapon == weapon:
                return plan
        return None

    def at_risk(self, activity: Activity) -> tuple[str, ...] | None:
        """Everybody in it, in its zone and line, and who holds its weapons.

        None when a list that would name them was not given.
        """
        plan = activity.plan
        if plan.people is None:
            return None
        named: set[str] = {part.person for part in plan.people}
        named.update((*(plan.zone or ()), *(plan.line or ()), *(plan.pointed_at or ())))
        for weapon in plan.weapons or ():
            named.update(weapon.performer or ())
        named.update(person for zone, person in self.inside if zone == activity.id)
        return tuple(sorted(named))


_NAMES: Final = tuple(item.name for item in fields(State))

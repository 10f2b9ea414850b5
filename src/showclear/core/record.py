"""The record as the gates see it: what was said, in the order in which it was so.

* A statement that comes in order is folded onto the state; a late one is put in
  its place and folding starts again from the snapshot at that ShootDay's start.
* The minute orders; within a minute, the order in which things were said.
* The id is the identity: the same statement again is the same; another one under
  the same id is kept and holds.
* Corrections and withdrawals never lift a hold. Therefore two states are kept as
  soon as there is one: what follows from what was said, and what follows from it
  as corrected. A gate clears only if it clears on both.

Source: docs/formats/vocabulary.md, "A correction ... never lifts a hold".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from showclear.core.fields import StatementId
from showclear.core.fold import day_is_open, fold_one
from showclear.core.said_after import StatementWithdrawn
from showclear.core.state import State
from showclear.core.statement import Kept, Statement

_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)


def minute_of(said: Statement) -> datetime:
    """The minute that orders a statement. What has no time comes before all time."""
    return _BEFORE_ALL if said.at is None else said.at.replace(second=0, microsecond=0)


@dataclass(slots=True)
class Timeline:
    """Statements in the order in which they were so, and the state after them."""

    said: list[Statement] = field(default_factory=list)
    minutes: list[datetime] = field(default_factory=list)
    state: State = field(default_factory=State)
    snapshots: list[tuple[int, State]] = field(default_factory=list)

    def in_order(self, said: Statement) -> bool:
        """Whether it comes after everything said so far."""
        return not self.minutes or minute_of(said) >= self.minutes[-1]

    def add(self, said: Statement) -> None:
        """Put a statement in its place and bring the state up to date."""
        if self.in_order(said):
            self.said.append(said)
            self.minutes.append(minute_of(said))
            self._fold(said, len(self.said) - 1)
        else:
            place = bisect_right(self.minutes, minute_of(said))
            self.said.insert(place, said)
            self.minutes.insert(place, minute_of(said))
            self.refold(place)

    def _fold(self, said: Statement, place: int) -> None:
        if not self.snapshots or (said.at is not None and not day_is_open(self.state, said.at)):
            # Only the start of a day is kept: a late entry is nearly always today's.
            if not self.snapshots or self.snapshots[-1][0] < place:
                self.snapshots.append((place, self.state.copy()))
        fold_one(self.state, said)

    def _start(self, place: int) -> tuple[int, State]:
        """The last snapshot at or before a place."""
        found = [entry for entry in self.snapshots if entry[0] <= place]
        return found[-1] if found else (0, State())

    def refold(self, place: int) -> None:
        """Fold again everything from the snapshot before `place` on."""
        start, snapshot = self._start(place)
        self.snapshots = [entry for entry in self.snapshots if entry[0] <= start]
        self.state = snapshot.copy()
        for position in range(start, len(self.said)):
            self._fold(self.said[position], position)

    def before(self, said: Statement) -> State:
        """The state on which an act is judged: everything up to its place."""
        if self.in_order(said):
            return self.state
        place = bisect_right(self.minutes, minute_of(said))
        start, snapshot = self._start(place)
        state = snapshot.copy()
        for position in range(start, place):
            fold_one(state, self.said[position])
        return state

    def copy(self) -> Timeline:
        """A timeline that can go on by itself."""
        return Timeline(
            list(self.said), list(self.minutes), self.state.copy(), list(self.snapshots)
        )


@dataclass(slots=True)
class Record:
    """Everything said, and the states that follow from it.

    Attributes:
        as_said: Corrections and withdrawals left aside.
        as_corrected: With them; None as long as there are none.
    """

    as_said: Timeline = field(default_factory=Timeline)
    as_corrected: Timeline | None = None
    by_id: dict[str, Statement] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """The state as it is told to people: with what was corrected."""
        return (self.as_corrected or self.as_said).state

    def before(self, said: Statement) -> tuple[State, ...]:
        """Every state on which an act has to clear."""
        if self.as_corrected is None:
            return (self.as_said.before(said),)
        return (self.as_said.before(said), self.as_corrected.before(said))

    def add(self, said: Statement) -> bool:
        """Enter a statement. Returns False for one that is in the record already."""
        known = self.by_id.get(said.id)
        if known == said:
            return False
        if known is not None:
            said = _other_content(said, len(self.by_id))
        self.by_id[said.id] = said
        target = self._target(said)
        if target is None:
            self.as_said.add(said)
            if self.as_corrected is not None:
                self.as_corrected.add(said)
            return True
        if self.as_corrected is None:
            self.as_corrected = self.as_said.copy()
        self._correct(self.as_corrected, said, target)
        # That it was corrected is itself said, in both; its content only where it counts.
        return True

    def add_all(self, statements: Iterable[Statement]) -> Record:
        """Enter several statements in this order."""
        for said in statements:
            self.add(said)
        return self

    def _target(self, said: Statement) -> str | None:
        """The statement that this one corrects or withdraws, if the record has it."""
        target = said.of if isinstance(said, StatementWithdrawn) else said.corrects
        return target if target is not None and target in self.by_id else None

    def _correct(self, timeline: Timeline, said: Statement, target: str) -> None:
        place = next((i for i, old in enumerate(timeline.said) if old.id == target), None)
        if place is None:
            return
        old = timeline.said[place]
        if type(said) is type(old) and self._entitled(timeline.state, said, old):
            # It stands where the first one stood: who, which or how many are replaced.
            timeline.said[place] = replace(
                said, id=StatementId(target), at=old.at, at_is=old.at_is, corrects=None
            )
        else:
            # Withdrawn, or disputed by somebody else: it supports nothing any more.
            del timeline.said[place]
            del timeline.minutes[place]
        timeline.snapshots = [entry for entry in timeline.snapshots if entry[0] <= place]
        timeline.refold(place)

    def _entitled(self, state: State, said: Statement, old: Statement) -> bool:
        """The same speaker, or whoever has the weapon that it is about."""
        if said.speaker == old.speaker:
            return True
        names = getattr(old, "weapons", ())
        holders = {weapon.holder for name in names if (weapon := state.weapons.get(name))}
        return said.speaker in holders


def _other_content(said: Statement, number: int) -> Kept:
    """Another statement under an id that is taken: kept, and it holds what it names."""
    names = {
        name
        for item in type(said).__dataclass_fields__
        for name in _strings(getattr(said, item, None))
    }
    return Kept(
        id=StatementId(f"{said.id}.again-{number}"),
        at=said.at,
        by=said.by,
        for_=said.for_,
        tag=said.what,
        names=tuple(sorted(names)),
        faults=(f"another statement has the id {said.id}",),
    )


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _strings(item)

"""The record as the gates see it: what was said, in the order in which it was so.

* A statement that comes in order is folded onto the state; a late one is put in
  its place and folding starts again from the snapshot at that ShootDay's start.
* The minute orders; within a minute, the order in which things were said.
* The id is the identity: the same statement again is the same; another one under
  the same id is kept and holds.
* Corrections and withdrawals never lift a hold. Therefore each makes a world of its
  own beside those before it: what follows from what was said, what follows from it
  as corrected once, and so on. A gate clears only if it clears on all of them.
* Who may not correct a statement disputes it: it supports nothing in the newest
  world, and what the dispute names holds until two people have read it.

Source: docs/formats/vocabulary.md, "A correction ... never lifts a hold".
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Final

from showclear.core import words
from showclear.core.fields import PersonId, StatementId
from showclear.core.fold import HOLD_ALL, begins_day, fold_one
from showclear.core.said_after import StatementWithdrawn
from showclear.core.state import State
from showclear.core.statement import SPECS, Kept, Statement

WORLDS_MAX: Final = 6
"""How many readings of the record are followed at once. One more correction than
that is entered all the same, and holds what it names until two people have read it."""

SNAPSHOTS_RECENT: Final = 8
"""For how many days back a late entry folds again no more than from its own morning."""

_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)


def minute_of(said: Statement) -> datetime:
    """The minute that orders a statement. What has no time comes before all time.

    That is for what stands above a case's statements. On a set, what has no time
    stands where it was said: otherwise earlier sightings would answer for it.
    """
    at = said.at
    if at is None:
        return _BEFORE_ALL
    return at.replace(second=0, microsecond=0) if at.second or at.microsecond else at


@dataclass(slots=True)
class Timeline:
    """Statements in the order in which they were so, and the state after them.

    What is late is put in its place at once and folded when somebody asks: of a hundred
    late entries in a row, or of a whole record read again, every one costs only its place.

    Attributes:
        folded: The state after them all, once it is up to date; ask `state`.
        behind: The earliest place from which on folding has to start again; None for none.
    """

    said: list[Statement] = field(default_factory=list)
    minutes: list[datetime] = field(default_factory=list)
    folded: State = field(default_factory=State)
    snapshots: list[tuple[int, State]] = field(default_factory=list)
    behind: int | None = None

    @property
    def state(self) -> State:
        """The state after everything."""
        self._settle()
        return self.folded

    def in_order(self, said: Statement) -> bool:
        """Whether it comes after everything said so far."""
        return not self.minutes or said.at is None or minute_of(said) >= self.minutes[-1]

    def add(self, said: Statement) -> None:
        """Put a statement in its place."""
        minute = minute_of(said)
        last = self.minutes[-1] if self.minutes else minute
        if minute >= last or said.at is None:
            self.said.append(said)
            self.minutes.append(max(minute, last))
            if self.behind is None:
                self._fold(said, len(self.said) - 1)
        else:
            place = bisect_right(self.minutes, minute)
            self.said.insert(place, said)
            self.minutes.insert(place, minute)
            self.refold(place)

    def refold(self, place: int) -> None:
        """Let everything be folded again from before `place` on, when somebody asks."""
        self.behind = place if self.behind is None else min(place, self.behind)
        # Snapshots behind the place would speak of other places, or of another past.
        self.snapshots = [entry for entry in self.snapshots if entry[0] <= place]

    def _settle(self) -> None:
        """Bring the state up to date."""
        if self.behind is None:
            return
        start, snapshot = self._start(self.behind)
        self.behind = None
        self.snapshots = [entry for entry in self.snapshots if entry[0] < start]
        self.snapshots.append((start, snapshot))
        self.folded = snapshot.copy()
        for position in range(start, len(self.said)):
            if position == start:
                fold_one(self.folded, self.said[position])
            else:
                self._fold(self.said[position], position)

    def _fold(self, said: Statement, place: int) -> None:
        # Only the start of a day is kept: a late entry is nearly always today's.
        begins = begins_day(self.folded, said)
        if begins or not self.snapshots:
            self.snapshots.append((place, self.folded.copy()))
            self._thin(place)
        fold_one(self.folded, said, begins=begins)

    def _thin(self, end: int) -> None:
        """Keep every day of the last ones, and of older days fewer the older they are.

        A state is copied every day, and grows: all of them would take more room than the
        record. A snapshot goes only where the one before it lies at most twice as far from
        the end as the one after it, so no late entry costs more than twice what it would.
        """
        place = 1
        while place < len(self.snapshots) - SNAPSHOTS_RECENT:
            (before, _), (after, _) = self.snapshots[place - 1], self.snapshots[place + 1]
            if end - before <= 2 * (end - after):
                del self.snapshots[place]
            else:
                place += 1

    def _start(self, place: int) -> tuple[int, State]:
        """The last snapshot at or before a place."""
        found = [entry for entry in self.snapshots if entry[0] <= place]
        return found[-1] if found else (0, State())

    def before(self, said: Statement) -> State:
        """The state on which an act is judged: everything up to its place."""
        self._settle()
        if self.in_order(said):
            return self.folded
        place = bisect_right(self.minutes, minute_of(said))
        start, snapshot = self._start(place)
        state = snapshot.copy()
        for position in range(start, place):
            fold_one(state, self.said[position])
        return state

    def as_if_now(self, said: Statement) -> State | None:
        """The state if all that is dated after an act had been said just before it.

        None where nothing is.
        """
        if self.in_order(said):
            return None
        state = self.before(said)
        for ahead in self.said[bisect_right(self.minutes, minute_of(said)) :]:
            fold_one(state, replace(ahead, at=said.at))
        return state

    def place_of(self, said: Statement) -> int | None:
        """Where a statement of this id and time stands, if it does."""
        places = range(len(self.said))
        if said.at is not None:
            minute = minute_of(said)
            places = range(bisect_left(self.minutes, minute), bisect_right(self.minutes, minute))
        return next((place for place in places if self.said[place].id == said.id), None)

    def put(self, place: int, said: Statement | None) -> None:
        """Replace what stands at a place, or take it out."""
        if said is None:
            del self.said[place]
            del self.minutes[place]
        else:
            self.said[place] = said
        self.refold(place)

    def copy(self) -> Timeline:
        """A timeline that can go on by itself."""
        return Timeline(
            list(self.said),
            list(self.minutes),
            self.folded.copy(),
            list(self.snapshots),
            self.behind,
        )


@dataclass(frozen=True, slots=True)
class Brief:
    """A record without its statements: enough to go on from, not to go back into.

    Attributes:
        worlds: The state of every world, in their order, with the minute of its last
            statement; the last one is the corrected world, if there is more than one.
    """

    worlds: tuple[tuple[State, datetime], ...]


@dataclass(slots=True)
class Record:
    """Everything said, and the states that follow from it.

    Attributes:
        as_said: Corrections and withdrawals left aside.
        as_corrected: With all of them; None as long as there are none.
        between: With some of them: one for each correction but the last.
        others: Statements that came under an id that was taken.
        waiting: Corrections of what the record does not have yet, by its id.
        since: The minute from which on it has its statements; None if it has them all.
    """

    as_said: Timeline = field(default_factory=Timeline)
    as_corrected: Timeline | None = None
    by_id: dict[str, Statement] = field(default_factory=dict)
    between: list[Timeline] = field(default_factory=list)
    others: set[Statement] = field(default_factory=set)
    waiting: dict[str, list[Statement]] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def state(self) -> State:
        """The state as it is told to people: with what was corrected."""
        return (self.as_corrected or self.as_said).state

    @property
    def worlds(self) -> tuple[Timeline, ...]:
        """Every reading of the record that a gate has to clear on."""
        newest = () if self.as_corrected is None else (self.as_corrected,)
        return (self.as_said, *self.between, *newest)

    def before(self, said: Statement) -> tuple[State, ...]:
        """Every state on which an act has to clear."""
        return tuple(world.before(said) for world in self.worlds)

    def asked_now(self, said: Statement) -> tuple[State, ...]:
        """Every state on which an act has to clear whose gate is asked as it is said.

        What the record holds was said before it, whatever its time says. So what is dated
        after the act supports nothing, and what it would hold if it were said now, holds.
        What is entered late is judged at its own place alone.
        """
        if said.entered_at is not None:
            return self.before(said)
        ahead = (world.as_if_now(said) for world in self.worlds)
        return (*self.before(said), *(state for state in ahead if state is not None))

    def brief(self) -> Brief | None:
        """What to go on from later; None while something waits for what may still come."""
        if self.waiting or self.others:
            return None
        return Brief(
            tuple(
                (world.state, world.minutes[-1] if world.minutes else _BEFORE_ALL)
                for world in self.worlds
            )
        )

    @classmethod
    def from_brief(cls, brief: Brief) -> Record:
        """A record that goes on from there. Ask `reaches` before anything else of it."""
        first, *between = [_going_on(state, minute) for state, minute in brief.worlds]
        newest = between.pop() if between else None
        since = max(minute for _, minute in brief.worlds)
        return cls(as_said=first, as_corrected=newest, between=between, since=since)

    def reaches(self, said: Statement) -> bool:
        """Whether it has all that this statement needs: else it wants the whole record.

        One that is dated before its first statement has its place among those it lacks;
        one that corrects or withdraws needs what it is about.
        """
        if self.since is None:
            return True
        target = _target(said)
        in_reach = said.at is None or minute_of(said) >= self.since
        return in_reach and (target is None or target == said.id or target in self.by_id)

    def add(self, said: Statement) -> bool:
        """Enter a statement. Returns False for one that is in the record already."""
        known = self.by_id.get(said.id)
        if known is not None:
            if known == said or said in self.others:
                return False
            self.others.add(said)
            said = self._under_another_id(said)
        self.by_id[said.id] = said
        target = _target(said)
        if target is None or target == said.id:
            self._enter(said)
        elif target in self.by_id:
            self._correct(said)
        else:
            # What it is about may come yet; until then nobody knows what it takes away.
            self.waiting.setdefault(target, []).append(said)
            self._enter(_kept(said, said.id, f"nothing in the record has the id {target}"))
        for correction in self.waiting.pop(said.id, ()):
            self._take_out(correction)
            self._correct(correction)
        return True

    def add_all(self, statements: Iterable[Statement]) -> Record:
        """Enter several statements in this order."""
        for said in statements:
            self.add(said)
        return self

    def _enter(self, said: Statement) -> None:
        for world in self.worlds:
            world.add(said)

    def _take_out(self, said: Statement) -> None:
        for world in self.worlds:
            if (place := world.place_of(said)) is not None:
                world.put(place, None)

    def _under_another_id(self, said: Statement) -> Kept:
        """Another statement under an id that is taken: kept, and it holds what it names."""
        number = len(self.others)
        while (fresh := f"{said.id}.again-{number}") in self.by_id:
            number += 1
        return _kept(said, fresh, f"another statement has the id {said.id}")

    def _correct(self, said: Statement) -> None:
        """Make a newer world in which the statement is replaced or supports nothing."""
        if self.as_corrected is None:
            self.as_corrected = self.as_said.copy()
        elif len(self.worlds) < WORLDS_MAX:
            self.between.append(self.as_corrected.copy())
        else:
            self._enter(_kept(said, said.id, "corrected more often than can be followed"))
        old = self._first(said)
        place = self.as_corrected.place_of(old)
        entitled = place is not None and self._entitled(said, old)
        if place is not None:
            # It stands where the first one stood: who, which or how many are replaced.
            self.as_corrected.put(place, _in_place_of(old, said) if entitled else None)
        if not entitled and not isinstance(said, StatementWithdrawn):
            disputes = f"disputes {old.id} without being able to correct it"
            plain = said.what in HOLD_ALL
            self._enter(said if plain else _kept(said, said.id, disputes))

    def _first(self, said: Statement) -> Statement:
        """The statement that is corrected in the end: a correction of a correction is of it."""
        seen: set[str] = {said.id}
        while (target := _target(said)) is not None and target not in seen:
            if target not in self.by_id:
                break
            seen.add(target)
            said = self.by_id[target]
        return said

    def _entitled(self, said: Statement, old: Statement) -> bool:
        """The same speaker, or whoever has the weapon that it is about."""
        if said.what != (old.tag if isinstance(old, Kept) else old.what):
            return False
        if said.speaker == old.speaker:
            return said.speaker not in words.RESERVED
        weapons = self.state.weapons
        holders = {weapons[name].holder for name in getattr(old, "weapons", ()) if name in weapons}
        # Weapons and rounds are answered for by their handlers, whoever has them now.
        return said.speaker in holders or (
            old.what.startswith(("weapon.", "rounds.")) and self.state.handles(said.speaker)
        )


def _going_on(state: State, minute: datetime) -> Timeline:
    """A timeline whose past is only its state: nothing is put before its first place."""
    past = Kept(id=StatementId("past"), by=PersonId("server"))
    return Timeline([past], [minute], state, [(1, state.copy())])


def _target(said: Statement) -> str | None:
    """The statement that this one corrects or withdraws, if it does."""
    return said.of if isinstance(said, StatementWithdrawn) else said.corrects


def _in_place_of(old: Statement, said: Statement) -> Statement:
    """What the correction says, as said by whoever said it first."""
    return replace(
        said,
        id=old.id,
        at=old.at,
        at_is=old.at_is,
        by=old.by,
        said_by=old.said_by,
        attested=said.attested if said.speaker == old.speaker else old.attested,
        corrects=None,
    )


def _kept(said: Statement, name: str, fault: str) -> Kept:
    """A statement that cannot count as what it is: kept, and it holds what it names."""
    return Kept(
        id=StatementId(name),
        at=said.at,
        at_is=said.at_is,
        by=said.by,
        said_by=said.said_by,
        for_=said.for_,
        entered_at=said.entered_at,
        attested=said.attested,
        tag=said.tag if isinstance(said, Kept) else said.what,
        names=tuple(sorted(names_in(said))),
        faults=(fault,),
    )


def names_in(said: Statement) -> set[str]:
    """Every id it may have named; what it says in free words names nothing."""
    if isinstance(said, Kept):
        return set(said.names)
    free = {spec.attr for spec in SPECS[said.what].values() if spec.kind.sealed}
    told = {spec.name: getattr(said, spec.name) for spec in fields(said)}
    own = {"id", "by", "said_by", "at_is", "attested", "note", "because", "unit", "corrects"}
    return {
        name for attr, value in told.items() if attr not in free | own for name in _strings(value)
    }


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _strings(item)
    elif is_dataclass(value):
        for spec in fields(value):
            yield from _strings(getattr(value, spec.name))

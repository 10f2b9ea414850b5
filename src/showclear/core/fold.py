"""The fold: one statement at a time, from the record to the state.

* In order, one statement costs the same however many came before it.
* Nothing raises for what somebody said: what cannot be read holds what it names.
* A ShootDay is opened by `day.opened`, or by the first timed statement after a
  close that opens one; one that nobody closed ends 6 hours after its last
  statement, at most 20 hours after its first. All of it in UTC, so that neither
  midnight nor a clock change moves it.

Source: docs/formats/vocabulary.md, "ShootDay" and the table of effects.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from showclear.core import (
    fold_acts,
    fold_after,
    fold_people,
    fold_plan,
    fold_rounds,
    fold_shots,
    fold_weapons,
    vocabulary,
    words,
)
from showclear.core.fold_base import EFFECTS, contradict, fall, weapon_of
from showclear.core.fold_said import keep_fact
from showclear.core.nouns import Day, Mark, altered
from showclear.core.said_after import DayClosed, DayOpened
from showclear.core.state import State
from showclear.core.statement import SPECS, Kept, Statement

MODULES: Final = (
    fold_weapons,
    fold_shots,
    fold_rounds,
    fold_people,
    fold_plan,
    fold_acts,
    fold_after,
)
"""Importing them registers every effect."""

SILENCE_ENDS_DAY: Final = timedelta(hours=6)
DAY_LASTS_MAX: Final = timedelta(hours=20)

_SIGHTED: Final = frozenset(
    {
        "weapon.taken-out",
        "weapon.handed-over",
        "weapon.handed-back",
        "weapon.seen",
        "weapon.locked-up",
        "weapon.cleaned",
        "weapon.counted",
        "weapon.unattended",
    }
)
"""What only told where a weapon is: a handler who sees it has answered it."""

HARMLESS: Final = frozenset({"care.offered", "care.taken", "request.made", "request.answered"})
HOLD_ALL: Final = frozenset(
    {
        "stop.called",
        "pause.called",
        "incident.reported",
        "work.left",
        "concern.raised",
        "refusal.made",
        "search.made",
        "reading.taken",
        "weapon.discharged",
    }
)
"""What, had it been readable, might have held anything."""


_SPECS: Final = (*SPECS.values(), vocabulary.PLAN_FIELDS)
_PLAIN_WORDS: Final = frozenset(
    {"weapon", "to", "from", "thing", "people", "person", "how", "value", "unit"}
    | {"performer", "load", "lot", "count", "clearance_ft", "at_least", "at_most", "places"}
    | {"none", "nobody", "all", "nothing", "something", "true", "false"}
    | words.QUANTITIES
    | words.LOADS
    | words.ATTESTED
    | words.RESERVED
    | {key for specs in _SPECS for key in specs}
    | {word for specs in _SPECS for spec in specs.values() for word in spec.kind.words}
)
"""Words and field names that look like ids and name nothing of a set."""


def day_is_open(state: State, at: datetime | None) -> bool:
    """Whether the state's ShootDay is still on at this time."""
    day = state.day
    if day is None or day.closed is not None:
        return False
    if at is None or day.first.at is None:
        return True
    # Differences, because the end of the calendar plus six hours is no time.
    return at - day.last_at <= SILENCE_ENDS_DAY and at - day.first.at <= DAY_LASTS_MAX


def begins_day(state: State, said: Statement) -> bool:
    """Whether a ShootDay begins with this statement.

    An opening belongs to the day that its first statements began, unless they are too
    long ago; an opening for another date begins another day, closed or not.
    """
    if said.at is None:
        return False
    if not day_is_open(state, said.at):
        return type(said).opens_day
    day = state.day
    if not isinstance(said, DayOpened) or day is None or day.first.at is None:
        return False
    if day.date is not None:
        return day.date != said.date
    return said.at - day.first.at > SILENCE_ENDS_DAY


def today_from(state: State, at: datetime | None) -> int | None:
    """The first position of today, or None when no ShootDay is open at `at`."""
    return state.day.first.seq if state.day is not None and day_is_open(state, at) else None


def fold_one(state: State, said: Statement, *, begins: bool | None = None) -> None:
    """Fold one statement into the state, in place.

    Statements come in the order of `at`; one that comes late is placed and the
    later ones are folded again (see `record`).

    Args:
        begins: What `begins_day` answers, from whoever has asked it already.
    """
    state.seq += 1
    mark = Mark(state.seq, said.at, said.at_is != "order-only", said.speaker, said.id)
    if said.at is not None:
        _advance_day(state, said, mark, begins_day(state, said) if begins is None else begins)
    if isinstance(said, Kept):
        _keep(state, said, mark)
        return
    EFFECTS[type(said)](state, said, mark)
    keep_fact(state, said, mark)
    if isinstance(said, DayClosed):
        _close_day(state, mark)


def _advance_day(state: State, said: Statement, mark: Mark, begins: bool) -> None:
    at = said.at
    if at is None:
        return
    state.now = at if state.now is None or at > state.now else state.now
    day = state.day
    opened = said.date if isinstance(said, DayOpened) else None
    if begins:
        number = 1 if day is None else day.number + 1
        state.day = Day(number=number, first=mark, last_at=at, date=opened)
        state.differences = ()
    elif day is not None and day_is_open(state, at):
        state.day = altered(day, last_at=max(at, day.last_at), date=opened or day.date)


def _close_day(state: State, mark: Mark) -> None:
    """The day ends with its unexplained differences, which stay visible for ever."""
    state.differences = tuple(
        sorted((lot.id, lot.difference) for lot in state.lots.values() if lot.difference)
    )
    if state.day is not None:
        state.day = altered(state.day, closed=mark)
    for key, refusal in tuple(state.refusals.items()):
        if refusal.limit:
            # Reading 7: a refusal with a limit lasts no longer than the day.
            del state.refusals[key]


def _keep(state: State, said: Kept, mark: Mark) -> None:
    """Hold what an unreadable statement names; all of it when that cannot be told."""
    tables = (state.weapons, state.lots, state.things, state.activities, state.people)
    nouns = [name for name in said.names if any(name in table for table in tables[:4])]
    if said.for_ is not None and said.for_ in state.activities:
        nouns.append(said.for_)
    if said.tag in HARMLESS and not said.anything:
        return
    everything = said.anything or said.tag in HOLD_ALL or _names_a_ghost(state, said)
    text = "said but not readable: " + (said.faults[0] if said.faults else "of no known form")
    for name in ["all"] if everything or not nouns else dict.fromkeys(nouns):
        by_sight = said.tag in _SIGHTED and name in state.weapons
        contradict(state, mark, on=name, text=text, ends="sighting" if by_sight else "two-agree")
    for name in nouns:
        if name in state.weapons:
            # What it was shown to be does not outlive something unreadable about it.
            weapon = altered(weapon_of(state, name), left_sight=mark, with_handler=None)
            if said.tag == "weapon.handed-over":
                # In somebody's hands, and whose cannot be told.
                weapon = altered(weapon, place="held", holder=None, since=mark)
            state.weapons[name] = weapon
        elif name in state.lots:
            lot = state.lots[name]
            # It may stand open, and nobody can say who keeps it.
            rounds = said.tag.startswith("rounds.") or said.anything
            custody = "unattended" if rounds and lot.custody != "away" else lot.custody
            state.lots[name] = altered(lot, out_of_custody=mark, custody=custody)
        elif name in state.things:
            fall(state, name, words.THING_CHECKS, mark)


def _names_a_ghost(state: State, said: Kept) -> bool:
    """Whether it speaks of a weapon or of rounds that nobody registered: any may be meant."""
    if not said.tag.startswith(("weapon.", "rounds.")):
        return False
    tables = (state.weapons, state.lots, state.things, state.activities, state.people)
    return any(
        name not in _PLAIN_WORDS and all(name not in table for table in tables)
        for name in said.names
    )


def fold(statements: list[Statement], state: State | None = None) -> State:
    """Fold statements, in this order, into a new state or onto a given one."""
    state = State() if state is None else state
    for said in statements:
        fold_one(state, said)
    return state

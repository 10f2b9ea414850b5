"""What every effect of a statement on the state is made of.

An effect is a function of (state, statement, mark) that replaces frozen values in
the state's tables. It decides nothing about clear or hold; it never raises for
what somebody said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from showclear.core import words
from showclear.core.kinds import Witness
from showclear.core.nouns import (
    Activity,
    Chain,
    CheckRecord,
    Contradiction,
    Fact,
    Lot,
    Mark,
    Notice,
    Person,
    Thing,
    Weapon,
    altered,
)
from showclear.core.state import State
from showclear.core.statement import Statement

S = TypeVar("S", bound=Statement)
Effect = Callable[[State, Any, Mark], None]

EFFECTS: Final[dict[type[Statement], Effect]] = {}
"""The effect of every tag. A tag without one would be folded into nothing."""


def effect(
    cls: type[S],
) -> Callable[[Callable[[State, S, Mark], None]], Callable[[State, S, Mark], None]]:
    """Register the effect of a tag."""

    def enter(function: Callable[[State, S, Mark], None]) -> Callable[[State, S, Mark], None]:
        EFFECTS[cls] = function
        return function

    return enter


def weapon_of(state: State, name: str) -> Weapon:
    """The weapon; one that nobody registered is kept, unknown and therefore loaded."""
    return state.weapons.get(name) or Weapon(id=name, known=False)


def lot_of(state: State, name: str) -> Lot:
    """The lot; one that nobody registered is of unknown kind and count."""
    return state.lots.get(name) or Lot(id=name, known=False)


def thing_of(state: State, name: str) -> Thing:
    """The thing, or an unknown one of that name."""
    return state.things.get(name) or Thing(id=name, known=False)


def activity_of(state: State, name: str) -> Activity:
    """The activity, or an unplanned one of that name."""
    return state.activities.get(name) or Activity(id=name, known=False)


def person_of(state: State, name: str) -> Person:
    """The person, or an unknown one of that name."""
    return state.people.get(name) or Person(id=name, known=False)


def notice(state: State, said: Statement, missing: str, on: str, text: str = "") -> None:
    """Note something that must be noticed as it is said."""
    state.notices = Chain(Notice(said.id, missing, on, False, text), state.notices)


def warn_gap(state: State, said: Statement, on: str, text: str, *, between: bool = False) -> None:
    """Note that custody was not as recorded: kept for the wrap list, and warned of once.

    Reading 20: what comes to light after one cut is one forgotten tap, and one warning,
    however many weapons and statements it takes to mend it. A gap between two handlers
    (`between`) is warned of once a day.
    """
    first = said.id not in state.gaps
    state.gaps.setdefault(said.id, Notice(said.id, "contradiction", on, True, text))
    if between:
        day = state.day.number if state.day is not None else 0
        told = state.warned_between == day
        state.warned_between = day
    else:
        told = state.last_end != 0 and state.warned_since == state.last_end
        state.warned_since = state.last_end
    if first and not told:
        state.notices = Chain(state.gaps[said.id], state.notices)


def contradict(
    state: State, mark: Mark, *, on: str, text: str, ends: str, word: str = "contradiction"
) -> None:
    """Note that two things said cannot both be so. It holds what it is about."""
    key = f"{mark.said}/{on}"
    state.contradictions[key] = Contradiction(id=key, on=on, text=text, ends=ends, mark=mark)
    state.notices = Chain(Notice(mark.said, word, on, False, text), state.notices)


def note_shortfall(state: State, lot: Lot, mark: Mark, text: str) -> None:
    """Note that more rounds went from a lot than there were, if that is so."""
    if lot.in_store is not None and lot.in_store < 0:
        contradict(state, mark, on=lot.id, text=text, ends="count", word="rounds-differ")


def settle(state: State, on: str, ends: str, *, eyes: frozenset[str] | None = None) -> None:
    """End the contradictions on something that this kind of sighting ends.

    Args:
        eyes: Whose they are, where they have to be others than those who said it.
    """
    if state.contradictions:
        for key, found in tuple(state.contradictions.items()):
            others = eyes is None or bool(eyes - {found.mark.by})
            if found.on == on and found.ends == ends and others:
                del state.contradictions[key]


@lru_cache(maxsize=4096)
def one_set(names: frozenset[str]) -> frozenset[str]:
    """The same object for all sets that are equal.

    The same few people see most checks, and a set weighs more than the check itself.
    """
    return names


def eyes_of(said: Statement) -> tuple[frozenset[str], frozenset[str]]:
    """Who saw it with their own device or badge, and who was only named."""
    own: set[str] = (
        {said.speaker} if said.attested in words.INDEPENDENT and not _typed(said) else set()
    )
    witnesses: Iterable[Witness] = said.witnesses
    named: set[str] = set()
    for witness in witnesses:
        (own if witness.how in words.INDEPENDENT else named).add(str(witness.person))
    return one_set(frozenset(own)), one_set(frozenset(named))


def _typed(said: Statement) -> bool:
    """Whether somebody else entered these words."""
    return said.said_by is not None and said.said_by != said.by


def add_check(state: State, record: CheckRecord) -> None:
    """Enter a check, and what by being passed it ends."""
    key = (record.on, record.check)
    state.checks[key] = Chain(record, state.checks.get(key))
    first = state.failed.get(key)
    if not record.passed:
        # Failed again by somebody else: what a handler found, a handler has to end.
        if first is None or record.handler or not first.handler:
            state.failed[key] = record
    elif first is not None:
        # Somebody entitled: a handler where a handler found it and for weapons and
        # rounds, else anybody.
        handlers_only = first.handler or key[0] in state.weapons or key[0] in state.lots
        if record.handler or not handlers_only:
            del state.failed[key]


def fall(state: State, on: str, checks: Iterable[str], mark: Mark) -> None:
    """Let checks on something fall: those made up to now no longer stand."""
    for check in checks:
        state.fallen[(on, check)] = mark.seq


def add_fact(
    state: State,
    said: Statement,
    mark: Mark,
    *,
    closed: dict[str, Iterable[str]],
    on: Iterable[str],
    people: Iterable[str] = (),
    count: int | None = None,
    noun: str = "",
    until: datetime | date | None = None,
) -> Fact:
    """Enter what rules may ask for by its tag."""
    eyes, _ = eyes_of(said)
    fact = Fact(
        tag=said.what,
        words={key: one_set(frozenset(value)) for key, value in closed.items()},
        on=one_set(frozenset(on)),
        people=one_set(frozenset(people)),
        eyes=eyes,
        handler=state.handles(said.speaker),
        mark=mark,
        count=count,
        noun=noun,
        until=until,
    )
    state.facts[said.what] = Chain(fact, state.facts.get(said.what))
    return fact


def put_weapon(state: State, weapon: Weapon, **changes: Any) -> Weapon:
    """Replace a weapon in the state by one that differs in these fields."""
    changed = altered(weapon, **changes)
    state.weapons[weapon.id] = changed
    return changed

"""Next steps: statements with everything but the time filled in, and who could make them.

A step names the person best placed: whoever has the thing, a handler on the
record, the first AD. The person on set may of course be another; the step is
offered, never taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from showclear.core import words
from showclear.core.gates import Next, Question
from showclear.core.state import State

_RUNS: tuple[str, ...] = ("first-ad", "second-ad", "safety-adviser", "producer", "upm")


def step_id(question: Question, rule: str, on: str) -> str:
    """An id for an offered statement: the act's, the rule's and what it is about."""
    return f"{question.act.id}.{rule}.{on}".replace("--", "-").rstrip(".")


def step(
    question: Question, rule: str, about: str, what: str, by: str | None, /, **fields: Any
) -> Mapping[str, Any] | None:
    """A complete statement but for its time; None if nobody known could make it."""
    if by is None:
        return None
    said: dict[str, Any] = {"id": step_id(question, rule, about), "what": what, "by": by}
    for key, value in fields.items():
        if value is None or value == () or value == []:
            continue
        said[key.rstrip("_")] = list(value) if isinstance(value, tuple) else value
    return said


def a_handler(
    state: State, question: Question, *, entitled: Collection[str] | None = None, not_: str = ""
) -> str | None:
    """A handler to make a check: who has the weapon, who gives it, else any on the record."""
    holders = [
        weapon.holder
        for weapon_id in reversed(question.weapons)
        if (weapon := state.weapons.get(weapon_id)) is not None
    ]
    first = dict.fromkeys((*holders, question.giver, question.doer))
    for name in (*first, *sorted(state.people)):
        if not name or name == not_:
            continue
        able = name in entitled if entitled is not None else state.handles(name)
        if able and state.person(name).on_set is not False:
            return name
    return None


def who_runs(state: State, *, but: Iterable[str] = ()) -> str | None:
    """The first AD, or whoever stands in that line, who is not among `but`."""
    excluded = set(but)
    able = [
        (_rank(person.roles), person.id)
        for person in state.people.values()
        if not (person.left or person.many or person.minor or person.id in excluded)
    ]
    return min(able)[1] if able else None


def _rank(roles: frozenset[str]) -> int:
    for place, role in enumerate(_RUNS):
        if role in roles:
            return place
    return len(_RUNS) if roles & words.HANDLER_ROLES else len(_RUNS) + 1


def another(state: State, question: Question, than: Iterable[str]) -> str | None:
    """Somebody else with eyes: who runs the set first, then another handler, then anyone."""
    return who_runs(state, but=set(than) | set(question.receivers)) or who_runs(state, but=than)


def two_who_agree(state: State, *, but: Iterable[str] = ()) -> tuple[str, ...]:
    """Two different people, neither of them among `but` where that is possible."""
    first = who_runs(state, but=but) or who_runs(state)
    second = who_runs(state, but=(*but, first or "")) or who_runs(state, but=(first or "",))
    return tuple(name for name in (first, second) if name is not None)


def offer(say: str, statement: Mapping[str, Any] | None, *, replaces: bool = False) -> Next:
    """A next step."""
    return Next(say, statement, replaces)

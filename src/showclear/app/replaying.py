"""Replaying a case: every gate of a day judged on what the record held then.

Four ways: `honest`, as written; `ticked`, where before each act one person enters
the missing checks without making them; `colluded`, where two people enter whatever
is missing together; `unused`, where nothing was entered but the acts.

Repairing is the same walk with every next step applied, for the twins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from showclear.core import vocabulary
from showclear.core.case import Case, Harm, Item
from showclear.core.gates import Hold, Question, Reason, Verdict, only_says_better, question_of
from showclear.core.nouns import Notice
from showclear.core.parse import read_fields
from showclear.core.record import Record
from showclear.core.state import State
from showclear.core.statement import Statement
from showclear.core.steps import who_runs
from showclear.core.words import CHECKS
from showclear.rules.judge import Book, judge

MODES: Final = ("honest", "ticked", "colluded", "unused")
ROUNDS_MAX: Final = 40
"""How often an act is judged again after applying next steps; more would go in circles."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One gate of a replay.

    Attributes:
        order: Position among all items of the case, to tell before from after.
        entered: Ids of what was entered before it in this mode.
    """

    order: int
    statement: Statement
    question: Question
    verdict: Verdict
    entered: tuple[str, ...] = ()


@dataclass(slots=True)
class Walk:
    """What a replay found, in the order of the case."""

    case: Case
    judged: list[Judged] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    order_of: dict[str, int] = field(default_factory=dict)
    record: Record = field(default_factory=Record)

    @property
    def held(self) -> list[Judged]:
        return [one for one in self.judged if isinstance(one.verdict, Hold)]


Prepare = Callable[["Step"], tuple[Statement, list[str]]]


@dataclass(slots=True)
class Step:
    """An act about to be judged: what a mode may still enter before it."""

    walk: Walk
    book: Book
    said: Statement
    language: str = "en"

    def states(self) -> tuple[State, ...]:
        return self.walk.record.asked_now(self.said)

    def question(self) -> Question | None:
        return question_of(self.said, self.states()[0])

    def verdict(self) -> Verdict | None:
        states = self.states()
        question = question_of(self.said, states[0])
        if question is None:
            return None
        as_of = self.walk.case.judged_as_of
        if self.walk.case.on_the_day and self.said.at is not None:
            as_of = max(as_of, self.said.at.date())
        return judge(states, question, self.book, as_of=as_of, language=self.language)

    def enter(self, fields: Mapping[str, Any]) -> str | None:
        """Enter a statement at the time of the act. None if it says nothing readable."""
        said = read_fields({**fields, "at": "2000-01-01T00:00Z"})
        if not isinstance(said, Statement):
            return None
        name = str(said.id)
        number = 1
        while name in self.walk.record.by_id:
            number += 1
            name = f"{said.id}.{number}"
        # In the act's own minute, after what was said in it before the act.
        said = replace(said, id=type(said.id)(name), at=self.said.at, at_is=self.said.at_is)
        self.walk.record.add(said)
        return name

    def instead(self, fields: Mapping[str, Any]) -> bool:
        """Judge the same act with a field changed."""
        said = read_fields({**fields, "at": "2000-01-01T00:00Z"})
        if not isinstance(said, Statement) or type(said) is not type(self.said):
            return False
        self.said = replace(said, id=self.said.id, at=self.said.at, at_is=self.said.at_is)
        return True


def _as_written(step: Step) -> tuple[Statement, list[str]]:
    return step.said, []


def _ticked(step: Step) -> tuple[Statement, list[str]]:
    """One person, whoever enters the act, ticks every missing check, alone."""
    entered: list[str] = []
    tried: set[tuple[str, str]] = set()
    for _ in range(ROUNDS_MAX):
        verdict = step.verdict()
        if not isinstance(verdict, Hold):
            break
        wanted = [
            (reason, check)
            for reason in verdict.reasons
            for check in _checks(reason)
            if (check, reason.on) not in tried
        ]
        if not wanted:
            break
        for reason, check in wanted:
            tried.add((check, reason.on))
            name = step.enter(_tick(step, reason, check))
            if name is not None:
                entered.append(name)
    return step.said, entered


def _checks(reason: Reason) -> Iterator[str]:
    statement = reason.next.statement or {}
    offered = [c for c in statement.get("checks", ()) if statement.get("what") == "check.made"]
    yield from offered[:1] or [word for word in reason.missing if word in CHECKS][:1]


def _tick(step: Step, reason: Reason, check: str) -> dict[str, Any]:
    """The box ticked: what the next step would say, by one person and without eyes."""
    offered = dict(reason.next.statement or {})
    if offered.get("what") != "check.made":
        offered = {"what": "check.made", "on": [reason.on], "passed": True}
    offered.pop("witnesses", None)
    offered.pop("with", None)
    offered |= {"checks": [check], "by": step.said.by}
    offered["id"] = f"{step.said.id}.ticked.{check}.{reason.on}"
    return offered


def _colluded(step: Step) -> tuple[Statement, list[str]]:
    """Two people enter whatever is missing, each vouching for the other."""
    return repair(step, skip=frozenset())


def repair(step: Step, *, skip: frozenset[str]) -> tuple[Statement, list[str]]:
    """Apply next steps until the act clears or none is left, but for those words."""
    entered: list[str] = []
    tried: set[str] = set()
    for _ in range(ROUNDS_MAX):
        verdict = step.verdict()
        if not isinstance(verdict, Hold):
            break
        if not _apply(step, verdict, skip, tried, entered):
            break
    return step.said, entered


def _apply(
    step: Step, verdict: Hold, skip: frozenset[str], tried: set[str], entered: list[str]
) -> bool:
    """Apply the first step not tried yet. One at a time: it may answer several reasons."""
    for reason in verdict.reasons:
        statement = reason.next.statement
        if statement is None or skip & set(reason.missing):
            continue
        key = repr(sorted((k, repr(v)) for k, v in statement.items()))
        if key in tried:
            continue
        tried.add(key)
        if reason.next.replaces and statement.get("what") == step.said.what:
            if step.instead(statement):
                return True
            continue
        name = step.enter(_seen_by_another(step, statement))
        if name is not None:
            entered.append(name)
            return True
    return False


def _seen_by_another(step: Step, statement: Mapping[str, Any]) -> Mapping[str, Any]:
    """With a second person beside it, as a careful person would have asked for."""
    if statement.get("what") != "check.made" or statement.get("witnesses"):
        return statement
    state = step.walk.record.state
    other = who_runs(state, but=(str(statement.get("by")),))
    if other is None:
        return statement
    return {**statement, "witnesses": [{"person": other, "how": "badge"}]}


PREPARES: Final[Mapping[str, Prepare]] = {
    "honest": _as_written,
    "ticked": _ticked,
    "colluded": _colluded,
    "unused": _as_written,
}


def walk(
    case: Case,
    book: Book,
    *,
    prepare: Prepare = _as_written,
    acts_only: bool = False,
    language: str = "en",
    stop_after: Callable[[Judged], bool] | None = None,
) -> Walk:
    """Replay a case.

    Args:
        prepare: What is entered before each act (see the modes).
        acts_only: Enter nothing but gated acts: nobody opened the tool for anything else.
        stop_after: Judge nothing more after this one.
    """
    done = Walk(case)
    for said in case.before:
        done.record.add(said)
    judging = True
    for order, item in enumerate(case.items):
        said_or_none = _statement(done, item, order, acts_only=acts_only)
        if said_or_none is None:
            continue
        said = said_or_none
        if judging and said.what in vocabulary.GATE_OF_TAG and not _corrects(done, said):
            said, judging = _judge_one(done, book, said, order, prepare, language, stop_after)
        done.record.add(said)
    notices = done.record.state.notices
    done.notices = list(reversed(list(notices or ())))
    return done


def _corrects(done: Walk, said: Statement) -> bool:
    """Whether it only says better what was said before: the act was judged then."""
    target = done.record.by_id.get(said.corrects or "")
    return only_says_better(said, target, done.record.state)


def _statement(done: Walk, item: Item, order: int, *, acts_only: bool) -> Statement | None:
    if isinstance(item, Harm):
        done.order_of[item.id] = order
    if not isinstance(item, Statement):
        return None
    done.order_of[item.id] = order
    if acts_only and item.what not in vocabulary.GATE_OF_TAG:
        return None
    return item


def _judge_one(
    done: Walk,
    book: Book,
    said: Statement,
    order: int,
    prepare: Prepare,
    language: str,
    stop_after: Callable[[Judged], bool] | None,
) -> tuple[Statement, bool]:
    step = Step(done, book, said, language)
    said, entered = prepare(step)
    step.said = said
    question, verdict = step.question(), step.verdict()
    if question is None or verdict is None:
        return said, True
    one = Judged(order, said, question, verdict, tuple(entered))
    done.judged.append(one)
    return said, stop_after is None or not stop_after(one)

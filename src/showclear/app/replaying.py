"""Replaying a case: every gate of a day judged on what the record held then.

Four ways: `honest`, as written; `ticked`, where before each act whoever answers for
what is missing enters it alone, without its being so (see `ticking`); `colluded`, where
two people enter whatever is missing together; `unused`, where nothing was entered but
the acts.

Repairing is the same walk with every next step applied, for the twins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from showclear.core import vocabulary
from showclear.core.case import Case, Harm, Item
from showclear.core.gates import Hold, Question, Verdict, only_says_better, question_of
from showclear.core.nouns import Notice
from showclear.core.parse import read_fields
from showclear.core.record import Record
from showclear.core.state import State
from showclear.core.statement import Statement
from showclear.core.steps import who_runs
from showclear.rules.alerts import Alerts
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
    """What a replay found, in the order of the case.

    Attributes:
        whose: Of what a mode entered, who entered which word about what.
    """

    case: Case
    judged: list[Judged] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    order_of: dict[str, int] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    whose: dict[tuple[str, str], str] = field(default_factory=dict)

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
        return self.judged()[1]

    def judged(self) -> tuple[Question | None, Verdict | None]:
        """What is asked before the act, and the answer; neither where no gate is."""
        states = self.states()
        question = question_of(self.said, states[0])
        if question is None:
            return None, None
        as_of = _as_of(self.walk.case, self.said)
        return question, judge(states, question, self.book, as_of=as_of, language=self.language)

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


def as_written(step: Step) -> tuple[Statement, list[str]]:
    return step.said, []


def colluded(step: Step) -> tuple[Statement, list[str]]:
    """Two people enter whatever is missing, each vouching for the other."""
    return repair(step, skip=frozenset())


def changes_plan(fields: Mapping[str, Any]) -> bool:
    """Whether it changes an activity: checks and agreements on it fall with that."""
    return fields.get("what") == "activity.changed"


def repair(step: Step, *, skip: frozenset[str]) -> tuple[Statement, list[str]]:
    """Apply next steps until the act clears or none is left, but for those words.

    Changes of the plan come first, and after each of them everything else may be done again:
    it may have fallen. A change itself is made once, or two rules could go in circles.
    """
    entered: list[str] = []
    tried: set[str] = set()
    changed: set[str] = set()
    for _ in range(ROUNDS_MAX):
        verdict = step.verdict()
        if not isinstance(verdict, Hold):
            break
        plan = _apply(step, verdict, skip, changed, entered, plans=True)
        if plan:
            tried.clear()
        elif not _apply(step, verdict, skip, tried, entered, plans=False):
            break
    return step.said, entered


def _apply(
    step: Step,
    verdict: Hold,
    skip: frozenset[str],
    tried: set[str],
    entered: list[str],
    *,
    plans: bool,
) -> bool:
    """Apply the first step not tried yet. One at a time: it may answer several reasons."""
    for reason in verdict.reasons:
        statement = reason.next.statement
        if statement is None or skip & set(reason.missing):
            continue
        if changes_plan(statement) is not plans:
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


def walk(
    case: Case,
    book: Book,
    *,
    prepare: Prepare = as_written,
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
    alerts = Alerts()
    noticed: list[Notice] = []
    for order, item in enumerate(case.items):
        said_or_none = _statement(done, item, order, acts_only=acts_only)
        if said_or_none is None:
            continue
        said = said_or_none
        if judging and said.what in vocabulary.GATE_OF_TAG and not _corrects(done, said):
            said, judging = _judge_one(done, book, said, order, prepare, language, stop_after)
        done.record.add(said)
        if book.watched or book.timed:
            on = _as_of(case, said)
            noticed += alerts.after(said, done.record.state, book, as_of=on, language=language)
    notices = done.record.state.notices
    done.notices = [*reversed(list(notices or ())), *noticed]
    return done


def _as_of(case: Case, said: Statement) -> date:
    """The day whose law is asked: the case's, or that of the statement if it is later."""
    if case.on_the_day and said.at is not None:
        return max(case.judged_as_of, said.at.date())
    return case.judged_as_of


def _corrects(done: Walk, said: Statement) -> bool:
    """Whether it only says better what was said before: the act was judged then."""
    target = done.record.by_id.get(said.corrects or "")
    if target is None:
        return False
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
    question, verdict = step.judged()
    if question is None or verdict is None:
        return said, True
    one = Judged(order, said, question, verdict, tuple(entered))
    done.judged.append(one)
    return said, stop_after is None or not stop_after(one)

"""What has to be noticed as it is said, though no gate is asked.

1. A duty or a wait that says `alert` is noticed with the statement that begins it.
2. What is asked while an activity is on is asked after every statement that touches it:
   one that names it, or anybody or anything that is in it. Corrections touch everything.
3. What was not as it should be already is not told again until it is worse.
4. A rule that nobody has read in its source tells nothing: nobody on set can act on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from showclear.core.gates import Question
from showclear.core.nouns import Activity, Notice
from showclear.core.own_asked import Asked
from showclear.core.state import State
from showclear.core.statement import SPECS, Statement
from showclear.rules.context import Context
from showclear.rules.explain import reason_of
from showclear.rules.grammar import After
from showclear.rules.judge import Book, in_force, only_warns
from showclear.rules.outcome import Compiled, Failure

_EVERYTHING: Final = frozenset({"statement.withdrawn"})
"""Tags that may touch anything."""


@dataclass(slots=True)
class Alerts:
    """What to notice, statement by statement, on one record.

    Attributes:
        open: What was told of each activity and has not ended: by rule and what it is on,
            who and what showed it.
    """

    open: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)

    def after(
        self, said: Statement, state: State, book: Book, *, as_of: date, language: str = "en"
    ) -> tuple[Notice, ...]:
        """What to notice now that this is in the record.

        Args:
            state: With the statement in it.
            as_of: The day whose law is asked.
        """
        if not book.watched and not book.timed:
            return ()
        return (
            *_begun(said, state, book, as_of, language),
            *self._running(said, state, book, as_of, language),
        )

    def _running(
        self, said: Statement, state: State, book: Book, as_of: date, language: str
    ) -> Iterator[Notice]:
        watched = [one for one in book.watched if in_force(one.pack, one.rule, as_of)]
        if not watched:
            return
        named = None if said.corrects or said.what in _EVERYTHING else names_in(said)
        for activity in _on(state):
            if named is None or named & _in(state, activity):
                for compiled in watched:
                    yield from self._one(said, state, activity, compiled, language)

    def _one(
        self, said: Statement, state: State, activity: Activity, compiled: Compiled, language: str
    ) -> Iterator[Notice]:
        rule = compiled.rule
        if "alert" not in rule.otherwise or compiled.watch is None:
            return
        if only_warns(state, compiled.pack, rule):
            return
        question = Question(
            gate="start", act=said, at=said.at, on=(activity.id,), activity=activity.id
        )
        context = Context(Asked(state, question, language, steps=False))
        key = f"{compiled.pack.id}/{rule.id}"
        failures = compiled.watch(context).failures
        now = {failure.on: frozenset(failure.witnesses) for failure in failures}
        for old in [one for one in self.open if one[:2] == (key, activity.id)]:
            if old[2] not in now:
                del self.open[old]
        for failure in failures:
            place = (key, activity.id, failure.on)
            known = self.open.get(place)
            self.open[place] = now[failure.on]
            if known is None or not now[failure.on] <= known:
                yield _notice(said, context, compiled, failure, language)


def _notice(
    said: Statement, context: Context, compiled: Compiled, failure: Failure, language: str
) -> Notice:
    reason = reason_of(context, compiled, failure, language)
    return Notice(said.id, reason.missing[0], failure.on, text=reason.says)


def _begun(
    said: Statement, state: State, book: Book, as_of: date, language: str
) -> Iterator[Notice]:
    """Duties and waits that begin with this statement and say so."""
    question = Question(gate="close-day", act=said, at=said.at, on=())
    context: Context | None = None
    for compiled in book.timed:
        shape = compiled.rule.shape
        if not isinstance(shape, After) or not shape.alert or shape.event.tag != said.what:
            continue
        if compiled.begun is None or not in_force(compiled.pack, compiled.rule, as_of):
            continue
        if only_warns(state, compiled.pack, compiled.rule):
            continue
        context = context or Context(Asked(state, question, language, steps=False))
        for begun in compiled.begun(context):
            if begun.fact.mark.said == said.id:
                failure = Failure(
                    begun.person or begun.about,
                    "person" if begun.person else "event",
                    begun.unmet,
                    event=begun.event,
                    until=begun.until,
                )
                yield _notice(said, context, compiled, failure, language)


def _on(state: State) -> Iterator[Activity]:
    """Activities that are on, or that people are really inside of."""
    inside = {zone for zone, _ in state.inside}
    for activity in state.activities.values():
        if activity.on is not None or activity.id in inside:
            yield activity


def _in(state: State, activity: Activity) -> frozenset[str]:
    """The activity, and everybody and everything in it."""
    plan = activity.plan
    found: set[str] = {activity.id, *(state.at_risk(activity) or ()), *(plan.things or ())}
    found.update(weapon.weapon for weapon in plan.weapons or ())
    found.update((*(plan.supervisor or ()), *(plan.operator or ()), *(plan.medic or ())))
    found.update(who for zone, who in state.inside if zone == activity.id)
    found.update(
        who for (_, who), where in state.posts.items() if activity.id in where or not where
    )
    return frozenset(found)


def names_in(said: Statement) -> frozenset[str]:
    """Every id in a statement; who only says it is not in it."""
    found: set[str] = {said.for_} if said.for_ else set()
    for spec in SPECS.get(said.what, {}).values():
        if spec.kind.refers or spec.kind.names:
            value = getattr(said, spec.attr, None)
            found.update(_ids(spec.kind.ids(value)) if value is not None else ())
    return frozenset(found)


def _ids(value: Iterable[str]) -> Iterable[str]:
    return (str(item) for item in value)

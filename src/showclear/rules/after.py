"""Duties and waits: what an event asks for within a time, or not before one has passed.

1. A duty holds at its gates once its time has run out and what it needs has not been said
   after the event; until then it warns there, if it says so.
2. A wait holds until its time has passed and what it needs, if anything, was said.
3. What is not known of an event may be what is asked for: then it began one.
4. An unknown time holds: of a duty it may have run out, of a wait it has not passed.
5. What was said after the last event of one thing was said after the earlier ones too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from showclear.core.nouns import Fact, Mark
from showclear.core.state import State
from showclear.rules.context import Context, Names
from showclear.rules.grammar import After, Event, Test
from showclear.rules.maker import Maker, Predicate
from showclear.rules.outcome import Begun, Failure, Outcome
from showclear.rules.shapes import first_unmet

SUBJECTS: Final = {
    "activity": "activity",
    "weapon": "weapon",
    "lot": "lot",
    "thing": "thing",
    "person": "person",
}
"""What conditions of an event may be of, and the type of its elements."""

_EVERYWHERE: Final = frozenset({"resume", "close-day"})
"""Gates that nobody in particular is in."""

Needs = list[list[tuple[Test, Predicate]]]


@dataclass(frozen=True, slots=True)
class Timed:
    """A duty or a wait, ready to be asked."""

    shape: After
    matches: Callable[[Context, Fact], bool]
    needs: Needs

    def begun(self, context: Context) -> Iterator[Begun]:
        """What its events began and nothing has ended, each thing (and person) once."""
        yield from self.look(context, [])[0]

    def look(self, context: Context, grounds: list[str]) -> tuple[list[Begun], bool]:
        """What is open, and whether anything was begun at all; with what answered it."""
        open_: dict[tuple[str, ...], Begun] = {}
        met: set[tuple[str, ...]] = set()
        for fact in context.state.facts.get(self.shape.event.tag) or ():
            past = self._past(context, fact)
            if not self.matches(context, fact):
                continue
            if past:
                # Whatever came before it is over too.
                met.add(key_of(fact))
                break
            for person in self._people(fact):
                key = (*key_of(fact), person or "")
                # Of a wait the last event counts, of a duty the first that is not answered.
                if key in met or (self.shape.wait and key in open_):
                    continue
                found = self._begun(context, fact, person, grounds)
                if found is None:
                    met.add(key)
                else:
                    open_[key] = found
        return list(reversed(open_.values())), bool(open_ or met)

    def _past(self, context: Context, fact: Fact) -> bool:
        """Whether this and all before it are over: a wait that asks for time alone."""
        only_time = self.shape.wait and not self.needs
        return only_time and fact.mark.timed and self._passed(context, fact.mark) is True

    def _people(self, fact: Fact) -> tuple[str | None, ...]:
        if not self.shape.each:
            return (None,)
        # Where nobody is named, it may be anybody.
        return tuple(sorted(fact.people)) or ("",)

    def _passed(self, context: Context, mark: Mark) -> bool | None:
        """Whether T has passed since a moment; None where that is not known."""
        at, last = context.question.at, timedelta(seconds=self.shape.seconds)
        if at is None or context.question.act.at_is == "order-only":
            return None
        if mark.at is not None and mark.timed:
            return at - mark.at >= last if self.shape.wait else at - mark.at > last
        # Some time before today began: then at least as long ago as that.
        day = context.state.day
        if context.today is None or day is None or mark.seq >= context.today:
            return None
        began = day.first.at if day.first.timed else None
        if began is None or not self.shape.wait:
            return None
        return True if at - began >= last else None

    def _begun(
        self, context: Context, fact: Fact, person: str | None, grounds: list[str]
    ) -> Begun | None:
        event = references(context.state, fact)
        unmet = self._unmet(context, fact, person, grounds)
        passed = self._passed(context, fact.mark)
        if unmet is None and (passed is True or not self.shape.wait):
            return None
        known = fact.mark.at is not None and fact.mark.timed
        until = None
        if known and fact.mark.at is not None:
            until = _later(fact.mark.at, self.shape.seconds)
        return Begun(
            fact=fact,
            about=about(context.state, fact),
            person=person,
            until=until,
            over=passed is True if self.shape.wait else passed is not False,
            unmet=unmet,
            event=event,
        )

    def _unmet(
        self, context: Context, fact: Fact, person: str | None, grounds: list[str]
    ) -> Test | None:
        """What has still to be said; None if there is nothing left to say."""
        if not self.needs:
            return None
        before = context.this, context.event, context.floor
        context.this = {} if person is None else {"person": person}
        context.event = references(context.state, fact)
        context.floor = fact.mark.seq + 1
        try:
            return first_unmet(context, about(context.state, fact), self.needs, grounds)
        finally:
            context.this, context.event, context.floor = before


def _later(at: datetime, seconds: int) -> datetime | None:
    try:
        return at + timedelta(seconds=seconds)
    except OverflowError:
        return None


def key_of(fact: Fact) -> tuple[str, ...]:
    """What a statement is of: its own noun, or what it is on."""
    return (fact.noun,) if fact.noun else tuple(sorted(fact.on))


def _tables(state: State) -> tuple[tuple[str, Mapping[str, object]], ...]:
    return (
        ("activity", state.activities),
        ("weapon", state.weapons),
        ("lot", state.lots),
        ("thing", state.things),
    )


def about(state: State, fact: Fact) -> str:
    """What a reason is about: the incident, else the activity, weapon, lot or thing."""
    if fact.noun:
        return fact.noun
    for _, table in _tables(state):
        found = sorted(name for name in fact.on if name in table)
        if found:
            return found[0]
    return fact.mark.said


def references(state: State, fact: Fact) -> dict[str, Names]:
    """What references of a duty or wait mean: what its event named, and nothing else."""
    found: dict[str, Names] = {"the event": (about(state, fact),)}
    for element, table in _tables(state):
        named: Names = tuple(sorted(name for name in fact.on if name in table)) or None
        if named is None and element in _PLANNED:
            named = _planned(state, found["the activity"], element)
        found[f"the {element}"] = found[f"this {element}"] = named
    return found


_PLANNED: Final = ("weapon", "thing")


def _planned(state: State, activities: Names, element: str) -> Names:
    """The weapons or things of the activities that an event named, as they are planned."""
    found: set[str] = set()
    for name in activities or ():
        plan = state.activities[name].plan
        if element == "weapon" and plan.weapons is not None:
            found.update(weapon.weapon for weapon in plan.weapons)
        elif element == "thing" and plan.things is not None:
            found.update(plan.things)
        else:
            return None
    return tuple(sorted(found)) if activities else None


def _matcher(maker: Maker, event: Event) -> Callable[[Context, Fact], bool]:
    """Whether a statement is an event that is asked for. What it does not say may be so."""
    subjects = [
        (element, maker.tests(SUBJECTS[element], tests, unknown=True))
        for element, tests in event.subjects.items()
    ]

    def matches(context: Context, fact: Fact) -> bool:
        for key, asked in event.words.items():
            said = fact.words.get(key)
            if said and said.isdisjoint(asked):
                return False
        named = references(context.state, fact)
        for element, met in subjects:
            who = tuple(sorted(fact.people)) if element == "person" else named[f"the {element}"]
            if element == "person":
                who = who or None
            if who is not None and not any(met(context, name, None) for name in who):
                return False
        return True

    return matches


def timed(maker: Maker, shape: After) -> Timed:
    """Make a duty or a wait ready."""
    needs = [
        [(test, maker.test("event", test, unknown=False)) for test in tests]
        for tests in shape.needs.values()
    ]
    return Timed(shape, _matcher(maker, shape.event), needs)


def judge_timed(made: Timed) -> Callable[[Context, Outcome], None]:
    """What it holds at one of its gates, and what only runs."""

    def judge(context: Context, outcome: Outcome) -> None:
        # That a duty was done says nothing of what this act needs.
        outcome.enough = False
        open_, outcome.relevant = made.look(context, outcome.grounds)
        for begun in open_:
            if begun.person and not _in_the_act(context, begun.person):
                continue
            if made.shape.wait or begun.over:
                outcome.failures.append(_failure(begun))
            elif made.shape.warn:
                outcome.running.append(_failure(begun))

    return judge


def _failure(begun: Begun) -> Failure:
    this = {} if begun.person is None else {"person": begun.person}
    return Failure(
        begun.person or begun.about,
        "person" if begun.person else "event",
        begun.unmet,
        (begun.fact.mark.said,),
        this,
        begun.event,
        begun.fact.mark.said,
        begun.until,
    )


def _in_the_act(context: Context, person: str) -> bool:
    """Whether somebody is in the act, as far as it is known who is."""
    question = context.question
    if question.gate in _EVERYWHERE:
        return True
    named = {question.giver, question.doer, *question.receivers, *(question.people or ())}
    if person in named:
        return True
    if question.activity is None:
        return False
    people = context.names("people at risk")
    return people is None or person in people

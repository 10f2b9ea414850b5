"""Next steps for who is there and what is planned: the plan says more, somebody comes, or leaves.

* What the plan leaves open is proposed in the words that ask for most; whoever says it says
  what is so.
* Who should be there is somebody on the record who is what the rule asks for. Where nobody
  is, nothing is offered: a person has to be found first, and the reason says whom.
* Of people too many one leaves; those whom the plan does not name go first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from showclear.core import words
from showclear.core.steps import a_handler, step, who_runs
from showclear.rules.context import Context
from showclear.rules.grammar import Among, AsMany, AtMost, Every, Pack, WordTest
from showclear.rules.lexicon import ATTRIBUTES
from showclear.rules.maker import Maker
from showclear.rules.outcome import Failure
from showclear.rules.steps_act import NO_STEP, Step, act_with

PLANNED_PEOPLE: Final[Mapping[str, str]] = {
    "the supervisor": "supervisor",
    "the operator": "operator",
    "the medic": "medic",
}
"""Sets of people whom the plan names to do something, and the field that names them."""
_SAID_IN_WORDS: Final[Mapping[str, str]] = {
    "needs_firearm": "the shot needs it: say why",
    "needs_real": "the shot needs it: say why",
    "abort": "agreed: say the signal",
}
"""What the plan says in its own words: it is proposed to say it, not what."""
_PHASE_OF: Final[Mapping[str, str]] = {"rehearse": "rehearsal", "test": "test", "roll": "shoot"}
_ON_THINGS: Final = "people on the thing"
_IN_ZONE: Final = "people really in the zone"


def plan_step(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """The plan says what it leaves open."""
    value = _said(context, failure, test)
    if value is None:
        return NO_STEP
    by, changed = who_runs(context.state), {"activity": failure.on, test.attribute: value}
    return step(context.question, rule, failure.on, "activity.changed", by, **changed), False


def _said(context: Context, failure: Failure, test: WordTest) -> Any:
    attribute = test.attribute
    if attribute == "phase":
        return _phase(context, test.words)
    if attribute == "purpose":
        return min(test.words - {"none"}, default=None)
    if test.words != {"given"}:
        return None
    if attribute in ("supervisor", "operator"):
        # Whoever runs the set, until they name another.
        runs = who_runs(context.state)
        return (runs,) if runs else None
    if attribute == "medic":
        return _first(context, "medic")
    if attribute == "zone":
        return _named(context)
    return _SAID_IN_WORDS.get(attribute)


def _phase(context: Context, asked: frozenset[str]) -> str | None:
    """What the act itself is; else the one of which most is asked."""
    for phase in (_PHASE_OF.get(context.question.gate, ""), "shoot"):
        if phase in asked:
            return phase
    return min(asked & words.PHASES, default=None)


def _first(context: Context, role: str) -> tuple[str, ...] | None:
    people = context.state.people.values()
    found = sorted(one.id for one in people if role in one.roles and not one.left)
    return (found[0],) if found else None


def _named(context: Context) -> tuple[str, ...] | None:
    """Everybody whom the plan names to do something in it; None where it names nobody."""
    found: dict[str, None] = {}
    for name in ("people in the activity", "people in the line", "the performer"):
        found.update(dict.fromkeys(context.names(name) or ()))
    return tuple(found) or None


# --- who does it -------------------------------------------------------------------


def _who_meet(context: Context, pack: Pack, shape: Every | Among) -> frozenset[str]:
    """Everybody on the record who is what a rule asks for, by words alone."""
    alternatives = shape.needs.values() if isinstance(shape, Every) else (shape.where,)
    maker, found = Maker(pack), set()
    for tests in alternatives:
        met = maker.tests("person", tests, unknown=False)
        for name, person in context.state.people.items():
            before = context.this
            context.this = {**before, "person": name}
            if not (person.left or person.many) and met(context, name, None):
                found.add(name)
            context.this = before
    return frozenset(found)


def another_in_plan(
    context: Context, pack: Pack, rule: str, failure: Failure, shape: Every | Among
) -> Step:
    """The plan names somebody who is what the rule asks for, in place of who is not."""
    field, activity = PLANNED_PEOPLE.get(shape.set), context.activity
    if field is None or activity is None:
        return NO_STEP
    able = _who_meet(context, pack, shape)
    chosen = a_handler(context.state, context.question, entitled=able)
    if chosen is None:
        return NO_STEP
    rest = [name for name in context.names(shape.set) or () if name != failure.on]
    changed = {field: tuple(dict.fromkeys((*rest, chosen)))}
    by, question = who_runs(context.state), context.question
    said = step(question, rule, failure.on, "activity.changed", by, activity=activity.id, **changed)
    return said, False


def somebody_comes(context: Context, pack: Pack, rule: str, failure: Failure, shape: Among) -> Step:
    """Somebody of the production who is what the rule asks for comes, or takes a duty on."""
    by, question = who_runs(context.state), context.question
    if shape.set == "people on set":
        able = _who_meet(context, pack, shape)
        away = sorted(name for name in able if context.state.person(name).on_set is False)
        if not away:
            return NO_STEP
        return step(question, rule, away[0], "people.arrived", by, people=(away[0],)), False
    duties = {word for test in shape.where if isinstance(test, WordTest) for word in test.words}
    if shape.element == "duty" and duties:
        said = step(question, rule, failure.on, "duty.assigned", by, people=(by,), duty=min(duties))
        return said, False
    return another_in_plan(context, pack, rule, failure, shape)


# --- who leaves --------------------------------------------------------------------


def fewer_inside(context: Context, rule: str, failure: Failure, shape: AsMany | AtMost) -> Step:
    """One person too many leaves; nobody is told which of those the plan names may stay."""
    counted = shape.left_set if isinstance(shape, AsMany) else shape.set
    if counted not in (_IN_ZONE, _ON_THINGS):
        return NO_STEP
    attending = shape.right if isinstance(shape, AsMany) else ""
    people = context.state.people
    able = [
        name
        for name in failure.witnesses
        if not (name in people and attending in people[name].roles)
    ]
    return _one_leaves(context, rule, able)


def leaves(
    context: Context, rule: str, failure: Failure, test: WordTest, able: frozenset[str]
) -> Step:
    """Who is inside and not in the plan leaves."""
    return _one_leaves(context, rule, (failure.on,)) if "yes" in test.words else NO_STEP


def _one_leaves(context: Context, rule: str, able: Collection[str]) -> Step:
    """One of these leaves where they are; who only wants to enter stays outside."""
    planned, entering = ATTRIBUTES["person"]["in the plan"].find, context.question.people or ()

    def last(name: str) -> tuple[bool, tuple[int, ...]]:
        return "yes" in (planned(context, name) or ()), _back(name)

    for who in sorted(able, key=last):
        where = _where(context, who)
        if where is not None:
            by, question = who_runs(context.state), context.question
            said = step(question, rule, who, "people.left-zone", by, people=(who,), **where)
            return said, False
        others = [name for name in entering if name != who]
        if who in entering and others:
            return act_with(context, rule, who, people=others)
    return NO_STEP


def _back(name: str) -> tuple[int, ...]:
    """The order of names turned round: who is named last leaves first."""
    return tuple(-ord(letter) for letter in name)


def _where(context: Context, who: str) -> dict[str, str] | None:
    """The zone of the act that somebody is in, or the thing they are on."""
    activity, state = context.activity, context.state
    if activity is None:
        return None
    if (activity.id, who) in state.inside:
        return {"activity": activity.id}
    things = (name for name in activity.plan.things or () if (name, who) in state.inside)
    thing = next(things, None)
    return None if thing is None else {"thing": thing}

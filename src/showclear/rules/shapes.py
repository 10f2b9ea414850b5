"""The shapes of a rule that look at one moment: every, at least, at most, no.

* A set under `every` or `at least` that is empty or not given holds, unless it is
  written `may be empty`; a set that is not given always holds.
* Under `at least` what is unknown does not count; under `at most` each unknown counts
  as one more, and a group counts as too many.
* Of two sides compared, unknown counts on the left and not on the right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from showclear.rules import facts
from showclear.rules.context import Context
from showclear.rules.grammar import Among, AsMany, AtLeast, AtMost, Every, No, Test
from showclear.rules.maker import Maker, Predicate
from showclear.rules.numbers import values_of
from showclear.rules.outcome import Failure, Outcome

Lift = Callable[[str, str], bool]
Judge = Callable[[Context, Outcome, Lift], None]


def every(maker: Maker, shape: Every) -> Judge:
    where = maker.tests(shape.element, shape.where, unknown=True)
    needs = [
        [(test, maker.test(shape.element, test, unknown=False)) for test in tests]
        for tests in shape.needs.values()
    ]

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        names = context.names(shape.set)
        if names is None or (not names and not shape.may_be_empty):
            if not lift(shape.element, ""):
                outcome.relevant = True
                outcome.failures.append(Failure(whole(context), shape.element, None))
            return
        for name in names:
            before = context.this
            bound = _bound(shape.set, shape.element, name)
            context.this = {**before, **bound} if before else bound
            try:
                if not where(context, name, None) or lift(shape.element, name):
                    continue
                outcome.relevant = True
                failed = first_unmet(context, name, needs, outcome.grounds)
                if failed is not None:
                    failure = Failure(name, shape.element, failed, (name,), dict(context.this))
                    outcome.failures.append(failure)
            finally:
                context.this = before

    return judge


def _bound(set_: str, element: str, name: str) -> dict[str, str]:
    """What `this` is while one element is looked at. One of several receivers is the receiver."""
    return {element: name, "receiver": name} if set_ == "the receiver" else {element: name}


def whole(context: Context) -> str:
    """What a reason is about when its set is not known: the activity, else the act."""
    question = context.question
    return question.activity or (question.on[0] if question.on else question.act.id)


def first_unmet(
    context: Context,
    name: str,
    needs: list[list[tuple[Test, Predicate]]],
    grounds: list[str],
) -> Test | None:
    """None if any alternative is met whole, else the first unmet condition of the first."""
    first: Test | None = None
    for alternative in needs:
        found: list[str] = []
        unmet = next((test for test, met in alternative if not met(context, name, found)), None)
        if unmet is None:
            grounds.extend(found)
            return None
        first = first or unmet
    return first


def at_least(maker: Maker, shape: AtLeast) -> Judge:
    asking = maker.asking(shape.where)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        on_each = facts.subjects(context, shape.where, whole(context))
        if on_each == () and shape.may_be_empty:
            return
        if not on_each:
            if lift("", ""):
                return
            outcome.relevant = True
            outcome.failures.append(Failure(whole(context), "", shape.where))
            return
        for on in on_each:
            if lift(_type_of(context, on), on or ""):
                continue
            _count_different(context, outcome, shape, asking, on)

    return judge


def _type_of(context: Context, on: str | None) -> str:
    state = context.state
    for element, table in (("weapon", state.weapons), ("lot", state.lots)):
        if on in table:
            return element
    return "person" if on in state.people else "activity"


def _count_different(
    context: Context,
    outcome: Outcome,
    shape: AtLeast,
    asking: facts.Asking,
    on: str | None,
) -> None:
    """Count different eyes, or people, on one thing; stop as soon as there are enough."""
    seen: set[str] = set()
    used: list[str] = []
    test, element = shape.where, _type_of(context, on)
    before = context.this
    context.this = {**before, **_bound(test.on, element, on or "")}
    try:
        records = (
            facts.checks_on(context, asking, on or "")
            if test.what == "check.made"
            else facts.facts_on(context, asking, on)
        )
        any_record = False
        for record in records:
            any_record = True
            more = record.eyes if shape.field == "independent eyes" else {record.mark.by}
            if not more <= seen:
                seen |= more
                used.append(record.mark.said)
            if len(seen) >= shape.number:
                break
    finally:
        context.this = before
    if not any_record and shape.may_be_empty:
        return
    outcome.relevant = True
    if len(seen) >= shape.number:
        outcome.grounds.extend(used)
        return
    witnesses = tuple(dict.fromkeys((on or whole(context), *sorted(seen))))
    this = {**context.this, element: on or ""}
    outcome.failures.append(Failure(on or whole(context), element, test, witnesses, this))


def _matching(
    maker: Maker, shape: AtMost | No
) -> Callable[[Context, tuple[str, ...], Lift], list[str]]:
    element = shape.element
    where = maker.tests(element, shape.where, unknown=True)

    def find(context: Context, names: tuple[str, ...], lift: Lift) -> list[str]:
        found = []
        for name in dict.fromkeys(names):
            before = context.this
            context.this = {**before, **_bound(shape.set, element, name)}
            if where(context, name, None) and not lift(element, name):
                found.append(name)
            context.this = before
        return found

    return find


def at_most(maker: Maker, shape: AtMost) -> Judge:
    matching = _matching(maker, shape)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        outcome.relevant = True
        names = context.names(shape.set)
        if names is None:
            if not lift(shape.element, ""):
                outcome.failures.append(Failure(whole(context), shape.element, None))
            return
        found = matching(context, names, lift)
        # Nobody knows how many a group named by one word is.
        groups = shape.element == "person" and any(context.state.person(n).many for n in found)
        if groups or not _few(context, shape, len(found)):
            failure = Failure(whole(context), shape.element, None, tuple(found))
            outcome.failures.append(failure)
        outcome.grounds.extend(_plan_said(context))

    return judge


def _few(context: Context, shape: AtMost, count: int) -> bool:
    """Whether these are not too many. A number that nobody gave is none."""
    if not shape.field:
        return count <= shape.number
    most = values_of(context, shape.field, "people")
    return bool(most) and all(count <= item for item in most or ())


def among(maker: Maker, shape: Among) -> Judge:
    """At least so many of a set. What is unknown does not count."""
    where = maker.tests(shape.element, shape.where, unknown=False)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        names = context.names(shape.set)
        if names == () and shape.may_be_empty:
            return
        if lift(shape.element, ""):
            return
        outcome.relevant = True
        grounds: list[str] = []
        found: list[str] = []
        for name in dict.fromkeys(names or ()):
            before = context.this
            context.this = {**before, **_bound(shape.set, shape.element, name)}
            if where(context, name, grounds):
                found.append(name)
            context.this = before
        if names is None or len(found) < shape.number:
            about = whole(context)
            outcome.failures.append(Failure(about, shape.element, None, (about, *found)))
            return
        outcome.grounds.extend(grounds or _plan_said(context))

    return judge


def as_many(maker: Maker, shape: AsMany) -> Judge:
    """At most as many of one kind of people as of another, each in their set."""
    right = maker.who(shape.right)
    left = maker.may_be(shape.left) if shape.left not in ("person", "others") else None

    def shortfall(context: Context, left_in: frozenset[str], right_in: frozenset[str]) -> int:
        attending = {name for name in right_in if right is None or right(context, name)}
        if shape.left == "others":
            counted = left_in - attending
        else:
            counted = frozenset(n for n in left_in if left is None or left(context, n))
        if any(context.state.person(name).many for name in counted):
            # Nobody knows how many a group named by one word is.
            return MANY
        return len(counted) - shape.times * len(attending)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        outcome.relevant = True
        one, other = context.names(shape.left_set), context.names(shape.right_set)
        if one is None or other is None:
            if not lift("person", ""):
                outcome.failures.append(Failure(whole(context), "person", None))
            return
        short = shortfall(context, frozenset(one), frozenset(other))
        if short > 0 and not _lessens(context, shape, shortfall, short) and not lift("person", ""):
            witnesses = tuple(sorted({*one, *other}))
            outcome.failures.append(Failure(whole(context), "person", None, witnesses))
        outcome.grounds.extend(_plan_said(context))

    return judge


MANY: Final = 1_000_000
"""More people than any number of others attends to."""

Shortfall = Callable[[Context, frozenset[str], frozenset[str]], int]


def _lessens(context: Context, shape: AsMany, shortfall: Shortfall, now: int) -> bool:
    """Whether those who enter make it better than it was: they are never held for it."""
    entering = frozenset(context.question.people or ())
    if context.question.gate != "enter" or not entering:
        return False
    zone = context.question.activity
    inside = frozenset(name for where, name in context.state.inside if where == zone)
    sets = []
    for name in (shape.left_set, shape.right_set):
        people = frozenset(context.names(name) or ())
        sets.append(people - (entering - inside) if name == "people really in the zone" else people)
    return now < shortfall(context, sets[0], sets[1])


def no(maker: Maker, shape: No) -> Judge:
    matching = _matching(maker, shape)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        outcome.relevant = True
        names = context.names(shape.set)
        if names is None:
            if not lift(shape.element, ""):
                outcome.failures.append(Failure(whole(context), shape.element, None))
            return
        for name in matching(context, names, lift):
            this = {**context.this, shape.element: name}
            outcome.failures.append(Failure(name, shape.element, None, (name,), this))
        outcome.grounds.extend(_plan_said(context))

    return judge


def _plan_said(context: Context) -> tuple[str, ...]:
    """What an absence rests on: the plan that names who and what is in the act."""
    activity = context.activity
    if activity is None or activity.planned is None:
        return (context.question.act.id,)
    mark = activity.changed or activity.planned
    return (mark.said,)

"""What a hold says: the sentence with names filled in, and the next step as a statement.

The step is built from what the rule needs. Where the act itself must differ (another
giver, another count) it is the same act with the field changed, and applying it
means judging that instead.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from showclear.core.gates import Next, Reason
from showclear.rules.context import Context
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtLeast,
    AtMost,
    Every,
    FactTest,
    IsTest,
    No,
    Pack,
    Test,
    WordTest,
)
from showclear.rules.maker import Maker
from showclear.rules.outcome import Compiled, Failure
from showclear.rules.steps_act import NO_STEP, Step
from showclear.rules.steps_facts import entitled, fact_or_check_step
from showclear.rules.steps_plan import another_in_plan, fewer_inside, somebody_comes
from showclear.rules.steps_words import none_left_step, word_step


def reason_of(context: Context, compiled: Compiled, failure: Failure, language: str) -> Reason:
    """The reason for one failure of one rule."""
    rule, pack = compiled.rule, compiled.pack
    names = _names(context, failure, language)
    says = rule.say.get(language) or rule.say["en"]
    follow = rule.next.get(language) or rule.next["en"]
    before = context.this, context.event
    context.this, context.event = dict(failure.this), failure.event
    try:
        statement, replaces = _step(context, compiled, failure) if context.asked.steps else NO_STEP
    finally:
        context.this, context.event = before
    return Reason(
        pack=pack.id,
        rule=rule.id,
        cite=str(rule.cite),
        force=pack.force,
        missing=rule.missing,
        on=failure.on,
        witnesses=failure.witnesses or (failure.on,),
        says=says.format(**names),
        next=Next(follow.format(**names), statement, replaces),
        since=failure.since,
        until=failure.until,
    )


_NOT_KNOWN: Final = {
    "en": "nobody knows when",
    "es": "no se sabe cuándo",
}


def clock_time(at: datetime | None, language: str) -> str:
    """A moment for a sentence, in UTC: the set's own zone is the screen's business.

    >>> clock_time(datetime(2026, 6, 9, 8, 31, tzinfo=UTC), "en")
    '2026-06-09 08:31 UTC'
    """
    if at is None:
        return _NOT_KNOWN.get(language, _NOT_KNOWN["en"])
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _names(context: Context, failure: Failure, language: str) -> dict[str, str]:
    question = context.question
    names = {
        "on": failure.on,
        "weapon": ", ".join(question.weapons) or failure.on,
        "person": question.doer,
        "lot": question.lot or ", ".join(context.names("lots loaded") or ()) or failure.on,
        "thing": failure.on,
        "hazard": failure.on,
        "activity": question.activity or "this",
        "receiver": ", ".join(question.receivers) or "the receiver",
        "giver": question.giver or "the giver",
        "handler": question.doer,
        "event": ", ".join(failure.event.get("the event") or ()) or failure.on,
        "until": clock_time(failure.until, language),
    }
    for element in ("activity", "weapon", "lot", "thing"):
        of_event = failure.event.get(f"the {element}")
        names.update({element: ", ".join(of_event)} if of_event else {})
    names.update(failure.this)
    if failure.element in names:
        names[failure.element] = failure.on
    return names


def _step(context: Context, compiled: Compiled, failure: Failure) -> Step:
    shape, rule, pack = compiled.rule.shape, compiled.rule, compiled.pack
    match shape:
        case Every():
            return _for_every(context, pack, rule.id, failure, shape)
        case AtLeast():
            two = shape.field == "independent eyes" and shape.number > 1
            step = fact_or_check_step(context, pack, rule.id, failure, shape.where, two_eyes=two)
            return step, False
        case No():
            return none_left_step(context, rule.id, failure, shape), False
        case After() if failure.test is not None:
            return _for_test(context, pack, rule.id, failure, failure.test)
        case Among():
            return somebody_comes(context, pack, rule.id, failure, shape)
        case AsMany() | AtMost():
            return fewer_inside(context, rule.id, failure, shape)
        case _:
            return NO_STEP


def _for_every(context: Context, pack: Pack, rule: str, failure: Failure, shape: Every) -> Step:
    """What meets an alternative: of the first one that anybody can say something for."""
    first, *others = _unmet_first(context, pack, failure, shape) or (None,)
    found = NO_STEP if first is None else _for_test(context, pack, rule, failure, first)
    if found[0] is None:
        found = another_in_plan(context, pack, rule, failure, shape)
    for test in others:
        found = found if found[0] is not None else _for_test(context, pack, rule, failure, test)
    return found


def _unmet_first(context: Context, pack: Pack, failure: Failure, shape: Every) -> list[Test]:
    """The first unmet condition of each alternative; first that which the rule found."""
    if failure.test is None:
        return []
    maker, found = Maker(pack), [failure.test]
    for tests in shape.needs.values():
        made = [(test, maker.test(shape.element, test, unknown=False)) for test in tests]
        unmet = next((test for test, met in made if not met(context, failure.on, None)), None)
        found += [] if unmet in (None, failure.test) else [unmet]
    return found


def _for_test(context: Context, pack: Pack, rule: str, failure: Failure, test: Test) -> Step:
    match test:
        case FactTest():
            return fact_or_check_step(context, pack, rule, failure, test, two_eyes=False), False
        case WordTest():
            return word_step(context, rule, failure, test, _able(context, pack, test))
        case IsTest():
            first = _unmet(context, pack, failure, test)
            if first is None:
                return NO_STEP
            return word_step(context, rule, failure, first, _able(context, pack, test))


def _unmet(context: Context, pack: Pack, failure: Failure, test: IsTest) -> WordTest | None:
    """The condition of a definition that this person does not meet."""
    maker = Maker(pack)
    for part in pack.define[test.name]:
        met = maker.test("person", part, unknown=False)
        if isinstance(part, WordTest) and not met(context, failure.on, []):
            return part
    return None


def _able(context: Context, pack: Pack, test: Test) -> frozenset[str]:
    """Everybody on the record who would meet a condition on a person, such as a role."""
    if isinstance(test, IsTest):
        return entitled(context, pack, test.name)
    if isinstance(test, WordTest) and test.attribute == "role":
        met = Maker(pack).test("person", test, unknown=False)
        people = context.state.people
        return frozenset(n for n, p in people.items() if not p.left and met(context, n, None))
    return frozenset()

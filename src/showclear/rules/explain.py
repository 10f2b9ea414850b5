"""What a hold says: the sentence with names filled in, and the next step as a statement.

The step is built from what the rule needs. Where the act itself must differ (another
giver, another count) it is the same act with the field changed, and applying it
means judging that instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from showclear.core import words
from showclear.core.gates import Next, Reason
from showclear.core.steps import a_handler, another, step, who_runs
from showclear.rules.compile import _Maker
from showclear.rules.context import Context
from showclear.rules.grammar import AtLeast, Every, FactTest, IsTest, No, Pack, Test, WordTest
from showclear.rules.outcome import Compiled, Failure
from showclear.rules.steps_words import none_left_step, word_step

Step = tuple[Mapping[str, Any] | None, bool]
_NONE: Step = (None, False)


def reason_of(context: Context, compiled: Compiled, failure: Failure, language: str) -> Reason:
    """The reason for one failure of one rule."""
    rule, pack = compiled.rule, compiled.pack
    names = _names(context, failure)
    says = rule.say.get(language) or rule.say["en"]
    follow = rule.next.get(language) or rule.next["en"]
    before = context.this
    context.this = dict(failure.this)
    try:
        statement, replaces = _step(context, compiled, failure) if context.asked.steps else _NONE
    finally:
        context.this = before
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
    )


def _names(context: Context, failure: Failure) -> dict[str, str]:
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
    }
    names.update(failure.this)
    if failure.element:
        names[failure.element] = failure.on
    return names


def _step(context: Context, compiled: Compiled, failure: Failure) -> Step:
    shape, rule, pack = compiled.rule.shape, compiled.rule, compiled.pack
    match shape:
        case Every() if failure.test is not None:
            return _for_test(context, pack, rule.id, failure, failure.test)
        case AtLeast():
            two = shape.field == "independent eyes" and shape.number > 1
            return _for_fact(context, pack, rule.id, failure, shape.where, two_eyes=two)
        case No():
            return none_left_step(context, rule.id, failure, shape), False
        case _:
            return _NONE


def _for_test(context: Context, pack: Pack, rule: str, failure: Failure, test: Test) -> Step:
    match test:
        case FactTest():
            return _for_fact(context, pack, rule, failure, test, two_eyes=False)
        case WordTest():
            return word_step(context, rule, failure, test, entitled(context, pack, test))
        case IsTest():
            first = _unmet(context, pack, failure, test)
            if first is None:
                return _NONE
            return word_step(context, rule, failure, first, entitled(context, pack, test))


def _unmet(context: Context, pack: Pack, failure: Failure, test: IsTest) -> WordTest | None:
    """The condition of a definition that this person does not meet."""
    maker = _Maker(pack)
    for part in pack.define[test.name]:
        met = maker.test("person", part, unknown=False)
        if isinstance(part, WordTest) and not met(context, failure.on, []):
            return part
    return None


def entitled(context: Context, pack: Pack, test: Test) -> frozenset[str]:
    """Everybody on the record who would meet a condition on a person, such as a role."""
    on_a_person = isinstance(test, IsTest) or (
        isinstance(test, WordTest) and test.attribute == "role"
    )
    if not on_a_person:
        return frozenset()
    met = _Maker(pack).test("person", test, unknown=False)
    people = context.state.people
    return frozenset(
        name for name, person in people.items() if not person.left and met(context, name, [])
    )


def _for_fact(
    context: Context,
    pack: Pack,
    rule: str,
    failure: Failure,
    test: FactTest,
    *,
    two_eyes: bool,
) -> Step:
    if test.what == "check.made":
        return _check_step(context, pack, rule, failure, test, two_eyes=two_eyes), False
    return _fact_step(context, rule, failure, test, two_eyes=two_eyes), False


def _by(context: Context, pack: Pack, test: FactTest, on: str) -> str | None:
    """Who would make it: entitled, and not the one it is shown to."""
    if not test.by:
        return who_runs(context.state)
    able = entitled(context, pack, IsTest(test.by))
    weapon = context.state.weapons.get(on)
    if weapon is not None and weapon.holder in able:
        return weapon.holder
    return a_handler(context.state, context.question, entitled=able)


def _check_step(
    context: Context, pack: Pack, rule: str, failure: Failure, test: FactTest, *, two_eyes: bool
) -> Mapping[str, Any] | None:
    on = _on(context, test, failure)
    by = _by(context, pack, test, on[0] if on else "")
    check = min(test.words["check"])
    fields: dict[str, Any] = {"checks": (check,), "on": on, "passed": True}
    if test.covers or check in words.VERIFYING or check == "load-shown":
        count = _whole(context, on)
        if test.covers and not count:
            # Nothing is known to be in it: open it first, then there is a count to show.
            return None
        fields |= {"count": count, "of": count}
    if test.shown_to:
        fields["shown_to"] = context.refer(test.shown_to) or ()
    if test.about:
        fields["about"] = context.refer(test.about) or ()
    if test.measured:
        fields["measured"] = {item.quantity: _just(item) for item in test.measured}
    if two_eyes:
        other = another(context.state, context.question, (by or "",))
        fields["witnesses"] = [{"person": other, "how": "badge"}] if other else None
    return step(context.question, rule, failure.on, "check.made", by, **fields)


def _just(test: Any) -> Any:
    """A value that meets a bound exactly, or one beyond where the bound is excluded."""
    value = test.value
    if test.compare == "more than":
        value += 1
    elif test.compare == "less than":
        value -= 1
    return int(value) if value == value.to_integral_value() else value


def _on(context: Context, test: FactTest, failure: Failure) -> tuple[str, ...]:
    if test.on:
        return context.refer(test.on) or (failure.on,)
    return (failure.on,)


def _whole(context: Context, on: tuple[str, ...]) -> int | None:
    """The count that would cover all there is, the same for each of them."""
    counts = set()
    for name in on:
        if name in context.state.lots:
            counts.add(context.state.lots[name].in_store)
        elif name in context.state.weapons:
            counts.add(context.state.weapons[name].rounds)
    return counts.pop() if len(counts) == 1 else None


def _fact_step(
    context: Context, rule: str, failure: Failure, test: FactTest, *, two_eyes: bool
) -> Mapping[str, Any] | None:
    question, state = context.question, context.state
    runs = who_runs(state)
    on = _on(context, test, failure)
    closed = {key: min(value) for key, value in test.words.items() if value}
    match test.what:
        case "meeting.held":
            return meeting_step(context, rule, failure.on, closed.get("kind", "safety"))
        case "search.made":
            fields = {"where": "the set", "how": "looked", "found": "nothing", **closed}
            return step(question, rule, failure.on, "search.made", runs, **fields)
        case "set.declared":
            weapons = context.names("the weapons") or ()
            return step(
                question,
                rule,
                failure.on,
                "set.declared",
                runs,
                weapons=weapons,
                for_=question.activity,
                **closed,
            )
        case "weapon.counted":
            by = a_handler(state, question)
            other = question.receivers[0] if question.receivers else None
            if two_eyes and (other is None or other == by):
                other = another(state, question, (by or "",))
            eyes = [{"person": other, "how": "badge"}] if other else None
            return step(
                question, rule, failure.on, "weapon.counted", by, weapons=on, witnesses=eyes
            )
        case _:
            return None


def meeting_step(context: Context, rule: str, on: str, kind: str) -> Mapping[str, Any] | None:
    """A meeting of everybody at risk, with whoever runs the set and whoever hands over."""
    question, state = context.question, context.state
    runs = who_runs(state)
    present = [*(context.names("people at risk") or ()), runs, question.doer, question.giver]
    names = tuple(dict.fromkeys(name for name in present if name and name in state.people))
    return step(
        question,
        rule,
        on,
        "meeting.held",
        runs,
        meeting=f"{question.activity or on}.meeting",
        kind=kind,
        activities=question.activity,
        present=names,
    )

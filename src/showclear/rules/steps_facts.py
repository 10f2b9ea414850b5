"""Next steps for what has to be said: the check or statement that a rule asks for.

Everything but the time is filled in, so that a screen can offer it as a button. Whose word
it is to be is proposed; what was found is for the person to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from showclear.core import words
from showclear.core.steps import a_handler, another, step, who_runs
from showclear.rules.context import Context
from showclear.rules.grammar import FactTest, NumberTest, Pack
from showclear.rules.maker import Maker
from showclear.rules.numbers import values_of
from showclear.rules.outcome import Failure


def entitled(context: Context, pack: Pack, name: str) -> frozenset[str]:
    """Everybody on the record who is what a fact asks for: a defined name, a role."""
    met = Maker(pack).who(name)
    people = context.state.people
    if met is None:
        return frozenset()
    return frozenset(n for n, person in people.items() if not person.left and met(context, n))


def fact_or_check_step(
    context: Context, pack: Pack, rule: str, failure: Failure, test: FactTest, *, two_eyes: bool
) -> Mapping[str, Any] | None:
    """The statement that answers a condition on what was said, if one can."""
    if test.what == "check.made":
        return _check_step(context, pack, rule, failure, test, two_eyes=two_eyes)
    return _fact_step(context, pack, rule, failure, test, two_eyes=two_eyes)


def _by(context: Context, pack: Pack, test: FactTest, on: str) -> str | None:
    """Who would make it: entitled, and not the one it is shown to."""
    if not test.by:
        return who_runs(context.state)
    able = entitled(context, pack, test.by)
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
        measured = _measuring(context, test)
        if measured is None:
            return None
        fields["measured"] = measured
    if two_eyes:
        other = another(context.state, context.question, (by or "",))
        fields["witnesses"] = [{"person": other, "how": "badge"}] if other else None
    return step(context.question, rule, failure.on, "check.made", by, **fields)


def _measuring(context: Context, test: FactTest) -> dict[str, Any] | None:
    """A value for each quantity that meets its bounds; None where a bound is not known."""
    found: dict[str, Decimal] = {}
    for item in test.measured:
        value = _just(context, item)
        if value is None:
            return None
        # Of two bounds the lower one: what is at least that is at most the other.
        found[item.quantity] = min(value, found.get(item.quantity, value))
        if item.compare in ("at least", "more than"):
            found[item.quantity] = value
    return {key: int(n) if n == n.to_integral_value() else n for key, n in found.items()}


def _just(context: Context, test: NumberTest) -> Decimal | None:
    """A value that meets a bound exactly, or one beyond where the bound is excluded."""
    value = test.value
    if test.field:
        values = values_of(context, test.field, test.quantity)
        if not values:
            return None
        value = max(values) if test.compare in ("at least", "more than") else min(values)
    if test.compare == "more than":
        value += 1
    elif test.compare == "less than":
        value -= 1
    return value


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
    context: Context, pack: Pack, rule: str, failure: Failure, test: FactTest, *, two_eyes: bool
) -> Mapping[str, Any] | None:
    builder = _OF_TAG.get(test.what)
    if builder is None:
        return None
    say = Say(context, pack, rule, failure, test, two_eyes)
    return builder(say)


@dataclass(frozen=True, slots=True)
class Say:
    """A statement to be offered: what it has to be on, by whom, and with which words."""

    context: Context
    pack: Pack
    rule: str
    failure: Failure
    test: FactTest
    two_eyes: bool

    @property
    def by(self) -> str | None:
        """Who would say it."""
        return _by(self.context, self.pack, self.test, self.failure.on)

    @property
    def on(self) -> tuple[str, ...]:
        return _on(self.context, self.test, self.failure)

    @property
    def closed(self) -> dict[str, str]:
        """One of the words asked for in each field."""
        return {key: min(value) for key, value in self.test.words.items() if value}

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it has to name."""
        named = self.context.refer(self.test.people) if self.test.people else None
        return named or ((self.failure.on,) if self.failure.element == "person" else ())

    def made(self, by: str | None, **fields: Any) -> Mapping[str, Any] | None:
        """The statement, complete but for its time."""
        question, on = self.context.question, self.failure.on
        return step(question, self.rule, on, self.test.what, by, **fields)


def _meeting(say: Say) -> Mapping[str, Any] | None:
    """With one of those it asks for, and with as many topics: their words are the people's."""
    kind = say.closed.get("kind", "safety")
    found = meeting_step(say.context, say.rule, say.failure.on, kind)
    test = say.test
    if found is None:
        return None
    present = list(found.get("present", ()))
    if test.with_:
        able = entitled(say.context, say.pack, test.with_)
        other = a_handler(say.context.state, say.context.question, entitled=able)
        if other is None:
            return None
        present = list(dict.fromkeys((*present, other)))
    return {
        **found,
        "present": present,
        **({"topics": [f"topic {n + 1}" for n in range(test.topics)]} if test.topics else {}),
        **({"by": say.by} if test.by and say.by else {}),
    }


def _search(say: Say) -> Mapping[str, Any] | None:
    fields = {"where": "the set", "how": "looked", "found": "nothing", **say.closed}
    return say.made(say.by, **fields)


def _declared(say: Say) -> Mapping[str, Any] | None:
    weapons = say.context.names("the weapons") or ()
    return say.made(say.by, weapons=weapons, for_=say.context.question.activity, **say.closed)


def _counted(say: Say) -> Mapping[str, Any] | None:
    question, state = say.context.question, say.context.state
    by = a_handler(state, question)
    other = question.receivers[0] if question.receivers else None
    if say.two_eyes and (other is None or other == by):
        other = another(state, question, (by or "",))
    eyes = [{"person": other, "how": "badge"}] if other else None
    return say.made(by, weapons=say.on, witnesses=eyes)


def _assessed(say: Say) -> Mapping[str, Any] | None:
    people = say.context.names("people at risk")
    activity = say.context.activity
    if activity is None or not people:
        return None
    return say.made(say.by, activity=activity.id, controls=("as assessed",), affected=people)


def _notified(say: Say) -> Mapping[str, Any] | None:
    whom = say.closed.get("whom")
    if whom is None:
        return None
    state = say.context.state
    named = {"activities": tuple(name for name in say.on if name in state.activities)}
    others = [name for name in say.on if name not in state.activities]
    return say.made(say.by, whom=whom, incident=others[0] if others else None, **named)


def _permitted(say: Say) -> Mapping[str, Any] | None:
    kind = say.closed.get("kind")
    if kind is None:
        return None
    activities = tuple(name for name in say.on if name in say.context.state.activities)
    return say.made(say.by, kind=kind, activities=activities, from_="whoever may grant it")


def _document(say: Say) -> Mapping[str, Any] | None:
    kind = say.closed.get("kind")
    activities = tuple(name for name in say.on if name in say.context.state.activities)
    if kind is None:
        return None
    name = f"{(activities or say.on)[0]}.{kind}".lower()
    return say.made(say.by, document=name, kind=kind, activities=activities, people=say.people)


def _published(say: Say) -> Mapping[str, Any] | None:
    activities = tuple(name for name in say.on if name in say.context.state.activities)
    kind = say.closed.get("kind")
    return say.made(say.by, kind=kind, activities=activities) if kind and activities else None


def _of_activity(say: Say) -> Mapping[str, Any] | None:
    activity = say.context.question.activity
    if activity is None or not say.people:
        return None
    return say.made(say.by, activity=activity, people=say.people)


def _of_incident(say: Say) -> Mapping[str, Any] | None:
    return say.made(say.by, incident=say.on[0])


def _of_people(say: Say) -> Mapping[str, Any] | None:
    return say.made(say.by, people=say.people) if say.people else None


def _of_duty(say: Say) -> Mapping[str, Any] | None:
    duty = say.closed.get("duty")
    people = say.people
    if not people:
        able = entitled(say.context, say.pack, say.test.with_) if say.test.with_ else None
        other = a_handler(say.context.state, say.context.question, entitled=able)
        people = (other,) if other else ()
    return say.made(say.by, people=people, duty=duty) if duty and people else None


def _of_weapons(say: Say) -> Mapping[str, Any] | None:
    by = a_handler(say.context.state, say.context.question)
    weapons = tuple(name for name in say.on if name in say.context.state.weapons)
    return say.made(by, weapons=weapons) if weapons else None


_OF_TAG: Final[Mapping[str, Callable[[Say], Mapping[str, Any] | None]]] = {
    "meeting.held": _meeting,
    "search.made": _search,
    "set.declared": _declared,
    "weapon.counted": _counted,
    "risk.assessed": _assessed,
    "notified": _notified,
    "permission.granted": _permitted,
    "document.shown": _document,
    "notice.published": _published,
    "change.agreed": _of_activity,
    "consent.given": _of_activity,
    "evidence.preserved": _of_incident,
    "account.given": _of_incident,
    "care.offered": _of_people,
    "people.arrived": _of_people,
    "duty.assigned": _of_duty,
    "weapon.cleaned": _of_weapons,
    "weapon.locked-up": _of_weapons,
}
"""Which statement answers which tag. What is not here, people say themselves."""


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

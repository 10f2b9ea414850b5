"""Was it said? Finding the check or statement that a condition asks for.

* Newest first, and no further back than the condition's own time allows: the cost
  does not grow with the length of the record.
* What is unknown does not count: no time where minutes are counted, no open day
  where `today` is asked, a moment that nobody recorded.
* Of a measured quantity only the newest measurement speaks.
* A permission that was granted counts as long as nothing later takes it back.
* Where another act has to come first, or later, the last of it that counts is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from showclear.core.fields import Quantity
from showclear.core.nouns import Chain, CheckRecord, Fact, Mark
from showclear.rules.attribute import stands
from showclear.rules.context import Context
from showclear.rules.grammar import FactTest, NumberTest, Window
from showclear.rules.lexicon import EVENTS
from showclear.rules.numbers import values_of

By = Callable[[Context, str], bool]


@dataclass(frozen=True, slots=True)
class Asking:
    """A condition on what was said, with those whom it names ready to be judged.

    Attributes:
        by: Whether somebody may have made it; None where anybody may.
        with_: Whether one of those it names is whom it asks for.
        after, before: The other acts of an order.
    """

    test: FactTest
    by: By | None = None
    with_: By | None = None
    after: Asking | None = None
    before: Asking | None = None


NEWEST_SPEAKS: Final = frozenset({"set.declared"})
"""Of these only the last word counts: a set called hot and then cold is not hot."""

_ZERO: Final = timedelta(0)


def _anchors(context: Context, window: Window, on: str | None) -> list[Mark | None] | None:
    """The moments of an event: of the thing itself, or of every weapon or lot in the act.

    None where it is not known whose moment it would be; a None among them never was.
    """
    event = EVENTS[window.event]
    if event.of == "activity":
        return None if context.activity is None else [event.find(context, on or "")]
    table: Mapping[str, object] = (
        context.state.weapons
        if event.of == "weapon"
        else context.state.lots
        if event.of == "lot"
        else context.state.things
    )
    names: tuple[str, ...] | None = (on,) if on is not None and on in table else None
    if names is None:
        names = context.refer(f"the {event.of}")
    if not names or any(name not in table for name in names):
        return None
    return [event.find(context, name) for name in names]


def floor_of(context: Context, test: FactTest, on: str | None) -> int | None:
    """The first position at which it may have been said; None if none would count."""
    floor = context.floor
    for window in test.windows:
        if window.kind == "today":
            if context.today is None:
                return None
            floor = max(floor, context.today)
        elif window.kind == "since":
            anchors = _anchors(context, window, on)
            if anchors is None:
                return None
            for mark in anchors:
                if mark is not None:
                    floor = max(floor, mark.seq)
                elif not EVENTS[window.event].never:
                    return None
    return floor


def _in_time(context: Context, test: FactTest, mark: Mark) -> bool:
    """Whether it was said within the minutes asked for. Order alone is not a time."""
    for window in test.windows:
        if window.kind not in ("within", "before"):
            continue
        at = context.question.at
        if at is None or mark.at is None or not mark.timed:
            return False
        if context.question.act.at_is == "order-only":
            return False
        least, most = _bounds(window)
        if not least <= at - mark.at <= most:
            return False
    return True


def _too_old(context: Context, test: FactTest, mark: Mark) -> bool:
    """Whether this and whatever came before it was said too long ago to be within its time.

    The record is in the order of minutes, so a minute is allowed for.
    """
    at = context.question.at
    if at is None or mark.at is None or not mark.timed:
        return False
    return any(
        at - mark.at > timedelta(minutes=window.minutes + 1)
        for window in test.windows
        if window.kind == "within"
    )


def _bounds(window: Window) -> tuple[timedelta, timedelta]:
    """How long before the act it must have been said, at least and at most."""
    if window.kind == "within":
        return _ZERO, timedelta(minutes=window.minutes)
    least = timedelta(minutes=window.minutes)
    return least, timedelta(minutes=window.most) if window.most else timedelta.max


def _compare(compare: str, bound: Decimal, found: Quantity) -> bool:
    """Exactly, and rounded against us: of a range, its worse end."""
    low, high = found.at_least, found.at_most
    match compare:
        case "at least":
            return low is not None and low >= bound
        case "more than":
            return low is not None and low > bound
        case "at most":
            return high is not None and high <= bound
        case _:
            return high is not None and high < bound


def _met(context: Context, wanted: NumberTest, found: Quantity) -> bool:
    """Whether one quantity keeps its bound: a number, or what a field is here."""
    if not wanted.field:
        return _compare(wanted.compare, wanted.value, found)
    values = values_of(context, wanted.field, wanted.quantity)
    return bool(values) and all(_compare(wanted.compare, item, found) for item in values or ())


def _measured(context: Context, test: FactTest, record: CheckRecord) -> bool:
    return all(
        any(
            found.quantity == wanted.quantity and _met(context, wanted, found)
            for found in record.measured
        )
        for wanted in test.measured
    )


def _about(context: Context, test: FactTest, record: CheckRecord) -> bool:
    """About the thing itself, its kind, the activity or a hazard of it (reading 10).

    A check that does not say what it is about is about nothing: left out on its way, it
    would otherwise be about everything.
    """
    if not test.about:
        return True
    names = context.refer(test.about)
    if not names:
        return False
    activity = context.activity
    wider = {activity.id, *(activity.plan.hazards or ())} if activity is not None else set()
    for name in names:
        weapon = context.state.weapons.get(name)
        kinds = {name, weapon.kind} if weapon is not None else {name}
        if not (kinds | wider) & set(record.about):
            return False
    return True


def _shown(context: Context, test: FactTest, record: CheckRecord) -> bool:
    if not test.shown_to:
        return True
    people = context.refer(test.shown_to)
    if not people:
        return False
    return set(people) <= record.shown_to | record.eyes | record.named


def _maker(context: Context, test: FactTest, by: By | None, maker: str) -> bool:
    if by is not None and not by(context, maker):
        return False
    if not test.not_by:
        return True
    others = context.refer(test.not_by)
    return others is not None and maker not in others


Order = Callable[[Mark], bool]


def _last(context: Context, asking: Asking, on: str | None) -> list[Mark] | None:
    """The last moment that counts, for each subject; None where one lacks."""
    found: list[Mark] = []
    for name in subjects(context, asking.test, on or "") or ():
        mark = next(iter(_counting(context, asking, name)), None)
        if mark is None:
            return None
        found.append(mark)
    return found or None


def _counting(context: Context, asking: Asking, on: str | None) -> Iterator[Mark]:
    if asking.test.what == "check.made":
        return (record.mark for record in checks_on(context, asking, on or ""))
    return (fact.mark for fact in facts_on(context, asking, on))


def _order(context: Context, asking: Asking, on: str | None) -> Order | None:
    """Whether a moment stands in the order asked for; None where there is no such order."""
    low, high = -1, context.state.seq + 1
    if asking.after is not None:
        earlier = _last(context, asking.after, on)
        if earlier is None:
            return None
        low = max(mark.seq for mark in earlier)
    if asking.before is not None:
        later = _last(context, asking.before, on)
        if later is None:
            return None
        high = min(mark.seq for mark in later)
    return lambda mark: low < mark.seq < high


def _any_order(mark: Mark) -> bool:
    return True


def checks_on(context: Context, asking: Asking, on: str) -> Iterator[CheckRecord]:
    """Every check on one thing that meets the condition, newest first for each check."""
    test = asking.test
    floor = floor_of(context, test, on)
    order = _order(context, asking, on) if test.after or test.before else _any_order
    if floor is None or order is None:
        return
    checks = test.words["check"]
    for check in checks if len(checks) == 1 else sorted(checks):
        key = (on, check)
        fallen = context.state.fallen.get(key, -1)
        link: Chain[CheckRecord] | None = context.state.checks.get(key)
        while link is not None:
            record = link.item
            link = link.older
            if record.mark.seq < floor or record.mark.seq <= fallen:
                break
            if test.windows and _too_old(context, test, record.mark):
                break
            if test.measured and not _measured(context, test, record):
                break
            if (
                record.passed
                and (record.whole or not test.covers)
                and _in_time(context, test, record.mark)
                and _shown(context, test, record)
                and _about(context, test, record)
                and _maker(context, test, asking.by, record.by)
                and order(record.mark)
            ):
                yield record
            if test.measured:
                break


def facts_on(context: Context, asking: Asking, on: str | None) -> Iterator[Fact]:
    """Every statement of a tag that meets the condition, newest first."""
    test = asking.test
    floor = floor_of(context, test, on)
    order = _order(context, asking, on) if test.after or test.before else _any_order
    if floor is None or order is None:
        return
    people = set(context.refer(test.people) or ("",)) if test.people else set()
    for fact in context.state.facts.get(test.what) or ():
        if fact.mark.seq < floor or (test.windows and _too_old(context, test, fact.mark)):
            break
        named = on is None or on in fact.on or (not fact.on and test.what in ABOUT_ALL)
        so = all(fact.words.get(key, frozenset()) & asked for key, asked in test.words.items())
        # What names nothing says nothing for this, and may well speak against it.
        if not so and (named or not fact.on) and test.what in NEWEST_SPEAKS:
            return
        if not (so and named and people <= fact.people and order(fact.mark)):
            continue
        made = _maker(context, test, asking.by, fact.mark.by)
        if made and _says(context, asking, fact) and _in_time(context, test, fact.mark):
            yield fact


ABOUT_ALL: Final = frozenset({"permission.granted"})
"""Of these one that names no activity is of every activity."""


def _says(context: Context, asking: Asking, fact: Fact) -> bool:
    """Whether a statement says the rest of what it is asked for."""
    test, activity, at = asking.test, context.activity, context.question.at
    if test.covers and (activity is None or fact.count is None or fact.count < activity.material):
        return False
    if test.topics and (fact.count or 0) < test.topics:
        return False
    if test.until and fact.until is not None and (at is None or not stands(fact.until, at)):
        return False
    if asking.with_ is not None and not any(asking.with_(context, who) for who in fact.people):
        return False
    return test.what != "permission.granted" or not _taken_back(context, fact)


def _taken_back(context: Context, fact: Fact) -> bool:
    """Whether a later word of the same kind refuses or withdraws it, for any of its activities."""
    for tag in ("permission.refused", "permission.withdrawn"):
        for other in context.state.facts.get(tag) or ():
            if other.mark.seq < fact.mark.seq:
                break
            same = other.words.get("kind") == fact.words.get("kind")
            if same and (not other.on or not fact.on or other.on & fact.on):
                return True
    return False


def subjects(context: Context, test: FactTest, name: str) -> tuple[str | None, ...] | None:
    """What it must have been said of: each of these for itself. None if nobody knows."""
    if test.on:
        return context.refer(test.on)
    if test.what == "check.made":
        return (name,)
    return (None,)


def said(context: Context, asking: Asking, name: str) -> tuple[str, ...] | None:
    """The statements that meet the condition, one for each subject; None if any lacks."""
    found: list[str] = []
    on_each = subjects(context, asking.test, name)
    if not on_each:
        return None
    for on in on_each:
        first = next(iter(_counting(context, asking, on)), None)
        if first is None:
            return None
        found.append(first.said)
    return tuple(found)

"""Was it said? Finding the check or statement that a condition asks for.

* Newest first, and no further back than the condition's own time allows: the cost
  does not grow with the length of the record.
* What is unknown does not count: no time where minutes are counted, no open day
  where `today` is asked, a moment that nobody recorded.
* Of a measured quantity only the newest measurement speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from showclear.core.fields import Quantity
from showclear.core.nouns import Chain, CheckRecord, Fact, Mark
from showclear.rules.context import Context
from showclear.rules.grammar import FactTest, NumberTest, Window
from showclear.rules.lexicon import EVENTS

By = Callable[[Context, str], bool]
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
        context.state.weapons if event.of == "weapon" else context.state.lots
    )
    names: tuple[str, ...] | None = (on,) if on is not None and on in table else None
    if names is None:
        names = context.refer("the weapon" if event.of == "weapon" else "the lot")
    if not names or any(name not in table for name in names):
        return None
    return [event.find(context, name) for name in names]


def floor_of(context: Context, test: FactTest, on: str | None) -> int | None:
    """The first position at which it may have been said; None if none would count."""
    floor = 0
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
        if window.kind != "within":
            continue
        at = context.question.at
        if at is None or mark.at is None or not mark.timed:
            return False
        if context.question.act.at_is == "order-only":
            return False
        if not _ZERO <= at - mark.at <= timedelta(minutes=window.minutes):
            return False
    return True


def _compare(test: NumberTest, found: Quantity) -> bool:
    """Exactly, and rounded against us: of a range, its worse end."""
    low, high = found.at_least, found.at_most
    match test.compare:
        case "at least":
            return low is not None and low >= test.value
        case "more than":
            return low is not None and low > test.value
        case "at most":
            return high is not None and high <= test.value
        case _:
            return high is not None and high < test.value


def _measured(test: FactTest, record: CheckRecord) -> bool:
    return all(
        any(
            found.quantity == wanted.quantity and _compare(wanted, found)
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


def checks_on(context: Context, test: FactTest, by: By | None, on: str) -> Iterator[CheckRecord]:
    """Every check on one thing that meets the condition, newest first for each check."""
    floor = floor_of(context, test, on)
    if floor is None:
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
            if test.measured and not _measured(test, record):
                break
            if (
                record.passed
                and (record.whole or not test.covers)
                and _in_time(context, test, record.mark)
                and _shown(context, test, record)
                and _about(context, test, record)
                and _maker(context, test, by, record.by)
            ):
                yield record
            if test.measured:
                break


def facts_on(context: Context, test: FactTest, by: By | None, on: str | None) -> Iterator[Fact]:
    """Every statement of a tag that meets the condition, newest first."""
    floor = floor_of(context, test, on)
    if floor is None:
        return
    people = set(context.refer(test.people) or ("",)) if test.people else set()
    for fact in context.state.facts.get(test.what) or ():
        if fact.mark.seq < floor:
            break
        named = on is None or on in fact.on
        so = all(fact.words.get(key, frozenset()) & asked for key, asked in test.words.items())
        # What names nothing says nothing for this, and may well speak against it.
        if not so and (named or not fact.on) and test.what in NEWEST_SPEAKS:
            return
        if not (so and named and people <= fact.people):
            continue
        if _in_time(context, test, fact.mark) and _maker(context, test, by, fact.mark.by):
            yield fact


def subjects(
    context: Context, test: FactTest, element: str, name: str
) -> tuple[str | None, ...] | None:
    """What it must have been said of: each of these for itself. None if nobody knows."""
    if test.on:
        return context.refer(test.on)
    if test.what == "check.made":
        return (name,)
    return (None,)


def said(
    context: Context, test: FactTest, by: By | None, element: str, name: str
) -> tuple[str, ...] | None:
    """The statements that meet the condition, one for each subject; None if any lacks."""
    found: list[str] = []
    on_each = subjects(context, test, element, name)
    if not on_each:
        return None
    for on in on_each:
        first: CheckRecord | Fact | None
        if test.what == "check.made":
            first = next(checks_on(context, test, by, on or ""), None)
        else:
            first = next(facts_on(context, test, by, on), None)
        if first is None:
            return None
        found.append(first.mark.said)
    return tuple(found)

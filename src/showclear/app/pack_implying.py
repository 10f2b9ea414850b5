"""Does one condition follow from another, or shut it out, whatever the record says?

* A word condition follows from one of the same attribute whose words are among its own.
* It shuts another out where no word is in both, and the attribute has one word at a time; or
  where one of them is nothing but `none` or `nobody`.
* A check or statement follows from one that asks at least as much of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from showclear.rules.grammar import FactTest, IsTest, NumberTest, Test, Tests, Window, WordTest
from showclear.rules.lexicon import ATTRIBUTES

ONE_AT_A_TIME: Final = frozenset(
    {
        *("kind", "load", "place", "custody", "phase", "purpose", "state", "clearance"),
        *("in the plan", "as planned", "taken out", "fired", "counted", "used", "on set"),
        *("in the zone", "minor", "adds up", "counted since it moved", "is on", "done"),
        *("answered", "holds", "severity", "before restart", "due", "taken", "version"),
        *("needs_firearm", "needs_real", "supervisor", "abort", "operator", "medic", "zone"),
        *("pointed_at", "line", "positions", "firing_source", "standing", "hazard"),
    }
)
"""Attributes that have one word at a time, of one element at one moment."""
ALONE: Final = ({"none"}, {"nobody"})
"""Words beside which there is no other."""
SAME: Final = ("on", "people", "shown_to", "about", "not_by", "by", "with_")


def said(test: Test) -> str:
    """A condition in a few words.

    >>> said(WordTest("kind", frozenset({"firearm", "bow"})))
    '`kind: bow, firearm`'
    """
    match test:
        case WordTest():
            return f"`{test.attribute}: {', '.join(sorted(test.words))}`"
        case IsTest():
            return f"`is: {test.name}`"
        case FactTest():
            named = ", ".join(sorted(test.words.get("check", ()))) or test.what
            return f"`{named}`"


# --- what follows ------------------------------------------------------------------


def implied(given: Tests, asked: Tests) -> bool:
    """Whether all that is asked follows from what is given."""
    return all(any(implies(one, test) for one in given) for test in asked)


def implies(one: Test, other: Test) -> bool:
    """Whether `other` follows from `one`."""
    match one, other:
        case WordTest(), WordTest():
            return one.attribute == other.attribute and one.words <= other.words
        case IsTest(), IsTest():
            return one.name == other.name
        case FactTest(), FactTest():
            return _fact_implies(one, other)
        case _:
            return False


def _fact_implies(one: FactTest, other: FactTest) -> bool:
    words = all(key in one.words and one.words[key] <= other.words[key] for key in other.words)
    same = all(getattr(other, key) in ("", getattr(one, key)) for key in SAME)
    more = one.covers >= other.covers and one.topics >= other.topics and one.until >= other.until
    # Of checks only the newest speaks to a measure: one that is measured may be another.
    measured = one.measured == other.measured
    orders = (one.after, one.before) == (other.after, other.before) or (
        other.after is None and other.before is None
    )
    times = all(any(_sooner(a, b) for a in one.windows) for b in other.windows)
    return one.what == other.what and words and same and more and measured and orders and times


def _sooner(one: Window, other: Window) -> bool:
    """Whether a moment in one window is in the other."""
    if one.kind == other.kind == "within":
        return one.minutes <= other.minutes
    return one == other


# --- what shuts out ----------------------------------------------------------------


def excludes(one: Test, other: Test) -> bool:
    """Whether nothing can meet both, of one element at one moment."""
    if not isinstance(one, WordTest) or not isinstance(other, WordTest):
        return False
    if one.attribute != other.attribute or one.words & other.words:
        return False
    alone = set(one.words) in ALONE or set(other.words) in ALONE
    return alone or one.attribute in ONE_AT_A_TIME


def excluded(given: Tests, asked: Tests) -> Iterator[str]:
    """The pairs of conditions of which nothing can meet both."""
    for one in given:
        for other in asked:
            if excludes(one, other):
                yield f"{said(one)} and {said(other)} exclude each other"


def impossible(tests: Tests, define: Mapping[str, Tests]) -> Iterator[str]:
    """Why nothing can meet these conditions, where they need something; empty if it can."""
    whole = [*tests, *(part for test in tests for part in _defined(test, define))]
    for place, one in enumerate(whole):
        for other in whole[place + 1 :]:
            if excludes(one, other):
                yield f"{said(one)} and {said(other)} exclude each other"
    for test in whole:
        if is_unknown_only(test):
            yield f"what is not known is never a word, and {said(test)} asks for it"
        if isinstance(test, FactTest):
            yield from _fact_impossible(test)


def _defined(test: Test, define: Mapping[str, Tests]) -> Tests:
    return define.get(test.name, ()) if isinstance(test, IsTest) else ()


def _fact_impossible(test: FactTest) -> Iterator[str]:
    for bound in test.measured:
        for other in test.measured:
            if bound.quantity == other.quantity and _apart(bound, other):
                yield (
                    f"{bound.quantity} {bound.compare} {bound.value} and "
                    f"{other.compare} {other.value} at once"
                )
    within = [window.minutes for window in test.windows if window.kind == "within"]
    before = [window.minutes for window in test.windows if window.kind == "before"]
    if within and before and min(within) < max(before):
        yield (
            f"{said(test)} within {min(within)} minutes and at least {max(before)} minutes before"
        )
    most = [window.most for window in test.windows if window.kind == "before" and window.most]
    if most and min(most) < max(before):
        yield f"{said(test)} at least {max(before)} and at most {min(most)} minutes before"
    if test.after is not None and test.after == test.before:
        yield f"{said(test)} both after and before the last {said(test.after)}"


def _apart(low: NumberTest, high: NumberTest) -> bool:
    """Whether no number is above the one bound and below the other."""
    if low.field or high.field:
        return False
    if low.compare not in ("at least", "more than") or high.compare not in ("at most", "less than"):
        return False
    touching = low.compare == "at least" and high.compare == "at most"
    return low.value > high.value or (low.value == high.value and not touching)


# --- what excludes nothing ---------------------------------------------------------


def is_unknown_only(test: Test) -> bool:
    """Whether a condition names nothing but `unknown`: where something is needed, no word."""
    return isinstance(test, WordTest) and test.words == {"unknown"}


def words_that_exclude_nothing(tests: Tests, element: str) -> Iterator[str]:
    """Conditions under which a rule applies that every word of their list meets."""
    for test in tests:
        if not isinstance(test, WordTest):
            continue
        found = ATTRIBUTES.get(_ELEMENT.get(element, element), {}).get(test.attribute)
        words = found.words if found is not None else None
        if words and test.words >= words - {"unknown"}:
            yield said(test)


_ELEMENT: Final = {
    "receiver": "person",
    "giver": "person",
    "handler": "person",
    "performer": "person",
    "supervisor": "person",
    "operator": "person",
}
"""Subjects of `when` that are people."""

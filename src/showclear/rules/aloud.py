"""A rule read aloud: one or two sentences made from its structure, and from nothing else.

A safety adviser hears what the program will ask, not what the author meant: where
the two differ, the author hears it. So every condition of the structure is spoken,
and none is left to the rule's own sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from showclear.rules.aloud_after import after_aloud
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
    Rule,
    Test,
    Tests,
    Window,
    WordTest,
    tests_of,
)

_ONE: Final = ("the giver", "the receiver", "the handler", "the lot", "the activity")
"""Sets spoken of as one; of the receivers of a squad each is asked for itself."""

_EACH: Final[Mapping[str, str]] = {
    "the weapons": "each weapon of the act",
    "all weapons": "each weapon on the record",
    "all lots": "each lot of rounds on the record",
    "hazards": "each hazard of the activity",
    "lots loaded": "each lot that is loaded",
    "weapons in hands": "each weapon in the hands of somebody who does not handle weapons",
    "weapons in hands here": "each weapon in the hands of people in the activity",
    "weapons fired today": "each weapon fired today",
    "people pointed at": "each person pointed at",
    "weapons out": "each weapon that is out",
    "the things": "each thing of the act",
    "meetings": "each of today's meetings on the activity",
    "documents": "each document of the activity",
    "risk assessments": "each risk assessment of the activity",
    "permissions": "each permission of the activity",
    "concerns": "each open concern that touches the act",
    "incidents": "each open incident that touches the act",
    "stops": "each stop that is on",
    "remedies": "each remedy that nobody has verified",
    "positions": "each position of the plan",
    "posts": "each post that is taken for the activity",
    "people at risk": "each person at risk",
}

_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "role": ("has the role {words}", "must have the role {words}"),
    "other duty": ("has the other duty {words}", "must have the other duty {words}"),
    "qualification": (
        "has shown {words}, standing on the day",
        "must have shown {words}, standing on the day",
    ),
    "kind": ("is of the kind {words}", "must be of the kind {words}"),
    "load": ("is loaded with {words}", "must be loaded with {words}"),
    "custody": ("is in the custody {words}", "must be in the custody {words}"),
    "taken out": ("was taken out {words}", "must have been taken out {words}"),
    "fired": ("was fired {words}", "must have been fired {words}"),
    "counted": ("was counted {words}", "must have been counted {words}"),
    "taken back by": (
        "was last taken back by {words}",
        "must last have been taken back by {words}",
    ),
    "held by": ("is held by {words}", "must be held by {words}"),
    "place": ("is in the place {words}", "must be in the place {words}"),
    "used": ("was used {words}", "must have been used {words}"),
    "hazards": ("has the hazard {words}", "must have the hazard {words}"),
    "hazard": ("is {words}", "must be {words}"),
    "phase": ("is in the phase {words}", "must be in the phase {words}"),
    "minor": ("is a minor: {words}", "must be a minor: {words}"),
    "state": ("is {words}", "must be {words}"),
    "within its limits": (
        "is kept to by the plan: {words}",
        "must be kept to by the plan: {words}",
    ),
    "attended": (
        "has those on set in whose presence it stands: {words}",
        "must have those on set in whose presence it stands: {words}",
    ),
    "standing": ("stands: {words}", "must stand: {words}"),
    "post": ("is at the post {words}", "must be at the post {words}"),
    "taken": ("is taken: {words}", "must be taken: {words}"),
    "taken by": ("is taken by {words}", "must be taken by {words}"),
    "done": ("was last done {words}", "must last have been done {words}"),
    "raised": ("was raised in {words}", "must have been raised in {words}"),
    "is on": ("is on: {words}", "must be on: {words}"),
    "purpose": ("is for {words}", "must be for {words}"),
}
_WHOLE: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("other duty", "none"): ("has no other duty today", "must have no other duty today"),
    ("load", "none"): ("has nothing loaded", "must have nothing loaded"),
    ("briefed", "today"): (
        "was at today's meeting on the activity",
        "must have been at today's meeting on the activity",
    ),
    ("briefed", "as it stands"): (
        "has heard today of the activity as it stands",
        "must have heard today of the activity as it stands",
    ),
    ("in the plan", "yes"): ("is in the plan", "must be in the plan"),
    ("in the plan", "no"): ("is not in the plan", "must not be in the plan"),
    ("as planned", "yes"): ("gets the load planned", "must get just the load that is planned"),
    ("counted since it moved", "yes"): (
        "was counted since it last moved",
        "must have been counted since it last moved",
    ),
    ("adds up", "yes"): ("adds up", "must add up"),
    ("needs_firearm", "given"): (
        "says why a replica will not do",
        "must say why a replica will not do",
    ),
}
"""Where all the words of a condition are this one, it has a phrase of its own."""


def aloud(pack: Pack, rule: Rule) -> str:
    """Read a rule aloud."""
    applies = _when(rule.when) + _ways(rule)
    if isinstance(rule.shape, After):
        asked = _upper(after_aloud(rule, rule.shape, _are, _facts)) + applies
    elif rule.otherwise:
        then = {
            "alert": "it is told at once",
            "hold": "every gate of the activity holds",
        }
        follows = _and(then[word] for word in rule.otherwise)
        asked = f"As long as the activity is on{applies}: {_shape(rule)}; otherwise {follows}"
    else:
        asked = f"Before {_or(rule.before)}{applies}: {_shape(rule)}"
    if rule.unless:
        asked += f", unless {_or(rule.unless)}"
    parts = [asked + "."]
    parts += [_meaning(name, pack.exceptions[name]) for name in rule.unless]
    parts += [
        f"{_upper(name)} is whoever {_and(_finite(test) for test in pack.define[name])}."
        for name in _defined(pack, rule)
    ]
    return " ".join(parts)


def _ways(rule: Rule) -> str:
    """The alternatives of `when`."""
    if not rule.when_any:
        return ""
    parts = [_when(way).removeprefix(", where ") for way in rule.when_any.values()]
    return ", where either " + ", or ".join(parts)


def missing_aloud(rule: Rule) -> str:
    """Say what is missing when it holds."""
    return ", ".join(rule.missing)


def _or(items: Iterable[str]) -> str:
    """
    >>> _or(["load", "hand-over", "roll"])
    'load, hand-over or roll'
    """
    listed = list(items)
    return " or ".join([*([", ".join(listed[:-1])] if listed[1:] else []), *listed[-1:]])


def _and(items: Iterable[str]) -> str:
    return " and ".join(items)


def _and_more(items: list[str]) -> str:
    return " and ".join([*([", ".join(items[:-1])] if items[1:] else []), *items[-1:]])


def _are(tests: Tests) -> str:
    return _and(_finite(test) for test in tests)


def _facts(tests: Tests) -> str:
    """What has been said, of several needs."""
    return _and(_fact(test) for test in tests if isinstance(test, FactTest))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _when(when: Mapping[str, Tests]) -> str:
    if not when:
        return ""
    parts = [
        f"what is loaded {_load(test)}" if subject == "act" else f"the {subject} {_finite(test)}"
        for subject, tests in when.items()
        for test in tests
    ]
    return ", where " + _and(parts)


def _load(test: Test) -> str:
    if isinstance(test, WordTest):
        return f"is {_or(sorted(test.words))}"
    return _finite(test)


def _meaning(name: str, when: Mapping[str, Tests]) -> str:
    parts = [f"the {subject} {_finite(test)}" for subject, tests in when.items() for test in tests]
    return f"“{_upper(name)}” means that {_and(parts)}."


def _defined(pack: Pack, rule: Rule) -> tuple[str, ...]:
    """The definitions that a rule speaks of, each once."""
    found: dict[str, None] = {}
    tests: list[Test] = list(tests_of(rule))
    for name in rule.unless:
        tests += [test for group in pack.exceptions[name].values() for test in group]
    if isinstance(rule.shape, AsMany):
        found |= dict.fromkeys((rule.shape.left, rule.shape.right))
    for test in tests:
        if isinstance(test, IsTest):
            found[test.name] = None
        elif isinstance(test, FactTest):
            found |= dict.fromkeys((test.by, test.with_))
    return tuple(name for name in found if name in pack.define)


# --- the shapes --------------------------------------------------------------------


def _shape(rule: Rule) -> str:
    match rule.shape:
        case Every() as shape:
            named = _named(shape.element, shape.set) + _where(shape.where, shape.element)
            ways = [_needs(tests) for tests in shape.needs.values()]
            if len(ways) == 1:
                return f"{named} {ways[0]}"
            return f"{named} either " + ", or ".join(ways)
        case AtLeast() as shape:
            return _at_least(shape)
        case Among() as shape:
            where = _where(shape.where, shape.element)
            return f"at least {shape.number} different {shape.element} in {shape.set}{where}"
        case AtMost() as shape:
            where = _where(shape.where, shape.element)
            number = shape.field or shape.number
            return f"at most {number} different {shape.element} in {shape.set}{where}"
        case AsMany() as shape:
            many = "as many" if shape.times == 1 else f"{shape.times} times as many"
            return (
                f"there are at most {many} {shape.left} in {shape.left_set} "
                f"as {shape.right} in {shape.right_set}"
            )
        case After():
            raise TypeError("a duty or a wait is read aloud by itself")
        case No() as shape:
            named = _named(shape.element, shape.set).removeprefix("each ")
            return f"there is no {named}{_where(shape.where, shape.element)}"


def _named(element: str, name: str) -> str:
    if name in _ONE:
        return name
    if name.startswith("each of "):
        return f"each {element} of {_and_more(name.removeprefix('each of ').split(', '))}"
    return _EACH.get(name) or f"each {element} of {name}"


def _at_least(shape: AtLeast) -> str:
    people = f"at least {shape.number} different people"
    if shape.field == "independent eyes":
        people += ", each saying so themselves,"
    verb = "made" if shape.where.what == "check.made" else "said"
    return f"{people} have {verb} {_fact(shape.where)}"


def _where(tests: Tests, element: str) -> str:
    if not tests:
        return ""
    which = " who " if element == "person" else " that "
    return which + _and(_finite(test) for test in tests)


def _needs(tests: Tests) -> str:
    return _and(_must(test) for test in tests)


# --- conditions --------------------------------------------------------------------


def _phrase(test: WordTest) -> tuple[str, str]:
    words = sorted(test.words)
    if len(words) == 1 and (test.attribute, words[0]) in _WHOLE:
        return _WHOLE[test.attribute, words[0]]
    found = _PHRASES.get(test.attribute)
    if found is None:
        return (f"has {test.attribute}: {{words}}", f"must have {test.attribute}: {{words}}")
    return found


def _finite(test: Test) -> str:
    match test:
        case WordTest():
            return _phrase(test)[0].format(words=_or(sorted(test.words)))
        case IsTest():
            return f"is {test.name}"
        case FactTest():
            return f"has {_fact(test)}"


def _must(test: Test) -> str:
    match test:
        case WordTest():
            return _phrase(test)[1].format(words=_or(sorted(test.words)))
        case IsTest():
            return f"must be {test.name}"
        case FactTest():
            return f"needs {_fact(test)}"


def _fact(test: FactTest) -> str:
    """A check or another statement, with everything it must say."""
    words = dict(test.words)
    if test.what == "check.made":
        text = f"the check {_or(sorted(words.pop('check', ())))}"
    else:
        text = f"the statement {test.what}"
    said = [f"{key} {_or(sorted(value))}" for key, value in words.items()]
    text += f" ({', '.join(said)})" if said else ""
    for attr, phrase in (("on", "on"), ("about", "about"), ("people", "with")):
        value = getattr(test, attr)
        text += f" {phrase} {_it(value)}" if value else ""
    if test.covers:
        assessed = test.what == "risk.assessed"
        text += ", of the version that stands" if assessed else ", covering the whole count"
    text += f", with at least {test.topics} topics" if test.topics else ""
    text += ", which has not run out" if test.until else ""
    text += f", with {test.with_} among those it names" if test.with_ else ""
    if test.measured:
        bounds = [f"{n.quantity} {n.compare} {n.field or n.value}" for n in test.measured]
        text += f", measuring {_and(bounds)}"
    text += f", made by {test.by}" if test.by else ""
    text += f", not made by {test.not_by}" if test.not_by else ""
    text += f", shown to {_it(test.shown_to)}" if test.shown_to else ""
    windows = [_window(window) for window in test.windows]
    text += ", " + _and(windows) if windows else ""
    for order, other in (("after", test.after), ("before", test.before)):
        text += f", {order} the last {_fact(other).removeprefix('the ')}" if other else ""
    return text


def _it(reference: str) -> str:
    if reference == "this person":
        return "them"
    return "it" if reference.startswith("this ") else reference


def _window(window: Window) -> str:
    match window.kind:
        case "today":
            return "today"
        case "within":
            return f"within the last {window.minutes} minutes"
        case "before" if window.most:
            return f"between {window.minutes} and {window.most} minutes before"
        case "before":
            return f"at least {window.minutes} minutes before"
        case _:
            return f"since {window.event}"

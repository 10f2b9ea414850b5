"""Which rules of a pack can never hold, can never clear, or ask what another asks already?

A pack may be well formed and say nothing: a slip leaves a rule that holds every set up, or
none. Only what is certain from the structure alone is said, never what is likely:

* Two conditions exclude each other only where an attribute has one word at a time, or where
  one of them is `none` or `nobody`.
* What is not known matches where a rule applies and is never enough where it needs something.
  A warning that leaves it open says so.
* A rule is covered by another of its own pack if whatever holds it holds the other as well.
  Packs are adopted one by one: that another pack asks the same is no reason to leave it out.
* These are warnings: two clauses of a law may ask the same, and both be cited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from showclear.app.pack_cases import Finding
from showclear.app.pack_implying import (
    excluded,
    implied,
    implies,
    impossible,
    words_that_exclude_nothing,
)
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtLeast,
    AtMost,
    Every,
    No,
    Pack,
    Rule,
    Tests,
)

AT_MOST_ONE: Final = frozenset({"the activity"})
"""Sets with one element or none."""
NEVER_CLEARS: Final = "can never clear: "
NEVER_HOLDS: Final = "can never hold: "
UNLESS_UNKNOWN: Final = "holds only where something is not known: "


def warnings(pack: Pack) -> tuple[Finding, ...]:
    """Return what is certainly not meant in a pack, in the order of its rules."""
    covered = dict(_covered(pack.rules))
    found: list[Finding] = []
    for rule in pack.rules:
        texts = [*_of_rule(pack, rule)]
        texts += [covered[id(rule)]] if id(rule) in covered else []
        found += [Finding(rule.id, text) for text in dict.fromkeys(texts)]
    for name, when in pack.exceptions.items():
        found += [
            Finding("", f"the exception {name!r} can never lift a rule: {why}")
            for tests in when.values()
            for why in impossible(tests, pack.define)
        ]
    return tuple(found)


def _of_rule(pack: Pack, rule: Rule) -> Iterator[str]:
    yield from _dates(pack, rule)
    yield from _applies(rule)
    yield from _lifted(pack, rule)
    match rule.shape:
        case Every() as shape:
            yield from _every(pack, rule, shape)
        case AtLeast() as shape:
            yield from (NEVER_CLEARS + why for why in impossible((shape.where,), pack.define))
        case Among() as shape:
            yield from _among(pack, shape)
        case AtMost() | No() as shape:
            yield from _counted(shape)
        case AsMany() as shape:
            if shape.left == shape.right and shape.left_set == shape.right_set:
                yield UNLESS_UNKNOWN + "the same people are counted on both sides"
        case After() as shape:
            yield from _alternatives(shape.needs, pack)


def _dates(pack: Pack, rule: Rule) -> Iterator[str]:
    (from_, until), (starts, ends) = rule.in_force, pack.in_force
    if from_ is not None and ends is not None and from_ >= ends:
        yield f"{NEVER_HOLDS}it comes into force when the pack has ended, on {ends.isoformat()}"
    if until is not None and starts is not None and until <= starts:
        yield f"{NEVER_HOLDS}it ends before the pack comes into force, on {starts.isoformat()}"


def _applies(rule: Rule) -> Iterator[str]:
    """Conditions under which it applies that shut each other out, or nothing."""
    whens = [rule.when, *rule.when_any.values()]
    for when in whens:
        for subject, tests in when.items():
            for words in words_that_exclude_nothing(tests, subject):
                yield f"the condition {words} of the {subject} leaves nothing out"
    # Of several weapons or people each may meet another condition; there is one activity.
    base = rule.when.get("activity", ())
    ways = [way.get("activity", ()) for way in rule.when_any.values()]
    for way in ways:
        for why in excluded(base, way):
            yield f"one of `when any of` applies only where something is not known: {why}"


def _lifted(pack: Pack, rule: Rule) -> Iterator[str]:
    """An exception that asks no more than the rule does lifts it wherever it applies."""
    for name in rule.unless:
        when = pack.exceptions[name]
        if set(when) == {"activity"} and implied(rule.when.get("activity", ()), when["activity"]):
            yield f"{UNLESS_UNKNOWN}{name!r} lifts it wherever it applies"


# --- each shape --------------------------------------------------------------------


def _every(pack: Pack, rule: Rule, shape: Every) -> Iterator[str]:
    asked = shape.where
    if shape.set in AT_MOST_ONE and shape.element == "activity":
        asked = (*asked, *rule.when.get("activity", ()))
    for words in words_that_exclude_nothing(shape.where, shape.element):
        yield f"the condition {words} under `where` leaves nothing out"
    yield from _alternatives(shape.needs, pack)
    shut = [[*excluded(asked, needs)] for needs in shape.needs.values()]
    if all(shut):
        yield NEVER_CLEARS + "; ".join(dict.fromkeys(why for whys in shut for why in whys))
    if any(implied(asked, needs) for needs in shape.needs.values()):
        yield UNLESS_UNKNOWN + "whatever it asks of meets what it needs"


def _alternatives(needs: Mapping[str, Tests], pack: Pack) -> Iterator[str]:
    """Needs that nothing can meet, by themselves."""
    shut = {name: [*impossible(tests, pack.define)] for name, tests in needs.items()}
    if shut and all(shut.values()):
        yield NEVER_CLEARS + "; ".join(dict.fromkeys(why for whys in shut.values() for why in whys))
        return
    for name, whys in shut.items():
        yield from (f"the alternative {name!r} can never be met: {why}" for why in whys)


def _among(pack: Pack, shape: Among) -> Iterator[str]:
    most = _size(shape.set)
    if most is not None and shape.number > most:
        yield f"{NEVER_CLEARS}{shape.set} has at most {most}, and {shape.number} are asked for"
    yield from (NEVER_CLEARS + why for why in impossible(shape.where, pack.define))


def _counted(shape: AtMost | No) -> Iterator[str]:
    most = _size(shape.set)
    if isinstance(shape, AtMost) and not shape.field and most is not None and most <= shape.number:
        yield f"{NEVER_HOLDS}{shape.set} has at most {most}, and {shape.number} are allowed"
    for words in words_that_exclude_nothing(shape.where, shape.element):
        yield f"the condition {words} under `where` leaves nothing out"


def _size(name: str) -> int | None:
    """The most elements that a set can have, where its name says it."""
    if name in AT_MOST_ONE:
        return 1
    return len(name[8:].split(",")) if name.startswith("each of ") else None


# --- covered by another ------------------------------------------------------------


def _covered(rules: Iterable[Rule]) -> Iterator[tuple[int, str]]:
    """For each rule that another covers, that other one."""
    kind = {id(rule): _kind(rule) for rule in rules}
    alike = sorted(rules, key=lambda rule: kind[id(rule)])
    for _, group in groupby(alike, key=lambda rule: kind[id(rule)]):
        listed = list(group)
        for place, rule in enumerate(listed):
            for other_place, other in enumerate(listed):
                if other is rule or not covers(other, rule):
                    continue
                if other_place > place and covers(rule, other):
                    # The two ask the same: the later one is told.
                    continue
                yield id(rule), f"whatever holds it holds {other.id!r} as well"
                break


def _kind(rule: Rule) -> tuple[str, str, str]:
    shape = rule.shape
    return (
        type(shape).__name__,
        str(getattr(shape, "element", "")),
        str(getattr(shape, "set", "")),
    )


def covers(one: Rule, other: Rule) -> bool:
    """Whether whatever holds `other` holds `one` as well, certainly."""
    return (
        set(other.before) <= set(one.before)
        and set(other.otherwise) <= set(one.otherwise)
        and bool(one.otherwise) == bool(other.otherwise)
        and set(one.unless) <= set(other.unless)
        and one.cite.how == other.cite.how
        and _in_force(one, other)
        and _asked_wider(one, other)
        and _shape_covers(one, other)
    )


def _in_force(one: Rule, other: Rule) -> bool:
    (a_from, a_until), (b_from, b_until) = one.in_force, other.in_force
    starts = a_from is None or (b_from is not None and a_from <= b_from)
    return starts and (a_until is None or (b_until is not None and b_until <= a_until))


def _asked_wider(one: Rule, other: Rule) -> bool:
    """Whether `one` applies wherever `other` does."""
    if not _when_implied(other.when, one.when):
        return False
    if not one.when_any:
        return True
    ways = [dict(other.when) | dict(way) for way in other.when_any.values()] or [dict(other.when)]
    if any(set(other.when) & set(way) for way in other.when_any.values()):
        ways = list(map(dict, other.when_any.values()))
    return all(any(_when_implied(way, asked) for asked in one.when_any.values()) for way in ways)


def _when_implied(given: Mapping[str, Tests], asked: Mapping[str, Tests]) -> bool:
    return all(subject in given and implied(given[subject], asked[subject]) for subject in asked)


def _shape_covers(one: Rule, other: Rule) -> bool:
    match one.shape, other.shape:
        case Every() as a, Every() as b:
            empty = b.may_be_empty or not a.may_be_empty
            met = all(any(implied(x, y) for y in b.needs.values()) for x in a.needs.values())
            return empty and met and implied(b.where, a.where)
        case AtLeast() as a, AtLeast() as b:
            same = a.field == b.field and a.where.on == b.where.on
            empty = b.may_be_empty or not a.may_be_empty
            return same and empty and a.number >= b.number and implies(a.where, b.where)
        case Among() as a, Among() as b:
            empty = b.may_be_empty or not a.may_be_empty
            return empty and a.number >= b.number and implied(a.where, b.where)
        case AtMost() as a, AtMost() as b:
            fewer = a.field == b.field and a.number <= b.number
            return fewer and implied(b.where, a.where)
        case No() as a, No() as b:
            return implied(b.where, a.where)
        case (AsMany() as a, AsMany() as b) | (After() as a, After() as b):
            # Their sides and events are compared as they stand.
            return a == b
        case _:
            return False

"""Does a pack keep its own promises? Its findings, and the cases that try its thresholds.

* Whoever reads a rule in Spanish reads it in full: a missing `es` is a finding.
* A rule with a threshold has a case under, on and over it. The case's id is
  `RULE.THRESHOLD`; the case itself stands on the threshold, its variants `under` and
  `over` beside it. They differ in what they come to, or they try nothing.
* A case counts for its rule only if that very rule holds, or was asked and met.
* A rule of law says on which day somebody last read it in its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from showclear.app.replay import Replayed
from showclear.core.case import Case, Expect
from showclear.core.errors import nearest
from showclear.core.gates import Clear, Hold
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtLeast,
    AtMost,
    FactTest,
    IsTest,
    Pack,
    Rule,
    WordTest,
    tests_of,
)

LANGUAGES: Final = ("en", "es")
BESIDE: Final = ("under", "over")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a pack that its author should put right.

    Attributes:
        rule: The rule concerned; empty for the pack itself.
    """

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}" if self.rule else self.text


def findings(pack: Pack, cases: Iterable[Case]) -> tuple[Finding, ...]:
    """Return everything found about a pack, in the order of its rules."""
    by_id = {case.id: case for case in cases}
    found = [Finding("", text) for text in _languages({"title": pack.title})]
    found += [Finding("", text) for text in _unused(pack)]
    for rule in pack.rules:
        found += [Finding(rule.id, text) for text in _of_rule(pack, rule, by_id)]
    rules = {rule.id for rule in pack.rules}
    found += [
        Finding("", f"the case {name} is of no rule of this pack{_meant(rule_of(name), rules)}")
        for name in by_id
        if rule_of(name) not in rules
    ]
    return tuple(found)


def _meant(word: str, words: Iterable[str]) -> str:
    close = nearest(word, words)
    return f"; did you mean {close!r}?" if close else ""


def _of_rule(pack: Pack, rule: Rule, cases: Mapping[str, Case]) -> Iterator[str]:
    yield from _languages({"say": rule.say, "next": rule.next})
    if pack.force == "law" and rule.cite.read is None:
        yield "no day on which somebody read it in its source"
    for threshold in thresholds(rule):
        name = f"{rule.id}.{threshold}"
        case = cases.get(name)
        if case is None:
            yield f"no case {name} under, on and over its threshold"
            continue
        sides = {variant.id: variant.expect for variant in case.variants}
        yield from (f"no variant {side} of the case {name}" for side in BESIDE if side not in sides)
        ends = [case.expect, *(sides[side] for side in BESIDE if side in sides)]
        if len({bool(expect.hold_at) for expect in ends}) == 1:
            yield f"the case {name} comes to the same on every side"


def _languages(texts: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for field, by_language in texts.items():
        missing = [language for language in LANGUAGES if not by_language.get(language)]
        yield from (f"{field} has no {language!r}" for language in missing)


def _unused(pack: Pack) -> Iterator[str]:
    """Names that were defined and never asked for: often a rule forgot them."""
    tests = [test for rule in pack.rules for test in tests_of(rule)]
    tests += [
        test for when in pack.exceptions.values() for group in when.values() for test in group
    ]
    tests += [test for group in pack.define.values() for test in group]
    asked = {test.name for test in tests if isinstance(test, IsTest)}
    asked |= {who for test in tests if isinstance(test, FactTest) for who in (test.by, test.with_)}
    sides = [rule.shape for rule in pack.rules if isinstance(rule.shape, AsMany)]
    asked |= {who for shape in sides for who in (shape.left, shape.right)}
    lifting = {name for rule in pack.rules for name in rule.unless}
    yield from (f"{name!r} is defined and not used" for name in pack.define if name not in asked)
    yield from (
        f"the exception {name!r} lifts no rule" for name in pack.exceptions if name not in lifting
    )


# --- thresholds --------------------------------------------------------------------


def thresholds(rule: Rule) -> tuple[str, ...]:
    """Where a little less or more decides, each by the name that its case has."""
    found: list[str] = []
    match rule.shape:
        case AtLeast() as shape if shape.field == "independent eyes":
            found.append(f"{shape.number}-eyes")
        case AtLeast() | Among() as shape:
            found.append(f"{shape.number}-different")
        case AtMost() as shape:
            named = shape.field.partition("'s ")[2].replace("_", "-")
            found.append(named or f"{shape.number}-different")
        case AsMany():
            found.append("as-many")
        case After() as shape:
            found.append(f"{'wait' if shape.wait else 'within'}-{shape.seconds}-seconds")
        case _:
            pass
    for test in tests_of(rule):
        if isinstance(test, WordTest) and test.attribute == "qualification":
            found.append("last-day")
        if not isinstance(test, FactTest):
            continue
        found += [item.quantity.replace("_", "-") for item in test.measured]
        found += [f"within-{w.minutes}-minutes" for w in test.windows if w.kind == "within"]
        found += [f"before-{w.minutes}-minutes" for w in test.windows if w.kind == "before"]
        found += [f"{test.topics}-topics"] if test.topics else []
        found += ["whole-count"] if test.covers else []
    return tuple(dict.fromkeys(found))


def rule_of(case_id: str) -> str:
    """The rule that a pack's case is of.

    >>> rule_of("distance-measured.distance-ft--under")
    'distance-measured'
    """
    return case_id.partition("--")[0].rpartition(".")[0]


# --- what came of its cases --------------------------------------------------------


def faults(done: Replayed, own: Expect) -> tuple[str, ...]:
    """What is wrong with a pack's case, replayed. Empty when it shows what it should.

    Args:
        own: What the case or variant itself expects, without what it was made from.
    """
    rule = rule_of(done.case.id)
    found = list(done.found.unmet)
    if own.hold_at:
        if not any(_holds(done, name, rule) for name in own.hold_at):
            found.append(f"{', '.join(own.hold_at)} does not hold by the rule {rule}")
    elif not any(_met(done, rule)):
        found.append(f"the rule {rule} was not asked and met at any gate that cleared")
    return tuple(found)


def _holds(done: Replayed, name: str, rule: str) -> bool:
    return any(
        reason.rule == rule
        for one in done.walk.judged
        if one.statement.id == name and isinstance(one.verdict, Hold)
        for reason in one.verdict.reasons
    )


def _met(done: Replayed, rule: str) -> Iterator[bool]:
    for one in done.walk.judged:
        if isinstance(one.verdict, Clear):
            yield any(name.partition("/")[2] == rule for name in one.verdict.rules)

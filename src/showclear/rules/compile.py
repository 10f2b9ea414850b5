"""From a pack's structure to closures, with the polarity of every condition built in.

The one table (docs/formats/rules.md):

* `when`, and `where` under `every`, `no` and `at most`: unknown matches.
* `needs`, `unless`, `where` under `at least`, and definitions used in them: unknown
  does not count.
* A set under `every` or `at least` that is empty or not given holds, unless it is
  written `may be empty`; a set that is not given always holds.
* Under `at most` each unknown counts as one more; a group counts as too many.
* `when` asks for any one of several; an exception asks for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from showclear.rules import facts
from showclear.rules.context import Context
from showclear.rules.grammar import (
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
    WordTest,
)
from showclear.rules.lexicon import ATTRIBUTES
from showclear.rules.outcome import Compiled, Failure, Outcome

Predicate = Callable[[Context, str, list[str] | None], bool]
"""(context, element, grounds) -> met. Adds the statements it rests on to the grounds.

Where a Clear does not rest on it (`when`, `where`, who made a check) they are None.
"""


_Condition = tuple[str, Tests, bool]
"""A subject of `when`, what is asked of it, and what unknown counts as."""


class _Maker:
    """Compiles the conditions of one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.conditions: list[tuple[_Condition, object]] = []

    def test(self, element: str, test: Test, *, unknown: bool) -> Predicate:
        """One condition; `unknown` is what an unknown value counts as."""
        match test:
            case WordTest():
                return _word(element, test, unknown=unknown)
            case IsTest():
                return self.tests(element, self.pack.define[test.name], unknown=unknown)
            case FactTest():
                return self._fact(element, test)

    def tests(self, element: str, tests: Tests, *, unknown: bool) -> Predicate:
        """All of several conditions."""
        made = [self.test(element, test, unknown=unknown) for test in tests]
        if len(made) == 1:
            return made[0]

        def met(context: Context, name: str, grounds: list[str] | None) -> bool:
            return all(one(context, name, grounds) for one in made)

        return met

    def by(self, test: FactTest) -> facts.By | None:
        """Who may have made it. Unknown does not count."""
        if not test.by:
            return None
        met = self.tests("person", self.pack.define[test.by], unknown=False)
        return lambda context, name: met(context, name, None)

    def _fact(self, element: str, test: FactTest) -> Predicate:
        by = self.by(test)

        def met(context: Context, name: str, grounds: list[str] | None) -> bool:
            found = facts.said(context, test, by, element, name)
            if found is None:
                return False
            if grounds is not None:
                grounds.extend(found)
            return True

        return met

    def when(self, when: Mapping[str, Tests], *, unknown: bool) -> Callable[[Context], bool]:
        """Conditions by subject.

        Of several elements of a subject any one makes a rule apply (`unknown` matches);
        an exception is for each of them, or it would lift the rule for all by one.
        """
        made = [self._of_subject(name, tests, unknown=unknown) for name, tests in when.items()]
        if len(made) == 1:
            return made[0]

        def met(context: Context) -> bool:
            return all(one(context) for one in made)

        return met

    def _of_subject(
        self, subject: str, tests: Tests, *, unknown: bool
    ) -> Callable[[Context], bool]:
        """One subject's conditions. Rules that ask the same of it share the answer."""
        shared = self._shared((subject, tests, unknown))
        element = _ELEMENT[subject]
        all_met = self.tests(element, tests, unknown=unknown)
        plain = self._only_words(tests)
        enough = any if unknown else all

        def met(context: Context) -> bool:
            names = _subject(context, subject)
            if names is None:
                return unknown
            if not plain:
                looked = (_looking(context, element, name, all_met) for name in names)
                return bool(names) and enough(looked)
            key = (shared, names)
            answer = context.answers.get(key)
            if answer is None:
                answer = bool(names) and enough(all_met(context, name, None) for name in names)
                context.answers[key] = answer
            return answer

        return met

    def _shared(self, condition: _Condition) -> object:
        """What stands for this condition among the answers of a question."""
        for known, token in self.conditions:
            if known == condition:
                return token
        token = object()
        self.conditions.append((condition, token))
        return token

    def _only_words(self, tests: Tests) -> bool:
        """Whether the answer depends on the element alone, and not on what else is looked at."""
        return all(
            isinstance(test, WordTest)
            or (isinstance(test, IsTest) and self._only_words(self.pack.define[test.name]))
            for test in tests
        )

    def exceptions(self, rule: Rule) -> list[tuple[str, Callable[[Context], bool]]]:
        """The exceptions of a rule; unknown lifts nothing."""
        return [
            (name, self.when(self.pack.exceptions[name], unknown=False)) for name in rule.unless
        ]


_ELEMENT: Mapping[str, str] = {
    "weapon": "weapon",
    "receiver": "person",
    "giver": "person",
    "handler": "person",
    "lot": "lot",
    "activity": "activity",
    "act": "act",
}
_NAMES: Mapping[str, str] = {
    "weapon": "the weapons",
    "receiver": "the receiver",
    "giver": "the giver",
    "handler": "the handler",
    "lot": "lots loaded",
    "activity": "the activity",
}


def _subject(context: Context, subject: str) -> tuple[str, ...] | None:
    """The elements of a subject of `when`; those looked at now come first."""
    if subject == "act":
        return ("act",)
    element = _ELEMENT[subject]
    if subject in ("weapon", "lot") and element in context.this:
        return (context.this[element],)
    if subject == "receiver":
        return context.refer("the receiver")
    return context.names(_NAMES[subject])


def _looking(context: Context, element: str, name: str, tests: Predicate) -> bool:
    """Judge with `this` bound to one element."""
    before = context.this
    context.this = {**before, element: name}
    try:
        return tests(context, name, None)
    finally:
        context.this = before


def _word(element: str, test: WordTest, *, unknown: bool) -> Predicate:
    attribute = ATTRIBUTES[element][test.attribute]
    find, said, words = attribute.find, attribute.said, test.words

    def met(context: Context, name: str, grounds: list[str] | None) -> bool:
        found = find(context, name)
        if found is None:
            return unknown
        if words.isdisjoint(found):
            return False
        if grounds is not None:
            grounds.extend(said(context, name))
        return True

    return met


# --- shapes ------------------------------------------------------------------------


def compile_rule(maker: _Maker, rule: Rule) -> Compiled:
    """Compile one rule."""
    when = maker.when(rule.when, unknown=True)
    exceptions = maker.exceptions(rule)
    match rule.shape:
        case Every():
            judge = _every(maker, rule.shape)
        case AtLeast():
            judge = _at_least(maker, rule.shape)
        case AtMost():
            judge = _at_most(maker, rule.shape)
        case No():
            judge = _no(maker, rule.shape)

    def run(context: Context) -> Outcome:
        outcome = Outcome()
        if not when(context):
            return outcome
        judge(context, outcome, _lifter(context, exceptions, outcome))
        return outcome

    return Compiled(rule, maker.pack, run)


Lift = Callable[[str, str], bool]
Judge = Callable[[Context, Outcome, Lift], None]


def _lifter(
    context: Context,
    exceptions: list[tuple[str, Callable[[Context], bool]]],
    outcome: Outcome,
) -> Lift:
    """Whether an exception lifts the rule for one element; noted in the outcome."""

    def lift(element: str, name: str) -> bool:
        for title, applies in exceptions:
            before = context.this
            context.this = {**before, element: name}
            lifted = applies(context)
            context.this = before
            if lifted:
                outcome.lifted.append((title, name))
                return True
        return False

    return lift


def _every(maker: _Maker, shape: Every) -> Judge:
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
                outcome.failures.append(Failure(_whole(context), shape.element, None))
            return
        for name in names:
            before = context.this
            bound = _bound(shape.set, shape.element, name)
            context.this = {**before, **bound} if before else bound
            try:
                if not where(context, name, None) or lift(shape.element, name):
                    continue
                outcome.relevant = True
                failed = _first_unmet(context, name, needs, outcome.grounds)
                if failed is not None:
                    failure = Failure(name, shape.element, failed, (name,), dict(context.this))
                    outcome.failures.append(failure)
            finally:
                context.this = before

    return judge


def _bound(set_: str, element: str, name: str) -> dict[str, str]:
    """What `this` is while one element is looked at. One of several receivers is the receiver."""
    return {element: name, "receiver": name} if set_ == "the receiver" else {element: name}


def _whole(context: Context) -> str:
    """What a reason is about when its set is not known: the activity, else the act."""
    question = context.question
    return question.activity or (question.on[0] if question.on else question.act.id)


def _first_unmet(
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


def _at_least(maker: _Maker, shape: AtLeast) -> Judge:
    by = maker.by(shape.where)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        on_each = facts.subjects(context, shape.where, "", _whole(context))
        if on_each == () and shape.may_be_empty:
            return
        if not on_each:
            if lift("", ""):
                return
            outcome.relevant = True
            outcome.failures.append(Failure(_whole(context), "", shape.where))
            return
        for on in on_each:
            element = _type_of(context, on)
            if lift(element, on or ""):
                continue
            _count_different(context, outcome, shape, by, on, element)

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
    by: facts.By | None,
    on: str | None,
    element: str,
) -> None:
    """Count different eyes, or people, on one thing; stop as soon as there are enough."""
    seen: set[str] = set()
    used: list[str] = []
    test = shape.where
    before = context.this
    context.this = {**before, **_bound(test.on, element, on or "")}
    try:
        records = (
            facts.checks_on(context, test, by, on or "")
            if test.what == "check.made"
            else facts.facts_on(context, test, by, on)
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
    witnesses = tuple(dict.fromkeys((on or _whole(context), *sorted(seen))))
    this = {**context.this, element: on or ""}
    outcome.failures.append(Failure(on or _whole(context), element, test, witnesses, this))


def _matching(
    maker: _Maker, shape: AtMost | No
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


def _at_most(maker: _Maker, shape: AtMost) -> Judge:
    matching = _matching(maker, shape)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        outcome.relevant = True
        names = context.names(shape.set)
        if names is None:
            if not lift(shape.element, ""):
                outcome.failures.append(Failure(_whole(context), shape.element, None))
            return
        found = matching(context, names, lift)
        # Nobody knows how many a group named by one word is.
        groups = shape.element == "person" and any(context.state.person(n).many for n in found)
        if groups or len(found) > shape.number:
            failure = Failure(_whole(context), shape.element, None, tuple(found))
            outcome.failures.append(failure)
        outcome.grounds.extend(_plan_said(context))

    return judge


def _no(maker: _Maker, shape: No) -> Judge:
    matching = _matching(maker, shape)

    def judge(context: Context, outcome: Outcome, lift: Lift) -> None:
        outcome.relevant = True
        names = context.names(shape.set)
        if names is None:
            if not lift(shape.element, ""):
                outcome.failures.append(Failure(_whole(context), shape.element, None))
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


def compile_pack(pack: Pack) -> tuple[Compiled, ...]:
    """Compile every rule of a pack, in order."""
    maker = _Maker(pack)
    return tuple(compile_rule(maker, rule) for rule in pack.rules)

"""From conditions to closures, with the polarity of every one of them built in.

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
from showclear.rules.grammar import FactTest, IsTest, Pack, Rule, Test, Tests, WordTest
from showclear.rules.lexicon import ATTRIBUTES

Predicate = Callable[[Context, str, list[str] | None], bool]
"""(context, element, grounds) -> met. Adds the statements it rests on to the grounds.

Where a Clear does not rest on it (`when`, `where`, who made a check) they are None.
"""


_Condition = tuple[str, Tests, bool]
"""A subject of `when`, what is asked of it, and what unknown counts as."""


class Maker:
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

    def who(self, name: str) -> facts.By | None:
        """Whether somebody is whom a fact asks for: a defined name, a role. Unknown is not."""
        if not name:
            return None
        if name == "this department":
            return _of_department
        tests = self.pack.define.get(name, (WordTest("role", frozenset({name})),))
        met = self.tests("person", tests, unknown=False)
        return lambda context, person: met(context, person, None)

    def may_be(self, name: str) -> facts.By:
        """Whether somebody may be one of these: a defined name, a role. Unknown is."""
        tests = self.pack.define.get(name, (WordTest("role", frozenset({name})),))
        met = self.tests("person", tests, unknown=True)
        return lambda context, person: met(context, person, None)

    def asking(self, test: FactTest) -> facts.Asking:
        """A condition on what was said, with those it names."""
        return facts.Asking(
            test,
            by=self.who(test.by),
            with_=self.who(test.with_),
            after=self.asking(test.after) if test.after is not None else None,
            before=self.asking(test.before) if test.before is not None else None,
        )

    def _fact(self, element: str, test: FactTest) -> Predicate:
        asking = self.asking(test)

        def met(context: Context, name: str, grounds: list[str] | None) -> bool:
            found = facts.said(context, asking, name)
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

    def any_when(self, ways: Mapping[str, Mapping[str, Tests]]) -> Callable[[Context], bool]:
        """Alternatives of `when`: one of them is enough, and unknown matches."""
        made = [self.when(way, unknown=True) for way in ways.values()]
        return lambda context: not made or any(one(context) for one in made)

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
    "performer": "person",
    "supervisor": "person",
    "operator": "person",
    "lot": "lot",
    "thing": "thing",
    "activity": "activity",
    "act": "act",
}
_NAMES: Mapping[str, str] = {
    "weapon": "the weapons",
    "receiver": "the receiver",
    "giver": "the giver",
    "handler": "the handler",
    "performer": "the performer",
    "supervisor": "the supervisor",
    "operator": "the operator",
    "lot": "lots loaded",
    "thing": "the things",
    "activity": "the activity",
}


def _of_department(context: Context, person: str) -> bool:
    """Whether somebody has the role that is looked at."""
    found = context.state.person(person)
    return found.known and context.this.get("department") in found.roles


def _subject(context: Context, subject: str) -> tuple[str, ...] | None:
    """The elements of a subject of `when`; those looked at now come first."""
    if subject == "act":
        return ("act",)
    element = _ELEMENT[subject]
    if subject in ("weapon", "lot", "thing") and element in context.this:
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

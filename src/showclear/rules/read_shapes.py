"""Reading the six shapes of a rule: what is counted, what is needed, what comes after what.

1. `every`, `at least`, `at most`, `no` look at one moment, at the gates of `before`.
2. `after` is a duty (`within` a time) or a wait (`at least` a time); its gates stand in `then`.
3. With `while` any of the first four is asked as long as an activity is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from showclear.core.fields import Bad, show
from showclear.core.located import Path
from showclear.rules import phrases
from showclear.rules.after import SUBJECTS as EVENT_SUBJECTS
from showclear.rules.compile import WHILE_ASKED, WHILE_ON
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtLeast,
    AtMost,
    Event,
    Every,
    FactTest,
    No,
    Shape,
    Tests,
)
from showclear.rules.read_tests import SUBJECTS, Conditions

SHAPES: Final = ("every", "at least", "at most", "no", "after")
WHILE_GATES: Final = tuple(sorted((*WHILE_ASKED, *WHILE_ON)))
"""The gates of an activity, at which what runs on holds."""


class Shapes(Conditions):
    """A pack being read, as far as the shapes of its rules go."""

    def shape(self, path: Path, given: dict[str, Any]) -> Shape | None:
        """The one shape of a rule. `at least` beside `after` is how long a wait is."""
        shapes = ["after"] if "after" in given else [key for key in SHAPES if key in given]
        if len(shapes) != 1:
            self.fault(path, Bad(f"{len(shapes)} shapes", "exactly one of " + ", ".join(SHAPES)))
            return None
        shape = shapes[0]
        self._fitting(path, given, shape)
        reader = {
            "after": self._after,
            "every": self._every,
            "at least": self._at_least,
            "at most": self._at_most,
            "no": self._no,
        }[shape]
        found: Shape | None = self.take((*path, shape), reader, path, given)
        return found

    def _where(self, path: Path, given: dict[str, Any], element: str) -> Tests:
        if "where" not in given:
            return ()
        here = (*path, "where")
        return self.applying(here, element, self.tests(here, element, given["where"]))

    def _every(self, path: Path, given: dict[str, Any]) -> Every:
        element, name, may_be_empty = phrases.element_of(given["every"])
        if ("needs" in given) == ("needs any of" in given):
            raise Bad("needs said twice or not at all", "either `needs` or `needs any of`")
        needs: dict[str, Tests] = {}
        if "needs" in given:
            needs[""] = self.tests((*path, "needs"), element, given["needs"])
        else:
            needs = self._alternatives((*path, "needs any of"), element, given["needs any of"])
        return Every(element, name, may_be_empty, self._where(path, given, element), needs)

    def _alternatives(self, path: Path, element: str, value: Any) -> dict[str, Tests]:
        """Named alternatives of what is needed."""
        ways = self.several(path, value)
        return {name: self.tests(here, element, item) for name, item, here in ways}

    def several(self, path: Path, value: Any) -> list[tuple[str, Any, Path]]:
        """Alternatives: a mapping by name, or a list whose names are their places."""
        items: list[tuple[str, Any, Path]] = []
        if isinstance(value, dict):
            named = sorted(value.items(), key=lambda entry: _by_number(str(entry[0])))
            items = [(str(name), item, (*path, name)) for name, item in named]
        elif isinstance(value, list):
            items = [(f"{i + 1}", item, (*path, i)) for i, item in enumerate(value)]
        if len(items) < 2:
            self.fault(path, Bad(show(value), "at least two alternatives"))
        return items

    def _at_least(self, path: Path, given: dict[str, Any]) -> AtLeast | Among:
        read = phrases.different_of(given["at least"])
        if len(read) == 3:
            number, text, may_be_empty = read
            element, name, _ = phrases.element_of(text)
            where = (
                self.tests((*path, "where"), element, given["where"]) if "where" in given else ()
            )
            return Among(number, element, name, may_be_empty, where)
        number, field, tag, may_be_empty = read
        if "where" not in given:
            raise Bad("'where' is missing", "which checks count")
        fact = self.fact((*path, "where"), tag, given["where"])
        if fact is not None and tag == "check.made" and not fact.on:
            self.fault((*path, "where"), Bad("'on' is missing", "what the checks are on"))
        return AtLeast(number, field, fact or FactTest(what=tag), may_be_empty)

    def _at_most(self, path: Path, given: dict[str, Any]) -> AtMost | AsMany:
        sides = phrases.as_many_of(given["at most"])
        if sides is None:
            number, field, element, name = phrases.at_most_of(given["at most"])
            return AtMost(number, element, name, self._where(path, given, element), field)
        if "where" in given:
            raise Bad("'where' with two sides", "what is counted stands on each side")
        times, left, left_set, right, right_set = sides
        for side in (left, right):
            if side in ("person", "others") and side == left:
                continue
            self.role_or_definition(side)
        self._certain(left)
        return AsMany(times, left, left_set, right, right_set)

    def _certain(self, name: str) -> None:
        """A definition on the left counts people: what is absent must not take them away."""
        self.applying(("define", name), "person", self.defined.get(name, ()))

    def _no(self, path: Path, given: dict[str, Any]) -> No:
        element, name = phrases.counted_of(given["no"])
        return No(element, name, self._where(path, given, element))

    def _fitting(self, path: Path, given: dict[str, Any], shape: str) -> None:
        """Keys that go with some shapes only."""
        goes = {
            "needs": ("every", "after"),
            "needs any of": ("every", "after"),
            "where": ("every", "at least", "at most", "no"),
            "unless": ("every", "at least", "at most", "no"),
            "before": ("every", "at least", "at most", "no"),
            "within": ("after",),
            "then": ("after",),
        }
        for key, shapes in goes.items():
            if key in given and shape not in shapes:
                bad = Bad(f"{key!r} with {shape!r}", f"{key} goes with {' or '.join(shapes)}")
                self.fault((*path, key), bad)
        for key, other in (("while", "after"), ("while", "when"), ("while", "before")):
            if key in given and other in given:
                self.fault((*path, other), Bad(f"{other!r} with {key!r}", "one of the two"))
        if "while" in given and "barrier" in given:
            return
        if "else" in given and "while" not in given:
            self.fault((*path, "else"), Bad("'else' without 'while'", "else goes with while"))
        if "while" in given and "else" not in given:
            self.fault(path, Bad("'else' is missing", "`else: alert, hold`, or one of them"))

    def _after(self, path: Path, given: dict[str, Any]) -> After:
        """A duty (`within`) or a wait (`at least`)."""
        if ("within" in given) == ("at least" in given):
            raise Bad("a time said twice or not at all", "`within: 8 hours` or `at least: 8 hours`")
        wait = "at least" in given
        key = "at least" if wait else "within"
        seconds = self.take((*path, key), phrases.lasts_of, given[key], otherwise=1)
        needs = self._later_needs(path, given, wait=wait)
        _, parts = self.take((*path, "then"), self._then, given, otherwise=((), frozenset()))
        if wait and "warn before" in parts:
            bad = Bad("'warn before' of a wait", "a wait holds from its event on")
            self.fault((*path, "then"), bad)
        return After(
            event=self._event((*path, "after"), given["after"]),
            wait=wait,
            seconds=seconds,
            needs=needs,
            warn="warn before" in parts,
            alert="alert" in parts,
            each="per person" in parts,
        )

    def _later_needs(self, path: Path, given: dict[str, Any], *, wait: bool) -> dict[str, Tests]:
        """What has to be said after the event: checks and statements, each on something."""
        if "needs" in given and "needs any of" in given:
            raise Bad("needs said twice", "either `needs` or `needs any of`")
        needs: dict[str, Tests] = {}
        if "needs" in given:
            needs = {"": self.tests((*path, "needs"), "event", given["needs"])}
        elif "needs any of" in given:
            needs = self._alternatives((*path, "needs any of"), "event", given["needs any of"])
        elif not wait:
            raise Bad("'needs' is missing", "what has to be said within the time")
        for tests in needs.values():
            for test in tests:
                if isinstance(test, FactTest) and test.what == "check.made" and not test.on:
                    bad = Bad("'on' is missing", "what the check is on, such as `the event`")
                    self.fault((*path, "needs"), bad)
        return needs

    def _then(self, given: dict[str, Any]) -> tuple[tuple[str, ...], frozenset[str]]:
        if "then" not in given:
            raise Bad("'then' is missing", "such as `hold at resume, close-day; warn before`")
        return phrases.then_of(given["then"])

    def _event(self, path: Path, value: Any) -> Event:
        """`{incident.reported: {kind: death}}`: a statement, its words, what it is about."""
        if not isinstance(value, dict) or len(value) != 1:
            raise Bad(show(value), "one statement, such as {incident.reported: {kind: death}}")
        tag, said = next(iter(value.items()))
        phrases.one_of(tag, phrases.ASKABLE, "statement")
        closed = self.closed_words(tag)
        here = (*path, tag)
        given = self.keys(here, said, {*closed, *EVENT_SUBJECTS})
        told: dict[str, frozenset[str]] = {}
        about: dict[str, Tests] = {}
        for key, item in given.items():
            if key in closed:
                found = self.take((*here, key), phrases.words_of, item, closed[key] or None, key)
                told[key] = found or frozenset()
            else:
                element = EVENT_SUBJECTS[key]
                tests = self.tests((*here, key), element, item)
                about[key] = self.applying((*here, key), element, tests)
        return Event(tag, told, about)

    def gates(self, path: Path, given: dict[str, Any]) -> tuple[str, ...]:
        """The gates a rule is asked at: of `before`, of `then`, or those of an activity."""
        if "after" in given:
            # What is wrong with it is said where the shape is read.
            try:
                return self._then(given)[0]
            except Bad:
                return ()
        if "while" in given:
            return WHILE_GATES if "hold" in self.otherwise(path, given) else ()
        found: tuple[str, ...] = self.take(
            (*path, "before"), phrases.gates_of, given.get("before"), otherwise=()
        )
        return found

    def otherwise(self, path: Path, given: dict[str, Any]) -> tuple[str, ...]:
        """What follows while what runs on is not as it should be."""
        if "while" not in given or "else" not in given:
            return ()
        try:
            return phrases.else_of(given["else"])
        except Bad as bad:
            if (*path, "else") not in self.told:
                self.told.add((*path, "else"))
                self.fault((*path, "else"), bad)
            return ("alert", "hold")

    def when_applies(self, path: Path, value: Any) -> Mapping[str, Tests]:
        """Conditions by subject of the act, none of which may be lifted by what is absent."""
        when = self.when(path, value)
        for subject, tests in when.items():
            self.applying((*path, subject), SUBJECTS.get(subject, subject), tests)
        return when


def _by_number(name: str) -> tuple[int, str]:
    """Alternatives without names are numbered by their place."""
    return (int(name), "") if name.isdecimal() and len(name) < 4 else (10_000, name)

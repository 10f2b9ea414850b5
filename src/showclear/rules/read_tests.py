"""Reading the conditions of a pack: attributes, definitions, checks and other statements.

Every word is checked against the vocabulary where it stands, so that a misspelt
one is refused with its line and the nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.errors import Problem, ReadError, nearest
from showclear.core.fields import Bad, show
from showclear.core.located import Located, Path
from showclear.rules import phrases
from showclear.rules.grammar import FactTest, IsTest, Test, Tests, WordTest

SUBJECTS: Final = {
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
}
_SHORT: Final = {"load": "act", "hazards": "activity", "phase": "activity", "purpose": "activity"}
_ONE_OF_ONE: Final = frozenset({"kind", "place", "custody", "phase", "purpose", "load"})
"""Attributes with one word at a time, of which `not X` is every other word."""


COVERS: Final = {
    True: frozenset({"the whole count", "every round loaded"}),
    False: frozenset({"the version that stands"}),
}
"""What a check may cover, and what an assessment may."""
_BESIDE: Final = ("weapon", "clearance")
"""What may be asked for only where it is given: a fixed distance is asked for beside it."""
_OF_TAG: Final = {
    "check.made": ("shown to", "about", "covers", "measured"),
    "risk.assessed": ("covers",),
    "meeting.held": ("topics",),
    "permission.granted": ("until",),
    "document.shown": ("until",),
    "qualification.shown": ("until",),
}
"""What else may be asked of some tags."""
_OPEN_WORDS: Final = {
    "notified": "whom",
    "duty.assigned": "duty",
    "duty.released": "duty",
    "document.shown": "kind",
    "document.acknowledged": "kind",
}
"""Fields whose words packs and people choose themselves."""


PROBLEMS_MAX: Final = 100


class Conditions:
    """A pack being read, as far as its conditions go: its problems and defined names."""

    def __init__(self, located: Located) -> None:
        self.located = located
        self.problems: list[Problem] = []
        self.defined: dict[str, Tests] = {}
        self.exceptions: set[str] = set()
        self.told: set[Path] = set()

    def fault(self, path: Path, bad: Bad) -> None:
        """Note a problem at a path of the document."""
        line = self.located.line((*path, *bad.path))
        self.problems.append(
            Problem(
                file=self.located.file,
                line=line,
                found=bad.found,
                allowed=bad.allowed,
                nearest=bad.close,
            )
        )
        if len(self.problems) >= PROBLEMS_MAX:
            # A pack with more than this is not being mended: it is an attack or a mix-up.
            raise ReadError(sorted(self.problems, key=lambda problem: problem.line))

    def take(self, path: Path, read: Callable[..., Any], *given: Any, otherwise: Any = None) -> Any:
        """Read something, noting the problem and going on."""
        try:
            return read(*given)
        except Bad as bad:
            self.fault(path, bad)
            return otherwise

    def keys(self, path: Path, value: Any, allowed: Any, required: Any = ()) -> dict[str, Any]:
        """A mapping with these keys only."""
        if not isinstance(value, dict):
            self.fault(path, Bad(show(value), "a mapping with " + ", ".join(sorted(allowed))))
            return {}
        for key in value:
            if key not in allowed:
                close = nearest(key, allowed)
                bad = Bad(f"unknown word {key!r}", ", ".join(sorted(allowed)), close)
                self.fault((*path, key), bad)
        for key in required:
            if key not in value:
                self.fault(path, Bad(f"{key!r} is missing", ""))
        return {key: item for key, item in value.items() if key in allowed}

    def named(self, path: Path, value: Any) -> dict[str, Any]:
        """A mapping whose keys are names of the author's own."""
        if isinstance(value, dict):
            return value
        self.fault(path, Bad(show(value), "names, each with its conditions"))
        return {}

    # --- conditions ----------------------------------------------------------------

    def tests(self, path: Path, element: str, value: Any) -> Tests:
        """Conditions on one element: attributes, `is`, `a check`, or a tag."""
        if not isinstance(value, dict) or not value:
            self.fault(path, Bad(show(value), "a mapping of conditions"))
            return ()
        found = [
            self.take((*path, key), self.test, path, element, key, item)
            for key, item in value.items()
        ]
        return tuple(test for test in found if test is not None)

    def test(self, path: Path, element: str, key: str, item: Any) -> Test | None:
        """One condition."""
        if key == "is":
            if element != "person":
                raise Bad(f"'is' of a {element}", "a person: definitions are of people")
            return IsTest(self.definition(item))
        if key == "a check":
            return self.fact((*path, key), "check.made", item)
        if key in vocabulary.table() and key != "check.made":
            phrases.one_of(key, phrases.ASKABLE, "statement")
            return self.fact((*path, key), key, item)
        allowed = phrases.attribute_of(element, key)
        if key in _ONE_OF_ONE and isinstance(item, str) and item.startswith("not "):
            return WordTest(key, phrases.all_but(item, allowed or frozenset(), key))
        return WordTest(key, phrases.words_of(item, allowed, key))

    def definition(self, name: Any) -> str:
        """The name of a definition of this pack."""
        if isinstance(name, str) and name in self.defined:
            return name
        close = nearest(name, self.defined) if isinstance(name, str) else ""
        raise Bad(f"nothing defines {show(name)}", ", ".join(sorted(self.defined)), close)

    def applying(self, path: Path, element: str, tests: Tests) -> Tests:
        """Conditions under which a rule applies: what is absent must not lift it.

        A check that was not made, or a word that nobody can check, would match nothing
        and the rule would not be asked. Such conditions stand under `needs` or `unless`.
        """
        for test in tests:
            match test:
                case FactTest():
                    key = "a check" if test.what == "check.made" else test.what
                    bad = Bad(f"{key!r} where a rule applies", "it under `needs` or `unless`")
                    self.fault((*path, key), bad)
                case WordTest():
                    open_ = phrases.attribute_of(element, test.attribute) is None
                    if open_ and test.words != {"none"}:
                        bad = Bad(f"{test.attribute!r} where a rule applies", "`none`")
                        self.fault((*path, test.attribute), bad)
                    if test.words == {"given"} and (element, test.attribute) != _BESIDE:
                        # Left out of the plan, it would take the rule away.
                        bad = Bad("'given' where a rule applies", "it under `needs` or `unless`")
                        self.fault((*path, test.attribute), bad)
                case IsTest():
                    self.applying((*path, "is"), "person", self.defined[test.name])
        return tests

    def role_or_definition(self, name: Any) -> str:
        """Who somebody has to be: a definition of this pack, or a role."""
        if isinstance(name, str) and name in words.ROLES and name not in self.defined:
            return name
        return self.definition(name)

    def fact(self, path: Path, tag: str, value: Any, *, inner: bool = False) -> FactTest | None:
        """What must have been said: a check or another statement.

        Args:
            inner: It is one whose order with another is asked for; it asks for none itself.
        """
        closed = self.closed_words(tag)
        allowed = {*closed, "on", "not by", "by", "since", "at", *_OF_TAG.get(tag, ())}
        allowed |= set() if tag == "check.made" else {"people", "with"}
        allowed |= set() if inner else {"after", "before"}
        given = self.keys(path, value, allowed)
        out: dict[str, Any] = {"words": {}}
        windows: list[Any] = []
        for key, item in given.items():
            here = (*path, key)
            if key in ("after", "before"):
                out[key] = self.take(here, self._other_act, here, item)
            else:
                self.take(here, self._fact_word, key, item, closed, out, windows)
        if tag == "check.made" and "check" not in out["words"]:
            self.fault(path, Bad("'check' is missing", "the check that is asked for"))
        return FactTest(what=tag, windows=tuple(windows), **out)

    def _other_act(self, path: Path, value: Any) -> FactTest | None:
        """The other act of an order: one check or statement."""
        if not isinstance(value, dict) or len(value) != 1:
            raise Bad(show(value), "one act, such as {a check: {check: positions-set, on: ...}}")
        key, item = next(iter(value.items()))
        if key == "a check":
            return self.fact((*path, key), "check.made", item, inner=True)
        phrases.one_of(key, phrases.ASKABLE, "statement")
        return self.fact((*path, key), key, item, inner=True)

    def closed_words(self, tag: str) -> dict[str, frozenset[str]]:
        """The fields of a tag whose words may be asked for; empty where they are open."""
        if tag == "check.made":
            return {"check": words.CHECKS}
        specs = vocabulary.fields_of(tag)
        found = {key: spec.kind.words for key, spec in specs.items() if spec.kind.words}
        if tag == "search.made":
            found["found"] = words.SEARCH_FOUND
        if tag in _OPEN_WORDS:
            found[_OPEN_WORDS[tag]] = frozenset()
        if tag in ("post.taken", "post.left"):
            found["post"] = frozenset(words.POSTS)
        return found

    def _fact_word(
        self,
        key: str,
        item: Any,
        closed: Mapping[str, frozenset[str]],
        out: dict[str, Any],
        windows: list[Any],
    ) -> None:
        if key in closed:
            out["words"][key] = phrases.words_of(item, closed[key] or None, key)
        elif key in ("since", "at"):
            windows.extend(phrases.windows_of(key, item))
        elif key in ("by", "with"):
            here = item == "this department"
            out["by" if key == "by" else "with_"] = item if here else self.role_or_definition(item)
        elif key == "covers":
            phrases.one_of(item, COVERS["check" in closed], "covers")
            out["covers"] = True
        elif key == "topics":
            out["topics"] = phrases.topics_of(item)
        elif key == "until":
            phrases.one_of(item, {"in the future"}, "until")
            out["until"] = True
        elif key == "measured":
            if not isinstance(item, dict) or not item:
                raise Bad(show(item), "such as {distance_ft: at least 20}")
            out["measured"] = tuple(
                bound for name, text in item.items() for bound in phrases.numbers_of(name, text)
            )
        else:
            out[key.replace(" ", "_")] = phrases.reference_of(item)

    def when(self, path: Path, value: Any) -> Mapping[str, Tests]:
        """Conditions by subject of the act."""
        given = self.keys(path, value, {*SUBJECTS, *_SHORT})
        out: dict[str, Tests] = {}
        for key, item in given.items():
            if key in _SHORT:
                # `hazards: any of x` is short for `activity: {hazards: any of x}`.
                subject = _SHORT[key]
                test = self.take((*path, key), self.test, path, subject, key, item)
                if test is not None and any(
                    _word_of(test) == _word_of(t) for t in out.get(subject, ())
                ):
                    self.fault((*path, key), Bad(f"{key!r} said twice", f"once, under {subject!r}"))
                out[subject] = (*out.get(subject, ()), *((test,) if test is not None else ()))
            else:
                subject = key
                out[key] = (*out.get(key, ()), *self.tests((*path, key), SUBJECTS[key], item))
        return {subject: tuple(sorted(tests, key=_word_of)) for subject, tests in out.items()}


def _word_of(test: Test) -> str:
    """The word that a condition stands under."""
    match test:
        case WordTest():
            return test.attribute
        case IsTest():
            return "is"
        case FactTest():
            return "a check" if test.what == "check.made" else test.what

"""Reading a pack: every word checked against the vocabulary, every fault with its line.

A misspelt word is refused with the nearest one, so that it can open no gate. The
same reading serves the YAML an adviser writes and the canonical JSON that the
record names.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.errors import ReadError, nearest
from showclear.core.fields import Bad, mapping_reader, read_date, read_id, read_text, show
from showclear.core.located import Located, Path
from showclear.rules import phrases
from showclear.rules.grammar import (
    After,
    Citation,
    Every,
    FactTest,
    Pack,
    Rule,
    Shape,
    Tests,
)
from showclear.rules.read_shapes import SHAPES, Shapes

FORCES: Final = frozenset({"law", "agreement", "guidance", "practice", "studio"})
HOW: Final = frozenset({"direct", "secondary", "low"})
RULES_MAX: Final = 2000
ROLES: Final = words.ROLES | {"this department"}
NAMES_TAKEN: Final = ROLES | {"person", "others"}
"""What a name in a fact means already."""
PLACEHOLDERS: Final = frozenset(
    {
        "on",
        "person",
        "weapon",
        "lot",
        "thing",
        "activity",
        "hazard",
        "receiver",
        "giver",
        "handler",
        "event",
        "until",
    }
)
DEFINITIONS_DEEP: Final = 2
"""A definition may use another, and that one none: two levels, as it is read aloud."""


class Reader(Shapes):
    """One pack being read: its problems, its rules, and the names it defines."""

    def texts(self, path: Path, value: Any, *, placeholders: bool = True) -> dict[str, str]:
        """A sentence by language; English is required."""
        if not isinstance(value, dict) or "en" not in value:
            self.fault(path, Bad(show(value), "a sentence by language, English (en) at least"))
            return {"en": ""}
        out: dict[str, str] = {}
        for language, text in value.items():
            found = self.take((*path, language), read_text, text, otherwise="")
            out[language] = found
            if placeholders:
                self.take((*path, language), _check_placeholders, found)
        return out

    def cite(self, path: Path, value: Any) -> Citation:
        """Where the rule comes from."""
        allowed = {"instrument", "provision", "url", "read", "how"}
        given = self.keys(path, value, allowed, ("instrument", "provision"))
        read = self.take((*path, "read"), read_date, given["read"]) if "read" in given else None
        how = self.take(
            (*path, "how"), phrases.one_of, given.get("how", "direct"), HOW, "how", otherwise="low"
        )
        words_of = {
            key: self.take((*path, key), read_text, given[key], otherwise="")
            if key in given
            else ""
            for key in ("instrument", "provision", "url")
        }
        return Citation(read=read, how=how, **words_of)

    def in_force(self, path: Path, value: Any) -> tuple[Any, Any]:
        """From when (inclusive) until when (exclusive)."""
        if value is None:
            return (None, None)
        given = self.keys(path, value, {"from", "until"})
        found = [
            self.take((*path, key), read_date, given[key]) if key in given else None
            for key in ("from", "until")
        ]
        if found[0] is not None and found[1] is not None and found[0] >= found[1]:
            self.fault(path, Bad("an end that is not after the beginning", "from before until"))
        return (found[0], found[1])

    def rule(self, path: Path, value: Any) -> Rule | None:
        """One rule."""
        allowed = {"id", "cite", "before", "when", "when any of", "where", "needs", "unless"}
        allowed |= {"needs any of", "missing", "say", "next", "in_force", "barrier"}
        allowed |= {"within", "then", "while", "else", *SHAPES}
        later = isinstance(value, dict) and ("after" in value or "while" in value)
        required = (
            ("id", "cite", "say", "next") if later else ("id", "cite", "before", "say", "next")
        )
        given = self.keys(path, value, allowed, required)
        if not given:
            return None
        shape = self.shape(path, given)
        name = self.take((*path, "id"), read_id, given.get("id"), otherwise="")
        before = self.gates(path, given)
        unless = self._unless((*path, "unless"), given.get("unless", []))
        if shape is None:
            return None
        when, ways = self._applies(path, given)
        missing = self.take((*path, "missing"), _missing_of, given, shape, otherwise=())
        return Rule(
            id=name,
            cite=self.cite((*path, "cite"), given.get("cite")),
            before=before,
            when=when,
            when_any=ways,
            otherwise=self.otherwise(path, given),
            shape=shape,
            unless=unless,
            missing=missing,
            say=self.texts((*path, "say"), given.get("say")),
            next=self.texts((*path, "next"), given.get("next")),
            in_force=self.in_force((*path, "in_force"), given.get("in_force")),
            barrier=self._barrier((*path, "barrier"), given.get("barrier")),
        )

    def _applies(
        self, path: Path, given: dict[str, Any]
    ) -> tuple[Mapping[str, Tests], Mapping[str, Mapping[str, Tests]]]:
        """When a rule is asked: `when`, or the `while` of what runs on, and its alternatives."""
        key = "while" if "while" in given else "when"
        when = self.when_applies((*path, key), given[key]) if key in given else {}
        ways: dict[str, Mapping[str, Tests]] = {}
        if "when any of" in given:
            for name, item, here in self.several((*path, "when any of"), given["when any of"]):
                ways[name] = self.when_applies(here, item)
        return when, ways

    def _unless(self, path: Path, value: Any) -> tuple[str, ...]:
        """The exceptions of a rule, by their names."""
        named = value if isinstance(value, list) else [value]
        for place, name in enumerate(named):
            if not isinstance(name, str) or name not in self.exceptions:
                close = nearest(str(name), self.exceptions)
                bad = Bad(f"no exception {show(name)}", ", ".join(sorted(self.exceptions)), close)
                self.fault((*path, place), bad)
        return tuple(str(name) for name in named)

    def _barrier(self, path: Path, value: Any) -> dict[str, str]:
        if value is None:
            return {}
        found = self.take(path, mapping_reader({"against": (read_id, True)}), value, otherwise={})
        return dict(found)


def _check_placeholders(text: str) -> None:
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise Bad(f"braces that do not match in {show(text)}", "{person}, {weapon}, ...") from None
    for _, named, width, turn in parts:
        name = str(named)
        if width or turn:
            # A width is a number from a stranger: a sentence as long as they like.
            raise Bad(f"more than a name in braces {name!r}", "the name alone, such as {person}")
        if name not in PLACEHOLDERS:
            raise Bad(
                f"unknown name in braces {name!r}",
                ", ".join(sorted(PLACEHOLDERS)),
                nearest(name, PLACEHOLDERS),
            )


def _missing_of(given: Mapping[str, Any], shape: Shape) -> tuple[str, ...]:
    """The words of a Hold; by default the checks or tags that `needs` names."""
    if "missing" in given:
        found = phrases.several(given["missing"])
        return tuple(phrases.one_of(item, vocabulary.MISSING_WORDS, "word") for item in found)
    words_found: list[str] = []
    if isinstance(shape, Every | After):
        for tests in shape.needs.values():
            for test in tests:
                if isinstance(test, FactTest):
                    checks = sorted(test.words.get("check", ()))
                    words_found += checks if test.what == "check.made" else [test.what]
    if not words_found:
        raise Bad("'missing' is missing", "the word for what is missing")
    return tuple(dict.fromkeys(words_found))


_TOP: Final = frozenset(
    {
        "pack",
        "title",
        "version",
        "vocabulary",
        "jurisdiction",
        "force",
        "in_force",
        "define",
        "exceptions",
        "rules",
    }
)


def parse_pack(located: Located) -> Pack:
    """Read a pack.

    Raises:
        ReadError: With every problem found, in the order of the file.
    """
    located = replace(located, document=_joined(located.document))
    reader = Reader(located)
    required = ("pack", "title", "version", "vocabulary", "jurisdiction", "force", "rules")
    top = reader.keys((), located.document, _TOP, required)
    pack = _pack_of(reader, top)
    if reader.problems:
        raise ReadError(sorted(reader.problems, key=lambda problem: problem.line))
    return pack


def _joined(value: Any) -> Any:
    """Put `{role: any of a, b}` together again, as it is read aloud.

    Within braces YAML ends an entry at the comma, so that `b` arrives as a key that
    says nothing. A key that says nothing means nothing else in a pack, and its word
    is checked like any other.
    """
    if isinstance(value, list):
        return [_joined(item) for item in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Any] = {}
    last = ""
    for key, item in value.items():
        if not isinstance(key, str):
            out[key] = item
            continue
        open_list = isinstance(out.get(last), str) and str(out[last]).startswith("any of ")
        if item is None and open_list:
            out[last] = f"{out[last]}, {key}"
            continue
        out[key] = _joined(item)
        last = key
    # A pack means the same in whatever order its words are written, down to the next
    # step it offers: so they are read in one order, that of its canonical form.
    return dict(sorted(out.items(), key=lambda entry: str(entry[0])))


def _pack_of(reader: Reader, top: Mapping[str, Any]) -> Pack:
    _define(reader, top.get("define", {}))
    exceptions: dict[str, Mapping[str, Tests]] = {}
    for name, subjects in reader.named(("exceptions",), top.get("exceptions", {})).items():
        exceptions[name] = reader.when(("exceptions", name), subjects)
        reader.exceptions.add(name)
    rules = _rules_of(reader, top.get("rules"))
    vocabulary_ = top.get("vocabulary")
    if type(vocabulary_) is not int or vocabulary_ != words.VOCABULARY_VERSION:
        bad = Bad(f"vocabulary {show(vocabulary_)}", str(words.VOCABULARY_VERSION))
        reader.fault(("vocabulary",), bad)
    force = reader.take(
        ("force",), phrases.one_of, top.get("force"), FORCES, "force", otherwise="practice"
    )
    return Pack(
        id=reader.take(("pack",), read_id, top.get("pack"), otherwise=""),
        title=reader.texts(("title",), top.get("title"), placeholders=False),
        version=reader.take(("version",), read_text, top.get("version"), otherwise=""),
        vocabulary=words.VOCABULARY_VERSION,
        jurisdiction=reader.take(
            ("jurisdiction",), read_text, top.get("jurisdiction"), otherwise=""
        ),
        force=force,
        in_force=reader.in_force(("in_force",), top.get("in_force")),
        define=dict(reader.defined),
        exceptions=exceptions,
        rules=rules,
    )


def _define(reader: Reader, value: Any) -> None:
    """Read the definitions, whichever uses which, two levels deep."""
    raw = dict(reader.named(("define",), value))
    for name in [name for name in raw if name in NAMES_TAKEN]:
        reader.fault(("define", name), Bad(f"a definition named {name!r}", "a name of your own"))
        del raw[name]
    for _ in range(DEFINITIONS_DEEP):
        known = set(reader.defined)
        ready = [name for name in raw if name not in known and _uses(raw[name]) <= known]
        for name in ready:
            reader.defined[name] = reader.tests(("define", name), "person", raw[name])
    for name in sorted(raw.keys() - reader.defined.keys()):
        unread = sorted(_uses(raw[name]))
        bad = Bad(
            f"{name!r} uses {', '.join(unread)}",
            f"definitions that are there, at most {DEFINITIONS_DEEP} levels of them",
            nearest(unread[0], raw),
        )
        reader.fault(("define", name), bad)


def _uses(value: Any) -> set[str]:
    """The definitions that a definition names."""
    if not isinstance(value, dict):
        return set()
    named = {str(value["is"])} if "is" in value else set()
    named |= {str(value[key]) for key in ("by", "with") if key in value} - ROLES
    return named.union(*(_uses(item) for item in value.values()))


def _rules_of(reader: Reader, raw: Any) -> tuple[Rule, ...]:
    if not isinstance(raw, list) or not raw:
        reader.fault(("rules",), Bad(show(raw), "a list of rules"))
        return ()
    if len(raw) > RULES_MAX:
        reader.fault(("rules",), Bad(f"{len(raw)} rules", f"at most {RULES_MAX}"))
        return ()
    found: list[Rule] = []
    for place, value in enumerate(raw):
        rule = reader.rule(("rules", place), value)
        if rule is None:
            continue
        if any(rule.id == other.id and _overlap(rule, other) for other in found):
            bad = Bad(f"rule {rule.id!r} a second time for the same day", "an id of its own")
            reader.fault(("rules", place), bad)
        found.append(rule)
    return tuple(found)


def _overlap(one: Rule, other: Rule) -> bool:
    """Whether two versions of a rule are in force on one day."""
    (a_from, a_until), (b_from, b_until) = one.in_force, other.in_force
    if a_until is not None and b_from is not None and a_until <= b_from:
        return False
    return not (b_until is not None and a_from is not None and b_until <= a_from)

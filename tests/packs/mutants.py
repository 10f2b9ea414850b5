"""Rules with one slip in them, and whether anything that ships notices it.

A slip is what a hand does that meant something else: a condition left out, a word in the
place of another, a number one off, a gate forgotten. Each is made in the canonical form, so
that it is a pack that loads; what the reader refuses is no slip that anybody could adopt, and
what means the same, word for word, is no slip (see `_meaning`).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from showclear.adapters import answer_sheet
from showclear.adapters.packs import installed, own_cases, own_days
from showclear.app.choosing import choose
from showclear.app.pack_answers import Sheet, bases_of, differences, rule_differences
from showclear.app.pack_cases import faults, rule_of
from showclear.app.pack_supposing import Base
from showclear.app.replay import replay
from showclear.core.case import Case
from showclear.core.errors import ReadError
from showclear.core.located import Located
from showclear.rules.canonical import canonical, with_digest
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of
from showclear.rules.read import parse_pack

KINDS = ("condition", "word", "number", "gate")
CONDITIONS = ("when", "while", "where", "needs", "when any of", "needs any of", "after")
NAMED = {"on", "people", "shown to", "about", "not by", "by", "with", "is", "covers"}
NUMBER = re.compile(r"\d+(\.\d+)?")
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A pack with one slip in one rule."""

    pack: Pack
    rule: str
    slip: str

    def __str__(self) -> str:
        return f"{self.pack.id}/{self.rule}: {self.slip}"


@cache
def shelf() -> dict[str, Pack]:
    return {name: one.pack for name, one in installed().packs.items()}


# --- slips -------------------------------------------------------------------------


def mutants(number: int, seed: int) -> Iterator[Mutant]:
    """So many different slips, each rule and each kind of slip as likely as another."""
    chance = random.Random(seed)
    rules = [(pack, place) for pack in shelf().values() for place in range(len(pack.rules))]
    seen: set[str] = set()
    while len(seen) < number:
        pack, place = chance.choice(rules)
        kind = chance.choice(KINDS)
        plain = json.loads(canonical(pack))
        rule = plain["rules"][place]
        choices = [*SLIPS[kind](rule)]
        if not choices:
            continue
        slip, changed = chance.choice(choices)
        if _meaning(changed) == _meaning(rule):
            continue
        plain["rules"][place] = changed
        found = _read(plain)
        if found is None or found.sha256 == pack.sha256 or found.sha256 in seen:
            continue
        seen.add(found.sha256)
        yield Mutant(found, rule["id"], slip)


def _read(plain: Any) -> Pack | None:
    try:
        return with_digest(parse_pack(Located("a mutant", plain, {(): 1})))
    except ReadError:
        return None


def _meaning(rule: Any) -> Any:
    """A rule without what says again what is meant anyway.

    Of each element that `every` looks at, a check that it needs is one on that element:
    whether it says `on: this weapon` or nothing (docs/formats/rules.md, `on`).
    """
    meant = deepcopy(rule)
    element = str(rule.get("every", "")).partition(" ")[0]
    for tests in (meant.get("needs", {}), *meant.get("needs any of", {}).values()):
        check = tests.get("a check", {})
        if element and check.get("on") == f"this {element}":
            del check["on"]
    return meant


def same_again() -> Iterator[Mutant]:
    """Every rule that says `on` of a check though it is meant anyway, without it."""
    for pack in shelf().values():
        for place, rule in enumerate(json.loads(canonical(pack))["rules"]):
            plain = json.loads(canonical(pack))
            plain["rules"][place] = _meaning(rule)
            found = _read(plain) if plain["rules"][place] != rule else None
            if found is not None:
                yield Mutant(found, rule["id"], "without an `on` that is meant anyway")


def _without(rule: Any, path: Where) -> Any:
    changed = deepcopy(rule)
    at = changed
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return changed


def _with(rule: Any, path: Where, value: Any) -> Any:
    changed = deepcopy(rule)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def _leaves(part: Any, path: Where) -> Iterator[tuple[Where, Any]]:
    yield path, part
    if isinstance(part, dict):
        for key, item in part.items():
            yield from _leaves(item, (*path, key))
    if isinstance(part, list):
        for place, item in enumerate(part):
            yield from _leaves(item, (*path, place))


def _inside(rule: Any) -> Iterator[tuple[Where, Any]]:
    for key in CONDITIONS:
        if key in rule:
            yield from _leaves(rule[key], (key,))


def _conditions(rule: Any) -> Iterator[tuple[str, Any]]:
    """Leave out one condition, or one exception."""
    for path, part in _inside(rule):
        if isinstance(path[-1], str):
            yield f"without {_shown(path)} = {json.dumps(part)[:60]}", _without(rule, path)
    for place, name in enumerate(rule.get("unless", ())):
        yield f"without the exception {name!r}", _without(rule, ("unless", place))
    for key in ("every", "at least"):
        text = str(rule.get(key, ""))
        if text.endswith(", may be empty"):
            yield "not `may be empty`", _with(rule, (key,), text.removesuffix(", may be empty"))


def _words(rule: Any) -> Iterator[tuple[str, Any]]:
    """Put a word in the place of another that stands under the same key somewhere, or drop it."""
    for path, part in _inside(rule):
        if not isinstance(part, str) or (isinstance(path[-1], str) and path[-1] not in NAMED):
            continue
        key = path[-2] if isinstance(path[-1], int) else path[-1]
        for other in _used().get(str(key), ()):
            if other != part:
                yield f"{_shown(path)}: {other!r} for {part!r}", _with(rule, path, other)
        if isinstance(path[-1], int):
            yield f"{_shown(path)}: without {part!r}", _without(rule, path)


@cache
def _used() -> dict[str, list[str]]:
    """Every word under every key, in all packs."""
    found: dict[str, set[str]] = {}
    for pack in shelf().values():
        for rule in json.loads(canonical(pack))["rules"]:
            for path, part in _inside(rule):
                if isinstance(part, str):
                    key = path[-2] if isinstance(path[-1], int) else path[-1]
                    found.setdefault(str(key), set()).add(part)
    return {key: sorted(words) for key, words in found.items()}


def _numbers(rule: Any) -> Iterator[tuple[str, Any]]:
    """Shift a threshold by one."""
    whole = [*_inside(rule), *(((key,), rule[key]) for key in SHAPES if key in rule)]
    for path, part in whole:
        for found in NUMBER.finditer(part) if isinstance(part, str) else ():
            for more in (1, -1):
                shifted = (
                    f"{float(found[0]) + more:g}" if "." in found[0] else str(int(found[0]) + more)
                )
                text = part[: found.start()] + shifted + part[found.end() :]
                yield f"{_shown(path)}: {text!r} for {part!r}", _with(rule, path, text)


SHAPES = ("at least", "at most", "within")


def _gates(rule: Any) -> Iterator[tuple[str, Any]]:
    """Forget a gate."""
    for place, gate in enumerate(rule.get("before", ())):
        if len(rule["before"]) > 1:
            yield f"not before {gate}", _without(rule, ("before", place))
    first, _, rest = str(rule.get("then", "")).partition(";")
    gates = first.removeprefix("hold at ").split(", ")
    for gate in gates if len(gates) > 1 else ():
        left = ", ".join(one for one in gates if one != gate)
        yield f"then: not at {gate}", _with(rule, ("then",), f"hold at {left};{rest}".rstrip(";"))


SLIPS = {"condition": _conditions, "word": _words, "number": _numbers, "gate": _gates}


def _shown(path: Where) -> str:
    return ".".join(str(part) for part in path)


def shared() -> Iterator[tuple[str, Pack]]:
    """Every condition left out that rules share: of a definition, of an exception."""
    for pack in shelf().values():
        plain = json.loads(canonical(pack))
        for section, depth in (("define", 3), ("exceptions", 4)):
            for path, part in [*_leaves(plain.get(section, {}), (section,))]:
                # A check of this very weapon, asked of this weapon, is meant anyway.
                if len(path) < depth or (path[-1] == "on" and part == f"this {path[2]}"):
                    continue
                found = _read(_without(plain, path))
                if found is not None:
                    yield f"{pack.id}: without {_shown(path)} = {json.dumps(part)[:60]}", found


# --- who notices -------------------------------------------------------------------


@cache
def _own(pack: str) -> tuple[Case, ...]:
    return own_cases(installed().packs[pack].folder)[0]


@cache
def _sheet(pack: str) -> tuple[Sheet, dict[str, Base]]:
    """What `packs test` compares with: the recorded answers, and where they were asked."""
    folder = installed().packs[pack].folder
    sheet = answer_sheet.recorded(folder)
    assert sheet is not None, f"{pack} has no answer sheet"
    return sheet, bases_of((*_own(pack), *own_days(folder)[0]))


def noticed_by(mutant: Mutant) -> str:
    """What `packs test` says of it first; empty if nothing."""
    return _answers_differ(mutant) or _case_differs(mutant)


def pack_noticed_by(pack: Pack) -> str:
    """The first answer of any of its rules that differs; empty if none."""
    sheet, bases = _sheet(pack.id)
    return str(next(differences(pack, sheet, bases), ""))


def _answers_differ(mutant: Mutant) -> str:
    sheet, bases = _sheet(mutant.pack.id)
    listed = next(one for one in sheet.rules if one.rule == mutant.rule)
    rule = next(rule for rule in mutant.pack.rules if rule.id == mutant.rule)
    return str(next(rule_differences(mutant.pack, rule, listed, bases), ""))


def _case_differs(mutant: Mutant) -> str:
    """The first of the pack's cases that does not come to what it should, its rule's first."""
    packs = {**shelf(), mutant.pack.id: mutant.pack}
    for case in sorted(_own(mutant.pack.id), key=lambda case: rule_of(case.id) != mutant.rule):
        book = book_of(choose(packs, case.packs, file=case.file, who="the case"))
        sides = {f"{case.id}--{variant.id}": variant.expect for variant in case.variants}
        for done in replay(case, book, "honest"):
            if faults(done, sides.get(done.case.id, case.expect)):
                return done.case.id
    return ""

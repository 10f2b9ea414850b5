"""Careful days with one thing different, until every rule of a pack holds by itself once.

Nothing here knows a rule: a statement is left out, or one field of a statement, a plan,
a person or a weapon is left out or said otherwise, and the whole day is judged again.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from showclear.app.replaying import Step, walk
from showclear.app.vary import reread
from showclear.core.case import Case, Expect
from showclear.core.errors import ReadError
from showclear.core.gates import Hold, Reason
from showclear.core.statement import Statement
from showclear.core.vocabulary import GATE_OF_TAG
from showclear.rules.grammar import No, Pack
from showclear.rules.judge import Book, book_of

Raw = dict[str, Any]
RUNS = ("ad", "director")
"""Who says, in an edited day, what somebody else said."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing different: where, and what it becomes; None leaves it out."""

    path: tuple[str | int, ...]
    value: Any = None

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))} := {self.value}"

    def of(self, raw: Mapping[str, Any]) -> Raw:
        """The day with it."""
        day = copy.deepcopy(dict(raw))
        here: Any = day
        for key in self.path[:-1]:
            here = here[key]
        last: Any = self.path[-1]
        if self.value is None:
            del here[last]
        else:
            here[last] = self.value
        return day


OTHERWISE: Mapping[str, tuple[Any, ...]] = {
    "phase": ("rehearsal",),
    "hazards": (["blank-fire"], ["firearm-display"], ["water"], "none"),
    "pointed_at": (["operator"], ["focus"]),
    "line": (["operator"],),
    "zone": (["script"],),
    "weapons": ("none",),
    "measured": ({"distance_ft": 12},),
    "with": (),
    "from": ("ad", "props", "assistant"),
    "by": ("ad", "props"),
    "count": (1, 5),
    "lot": ("dummies", "blanks"),
    "to": ("assistant", "ad"),
}
"""What a field may say instead of what it says."""
PERSON: Mapping[str, tuple[Any, ...]] = {
    "roles": (["crew"], ["assistant-armorer"], ["property-master"]),
    "qualifications": (None,),
    "duties": (["driver"],),
}


def edits(raw: Mapping[str, Any]) -> Iterator[Edit]:
    """Every edit tried, the likeliest first."""
    said = list(enumerate(raw["statements"]))
    for place, one in said:
        if one.get("what") not in GATE_OF_TAG:
            yield Edit(("statements", place))
    for name, person in raw["people"].items():
        for key, values in PERSON.items():
            for value in values:
                if value is not None or key in person:
                    yield Edit(("people", name, key), value)
    for name, plan in raw["activities"].items():
        for key in plan:
            yield Edit(("activities", name, key))
            yield from (Edit(("activities", name, key), value) for value in OTHERWISE.get(key, ()))
        for weapon, planned in _mapping(plan.get("weapons")).items():
            yield from (Edit(("activities", name, "weapons", weapon, key)) for key in planned)
    for name in raw["weapons"]:
        yield from (Edit(("weapons", name, "kind"), kind) for kind in ("airsoft", "rubber"))
    for place, one in said:
        for key in one.get("ask", one):
            at = ("statements", place, "ask", key) if "ask" in one else ("statements", place, key)
            if key in ("with", "shown_to", "of", "for"):
                yield Edit(at)
            yield from (Edit(at, value) for value in OTHERWISE.get(key, ()))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


@dataclass(slots=True)
class Situation:
    """Where a rule held alone, and what came of its next steps."""

    rule: str
    edit: Edit
    act: str
    reasons: tuple[Reason, ...]
    left: tuple[Reason, ...] = ()
    without_step: tuple[Reason, ...] = ()


@dataclass(slots=True)
class Search:
    """Looks for a situation for each rule of a pack, on one day."""

    day: Case
    pack: Pack
    found: dict[str, Situation] = field(default_factory=dict)
    tried: int = 0

    def run(self) -> Search:
        book = book_of([self.pack])
        for edit in edits(self.day.raw):
            if not self.wanted:
                break
            try:
                told = reread(
                    self.day, edit.of(self.day.raw), id_=self.day.id, kind="compliant-day",
                    expect=Expect(),
                )  # fmt: skip
            except ReadError:
                continue
            self.tried += 1
            self._walk(told, book, edit)
        return self

    @property
    def wanted(self) -> set[str]:
        return {rule.id for rule in self.pack.rules} - set(self.found)

    def _walk(self, told: Case, book: Book, edit: Edit) -> None:
        def prepare(step: Step) -> tuple[Statement, list[str]]:
            verdict = step.verdict()
            if isinstance(verdict, Hold):
                rules = {(reason.pack, reason.rule) for reason in verdict.reasons}
                wanted = {(self.pack.id, rule) for rule in self.wanted}
                if len(rules) == 1 and rules <= wanted:
                    self._note(step, verdict, edit)
            return step.said, []

        walk(told, book, prepare=prepare)

    def _note(self, step: Step, verdict: Hold, edit: Edit) -> None:
        name = verdict.reasons[0].rule
        situation = Situation(name, edit, str(step.said.id), verdict.reasons)
        situation.without_step = tuple(r for r in verdict.reasons if r.next.statement is None)
        situation.left = applied(step, verdict.reasons)
        self.found[name] = situation


def applied(step: Step, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Take every step offered, once, and return those reasons that are still there."""
    for reason in reasons:
        statement = reason.next.statement
        if statement is None:
            continue
        if reason.next.replaces:
            step.instead(statement)
        else:
            step.enter(statement)
    after = step.verdict()
    still = after.reasons if isinstance(after, Hold) else ()
    gone = {(reason.pack, reason.rule, reason.on) for reason in reasons}
    return tuple(one for one in still if (one.pack, one.rule, one.on) in gone)


def is_no(pack: Pack, rule: str) -> bool:
    """Whether a rule asks that there be none: then people decide what to do."""
    return any(one.id == rule and isinstance(one.shape, No) for one in pack.rules)

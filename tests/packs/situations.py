"""Careful days with one thing different, until every rule of a pack holds by itself once.

Nothing here knows a rule: a statement is left out, or one field of a statement, a plan,
a person or a weapon is left out or said otherwise, and the whole day is judged again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from showclear.app.replaying import Step, walk
from showclear.app.vary import reread
from showclear.core.case import Case, Expect
from showclear.core.errors import ReadError
from showclear.core.gates import Hold, Question, Reason
from showclear.core.state import State
from showclear.core.statement import Statement
from showclear.core.vocabulary import GATE_OF_TAG
from showclear.rules.grammar import No, Pack
from showclear.rules.judge import Book, book_of

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """What is different: where, and what it becomes; None leaves it out.

    A statement is named by its id. Several changes are one edit where one alone says
    nothing new.
    """

    changes: tuple[tuple[tuple[str | int, ...], Any], ...]

    def __str__(self) -> str:
        return "; ".join(f"{'.'.join(map(str, path))} := {value}" for path, value in self.changes)

    def of(self, raw: Mapping[str, Any]) -> Raw:
        """The day with it."""
        day = copy.deepcopy(dict(raw))
        for path, value in self.changes:
            here: Any = day
            for key in path[:-1]:
                here = _entry(here, key)
            last = path[-1] if isinstance(here, dict) else _place(here, path[-1])
            if value is None:
                del here[last]
            else:
                here[last] = value
        return day


def edit(path: tuple[str | int, ...], value: Any = None) -> Edit:
    """One thing different."""
    return Edit(((path, value),))


def _entry(here: Any, key: str | int) -> Any:
    found = here[key if isinstance(here, dict) else _place(here, key)]
    return found.get("ask", found) if isinstance(here, list) and isinstance(found, dict) else found


def _place(listed: list[Any], key: str | int) -> int:
    if isinstance(key, int):
        return key
    return next(n for n, one in enumerate(listed) if one.get("ask", one).get("id") == key)


OTHERWISE: Mapping[str, tuple[Any, ...]] = {
    "phase": ("rehearsal",),
    "hazards": (["blank-fire"], ["firearm-display"], ["live-fire"], "none"),
    "pointed_at": (["operator"], ["focus"]),
    "line": (["operator"],),
    "zone": (["script"],),
    "weapons": ("none",),
    "measured": ({"distance_ft": 12},),
    "with": (),
    "from": ("ad", "props", "assistant"),
    "by": ("ad", "props"),
    "count": (1, 5),
    "kind": ("department",),
    "at": (),
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
    said = [one.get("ask", one) for one in raw["statements"] if "truth" not in one]
    for one in said:
        if one.get("what") not in GATE_OF_TAG and "gate" not in one:
            yield edit(("statements", one["id"]))
    for name, person in raw["people"].items():
        for key, values in PERSON.items():
            for value in values:
                if value is not None or key in person:
                    yield edit(("people", name, key), value)
    yield from _plans(raw)
    for name in raw.get("weapons", ()):
        yield from (edit(("weapons", name, "kind"), kind) for kind in ("other", "rubber"))
    for one in said:
        yield from _fields(one, said)


def _plans(raw: Mapping[str, Any]) -> Iterator[Edit]:
    for name, plan in raw.get("activities", {}).items():
        at = ("activities", name)
        for key in plan:
            yield edit((*at, key))
            yield from (edit((*at, key), value) for value in OTHERWISE.get(key, ()))
        for weapon, planned in _mapping(plan.get("weapons")).items():
            yield from (edit((*at, "weapons", weapon, key)) for key in planned)
        # What a shot asks of its plan differs from what a rehearsal does.
        for key in plan:
            if key != "phase":
                yield Edit((((*at, "phase"), "rehearsal"), ((*at, key), None)))


def _fields(one: Mapping[str, Any], said: list[Mapping[str, Any]]) -> Iterator[Edit]:
    at = ("statements", one["id"])
    for key, value in one.items():
        if key in ("with", "shown_to", "of", "for"):
            yield edit((*at, key))
        yield from (edit((*at, key), other) for other in OTHERWISE.get(key, ()))
        if isinstance(value, list) and len(value) > 1:
            yield from (edit((*at, key, place)) for place in range(len(value)))
    if "gate" in one:
        later = [other["at"] for other in said if other["at"] > one["at"]]
        yield from (edit((*at, "at"), when) for when in dict.fromkeys(later))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a rule held alone, and what came of its next steps.

    Attributes:
        day: The day, by its id, that was as it should be but for the edit.
        question, states: What was asked, and on what, when it held alone.
        steps: How many steps it took until the reasons were gone.
        left: What no step took away.
    """

    rule: str
    day: str
    edit: Edit
    act: str
    question: Question
    states: tuple[State, ...]
    steps: int
    left: tuple[Reason, ...]


STEPS_MAX = 5


@dataclass(slots=True)
class Search:
    """Looks for a situation for each rule of a pack, on one day.

    Attributes:
        found: Where a rule held alone and its steps took its reasons away.
        stuck: Where it held alone and they did not, as long as nothing better is found.
    """

    day: Case
    pack: Pack
    found: dict[str, Situation] = field(default_factory=dict)
    stuck: dict[str, Situation] = field(default_factory=dict)
    tried: int = 0

    @property
    def wanted(self) -> set[str]:
        return {rule.id for rule in self.pack.rules} - set(self.found)

    def run(self, tries: Iterable[Edit] | None = None) -> Search:
        """Try edits until every rule was found."""
        book = book_of([self.pack])
        for one in edits(self.day.raw) if tries is None else tries:
            if not self.wanted:
                break
            told = self._told(one)
            if told is not None:
                self.tried += 1
                self._walk(told, book, one)
        return self

    def _told(self, one: Edit) -> Case | None:
        """The day with an edit, if that is a day that can be told."""
        raw = one.of(self.day.raw)
        try:
            return reread(self.day, raw, id_=self.day.id, kind="compliant-day", expect=Expect())
        except ReadError:
            return None

    def _walk(self, told: Case, book: Book, one: Edit) -> None:
        def prepare(step: Step) -> tuple[Statement, list[str]]:
            verdict = step.verdict()
            if isinstance(verdict, Hold):
                rules = {r.rule for r in verdict.reasons if r.pack == self.pack.id} & self.wanted
                if rules:
                    self._alone(step, min(rules), one)
            return step.said, []

        walk(told, book, prepare=prepare)

    def _alone(self, step: Step, rule: str, one: Edit) -> None:
        """Put right whatever else holds; if the rule then holds alone, put that right."""
        _put_right(step, lambda reason: reason.rule != rule)
        verdict = step.verdict()
        if not isinstance(verdict, Hold) or {rule} != {r.rule for r in verdict.reasons}:
            return
        asked, states = step.question(), tuple(state.copy() for state in step.states())
        assert asked is not None
        taken = _put_right(step, lambda reason: reason.rule == rule)
        after = step.verdict()
        still = after.reasons if isinstance(after, Hold) else ()
        left = tuple(reason for reason in still if reason.rule == rule)
        situation = Situation(rule, self.day.id, one, str(step.said.id), asked, states, taken, left)
        if left:
            self.stuck.setdefault(rule, situation)
        else:
            self.found[rule] = situation


def _put_right(step: Step, which: Callable[[Reason], bool]) -> int:
    """Take the steps that reasons offer, in turn. Returns how many steps one reason took."""
    for turn in range(STEPS_MAX):
        verdict = step.verdict()
        reasons = verdict.reasons if isinstance(verdict, Hold) else ()
        asked = [reason for reason in reasons if which(reason)]
        offered = [reason for reason in asked if reason.next.statement is not None]
        if not offered:
            return turn
        for reason in offered:
            _take(step, reason)
    return STEPS_MAX


def _take(step: Step, reason: Reason) -> None:
    assert reason.next.statement is not None
    if reason.next.replaces:
        step.instead(reason.next.statement)
    else:
        step.enter(reason.next.statement)


def is_no(pack: Pack, rule: str) -> bool:
    """Whether a rule asks that there be none: then people decide what to do."""
    return any(one.id == rule and isinstance(one.shape, No) for one in pack.rules)

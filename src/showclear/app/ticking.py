"""Ticking: what can one person's word end at a gate, though nobody looked?

* Whatever is missing is entered by whoever answers for it, alone: nobody vouches for them,
  and nobody agrees with them. Not checks only: meetings, assessments, permissions,
  agreements and changes of the plan are words as well.
* What one person entered stays theirs. A second person who enters the same makes two of
  them; that is the mode `colluded`.
* A word that ends nothing is not entered. Of everybody on the record one is sought whose
  word does; nobody is made up, and nobody else does the act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from showclear.app.replaying import Step, Walk, changes_plan
from showclear.core.gates import Hold, Reason
from showclear.core.record import Record
from showclear.core.statement import Statement
from showclear.core.words import CHECKS, PERMISSION_KINDS

TICKS_MAX: Final = 80
"""How much is entered before one act at most; more would go in circles."""
_BY_ANOTHER: Final = frozenset({"remedy.verified"})
"""Tags whose word counts only from another than whoever did it."""
_OTHERS: Final = ("witnesses", "with", "said_by", "id")


def needs_two(reason: Reason) -> bool:
    """Whether the record asks for the word of a second person here."""
    statement = reason.next.statement or {}
    return (
        "same-eyes" in reason.missing
        or len(statement.get("agreed_by", ())) > 1
        or statement.get("what") in _BY_ANOTHER
    )


def ends_by_no_word(reason: Reason) -> bool:
    """Whether the act itself would have to be another, or who does it."""
    return reason.next.replaces or next(_least(reason, {}), reason.next.statement) is None


def ticked(step: Step) -> tuple[Statement, list[str]]:
    """Enter before an act, alone and unseen, whatever one person's word can end."""
    ticking = _Ticking(step)
    for _ in range(TICKS_MAX):
        verdict = step.verdict()
        if not isinstance(verdict, Hold):
            break
        if ticking.one_more(verdict):
            continue
        if not ticking.fresh:
            break
        # What ended nothing before may do so now that more is entered.
        ticking.tried.clear()
        ticking.fresh = False
    return step.said, ticking.entered


@dataclass(slots=True)
class _Ticking:
    """What is entered before one act.

    Attributes:
        tried: What ended nothing, by whom; asked again once more has been entered.
        plans: Changes of the plan that were tried. They are not tried twice.
        whose: Who entered a check, or answered a rule, for a thing, before this act.
        fresh: Whether anything was entered since everything was last tried.
    """

    step: Step
    entered: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    plans: set[str] = field(default_factory=set)
    whose: dict[tuple[str, str], str] = field(default_factory=dict)
    fresh: bool = False

    def one_more(self, verdict: Hold) -> bool:
        """Enter one word that ends a reason, or brings its end nearer."""
        for reason in sorted(verdict.reasons, key=_order):
            for fields in self._words(reason):
                names = _names(reason, fields)
                for by in self._who(reason, fields, names):
                    if self._enter(reason, _alone(self.step, reason, fields, by)):
                        self.whose.update(dict.fromkeys(names, by))
                        self.step.walk.whose.update(dict.fromkeys(names, by))
                        return True
        return False

    def _words(self, reason: Reason) -> Iterator[Mapping[str, Any]]:
        offered = reason.next.statement
        if offered is not None and not reason.next.replaces:
            yield offered
        yield from _least(reason, self._act())

    def _act(self) -> dict[str, Any]:
        """What a word about this act would have to name."""
        question = self.step.question()
        state = self.step.states()[0]
        people = [name for name, one in sorted(state.people.items()) if not one.left]
        activity = None if question is None else question.activity
        return {"activity": activity, "people": people, "said": self.step.walk.record.by_id}

    def _who(
        self, reason: Reason, fields: Mapping[str, Any], names: list[tuple[str, str]]
    ) -> list[str]:
        """Whoever entered it before; else who is asked for it, and then everybody."""
        # Of two who are asked for, the first may have entered it before an earlier act.
        whose = self.step.walk.whose if needs_two(reason) else self.whose
        before = [whose[name] for name in names if name in whose]
        if before:
            return list(dict.fromkeys(before))[:1]
        people = self.step.states()[0].people
        # A crowd has no badge, and a child answers for nothing.
        able = [n for n, one in sorted(people.items()) if not (one.left or one.many or one.minor)]
        beside = [str(eye["person"]) for eye in fields.get("witnesses", ())]
        first = (fields.get("by"), self.step.said.speaker, *beside)
        return list(dict.fromkeys([str(name) for name in first if name in people] + able))

    def _enter(self, reason: Reason, fields: Mapping[str, Any]) -> bool:
        key = repr(sorted((name, repr(value)) for name, value in fields.items()))
        plan = changes_plan(fields)
        seen = self.plans if plan else self.tried
        if key in seen:
            return False
        seen.add(key)
        if not _nearer(self.step, reason, fields):
            return False
        name = self.step.enter(fields)
        if name is None:
            return False
        self.entered.append(name)
        self.fresh = True
        if plan:
            # What was entered for the plan as it was may have fallen with it.
            self.tried.clear()
        return True


def _order(reason: Reason) -> int:
    """The plan first, for other words fall with it; last what asks for a second person."""
    if reason.next.statement is not None and changes_plan(reason.next.statement):
        return 0
    return 2 if needs_two(reason) else 1


def _names(reason: Reason, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a word is about, so that it stays with whoever entered it."""
    on = fields.get("on") or fields.get("weapons") or (reason.on,)
    said = fields.get("checks") or (fields["what"],)
    about = [(str(word), str(name)) for word in said for name in on]
    return [*about, (reason.rule, reason.on)] if fields["what"] != "check.made" else about


def _alone(step: Step, reason: Reason, fields: Mapping[str, Any], by: str) -> dict[str, Any]:
    """The same by one person, without eyes and without another's agreement."""
    said = {name: value for name, value in fields.items() if name not in _OTHERS}
    if "agreed_by" in said:
        said["agreed_by"] = [by]
    word = str((said.get("checks") or (said["what"],))[0])
    return {**said, "by": by, "id": f"{step.said.id}.ticked.{word}.{reason.on}"}


def _least(reason: Reason, act: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The least that can be said of each thing that is missing; nothing of most words."""
    activity, everybody = act.get("activity"), act.get("people", [])
    for word in reason.missing:
        if word in CHECKS:
            yield {"what": "check.made", "checks": [word], "on": [reason.on], "passed": True}
        elif word == "permission.granted" and reason.on in PERMISSION_KINDS:
            # Whoever refused, or gave it with an end, is said to have given it now.
            from_ = _of_permission(reason.on, act)
            yield {"what": word, "kind": reason.on, "from": from_, "activities": [activity]}
        elif word == "change.agreed":
            yield {"what": word, "activity": activity, "people": [reason.on]}
        elif word == "risk.assessed":
            yield {
                "what": word,
                "activity": activity,
                "controls": ["as assessed"],
                "affected": everybody,
            }


def _of_permission(kind: str, act: Mapping[str, Any]) -> str:
    said = act.get("said", {}).values()
    from_ = [str(one.from_) for one in said if getattr(one, "kind", None) == kind if _given(one)]
    return from_[-1] if from_ else "whoever may grant it"


def _given(said: Statement) -> bool:
    return said.what.startswith("permission.") and getattr(said, "from_", None) is not None


def _nearer(step: Step, reason: Reason, fields: Mapping[str, Any]) -> bool:
    """Whether the reason would be gone with this entered, or would ask for the next thing."""
    trial = Step(Walk(step.walk.case, record=_copied(step.walk.record)), step.book, step.said)
    if trial.enter(fields) is None:
        return False
    verdict = trial.verdict()
    if not isinstance(verdict, Hold):
        return True
    left = [one for one in verdict.reasons if _same(one, reason)]
    return not left or any(_tag(one) != _tag(reason) for one in left)


def _same(one: Reason, other: Reason) -> bool:
    return (one.pack, one.rule, one.on) == (other.pack, other.rule, other.on)


def _tag(reason: Reason) -> object:
    return (reason.next.statement or {}).get("what")


def _copied(record: Record) -> Record:
    """A record that can be tried on."""
    corrected = record.as_corrected
    return Record(
        as_said=record.as_said.copy(),
        as_corrected=None if corrected is None else corrected.copy(),
        by_id=dict(record.by_id),
        between=[world.copy() for world in record.between],
        others=set(record.others),
        waiting={name: list(said) for name, said in record.waiting.items()},
        since=record.since,
    )

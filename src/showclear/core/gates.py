"""Gates: the question put before an act, and the only two answers.

* There is no third answer. What is unknown, stale, contradictory or empty holds.
* A `Clear` names what it relied on and is never made without grounds.
* A `Hold` gives every reason, in a stable order, and is never made without one.
* A verdict has no truth value: `if verdict:` would let a `Hold` through.
* A gate is judged once, on what the record held then.

What holds by itself is in `own`; what packs ask is in `showclear.rules`. Nothing
here reads a clock: the time of the question is the time of the act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from showclear.core import words
from showclear.core.fold_after import named_open, resumes
from showclear.core.said_after import WorkResumed
from showclear.core.said_people import WeaponHandedOver, WeaponLoaded, WeaponTakenOut
from showclear.core.said_plan import (
    ActivityRehearsed,
    ActivityRolled,
    ActivityStarted,
    ActivityTested,
    GateAsked,
    MachineDeclared,
    PeopleEntered,
)
from showclear.core.state import State
from showclear.core.statement import Statement


@dataclass(frozen=True, slots=True)
class Next:
    """What to do next.

    Attributes:
        say: For the person on set.
        statement: The statement to make, everything but the time filled in; None when
            no single statement would do.
        replaces: The statement is the same act with a field changed: judge it instead.
    """

    say: str
    statement: Mapping[str, Any] | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that must be put right before the gate can clear.

    Attributes:
        pack, rule: Whose rule it is; `showclear-core` for what holds by itself.
        cite: Instrument and provision.
        force: `law`, `agreement`, `guidance`, `practice` or `studio`.
        missing: Words of the closed list; the alternatives of one rule.
        on: What it is about.
        witnesses: The ids that show it: which lot, which person, which statement.
        since: The statement since which it is so, if there is one.
        until: When a wait is over, or the time of a duty was or will be; None if there is
            no such time, or nobody knows it.
    """

    pack: str
    rule: str
    cite: str
    force: str
    missing: tuple[str, ...]
    on: str
    witnesses: tuple[str, ...]
    says: str
    next: Next
    since: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lifted:
    """A rule that an exception of its own lifted for something."""

    rule: str
    exception: str
    on: str


class _NoTruth:
    """Refuses `if verdict:`. A `Hold` is an object, so it would read as true."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("match on Clear or Hold: a verdict has no truth value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear(_NoTruth):
    """These checks are recorded. Not an opinion on law, and not a promise.

    Attributes:
        relied_on: Statements that the answer rests on, sorted. Never empty.
        rules: `pack/rule` of every rule that was asked and met, sorted. Never empty.
        warned: What only warned.
        lifted: Rules that an exception lifted.
    """

    relied_on: tuple[str, ...]
    rules: tuple[str, ...]
    warned: tuple[Reason, ...] = ()
    lifted: tuple[Lifted, ...] = ()

    def __post_init__(self) -> None:
        if not self.relied_on or not self.rules:
            raise ValueError("a Clear must name what it relied on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(_NoTruth):
    """Do not go on. `reasons` lists every one of them, and is never empty."""

    reasons: tuple[Reason, ...]
    warned: tuple[Reason, ...] = ()
    lifted: tuple[Lifted, ...] = ()

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("a Hold must say why")


Verdict = Clear | Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: which gate, before which act, on what.

    Attributes:
        gate: A word of `words.GATES`.
        act: The statement it is asked for; for `gate.asked` nothing happens.
        on: What the gate is on.
        activity: The activity concerned, if one was named.
        doer: Who does it: the handler of a take-out or load, else the speaker.
        giver, receivers: Of a handover.
        pairs: Each weapon with who gets it.
        lot, count: What is about to be loaded, each.
        people: Those named as really in the act; None when nobody was named.
    """

    gate: str
    act: Statement
    at: datetime | None
    on: tuple[str, ...]
    activity: str | None = None
    doer: str = ""
    giver: str | None = None
    receivers: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    weapons: tuple[str, ...] = ()
    lot: str | None = None
    count: int | None = None
    people: tuple[str, ...] | None = None
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def question_of(said: Statement, state: State) -> Question | None:
    """The question asked before a statement, or None if none is."""
    match said:
        case GateAsked():
            return _asked(said, state)
        case WeaponTakenOut() | WeaponLoaded() | WeaponHandedOver():
            return _of_weapons(said)
        case ActivityStarted() | ActivityRehearsed() | ActivityTested() | ActivityRolled():
            return _question(
                said,
                type(said).gated_by,
                (said.activity,),
                activity=said.activity,
                people=said.people or None,
            )
        case PeopleEntered():
            return _of_entering(said)
        case MachineDeclared():
            if said.state == "locked-off":
                return None
            return _question(said, "arm", said.things, activity=said.for_)
        case WorkResumed():
            return _question(said, "resume", named_open(state, resumes(said)))
        case _ if said.gated_by == "close-day":
            return _question(said, "close-day", ("day",))
        case _:
            return None


def only_says_better(said: Statement, before: Statement | None, state: State) -> bool:
    """Whether a correction asks nothing that was not asked: then its act was judged.

    Another weapon, person, lot, number or activity is another question, and is put.
    """
    if before is None or before.what != said.what:
        return False
    now, then = question_of(said, state), question_of(before, state)
    return now is not None and then is not None and _asks(now) == _asks(then)


def _asks(question: Question) -> tuple[object, ...]:
    return (
        question.gate,
        question.on,
        question.activity,
        question.doer,
        question.giver,
        question.receivers,
        question.pairs,
        question.lot,
        question.count,
        question.people,
    )


def _of_weapons(said: WeaponTakenOut | WeaponLoaded | WeaponHandedOver) -> Question:
    match said:
        case WeaponTakenOut():
            return _question(said, "take-out", said.weapons, weapons=said.weapons)
        case WeaponLoaded():
            return _question(
                said,
                "load",
                said.weapons,
                weapons=said.weapons,
                lot=said.lot,
                count=said.count,
                activity=said.for_,
            )
        case WeaponHandedOver():
            pairs = over_pairs(said)
            weapons = tuple(name for name, _ in pairs)
            return _question(
                said,
                "hand-over",
                weapons,
                weapons=weapons,
                pairs=pairs,
                giver=said.from_,
                receivers=tuple(dict.fromkeys(person for _, person in pairs)),
                activity=said.for_,
            )


def _of_entering(said: PeopleEntered) -> Question:
    on = tuple(entry.thing for entry in said.entries)
    single = said.activity or said.thing
    people = (*said.people, *(name for entry in said.entries for name in entry.people))
    where = (*on, single) if single is not None else on
    return _question(said, "enter", where, activity=said.activity or said.for_, people=people)


def over_pairs(said: WeaponHandedOver) -> tuple[tuple[str, str], ...]:
    """Each weapon of a handover with who gets it."""
    pairs: list[tuple[str, str]] = [(issue.weapon, issue.person) for issue in said.issues]
    if said.to:
        last = len(said.to) - 1
        pairs += [(name, said.to[min(i, last)]) for i, name in enumerate(said.weapons)]
    return tuple(pairs)


def _question(said: Statement, gate: str, on: Iterable[str], **given: Any) -> Question:
    # At a handover the one who does it is the giver, whoever enters it.
    doer = given.get("giver") or said.speaker
    return Question(gate=gate, act=said, at=said.at, on=tuple(on), doer=doer, **given)


def _asked(said: GateAsked, state: State) -> Question:
    """Asked beforehand: the giver is whoever has the weapon, the doer too if a handler."""
    on = tuple(said.on)
    if said.gate in ("take-out", "load", "hand-over"):
        holder = next(
            (
                weapon.holder
                for name in on
                if (weapon := state.weapons.get(name)) and state.handles(weapon.holder or "")
            ),
            None,
        )
        receivers = said.to or said.people
        pairs = tuple((name, person) for name in on for person in receivers)
        return Question(
            gate=said.gate,
            act=said,
            at=said.at,
            on=on,
            activity=said.for_,
            doer=holder or said.speaker,
            giver=(holder or said.speaker) if said.gate == "hand-over" else None,
            receivers=tuple(receivers),
            pairs=pairs,
            weapons=on,
            lot=said.lot,
            count=said.count,
        )
    activity = on[0] if said.gate in words.ACT_GATES else said.for_
    if said.gate == "enter" and on[0] in state.activities:
        activity = on[0]
    return _question(said, said.gate, on, activity=activity, people=said.people or None)

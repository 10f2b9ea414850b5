"""What no gate misses when one careful act of a day is left out, and why that is right.

* One statement is left out at a time: everything but acts that are gated and the plan.
* A gate misses it if some gate of the day holds for a reason that it did not hold for.
* The reasons are given by kind of statement, and hold for any day. A statement that no
  gate misses and no reason covers is a rule that is missing.

The page is docs/left-out.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from showclear.app.replaying import Walk, walk
from showclear.core import vocabulary
from showclear.core.case import Case
from showclear.core.gates import Hold
from showclear.core.said_people import SearchMade
from showclear.core.said_plan import CheckMade, SetDeclared
from showclear.core.statement import Statement
from showclear.rules.grammar import FactTest
from showclear.rules.judge import Book

HoldReason = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is as it should be: what was said, what it held for, what it noticed."""

    said: tuple[Statement, ...]
    held: frozenset[HoldReason]
    noticed: frozenset[tuple[str, str]]
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One statement left out.

    Attributes:
        missed_by: Gates that hold for a new reason, with its words.
        alerts: What was noticed as it was said, at other statements.
        warnings: The same, as warnings for the wrap.
    """

    said: Statement
    missed_by: tuple[tuple[str, tuple[str, ...]], ...]
    alerts: tuple[str, ...]
    warnings: tuple[str, ...]


def left_out_of(case: Case, book: Book) -> tuple[Day, tuple[LeftOut, ...]]:
    """Leave each careful act out, one at a time."""
    whole = walk(case, book)
    said = tuple(item for item in case.items if isinstance(item, Statement))
    day = Day(said, _held(whole), _noticed(whole), checks_asked(book, rules=_asked_today(whole)))
    return day, tuple(_without(case, book, day, one) for one in said if is_careful(one))


def is_careful(said: Statement) -> bool:
    """Whether it is something people do for one another, and neither the act nor its plan."""
    return said.what not in vocabulary.GATE_OF_TAG and said.what not in vocabulary.PLANNING


def _held(done: Walk) -> frozenset[HoldReason]:
    return frozenset(
        (str(one.statement.id), reason.rule, reason.missing, reason.on)
        for one in done.held
        if isinstance(one.verdict, Hold)
        for reason in one.verdict.reasons
    )


def _noticed(done: Walk) -> frozenset[tuple[str, str]]:
    return frozenset((notice.said, notice.missing) for notice in done.notices)


def _without(case: Case, book: Book, day: Day, gone: Statement) -> LeftOut:
    done = walk(replace(case, items=tuple(item for item in case.items if item is not gone)), book)
    order = {str(one.statement.id): one.order for one in done.judged}
    new = sorted(_held(done) - day.held, key=lambda one: (order[one[0]], one))
    fresh = [one for one in done.notices if (one.said, one.missing) not in day.noticed]
    return LeftOut(
        gone,
        tuple((gate, missing) for gate, _, missing, _ in new),
        tuple(dict.fromkeys(one.said for one in fresh if not one.warning)),
        tuple(dict.fromkeys(one.said for one in fresh if one.warning)),
    )


def _asked_today(done: Walk) -> frozenset[str]:
    """`pack/rule` of every rule that some gate of the day asked; others are of other hazards."""
    found: set[str] = set()
    for one in done.judged:
        if isinstance(one.verdict, Hold):
            found |= {f"{reason.pack}/{reason.rule}" for reason in one.verdict.reasons}
        else:
            found |= set(one.verdict.rules)
    return frozenset(found)


def checks_asked(book: Book, *, rules: frozenset[str]) -> frozenset[str]:
    """Every check that one of these rules asks for, or an exception to one."""
    found: set[str] = set()
    todo: list[object] = [
        item
        for pack in book.packs
        for rule in pack.rules
        if f"{pack.id}/{rule.id}" in rules
        for item in (rule.shape, *pack.define.values(), *pack.exceptions.values())
    ]
    while todo:
        item = todo.pop()
        if isinstance(item, FactTest):
            found |= item.words.get("check", frozenset())
        elif isinstance(item, tuple | list):
            todo += item
        elif isinstance(item, dict):
            todo += item.values()
        else:
            names = getattr(type(item), "__slots__", ())
            todo += [getattr(item, name) for name in names if hasattr(item, name)]
    return frozenset(found)


# --- why that is right -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """Why nothing has to hold where statements of a kind are left out.

    Attributes:
        covers: Whether it is the reason for this one, on this day.
    """

    title: str
    because: str
    covers: Callable[[Day, LeftOut], bool]


def _tags(*tags: str) -> Callable[[Day, LeftOut], bool]:
    return lambda day, left: left.said.what in tags


def _again(day: Day, left: LeftOut) -> bool:
    """Each of its checks was made of each of these things by somebody else's statement too."""
    if not isinstance(left.said, CheckMade):
        return left.said.what in ("weapon.counted", "rounds.counted") and _counted_later(day, left)
    others = {
        (check, name)
        for one in day.said
        if isinstance(one, CheckMade) and one is not left.said
        for check in _all_checks(one)
        for name in one.on
    }
    asked = [(c, name) for c in _all_checks(left.said) if c in day.asked for name in left.said.on]
    return bool(asked) and all(pair in others for pair in asked)


def _all_checks(said: CheckMade) -> set[str]:
    shown = {"chamber-empty"} if "shown-clear" in said.checks else set[str]()
    return {*said.checks, *shown}


def _counted_later(day: Day, left: LeftOut) -> bool:
    mine = set(_things(left.said))
    for one in day.said:
        if one is not left.said and one.what == left.said.what:
            mine -= set(_things(one))
    return not mine


def _things(said: Statement) -> Iterable[str]:
    return (*getattr(said, "weapons", ()), *getattr(said, "lots", ()))


def _nobody_asks(day: Day, left: LeftOut) -> bool:
    return isinstance(left.said, CheckMade) and not set(left.said.checks) & day.asked


def _called(day: Day, left: LeftOut) -> bool:
    return isinstance(left.said, SetDeclared) and left.said.state != "hot"


def _own_weapons(day: Day, left: LeftOut) -> bool:
    return isinstance(left.said, SearchMade) and "live-rounds" not in left.said.looking_for


WHYS: Final[Sequence[Why]] = (
    Why(
        "Noticed as it is said",
        "The count beside it no longer fits, which is told at once. A count by a handler that fits"
        " again ends it; a day on which none does cannot be closed without the difference.",
        lambda day, left: bool(left.alerts),
    ),
    Why(
        "Noticed, and a warning",
        "The next handover or look shows that it came back; that nobody entered how is a gap, and"
        " the wrap lists it. What is still recorded as in somebody's hands holds the next act that"
        " they are in and it is not planned for.",
        lambda day, left: bool(left.warnings),
    ),
    Why(
        "Said for people, not for gates",
        "What is called to a whole set, and who has come or gone, helps people to work. A gate"
        " believes what was opened and shown, and asks who heard the plan, not who is near; an"
        " assumed cold weapon is exactly what it must not believe. Only `hot` is asked for.",
        lambda day, left: _called(day, left) or left.said.what.startswith("people."),
    ),
    Why(
        "A day has a beginning without it",
        "A ShootDay opens with its first statement, whoever forgets to say so.",
        _tags("day.opened"),
    ),
    Why(
        "A take ends without it",
        "The next act, change or handback ends a take too.",
        _tags("activity.cut", "activity.finished"),
    ),
    Why(
        "A second pair of eyes that others already were",
        "Both had said at the joint count that they saw it. Where a rule asks for two pairs of"
        " eyes and one of them is taken away, it holds.",
        _tags("confirmed"),
    ),
    Why(
        "Made or counted again beside it",
        "The same check of the same thing stands on this day: one made before that nothing has"
        " made fall, or one made after, before it is used. The close of the day asks for a"
        " count, and there is one.",
        _again,
    ),
    Why(
        "A check that no rule asks for",
        "The pack asks for what the documented cases teach, and of some hazards what it does not"
        " ask of others. What a careful set does beyond that is recorded, and may be asked for by"
        " a pack of its own; failed, it holds all the same.",
        _nobody_asks,
    ),
    Why(
        "Custody without a lock",
        "Open or locked, out or put away, a handler answers for it; what nobody answers for is"
        " said to be unattended, and then everything is looked at anew. A box that stands open"
        " holds the loading of another kind, and the close of the day asks for the last lock.",
        _tags("rounds.opened", "rounds.locked-up", "weapon.locked-up", "rounds.handed-over"),
    ),
    Why(
        "A thing without a rule",
        "Who carries a belt decides nothing. The rounds on it are counted out and back.",
        _tags("thing.handed-over"),
    ),
    Why(
        "Asked aloud",
        "Asking people for weapons of their own is a reminder, and no proof of anything. One that"
        " is declared or found is in the record, and holds until it is put away.",
        _own_weapons,
    ),
)
"""In order: a statement belongs to the first that covers it."""


def why(day: Day, left: LeftOut) -> Why | None:
    """Why nothing misses it, or None where nobody has said."""
    return next((one for one in WHYS if one.covers(day, left)), None)


# --- the page ----------------------------------------------------------------------


def page(case: Case, day: Day, lefts: Sequence[LeftOut]) -> str:
    """docs/left-out.md, whole, from what `left_out_of` found."""
    unmissed = [left for left in lefts if not left.missed_by]
    lines = [
        "# What no gate misses",
        "",
        "Made from the program by `showclear.testing.left_out`; do not edit it here.",
        "",
        f"From `{case.id}` one careful act is left out at a time: everything that is said, but for"
        " gated acts and the",
        f"plan. Of {len(lefts)}, a gate misses {len(lefts) - len(unmissed)}. The other"
        f" {len(unmissed)} are listed here, each under the reason why nothing has",
        "to hold. A statement that no gate misses and no reason covers fails a test.",
        "",
    ]
    for one in WHYS:
        covered = [left for left in unmissed if why(day, left) is one]
        if covered:
            lines += [f"## {one.title}", "", *_wrapped(one.because), ""]
            lines += [f"- {_line(left)}" for left in covered] + [""]
    return "\n".join(lines + list(_missed(lefts)))


def _line(left: LeftOut) -> str:
    noticed = (*left.alerts, *left.warnings)
    told = f"; noticed at {', '.join(f'`{name}`' for name in noticed)}" if noticed else ""
    return f"`{left.said.id}` {left.said.what}{_checks(left.said)}{told}"


def _checks(said: Statement) -> str:
    return f" ({', '.join(said.checks)})" if isinstance(said, CheckMade) else ""


def _missed(lefts: Iterable[LeftOut]) -> Iterator[str]:
    yield "## What a gate misses"
    yield ""
    yield "| left out | held first at | for |"
    yield "| --- | --- | --- |"
    for left in lefts:
        if left.missed_by:
            gate, missing = left.missed_by[0]
            yield f"| `{left.said.id}` | `{gate}` | {' or '.join(missing)} |"
    yield ""


def _wrapped(text: str, width: int = 110) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) + 1 > width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line

"""`showclear replay`: cases, their variants and twins, and what came of each.

The JSON of a replay is a contract (docs/formats/replay.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.app.expecting import Found, find, holds_for, merged
from showclear.app.replaying import (
    Judged,
    Prepare,
    Step,
    Walk,
    as_written,
    colluded,
    repair,
    walk,
)
from showclear.app.ticking import ticked
from showclear.app.vary import reread, variant_case, vary
from showclear.core.case import Case, Expect
from showclear.core.gates import Hold, Reason
from showclear.core.statement import Statement
from showclear.rules.judge import Book

FORMAT: Final = "showclear-replay/1"
PREPARES: Final[Mapping[str, Prepare]] = {
    "honest": as_written,
    "ticked": ticked,
    "colluded": colluded,
    "unused": as_written,
}
"""What each way of using the system enters before an act."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case replayed in one mode."""

    case: Case
    mode: str
    walk: Walk
    found: Found
    expect: Expect

    @property
    def expect_met(self) -> bool | None:
        """Whether every expectation was met; asked of an honest replay only."""
        return not self.found.unmet if self.mode == "honest" else None


BookOf = Callable[[Case], Book]


def replay_one(
    case: Case,
    book: Book,
    mode: str,
    *,
    day: Case | None = None,
    language: str = "en",
) -> Replayed:
    """Replay one case; `day` is the case a variant was made from."""
    if mode == "colluded" and case.expect.repair:
        case = _repaired_plan(case)
    expect = merged(day.expect if day is not None else None, case.expect)
    own = set(case.expect.hold_at) if day is not None else set()

    def own_hold(one: Judged) -> bool:
        return one.statement.id in own and holds_for(
            one, case.expect.because.get(one.statement.id, ())
        )

    done = walk(
        case,
        book,
        prepare=PREPARES[mode],
        acts_only=mode == "unused",
        language=language,
        stop_after=own_hold if own else None,
    )
    base = day or case
    day_like = base.kind == "compliant-day"
    return Replayed(case, mode, done, find(done, expect, day_like=day_like), expect)


def replay(
    case: Case, book: Book, mode: str, *, twins: bool = False, language: str = "en"
) -> Iterator[Replayed]:
    """Replay a case, its variants, and on request its twins."""
    yield replay_one(case, book, mode, language=language)
    for variant in case.variants:
        made = variant_case(case, variant)
        yield replay_one(made, book, mode, day=case, language=language)
    if twins and case.kind == "incident" and case.expect.fatal and mode == "honest":
        yield from twins_of(case, book, language=language)


# --- twins -------------------------------------------------------------------------


def fatal_word(case: Case) -> str:
    """The fatal omission: the first word of the last fatal gate's `because`."""
    wanted = case.expect.because.get(case.expect.fatal[-1], ())
    return wanted[0].missing if wanted else ""


def twins_of(case: Case, book: Book, *, language: str = "en") -> Iterator[Replayed]:
    """`repaired` must clear everywhere; `only-that` must hold for the omission alone."""
    word = fatal_word(case)
    yield _twin(case, book, "repaired", frozenset(), language)
    yield _twin(case, book, "only-that", frozenset({word}), language)


def _repaired(case: Case, skip: frozenset[str]) -> dict[str, Any]:
    """The case's plain data with what its author says no next step can put right."""
    insert: list[Any] = []
    change: dict[str, dict[str, Any]] = {}
    for one in case.expect.repair:
        if one.for_ in skip:
            continue
        insert += one.insert
        for target, fields in one.change.items():
            change.setdefault(target, {}).update(fields)
    return vary(case.raw, insert=insert, change=change)


def _repaired_plan(case: Case) -> Case:
    """Two who tick together write the plan, too, as it would have to be."""
    raw = _repaired(case, frozenset())
    return reread(case, raw, id_=case.id, kind=case.kind, expect=case.expect)


def _twin(case: Case, book: Book, name: str, skip: frozenset[str], language: str) -> Replayed:
    raw = _repaired(case, skip)
    made = reread(case, raw, id_=f"{case.id}--{name}", kind="twin", expect=Expect())

    def prepare(step: Step) -> tuple[Statement, list[str]]:
        return repair(step, skip=skip)

    done = walk(made, book, prepare=prepare, language=language)
    found = find(done, Expect(), day_like=False)
    unmet = _only_that(case, done, skip) if skip else _all_clear(done)
    fatal = None if not skip else not unmet
    told = Found(
        first_hold=str(done.held[0].statement.id) if done.held else None,
        fatal_held=fatal,
        held_before_harm=None,
        harm_at=found.harm_at,
        lead_statements=None,
        lead_seconds=None,
        unexpected=() if skip else tuple(str(one.statement.id) for one in done.held),
        warnings=found.warnings,
        unmet=tuple(unmet),
    )
    return Replayed(made, "honest", done, told, Expect())


def _all_clear(done: Walk) -> list[str]:
    return [f"{one.statement.id} still holds" for one in done.held]


def _only_that(case: Case, done: Walk, skip: frozenset[str]) -> list[str]:
    """The last fatal gate holds, and every hold of the twin is for that word alone."""
    unmet: list[str] = []
    fatal = case.expect.fatal[-1]
    if not any(one.statement.id == fatal for one in done.held):
        unmet.append(f"{fatal} does not hold for {', '.join(skip)}")
    for one in done.held:
        assert isinstance(one.verdict, Hold)
        others = [reason for reason in one.verdict.reasons if not skip & set(reason.missing)]
        unmet += [f"{one.statement.id} also holds for {' '.join(r.missing)}" for r in others]
    return unmet


# --- JSON --------------------------------------------------------------------------


def reason_json(reason: Reason) -> dict[str, Any]:
    """One reason, as the contract has it."""
    statement = reason.next.statement
    return {
        "pack": reason.pack,
        "rule": reason.rule,
        "cite": reason.cite,
        "force": reason.force,
        "missing": list(reason.missing),
        "says": reason.says,
        "next": {
            "say": reason.next.say,
            "statement": None if statement is None else dict(statement),
        },
        "witnesses": list(reason.witnesses),
    }


def case_json(done: Replayed) -> dict[str, Any]:
    """One case, as the contract has it."""
    found = done.found
    return {
        "id": done.case.id,
        "kind": done.case.kind,
        "title": done.case.title,
        "mode": done.mode,
        "gated": len(done.walk.judged),
        "held": [_held_json(one) for one in done.walk.held],
        "first_hold": found.first_hold,
        "fatal_held": found.fatal_held,
        "held_before_harm": found.held_before_harm,
        "harm_at": found.harm_at,
        "lead_statements": found.lead_statements,
        "lead_seconds": found.lead_seconds,
        "expect_met": done.expect_met,
        "unexpected_holds": list(found.unexpected),
        "alerts": [
            {"statement": notice.said, "missing": notice.missing}
            for notice in done.walk.notices
            if not notice.warning
        ],
        "warnings": found.warnings,
    }


def _held_json(one: Judged) -> dict[str, Any]:
    assert isinstance(one.verdict, Hold)
    return {
        "statement": one.statement.id,
        "gate": one.question.gate,
        "on": list(one.question.on),
        "reasons": [reason_json(reason) for reason in one.verdict.reasons],
    }


def summary_json(done: Iterable[Replayed]) -> dict[str, int]:
    """What the cases add up to. Variants and twins are not counted, controls never."""
    listed = list(done)
    incidents = [one for one in listed if one.case.kind == "incident"]
    days = [one for one in listed if one.case.kind == "compliant-day"]
    controls = [one for one in listed if one.case.kind == "control"]
    return {
        "incidents": len(incidents),
        "held_before_harm": sum(one.found.held_before_harm is True for one in incidents),
        "compliant_days": len(days),
        "unexpected_holds": sum(len(one.found.unexpected) for one in (*days, *incidents)),
        "controls_claimed": sum(one.found.held_before_harm is True for one in controls),
    }


def replay_json(
    done: Iterable[Replayed], *, differs: Mapping[str, list[dict[str, str]]] | None = None
) -> dict[str, Any]:
    """The whole answer of `showclear replay --json`.

    Args:
        differs: For a production's record, the gates that answer otherwise now.
    """
    listed = list(done)
    told = differs or {}
    return {
        "format": FORMAT,
        "cases": [
            case_json(one) | ({"differs": told[one.case.id]} if one.case.id in told else {})
            for one in listed
        ],
        "summary": summary_json(listed),
    }

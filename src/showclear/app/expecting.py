"""Whether a replay met what its case expects, and what it counts for.

* Held before the harm only if a fatal gate, or an earlier one that had to hold,
  holds for a reason in `because`. Never for another reason, never for a control.
* A variant's own expectation is asked beside the day's; after its own hold nothing
  else is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from showclear.app.replaying import Judged, Walk
from showclear.core.case import Case, Expect, Harm, Truth, Wanted
from showclear.core.gates import Hold, Reason


def answers(reason: Reason, wanted: Wanted) -> bool:
    """Whether a reason is one that a case asks for."""
    if wanted.missing not in reason.missing:
        return False
    return not wanted.on or wanted.on == reason.on or wanted.on in reason.witnesses


def holds_for(one: Judged | None, wanted: Iterable[Wanted]) -> bool:
    """Whether a gate held, for at least one of these where any is given."""
    if one is None or not isinstance(one.verdict, Hold):
        return False
    listed = tuple(wanted)
    if not listed:
        return True
    return any(answers(reason, want) for reason in one.verdict.reasons for want in listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a replay shows of one case.

    Attributes:
        first_hold: First gate held for a reason in its `because`.
        fatal_held, held_before_harm: None where there is nothing fatal to ask.
        lead_seconds: None where either time gives only the order.
        unmet: What was expected and did not happen, in words.
    """

    first_hold: str | None
    fatal_held: bool | None
    held_before_harm: bool | None
    harm_at: str | None
    lead_statements: int | None
    lead_seconds: int | None
    unexpected: tuple[str, ...]
    warnings: int
    unmet: tuple[str, ...]


def merged(day: Expect | None, own: Expect) -> Expect:
    """The day's expectations that still apply, beside a variant's own."""
    if day is None:
        return own
    return Expect(
        hold_at=own.hold_at,
        because={**day.because, **own.because},
        fatal=own.fatal,
        may_hold_at=(*day.hold_at, *day.may_hold_at, *own.may_hold_at),
        warn_at=own.warn_at,
        alert_at=own.alert_at,
        clear_at=own.clear_at,
        must_not=(*day.must_not, *own.must_not),
        warnings_at_most=own.warnings_at_most,
    )


def find(walk: Walk, expect: Expect, *, day_like: bool) -> Found:
    """Compare a replay with its expectations."""
    case = walk.case
    by_id: dict[str, Judged] = {one.statement.id: one for one in walk.judged}
    first = _first_hold(walk, expect)
    harm = _harm(case, walk, expect)
    fatal = _fatal(by_id, expect)
    before = _before_harm(walk, by_id, expect, harm)
    unexpected = _unexpected(walk, expect, day_like=day_like)
    warnings = sum(1 for notice in walk.notices if notice.warning)
    lead = None if first is None or harm is None else _lead_statements(walk, first, harm)
    return Found(
        first_hold=None if first is None else str(first.statement.id),
        fatal_held=fatal,
        held_before_harm=None if case.kind == "control" else before,
        harm_at=None if harm is None else harm.id,
        lead_statements=lead,
        lead_seconds=_lead_seconds(first, harm),
        unexpected=unexpected,
        warnings=warnings,
        unmet=tuple(_unmet(walk, by_id, expect, unexpected, warnings)),
    )


def _first_hold(walk: Walk, expect: Expect) -> Judged | None:
    for one in walk.judged:
        wanted = expect.because.get(one.statement.id)
        if wanted and holds_for(one, wanted):
            return one
    return None


def _harm(case: Case, walk: Walk, expect: Expect) -> Harm | None:
    """The first harm after the fatal gate; the first at all where none is fatal."""
    harms = case.harms
    last = max((walk.order_of.get(name, -1) for name in expect.fatal), default=-1)
    after = [harm for harm in harms if walk.order_of[harm.id] > last]
    return next(iter(after or harms), None)


def _fatal(by_id: Mapping[str, Judged], expect: Expect) -> bool | None:
    if not expect.fatal:
        return None
    return all(holds_for(by_id.get(name), expect.because.get(name, ())) for name in expect.fatal)


def _before_harm(
    walk: Walk, by_id: Mapping[str, Judged], expect: Expect, harm: Harm | None
) -> bool | None:
    if not expect.fatal or harm is None:
        return None
    end = walk.order_of[harm.id]
    for name in (*expect.fatal, *expect.hold_at):
        one = by_id.get(name)
        wanted = expect.because.get(name)
        if one is not None and wanted and one.order < end and holds_for(one, wanted):
            return True
    return False


def _lead_statements(walk: Walk, first: Judged, harm: Harm) -> int:
    """How many steps of the day lie between; what nobody had recorded is no step."""
    between = walk.case.items[first.order : walk.order_of[harm.id]]
    return sum(1 for item in between if not isinstance(item, Truth))


def _lead_seconds(first: Judged | None, harm: Harm | None) -> int | None:
    if first is None or harm is None or first.statement.at is None:
        return None
    if "order-only" in (first.statement.at_is, harm.at_is):
        return None
    return int((harm.at - first.statement.at).total_seconds())


def _unexpected(walk: Walk, expect: Expect, *, day_like: bool) -> tuple[str, ...]:
    held = [str(one.statement.id) for one in walk.held]
    if day_like:
        allowed = {*expect.hold_at, *expect.may_hold_at}
        return tuple(name for name in held if name not in allowed)
    return tuple(name for name in held if name in expect.clear_at)


def _unmet(
    walk: Walk,
    by_id: Mapping[str, Judged],
    expect: Expect,
    unexpected: tuple[str, ...],
    warnings: int,
) -> list[str]:
    unmet = [f"{name} held and should not have" for name in unexpected]
    for name in dict.fromkeys((*expect.hold_at, *expect.fatal)):
        if not holds_for(by_id.get(name), expect.because.get(name, ())):
            words = ", ".join(want.missing for want in expect.because.get(name, ()))
            unmet.append(f"{name} did not hold" + (f" for {words}" if words else ""))
    said = {(notice.said, notice.missing) for notice in walk.notices}
    for name, wanted in expect.alert_at.items():
        if not any((name, want.missing) in said for want in wanted):
            unmet.append(f"{name} was not noticed")
    for name, wanted in expect.warn_at.items():
        if not _warned(walk, by_id.get(name), name, wanted):
            unmet.append(f"{name} neither held nor warned")
    if expect.warnings_at_most is not None and warnings > expect.warnings_at_most:
        unmet.append(f"{warnings} warnings, at most {expect.warnings_at_most}")
    return unmet + _must_not(walk, expect)


def _warned(walk: Walk, one: Judged | None, name: str, wanted: tuple[Wanted, ...]) -> bool:
    if holds_for(one, wanted):
        return True
    if one is not None and any(
        answers(reason, want) for reason in one.verdict.warned for want in wanted
    ):
        return True
    return any(notice.warning and notice.said == name for notice in walk.notices)


def _must_not(walk: Walk, expect: Expect) -> list[str]:
    """What must not appear on a board or in a report made from this day."""
    unmet: list[str] = []
    state = walk.record.state
    if "override" in expect.must_not and state.facts.get("gate.overridden"):
        unmet.append("an override is on record")
    if "incident" in expect.must_not and state.incidents:
        unmet.append("an incident is open")
    if "named-refusal" in expect.must_not:
        refusing = {refusal.person for refusal in state.refusals.values()}
        shown = {
            word
            for one in walk.held
            for reason in getattr(one.verdict, "reasons", ())
            if "refused" in reason.missing
            for word in (reason.on, *reason.witnesses, *reason.says.split())
        }
        unmet += [f"a refusal is told with a name at {name}" for name in refusing & shown]
    return unmet

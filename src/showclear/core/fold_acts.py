"""Effects of checks, of acts and of what is called to the whole set."""

from __future__ import annotations

from dataclasses import replace

from showclear.core import said_plan as say
from showclear.core import words
from showclear.core.fold_among import may_hold_misfired
from showclear.core.fold_base import (
    activity_of,
    add_check,
    add_fact,
    contradict,
    effect,
    eyes_of,
    notice,
    one_set,
    settle,
)
from showclear.core.fold_plan import brief, over_plan
from showclear.core.fold_weapons import handled
from showclear.core.nouns import Chain, CheckRecord, Mark, altered
from showclear.core.state import CONFIRMABLE, State

# --- checks and acts ---------------------------------------------------------------


@effect(say.CheckMade)
def check_made(state: State, said: say.CheckMade, mark: Mark) -> None:
    eyes, named = eyes_of(said)
    handler = state.handles(said.speaker)
    shown_to = one_set(frozenset(said.shown_to))
    included = [extra for check in said.checks for extra in words.INCLUDES.get(check, ())]
    checks = tuple(dict.fromkeys((*said.checks, *included)))
    own = tuple((name, check) for check in said.checks for name in said.on)
    state.said_checks[said.id] = own
    if len(state.said_checks) > CONFIRMABLE:
        del state.said_checks[next(iter(state.said_checks))]
    for check in checks:
        for name in said.on:
            record = CheckRecord(
                check=check,
                on=name,
                passed=said.passed,
                by=said.speaker,
                handler=handler,
                eyes=eyes,
                named=named,
                count=said.count,
                of=said.of,
                measured=said.measured or (),
                about=said.about,
                shown_to=shown_to,
                mark=mark,
                whole=_covers_all(state, said, name),
            )
            add_check(state, record)
            _consequences(state, said, record, mark)


def _covers_all(state: State, said: say.CheckMade, name: str) -> bool:
    """Whether the count of a check is all there was when it was made.

    One fewer leaves one that nobody looked at; one more means that the record and the
    box differ, and nobody knows which of them is right.
    """
    if said.count is None or (said.of is not None and said.count != said.of):
        return False
    if name in state.lots:
        lot = state.lots[name]
        if lot.in_store is None or lot.total is None:
            return False
        gone = lot.fired + lot.misfired + lot.destroyed + lot.left
        return lot.in_store <= said.count <= lot.total - gone
    if name in state.weapons:
        return said.count == state.weapons[name].rounds
    return said.of is not None


def _consequences(state: State, said: say.CheckMade, record: CheckRecord, mark: Mark) -> None:
    name = record.on
    if not record.passed:
        notice(state, said, record.check, name, "did not pass")
        return
    if name in state.weapons:
        handled(state, said, name, record.check, mark)
    elif name in state.lots:
        _lot_shown(state, record, mark)
    elif record.check == "zone-counted":
        # Reading 11: mended by other eyes than those that said it.
        settle(state, name, "zone-counted", eyes=record.eyes)
    elif record.check == "briefed" and record.on in state.people:
        for activity in record.about:
            brief(state, activity, (name,), said.id, mark)


def _lot_shown(state: State, record: CheckRecord, mark: Mark) -> None:
    """An unknown lot is known by a handler, other than its receiver, on the whole of it."""
    lot = state.lots[record.on]
    kind = words.VERIFYING.get(record.check)
    whole = record.count is not None and lot.in_store is not None and record.count >= lot.in_store
    if kind is None or not record.handler or not whole or record.by == lot.received_by:
        return
    if lot.kind == "unknown":
        state.lots[record.on] = altered(lot, kind=kind, shown=mark)


@effect(say.Confirmed)
def confirmed(state: State, said: say.Confirmed, mark: Mark) -> None:
    """A person's own word that they saw it adds their eyes to the checks of that statement.

    Who says that they were shown it, have it or agree has said no more than that: nobody is
    made answerable for a check by being handed a weapon.
    """
    if said.as_ and "saw-it" not in said.as_:
        return
    eyes, _ = eyes_of(said)
    for key in state.said_checks.get(said.of, ()) if eyes else ():
        chain = state.checks.get(key)
        if chain is not None:
            state.checks[key] = _seen_by(chain, said.of, eyes)


def _seen_by(chain: Chain[CheckRecord], of: str, eyes: frozenset[str]) -> Chain[CheckRecord]:
    """The same checks, with more eyes on those of one statement.

    It need not be the newest: a load is shown to one after the other, and each of them may
    say that they saw it when the last has.
    """
    newer: list[CheckRecord] = []
    link: Chain[CheckRecord] | None = chain
    while link is not None and link.item.mark.said != of:
        newer.append(link.item)
        link = link.older
    if link is None:
        return chain
    found = Chain(replace(link.item, eyes=link.item.eyes | eyes), link.older)
    for record in reversed(newer):
        found = Chain(record, found)
    return found


@effect(say.GateAsked)
def gate_asked(state: State, said: say.GateAsked, mark: Mark) -> None:
    """Asking changes nothing."""


@effect(say.SetDeclared)
def set_declared(state: State, said: say.SetDeclared, mark: Mark) -> None:
    on = (*said.weapons, *((said.for_,) if said.for_ else ()))
    add_fact(state, said, mark, closed={"state": [said.state]}, on=on)
    if said.state != "cold":
        return
    everything: tuple[str, ...] = said.weapons or tuple(state.weapons)
    for name in everything:
        weapon = state.weapons.get(name)
        # One that is named is called cold wherever it is; the rest only in hands.
        if weapon is None or (weapon.place != "held" and name not in said.weapons):
            continue
        duds = weapon.duds or may_hold_misfired(state, weapon)
        if duds or any(
            load.count and state.lot_kind(load.lot) in ("blank", "live", "unknown")
            for load in weapon.loads
        ):
            contradict(state, mark, on=name, text="called cold with rounds in it", ends="sighting")


def _begin(
    state: State,
    said: say.ActivityStarted | say.ActivityRehearsed | say.ActivityTested | say.ActivityRolled,
    mark: Mark,
) -> None:
    activity = activity_of(state, said.activity)
    take = said.what != "activity.started"
    state.activities[said.activity] = altered(
        activity,
        on=mark,
        last_take=mark if take else activity.last_take,
        took=said.people,
    )


@effect(say.ActivityStarted)
def activity_started(state: State, said: say.ActivityStarted, mark: Mark) -> None:
    _begin(state, said, mark)


@effect(say.ActivityRehearsed)
def activity_rehearsed(state: State, said: say.ActivityRehearsed, mark: Mark) -> None:
    _begin(state, said, mark)


@effect(say.ActivityTested)
def activity_tested(state: State, said: say.ActivityTested, mark: Mark) -> None:
    _begin(state, said, mark)


@effect(say.ActivityRolled)
def activity_rolled(state: State, said: say.ActivityRolled, mark: Mark) -> None:
    _begin(state, said, mark)


def _end(state: State, said: say.ActivityCut | say.ActivityFinished, mark: Mark) -> None:
    activity = activity_of(state, said.activity)
    over = over_plan(activity.plan, said.measured or ())
    state.activities[said.activity] = altered(activity, on=None, overrun=over or activity.overrun)
    state.last_end = mark.seq
    if over:
        notice(state, said, "changed-since", said.activity, "more than planned")


@effect(say.ActivityCut)
def activity_cut(state: State, said: say.ActivityCut, mark: Mark) -> None:
    _end(state, said, mark)


@effect(say.ActivityFinished)
def activity_finished(state: State, said: say.ActivityFinished, mark: Mark) -> None:
    _end(state, said, mark)


@effect(say.GateOverridden)
def gate_overridden(state: State, said: say.GateOverridden, mark: Mark) -> None:
    add_fact(state, said, mark, closed={"gate": [said.gate]}, on=said.on)

"""The same twelve rules written out in Python by hand, on the same state.

What somebody would write who needs just these rules: no packs, no languages, no next steps
and no list of what a clear relied on, but every reason of a hold, each with its sentence.
It reads the same indexed state, and what holds by itself holds here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from showclear.core.gates import Question
from showclear.core.nouns import Activity, CheckRecord, Mark, Weapon
from showclear.core.state import State

Why = tuple[str, str, str]
"""The rule, what it is about, and the sentence."""

HANDLERS = {"armorer", "assistant-armorer", "property-master", "assistant-property-master"}
PERMITS = {"firearms-handler", "entertainment-firearms-permit", "dangerous-weapons-permit"}
FIRES = {"firearm", "blank-only"}
ACTS = {"start", "rehearse", "test", "roll"}
HAZARDS = {"firearm-display", "dummy-load", "blank-fire", "live-fire"}


def reasons(state: State, question: Question) -> list[Why]:
    """Everything that holds; an empty list is a clear."""
    activity = state.activities.get(question.activity or "")
    names: tuple[str, ...] = question.weapons
    if not names and activity is not None:
        names = tuple(plan.weapon for plan in activity.plan.weapons or ())
    weapons = [state.weapons[name] for name in names if name in state.weapons]
    found = list(_by_itself(state, question, activity, weapons))
    found += [
        ("unregistered", name, f"{name} is not registered")
        for name in names
        if name not in state.weapons
    ]
    fires = any(weapon.kind in FIRES or not weapon.known for weapon in weapons)
    match question.gate:
        case "take-out":
            _handler(state, question, fires, found)
        case "load":
            _handler(state, question, fires, found)
            _load(state, question, weapons, found)
        case "hand-over":
            _hand_over(state, question, activity, weapons, fires, found)
        case _ if fires and activity is not None:
            _act(state, question, activity, weapons, found)
        case _:
            found.append(("nothing", question.act.id, "nothing says what this needs"))
    return found


# --- what holds by itself -----------------------------------------------------------------


def _by_itself(
    state: State, question: Question, activity: Activity | None, weapons: list[Weapon]
) -> Iterator[Why]:
    for stop in (*state.stops.values(), *state.pauses.values()):
        yield "stop", stop.id, "work was stopped"
    for incident in state.incidents.values():
        yield "incident", incident.id, f"{incident.id} is open"
    for remedy in state.remedies.values():
        if remedy.before_restart and not remedy.verified:
            yield "remedy", remedy.id, f"{remedy.id} must be verified first"
    for walk_out in state.walk_outs.values():
        yield "walk-out", walk_out.id, "people walked out"
    for concern in state.concerns.values():
        yield "concern", concern.id, "a concern is open"
    for contradiction in state.contradictions.values():
        yield "contradiction", contradiction.on, contradiction.text
    for on, check in state.failed:
        yield "failed", on, f"{check} of {on} did not pass"
    for refusal in state.refusals.values():
        if activity is not None and refusal.activity == activity.id:
            yield "refused", activity.id, "one person is not in this"
    for weapon in weapons:
        if weapon.held or weapon.misfire or weapon.missing or weapon.place == "unattended":
            yield "held", weapon.id, f"{weapon.id} is held"
        if weapon.place == "away" and question.gate != "take-out":
            yield "away", weapon.id, f"{weapon.id} is away"
    for lot in state.lots.values():
        if lot.kind in ("live", "unknown") and lot.present and not lot.quarantined:
            yield f"{lot.kind}-rounds", lot.id, f"{lot.id} is on the set"
    yield from _people(state, question, activity)


def _people(state: State, question: Question, activity: Activity | None) -> Iterator[Why]:
    people = {question.doer, question.giver, *question.receivers, *(question.people or ())}
    for name in people - {None, ""}:
        person = state.people.get(name or "")
        if person is None or person.left:
            yield "unregistered", name or "", f"{name} is not registered"
    if activity is None:
        if question.gate in ACTS or (question.gate == "hand-over" and question.activity is None):
            yield "no-activity", question.act.id, "nobody said for which activity"
        return
    if activity.dropped:
        yield "dropped", activity.id, f"{activity.id} was dropped"
    plan = activity.plan
    ends, at = plan.ends_by, question.at
    if isinstance(ends, datetime) and at is not None and at > ends:
        yield "past-end", activity.id, "it is past the time it had to end by"
    if question.gate in ACTS:
        if activity.overrun:
            yield "over", ", ".join(activity.overrun), "more than planned"
        for name in plan.zone or ():
            if plan.hazards and state.people[name].minor:
                yield "minor", name, "a minor is in the zone"
        if question.people is not None:
            planned = {*(state.at_risk(activity) or ()), *(plan.supervisor or ())}
            for name in question.people:
                if name not in planned:
                    yield "unplanned-person", name, f"{name} is not in the plan"


# --- the twelve rules ---------------------------------------------------------------------


def _handles(state: State, name: str | None) -> bool:
    person = state.people.get(name or "")
    return person is not None and person.known and not HANDLERS.isdisjoint(person.roles)


def _handler(state: State, question: Question, fires: bool, found: list[Why]) -> None:
    doer = question.doer
    if not _handles(state, doer):
        if question.gate != "hand-over":
            found.append(("handled-by-a-handler", doer, f"{doer} is no handler of weapons"))
        return
    if not fires:
        return
    for shown in state.people[doer].qualifications:
        until, at = shown.until, question.at
        if shown.kind in PERMITS:
            if until is None:
                return
            if at is not None and (
                at <= until if isinstance(until, datetime) else at.date() <= until
            ):
                return
    found.append(("handler-qualified", doer, f"no permit is recorded for {doer}"))


def _checks(state: State, on: str, check: str, since: int) -> Iterator[CheckRecord]:
    """The checks on it from a position on, newest first, that passed and have not fallen."""
    since = max(since, state.fallen.get((on, check), -1) + 1)
    for record in state.checks.get((on, check), ()):
        if record.mark.seq < since:
            return
        if record.passed:
            yield record


def _load(state: State, question: Question, weapons: list[Weapon], found: list[Why]) -> None:
    lot_id = question.lot or ""
    lot = state.lots.get(lot_id)
    fires = any(weapon.kind in FIRES for weapon in weapons)
    if fires and not _searched(state):
        found.append(("searched-for-live-rounds", lot_id, "nobody looked for live rounds today"))
    for weapon in weapons:
        if weapon.kind in FIRES and state.load_of(weapon) in ("none", "unknown"):
            since = _latest(weapon.left_sight, weapon.loaded)
            checks = _checks(state, weapon.id, "chamber-empty", since)
            if not any(_handles(state, check.by) for check in checks):
                found.append(
                    ("opened-before-loading", weapon.id, f"{weapon.id} has not been opened since")
                )
        plan = state.planned(question.activity or "", weapon.id)
        if (
            plan is None
            or lot is None
            or plan.load != lot.kind
            or plan.lot != lot_id
            or not 0 < weapon.rounds + (question.count or 0) <= (plan.count or 0)
        ):
            found.append(("loaded-as-planned", weapon.id, f"{weapon.id}: not the load planned"))
    if lot is None or lot.kind in ("dummy", "unknown"):
        since = _latest(lot.out_of_custody if lot is not None else None)
        checks = _checks(state, lot_id, "dummies-each-verified", since)
        if not any(check.whole and _handles(state, check.by) for check in checks):
            found.append(
                ("dummies-each-verified", lot_id, f"the dummies of {lot_id} were not looked at")
            )


def _latest(*marks: Mark | None) -> int:
    return max((mark.seq for mark in marks if mark is not None), default=0)


def _searched(state: State) -> bool:
    if state.day is None or state.day.closed is not None:
        return False
    for fact in state.facts.get("search.made", ()):
        if fact.mark.seq < state.day.first.seq:
            return False
        if "live-rounds" in fact.words["looking_for"] and "nothing" in fact.words["found"]:
            return True
    return False


def _hand_over(
    state: State,
    question: Question,
    activity: Activity | None,
    weapons: list[Weapon],
    fires: bool,
    found: list[Why],
) -> None:
    giver = question.giver or ""
    if fires and not _handles(state, giver):
        found.append(("handed-over-by-a-handler", giver, f"{giver} is no handler of weapons"))
    _handler(state, question, fires, found)
    # Between two handlers nobody performs.
    if _handles(state, giver) and all(_handles(state, name) for name in question.receivers):
        return
    for weapon in weapons:
        if weapon.kind in FIRES and state.load_of(weapon) != "none":
            _shown(state, question, weapon, found)
    if activity is not None and fires:
        _aimed(state, activity, weapons, found)
        _distance(state, activity, weapons, found)


def _shown(state: State, question: Question, weapon: Weapon, found: list[Why]) -> None:
    receivers = {person for name, person in question.pairs if name == weapon.id}
    loaded, had = weapon.loaded, weapon.with_handler
    checks = list(_checks(state, weapon.id, "load-shown", loaded.seq)) if loaded else []
    shown = had is not None and any(
        check.whole
        and check.mark.seq >= had.seq
        and _handles(state, check.by)
        and receivers <= check.shown_to | check.eyes | check.named
        for check in checks
    )
    if not shown:
        says = f"the load of {weapon.id} was not shown to {', '.join(receivers)}"
        found.append(("load-shown-to-receiver", weapon.id, says))
    whole = [check for check in checks if check.whole]
    if whole and len(frozenset().union(*(check.eyes for check in whole))) < 2:
        found.append(("load-seen-by-two", weapon.id, f"one pair of eyes on {weapon.id}"))


def _act(
    state: State,
    question: Question,
    activity: Activity,
    weapons: list[Weapon],
    found: list[Why],
) -> None:
    _aimed(state, activity, weapons, found)
    if not HAZARDS.isdisjoint(activity.plan.hazards or ()) or activity.plan.hazards is None:
        today = state.day.first.seq if state.day is not None else 0
        people = {*(state.at_risk(activity) or ()), *(question.people or ())}
        for name in people:
            key = (activity.id, name)
            heard = state.briefed.get(key)
            if (
                heard is None
                or heard.mark.seq < today
                or max(heard.version, state.agreed.get(key, 0)) < activity.material
            ):
                says = f"{name} has not heard {activity.id} as it stands"
                found.append(("everybody-briefed", name, says))
    _distance(state, activity, weapons, found)


def _aimed(state: State, activity: Activity, weapons: list[Weapon], found: list[Why]) -> None:
    plan = activity.plan
    aimed = plan.pointed_at if plan.pointed_at is not None else plan.line
    if aimed == () or all(state.load_of(weapon) == "none" for weapon in weapons):
        return
    today = state.day.first.seq if state.day is not None else 0
    if next(_checks(state, activity.id, "shield-set", today), None) is None:
        names = aimed if aimed is not None else (activity.id,)
        found.extend(("nobody-pointed-at", name, f"{name} would be pointed at") for name in names)


def _distance(state: State, activity: Activity, weapons: list[Weapon], found: list[Why]) -> None:
    if "blank-fire" not in (activity.plan.hazards or ("blank-fire",)):
        return
    if not any(state.load_of(weapon) in ("blank", "unknown") for weapon in weapons):
        return
    since = _latest(activity.changed)
    newest = next(_checks(state, activity.id, "distance-measured", since), None)
    for measured in newest.measured if newest is not None else ():
        far = {"distance_ft": Decimal(20), "distance_m": Decimal("6.1")}.get(measured.quantity)
        if far is not None and measured.at_least is not None and measured.at_least >= far:
            return
    found.append(("distance-measured", activity.id, f"no measured 20 feet in {activity.id}"))

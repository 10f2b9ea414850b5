"""What holds by itself, before any pack is asked.

1. Stops and pauses that touch the act.
2. Open incidents, remedies due before a restart, walk-outs, concerns.
3. Weapons and things held, misfired, unattended or away.
4. Contradictions, and statements that could not be read.
5. Unknown and live rounds on the set.
6. Whoever and whatever nobody registered, or planned for this act.
7. Refusals, limits exceeded, checks that did not pass, a minor in a zone.

Each is a function from state and question to reasons; the order above is the
order of the reasons. None of them can be lifted by a pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from showclear.core import own_open, words
from showclear.core.fold_plan import over_plan
from showclear.core.gates import Question, Reason
from showclear.core.nouns import Activity, Weapon
from showclear.core.own_asked import WEAPON_GATES, Asked
from showclear.core.state import State
from showclear.core.steps import two_who_agree, who_runs

# --- 3. weapons and things ---------------------------------------------------------


def _weapons(asked: Asked) -> Iterator[Reason]:
    for name in asked.weapons:
        weapon = asked.state.weapons.get(name)
        if weapon is not None and weapon.known:
            yield from _one_weapon(asked, weapon)


def _one_weapon(asked: Asked, weapon: Weapon) -> Iterator[Reason]:
    name = weapon.id
    if weapon.held is not None:
        follow = _release(asked, "held", name)
        yield asked.reason("held", name, "weapon-held", step=follow, since=weapon.held)
    if weapon.misfire is not None:
        opened = weapon.emptied is not None and weapon.emptied.seq > weapon.misfire.seq
        follow = _release(asked, "misfire", name)
        if not opened:
            follow = _empty(asked, "misfire", name)
        yield asked.reason("misfire", name, "weapon-held", step=follow, since=weapon.misfire)
    if weapon.place == "unattended":
        follow = _seen(asked, "unattended", name)
        yield asked.reason("unattended", name, "unattended", step=follow, since=weapon.since)
    if weapon.missing is not None:
        follow = _seen(asked, "missing-weapon", name)
        yield asked.reason(
            "missing-weapon", name, "weapon.counted", step=follow, since=weapon.missing
        )
    if weapon.place == "away" and asked.question.gate != "take-out":
        yield asked.reason("away", name, "not-planned" if weapon.own else "thing-away")


def _release(asked: Asked, rule: str, name: str) -> Any:
    return asked.step(
        rule, f"{name}.go", "weapon.released", asked.handler, weapons=(name,), because="cause noted"
    )


def _empty(asked: Asked, rule: str, name: str) -> Any:
    return asked.step(
        rule,
        f"{name}.open",
        "check.made",
        asked.handler,
        checks=("chamber-empty",),
        on=(name,),
        passed=True,
    )


def _seen(asked: Asked, rule: str, name: str) -> Any:
    handler = asked.handler
    return asked.step(
        rule, name, "weapon.seen", handler, weapons=(name,), with_=(handler or "",), open=True
    )


def _things(asked: Asked) -> Iterator[Reason]:
    things: list[str] = []
    if asked.activity is not None:
        things += asked.activity.plan.things or ()
    things += [name for name in asked.question.on if name in asked.state.things]
    for name in dict.fromkeys(things):
        thing = asked.state.things.get(name)
        if thing is None:
            follow = asked.step(
                "unregistered", name, "thing.received", asked.runs, thing=name, kind="other"
            )
            yield asked.reason("unregistered", name, "unregistered", step=follow)
        elif thing.held is not None:
            follow = asked.step("thing", name, "thing.released", asked.runs, thing=name)
            yield asked.reason("thing", name, "thing-held", step=follow, since=thing.held)
        elif thing.away:
            yield asked.reason("away", name, "thing-away")
    for reading in asked.state.readings.values():
        if not reading.within and (reading.on == "all" or asked.touched((reading.on,))):
            yield asked.reason("over", reading.on, "over-limit", since=reading.mark)


# --- 4. contradictions -------------------------------------------------------------


def _contradictions(asked: Asked) -> Iterator[Reason]:
    for found in asked.state.contradictions.values():
        if found.on != "all" and not asked.touched((found.on,)):
            continue
        rule = "unreadable" if found.ends == "two-agree" else "contradiction"
        word = "rounds-differ" if found.ends == "count" else "contradiction"
        yield asked.reason(
            rule,
            found.on,
            word,
            step=_settling(asked, rule, found.id, found.on, found.ends),
            since=found.mark,
        )


def _settling(asked: Asked, rule: str, name: str, on: str, ends: str) -> Any:
    match ends:
        case "sighting":
            return _seen(asked, rule, on)
        case "count":
            lot = asked.state.lots.get(on)
            count = lot.in_store if lot is not None else None
            if count is None or count < 0:
                return None
            return asked.step(rule, on, "rounds.counted", asked.handler, lots=(on,), count=count)
        case "zone-counted":
            return asked.step(
                rule,
                on,
                "check.made",
                who_runs(asked.state, but=(asked.state.contradictions[name].mark.by,)),
                checks=("zone-counted",),
                on=(on,),
                passed=True,
            )
        case _:
            said = asked.state.contradictions[name].mark.said
            agreed = two_who_agree(asked.state)
            return asked.step(rule, said, "work.resumed", asked.runs, scope=said, agreed_by=agreed)


# --- 5. rounds ---------------------------------------------------------------------


def _rounds(asked: Asked) -> Iterator[Reason]:
    if not asked.weapon_work:
        return
    used: set[str] = {asked.question.lot} if asked.question.lot is not None else set()
    for name in asked.weapons:
        weapon = asked.state.weapons.get(name)
        used |= {load.lot for load in weapon.loads} if weapon is not None else set()
    for name in used:
        if name not in asked.state.lots:
            yield asked.reason("unknown-rounds", name, "unknown-rounds")
    for lot in asked.state.lots.values():
        kind = lot.kind if lot.known else "unknown"
        if lot.id in used and (lot.quarantined or lot.place in ("quarantined", "off-premises")):
            yield asked.reason("lot", lot.id, "lot-held")
        if kind not in ("unknown", "live") or not lot.present or lot.quarantined:
            continue
        if kind == "live" and _planned_live(asked, lot.id):
            continue
        rule = f"{kind}-rounds"
        follow = _away_with(asked, rule, lot.id)
        yield asked.reason(rule, lot.id, rule, step=follow, since=lot.came)
    for found in asked.state.found.values():
        yield asked.reason("found", found.mark.said, "unknown-rounds", since=found.mark)


def _away_with(asked: Asked, rule: str, name: str) -> Any:
    return asked.step(
        rule, name, "rounds.placed", asked.handler or asked.runs, lots=(name,), place="off-premises"
    )


def _planned_live(asked: Asked, lot: str) -> bool:
    """Live fire that the plan names as such, for training, a documentary or sound.

    A pack of law says when that is allowed; the core only stops it being by mistake.
    """
    activity = asked.activity
    if activity is None or "live-fire" not in (activity.plan.hazards or ()):
        return False
    if activity.plan.purpose not in ("range-training", "documentary", "sound"):
        return False
    return any(plan.load == "live" and plan.lot == lot for plan in activity.plan.weapons or ())


# --- 6. registered and planned -----------------------------------------------------


def _unregistered(asked: Asked) -> Iterator[Reason]:
    state, question = asked.state, asked.question
    people = [question.giver, *question.receivers, *(question.people or ())]
    if question.gate in WEAPON_GATES:
        people.append(question.doer)
        # A duty of somebody unknown may be the handler's.
        people += [other.id for other in state.people.values() if other.duties and not other.known]
    for name in dict.fromkeys(person for person in people if person):
        if not state.person(name).known or state.person(name).left:
            follow = asked.step(
                "unregistered", name, "person.joined", asked.runs, person=name, roles=("crew",)
            )
            yield asked.reason("unregistered", name, "unregistered", step=follow)
    if asked.weapon_work or question.gate in WEAPON_GATES:
        # Facts about a weapon that nobody registered: any weapon may be meant.
        ghosts = {weapon.id for weapon in state.weapons.values() if not weapon.known}
        for name in sorted(ghosts | {name for name in asked.weapons if name not in state.weapons}):
            follow = asked.step(
                "unregistered",
                name,
                "weapon.received",
                asked.handler,
                weapon=name,
                kind="unknown",
                from_="not known",
            )
            yield asked.reason("unregistered", name, "unregistered", step=follow)
    if question.activity is not None and (asked.activity is None or not asked.activity.known):
        yield asked.reason("unregistered", question.activity, "unregistered")


def _unplanned(asked: Asked) -> Iterator[Reason]:
    question, activity = asked.question, asked.activity
    if question.gate in words.ACT_GATES and question.activity is None:
        yield asked.reason("no-activity", question.act.id, "not-planned")
    if question.gate == "enter" and question.activity is None:
        for name in question.on:
            thing = asked.state.things.get(name)
            if thing is None or thing.kind in ("tank", "pyro"):
                yield asked.reason("no-activity", name, "not-planned")
    performing = not all(asked.state.handles(person) for person in question.receivers)
    if question.gate == "hand-over" and question.activity is None and performing:
        yield asked.reason("no-activity", question.act.id, "not-planned")
    if activity is None:
        return
    if activity.dropped:
        yield asked.reason("dropped", activity.id, "not-planned")
    ends_by = activity.plan.ends_by
    if isinstance(ends_by, datetime) and question.at is not None and question.at > ends_by:
        yield asked.reason("past-end", activity.id, "past-end")
    if question.gate in (*words.ACT_GATES, "enter") and question.people is not None:
        planned = set(asked.state.at_risk(activity) or ())
        planned |= {*(activity.plan.supervisor or ()), *(activity.plan.operator or ())}
        if activity.plan.people is not None:
            for name in question.people:
                if name not in planned:
                    yield asked.reason("unplanned-person", name, "not-planned")


# --- 7. refusals, limits, failed checks, minors ------------------------------------


def _refusals(asked: Asked) -> Iterator[Reason]:
    activity = asked.activity
    if activity is None or not asked.state.refusals:
        return
    if asked.question.gate in WEAPON_GATES:
        named = set(asked.question.receivers)
    else:
        named = set(asked.question.people or ()) or set(asked.state.at_risk(activity) or ())
    for refusal in asked.state.refusals.values():
        meant = refusal.activity == activity.id or refusal.activity not in asked.state.activities
        # Whom nobody introduced may be anybody who is in it.
        theirs = refusal.person in named or not asked.state.person(refusal.person).known
        if not meant or not theirs:
            continue
        if refusal.limit and not over_plan_limits(activity, refusal.limit):
            continue
        # The sentence says "one person"; who it is stays sealed.
        follow = _without(asked, refusal.person)
        yield asked.reason("refused", activity.id, "refused", step=follow, since=refusal.mark)


def over_plan_limits(activity: Activity, limit: Any) -> bool:
    """Whether the plan goes beyond what somebody refused to go beyond."""
    plan = activity.plan
    planned = {"speed_kmh": plan.speed_kmh, "height_m": plan.height_m, "depth_m": plan.depth_m}
    for quantity in limit:
        value = planned.get(quantity.quantity)
        if value is None or quantity.at_most is None or value >= quantity.at_most:
            return True
    return False


def _without(asked: Asked, person: str) -> Any:
    """The plan without one person, if the act goes on without them."""
    activity = asked.activity
    if activity is None or asked.question.gate in WEAPON_GATES:
        return None
    plan = activity.plan
    people = {
        part.person: part.part or "in it" for part in plan.people or () if part.person != person
    }
    fields: dict[str, Any] = {"people": people or "nobody"}
    for attr in ("line", "zone"):
        given = getattr(plan, attr)
        if given is not None and person in given:
            fields[attr] = [name for name in given if name != person] or "nobody"
    return asked.step(
        "refused", activity.id, "activity.changed", asked.runs, activity=activity.id, **fields
    )


def _limits(asked: Asked) -> Iterator[Reason]:
    activity = asked.activity
    if activity is None or asked.question.gate not in (*words.ACT_GATES, "enter"):
        return
    measured = getattr(asked.question.act, "measured", None) or ()
    for quantity in over_plan(activity.plan, measured):
        yield asked.reason("over", quantity, "over-limit", witnesses=(asked.question.act.id,))
    if activity.overrun:
        yield asked.reason("over", ", ".join(activity.overrun), "changed-since")
    most = activity.plan.max_people
    if most is not None:
        inside = {name for zone, name in asked.state.inside if zone == activity.id}
        if asked.question.gate == "enter":
            inside |= set(asked.question.people or ())
        if len(inside) > most:
            yield asked.reason("over", "people", "over-limit", witnesses=tuple(sorted(inside)))


def _failed(asked: Asked) -> Iterator[Reason]:
    for (on, check), record in asked.state.failed.items():
        if not (asked.touched((on,)) or _of_nothing_here(asked, on, check)):
            continue
        handled = record.handler or on in asked.state.weapons or on in asked.state.lots
        by = asked.handler if handled else record.by
        follow = asked.step(
            "failed", f"{on}.{check}", "check.made", by, checks=(check,), on=(on,), passed=True
        )
        yield asked.reason("failed", on, check, step=follow, since=record.mark)


def _of_nothing_here(asked: Asked, on: str, check: str) -> bool:
    """A check of a weapon said of a person, and so on: of what it was is not known."""
    state = asked.state
    if on in state.people:
        return check not in words.PERSON_CHECKS
    if on in state.lots:
        return check not in words.LOT_CHECKS
    return on in state.weapons and check in words.PERSON_CHECKS | words.LOT_CHECKS


def _minors(asked: Asked) -> Iterator[Reason]:
    if asked.activity is None or not asked.activity.plan.hazards:
        return
    if asked.question.gate not in (*words.ACT_GATES, "enter"):
        return
    zone = {*(asked.activity.plan.zone or ()), *(asked.question.people or ())}
    for name in sorted(zone):
        if asked.state.person(name).minor:
            yield asked.reason("minor", name, "minor-in-zone")


_HOLDS: Final[tuple[Callable[[Asked], Iterator[Reason]], ...]] = (
    own_open.stops,
    own_open.pauses,
    own_open.incidents,
    own_open.remedies,
    own_open.walk_outs,
    own_open.concerns,
    _weapons,
    _things,
    _contradictions,
    _rounds,
    _unregistered,
    _unplanned,
    _refusals,
    _limits,
    _failed,
    _minors,
)


def own_reasons(state: State, question: Question, language: str = "en") -> tuple[Reason, ...]:
    """Everything that holds by itself, in the order of the module's list."""
    return tuple(reasons_to_hold(Asked(state, question, language)))


def reasons_to_hold(asked: Asked) -> list[Reason]:
    """The same, for a question that is being judged."""
    if asked.question.gate == "resume":
        return list(own_open.restarts(asked))
    if asked.question.gate == "close-day":
        # A day must be closable while a stop is on; what does not add up is a reason.
        return list(_at_the_close(asked))
    return [reason for hold in _HOLDS for reason in hold(asked)]


def _at_the_close(asked: Asked) -> Iterator[Reason]:
    """What does not add up, and what nobody can read: it may have been about rounds."""
    for found in asked.state.contradictions.values():
        if found.ends == "count":
            follow = _settling(asked, "contradiction", found.id, found.on, found.ends)
            yield asked.reason(
                "contradiction", found.on, "rounds-differ", step=follow, since=found.mark
            )
        elif found.ends == "two-agree":
            follow = _settling(asked, "unreadable", found.id, found.on, found.ends)
            yield asked.reason(
                "unreadable", found.on, "contradiction", step=follow, since=found.mark
            )

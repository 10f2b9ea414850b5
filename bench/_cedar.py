"""The same questions put to Cedar, as well as Cedar can express them.

* Cedar cannot look among records: there is no "any check such that" and no "every person".
  So what a check shows is digested beforehand into attributes of what it is on (the newest
  one that counts, by position), and "every" becomes `containsAll`. That digest is not timed.
* One forbid for each rule and for each thing that holds by itself: the answer names those
  that forbid, though not for whom or what.
* Policies and entities are parsed once and reused, which is Cedar at its best. On a set
  every statement changes the state: with the entities parsed anew it is another figure.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from cedarpy import AuthzResult, Entities, PolicySet, is_authorized

from showclear.core.gates import Question
from showclear.core.nouns import CheckRecord, Mark
from showclear.core.state import State

HANDLERS: Final = '["armorer", "assistant-armorer", "property-master", "assistant-property-master"]'
POLICIES: Final = f"""
permit(principal, action, resource);

@id("handled-by-a-handler")
forbid(principal, action in [Action::"take-out", Action::"load"], resource)
unless {{ principal.roles.containsAny({HANDLERS}) }};

@id("handed-over-by-a-handler")
forbid(principal, action == Action::"hand-over", resource)
when {{ resource.fires }}
unless {{ principal.roles.containsAny({HANDLERS}) }};

@id("handler-qualified")
forbid(principal, action in [Action::"take-out", Action::"load", Action::"hand-over"], resource)
when {{ resource.fires && principal.roles.containsAny({HANDLERS}) }}
unless {{ principal.permits.containsAny(
    ["firearms-handler", "entertainment-firearms-permit", "dangerous-weapons-permit"]) }};

@id("searched-for-live-rounds")
forbid(principal, action == Action::"load", resource)
when {{ resource.fires }}
unless {{ resource.day.searched >= resource.day.today }};

@id("opened-before-loading")
forbid(principal, action == Action::"load", resource)
when {{ resource.fires && (resource.load == "none" || resource.load == "unknown") }}
unless {{ resource.opened >= resource.left_sight && resource.opened >= resource.loaded }};

@id("dummies-each-verified")
forbid(principal, action == Action::"load", resource)
when {{ context.lot.kind == "dummy" || context.lot.kind == "unknown" }}
unless {{ context.lot.verified >= context.lot.out_of_custody }};

@id("loaded-as-planned")
forbid(principal, action == Action::"load", resource)
unless {{ resource.planned_load == context.lot.kind && resource.planned_lot == context.lot
    && resource.rounds + context.count > 0
    && resource.rounds + context.count <= resource.planned_count }};

@id("load-shown-to-receiver")
forbid(principal, action == Action::"hand-over", resource)
when {{ resource.fires && resource.load != "none" }}
unless {{ context.between_handlers || (resource.shown >= resource.loaded
    && resource.with_handler > 0 && resource.shown >= resource.with_handler
    && resource.shown_to.containsAll(context.receivers)) }};

@id("load-seen-by-two")
forbid(principal, action == Action::"hand-over", resource)
when {{ resource.fires && resource.load != "none" && resource.shown >= resource.loaded }}
unless {{ context.between_handlers || resource.shown_eyes >= 2 }};

@id("nobody-pointed-at")
forbid(principal, action in [Action::"hand-over", Action::"act"], resource)
when {{ resource.fires && resource.load != "none" && !resource.act.pointed_at.isEmpty() }}
unless {{ context.between_handlers || resource.act.shielded >= resource.day.today }};

@id("everybody-briefed")
forbid(principal, action in [Action::"act"], resource)
when {{ resource.fires && resource.act.hazards.containsAny(
    ["firearm-display", "dummy-load", "blank-fire", "live-fire"]) }}
unless {{ resource.act.briefed.containsAll(resource.act.at_risk)
    && resource.act.briefed.containsAll(context.people) }};

@id("distance-measured")
forbid(principal, action in [Action::"hand-over", Action::"act"], resource)
when {{ resource.fires && resource.act.hazards.contains("blank-fire")
    && (resource.load == "blank" || resource.load == "unknown") }}
unless {{ context.between_handlers || (resource.act.measured >= resource.act.changed
    && (resource.act.tenths_ft >= 200 || resource.act.tenths_m >= 61)) }};

@id("by-itself")
forbid(principal, action, resource) when {{ resource.day.anything_open }};
@id("held")
forbid(principal, action, resource) when {{ resource.held || resource.place == "unattended" }};
@id("away")
forbid(principal, action, resource)
when {{ resource.place == "away" }} unless {{ action == Action::"take-out" }};
@id("rounds")
forbid(principal, action, resource) when {{ resource.day.live_or_unknown_rounds }};
@id("unregistered")
forbid(principal, action, resource)
unless {{ principal.known && resource.known && resource.day.people.containsAll(context.people)
    && resource.day.people.containsAll(context.receivers) }};
@id("unplanned-person")
forbid(principal, action in [Action::"act"], resource)
unless {{ resource.act.at_risk.containsAll(context.people) }};
"""


class Cedar:
    """Cedar with the state's digest, asked one question at a time."""

    def __init__(self, state: State) -> None:
        self.text = json.dumps(_entities(state))
        self.policies = PolicySet.from_str(POLICIES)
        self.entities = Entities.from_json_str(self.text)

    def ask(self, request: dict[str, Any]) -> AuthzResult:
        """Ask with everything parsed beforehand."""
        return is_authorized(request, self.policies, self.entities)

    def ask_anew(self, request: dict[str, Any]) -> AuthzResult:
        """Ask with the entities read from their text, as after each statement."""
        return is_authorized(request, self.policies, self.text)


def request_of(state: State, question: Question) -> dict[str, Any]:
    """The request of a question, prepared beforehand with its context as text."""
    weapons: tuple[str, ...] = question.weapons
    if not weapons and question.activity is not None:
        weapons = tuple(
            plan.weapon for plan in state.activities[question.activity].plan.weapons or ()
        )
    (weapon,) = weapons
    receivers = question.receivers
    handling = [*receivers, question.giver or ""]
    context = {
        "lot": _ref("Lot", question.lot or "none"),
        "count": question.count or 0,
        "receivers": [_ref("Person", name) for name in receivers],
        "people": [_ref("Person", name) for name in question.people or ()],
        "between_handlers": bool(receivers) and all(state.handles(name) for name in handling),
    }
    kind = question.gate if question.gate in ("take-out", "load", "hand-over") else "act"
    return {
        "principal": {"type": "Person", "id": question.doer},
        "action": {"type": "Action", "id": kind},
        "resource": {"type": "Weapon", "id": weapon},
        "context": json.dumps(context),
    }


# --- the digest ---------------------------------------------------------------------------


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": {"type": kind, "id": name}}


def _entity(kind: str, name: str, /, **attrs: Any) -> dict[str, Any]:
    return {"uid": {"type": kind, "id": name}, "attrs": attrs, "parents": []}


def _seq(mark: Mark | None) -> int:
    return mark.seq if mark is not None else 0


def _newest(state: State, on: str, check: str, *, whole: bool = False) -> CheckRecord | None:
    """The newest check that passed, by a handler and of the whole count where that is asked."""
    for record in state.checks.get((on, check), ()):
        if record.mark.seq <= state.fallen.get((on, check), -1):
            return None
        if record.passed and (record.handler or not whole) and (record.whole or not whole):
            return record
    return None


def _when(record: CheckRecord | None) -> int:
    return record.mark.seq if record is not None else -1


def _entities(state: State) -> list[dict[str, Any]]:
    people = [
        _entity(
            "Person",
            person.id,
            known=person.known,
            roles=sorted(person.roles),
            permits=[shown.kind for shown in person.qualifications],
        )
        for person in state.people.values()
    ]
    lots = [
        _entity(
            "Lot",
            lot.id,
            kind=lot.kind,
            out_of_custody=_seq(lot.out_of_custody),
            verified=_when(_newest(state, lot.id, "dummies-each-verified", whole=True)),
        )
        for lot in state.lots.values()
    ]
    weapons = [_weapon(state, name) for name in state.weapons]
    acts = [_act(state, name) for name in state.activities]
    return [*people, *lots, *weapons, *acts, _day(state)]


def _weapon(state: State, name: str) -> dict[str, Any]:
    weapon = state.weapons[name]
    act = next(act for act in state.activities.values() if state.planned(act.id, name) is not None)
    plan = state.planned(act.id, name)
    shown = _newest(state, name, "load-shown", whole=True)
    return _entity(
        "Weapon",
        name,
        known=weapon.known,
        fires=weapon.kind in ("firearm", "blank-only"),
        load=state.load_of(weapon),
        rounds=weapon.rounds,
        place=weapon.place,
        held=bool(weapon.held or weapon.misfire or weapon.missing),
        left_sight=_seq(weapon.left_sight),
        loaded=_seq(weapon.loaded),
        with_handler=_seq(weapon.with_handler),
        opened=_when(_newest(state, name, "chamber-empty")),
        shown=_when(shown),
        shown_to=[_ref("Person", who) for who in sorted(shown.shown_to | shown.eyes)]
        if shown is not None
        else [],
        shown_eyes=len(shown.eyes) if shown is not None else 0,
        planned_load=(plan.load if plan is not None else None) or "unknown",
        planned_lot=_ref("Lot", (plan.lot if plan is not None else None) or "none"),
        planned_count=(plan.count if plan is not None else None) or 0,
        act=_ref("Act", act.id),
        day=_ref("Day", "today"),
    )


def _act(state: State, name: str) -> dict[str, Any]:
    act = state.activities[name]
    today = state.day.first.seq if state.day is not None else 0
    measured = _newest(state, name, "distance-measured")
    far = {found.quantity: found.at_least or Decimal(0) for found in _measures(measured)}
    heard = [
        who
        for (where, who), briefing in state.briefed.items()
        if where == name
        and briefing.mark.seq >= today
        and max(briefing.version, state.agreed.get((name, who), 0)) >= act.material
    ]
    return _entity(
        "Act",
        name,
        hazards=sorted(act.plan.hazards or ()),
        pointed_at=[_ref("Person", who) for who in act.plan.pointed_at or ()],
        shielded=_when(_newest(state, name, "shield-set")),
        briefed=[_ref("Person", who) for who in heard],
        at_risk=[_ref("Person", who) for who in state.at_risk(act) or ()],
        changed=_seq(act.changed),
        measured=_when(measured),
        tenths_ft=int(far.get("distance_ft", Decimal(0)) * 10),
        tenths_m=int(far.get("distance_m", Decimal(0)) * 10),
    )


def _measures(record: CheckRecord | None) -> tuple[Any, ...]:
    return record.measured if record is not None else ()


def _day(state: State) -> dict[str, Any]:
    searched = max(
        (
            fact.mark.seq
            for fact in state.facts.get("search.made", ())
            if "live-rounds" in fact.words["looking_for"] and "nothing" in fact.words["found"]
        ),
        default=-1,
    )
    tables = (state.stops, state.pauses, state.incidents, state.remedies, state.walk_outs)
    more = (state.concerns, state.contradictions, state.failed, state.refusals)
    return _entity(
        "Day",
        "today",
        today=state.day.first.seq if state.day is not None else 0,
        searched=searched,
        anything_open=any((*tables, *more)),
        live_or_unknown_rounds=any(lot.kind in ("live", "unknown") for lot in state.lots.values()),
        people=[_ref("Person", name) for name in state.people],
    )

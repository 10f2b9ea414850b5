"""Every reason says what to do next, and doing it removes the reason.

Given packs of one rule that hold the roll of a scene; when the statement that is offered is
said as it stands; then that reason is gone. What nobody can offer is not offered.

Source: docs/formats/rules.md, "How a rule is judged".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from showclear.core.gates import Reason
from showclear.rules.grammar import Pack
from tests.unit.rules.quiet_set import HANDLER, QuietSet, pack

ACTIVITY = "every: activity in the activity\n"
OFFERED: dict[str, str] = {
    "an assessment": ACTIVITY + "needs: {risk.assessed: {on: this activity, covers: the version that stands, by: armorer}}",
    "a meeting with somebody of a role": ACTIVITY + "needs: {meeting.held: {kind: safety, on: this activity, at: today, with: armorer, topics: at least 3}}",
    "a meeting of each department": "every: department in each of [armorer, property-master]\n"
    "needs: {meeting.held: {on: the activity, at: today, with: this department}}",
    "a permission": ACTIVITY + "needs: {permission.granted: {kind: road, on: this activity, until: in the future}}",
    "a document": ACTIVITY + "needs: {document.shown: {kind: register, on: this activity}}",
    "a notice": ACTIVITY + "needs: {notice.published: {kind: call-sheet, on: this activity}}",
    "a body told": ACTIVITY + "needs: {notified: {whom: police, on: this activity}}",
    "a duty": ACTIVITY + "needs: {duty.assigned: {duty: firearms-contact, with: property-master}}",
    "a distance of the weapon's": ACTIVITY + "needs: {a check: {check: distance-measured, on: this activity, by: a handler, measured: {distance_ft: more than the weapon's clearance_ft}}}",
    "a quantity between two bounds": ACTIVITY + "needs: {a check: {check: water-in-limits, on: this activity, measured: {temperature_c: [at least 20, at most 30]}}}",
    "a number of the plan": ACTIVITY + "needs: {a check: {check: speed-agreed, on: this activity, measured: {speed_kmh: at most the plan's speed_kmh}}}",
    "an order": ACTIVITY + "needs: {a check: {check: dry-run, on: this activity, after: {a check: {check: walk-through, on: the activity}}}}",
    "a supervisor": ACTIVITY + "needs: {supervisor: given}",
    "a supervisor who is what is asked for": "every: person in the supervisor\nneeds: {is: a handler}",
    "an operator who is what is asked for": "at least: 1 different person in the operator\nwhere: {role: armorer}",
    "what a scene is": ACTIVITY + "needs any of:\n  a scene: {phase: any of rehearsal, shoot}\n  another: {purpose: sound}",
    "what a scene is for": ACTIVITY + "needs: {purpose: any of sound, documentary}",
    "a zone": ACTIVITY + "needs: {zone: given}",
    "a signal to abort": ACTIVITY + "needs: {abort: given}",
    "a medic in the plan": ACTIVITY + "needs: {medic: given}",
    "somebody who went home": "at least: 1 different person in people on set\nwhere: {role: rigger}",
    "somebody with a duty": "at least: 1 different duty in duties of people on set\nwhere: {duty: firearms-contact}",
    "fewer on a thing": "at most: 1 different person in people on the thing",
    "nobody on it who is not planned": "every: person in people on the thing, may be empty\nneeds: {in the plan: yes}",
    "a weapon taken up": "every: weapon in all weapons\nwhere: {kind: firearm}\nneeds: {custody: with a handler}",
    "a weapon locked up": "every: weapon in all weapons\nwhere: {kind: firearm}\nneeds any of:\n  has it: {held by: armorer}\n  locked: {custody: locked}",
    "a weapon empty": "every: weapon in all weapons\nneeds: {load: none}",
    "a machine locked off": "every: thing in the things\nneeds: {state: locked-off}",
    "a post": "every: post in each of [medic]\nneeds: {taken: yes}",
    "an answer": "every: concern in concerns\nneeds: {answered: yes}",
    "consents": "every: person in people in the zone\nneeds: {consent.given: {on: the activity, people: this person}}",
}  # fmt: skip

LEFT_OPEN: dict[str, dict[str, Any]] = {"a zone": {"zone": None}, "what a scene is": {"phase": "prep"}}  # fmt: skip
"""What the plan has otherwise, where a rule asks for it."""
NOBODY_KNOWN = {
    "somebody of a role": "at least: 1 different person in people on set\nwhere: {role: safety-diver}",
    "a supervisor of a role": "every: person in the supervisor\nneeds: {role: safety-diver}",
}
"""Who is asked for is not with the production: first somebody has to be found."""
DISTANCE = OFFERED["a distance of the weapon's"]


def stage(**differs: Any) -> QuietSet:
    on_set = QuietSet()
    on_set.say("person.joined", by="ad", person="rigger", roles="rigger")
    on_set.say("people.departed", by="ad", people="rigger")
    on_set.say("person.joined", by="ad", person="doctor", roles="medic")
    on_set.say("thing.received", thing="lift", kind="machine", from_="rental")
    weapons = {"revolver": {"performer": "outlaw", "load": "none", "clearance_ft": 30}}
    on_set.plan(**{"weapons": weapons, "things": ["lift"], "speed_kmh": 20, **differs})
    on_set.say("people.entered", by="ad", thing="lift", people=["outlaw", "sheriff"])
    on_set.say("weapon.unattended", by="ad", weapon="revolver")
    on_set.say("concern.raised", by="sheriff", concern="worry", about=["scene"])
    on_set.check("walk-through", "scene", by="ad")
    return on_set


def reasons(on_set: QuietSet, ours: Pack) -> tuple[Reason, ...]:
    return on_set.reasons(ours, "activity.rolled", by="ad", activity="scene")


def apply(on_set: QuietSet, step: Mapping[str, Any]) -> None:
    """Say a step as it was offered; only its id is a new one."""
    said = {f"{key}_" if key in ("from", "for") else key: value for key, value in step.items()}
    on_set.say(**{key: value for key, value in said.items() if key != "id"})


@pytest.mark.parametrize("name", OFFERED)
def test_what_is_offered_removes_its_reason(name: str) -> None:
    missing = "" if "a check" in OFFERED[name] or "." in OFFERED[name] else "\nmissing: not-judged"
    ours = pack(f"before: roll\n{OFFERED[name]}{missing}", above=HANDLER)
    on_set = stage(**LEFT_OPEN.get(name, {}))
    found = reasons(on_set, ours)
    assert found, "it holds"

    for number in range(1, len(found) + 1):
        (first, *_) = reasons(on_set, ours)
        assert first.next.statement is not None
        apply(on_set, first.next.statement)

        assert len(found) - number == len(reasons(on_set, ours))


def test_what_has_no_bound_that_anybody_knows_is_not_offered() -> None:
    ours = pack(f"before: roll\n{DISTANCE}", above=HANDLER)
    on_set = QuietSet()
    on_set.plan(weapons={"revolver": {"performer": "outlaw", "load": "none"}})
    (reason,) = reasons(on_set, ours)

    assert reason.next.statement is None


@pytest.mark.parametrize("name", NOBODY_KNOWN)
def test_nobody_is_offered_who_is_not_with_the_production(name: str) -> None:
    on_set = stage(supervisor="sheriff")
    (reason,) = reasons(on_set, pack(f"before: roll\n{NOBODY_KNOWN[name]}"))

    assert reason.next.statement is None
    assert reason.next.say == "Make it so"


def test_who_is_one_too_many_is_offered_to_stay_outside() -> None:
    ours = pack("before: enter\nevery: person in people on the thing\nneeds: {in the plan: yes}")
    on_set = stage()
    on_set.say("people.left-zone", by="ad", thing="lift", people=["outlaw", "sheriff"])
    people = ["outlaw", "sheriff"]
    act = {"by": "ad", "activity": "scene", "people": people}
    (reason,) = on_set.reasons(ours, "people.entered", **act)

    assert reason.next.replaces
    assert reason.next.statement is not None
    assert reason.next.statement["people"] == ["outlaw"]
    assert () == on_set.reasons(ours, "people.entered", **{**act, "people": ["outlaw"]})


def test_a_machine_is_never_offered_to_be_live() -> None:
    ours = pack(
        "before: roll\nevery: thing in the things\nneeds: {state: live}\nmissing: not-judged"
    )
    (reason,) = reasons(stage(), ours)

    assert reason.next.statement is None

"""Nothing that is left out opens a gate: every new place where something unknown can stand.

Given packs of one rule, each with a set, a number, an order or an alternative; when a field
of the plan or of a check is not said; then a gate that held still holds, and what was asked
for counts only where it is known.

Source: docs/formats/rules.md, "Unknown, damaged, absent".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.rules.quiet_set import QuietSet, pack

PLAN: dict[str, Any] = {
    "phase": "shoot",
    "purpose": "documentary",
    "hazards": ["firearm-display", "vehicle"],
    "people": {"outlaw": "draws", "sheriff": "watches"},
    "weapons": {"revolver": {"performer": "outlaw", "load": "none", "clearance_ft": 30}},
    "things": ["car"],
    "line": ["sheriff"],
    "zone": ["outlaw", "sheriff"],
    "pointed_at": ["sheriff"],
    "positions": [{"person": "sheriff", "weapon": "revolver", "distance_ft": 20}],
    "supervisor": "ad",
    "operator": "outlaw",
    "speed_kmh": 40,
    "max_people": 1,
    "minutes": 10,
    "medic": "nobody",
    "abort": "the word is stop",
    "needs_firearm": "it is seen close",
}
CHECK: dict[str, Any] = {"checks": "distance-measured", "on": "scene", "passed": True}
A_CHECK = "every: activity in the activity\nneeds: {a check: "


@dataclass(frozen=True)
class Asked:
    """A rule that holds on this set, and what is said there besides the plan."""

    rule: str
    said: list[dict[str, Any]] = field(default_factory=list)


def said(what: str, **given: Any) -> dict[str, Any]:
    return {"what": what, "by": "ad", **given}


def check(check: str, **given: Any) -> dict[str, Any]:
    return said("check.made", **{**CHECK, "checks": check, **given})


GRANT = {"kind": "road", "activities": "scene", "from_": "the town", "limits": {"speed_kmh": 30}}
HELD: dict[str, Asked] = {
    "a measured distance under the weapon's": Asked(
        A_CHECK + "{check: distance-measured, on: this activity, measured: {distance_ft: at least the weapon's clearance_ft}}}",
        [check("distance-measured", measured={"distance_ft": 29})],
    ),
    "a speed over the plan's": Asked(
        A_CHECK + "{check: speed-agreed, on: this activity, measured: {speed_kmh: at most the plan's speed_kmh}}}",
        [check("speed-agreed", measured={"speed_kmh": 41})],
    ),
    "a speed over the permission's": Asked(
        A_CHECK + "{check: speed-agreed, on: this activity, measured: {speed_kmh: at most the permission's limit}}}",
        [said("permission.granted", **GRANT), check("speed-agreed", measured={"speed_kmh": 31})],
    ),
    "two bounds": Asked(
        A_CHECK + "{check: water-in-limits, on: this activity, measured: {temperature_c: [at least 20, at most 30]}}}",
        [check("water-in-limits", measured={"temperature_c": 31})],
    ),
    "more than the plan's people": Asked(
        "at most: the plan's max_people different person in people in the zone",
    ),
    "an order": Asked(
        A_CHECK + "{check: dry-run, on: this activity, after: {a check: {check: walk-through, on: the activity}}}}",
        [check("dry-run"), check("walk-through")],
    ),
    "the other order": Asked(
        A_CHECK + "{check: walk-through, on: this activity, before: {a check: {check: dry-run, on: the activity}}}}",
        [check("dry-run"), check("walk-through")],
    ),
    "an alternative of when": Asked(
        "when any of: [{hazards: vehicle, activity: {purpose: documentary}}, {phase: prep}]\n"
        "no: person in people pointed at",
    ),
    "a thing of when": Asked("when: {thing: {kind: vehicle}}\nno: person in people pointed at"),
    "people of one side": Asked("at most: as many others in people in the zone as medic in people in the zone"),
    "a side of a role": Asked("at most: as many performer in people in the zone as medic in people on set"),
    "at least one of a set": Asked("at least: 1 different person in people on set\nwhere: {role: medic}"),
    "at least one of the plan": Asked("at least: 3 different person in people in the zone"),
    "a permission that was withdrawn": Asked(
        "every: activity in the activity\nneeds: {permission.granted: {kind: road, on: the activity}}",
        [said("permission.granted", **GRANT), said("permission.withdrawn", **GRANT)],
    ),
    "a permission that ran out": Asked(
        "every: permission in permissions\nneeds: {state: granted}",
        [said("permission.granted", **GRANT, until="2026-06-08")],
    ),
    "the plan beyond a permission": Asked(
        "every: permission in permissions\nneeds: {within its limits: yes}",
        [said("permission.granted", **GRANT)],
    ),
    "an assessment of another version": Asked(
        "every: activity in the activity\nneeds: {risk.assessed: {on: this activity, covers: the version that stands}}",
        [
            said("risk.assessed", activity="scene", controls="none", affected="outlaw"),
            said("activity.changed", activity="scene", minutes_=20),
        ],
    ),
    "a position too near": Asked("no: position in positions\nwhere: {clearance: too near}"),
    "a post that nobody took": Asked("every: post in each of [medic]\nneeds: {taken: yes}"),
    "a department that was not there": Asked(
        "every: department in each of [armorer, medic]\n"
        "needs: {meeting.held: {on: the activity, at: today, with: this department}}",
        [said("meeting.held", meeting="m", kind="safety", activities="scene", present=["armorer"])],
    ),
    "too few topics": Asked(
        "every: activity in the activity\nneeds: {meeting.held: {on: the activity, topics: at least 2}}",
        [said("meeting.held", meeting="m", kind="safety", activities="scene", topics=["one"])],
    ),
    "too short a notice": Asked(
        "every: activity in the activity\nneeds: {notice.published: {on: the activity, at: at least 24 hours before}}",
        [said("notice.published", kind="neighbours", activities="scene")],
    ),
    "a machine that nobody locked off": Asked("every: thing in the things\nneeds: {state: locked-off}"),
    "a thing not in the plan": Asked("no: thing in things in the activity\nwhere: {kind: vehicle}"),
    "who is at the meeting": Asked("at least: 2 different person in people at the meeting"),
    "who does what": Asked("no: role in roles of people in the zone\nwhere: {role: performer}"),
}  # fmt: skip


def told(asked: Asked, plan: dict[str, Any], spoilt: Callable[[int, dict[str, Any]], Any]) -> bool:
    """Whether the rule holds the roll of a scene planned so, with statements left out of."""
    on_set = QuietSet()
    on_set.say("thing.received", thing="car", kind="vehicle", from_="rental")
    on_set.plan(**plan)
    for place, one in enumerate(asked.said):
        given = {key: value for key, value in one.items() if not key.endswith("minutes_")}
        given |= {"minutes_": 20} if "minutes_" in one else {}
        on_set.say(**spoilt(place, given))
    missing = "" if "needs" in asked.rule and "a check" in asked.rule else "\nmissing: over-limit"
    return on_set.roll(pack(f"before: roll\n{asked.rule}{missing}"))


@pytest.mark.parametrize("name", HELD)
def test_what_is_left_out_of_a_plan_opens_no_gate(name: str) -> None:
    asked = HELD[name]
    assert told(asked, PLAN, lambda place, given: given), "it holds as it was said"

    for left_out in PLAN:
        plan = {**PLAN, left_out: None}
        assert told(asked, plan, lambda place, given: given), f"without {left_out}"


FIELDS = [
    (name, place, key)
    for name, asked in HELD.items()
    for place, one in enumerate(asked.said)
    for key in one
    if key not in ("what", "by")
    # What is said of no activity that can be read holds by itself (core); and how far a
    # permission goes is its own words: with fewer limits it is another permission.
    and one["what"] not in ("permission.withdrawn", "activity.changed")
    and key not in ("until", "limits")
]


@pytest.mark.parametrize(("name", "place", "key"), FIELDS)
def test_what_is_left_out_of_a_check_or_statement_opens_no_gate(
    name: str, place: int, key: str
) -> None:
    def spoilt(here: int, given: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in given.items() if (here, k) != (place, key)}

    assert told(HELD[name], PLAN, spoilt), f"without {key} of statement {place}"


COUNTS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "a distance of just the weapon's": (HELD["a measured distance under the weapon's"].rule, [check("distance-measured", measured={"distance_ft": 30})]),
    "a speed of just the permission's": (HELD["a speed over the permission's"].rule, [said("permission.granted", **GRANT), check("speed-agreed", measured={"speed_kmh": 30})]),
    "the order": (HELD["an order"].rule, [check("walk-through"), check("dry-run")]),
    "the earlier one": (HELD["the other order"].rule, [check("walk-through"), check("dry-run")]),
    "a permission granted again": (
        HELD["a permission that was withdrawn"].rule,
        [said("permission.granted", **GRANT), said("permission.withdrawn", **GRANT), said("permission.granted", **GRANT)],
    ),
    "an assessment of this version": (
        HELD["an assessment of another version"].rule,
        [said("activity.changed", activity="scene", minutes_=20), said("risk.assessed", activity="scene", controls="none", affected="outlaw")],
    ),
    "a department that was there": (
        "every: department in each of [armorer, performer]\nneeds: {meeting.held: {on: the activity, at: today, with: this department}}",
        [said("meeting.held", meeting="m", kind="safety", activities="scene", present=["armorer", "outlaw"])],
    ),
    "two topics": (HELD["too few topics"].rule, [said("meeting.held", meeting="m", kind="safety", activities="scene", topics=["one", "two"])]),
    "a post that was taken": (HELD["a post that nobody took"].rule, [said("post.taken", people="props", post="medic", activities="scene")]),
    "a machine locked off": (HELD["a machine that nobody locked off"].rule, [said("machine.declared", things="car", state="locked-off")]),
    "two bounds kept": (HELD["two bounds"].rule, [check("water-in-limits", measured={"temperature_c": 30})]),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_what_is_asked_for_counts_where_it_was_said(name: str) -> None:
    rule, statements = COUNTS[name]

    assert not told(Asked(rule, statements), PLAN, lambda place, given: given)


def test_a_permission_of_one_activity_is_not_lost_with_that_of_another() -> None:
    rule = HELD["a permission that was withdrawn"].rule
    other = {**GRANT, "activities": "another"}

    assert not told(
        Asked(rule, [said("permission.granted", **GRANT), said("permission.withdrawn", **other)]),
        PLAN,
        lambda place, given: given,
    )

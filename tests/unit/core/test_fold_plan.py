"""Protects: people know what they agreed to, and a change is not slipped past them.

Also what stands around the act: posts that are left, zones, readings, minors.
"""

from __future__ import annotations

import pytest

from showclear.core.nouns import Activity
from tests.unit.core.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def duel(stage: Stage) -> Activity:
    return stage.state.activities["duel"]


def test_a_change_is_a_new_version_that_nobody_has_heard_or_agreed_to(stage: Stage) -> None:
    stage.say("meeting.held", meeting="m-1", kind="safety", activities="duel", present=["outlaw"])
    stage.say("change.agreed", activity="duel", people="outlaw", by="ad")
    stage.say("activity.changed", activity="duel", speed_kmh=40, by="ad")

    assert (2, 2) == (duel(stage).version, duel(stage).material)
    assert 1 == stage.state.briefed[("duel", "outlaw")].version
    assert 1 == stage.state.agreed[("duel", "outlaw")]
    assert {"speed_kmh"} == duel(stage).raised


def test_who_joins_a_meeting_late_hears_what_it_covered_and_not_what_came_after(
    stage: Stage,
) -> None:
    stage.say("meeting.held", meeting="m-1", kind="safety", activities="duel", present=["outlaw"])
    stage.say("activity.changed", activity="duel", speed_kmh=40, by="ad")
    stage.say("meeting.joined", of="m-1", people="sheriff", by="ad")

    assert 1 == stage.state.briefed[("duel", "sheriff")].version


def test_nobody_is_briefed_on_what_was_planned_afterwards(stage: Stage) -> None:
    stage.say("meeting.held", meeting="m-1", kind="safety", activities="fall", present=["outlaw"])
    stage.say("risk.assessed", activity="fall", controls="a mat", affected="outlaw")
    stage.say("activity.planned", activity="fall", title="A fall", hazards="fall", by="ad")

    assert 1 == stage.state.activities["fall"].version
    assert 0 == stage.state.briefed[("fall", "outlaw")].version
    assert [0] == [fact.count for fact in stage.state.facts["risk.assessed"]]


def test_a_spare_of_the_same_kind_needs_no_new_meeting(stage: Stage) -> None:
    stage.say("activity.changed", activity="duel", replaces={"spare": "revolver"}, by="ad")

    assert (2, 1) == (duel(stage).version, duel(stage).material)
    assert [("spare", ("outlaw",), "blank", "blanks")] == [
        (plan.weapon, plan.performer, plan.load, plan.lot)
        for plan in duel(stage).plan.weapons or ()
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"replaces": {"rubber": "revolver"}},
        {"replaces": {"dp": "outlaw"}},
        {"replaces": {"spare": "revolver"}, "speed_kmh": 31},
        {"replaces": {"ghost": "revolver"}},
    ],
    ids=["another-kind", "another-person", "and-something-else", "nobody-registered-it"],
)
def test_any_other_swap_does(stage: Stage, change: dict[str, object]) -> None:
    stage.say("weapon.received", weapon="rubber", kind="rubber", from_="rental")
    stage.say("activity.changed", activity="duel", by="ad", **change)

    assert (2, 2) == (duel(stage).version, duel(stage).material)


def test_a_spare_said_together_with_what_is_so_anyway_is_still_a_spare(stage: Stage) -> None:
    swap = {"spare": "revolver"}
    stage.say("activity.changed", activity="duel", replaces=swap, speed_kmh=30, by="ad")

    assert 1 == duel(stage).material


def test_who_steps_in_stands_wherever_the_other_one_stood(stage: Stage) -> None:
    stage.say("activity.changed", activity="duel", checks={"ppe-worn": "outlaw"}, by="ad")
    stage.say("activity.changed", activity="duel", replaces={"dp": "outlaw"}, by="ad")
    plan = duel(stage).plan

    assert [("dp", "draws"), ("sheriff", "falls")] == [
        (p.person, p.part) for p in plan.people or ()
    ]
    assert ("dp", "sheriff") == plan.zone
    assert (("ppe-worn", "dp"),) == plan.checks
    assert ("dp",) == (plan.weapons or ())[0].performer


def test_more_than_planned_stays_so_until_the_plan_says_otherwise(stage: Stage) -> None:
    stage.say("activity.rolled", activity="duel", take=1, by="ad")
    stage.say("activity.cut", activity="duel", take=1, measured={"speed_kmh": 35}, by="ad")
    assert ("speed_kmh",) == duel(stage).overrun

    stage.say("activity.changed", activity="duel", title="The duel, again", by="ad")
    assert ("speed_kmh",) == duel(stage).overrun

    stage.say("activity.changed", activity="duel", speed_kmh=35, by="ad")
    assert () == duel(stage).overrun


def test_what_was_dropped_may_be_planned_again(stage: Stage) -> None:
    stage.say("activity.dropped", activity="duel", by="ad")
    assert duel(stage).dropped

    stage.say("activity.planned", activity="duel", title="A duel after all", by="ad")
    assert (False, 2) == (duel(stage).dropped, duel(stage).version)


def test_a_minor_stays_one_and_keeps_their_duties_when_introduced_again(stage: Stage) -> None:
    stage.say("person.joined", person="child", roles="performer", minor=True)
    stage.say("duty.assigned", people="child", duty="holds the slate")
    stage.say("person.joined", person="child", roles=["performer", "stand-in"])

    assert stage.state.people["child"].minor
    assert {"holds the slate"} == stage.state.people["child"].duties


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("post.left", {"people": "medic", "post": "medic"}),
        ("people.departed", {"people": "medic"}),
        ("person.left", {"person": "medic"}),
        ("work.left", {"people": "medic"}),
    ],
)
def test_a_post_that_is_left_drops_what_it_stood_for(
    stage: Stage, what: str, said: dict[str, object]
) -> None:
    stage.say("post.taken", people="medic", post="medic", activities="duel", by="medic")
    stage.say("check.made", checks="medic-present", on="duel", passed=True, by="medic")
    stage.say(what, by="medic", **said)
    made = stage.state.checks[("duel", "medic-present")].item

    assert not stage.state.posts
    assert stage.state.fallen[("duel", "medic-present")] > made.mark.seq


def test_a_standby_who_goes_in_stands_by_no_longer(stage: Stage) -> None:
    stage.say("post.taken", people="medic", post="standby", activities="duel", by="medic")
    stage.say("check.made", checks="standby-ready", on="medic", passed=True, by="medic")
    stage.say("people.entered", people="medic", activity="duel", by="ad")

    assert not stage.state.posts
    assert {("duel", "rescue-ready"), ("medic", "standby-ready")} <= set(stage.state.fallen)


def test_entering_twice_is_mended_by_a_count_of_other_eyes(stage: Stage) -> None:
    for _ in range(2):
        stage.say("people.entered", people="outlaw", activity="duel", by="ad")
    assert {"duel"} == stage.contradicted()

    stage.say("check.made", checks="zone-counted", on="duel", passed=True, by="ad")
    assert {"duel"} == stage.contradicted(), "their own eyes were wrong once already"

    stage.say("check.made", checks="zone-counted", on="duel", passed=True, by="dp")
    assert set() == stage.contradicted()


def test_a_reading_without_limits_is_held_to_the_last_limits(stage: Stage) -> None:
    wind = {"quantity": "wind_kmh", "on": "duel"}
    stage.say("reading.taken", **wind, value=40, within={"at_most": 30})
    stage.say("reading.taken", **wind, value=38)
    assert not stage.state.readings[("wind_kmh", "duel")].within

    stage.say("reading.taken", **wind, value=30)
    assert stage.state.readings[("wind_kmh", "duel")].within


def test_a_thing_that_comes_back_is_still_held(stage: Stage) -> None:
    stage.say("thing.held", thing="belt", because="a seam")
    stage.say("thing.left", thing="belt", to="repair")
    stage.say("thing.received", thing="belt", kind="container")

    assert stage.state.things["belt"].held is not None
    assert not stage.state.things["belt"].away


def test_what_a_handler_found_wrong_with_an_act_a_handler_has_to_pass(stage: Stage) -> None:
    stage.say("check.made", checks="shield-set", on="duel", passed=False)
    stage.say("check.made", checks="shield-set", on="duel", passed=False, by="ad")
    stage.say("check.made", checks="shield-set", on="duel", passed=True, by="ad")
    assert ("duel", "shield-set") in stage.state.failed

    stage.say("check.made", checks="shield-set", on="duel", passed=True, by="assistant")
    assert ("duel", "shield-set") not in stage.state.failed

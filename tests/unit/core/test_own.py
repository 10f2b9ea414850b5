"""What holds by itself, before any pack: each hold, what ends it, and what does not.

Given a small set with one revolver and one scene; when something is said; then the
next act holds for that reason, until what the vocabulary's table names was said.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from showclear.core.gates import Hold, Reason, question_of
from showclear.core.own import own_reasons
from showclear.core.parse import read_fields, read_statement
from showclear.core.record import Record
from showclear.core.statement import Statement

DAY = date(2026, 6, 9)
SET: list[dict[str, Any]] = [
    {"what": "person.joined", "person": "armorer", "roles": "armorer"},
    {"what": "person.joined", "person": "assistant", "roles": "assistant-armorer"},
    {"what": "person.joined", "person": "ad", "roles": "first-ad"},
    {"what": "person.joined", "person": "second", "roles": "second-ad"},
    {"what": "person.joined", "person": "actor", "roles": "performer"},
    {"what": "person.joined", "person": "operator", "roles": "camera-operator"},
    {"what": "person.joined", "person": "relief", "roles": "camera-operator"},
    {"what": "person.joined", "person": "child", "roles": "performer", "minor": True},
    {"what": "weapon.received", "weapon": "revolver", "kind": "firearm", "from": "supplier"},
    {"what": "weapon.received", "weapon": "rubber", "kind": "rubber", "from": "supplier"},
    {"what": "rounds.received", "lot": "blanks", "kind": "blank", "count": 50, "from": "supplier"},
    {
        "what": "activity.planned",
        "activity": "scene",
        "hazards": "firearm-display",
        "phase": "shoot",
        "people": {"actor": "draws", "operator": "films"},
        "weapons": {"revolver": {"performer": "actor", "load": "none"}},
        "line": "nobody",
        "zone": ["actor"],
    },
    {"what": "weapon.taken-out", "weapons": ["revolver", "rubber"]},
    {"what": "check.made", "checks": "chamber-empty", "on": "revolver", "passed": True},
]
ROLL = {"what": "activity.rolled", "activity": "scene", "by": "ad"}
HAND = {
    "what": "weapon.handed-over",
    "weapon": "revolver",
    "from": "armorer",
    "to": "actor",
    "for": "scene",
}


class Stage:
    """A set on which statements are made one minute after the other."""

    def __init__(self) -> None:
        self.record = Record()
        self.minute = 0
        for fields in SET:
            self.say(**fields)

    def read(self, **fields: Any) -> Statement:
        self.minute += 1
        at = f"2026-06-09T{8 + self.minute // 60:02}:{self.minute % 60:02}Z"
        given = {"id": f"s{self.minute}", "by": "armorer", "at": at, **fields}
        read = read_fields(given)
        assert isinstance(read, Statement), read
        return read

    def say(self, **fields: Any) -> str:
        said = self.read(**fields)
        self.record.add(said)
        return str(said.id)

    def reasons(self, **act: Any) -> tuple[Reason, ...]:
        said = self.read(**act)
        states = self.record.before(said)
        question = question_of(said, states[0])
        assert question is not None
        return tuple(reason for state in states for reason in own_reasons(state, question))

    def missing(self, **act: Any) -> set[str]:
        return {word for reason in self.reasons(**act) for word in reason.missing}

    def apply(self, reason: Reason) -> bool:
        """Say what a reason offers. False if it offers nothing."""
        if reason.next.statement is None:
            return False
        self.say(**{**reason.next.statement, "id": f"applied-{self.minute}"})
        return True


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_on_a_quiet_set_nothing_holds_by_itself(stage: Stage) -> None:
    assert set() == stage.missing(**ROLL)
    assert set() == stage.missing(**HAND)


HOLDS: list[tuple[str, Mapping[str, Any], Mapping[str, Any], str]] = [
    ("stop of all", {"what": "stop.called", "stop": "one", "scope": "all", "by": "actor"}, ROLL, "stopped"),
    ("stop of the weapon", {"what": "stop.called", "stop": "one", "scope": "revolver", "by": "actor"}, ROLL, "stopped"),
    ("stop by nobody named", {"what": "stop.called", "stop": "one", "scope": "all", "by": "anonymous"}, HAND, "stopped"),
    ("pause", {"what": "pause.called", "pause": "rain", "scope": "all", "by": "ad"}, ROLL, "paused"),
    ("discharge", {"what": "weapon.discharged", "weapon": "revolver", "count": 1}, ROLL, "incident-open"),
    ("near miss", {"what": "incident.reported", "incident": "i", "kind": "near-miss", "by": "actor"}, HAND, "incident-open"),
    ("held weapon", {"what": "weapon.held", "weapons": "revolver", "because": "loose pin"}, HAND, "weapon-held"),
    ("misfire", {"what": "weapon.misfired", "weapon": "revolver", "lot": "blanks", "count": 1}, ROLL, "weapon-held"),
    ("unattended", {"what": "weapon.unattended", "weapons": "revolver"}, ROLL, "unattended"),
    ("unknown lot", {"what": "rounds.received", "lot": "tin", "kind": "unknown", "count": 9, "from": "x"}, HAND, "unknown-rounds"),
    ("live lot", {"what": "rounds.received", "lot": "tin", "kind": "live", "count": 9, "from": "x"}, HAND, "live-rounds"),
    ("walk-out", {"what": "work.left", "people": "operator", "by": "operator"}, ROLL, "walk-out-open"),
    ("concern that holds", {"what": "concern.raised", "concern": "c", "about": "scene", "holds": True, "by": "second"}, ROLL, "concern-open"),
    ("concern of one in the act", {"what": "concern.raised", "concern": "c", "about": "scene", "by": "actor"}, ROLL, "concern-open"),
    ("refusal", {"what": "refusal.made", "person": "actor", "activity": "scene", "by": "actor"}, ROLL, "refused"),
    ("failed check", {"what": "check.made", "checks": "mechanism-works", "on": "revolver", "passed": False}, ROLL, "mechanism-works"),
    ("ghost weapon", {"what": "weapon.seen", "weapons": "revlover", "with": "armorer"}, HAND, "unregistered"),
    ("unknown receiver", {"what": "people.arrived", "people": "stranger"}, {**HAND, "to": "stranger"}, "unregistered"),
    ("dropped plan", {"what": "activity.dropped", "activity": "scene", "by": "ad"}, ROLL, "not-planned"),
    ("stranger in the act", {"what": "people.arrived", "people": "relief"}, {**ROLL, "people": ["actor", "relief"]}, "not-planned"),
    ("remedy due", {"what": "remedy.set", "remedy": "pin", "for": "revolver", "before_restart": True}, HAND, "remedy-open"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "act", "word"), [h[1:] for h in HOLDS], ids=[h[0] for h in HOLDS])
def test_it_holds_the_next_act(
    stage: Stage, said: Mapping[str, Any], act: Mapping[str, Any], word: str
) -> None:
    stage.say(**said)

    assert word in stage.missing(**act)


@pytest.mark.parametrize(("said", "act", "word"), [h[1:] for h in HOLDS], ids=[h[0] for h in HOLDS])
def test_its_next_steps_end_it(
    stage: Stage, said: Mapping[str, Any], act: Mapping[str, Any], word: str
) -> None:
    """One step after the other, at most five; or the reason offers no single statement."""
    stage.say(**said)
    for _ in range(5):
        held = [reason for reason in stage.reasons(**act) if word in reason.missing]
        if not held or not stage.apply(held[0]):
            break

    left = [reason for reason in stage.reasons(**act) if word in reason.missing]
    assert all(reason.next.statement is None for reason in left)


@pytest.mark.parametrize(("said", "act", "word"), [h[1:] for h in HOLDS], ids=[h[0] for h in HOLDS])
def test_withdrawing_it_does_not_end_it(
    stage: Stage, said: Mapping[str, Any], act: Mapping[str, Any], word: str
) -> None:
    name = stage.say(**said)
    stage.say(what="statement.withdrawn", of=name, by=said.get("by", "armorer"))

    assert word in stage.missing(**act)


def test_the_one_who_stopped_and_one_more_cannot_restart_if_both_are_in_the_act(
    stage: Stage,
) -> None:
    stage.say(what="stop.called", stop="one", scope="scene", by="actor")
    stage.say(what="work.resumed", stop="one", agreed_by=["actor", "operator"], by="ad")

    assert "stopped" in stage.missing(**ROLL)

    stage.say(what="work.resumed", stop="one", agreed_by=["actor", "ad"], by="ad")

    assert "stopped" not in stage.missing(**ROLL)


def test_one_person_never_restarts(stage: Stage) -> None:
    stage.say(what="stop.called", stop="one", scope="all", by="actor")
    stage.say(what="work.resumed", stop="one", agreed_by=["ad", "ad"], by="ad")
    stage.say(what="work.resumed", stop="one", agreed_by=["ad", "anonymous"], by="ad")

    assert "stopped" in stage.missing(**ROLL)


def test_a_remedy_verified_by_whoever_did_it_is_not_verified(stage: Stage) -> None:
    bang = stage.say(what="weapon.discharged", weapon="revolver", count=1)
    stage.say(what="remedy.set", remedy="r", **{"for": bang}, before_restart=True, by="ad")
    stage.say(what="remedy.done", remedy="r", by="armorer")
    stage.say(what="remedy.verified", remedy="r", by="armorer")
    stage.say(what="work.resumed", scope=bang, agreed_by=["ad", "armorer"], by="ad")

    assert "incident-open" in stage.missing(**ROLL)

    stage.say(what="remedy.verified", remedy="r", by="assistant")
    stage.say(what="work.resumed", scope=bang, agreed_by=["ad", "armorer"], by="ad")

    assert "incident-open" not in stage.missing(**ROLL)


def test_a_misfire_is_not_released_before_it_was_opened(stage: Stage) -> None:
    stage.say(what="weapon.loaded", weapon="revolver", lot="blanks", count=1, **{"for": "scene"})
    stage.say(
        what="weapon.misfired", weapon="revolver", lot="blanks", count=1, cause="light strike"
    )
    stage.say(what="weapon.released", weapons="revolver", because="light strike")

    assert "weapon-held" in stage.missing(**ROLL)

    stage.say(what="check.made", checks="chamber-empty", on="revolver", passed=True)
    stage.say(what="weapon.released", weapons="revolver", because="light strike", by="ad")

    assert "weapon-held" in stage.missing(**ROLL), "the first AD is no handler"

    stage.say(what="weapon.released", weapons="revolver", because="light strike")

    assert "weapon-held" not in stage.missing(**ROLL)


def test_an_incident_holds_no_act_without_weapons(stage: Stage) -> None:
    stage.say(what="incident.reported", incident="i", kind="near-miss", about="revolver", by="ad")
    stage.say(
        what="activity.planned",
        activity="tea",
        hazards="none",
        people={"actor": "drinks"},
        weapons="none",
        by="ad",
    )

    assert set() == stage.missing(what="activity.rolled", activity="tea", by="ad")


def test_a_refusal_is_told_without_a_name(stage: Stage) -> None:
    stage.say(what="refusal.made", person="actor", activity="scene", by="actor")

    held = [reason for reason in stage.reasons(**ROLL) if "refused" in reason.missing]

    assert ["scene"] == [reason.on for reason in held]
    assert all("actor" not in reason.says for reason in held)


def test_a_minor_in_the_zone_holds_whatever_the_plan_says(stage: Stage) -> None:
    stage.say(what="activity.changed", activity="scene", zone=["actor", "child"], by="ad")

    assert "minor-in-zone" in stage.missing(**ROLL)


def test_a_day_can_be_closed_while_a_stop_is_on(stage: Stage) -> None:
    stage.say(what="stop.called", stop="one", scope="all", by="actor")

    assert set() == stage.missing(what="day.closed", date=str(DAY), by="ad")


def test_a_statement_that_cannot_be_read_holds_what_it_names(stage: Stage) -> None:
    broken = {"id": "broken", "at": "2026-06-09T08:14Z", "by": "armorer", "what": "weapon.fired",
              "weapon": "revolver", "count": "many"}  # fmt: skip
    stage.record.add(read_statement(broken, fallback_id="x"))

    assert "contradiction" in stage.missing(**ROLL)


def test_hold_reasons_say_since_which_statement(stage: Stage) -> None:
    name = stage.say(what="stop.called", stop="one", scope="all", by="actor")

    (reason,) = stage.reasons(**ROLL)

    assert name == reason.since
    assert isinstance(Hold(reasons=(reason,)), Hold)

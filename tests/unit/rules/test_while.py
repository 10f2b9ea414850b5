"""What runs on is asked whenever somebody says something that touches it, and told at once.

Given a pack with one rule that is asked while an activity is on; when people enter and leave
while it runs; then what is not as it should be is told once, holds every gate of the activity,
and nobody is held for coming to help, nor for leaving.

Source: docs/formats/rules.md, "How a rule is judged".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from showclear.core.nouns import Notice
from showclear.rules.alerts import Alerts
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of
from tests.unit.rules.quiet_set import AS_OF, QuietSet, pack

ZONE = "people really in the zone"
ATTENDED = f"""\
while: {{hazards: any of water, dive}}
at most: as many others in {ZONE} as safety-diver in {ZONE}
else: alert, hold
missing: under-attended
"""


class Told(QuietSet):
    """A set on which everything said is watched."""

    def __init__(self, ours: Pack) -> None:
        super().__init__()
        self.ours, self.alerts, self.noticed = ours, Alerts(), list[Notice]()
        self.say("person.joined", by="ad", person="diver", roles="safety-diver")

    def told(self, what: str, **said: Any) -> list[tuple[str, str]]:
        """Say it, and what is told of it."""
        statement = self.read(what, **said)
        self.record.add(statement)
        book = book_of([self.ours])
        found = self.alerts.after(statement, self.record.state, book, as_of=AS_OF)
        assert all(str(statement.id) == one.said for one in found)
        return [(one.missing, one.on) for one in found]

    def entering(self, *people: str) -> bool:
        return self.holds(
            self.ours, "people.entered", by="ad", activity="scene", people=list(people)
        )


def in_water(rule: str = ATTENDED) -> Told:
    on_set = Told(pack(rule))
    people = {"outlaw": "swims", "sheriff": "swims", "diver": "attends"}
    on_set.plan(hazards="water", people=people, zone=["outlaw", "sheriff", "diver"])
    return on_set


SHORT = [("under-attended", "scene")]


def test_who_leaves_is_not_held_and_it_is_told_at_once() -> None:
    on_set = in_water()
    assert [] == on_set.told("people.entered", by="ad", activity="scene", people=["diver"])
    assert [] == on_set.told("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert SHORT == on_set.told("people.left-zone", by="ad", activity="scene", people=["diver"])


def test_what_was_told_is_not_told_again_until_it_is_worse() -> None:
    on_set = in_water()
    assert SHORT == on_set.told("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert [] == on_set.told("check.made", checks="path-clear", on="scene", passed=True)
    assert SHORT == on_set.told("people.entered", by="ad", activity="scene", people=["sheriff"])


def test_what_was_mended_is_told_when_it_comes_again() -> None:
    on_set = in_water()
    on_set.told("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert [] == on_set.told("people.entered", by="ad", activity="scene", people=["diver"])
    assert SHORT == on_set.told("people.left-zone", by="ad", activity="scene", people=["diver"])


def test_what_does_not_touch_it_tells_nothing() -> None:
    on_set = in_water()
    on_set.say("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert [] == on_set.told("rounds.locked-up", lots=["blanks"])
    assert SHORT == on_set.told("people.departed", by="ad", people=["diver"])


def test_every_gate_of_the_activity_holds_while_it_is_so() -> None:
    on_set = in_water()
    on_set.say("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert on_set.roll(on_set.ours)
    assert on_set.hand(on_set.ours)
    assert not on_set.hand(on_set.ours, for_=None), "no gate of that activity"

    on_set.say("people.entered", by="ad", activity="scene", people=["diver"])

    assert not on_set.roll(on_set.ours)


def test_within_an_activity_that_is_not_on_nothing_is_asked() -> None:
    on_set = in_water("while: {hazards: water}\nno: person in people in the zone\nelse: hold\n")

    assert not on_set.hand(on_set.ours)
    assert on_set.roll(on_set.ours), "it begins with it"

    on_set.say("activity.started", by="ad", activity="scene")

    assert on_set.hand(on_set.ours)


def test_who_comes_to_help_is_never_held_for_it() -> None:
    """Reading 6: an entry that lessens a shortfall is not held, also where one remains."""
    on_set = in_water()
    on_set.say("people.entered", by="ad", activity="scene", people=["outlaw", "sheriff"])

    assert not on_set.entering("diver")
    assert on_set.entering("armorer")
    assert on_set.entering("diver", "armorer"), "as many more to attend as attending"


@pytest.mark.parametrize("follows", ["alert", "hold"])
def test_it_only_holds_or_is_only_told_if_it_says_so(follows: str) -> None:
    on_set = in_water(ATTENDED.replace("alert, hold", follows))
    told = on_set.told("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert (SHORT if follows == "alert" else []) == told
    assert (follows == "hold") is on_set.roll(on_set.ours)


@pytest.mark.parametrize("field", ["hazards", "zone", "people", "weapons", "line"])
def test_a_field_left_out_of_the_plan_opens_no_gate_of_it(field: str) -> None:
    on_set = Told(pack(ATTENDED))
    on_set.plan(**{"hazards": "water", "zone": ["outlaw"], field: None})
    on_set.say("people.entered", by="ad", activity="scene", people=["outlaw"])

    assert on_set.roll(on_set.ours)


def test_who_nobody_knows_has_to_be_attended_and_attends_to_nobody() -> None:
    on_set = in_water()
    on_set.say("people.entered", by="ad", activity="scene", people=["diver"])

    assert not on_set.entering("stranger")
    assert on_set.entering("stranger", "sheriff")
    assert in_water().entering("stranger")


def test_one_word_for_many_is_too_many() -> None:
    on_set = in_water()
    on_set.say("people.entered", by="ad", activity="scene", people=["diver"])

    assert on_set.entering("crew")


def test_the_next_step_is_that_one_person_leaves() -> None:
    on_set = in_water()
    on_set.say("people.entered", by="ad", activity="scene", people=["outlaw"])
    (reason,) = on_set.reasons(on_set.ours, "activity.rolled", by="ad", activity="scene")
    step = dict(reason.next.statement or {})

    assert ("people.left-zone", ["outlaw"]) == (step["what"], step["people"])

    on_set.say("people.left-zone", by="ad", activity="scene", people=["outlaw"])

    assert not on_set.roll(on_set.ours)


def test_a_duty_may_be_told_as_it_begins() -> None:
    duty = (
        "after: {incident.reported: {kind: injury}}\nwithin: 8 hours\n"
        "needs: {evidence.preserved: {on: the event}}\nthen: alert\nmissing: evidence.preserved\n"
    )
    on_set = Told(pack(duty))
    on_set.plan()

    assert [("evidence.preserved", "fall")] == on_set.told(
        "incident.reported", by="ad", incident="fall", kind="injury", about=["scene"]
    )
    assert [] == on_set.told("care.offered", by="ad", people=["outlaw"])


def test_a_rule_that_nobody_read_tells_nothing_and_holds_nothing() -> None:
    ours = pack(ATTENDED)
    unread = replace(
        ours,
        force="guidance",
        rules=tuple(replace(r, cite=replace(r.cite, how="secondary")) for r in ours.rules),
    )
    on_set = Told(unread)
    on_set.plan(hazards="water")

    assert [] == on_set.told("people.entered", by="ad", activity="scene", people=["outlaw"])
    assert not on_set.roll(unread)

"""Duties run out and waits pass: what an event asks for, until when, and who is told before.

Given a pack with one duty or wait; when its event is said, and minutes go by; then its gates
hold only when they should, the clocks say so before, and nothing unknown lets anybody through.

Source: docs/formats/rules.md, "How a rule is judged".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from showclear.core.gates import Clear, Hold
from showclear.rules.clocks import Clock, clocks
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of
from tests.unit.rules.quiet_set import START, QuietSet, pack

NOTIFY = """\
after: {incident.reported: {kind: death}}
within: 8 hours
needs: {notified: {whom: us-osha, on: the event}}
then: hold at take-out; warn before
missing: notified
"""
WATCH = """\
after: {activity.finished: {activity: {hazards: any of fire, pyro}}}
at least: 30 minutes
needs: {a check: {check: fire-watch, on: the activity, measured: {minutes: at least 30}}}
then: hold at close-day
"""
MISFIRE = """\
after: {weapon.misfired: {weapon: {kind: firearm}}}
at least: 30 seconds
then: hold at take-out
missing: too-soon
"""
NOTHING = "before: take-out\nevery: weapon in the weapons\nneeds: {kind: any of firearm, rubber}\n"


def report(on_set: QuietSet, minutes: float, **said: Any) -> str:
    given = {"incident": "fall", "kind": "death", "about": ["scene"], **said}
    return on_set.say("incident.reported", by="ad", minutes=minutes, **given)


def taking(on_set: QuietSet, ours: Pack, minutes: float, **said: Any) -> Clear | Hold:
    return on_set.verdict(ours, "weapon.taken-out", weapon="revolver", minutes=minutes, **said)


def held(on_set: QuietSet, ours: Pack, minutes: float, **said: Any) -> bool:
    verdict = taking(on_set, ours, minutes, **said)
    reasons = verdict.reasons if isinstance(verdict, Hold) else ()
    return any(reason.rule == "rule-1" for reason in reasons)


def warned(on_set: QuietSet, ours: Pack, minutes: float) -> bool:
    return any(reason.rule == "rule-1" for reason in taking(on_set, ours, minutes).warned)


def shown(on_set: QuietSet, ours: Pack, minutes: float) -> tuple[Clock, ...]:
    now = START + timedelta(minutes=minutes)
    return clocks(on_set.record.state, book_of([ours]), now)


# --- duties ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "holds"), [(479, False), (480, False), (480.1, True)], ids=["under", "on", "over"]
)
def test_a_duty_warns_until_its_time_has_run_out_and_holds_after_it(
    after: float, holds: bool
) -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    report(on_set, 30)

    assert holds is held(on_set, ours, 30 + after)
    assert holds is not warned(on_set, ours, 30 + after)


def test_a_duty_is_done_only_by_what_was_said_after_its_event_and_of_it() -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    on_set.say("notified", by="ad", minutes=20, whom="us-osha", incident="fall")
    report(on_set, 30)

    assert held(on_set, ours, 600), "told before there was anything to tell"

    on_set.say("notified", by="ad", minutes=40, whom="us-osha", incident="other")
    on_set.say("notified", by="ad", minutes=41, whom="insurer", incident="fall")

    assert held(on_set, ours, 600)

    on_set.say("notified", by="ad", minutes=42, whom="us-osha", incident="fall")

    assert not held(on_set, ours, 600)
    assert not warned(on_set, ours, 60)


def test_each_incident_asks_for_itself() -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    report(on_set, 30)
    report(on_set, 40, incident="other", about=["revolver"])
    on_set.say("notified", by="ad", minutes=50, whom="us-osha", incident="other")

    assert held(on_set, ours, 600)
    assert ["fall"] == [clock.about for clock in shown(on_set, ours, 60)]


def test_said_again_it_does_not_begin_again() -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    report(on_set, 30)
    report(on_set, 300)

    assert held(on_set, ours, 30 + 481), "it runs from when it was first known"


def test_an_injury_is_no_death() -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    report(on_set, 30, kind="injury")

    assert not held(on_set, ours, 600)


def test_how_bad_an_injury_was_may_be_the_worst_until_somebody_says_it() -> None:
    """B5 asks it of the law: not said is not known, and then the duty runs."""
    ours = pack(NOTIFY.replace("{kind: death}", "{kind: injury, harm: admitted}"), NOTHING)
    unsaid, light, bad = QuietSet(), QuietSet(), QuietSet()
    report(unsaid, 30, kind="injury")
    report(light, 30, kind="injury", harm="first-aid")
    report(bad, 30, kind="injury", harm="admitted")

    assert held(unsaid, ours, 600)
    assert not held(light, ours, 600)
    assert held(bad, ours, 600)


@pytest.mark.parametrize("which", ["event", "act"])
def test_a_duty_whose_time_nobody_knows_has_run_out(which: str) -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    order = {"at_is": "order-only"}
    report(on_set, 30, **(order if which == "event" else {}))

    assert held(on_set, ours, 40, **(order if which == "act" else {}))


def test_a_duty_that_is_done_clears_no_gate_by_itself() -> None:
    ours = pack(
        "after: {notice.published: {}}\nwithin: 1 hours\n"
        "needs: {notified: {whom: police}}\nthen: hold at take-out"
    )
    on_set = QuietSet()
    on_set.plan()
    on_set.say("notice.published", by="ad", kind="neighbours", activities="scene", minutes=30)
    on_set.say("notified", by="ad", whom="police", activities="scene", minutes=31)
    verdict = taking(on_set, ours, 40)

    assert isinstance(verdict, Hold)
    assert [("nothing-required",)] == [reason.missing for reason in verdict.reasons]


def test_a_report_withdrawn_still_runs() -> None:
    """A correction lifts no hold."""
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    on_set.withdraw(report(on_set, 30))

    assert held(on_set, ours, 600)


# --- waits -------------------------------------------------------------------------


def misfire(on_set: QuietSet, minutes: float, **said: Any) -> None:
    given = {"weapon": "revolver", "lot": "blanks", "count": 1, **said}
    on_set.say("weapon.misfired", minutes=minutes, **given)


@pytest.mark.parametrize(
    ("after", "holds"), [(0.25, True), (0.5, False), (0.75, False)], ids=["under", "on", "over"]
)
def test_a_wait_holds_until_its_seconds_have_passed(after: float, holds: bool) -> None:
    ours, on_set = pack(MISFIRE, NOTHING), QuietSet()
    misfire(on_set, 30)

    assert holds is held(on_set, ours, 30 + after)


def test_a_wait_says_when_it_ends() -> None:
    ours, on_set = pack(MISFIRE, NOTHING), QuietSet()
    misfire(on_set, 30)
    verdict = taking(on_set, ours, 30.25)

    assert isinstance(verdict, Hold)
    (reason,) = [one for one in verdict.reasons if one.rule == "rule-1"]
    assert START + timedelta(minutes=30.5) == reason.until


def test_a_wait_is_of_the_last_event() -> None:
    ours, on_set = pack(MISFIRE, NOTHING), QuietSet()
    misfire(on_set, 30)
    misfire(on_set, 31)

    assert held(on_set, ours, 31.25)
    assert not held(on_set, ours, 31.5)


@pytest.mark.parametrize("kind", ["rubber", "unknown"])
def test_what_misfired_may_be_what_is_asked_for_while_nobody_knows(kind: str) -> None:
    ours, on_set = pack(MISFIRE, NOTHING), QuietSet()
    on_set.say("weapon.received", weapon="third", kind=kind, from_="rental")
    misfire(on_set, 30, weapon="third")

    assert (kind == "unknown") is held(on_set, ours, 30.25)


def test_a_wait_whose_time_nobody_knows_is_not_over_that_day() -> None:
    ours, on_set = pack(MISFIRE, NOTHING), QuietSet()
    misfire(on_set, 30, at_is="order-only")

    assert held(on_set, ours, 300)

    on_set.say("day.opened", by="ad", date="2026-06-10", minutes=60 * 24)

    assert not held(on_set, ours, 60 * 24 + 10), "longer ago than that day is old"


def close(on_set: QuietSet, ours: Pack, minutes: float) -> bool:
    return on_set.holds(ours, "day.closed", by="ad", date="2026-06-09", minutes=minutes)


def test_a_fire_watch_takes_its_time_and_somebody_who_stood_it() -> None:
    ours, on_set = pack(WATCH), QuietSet()
    on_set.plan(hazards="fire")
    on_set.say("activity.finished", by="ad", activity="scene", minutes=60)

    assert close(on_set, ours, 60 + 29)
    assert close(on_set, ours, 60 + 31), "nobody stood it"
    assert ["needs"] == [clock.state for clock in shown(on_set, ours, 60 + 31)]

    on_set.check("fire-watch", "scene", measured={"minutes": 29}, minutes=89)

    assert close(on_set, ours, 60 + 31), "a minute short"

    on_set.check("fire-watch", "scene", measured={"minutes": 30}, minutes=91)

    assert not close(on_set, ours, 60 + 32)
    assert () == shown(on_set, ours, 60 + 32)


def test_a_watch_stood_before_the_end_is_none() -> None:
    ours, on_set = pack(WATCH), QuietSet()
    on_set.plan(hazards="fire")
    on_set.check("fire-watch", "scene", measured={"minutes": 30}, minutes=50)
    on_set.say("activity.finished", by="ad", activity="scene", minutes=60)

    assert close(on_set, ours, 120)


def test_a_wait_of_each_person_holds_what_they_are_in_and_nothing_else() -> None:
    ours = pack(
        "after: {work.left: {}}\nat least: 10 hours\n"
        "then: hold at hand-over; per person\nmissing: fatigue"
    )
    on_set = QuietSet()
    on_set.plan()
    on_set.say("work.left", by="outlaw", people=["outlaw"], minutes=30)

    def handing(to: str, minutes: float) -> bool:
        return on_set.hand(ours, "revolver", to, for_=None, minutes=minutes)

    assert handing("outlaw", 60)
    assert not handing("sheriff", 60)
    assert not handing("outlaw", 30 + 600)


def test_the_things_of_an_event_are_those_of_its_plan_where_it_names_none() -> None:
    ours = pack(
        "after: {activity.finished: {thing: {kind: insert-car}}}\nwithin: 1 hours\n"
        "needs: {a check: {check: after-run-inspected, on: the thing}}\nthen: hold at close-day"
    )
    on_set, other, unsaid = QuietSet(), QuietSet(), QuietSet()
    for one, things in ((on_set, ["car"]), (other, "none"), (unsaid, None)):
        one.say("thing.received", thing="car", kind="insert-car", from_="rental")
        one.plan(things=things)
        one.say("activity.finished", by="ad", activity="scene", minutes=30)

    assert close(on_set, ours, 120)
    assert not close(other, ours, 120), "nothing of that kind was in it"
    assert close(unsaid, ours, 120), "nobody said what was in it"

    on_set.check("after-run-inspected", "car", minutes=40)

    assert not close(on_set, ours, 120)


# --- clocks ------------------------------------------------------------------------


def test_the_clocks_warn_before_they_run_out() -> None:
    ours, on_set = pack(NOTIFY), QuietSet()
    report(on_set, 30)

    early, soon, late = (shown(on_set, ours, 30 + 60 * hours)[0] for hours in (1, 7, 9))

    assert ("duty", "running", False, False) == (early.kind, early.state, early.soon, early.holds)
    assert ("running", True, False) == (soon.state, soon.soon, soon.holds)
    assert ("late", True, True) == (late.state, late.soon, late.holds)
    assert {START + timedelta(minutes=510)} == {one.until for one in (early, soon, late)}
    assert ("take-out",) == early.gates
    assert ("notified",) == early.missing


def test_a_clock_without_a_time_stands_first() -> None:
    ours, on_set = pack(NOTIFY), QuietSet()
    report(on_set, 30)
    report(on_set, 40, incident="other", about=["revolver"], at_is="order-only")

    first, second = shown(on_set, ours, 60)

    assert ("other", "unknown", None, True) == (first.about, first.state, first.until, first.holds)
    assert "fall" == second.about


@pytest.mark.parametrize("minutes", [31, 200, 509, 510, 511, 900])
def test_a_clock_says_what_the_gate_says(minutes: int) -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    report(on_set, 30)

    assert held(on_set, ours, minutes) is shown(on_set, ours, minutes)[0].holds


# --- next steps --------------------------------------------------------------------


def test_the_next_step_of_a_duty_answers_it() -> None:
    ours, on_set = pack(NOTIFY, NOTHING), QuietSet()
    report(on_set, 30)
    verdict = taking(on_set, ours, 600)
    assert isinstance(verdict, Hold)
    (reason,) = [one for one in verdict.reasons if one.rule == "rule-1"]
    step = dict(reason.next.statement or {})

    assert {"what": "notified", "whom": "us-osha", "incident": "fall"}.items() <= step.items()

    on_set.say(**{key: step[key] for key in ("what", "by", "whom", "incident")}, minutes=601)

    assert not held(on_set, ours, 602)


def test_the_next_step_of_a_wait_is_what_it_needs_once_there_is_something_to_say() -> None:
    ours, on_set = pack(WATCH), QuietSet()
    on_set.plan(hazards="fire")
    on_set.say("activity.finished", by="ad", activity="scene", minutes=60)
    (reason,) = on_set.reasons(ours, "day.closed", by="ad", date="2026-06-09", minutes=100)
    step = dict(reason.next.statement or {})

    assert (["fire-watch"], ["scene"]) == (step["checks"], step["on"])
    assert {"minutes": 30} == step["measured"]

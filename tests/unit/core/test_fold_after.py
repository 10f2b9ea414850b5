"""Protects: whoever says no, stop or look again is heard until the right people answer.

Saying something again under a name that is open, by anybody, makes it no smaller.
"""

from __future__ import annotations

import pytest

from tests.unit.core.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize(
    ("agreed", "goes_on"),
    [
        (["ad"], False),
        (["ad", "ad"], False),
        (["ad", "anonymous"], False),
        (["dp", "outlaw"], False),
        (["outlaw", "sheriff"], False),
        (["dp", "ad"], True),
        (["outlaw", "ad"], True),
    ],
    ids=["one", "one-twice", "nobody", "caller-and-one-in-it", "both-in-it", "caller-and-one", "two"],
)  # fmt: skip
def test_two_restart_and_one_of_them_neither_called_it_nor_is_in_it(
    stage: Stage, agreed: list[str], goes_on: bool
) -> None:
    stage.say("stop.called", stop="x", scope="duel", by="dp")
    stage.say("work.resumed", stop="x", agreed_by=agreed, by="ad")

    assert goes_on is ("x" not in stage.state.stops)


def test_who_was_in_the_act_when_everything_was_stopped_counts_as_in_it(stage: Stage) -> None:
    stage.say("activity.rolled", activity="duel", take=1, by="ad")
    stage.say("stop.called", stop="x", scope="all", by="dp")
    stage.say("activity.cut", activity="duel", take=1, by="ad")
    stage.say("work.resumed", stop="x", agreed_by=["outlaw", "sheriff"], by="ad")
    assert stage.state.stops

    stage.say("work.resumed", stop="x", agreed_by=["outlaw", "ad"], by="ad")
    assert not stage.state.stops


def test_a_second_stop_under_the_same_name_makes_the_first_no_smaller(stage: Stage) -> None:
    stage.say("stop.called", stop="x", scope="all", by="dp")
    stage.say("stop.called", stop="x", scope="belt", by="outlaw")

    assert {None, ("belt",)} == {stop.scope for stop in stage.state.stops.values()}


def test_a_stop_by_mistake_takes_the_presser_and_another(stage: Stage) -> None:
    stage.say("stop.called", stop="x", scope="all", by="dp")
    stage.say("stop.mistaken", stop="x", agreed_by=["ad", "medic"], by="ad")
    assert stage.state.stops

    stage.say("stop.mistaken", stop="x", agreed_by=["dp", "medic"], by="dp")
    assert not stage.state.stops


def test_a_pause_is_lifted_by_the_same_role(stage: Stage) -> None:
    stage.say("pause.called", pause="rain", scope="all", by="ad")
    stage.say("pause.lifted", pause="rain", by="dp")
    assert stage.state.pauses

    stage.say("person.joined", person="other-ad", roles="first-ad")
    stage.say("pause.lifted", pause="rain", by="other-ad")
    assert not stage.state.pauses


def test_a_discharge_ends_when_a_remedy_was_done_seen_and_two_go_on(stage: Stage) -> None:
    shot = stage.say("weapon.discharged", weapon="revolver", count=1)
    go = {"scope": shot, "agreed_by": ["ad", "medic"], "by": "ad"}

    stage.say("work.resumed", **go)
    assert shot in stage.state.incidents, "nothing was set"

    stage.say("remedy.set", remedy="r", for_=shot, before_restart=True, by="ad")
    stage.say("work.resumed", **go)
    assert shot in stage.state.incidents, "nothing was done"

    stage.say("remedy.verified", remedy="r", by="ad")
    stage.say("remedy.done", remedy="r", by="armorer")
    stage.say("remedy.verified", remedy="r", by="armorer")
    stage.say("remedy.verified", remedy="r", by="anonymous")
    stage.say("work.resumed", **go)
    assert shot in stage.state.incidents, "nobody else saw it"

    stage.say("remedy.set", remedy="r", for_=shot, by="ad")
    assert stage.state.remedies["r"].before_restart, "set again, it is no less"

    stage.say("remedy.done", remedy="r", by="armorer")
    stage.say("remedy.verified", remedy="r", by="assistant")
    stage.say("work.resumed", **go)
    assert shot not in stage.state.incidents


def test_a_later_report_of_a_discharge_is_the_same_incident_and_no_smaller(stage: Stage) -> None:
    shot = stage.say("weapon.discharged", weapon="revolver", count=1)
    stage.say("incident.reported", incident="i", kind="injury", about=shot, people="dp", by="ad")
    stage.say("incident.reported", incident=shot, kind="near-miss", about="belt", by="ad")
    (found,) = stage.state.incidents.values()

    assert (shot, "injury", ("dp",)) == (found.id, found.kind, found.people)
    assert {"revolver", "belt"} == set(found.about)


def test_a_walk_out_ends_with_a_meeting_of_who_takes_over_and_two(stage: Stage) -> None:
    gone = stage.say("work.left", people="medic", by="medic")
    go = {"scope": gone, "agreed_by": ["ad", "dp"], "by": "ad"}
    stage.say(
        "meeting.held", meeting="m", kind="safety", activities="duel", present=["ad", "medic"]
    )
    stage.say("work.resumed", **go)
    assert stage.state.walk_outs

    stage.say("person.joined", person="relief", roles="medic")
    stage.say(
        "meeting.held", meeting="m", kind="safety", activities="duel", present=["ad", "relief"]
    )
    stage.say("work.resumed", **go)
    assert not stage.state.walk_outs


def test_a_concern_is_closed_by_its_raisers_own_word(stage: Stage) -> None:
    stage.say("concern.raised", concern="c", about="duel", said_by="outlaw", by="ad")
    stage.say("concern.closed", concern="c", by="ad")
    stage.say("concern.closed", concern="c", by="ad", said_by="outlaw", because="was told so")
    assert stage.state.concerns

    stage.say("concern.closed", concern="c", by="outlaw")
    assert not stage.state.concerns


def test_a_concern_is_closed_by_two_others_with_reasons(stage: Stage) -> None:
    stage.say("concern.raised", concern="c", about="duel", by="anonymous")
    stage.say("concern.closed", concern="c", by="anonymous", because="changed my mind")
    stage.say("concern.closed", concern="c", by="ad", because="looked at it")
    stage.say("concern.closed", concern="c", by="ad", because="looked at it again")
    stage.say("concern.closed", concern="c", by="dp")
    assert stage.state.concerns

    stage.say("concern.closed", concern="c", by="dp", because="looked at it too")
    assert not stage.state.concerns


def test_a_second_concern_under_the_same_name_does_not_quiet_the_first(stage: Stage) -> None:
    stage.say("concern.raised", concern="c", about="duel", holds=True, by="outlaw")
    stage.say("concern.raised", concern="c", about="belt", by="ad")

    assert {True, False} == {concern.holds for concern in stage.state.concerns.values()}


def test_a_refusal_ends_with_its_version(stage: Stage) -> None:
    stage.say("refusal.made", activity="duel", by="outlaw")
    stage.say("change.agreed", activity="duel", people="outlaw", by="ad")
    assert stage.state.refusals, "a yes of somebody else's pen is no new version"

    stage.say("activity.changed", activity="duel", replaces={"spare": "revolver"}, by="ad")
    assert stage.state.refusals, "a spare is no new proposal"

    stage.say("activity.changed", activity="duel", speed_kmh=20, by="ad")
    assert not stage.state.refusals


def test_a_refusal_with_a_limit_lasts_until_a_yes_at_the_limit(stage: Stage) -> None:
    stage.say("refusal.made", activity="duel", limit={"speed_kmh": 40}, by="ad", person="outlaw")
    stage.say("activity.changed", activity="duel", speed_kmh=35, by="ad")
    stage.say("change.agreed", activity="duel", people="outlaw", by="ad")
    assert stage.state.refusals, "a yes to less than the limit"

    stage.say("activity.changed", activity="duel", speed_kmh=40, by="ad")
    assert stage.state.refusals, "a new version"

    stage.say("change.agreed", activity="duel", people="outlaw", by="ad")
    assert not stage.state.refusals


def test_a_refusal_with_a_limit_ends_with_the_day(stage: Stage) -> None:
    stage.say("refusal.made", activity="duel", limit={"speed_kmh": 40}, by="outlaw")
    stage.say("day.closed", date="2026-05-01", by="ad")

    assert not stage.state.refusals


def test_who_refused_all_of_it_has_not_agreed_to_some_of_it(stage: Stage) -> None:
    stage.say("refusal.made", activity="duel", by="outlaw")
    stage.say("refusal.made", activity="duel", limit={"speed_kmh": 90}, person="outlaw", by="ad")

    assert [()] == [refusal.limit for refusal in stage.state.refusals.values()]


def test_two_ids_of_different_kinds_are_not_one(stage: Stage) -> None:
    stage.say("same-as", one="revolver", other="spare", by="ad")
    assert set() == stage.contradicted()

    stage.say("same-as", one="blanks", other="dummies", by="ad")
    stage.say("same-as", one="revolver", other="belt", by="ad")
    assert {"blanks", "dummies", "revolver", "belt"} == stage.contradicted()

"""Protects: one sentence is one sentence, and taking it back takes nothing away.

`tests/properties/test_fold_corrections.py` holds this for any history; here is what
a correction, a withdrawal, a dispute and a second content under one id each do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from showclear.core.fields import StatementId
from showclear.core.parse import read_statement
from showclear.core.statement import Kept, Statement
from tests.unit.core.stage import START, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def again(said: Statement, **changes: Any) -> Statement:
    return replace(said, **changes)


def test_the_same_statement_again_is_not_entered(stage: Stage) -> None:
    said = stage.read("weapon.taken-out", weapon="revolver")

    assert stage.record.add(said)
    assert not stage.record.add(said)


def test_another_content_under_the_same_id_is_kept_once_and_holds(stage: Stage) -> None:
    said = stage.read("weapon.taken-out", weapon="revolver")
    other = again(said, weapons=("spare",))
    stage.record.add(said)

    assert stage.record.add(other)
    assert not stage.record.add(other)

    assert {"spare"} == stage.contradicted()
    assert "held" == stage.revolver.place
    assert "store" == stage.state.weapons["spare"].place


def test_a_stop_under_an_id_that_is_taken_holds_everything(stage: Stage) -> None:
    said = stage.read("weapon.taken-out", weapon="revolver")
    stop = stage.read("stop.called", stop="x", scope="belt")
    stage.record.add(said)
    stage.record.add(again(stop, id=said.id))

    assert "all" in stage.contradicted()


def test_a_correction_by_its_speaker_counts_beside_what_was_said(stage: Stage) -> None:
    stage.ready(count=2)
    fired = stage.read("weapon.fired", weapon="revolver", lot="blanks", count=1)
    stage.record.add(fired)
    stage.record.add(again(fired, id=StatementId("c"), count=2, corrects=fired.id))

    assert [1, 2] == [world.state.lots["blanks"].fired for world in stage.record.worlds]
    assert 2 == stage.lot().fired


def test_whoever_has_the_weapon_may_correct_what_was_said_of_it(stage: Stage) -> None:
    stage.ready(count=2)
    fired = stage.read("weapon.fired", weapon="revolver", lot="blanks", count=1, by="assistant")
    stage.record.add(fired)
    by_holder = again(fired, id=StatementId("c"), by="armorer", count=2, corrects=fired.id)
    stage.record.add(by_holder)

    assert 2 == stage.lot().fired
    assert set() == stage.contradicted()


def test_anybody_else_disputes_it_and_that_holds(stage: Stage) -> None:
    stage.ready(count=2)
    shown = stage.read("check.made", checks="load-shown", on="revolver", passed=True)
    stage.record.add(shown)
    stage.record.add(again(shown, id=StatementId("c"), by="dp", corrects=shown.id))

    assert ("revolver", "load-shown") not in stage.state.checks
    assert ("revolver", "load-shown") in stage.record.as_said.state.checks
    assert all(
        "revolver" in {c.on for c in w.state.contradictions.values()} for w in stage.record.worlds
    )


def test_a_withdrawn_check_supports_nothing_and_a_withdrawn_failure_still_fails(
    stage: Stage,
) -> None:
    bad = stage.say("check.made", checks="barrel-clear", on="revolver", passed=False)
    stage.say("statement.withdrawn", of=bad)

    assert [1, 0] == [len(world.state.failed) for world in stage.record.worlds]


def test_a_pair_of_corrections_by_one_person_leaves_what_the_first_one_said(stage: Stage) -> None:
    fine = stage.read("check.made", checks="barrel-clear", on="revolver", passed=True)
    stage.record.add(fine)
    stage.record.add(again(fine, id=StatementId("c1"), passed=False, corrects=fine.id))
    stage.record.add(again(fine, id=StatementId("c2"), passed=True, corrects=StatementId("c1")))

    assert [0, 1, 0] == [len(world.state.failed) for world in stage.record.worlds]


@pytest.mark.parametrize("target", ["s20", "itself", "nothing"])
def test_a_stop_is_heard_whatever_it_claims_to_correct(stage: Stage, target: str) -> None:
    stage.ready()
    stop = stage.read("stop.called", stop="x", scope="all", by="dp")
    corrects = {"itself": stop.id, "s20": StatementId("s16"), "nothing": StatementId("none-such")}
    stage.record.add(again(stop, corrects=corrects[target]))

    for world in stage.record.worlds:
        held = {found.on for found in world.state.contradictions.values()}
        assert world.state.stops or "all" in held


def test_a_correction_of_what_is_not_there_yet_holds_and_then_counts(stage: Stage) -> None:
    stage.ready(count=2)
    fired = stage.read("weapon.fired", weapon="revolver", lot="blanks", count=1)
    stage.record.add(again(fired, id=StatementId("c"), count=2, corrects=fired.id))
    assert stage.contradicted()

    stage.record.add(fired)

    assert set() == stage.contradicted()
    assert [1, 2] == [world.state.lots["blanks"].fired for world in stage.record.worlds]


def test_what_has_no_time_stands_where_it_was_said(stage: Stage) -> None:
    """Otherwise a sighting that came before it would have answered it."""
    stage.ready()
    broken = {"id": "k", "at": "noon", "by": "ad", "what": "weapon.seen", "weapon": "revolver"}
    stage.record.add(read_statement(broken, fallback_id="x"))
    assert {"revolver"} == stage.contradicted()

    stage.say("weapon.seen", weapon="revolver", with_="armorer")
    assert set() == stage.contradicted()


def test_what_is_late_is_judged_where_it_was_so(stage: Stage) -> None:
    stage.ready()
    stage.say("weapon.unattended", weapon="revolver", by="dp")
    act = stage.read("activity.rolled", activity="duel", by="ad")
    before = again(act, at=START + timedelta(minutes=stage.number - 2))

    (then,) = stage.record.before(before)
    (now,) = stage.record.before(act)

    assert ["held", "unattended"] == [s.weapons["revolver"].place for s in (then, now)]


def test_preparation_outside_of_any_day_makes_no_snapshot_of_each_statement(stage: Stage) -> None:
    """In order, one statement costs the same however many came before it."""
    stage.say("day.closed", date="2026-05-01", by="ad")
    snapshots = len(stage.record.as_said.snapshots)
    for _ in range(50):
        stage.say("reading.taken", quantity="wind_kmh", value=3)

    assert snapshots == len(stage.record.as_said.snapshots)


def test_too_many_names_hold_everything() -> None:
    names = [f"name-{number}" for number in range(300)]
    said = read_statement(
        {"id": "k", "what": "weapon.seen", "weapons": names, "x": 1}, fallback_id="x"
    )

    assert isinstance(said, Kept)
    assert () == said.names

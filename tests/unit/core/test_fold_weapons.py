"""Protects: who has a weapon, and what is in it, is what the record can vouch for.

A weapon that nobody has opened is loaded. What was shown falls when it leaves a
handler's sight. What does not fit holds until a handler has seen it.
"""

from __future__ import annotations

import pytest

from showclear.core.state import CONFIRMABLE
from tests.unit.core.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_weapon_that_nobody_opened_is_loaded_with_who_knows_what(stage: Stage) -> None:
    stage.say("weapon.taken-out", weapon="revolver")

    assert "unknown" == stage.state.load_of(stage.revolver)

    stage.say("check.made", checks="chamber-empty", on="revolver", passed=True, by="ad")
    assert "unknown" == stage.state.load_of(stage.revolver)

    stage.say("check.made", checks="chamber-empty", on="revolver", passed=True)
    assert "none" == stage.state.load_of(stage.revolver)


def test_a_squad_is_issued_and_returned_one_by_one(stage: Stage) -> None:
    stage.ready()
    issues = [{"weapon": "revolver", "to": "outlaw"}, {"weapon": "spare", "to": "sheriff"}]
    stage.say("weapon.handed-over", from_="armorer", issues=issues, for_="duel")

    assert ["outlaw", "sheriff"] == [w.holder for w in stage.state.weapons.values()]

    returns = [{"weapon": "revolver", "from": "outlaw"}, {"weapon": "spare", "from": "sheriff"}]
    stage.say("weapon.handed-back", returns=returns, to="assistant", by="assistant")

    assert ["assistant", "assistant"] == [w.holder for w in stage.state.weapons.values()]
    assert not stage.contradicted()
    assert not stage.state.gaps


def test_whoever_does_not_have_it_cannot_hand_it_over(stage: Stage) -> None:
    stage.ready()
    stage.say("weapon.handed-over", weapon="revolver", from_="ad", to="outlaw", by="ad")

    assert {"revolver"} == stage.contradicted()

    stage.say("weapon.seen", weapon="revolver", with_="outlaw", by="dp")
    assert {"revolver"} == stage.contradicted()

    stage.say("weapon.seen", weapon="revolver", with_="outlaw")
    assert set() == stage.contradicted()


def test_a_gap_between_two_handlers_is_one_warning(stage: Stage) -> None:
    stage.ready()
    stage.say(
        "weapon.handed-over",
        weapons=["revolver", "spare"],
        from_="assistant",
        to="outlaw",
        by="assistant",
    )

    assert set() == stage.contradicted()
    assert 1 == len(stage.state.gaps)


def test_several_sightings_at_once_warn_once(stage: Stage) -> None:
    stage.ready()
    for name in ("revolver", "spare"):
        stage.say("weapon.handed-over", weapon=name, from_="armorer", to="outlaw", for_="duel")
    stage.say("weapon.seen", weapons=["revolver", "spare"], with_="armorer")

    assert 1 == len(stage.state.gaps)
    assert [1, 1] == [weapon.gaps for weapon in stage.state.weapons.values()]


def test_what_somebody_else_saw_elsewhere_holds_until_a_handler_looks(stage: Stage) -> None:
    stage.ready()
    stage.say("weapon.seen", weapon="revolver", with_="sheriff", by="dp")

    assert "armorer" == stage.revolver.holder
    assert {"revolver"} == stage.contradicted()


def test_what_comes_back_from_an_actor_was_out_of_sight_until_then(stage: Stage) -> None:
    stage.ready()
    stage.say("weapon.handed-over", weapon="revolver", from_="armorer", to="outlaw", for_="duel")
    back = stage.say("weapon.handed-back", weapon="revolver", from_="outlaw", to="armorer")

    assert stage.revolver.left_sight is not None
    assert back == stage.revolver.left_sight.said


def test_what_lay_unattended_is_loaded_again_as_far_as_anybody_knows(stage: Stage) -> None:
    stage.ready()
    stage.say("weapon.unattended", weapon="revolver", by="dp")

    assert "unattended" == stage.revolver.place
    assert "unknown" == stage.state.load_of(stage.revolver)
    assert stage.revolver.ever_unattended


def test_a_weapon_that_had_left_is_not_simply_taken_out(stage: Stage) -> None:
    stage.say("weapon.left", weapon="revolver", to="rental")
    stage.say("weapon.taken-out", weapon="revolver")

    assert {"revolver"} == stage.contradicted()


def test_what_is_missing_is_found_by_a_handler_only(stage: Stage) -> None:
    stage.say("weapon.counted", weapons="spare", missing="revolver")
    stage.say("weapon.counted", weapons=["spare", "revolver"], by="ad")

    assert stage.revolver.missing is not None

    stage.say("weapon.counted", weapons=["spare", "revolver"])
    assert stage.revolver.missing is None


def test_a_held_weapon_stays_held_when_it_is_called_somebodys_own(stage: Stage) -> None:
    stage.say("weapon.held", weapon="revolver", because="the hammer slips")
    stage.say("weapon.declared", weapon="revolver", kind="firearm", where="a car")
    stage.say("weapon.received", weapon="revolver", kind="firearm", from_="rental")

    assert stage.revolver.held is not None
    assert not stage.revolver.own
    assert "revolver" in stage.contradicted()


def test_a_weapon_whose_load_nobody_knew_fires_without_a_contradiction(stage: Stage) -> None:
    stage.say("weapon.discharged", weapon="revolver", count=1)

    assert set() == stage.contradicted()
    assert ["near-miss"] == [found.kind for found in stage.state.incidents.values()]


def test_a_weapon_that_fires_more_than_was_in_it_is_a_contradiction(stage: Stage) -> None:
    stage.ready(count=2)
    stage.say("weapon.fired", weapon="revolver", lot="blanks", count=3)

    assert {"revolver"} == stage.contradicted()
    assert "unknown" == stage.state.load_of(stage.revolver)
    assert (58, 0, 2) == (stage.lot().in_store, stage.lot().loaded, stage.lot().fired)


def test_a_misfire_ends_when_it_was_opened_and_then_released(stage: Stage) -> None:
    stage.ready()
    stage.say("weapon.misfired", weapon="revolver", lot="blanks", count=1)
    assert 1 == stage.revolver.duds

    stage.say("weapon.released", weapon="revolver", because="a dud")
    assert stage.revolver.misfire is not None, "nobody had opened it"

    stage.say("check.made", checks="load-shown", on="revolver", passed=True)
    stage.say("weapon.released", weapon="revolver", because="a dud")
    assert stage.revolver.misfire is not None, "a look at the load is no opening"

    stage.say("check.made", checks="chamber-empty", on="revolver", passed=True)
    assert stage.revolver.misfire is not None, "opening alone releases nothing"

    stage.say("weapon.released", weapon="revolver", because="a dud", by="ad")
    assert stage.revolver.misfire is not None, "the first AD is no handler"

    stage.say("weapon.released", weapon="revolver", because="a dud")
    assert stage.revolver.misfire is None
    assert 1 == stage.lot().misfired


def test_a_misfire_among_several_holds_each_of_them(stage: Stage) -> None:
    stage.ready(count=1)
    stage.say("weapon.loaded", weapon="spare", lot="blanks", count=1, for_="duel")
    stage.say("weapon.misfired", among=["revolver", "spare"], lot="blanks", count=1)

    assert all(weapon.misfire for weapon in stage.state.weapons.values())
    assert {"unknown"} == {stage.state.load_of(w) for w in stage.state.weapons.values()}
    assert (1, 1) == (stage.lot().loaded, stage.lot().misfired)


def test_cold_is_not_called_over_blanks(stage: Stage) -> None:
    stage.ready()
    stage.say("set.declared", state="cold", weapon="revolver", by="ad")

    assert {"revolver"} == stage.contradicted()


def test_cold_is_not_called_over_a_dud(stage: Stage) -> None:
    stage.ready(count=1)
    stage.say("weapon.misfired", weapon="revolver", lot="blanks", count=1)
    stage.say("set.declared", state="cold", weapon="revolver", by="ad")

    assert {"revolver"} == stage.contradicted()


def test_somebody_else_cannot_lend_their_eyes(stage: Stage) -> None:
    stage.ready()
    shown = stage.say("check.made", checks="load-shown", on="revolver", passed=True)
    key = ("revolver", "load-shown")

    stage.say("confirmed", of=shown, as_="saw-it", by="armorer", said_by="ad")
    assert {"armorer"} == stage.state.checks[key].item.eyes

    stage.say("confirmed", of=shown, as_="saw-it", by="ad", attested="shared-tablet")
    assert {"armorer"} == stage.state.checks[key].item.eyes

    stage.say("confirmed", of=shown, as_="saw-it", by="ad", attested="own-device")
    assert {"armorer", "ad"} == stage.state.checks[key].item.eyes


def test_whoever_was_shown_first_may_say_so_when_the_last_one_has_been_shown(stage: Stage) -> None:
    stage.ready()
    first = stage.say("check.made", checks="load-shown", on="revolver", passed=True, shown_to="ad")
    last = stage.say("check.made", checks="load-shown", on="revolver", passed=True, shown_to="dp")
    stage.say("confirmed", of=first, as_="saw-it", by="ad", attested="own-device")
    eyes = {one.mark.said: one.eyes for one in stage.state.checks[("revolver", "load-shown")]}

    assert {first: {"armorer", "ad"}, last: {"armorer"}} == eyes


@pytest.mark.parametrize("word", ["was-shown", "have-it", "agree"])
def test_who_was_shown_it_or_has_it_is_not_made_one_who_looked_for_others(
    stage: Stage, word: str
) -> None:
    stage.ready()
    shown = stage.say("check.made", checks="load-shown", on="revolver", passed=True)

    stage.say("confirmed", of=shown, as_=word, by="ad", attested="own-device")

    assert {"armorer"} == stage.state.checks[("revolver", "load-shown")].item.eyes


def test_a_check_of_long_ago_can_no_longer_be_confirmed(stage: Stage) -> None:
    stage.ready()
    old = stage.say("check.made", checks="barrel-clear", on="revolver", passed=True)
    for _ in range(CONFIRMABLE):
        stage.say("check.made", checks="chamber-empty", on="revolver", passed=True)
    stage.say("confirmed", of=old, as_="saw-it", by="ad", attested="own-device")

    assert {"armorer"} == stage.state.checks[("revolver", "barrel-clear")].item.eyes


def test_a_check_of_a_weapon_that_failed_is_passed_by_a_handler(stage: Stage) -> None:
    stage.say("check.made", checks="barrel-clear", on="revolver", passed=False, by="dp")
    stage.say("check.made", checks="barrel-clear", on="revolver", passed=True, by="dp")
    assert ("revolver", "barrel-clear") in stage.state.failed

    stage.say("check.made", checks="barrel-clear", on="revolver", passed=True)
    assert ("revolver", "barrel-clear") not in stage.state.failed

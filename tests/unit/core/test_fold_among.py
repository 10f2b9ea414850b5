"""Protects: when nobody knows which one it was, each is opened, and then no more is asked.

A squad fires, one round does not go off and nobody saw whose. All wait until they were
looked into; then the one that had it waits for its cause, and the others go on. The rounds
add up whichever of them it was, and however the shots before it were entered.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.unit.core.stage import Stage

SQUAD = [f"rifle-{number}" for number in range(1, 9)]
THE_ONE = "rifle-5"
OTHERS = [name for name in SQUAD if name != THE_ONE]


@pytest.fixture
def stage() -> Stage:
    """Eight rifles that were found empty and have three blanks each."""
    stage = Stage()
    for name in SQUAD:
        stage.say("weapon.received", weapon=name, kind="firearm", from_="rental")
    stage.say("weapon.taken-out", weapons=SQUAD)
    stage.say("check.made", checks="chamber-empty", on=SQUAD, passed=True)
    stage.say("weapon.loaded", weapons=SQUAD, lot="blanks", count=3, for_="duel")
    return stage


def one_did_not_fire(stage: Stage) -> None:
    """Two volleys, and of the third one nobody knows who did not fire."""
    stage.say("weapon.fired", weapons=SQUAD, lot="blanks", count=2)
    stage.say("weapon.fired", among=SQUAD, lot="blanks", count=7)
    stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=1)


def suspects(stage: Stage) -> list[str]:
    return [name for name in SQUAD if stage.state.weapons[name].misfire is not None]


def opened(stage: Stage, *names: str) -> None:
    stage.say("check.made", checks="shown-clear", on=list(names), passed=True)


def taken_out_of(stage: Stage, name: str, count: int = 1) -> None:
    stage.say("weapon.unloaded", weapon=name, lot="blanks", count=count)


def adds_up(stage: Stage) -> None:
    """23 of 24 were fired, one did not, none is anywhere else."""
    lot = stage.lot()
    assert (23, 1, 0, 36) == (lot.fired, lot.misfired, lot.loaded, lot.in_store)
    assert [0] * 8 == [stage.state.weapons[name].rounds for name in SQUAD]
    assert set() == stage.contradicted()


def test_all_of_them_are_suspect_until_opened(stage: Stage) -> None:
    one_did_not_fire(stage)
    assert SQUAD == suspects(stage)

    opened(stage, *OTHERS)
    assert SQUAD == suspects(stage), "found in none of them yet, and no cause noted"


def test_the_one_it_is_found_in_waits_for_its_cause_and_the_others_go_on(stage: Stage) -> None:
    one_did_not_fire(stage)
    opened(stage, *SQUAD[:4])
    taken_out_of(stage, THE_ONE)
    assert SQUAD[4:] == suspects(stage), "four were opened, three were not"

    opened(stage, *SQUAD[5:])
    assert [THE_ONE] == suspects(stage)
    adds_up(stage)

    stage.say("weapon.released", weapon=THE_ONE, because="a dud")
    assert [] == suspects(stage)
    assert {} == stage.state.among


def test_whoever_it_was_may_also_be_said_after_all_were_opened(stage: Stage) -> None:
    one_did_not_fire(stage)
    opened(stage, *SQUAD)
    stage.say("weapon.misfired", weapon=THE_ONE, lot="blanks", count=1)

    assert [THE_ONE] == suspects(stage)
    adds_up(stage)
    stage.say("weapon.released", weapon=THE_ONE, because="a dud")
    assert [] == suspects(stage), "it was opened before it was named"


def test_whoever_it_was_may_also_be_said_before_it_is_opened(stage: Stage) -> None:
    one_did_not_fire(stage)
    stage.say("weapon.misfired", weapon=THE_ONE, lot="blanks", count=1)
    assert 1 == stage.state.weapons[THE_ONE].duds
    stage.say("weapon.released", weapon=THE_ONE, because="a dud")
    assert SQUAD == suspects(stage), "nobody has opened it"

    opened(stage, *SQUAD)
    assert [THE_ONE] == suspects(stage)
    adds_up(stage)


def test_said_and_taken_out_it_is_still_one_round(stage: Stage) -> None:
    one_did_not_fire(stage)
    taken_out_of(stage, THE_ONE)
    stage.say("weapon.misfired", weapon=THE_ONE, lot="blanks", count=1)
    opened(stage, *OTHERS)
    stage.say("weapon.released", weapon=THE_ONE, because="a dud")

    assert [] == suspects(stage)
    adds_up(stage)


def test_a_cause_noted_of_one_lets_go_those_that_were_opened_and_no_other(stage: Stage) -> None:
    one_did_not_fire(stage)
    opened(stage, *SQUAD[:6])
    stage.say("weapon.released", weapon=THE_ONE, because="a dud, in its bag")
    assert SQUAD[6:] == suspects(stage)

    opened(stage, *SQUAD[6:])
    assert [] == suspects(stage)
    adds_up(stage)


def test_somebody_who_is_no_handler_lets_none_of_them_go(stage: Stage) -> None:
    one_did_not_fire(stage)
    stage.say("weapon.unloaded", weapon=THE_ONE, lot="blanks", count=1, by="ad")
    stage.say("check.made", checks="shown-clear", on=SQUAD, passed=True, by="ad")
    stage.say("weapon.released", weapons=SQUAD, because="a dud", by="ad")

    assert SQUAD == suspects(stage)


@pytest.mark.parametrize("first", ["fired", "misfired"])
def test_shots_may_be_entered_by_name_or_not_and_before_or_after(stage: Stage, first: str) -> None:
    stage.say("weapon.fired", weapons=SQUAD, lot="blanks", count=2)
    if first == "misfired":
        stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=1)
        stage.say("weapon.fired", weapons=OTHERS, lot="blanks", count=1)
    else:
        stage.say("weapon.fired", weapons=OTHERS, lot="blanks", count=1)
        stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=1)
    taken_out_of(stage, THE_ONE)
    opened(stage, *OTHERS)

    assert [THE_ONE] == suspects(stage)
    adds_up(stage)


def test_in_the_first_volley_all_the_rounds_come_back_whoever_it_was(stage: Stage) -> None:
    stage.say("weapon.fired", among=SQUAD, lot="blanks", count=7)
    stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=1)
    for name in SQUAD:
        taken_out_of(stage, name, 3 if name == THE_ONE else 2)
    stage.say("weapon.misfired", weapon=THE_ONE, lot="blanks", count=1)

    lot = stage.lot()
    assert (7, 1, 0, 52) == (lot.fired, lot.misfired, lot.loaded, lot.in_store)
    assert [0] * 8 == [stage.state.weapons[name].rounds for name in SQUAD]
    assert [THE_ONE] == suspects(stage)


def test_a_round_that_came_out_of_none_of_them_is_missing(stage: Stage) -> None:
    stage.say("weapon.fired", among=SQUAD, lot="blanks", count=22)
    stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=1)
    opened(stage, *SQUAD)

    assert SQUAD == suspects(stage)
    assert 1 == stage.lot().loaded, "24 went in: 22 fired, one did not, and one is not back"


def test_more_than_all_of_them_held_cannot_have_misfired(stage: Stage) -> None:
    stage.say("weapon.misfired", among=SQUAD[:2], lot="blanks", count=7)

    assert set(SQUAD[:2]) == stage.contradicted()


def test_cold_is_not_called_over_one_that_nobody_opened(stage: Stage) -> None:
    one_did_not_fire(stage)
    stage.say("set.declared", state="cold", weapons=SQUAD, by="ad")

    assert set(SQUAD) == stage.contradicted()


def test_two_that_did_not_fire_are_two(stage: Stage) -> None:
    stage.say("weapon.fired", weapons=SQUAD, lot="blanks", count=2)
    stage.say("weapon.fired", among=SQUAD, lot="blanks", count=6)
    stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=2)
    taken_out_of(stage, THE_ONE)
    opened(stage, *SQUAD[:4], *SQUAD[5:7])
    assert SQUAD == suspects(stage), "the other one is still somewhere"

    taken_out_of(stage, "rifle-8")
    assert [THE_ONE, "rifle-8"] == suspects(stage)
    assert (22, 2, 0) == (stage.lot().fired, stage.lot().misfired, stage.lot().loaded)


def test_later_it_may_misfire_again(stage: Stage) -> None:
    one_did_not_fire(stage)
    taken_out_of(stage, THE_ONE)
    opened(stage, *OTHERS)
    stage.say("weapon.released", weapon=THE_ONE, because="a dud")
    stage.say("weapon.loaded", weapon=THE_ONE, lot="blanks", count=1, for_="duel")
    stage.say("weapon.misfired", weapon=THE_ONE, lot="blanks", count=1)

    assert [THE_ONE] == suspects(stage)
    assert 2 == stage.lot().misfired


@pytest.mark.parametrize("seed", range(60))
def test_however_it_was_told_the_rounds_add_up_and_only_theirs_wait(seed: int) -> None:
    """A squad of any size, in any volley one or two of them, opened in any order."""
    chance = Random(seed)
    stage = Stage()
    squad = SQUAD[: chance.randint(2, 8)]
    each, volley = chance.choice([(1, 1), (2, 1), (2, 2), (3, 2), (3, 3)])
    theirs = chance.sample(squad, chance.randint(1, min(2, len(squad) - 1)))
    for name in squad:
        stage.say("weapon.received", weapon=name, kind="firearm", from_="rental")
    stage.say("weapon.taken-out", weapons=squad)
    stage.say("check.made", checks="chamber-empty", on=squad, passed=True)
    stage.say("weapon.loaded", weapons=squad, lot="blanks", count=each, for_="duel")
    if volley > 1:
        stage.say("weapon.fired", weapons=squad, lot="blanks", count=volley - 1)
    for what in chance.sample(["weapon.fired", "weapon.misfired"], 2):
        if what == "weapon.misfired":
            stage.say(what, among=squad, lot="blanks", count=len(theirs))
        elif chance.random() < 0.5:
            stage.say(what, among=squad, lot="blanks", count=len(squad) - len(theirs))
        else:
            stage.say(
                what, weapons=[one for one in squad if one not in theirs], lot="blanks", count=1
            )
    for name in chance.sample(squad, len(squad)):
        if inside := each - volley + (name in theirs):
            stage.say("weapon.unloaded", weapon=name, lot="blanks", count=inside)
        else:
            opened(stage, name)
    if each > volley:
        # Nothing but somebody's word tells it from the rounds that were not fired yet.
        for name in theirs:
            stage.say("weapon.misfired", weapon=name, lot="blanks", count=1)

    lot, fired = stage.lot(), len(squad) * volley - len(theirs)
    assert (fired, len(theirs), 0) == (lot.fired, lot.misfired, lot.loaded)
    assert 60 - fired - len(theirs) == lot.in_store
    assert set() == stage.contradicted()
    assert set(theirs) <= {n for n in squad if stage.state.weapons[n].misfire is not None}
    if each == volley:
        stage.say("weapon.released", weapons=theirs, because="a dud")
        assert {} == stage.state.among


def test_corrected_to_the_one_it_was_it_holds_no_other_in_either_reading(stage: Stage) -> None:
    stage.say("weapon.fired", weapons=SQUAD, lot="blanks", count=2)
    stage.say("weapon.fired", weapons=OTHERS, lot="blanks", count=1)
    said = stage.say("weapon.misfired", among=SQUAD, lot="blanks", count=1)
    taken_out_of(stage, THE_ONE)
    opened(stage, *OTHERS)
    stage.say("weapon.misfired", weapon=THE_ONE, lot="blanks", count=1, corrects=said)
    stage.say("weapon.released", weapon=THE_ONE, because="a dud")

    assert 2 == len(stage.record.worlds)
    for world in stage.record.worlds:
        lot = world.state.lots["blanks"]
        assert (23, 1, 0, 36) == (lot.fired, lot.misfired, lot.loaded, lot.in_store)
        assert {None} == {world.state.weapons[name].misfire for name in SQUAD}
        assert {} == world.state.contradictions

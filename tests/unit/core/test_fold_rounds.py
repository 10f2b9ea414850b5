"""Protects: rounds are counted once, and a lot is what somebody can vouch for.

`tests/properties/test_fold_counts.py` holds that the sums are right; here stand the
single sentences: what a belt, a re-box, a dud or a find does.
"""

from __future__ import annotations

import pytest

from tests.unit.core.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_rounds_out_of_a_belt_are_counted_once(stage: Stage) -> None:
    stage.ready(count=2)
    stage.say("rounds.issued", lot="dummies", count=8, to="belt")
    stage.say(
        "weapon.loaded", weapon="spare", lot="dummies", count=5, for_="duel", container="belt"
    )
    lot = stage.lot("dummies")

    assert (22, 3, 5) == (lot.in_store, lot.issued, lot.loaded)


def test_a_belt_gives_no_more_than_was_put_into_it(stage: Stage) -> None:
    stage.say("rounds.issued", lot="dummies", count=2, to="belt")
    stage.say(
        "weapon.loaded", weapon="spare", lot="dummies", count=5, for_="duel", container="belt"
    )

    assert {"dummies"} == stage.contradicted()


def test_rounds_that_a_handler_was_issued_are_the_ones_that_are_loaded(stage: Stage) -> None:
    stage.say("rounds.issued", lot="blanks", count=6, to="armorer")
    stage.ready(count=4)

    assert (54, 2, 4) == (stage.lot().in_store, stage.lot().issued, stage.lot().loaded)


def test_what_comes_back_short_is_noticed_at_once(stage: Stage) -> None:
    stage.say("rounds.issued", lot="dummies", count=8, to="belt")
    short = stage.say("rounds.returned", lot="dummies", count=7, from_="belt")

    assert ("rounds-differ", "dummies") in {
        (notice.missing, notice.on) for notice in stage.state.notices or () if notice.said == short
    }
    assert 1 == stage.lot("dummies").issued


def test_a_misfired_round_stays_misfired_until_it_is_destroyed(stage: Stage) -> None:
    stage.ready(count=1)
    stage.say("weapon.misfired", weapon="revolver", lot="blanks", count=1)
    stage.say("weapon.unloaded", weapon="revolver", lot="blanks", count=1)
    assert (59, 1, 0) == (stage.lot().in_store, stage.lot().misfired, stage.revolver.duds)

    stage.say("rounds.destroyed", lot="blanks", kind="blank", count=3)
    lot = stage.lot()
    assert (57, 0, 3) == (lot.in_store, lot.misfired, lot.destroyed)
    assert set() == stage.contradicted()


def test_the_dud_leaves_with_the_whole_box(stage: Stage) -> None:
    stage.ready(count=1)
    stage.say("weapon.misfired", weapon="revolver", lot="blanks", count=1)
    stage.say("rounds.left", lot="blanks", kind="blank", count=60, to="supplier")

    assert (0, 0, 60) == (stage.lot().in_store, stage.lot().misfired, stage.lot().left)
    assert not stage.lot().present


def test_one_round_less_of_an_uncounted_box_is_not_the_box_gone(stage: Stage) -> None:
    stage.say("rounds.received", lot="found", kind="live", count="unknown", from_="a drawer")
    stage.say("rounds.destroyed", lot="found", kind="live", count=1)
    assert stage.lot("found").present

    stage.say("rounds.left", lot="found", kind="live", count="unknown", to="police")
    assert not stage.lot("found").present

    stage.say("rounds.received", lot="found", kind="live", count=2, from_="police")
    assert stage.lot("found").present


def test_a_box_whose_rounds_are_in_a_weapon_has_not_left(stage: Stage) -> None:
    stage.ready()
    stage.say("rounds.left", lot="blanks", kind="blank", count="unknown", to="supplier")

    assert stage.lot().present


def test_a_lot_received_as_something_else_is_unknown_and_keeps_its_count(stage: Stage) -> None:
    stage.ready(count=2)
    stage.say("rounds.received", lot="blanks", kind="dummy", count=10, from_="supplier")
    lot = stage.lot()

    assert ("unknown", 70, 2, 68) == (lot.kind, lot.total, lot.loaded, lot.in_store)


def test_two_kinds_moved_into_one_lot_make_it_unknown(stage: Stage) -> None:
    stage.say("rounds.moved", from_="dummies", to="tray", count=5)
    assert "dummy" == stage.lot("tray").kind

    stage.say("rounds.moved", from_="blanks", to="tray", count=5)
    assert ("unknown", 10) == (stage.lot("tray").kind, stage.lot("tray").in_store)


@pytest.mark.parametrize(
    ("by", "count", "kind"),
    [("armorer", 4, "unknown"), ("assistant", 3, "unknown"), ("ad", 4, "unknown"), ("assistant", 4, "dummy")],
    ids=["its-receiver", "not-all-of-it", "no-handler", "another-handler-all-of-it"],
)  # fmt: skip
def test_an_unknown_lot_is_known_by_another_handler_round_by_round(
    stage: Stage, by: str, count: int, kind: str
) -> None:
    stage.say("rounds.received", lot="found", kind="unknown", count=4, from_="a drawer")
    stage.say(
        "check.made", by=by, checks="dummies-each-verified", on="found", passed=True, count=count
    )

    assert kind == stage.lot("found").kind


def test_a_count_that_differs_is_told_and_ends_when_it_agrees(stage: Stage) -> None:
    stage.say("rounds.counted", lot="blanks", count=59)
    assert -1 == stage.lot().difference
    assert stage.lot().out_of_custody is not None

    stage.say("rounds.counted", lot="blanks", count=60)
    assert 0 == stage.lot().difference


def test_a_quarantine_takes_two_pairs_of_eyes_and_a_count(stage: Stage) -> None:
    stage.say("rounds.received", lot="found", kind="unknown", count="unknown", from_="a drawer")
    stage.say("rounds.placed", lot="found", place="quarantined", with_="ad")
    assert not stage.lot("found").quarantined

    stage.say("rounds.placed", lot="found", place="quarantined", count=4)
    assert not stage.lot("found").quarantined

    stage.say("rounds.placed", lot="found", place="quarantined", count=4, with_="ad")
    assert stage.lot("found").quarantined
    assert 4 == stage.lot("found").received


def test_what_a_search_found_is_placed_by_placing_it_and_not_something_else(stage: Stage) -> None:
    stage.say("search.made", where="the cart", looking_for="live-rounds", how="looked", found=2)
    stage.say("rounds.placed", lot="blanks", place="locked")
    assert stage.state.found

    stage.say("rounds.received", lot="found", kind="unknown", count=2, from_="the cart")
    assert stage.state.found

    stage.say("rounds.placed", lot="found", place="off-premises")
    assert not stage.state.found


def test_rounds_that_passed_through_other_hands_are_no_longer_vouched_for(stage: Stage) -> None:
    stage.say("rounds.handed-over", lot="blanks", from_="armorer", to="assistant")
    assert stage.lot().out_of_custody is None

    stage.say("rounds.handed-over", lot="blanks", from_="sheriff", to="armorer")
    assert stage.lot().out_of_custody is not None

"""Protects: a set that works as carefully as another, and otherwise, is not stopped for it.

Two hundred ways to shoot each of the compliant days: checks the other way round, somebody
else late, a spare, a night across midnight or a clock change, other people. None may hold
where the day does not, and the right holds stay.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from showclear.app.replay import Replayed, replay_one
from showclear.app.replaying import walk
from showclear.app.vary import reread, vary
from showclear.core import vocabulary
from showclear.core.case import Case, Expect
from showclear.core.gates import Hold
from showclear.testing.perturb import CHANGES, named_in, perturbed, statements_of
from tests.cases.told import DAY, DAYS, book, case

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))
SEEDS = tuple(range(200))
FEW = tuple(range(3, 200, 10))


def replayed(raw: dict[str, Any], name: str = DAY) -> Replayed:
    """The day, told otherwise, replayed against the expectations of the day."""
    day = case(name)
    told = reread(day, raw, id_=f"{day.id}--told-otherwise", kind=day.kind, expect=day.expect)
    return replay_one(told, book(), "honest")


@cache
def gates_of(name: str) -> int:
    """How many gates are asked on a day as it was."""
    return len(walk(case(name), book()).judged)


def as_it_should_be(name: str, raw: dict[str, Any]) -> str:
    """Empty if it is held where the day is held and nowhere else, with two warnings at most."""
    done = replayed(raw, name)
    gates = [(one.statement.id, one.verdict) for one in done.walk.held]
    more = sum(one["id"].startswith("p-") for one in statements_of(raw) if _gated(one))
    wrong = done.found.warnings > 2 or len(done.walk.judged) != gates_of(name) + more
    return f"{done.found.unmet} {gates}" if done.found.unmet or wrong else ""


def _gated(said: dict[str, Any]) -> bool:
    return said.get("what") in vocabulary.GATE_OF_TAG


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("name", DAYS)
def test_a_day_told_otherwise_is_held_where_the_day_is(name: str, seed: int) -> None:
    told = perturbed(case(name).raw, seed)

    assert told.how
    assert told.raw != case(name).raw
    assert not as_it_should_be(name, told.raw), f"seed {seed}: {told.how}"


@pytest.mark.long
@pytest.mark.parametrize("name", DAYS)
def test_two_hundred_days_told_otherwise_are_held_where_the_day_is(name: str) -> None:
    wrong = {}
    tried = Counter[str]()
    for seed in SEEDS:
        told = perturbed(case(name).raw, seed)
        tried.update(told.how)
        if found := as_it_should_be(name, told.raw):
            wrong[seed, told.how] = found

    assert {} == wrong
    assert set(CHANGES) == set(tried)
    assert min(tried.values()) >= 20


@pytest.mark.parametrize("name", DAYS)
def test_the_few_try_every_change(name: str) -> None:
    tried = Counter(change for seed in FEW for change in perturbed(case(name).raw, seed).how)

    assert set(CHANGES) == set(tried)


def test_the_same_seed_tells_the_same_day() -> None:
    assert perturbed(case(DAY).raw, 7) == perturbed(case(DAY).raw, 7)
    assert case(DAY).raw == vary(case(DAY).raw), "the day itself is not touched"


def only(change: str) -> Any:
    """The first seed's day in which this was the only change."""
    told = (perturbed(case(DAY).raw, seed) for seed in SEEDS)
    return next(one for one in told if one.how == (change,)).raw


def said_of(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in statements_of(raw)}


def test_midnight_falls_into_the_night() -> None:
    raw = only("a night across midnight")
    dates = {one["at"][:10] for one in statements_of(raw)}

    assert 2 == len(dates)
    assert {min(dates)} == {one["date"] for one in statements_of(raw) if "date" in one}


def test_the_clock_changes_while_people_work() -> None:
    raw = only("a night on which clocks change")
    times = [datetime.fromisoformat(one["at"]) for one in statements_of(raw)]

    assert 2 == len({time.utcoffset() for time in times})
    assert sorted(times) == times


def test_a_spare_is_looked_into_and_fired() -> None:
    raw = only("a spare between takes")
    (spare,) = said_of(raw)["p-spare"]["replaces"]
    later = [one for one in statements_of(raw) if one["at"] > said_of(raw)["p-spare"]["at"]]
    fired = [one for one in later if one.get("what") == "weapon.fired"]

    assert any(spare in set(named_in(one)) for one in fired)
    assert spare == said_of(raw)["p-spare-seen"]["on"]


def test_a_spare_for_what_is_in_somebodys_hands_is_shown_to_them_first() -> None:
    """Loaded down the line: the other one is taken back, and the spare goes where it was."""
    days = [perturbed(case("period-rifles").raw, seed) for seed in SEEDS]
    raw = next(one.raw for one in days if one.how == ("a spare between takes",))
    back, seen, hand = (
        said_of(raw)[f"p-{name}"] for name in ("gone-back", "spare-seen", "spare-hand")
    )

    assert back["from"] == seen["shown_to"] == hand["to"]
    raw["statements"] = [one for one in raw["statements"] if one.get("id") != "p-spare-seen"]
    assert replayed(raw, "period-rifles").found.unexpected


def test_what_is_typed_in_late_moves_with_the_night() -> None:
    told = next(
        one.raw
        for seed in SEEDS
        if (one := perturbed(case("night-automatic").raw, seed)).how == ("delays",)
    )
    late = [one for one in statements_of(told) if "entered_at" in one]

    assert len(late) >= 20
    assert all(one["at"] < one["entered_at"] for one in late)
    assert 1 == len({one["entered_at"] for one in late})


def test_whoever_is_late_was_not_at_the_meeting() -> None:
    raw = only("another late arrival")
    (late,) = said_of(raw)["p-briefed"]["people"]

    assert late not in said_of(raw)["w-0710-meeting"]["present"]
    assert late in said_of(dict(case(DAY).raw))["w-0710-meeting"]["present"]


def test_a_late_performer_whom_nobody_briefs_is_noticed() -> None:
    """The change is one because somebody does something about it."""
    performers = {
        name for name, one in case(DAY).raw["people"].items() if "performer" in one["roles"]
    }
    days = [perturbed(case(DAY).raw, seed) for seed in SEEDS]
    late = [one.raw for one in days if one.how == ("another late arrival",)]
    unbriefed = [raw for raw in late if said_of(raw)["p-briefed"]["people"][0] in performers]
    assert unbriefed

    for raw in unbriefed:
        raw["statements"] = [one for one in raw["statements"] if one.get("id") != "p-briefed"]
        assert replayed(raw).found.unexpected


def test_a_spare_that_nobody_planned_is_noticed() -> None:
    raw = only("a spare between takes")
    raw["statements"] = [one for one in raw["statements"] if one.get("id") != "p-spare"]

    assert replayed(raw).found.unexpected


# --- a handback left out -----------------------------------------------------------


def without(name: str) -> Case:
    day = case(DAY)
    raw = vary(day.raw, drop=[(name, ())])
    return reread(day, raw, id_=f"{day.id}--without", kind="variant", expect=Expect())


TAKES = {"activity.rehearsed", "activity.tested", "activity.rolled"}


def handbacks(*, between: bool) -> list[str]:
    """Handbacks after which the same activity has its next take, or those after which not."""
    listed = statements_of(dict(case(DAY).raw))
    found = []
    for place, one in enumerate(listed):
        if one.get("what") == "weapon.handed-back":
            before = [said["activity"] for said in listed[:place] if said.get("what") in TAKES]
            after = [said["activity"] for said in listed[place:] if said.get("what") in TAKES]
            if (before[-1:] == after[:1]) is between:
                found.append(one["id"])
    return found


@pytest.mark.parametrize("name", handbacks(between=True))
def test_a_handback_left_out_between_two_takes_stops_nothing_and_is_one_warning(name: str) -> None:
    done = walk(without(name), book())

    assert ["w-1410-ask"] == [one.statement.id for one in done.held]
    assert 1 == sum(notice.warning for notice in done.notices)


@pytest.mark.parametrize("name", handbacks(between=False))
def test_after_the_last_take_it_holds_only_where_the_weapon_would_be_carried_along(
    name: str,
) -> None:
    done = walk(without(name), book())
    reasons = [
        reason.missing
        for one in done.held
        if isinstance(one.verdict, Hold) and one.statement.id != "w-1410-ask"
        for reason in one.verdict.reasons
    ]

    assert {("not-planned",)} >= set(reasons)
    assert 1 == sum(notice.warning for notice in done.notices)


def test_there_are_handbacks_of_both_sorts() -> None:
    assert len(handbacks(between=True)) >= 5
    assert len(handbacks(between=False)) >= 5

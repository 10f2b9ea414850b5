"""Protects: taking something back never opens a gate.

A correction or withdrawal makes one more reading of the record, and a gate has to
clear on every reading there is. So no reading may disappear: not by a second
correction, not by one of a correction, not by two people, not by many.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given

from showclear.core.fields import StatementId
from showclear.core.fold import HARMLESS, HOLD_ALL, fold
from showclear.core.parse import read_statement
from showclear.core.record import WORLDS_MAX, Record
from showclear.core.statement import Statement
from tests.strategies import FilmSet, chances, dump, often, shoot_days


def taken_back(day: FilmSet, chance: Random, number: int) -> Statement:
    """A correction or withdrawal of something, by whoever said it or by another."""
    old = chance.choice(day.said)
    other: dict[str, Any] = {**old, "id": f"back-{number}", "at": day.at.isoformat()}
    if chance.random() < 0.5:
        other["by"] = day.somebody()
    if chance.random() < 0.4:
        other = {key: other[key] for key in ("id", "at", "by", "attested")}
        other |= {"what": "statement.withdrawn", "of": old["id"]}
    else:
        other["corrects"] = old["id"]
        if "count" in other:
            other["count"] = chance.randint(0, 9)
        if "passed" in other:
            other["passed"] = chance.random() < 0.5
    day.said.append(other)
    return read_statement(other, fallback_id="back")


def worlds(record: Record) -> list[Any]:
    return [dump(world.state) for world in record.worlds]


def test_every_reading_of_the_record_stays_one() -> None:
    seen = Counter[str]()

    @often(60)
    @given(shoot_days(steps=30), chances)
    def take_back(day: FilmSet, chance: Random) -> None:
        record = Record().add_all(day.statements())
        for number in range(WORLDS_MAX - 1):
            before, size = worlds(record), len(record.as_said.said)
            said = taken_back(day, chance, number)

            record.add(said)

            if len(record.as_said.said) == size:
                seen["taken back"] += 1
                assert all(world in worlds(record) for world in before)
            elif said.what not in HOLD_ALL:
                # Not theirs to take back: then it holds, on every reading.
                seen["disputed"] += 1
                for world in record.worlds:
                    found = world.state.contradictions.values()
                    assert said.id in {one.mark.said for one in found} or said.what in HARMLESS
            assert len(before) + 1 == len(record.worlds)

    take_back()

    assert min(seen.values()) > 40, seen


@often(20)
@given(shoot_days(steps=30), chances)
def test_one_more_than_can_be_followed_holds_what_it_names(day: FilmSet, chance: Random) -> None:
    record = Record().add_all(day.statements())
    for number in range(WORLDS_MAX + 3):
        said = taken_back(day, chance, number)
        record.add(said)

    assert WORLDS_MAX == len(record.worlds)
    for world in record.worlds:
        found = {one.mark.said for one in world.state.contradictions.values()}
        assert said.id in found or said.what in HARMLESS | HOLD_ALL


@often(40)
@given(shoot_days(steps=30), chances)
def test_what_was_said_loses_nothing_by_being_taken_back(day: FilmSet, chance: Random) -> None:
    said = day.statements()
    record = Record().add_all(said)
    for number in range(8):
        record.add(taken_back(day, chance, number))

    kept = [statement for statement in record.as_said.said if not statement.id.startswith("back-")]

    assert said == kept


@often(40)
@given(shoot_days(steps=30), chances)
def test_a_withdrawal_is_the_record_without_it(day: FilmSet, chance: Random) -> None:
    said = day.statements()
    gone = chance.choice(said)
    record = Record().add_all(said)
    withdrawn = {
        "id": "back",
        "at": day.at.isoformat(),
        "by": gone.by,
        "what": "statement.withdrawn",
        "of": gone.id,
    }

    record.add(read_statement(withdrawn, fallback_id="back"))

    assert dump(fold(said)) == dump(record.as_said.state)
    assert dump(fold([s for s in said if s.id != gone.id])) == dump(record.state)


@often(40)
@given(shoot_days(steps=30), chances)
def test_a_correction_stands_where_the_first_one_stood(day: FilmSet, chance: Random) -> None:
    said = day.statements()
    old = chance.choice([s for s in said if s.what == "rounds.received"])
    new = replace(old, id=StatementId("back"), corrects=old.id, count=7, at=said[-1].at)
    record = Record().add_all(said)

    record.add(new)

    expected = [replace(s, count=7) if s.id == old.id else s for s in said]
    assert dump(fold(expected)) == dump(record.state)
    assert dump(fold(said)) == dump(record.as_said.state)


@often(40)
@given(shoot_days(steps=30), chances)
def test_a_correction_that_came_before_its_statement_waits_for_it(
    day: FilmSet, chance: Random
) -> None:
    said = day.statements()
    back = taken_back(day, chance, 0)
    early = [back, *said] if chance.random() < 0.5 else [*said[:5], back, *said[5:]]

    assert dump(Record().add_all([*said, back]).as_said.state) == dump(
        Record().add_all(early).as_said.state
    ) or _disputed(said, back)


def _disputed(said: list[Statement], back: Statement) -> bool:
    """A dispute is entered in its own time, and depends on what it met there."""
    return len(Record().add_all([*said, back]).as_said.said) > len(said)

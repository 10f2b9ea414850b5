"""Protects: what is known in the end does not depend on when it was heard.

Phones are offline on a set. Whatever arrives late is put where it belongs, twice is
once, a snapshot is nobody else's, and nothing that anybody says stops the fold.
"""

from __future__ import annotations

from random import Random

from hypothesis import given

from showclear.core.fold import fold, fold_one
from showclear.core.parse import read_statement
from showclear.core.record import Record, minute_of
from showclear.core.state import State
from showclear.core.statement import Statement
from tests.strategies import FilmSet, chances, damaged, dump, often, sentences, shoot_days


def delayed(said: list[Statement], chance: Random, share: float) -> list[Statement]:
    """The same statements, some of them heard later than they were so."""
    keyed = [
        (place + (chance.randint(1, 30) if chance.random() < share else 0), place)
        for place in range(len(said))
    ]
    return [said[place] for _, place in sorted(keyed)]


def in_order(heard: list[Statement]) -> list[Statement]:
    """By the minute; within a minute, as it was heard."""
    return sorted(heard, key=minute_of)


@often(60)
@given(shoot_days(steps=50), chances)
def test_what_comes_late_ends_as_if_it_had_come_in_time(day: FilmSet, chance: Random) -> None:
    heard = delayed(day.statements(), chance, chance.choice([0.05, 0.3, 1.0]))

    record = Record().add_all(heard)

    assert dump(fold(in_order(heard))) == dump(record.state)
    assert in_order(heard) == record.as_said.said


@often(30)
@given(shoot_days(steps=50), chances)
def test_a_late_act_is_judged_on_what_was_so_before_it(day: FilmSet, chance: Random) -> None:
    said = day.statements()
    late = chance.choice(said)
    heard = [other for other in said if other.id != late.id]
    earlier = [other for other in in_order(heard) if minute_of(other) <= minute_of(late)]
    record = Record().add_all(heard)

    (state,) = record.before(late)

    assert dump(fold(earlier)) == dump(state)


@often(30)
@given(shoot_days(steps=50), chances)
def test_what_is_heard_twice_is_heard_once(day: FilmSet, chance: Random) -> None:
    said = day.statements()
    heard = [*said]
    for again in chance.sample(said, min(5, len(said))):
        heard.insert(chance.randint(heard.index(again) + 1, len(heard)), again)
    record, once = Record(), Record().add_all(said)

    new = [record.add(statement) for statement in heard]

    assert len(said) == sum(new)
    assert dump(once.state) == dump(record.state)


@often(30)
@given(shoot_days(steps=50), chances)
def test_a_snapshot_is_not_moved_by_what_is_said_afterwards(day: FilmSet, chance: Random) -> None:
    said = day.statements()
    half = chance.randint(0, len(said))
    state = fold(said[:half])
    snapshot = state.copy()
    then = dump(state)

    fold(said[half:], state)

    assert then == dump(snapshot)
    assert dump(state) == dump(fold(said[half:], snapshot))


@often(150)
@given(chances)
def test_nothing_that_anybody_says_stops_the_fold(chance: Random) -> None:
    state = fold(FilmSet(chance).statements()) if chance.random() < 0.5 else State()
    for number, said in enumerate(sentences(chance, 40)):
        broken = said
        for _ in range(chance.choice([0, 0, 1, 2])):
            broken = damaged(broken, chance) if broken else broken
        before = state.seq
        fold_one(state, read_statement(broken, fallback_id=f"kept-{number}"))
        assert before + 1 == state.seq


@often(60)
@given(chances)
def test_nothing_that_anybody_says_stops_the_record(chance: Random) -> None:
    record = Record()
    heard = FilmSet(chance).go_on(10).said
    for said in sentences(chance, 40):
        if chance.random() < 0.3:
            said = {**said, "corrects": f"s{chance.randrange(20)}"}
        heard.append(damaged(said, chance) if chance.random() < 0.3 else said)
    chance.shuffle(heard)

    for number, said in enumerate(heard):
        record.add(read_statement(said, fallback_id=f"kept-{number}"))

    for world in record.worlds:
        assert dump(fold(world.said)) == dump(world.state)
        assert sorted(world.minutes) == world.minutes


@often(60)
@given(shoot_days(steps=30), chances)
def test_an_unreadable_statement_holds_what_it_names_or_everything(
    day: FilmSet, chance: Random
) -> None:
    record = Record().add_all(day.statements())
    acts = [said for said in day.said if said["what"].startswith(("weapon.", "rounds."))]
    broken = {**chance.choice(acts), "id": "broken", "at": day.at.isoformat(), "surprise": 1}

    record.add(read_statement(broken, fallback_id="broken"))

    held = {
        found.on for found in record.state.contradictions.values() if found.mark.said == "broken"
    }
    named = {value for value in broken.values() if isinstance(value, str)}
    assert held
    assert held == {"all"} or held & (named | {"rev-1", "rev-2", "rev-3"})

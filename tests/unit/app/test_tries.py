"""Whoever guesses waits, whoever does not is not kept waiting, and nobody fills memory.

Protects: a PIN of four digits stands against a tablet that tries them all.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from showclear.app.tries import Tries

NOW = datetime(2026, 6, 9, 8, 0, tzinfo=UTC)


def used_up(tries: Tries, asker: str) -> Tries:
    while not tries.wait(asker, now=NOW):
        tries.use(asker, now=NOW)
    return tries


def test_so_many_at_once_and_no_more() -> None:
    tries = Tries(at_once=3, a_minute=1)
    used = [tries.wait("a", now=NOW) == 0 and tries.use("a", now=NOW) is None for _ in range(4)]

    assert [True, True, True, False] == used


def test_one_comes_back_in_its_time_and_not_before() -> None:
    tries = used_up(Tries(at_once=3, a_minute=2), "a")

    assert 30 == tries.wait("a", now=NOW)
    assert 1 == tries.wait("a", now=NOW + timedelta(seconds=29.5))
    assert 0 == tries.wait("a", now=NOW + timedelta(seconds=30))


def test_never_more_come_back_than_there_were() -> None:
    tries = used_up(Tries(at_once=2, a_minute=1), "a")
    later = NOW + timedelta(days=1)
    for _ in range(2):
        tries.use("a", now=later)

    assert tries.wait("a", now=later)


def test_asking_how_long_uses_nothing() -> None:
    tries = Tries(at_once=1, a_minute=1)

    assert [0, 0, 0] == [tries.wait("a", now=NOW) for _ in range(3)]


def test_one_that_guesses_keeps_no_other_waiting() -> None:
    assert 0 == used_up(Tries(at_once=1, a_minute=1), "a").wait("b", now=NOW)


def test_a_clock_that_is_set_back_gives_nothing_back() -> None:
    tries = used_up(Tries(at_once=1, a_minute=1), "a")

    assert 60 == tries.wait("a", now=NOW - timedelta(hours=1))


def test_who_was_not_heard_of_for_longest_is_forgotten_first() -> None:
    tries = Tries(at_once=1, a_minute=1, askers_max=2)
    for asker in "abc":
        tries.use(asker, now=NOW)

    assert [0, 60, 60] == [tries.wait(asker, now=NOW) for asker in "abc"]

"""Protects: the vocabulary can be said, all of it, and nothing beside it passes for it.

Files are refused for what is in them; a live statement never is. Both go through one
reading, so what is tried here on mappings holds for both.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from showclear.core import vocabulary, words
from showclear.core.fields import Quantity
from showclear.core.fold_base import EFFECTS
from showclear.core.parse import read_fields, read_statement
from showclear.core.said_plan import CheckMade
from showclear.core.statement import Kept, Statement
from tests.strategies import sentence

MEASURED: dict[str, Any] = {
    "id": "s1",
    "at": "2026-05-01T10:00Z",
    "by": "ad",
    "what": "check.made",
    "on": "duel",
    "passed": True,
}


@pytest.mark.parametrize("tag", vocabulary.TAGS)
def test_every_tag_can_be_said_and_does_something(tag: str) -> None:
    for seed in range(20):
        read = read_statement(sentence(tag, Random(seed)), fallback_id="x")

        assert not isinstance(read, Kept), read
        assert tag == read.what
    assert vocabulary.TAGS[tag] in EFFECTS


@pytest.mark.parametrize("tag", vocabulary.TAGS)
def test_a_required_field_that_is_lacking_is_named_and_live_it_is_kept(tag: str) -> None:
    for key, spec in vocabulary.fields_of(tag).items():
        said = sentence(tag, Random(1))
        if not spec.required or key not in said:
            continue
        del said[key]

        faults = read_fields(said)

        assert isinstance(faults, list)
        assert f"{key!r} of {tag} is missing" in [fault.found for fault in faults]
        assert isinstance(read_statement(said, fallback_id="x"), Kept)


@pytest.mark.parametrize(
    ("measured", "check", "expected"),
    [
        ({"value": 3, "unit": "m"}, "drop-measured", ("height_m", "3")),
        ({"value": 22, "unit": "ft"}, "distance-measured", ("distance_ft", "22")),
        ({"value": 40, "unit": "km/h"}, "speed-agreed", ("speed_kmh", "40")),
        ({"value": 90, "unit": "min"}, "daylight-left", ("daylight_min", "90")),
        ({"value": 30, "unit": "min"}, "fire-watch", ("minutes", "30")),
        ({"value": 30, "unit": "speed_kmh"}, "speed-agreed", ("speed_kmh", "30")),
        ({"distance_ft": Decimal("21.5")}, "distance-measured", ("distance_ft", "21.5")),
    ],
)
def test_a_value_with_its_unit_is_the_quantity_of_the_check(
    measured: dict[str, Any], check: str, expected: tuple[str, str]
) -> None:
    read = read_fields({**MEASURED, "checks": check, "measured": measured})

    assert isinstance(read, CheckMade)
    value = Decimal(expected[1])
    assert (Quantity(expected[0], value, value),) == read.measured


def test_a_drop_is_not_measured_in_kilograms() -> None:
    measured = {"value": 3, "unit": "kg"}
    faults = read_fields({**MEASURED, "checks": "drop-measured", "measured": measured})

    assert isinstance(faults, list)
    assert [("measured", "unit")] == [fault.path for fault in faults]


def test_at_most_one_check_of_a_statement_measures() -> None:
    faults = read_fields({**MEASURED, "checks": ["drop-measured", "load-calculated"]})

    assert isinstance(faults, list)
    assert [("checks",)] == [fault.path for fault in faults]


def test_singular_and_plural_do_not_speak_over_each_other() -> None:
    said = {"id": "s1", "at": "2026-05-01T10:00Z", "by": "ad", "what": "weapon.seen"}
    faults = read_fields({**said, "weapon": "a", "weapons": ["b"], "open": True})

    assert isinstance(faults, list)
    assert ["'weapons' says again what another field said"] == [fault.found for fault in faults]


@pytest.mark.parametrize(
    "given",
    [None, 3, "stop", [], {}, {"what": 3}, {"what": "stop"}, {1: 2}, {"what": "stop.called", 1: 2}],
)
def test_what_is_no_statement_is_kept(given: object) -> None:
    read = read_statement(given, fallback_id="x")

    assert isinstance(read, Kept)
    assert read.faults


def test_a_live_statement_without_attestation_is_worth_nothing_as_eyes() -> None:
    said = {"id": "s1", "at": "2026-05-01T10:00Z", "by": "ad", "what": "day.opened"}
    said["date"] = "2026-05-01"
    read = read_fields(said)

    assert isinstance(read, Statement)
    assert "badge" == read.attested
    assert "unsigned" == read_statement(said, fallback_id="x").attested
    assert "unsigned" not in words.INDEPENDENT


def test_lists_inside_lists_end_somewhere() -> None:
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    said = {"id": "s1", "at": "2026-05-01T10:00Z", "by": "server", "what": "received"}

    assert isinstance(read_statement({**said, "ids": [], "offsets": deep}, fallback_id="x"), Kept)


@pytest.mark.parametrize(
    "word", ["Revolver", "rеvolver", "re--volver", "-revolver", "re volver", "re_volver", "", "１"]
)
def test_an_id_that_could_be_mistaken_for_another_is_refused(word: str) -> None:
    said = {"id": "s1", "at": "2026-05-01T10:00Z", "by": "ad", "what": "weapon.cleaned"}

    assert isinstance(read_fields({**said, "weapon": word}), list)

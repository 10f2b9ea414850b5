"""Two records with the same digest hold the same: every table counts, and who said what and
when; what a log says of itself does not, so that one file gives one digest on any server."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from showclear.app.replaying import walk
from showclear.app.sayings import of_case
from showclear.app.spine import Spine
from showclear.app.state_digest import differing, digest_of, digests_of
from showclear.core.case import Case
from showclear.core.state import State
from showclear.rules.judge import book_of
from tests.stories.production import FEW, MORNING, ROOT, shelf, told

WESTERN = ROOT / "cases" / "western-day" / "case.yaml"


@cache
def said() -> tuple[dict[str, Any], ...]:
    return tuple(of_case(told(WESTERN), shelf(), sample=True))


def as_json(value: object) -> object:
    """A measure stays a number; a date is written as one."""
    return float(value) if isinstance(value, Decimal) else str(value)


def folded(*statements: dict[str, Any]) -> Spine:
    spine = Spine(shelf(), sample=True, opened=True)
    for one in statements:
        spine.take(spine.read_plain(one, clock=MORNING))
    return spine


def fold_of(case: Case) -> State:
    """The fold of a file as a replay makes it, without any server."""
    return walk(case, book_of(shelf()[name] for name in case.packs)).record.state


@pytest.mark.parametrize("path", [one for one in FEW if one.name == "case.yaml"], ids=str)
def test_what_a_log_takes_from_a_file_folds_to_what_the_file_does(path: Path) -> None:
    case = told(path)
    text = json.dumps(list(of_case(case, shelf(), sample=True)), default=as_json)
    statements = json.loads(text.replace(f"{case.id}/", ""), parse_float=Decimal)

    assert () == differing(digests_of(fold_of(case)), digests_of(folded(*statements).record.state))


def test_the_same_statements_give_the_same_digest() -> None:
    assert digest_of(folded(*said()).record) == digest_of(folded(*said()).record)


def test_what_a_log_says_of_itself_makes_no_difference() -> None:
    enrolled = {
        "id": "enrolled/tablet",
        "what": "device.enrolled",
        "at_is": "order-only",
        "by": "server",
        "attested": "server",
        "device": "tablet",
        "kind": "tablet",
        "key": "A" * 43,
    }

    assert digest_of(folded(*said()).record) == digest_of(folded(enrolled, *said()).record)


@pytest.mark.parametrize(
    ("changed", "tables"),
    [({"count": 1}, {"weapons", "lots"}), ({"by": "assistant"}, {"weapons"})],
    ids=["how many", "who said it"],
)
def test_whatever_is_said_otherwise_shows_in_its_tables(
    changed: dict[str, Any], tables: set[str]
) -> None:
    place = [one["id"] for one in said()].index("western-day/w-1452-load-1")
    before, load = said()[:place], said()[place]

    as_said, otherwise = folded(*before, load), folded(*before, {**load, **changed})

    found = differing(digests_of(as_said.record.state), digests_of(otherwise.record.state))
    assert tables <= set(found)


def test_what_comes_before_what_makes_a_difference() -> None:
    swapped = list(said())
    places = [
        place
        for place, one in enumerate(swapped)
        if one["id"] in ("western-day/w-1100-load-1", "western-day/w-1101-show-1")
    ]
    first, second = places
    swapped[first], swapped[second] = (
        {**swapped[second], "at": swapped[first]["at"]},
        {**swapped[first], "at": swapped[second]["at"]},
    )

    assert digest_of(folded(*said()).record) != digest_of(folded(*swapped).record)


def test_another_reading_of_the_record_makes_a_difference() -> None:
    withdrawn = {
        "id": "taken-back",
        "what": "statement.withdrawn",
        "at": "2026-06-09T17:45-05:00",
        "by": "lead",
        "attested": "badge",
        "of": "western-day/w-1101-show-1",
    }

    assert digest_of(folded(*said()).record) != digest_of(folded(*said(), withdrawn).record)

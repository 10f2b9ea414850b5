"""The documented cases and the compliant days, replayed under the installed packs.

Three incidents are held at their fatal gate for the fatal reason; a day on which nobody
cuts a corner is not held up. And the page that tells of it tells what the replay found.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from showclear.adapters.cases import read_case
from showclear.adapters.files import yaml_files
from showclear.adapters.packs import installed
from showclear.app.cases_page import COMMAND, FourWays, cases_page, four_ways
from showclear.app.choosing import choose
from showclear.rules.judge import book_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cases.md"
FILES, _ = yaml_files([ROOT / "cases"])


@cache
def replayed(path: Path) -> FourWays:
    case = read_case(path)
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    return four_ways(case, book_of(choose(packs, case.packs, file=case.file, who="the case")))


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


each_case = pytest.mark.parametrize("path", FILES, ids=name_of)


@each_case
def test_every_expectation_is_met(path: Path) -> None:
    unmet = {one.case.id: one.found.unmet for one in replayed(path).ways["honest"]}

    assert dict.fromkeys(unmet, ()) == unmet


@each_case
def test_an_incident_is_held_before_the_harm_and_its_twins_show_why(path: Path) -> None:
    case = replayed(path)
    if case.case.kind != "incident":
        return
    itself, *others = case.ways["honest"]
    twins = {one.case.id.rpartition("--")[2]: one for one in others if one.case.kind == "twin"}

    assert (True, True) == (itself.found.fatal_held, itself.found.held_before_harm)
    assert [] == twins["repaired"].walk.held
    assert 0 < len(twins["only-that"].walk.held)


@each_case
def test_a_compliant_day_is_not_held_up(path: Path) -> None:
    case = replayed(path)
    if case.case.kind != "compliant-day":
        return
    itself = case.itself("honest")

    assert () == itself.found.unexpected
    assert ["w-1410-ask"] == [one.statement.id for one in itself.walk.held]
    assert itself.found.warnings <= 2


def test_the_page_of_cases_is_current() -> None:
    text = cases_page(replayed(path) for path in FILES)

    again = f"write it again with `.venv/bin/{COMMAND}`"
    assert text == PAGE.read_text(encoding="utf-8"), again


def test_the_page_tells_the_limits_beside_what_was_held() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert "two people who enter together whatever is asked get a clear at every gate" in page
    assert "nothing was asked and nothing was held, because nobody looked" in page
    assert "no armorer has\n  reviewed it yet" in page

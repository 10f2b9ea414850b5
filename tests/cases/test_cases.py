"""The documented cases and the compliant days, replayed under the packs they name.

An incident is held at its fatal gate for the fatal reason, or its page says why no gate stood
between; a day on which nobody cuts a corner is not held up. And the page that tells of it tells
what the replay found. Each case is replayed once for each process that asks for it: its test
asks all there is to ask of it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from showclear.adapters.cases import read_case
from showclear.adapters.files import yaml_files
from showclear.adapters.packs import installed
from showclear.app.cases_page import COMMAND, FourWays, cases_page, four_ways
from showclear.app.choosing import choose
from showclear.app.telling import words_held
from showclear.core.case import Case
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cases.md"
FILES, _ = yaml_files([ROOT / "cases"])


@cache
def case_of(path: Path) -> Case:
    return read_case(path)


@cache
def packs() -> dict[str, Pack]:
    return {name: shelved.pack for name, shelved in installed().packs.items()}


@cache
def replayed(path: Path) -> FourWays:
    case = case_of(path)
    return four_ways(case, book_of(choose(packs(), case.packs, file=case.file, who="the case")))


def unmet(case: FourWays) -> dict[str, tuple[str, ...]]:
    """What was expected of the case, its variants and its twins, and did not happen."""
    return {one.case.id: one.found.unmet for one in case.ways["honest"] if one.found.unmet}


INCIDENTS = [path for path in FILES if case_of(path).kind == "incident"]
REACHED = [path for path in INCIDENTS if case_of(path).expect.fatal]
NO_GATE = [path for path in INCIDENTS if not case_of(path).expect.fatal]
CONTROLS = [path for path in FILES if case_of(path).kind == "control"]
DAYS = [path for path in FILES if case_of(path).kind == "compliant-day"]


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "path", paths, ids=lambda path: f"{path.parent.name}-{path.stem}"
    )


def test_every_file_is_of_a_kind_that_is_asked_something() -> None:
    assert sorted(FILES) == sorted((*REACHED, *NO_GATE, *CONTROLS, *DAYS))
    assert all((REACHED, NO_GATE, CONTROLS, DAYS))


@each(REACHED)
def test_an_incident_is_held_before_the_harm_and_its_twins_show_why(path: Path) -> None:
    case = replayed(path)
    itself, *others = case.ways["honest"]
    twins = {one.case.id.rpartition("--")[2]: one for one in others if one.case.kind == "twin"}

    assert {} == unmet(case)
    assert (True, True) == (itself.found.fatal_held, itself.found.held_before_harm)
    assert [] == twins["repaired"].walk.held
    assert 0 < len(twins["only-that"].walk.held)


@each(NO_GATE)
def test_where_no_gate_stood_between_the_page_argues_why_and_nothing_is_claimed(path: Path) -> None:
    case = replayed(path)
    page = (path.parent / "page.md").read_text(encoding="utf-8")
    why = re.search(r"^## Why no gate\n\n(.+?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)

    assert {} == unmet(case)
    assert [(None, None)] * 4 == [
        (one.found.fatal_held, one.found.held_before_harm)
        for one in map(case.itself, ("honest", "ticked", "colluded", "unused"))
    ]
    assert why is not None
    assert len(why[1].split()) >= 50, "an argument, and not a sentence"


@each(CONTROLS)
def test_nothing_is_claimed_for_a_control(path: Path) -> None:
    case = replayed(path)

    assert {} == unmet(case)
    assert None is case.itself("honest").found.held_before_harm


@each(DAYS)
def test_a_compliant_day_is_not_held_up(path: Path) -> None:
    case = replayed(path)
    itself = case.itself("honest")

    assert {} == unmet(case)
    assert () == itself.found.unexpected
    assert case.case.expect.hold_at == tuple(one.statement.id for one in itself.walk.held)
    assert itself.found.warnings <= 2


ALONE = {"risk.assessed", "permission.granted", "meeting.held", "change.agreed", "search.made"}
"""What one person may say, whoever should have been there."""


def test_the_page_is_current_and_tells_the_word_of_one_as_that() -> None:
    text = cases_page(replayed(path) for path in FILES)
    ticked = [replayed(path).itself("ticked") for path in REACHED]

    again = f"write it again with `.venv/bin/{COMMAND}`"
    assert text == PAGE.read_text(encoding="utf-8"), again
    assert set() == ALONE & {
        w for done in ticked for one in done.walk.held for w in words_held(one)
    }


def test_the_page_tells_the_limits_beside_what_was_held() -> None:
    page = PAGE.read_text(encoding="utf-8")
    held, no_gate = page.split("## Incidents where no gate stood between")

    assert "two people who enter together whatever is asked get a clear at every gate" in page
    assert "nothing was asked and nothing was held, because nobody looked" in page
    assert "no armorer has\n  reviewed it yet" in page
    assert "is nothing that one person can tick away" not in page
    assert [] == [path.parent.name for path in REACHED if f"### {path.parent.name}\n" not in held]
    assert [] == [p.parent.name for p in NO_GATE if f"[{p.parent.name}](" not in no_gate]
    assert "[not-reached.md](not-reached.md)" in no_gate

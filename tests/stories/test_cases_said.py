"""Protects: what a case holds in a replay, it holds on the record, however it came in.

In one go, every statement in a commit of its own, after a restart in the middle, from a
view kept in the middle: the same gates hold for the same words, and a replay of the
production's own log gives them once more. Every case is said in one go; the other ways are
tried with a few, and with all where there is time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from showclear.app.incoming import Answer, Taken
from showclear.app.replay import replay_one
from showclear.app.sayings import of_case
from showclear.cli.main import main
from showclear.core.gates import Hold
from showclear.rules.judge import book_of
from tests.stories.production import CASES, FEW, Production, missing, production, shelf, told

Held = Mapping[str, frozenset[str]]
NAMES = [f"{path.parent.name}/{path.stem}" for path in CASES]
SOME = [f"{path.parent.name}/{path.stem}" for path in FEW]
SHORT = [path for path in FEW if told(path).kind == "incident"]


@cache
def replayed(path: Path) -> Held:
    """By statement, the words for which `showclear replay` holds."""
    case = told(path)
    done = replay_one(case, book_of(shelf()[name] for name in case.packs), "honest")
    return {
        f"{case.id}/{one.statement.id}": frozenset(
            word for reason in one.verdict.reasons for word in reason.missing
        )
        for one in done.walk.held
        if isinstance(one.verdict, Hold)
    }


def asked(path: Path) -> set[str]:
    """Every statement whose gate a replay asks."""
    case = told(path)
    done = replay_one(case, book_of(shelf()[name] for name in case.packs), "honest")
    return {f"{case.id}/{one.statement.id}" for one in done.walk.judged}


def held(answers: Mapping[str, Answer]) -> Held:
    return {name: frozenset(missing(one)) for name, one in answers.items() if missing(one)}


@pytest.fixture
def sample(tmp_path: Path) -> Production:
    return production(tmp_path / "sample", sample=True, packs=())


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_a_case_said_into_a_sample_holds_where_a_replay_holds_and_for_the_same_words(
    path: Path, sample: Production
) -> None:
    answers = sample.tell(told(path))

    assert replayed(path) == held(answers)
    assert asked(path) == {name for name, one in answers.items() if one.verdict is not None}
    assert not sample.asides


@pytest.mark.parametrize("path", FEW, ids=SOME)
def test_said_again_after_a_restart_it_answers_the_same(path: Path, sample: Production) -> None:
    before = sample.tell(told(path))
    sample.restart()

    again = sample.tell(told(path))

    assert all(one.repeat for one in again.values())
    assert held(before) == held(again)
    assert {n: (one.index, one.receipt) for n, one in before.items()} == {
        n: (one.index, one.receipt) for n, one in again.items()
    }


@pytest.mark.parametrize("path", SHORT, ids=lambda path: str(path.parent.name))
def test_every_statement_in_a_commit_of_its_own_gives_the_same(
    path: Path, sample: Production
) -> None:
    assert replayed(path) == held(sample.tell(told(path), at_once=1))


@pytest.mark.parametrize("path", FEW, ids=SOME)
def test_a_start_from_a_view_after_every_group_gives_the_same(path: Path, tmp_path: Path) -> None:
    made = production(tmp_path / "sample", sample=True, packs=(), every=1)
    at_once = 5 if path in SHORT else 40
    answers: dict[str, Answer] = {}
    case = told(path)
    said = [Taken(fields=one) for one in of_case(case, shelf(), sample=True)]
    for start in range(0, len(said), at_once):
        answers |= {one.id: one for one in made.record(*said[start : start + at_once])}
        made.restart()

    assert replayed(path) == held(answers)


@pytest.mark.parametrize("path", FEW, ids=SOME)
def test_a_replay_of_the_productions_log_gives_it_once_more(
    path: Path, sample: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.tell(told(path))
    sample.close()

    main(["replay", str(sample.path), "--json"])

    (case,) = json.loads(capsys.readouterr().out)["cases"]
    assert {name: set(words) for name, words in replayed(path).items()} == {
        one["statement"]: {word for reason in one["reasons"] for word in reason["missing"]}
        for one in case["held"]
    }
    assert [] == case["differs"]


def test_in_a_real_production_a_case_has_no_eyes_that_count(tmp_path: Path) -> None:
    """What holds in the replay holds there too, and more: two people on paper are none."""
    path = next(path for path in CASES if path.parent.name == "RUST-2021")
    made = production(tmp_path / "real")

    answers = made.tell(told(path))

    assert replayed(path).keys() <= held(answers).keys()

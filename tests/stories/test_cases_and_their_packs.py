"""Protects: a case said into a fresh sample is judged by its own packs, as `replay` judges it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from showclear.cli.main import main

HEAD = """\
format: showclear-case/1
id: two-people
kind: control
title: A weapon is taken out
where: US-CA
"""
DAY = """\
people:
  armorer: {roles: [armorer]}
weapons:
  revolver: {kind: firearm}
statements:
  - {id: s1, at: 2026-05-01T09:00-07:00, by: armorer, what: weapon.taken-out, weapon: revolver}
"""


def held(told: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {
        (reason["pack"], word)
        for one in told
        for reason in one["reasons"]
        for word in reason["missing"]
    }


@pytest.mark.parametrize("packs", ["", "packs: [us-ca-labor]\n", "packs: [showclear-baseline]\n"])
def test_case_is_judged_by_the_packs_it_names_and_no_others(
    tmp_path: Path, packs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(HEAD + packs + DAY)
    assert 0 == main(["init", str(tmp_path / "show"), "--sample"])
    capsys.readouterr()

    assert 0 == main(["say", str(tmp_path / "show"), str(case), "--json"])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    main(["replay", str(case), "--json"])
    replayed = json.loads(capsys.readouterr().out)["cases"][0]["held"]

    said = [one["verdict"] for one in answers if (one["verdict"] or {}).get("answer") == "hold"]
    assert held(replayed) == held(said)
    assert replayed


def test_second_case_withdraws_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(HEAD + "packs: [showclear-baseline]\n" + DAY)
    second.write_text(HEAD.replace("two-people", "later") + "packs: [us-ca-labor]\n" + DAY)
    assert 0 == main(["init", str(tmp_path / "show"), "--sample"])
    assert 0 == main(["say", str(tmp_path / "show"), str(first)])
    capsys.readouterr()

    assert 0 == main(["say", str(tmp_path / "show"), str(second), "--json"])

    assert "withdrawn" not in capsys.readouterr().out


def test_real_production_keeps_its_packs_whatever_a_file_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(HEAD + DAY)
    assert 0 == main(["init", str(tmp_path / "show")])
    capsys.readouterr()

    assert 0 == main(["say", str(tmp_path / "show"), str(case), "--json"])

    told = capsys.readouterr().out
    assert "withdrawn" not in told
    assert "showclear-baseline" in told


def test_act_that_cannot_be_read_is_answered_with_a_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = tmp_path / "said.jsonl"
    own = {"id": "h1", "at": "2026-05-01T09:00Z", "by": "armorer", "what": "weapon.handed-over"}
    said.write_text(json.dumps({**own, "weapon": "revolver"}))
    assert 0 == main(["init", str(tmp_path / "show")])
    capsys.readouterr()

    for _ in range(2):
        assert 0 == main(["say", str(tmp_path / "show"), str(said), "--json"])
        (answer,) = map(json.loads, capsys.readouterr().out.splitlines())

        assert ("hand-over", "hold") == (answer["verdict"]["gate"], answer["verdict"]["answer"])
        assert [["not-judged"]] == [one["missing"] for one in answer["verdict"]["reasons"]]

"""Tests of `showclear replay`: what a person at a prompt, or a program behind a pipe, relies on.

A replay that hid an unreadable file, claimed a success it did not have, or mixed
messages into its answer would be trusted for what it did not say.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.program import ROOT, showclear

CASE = """\
format: showclear-case/1
id: take-out
kind: incident
title: Somebody who does not answer for it takes a revolver out
where: US-NM
packs: [showclear-baseline]
people:
  armorer: {roles: [armorer], qualifications: [{kind: firearms-handler, until: 2027-01-01}]}
  ad: {roles: [first-ad]}
weapons: {revolver: {kind: firearm}}
statements:
  - {id: s1, at: 2026-06-09T13:44-06:00, by: ad, what: weapon.taken-out, weapon: revolver}
  - truth: There was a live round in it.
  - {id: s2, at: 2026-06-09T13:45-06:00, what: harm.done, kind: injury, people: 1}
expect:
  hold_at: [s1]
  because: {s1: [not-a-handler]}
  fatal: [s1]
"""
CASE_KEYS = {
    "id", "kind", "title", "mode", "gated", "held", "first_hold", "fatal_held",
    "held_before_harm", "harm_at", "lead_statements", "lead_seconds", "expect_met",
    "unexpected_holds", "alerts", "warnings",
}  # fmt: skip
REASON_KEYS = {"pack", "rule", "cite", "force", "missing", "says", "next", "witnesses"}
SUMMARY_KEYS = {
    "incidents", "held_before_harm", "compliant_days", "unexpected_holds", "controls_claimed",
}  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return written(tmp_path / "case.yaml", CASE)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- exit codes --------------------------------------------------------------------


def test_a_case_that_comes_to_what_it_expects_ends_well(case: Path) -> None:
    assert 0 == showclear("replay", case).code


def test_an_expectation_not_met_is_said_and_ends_with_1(tmp_path: Path) -> None:
    case = written(tmp_path / "c.yaml", CASE.replace("[not-a-handler]", "[barrel-clear]"))

    ran = showclear("replay", case)

    assert 1 == ran.code
    assert "Not as the case expects: s1 did not hold for barrel-clear." in ran.out


@pytest.mark.parametrize("mode", ["ticked", "colluded", "unused"])
def test_a_dishonest_mode_is_asked_no_expectations(mode: str, tmp_path: Path) -> None:
    case = written(tmp_path / "c.yaml", CASE.replace("[not-a-handler]", "[barrel-clear]"))

    ran = showclear("replay", case, "--mode", mode, "--json")

    assert 0 == ran.code
    assert [None] == [one["expect_met"] for one in json.loads(ran.out)["cases"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "No case was named"),
        (("nowhere.yaml",), "nowhere.yaml: there is no such file"),
        (("case.yaml", "--mode", "honset"), 'Invalid value "honset" for --mode'),
        (("case.yaml", "--jsn"), "Unknown option"),
        (("case.yaml", "--packs", "showclear-basline"), "did you mean 'showclear-baseline'?"),
        (("empty",), "a folder without a YAML file"),
    ],
)
def test_what_cannot_be_understood_is_said_in_words(
    arguments: tuple[str, ...], said: str, case: Path
) -> None:
    (case.parent / "empty").mkdir()

    ran = showclear("replay", *arguments, cwd=case.parent)

    assert 2 == ran.code
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert "" == ran.out


def test_one_unreadable_file_is_reported_and_the_others_are_judged(case: Path) -> None:
    written(case.parent / "deep" / "broken.yaml", "format: showclear-case/1\nid: [")

    ran = showclear("replay", case.parent, "--json")

    assert 2 == ran.code
    assert "deep/broken.yaml:" in ran.err
    assert ["take-out"] == [one["id"] for one in json.loads(ran.out)["cases"]]


def test_with_nothing_readable_the_json_is_there_and_empty(tmp_path: Path) -> None:
    written(tmp_path / "broken.yaml", "nonsense: yes")

    ran = showclear("replay", tmp_path, "--json")

    assert 2 == ran.code
    assert [] == json.loads(ran.out)["cases"]


def test_a_case_whose_pack_is_not_installed_is_refused_with_the_nearest(tmp_path: Path) -> None:
    case = written(tmp_path / "c.yaml", CASE.replace("showclear-baseline", "showclear-baselime"))

    refused = showclear("replay", case)
    judged = showclear("replay", case, "--packs", "showclear-baseline")

    assert 2 == refused.code
    assert "did you mean 'showclear-baseline'?" in refused.err
    assert (0, "") == (judged.code, judged.err)


def test_a_file_named_twice_is_replayed_once(case: Path) -> None:
    ran = showclear("replay", case, case.parent, "--json")

    assert 1 == len(json.loads(ran.out)["cases"])


def test_two_files_with_one_id_are_pointed_out(case: Path) -> None:
    written(case.parent / "copy.yaml", CASE)

    ran = showclear("replay", case.parent)

    assert 0 == ran.code
    assert "has the id 'take-out', and so has" in ran.err


# --- the JSON ----------------------------------------------------------------------


def test_the_json_has_exactly_the_keys_of_the_contract() -> None:
    ran = showclear("replay", "cases/RUST-2021", "--twins", "--json")

    answer = json.loads(ran.out)

    assert "" == ran.err
    assert {"format", "cases", "summary"} == answer.keys()
    assert "showclear-replay/1" == answer["format"]
    assert SUMMARY_KEYS == answer["summary"].keys()
    assert [CASE_KEYS] * 4 == [one.keys() for one in answer["cases"]]
    held = [hold for one in answer["cases"] for hold in one["held"]]
    assert {"statement", "gate", "on", "reasons"} == {key for hold in held for key in hold}
    reasons = [reason for hold in held for reason in hold["reasons"]]
    assert reasons
    assert all(REASON_KEYS == reason.keys() for reason in reasons)
    assert all({"say", "statement"} == reason["next"].keys() for reason in reasons)


def test_twins_are_listed_when_asked_for_and_variants_always() -> None:
    ids = {
        flag: [
            one["id"]
            for one in json.loads(
                showclear("replay", "cases/RUST-2021", "cases/western-day/case.yaml", *flag).out
            )["cases"]
        ]
        for flag in (("--json",), ("--json", "--twins"))
    }

    twins = {"RUST-2021--repaired", "RUST-2021--only-that"}
    variants = {"RUST-2021--handed-over-as-the-affidavits-say", "western-day--belts-23"}
    assert set() == twins & set(ids["--json",])
    assert variants <= set(ids["--json",])
    assert twins | variants <= set(ids["--json", "--twins"])


def test_the_lead_counts_statements_and_not_what_nobody_had_recorded(case: Path) -> None:
    ran = showclear("replay", case, "--json")

    one = json.loads(ran.out)["cases"][0]

    assert (1, 60) == (one["lead_statements"], one["lead_seconds"])


def test_the_example_on_the_page_is_what_the_program_says(tmp_path: Path) -> None:
    page = (ROOT / "docs/formats/replay.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(json|yaml)\n(.*?)```", page, re.DOTALL))
    case = written(tmp_path / "example.yaml", blocks["yaml"])

    ran = showclear("replay", case, "--json")

    assert json.loads(blocks["json"]) == json.loads(ran.out)


# --- the timeline ------------------------------------------------------------------


def test_a_person_reads_when_what_whose_rule_and_what_next(case: Path) -> None:
    ran = showclear("replay", case)

    lines = [line.strip() for line in ran.out.splitlines()]

    assert "2026-06-09  UTC-06:00" in lines
    assert "13:44  # HOLD    take-out  revolver  by ad  s1  fatal gate" in lines
    assert "* ad is no handler of weapons and does not take out or load revolver" in lines
    assert any("showclear-baseline/handled-by-a-handler" in line for line in lines)
    assert "-> Have a handler do it" in lines
    assert "? truth   There was a live round in it." in lines
    assert "13:45  + harm    injury  1 person  s2" in lines


def test_what_is_claimed_is_no_more_than_would_have_been_held(case: Path) -> None:
    ran = showclear("replay", case)

    said = " ".join(ran.out.split())

    assert "Would have been held, had it been used honestly, at s1 (take-out)" in said
    assert "1 statement and 1 min before the harm" in said
    assert not re.search(r"\b(safe|saved|prevented|valid)\b", said, re.IGNORECASE)


def test_nobody_opened_it_is_said_as_that() -> None:
    ran = showclear("replay", "cases/RUST-2021", "--mode", "unused")

    assert "Had nobody opened it, nothing would have been held" in " ".join(ran.out.split())


def test_a_law_from_elsewhere_is_shown_as_a_what_if(case: Path) -> None:
    ran = showclear("replay", case, "--packs", "us-ca-labor")

    assert "What if: us-ca-labor is of US-CA; this was in US-NM." in ran.out


def test_spanish_is_spoken_throughout(case: Path) -> None:
    ran = showclear("replay", case, "--language", "es")

    assert "ALTO" in ran.out
    assert "Que lo haga quien maneja las armas" in ran.out
    assert "Se habría detenido" in ran.out


def test_what_is_piped_is_plain() -> None:
    ran = showclear("replay", "cases/RUST-2021")

    assert ran.out.isascii()
    assert "\x1b" not in ran.out
    assert [] == [line for line in ran.out.splitlines() if line != line.rstrip()]
    assert max(map(len, ran.out.splitlines())) <= 100


def test_a_pipe_that_says_only_ascii_still_gets_spanish(case: Path) -> None:
    ran = showclear("replay", case, "--language", "es", PYTHONIOENCODING="ascii")

    assert (0, "") == (ran.code, ran.err)
    assert r"habr\xeda" in ran.out


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    """Two cases fill the pipe many times over, so the reader is gone while it is written to."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "showclear.cli.main",
            "replay",
            "cases/RUST-2021",
            "cases/CROW-1993",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)
    seen = b""
    while b"RUST-2021" not in seen and (more := os.read(read, 80)):
        seen += more
    os.close(read)
    _, complaint = running.communicate()

    assert b"RUST-2021" in seen
    assert b"" == complaint


def on_a_terminal(*arguments: str, columns: int, **environment: str) -> str:
    """What a terminal of that width is sent."""
    kept = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "showclear.cli.main", *arguments],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm-256color",
             "PYTHONUTF8": "1", "COLUMNS": str(columns), **environment},
        stdout=follower,
        stderr=follower,
    )  # fmt: skip
    os.close(follower)
    parts: list[bytes] = []
    try:
        while chunk := os.read(leader, 65536):
            parts.append(chunk)
    except OSError:
        pass  # So a terminal says that nobody writes to it any more.
    os.close(leader)
    assert 0 == running.wait()
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_on_a_terminal_each_colour_has_its_sign_and_word() -> None:
    shown = on_a_terminal("replay", "cases/RUST-2021", columns=100)

    assert "\x1b[1;31m■ HOLD" in shown


def test_no_color_is_respected_on_a_terminal() -> None:
    shown = on_a_terminal("replay", "cases/RUST-2021", columns=100, NO_COLOR="1")

    assert "■ HOLD" in shown
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown)


@pytest.mark.parametrize(("columns", "beside"), [(180, True), (100, False)])
def test_two_cases_stand_beside_each_other_where_there_is_room(columns: int, beside: bool) -> None:
    shown = on_a_terminal(
        "replay", "cases/RUST-2021", "cases/western-day/case.yaml", "--side-by-side",
        columns=columns, NO_COLOR="1",
    )  # fmt: skip
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()

    assert beside is any("RUST-2021  incident" in line and "western-day" in line for line in plain)
    assert max(map(len, plain)) <= columns

"""Tests of `showclear packs`: what whoever writes a pack is told about it.

A pack opens and holds gates. Its author is no programmer, and finds out here, before a
set does, what was forgotten or tried nowhere.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from showclear.adapters.packs import installed, own_cases
from showclear.app.pack_cases import thresholds
from tests.unit.cli.program import showclear, started

PACK = """\
pack: example
title: {en: "An example", es: "Un ejemplo"}
version: "1"
vocabulary: 0
jurisdiction: any
force: practice
rules:
  - id: qualified
    cite: {instrument: Example, provision: "1", how: direct}
    before: take-out
    every: person in the handler
    needs: {qualification: firearms-handler}
    missing: not-qualified
    say: {en: "{person} has shown no card", es: "{person} no mostró su tarjeta"}
    next: {en: "Show it", es: "Mostrarla"}
"""
CASE = """\
format: showclear-case/1
id: qualified.last-day
kind: compliant-day
title: On the card's last day
packs: [example]
people:
  armorer: {roles: [armorer], qualifications: [{kind: firearms-handler, until: 2026-06-09}]}
weapons: {revolver: {kind: firearm}}
statements:
  - {id: out, at: 2026-06-09T08:00Z, by: armorer, what: weapon.taken-out, weapon: revolver}
expect: {clear_at: [out]}
variants:
  - id: under
    drop: [out]
    insert:
      - {id: out-1, at: 2026-06-08T08:00Z, by: armorer, what: weapon.taken-out, weapon: revolver}
    expect: {clear_at: [out-1]}
  - id: over
    drop: [out]
    insert:
      - {id: out-2, at: 2026-06-10T08:00Z, by: armorer, what: weapon.taken-out, weapon: revolver}
    expect: {hold_at: [out-2], because: {out-2: [not-qualified]}}
"""


def pack_file(folder: Path, text: str = PACK, case: str | None = CASE) -> Path:
    path = folder / "pack.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "cases").mkdir()
    if case is not None:
        (folder / "cases" / "last-day.yaml").write_text(case, encoding="utf-8")
    return path


# --- check -------------------------------------------------------------------------


def test_a_pack_that_keeps_its_promises_is_found_good(tmp_path: Path) -> None:
    ran = started("packs", "check", pack_file(tmp_path))

    assert (0, "") == (ran.code, ran.err)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (', es: "Mostrarla"', "", "qualified: next has no 'es'"),
        ("force: practice", "force: law", "no day on which somebody read it in its source"),
        ("rules:", "define:\n  a clerk: {role: crew}\nrules:", "'a clerk' is defined and not used"),
    ],
)
def test_what_its_author_forgot_is_found(old: str, new: str, said: str, tmp_path: Path) -> None:
    ran = showclear("packs", "check", pack_file(tmp_path, PACK.replace(old, new)))

    assert 1 == ran.code
    assert said in ran.out


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (None, "qualified: no case qualified.last-day under, on and over its threshold"),
        (CASE.replace("id: over", "id: later"), "no variant over of the case qualified.last-day"),
        (CASE[: CASE.index("  - id: over")], "no variant over"),
        (CASE.replace("id: qualified.", "id: qualifed."), "qualifed.last-day is of no rule"),
    ],
)
def test_a_threshold_that_no_case_tries_is_found(
    case: str | None, said: str, tmp_path: Path
) -> None:
    ran = showclear("packs", "check", pack_file(tmp_path, case=case))

    assert 1 == ran.code
    assert said in ran.out


def test_a_misspelt_word_is_refused_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    ran = showclear("packs", "check", pack_file(tmp_path, PACK.replace("take-out", "take-oat")))

    assert 2 == ran.code
    assert "pack.yaml:10: " in ran.err
    assert "did you mean 'take-out'?" in ran.err


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    ran = showclear("packs", "check", "us-ca-labour")

    assert 2 == ran.code
    assert "did you mean 'us-ca-labor'?" in ran.err


# --- test --------------------------------------------------------------------------


def test_a_pack_of_ones_own_is_tried_by_its_own_cases(tmp_path: Path) -> None:
    ran = started("packs", "test", pack_file(tmp_path))

    assert (0, "") == (ran.code, ran.err)
    assert "3 cases, 3 as they should be.\n" in ran.out


def test_a_case_that_comes_to_something_else_is_said(tmp_path: Path) -> None:
    late = CASE.replace("2026-06-10T", "2026-06-09T")

    ran = showclear("packs", "test", pack_file(tmp_path, case=late))

    assert 1 == ran.code
    assert "NOT AS IT SHOULD  qualified.last-day--over: clears" in ran.out


def test_a_hold_by_another_rule_does_not_count_for_this_one(tmp_path: Path) -> None:
    other = PACK + PACK[PACK.index("  - id: qualified") :].replace("id: qualified", "id: other")
    lax = other.replace("qualification: firearms-handler", "role: armorer", 1)

    ran = showclear("packs", "test", pack_file(tmp_path, lax))

    assert 1 == ran.code
    assert "out-2 does not hold by the rule qualified" in ran.out


def test_every_threshold_of_the_installed_packs_is_tried_on_every_side() -> None:
    ran = showclear("packs", "test")

    tried = set(re.findall(r"^as it should be +(\S+?):", ran.out, re.MULTILINE))
    wanted = {
        f"{rule.id}.{threshold}{side}"
        for shelved in installed().packs.values()
        for rule in shelved.pack.rules
        for threshold in thresholds(rule)
        for side in ("", "--under", "--over")
    }

    assert (0, "") == (ran.code, ran.err), ran.out
    assert wanted <= tried
    # Besides its thresholds a pack may bring a case for a rule, held and not; and none for nothing.
    rules = {rule.id for shelved in installed().packs.values() for rule in shelved.pack.rules}
    stems = {f"{rule}.held" for rule in rules} | wanted
    assert {one.partition("--")[0] for one in tried} <= stems


def test_the_installed_cases_are_all_read() -> None:
    shelved = installed().packs

    assert dict.fromkeys(shelved, ()) == {
        name: own_cases(one.folder)[1] for name, one in shelved.items()
    }


# --- show --------------------------------------------------------------------------


def test_a_rule_is_read_aloud_with_where_it_comes_from() -> None:
    ran = showclear("packs", "show", "9153-b1-permit", COLUMNS="300")

    said = " ".join(ran.out.split())

    assert (0, "") == (ran.code, ran.err)
    assert "us-ca-labor/9153-b1-permit" in said
    assert "must have shown dangerous-weapons-permit or entertainment-firearms-permit" in said
    assert "If not, it holds: not-qualified" in said
    assert re.search(r"Cal\. Lab\. Code 9153\(b\)\(1\) - law - read in its source on \d{4}-", said)


def test_a_pack_is_read_aloud_rule_by_rule() -> None:
    ran = started("packs", "show", "us-ca-labor")

    rules = installed().packs["us-ca-labor"].pack.rules

    assert 0 == ran.code
    assert all(f"us-ca-labor/{rule.id}\n" in ran.out for rule in rules)


def test_a_name_that_is_neither_is_refused_with_the_nearest() -> None:
    ran = showclear("packs", "show", "load-shown-to-reciever")

    assert 2 == ran.code
    assert "did you mean 'load-shown-to-receiver'?" in ran.err

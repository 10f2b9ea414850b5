"""Protects: a case file says what its author meant, or says where it does not.

A misspelt id in a case would be an unregistered weapon, a misspelt expectation one
that nothing can meet. Each refusal names file and line, what stands there, what may
stand there and the nearest word.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from showclear.adapters.yaml_file import CASE_LIMITS, parse_yaml, read_yaml
from showclear.core.case import Case, Harm, Truth
from showclear.core.case_read import parse_case
from showclear.core.errors import Problem, ReadError
from showclear.core.said_plan import GateAsked

ROOT = Path(__file__).resolve().parents[3]
CASES = sorted((ROOT / "cases").rglob("*.yaml"))

CASE = """\
format: showclear-case/1
id: example
kind: incident
title: A revolver is handed over by the wrong person
where: US-NM
packs: [showclear-baseline]
people:
  armorer: {roles: [armorer], qualifications: [{kind: firearms-handler, until: 2027-01-01}]}
  ad: {roles: [first-ad]}
  actor: {roles: [performer]}
weapons:
  revolver: {kind: firearm, calibre: .45 Colt}
lots:
  box-1: {kind: dummy, count: 50}
things:
activities:
  lineup: {title: A cross draw, hazards: [dummy-load], people: {actor: draws}, line: nobody, zone: [actor]}
statements:
  - {id: s1, at: 2021-10-21T12:50-06:00, by: armorer, what: weapon.taken-out, weapon: revolver}
  - {id: s2, at: 2021-10-21T13:00-06:00, by: armorer, what: weapon.loaded, weapon: revolver, lot: box-1, count: 6, for: lineup}
  - truth: One of the six was live. Nobody on set knew.
  - {id: s3, at: 2021-10-21T13:44-06:00, by: ad, what: weapon.handed-over, weapon: revolver, from: ad, to: actor, for: lineup, with: actor}
  - ask: {id: s4, at: 2021-10-21T13:45-06:00, by: ad, gate: rehearse, on: lineup, for: lineup}
  - {id: h1, at: 2021-10-21T13:46-06:00, what: harm.done, kind: death, people: 1}
expect:
  hold_at: [s2, s3]
  because: {s2: [dummies-each-verified], s3: [not-a-handler, {missing: load-shown, on: revolver}]}
  fatal: [s3]
  repair:
    - {for: pointed-at, on: lineup, change: {lineup: {pointed_at: nobody}}}
variants:
  - id: told
    drop: [s4]
    insert:
      - {id: s5, at: 2021-10-21T13:43-06:00, by: ad, what: meeting.joined, of: m-1, people: [actor]}
    expect: {hold_at: [s5]}
"""
CASE = CASE.replace("meeting.joined, of: m-1, people: [actor]", "people.arrived, people: [actor]")


def read(text: str) -> Case:
    return parse_case(parse_yaml(text.encode(), file="a.yaml", limits=CASE_LIMITS))


def refused(text: str) -> list[Problem]:
    with pytest.raises(ReadError) as refusal:
        read(text)
    return list(refusal.value.problems)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_case_is_read_with_all_that_it_says() -> None:
    case = read(CASE)

    assert "example" == case.id
    assert ["s1", "s2", "s3", "s4"] == [s.id for s in case.statements if s.at is not None]
    assert {"people/armorer", "weapons/revolver", "lots/box-1", "activities/lineup"} < {
        s.id for s in case.before
    }
    assert all(s.at is None and s.by == "server" for s in case.before)
    assert [Truth, Harm] == [type(i) for i in case.items if not hasattr(i, "by")]
    assert ("s3",) == case.expect.fatal
    assert "revolver" == case.expect.because["s3"][1].on


def test_a_truth_stays_where_it_was_written() -> None:
    case = read(CASE)

    place = next(n for n, item in enumerate(case.items) if isinstance(item, Truth))
    assert ["s2", "s3"] == [case.items[place - 1].id, case.items[place + 1].id]


def test_an_ask_is_a_gate_asked_and_with_is_a_witness_by_badge() -> None:
    case = read(CASE)
    asked = next(s for s in case.statements if s.id == "s4")
    handed = next(s for s in case.statements if s.id == "s3")

    assert isinstance(asked, GateAsked)
    assert [("actor", "badge")] == [(w.person, w.how) for w in handed.witnesses]
    assert "badge" == handed.attested


def test_statements_stand_by_the_minute_and_within_one_as_written() -> None:
    text = CASE.replace("s1, at: 2021-10-21T12:50-06:00", "s1, at: 2021-10-21T13:00:30-06:00")
    text = text.replace("s2, at: 2021-10-21T13:00-06:00", "s2, at: 2021-10-21T13:00:10-06:00")

    assert ["s1", "s2", "s3", "s4"] == [s.id for s in read(text).statements if s.at is not None]
    late = CASE.replace("s1, at: 2021-10-21T12:50", "s1, at: 2021-10-21T13:20")
    assert ["s2", "s1", "s3", "s4"] == [s.id for s in read(late).statements if s.at is not None]


def test_one_value_and_a_list_of_one_mean_the_same() -> None:
    listed = CASE.replace("weapon: revolver, lot", "weapons: [revolver], lot").replace(
        "to: actor", "to: [actor]"
    )

    assert read(CASE).statements == read(listed).statements


REFUSALS = [
    ("unknown tag", "weapon.loaded", "weapon.laoded", "weapon.laoded", "weapon.loaded"),
    ("unknown field", "count: 6", "cuont: 6", "cuont", "count"),
    ("no space", "count: 6", "count:6", "count:6", "count"),
    ("naive time", "13:00-06:00", "13:00", "no offset from UTC", ""),
    ("no such time", "2021-10-21T13:00", "2021-10-32T13:00", "2021-10-32", ""),
    ("local digits", "2021-10-21T13:00", "２021-10-21T13:00", "２021", ""),
    ("negative count", "count: 6", "count: -6", "-6", ""),
    ("a count in words", "count: 6", "count: six", "'six'", ""),
    ("half a round", "count: 6", "count: 6.5", "6.5", ""),
    ("unknown weapon", "weapon: revolver, lot", "weapon: revlover, lot", "revlover", "revolver"),
    ("unknown person", "from: ad, to: actor", "from: ad, to: actro", "actro", "actor"),
    ("unknown speaker", "by: ad, what: weapon", "by: ed, what: weapon", "ed", ""),
    ("unknown lot", "lot: box-1, count", "lot: box-l, count", "box-l", "box-1"),
    ("look-alike letter", "weapon: revolver, lot", "weapon: rеvolver, lot", "rеvolver", ""),
    ("capital letter", "weapon: revolver, lot", "weapon: Revolver, lot", "Revolver", ""),
    ("two hyphens", "  revolver: {", "  re--volver: {", "re--volver", ""),
    ("unknown role", "roles: [first-ad]", "roles: [frist-ad]", "frist-ad", "first-ad"),
    ("unknown hazard", "[dummy-load]", "[dumy-load]", "dumy-load", "dummy-load"),
    ("unknown kind", "kind: firearm,", "kind: fire-arm,", "fire-arm", "firearm"),
    ("unknown gate", "gate: rehearse", "gate: reherse", "reherse", "rehearse"),
    ("empty list", "zone: [actor]", "zone: []", "an empty list", ""),
    ("empty roles", "roles: [performer]", "roles: []", "an empty list", ""),
    ("a yes that is a word", "title: A cross draw", "title: {}", "a mapping", ""),
    ("id twice", "id: s2", "id: s1", "'s1' is the id of a statement already", ""),
    ("one id for two", "  box-1: {", "  revolver: {", "is the id of a weapon already", ""),
    ("reserved id", "  actor: {roles", "  nobody: {roles", "'nobody' is reserved", ""),
    ("the noun again", "{kind: dummy,", "{lot: box-2, kind: dummy,", "'lot' above", ""),
    ("a tag above", "{roles: [first-ad]}", "{roles: [first-ad], what: x}", "'what' above", ""),
    ("a time above", "{kind: dummy,", "{at: 2021-10-21T13:00Z, kind: dummy,", "'at' above", ""),
    ("harm below nothing", "people: 1}", "people: -1}", "-1", ""),
    ("harm to a stranger", "people: 1}", "people: [aktor]}", "aktor", "actor"),
    ("unknown harm", "kind: death", "kind: daeth", "daeth", "death"),
    ("unknown section", "weapons:", "wepons:", "wepons", "weapons"),
    ("another format", "showclear-case/1", "showclear-case/2", "case/2", "showclear-case/1"),
    ("place", "where: US-NM", "where: New Mexico", "New Mexico", ""),
    ("expected statement", "fatal: [s3]", "fatal: [s9]", "s9", ""),
    ("expected word", "[dummies-each-verified]", "[dummies-verified]", "dummies-verified", ""),
    ("expected subject", "on: revolver}", "on: revolvr}", "revolvr", "revolver"),
    ("repaired field", "{pointed_at: nobody}", "{pointd_at: nobody}", "pointd_at", "pointed_at"),
    ("repaired id", "change: {lineup:", "change: {linup:", "linup", "lineup"),
    ("dropped id", "drop: [s4]", "drop: [s44]", "s44", ""),
    ("inserted tag", "people.arrived", "people.arived", "people.arived", "people.arrived"),
    (
        "inserted person",
        "people: [actor]}\n    expect",
        "people: [atcor]}\n    expect",
        "atcor",
        "actor",
    ),
    ("inserted id", "{id: s5", "{id: s1", "'s1' is the id of a statement already", ""),
]


@pytest.mark.parametrize(("old", "new", "found", "close"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS])  # fmt: skip
def test_a_mistake_is_refused_where_it_stands(old: str, new: str, found: str, close: str) -> None:
    assert CASE.count(old) >= 1
    wrong = CASE.replace(old, new, 1)

    problems = refused(wrong)

    line = CASE[: CASE.index(old)].count("\n") + 1
    said = [problem for problem in problems if found in problem.found]
    assert said, problems
    assert all("a.yaml" == problem.file for problem in problems)
    assert line in [problem.line for problem in said], problems
    assert not close or close in [problem.nearest for problem in said]
    assert all(problem.allowed or problem.nearest for problem in said), said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: incident", "kind: incident\nkind: control"),
        ("  ad: {roles: [first-ad]}", "  armorer: {roles: [first-ad]}"),
        ("title: A rev", "title: &a A rev"),
        ("where: US-NM", "where: !!str US-NM"),
        ("id: example", "<<: {id: example}"),
    ],
    ids=["key-twice", "two-people-with-one-id", "anchor", "tag", "merge-key"],
)
def test_a_yaml_trap_is_refused_with_its_line(old: str, new: str) -> None:
    (problem, *_) = refused(CASE.replace(old, new, 1))

    assert line_of(CASE, old) <= problem.line <= line_of(CASE, old) + 1


def test_off_and_no_are_words_and_not_false() -> None:
    text = CASE.replace("actor: draws}", "actor: no}").replace(
        "{missing: load-shown, on:", "{missing: load-shown, on:"
    )

    (part,) = next(s for s in read(text).before if s.id == "activities/lineup").plan.people  # type: ignore[attr-defined]

    assert "no" == part.part


def test_every_problem_of_a_file_is_told_at_once_in_its_order() -> None:
    wrong = CASE.replace("count: 6", "count: -6").replace("where: US-NM", "where: usa")
    wrong = wrong.replace("to: actor, for", "to: actro, for")

    lines = [problem.line for problem in refused(wrong)]

    assert 3 == len(lines)
    assert sorted(lines) == lines


def test_what_is_missing_is_named() -> None:
    problems = refused(CASE.replace("lot: box-1, count: 6, for", "for"))

    assert {"'count' of weapon.loaded is missing", "'lot' of weapon.loaded is missing"} == {
        problem.found for problem in problems
    }


def test_an_incident_has_its_harm() -> None:
    text = re.sub(r"  - \{id: h1.*\n", "", CASE)

    assert ["an incident without harm.done"] == [problem.found for problem in refused(text)]
    read(text.replace("kind: incident", "kind: control"))


@pytest.mark.parametrize("text", ["[]", "a case", "12", "null", "{}", "format: showclear-case/1"])
def test_what_is_no_case_is_refused(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_cases_of_the_repository_are_read(path: Path) -> None:
    case = parse_case(read_yaml(path, limits=CASE_LIMITS))

    assert case.statements

"""Tests of `showclear rehearse`: what is known the evening before, while it can still be mended.

A plan read as complete is a plan that nobody looks at again. So what is missing is told with
whose it is to give, nothing counts that nobody has looked at yet, and "nothing is missing"
is said of today alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.cases import read_case
from showclear.adapters.packs import Shelf, installed
from showclear.app.rehearsal_sums import rehearsed_json
from showclear.app.rehearsing import ON_THE_DAY, PAPER, day_of, rehearse
from showclear.cli.main import main
from showclear.core import words
from showclear.core.statement import TAGS
from showclear.core.vocabulary import MISSING_WORDS
from showclear.rules.judge import book_of
from tests.unit.cli.program import ROOT, Ran, showclear

DAY = """\
format: showclear-case/1
id: tomorrow
kind: compliant-day
title: A revolver fires two blanks down an empty street
where: US-CA
packs: [showclear-baseline, us-ca-labor]
people:
  upm: {roles: [upm]}
  ad: {roles: [first-ad]}
  armorer: {roles: [armorer], qualifications: [{kind: entertainment-firearms-permit, until: 2027-12-31}]}
  props: {roles: [property-master]}
  contact: {roles: [safety-adviser], duties: [firearms-contact]}
  actor: {roles: [performer]}
weapons: {revolver: {kind: firearm}}
lots: {blanks: {kind: blank, count: 50}}
activities:
  shot: {title: Two blanks down the street, phase: shoot, hazards: [firearm-display, blank-fire], people: {actor: fires},
         weapons: {revolver: {performer: actor, load: blank, lot: blanks, count: 2}}, things: none,
         line: nobody, zone: [actor], pointed_at: nobody, needs_firearm: The flash is in the shot}
statements:
  - {id: open, at: 2026-06-09T06:00-07:00, by: ad, what: day.opened, date: 2026-06-09}
  - {id: meet, at: 2026-06-09T07:10-07:00, by: ad, what: meeting.held, meeting: m-1, kind: safety, activities: shot,
     topics: [what is done], present: [ad, armorer, props, actor]}
"""
PERMIT = "qualifications: [{kind: entertainment-firearms-permit, until: 2027-12-31}]"
COMPLIANT = (
    "western-day/us-ca-labor.yaml", "night-automatic/case.yaml", "period-rifles/case.yaml",
)  # fmt: skip


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Rehearse in this process: what was printed, and how it ended."""

    def rehearse(*arguments: str | Path) -> Ran:
        code = main(["rehearse", *map(str, arguments)])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return rehearse


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """The installed packs, read once."""
    return installed()


def asked_of(file: Path, shelf: Shelf) -> dict[str, Any]:
    """What the command prints as JSON, without reading every pack anew."""
    case = read_case(file)
    book = book_of(shelf.packs[name].pack for name in case.packs)
    day = day_of(case)
    assert day is not None
    return rehearsed_json(rehearse(case, book, day))


@pytest.fixture
def told(shelf: Shelf, tmp_path: Path) -> Any:
    """A day with parts of its file exchanged, rehearsed."""

    def tell(*changes: tuple[str, str]) -> dict[str, Any]:
        return asked_of(written(tmp_path, *changes), shelf)

    return tell


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    text = DAY
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "day.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def missing(told: Any) -> set[str]:
    return {one["rule"] for sheet in told["activities"] for one in sheet["missing"]}


def for_the_day(told: Any) -> set[str]:
    tasks = [task for sheet in told["activities"] for task in sheet["on_the_day"]]
    return {word for task in tasks for word in task["what"]}


# --- what is missing already -------------------------------------------------------


def test_the_upm_learns_the_day_before_that_no_handler_is_qualified(
    run: Any, told: Any, tmp_path: Path
) -> None:
    nobody = (f", {PERMIT}", "")

    (one,) = [
        one
        for one in told(nobody)["activities"][0]["missing"]
        if one["cite"] == "Cal. Lab. Code 9153(b)(1)"
    ]
    ran = run(written(tmp_path, nobody))

    assert [
        "No permit that stands today is recorded for armorer",
        "No permit that stands today is recorded for props",
    ] == one["says"]
    assert "upm" in one["people"]
    assert 1 == ran.code
    for words_shown in ("No permit that stands today is", "Cal. Lab. Code 9153(b)(1)", "upm"):
        assert words_shown in ran.out


def test_one_qualified_handler_is_enough_and_the_other_is_told_apart(told: Any) -> None:
    day = told()

    (sheet,) = day["activities"]
    assert 0 == day["missing"]
    assert ["armorer"] == sheet["could"]
    (other,) = sheet["could_not"]
    assert ("props", ["take-out", "load", "hand-over"]) == (other["person"], other["gates"])


@pytest.mark.parametrize(
    ("until", "rules", "runs_out"),
    [
        ("2026-06-08", {"9153-b1-permit", "handler-qualified"}, {False}),
        ("2026-06-09T06:00-07:00", {"9153-b1-permit", "handler-qualified"}, {True}),
        ("2026-06-10T00:00-07:00", set(), set()),
    ],
)
def test_a_permit_that_runs_out_at_midnight_or_during_the_day_is_missing_today(
    told: Any, until: str, rules: set[str], runs_out: set[bool]
) -> None:
    day = told(
        ("until: 2027-12-31", f"until: {until}"),
        ("  props: {roles: [property-master]}\n", ""),
        ("props, ", ""),
    )

    found = [one for sheet in day["activities"] for one in sheet["missing"]]
    assert rules == {one["rule"] for one in found}
    assert runs_out == {one["runs_out"] for one in found}


@pytest.mark.parametrize(
    ("change", "rule", "left_open", "give"),
    [
        ((", needs_firearm: The flash is in the shot", ""), "replica-where-it-will-do", None, "director"),
        ((", zone: [actor]", ""), "everybody-briefed", "people at risk", "first-ad"),
        (("line: nobody, zone: [actor], pointed_at: nobody", "zone: [actor]"), "nobody-pointed-at", "people pointed at", "first-ad"),
        (("pointed_at: nobody", "pointed_at: [ad]"), "nobody-pointed-at", None, "first-ad"),
        (("blank-fire]", "blank-fire, height]"), "supervisor-named", None, "upm"),
        (("blank-fire]", "blank-fire, height]"), "hazard-assessed", None, "safety-adviser"),
        (("blank-fire]", "blank-fire, rail]"), "rail-permitted", None, "location-manager"),
        ((", duties: [firearms-contact]", ""), "9153-a5-contact", None, "upm"),
        (("lot: blanks, ", ""), "searched-for-live-rounds", "the lot", "first-ad"),
    ],
)  # fmt: skip
def test_what_a_plan_lacks_is_told_with_whose_it_is_to_give(
    told: Any, change: tuple[str, str], rule: str, left_open: str | None, give: str
) -> None:
    day = told(change)

    (one,) = [one for one in day["activities"][0]["missing"] if one["rule"] == rule]
    assert left_open == one["left_open"]
    assert give in one["give"]
    assert one["next"]
    assert one["gates"]


def test_a_meeting_that_nobody_named_is_missing_and_one_that_is_named_is_not(told: Any) -> None:
    without = DAY[DAY.index("  - {id: meet") :]

    day = told((without, ""))

    (one,) = day["activities"][0]["missing"]
    assert ("9153-a4-meeting", "meetings") == (one["rule"], one["left_open"])
    assert ["showclear-baseline/safety-meeting-today"] == one["also"]
    # That somebody was not briefed does not hold the meeting for the acts after it.
    assert {"hand-over", "roll"} == set(one["gates"])
    assert "first-ad" in one["give"]
    assert set() == missing(told())


def test_who_comes_late_to_the_meeting_is_to_be_briefed_on_the_day(told: Any) -> None:
    day = told((", props, actor]", ", props]"))

    tasks = day["activities"][0]["on_the_day"]
    assert [["actor"]] == [one["on"] for one in tasks if one["what"] == ["not-briefed"]]
    assert set() == missing(day)


# --- what remains for the day ------------------------------------------------------


def test_a_day_with_everything_says_what_remains_for_the_day_and_promises_nothing(
    run: Any, tmp_path: Path
) -> None:
    ran = run(written(tmp_path))

    page = one_line(ran.out)
    assert 0 == ran.code
    assert "Nothing is missing that can be done today." in page
    assert "On the day ad: search.made on blanks" in page
    assert "armorer: chamber-empty on revolver; barrel-clear on revolver" in page
    assert "07:10 meeting.held by ad" in page
    assert not re.search(r"\bsafe\b", page)
    assert "clear," not in page


def test_a_check_that_a_plan_claims_beforehand_is_still_asked_on_the_day(told: Any) -> None:
    claimed = (
        "  - {id: meet",
        "  - {id: seen, at: 2026-06-09T07:00-07:00, by: armorer, what: check.made, checks: [chamber-empty, barrel-clear],"
        " on: revolver, passed: true, with: ad}\n  - {id: meet",
    )  # fmt: skip

    day = told(claimed)

    assert {"chamber-empty", "barrel-clear", "load-shown"} <= for_the_day(day)


def test_a_permission_refused_for_the_day_is_not_passed_over(told: Any) -> None:
    rail = ("blank-fire]", "blank-fire, rail]")
    granted = (
        "statements:\n",
        "statements:\n  - {id: may, at: 2026-06-08T12:00-07:00, by: upm, what: permission.granted, kind: rail, activities: shot, from: railway}\n",
    )  # fmt: skip
    refused = (
        "  - {id: meet",
        "  - {id: no, at: 2026-06-09T06:30-07:00, by: upm, what: permission.refused, kind: rail, activities: shot, from: railway}\n  - {id: meet",
    )  # fmt: skip

    before = told(rail, granted)
    after = told(rail, granted, refused)

    assert not any("permi" in rule for rule in missing(before))
    assert any("permission" in rule for rule in missing(after))


@pytest.mark.parametrize("day", COMPLIANT)
def test_nothing_is_missing_the_day_before_a_compliant_day(day: str, shelf: Shelf) -> None:
    told = asked_of(ROOT / "cases" / day, shelf)

    assert 0 == told["missing"]
    assert {"chamber-empty", "barrel-clear", "load-shown", "is-replica"} <= for_the_day(told)


def test_what_cost_a_life_in_a_church_could_be_read_the_day_before(shelf: Shelf) -> None:
    told = asked_of(ROOT / "cases/RUST-2021/case.yaml", shelf)

    assert {"nobody-pointed-at", "replica-where-it-will-do", "safety-meeting-today"} <= missing(
        told
    )


# --- the page and the contract -----------------------------------------------------


def test_the_worst_activity_stands_first_and_the_law_first_in_it(run: Any, tmp_path: Path) -> None:
    more = (
        "statements:\n",
        "  walk: {title: Over the roof, phase: rehearsal, hazards: [height], people: {actor: walks}, weapons: none,\n"
        "         line: nobody, zone: [actor]}\nstatements:\n",
    )  # fmt: skip
    unnamed = (", duties: [firearms-contact]", "")
    no_reason = (", needs_firearm: The flash is in the shot", "")

    ran = run(written(tmp_path, more, unnamed, no_reason))

    assert ran.out.index("Nobody is named whom") < ran.out.index("Nothing says why a replica")
    assert ran.out.index("# walk") < ran.out.index("# shot")
    assert max(map(len, ran.out.splitlines())) <= 100
    assert ran.out.isascii()


def test_the_sentences_come_in_the_language_asked_for(run: Any, tmp_path: Path) -> None:
    ran = run(written(tmp_path, (", zone: [actor]", "")), "--language", "es")

    assert "Falta hoy: 1" in ran.out
    assert "Missing" not in ran.out


def test_every_word_that_can_be_missing_is_for_the_day_or_for_today() -> None:
    assert MISSING_WORDS >= ON_THE_DAY
    assert words.CHECKS <= ON_THE_DAY
    assert frozenset(TAGS) >= PAPER
    assert {"not-qualified", "no-supervisor", "risk.assessed"} <= MISSING_WORDS - ON_THE_DAY


def test_the_example_on_the_page_is_what_the_program_prints(run: Any, tmp_path: Path) -> None:
    page = (ROOT / "docs/formats/rehearse.md").read_text(encoding="utf-8")
    example = page[page.index("```json\n") + 8 :]
    plan = page[page.index("```yaml\n") + 8 :]
    path = tmp_path / "plan.yaml"
    path.write_text(plan[: plan.index("```")], encoding="utf-8")

    ran = run(path, "--json")

    assert json.loads(example[: example.index("```")]) == json.loads(ran.out)


def test_every_key_of_the_answer_is_on_the_page(told: Any) -> None:
    page = (ROOT / "docs/formats/rehearse.md").read_text(encoding="utf-8")
    keys: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            keys.update(value)
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    day = told((", zone: [actor]", ""))
    for sheet in [*day["activities"], day["close"]]:
        for asked in sheet["asked"]:
            for reason in asked["reasons"]:
                reason["next"]["statement"] = None
    walk(day)

    assert not {key for key in keys if f"`{key}`" not in page}


# --- what cannot be read -----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "options", "said"),
    [
        ([("hazards: [firearm-display", "hazards: [firearm-dsplay")], (), "did you mean 'firearm-display'?"),
        ([("us-ca-labor]", "us-ca-labour]")], (), "did you mean 'us-ca-labor'?"),
        ([], ("--day", "tomorrow"), "is no day. Write it as 2026-06-09."),
        ([], ("--packs", "showclear-basline"), "did you mean 'showclear-baseline'?"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(
    changes: list[tuple[str, str]], options: tuple[str, ...], said: str, run: Any, tmp_path: Path
) -> None:
    ran = run(written(tmp_path, *changes), *options)

    assert 2 == ran.code
    assert said in ran.err
    assert "" == ran.out


def test_a_file_that_opens_no_day_is_asked_of_tomorrow_and_says_so(
    run: Any, tmp_path: Path
) -> None:
    plan = written(tmp_path, (DAY[DAY.index("statements:") :], "statements: []\n"))

    assert "Name another with --day" in run(plan).err
    named = run(plan, "--day", "2026-06-09")
    assert "" == named.err
    assert "The day before 2026-06-09" in named.out


def test_a_file_that_plans_nothing_is_not_told_that_nothing_is_missing(
    run: Any, tmp_path: Path
) -> None:
    activities = DAY[DAY.index("activities:") : DAY.index("statements:")]
    nothing_said = (DAY[DAY.index("statements:") :], "statements: []\n")

    ran = run(written(tmp_path, (activities, ""), nothing_said))

    assert 1 == ran.code
    assert "nothing was asked" in ran.out
    assert "Nothing is missing" not in ran.out


def test_the_command_is_there_and_prints_plainly_through_a_pipe(tmp_path: Path) -> None:
    ran = showclear("rehearse", written(tmp_path, (", zone: [actor]", "")))

    assert 1 == ran.code
    assert ran.out.isascii()
    assert "\x1b" not in ran.out
    assert "Traceback" not in ran.err

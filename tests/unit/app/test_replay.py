"""Tests of `showclear.app.replay`: what a replay claims, and what it must never claim."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.yaml_file import CASE_LIMITS, PACK_LIMITS, parse_yaml, read_yaml
from showclear.app.replay import replay, replay_json, replay_one
from showclear.app.vary import vary
from showclear.core.case import Case
from showclear.core.case_read import parse_case
from showclear.rules.judge import Book, book_of
from showclear.rules.read import parse_pack

ROOT = Path(__file__).resolve().parents[3]
CASE = """
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
weapons: {revolver: {kind: firearm}}
activities:
  lineup: {title: Line up, hazards: [firearm-display], phase: shoot, people: {actor: draws},
           weapons: {revolver: {performer: actor, load: none}}, line: nobody, zone: [actor]}
statements:
  - {id: s1, at: 2021-10-21T12:50-06:00, by: armorer, what: weapon.taken-out, weapon: revolver}
  - truth: Nobody had opened it.
  - {id: s2, at: 2021-10-21T13:44-06:00, by: ad, what: weapon.handed-over, weapon: revolver, from: ad,
     to: actor, for: lineup}
  - {id: s3, at: 2021-10-21T13:45-06:00, by: ad, what: activity.rolled, activity: lineup}
  - {id: s4, at: 2021-10-21T13:46-06:00, what: harm.done, kind: injury, people: 1}
expect:
  hold_at: [s2]
  because: {s2: [not-a-handler]}
  fatal: [s2]
"""


@pytest.fixture(scope="module")
def book() -> Book:
    path = ROOT / "src/showclear/packs/showclear/baseline/pack.yaml"
    return book_of([parse_pack(read_yaml(path, limits=PACK_LIMITS))])


def case_of(text: str = CASE) -> Case:
    return parse_case(parse_yaml(text.encode(), file="example.yaml", limits=CASE_LIMITS))


def test_held_before_the_harm_counts_for_its_own_reason(book: Book) -> None:
    done = replay_one(case_of(), book, "honest")

    assert (True, True) == (done.found.fatal_held, done.found.held_before_harm)
    assert ("s2", "s4") == (done.found.first_hold, done.found.harm_at)
    assert (2, 120) == (done.found.lead_statements, done.found.lead_seconds)
    assert done.expect_met


def test_a_gate_held_for_another_reason_is_not_counted(book: Book) -> None:
    """It holds for several things; none of them is the one that killed."""
    case = case_of(CASE.replace("{s2: [not-a-handler]}", "{s2: [barrel-clear]}"))

    done = replay_one(case, book, "honest")

    assert (False, False) == (done.found.fatal_held, done.found.held_before_harm)
    assert done.found.first_hold is None
    assert done.expect_met is False


def test_a_control_is_never_counted(book: Book) -> None:
    control = replace(case_of(), kind="control")

    done = replay_one(control, book, "honest")
    summary = replay_json([done])["summary"]

    assert done.found.held_before_harm is None
    assert (0, 0, 0) == (
        summary["incidents"],
        summary["held_before_harm"],
        summary["controls_claimed"],
    )


def test_a_hold_after_the_harm_is_not_before_it(book: Book) -> None:
    late = CASE.replace("s4, at: 2021-10-21T13:46", "s4, at: 2021-10-21T13:00")

    done = replay_one(case_of(late), book, "honest")

    assert done.found.fatal_held is True
    assert done.found.held_before_harm is False


def test_order_without_time_gives_no_lead(book: Book) -> None:
    text = CASE.replace(
        "s2, at: 2021-10-21T13:44-06:00,", "s2, at: 2021-10-21T13:44-06:00, at_is: order-only,"
    )

    done = replay_one(case_of(text), book, "honest")

    assert done.found.lead_seconds is None
    assert 2 == done.found.lead_statements


def test_an_incident_without_a_fatal_gate_claims_nothing(book: Book) -> None:
    done = replay_one(case_of(CASE.replace("  fatal: [s2]\n", "")), book, "honest")

    assert (None, None) == (done.found.fatal_held, done.found.held_before_harm)


def test_the_repaired_twin_clears_and_only_that_holds_for_that_alone(book: Book) -> None:
    done = {one.case.id: one for one in replay(case_of(), book, "honest", twins=True)}

    assert [] == done["example--repaired"].walk.held
    held = done["example--only-that"].walk.held
    assert ["s2"] == [one.statement.id for one in held]
    reasons = getattr(held[0].verdict, "reasons", ())
    assert [("not-a-handler",)] == [reason.missing for reason in reasons]


def test_one_person_ticking_alone_does_not_become_a_handler(book: Book) -> None:
    done = replay_one(case_of(), book, "ticked")

    assert done.found.fatal_held is True
    assert done.expect_met is None


def test_two_who_tick_together_clear_it(book: Book) -> None:
    """The limit of the system: it is told what it is told."""
    assert [] == replay_one(case_of(), book, "colluded").walk.held


def test_an_unexpected_hold_on_a_day_is_named(book: Book) -> None:
    text = CASE.replace("kind: incident", "kind: compliant-day").replace(
        "fatal: [s2]", "clear_at: []"
    )
    done = replay_one(case_of(text), book, "honest")

    assert ("s3",) == done.found.unexpected
    assert done.expect_met is False


def test_the_json_has_exactly_the_keys_of_the_contract(book: Book) -> None:
    told = replay_json(replay(case_of(), book, "honest"))

    assert {"format", "cases", "summary"} == set(told)
    assert [
        "id",
        "kind",
        "title",
        "mode",
        "gated",
        "held",
        "first_hold",
        "fatal_held",
        "held_before_harm",
        "harm_at",
        "lead_statements",
        "lead_seconds",
        "expect_met",
        "unexpected_holds",
        "alerts",
        "warnings",
    ] == list(told["cases"][0])
    assert {"statement", "gate", "on", "reasons"} == set(told["cases"][0]["held"][0])
    assert ["pack", "rule", "cite", "force", "missing", "says", "next", "witnesses"] == list(
        told["cases"][0]["held"][0]["reasons"][0]
    )
    assert [
        "incidents",
        "held_before_harm",
        "compliant_days",
        "unexpected_holds",
        "controls_claimed",
    ] == list(told["summary"])


def test_a_variant_is_a_case_of_its_own(book: Book) -> None:
    text = CASE + (
        "variants:\n"
        "  - {id: by-the-armorer, change: {s2: {by: armorer, from: armorer}},\n"
        "     expect: {hold_at: [s2], because: {s2: [shown-clear]}}}\n"
    )
    variant = list(replay(case_of(text), book, "honest"))[1]

    assert ("example--by-the-armorer", "variant") == (variant.case.id, variant.case.kind)
    assert "not-a-handler" not in {
        word
        for one in variant.walk.held
        for reason in getattr(one.verdict, "reasons", ())
        for word in reason.missing
    }


def test_varying_leaves_the_original_as_it_was() -> None:
    raw: dict[str, Any] = dict(case_of().raw)
    before = repr(raw)

    changed = vary(
        raw,
        drop=[("s1", ())],
        insert=[{"id": "n", "at": "2021-10-21T13:00-06:00"}],
        change={"lineup": {"phase": "rehearsal"}},
    )

    assert before == repr(raw)
    assert "rehearsal" == changed["activities"]["lineup"]["phase"]
    assert "s1" not in [item.get("id") for item in changed["statements"]]
    assert "n" == changed["statements"][-1]["id"]

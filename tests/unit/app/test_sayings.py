"""Protects: a case goes on the record as it is told, in its order, and brings no eyes with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.adapters.yaml_file import CASE_LIMITS, parse_yaml
from showclear.app.sayings import FROM_FILES, as_from_file, of_case
from showclear.core.case import Case
from showclear.core.case_read import parse_case
from showclear.core.parse import is_timed, read_fields
from showclear.core.statement import Statement
from showclear.core.words import ATTESTED
from tests.stories.production import BASELINE, CASES, shelf, told
from tests.strategies import often

HEAD = """\
format: showclear-case/1
id: small
kind: incident
title: A small case
where: US-NM
packs: [showclear-baseline]
people:
  armorer: {roles: [armorer], qualifications: [{kind: firearms-handler, until: 2027-01-01}, {kind: rigger}], duties: [props, driver]}
  ad: {roles: [first-ad], minor: false}
weapons: {revolver: {kind: firearm, calibre: .45 Colt}}
lots: {dummies: {kind: dummy}}
things: {boat: {kind: boat}}
activities: {lineup: {title: A line-up, hazards: [firearm-display]}}
statements:
"""
BODY = """\
  - {id: out, at: 2026-06-09T13:00-06:00, by: armorer, what: weapon.taken-out, weapon: revolver, note: by the cart}
  - truth: There was a live round in it.
  - {id: shot, at: 2026-06-09T13:10-06:00, by: armorer, what: weapon.discharged, weapon: revolver, count: 1}
  - {id: worry, at: 2026-06-09T13:11-06:00, by: ad, what: concern.raised, concern: shots, about: revolver, severity: high}
  - {id: late, at: 2026-06-09T12:00-06:00, entered_at: 2026-06-09T13:20-06:00, by: armorer, what: check.made, checks: barrel-clear, on: revolver, passed: true, with: ad}
  - ask: {id: asked, at: 2026-06-09T13:30-06:00, by: ad, gate: take-out, on: [revolver]}
  - {id: better, at: 2026-06-09T13:40-06:00, by: armorer, what: weapon.discharged, weapon: revolver, count: 2, corrects: shot}
  - {id: gone, at: 2026-06-09T13:41-06:00, by: armorer, what: statement.withdrawn, of: late}
  - {id: hurt, at: 2026-06-09T13:45-06:00, what: harm.done, kind: injury, people: 1}
expect:
  hold_at: [out]
  because: {out: [checks-missing]}
sources: [{url: "https://example.com/a", for: [out]}]
"""


def case_of(text: str) -> Case:
    return parse_case(parse_yaml(text.encode(), file="case.yaml", limits=CASE_LIMITS))


@pytest.fixture
def small() -> Case:
    return case_of(HEAD + BODY.replace("[checks-missing]", "[not-a-handler]"))


def said_of(case: Case, *, sample: bool = True) -> list[dict[str, Any]]:
    return list(of_case(case, shelf(), sample=sample))


def by_id(case: Case, *, sample: bool = True) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in said_of(case, sample=sample)}


def test_it_is_said_in_the_order_in_which_a_log_takes_it(small: Case) -> None:
    assert [
        "small/people/armorer",
        "small/people/armorer/qualification-1",
        "small/people/armorer/qualification-2",
        "small/people/armorer/duty-1",
        "small/people/armorer/duty-2",
        "small/people/ad",
        "small/weapons/revolver",
        "small/lots/dummies",
        "small/things/boat",
        "small/activities/lineup",
        "small/packs/showclear-baseline",
    ] == [one["id"] for one in said_of(small)][:11]
    timed = [one["id"].removeprefix("small/") for one in said_of(small)][11:]
    assert {"out", "shot", "worry", "late", "asked", "better", "gone"} == set(timed)
    assert timed.index("out") < timed.index("shot") < timed.index("better") < timed.index("gone")


def test_what_stands_above_has_no_time(small: Case) -> None:
    above = said_of(small)[:11]

    assert all("at" not in one and one["at_is"] == "order-only" for one in above)
    assert {"server"} == {one["by"] for one in above}


def test_truth_harm_expect_and_sources_are_not_said(small: Case) -> None:
    told_of = repr(said_of(small))

    for words in ("live round", "harm.done", "hurt", "example.com", "hold_at", "not-a-handler"):
        assert words not in told_of


def test_what_names_a_statement_follows_its_id(small: Case) -> None:
    said = by_id(small)

    assert "small/shot" == said["small/better"]["corrects"]
    assert "small/late" == said["small/gone"]["of"]


def test_people_weapons_and_activities_keep_their_ids(small: Case) -> None:
    out = by_id(small)["small/out"]

    assert ("armorer", "revolver") == (out["by"], out["weapon"])


def test_a_remedy_for_a_discharge_names_the_statement_that_told_of_it() -> None:
    body = (
        "  - {id: shot, at: 2026-06-09T13:10-06:00, by: armorer, what: weapon.discharged,"
        " weapon: revolver, count: 1}\n"
        "  - {id: fix, at: 2026-06-09T14:10-06:00, by: ad, what: remedy.set, for: shot,"
        " remedy: stand-down}\n"
        "  - {id: hurt, at: 2026-06-09T14:45-06:00, what: harm.done, kind: injury, people: 1}\n"
    )

    fix = by_id(case_of(HEAD + body))["small/fix"]

    assert ("small/shot", "stand-down") == (fix["for"], fix["remedy"])


def test_an_installed_pack_is_adopted_with_its_digest(small: Case) -> None:
    said = by_id(small)["small/packs/showclear-baseline"]

    pack = shelf()[BASELINE]
    assert (pack.version, pack.sha256) == (said["version"], said["sha256"])


def test_a_pack_that_is_not_installed_is_adopted_by_its_name_alone(small: Case) -> None:
    (said,) = (one for one in of_case(small, {}, sample=True) if one["what"] == "pack.adopted")

    assert ("showclear-baseline", False, False) == (
        said["pack"],
        "version" in said,
        "sha256" in said,
    )


def test_a_gate_that_is_asked_in_short_is_asked_in_full(small: Case) -> None:
    assert "gate.asked" == by_id(small)["small/asked"]["what"]


def test_in_a_sample_nothing_but_badges_is_added(small: Case) -> None:
    late = by_id(small)["small/late"]

    assert ("badge", "ad") == (late["attested"], late["with"])


def test_elsewhere_it_is_paper_and_so_is_whoever_saw_it(small: Case) -> None:
    late = by_id(small, sample=False)["small/late"]

    assert "paper" == late["attested"]
    assert [{"person": "ad", "how": "paper"}] == late["witnesses"]
    assert "with" not in late
    assert FROM_FILES >= {one["attested"] for one in said_of(small, sample=False)}


def test_telling_it_changes_nothing_in_the_case(small: Case) -> None:
    before = repr(small.raw)
    for one in said_of(small, sample=False):
        one.clear()

    assert before == repr(small.raw)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_everything_that_a_case_says_can_be_read(path: Path) -> None:
    case = told(path)

    said = said_of(case)

    for one in said:
        assert isinstance(read_fields(one, timed=is_timed(one)), Statement), one
    assert len(said) == len({one["id"] for one in said})
    assert len(case.statements) == sum(one["what"] != "pack.adopted" for one in said)


anything = st.recursive(
    st.none() | st.booleans() | st.text(max_size=6) | st.sampled_from(sorted(ATTESTED)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
witness = st.fixed_dictionaries({"person": st.just("props")}, optional={"how": anything})


@often(60)
@given(
    st.fixed_dictionaries(
        {"id": st.just("s")},
        optional={
            "attested": anything,
            "with": anything | st.sampled_from(["props", ["props", "ad"]]),
            "witnesses": anything | st.lists(witness, max_size=2) | witness,
        },
    )
)
def test_no_file_mints_independent_eyes(fields: dict[str, Any]) -> None:
    taken = as_from_file(fields, sample=False)

    assert taken["attested"] in FROM_FILES
    assert "with" not in taken
    for one in taken.get("witnesses", []):
        if isinstance(one, dict):
            assert one["how"] in FROM_FILES

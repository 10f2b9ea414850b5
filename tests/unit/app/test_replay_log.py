"""Protects: a production's record is replayed as it was known, and its old answers are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from showclear.adapters.production_folder import with_keys
from showclear.app.replay_log import KIND, Recorded, changed_answers, recorded
from showclear.app.replaying import walk
from showclear.rules.judge import book_of
from tests.stories.production import (
    BASELINE,
    Device,
    Production,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
    saying,
    shelf,
)


def record_of(made: Production) -> Recorded:
    made.close()
    journal = with_keys(made.path).journal()
    try:
        return recorded(journal, shelf(), name="western", file=str(made.path))
    finally:
        journal.close()


@pytest.fixture
def made(tmp_path: Path) -> Production:
    """A handover that held, and a check that came too late for it."""
    western = production(tmp_path / "western")
    western.take(*crew_and_guns())
    western.take(props_takes_out("out", western.clock()))
    western.later(1)
    western.take(props_hands_over("hand", western.clock()))
    western.later(60)
    western.take(armorer_checks("late", western.clock(-60.5)))
    return western


def test_statements_stand_in_the_order_in_which_they_were_known(made: Production) -> None:
    record = record_of(made)

    names = [item.id for item in record.case.items]  # type: ignore[union-attr]
    assert ["out", "hand", "late"] == names[-3:]
    assert "founding/server" == names[0]
    assert not [name for name in names if name.startswith(("verdict/", "received/"))]


def test_what_each_gate_answered_is_kept_by_its_act(made: Production) -> None:
    assert {"out": "clear", "hand": "hold"} == record_of(made).answers


def test_by_its_own_packs_every_gate_answers_as_it_did(made: Production) -> None:
    record = record_of(made)

    done = walk(record.case, book_of([shelf()[BASELINE]]))

    assert [] == changed_answers(record, done)


def test_by_other_packs_what_differs_is_named_and_the_old_answer_kept(made: Production) -> None:
    record = record_of(made)

    done = walk(record.case, book_of([]))

    assert [{"statement": "out", "then": "clear", "now": "hold"}] == changed_answers(record, done)
    assert "clear" == record.answers["out"]


def test_its_name_place_and_packs_are_those_of_its_founding(made: Production) -> None:
    record = record_of(made)

    assert (KIND, "western", "A western", "US-NM", (BASELINE,), True) == (
        record.case.kind,
        record.case.id,
        record.case.title,
        record.case.where,
        record.case.packs,
        record.case.on_the_day,
    )


def test_without_a_title_at_hand_it_is_called_by_its_folder(made: Production) -> None:
    made.take(
        saying("e", "text.erased", at=made.clock(), by="first-ad", of="founding/production",
               basis="x")
    )  # fmt: skip

    assert record_of(made).case.title


def test_a_place_that_nobody_said_is_none(tmp_path: Path) -> None:
    assert "" == record_of(production(tmp_path / "western", where="unknown")).case.where


def test_a_forged_verdict_of_a_device_answers_nothing(made: Production) -> None:
    """It never becomes an entry; and if it did, the server did not sign it."""
    tablet = Device(name="tablet")
    made.take(tablet.enrolled())
    forged = saying("f", "verdict.given", at=made.clock(), by="first-ad", gate="roll", on=["x"])

    made.sign(tablet, forged | {"for": "hand", "answer": "clear"})

    assert "hold" == record_of(made).answers["hand"]


def test_an_act_told_by_a_device_with_a_wild_clock_is_judged_as_it_was(made: Production) -> None:
    tablet = Device(name="tablet")
    made.take(tablet.enrolled())
    for number, minutes in enumerate((-60 * 24 * 900, 60 * 24 * 900, -30, 1)):
        made.sign(tablet, props_hands_over(f"again-{number}", made.clock(minutes)))
        made.sign(tablet, people_arrive(f"arrive-{number}", made.clock(minutes), "dp"))
    record = record_of(made)

    done = walk(record.case, book_of([shelf()[BASELINE]]))

    assert 6 == len(record.answers)
    assert [] == changed_answers(record, done)

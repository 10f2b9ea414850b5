"""Protects: saying an act better is no way around its gate, nor is a time of one's choosing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.production import (
    Device,
    Production,
    answer,
    armorer_checks,
    crew_and_guns,
    missing,
    production,
    props_hands_over,
    props_takes_out,
    saying,
)


@pytest.fixture
def cleared(tmp_path: Path) -> Production:
    """The rubber gun was looked at and handed over; the revolver was not."""
    made = production(tmp_path / "western")
    made.take(*crew_and_guns())
    made.take(props_takes_out("out", made.clock()), armorer_checks("look", made.clock()))
    made.later(5)
    (handed,) = made.take(props_hands_over("hand", made.clock()))
    assert "clear" == answer(handed)
    return made


def test_handover_said_better_in_words_alone_is_not_asked_again(cleared: Production) -> None:
    better = {**props_hands_over("better", cleared.clock()), "corrects": "hand", "note": "by hand"}

    (told,) = cleared.take(better)

    assert "" == answer(told)


def test_correction_that_names_another_weapon_is_asked_its_gate(cleared: Production) -> None:
    other = {**props_hands_over("other", cleared.clock(), weapon="revolver"), "corrects": "hand"}

    (told,) = cleared.take(other)

    assert "hold" == answer(told)


def test_correction_that_names_another_person_is_asked_its_gate(cleared: Production) -> None:
    other = {**props_hands_over("other", cleared.clock(), to="dp"), "corrects": "hand"}

    (told,) = cleared.take(other)

    assert ["rubber"] == list((told.verdict or {})["on"])


def test_act_entered_now_for_a_minute_before_the_stop_is_held_by_it(cleared: Production) -> None:
    cleared.take(saying("stop", "stop.called", at=cleared.clock(), by="dp", stop="s", scope="all"))
    cleared.later(1)
    early = {**props_hands_over("early", cleared.clock(-3)), "entered_at": cleared.clock()}

    (told,) = cleared.take(early)

    assert "stopped" in missing(told)


def test_two_keys_and_an_editor_make_no_independent_eyes(tmp_path: Path) -> None:
    made = production(tmp_path / "western")
    made.take(*crew_and_guns())
    made.take(props_takes_out("out", made.clock()))
    phone = Device(name="phone", person="armorer", kind="phone")
    made.file(phone.enrolled())
    check = {**armorer_checks("look", made.clock()), "attested": "own-device"}

    made.sign(phone, check)

    said = made.said["look"]
    assert ("proxy", ["proxy"]) == (said.attested, [one.how for one in said.witnesses])

"""Protects: whoever says it again hears the first answer, and nothing is on record twice.

A tablet that lost the network after sending cannot know whether it was heard.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.production import (
    Device,
    Production,
    answered,
    crew_and_guns,
    people_arrive,
    production,
    props_takes_out,
    saying,
)


@pytest.fixture
def set_(tmp_path: Path) -> Production:
    made = production(tmp_path / "western")
    made.take(*crew_and_guns())
    return made


@pytest.fixture
def tablet(set_: Production) -> Device:
    device = Device(name="tablet")
    set_.take(device.enrolled())
    return device


def test_said_again_it_is_answered_with_the_first_answer(set_: Production) -> None:
    said = props_takes_out("out", set_.clock()) | {"note": "by the second cabinet"}
    (first,) = set_.take(said)
    set_.later(30)
    set_.take(people_arrive("arrive", set_.clock(), "dp"))
    size = set_.recorder.size

    (again,) = set_.take(said)

    assert again.repeat
    assert answered(first) == answered(again)
    assert size == set_.recorder.size


def test_also_after_a_restart(set_: Production) -> None:
    said = props_takes_out("out", set_.clock()) | {"note": "by the second cabinet"}
    (first,) = set_.take(said)
    set_.take(people_arrive("arrive", set_.clock(), "dp"))
    set_.restart()

    (again,) = set_.take(said)

    assert again.repeat
    assert answered(first) == answered(again)


def test_also_inside_one_group(set_: Production, tablet: Device) -> None:
    out = props_takes_out("out", set_.clock())

    first, again = set_.sign(tablet, out, out)

    assert answered(first) == answered(again)
    assert ["out"] == set_.log[-1].payload["ids"]


def test_also_when_a_device_signs_it_anew(set_: Production, tablet: Device) -> None:
    """Signatures of some browsers are made with chance: the same words, other bytes."""
    arrived = people_arrive("arrive", set_.clock(), "dp", note="by the gate")
    (first,) = set_.sign(tablet, arrived)

    (again,) = set_.sign(tablet, dict(reversed(arrived.items())))

    assert again.repeat
    assert answered(first) == answered(again)


def test_also_after_its_words_were_erased(set_: Production, tablet: Device) -> None:
    arrived = people_arrive("arrive", set_.clock(), "dp", note="came by ambulance")
    (first,) = set_.sign(tablet, arrived)
    erased = saying(
        "gone", "text.erased", at=set_.clock(), by="first-ad", of="arrive", basis="asked-for"
    )
    set_.take(erased)

    (again,) = set_.sign(tablet, arrived)

    assert again.repeat
    assert answered(first) == answered(again)
    assert not [text for said in set_.log for text in said.texts if "arrive" in said.payload["id"]]


def test_also_when_its_device_was_revoked_since(set_: Production, tablet: Device) -> None:
    """Else a person would say again, elsewhere, what is on the record."""
    arrived = people_arrive("arrive", set_.clock(), "dp")
    (first,) = set_.sign(tablet, arrived)
    set_.take(tablet.revoked(set_.clock()))

    (again,) = set_.sign(tablet, arrived)

    assert answered(first) == answered(again)


def test_other_content_under_the_same_id_is_kept_aside_and_the_first_stands(
    set_: Production, tablet: Device
) -> None:
    (first,) = set_.sign(tablet, people_arrive("arrive", set_.clock(), "dp"))

    (other,) = set_.sign(tablet, people_arrive("arrive", set_.clock(), "outlaw"))

    assert other.index is None
    assert other.aside is not None
    assert "same-id" == other.aside.reason
    assert ["dp"] == set_.payloads["arrive"]["people"]
    (again,) = set_.sign(tablet, people_arrive("arrive", set_.clock(), "dp"))
    assert answered(first) == answered(again)


@pytest.mark.parametrize("words", ["by the other gate", ""])
def test_other_words_under_the_same_id_are_other_content(
    set_: Production, tablet: Device, words: str
) -> None:
    arrived = people_arrive("arrive", set_.clock(), "dp", note="by the gate")
    set_.sign(tablet, arrived)

    (other,) = set_.sign(tablet, arrived | {"note": words})

    assert other.aside is not None
    assert "same-id" == other.aside.reason


def test_other_content_in_the_same_group_is_kept_aside_too(
    set_: Production, tablet: Device
) -> None:
    first, other = set_.sign(
        tablet,
        people_arrive("arrive", set_.clock(), "dp"),
        people_arrive("arrive", set_.clock(), "outlaw"),
    )

    assert first.index is not None
    assert other.aside is not None
    assert "same-id" == other.aside.reason

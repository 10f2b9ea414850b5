"""What one person is shown of their own, and a concern that has nobody's name on it.

Protects: a tapped name gets nothing that is somebody's own; an unnamed concern carries neither
person nor device into the record; a stranger on the network gets neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stories.production import Device, saying
from tests.web.serving import Screen, Served, served

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def floor_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("floor")) as found:
        yield found


@pytest.fixture(scope="module")
def phone(floor_set: Served) -> Screen:
    """The first AD's own phone."""
    return floor_set.enrol(Device(name="ad-phone", person="first-ad", kind="phone"))


@pytest.fixture(scope="module")
def tablet(floor_set: Served) -> Screen:
    return floor_set.enrol(Device(name="cart-tablet"))


def test_an_own_device_is_asked_what_its_owner_was_shown(floor_set: Served, phone: Screen) -> None:
    floor_set.take(
        saying(
            "w/out",
            "weapon.taken-out",
            at=floor_set.story.clock(),
            by="armorer",
            weapons=["rubber"],
        ),
        saying(
            "w/shown",
            "check.made",
            at=floor_set.story.clock(),
            by="armorer",
            checks=["shown-clear"],
            on=["rubber"],
            passed=True,
            shown_to=["first-ad"],
        ),
    )
    (asked,) = phone.client.get("/api/mine").json()["wanted"]
    (confirm,) = asked["act"]["write"]
    own = {"id": "own/1", "at": floor_set.story.clock(), "by": "first-ad"}
    phone.say({**own, "attested": "own-device", **confirm})

    assert "Was rubber shown to you empty?" == asked["says"]
    assert [] == phone.client.get("/api/mine").json()["wanted"]


def test_a_name_that_was_only_tapped_gets_nothing(floor_set: Served, tablet: Screen) -> None:
    tablet.client.post("/api/speaker", json={"person": "first-ad"})
    told = tablet.client.get("/api/mine").json()

    assert "" == told["person"]
    assert [] == told["wanted"]


def test_a_concern_without_a_name_has_neither_person_nor_device(
    floor_set: Served, phone: Screen
) -> None:
    answer = phone.client.post("/api/concerns", json={"note": "The rail is loose", "holds": True})
    floor = phone.client.get("/api/view/floor").json()
    found = floor_set.run(
        floor_set.server.look(
            lambda look: next(
                told for told in look.memory.lately() if told.said.what == "concern.raised"
            )
        )
    )

    assert 200 == answer.status_code
    assert "The rail is loose" in [one["words"] for one in floor["concerns"]["rows"]]
    assert ("anonymous", "unsigned") == (found.said.by, found.said.attested)
    assert "ad-phone" != found.device


@pytest.mark.parametrize("body", [{}, {"note": ""}, {"note": "x", "about": ["A B"]}, {"words": 1}])
def test_what_is_no_concern_is_refused_in_words(phone: Screen, body: Plain) -> None:
    answer = phone.client.post("/api/concerns", json=body)

    assert 422 == answer.status_code
    assert {"code", "sentence", "next"} <= set(answer.json())


def test_a_stranger_gets_neither(floor_set: Served) -> None:
    stranger = floor_set.client()

    assert 401 == stranger.get("/api/mine").status_code
    assert 401 == stranger.post("/api/concerns", json={"note": "x"}).status_code


def test_the_floor_is_pushed_when_something_happens(floor_set: Served, phone: Screen) -> None:
    before = phone.client.get("/api/view/floor").json()
    floor_set.client().post("/api/stop", json={})
    after = phone.client.get("/api/view/floor").json()

    assert [] == before["stops"]
    assert "stopped" == after["set"]["state"]
    assert 1 == len(after["restarts"])

"""What a gate would say can be asked beforehand, and asking changes nothing.

Protects: whoever plans the next act by the answer. It is the answer the act itself would get.
"""

from __future__ import annotations

import pytest

from tests.web.serving import Screen, Served


def test_a_hold_gives_every_reason_with_who_whose_rule_and_the_next_step(
    set_: Served, cart: Screen
) -> None:
    asked = {"gate": "hand-over", "on": "rubber", "to": "outlaw", "for": "lineup"}
    answer = cart.client.get("/api/gates", params=asked).json()

    assert "hold" == answer["answer"]
    assert answer["reasons"]
    for reason in answer["reasons"]:
        assert reason["says"]
        assert reason["missing"]
        assert reason["next"]["say"]
        assert reason["force"]


def test_asking_records_nothing(set_: Served, cart: Screen) -> None:
    before = set_.client().get("/healthz").json()["entries"]
    cart.client.get("/api/gates", params={"gate": "start", "on": "lineup"})

    assert before == set_.client().get("/healthz").json()["entries"]


@pytest.mark.parametrize(
    "asked",
    [
        {"gate": "roll", "on": "nobody-introduced"},
        {"gate": "load", "on": ["revolver", "rubber"], "lot": "x", "count": 6},
        {"gate": "resume", "on": "all"},
        {"gate": "close-day", "on": "day"},
        {"gate": "enter", "on": "Not An Id", "people": "??"},
    ],
)
def test_what_is_unknown_holds(cart: Screen, asked: dict[str, object]) -> None:
    answer = cart.client.get("/api/gates", params=asked)  # type: ignore[arg-type]

    assert 200 == answer.status_code
    assert answer.json()["answer"] in ("hold", "none", "clear")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"gate": "roll"},
        {"gate": "fly", "on": "x"},
        {"gate": "roll", "on": "x", "count": "many"},
    ],
)
def test_a_question_that_is_none_is_refused_with_what_is_missing(
    cart: Screen, asked: dict[str, str]
) -> None:
    refused = cart.client.get("/api/gates", params=asked)

    assert (422, "not-understood") == (refused.status_code, refused.json()["code"])


def test_a_phone_that_nobody_enrolled_asks_no_gates_from_elsewhere(set_: Served) -> None:
    foreign = set_.client().get(
        "/api/gates",
        params={"gate": "roll", "on": "lineup"},
        headers={"X-Forwarded-For": "10.0.0.9"},
    )

    assert 401 == foreign.status_code

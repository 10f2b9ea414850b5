"""What a gate would say, in words: every reason is there, and a clear says what it leans on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from showclear.app.memory import Memory
from showclear.app.spine import Spine
from showclear.app.views.answers import answer_to, judged
from showclear.app.views.look import Look
from showclear.core.gates import Clear, Hold
from showclear.core.parse import read_statement
from tests.stories.production import shelf

NOON = datetime(2026, 6, 9, 12, 0, tzinfo=UTC)
ZONE = timezone(timedelta(hours=-5))


def look_at(*said: dict[str, Any]) -> Look:
    """A look at a record of these statements, judged by the baseline."""
    first = {"id": "pack", "what": "pack.adopted", "pack": "showclear-baseline"}
    spine = Spine(shelf())
    for number, one in enumerate((first, *said)):
        plain = {"id": f"s-{number}", "by": "server", "attested": "badge", **one}
        if "at" not in plain:
            plain["at_is"] = "order-only"
        spine.take(read_statement(plain, fallback_id=f"s-{number}"))
    return Look(spine=spine, memory=Memory(), now=NOON, zone=ZONE, kind="sample")


ARMORER = {
    "what": "person.joined",
    "person": "armorer-1",
    "roles": ["armorer"],
}
PERMIT = {"what": "qualification.shown", "person": "armorer-1", "kind": "firearms-handler"}
AD = {"what": "person.joined", "person": "ad-1", "roles": ["first-ad"]}
PERFORMER = {"what": "person.joined", "person": "performer-1", "roles": ["performer"]}


def revolver(name: str) -> dict[str, Any]:
    return {"what": "weapon.received", "weapon": name, "kind": "firearm", "from": "hire"}


def test_a_hold_gives_every_reason_the_gate_has() -> None:
    look = look_at(ARMORER, AD, PERFORMER, revolver("one"))
    asked = {"gate": "hand-over", "on": ["one"], "to": ["performer-1"]}
    found = judged(look, asked)
    assert found is not None
    assert isinstance(found.verdict, Hold)
    answer = answer_to(look, asked, key="k")

    told = sum(1 + len(reason.get("also", ())) for reason in answer["reasons"])
    assert len(found.verdict.reasons) == told
    assert "hold" == answer["answer"]
    assert f"{len(answer['reasons'])} missing to hand over" == answer["says"]


def test_a_clear_names_what_it_relied_on() -> None:
    look = look_at(ARMORER, PERMIT, revolver("one"))
    asked = {"gate": "take-out", "on": ["one"], "by": "armorer-1"}
    found = judged(look, asked)
    assert found is not None
    assert isinstance(found.verdict, Clear)

    assert "these are recorded" == answer_to(look, asked, key="k")["says"]


@pytest.mark.parametrize("state", ["stopped", "free"])
def test_a_hold_that_something_caused_is_told_from_steps_that_are_left(state: str) -> None:
    stop = {
        "what": "stop.called",
        "stop": "stop-1",
        "scope": "all",
        "by": "anonymous",
        "at": NOON.isoformat(),
    }
    look = look_at(ARMORER, revolver("one"), *([stop] if state == "stopped" else []))
    answer = answer_to(
        look, {"gate": "take-out", "on": ["one"], "by": "armorer-1"}, key="k", steps=False
    )

    assert "hold" == answer["answer"]
    assert (state == "stopped") is answer["caused"]


def test_a_step_can_be_pressed_as_it_is_and_says_who_else_may() -> None:
    other = {"what": "person.joined", "person": "armorer-2", "roles": ["assistant-armorer"]}
    look = look_at(ARMORER, other, AD, PERFORMER, revolver("one"))
    answer = answer_to(look, {"gate": "hand-over", "on": ["one"], "to": ["performer-1"]}, key="k")
    acts = [one["next"]["act"] for one in answer["reasons"] if "act" in one["next"]]
    shown = next(act for act in acts if act["write"][0].get("checks") == ["shown-clear"])

    assert not {"id", "at"} & set(shown["write"][0])
    assert {"armorer-1", "armorer-2"} == set(shown["by_any_of"])
    assert len({act["key"] for act in acts}) == len(acts)


def test_a_question_that_cannot_be_read_holds() -> None:
    answer = answer_to(look_at(ARMORER), {"gate": "no-such-gate", "on": ["one"]}, key="k")

    assert "hold" == answer["answer"]
    assert ["not-judged"] == answer["reasons"][0]["missing"]
    assert "1 missing" == answer["says"]


def test_people_are_called_by_name_role_or_id_and_weapons_as_their_label_says() -> None:
    named = {**PERFORMER, "person": "performer-2", "name": "The tall one"}
    look = look_at(ARMORER, AD, PERFORMER, named, revolver("one"))
    look.memory.names["performer-2"] = "The tall one"
    for who, called in (("performer-1", "Performer 1"), ("performer-2", "The tall one")):
        answer = answer_to(look, {"gate": "hand-over", "on": ["one"], "to": [who]}, key="k")
        sentences = " ".join(reason["says"] for reason in answer["reasons"])
        assert called in sentences
        assert "one was not shown" in sentences


def test_a_person_whose_id_is_a_word_of_the_rule_is_not_put_in_its_place() -> None:
    adviser = {"what": "person.joined", "person": "safety", "roles": ["safety-adviser"]}
    plan = {
        "what": "activity.planned",
        "activity": "scene",
        "hazards": ["firearm-display"],
        "people": {"performer-1": "holds it"},
        "weapons": {"one": {"performer": "performer-1", "load": "none"}},
    }
    look = look_at(ARMORER, AD, PERFORMER, adviser, revolver("one"), plan)
    answer = answer_to(look, {"gate": "roll", "on": ["scene"]}, key="k")
    meeting = [one for one in answer["reasons"] if "meeting.held" in one["missing"]]

    assert meeting
    assert "safety meeting" in meeting[0]["says"]
    assert "Safety adviser meeting" not in meeting[0]["says"]


def test_whose_concern_it_is_stands_in_no_answer() -> None:
    raised = {
        "what": "concern.raised",
        "concern": "concern-1",
        "about": ["one"],
        "holds": True,
        "by": "performer-1",
        "at": NOON.isoformat(),
    }
    look = look_at(ARMORER, AD, PERFORMER, revolver("one"), raised)
    answer = answer_to(look, {"gate": "take-out", "on": ["one"], "by": "armorer-1"}, key="k")
    held = [one for one in answer["reasons"] if "concern-open" in one["missing"]]

    assert held
    assert "performer-1" not in json.dumps(held)
    assert "Performer 1" not in json.dumps(held)


def test_a_step_keeps_its_key_when_another_is_done() -> None:
    asked = {"gate": "hand-over", "on": ["one"], "to": ["performer-1"]}
    before = answer_to(look_at(ARMORER, AD, PERFORMER, revolver("one")), asked, key="k")
    trained = {
        "what": "check.made",
        "checks": ["trained-for-this"],
        "on": ["performer-1"],
        "about": ["one"],
        "passed": True,
        "by": "armorer-1",
        "at": NOON.isoformat(),
    }
    look = look_at(ARMORER, AD, PERFORMER, revolver("one"), trained)
    after = answer_to(look, asked, key="k")

    def keys(answer: dict[str, Any]) -> dict[str, str]:
        acts = [one["next"]["act"] for one in answer["reasons"] if "act" in one["next"]]
        return {act["key"]: json.dumps(act["write"], sort_keys=True) for act in acts}

    assert keys(after)
    assert keys(after).items() < keys(before).items()

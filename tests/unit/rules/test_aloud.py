"""Tests of `showclear.rules.aloud`: an adviser hears everything a rule will ask.

A condition that was left out when reading aloud would be agreed to unheard.
"""

from __future__ import annotations

from typing import Any

import pytest

from showclear.core.located import Located
from showclear.rules.aloud import aloud
from showclear.rules.read import parse_pack

RULE: dict[str, Any] = {
    "id": "a-rule",
    "cite": {"instrument": "Example", "provision": "1", "how": "direct"},
    "before": "load, hand-over",
    "missing": "load-shown",
    "say": {"en": "No"},
    "next": {"en": "Do it"},
}
TOP: dict[str, Any] = {
    "pack": "example",
    "title": {"en": "An example"},
    "version": "1",
    "vocabulary": 0,
    "jurisdiction": "any",
    "force": "practice",
    "define": {"a keeper": {"role": "armorer"}},
    "exceptions": {"between two keepers": {"giver": {"is": "a keeper"}}},
}


def heard(**shape: Any) -> str:
    """What is heard of a rule of this shape."""
    pack = parse_pack(Located("example.yaml", {**TOP, "rules": [{**RULE, **shape}]}, {(): 1}))
    return aloud(pack, pack.rules[0])


def test_the_gates_and_conditions_come_first() -> None:
    said = heard(every="person in the giver", needs={"is": "a keeper"}, when={"load": "blank"})

    assert said.startswith("Before load or hand-over, where what is loaded is blank: the giver")


def test_a_defined_name_is_explained() -> None:
    said = heard(every="person in the giver", needs={"is": "a keeper"})

    assert "the giver must be a keeper. A keeper is whoever has the role armorer." in said


def test_of_a_check_everything_asked_is_heard() -> None:
    check = {
        "check": "load-shown",
        "on": "this weapon",
        "covers": "every round loaded",
        "by": "a keeper",
        "shown to": "the receiver",
        "since": ["the weapon was loaded"],
        "at": "within 15 minutes",
    }

    said = heard(every="weapon in the weapons", needs={"a check": check})

    assert (
        "each weapon of the act needs the check load-shown on it, covering the whole count, "
        "made by a keeper, shown to the receiver, " in said
    )
    assert "since the weapon was loaded" in said
    assert "within the last 15 minutes" in said


def test_a_measure_is_heard_with_its_bound() -> None:
    check = {
        "check": "distance-measured",
        "on": "this activity",
        "measured": {"distance_ft": "at least 20"},
    }

    said = heard(every="activity in the activity", needs={"a check": check})

    assert "measuring distance_ft at least 20" in said


def test_alternatives_are_heard_as_alternatives() -> None:
    said = heard(
        every="weapon in the weapons",
        **{"needs any of": {"one": {"load": "none"}, "two": {"kind": "rubber"}}},
    )

    assert "either must have nothing loaded, or must be of the kind rubber" in said


def test_independent_eyes_are_heard_as_people_who_say_so_themselves() -> None:
    said = heard(
        **{"at least": "2 different independent eyes in checks"},
        where={"check": "load-shown", "on": "the weapon"},
    )

    assert "at least 2 different people, each saying so themselves, have made the check" in said


def test_what_may_not_be_there_is_heard() -> None:
    said = heard(no="lot in all lots", where={"kind": "live"})

    assert "there is no lot of rounds on the record that is of the kind live." in said


def test_what_lifts_the_rule_is_heard_and_explained() -> None:
    said = heard(
        every="person in the giver", needs={"role": "armorer"}, unless=["between two keepers"]
    )

    assert ", unless between two keepers." in said
    assert "“Between two keepers” means that the giver is a keeper." in said


@pytest.mark.parametrize("set_", ["people at risk", "people pointed at", "the receiver"])
def test_people_are_who_and_not_that(set_: str) -> None:
    said = heard(every=f"person in {set_}", where={"role": "crew"}, needs={"briefed": "today"})

    assert " who has the role crew must have been at today's meeting" in said


# --- what runs, and what comes after ------------------------------------------------

EVERY = {"every": "activity in the activity"}


def after(**shape: Any) -> str:
    """What is heard of a duty or a wait."""
    rule = {key: value for key, value in RULE.items() if key != "before"}
    pack = parse_pack(Located("example.yaml", {**TOP, "rules": [{**rule, **shape}]}, {(): 1}))
    return aloud(pack, pack.rules[0])


def test_a_duty_is_heard_with_its_event_its_time_and_its_gates() -> None:
    said = after(
        after={"incident.reported": {"kind": "death"}},
        within="8 hours",
        needs={"notified": {"whom": "us-osha", "on": "the event"}},
        then="hold at resume, close-day; warn before; alert",
    )

    assert said == (
        "After the statement incident.reported (kind death), within 8 hours it needs the "
        "statement notified (whom us-osha) on the event; after that it holds at resume or "
        "close-day until it was said; before, it warns there; it is told as it begins."
    )


def test_a_wait_is_heard_with_what_it_is_about() -> None:
    said = after(
        after={"weapon.misfired": {"weapon": {"kind": "firearm"}}},
        **{"at least": "90 seconds"},
        then="hold at hand-over; per person",
    )

    assert "where the weapon is of the kind firearm" in said
    assert "by each person it names" in said
    assert "at least 90 seconds have to pass; until then it holds at hand-over" in said


def test_what_runs_on_is_heard_with_what_follows() -> None:
    said = after(
        **{
            "while": {"hazards": "water"},
            "at most": "2 times as many others in people really in the zone as a keeper in people on set",
            "else": "alert, hold",
        }
    )

    assert said.startswith("As long as the activity is on, where the activity has the hazard water")
    assert "at most 2 times as many others in people really in the zone as a keeper in" in said
    assert "otherwise it is told at once and every gate of the activity holds" in said
    assert "A keeper is whoever has the role armorer." in said


def test_alternatives_of_when_are_heard() -> None:
    ways = {"1": {"hazards": "night"}, "2": {"phase": "prep"}}
    said = heard(**EVERY, needs={"supervisor": "given"}, **{"when any of": ways})

    assert "either the activity has the hazard night, or the activity is in the phase prep" in said


@pytest.mark.parametrize(
    ("asks", "heard_as"),
    [
        ({"meeting.held": {"with": "a keeper"}}, "with a keeper among those it names"),
        ({"meeting.held": {"topics": "at least 4"}}, "with at least 4 topics"),
        ({"permission.granted": {"until": "in the future"}}, "which has not run out"),
        ({"risk.assessed": {"covers": "the version that stands"}}, "of the version that stands"),
        (
            {"notice.published": {"at": "between 1 and 3 days before"}},
            "between 1440 and 4320 minutes before",
        ),
        ({"notice.published": {"at": "at least 1 hours before"}}, "at least 60 minutes before"),
        (
            {
                "a check": {
                    "check": "dry-run",
                    "after": {"a check": {"check": "walk-through", "on": "the activity"}},
                }
            },
            "after the last check walk-through on the activity",
        ),
        (
            {
                "a check": {
                    "check": "distance-measured",
                    "measured": {"distance_ft": "at least the weapon's clearance_ft"},
                }
            },
            "distance_ft at least the weapon's clearance_ft",
        ),
    ],
)
def test_every_new_word_of_what_is_asked_is_heard(asks: dict[str, Any], heard_as: str) -> None:
    assert heard_as in heard(**EVERY, needs=asks)

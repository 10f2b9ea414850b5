"""What holds by itself ends by its own next steps, taken in turn, or says why people decide.

Given a small set on which all is well; when something is said after which the next act
holds by itself; then the steps offered, at most five, end it. Where no statement of one
person could end it, the reason offers none and its sentence says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from showclear.core.gates import Hold, Reason, question_of
from showclear.core.own_words import SENTENCES
from showclear.core.words import GATES
from showclear.rules.judge import book_of, judge
from tests.unit.rules.quiet_set import AS_OF, QuietSet, pack

MET = pack(f"before: {', '.join(sorted(GATES))}\nno: weapon in all weapons\nwhere: {{kind: bow}}")
STEPS_MAX = 5
ROLL: Mapping[str, Any] = {"what": "activity.rolled", "by": "ad", "activity": "scene"}
HAND: Mapping[str, Any] = {
    "what": "weapon.handed-over", "weapon": "revolver", "from_": "armorer", "to": "outlaw", "for_": "scene",
}  # fmt: skip
LOAD: Mapping[str, Any] = {
    "what": "weapon.loaded", "weapon": "revolver", "lot": "blanks", "count": 1, "for_": "scene",
}  # fmt: skip
ENTER: Mapping[str, Any] = {
    "what": "people.entered",
    "by": "ad",
    "activity": "scene",
    "people": ["outlaw"],
}
Said = tuple[Mapping[str, Any], ...]


def said(what: str, **fields: Any) -> Mapping[str, Any]:
    return {"what": what, **fields}


@dataclass(frozen=True)
class Trouble:
    """What was said, and the act that then holds for it.

    Attributes:
        why: Where no single statement ends it: why.
    """

    rule: str
    said: Said
    act: Mapping[str, Any] = field(default_factory=lambda: ROLL)
    why: str = ""


TANK = said("thing.received", by="ad", thing="tank", kind="tank")
TANKED = said("activity.changed", by="ad", activity="scene", things=["tank"])
TROUBLE = [
    Trouble("stop", (said("stop.called", by="outlaw", stop="one", scope="all"),)),
    Trouble("stop", (said("stop.called", by="anonymous", stop="one", scope="scene"),)),
    Trouble("pause", (said("pause.called", by="ad", pause="rain", scope="all"),)),
    Trouble("incident", (said("weapon.discharged", weapon="revolver", count=1),)),
    Trouble("incident", (said("incident.reported", by="outlaw", incident="i", kind="near-miss"),), HAND),
    Trouble("incident", (said("incident.reported", by="ad", incident="i", kind="injury", people="outlaw"),)),
    Trouble("remedy", (said("remedy.set", by="ad", remedy="pin", for_="revolver", before_restart=True),), HAND),
    Trouble("walk-out", (said("work.left", by="ad", people="outlaw"), said("person.joined", by="ad", person="double", roles="performer"))),
    Trouble("walk-out", (said("work.left", by="ad", people=["outlaw", "sheriff"]),), why="nobody of that role is left"),
    Trouble("concern", (said("concern.raised", by="sheriff", concern="c", about="scene", holds=True),)),
    Trouble("concern", (said("concern.raised", by="outlaw", concern="c", about="revolver"),), HAND),
    Trouble("concern", (said("concern.raised", by="anonymous", concern="c", about="scene", holds=True),), why="only two others can close what nobody signed"),
    Trouble("held", (said("weapon.held", weapons="revolver", because="loose pin"),), HAND),
    Trouble("misfire", (*(), said("weapon.loaded", weapon="revolver", lot="blanks", count=1, for_="scene"), said("weapon.misfired", weapon="revolver", lot="blanks", count=1)), HAND),
    Trouble("unattended", (said("weapon.unattended", by="ad", weapons="revolver"),), HAND),
    Trouble("missing-weapon", (said("weapon.counted", weapons="rubber", missing="revolver"),), HAND),
    Trouble("away", (said("weapon.left", weapon="revolver", because="repair", to="rental"),), HAND, why="a thing comes back or the plan is another"),
    Trouble("thing", (TANK, TANKED, said("thing.held", by="ad", thing="tank", because="a leak"))),
    Trouble("contradiction", (said("weapon.fired", weapon="revolver", count=9),), HAND),
    Trouble("unreadable", (said("weapon.fired", weapon="revolver", count="many"),), HAND),
    Trouble("contradiction", (said("people.left-zone", by="armorer", activity="scene", people=["sheriff"]),)),
    Trouble("unknown-rounds", (said("rounds.received", lot="tin", kind="unknown", count=9, from_="x"),), HAND),
    Trouble("live-rounds", (said("rounds.received", lot="tin", kind="live", count=9, from_="x"),), HAND),
    Trouble("found", (said("search.made", where="cart", looking_for="live-rounds", how="looked", found="something"),), HAND, why="what was found is placed by those who found it"),
    Trouble("lot", (said("rounds.placed", lots="blanks", place="quarantined"),), LOAD, why="it is for people to choose another lot"),
    Trouble("unregistered", (), {**HAND, "to": "stranger"}),
    Trouble("unregistered", (), {**HAND, "weapon": "third"}),
    Trouble("unregistered", (said("weapon.seen", weapons="revlover", with_="armorer"),), HAND),
    Trouble("unregistered", (), {**ROLL, "activity": "another"}, why="nobody but people can say what is planned"),
    Trouble("no-activity", (), {k: v for k, v in HAND.items() if k != "for_"}, why="nobody but people can say for what"),
    Trouble("refused", (said("activity.changed", by="ad", activity="scene", people={"outlaw": "draws", "sheriff": "falls"}), said("refusal.made", by="sheriff", person="sheriff", activity="scene"))),
    Trouble("refused", (said("refusal.made", by="outlaw", person="outlaw", activity="scene"),), HAND, why="another person is another handover"),
    Trouble("unplanned-person", (), {**ROLL, "people": ["outlaw", "sheriff"]}, why="who is in it is for people to say"),
    Trouble("over", (said("activity.changed", by="ad", activity="scene", max_people=1), said("people.entered", by="ad", activity="scene", people=["outlaw"])), {**ENTER, "people": ["sheriff"]}, why="somebody stays out"),
    Trouble("dropped", (said("activity.dropped", by="ad", activity="scene"),), why="it is planned again"),
    Trouble("past-end", (said("activity.changed", by="ad", activity="scene", ends_by="2026-06-09T08:05Z"),), why="people set another end"),
    Trouble("failed", (said("check.made", checks="mechanism-works", on="revolver", passed=False),), HAND),
    Trouble("failed", (said("check.made", by="ad", checks="path-clear", on="scene", passed=False),)),
    Trouble("minor", (said("person.joined", by="ad", person="child", roles="performer", minor=True), said("activity.changed", by="ad", activity="scene", zone=["outlaw", "child"])), why="a minor leaves the zone"),
    Trouble("restart", (said("stop.called", by="outlaw", stop="one", scope="all"),), said("work.resumed", by="ad", stop="one", agreed_by=["ad", "ad"])),
    Trouble("restart", (said("weapon.discharged", weapon="revolver", count=1, bang="bang"),), said("work.resumed", by="ad", scope="INCIDENT", agreed_by=["ad", "armorer"])),
]  # fmt: skip
ELSEWHERE = {
    "nothing": "tests/unit/rules/test_polarity.py",
    "different": "a sentence of an older hold: `restart` says it now",
}
IDS = [f"{n}-{one.rule}" for n, one in enumerate(TROUBLE)]


def a_set() -> QuietSet:
    on_set = QuietSet()
    on_set.plan(hazards="firearm-display", weapons={"revolver": {"performer": "outlaw", "load": "blank", "lot": "blanks", "count": 1}})  # fmt: skip
    on_set.say("weapon.taken-out", weapons=["revolver", "rubber"])
    on_set.check("chamber-empty", "revolver")
    return on_set


def say(on_set: QuietSet, fields: Mapping[str, Any]) -> str:
    given = {key: value for key, value in fields.items() if key not in ("what", "bang")}
    return on_set.say(fields["what"], **given)


def reasons(on_set: QuietSet, act: Mapping[str, Any], rule: str) -> list[Reason]:
    """Why an act holds by itself, for one of the core's own reasons."""
    read = on_set.read(act["what"], **{key: value for key, value in act.items() if key != "what"})
    states = on_set.record.before(read)
    question = question_of(read, states[0])
    assert question is not None, read
    found = judge(states, question, book_of([MET]), as_of=AS_OF)
    held = found.reasons if isinstance(found, Hold) else ()
    return [one for one in held if (one.pack, one.rule) == ("showclear-core", rule)]


def after_trouble(one: Trouble) -> tuple[QuietSet, Mapping[str, Any]]:
    on_set, act = a_set(), dict(one.act)
    for fields in one.said:
        name = say(on_set, fields)
        if "bang" in fields:
            act["scope"] = name
    return on_set, act


def take_steps(on_set: QuietSet, act: Mapping[str, Any], rule: str) -> tuple[int, list[Reason]]:
    """Take what is offered, one after the other. Returns how many, and what is left."""
    for turn in range(STEPS_MAX):
        held = reasons(on_set, act, rule)
        offered = [one for one in held if one.next.statement is not None]
        if not offered:
            return turn, held
        step = {f"{k}_" if k in ("from", "for", "with", "as") else k: v for k, v in offered[0].next.statement.items()}  # type: ignore[union-attr]  # fmt: skip
        if offered[0].next.replaces:
            act = {key: value for key, value in step.items() if key != "id"}
        else:
            say(on_set, {key: value for key, value in step.items() if key != "id"})
    return STEPS_MAX, reasons(on_set, act, rule)


def test_on_a_set_where_all_is_well_nothing_holds_by_itself() -> None:
    on_set = a_set()

    for act in (ROLL, HAND, LOAD, ENTER):
        assert [] == [one for rule in SENTENCES["en"] for one in reasons(on_set, act, rule)]


def test_every_hold_of_the_core_has_a_situation_here() -> None:
    assert set(SENTENCES["en"]) == {one.rule for one in TROUBLE} | set(ELSEWHERE)


@pytest.mark.parametrize("one", TROUBLE, ids=IDS)
def test_it_holds_and_its_steps_end_it_or_people_decide(one: Trouble) -> None:
    on_set, act = after_trouble(one)
    held = reasons(on_set, act, one.rule)

    assert held, "it does not hold"
    assert all(reason.next.say and reason.says for reason in held)

    steps, left = take_steps(on_set, act, one.rule)

    if one.why:
        assert all(reason.next.statement is None for reason in left), left
    else:
        assert [] == left
        assert 1 <= steps <= STEPS_MAX

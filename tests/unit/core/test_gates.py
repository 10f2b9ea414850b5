"""Tests of `showclear.core.gates`: the two answers, and which question an act asks."""

from datetime import UTC, datetime

import pytest

from showclear.core.gates import Clear, Hold, Next, Reason, question_of
from showclear.core.parse import read_fields
from showclear.core.record import Record
from showclear.core.state import State
from showclear.core.statement import Statement

NOON = "2026-06-09T12:00Z"
REASON = Reason(
    pack="p",
    rule="r",
    cite="c",
    force="practice",
    missing=("stopped",),
    on="x",
    witnesses=("x",),
    says="s",
    next=Next("n"),
)


def said(**fields: object) -> Statement:
    read = read_fields({"id": "s", "at": NOON, "by": "armorer", **fields})
    assert isinstance(read, Statement), read
    return read


@pytest.mark.parametrize(
    "verdict", [Hold(reasons=(REASON,)), Clear(relied_on=("s",), rules=("r",))]
)
def test_verdict_refuses_to_be_used_as_a_truth_value(verdict: Hold | Clear) -> None:
    """`if verdict:` would let a Hold through."""
    with pytest.raises(TypeError, match="match on Clear or Hold"):
        bool(verdict)


def test_a_clear_without_grounds_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="must name what it relied on"):
        Clear(relied_on=(), rules=("r",))
    with pytest.raises(ValueError, match="must name what it relied on"):
        Clear(relied_on=("s",), rules=())


def test_a_hold_without_a_reason_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="must say why"):
        Hold(reasons=())


@pytest.mark.parametrize(
    ("fields", "gate", "on"),
    [
        ({"what": "weapon.taken-out", "weapons": ["a", "b"]}, "take-out", ("a", "b")),
        (
            {"what": "weapon.loaded", "weapon": "a", "lot": "l", "count": 1, "for": "x"},
            "load",
            ("a",),
        ),
        (
            {"what": "weapon.handed-over", "weapon": "a", "from": "p", "to": "q"},
            "hand-over",
            ("a",),
        ),
        ({"what": "activity.started", "activity": "x"}, "start", ("x",)),
        ({"what": "activity.rehearsed", "activity": "x"}, "rehearse", ("x",)),
        ({"what": "activity.tested", "activity": "x"}, "test", ("x",)),
        ({"what": "activity.rolled", "activity": "x"}, "roll", ("x",)),
        ({"what": "people.entered", "people": "p", "thing": "tank"}, "enter", ("tank",)),
        ({"what": "machine.declared", "things": "m", "state": "live"}, "arm", ("m",)),
        ({"what": "machine.declared", "things": "m", "state": "armed"}, "arm", ("m",)),
        ({"what": "work.resumed", "scope": "all", "agreed_by": ["p", "q"]}, "resume", ()),
        ({"what": "day.closed", "date": "2026-06-09"}, "close-day", ("day",)),
        ({"what": "gate.asked", "gate": "roll", "on": "x"}, "roll", ("x",)),
    ],
)
def test_every_gated_act_asks_its_gate(
    fields: dict[str, object], gate: str, on: tuple[str, ...]
) -> None:
    question = question_of(said(**fields), State())

    assert question is not None
    assert (gate, on) == (question.gate, question.on)
    assert datetime(2026, 6, 9, 12, tzinfo=UTC) == question.at


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "machine.declared", "things": "m", "state": "locked-off"},
        {"what": "weapon.handed-back", "weapon": "a", "from": "p", "to": "q"},
        {"what": "people.left-zone", "people": "p", "thing": "tank"},
        {"what": "stop.called", "stop": "one", "scope": "all"},
    ],
    ids=["locked-off", "handed-back", "leaving", "stopping"],
)
def test_what_makes_things_quieter_is_never_gated(fields: dict[str, object]) -> None:
    """Locking off, giving back, leaving and stopping ask nobody."""
    assert question_of(said(**fields), State()) is None


def test_in_a_squad_each_weapon_has_its_own_receiver() -> None:
    issues = [{"weapon": "a", "to": "p"}, {"weapon": "b", "to": "q"}]
    question = question_of(
        said(**{"what": "weapon.handed-over", "from": "armorer", "issues": issues}), State()
    )

    assert question is not None
    assert (("a", "p"), ("b", "q")) == question.pairs
    assert ("p", "q") == question.receivers


def test_asked_beforehand_the_giver_is_the_handler_who_has_the_weapon() -> None:
    record = Record().add_all(
        [
            said(id="p1", what="person.joined", person="lead", roles="armorer"),
            said(id="p2", what="weapon.received", weapon="a", kind="firearm", **{"from": "x"}),
            said(id="p3", what="weapon.taken-out", weapons="a", by="lead"),
        ]
    )

    question = question_of(
        said(id="ask", by="ad", what="gate.asked", gate="hand-over", on="a", to="p"), record.state
    )

    assert question is not None
    assert ("lead", "lead", ("p",)) == (question.giver, question.doer, question.receivers)


def test_a_load_asks_with_its_lot_count_and_activity() -> None:
    question = question_of(
        said(**{"what": "weapon.loaded", "weapon": "a", "lot": "l", "count": 6, "for": "x"}),
        State(),
    )

    assert question is not None
    assert ("l", 6, "x", ("a",)) == (
        question.lot,
        question.count,
        question.activity,
        question.weapons,
    )


def test_a_handover_asks_for_its_activity_its_giver_and_its_receivers() -> None:
    fields = {"what": "weapon.handed-over", "weapons": ["a", "b", "c"], "from": "p", "for": "x"}
    question = question_of(said(by="ad", to=["q", "r"], **fields), State())

    assert question is not None
    assert (("a", "q"), ("b", "r"), ("c", "r")) == question.pairs
    assert ("x", "p", "p", ("q", "r")) == (
        question.activity,
        question.giver,
        question.doer,
        question.receivers,
    )


def test_issues_and_weapons_said_together_are_both_asked_about() -> None:
    issues = [{"weapon": "a", "to": "p"}]
    question = question_of(
        said(
            **{
                "what": "weapon.handed-over",
                "from": "s",
                "issues": issues,
                "weapons": "b",
                "to": "q",
            }
        ),
        State(),
    )

    assert question is not None
    assert (("a", "p"), ("b", "q")) == question.pairs


def test_entering_asks_for_everybody_who_enters_and_where() -> None:
    entries = [{"thing": "boat", "people": ["r", "s"]}]
    several = question_of(
        said(**{"what": "people.entered", "entries": entries, "for": "swim"}), State()
    )
    single = question_of(said(what="people.entered", people=["p", "q"], activity="swim"), State())

    assert several is not None
    assert single is not None
    assert (("boat",), ("r", "s"), "swim") == (several.on, several.people, several.activity)
    assert (("swim",), ("p", "q"), "swim") == (single.on, single.people, single.activity)


def test_arming_and_acting_ask_for_their_activity_and_people() -> None:
    arm = question_of(
        said(**{"what": "machine.declared", "things": "m", "state": "live", "for": "x"}), State()
    )
    roll = question_of(said(what="activity.rolled", activity="x", people=["p"]), State())
    bare = question_of(said(what="activity.rolled", activity="x"), State())

    assert arm is not None
    assert roll is not None
    assert bare is not None
    assert ("x", "x", ("p",), None) == (arm.activity, roll.activity, roll.people, bare.people)


def test_a_restart_asks_about_what_it_names_and_nothing_else() -> None:
    record = Record().add_all(
        [
            said(id="p1", what="person.joined", person="actor", roles="performer"),
            said(id="s1", what="stop.called", stop="one", scope="all", by="actor"),
            said(id="s2", what="stop.called", stop="two", scope="all", by="actor"),
        ]
    )

    question = question_of(
        said(id="go", what="work.resumed", stop="two", agreed_by=["p", "q"]), record.state
    )

    assert question is not None
    assert ("two",) == question.on


@pytest.fixture
def armory() -> State:
    """Two handlers with a revolver each, one without, and a scene."""
    record = Record().add_all(
        [
            said(id="p1", what="person.joined", person="lead", roles="armorer"),
            said(id="p2", what="person.joined", person="ad", roles="first-ad"),
            said(id="w1", what="weapon.received", weapon="a", kind="firearm", **{"from": "x"}),
            said(id="w2", what="weapon.received", weapon="b", kind="firearm", **{"from": "x"}),
            said(id="o", what="weapon.taken-out", weapons="b", by="lead"),
            said(
                id="x",
                what="activity.planned",
                activity="scene",
                hazards="none",
                people={"ad": "runs it"},
                weapons="none",
            ),
        ]
    )
    return record.state


def asked(**fields: object) -> Statement:
    return said(id="ask", what="gate.asked", by="ad", **fields)


def test_asked_of_a_load_it_carries_lot_and_count(armory: State) -> None:
    question = question_of(asked(gate="load", on="b", lot="l", count=2, **{"for": "scene"}), armory)

    assert question is not None
    assert ("load", ("b",), ("b",), "l", 2, "scene") == (
        question.gate,
        question.on,
        question.weapons,
        question.lot,
        question.count,
        question.activity,
    )
    assert ("lead", None, ()) == (question.doer, question.giver, question.receivers)


def test_asked_of_a_stored_weapon_the_one_who_asks_is_the_doer(armory: State) -> None:
    take = question_of(asked(gate="take-out", on="a"), armory)
    hand = question_of(asked(gate="hand-over", on="a", people="ad"), armory)

    assert take is not None
    assert hand is not None
    assert ("ad", None) == (take.doer, take.giver)
    assert ("ad", "ad", (("a", "ad"),), ("ad",)) == (
        hand.doer,
        hand.giver,
        hand.pairs,
        hand.receivers,
    )


def test_asked_of_an_act_the_activity_is_what_it_is_on(armory: State) -> None:
    roll = question_of(asked(gate="roll", on="scene", people="ad"), armory)
    enter = question_of(asked(gate="enter", on="scene"), armory)
    tank = question_of(asked(gate="enter", on="tank", **{"for": "scene"}), armory)

    assert roll is not None
    assert enter is not None
    assert tank is not None
    assert ("scene", ("ad",), "ad") == (roll.activity, roll.people, roll.doer)
    assert ("scene", None) == (enter.activity, enter.people)
    assert (("tank",), "scene") == (tank.on, tank.activity)
    for question in (roll, enter, tank):
        assert datetime(2026, 6, 9, 12, tzinfo=UTC) == question.at
        assert "ask" == question.act.id


def test_to_whom_it_would_go_comes_before_who_else_is_named(armory: State) -> None:
    question = question_of(asked(gate="hand-over", on=["a", "b"], to="ad", people="lead"), armory)

    assert question is not None
    assert (("a", "ad"), ("b", "ad")) == question.pairs
    assert datetime(2026, 6, 9, 12, tzinfo=UTC) == question.at
    assert ("a", "b") == question.weapons

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

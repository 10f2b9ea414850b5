"""Protects: beside every gated act stands what its gate said, and at the end when all of it came."""

from __future__ import annotations

from pathlib import Path

import pytest

from showclear.ledger.tlog_proof import parse_tlog_proof
from tests.stories.production import (
    Device,
    Production,
    ad_asks,
    answer,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
)


@pytest.fixture
def set_(tmp_path: Path) -> Production:
    made = production(tmp_path / "western")
    made.take(*crew_and_guns())
    return made


def test_the_verdict_of_an_act_stands_right_after_it(set_: Production) -> None:
    (out,) = set_.take(props_takes_out("out", set_.clock()))

    assert out.index is not None
    act, verdict, received = set_.log[out.index :]
    assert ("out", "verdict/out", f"received/{out.index + 2}") == (
        act.payload["id"],
        verdict.payload["id"],
        received.payload["id"],
    )
    assert ("out", "take-out") == (verdict.payload["for"], verdict.payload["gate"])


def test_a_group_of_several_acts_has_a_verdict_beside_each_and_one_received(
    set_: Production,
) -> None:
    answers = set_.take(
        props_takes_out("out", set_.clock()),
        people_arrive("arrive", set_.clock(), "dp"),
        armorer_checks("check", set_.clock()),
        props_hands_over("hand", set_.clock()),
        ad_asks("ask", set_.clock()),
    )

    start = answers[0].index
    assert start is not None
    assert [
        "out",
        "verdict/out",
        "arrive",
        "check",
        "hand",
        "verdict/hand",
        "ask",
        "verdict/ask",
        f"received/{start + 8}",
    ] == [one.payload["id"] for one in set_.log[start:]]
    assert ["clear", "", "", "clear", "clear"] == [answer(one) for one in answers]


def test_received_names_every_statement_but_the_servers_own(set_: Production) -> None:
    set_.take(props_takes_out("out", set_.clock()), people_arrive("arrive", set_.clock(), "dp"))

    assert ["out", "arrive"] == set_.log[-1].payload["ids"]
    assert set_.log[-1].payload["clock"] == "2026-06-09T08:00:00Z"


def test_every_statement_is_in_exactly_one_received(set_: Production) -> None:
    set_.take(props_takes_out("out", set_.clock()))
    set_.take(props_takes_out("out", set_.clock()), people_arrive("arrive", set_.clock(), "dp"))

    named = [name for one in set_.log for name in one.payload.get("ids", ())]
    said = [one.payload["id"] for one in set_.log]
    own = [name for name in said if name.startswith(("verdict/", "received/"))]
    assert sorted(named) == sorted(set(said) - set(own))


def test_what_an_answer_says_is_what_stands_in_the_log(set_: Production) -> None:
    (out,) = set_.take(props_takes_out("out", set_.clock()))

    stored = set_.payloads["verdict/out"]
    assert out.verdict is not None
    assert out.verdict.items() <= stored.items()
    assert {"id", "what", "at", "by", "attested"} == stored.keys() - out.verdict.keys()


def test_the_server_itself_signs_verdicts_and_received(set_: Production) -> None:
    tablet = Device(name="tablet")
    set_.take(tablet.enrolled())
    set_.sign(tablet, props_takes_out("out", set_.clock()))

    act, verdict, received = set_.log[-3:]
    server = set_.log[0].kid
    assert (False, True, True) == (
        act.kid == server,
        verdict.kid == server,
        received.kid == server,
    )


def test_a_receipt_proves_the_entry_under_the_commit_that_made_it_durable(
    set_: Production,
) -> None:
    first, last = set_.take(
        people_arrive("one", set_.clock(), "dp"), people_arrive("two", set_.clock(), "dp")
    )
    set_.take(people_arrive("three", set_.clock(), "dp"))

    assert first.receipt is not None
    assert last.receipt is not None
    proofs = [parse_tlog_proof(raw) for raw in (first.receipt, last.receipt)]
    assert [first.index, last.index] == [proof.index for proof in proofs]
    assert proofs[0].checkpoint == proofs[1].checkpoint


def test_a_judge_that_fails_holds_and_the_fact_is_kept(
    set_: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("showclear.app.spine.judge", fails)

    (out,) = set_.take(props_takes_out("out", set_.clock()))

    assert "hold" == answer(out)
    assert out.verdict is not None
    assert [["not-judged"]] == [one["missing"] for one in out.verdict["reasons"]]
    assert "out" in set_.payloads


def test_an_act_on_more_weapons_than_a_verdict_can_name_is_recorded_all_the_same(
    set_: Production,
) -> None:
    names = [f"weapon-{number:03}-{'x' * 40}" for number in range(150)]

    said = {**props_takes_out("many", set_.clock()), "weapons": names}
    (many,) = set_.take(said)

    assert "hold" == answer(many)
    assert "many" in set_.payloads

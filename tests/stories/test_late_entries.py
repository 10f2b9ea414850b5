"""Protects: what a gate answered when it was asked stays what it answered.

On 21 October 2021 somebody could have typed a check an hour after the handover, dated
before it. Whoever reads the log must see that the gate held when the gun went out.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from showclear.cli.main import main
from tests.stories.production import (
    BASELINE,
    Production,
    ad_asks,
    answer,
    armorer_checks,
    crew_and_guns,
    missing,
    production,
    props_hands_over,
    props_takes_out,
)


@pytest.fixture
def held(tmp_path: Path) -> Production:
    """A production in which a rubber gun was handed over that nobody had looked at."""
    made = production(tmp_path / "western")
    made.take(*crew_and_guns())
    made.take(props_takes_out("out", made.clock()))
    made.later(5)
    (handed,) = made.take(props_hands_over("hand", made.clock()))
    assert {"is-replica"} == missing(handed)
    return made


def late_check(made: Production) -> None:
    """An hour later somebody enters the check, as if made before the handover."""
    made.later(60)
    made.take(armorer_checks("late", made.clock(-63)))


def test_a_check_entered_late_changes_no_stored_verdict(held: Production) -> None:
    before = held.payloads["verdict/hand"]

    late_check(held)

    assert before == held.payloads["verdict/hand"]
    assert "hold" == before["answer"]
    (again,) = held.take(props_hands_over("hand", held.clock(-60)))
    assert (True, "hold") == (again.repeat, answer(again))


def test_the_log_shows_that_the_check_came_after_the_handover(held: Production) -> None:
    late_check(held)

    payloads = held.payloads
    came = {name: one["clock"] for one in payloads.values() for name in one.get("ids", ())}
    assert payloads["late"]["at"] < payloads["hand"]["at"]
    assert came["late"] > came["hand"]


def test_a_screen_that_asks_again_after_it_may_hear_another_answer(held: Production) -> None:
    (before,) = held.take(ad_asks("ask-before", held.clock()))

    late_check(held)
    (after,) = held.take(ad_asks("ask-after", held.clock()))

    assert ("hold", "clear") == (answer(before), answer(after))
    assert "hold" == held.payloads["verdict/ask-before"]["answer"]


def test_after_a_restart_all_of_it_is_as_it_was(held: Production) -> None:
    late_check(held)
    before = held.payloads
    held.restart()

    (after,) = held.take(ad_asks("ask-after", held.clock()))

    assert "clear" == answer(after)
    assert before.items() <= held.payloads.items()


def test_a_replay_keeps_the_order_in_which_things_were_known(
    held: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    late_check(held)
    held.close()

    assert 0 == main(["replay", str(held.path), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert ["hand"] == [one["statement"] for one in told["cases"][0]["held"]]
    assert not told["cases"][0]["differs"]


def test_a_replay_lists_a_gate_that_answers_otherwise_now_and_keeps_what_it_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judged by no pack the handover held; the packs adopted since then find nothing missing."""
    made = production(tmp_path / "western", packs=())
    made.take(*crew_and_guns(), props_takes_out("out", made.clock()))
    _, handed, _ = made.take(
        armorer_checks("check", made.clock()),
        props_hands_over("hand", made.clock(1)),
        {
            "id": "adopt",
            "what": "pack.adopted",
            "by": "server",
            "attested": "server",
            "at_is": "order-only",
            "pack": BASELINE,
        },
    )
    made.close()

    assert "hold" == answer(handed)
    main(["replay", str(made.path), "--json"])

    told = json.loads(capsys.readouterr().out)
    differs = told["cases"][0]["differs"]
    assert {"statement": "hand", "then": "hold", "now": "clear"} in differs
    assert "hold" == made.payloads["verdict/hand"]["answer"]
    main(["replay", str(made.path)])
    said = capsys.readouterr().err
    assert "hand answered hold when it was asked; asked now: clear" in said

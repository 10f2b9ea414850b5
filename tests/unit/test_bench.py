"""The benches measure what they say: one state, questions all contestants agree on, one line.

Nothing here looks at how long anything takes.
"""

import json
import sys
from pathlib import Path

import pytest

from showclear.core.gates import Hold
from showclear.core.statement import Kept

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(autouse=True)
def _benches_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one of them is run: its own folder comes first."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])


def test_the_stage_has_the_size_that_is_reported() -> None:
    from _rules import TWELVE
    from _stage import stage

    found = stage()

    state = found.state
    assert 12 == len(TWELVE)
    assert (20, 60) == (len(state.weapons), len(state.people))
    assert 300 == sum(lot.received or 0 for lot in state.lots.values())
    assert 400 == found.checks == sum(1 for chain in state.checks.values() for _ in chain)
    assert 80 == len(found.questions)


def test_every_contestant_gives_the_same_answers() -> None:
    """By hand to the rule and what it is about, Cedar to the rule; some clear and some hold."""
    from _rules import twelve
    from _stage import stage
    from gates import agree

    few, book = stage(), twelve()

    assert 20 <= agree(few, book) <= 60


def test_each_of_the_twelve_rules_is_asked_and_most_of_them_hold_something() -> None:
    from _rules import TWELVE, twelve
    from _stage import stage
    from gates import ours

    few, book = stage(), twelve()
    verdicts = [ours(few, question, book) for question in few.questions]
    reasons = [reason for one in verdicts if isinstance(one, Hold) for reason in one.reasons]

    gates = {question.gate for question in few.questions}
    assert {"take-out", "load", "hand-over", "start", "rehearse", "roll"} == gates
    assert len(TWELVE) - 3 <= len({reason.rule for reason in reasons} & set(TWELVE))


def test_a_longer_record_gives_the_same_answers() -> None:
    from _rules import twelve
    from _stage import stage
    from gates import ours

    book = twelve()
    few, more = stage(), stage(3)

    def answers(staged: object) -> list[object]:
        found = [ours(staged, question, book) for question in staged.questions]
        return [
            {(why.rule, why.on) for why in one.reasons} if isinstance(one, Hold) else "clear"
            for one in found
        ]

    assert 1200 == more.checks
    assert answers(few) == answers(more)


def test_a_decision_without_next_steps_is_the_same_decision() -> None:
    from _rules import twelve
    from _stage import stage
    from gates import ours

    few, book = stage(), twelve()
    for question in few.questions:
        plain, whole = (ours(few, question, book, steps=steps) for steps in (False, True))

        assert type(plain) is type(whole)
        if isinstance(plain, Hold) and isinstance(whole, Hold):
            assert [(r.rule, r.on, r.missing, r.says, r.next.say) for r in plain.reasons] == [
                (r.rule, r.on, r.missing, r.says, r.next.say) for r in whole.reasons
            ]


def test_the_long_production_adds_up() -> None:
    from _production import long_production
    from fold import folded, hold_to_order, lines_of

    record, _ = folded(lines_of(long_production(2_000).said))

    hold_to_order(record)
    assert 2_000 <= len(record.by_id)
    assert not any(isinstance(said, Kept) for said in record.by_id.values())


@pytest.mark.parametrize(("ratio", "met"), [(0.49, False), (0.5, True), (0.51, True)])
def test_the_last_line_says_what_was_measured_and_whether_it_is_enough(
    ratio: float, met: bool
) -> None:
    from _measure import last_line

    line = last_line(
        "gates",
        figures={"ours_per_s": 9},
        ratios={"ours_to_by_hand": ratio},
        targets={"ours_to_by_hand": (">=", 0.5), "ours_per_s": ("<=", 9)},
    )

    assert "\n" not in line
    assert {
        "bench": "gates",
        "figures": {"ours_per_s": 9},
        "ratios": {"ours_to_by_hand": ratio},
        "targets": {"ours_to_by_hand": ">= 0.5", "ours_per_s": "<= 9"},
        "met": met,
    } == json.loads(line)

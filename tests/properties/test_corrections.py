"""Protects: nobody talks a held gate open by taking words back.

Every kind of correction and withdrawal, by whoever said it, by whoever has the weapon, by
anybody else; alone, and two by one person; said in time, and entered late. On what the
record was, the gate held: so it holds.

And what is entered late is judged at its own place, and moves no verdict that was given.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import pytest

from showclear.core import vocabulary
from showclear.core.gates import Clear, Hold, Verdict, question_of
from showclear.core.record import Record
from showclear.core.statement import Kept, Statement
from showclear.rules.judge import judge
from showclear.testing.damage import damaged
from showclear.testing.live import later, read_live, said_live, verdict_on
from tests.cases.held import Held, all_held
from tests.cases.told import DAY, book, case

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))
TIMES = 3000 if LONG else 150


def places_told(held: Held) -> tuple[int, ...]:
    """Where the statements stand that the verdict names, or that its act is about."""
    verdict = held.verdict()
    assert isinstance(verdict, Hold)
    named = {name for reason in verdict.reasons for name in (*reason.witnesses, reason.since or "")}
    about = {held.act.id, *_names(held.act)}
    found = tuple(
        place
        for place, one in enumerate(held.read)
        if one.id in named or place in held.held_by or about & _names(one)
    )
    # The close of a day is about all of it.
    return found or tuple(range(len(held.read)))


def _names(said: Statement) -> set[str]:
    attrs = ("weapons", "lots", "on", "activity", "for_", "lot", "weapon", "person")
    values = [getattr(said, attr, None) for attr in attrs]
    listed = [value if isinstance(value, tuple) else (value,) for value in values]
    return {name for value in listed for name in value if isinstance(name, str)}


@cache
def told(held: Held) -> tuple[int, ...]:
    return places_told(held)


def speakers(held: Held, target: Statement) -> list[str]:
    """Whoever said it, whoever has what it is about, whoever runs the set, and somebody."""
    state = held.record().state
    holders = [
        weapon.holder
        for name in getattr(target, "weapons", ())
        if (weapon := state.weapons.get(name)) is not None and weapon.holder
    ]
    return [str(target.speaker), *holders, "ad", "script"]


def taken_back(
    held: Held, chance: Random, number: int, by: str | None = None
) -> tuple[str, dict[str, Any]]:
    """One correction or withdrawal, with what kind it is."""
    place = chance.choice(told(held))
    target, plain = held.read[place], held.said[place]
    at = str(held.said[-1]["at"]) if chance.random() < 0.7 else str(plain["at"])
    own = {
        "id": f"back-{number}",
        "at": at,
        "by": by or chance.choice(speakers(held, target)),
        "attested": "badge",
    }
    if at == plain["at"]:
        own["entered_at"] = str(held.said[-1]["at"])
    if chance.random() < 0.35:
        return "withdrawn", {**own, "what": "statement.withdrawn", "of": target.id}
    spoilt = damaged(held.said, chance, places=[place]).said[place]
    if "count" in plain and chance.random() < 0.5:
        spoilt = {**plain, "count": chance.randint(0, 12)}
    if "passed" in plain and chance.random() < 0.5:
        spoilt = {**plain, "passed": not plain["passed"]}
    fields = {key: value for key, value in spoilt.items() if key not in ("said_by", "entered_at")}
    return "corrected", {**fields, **own, "what": plain["what"], "corrects": target.id}


def verdicts(record: Record, held: Held) -> list[Verdict]:
    """What the gate answers, asked at its own place and asked now."""
    answers = []
    for states in (record.before(held.act), record.asked_now(held.act)):
        question = question_of(held.act, states[0])
        assert question is not None
        answers.append(judge(states, question, book(), as_of=held.as_of))
    return answers


@pytest.mark.parametrize("pair", [False, True], ids=["alone", "in pairs by one person"])
def test_nothing_taken_back_opens_a_gate(pair: bool) -> None:
    chance, seen, opened = Random(20 + pair), Counter[str](), []
    histories = all_held(every=12)
    for number in range(TIMES):
        held = chance.choice(histories)
        kind, said = taken_back(held, chance, number)
        backs = [said]
        if pair:
            other, second = taken_back(held, chance, number + TIMES, by=str(said["by"]))
            kind = f"{kind}, then {other}"
            if chance.random() < 0.3:
                # Of the first one, not of what stood there before it.
                key = (
                    "of"
                    if "of" in second and second["what"] == "statement.withdrawn"
                    else "corrects"
                )
                second = {**second, key: said["id"]}
            backs.append(second)
        record = held.record()
        for back in backs:
            read = read_live(back, number)
            seen["could not be read"] += isinstance(read, Kept)
            record.add(read)
        seen[kind] += 1
        seen["made another reading"] += len(record.worlds) > 1
        if any(isinstance(answer, Clear) for answer in verdicts(record, held)):
            opened.append((held.name, kind, backs))

    print(dict(seen))
    assert [] == opened
    assert seen["made another reading"] > TIMES * 0.6
    assert min(seen[kind] for kind in seen if "corrected" in kind or "withdrawn" in kind) > 5


def test_the_same_would_open_many_of_them_if_it_were_believed() -> None:
    """Otherwise the property above would hold for gates that nothing can open."""
    believed = 0
    for held in all_held(every=12):
        for place in held.held_by:
            left = [one for one in held.read if one is not held.read[place]]
            record = Record().add_all(left)
            believed += isinstance(verdict_on(record, held.act, book(), as_of=held.as_of), Clear)

    assert believed > 40


# --- entered late ------------------------------------------------------------------


def day() -> tuple[tuple[Statement, ...], list[dict[str, Any]]]:
    said = said_live(case(DAY))
    return tuple(read_live(one, place) for place, one in enumerate(said)), said


def given(read: tuple[Statement, ...]) -> dict[str, Verdict]:
    """Every verdict of the day, as it was given."""
    record, out = Record(), {}
    for one in read:
        if one.what in vocabulary.GATE_OF_TAG:
            out[str(one.id)] = verdict_on(record, one, book(), as_of=case(DAY).judged_as_of)
        record.add(one)
    return out


def gated(read: tuple[Statement, ...]) -> list[int]:
    return [place for place, one in enumerate(read) if one.what in vocabulary.GATE_OF_TAG]


def test_an_act_entered_late_is_judged_at_its_own_place() -> None:
    read, _ = day()
    verdict_of = given(read)
    places = gated(read) if LONG else gated(read)[::4]

    for place in places:
        act = read[place]
        late = replace(act, entered_at=read[-1].at)
        record = Record().add_all([*read[:place], *read[place + 1 :]])

        found = verdict_on(record, late, book(), as_of=case(DAY).judged_as_of)

        # In the act's own minute what was said after it stands before it now.
        if read[place + 1].at != act.at if place + 1 < len(read) else True:
            assert verdict_of[str(act.id)] == found, act.id


def test_what_is_entered_late_holds_what_comes_after_its_own_place_and_nothing_before() -> None:
    read, said = day()
    before, act, after = (
        next(place for place, one in enumerate(read) if one.id == name)
        for name in ("w-0918-hand-1", "w-0928-show-2", "w-1015-load")
    )
    entry = {
        "id": "late",
        "what": "weapon.held",
        "weapon": "rev-1",
        "because": "the hammer slips",
        "by": "lead",
        "attested": "badge",
        "at": later(str(said[act]["at"]), 0),
        "entered_at": said[-1]["at"],
    }
    record = Record().add_all([*read[:before], *read[before + 1 : after], *read[after + 1 :]])
    record.add(read_live(entry, 0))

    answers = [
        verdict_on(
            record,
            replace(read[place], entered_at=read[-1].at),
            book(),
            as_of=case(DAY).judged_as_of,
        )
        for place in (before, after)
    ]

    assert [Clear, Hold] == [type(answer) for answer in answers]


def test_a_late_entry_moves_no_verdict_that_was_given() -> None:
    read, said = day()
    place = next(n for n, one in enumerate(read) if one.id == "w-0918-hand-1")
    record = Record().add_all(read[:place])
    verdict = verdict_on(record, read[place], book(), as_of=case(DAY).judged_as_of)
    stored = {
        "id": "v-1",
        "what": "verdict.given",
        "by": "server",
        "attested": "server",
        "at": said[place]["at"],
        "for": str(read[place].id),
        "gate": "hand-over",
        "on": ["rev-1"],
        "answer": "clear",
        "relied_on": list(verdict.relied_on) if isinstance(verdict, Clear) else [],
    }
    record.add_all([read[place], read_live(stored, 0)])
    kept = record.by_id["v-1"]
    entry = {
        "id": "late",
        "what": "weapon.unattended",
        "weapon": "rev-1",
        "by": "script",
        "attested": "badge",
        "at": said[place - 1]["at"],
        "entered_at": said[place]["at"],
    }

    record.add(read_live(entry, 0))
    again = verdict_on(
        record,
        replace(read[place], id=type(kept.id)("again")),
        book(),
        as_of=case(DAY).judged_as_of,
    )

    assert isinstance(verdict, Clear)
    assert kept is record.by_id["v-1"]
    assert kept in record.as_said.said
    assert isinstance(again, Hold), "asked again, the same act is judged on what is known now"

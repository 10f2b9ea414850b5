"""Protects: a stored verdict has ids and closed words, no sentence, and always fits an entry."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from showclear.app.verdicts import bare, not_judged, reason_fields, sentences, verdict_fields
from showclear.core.fields import PersonId, StatementId
from showclear.core.gates import Clear, Hold, Lifted, Next, Question, Reason, Verdict
from showclear.core.sealing import seal
from showclear.core.statement import Kept
from showclear.ledger.journal import ENTRY_BYTES_MAX
from showclear.rules.judge import book_of

CLOCK = "2026-06-09T08:00:00Z"
AT = datetime(2026, 6, 9, 8, tzinfo=UTC)
BOOK = book_of([])


def question(*on: str) -> Question:
    act = Kept(id=StatementId("act"), by=PersonId("props"), at=AT)
    return Question(gate="hand-over", act=act, at=AT, on=tuple(on))


def reason(on: str = "revolver", witnesses: Iterable[str] = ("w1",)) -> Reason:
    return Reason(
        pack="showclear-baseline",
        rule="checked-today",
        cite="A book, page 3",
        force="practice",
        missing=("chamber-empty",),
        on=on,
        witnesses=tuple(witnesses),
        says="Nobody has looked into it today.",
        next=Next("Open it and look"),
    )


def told(verdict: Verdict, *on: str) -> dict[str, Any]:
    return verdict_fields("act", question(*on), verdict, BOOK, clock=CLOCK)


def clear(*relied_on: str, **more: Any) -> Clear:
    return Clear(relied_on=relied_on, rules=("p/r",), **{"warned": (), "lifted": (), **more})


def test_a_hold_has_its_reasons_in_closed_words() -> None:
    fields = told(Hold(reasons=(reason(),)), "revolver")

    assert {
        "for": "act",
        "gate": "hand-over",
        "on": ["revolver"],
        "answer": "hold",
        "reasons": [
            {
                "pack": "showclear-baseline",
                "rule": "checked-today",
                "missing": ["chamber-empty"],
                "on": "revolver",
                "witnesses": ["w1"],
            }
        ],
        "packs": {},
        "clock": CLOCK,
    } == fields


def test_a_clear_names_what_it_relied_on_and_what_was_warned_of_and_lifted() -> None:
    lifted = Lifted("showclear-baseline/r", "for a rehearsal, in words", "revolver")

    fields = told(clear("s1", "s2", warned=(reason(),), lifted=(lifted,)), "revolver")

    assert ("clear", ["s1", "s2"]) == (fields["answer"], fields["relied_on"])
    assert "reasons" not in fields
    assert ["checked-today"] == [one["rule"] for one in fields["warned"]]
    assert ["for-a-rehearsal-in-words"] == [one["exception"] for one in fields["lifted"]]


def test_on_nothing_it_is_on_the_act() -> None:
    assert ["act"] == told(clear("s1"))["on"]


@pytest.mark.parametrize("words", ["the old church, in words", "Łódź", "a" * 300, ""])
def test_words_never_stand_in_it(words: str) -> None:
    fields = told(Hold(reasons=(reason(words, (words,)),)), "revolver", words)

    assert ["revolver"] == fields["on"]
    assert [] == fields["reasons"][0]["witnesses"]
    assert " " not in fields["reasons"][0]["on"]
    assert fields["reasons"][0]["on"].isascii()


def test_nor_in_what_an_exception_was_lifted_on() -> None:
    lifted = Lifted("showclear-baseline/r", "in words", "the old church, in words")

    (one,) = told(clear("s1", lifted=(lifted,)))["lifted"]

    assert " " not in "".join(one.values())


@pytest.mark.parametrize("count", [1, 400])
def test_nothing_of_it_has_to_be_sealed(count: int) -> None:
    """Whoever reads it with the vocabulary finds nothing that must be taken out."""
    common = {"id": "verdict/act", "what": "verdict.given", "at": CLOCK, "by": "server"}
    many = tuple(reason(f"weapon-{number}") for number in range(count))
    lifted = Lifted("showclear-baseline/r", "in words", "revolver")
    for verdict in (
        Hold(reasons=(*many, reason("speed_kmh, minutes")), warned=many, lifted=(lifted,)),
        clear("s1", warned=many, lifted=(lifted,)),
    ):
        said = {**common, "attested": "server", **told(verdict, "revolver")}

        sealed = seal(said, lambda: bytes(16))

        assert said == sealed.payload
        assert () == sealed.texts


def test_what_is_left_out_is_counted() -> None:
    many = tuple(reason(f"weapon-{number}") for number in range(900))

    fields = told(Hold(reasons=many), *(f"weapon-{number}" for number in range(900)))

    assert 900 == len(fields["reasons"]) + fields["left_out"]["reasons"]
    assert 900 == len(fields["on"]) + fields["left_out"]["on"]


@pytest.mark.parametrize(
    "verdict",
    [
        Hold(
            reasons=tuple(
                reason(f"weapon-{n}-{'x' * 160}", [f"s-{m}-{'x' * 160}" for m in range(60)])
                for n in range(300)
            )
        ),
        clear(*(f"s-{number}-{'x' * 170}" for number in range(900))),
        clear(
            "s1",
            warned=tuple(reason(f"weapon-{n}-{'x' * 180}") for n in range(400)),
            lifted=tuple(Lifted("p/" + "r" * 180, "e" * 80, "x" * 180) for _ in range(400)),
        ),
        Hold(reasons=(reason(witnesses=[f"s-{n}-{'x' * 170}" for n in range(2_000)]),)),
    ],
    ids=["many reasons", "much relied on", "many warnings", "many witnesses"],
)
def test_it_fits_an_entry_however_much_there_is_to_say(verdict: Verdict) -> None:
    on = [f"weapon-{number}-{'x' * 160}" for number in range(400)]

    fields = told(verdict, *on)

    # An entry holds it as base64url with a header and a signature beside it.
    assert len(json.dumps(fields, separators=(",", ":"))) < (ENTRY_BYTES_MAX - 1_000) * 3 // 4
    assert ("hold" if isinstance(verdict, Hold) else "clear") == fields["answer"]


def test_a_judge_that_failed_holds_on_what_was_asked() -> None:
    held = not_judged(question("revolver"))

    assert [("showclear-core", ("not-judged",), "revolver")] == [
        (one.pack, one.missing, one.on) for one in held.reasons
    ]
    assert "act" == not_judged(question()).reasons[0].on


def test_the_sentences_are_for_whoever_asked_and_not_stored() -> None:
    held = Hold(reasons=(reason(),))

    assert ("Nobody has looked into it today. Next: Open it and look",) == sentences(held)
    assert () == sentences(clear("s1"))
    assert "Nobody has looked" not in json.dumps(told(held, "revolver"))


def test_bare_is_the_verdict_without_the_common_fields() -> None:
    fields = told(clear("s1"), "revolver")
    common = {"id": "verdict/act", "what": "verdict.given", "at": CLOCK, "by": "server"}

    assert fields == bare({**common, "attested": "server", **fields})


def test_a_reason_alone_is_told_the_same_way() -> None:
    assert "checked-today" == reason_fields(reason())["rule"]

"""Protects: what is acknowledged is durable, and every incoming statement gets its own answer.

What becomes of a full disk or a crash is told in `tests/faults`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from showclear.adapters.production_folder import with_keys
from showclear.app.incoming import Signed, Taken
from showclear.app.recording import GROUP_MAX, Recorder
from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import EvidenceError, WriterRefusedError
from tests.stories.production import (
    Device,
    Production,
    answer,
    crew_and_guns,
    people_arrive,
    production,
    props_takes_out,
    shelf,
)

TABLET = Device(name="tablet")
AT = "2026-06-09T08:00:00Z"


@pytest.fixture
def made(tmp_path: Path) -> Production:
    western = production(tmp_path / "western")
    western.take(*crew_and_guns(), TABLET.enrolled())
    return western


def test_what_is_answered_is_on_the_disk(made: Production) -> None:
    (one,) = made.take(people_arrive("a", AT, "dp"))

    # Another opens the folder's journal and finds it.
    assert one.index is not None
    assert "a" == made.log[one.index].payload["id"]


def test_nothing_said_is_nothing_recorded(made: Production) -> None:
    size = made.recorder.size

    assert [] == made.record()
    assert size == made.recorder.size


def test_a_group_of_nothing_but_asides_makes_no_entry(made: Production) -> None:
    size = made.recorder.size

    (one,) = made.record(Signed(jws=b"hello"))

    assert one.aside is not None
    assert size == made.recorder.size
    assert 1 == len(made.asides)


def test_every_statement_has_its_answer_in_its_place(made: Production) -> None:
    repeated = people_arrive("r", AT, "dp")
    made.take(repeated)

    answers = made.record(
        Signed(jws=b"hello"),
        Taken(fields=repeated),
        Taken(fields=people_arrive("a", AT, "dp")),
        TABLET.sign(people_arrive("b", AT, "dp")),
        Taken(fields=props_takes_out("out", AT)),
        Taken(fields=people_arrive("a", AT, "dp")),
    )

    assert ["", "r", "a", "b", "out", "a"] == [one.id for one in answers]
    assert [True] + 5 * [False] == [one.aside is not None for one in answers]
    assert [True] == [one.repeat for one in answers if one.id == "r"]
    assert ["", "", "", "", "clear", ""] == [answer(one) for one in answers]
    assert answers[2].index == answers[5].index
    assert answers[2].receipt == answers[5].receipt


def test_the_clock_is_read_once_for_a_group(made: Production) -> None:
    made.close()
    folder = with_keys(made.path)
    read: list[datetime] = []

    def clock() -> datetime:
        read.append(datetime(2026, 6, 9, 9, tzinfo=UTC) + timedelta(minutes=len(read)))
        return read[-1]

    recorder = Recorder(folder, shelf(), clock=clock, random=made.random)
    recorder.record([Taken(fields=people_arrive(f"a-{n}", AT, "dp")) for n in range(5)])
    recorder.close()

    assert 1 == len(read)
    assert "2026-06-09T09:00:00Z" == made.log[-1].payload["clock"]


def test_the_time_is_kept_in_utc_and_whole_seconds(made: Production) -> None:
    made.now = datetime.fromisoformat("2026-06-09T10:30:15.999999+02:00")

    made.take(people_arrive("a", AT, "dp"))

    assert "2026-06-09T08:30:15Z" == made.log[-1].payload["clock"]


@pytest.mark.parametrize("gated", [False, True])
def test_the_largest_group_fits_whatever_its_ids_are(made: Production, gated: bool) -> None:
    """Two hundred and fifty-six devices that slept all winter, with the longest names there are."""
    ids = [f"{number:03}{'x' * 177}" for number in range(GROUP_MAX)]
    winter = (made.now - timedelta(days=200)).isoformat()
    say = props_takes_out if gated else lambda name, at: people_arrive(name, at, "dp")

    answers = made.record(*(TABLET.sign(say(name, winter)) for name in ids))

    assert GROUP_MAX == sum(one.index is not None for one in answers)
    named = [name for said in made.log for name in said.payload.get("ids", ())]
    assert set(ids) <= set(named)


def test_published_is_what_the_journal_has(made: Production) -> None:
    made.take(people_arrive("a", AT, "dp"))
    made.recorder.publish()

    raw = (made.path / "log" / "checkpoint").read_bytes()
    point = open_checkpoint(raw, with_keys(made.path).key).checkpoint
    assert made.recorder.size == point.size


def test_an_opening_publishes_what_was_not(made: Production) -> None:
    made.take(people_arrive("a", AT, "dp"))
    size = made.recorder.size

    made.restart()

    raw = (made.path / "log" / "checkpoint").read_bytes()
    assert size == open_checkpoint(raw, with_keys(made.path).key).checkpoint.size


def test_a_view_is_kept_when_enough_has_come(made: Production) -> None:
    def kept() -> int:
        journal = with_keys(made.path).journal()
        try:
            view = journal.snapshot()
            return 0 if view is None else view.size
        finally:
            journal.close()

    size = made.recorder.size
    made.recorder.keep_view(every=size + 1)
    assert 0 == kept()
    made.recorder.keep_view(every=size)
    assert size == kept()
    made.take(people_arrive("a", AT, "dp"))
    made.recorder.keep_view(every=3)
    assert size == kept()


def test_closed_twice_it_is_closed_and_asked_again_it_opens(made: Production) -> None:
    recorder = made.recorder
    recorder.close()
    recorder.close()
    recorder.keep_view()

    assert recorder.size == len(made.log)
    recorder.close()


def test_a_receipt_of_another_log_stops_the_opening(made: Production, tmp_path: Path) -> None:
    other = production(tmp_path / "other", chance=Random(8))
    (theirs,) = other.take(people_arrive("a", AT, "dp"))
    other.close()
    made.close()
    assert theirs.receipt is not None

    # Of another log it is no evidence about this one, and nothing is signed on a guess.
    with pytest.raises(EvidenceError):
        Recorder(
            with_keys(made.path),
            shelf(),
            clock=lambda: made.now,
            random=made.random,
            presented={"theirs": theirs.receipt},
        )


def test_a_key_of_another_server_writes_nothing(made: Production) -> None:
    made.close()
    folder = replace(with_keys(made.path), server=SigningKey(bytes(32)))

    with pytest.raises(WriterRefusedError) as refused:
        Recorder(folder, shelf(), clock=lambda: made.now, random=made.random)

    assert "other-key" == refused.value.code


def test_texts_are_salted_each_by_itself(made: Production) -> None:
    made.take(*(people_arrive(f"a-{n}", AT, "dp", note="the same words") for n in range(20)))

    salts = [salt for said in made.log for salt, text in said.texts.values() if "same" in text]
    seals = {str(one["note"]) for one in made.payloads.values() if one["id"].startswith("a-")}
    assert 20 == len(set(salts)) == len(seals)
    assert {16} == {len(salt) for salt in salts}

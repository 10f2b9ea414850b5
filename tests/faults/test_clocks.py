"""A clock that is wrong never turns the record back, and both times stand in it.

A laptop's clock jumps when it meets a network; a phone's is set by hand. What was known
first stays first, and nobody's clock puts a stop where nobody can reach it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from showclear.app.incoming import Answer, Signed
from showclear.app.recording import Recorder
from showclear.core.sealing import seal
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import read_statement, sign_statement
from showclear.ledger.payload import read_payload, write_payload
from showclear.testing.memory_journal import MemoryJournal
from tests.faults.sets import MORNING, Set, arrived, asked, new_set, taken

TABLET = SigningKey(b"tablet".ljust(32, b"."))


def said(made: Set, what: str) -> list[dict[str, Any]]:
    """The payloads of one kind, in the order of the log."""
    journal = MemoryJournal(made.kept)
    payloads = [
        read_payload(read_statement(entry).payload)
        for entry in journal.entries(0, len(made.kept.rows))
    ]
    return [payload for payload in payloads if payload["what"] == what]


def clocks(made: Set) -> list[datetime]:
    return [datetime.fromisoformat(one["clock"]) for one in said(made, "received")]


def test_a_clock_set_back_does_not_take_the_record_back_and_the_difference_is_recorded() -> None:
    made = new_set()
    recorder = made.recorder()
    made.later(600)
    recorder.record([arrived("a/1")])

    made.later(-3_600)
    recorder.record([arrived("a/2")])

    assert [MORNING, MORNING + timedelta(seconds=600), MORNING + timedelta(seconds=600)] == (
        clocks(made)
    )
    assert {"server": -3_600} == said(made, "received")[-1]["offsets"]


def test_nor_after_a_start() -> None:
    made = new_set()
    made.later(600)
    recorder = made.recorder()
    recorder.record([arrived("a/1")])
    recorder.close()

    made.later(-86_400)
    made.recorder().record([arrived("a/2")])

    assert MORNING + timedelta(seconds=600) == clocks(made)[-1]
    assert {"server": -86_400} == said(made, "received")[-1]["offsets"]


def test_a_clock_that_was_ahead_and_is_set_right_waits_until_time_has_caught_up() -> None:
    made = new_set()
    recorder = made.recorder()
    made.later(7_200)
    recorder.record([arrived("a/1")])
    made.later(-7_200)
    for minute in range(3):
        made.later(60)
        recorder.record([arrived(f"b/{minute}")])
    made.later(7_200)
    recorder.record([arrived("c/1")])

    times = clocks(made)
    assert sorted(times) == times
    offsets = [one.get("offsets") for one in said(made, "received")]
    assert [None, None, {"server": -7_140}, {"server": -7_080}, {"server": -7_020}, None] == offsets


def test_verdicts_too_are_dated_by_a_clock_that_never_goes_back() -> None:
    made = new_set()
    recorder = made.recorder()
    for step, seconds in enumerate((60, -600, 60, 900)):
        made.later(seconds)
        recorder.record([asked(f"b/{step}")])

    times = [datetime.fromisoformat(one["clock"]) for one in said(made, "verdict.given")]
    assert sorted(times) == times


# Devices


def enrolled(made: Set) -> Recorder:
    """A record that a tablet may sign for, and no sample: what it says really happened."""
    recorder = made.recorder()
    key = encode_base64url(TABLET.public).decode()
    recorder.record([taken("t/1", "device.enrolled", device="cart", kind="tablet", key=key)])
    return recorder


def real_set() -> Set:
    made = new_set(sample=False)
    assert not made.recorder().spine.sample
    return made


def by_tablet(name: str, what: str, *, at: datetime, **fields: Any) -> Signed:
    common = {"id": name, "what": what, "at": at.isoformat(), "by": "ana"}
    sealed = seal({**common, "attested": "shared-tablet", **fields}, lambda: bytes(16))
    return Signed(
        jws=sign_statement(write_payload(sealed.payload), TABLET),
        texts={text.path: (text.salt, text.text) for text in sealed.texts},
    )


def stopped(answer: Answer) -> bool:
    """Whether a gate held because work was stopped."""
    assert answer.verdict is not None
    return "stopped" in json.dumps(answer.verdict["reasons"])


@pytest.mark.parametrize("days", [-400, -1, 1, 3_650])
def test_both_times_of_a_device_whose_clock_is_off_are_in_the_record(days: int) -> None:
    made = real_set()
    recorder = enrolled(made)
    at = MORNING + timedelta(days=days)

    recorder.record([by_tablet("p/1", "people.arrived", at=at, people=["ana"])])

    assert [at.isoformat()] == [one["at"] for one in said(made, "people.arrived")]
    assert {"p/1": days * 86_400} == said(made, "received")[-1]["offsets"]


def test_a_stop_dated_ten_years_ahead_stops_now_and_can_be_lifted_now() -> None:
    made = real_set()
    recorder = enrolled(made)
    ahead = MORNING + timedelta(days=3_650)
    recorder.record([by_tablet("s/1", "stop.called", at=ahead, stop="halt", scope="all")])
    (during,) = recorder.record([asked("b/1")])
    made.later(60)
    now = made.now.isoformat()
    recorder.record([taken("r/1", "work.resumed", stop="halt", agreed_by=["ben", "cem"], at=now)])

    made.later(60)
    (after,) = recorder.record([asked("b/2", at=made.now.isoformat())])

    assert stopped(during)
    assert not stopped(after)
    # And so it is when everything is read again.
    recorder.close()
    (later,) = made.recorder().record([asked("b/3", at=made.now.isoformat())])
    assert not stopped(later)


def test_a_check_dated_ahead_does_not_outlast_what_comes_after_it() -> None:
    made = real_set()
    recorder = enrolled(made)
    ahead = MORNING + timedelta(days=2)
    recorder.record([by_tablet("s/1", "stop.called", at=MORNING, stop="halt", scope="all")])
    # A restart that claims to come from tomorrow ends the stop of today and no later one.
    recorder.record(
        [by_tablet("r/1", "work.resumed", at=ahead, stop="halt", agreed_by=["ben", "cem"])]
    )
    made.later(60)
    at = made.now
    recorder.record([by_tablet("s/2", "stop.called", at=at, stop="second", scope="all")])

    (answer,) = recorder.record([asked("b/1", at=at.isoformat())])

    assert stopped(answer)

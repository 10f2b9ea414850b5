"""A case as a live set would have said it: plain statements, and one gate asked of them.

* What stands above a case's statements is said as well, a day before all of them.
* Statements come in the order in which they became known, each with its `attested`
  written out: what is not written is worth less on a live set than in a case file.
* Reading them is the live reading. It refuses nothing; what it cannot read holds.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from showclear.app.sayings import above
from showclear.core.case import Case
from showclear.core.gates import Question, Verdict, question_of
from showclear.core.parse import read_statement
from showclear.core.record import Record
from showclear.core.state import State
from showclear.core.statement import Statement
from showclear.rules.judge import Book, judge

Said = Mapping[str, Any]


def said_live(case: Case) -> list[dict[str, Any]]:
    """Return everything a case says, as plain statements in the order of a live set."""
    timed = [_plain(item) for item in case.raw.get("statements", ()) if _is_said(item)]
    timed.sort(key=lambda said: _minute(said.get("entered_at") or said["at"]))
    before = _minute(timed[0]["at"]) - timedelta(days=1)
    return [*_above(case.raw, before.isoformat()), *timed]


def _is_said(item: Mapping[str, Any]) -> bool:
    return set(item) != {"truth"} and item.get("what") != "harm.done"


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    said = {"what": "gate.asked", **item["ask"]} if set(item) == {"ask"} else item
    return {"attested": "badge", **copy.deepcopy(dict(said))}


def _minute(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(second=0, microsecond=0)


def _above(raw: Mapping[str, Any], at: str) -> Iterator[dict[str, Any]]:
    """What stands above a case's statements, said at a time like everything else."""
    for said in above(raw):
        del said["at_is"]
        yield {**said, "at": at}


def read_live(said: Said, place: int) -> Statement:
    """Read one statement as a live set reads it; `place` names what has no id."""
    return read_statement(said, fallback_id=f"kept-{place}")


def asked(record: Record, act: Statement) -> tuple[tuple[State, ...], Question | None]:
    """The states on which an act is judged, and the question."""
    states = record.asked_now(act)
    return states, question_of(act, states[0])


def verdict_on(record: Record, act: Statement, book: Book, *, as_of: date) -> Verdict:
    """Judge one gated act on a record that does not hold it yet.

    Raises:
        ValueError: If no gate is asked before this statement.
    """
    states, question = asked(record, act)
    if question is None:
        raise ValueError(f"no gate is asked before {act.id}")
    return judge(states, question, book, as_of=as_of)


def later(at: str, minutes: float) -> str:
    """Another time, in the same offset."""
    return (datetime.fromisoformat(at) + timedelta(minutes=minutes)).isoformat()

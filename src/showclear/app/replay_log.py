"""A production's record as something to replay: what really happened, under any pack.

* Statements stand in the order in which they became known, each as what it was worth then.
* Every act is judged as by the law of its own day; a sample's by that of the cases.
* What a gate answered then stays what it answered. Where an answer now is another, that is
  said beside it, and never in the place of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from showclear.app.reading_log import clock_of, entries_of
from showclear.app.replaying import Walk
from showclear.app.spine import OWN, Spine
from showclear.core.case import JUDGED_AS_OF, Case, Expect
from showclear.core.gates import Hold
from showclear.core.statement import Statement
from showclear.ledger.journal import Journal
from showclear.ledger.payload import what_of
from showclear.rules.grammar import Pack

KIND = "record"
"""What a replayed production is among cases: neither incident nor day, and never counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A production's record, read.

    Attributes:
        case: Its statements, as a case without expectations.
        answers: What each gate answered then, by the act: `clear` or `hold`.
        adopted: The packs it was judged by at the end.
    """

    case: Case
    answers: Mapping[str, str]
    adopted: tuple[str, ...]


def recorded(journal: Journal, shelf: Mapping[str, Pack], *, name: str, file: str) -> Recorded:
    """Read a production's record for a replay.

    Args:
        name: What it is called among cases.
        file: The folder, for messages.
    """
    head = journal.head()
    spine = Spine(shelf)
    items: list[Statement] = []
    answers: dict[str, str] = {}
    where = ""
    waiting: list[Any] = []
    for said in entries_of(journal, 0, head.size if head is not None else 0):
        if said.index == 0:
            spine.keyring.first(said.payload, kid=said.kid)
        what = what_of(said.payload)
        own = what in OWN and said.kid == spine.keyring.server
        if what == "production.opened":
            where = where or _place(said.payload.get("jurisdiction"))
        if own and what == "verdict.given":
            answers[str(said.payload.get("for"))] = str(said.payload.get("answer"))
        elif own:
            clock = clock_of(said.payload)
            for one in waiting:
                key = spine.keyring.key_for(one.kid, index=one.index)
                read = spine.read(one.payload, one.texts, key=key, clock=clock)
                spine.take(read)
                spine.keyring.see(one.payload, kid=one.kid, index=one.index)
                items.append(read)
            waiting = []
        else:
            waiting.append(said)
    case = Case(
        id=name,
        kind=KIND,
        title=spine.title or name,
        where=where,
        packs=tuple(spine.adopted),
        grade="",
        would_be_running="",
        before=(),
        items=tuple(items),
        expect=Expect(),
        variants=(),
        judged_as_of=JUDGED_AS_OF if spine.sample else date.min,
        sources=(),
        raw={},
        file=file,
        on_the_day=True,
    )
    return Recorded(case=case, answers=answers, adopted=tuple(spine.adopted))


def _place(jurisdiction: object) -> str:
    return jurisdiction if isinstance(jurisdiction, str) and jurisdiction != "unknown" else ""


def changed_answers(record: Recorded, done: Walk) -> list[dict[str, str]]:
    """Every gate that answers otherwise now than it did then."""
    found: list[dict[str, str]] = []
    for one in done.judged:
        then = record.answers.get(one.statement.id)
        now = "hold" if isinstance(one.verdict, Hold) else "clear"
        if then is not None and then != now:
            found.append({"statement": one.statement.id, "then": then, "now": now})
    return found

"""What runs: duties whose time has not run out, duties that are late, waits that are on.

A view of the record at a moment, whatever the gate. Nothing here decides: what a clock
says is what its gates will say at that moment (see `after`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from showclear.core.fields import PersonId, StatementId
from showclear.core.gates import Question
from showclear.core.own_asked import Asked
from showclear.core.said_plan import GateAsked
from showclear.core.state import State
from showclear.rules.context import Context
from showclear.rules.explain import clock_time
from showclear.rules.grammar import After
from showclear.rules.judge import Book, in_force, only_warns
from showclear.rules.outcome import Begun, Compiled

_ASKING: Final = "clocks"
"""Who asks: nobody; the id of an act that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One duty or wait that an event began and nothing has ended.

    Attributes:
        rule: `pack/rule`.
        kind: `duty` or `wait`.
        state: Of a duty `running` or `late`; of a wait `running`, or `needs` where the time
            has passed and something has still to be said; `unknown` where no time is known.
        soon: A quarter of the time or less is left of a duty.
        about: The incident, activity, weapon or thing; `person` where it is of one person.
        since: The statement that it began with, and `began`, when.
        until: When it runs out, or has passed.
        missing: What has to be said; words of the closed list.
        gates: Where it holds, now or then.
        holds: Whether it would hold there now.
        only_warns: Nobody has read its rule in the source: it never holds.
    """

    rule: str
    cite: str
    force: str
    kind: str
    state: str
    soon: bool
    about: str
    person: str | None
    since: str
    began: datetime | None
    until: datetime | None
    missing: tuple[str, ...]
    gates: tuple[str, ...]
    holds: bool
    only_warns: bool
    says: str
    next: str


def clocks(state: State, book: Book, now: datetime, *, language: str = "en") -> tuple[Clock, ...]:
    """Every duty and wait that is on at a moment, the soonest first, those without time before.

    Args:
        now: The moment, aware; also the day whose rules are asked.
    """
    act = GateAsked(id=StatementId(_ASKING), by=PersonId("server"), at=now, gate="close-day", on=())
    question = Question(gate="close-day", act=act, at=now, on=(), doer="server")
    context = Context(Asked(state, question, language, steps=False))
    found = [
        _clock(state, compiled, begun, now, language)
        for compiled in _timed(book, now)
        for begun in (compiled.begun(context) if compiled.begun is not None else ())
    ]
    first = datetime.min.replace(tzinfo=now.tzinfo)
    return tuple(sorted(found, key=lambda one: (one.until or first, one.rule, one.about)))


def _timed(book: Book, now: datetime) -> Iterable[Compiled]:
    return (one for one in book.timed if in_force(one.pack, one.rule, now.date()))


def _clock(state: State, compiled: Compiled, begun: Begun, now: datetime, language: str) -> Clock:
    rule, pack, shape = compiled.rule, compiled.pack, compiled.rule.shape
    if not isinstance(shape, After):
        raise TypeError("a clock is of a duty or a wait")
    warns = only_warns(state, pack, rule)
    mark = begun.fact.mark
    names = {"until": clock_time(begun.until, language), "event": begun.about, "on": begun.about}
    names["person"] = begun.person or "somebody"
    for element in ("activity", "weapon", "lot", "thing"):
        names[element] = ", ".join(begun.event.get(f"the {element}") or (begun.about,))
    told = {"hazard": begun.about, "receiver": "", "giver": "", "handler": "", **names}
    left = None if begun.until is None else begun.until - now
    return Clock(
        rule=f"{pack.id}/{rule.id}",
        cite=str(rule.cite),
        force=pack.force,
        kind="wait" if shape.wait else "duty",
        state=_state(begun, wait=shape.wait),
        soon=not shape.wait and left is not None and left <= timedelta(seconds=shape.seconds) / 4,
        about=begun.about,
        person=begun.person,
        since=mark.said,
        began=mark.at if mark.timed else None,
        until=begun.until,
        missing=rule.missing,
        gates=rule.before,
        holds=bool(rule.before) and not warns and (shape.wait or begun.over),
        only_warns=warns,
        says=(rule.say.get(language) or rule.say["en"]).format(**told),
        next=(rule.next.get(language) or rule.next["en"]).format(**told),
    )


def _state(begun: Begun, *, wait: bool) -> str:
    if begun.until is None:
        return "unknown"
    if wait:
        return "needs" if begun.over else "running"
    return "late" if begun.over else "running"

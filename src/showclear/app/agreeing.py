"""May this device's word end, or take back, what somebody stopped?

`work.resumed` and `stop.mistaken` name who agrees. Whoever signs them writes those names, and
a name that somebody else wrote is no agreement. So before a device's word is taken:

1. Whoever signs it agrees by it: on their own device, or while their badge stands.
2. Anybody else has said it before, by their own word: `confirmed`, `agree`, of what stopped
   the work, or that it was a mistake. On record, and not taken back since: what comes in the
   same request is not yet known to be theirs.
3. What it would end is asked of the record itself, in every reading of it: a name of an
   activity ends the stops that are about it alone, as their own names do.
4. What is stopped is known only up to now. A restart that is dated ahead, or one of
   everything, or of an activity, while nothing is stopped, would end a stop that nobody has
   pressed yet. It is refused. By the own name of a stop that is over it ends nothing, and is
   taken.
5. A stop that stands is neither corrected nor withdrawn: not even whoever pressed it ends it
   alone, and no screen may show less than what gates hold for.

Nothing is lost by refusing: the stop stands, as it does for everybody who looks.

Source: docs/design/access.md, "Restart by two".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

from showclear.app.memory import Memory
from showclear.core import words
from showclear.core.fold_after import agreeing, named_open, resumes
from showclear.core.record import Record, minute_of
from showclear.core.said_after import StatementWithdrawn, StopMistaken, WorkResumed
from showclear.core.said_plan import Confirmed
from showclear.core.state import State
from showclear.core.statement import Statement

Payload = Mapping[str, Any]

ENDING: Final = frozenset({"work.resumed", "stop.mistaken"})


class Why(Enum):
    """Why a device's word about a stop is not taken."""

    NOT_AGREED = "somebody is named as agreeing who has not said so"
    AHEAD = "it is dated after now"
    STANDS = "it would take back a stop that stands"


def asks(payload: Payload) -> bool:
    """Whether a statement may be about a stop at all, so that the record has to be asked."""
    what = payload.get("what")
    return what in ENDING or what == StatementWithdrawn.what or "corrects" in payload


def why_not(
    said: Sequence[Statement], record: Record, memory: Memory, *, now: datetime
) -> Why | None:
    """Return why these statements of devices are not taken; None if they may be.

    Args:
        said: As the record would read them. Whoever's badge one of them claims has been asked.
        now: The server's time, UTC.
    """
    for one in said:
        if _takes_back(one, record):
            return Why.STANDS
        if one.what in ENDING and one.at is not None and minute_of(one) > _minute(now):
            return Why.AHEAD
        if _unspoken(one, record, memory):
            return Why.NOT_AGREED
    return None


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _states(record: Record) -> Iterator[State]:
    return (world.state for world in record.worlds)


# --- who agrees ------------------------------------------------------------------------------


def _unspoken(said: Statement, record: Record, memory: Memory) -> frozenset[str]:
    """Everybody who is named as agreeing and has not said so."""
    match said:
        case WorkResumed():
            named = agreeing(said)
            opened = {by for state in _states(record) for by in _ended(state, said)}
            if not opened and not _wide(record.state, resumes(said)):
                return frozenset()
        case StopMistaken():
            named = frozenset(said.agreed_by) - words.RESERVED
            opened = {
                state.stops[said.stop].mark.said
                for state in _states(record)
                if said.stop in state.stops
            }
            if not opened:
                return frozenset()
        case _:
            return frozenset()
    own = {_own(said)}
    if len(named) < 2:
        # The record ends nothing by one name, and says so to whoever asks.
        return frozenset()
    agreed = [own | set(_on_record(memory, by)) for by in opened] or [own]
    return frozenset(name for name in named for each in agreed if name not in each)


def _own(said: Statement) -> str:
    """Whose own word a statement is; empty where whoever speaks was only named."""
    alone = said.said_by in (None, said.by)
    return said.by if alone and said.attested in words.INDEPENDENT else ""


def _ended(state: State, said: WorkResumed) -> Iterator[str]:
    """The statements that opened what this would end."""
    tables: tuple[Mapping[str, Any], ...] = (
        state.stops,
        state.incidents,
        state.walk_outs,
        state.contradictions,
    )
    for name in named_open(state, resumes(said)):
        yield from (str(table[name].mark.said) for table in tables if name in table)


def _wide(state: State, names: tuple[str, ...] | None) -> bool:
    """Whether it names what a stop may be about, rather than a stop."""
    if names is None:
        return True
    tables: tuple[Mapping[str, Any], ...] = (
        state.activities,
        state.weapons,
        state.lots,
        state.things,
        state.people,
    )
    return any(name in table for name in names for table in tables)


def _on_record(memory: Memory, opened: str) -> Iterator[str]:
    for told in memory.about(opened):
        said = told.said
        agrees = isinstance(said, Confirmed) and said.of == opened and "agree" in said.as_
        if agrees and _own(said) and not _taken_back(memory, said.id, since=told.index):
            yield _own(said)
    stop = memory.find(opened)
    name = getattr(stop.said, "stop", "") if stop is not None else ""
    for told in memory.about(name) if name else ():
        said = told.said
        if isinstance(said, StopMistaken) and not _taken_back(memory, said.id, since=told.index):
            yield _own(said)


def _taken_back(memory: Memory, id_: str, *, since: int) -> bool:
    """Whether anybody withdrew, corrected or disputed a statement after it was said."""
    for told in memory.lately():
        if told.index <= since:
            return False
        if _target(told.said) == id_:
            return True
    return False


# --- what stands -----------------------------------------------------------------------------


def _target(said: Statement) -> str | None:
    """The statement that this one corrects or withdraws, if it does."""
    return said.of if isinstance(said, StatementWithdrawn) else said.corrects


def _takes_back(said: Statement, record: Record) -> bool:
    """Whether it corrects or withdraws a stop that stands, or what corrects one."""
    if (target := _target(said)) is None:
        return False
    standing = {str(stop.mark.said) for state in _states(record) for stop in state.stops.values()}
    seen: set[str] = set()
    while target is not None and target not in seen:
        if target in standing:
            return True
        seen.add(target)
        before = record.by_id.get(target)
        target = None if before is None else _target(before)
    return False


__all__ = ["ENDING", "Why", "asks", "why_not"]

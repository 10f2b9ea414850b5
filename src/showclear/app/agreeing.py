"""Has everybody who is named as agreeing said so themselves?

`work.resumed` and `stop.mistaken` name who agrees. Whoever signs them writes those names, and
a name that somebody else wrote is no agreement. So before a device's word is taken:

1. Whoever signs it agrees by it: on their own device, or while their badge stands.
2. Anybody else has said it before, by their own word: `confirmed`, `agree`, of what stopped
   the work, or that it was a mistake. On record: what comes in the same request is not yet
   known to be theirs.
3. What ends nothing that is open asks nobody.

Nothing is lost by refusing: the stop stands, as it does for everybody who looks.

Source: docs/design/access.md, "Restart by two".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from showclear.app.memory import Memory
from showclear.core import words
from showclear.core.said_after import StopMistaken
from showclear.core.said_plan import Confirmed
from showclear.core.state import State

Payload = Mapping[str, Any]

ENDING: Final = frozenset({"work.resumed", "stop.mistaken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One statement as it came, and who is known to have said it themselves.

    Attributes:
        own: Whose own word it is; empty where somebody was only named.
    """

    payload: Payload
    own: str


def unspoken(state: State, memory: Memory, said: Sequence[Word]) -> frozenset[str]:
    """Return everybody who is named as agreeing and has not said so."""
    lacking: set[str] = set()
    for one in said:
        if one.payload.get("what") not in ENDING:
            continue
        for opened in _opened_by(state, one.payload):
            agreed = {one.own, *_on_record(memory, opened)}
            lacking |= _named(one.payload) - agreed
    return frozenset(lacking)


def _named(payload: Payload) -> set[str]:
    found = _words(payload.get("agreed_by"))
    return set(found) - words.RESERVED


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)


def _opened_by(state: State, payload: Payload) -> list[str]:
    """The statements that opened what this would end."""
    tables: tuple[Mapping[str, Any], ...] = (state.stops, state.incidents, state.walk_outs)
    opened = {name: noun.mark.said for table in tables for name, noun in table.items()}
    opened |= {one.mark.said: one.mark.said for one in state.contradictions.values()}
    if "stop" in payload:
        names: Iterable[str] = _words(payload["stop"])
    else:
        names = set(_words(payload.get("scope")))
        if "all" in names:
            names = opened
    found = (opened.get(name) for name in names)
    return sorted({said for said in found if said is not None})


def _on_record(memory: Memory, opened: str) -> Iterator[str]:
    for told in memory.about(opened):
        said = told.said
        if said.attested not in words.INDEPENDENT or said.said_by not in (None, said.by):
            continue
        if isinstance(said, Confirmed) and said.of == opened and "agree" in said.as_:
            yield said.by
    stop = memory.find(opened)
    name = getattr(stop.said, "stop", "") if stop is not None else ""
    for told in memory.about(name) if name else ():
        if isinstance(told.said, StopMistaken) and told.said.attested in words.INDEPENDENT:
            yield told.said.by

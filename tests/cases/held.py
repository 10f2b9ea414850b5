"""Gates that hold, each with everything said before it, as a live set says it.

A gate that holds for ten reasons stays held whatever becomes of one of them. So most of
these are clear gates of a compliant day before which one thing is missing, or one thing
was said that holds: the one reason is then all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from showclear.core import vocabulary
from showclear.core.gates import Clear, Hold, Verdict
from showclear.core.record import Record
from showclear.core.statement import Statement
from showclear.testing.live import Said, read_live, said_live, verdict_on
from tests.cases.told import DAY, INCIDENTS, book, case

GATES = ("w-0918-hand-1", "w-1105-roll-1", "w-1452-load-1")
"""Clear gates of the compliant day: a handover, a roll and a load."""

ABOUT: Mapping[str, Mapping[str, str]] = {
    "w-0918-hand-1": {
        "gun": "rev-1",
        "act": "loading",
        "lot": "dummies",
        "who": "outlaw",
        "hazard": "dummy-load",
    },
    "w-1105-roll-1": {
        "gun": "rev-3",
        "act": "shootout",
        "lot": "blanks",
        "who": "deputy",
        "hazard": "blank-fire",
    },
    "w-1452-load-1": {
        "gun": "rev-6",
        "act": "standoff",
        "lot": "blanks",
        "who": "rider",
        "hazard": "blank-fire",
    },
}

SAID_BEFORE: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "a stop of all": [{"by": "script", "what": "stop.called", "stop": "st", "scope": "all"}],
    "a stop of the act": [{"by": "script", "what": "stop.called", "stop": "st", "scope": ["ACT"]}],
    "a stop of the weapon": [
        {"by": "script", "what": "stop.called", "stop": "st", "scope": ["GUN"]}
    ],
    "a pause": [{"by": "ad", "what": "pause.called", "pause": "rain", "scope": "all"}],
    "a pause of the act": [{"by": "ad", "what": "pause.called", "pause": "rain", "scope": "ACT"}],
    "a held weapon": [{"by": "lead", "what": "weapon.held", "weapon": "GUN", "because": "sticky"}],
    "a weapon left alone": [{"by": "script", "what": "weapon.unattended", "weapon": "GUN"}],
    "a misfire": [
        {"by": "lead", "what": "weapon.misfired", "weapon": "GUN", "lot": "LOT", "count": 1}
    ],
    "a discharge": [{"by": "assistant", "what": "weapon.discharged", "weapon": "rev-5"}],
    "an incident with the weapon": [
        {
            "by": "ad",
            "what": "incident.reported",
            "incident": "in",
            "kind": "injury",
            "about": "GUN",
        }
    ],
    "an incident": [
        {"by": "ad", "what": "incident.reported", "incident": "in", "kind": "near-miss"}
    ],
    "an unknown lot": [
        {
            "by": "props",
            "what": "rounds.received",
            "lot": "loose",
            "kind": "unknown",
            "count": 3,
            "from": "under a seat",
        }
    ],
    "live rounds": [
        {
            "by": "props",
            "what": "rounds.received",
            "lot": "loose",
            "kind": "live",
            "count": 3,
            "from": "under a seat",
        }
    ],
    "something found": [
        {
            "by": "safety",
            "what": "search.made",
            "where": "the truck",
            "looking_for": "live-rounds",
            "how": "searched",
            "found": "something",
        }
    ],
    "a walk-out": [{"by": "operator", "what": "work.left", "people": ["operator", "focus"]}],
    "a concern that holds": [
        {"by": "script", "what": "concern.raised", "concern": "c", "about": ["GUN"], "holds": True}
    ],
    "a concern of theirs": [
        {"by": "WHO", "what": "concern.raised", "concern": "c", "about": ["HAZARD"]}
    ],
    "a remedy that is due": [
        {"by": "script", "what": "concern.raised", "concern": "c", "about": ["GUN"]},
        {
            "by": "ad",
            "what": "remedy.set",
            "remedy": "talk",
            "for": "c",
            "before_restart": True,
        },
    ],
    "a refusal": [{"by": "WHO", "what": "refusal.made", "activity": "ACT"}],
    "a weapon nobody knows": [
        {
            "by": "lead",
            "what": "weapon.loaded",
            "weapon": "rev-9",
            "lot": "LOT",
            "count": 1,
            "for": "ACT",
        }
    ],
    "a missing weapon": [
        {"by": "lead", "what": "weapon.counted", "weapons": ["rev-5"], "missing": ["GUN"]}
    ],
    "a check that failed": [
        {"by": "lead", "what": "check.made", "checks": "barrel-clear", "on": "GUN", "passed": False}
    ],
    "another duty": [{"by": "ad", "what": "duty.assigned", "people": "lead", "duty": "props"}],
    "something unreadable": [{"by": "lead", "what": "weapon.blessed", "weapon": "GUN"}],
    "two who both had it": [
        {"by": "ad", "what": "weapon.handed-over", "weapon": "GUN", "from": "dp", "to": "script"}
    ],
    "a change": [
        {
            "by": "ad",
            "what": "activity.changed",
            "activity": "ACT",
            "hazards": ["firearm-display", "HAZARD", "night"],
        }
    ],
}
"""What holds when it is said before a gate: in capitals, what that gate is about."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """A gate that holds.

    Attributes:
        name: What it is, for a failure's message.
        said: Everything before it, as plain statements.
        read: The same, read as a live set reads it.
        act: The act that is asked for.
        held_by: The places in `said` of what was said to hold it; empty where something
            is missing.
    """

    name: str
    said: tuple[Said, ...]
    read: tuple[Statement, ...]
    act: Statement
    as_of: date
    held_by: tuple[int, ...] = ()

    def record(self) -> Record:
        return Record().add_all(self.read)

    def verdict(self) -> Verdict:
        return verdict_on(self.record(), self.act, book(), as_of=self.as_of)


def _read(said: Sequence[Said]) -> tuple[Statement, ...]:
    return tuple(read_live(one, place) for place, one in enumerate(said))


def _as_documented(name: str) -> Iterator[Held]:
    """Every gate of a case that holds as it is written."""
    said, as_of = said_live(case(name)), case(name).judged_as_of
    read, record = _read(said), Record()
    for place, one in enumerate(read):
        if one.what in vocabulary.GATE_OF_TAG:
            verdict = verdict_on(record, one, book(), as_of=as_of)
            if isinstance(verdict, Hold):
                yield Held(
                    name=f"{name} as it was, at {one.id}",
                    said=tuple(said[:place]),
                    read=read[:place],
                    act=one,
                    as_of=as_of,
                )
        record.add(one)


def _with_something_missing(every: int) -> Iterator[Held]:
    """The first gate of the compliant day that misses one statement, for every so-manieth."""
    said, as_of = said_live(case(DAY)), case(DAY).judged_as_of
    read = _read(said)
    expected = set(case(DAY).expect.hold_at)
    careful = [place for place, one in enumerate(read) if one.what not in vocabulary.GATE_OF_TAG]
    for gone in careful[::every]:
        record = Record().add_all(read[:gone])
        for place in range(gone + 1, len(read)):
            act = read[place]
            if act.what in vocabulary.GATE_OF_TAG and act.id not in expected:
                verdict = verdict_on(record, act, book(), as_of=as_of)
                if isinstance(verdict, Hold):
                    yield Held(
                        name=f"{DAY} without {read[gone].id}, at {act.id}",
                        said=(*said[:gone], *said[gone + 1 : place]),
                        read=(*read[:gone], *read[gone + 1 : place]),
                        act=act,
                        as_of=as_of,
                    )
                    break
            record.add(act)


def _filled(value: Any, about: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(item, about) for item in value]
    return about.get(value.lower(), value) if isinstance(value, str) and value.isupper() else value


def _with_something_said() -> Iterator[Held]:
    """A clear gate, and before it something that holds it."""
    said, as_of = said_live(case(DAY)), case(DAY).judged_as_of
    read = _read(said)
    for gate in GATES:
        place = next(place for place, one in enumerate(read) if one.id == gate)
        assert isinstance(
            verdict_on(Record().add_all(read[:place]), read[place], book(), as_of=as_of), Clear
        )
        for name, extra in SAID_BEFORE.items():
            common = {"attested": "badge", "at": said[place - 1]["at"]}
            more = [
                {
                    "id": f"x-{number}",
                    **common,
                    **{k: _filled(v, ABOUT[gate]) for k, v in e.items()},
                }
                for number, e in enumerate(extra)
            ]
            before = (*said[:place], *more)
            held = Held(
                name=f"{name}, before {gate}",
                said=before,
                read=(*read[:place], *_read(more)),
                act=read[place],
                as_of=as_of,
                held_by=tuple(range(place, len(before))),
            )
            if isinstance(held.verdict(), Hold):
                yield held


@cache
def all_held(*, every: int = 1) -> tuple[Held, ...]:
    """All of them; of what may be missing from the day, every so-manieth."""
    documented = [held for name in (*INCIDENTS, DAY) for held in _as_documented(name)]
    return (*documented, *_with_something_missing(every), *_with_something_said())

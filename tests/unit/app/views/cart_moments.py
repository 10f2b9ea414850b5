"""Moments of a day as a look at a real production: said into a folder, read as a screen would."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from showclear.app.incoming import Answer, Taken
from showclear.app.memory import Memory
from showclear.app.sayings import of_case
from showclear.app.views.look import Look
from showclear.rules.grammar import Pack
from tests.stories.production import BASELINE, ROOT, Production, production, shelf, told

ZONE = ZoneInfo("America/Chicago")
WESTERN = ROOT / "cases" / "western-day" / "case.yaml"

Plain = dict[str, Any]


class Moment:
    """A production at some time of a day, on which people can go on saying things."""

    def __init__(self, made: Production) -> None:
        self.made, self.memory = made, Memory()
        self.number = 0

    @property
    def look(self) -> Look:
        """What a view would be made from now."""
        recorder = self.made.recorder
        self.memory.catch_up(recorder.entries(self.memory.size), recorder.spine)
        return Look(
            spine=recorder.spine,
            memory=self.memory,
            now=self.made.now,
            zone=ZONE,
            kind="sample",
            size=recorder.size,
        )

    def say(self, *said: Plain) -> list[Answer]:
        """Say plain statements as they stand."""
        return self.made.record(*(Taken(fields=dict(one)) for one in said))

    def goes_on(self, *said: Plain) -> list[Answer]:
        """Say what happens, one thing a minute, the armorer on their badge unless told else."""
        answers = []
        for one in said:
            self.made.later(1)
            self.number += 1
            own = {"id": f"happens-{self.number}", "at": self.made.clock(), "by": "armorer"}
            answers += self.say({**own, "attested": "badge", **one})
        return answers

    def press(self, act: Plain, *, by: str, how: str = "badge") -> list[Answer]:
        """Write an act as the page does: ids, times and the speaker filled in."""
        self.made.later(0.2)
        said = []
        ids = []
        for one in act["write"]:
            self.number += 1
            ids.append(f"tap-{self.number}")
            said.append(one)
        names = {f"${place}": name for place, name in enumerate(ids)} | {"$new": f"n-{ids[0]}"}
        whole = []
        for name, one in zip(ids, said, strict=True):
            own = {"id": name, "at": self.made.clock(), "by": by, "attested": how}
            filled = {key: _filled(value, names) for key, value in one.items()}
            whole.append({**own, **filled})
        return self.say(*whole)


def _filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_filled(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, names) for key, one in value.items()}
    return value


@contextmanager
def western(until: str) -> Iterator[Moment]:
    """The western day up to and with a time of day such as `11:31`."""
    folder = Path(mkdtemp())
    made = production(folder / "day", sample=True, packs=())
    end = datetime.fromisoformat(f"2026-06-09T{until}:00-05:00")
    try:
        said = list(of_case(told(WESTERN), shelf(), sample=True))
        taken = [one for one in said if "at" not in one or _at(one["at"]) <= end]
        for start in range(0, len(taken), 64):
            made.record(*(Taken(fields=one) for one in taken[start : start + 64]))
        made.now = end
        yield Moment(made)
    finally:
        made.close()
        shutil.rmtree(folder)


@contextmanager
def on_a_set(
    *said: Plain, start: str = "09:00", packs: tuple[str, ...] = (), ours: Pack | None = None
) -> Iterator[Moment]:
    """A production of its own: its register and plan, and then what is said on it.

    What has no time was so before the day; everything else is said a minute after the other.

    Args:
        packs: Adopted beside the baseline.
        ours: A pack of rules of its own, adopted too.
    """
    folder = Path(mkdtemp())
    own = {ours.id: replace(ours, sha256="0" * 64)} if ours is not None else {}
    made = Production(path=folder / "set", shelf={**shelf(), **own})
    made.found(sample=True, packs=(BASELINE, *packs, *own), where="US-NM")
    made.now = datetime.fromisoformat(f"2026-06-09T{start}:00-05:00")
    untimed = {"at_is": "order-only", "by": "server", "attested": "server"}
    try:
        moment = Moment(made)
        before = [{**untimed, **one} for one in said if one["what"] in _REGISTER]
        for start_at in range(0, len(before), 64):
            moment.say(*before[start_at : start_at + 64])
        moment.goes_on(*(one for one in said if one["what"] not in _REGISTER))
        yield moment
    finally:
        made.close()
        shutil.rmtree(folder)


_REGISTER = frozenset(
    {
        *("person.joined", "qualification.shown", "weapon.received", "rounds.received"),
        *("thing.received", "activity.planned"),
    }
)


def _at(given: str) -> datetime:
    return datetime.fromisoformat(given)

"""A small set for unit tests: two handlers, two actors, two revolvers, two boxes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from showclear.core.nouns import Lot, Weapon
from showclear.core.parse import read_fields
from showclear.core.record import Record
from showclear.core.state import State
from showclear.core.statement import Statement

START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
PEOPLE = {
    "armorer": "armorer",
    "assistant": "assistant-armorer",
    "ad": "first-ad",
    "dp": "director-of-photography",
    "medic": "medic",
    "outlaw": "performer",
    "sheriff": "performer",
}


class Stage:
    """A set on which one thing is said after the other, a minute apart."""

    def __init__(self) -> None:
        self.record, self.number = Record(), 0
        for name, role in PEOPLE.items():
            self.say("person.joined", person=name, roles=role)
        for name in ("revolver", "spare"):
            self.say("weapon.received", weapon=name, kind="firearm", from_="rental")
        self.say("rounds.received", lot="dummies", kind="dummy", count=30, from_="supplier")
        self.say("rounds.received", lot="blanks", kind="blank", count=60, from_="supplier")
        self.say("thing.received", thing="belt", kind="container")
        self.say(
            "activity.planned",
            activity="duel",
            title="A duel",
            hazards="blank-fire",
            people={"outlaw": "draws", "sheriff": "falls"},
            weapons={"revolver": {"performer": "outlaw", "load": "blank", "lot": "blanks"}},
            zone=["outlaw", "sheriff"],
            line="nobody",
            speed_kmh=30,
        )

    def read(self, what: str, *, by: str = "armorer", **said: Any) -> Statement:
        """One statement, a minute after the last."""
        self.number += 1
        given = {
            "id": f"s{self.number}",
            "at": (START + timedelta(minutes=self.number)).isoformat(),
            "by": by,
            "what": what,
            **{key.removesuffix("_"): value for key, value in said.items()},
        }
        read = read_fields(given)
        assert isinstance(read, Statement), [str(fault) for fault in read]
        return read

    def say(self, what: str, **said: Any) -> str:
        """Say it, and return its id."""
        statement = self.read(what, **said)
        self.record.add(statement)
        return statement.id

    def ready(self, *, count: int = 2) -> None:
        """The revolver is out, was found empty, and has blanks in it."""
        self.say("weapon.taken-out", weapons=["revolver", "spare"])
        self.say("check.made", checks="chamber-empty", on=["revolver", "spare"], passed=True)
        self.say("weapon.loaded", weapon="revolver", lot="blanks", count=count, for_="duel")

    @property
    def state(self) -> State:
        return self.record.state

    @property
    def revolver(self) -> Weapon:
        return self.state.weapons["revolver"]

    def lot(self, name: str = "blanks") -> Lot:
        return self.state.lots[name]

    def contradicted(self) -> set[str]:
        """What two things said cannot both be true of."""
        return {found.on for found in self.state.contradictions.values()}

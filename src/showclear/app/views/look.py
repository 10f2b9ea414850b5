"""One look at a production: the state, what was said, and the time, all of one moment.

* Corrected words are told; what holds is told for as long as it holds in any reading of the
  record. Whoever takes an incident, a concern or a stop back lifts no hold by that (decision
  0002): the screens would show less than what the gates wait for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from showclear.app.memory import Memory
from showclear.app.spine import Spine
from showclear.core.record import Record
from showclear.core.state import State

STANDING: Final = (
    "stops",
    "pauses",
    "incidents",
    "remedies",
    "concerns",
    "refusals",
    "walk_outs",
    "found",
)
"""The tables of what holds until people end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a view is made from. Nothing in it may be kept after the view is made.

    Attributes:
        now: The server's time, UTC.
        zone: The production's zone, in which times are shown.
        kind: Whether this is the real thing.
        size: Entries in the log.
        checkpoint: The signed checkpoint of the last commit.
        memo: For values that several parts of one view need.
    """

    spine: Spine
    memory: Memory
    now: datetime
    zone: tzinfo
    kind: Literal["production", "practice", "sample"]
    size: int = 0
    checkpoint: bytes = b""
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def state(self) -> State:
        """The state as it is told to people: with what was corrected, and with all that holds."""
        record = self.spine.record
        if record.as_corrected is None:
            return record.state
        if "state" not in self.memo:
            self.memo["state"] = _with_what_stands(record)
        return self.memo["state"]  # type: ignore[no-any-return]

    def was_taken_back(self, table: str, name: str) -> bool:
        """Whether something of a table of `STANDING` holds though somebody took it back."""
        newest = getattr(self.spine.record.state, table)
        return name in getattr(self.state, table) and name not in newest


def _with_what_stands(record: Record) -> State:
    """The corrected state, and what some earlier reading has that it does not."""
    found = record.state.copy()
    for table in STANDING:
        newest = getattr(found, table)
        for world in reversed(record.worlds):
            for name, one in getattr(world.state, table).items():
                newest.setdefault(name, one)
    return found

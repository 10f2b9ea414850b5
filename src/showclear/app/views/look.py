"""One look at a production: the state, what was said, and the time, all of one moment.

* Corrected words are told; what holds is told for as long as it holds in any reading of the
  record (see `standing`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from showclear.app.memory import Memory
from showclear.app.spine import Spine
from showclear.app.views.standing import with_what_stands
from showclear.core.state import State


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
            self.memo["state"] = with_what_stands(record)
        return self.memo["state"]  # type: ignore[no-any-return]

    def was_taken_back(self, table: str, name: str) -> bool:
        """Whether something of a table of `standing.STANDING` holds though it was taken back."""
        newest = getattr(self.spine.record.state, table)
        return name in getattr(self.state, table) and name not in newest

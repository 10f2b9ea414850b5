"""One look at a production: the state, what was said, and the time, all of one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from showclear.app.memory import Memory
from showclear.app.spine import Spine
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
        """The state as it is told to people: with what was corrected."""
        return self.spine.record.state

"""How often may somebody try? So many at once, then so many a minute.

* Each asker has a measure of tries that fills up again with time. A try without one is
  refused, and costs nothing.
* Bounded: who was not heard of for longest is forgotten first.

It reads no clock: the time is given.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from math import ceil


@dataclass(slots=True)
class _Left:
    tries: float
    at: datetime


class Tries:
    """Tries left, by whoever tries."""

    def __init__(self, *, at_once: int, a_minute: float, askers_max: int = 1024) -> None:
        """Begin with everybody's tries unused.

        Args:
            at_once: How many tries there are when none was used.
            a_minute: How many of them come back in a minute; above 0.
        """
        self._at_once, self._a_minute, self._max = at_once, a_minute, askers_max
        self._left: OrderedDict[str, _Left] = OrderedDict()

    def wait(self, asker: str, *, now: datetime) -> int:
        """Seconds until the next try; 0 if there is one. Uses none."""
        missing = 1 - self._now(asker, now).tries
        return 0 if missing <= 0 else max(1, ceil(missing * 60 / self._a_minute))

    def use(self, asker: str, *, now: datetime) -> None:
        """Use one try."""
        left = self._now(asker, now)
        left.tries -= 1
        self._left[asker] = left
        self._left.move_to_end(asker)
        while len(self._left) > self._max:
            self._left.popitem(last=False)

    def _now(self, asker: str, now: datetime) -> _Left:
        left = self._left.get(asker) or _Left(self._at_once, now)
        # A clock that was set back gives nothing and takes nothing.
        minutes = max(0.0, (now - left.at).total_seconds() / 60)
        return _Left(min(self._at_once, left.tries + minutes * self._a_minute), now)

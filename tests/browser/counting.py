"""How often must somebody press, and how much must they type? Counted as people do it.

Both hands are busy on a set. So a promise such as "a handover is two taps" is counted while
the story is told, and held at its end; what was counted is printed after the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Count:
    """What one act, or one day, asked of a person.

    Attributes:
        taps: Presses of anything, a scanner's scan included.
        typed: Characters.
    """

    taps: int = 0
    typed: int = 0

    def __str__(self) -> str:
        return f"{self.taps} tap{'' if self.taps == 1 else 's'}, {self.typed} typed"


@dataclass(kw_only=True)
class Counted:
    """What one person did in one story, in all and act by act.

    Attributes:
        who: Their role.
        acts: By the name of an act, one count for each time it was done.
    """

    who: str
    day: Count = field(default_factory=Count)
    acts: dict[str, list[Count]] = field(default_factory=dict)
    _now: list[Count] = field(default_factory=list)

    @contextmanager
    def act(self, name: str) -> Iterator[Count]:
        """Count what is done inside as one act of this name."""
        count = Count()
        self.acts.setdefault(name, []).append(count)
        self._now.append(count)
        try:
            yield count
        finally:
            self._now.pop()

    def tapped(self, times: int = 1) -> None:
        """Note presses."""
        for one in (self.day, *self._now):
            one.taps += times

    def typed(self, text: str) -> None:
        """Note what was typed."""
        for one in (self.day, *self._now):
            one.typed += len(text)

    def most(self, name: str) -> Count:
        """The most that an act of this name ever asked; of none, a failure."""
        done = self.acts[name]
        return Count(taps=max(one.taps for one in done), typed=max(one.typed for one in done))

    def lines(self) -> Iterator[str]:
        """What is printed after the run."""
        for name in sorted(self.acts):
            done = self.acts[name]
            if len(done) == 1:
                yield f"{self.who}: {name}: {done[0]}"
            else:
                every = sum(one.taps for one in done)
                yield f"{self.who}: {name}: at most {self.most(name)}; {every} taps in {len(done)}"
        yield f"{self.who}: in all: {self.day}"

"""A sample: how is a case said up to a moment of its day, and what time is it then?

1. A sample says a case in the order in which things became known, up to a moment or up to
   and with one statement, and nothing after it.
2. Its clock is the case's own: while the past is said it shows each statement's minute, then
   the moment, and from there it goes on as fast as any clock. It never goes back.
3. What a case leaves open (its year, its zone) is the case's: times are shown in the offset
   that it was written in.

Source: docs/formats/case.md, "Statements".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, Final

from showclear.app.sayings import of_case
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError
from showclear.core.statement import Statement
from showclear.rules.grammar import Pack

Plain = dict[str, Any]

LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""No clock is set to what no clock can go on from."""

_HOUR: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class SetClock:
    """A clock that can be set forward, and goes on from there. It never goes back.

    Attributes:
        elapsed: Seconds of a clock that nobody sets, as `time.monotonic` gives them.
    """

    def __init__(self, start: datetime, *, elapsed: Callable[[], float]) -> None:
        self.elapsed = elapsed
        self._from = start.astimezone(UTC), elapsed()

    def now(self) -> datetime:
        """The time it shows, UTC."""
        start, then = self._from
        return start + timedelta(seconds=self.elapsed() - then)

    def set_forward(self, to: datetime) -> None:
        """Let it show this moment, unless it is past it already."""
        if self.now() < to < LATEST:
            self._from = to.astimezone(UTC), self.elapsed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case as a sample says it.

    Attributes:
        groups: What is said before the sample opens, minute by minute, with the time that
            the clock shows meanwhile.
        begins: The first time in the case.
        moment: The time at which it opens.
        zone: The offset that the case was written in.
    """

    groups: tuple[tuple[datetime, tuple[Plain, ...]], ...]
    begins: datetime
    moment: datetime
    zone: tzinfo

    @property
    def count(self) -> int:
        """How many statements are said."""
        return sum(len(said) for _, said in self.groups)


def told_until(case: Case, packs: Mapping[str, Pack], until: str) -> Told:
    """Return what a sample says of a case.

    Args:
        until: A time of its first day (`11:02`), a moment in ISO 8601, a statement's id, or
            nothing: then nothing is said, and it opens when the case begins.

    Raises:
        ReadError: `until` is neither, or the case tells no time.
    """
    zone, begins = zone_of(case), _begins(case)
    if not until:
        return Told(groups=(), begins=begins, moment=begins, zone=zone)
    last = _last(case, until, zone=zone, begins=begins)
    groups = tuple(_minutes(case, of_case(case, packs, sample=True), begins=begins, last=last))
    moment = last if isinstance(last, datetime) else groups[-1][0]
    return Told(groups=groups, begins=begins, moment=moment, zone=zone)


def zone_of(case: Case) -> tzinfo:
    """The offset in which the first time of a case was written; UTC where none was."""
    for item in case.raw.get("statements", ()):
        written = item.get("at") if isinstance(item, Mapping) else None
        found = _moment(written)
        if found is not None and found.tzinfo is not None:
            return found.tzinfo
    return UTC


def _moment(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _begins(case: Case) -> datetime:
    """The first moment of a case at which anything became known."""
    for item in case.items:
        if isinstance(item, Statement) and (known := item.known_at) is not None:
            return known
    raise _unclear(case, "no statement in it has a time, so no clock can start")


def _last(case: Case, until: str, *, zone: tzinfo, begins: datetime) -> datetime | str:
    """The moment, or the id of the statement, after which nothing is said."""
    if hour := _HOUR.fullmatch(until):
        at = time(int(hour[1]), int(hour[2]))
        return datetime.combine(begins.astimezone(zone).date(), at, tzinfo=zone).astimezone(UTC)
    if any(isinstance(item, Statement) and item.id == until for item in case.items):
        return f"{case.id}/{until}"
    found = _moment(until)
    if found is None:
        raise _unclear(
            case,
            f"--until {until!r} is neither a time such as 11:02 nor the id of a statement in it",
        )
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)


def _unclear(case: Case, found: str) -> ReadError:
    return ReadError([Problem(file=case.file, line=0, found=found)])


def _minutes(
    case: Case, said: Iterable[Plain], *, begins: datetime, last: datetime | str
) -> Iterator[tuple[datetime, tuple[Plain, ...]]]:
    """Give what a case says in groups, each with the time at which it became known."""
    times = {
        f"{case.id}/{item.id}": item.known_at for item in case.items if isinstance(item, Statement)
    }
    clock, group = begins, list[Plain]()
    for one in said:
        known = times.get(one["id"])
        if isinstance(last, datetime) and known is not None and known > last:
            break
        if known is not None and known > clock:
            if group:
                yield clock, tuple(group)
            clock, group = known, []
        group.append(one)
        if one["id"] == last:
            break
    if group:
        yield clock, tuple(group)

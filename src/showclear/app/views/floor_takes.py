"""What went into the weapons for each take, and what became of it?

* loaded = fired + misfired + taken out + still in. Every part is named; nothing is left over.
* Rounds belong to the activity that they were loaded for; what goes off belongs to the take
  that began last, whenever somebody wrote it down.
* What was loaded before a take and stays in for the next one counts in each of them.
* What does not add up with what the record has in those weapons is told as a difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from showclear.app.memory import Told
from showclear.app.views.floor_today import BEGUN, ENDED, next_take, said_today
from showclear.app.views.look import Look
from showclear.app.views.wording import clock, listed
from showclear.core.nouns import Activity
from showclear.core.said_people import (
    WeaponDischarged,
    WeaponFired,
    WeaponLoaded,
    WeaponMisfired,
    WeaponUnloaded,
)

Plain = dict[str, Any]


@dataclass(slots=True)
class Take:
    """One take's rounds.

    Attributes:
        loaded: In the activity's weapons when it began, or so far if it has not.
        out: Taken out again.
        what: The statement's tag, which tells a rehearsal from a roll.
    """

    what: str = ""
    name: str = ""
    at: str = ""
    cut: str = ""
    loaded: int = 0
    fired: int = 0
    misfired: int = 0
    out: int = 0
    misfires: dict[str, int] = field(default_factory=dict)

    @property
    def inside(self) -> int:
        return self.loaded - self.fired - self.misfired - self.out


@dataclass(slots=True)
class _Tally:
    """The takes of every activity, as today's statements give them."""

    look: Look
    rows: dict[str, list[Take]] = field(default_factory=dict)
    waiting: dict[str, Take] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)

    def see(self, told: Told) -> None:
        said = told.said
        match said:
            case WeaponLoaded():
                self._load(said)
            case WeaponFired() | WeaponDischarged():
                for name in said.weapons or said.among[:1]:
                    self._row(name).fired += said.count
            case WeaponMisfired():
                for name in said.weapons or said.among[:1]:
                    row = self._row(name)
                    row.misfired += said.count
                    row.misfires[name] = row.misfires.get(name, 0) + said.count
            case WeaponUnloaded():
                for name in said.weapons:
                    self._take_out(name, said.count)
            case _ if said.what in BEGUN:
                self._begin(told, str(getattr(said, "activity", "")))
            case _ if said.what in ENDED:
                rows = self.rows.get(str(getattr(said, "activity", "")))
                if rows:
                    rows[-1].cut = clock(self.look, said.at)
            case _:
                pass

    def _load(self, said: WeaponLoaded) -> None:
        activity = str(said.for_)
        row = self._next_row(activity)
        row.loaded += said.count * len(said.weapons)
        for name in said.weapons:
            self.meant[name] = activity

    def _next_row(self, activity: str) -> Take:
        """The take that has not begun; what the last one left in its weapons is in it."""
        if activity not in self.waiting:
            rows = self.rows.get(activity)
            left = max(0, rows[-1].inside) if rows else 0
            self.waiting[activity] = Take(loaded=left)
        return self.waiting[activity]

    def _row(self, weapon: str) -> Take:
        activity = self.meant.get(weapon, "")
        if activity in self.waiting:
            return self.waiting[activity]
        rows = self.rows.setdefault(activity, [])
        if not rows:
            rows.append(Take())
        return rows[-1]

    def _take_out(self, weapon: str, count: int) -> None:
        row = self._row(weapon)
        # A misfired round that is taken out is still the misfired one.
        row.out += min(count, max(0, row.inside))

    def _begin(self, told: Told, activity: str) -> None:
        row = self._next_row(activity)
        del self.waiting[activity]
        row.what, row.at = told.said.what, clock(self.look, told.said.at)
        row.name = str(getattr(told.said, "take", None) or "")
        self.rows.setdefault(activity, []).append(row)


def tally(look: Look) -> tuple[dict[str, list[Take]], dict[str, Take]]:
    """By activity, the takes that began today; and what is loaded for the one to come."""
    if "tally" not in look.memo:
        count = _Tally(look)
        for told in said_today(look):
            count.see(told)
        look.memo["tally"] = (count.rows, count.waiting)
    found: tuple[dict[str, list[Take]], dict[str, Take]] = look.memo["tally"]
    return found


def takes(look: Look, activity: Activity) -> list[Plain]:
    """The table of an activity's takes, and what is planned for the next one."""
    rows, waiting = tally(look)
    begun = rows.get(activity.id, [])
    told = [_row(one, one.name, last=one is begun[-1]) for one in begun]
    coming = waiting.get(activity.id)
    planned = sum(one.count or 0 for one in activity.plan.weapons or ())
    tag = rows[activity.id][-1].what if rows.get(activity.id) else ""
    if coming is not None:
        told.append(_row(coming, next_take(look, activity.id, tag) if tag else "1"))
    elif planned and activity.on is None:
        told.append(
            {
                "take": next_take(look, activity.id, tag) if tag else "1",
                "says": f"{planned} planned",
            }
        )
    _mark_difference(look, activity, told)
    return told


def _row(one: Take, name: str, *, last: bool = True) -> Plain:
    parts = [
        f"{count} {word}"
        for count, word in (
            (one.fired, "fired"),
            (one.misfired, "misfired"),
            (one.out, "taken out"),
            (one.inside, "in" if last else "left in"),
        )
        if count
    ]
    row: Plain = {"take": name, "at": one.at, "cut": one.cut}
    if one.loaded:
        row["says"] = f"{one.loaded} loaded = {' + '.join(parts) or '0'}"
    elif one.fired or one.misfired:
        row["says"] = f"0 loaded ≠ {' + '.join(part for part in parts if not part.endswith(' in'))}"
        row["differs"] = True
    else:
        row["says"] = "no rounds"
    if one.inside < 0:
        row["differs"] = True
        row["says"] = row["says"].replace("=", "≠")
    return row


def _mark_difference(look: Look, activity: Activity, told: list[Plain]) -> None:
    """Say which weapons the record is not sure of: then the sum is only what was written."""
    named = [str(one.weapon) for one in activity.plan.weapons or ()]
    unsure = [one.on for one in look.state.contradictions.values() if one.on in named]
    if unsure and told:
        told[-1]["differs"] = True
        told[-1]["note"] = f"What was said of {listed(sorted(set(unsure)))} cannot all be so"


def misfired_today(look: Look, activity: str) -> dict[str, int]:
    """By weapon, how many rounds of this activity did not fire today."""
    rows, _ = tally(look)
    found: dict[str, int] = {}
    for row in rows.get(activity, []):
        for name, count in row.misfires.items():
            found[name] = found.get(name, 0) + count
    return found

"""Which activity is the cart working for just now, with which weapons, for whom?

1. The activity that is on. Of several, the one that began last.
2. Else the one last spoken of today: handed over for, loaded for, called for, looked at,
   planned or changed. A statement that names several speaks of none in particular.
3. A rehearsal without a weapon that fires is over once its weapons are back with a handler;
   so is an activity that was finished. Then it is the next in the order of the plan.
4. Before anything was said, the first in the order of the plan.

Nothing is judged by it. It only chooses for whom the cart asks its gates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from showclear.app.memory import Told
from showclear.app.views.look import Look
from showclear.app.views.wording import title
from showclear.core import words
from showclear.core.nouns import Activity, Weapon
from showclear.core.planning import PlannedWeapon
from showclear.core.said_plan import ActivityFinished
from showclear.core.statement import Statement
from showclear.core.steps import who_runs

_SPEAKS: Final = ("weapon.", "rounds.", "activity.", "set.", "check.", "thing.")
"""Tags of statements that are work on an activity, rather than talk of it or a question."""

_TAKES: Final = frozenset({"activity.rehearsed", "activity.tested", "activity.rolled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the cart works for.

    Attributes:
        planned: The plan of each weapon, in the order of the plan.
        on: Whether a take is on.
        take: The number of the take that is on, or else of the next one.
        runs: Who runs the set: the second person a load is shown to; None if nobody does.
        others: Everybody else in the zone or the line, for whoever is shown it as well.
    """

    id: str
    title: str
    planned: dict[str, PlannedWeapon]
    on: bool
    take: int
    runs: str | None
    others: tuple[str, ...]

    def performers(self, weapon: str) -> tuple[str, ...]:
        """Who is planned to hold it; empty where nobody is."""
        plan = self.planned.get(weapon)
        return () if plan is None else tuple(map(str, plan.performer or ()))


def fires(weapon: Weapon) -> bool:
    """Whether it fires, or nobody knows that it does not."""
    return not weapon.known or weapon.kind in words.FIRING_KINDS


def current_job(look: Look) -> Job | None:
    """Return what the cart works for; None where no activity has a weapon planned."""
    if "job" not in look.memo:
        found = _current(look)
        look.memo["job"] = None if found is None else job_of(look, found.id)
    job: Job | None = look.memo["job"]
    return job


def job_of(look: Look, name: str) -> Job:
    """Return what the cart works for if it is this activity."""
    activity = look.state.activities[name]
    weapons = {str(plan.weapon): plan for plan in activity.plan.weapons or ()}
    runs = who_runs(look.state)
    holding = {str(one) for plan in weapons.values() for one in plan.performer or ()}
    near = (*(activity.plan.zone or ()), *(activity.plan.line or ()))
    others = dict.fromkeys(str(one) for one in near if one not in holding and one != runs)
    takes = sum(1 for told in today(look) if _is_take(told.said, name))
    return Job(
        id=name,
        title=title(look, name),
        planned=weapons,
        on=activity.on is not None,
        take=max(1, takes if activity.on is not None else takes + 1),
        runs=runs,
        others=tuple(others),
    )


def planned_for(look: Look, weapon: str) -> list[str]:
    """Activities that plan this weapon and are not dropped, in the order of the plan."""
    return [one.id for one in _candidates(look) if look.state.planned(one.id, weapon) is not None]


def today(look: Look) -> Iterator[Told]:
    """Everything said since today began, newest first."""
    day = look.state.day
    if day is None or day.first.at is None:
        return iter(())
    return look.memory.since(day.first.at)


def _is_take(said: Statement, activity: str) -> bool:
    return said.what in _TAKES and getattr(said, "activity", "") == activity


def _candidates(look: Look) -> list[Activity]:
    return [
        one
        for one in look.state.activities.values()
        if one.known and not one.dropped and one.plan.weapons
    ]


def _current(look: Look) -> Activity | None:
    able = {one.id: one for one in _candidates(look)}
    if not able:
        return None
    on = [(one.on.seq, one.id) for one in able.values() if one.on is not None]
    if on:
        return able[max(on)[1]]
    finished: set[str] = set()
    for told in today(look):
        named = _speaks_of(told.said, able)
        if named is None:
            continue
        if isinstance(told.said, ActivityFinished):
            finished.add(named)
        found = able[named]
        return _next(found, able) if named in finished or _over(look, found) else found
    return _next(None, able)


def _speaks_of(said: Statement, able: dict[str, Activity]) -> str | None:
    if not said.what.startswith(_SPEAKS) or said.at is None:
        return None
    named = [getattr(said, "activity", None), said.for_]
    direct = [str(name) for name in named if name in able]
    if direct:
        return direct[0]
    about = {str(name) for name in (*getattr(said, "on", ()), *getattr(said, "things", ()))}
    about.add(str(getattr(said, "to", "")))
    touched = [
        name
        for name, one in able.items()
        if name in about or not about.isdisjoint(map(str, one.plan.things or ()))
    ]
    return touched[0] if len(touched) == 1 else None


def _over(look: Look, activity: Activity) -> bool:
    """Whether it is a rehearsal with what does not fire, and everything is back."""
    if activity.last_take is None or activity.on is not None:
        return False
    weapons = [look.state.weapons.get(str(plan.weapon)) for plan in activity.plan.weapons or ()]
    if activity.plan.phase != "rehearsal" or any(one is None or fires(one) for one in weapons):
        return False
    return all(
        one is not None and (one.place != "held" or look.state.handles(one.holder or ""))
        for one in weapons
    )


def _next(after: Activity | None, able: dict[str, Activity]) -> Activity:
    """The next in the plan that has not begun; where none is left, the same."""
    order = list(able.values())
    place = -1 if after is None else order.index(after)
    fresh = [one for one in (*order[place + 1 :], *order[:place]) if one.last_take is None]
    return fresh[0] if fresh else after or order[0]

"""Which activity is the cart working for just now, with which weapons, for whom?

1. The activity that the floor is at (`floor_today`), so that no two screens name another.
2. Where that one has no weapon: the next in the order of the plan that has, and has not begun.

Nothing is judged by it. It only chooses for whom the cart asks its gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from showclear.app.views.floor_today import on_the_floor, said_today
from showclear.app.views.look import Look
from showclear.app.views.wording import title
from showclear.core import words
from showclear.core.nouns import Activity, Weapon
from showclear.core.planning import PlannedWeapon
from showclear.core.statement import Statement
from showclear.core.steps import who_runs

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
    jobs: dict[str, Job] = look.memo.setdefault("jobs", {})
    if name not in jobs:
        jobs[name] = _job(look, name)
    return jobs[name]


def _job(look: Look, name: str) -> Job:
    activity = look.state.activities[name]
    weapons = {str(plan.weapon): plan for plan in activity.plan.weapons or ()}
    runs = who_runs(look.state)
    holding = {str(one) for plan in weapons.values() for one in plan.performer or ()}
    near = (*(activity.plan.zone or ()), *(activity.plan.line or ()))
    others = dict.fromkeys(str(one) for one in near if one not in holding and one != runs)
    takes = sum(1 for told in said_today(look) if _is_take(told.said, name))
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
    floor = on_the_floor(look)
    if floor in able:
        return able[str(floor)]
    order = list(look.state.activities)
    place = order.index(floor) if floor in order else -1
    ahead = [one for one in able.values() if order.index(one.id) > place]
    fresh = [one for one in (*ahead, *able.values()) if one.last_take is None]
    return fresh[0] if fresh else next(iter(able.values()))

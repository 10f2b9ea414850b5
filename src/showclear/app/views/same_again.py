"""What was done in the last cycle and can be done again with one tap, and for which weapons not?

1. Only a load or a handover is repeated: for the same weapons, people and counts.
2. Never a check and never a show: each of those is a person looking, and a tap of its own.
3. A weapon that something holds is left out, and that is said. So is one that is not where
   it was before the last time.
4. What was corrected is repeated as it was corrected, and what was taken back is not.
5. What it will write is listed before it is tapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.cart_activity import Job, fires
from showclear.app.views.cart_cards import troubles
from showclear.app.views.cart_steps import load_text
from showclear.app.views.cart_words import where_of
from showclear.app.views.floor_today import said_today
from showclear.app.views.look import Look
from showclear.app.views.wording import listed, person
from showclear.core.gates import over_pairs
from showclear.core.said_people import WeaponHandedOver, WeaponLoaded

Plain = dict[str, Any]


def same_again(look: Look, job: Job | None) -> Plain | None:
    """The last cycle's load or handover once more; None where there is none to repeat."""
    if job is None:
        return None
    loads = _last_loads(look, job)
    ready = {name: load for name, load in loads.items() if _empty_here(look, name)}
    if ready:
        return _load(look, job, ready, _left_out(look, loads, ready))
    pairs = _last_pairs(look, job)
    here = {name: to for name, to in pairs.items() if _loaded_as_before(look, name, loads)}
    return _over(look, job, here, _left_out(look, pairs, here)) if here else None


def _empty_here(look: Look, name: str) -> bool:
    weapon = look.state.weapons.get(name)
    if weapon is None or troubles(weapon) or where_of(look.state, weapon) != "cart":
        return False
    return weapon.load_known and not weapon.rounds and not weapon.duds


def _loaded_as_before(look: Look, name: str, loads: dict[str, tuple[str, int]]) -> bool:
    weapon = look.state.weapons.get(name)
    if weapon is None or troubles(weapon) or where_of(look.state, weapon) != "cart":
        return False
    if name not in loads:
        return not fires(weapon) or not weapon.rounds
    lot, count = loads[name]
    return [(one.lot, one.count) for one in weapon.loads] == [(lot, count)]


def _last_loads(look: Look, job: Job) -> dict[str, tuple[str, int]]:
    """By weapon, what went in the last time it was loaded for this activity."""
    found: dict[str, tuple[str, int]] = {}
    for said in _said(look, WeaponLoaded):
        if said.for_ == job.id:
            for name in said.weapons:
                found.setdefault(str(name), (str(said.lot), said.count))
    return _in_plan_order(job, found)


def _last_pairs(look: Look, job: Job) -> dict[str, str]:
    """By weapon, whose hands it went into the last time for this activity."""
    found: dict[str, str] = {}
    for said in _said(look, WeaponHandedOver):
        if said.for_ == job.id:
            for name, to in over_pairs(said):
                found.setdefault(name, to)
    return _in_plan_order(job, found)


def _in_plan_order(job: Job, found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in job.planned if name in found}


def _said(look: Look, kind: type[Any]) -> Iterator[Any]:
    return (told.said for told in reversed(said_today(look)) if isinstance(told.said, kind))


def _left_out(look: Look, before: dict[str, Any], again: dict[str, Any]) -> str:
    held = [name for name in before if name not in again and troubles(look.state.weapons[name])]
    other = [name for name in before if name not in again and name not in held]
    parts = []
    if held:
        parts.append(f"Not {listed(held)}: held")
    if other:
        parts.append(f"Not {listed(other)}: not as before")
    return ". ".join(parts)


def _load(look: Look, job: Job, ready: dict[str, tuple[str, int]], left_out: str) -> Plain:
    lines = [f"{name}: {count} from {lot}" for name, (lot, count) in ready.items()]
    opened = write.opened_first(look, (lot for lot, _ in ready.values()))
    lines = [f"{listed(one['lots'])}: box opened" for one in opened] + lines
    return _again(load_text(look, ready), [*opened, *write.loaded(ready, job.id)], lines, left_out)


def _over(look: Look, job: Job, here: dict[str, str], left_out: str) -> Plain:
    lines = [f"{name}: {person(look, to)} has it" for name, to in here.items()]
    who = listed([person(look, one) for one in dict.fromkeys(here.values())])
    has = "has" if len(set(here.values())) == 1 else "have"
    says = f"{who} {has} {listed(list(here))}"
    return _again(says, write.handed_over(look, here, job.id), lines, left_out)


def _again(says: str, said: list[Plain], lines: list[str], left_out: str) -> Plain:
    note = f"{left_out}. Never a check or a show" if left_out else "Never a check or a show"
    made = act("same-again", f"Same again: {says}", said, note=note)
    return {**made, "lines": lines, "left_out": left_out}

"""What ends the hold of a weapon that misfired: opened by a handler, then its cause noted.

* The order is the record's: a cause that is noted before a handler has looked inside releases
  nothing, so it is not offered before.
* Where nobody knows which of several it was, each is opened, and the one in which the round is
  found is named by that. What the record has in them is a guess until then, so nothing here
  says that it came out but who saw it. One that was opened waits for the others, not for a
  cause.
"""

from __future__ import annotations

from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.look import Look
from showclear.app.views.wording import listed, number
from showclear.core.nouns import Weapon
from showclear.core.state import Among

Plain = dict[str, Any]


def was_opened(weapon: Weapon) -> bool:
    """Whether a handler has found it empty since it misfired."""
    misfire, emptied = weapon.misfire, weapon.emptied
    return misfire is not None and emptied is not None and emptied.seq > misfire.seq


def misfire_acts(look: Look, weapon: Weapon, *, key: str) -> list[Plain]:
    """The next acts for a weapon that misfired; those of its step and no others."""
    name = weapon.id
    group = suspected(look, weapon)
    if was_opened(weapon):
        if group is not None and _unopened(look, group):
            return []
        return [
            act(
                f"{key}/cause-{place}",
                says,
                [write.of_weapons("weapon.released", [name], because=says)],
                title=f"{name}: cause of the misfire: {says}. Released.",
            )
            for place, says in enumerate(write.CAUSE_WORDS)
        ]
    return _opening(look, weapon, key=key) if group is None else _suspect(look, weapon, group, key)


def suspected(look: Look, weapon: Weapon) -> Among | None:
    """The group of which one misfired, while this may be the one and was not found to be."""
    misfire = weapon.misfire
    for group in look.state.among.values():
        if weapon.id in group.weapons and misfire is not None and group.mark.seq == misfire.seq:
            return group if weapon.id not in group.found else None
    return None


def _unopened(look: Look, group: Among) -> list[str]:
    weapons = [look.state.weapons[name] for name in group.weapons]
    return [one.id for one in weapons if one.misfire is not None and not was_opened(one)]


def waits_for(look: Look, weapon: Weapon) -> str:
    """What a weapon that was opened and is not the one waits for; empty for any other."""
    group = suspected(look, weapon)
    if group is None or not was_opened(weapon):
        return ""
    left = _unopened(look, group)
    if not left:
        return "All are opened, and the misfired round was found in none"
    return f"Opened, empty. Waits until {listed(left[:3])}{' and others' * (len(left) > 3)} " + (
        "is opened" if len(left) == 1 else "are opened"
    )


def _back(look: Look, weapon: Weapon) -> tuple[list[Plain], str]:
    """Out of somebody's hands it comes back in the same act."""
    if weapon.place == "held" and not look.state.handles(weapon.holder or ""):
        return [write.handed_back(look, [weapon.id])], "Back, opened"
    return [], "Opened"


def _suspect(look: Look, weapon: Weapon, group: Among, key: str) -> list[Plain]:
    """Opened: it is not the one, or it is."""
    name, each = weapon.id, _loaded_each(look, weapon, group)
    back, says = _back(look, weapon)
    empty = write.checked([name], "shown-clear")
    of = {"weapons": [name], "lot": group.lot}
    one = {"what": "weapon.misfired", **of, "count": 1}
    none = act(f"{key}/opened-empty", f"{says}: empty", [*back, empty], main=not each)
    cases = [{"what": "weapon.fired", **of, "count": each - 1}] if each > 1 else []
    found = "the misfired round out"
    if cases:
        found = f"{number(each - 1, 'case')}, {found}"
    dud = act(f"{key}/opened-dud", f"{says}: {found}", [*cases, one, *back, empty])
    if not each:
        return [none, dud]
    shot = {"what": "weapon.fired", **of, "count": each}
    told = f"{says}: {number(each, 'case')}"
    return [act(f"{key}/opened-cases", told, [shot, *back, empty], main=True), dud, none]


def _loaded_each(look: Look, weapon: Weapon, group: Among) -> int:
    """How many rounds each of those that nobody has opened was loaded with; 0 if all were told.

    Which of them the round that did not fire is counted off is a guess, so it is taken for all.
    """
    unseen = [look.state.weapons[name] for name in group.weapons if name not in group.seen]
    left = sum(one.rounds for one in unseen)
    if not left or weapon not in unseen:
        return weapon.rounds
    each, odd = divmod(left + group.misfired, len(unseen))
    return max(one.rounds for one in unseen) if odd else each


def _opening(look: Look, weapon: Weapon, *, key: str) -> list[Plain]:
    """Opened, with what came out."""
    name = weapon.id
    out = number(max(1, weapon.duds), "misfired round")
    back, says = _back(look, weapon)
    opened = write.checked([name], "chamber-empty")
    left = weapon.rounds
    if not left:
        return [act(f"{key}/opened", f"{says}: {out} out", [*back, opened], main=True)]
    counts = {name: left}
    return [
        act(
            f"{key}/opened-fired",
            f"{says}: {number(left, 'case')}, {out} out",
            [*write.fired(look, counts), *back, opened],
            main=True,
        ),
        act(
            f"{key}/opened-out",
            f"{says}: {number(left, 'unfired round')}, {out} out",
            [*back, *write.unloaded(look, counts), opened],
        ),
    ]


def misfire_says(weapon: Weapon) -> str:
    """What is still to be done about it, for its card."""
    return "Misfire, cause open" if was_opened(weapon) else "Misfire, 2 to clear"

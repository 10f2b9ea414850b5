"""What ends the hold of a weapon that misfired: opened by a handler, then its cause noted.

The order is the record's: a cause that is noted before a handler has looked inside releases
nothing, so it is not offered before.
"""

from __future__ import annotations

from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.look import Look
from showclear.app.views.wording import number
from showclear.core.nouns import Weapon

Plain = dict[str, Any]


def was_opened(weapon: Weapon) -> bool:
    """Whether a handler has found it empty since it misfired."""
    misfire, emptied = weapon.misfire, weapon.emptied
    return misfire is not None and emptied is not None and emptied.seq > misfire.seq


def misfire_acts(look: Look, weapon: Weapon, *, key: str) -> list[Plain]:
    """The next acts for a weapon that misfired; those of its step and no others."""
    name = weapon.id
    if was_opened(weapon):
        return [
            act(
                f"{key}/cause-{place}",
                says,
                [write.of_weapons("weapon.released", [name], because=says)],
                title=f"{name}: cause of the misfire: {says}. Released.",
            )
            for place, says in enumerate(write.CAUSE_WORDS)
        ]
    return _opening(look, weapon, key=key)


def _opening(look: Look, weapon: Weapon, *, key: str) -> list[Plain]:
    """Opened, with what came out. Out of somebody's hands it comes back in the same act."""
    name = weapon.id
    out = number(max(1, weapon.duds), "misfired round")
    back: list[Plain] = []
    says = "Opened"
    if weapon.place == "held" and not look.state.handles(weapon.holder or ""):
        back, says = [write.handed_back(look, [name])], "Back, opened"
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

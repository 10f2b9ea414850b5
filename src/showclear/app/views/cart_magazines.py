"""Rounds that go into a weapon out of a magazine, a belt or a pouch, rather than out of the box.

* Only what was put into it comes out of it, so only what holds enough is offered.
* Several weapons at once, each out of its own: only where their labels have the same number
  (`rifle-7` and `mag-7`), and each holds just what is to go in. Anything else would be a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from showclear.app.views.acts import act
from showclear.app.views.cart_hand import Hand
from showclear.app.views.look import Look

Plain = dict[str, Any]

OFFERED_MAX: Final = 6
"""Most magazines that are offered for one weapon."""

_NUMBER: Final = re.compile(r"([0-9]+)$")


def loads_out_of(look: Look, hand: Hand) -> list[Plain]:
    """The acts of loading out of what holds rounds; none where nothing does."""
    if len(hand.loads) == 1:
        ((name, (lot, count)),) = hand.loads.items()
        return list(_for_one(look, hand, name, lot, count))
    paired = _paired(look, hand)
    if paired is None:
        return []
    said = [_loaded(hand, name, hold, *hand.loads[name]) for name, hold in paired.items()]
    counts = sorted({count for _, count in hand.loads.values()})
    each = f"{counts[0]} each" if len(counts) == 1 else "Each its own count"
    told = ", ".join(f"{name} from {hold}" for name, hold in paired.items())
    says = f"{each}, each from its own: {len(paired)} loaded"
    return [act(f"{hand.key}/load-own", says, said, title=f"{says}: {told}")]


def _for_one(look: Look, hand: Hand, name: str, lot: str, count: int) -> Iterator[Plain]:
    able = [hold for hold, held in _holding(look, lot).items() if held >= count]
    own = _number(name)
    able.sort(key=lambda hold: _number(hold) != own)
    for hold in able[:OFFERED_MAX]:
        said = [_loaded(hand, name, hold, lot, count)]
        yield act(f"{hand.key}/load/{hold}", f"{count} loaded from {hold}", said)


def _paired(look: Look, hand: Hand) -> dict[str, str] | None:
    """By weapon, what of the same number holds just its rounds; None where one lacks it."""
    paired: dict[str, str] = {}
    for name, (lot, count) in hand.loads.items():
        own = _number(name)
        able = [
            hold
            for hold, held in _holding(look, lot).items()
            if held == count and own and _number(hold) == own
        ]
        if len(able) != 1:
            return None
        paired[name] = able[0]
    return paired or None


def _holding(look: Look, lot: str) -> dict[str, int]:
    """What holds rounds of a lot that were put into it, and how many."""
    things = look.state.things
    return {
        hold: held
        for (name, hold), held in look.state.issued.items()
        if name == lot and held and hold in things and things[hold].kind == "container"
    }


def _number(name: str) -> str:
    found = _NUMBER.search(name)
    return found[1] if found else ""


def _loaded(hand: Hand, name: str, hold: str, lot: str, count: int) -> Plain:
    own = {"lot": lot, "count": count, "for": hand.job.id, "container": hold}
    return {"what": "weapon.loaded", "weapons": [name], **own}

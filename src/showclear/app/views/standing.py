"""What is told to people where readings of the record differ: nothing milder than what holds.

* Corrected words are told as corrected. But whoever takes something back lifts no hold by that
  (decision 0002): gates ask every reading of the record, and a screen that told only the mildest
  would show less than what they wait for: an empty revolver that nobody has opened.
* What holds until people end it (`STANDING`) is told while it stands in any reading.
* Of a weapon the graver is told: that something is in it, that somebody has it, that it misfired,
  is held or missing. That accounts differ stands beside it until a handler has looked and all
  readings agree again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from showclear.core.nouns import Contradiction, Mark, Weapon
from showclear.core.record import Record
from showclear.core.state import State

STANDING: Final = (
    "stops",
    "pauses",
    "incidents",
    "remedies",
    "concerns",
    "refusals",
    "walk_outs",
    "found",
    "failed",
    "contradictions",
    "weapons",
)
"""The tables of what holds until people end it, and of what must not vanish."""

_GRAVE: Final = ("none", "dummy", "blank", "unknown", "live")
"""What may be in a weapon, the gravest last."""

DIFFER: Final = "what was said of it was taken back, and nobody has looked since"


def with_what_stands(record: Record) -> State:
    """Return the corrected state, and what some earlier reading has that it does not."""
    found = record.state.copy()
    others = [world.state for world in record.worlds if world.state is not record.state]
    for table in STANDING:
        newest = getattr(found, table)
        for state in reversed(others):
            for name, one in getattr(state, table).items():
                newest.setdefault(name, one)
    for name, weapon in found.weapons.items():
        graver = _graver(record, found, weapon, others)
        if graver != weapon:
            found.weapons[name] = graver
            _differs(found, graver)
    for name, thing in found.things.items():
        for state in others:
            other = state.things.get(name)
            if thing.held is None and other is not None and other.held is not None:
                found.things[name] = replace(thing, held=other.held)
    return found


def _graver(record: Record, found: State, weapon: Weapon, others: Iterable[State]) -> Weapon:
    """The weapon with the gravest of what any reading has of it."""
    for state in others:
        other = state.weapons.get(weapon.id)
        if other is None:
            continue
        if _gravity(state, other) > _gravity(found, weapon) and not _unloaded_since(record, other):
            weapon = replace(
                weapon,
                loads=other.loads,
                load_known=other.load_known,
                duds=other.duds,
                loaded=other.loaded,
                emptied=other.emptied,
            )
        if _further_out(found, other) > _further_out(found, weapon):
            weapon = replace(weapon, place=other.place, holder=other.holder, since=other.since)
        weapon = replace(
            weapon,
            misfire=weapon.misfire or other.misfire,
            held=weapon.held or other.held,
            missing=weapon.missing or other.missing,
        )
    return weapon


def _unloaded_since(record: Record, weapon: Weapon) -> bool:
    """Whether a handler took rounds out since it was loaded.

    A chamber that was found empty is not enough: there may be a magazine.
    """
    if weapon.duds or weapon.emptied is None:
        return False
    said = record.by_id.get(weapon.emptied.said)
    unloaded = said is not None and said.what == "weapon.unloaded"
    return unloaded and (weapon.loaded is None or weapon.emptied.seq > weapon.loaded.seq)


def _further_out(state: State, weapon: Weapon) -> int:
    """Put away, with a handler, in other hands, with nobody."""
    if weapon.place == "held":
        return 1 if state.handles(weapon.holder or "") else 2
    return 3 if weapon.place == "unattended" else 0


def _gravity(state: State, weapon: Weapon) -> int:
    return _GRAVE.index(state.load_of(weapon))


def _differs(found: State, weapon: Weapon) -> None:
    marks = (weapon.misfire, weapon.held, weapon.missing, weapon.loaded, weapon.since)
    mark = next((one for one in marks if one is not None), None) or _LONG_AGO
    told = Contradiction(
        id=f"differs/{weapon.id}", on=weapon.id, text=DIFFER, ends="sighting", mark=mark
    )
    found.contradictions.setdefault(told.id, told)


_LONG_AGO: Final = Mark(seq=0, at=None, timed=False, by="server", said="")

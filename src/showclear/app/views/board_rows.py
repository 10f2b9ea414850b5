"""Which lines does the board have, in the order of what hurts most if it is misread?

* What holds, then what is loaded, then what else is out; each weapon once.
* What is in anybody else's hands has its own row. What a handler has on the cart alike is told
  twice: as one row (`name` its number, `named` which they are) and one by one (`each`); a screen
  shows them one by one while there is room.
* Rounds, things and machines have a row only while something is wrong or live with them.
* No row names anybody but whoever has the weapon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from showclear.app.views.cart_cards import natural
from showclear.app.views.look import Look
from showclear.app.views.sentences import in_runs
from showclear.app.views.set_state import in_other_hands, not_opened
from showclear.app.views.wording import day_and_clock, listed, number, person, title
from showclear.core import words
from showclear.core.nouns import Activity, Lot, Mark, Stop, Weapon
from showclear.core.state import State

Plain = dict[str, Any]

WORDS: Final = {
    "hold": "HOLD",
    "loaded": "LOADED",
    "closed": "NOT OPENED",
    "empty": "EMPTY",
    "rubber": "RUBBER",
    "replica": "REPLICA",
    "edged": "BLADE",
    "bow": "BOW",
    "other": "OUT",
    "live": "LIVE",
    "armed": "ARMED",
    "paused": "PAUSED",
    "stopped": "STOPPED",
}
KINDS: Final = {
    "blank": "blank",
    "dummy": "dummy",
    "live": "live round",
    "unknown": "unknown round",
}
MANY: Final = {"blank": "blanks", "dummy": "dummies", "live": "live rounds"}


HOLD, LOADED, OUT = 0, 1, 2
"""Ranks of rows: what hurts most first."""


def rows(look: Look) -> Iterator[tuple[int, Plain]]:
    """Give every row with its rank, in order."""
    state = look.state
    told = doubted(state)
    yield from ((HOLD, row) for row in whole_set(look))
    weapons = [one for one in state.weapons.values() if not one.own and one.place != "away"]
    reasons = {one.id: why_held(one, told) for one in weapons}
    held = [one for one in weapons if reasons[one.id]]
    for one in sorted(held, key=lambda one: _longest(state, one)):
        yield HOLD, _weapon_row(look, one, "hold", why=reasons[one.id])
    for lot in state.lots.values():
        if why := _why_lot(lot, told):
            yield HOLD, {"name": lot.id, "who": why, "state": "hold", "word": WORDS["hold"]}
    yield from ((HOLD, row) for row in _things(look, told))
    rest = [one for one in weapons if not reasons[one.id] and one.place == "held"]
    yield from ((LOADED, row) for row in _machines(look))
    full = {one.id: one for one in rest if in_it(state, one) in ("loaded", "closed")}
    yield from ((LOADED, row) for row in _grouped(look, [*full.values()]))
    out = [one for one in rest if one.id not in full and in_other_hands(state, one)]
    out.sort(key=lambda one: one.kind not in words.FIRING_KINDS)
    yield from ((OUT, row) for row in _grouped(look, out, sort=False))


def doubted(state: State) -> dict[str, str]:
    """By id, what was said twice over or failed."""
    found = {key[0]: f"failed {key[1].replace('-', ' ')}" for key in state.failed}
    found |= {one.on: "accounts differ" for one in state.contradictions.values()}
    return found


def why_held(weapon: Weapon, doubted: dict[str, str]) -> str:
    """Why a weapon is held, in the fewest words; empty if nothing happened."""
    if weapon.missing is not None:
        return "missing"
    if weapon.place == "unattended":
        return "unattended"
    if weapon.misfire is not None:
        return "misfire"
    if not weapon.known:
        return "not registered"
    if weapon.held is not None:
        return "held"
    return doubted.get(weapon.id, "")


def _why_lot(lot: Lot, doubted: dict[str, str]) -> str:
    if not lot.present:
        return ""
    if not lot.known:
        return "rounds not registered"
    if lot.kind in ("live", "unknown") and not (lot.quarantined or lot.shown):
        return f"{lot.kind} rounds"
    if lot.custody == "unattended":
        return "unattended"
    if lot.difference:
        return f"{abs(lot.difference)} {'missing' if lot.difference < 0 else 'too many'}"
    return doubted.get(lot.id, "")


def _longest(state: State, weapon: Weapon) -> tuple[bool, int]:
    """Loaded or unknown first, then who has it longest."""
    empty = not (weapon.rounds or weapon.duds or not_opened(state, weapon))
    return (empty, weapon.since.seq if weapon.since is not None else 0)


def in_it(state: State, weapon: Weapon) -> str:
    """What a weapon is shown as: full, not opened, empty, or what else it is."""
    if weapon.kind not in words.FIRING_KINDS:
        return weapon.kind if weapon.kind in WORDS else "other"
    if weapon.rounds or weapon.duds:
        return "loaded" if weapon.load_known else "closed"
    return "closed" if not_opened(state, weapon) else "empty"


def _weapon_row(look: Look, weapon: Weapon, shown: str, *, why: str = "") -> Plain:
    who = person(look, weapon.holder) if weapon.holder else WHERE.get(weapon.place, "")
    row: Plain = {
        "name": weapon.id,
        "who": ", ".join(part for part in (who, why) if part),
        "state": shown,
        "word": WORDS[shown],
        "note": _detail(look, weapon),
    }
    if shown == "hold" and in_it(look.state, weapon) in ("loaded", "closed"):
        row["also"] = WORDS[in_it(look.state, weapon)]
    return row


WHERE: Final = {"store": "In store", "locked": "Locked up", "unattended": "", "held": "Not known"}


def _detail(look: Look, weapon: Weapon) -> str:
    """What is in it and since when it is there: for whoever reads it in the hand."""
    at = day_and_clock(look, weapon.since)
    since = f"Since {at}. " if at else ""
    return since + (_load(look.state, weapon) if weapon.kind in words.FIRING_KINDS else "")


def _load(state: State, weapon: Weapon) -> str:
    if not weapon.load_known:
        return "Not opened, so it counts as loaded."
    if not_opened(state, weapon):
        return "Not opened since it was fired or out of hand, so it counts as loaded."
    parts = []
    for one in weapon.loads:
        if one.count:
            kind = state.lot_kind(one.lot)
            parts.append(number(one.count, KINDS[kind], MANY.get(kind, "")))
    if weapon.duds:
        parts.append(f"{weapon.duds} misfired")
    return f"{listed(parts) or 'Nothing'} recorded in it."


def _grouped(look: Look, weapons: list[Weapon], *, sort: bool = True) -> Iterator[Plain]:
    """One row a weapon; what one handler holds alike is one row, because it lies on one cart."""
    alike: dict[tuple[str, str], list[Weapon]] = {}
    if sort:
        weapons = sorted(
            weapons,
            key=lambda one: (not in_other_hands(look.state, one), *_longest(look.state, one)),
        )
    for one in weapons:
        shown = in_it(look.state, one)
        if in_other_hands(look.state, one):
            alike[(one.id, shown)] = [one]
        else:
            alike.setdefault((one.holder or "", shown), []).append(one)
    for (_, shown), found in alike.items():
        found.sort(key=lambda one: natural(one.id))
        each = [_weapon_row(look, one, shown) for one in found]
        if len(each) == 1:
            yield each[0]
            continue
        names = [one.id for one in found]
        group = {"name": str(len(each)), "names": names, "named": ", ".join(in_runs(names))}
        yield {**each[0], **group, "note": "", "each": each}


def whole_set(look: Look) -> Iterator[Plain]:
    """What holds everything, or a whole act."""
    state = look.state
    hold = {"name": "", "state": "hold", "word": WORDS["hold"]}
    for table, one, many in (
        (state.incidents, "Incident", "incidents"),
        (state.walk_outs, "Walk-out", "walk-outs"),
        (state.found, "Something found", "finds"),
    ):
        if table:
            at = day_and_clock(look, oldest_of(table.values()))
            says = one if len(table) == 1 else f"{len(table)} {many}"
            yield {**hold, "who": f"{says}, {at}"}
    if any(one.on == "all" for one in state.contradictions.values()):
        yield {**hold, "who": "Accounts differ"}
    for stop in state.stops.values():
        if stop.scope is not None:
            yield _scoped(look, stop, "stopped")
    for pause in state.pauses.values():
        yield _scoped(look, pause, "paused")


def _scoped(look: Look, stop: Stop, word: str) -> Plain:
    at = day_and_clock(look, stop.mark)
    if stop.scope is None:
        says = f"Since {at}"
    else:
        says = listed([_called(look, name) for name in stop.scope])
    return {"name": "", "who": says, "state": word, "word": WORDS[word], "note": f"since {at}"}


def _called(look: Look, name: str) -> str:
    activity = look.state.activities.get(name)
    return scene_of(look, activity) if activity is not None else name


def _things(look: Look, doubted: dict[str, str]) -> Iterator[Plain]:
    for one in look.state.things.values():
        if one.away:
            continue
        why = "held" if one.held is not None else doubted.get(one.id, "")
        if why:
            yield {"name": one.id, "who": why, "state": "hold", "word": WORDS["hold"]}


def _machines(look: Look) -> Iterator[Plain]:
    """Machines and charges that were declared live or armed, and not locked off since."""
    for name, (declared, mark) in look.state.machines.items():
        if declared in ("live", "armed"):
            says = f"since {day_and_clock(look, mark)}"
            yield {"name": name, "who": says, "state": declared, "word": WORDS[declared]}


def more(rows: list[tuple[int, int]]) -> list[str]:
    """By how many rows are shown, the sentence for those that are not: the first for none.

    Args:
        rows: Each row's rank, and how many weapons or other things it stands for.
    """
    told = []
    for shown in range(len(rows)):
        count = dict.fromkeys((HOLD, LOADED, OUT), 0)
        for rank, many in rows[shown:]:
            count[rank] += many
        left = sum(count.values())
        if count[HOLD] == left:
            told.append(f"+ {left} more on hold")
            continue
        parts = [f"{count[HOLD]} on hold"] if count[HOLD] else []
        parts += [f"{count[LOADED]} loaded"] if count[LOADED] else []
        told.append(", ".join([f"+ {left} more out", *parts]))
    return told


def scene_of(look: Look, activity: Activity) -> str:
    """What a set calls an act: its scene, or else its title."""
    scene = activity.plan.scene
    return f"Scene {scene}" if scene else title(look, activity.id)


def oldest_of(found: Iterable[Any]) -> Mark | None:
    """When the first of these was said."""
    return first_of([one.mark for one in found])


def first_of(marks: Iterable[Mark]) -> Mark | None:
    """The first of these moments; None of none."""
    return min(marks, key=lambda mark: mark.seq, default=None)

"""What are weapons, loads and lots called on the cart? Sentences and names only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from showclear.app.views.cart_activity import fires
from showclear.app.views.look import Look
from showclear.app.views.sentences import in_runs
from showclear.app.views.set_state import not_opened
from showclear.app.views.wording import listed, number, person
from showclear.core.nouns import Lot, Mark, Weapon
from showclear.core.state import State

KINDS: Final = {
    "firearm": "Firearm",
    "blank-only": "Blank-firing",
    "replica": "Replica",
    "rubber": "Rubber",
    "airsoft": "Airsoft",
    "edged": "Edged",
    "bow": "Bow",
    "other": "Other",
    "unknown": "Unknown",
}
ROUNDS: Final = {
    "blank": ("blank", "blanks"),
    "dummy": ("dummy", "dummies"),
    "live": ("LIVE round", "LIVE rounds"),
    "unknown": ("unknown round", "unknown rounds"),
}
NOT_OPENED: Final = "Not opened"
EMPTY: Final = "Empty"
WAS_EMPTY: Final = "Was empty"
LOTS: Final = {"blank": "Blanks", "dummy": "Dummies", "live": "LIVE", "unknown": "Unknown rounds"}

PLACES: Final = {
    "store": "in store",
    "cart": "on the cart",
    "out": "out",
    "locked": "locked up",
    "unattended": "with nobody",
    "away": "away",
    "own": "off the set",
}
"""Where a weapon is, as it stands on its card."""

CAUSES: Final = {
    "misfire": "Misfire",
    "held": "Held",
    "unattended": "With nobody",
    "missing-weapon": "Not found when counted",
    "stop": "Stopped",
    "pause": "Paused",
    "incident": "Incident open",
    "remedy": "Remedy open",
    "walk-out": "Walk-out",
    "concern": "Concern open",
    "contradiction": "Two things said",
    "unreadable": "Not readable",
    "found": "Something found",
    "unknown-rounds": "Unknown rounds",
    "live-rounds": "LIVE rounds",
    "lot": "Lot held",
    "refused": "One person is not in it",
    "thing": "Thing held",
}
"""What happened, by the rule that holds for it."""

CHECKS: Final = {
    "chamber-empty": "chambers clear",
    "barrel-clear": "bore clear",
    "mechanism-works": "mechanism works",
    "is-replica": "looked at, is what it is said to be",
    "dry-fired": "dry-fired",
    "shown-clear": "shown clear",
    "load-shown": "load shown",
    "cleaned": "cleaned",
    "dummies-each-verified": "dummies looked at one by one",
    "blanks-verified": "blanks looked at",
    "label-matches": "label matches",
}


def where_of(state: State, weapon: Weapon) -> str:
    """Where a weapon is: a key of `PLACES`."""
    if weapon.own:
        return "own"
    if weapon.place == "held":
        return "cart" if state.handles(weapon.holder or "") else "out"
    return weapon.place if weapon.place in PLACES else "store"


def load_says(state: State, weapon: Weapon) -> tuple[str, bool]:
    """What is in it, and whether it is drawn solid: loaded, or nobody has opened it.

    Rounds on record are told whatever kind of weapon they are in. Empty is said only where a
    handler has looked, and of what lies locked up only that it was.
    """
    if fires(weapon) and not weapon.load_known:
        return NOT_OPENED, True
    parts = [
        number(load.count, *ROUNDS[state.lot_kind(load.lot)]) for load in weapon.loads if load.count
    ]
    if weapon.duds:
        parts.append(f"{weapon.duds} misfired")
    if parts:
        return f"{listed(parts)} in it", True
    if not fires(weapon):
        return KINDS.get(weapon.kind, weapon.kind), False
    if not_opened(state, weapon) or weapon.place == "unattended" or weapon.missing is not None:
        return NOT_OPENED, True
    return (WAS_EMPTY if weapon.place in ("store", "locked", "away") else EMPTY), False


def load_since(state: State, weapon: Weapon) -> Mark | None:
    """Since when that is known of it: found empty, loaded, or went off or left sight unopened."""
    says, solid = load_says(state, weapon)
    if not solid:
        return _last(weapon.opened, weapon.emptied) if says in (EMPTY, WAS_EMPTY) else None
    if says != NOT_OPENED:
        return _last(weapon.loaded, weapon.misfire)
    if weapon.opened is None and weapon.emptied is None:
        return None
    return _last(weapon.fired, weapon.left_sight, weapon.missing)


def _last(*marks: Mark | None) -> Mark | None:
    return max((one for one in marks if one is not None), key=lambda one: one.seq, default=None)


def lot_name(lot: Lot) -> str:
    """A lot's heading: what it is, then its label.

    >>> lot_name(Lot(id="b-1", kind="blank")), lot_name(Lot(id="blanks", kind="blank"))
    ('Blanks b-1', 'Blanks')
    """
    word = LOTS.get(lot.kind, "Rounds")
    return word if lot.id == word.lower() else f"{word} {lot.id}"


def rounds_of(state: State, lot: str, count: int) -> str:
    """So many rounds of a lot, in words."""
    return number(count, *ROUNDS[state.lot_kind(lot)])


def weapons_text(names: Sequence[str]) -> str:
    """Several weapons in a row, as they are labelled; runs of numbers as runs."""
    return listed(in_runs(names))


def short_list(names: Sequence[str], *, most: int = 4) -> str:
    """Some names in a row; what does not fit is a number.

    >>> short_list(["a", "b"]), short_list(["a", "b", "c"], most=2)
    ('a, b', 'a, b + 1 more')
    """
    runs = in_runs(names)
    if len(runs) <= most:
        return ", ".join(runs)
    if len(names) != len(runs):
        return f"{runs[0]} + {len(names) - len(in_run(names))} more"
    return f"{', '.join(names[:most])} + {len(names) - most} more"


def in_run(names: Sequence[str]) -> Sequence[str]:
    """The names of the first run of numbers among these."""
    lengths = range(len(names), 1, -1)
    return next((names[:n] for n in lengths if len(in_runs(names[:n])) == 1), names[:1])


def who(look: Look, names: Iterable[str]) -> str:
    """Several people, as they are called."""
    return listed([person(look, name) for name in names])


HELD_FOR: Final = {
    "same-eyes": "one pair of eyes only",
    "load-shown": "load not shown",
    "shown-clear": "not shown clear",
    "chamber-empty": "chambers not seen clear",
    "barrel-clear": "bore not seen clear",
    "not-as-planned": "not as planned",
    "not-planned": "not in the plan",
    "not-a-handler": "not from a handler",
    "not-briefed": "not briefed",
    "not-qualified": "not qualified",
    "weapon-held": "the weapon is held",
    "trained-for-this": "not trained for this",
}
"""What a gate missed, in two or three words, where its whole sentence has been read."""


def held_for(missing: Iterable[str]) -> str:
    """What a gate missed, in a row.

    >>> held_for(["same-eyes", "line-walked"])
    'one pair of eyes only, line walked missing'
    """
    return ", ".join(HELD_FOR.get(one, f"{one.replace('-', ' ')} missing") for one in missing)


_FACTS: Final = {
    "rounds.locked-up": "{lots} locked up",
    "rounds.placed": "{lots} taken off the premises",
    "weapon.locked-up": "{weapons} locked up",
    "weapon.counted": "{weapons} counted",
    "weapon.seen": "{weapons} seen, opened",
    "weapon.handed-back": "{weapons} back",
    "weapon.released": "{weapons} released",
    "meeting.joined": "Briefed: {people}",
    "change.agreed": "Heard it and agreed: {people}",
}


def fact_text(said: Mapping[str, Any]) -> str:
    """A next step as the fact that it writes; empty where there are no words for it.

    >>> fact_text({"what": "rounds.locked-up", "lots": ["d-1"]})
    'd-1 locked up'
    """
    if said.get("what") == "check.made":
        checks = listed([CHECKS.get(one, one.replace("-", " ")) for one in said["checks"]])
        return f"{checks[:1].upper()}{checks[1:]}: {listed(list(said['on']))}"
    words = _FACTS.get(str(said.get("what")))
    if words is None:
        return ""
    told = {key: listed(list(said.get(key, ()))) for key in ("lots", "weapons", "people")}
    return words.format(**told)


def group_text(state: State, names: Iterable[str]) -> str:
    """A group by kind: `Rubber 8, replica 3`."""
    counts: dict[str, int] = {}
    for name in names:
        kind = KINDS.get(state.weapons[name].kind, "Other")
        counts[kind] = counts.get(kind, 0) + 1
    most_first = sorted(counts.items(), key=lambda one: -one[1])
    told = [f"{kind if n == 0 else kind.lower()} {c}" for n, (kind, c) in enumerate(most_first)]
    return ", ".join(told)

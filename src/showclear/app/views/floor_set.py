"""What stands on top of the floor, what cold still waits for, and the calls to the set as acts.

* How the set stands is one answer for every screen: `set_state`.
* Cold waits for every weapon of a hot set that nobody has opened since it was last loaded or
  fired, or that is in the hands of somebody who does not handle weapons.
* What holds everything or a whole act is told first, in the rows of the board.
* Each call names the weapons it is about: hot and gun on set those that the plan names and
  that are out, cold those that it was hot for. The call that the floor waits for is filled.
"""

from __future__ import annotations

from typing import Any, Final

from showclear.app.views.acts import act, done_at
from showclear.app.views.floor_today import on_the_floor
from showclear.app.views.holding import lines as holding
from showclear.app.views.look import Look
from showclear.app.views.set_state import in_other_hands, not_opened, set_state
from showclear.app.views.wording import day_and_clock, instant, listed, number, person
from showclear.core import words
from showclear.core.nouns import Mark, Weapon

Plain = dict[str, Any]

WORDS: Final = {
    "hot": "HOT",
    "gun-on-set": "GUN ON SET",
    "cold": "COLD",
    "not-called": "NOT CALLED",
}
_CALLS: Final = {"gun-on-set": "Gun on set", "hot": "Hot", "cold": "Cold"}
_LOADS: Final = {
    "blank": ("blank", "blanks"),
    "dummy": ("dummy", "dummies"),
    "live": ("LIVE round", "LIVE rounds"),
    "unknown": ("unknown round", "unknown rounds"),
}


def called_for(look: Look) -> tuple[str, ...]:
    """The weapons that the set is hot, or a gun on set, for; all that are out for the whole."""
    found = set_state(look)
    if found.word not in ("hot", "gun-on-set"):
        return ()
    return found.weapons or tuple(one.id for one in look.state.weapons.values() if out(one))


def out(weapon: Weapon) -> bool:
    """Whether it fires, or nobody knows that it does not, and is not put away."""
    return weapon.kind in words.FIRING_KINDS and weapon.place in ("held", "unattended")


def waits_for(look: Look) -> tuple[str, ...]:
    """The weapons that cold still waits for."""
    found = (look.state.weapons.get(name) for name in called_for(look))
    return tuple(one.id for one in found if one is not None and not _cold(look, one))


def _cold(look: Look, weapon: Weapon) -> bool:
    """Whether it was opened and found empty, and a handler or nobody has it."""
    if in_other_hands(look.state, weapon):
        return False
    return look.state.load_of(weapon) == "none" and not not_opened(look.state, weapon)


def _seq(mark: Mark) -> int:
    return mark.seq


def header(look: Look) -> Plain:
    """What stands on top of the floor: the word, since when, what cold still waits for."""
    state, found = look.state, set_state(look)
    if state.stops:
        first = min((stop.mark for stop in state.stops.values()), key=_seq)
        whole = any(stop.scope is None for stop in state.stops.values())
        if whole:
            says = ["no name given", *holding(look)]
            return _top(look, "stopped", "STOPPED", first, says)
    if state.pauses:
        first = min((pause.mark for pause in state.pauses.values()), key=_seq)
        says = [*holding(look, paused=False), f"Set: {WORDS[found.word].lower()}"]
        return _top(look, "paused", "PAUSED", first, says)
    waits, names = waits_for(look), called_for(look)
    says = [] if found.called or found.word == "not-called" else ["Not called so"]
    if waits:
        says.append(f"Cold waits for {_few(waits)}")
    elif names:
        says.append(_few(names))
    if loaded := loaded_not_hot(look):
        says.append(f"{_few(tuple(loaded))} loaded, not called hot")
    # What holds stands before what is only waited for: a screen may have room for two lines.
    return _top(look, found.word, WORDS[found.word], found.since, [*holding(look), *says])


def _few(names: tuple[str, ...]) -> str:
    return listed(names) if len(names) <= 2 else f"{len(names)} weapons"


def _top(look: Look, state: str, word: str, since: Mark | None, says: list[str]) -> Plain:
    return {
        "state": state,
        "word": word,
        "since": day_and_clock(look, since),
        "instant": instant(since),
        "says": says,
        "weapons": list(called_for(look)),
        "waits": list(waits_for(look)),
    }


def calls(look: Look) -> list[Plain]:
    """Gun on set, hot, cold, as acts about the weapons that each is about."""
    own = planned_out(look, on_the_floor(look))
    stands, hot = list(called_for(look)), loaded_not_hot(look)
    is_hot = set_state(look).word == "hot"
    about: dict[str, list[str]] = {
        "gun-on-set": own,
        "hot": hot or (stands if is_hot else own),
        "cold": stands or own,
    }
    awaited = _awaited(look, own, hot)
    return [_call(look, state, about[state], main=state == awaited) for state in _CALLS]


def _call(look: Look, state: str, names: list[str], *, main: bool) -> Plain:
    found, floor = set_state(look), on_the_floor(look)
    write: Plain = {"what": "set.declared", "state": state}
    if names:
        write["weapons"] = names
    if floor is not None and state != "cold":
        write["for"] = floor
    stands = found.word == state and found.called and set(names) <= set(found.weapons)
    says = _CALLS[state]
    return act(
        f"set/{state}",
        says,
        [write],
        note=_few(tuple(names)),
        title=f"The set is called: {says}" + (f", for {listed(names)}" if names else ""),
        main=main and not stands,
        done=done_at(look, found.since) if stands else "",
    ) | {"state": state}


def _awaited(look: Look, own: list[str], hot: list[str]) -> str:
    """Which call the floor waits for: cold once what was hot has been opened."""
    if hot:
        return "hot"
    if called_for(look):
        return "" if waits_for(look) else "cold"
    return "gun-on-set" if own else ""


def planned_out(look: Look, activity: str | None) -> list[str]:
    """Weapons that the plan of an activity names and that somebody has taken out."""
    job = look.state.activities.get(activity or "")
    planned = (job.plan.weapons or ()) if job is not None else ()
    found = (look.state.weapons.get(one.weapon) for one in planned)
    return [one.id for one in found if one is not None and out(one)]


def loaded_not_hot(look: Look) -> list[str]:
    """Weapons with something in them that goes off, for which nobody has called hot."""
    found = set_state(look)
    if found.word == "hot" and found.called and not found.weapons:
        return []
    called = found.weapons if found.word == "hot" and found.called else ()
    loaded = [
        one.id
        for one in look.state.weapons.values()
        if out(one) and one.id not in called and look.state.load_of(one) in ("blank", "live")
    ]
    return [name for name in loaded if look.state.weapons[name].misfire is None]


def in_it(look: Look, weapon: Weapon) -> str:
    """What is in a weapon, in words. What nobody opened counts as loaded, and says so."""
    if weapon.misfire is not None and not _opened_since(weapon, weapon.misfire):
        return "not opened since it misfired"
    if weapon.kind not in words.FIRING_KINDS:
        return weapon.kind
    load = look.state.load_of(weapon)
    if load not in ("none", "unknown"):
        one, many = _LOADS[load]
        return number(weapon.rounds or weapon.duds, one, many)
    if not_opened(look.state, weapon):
        return "not opened since it fired" if _fired_since(weapon) else "not opened yet"
    return "opened, empty"


def _opened_since(weapon: Weapon, mark: Mark) -> bool:
    return weapon.emptied is not None and weapon.emptied.seq > mark.seq


def _fired_since(weapon: Weapon) -> bool:
    opened = max((mark.seq for mark in (weapon.opened, weapon.emptied) if mark), default=-1)
    return weapon.fired is not None and weapon.fired.seq > opened


def in_hands(look: Look) -> list[Plain]:
    """Weapons that fire, or may, with somebody who does not handle weapons."""
    return [
        {
            "weapon": one.id,
            "with": person(look, one.holder or "") if one.holder else "nobody knows whom",
            "holds": in_it(look, one),
            "since": day_and_clock(look, one.since),
        }
        for one in look.state.weapons.values()
        if one.kind in words.FIRING_KINDS and in_other_hands(look.state, one)
    ]

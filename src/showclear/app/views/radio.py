"""What does the first AD say on the radio now?

* One saying, made from the state: short sentences, as they are spoken, numbers in words.
* The gravest thing is said first, and nothing after it that would make people relax.
* It says who has a weapon and how many shots are in it, never that anything may be done.
* Nobody who stopped the work, said no or raised something is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from showclear.app.views.floor_set import called_for, loaded_not_hot, planned_out
from showclear.app.views.floor_today import on_the_floor, said_today, take_now
from showclear.app.views.look import Look
from showclear.app.views.people import late_people
from showclear.app.views.set_state import in_other_hands, not_opened, set_state
from showclear.app.views.wording import listed, person
from showclear.core import words
from showclear.core.nouns import Weapon

_TO_TEN: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen")
_NUMBERS: Final = (*_TO_TEN, *_TEENS, "seventeen", "eighteen", "nineteen", "twenty")
_SHORT: Final = {
    "rev": "revolver",
    "revolver": "revolver",
    "pis": "pistol",
    "pistol": "pistol",
    "rif": "rifle",
    "rifle": "rifle",
    "sg": "shotgun",
    "shotgun": "shotgun",
    "smg": "submachine gun",
    "mg": "machine gun",
    "rep": "replica",
    "rub": "rubber",
    "knife": "knife",
    "bow": "bow",
}
_NAMED_MOST: Final = 3
"""More weapons than these are said as a number: nobody remembers a list from a radio."""

_RESTARTED_FOR: Final = timedelta(minutes=3)


def in_words(count: int) -> str:
    """A number as it is spoken.

    >>> in_words(2), in_words(21)
    ('two', '21')
    """
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def spoken(name: str) -> str:
    """A weapon's id as it is spoken.

    >>> spoken("rev-2"), spoken("rubber-12"), spoken("colt-a")
    ('revolver two', 'rubber twelve', 'colt A')
    """
    noun, number = _parts(name)
    return f"{noun} {number}".strip()


def _parts(name: str) -> tuple[str, str]:
    parts = re.split(r"[-.]", name)
    last = parts[-1]
    if len(parts) > 1 and last.isdecimal():
        parts, number = parts[:-1], in_words(int(last))
    elif len(parts) > 1 and len(last) == 1:
        parts, number = parts[:-1], last.upper()
    else:
        number = ""
    return " ".join(_SHORT.get(part, part) for part in parts), number


def all_spoken(names: Iterable[str]) -> str:
    """Several weapons as they are spoken.

    >>> all_spoken(["rev-2", "rev-3"]), all_spoken(["rev-2", "rubber-1"])
    ('revolvers two and three', 'revolver two and rubber one')
    """
    by_noun: dict[str, list[str]] = {}
    for name in names:
        noun, number = _parts(name)
        by_noun.setdefault(noun, []).append(number)
    return listed(
        [
            f"{_plural(noun)} {listed(numbers)}"
            if len(numbers) > 1
            else f"{noun} {numbers[0]}".strip()
            for noun, numbers in by_noun.items()
        ]
    )


def _plural(noun: str) -> str:
    return noun[:-2] + "ves" if noun.endswith("fe") else f"{noun}s"


def radio(look: Look) -> str:
    """What is said on the radio now; empty where there is nothing to say."""
    for saying in (_stopped, _incident, _misfired, _paused, _restarted, _set_now):
        told = saying(look)
        if told:
            # While a weapon is hot or in a hand, nothing else is said with it.
            late = _late(look) if saying is _set_now and not called_for(look) else []
            now = _set_now(look) if saying is _restarted else []
            return _sentences([*told, *now, *late])
    return _sentences(_late(look))


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)


def _guns_in_hands(look: Look) -> list[Weapon]:
    return [
        one
        for one in look.state.weapons.values()
        if one.kind in words.FIRING_KINDS and in_other_hands(look.state, one)
    ]


def _stopped(look: Look) -> list[str]:
    if not look.state.stops:
        return []
    scopes = [stop.scope for stop in look.state.stops.values()]
    if any(scope is None for scope in scopes):
        told = ["stop", "stop", "stop", "stay where you are"]
    else:
        named = sorted({name for scope in scopes for name in scope or ()})
        told = ["stop", f"stop on {listed([_thing(look, name) for name in named])}"]
    return [*told, "armorer, take back the guns"] if _guns_in_hands(look) else told


def _thing(look: Look, name: str) -> str:
    if name in look.state.weapons:
        return spoken(name)
    return look.memory.titles.get(name) or name.replace("-", " ")


def _incident(look: Look) -> list[str]:
    found = list(look.state.incidents.values())
    if not found:
        return []
    last = max(found, key=lambda one: one.mark.seq)
    if last.discharge:
        guns = [name for name in last.about if name in look.state.weapons]
        told = [f"unintended shot, {all_spoken(guns)}" if guns else "unintended shot"]
        return [*told, "nobody moves a weapon", "armorer to the weapon"]
    if last.kind in ("injury", "death"):
        return ["medic to set", "all weapon work waits"]
    return ["all weapon work waits", "stand by"]


def _misfired(look: Look) -> list[str]:
    found = [
        one
        for one in look.state.weapons.values()
        if one.misfire is not None
        and not (one.emptied is not None and one.emptied.seq > one.misfire.seq)
    ]
    if not found:
        return []
    told = [f"misfire on {all_spoken(sorted(one.id for one in found))}"]
    who = {one.holder for one in found if one.place == "held" and one.holder}
    told += [f"{person(look, name)} has {'it' if len(found) == 1 else 'them'}" for name in who]
    told.append("we are hot" if set_state(look).word == "hot" else "treat it as loaded")
    return [*told, "stay off the line"]


def _paused(look: Look) -> list[str]:
    return ["we are paused", "stand by"] if look.state.pauses else []


def _set_now(look: Look) -> list[str]:
    match set_state(look).word:
        case "hot":
            return _hot(look, called_for(look))
        case "gun-on-set":
            return _gun_on_set(look, called_for(look))
        case "cold":
            return _cold(look)
        case "not-called":
            return _loaded(look)


def _hot(look: Look, names: tuple[str, ...]) -> list[str]:
    guns = [look.state.weapons[name] for name in names if name in look.state.weapons]
    live = [one for one in guns if look.state.load_of(one) != "none"]
    if not live:
        fired = [one.id for one in guns if not_opened(look.state, one)]
        if fired:
            return ["we are still hot", f"{all_spoken(fired)} not opened yet", "stay where you are"]
        return ["we are still hot", f"{all_spoken(names)} opened", "cold is not called yet"]
    out = [one for one in live if not look.state.handles(one.holder or "")]
    told = (
        _who_has(look, live)
        if len(live) <= _NAMED_MOST
        else [f"{in_words(len(live))} weapons are hot"]
    )
    floor = on_the_floor(look)
    activity = look.state.activities.get(floor or "")
    if activity is not None and activity.on is not None:
        take = take_now(look, activity)
        told.append(f"take {in_words(int(take))}" if take.isdecimal() else "this is a take")
    return [*told, "ears and eyes" if out else "stay off the line"]


def _who_has(look: Look, guns: list[Weapon]) -> list[str]:
    """Who has which, with the shots or rounds: said once for all where it is the same for all."""
    told: list[str] = []
    shots = {one.rounds for one in guns}
    same = shots.pop() if len(shots) == 1 else None
    holders = {one.holder for one in guns}
    if len(guns) > 1 and len(holders) == 1:
        (who,) = holders
        told.append(f"{all_spoken(one.id for one in guns)} are hot with {_name(look, who)}")
    else:
        told += [f"{spoken(one.id)} is hot with {_name(look, one.holder)}" for one in guns]
    if same:
        each = " each" if len(guns) > 1 else ""
        # What is a dummy in a mixed load is no shot, and nobody can tell which comes first.
        kinds = {look.state.lot_kind(load.lot) for one in guns for load in one.loads if load.count}
        word = "shot" if kinds == {"blank"} else "round"
        told.append(f"{in_words(same)} {word}{'' if same == 1 else 's'}{each}")
    else:
        told += [f"{spoken(one.id)}, {in_words(one.rounds)}" for one in guns if one.rounds]
    return told


def _name(look: Look, who: str | None) -> str:
    return person(look, who) if who else "nobody"


def _gun_on_set(look: Look, names: tuple[str, ...]) -> list[str]:
    guns = [look.state.weapons[name] for name in names if name in look.state.weapons]
    told = ["gun on set"]
    for one in guns[:_NAMED_MOST]:
        load = look.state.load_of(one)
        inside = {"dummy": "dummies in it", "none": "opened and empty"}.get(load, "not opened")
        told.append(f"{spoken(one.id)} with {_name(look, one.holder)}, {inside}")
    more = len(guns) - _NAMED_MOST
    return [*told, f"and {in_words(more)} more"] if more > 0 else told


def _cold(look: Look) -> list[str]:
    out = _guns_in_hands(look)
    if out:
        told = [f"{spoken(one.id)} is still with {_name(look, one.holder)}" for one in out[:3]]
        return ["cold was called", *told]
    if loaded := _loaded(look):
        return loaded
    planned = planned_out(look, on_the_floor(look))
    holders = {look.state.weapons[name].holder for name in planned}
    if planned and len(holders) == 1:
        return ["cold set", f"{_name(look, holders.pop())} has {all_spoken(planned)}"]
    return ["cold set"]


def _loaded(look: Look) -> list[str]:
    """Loaded, and nobody has called it: said before anything that sounds like cold."""
    names = loaded_not_hot(look)
    if not names:
        return []
    guns = [look.state.weapons[name] for name in names]
    told = [f"{all_spoken(names)} {'is' if len(names) == 1 else 'are'} loaded"]
    holders = {one.holder for one in guns}
    if len(holders) == 1:
        # "Loaded with": on a radio that would be who is in it.
        told.append(f"{_name(look, holders.pop())} has {'it' if len(names) == 1 else 'them'}")
    return [*told, "hot is not called yet"]


def _restarted(look: Look) -> list[str]:
    if look.state.walk_outs:
        return []
    for told in reversed(said_today(look)):
        at = told.said.at
        if at is not None and look.now - at > _RESTARTED_FOR:
            return []
        if told.said.what in ("work.resumed", "stop.mistaken", "pause.lifted"):
            return ["we are going on", "stand by for the call"]
    return []


def _late(look: Look) -> list[str]:
    late = late_people(look)
    if not late:
        return []
    names = listed([person(look, name) for name in late[:_NAMED_MOST]])
    verb = "is" if len(late) == 1 else "are"
    return [f"{names} {verb} here and not briefed", "no working gun in their hands before that"]

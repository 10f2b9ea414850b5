"""What does each weapon's card say: where, what is in it, who has it, what its next gate says?

* A card keeps its place, in the order of labels: a hand finds it without looking. Only where
  there are more than fit at once do those that something holds come first.
* Many of the same quiet kind are one card that opens. Where there are more than fit, so are
  those that stand alike: the same kind, place and load, in or out of the scene. One of them
  that something holds stands on its own again.
* Not opened is drawn as loaded.
* What was handed over while its gate said Hold says so until it is back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from showclear.app.memory import Told
from showclear.app.views.cart_activity import Job, fires
from showclear.app.views.cart_misfire import misfire_says
from showclear.app.views.cart_steps import ready
from showclear.app.views.cart_words import (
    CAUSES,
    PLACES,
    group_text,
    load_says,
    load_since,
    short_list,
    where_of,
    who,
)
from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock, instant, number, person
from showclear.core.gates import over_pairs
from showclear.core.nouns import Weapon
from showclear.core.said_people import WeaponHandedBack, WeaponHandedOver

Plain = dict[str, Any]

FIT: Final = 9
"""Cards that fit on the tablet at once, in three columns."""

FOLD_FROM: Final = 3
"""From how many of a quiet kind on, or of those that stand alike, they are one card."""

QUIET: Final = frozenset({"rubber", "replica"})

NOT_IN_SCENE: Final = "Not in this scene"
TAKE_OUT: Final = "To be taken out"

PEOPLE_MAX: Final = 4
"""How many people are named in one line; more are a number."""


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """The order people expect: `r-2` before `r-10`.

    >>> sorted(["r-10", "r-2"], key=natural)
    ['r-2', 'r-10']
    """
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def known_weapons(look: Look) -> list[Weapon]:
    """Every weapon on the record, in the order of labels."""
    return sorted(look.state.weapons.values(), key=lambda one: natural(one.id))


def quiet_group(look: Look) -> list[str]:
    """The weapons that are folded into one card."""
    found = [one.id for one in known_weapons(look) if _is_quiet(one)]
    return found if len(found) >= FOLD_FROM else []


def _is_quiet(weapon: Weapon) -> bool:
    """Whether it fires nothing, has nothing in it and nothing happened to it."""
    return weapon.kind in QUIET and not (weapon.rounds or weapon.duds or troubles(weapon))


def troubles(weapon: Weapon) -> list[str]:
    """What happened to a weapon that holds it, most telling first."""
    told = []
    if weapon.misfire is not None:
        told.append(misfire_says(weapon))
    if weapon.held is not None:
        told.append("Held until released")
    if weapon.missing is not None:
        told.append("Not found when counted")
    if weapon.place == "unattended":
        told.append("With nobody, to be opened")
    if not weapon.known:
        told.append("Nobody registered it")
    elif weapon.kind == "unknown":
        told.append("Nobody knows what it is")
    return told


def folds_of(look: Look, job: Job | None) -> list[list[str]]:
    """Weapons that stand alike and are one card, where there are more than fit."""
    if "folds" not in look.memo:
        look.memo["folds"] = _folds(look, job)
    found: list[list[str]] = look.memo["folds"]
    return found


def _folds(look: Look, job: Job | None) -> list[list[str]]:
    quiet = set(quiet_group(look))
    others = [one for one in known_weapons(look) if one.id not in quiet]
    if len(others) <= FIT:
        return []
    alike: dict[tuple[object, ...], list[str]] = {}
    for one in others:
        if not troubles(one) and given_on_hold(look, one) is None and not _disputed(look, one):
            where = where_of(look.state, one)
            planned = job is not None and one.id in job.planned
            place = (one.kind, where, load_says(look.state, one), planned)
            alike.setdefault(place, []).append(one.id)
    return [names for names in alike.values() if len(names) >= FOLD_FROM]


def fold_key(names: Sequence[str]) -> str:
    """Under which key the card and the sheet of a fold are kept."""
    return f"fold/{names[0]}"


def cards_of(look: Look, job: Job | None) -> list[Plain]:
    """Every card but those of the quiet group; what stands alike is one."""
    folds = {names[0]: names for names in folds_of(look, job)}
    away = {*quiet_group(look), *(name for names in folds.values() for name in names)}
    cards = []
    for one in known_weapons(look):
        if one.id in folds:
            cards.append(fold_card(look, job, folds[one.id]))
        elif one.id not in away:
            cards.append(card(look, job, one))
    if folds or len(cards) > FIT:
        cards.sort(key=lambda one: one["next"].get("look") != "hold")
    return cards


def fold_card(look: Look, job: Job | None, names: Sequence[str]) -> Plain:
    """The card of weapons that stand alike."""
    state = look.state
    weapons = [state.weapons[name] for name in names]
    where = where_of(state, weapons[0])
    says, solid = load_says(state, weapons[0])
    holders = list(dict.fromkeys(one.holder for one in weapons if one.holder))
    people = number(len(holders), "person", "people")
    told = person(look, holders[0]) if len(holders) == 1 else people if holders else ""
    rounds = weapons[0].rounds and weapons[0].load_known
    return {
        "key": fold_key(names),
        "name": short_list(names, most=2),
        "serial": "",
        "place": where,
        "where": f"{len(names)} {PLACES[where]}",
        "in": {"says": says.replace(" in it", " in each") if rounds else says, "solid": solid},
        "has": {"says": told, "at": "", "since": None},
        "next": _next_of_fold(look, job, names, where),
        "job": job is not None and names[0] in job.planned,
        "weapons": list(names),
    }


def _next_of_fold(look: Look, job: Job | None, names: Sequence[str], where: str) -> Plain:
    if job is None or names[0] not in job.planned:
        return {"look": "none", "says": "Nothing planned" if job is None else NOT_IN_SCENE}
    if where == "cart":
        _, gates, steps = ready(look, job, names, key=fold_key(names))
        return summary_of(look, gates, steps, performer=None)
    if where == "out":
        holders = {name: look.state.weapons[name].holder for name in names}
        other = [name for name, one in holders.items() if one not in job.performers(name)]
        return {"look": "none", "says": f"{len(other)} not as planned" if other else "As planned"}
    return {"look": "none", "says": TAKE_OUT if where in ("store", "locked") else ""}


def card(look: Look, job: Job | None, weapon: Weapon) -> Plain:
    """One weapon's card."""
    state = look.state
    where = where_of(state, weapon)
    says, solid = load_says(state, weapon)
    return {
        "key": weapon.id,
        "name": weapon.id,
        "serial": look.memory.serials.get(weapon.id, ""),
        "place": where,
        "where": PLACES[where],
        "in": {
            # That it is in it is told by the bar; the whole words stand on its sheet.
            "says": says.removesuffix(" in it"),
            "solid": solid,
            "at": day_and_clock(look, load_since(state, weapon)),
        },
        "has": _has(look, weapon),
        "next": next_of(look, job, weapon, where),
        "job": job is not None and weapon.id in job.planned,
    }


def _has(look: Look, weapon: Weapon) -> Plain:
    told = person(look, weapon.holder) if weapon.holder else ""
    return {"says": told, "at": day_and_clock(look, weapon.since), "since": instant(weapon.since)}


def given_on_hold(look: Look, weapon: Weapon) -> Told | None:
    """The handover by which somebody has it, if its gate said Hold.

    Two screens may give the same weapon away at once: the one that was recorded first is the
    one by which it came into these hands.
    """
    if weapon.place != "held" or weapon.since is None or look.state.handles(weapon.holder or ""):
        return None
    told = look.memory.find(weapon.since.said)
    if told is None or told.answer != "hold" or not isinstance(told.said, WeaponHandedOver):
        return None
    first = told
    for one in look.memory.about(weapon.id):
        if isinstance(one.said, WeaponHandedBack):
            first = told
        elif isinstance(one.said, WeaponHandedOver) and one.index < first.index:
            pairs = dict(over_pairs(one.said))
            first = one if pairs.get(weapon.id) == weapon.holder else told
    return first if first.answer == "hold" else None


def _disputed(look: Look, weapon: Weapon) -> bool:
    return any(one.on in (weapon.id, "all") for one in look.state.contradictions.values())


def next_of(look: Look, job: Job | None, weapon: Weapon, where: str) -> Plain:
    """What the next gate would say of it, for whom, as a word and a line."""
    told = troubles(weapon)
    if told:
        return {"look": "hold", "word": "Hold", "says": told[0]}
    if _disputed(look, weapon):
        return {"look": "hold", "word": "Hold", "says": "To be looked at: two things said"}
    held = given_on_hold(look, weapon)
    if held is not None:
        return {"look": "hold", "word": "Hold", "says": "given, not clear"}
    if job is None or weapon.id not in job.planned:
        return {
            "look": "none",
            "says": NOT_IN_SCENE if job is not None else "Nothing planned",
        }
    performers = job.performers(weapon.id)
    if where == "out":
        says = "As planned" if weapon.holder in performers else "Not as planned"
        shot = weapon.fired
        if shot is not None and weapon.since is not None and shot.seq > weapon.since.seq:
            says = f"Fired {day_and_clock(look, shot)}. {says}"
        return {"look": "none", "says": says}
    if where != "cart":
        return {"look": "none", "says": TAKE_OUT if where in ("store", "locked") else ""}
    return _answer(look, job, weapon, next(iter(performers), None))


def _answer(look: Look, job: Job, weapon: Weapon, performer: str | None) -> Plain:
    _, gates, steps = ready(look, job, [weapon.id], key=weapon.id)
    return summary_of(look, gates, steps, performer=performer)


def summary_of(look: Look, gates: Plain, steps: Sequence[Plain], *, performer: str | None) -> Plain:
    """A gate's answer in one line: what is held by what happened, else how much is left."""
    for_ = "" if performer is None else f" for {person(look, performer)}"
    if gates["clear"]:
        return {"look": "clear", "word": "Clear", "says": for_.strip() or "to hand over"}
    if gates["caused"]:
        happened = [one for one in gates["reasons"] if one["rule"] in CAUSES]
        rule = happened[0]["rule"] if happened else ""
        return {"look": "hold", "word": "Hold", "says": CAUSES.get(rule, "Something happened")}
    left = to_do(gates, steps)
    if not left:
        return {"look": "todo", "word": "Hold", "says": f"nobody is planned{for_}"}
    return {"look": "todo", "word": "Hold", "says": f"{left} to do{for_}"}


def to_do(gates: Plain, steps: Sequence[Plain]) -> int:
    """How much is left: the open steps that are asked for, and reasons that no step answers."""
    return sum(1 for one in steps if one["asks"]) + len(uncovered(gates, steps))


def uncovered(gates: Plain, steps: Sequence[Plain]) -> list[Plain]:
    """Reasons that none of the open steps answers."""
    covered = {word for step in steps if step["open"] for word in step["answers"]}
    return [one for one in gates["reasons"] if covered.isdisjoint(one["missing"])]


def group_card(look: Look, names: Sequence[str]) -> Plain | None:
    """The card of the quiet group; None where nothing is folded."""
    if not names:
        return None
    return {
        "key": "quiet",
        "name": group_text(look.state, names),
        "where": places_text(look, names),
        "weapons": list(names),
    }


def places_text(look: Look, names: Sequence[str]) -> str:
    """Where several weapons are: `all on the cart`, or how many are where and with whom."""
    places = {name: where_of(look.state, look.state.weapons[name]) for name in names}
    kinds = dict.fromkeys(places.values())
    out = [name for name in names if places[name] == "out"]
    if len(kinds) == 1 and not out:
        return f"all {PLACES[next(iter(kinds))]}"
    told = []
    if out:
        holders = dict.fromkeys(look.state.weapons[name].holder or "" for name in out)
        named = [one for one in holders if one]
        people = who(look, named) if len(named) <= PEOPLE_MAX else f"{len(named)} people"
        told = [f"{len(out)} out with {people or 'nobody named'}"]
    counts = list(places.values())
    told += [f"{counts.count(kind)} {PLACES[kind]}" for kind in kinds if kind != "out"]
    return ", ".join(told)


def all_firing(look: Look) -> list[str]:
    """Every weapon that fires and is here."""
    return [
        one.id
        for one in known_weapons(look)
        if fires(one) and one.known and not one.own and one.place != "away"
    ]

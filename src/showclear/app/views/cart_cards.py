"""What does each weapon's card say: where, what is in it, who has it, what its next gate says?

* A card keeps its place, in the order of labels: a hand finds it without looking. Only where
  there are more than fit at once do those that something holds come first.
* Many of the same quiet kind are one card that opens. One of them that something holds, or
  that is not opened, stands on its own again.
* Not opened is drawn as loaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from showclear.app.views.cart_activity import Job, fires
from showclear.app.views.cart_misfire import misfire_says
from showclear.app.views.cart_steps import ready
from showclear.app.views.cart_words import CAUSES, PLACES, group_text, load_says, where_of, who
from showclear.app.views.look import Look
from showclear.app.views.wording import clock, instant, person
from showclear.core.nouns import Weapon

Plain = dict[str, Any]

FIT: Final = 9
"""Cards that fit on the tablet at once, in three columns."""

FOLD_FROM: Final = 3
"""From how many of a quiet kind on they are one card."""

QUIET: Final = frozenset({"rubber", "replica"})


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
    found = [one.id for one in known_weapons(look) if one.kind in QUIET and not troubles(one)]
    return found if len(found) >= FOLD_FROM else []


def troubles(weapon: Weapon) -> list[str]:
    """What happened to a weapon that holds it, most telling first."""
    told = []
    if weapon.misfire is not None:
        told.append(misfire_says(weapon))
    if weapon.held is not None:
        told.append("Held, a handler releases it")
    if weapon.missing is not None:
        told.append("Not found when counted")
    if weapon.place == "unattended":
        told.append("With nobody, to be opened")
    if not weapon.known:
        told.append("Nobody registered it")
    return told


def cards_of(look: Look, job: Job | None) -> list[Plain]:
    """Every card, the folded group last."""
    folded = set(quiet_group(look))
    cards = [card(look, job, one) for one in known_weapons(look) if one.id not in folded]
    if len(cards) > FIT:
        cards.sort(key=lambda one: one["next"].get("look") != "hold")
    return cards


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
        "in": {"says": says, "solid": solid},
        "has": _has(look, weapon, where),
        "next": next_of(look, job, weapon, where),
        "job": job is not None and weapon.id in job.planned,
    }


def _has(look: Look, weapon: Weapon, where: str) -> Plain:
    told = person(look, weapon.holder) if weapon.holder else ""
    if not told and where in ("locked", "store") and weapon.opened is not None:
        return {
            "says": "Last opened",
            "at": clock(look, weapon.opened),
            "since": instant(weapon.opened),
        }
    return {"says": told, "at": clock(look, weapon.since), "since": instant(weapon.since)}


def next_of(look: Look, job: Job | None, weapon: Weapon, where: str) -> Plain:
    """What the next gate would say of it, for whom, as a word and a line."""
    told = troubles(weapon)
    if told:
        return {"look": "hold", "word": "Hold", "says": told[0]}
    disputed = [one for one in look.state.contradictions.values() if one.on in (weapon.id, "all")]
    if disputed:
        return {"look": "hold", "word": "Hold", "says": "To be looked at: two things said"}
    if job is None or weapon.id not in job.planned:
        return {
            "look": "none",
            "says": "Not in this scene" if job is not None else "Nothing planned",
        }
    performer = next(iter(job.performers(weapon.id)), None)
    if where == "out":
        planned = performer is not None and weapon.holder == performer
        says = "As planned" if planned else "Not as planned"
        shot = weapon.fired
        if shot is not None and weapon.since is not None and shot.seq > weapon.since.seq:
            says = f"Fired {clock(look, shot)}. {says}"
        return {"look": "none", "says": says}
    if where != "cart":
        return {"look": "none", "says": "To be taken out" if where in ("store", "locked") else ""}
    return _answer(look, job, weapon, performer)


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
    """The card of the folded group; None where nothing is folded."""
    if not names:
        return None
    places = {name: where_of(look.state, look.state.weapons[name]) for name in names}
    out = [name for name in names if places[name] == "out"]
    kinds = dict.fromkeys(places.values())
    if out:
        holders = list(dict.fromkeys(look.state.weapons[name].holder or "" for name in out))
        where = (
            f"{len(out)} out with {who(look, [one for one in holders if one]) or 'nobody named'}"
        )
    elif len(kinds) == 1:
        where = f"all {PLACES[next(iter(kinds))]}"
    else:
        counts = {kind: list(places.values()).count(kind) for kind in kinds}
        where = ", ".join(f"{count} {PLACES[kind]}" for kind, count in counts.items())
    return {
        "key": "quiet",
        "name": group_text(look.state, names),
        "where": where,
        "weapons": list(names),
    }


def all_firing(look: Look) -> list[str]:
    """Every weapon that fires and is here."""
    return [
        one.id
        for one in known_weapons(look)
        if fires(one) and one.known and not one.own and one.place != "away"
    ]

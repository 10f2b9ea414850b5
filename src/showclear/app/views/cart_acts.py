"""What does each act on the cart write? The statements only, without who speaks and when.

* One act may write several statements, and one statement names every weapon it is true of.
* A load, a show and a shot have one count for each weapon, so weapons with different counts
  get a statement each.
* A show names one person. No act writes a check that its words do not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from showclear.app.views.look import Look
from showclear.core.nouns import Weapon

Plain = dict[str, Any]

_LOOKED: Final = {
    "replica": ("is-replica",),
    "rubber": ("is-replica",),
    "edged": ("edge-blunt",),
    "bow": ("mechanism-works",),
    "other": ("mechanism-works",),
    "airsoft": ("magazine-empty", "chamber-empty"),
}
"""What looking at a weapon of a kind is called; those that fire are opened."""

LOOK_WORDS: Final = {
    ("is-replica",): ("Looked at, fires nothing", "All looked at, fire nothing"),
    ("edge-blunt",): ("Edge looked at, blunt", "Edges looked at, blunt"),
    ("mechanism-works",): ("Looked at, works", "All looked at, work"),
    ("magazine-empty", "chamber-empty"): (
        "Magazine and chamber clear",
        "Magazines and chambers clear",
    ),
    ("chamber-empty",): ("Chambers clear", "Chambers clear"),
    ("chamber-empty", "barrel-clear"): ("Bore and chambers clear", "Bores and chambers clear"),
}
"""The act of looking in words, for one weapon and for several."""

CAUSE_WORDS: Final = ("Primer did not light", "Light strike", "Not found")
"""What a misfire came of, as a tap. Anything else is told on the record by a note."""


def checked(names: Sequence[str], *checks: str) -> Plain:
    """A check of these weapons that passed."""
    return {"what": "check.made", "checks": list(checks), "on": list(names), "passed": True}


def looking(weapon: Weapon, *, bore: bool) -> tuple[str, ...]:
    """The checks that looking at this weapon is, by its kind; with its bore if that is asked."""
    if not weapon.known or weapon.kind not in _LOOKED:
        return ("chamber-empty", "barrel-clear") if bore else ("chamber-empty",)
    return _LOOKED[weapon.kind]


def looked(look: Look, names: Sequence[str], *, bore: bool) -> list[Plain]:
    """All of these were looked at, each as its kind is: a statement for each way of looking."""
    return [checked(group, *checks) for checks, group in by_look(look, names, bore=bore).items()]


def by_look(look: Look, names: Sequence[str], *, bore: bool) -> dict[tuple[str, ...], list[str]]:
    """Weapons by how they are looked at."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        groups.setdefault(looking(look.state.weapons[name], bore=bore), []).append(name)
    return groups


def look_text(look: Look, names: Sequence[str], *, bore: bool) -> str:
    """Looking at these in words."""
    ways = list(by_look(look, names, bore=bore).items())
    told = [LOOK_WORDS[checks][len(group) > 1] for checks, group in ways]
    return "; ".join([told[0], *(one[:1].lower() + one[1:] for one in told[1:])])


def shown(names: Sequence[str], check: str, to: str, *, count: int | None = None) -> Plain:
    """One person was shown these weapons."""
    said = {**checked(names, check), "shown_to": [to]}
    return said if count is None else {**said, "count": count, "of": count}


def load_shown(
    look: Look, names: Sequence[str], to: str, *, loads: Mapping[str, tuple[str, int]] | None = None
) -> list[Plain]:
    """One person was shown every round in these weapons.

    Args:
        loads: By weapon, the lot and count that stand above as still to go in. Whoever taps the
            load and at once the show does it on a screen that has not heard of the load yet:
            they have shown what went in, and not the empty weapon that the screen still knows.
    """
    to_come = {name: count for name, (_, count) in (loads or {}).items()}
    counts = {name: look.state.weapons[name].rounds + to_come.get(name, 0) for name in names}
    return [
        shown(group, "load-shown", to, count=count)
        for count, group in by_count(names, counts).items()
    ]


def by_count(names: Iterable[str], counts: Mapping[str, int]) -> dict[int, list[str]]:
    """Weapons by how many rounds each has, so that one statement is true of all it names."""
    groups: dict[int, list[str]] = {}
    for name in names:
        groups.setdefault(counts[name], []).append(name)
    return groups


def loaded(loads: Mapping[str, tuple[str, int]], for_: str) -> list[Plain]:
    """Rounds went in: by weapon, the lot and how many."""
    groups: dict[tuple[str, int], list[str]] = {}
    for name, load in loads.items():
        groups.setdefault(load, []).append(name)
    return [
        {"what": "weapon.loaded", "weapons": names, "lot": lot, "count": count, "for": for_}
        for (lot, count), names in groups.items()
    ]


def opened_first(look: Look, lots: Iterable[str]) -> list[Plain]:
    """The boxes that have to be opened before anything is loaded from them."""
    known = look.state.lots
    shut = [lot for lot in dict.fromkeys(lots) if lot in known and known[lot].custody != "open"]
    return [of_lots("rounds.opened", shut)] if shut else []


def fired(look: Look, counts: Mapping[str, int]) -> list[Plain]:
    """So many went off in each, by its own load."""
    return _rounds_of(look, "weapon.fired", counts)


def unloaded(look: Look, counts: Mapping[str, int]) -> list[Plain]:
    """So many were taken out of each."""
    return _rounds_of(look, "weapon.unloaded", counts)


def _rounds_of(look: Look, what: str, counts: Mapping[str, int]) -> list[Plain]:
    groups: dict[tuple[str, int], list[str]] = {}
    for name, count in counts.items():
        left = count
        for load in look.state.weapons[name].loads:
            some = min(left, load.count)
            left -= some
            if some:
                groups.setdefault((load.lot, some), []).append(name)
    return [
        {"what": what, "weapons": names, "lot": lot, "count": count}
        for (lot, count), names in groups.items()
    ]


def all_rounds(look: Look, names: Iterable[str]) -> dict[str, int]:
    """How many rounds each of these has in it, those with none left out."""
    found = {name: look.state.weapons[name].rounds for name in names}
    return {name: count for name, count in found.items() if count}


def handed_over(look: Look, pairs: Mapping[str, str], for_: str | None) -> list[Plain]:
    """Each weapon to its person, from whoever has it; several at once as a squad."""
    by_giver: dict[str, dict[str, str]] = {}
    for name, to in pairs.items():
        giver = look.state.weapons[name].holder or ""
        by_giver.setdefault(giver, {})[name] = to
    return [_one_giver(giver, given, for_) for giver, given in by_giver.items()]


def _one_giver(giver: str, pairs: Mapping[str, str], for_: str | None) -> Plain:
    said: Plain = {"what": "weapon.handed-over"}
    if giver:
        said["from"] = giver
    if len(set(pairs.values())) == 1:
        said |= {"weapons": list(pairs), "to": [next(iter(pairs.values()))]}
    else:
        said["issues"] = [{"weapon": name, "to": to} for name, to in pairs.items()]
    return said if for_ is None else {**said, "for": for_}


def handed_back(look: Look, names: Sequence[str]) -> Plain:
    """Back in the hands of whoever speaks."""
    holders = {name: look.state.weapons[name].holder or "" for name in names}
    if len(set(holders.values())) == 1:
        given = {"weapons": list(names), "from": holders[names[0]]}
        return {"what": "weapon.handed-back", **{k: v for k, v in given.items() if v}}
    back = [{"weapon": name, "from": who} for name, who in holders.items()]
    return {"what": "weapon.handed-back", "returns": back}


def of_weapons(what: str, names: Sequence[str], **fields: Any) -> Plain:
    """A plain fact about weapons."""
    return {"what": what, "weapons": list(names), **fields}


def of_lots(what: str, names: Sequence[str], **fields: Any) -> Plain:
    """A plain fact about lots."""
    return {"what": what, "lots": list(names), **fields}


def confirmed(of: Sequence[str], person: str) -> list[Plain]:
    """Somebody's own word that they saw it. On a shared tablet it only names them."""
    return [{"what": "confirmed", "of": name, "as": ["saw-it"], "by": person} for name in of]

"""Sets that are not six revolvers: squads, edged weapons, bows, what was found, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Plain = dict[str, Any]

SQUAD = 24
BACKGROUND = tuple(f"soldier-{number}" for number in range(1, 13))


def people(*performers: str) -> list[Plain]:
    """An armorer, an assistant, a first AD, and these performers."""
    crew = {"armorer": "armorer", "assistant": "assistant-armorer", "ad": "first-ad"}
    joined = [
        {"id": f"join/{name}", "what": "person.joined", "person": name, "roles": [role]}
        for name, role in {**crew, **dict.fromkeys(performers, "performer")}.items()
    ]
    handler = {"kind": "firearms-handler", "until": "2027-12-31"}
    shown = [
        {"id": f"able/{name}", "what": "qualification.shown", "person": name, **handler}
        for name in ("armorer", "assistant")
    ]
    return [*joined, *shown]


def came(*names: str, kind: str) -> list[Plain]:
    """Weapons of a kind, from a rental house."""
    own = {"what": "weapon.received", "kind": kind, "from": "a rental house"}
    return [{"id": f"got/{name}", "weapon": name, **own} for name in names]


def box(name: str, kind: str, count: int | str) -> Plain:
    """A lot."""
    own = {"what": "rounds.received", "kind": kind, "count": count, "from": "a supplier"}
    return {"id": f"got/{name}", "lot": name, **own}


def planned(name: str, weapons: Plain, *, phase: str = "shoot", zone: Iterable[str] = ()) -> Plain:
    """An activity with these weapons."""
    parts = {
        str(who): "is in it"
        for one in weapons.values()
        for who in (one["performer"] if isinstance(one["performer"], list) else [one["performer"]])
    }
    return {
        "id": f"plan/{name}",
        "what": "activity.planned",
        "activity": name,
        "title": name.capitalize(),
        "phase": phase,
        "hazards": ["firearm-display"],
        "people": parts,
        "weapons": weapons,
        "things": "none",
        "line": "nobody",
        "zone": [*parts, *zone],
    }


def opened(*names: str, **more: Any) -> Plain:
    """Looked into by the armorer, with the assistant."""
    own = {"checks": ["chamber-empty", "barrel-clear"], "passed": True, "with": "assistant"}
    return {"what": "check.made", "on": list(names), **own, **more}


def out(*names: str) -> Plain:
    """Taken out of the cabinet."""
    return {"what": "weapon.taken-out", "weapons": list(names)}


def rifles() -> list[str]:
    """The squad's rifles by label."""
    return [f"rifle-{number}" for number in range(1, SQUAD + 1)]


def squad() -> list[Plain]:
    """24 rifles that fire blanks only, magazines, and 12 background people with two each."""
    weapons = {
        name: {"performer": BACKGROUND[place % 12], "load": "blank", "lot": "blanks", "count": 5}
        for place, name in enumerate(rifles())
    }
    magazines = [
        {"id": f"got/mag-{n}", "what": "thing.received", "thing": f"mag-{n}", "kind": "container"}
        for n in range(1, SQUAD + 1)
    ]
    return [
        *people(*BACKGROUND),
        *came(*rifles(), kind="blank-only"),
        *magazines,
        box("blanks", "blank", 240),
        planned("volley", weapons),
    ]

"""Hypothesis strategies shared by all property tests.

Statements drawn apart from one another almost never make a day: nobody has what
they hand over, and every interesting branch stays untried. `shoot_days` therefore
plays a set that keeps its own count by other means than the fold, and now and then
makes the mistakes that people make. `sentences` says every tag of the vocabulary,
and `damaged` breaks what was said in one place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from showclear.core import vocabulary
from showclear.core.fields import Kind
from showclear.core.nouns import Chain
from showclear.core.state import State
from showclear.core.statement import SINGULAR
from tests.film_set import BOXES, REVOLVERS, ROLES, START, FilmSet

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))


def often(examples: int) -> Callable[[Any], Any]:
    """How often a property is tried: twenty times more where there is time."""
    return settings(
        max_examples=examples * (20 if LONG else 1),
        deadline=None,
        derandomize=not LONG,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


chances = st.builds(Random, st.integers(0, 2**32))


def dump(value: Any) -> Any:
    """Anything of a state as plain values that can be compared, chains newest first."""
    match value:
        case State():
            return {spec.name: dump(getattr(value, spec.name)) for spec in fields(value)}
        case Chain():
            return [dump(item) for item in value]
        case dict():
            return {repr(key): dump(item) for key, item in value.items()}
        case frozenset():
            return sorted(repr(item) for item in value)
        case tuple() | list():
            return [dump(item) for item in value]
    if is_dataclass(value):
        return [type(value).__name__, *(dump(getattr(value, s.name)) for s in fields(value))]
    return value


@st.composite
def shoot_days(draw: Any, *, steps: int = 40) -> FilmSet:
    """Draw a set on which some things have happened."""
    return FilmSet(draw(chances)).go_on(draw(st.integers(1, steps)))


# --- Every tag, and what breaks it -------------------------------------------------------------

_IDS = {
    "person": [*ROLES, "nobody-knows"],
    "weapon": [*REVOLVERS, "ghost"],
    "lot": [*BOXES, "loose"],
    "thing": ["belt", "boat", "crane"],
    "activity": ["duel", "chase", "unplanned"],
    "said": [f"s{number}" for number in range(40)],
}
_BY_NAME: dict[str, Callable[[Random], Any]] = {
    "id": lambda c: c.choice(["showclear-baseline", "morning"]),
    "new id": lambda c: c.choice(["n-1", "n-2", "morning"]),
    "new person id": lambda c: c.choice(_IDS["person"]),
    "new weapon id": lambda c: c.choice(_IDS["weapon"]),
    "new lot id": lambda c: c.choice(_IDS["lot"]),
    "new thing id": lambda c: c.choice(_IDS["thing"]),
    "new activity id": lambda c: c.choice(_IDS["activity"]),
    "true or false": lambda c: c.random() < 0.5,
    "true or false, sealed": lambda c: c.random() < 0.5,
    "count": lambda c: c.randint(0, 9),
    "count or `unknown`": lambda c: c.choice([0, 3, 50, "unknown"]),
    "number": lambda c: c.choice([0, 7, Decimal("12.5")]),
    "date": lambda c: "2026-05-01",
    "date or time": lambda c: c.choice(["2026-05-02", "2026-05-02T10:00Z"]),
    "time with offset": lambda c: "2026-05-01T07:00-06:00",
    "quantities": lambda c: c.choice(
        [{"speed_kmh": 30}, {"distance_ft": {"at_least": 20}}, {"load_kg": Decimal("0.5")}]
    ),
    "{at_least, at_most}": lambda c: {"at_most": c.randint(1, 9)},
    "`nothing`, `something` or a count": lambda c: c.choice(["nothing", "something", 2]),
    "[{weapon, to}]": lambda c: [{"weapon": "rev-1", "to": "outlaw"}],
    "[{weapon, from}]": lambda c: [{"weapon": "rev-1", "from": "outlaw"}],
    "[{thing, people}]": lambda c: [{"thing": "boat", "people": ["outlaw", "sheriff"]}],
    "{hazards, places}": lambda c: {"hazards": ["pyro"], "places": ["the yard"]},
    "a post of the list, otherwise words, sealed": lambda c: c.choice(["medic", "standby"]),
    "`all` or ids": lambda c: c.choice(["all", ["duel"], "rev-1"]),
    "ids, kinds or hazards": lambda c: c.choice(["rev-1", ["blank-fire", "duel"]]),
    "whom": lambda c: c.choice(["union", "us-osha"]),
    "ids and words": lambda c: c.choice([[], [{"missing": ["stopped"]}], {"a": "b"}]),
    "missing words": lambda c: ["stopped"],
    "{person: part}, or nobody": lambda c: c.choice(["nobody", {"outlaw": "runs"}]),
    "people, or nobody": lambda c: c.choice(["nobody", ["outlaw"]]),
    "things, or none": lambda c: c.choice(["none", ["boat"]]),
    "{weapon: {performer, load, lot, count, clearance_ft}}, or none": lambda c: c.choice(
        ["none", {"rev-1": {"performer": "outlaw", "load": "blank", "lot": "blanks"}}]
    ),
    "[{person or thing, weapon or thing, distance}], or none": lambda c: [
        {"person": "dp", "weapon": "rev-1", "distance_ft": 22}
    ],
    "{check: person}": lambda c: {"ppe-worn": "ad"},
    "{new: old}": lambda c: {"rev-2": "rev-1"},
}


def value_for(kind: Kind, chance: Random) -> Any:
    """Something that a field of this kind may hold."""
    if kind.name in _BY_NAME and not (kind.name == "id" and kind.refers):
        return _BY_NAME[kind.name](chance)
    if kind.words:
        return chance.choice(sorted(kind.words))
    if kind.refers:
        names = _IDS.get(kind.refers) or [name for ids in _IDS.values() for name in ids]
        name = chance.choice(names)
        return [name] if kind.name.endswith("ids") and chance.random() < 0.5 else name
    return chance.choice(["words", "more words"])


def sentence(tag: str, chance: Random, number: int = 0) -> dict[str, Any]:
    """One statement of a tag, with all that it asks for and some of what it allows."""
    said: dict[str, Any] = {
        "id": f"x{number}",
        "what": tag,
        "at": (START + timedelta(minutes=number)).isoformat(),
        "by": chance.choice(list(ROLES)),
        "attested": "badge",
    }
    own = dict(vocabulary.fields_of(tag))
    if own.pop("plan", None) is not None:
        own.update(vocabulary.PLAN_FIELDS)
    needed = {key for option in vocabulary.TAGS[tag].either[:1] for key in option}
    for key, spec in own.items():
        if key in SINGULAR.values() and any(SINGULAR.get(k) == key for k in own):
            continue
        plain = spec.required or key in needed or SINGULAR.get(key) in needed
        if plain or chance.random() < 0.3:
            said[key] = value_for(spec.kind, chance)
    return said


def sentences(chance: Random, count: int) -> Iterator[dict[str, Any]]:
    """Statements of any tags, in the order of time."""
    for number in range(count):
        yield sentence(chance.choice(sorted(vocabulary.TAGS)), chance, number)


_WRONG: list[Any] = [
    None,
    True,
    -1,
    10**30,
    Decimal("-0.5"),
    "",
    "all",
    "--",
    "Łódź",
    "s1",
    [],
    [None],
    [[["deep"]]],
    {},
    {"rev-1": None},
    {"weapon": 3},
    "2026-05-01T07:00",
    "9999-12-31T23:59-12:00",
    "0001-01-01T00:00+14:00",
]


def damaged(said: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The same with something dropped, emptied, of another type or under another name."""
    broken = dict(said)
    key = chance.choice(list(broken))
    match chance.randrange(4):
        case 0:
            del broken[key]
        case 1:
            broken[f"{key}x"] = broken.pop(key)
        case 2 if isinstance(broken[key], list) and broken[key]:
            broken[key] = broken[key][: chance.randrange(len(broken[key]))]
        case _:
            broken[key] = chance.choice(_WRONG)
    return broken

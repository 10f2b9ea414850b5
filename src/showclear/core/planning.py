"""What a plan says of one hazardous act, and what it leaves unsaid.

A field not given is None: unknown, and it holds wherever a rule needs it. An
empty tuple was written out (`nobody`, `none`): counted, and empty. The two are
never the same, and an empty list is refused because it could be either.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from showclear.core import words
from showclear.core.fields import (
    Bad,
    Kind,
    LotId,
    PersonId,
    ThingId,
    WeaponId,
    many_reader,
    mapping_reader,
    read_count,
    read_id,
    read_number,
    read_text,
    show,
    word_reader,
)
from showclear.core.kinds import (
    Code,
    Count,
    Number,
    People,
    Text,
    Thing,
    Time,
    word,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A person in the activity and what they do there."""

    person: PersonId
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWeapon:
    """One weapon of the plan.

    Attributes:
        performer: Who will hold it; several where it is passed on.
        load: What goes in: `none`, `dummy`, `blank` or `live`; None is unknown.
        lot: Where the rounds come from.
        count: How many rounds, exactly.
        clearance_ft: What this weapon and load need in front of the muzzle.
    """

    weapon: WeaponId
    performer: tuple[PersonId, ...] | None = None
    load: str | None = None
    lot: LotId | None = None
    count: int | None = None
    clearance_ft: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where somebody or something stands, as planned. Never counts as measured."""

    of: str
    from_: str
    distance_ft: Decimal | None = None
    distance_m: Decimal | None = None


def _nobody(word_for_empty: str, read: Any) -> Any:
    def read_or_empty(value: Any) -> tuple[Any, ...]:
        if value == word_for_empty:
            return ()
        if value == [] or value == {}:
            raise Bad("an empty list", f"at least one, or {word_for_empty}")
        return tuple(read(value))

    return read_or_empty


def _parts(value: Any) -> tuple[Part, ...]:
    if type(value) is dict:
        return tuple(Part(PersonId(read_id(k)), read_text(v)) for k, v in value.items())
    return tuple(Part(PersonId(name), "") for name in many_reader(read_id)(value))


_WEAPON = mapping_reader(
    {
        "performer": (_nobody("nobody", many_reader(read_id)), False),
        "load": (word_reader(words.LOADS), False),
        "lot": (read_id, False),
        "count": (read_count, False),
        "clearance_ft": (read_number, False),
    }
)


def _planned_weapons(value: Any) -> tuple[PlannedWeapon, ...]:
    if type(value) is not dict:
        raise Bad(show(value), "{weapon: {performer, load, lot, count}}, or none")
    out = []
    for name, plan in value.items():
        try:
            out.append(PlannedWeapon(weapon=WeaponId(read_id(name)), **_WEAPON(plan)))
        except Bad as bad:
            raise Bad(bad.found, bad.allowed, bad.close, (name, *bad.path)) from None
    return tuple(out)


_POSITION = mapping_reader(
    {
        "person": (read_id, False),
        "thing": (read_id, False),
        "weapon": (read_id, False),
        "distance_ft": (read_number, False),
        "distance_m": (read_number, False),
    }
)


def _position(value: Any) -> Position:
    found = _POSITION(value)
    named = [found[key] for key in ("person", "thing", "weapon") if key in found]
    if len(named) != 2 or not ("distance_ft" in found or "distance_m" in found):
        raise Bad("an incomplete position", "two of person, thing, weapon, and a distance")
    return Position(
        of=named[0],
        from_=named[1],
        distance_ft=found.get("distance_ft"),
        distance_m=found.get("distance_m"),
    )


def _pairs(read: Any) -> Any:
    def read_pairs(value: Any) -> tuple[tuple[str, str], ...]:
        if type(value) is not dict or not value:
            raise Bad(show(value), "a mapping of one to the other")
        return tuple((read(key), read_id(item)) for key, item in value.items())

    return read_pairs


def _each_weapon(value: tuple[PlannedWeapon, ...]) -> list[str]:
    return [
        name for plan in value for name in (plan.weapon, *(plan.performer or ()), plan.lot) if name
    ]


Parts: TypeAlias = Annotated[
    tuple[Part, ...],
    Kind(
        "{person: part}, or nobody",
        _nobody("nobody", _parts),
        refers="person",
        ids=lambda value: [part.person for part in value],
    ),
]
Somebody: TypeAlias = Annotated[
    tuple[PersonId, ...],
    Kind(
        "people, or nobody",
        _nobody("nobody", many_reader(read_id)),
        refers="person",
        ids=lambda value: value,
    ),
]
PlannedWeapons: TypeAlias = Annotated[
    tuple[PlannedWeapon, ...],
    Kind(
        "{weapon: {performer, load, lot, count, clearance_ft}}, or none",
        _nobody("none", _planned_weapons),
        refers="any",
        ids=_each_weapon,
    ),
]
SomeThings: TypeAlias = Annotated[
    tuple[ThingId, ...],
    Kind(
        "things, or none",
        _nobody("none", many_reader(read_id)),
        refers="thing",
        ids=lambda value: value,
    ),
]
SomeHazards: TypeAlias = Annotated[
    tuple[str, ...],
    Kind(
        "hazards, or none",
        _nobody("none", many_reader(word_reader(words.HAZARDS))),
        words=words.HAZARDS,
    ),
]
Positions: TypeAlias = Annotated[
    tuple[Position, ...],
    Kind(
        "[{person or thing, weapon or thing, distance}], or none",
        _nobody("none", many_reader(_position)),
        refers="any",
        ids=lambda value: [name for spot in value for name in (spot.of, spot.from_)],
    ),
]
CheckPlan: TypeAlias = Annotated[
    tuple[tuple[str, str], ...],
    Kind(
        "{check: person}",
        _pairs(word_reader(words.CHECKS)),
        refers="person",
        ids=lambda value: [person for _, person in value],
    ),
]
Replacing: TypeAlias = Annotated[
    tuple[tuple[str, str], ...],
    Kind(
        "{new: old}",
        _pairs(read_id),
        refers="any",
        ids=lambda value: [name for pair in value for name in pair],
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The fields of an activity. None is not given; an empty tuple is nobody or none."""

    title: Text | None = None
    scene: Code | None = None
    phase: Annotated[str, word(words.PHASES, "phase")] | None = None
    purpose: Annotated[str, word(words.PURPOSES, "purpose")] | None = None
    hazards: SomeHazards | None = None
    people: Parts | None = None
    weapons: PlannedWeapons | None = None
    things: SomeThings | None = None
    line: Somebody | None = None
    zone: Somebody | None = None
    pointed_at: Somebody | None = None
    positions: Positions | None = None
    needs_firearm: Text | None = None
    needs_real: Text | None = None
    supervisor: People | None = None
    operator: People | None = None
    speed_kmh: Number | None = None
    height_m: Number | None = None
    depth_m: Number | None = None
    max_people: Count | None = None
    minutes: Number | None = None
    abort: Text | None = None
    medic: Somebody | None = None
    checks: CheckPlan | None = None
    firing_source: Thing | None = None
    ends_by: Time | None = None
    replaces: Replacing | None = None


def _flat(value: Any) -> Plan:
    raise Bad(show(value), "the plan's own fields beside `activity`, not below `plan`")


PlanFields: TypeAlias = Annotated[Plan, Kind("the fields of an activity", _flat)]
"""Given flat beside `activity`; the parser gathers them into one `Plan`."""

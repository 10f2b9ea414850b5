"""Numbers that a rule compares with by name: a weapon's clearance, a permission's limit.

* A field that nobody gave is unknown, and a comparison with it does not count.
* Where there are several (two weapons, two permissions) the comparison is with each.
* The unit of a field is that of the quantity it is compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from showclear.core.fields import Quantity
from showclear.core.planning import Plan
from showclear.rules.context import Context

Values = tuple[Decimal, ...] | None

NUMBERS: Final = {
    "the weapon's clearance_ft": "distance_ft",
    "the plan's speed_kmh": "speed_kmh",
    "the plan's height_m": "height_m",
    "the plan's depth_m": "depth_m",
    "the plan's max_people": "people",
    "the plan's minutes": "minutes",
    "the permission's limit": "",
    "the thing's limit": "",
}
"""Every field, and the quantity it is a number of; a limit is of the quantity compared."""


def values_of(context: Context, field: str, quantity: str) -> Values:
    """What a field is here, one or several; None where it is not known."""
    finder = _FINDERS.get(field)
    if finder is not None:
        return finder(context, quantity)
    return _of_plan(context, field.partition("'s ")[2])


def _of_plan(context: Context, attr: str) -> Values:
    plan: Plan | None = context.activity.plan if context.activity is not None else None
    value = getattr(plan, attr, None)
    return None if value is None else (Decimal(value),)


def _clearance(context: Context, quantity: str) -> Values:
    """What each weapon of the act needs in front of it, as the plan says."""
    weapons = context.refer("the weapon")
    if not weapons or context.activity is None:
        return None
    found: list[Decimal] = []
    for name in weapons:
        plan = context.state.planned(context.activity.id, name)
        if plan is None or plan.clearance_ft is None:
            return None
        found.append(plan.clearance_ft)
    return tuple(found)


def _upper(limits: tuple[Quantity, ...], quantity: str) -> Decimal | None:
    return next((item.at_most for item in limits if item.quantity == quantity), None)


def _permitted(context: Context, quantity: str) -> Values:
    """The limits of every permission of the activity that says something of it."""
    found = [
        limit
        for name in context.names("permissions") or ()
        if (given := context.permission(name)) is not None
        and (limit := _upper(given.limits, quantity)) is not None
    ]
    return tuple(found) or None


def _placard(context: Context, quantity: str) -> Values:
    """The limits on the placard of each thing of the act."""
    things = context.refer("the thing")
    if not things:
        return None
    found: list[Decimal] = []
    for name in things:
        thing = context.state.things.get(name)
        limit = None if thing is None else _upper(thing.limits, quantity)
        if limit is None:
            return None
        found.append(limit)
    return tuple(found)


_FINDERS: Final[dict[str, Callable[[Context, str], Values]]] = {
    "the weapon's clearance_ft": _clearance,
    "the permission's limit": _permitted,
    "the thing's limit": _placard,
}

"""The sets of the language that are people, weapons, lots and things of an act.

None is a set that is not given; an empty tuple was counted and is empty. Sets of what is
open and of what the plan lists are in `sets_more`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from showclear.rules.context import Context

Names = tuple[str, ...] | None


def _one(name: str | None) -> Names:
    return None if not name else (name,)


def _weapons_in_act(context: Context) -> Names:
    if context.question.weapons:
        return context.question.weapons
    return _planned_weapons(context)


def _planned_weapons(context: Context) -> Names:
    activity = context.activity
    if activity is None or activity.plan.weapons is None:
        return None
    return tuple(plan.weapon for plan in activity.plan.weapons)


def _lots_loaded(context: Context) -> Names:
    """What is in the weapons of the act, and what is about to go in."""
    weapons = _weapons_in_act(context)
    if weapons is None:
        return None
    found: dict[str, None] = {}
    if context.question.lot is not None:
        found[context.question.lot] = None
    for name in weapons:
        weapon = context.weapon(name)
        for load in weapon.loads if weapon is not None else ():
            if load.count:
                found[load.lot] = None
    return tuple(found)


def _plan(attr: str) -> Callable[[Context], Names]:
    def names(context: Context) -> Names:
        activity = context.activity
        value = None if activity is None else getattr(activity.plan, attr)
        return None if value is None else tuple(value)

    return names


def _people_in_activity(context: Context) -> Names:
    activity = context.activity
    if activity is None or activity.plan.people is None:
        return None
    return tuple(part.person for part in activity.plan.people)


def _at_risk(context: Context) -> Names:
    """Everybody the plan puts at risk; unknown if a list that may name more is not given."""
    if context.activity is None:
        return None
    plan = context.activity.plan
    if plan.zone is None or plan.line is None or plan.weapons is None:
        return None
    if any(weapon.performer is None for weapon in plan.weapons):
        return None
    named = context.state.at_risk(context.activity)
    if named is None:
        return None
    extra = (*context.question.receivers, *(context.question.people or ()))
    return tuple(dict.fromkeys((*named, *extra)))


def _pointed_at(context: Context) -> Names:
    """Who the plan says is pointed at; where it does not say, everybody in the line."""
    activity = context.activity
    if activity is None:
        return None
    if activity.plan.pointed_at is not None:
        return tuple(activity.plan.pointed_at)
    return None if activity.plan.line is None else tuple(activity.plan.line)


def _performers(context: Context) -> Names:
    activity = context.activity
    if activity is None or activity.plan.weapons is None:
        return None
    named: dict[str, None] = {}
    for plan in activity.plan.weapons:
        if plan.performer is None:
            return None
        named.update(dict.fromkeys(plan.performer))
    return tuple(named)


def _on_set(context: Context) -> Names:
    return tuple(sorted(p.id for p in context.state.people.values() if p.on_set is not False))


def _inside(context: Context) -> Names:
    zone = context.question.activity
    if zone is None:
        return None
    named = {name for where, name in context.state.inside if where == zone}
    return tuple(sorted(named | set(context.question.people or ())))


def _on_things(context: Context) -> Names:
    """Who is on the things of the activity: entered, or named in the act."""
    activity = context.activity
    if activity is None or activity.plan.things is None:
        return None
    things = set(activity.plan.things)
    named = {name for where, name in context.state.inside if where in things}
    return tuple(sorted(named | set(context.question.people or ())))


def _in_hands(context: Context) -> Names:
    """Weapons that somebody who is no handler has."""
    state = context.state
    return tuple(
        sorted(
            weapon.id
            for weapon in state.weapons.values()
            if weapon.place == "held" and not state.handles(weapon.holder or "")
        )
    )


def _in_hands_here(context: Context) -> Names:
    """Weapons in the hands of people who are in this activity, as far as it is known who is."""
    people, held = context.names("people at risk"), context.names("weapons in hands") or ()
    if people is None:
        return held
    # In hands that nobody can name, it may be in theirs.
    return tuple(name for name in held if context.state.weapons[name].holder in (None, *people))


def _all_weapons(context: Context) -> Names:
    return tuple(sorted(name for name, w in context.state.weapons.items() if not w.own))


def _all_lots(context: Context) -> Names:
    return tuple(sorted(context.state.lots))


_LOAD_HAZARD: Final = {"dummy": "dummy-load", "blank": "blank-fire", "live": "live-fire"}


def implied_hazards(context: Context) -> tuple[frozenset[str], bool]:
    """What the weapons of the act make of it, whatever its plan says.

    Returns:
        The hazards, and whether that is all: False where nobody knows what a weapon
        is or what is in it.
    """
    found: set[str] = set()
    whole = True
    here = context.names("weapons in hands here")
    names = (*(_weapons_in_act(context) or ()), *(here or ()))
    for name in dict.fromkeys(names):
        weapon = context.weapon(name)
        if weapon is None or not weapon.known or weapon.kind == "unknown":
            whole = False
        elif weapon.kind == "edged":
            found.add("edged")
        elif weapon.kind in ("firearm", "blank-only"):
            load = context.state.load_of(weapon)
            found.add("firearm-display")
            found.update({_LOAD_HAZARD[load]} if load in _LOAD_HAZARD else ())
            whole = whole and load != "unknown"
    return frozenset(found), whole


def _hazards(context: Context) -> Names:
    """Planned and implied: a firearm in hands and rounds loaded are hazards of themselves."""
    activity = context.activity
    if activity is None or activity.plan.hazards is None:
        return None
    implied, _ = context.implied
    return tuple(dict.fromkeys((*activity.plan.hazards, *sorted(implied))))


def _used_weapons(context: Context) -> Names:
    """Weapons that were fired today or since nobody knows when."""
    today = context.today
    return tuple(
        sorted(
            w.id
            for w in context.state.weapons.values()
            if w.fired is not None and (today is None or w.fired.seq >= today)
        )
    )


def _at_the_meeting(context: Context) -> Names:
    """Who was at today's last meeting on the activity."""
    activity, today = context.activity, context.today
    if activity is None or today is None:
        return None
    newest = next(iter(context.state.met.get(activity.id) or ()), None)
    if newest is None or newest.mark.seq < today:
        return None
    # Who joined it later is in the meeting of that name, and not in the history.
    joined = context.state.meetings.get(newest.id, newest)
    return tuple(sorted(joined.present | newest.present))


def _out(context: Context) -> Names:
    """Weapons in anybody's hands, or that nobody answers for."""
    weapons = context.state.weapons.values()
    return tuple(sorted(w.id for w in weapons if w.place in ("held", "unattended")))


def _things_in_act(context: Context) -> Names:
    """The things that the act is on: the machine that is armed, the car that is entered."""
    named = tuple(name for name in context.question.on if name in context.state.things)
    return named or _plan("things")(context)


Finder = Callable[["Context"], Names]

OF_ACT: Final[Mapping[str, tuple[str, Finder]]] = {
    "the giver": ("person", lambda c: _one(c.question.giver)),
    "the receiver": ("person", lambda c: c.question.receivers or None),
    "the handler": ("person", lambda c: _one(c.question.doer)),
    "the performer": ("person", _performers),
    "the supervisor": ("person", _plan("supervisor")),
    "the operator": ("person", _plan("operator")),
    "people in the activity": ("person", _people_in_activity),
    "people in the line": ("person", _plan("line")),
    "people in the zone": ("person", _plan("zone")),
    "people pointed at": ("person", _pointed_at),
    "people at risk": ("person", _at_risk),
    "people really in the zone": ("person", _inside),
    "people on the thing": ("person", _on_things),
    "people on set": ("person", _on_set),
    "people at the meeting": ("person", _at_the_meeting),
    "the medic": ("person", _plan("medic")),
    "the weapons": ("weapon", _weapons_in_act),
    "weapons in the activity": ("weapon", _planned_weapons),
    "weapons in hands": ("weapon", _in_hands),
    "weapons in hands here": ("weapon", _in_hands_here),
    "weapons fired today": ("weapon", _used_weapons),
    "weapons out": ("weapon", _out),
    "all weapons": ("weapon", _all_weapons),
    "the lot": ("lot", lambda c: _one(c.question.lot)),
    "lots loaded": ("lot", _lots_loaded),
    "all lots": ("lot", _all_lots),
    "the things": ("thing", _things_in_act),
    "things in the activity": ("thing", _plan("things")),
    "the activity": ("activity", lambda c: _one(c.question.activity)),
    "hazards": ("hazard", _hazards),
}
"""Each set with the type of its elements, and how it is found."""

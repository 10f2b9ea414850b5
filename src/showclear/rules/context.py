"""One question on one state, as rules see it: sets, and who `the weapon` is.

A set that is not given is None and holds wherever a rule needs it; a set that was
counted and is empty is an empty tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Final

from showclear.core.fold import today_from
from showclear.core.nouns import Activity, Weapon
from showclear.core.own_asked import Asked

Names = tuple[str, ...] | None


class Context:
    """A question being judged.

    Attributes:
        this: The element a rule is looking at, by its type.
        today: The first position of today, or None when no ShootDay is open.
        answers: To conditions that several rules share.
    """

    __slots__ = (
        "_implied",
        "_sets",
        "activity",
        "answers",
        "asked",
        "question",
        "state",
        "this",
        "today",
    )

    def __init__(self, asked: Asked) -> None:
        self.state, self.question, self.asked = asked.state, asked.question, asked
        # The activity of the act, if the record has it.
        self.activity: Activity | None = asked.activity
        self.today = today_from(asked.state, asked.question.at)
        self.answers: dict[Hashable, bool] = {}
        self.this: dict[str, str] = {}
        self._sets: dict[str, Names] = {}
        self._implied: tuple[frozenset[str], bool] | None = None

    def names(self, name: str) -> Names:
        """The elements of a set, computed once a question."""
        try:
            return self._sets[name]
        except KeyError:
            found = self._sets[name] = SETS[name][1](self)
            return found

    @property
    def implied(self) -> tuple[frozenset[str], bool]:
        """The hazards that the weapons of the act make of it; see `implied_hazards`."""
        if self._implied is None:
            self._implied = implied_hazards(self)
        return self._implied

    def refer(self, ref: str) -> Names:
        """Who or what a reference means here; `this X` is the element looked at."""
        if ref.startswith("this "):
            found = self.this.get(ref[5:])
            return None if found is None else (found,)
        if ref == "the weapon" and "weapon" in self.this:
            return (self.this["weapon"],)
        if ref == "its holder":
            held = self.weapon(self.this.get("weapon", ""))
            return None if held is None or held.holder is None else (held.holder,)
        if ref == "the receiver" and "receiver" in self.this:
            return (self.this["receiver"],)
        if ref == "its holder":
            held = self.weapon(self.this.get("weapon", ""))
            return None if held is None or held.holder is None else (held.holder,)
        if ref == "the receiver" and "weapon" in self.this and self.question.pairs:
            # In a squad each weapon has its own receiver.
            weapon = self.this["weapon"]
            return tuple(person for name, person in self.question.pairs if name == weapon) or None
        return self.names(REFERENCES[ref])

    def weapon(self, name: str) -> Weapon | None:
        """A weapon of the record."""
        return self.state.weapons.get(name)


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


SETS: Final[Mapping[str, tuple[str, Callable[[Context], Names]]]] = {
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
    "the weapons": ("weapon", _weapons_in_act),
    "weapons in the activity": ("weapon", _planned_weapons),
    "weapons in hands": ("weapon", _in_hands),
    "weapons in hands here": ("weapon", _in_hands_here),
    "weapons fired today": ("weapon", _used_weapons),
    "all weapons": ("weapon", _all_weapons),
    "the lot": ("lot", lambda c: _one(c.question.lot)),
    "lots loaded": ("lot", _lots_loaded),
    "all lots": ("lot", _all_lots),
    "things in the activity": ("thing", _plan("things")),
    "the activity": ("activity", lambda c: _one(c.question.activity)),
    "hazards": ("hazard", _hazards),
}
"""Every set of the language: the type of its elements, and how it is found."""

REFERENCES: Final[Mapping[str, str]] = {
    "the weapon": "the weapons",
    "the lot": "lots loaded",
    "the activity": "the activity",
    "the receiver": "the receiver",
    "the giver": "the giver",
    "the handler": "the handler",
    "the performer": "the performer",
    "its holder": "weapons in hands here",
}
"""What `the X` in a condition refers to; each of several is asked for itself."""

TYPES: Final = ("person", "weapon", "lot", "thing", "activity", "hazard")

"""The plan changes on the day: a spare for a weapon that stays out, a missing shot repeated.

* A spare is of the same kind and calibre and in nobody's way: not held, not misfired, not in
  the same plan, and not in anybody's hands who does not handle weapons. Swapped in, it drops
  only that weapon's checks (reading 17).
* A repeat is a new activity for one weapon and its performer, with the rounds that did not
  fire; never with a weapon that misfired and was not released. Everything else of the plan is
  carried over as it stands, word for word.
* Both are plans like any other: the gates ask of them what they always ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from showclear.app.views.acts import NEW, act
from showclear.app.views.floor_takes import misfired_today
from showclear.app.views.look import Look
from showclear.app.views.wording import person, title
from showclear.core.nouns import Activity, Weapon
from showclear.core.planning import Plan, PlannedWeapon, Position

Plain = dict[str, Any]


def changes(look: Look, activity: Activity) -> Plain:
    """Spares and repeats for one activity."""
    planned = [str(one.weapon) for one in activity.plan.weapons or ()]
    return {
        "spares": [found for name in planned if (found := _spares(look, activity, name))],
        "repeats": _repeats(look, activity),
        "drop": act(
            f"plan/{activity.id}/drop",
            "Dropped: not done today",
            [{"what": "activity.dropped", "activity": activity.id}],
            small=True,
        ),
    }


def _spares(look: Look, activity: Activity, gone: str) -> Plain | None:
    old = look.state.weapons.get(gone)
    if old is None:
        return None
    planned = {str(one.weapon) for one in activity.plan.weapons or ()}
    spares = [
        one
        for one in look.state.weapons.values()
        if one.id not in planned and _could_replace(look, one, old)
    ]
    if not spares:
        return None
    return {
        "weapon": gone,
        "says": f"{gone} stays out",
        "trouble": old.held is not None
        or old.misfire is not None
        or _was_bad(look, activity, gone),
        "acts": [
            act(
                f"plan/{activity.id}/{gone}/{one.id}",
                f"{one.id} for {gone}",
                [
                    {
                        "what": "activity.changed",
                        "activity": activity.id,
                        "replaces": {one.id: gone},
                    }
                ],
            )
            for one in sorted(spares, key=lambda one: (one.place != "held", one.id))
        ],
    }


def _was_bad(look: Look, activity: Activity, name: str) -> bool:
    return name in misfired_today(look, activity.id)


def _could_replace(look: Look, spare: Weapon, old: Weapon) -> bool:
    alike = spare.known and (spare.kind, spare.calibre) == (old.kind, old.calibre)
    free = spare.held is None and spare.misfire is None and spare.missing is None and not spare.own
    with_us = spare.place in ("store", "locked") or look.state.handles(spare.holder or "")
    return alike and free and with_us and spare.place != "away"


# --- a missing shot repeated -------------------------------------------------------------


def _repeats(look: Look, activity: Activity) -> list[Plain]:
    """A repeat for each weapon of the plan; first those whose rounds did not fire today."""
    missing = misfired_today(look, activity.id)
    told = []
    for one in activity.plan.weapons or ():
        if not one.performer or one.load in (None, "none", "live"):
            continue
        weapon = look.state.weapons.get(str(one.weapon))
        if weapon is not None and (weapon.misfire is not None or weapon.held is not None):
            # What stays out repeats nothing; its spare does, once it is in the plan.
            continue
        short = missing.get(str(one.weapon), 0)
        wanted = _repeat(look, activity, one, short or 1)
        missed = bool(short) and not _repeat_planned(look, activity, str(one.weapon))
        told.append((not missed, wanted | ({"missing": True} if missed else {})))
    gone = [
        name for name in missing if all(str(w.weapon) != name for w in activity.plan.weapons or ())
    ]
    if gone:
        # Whose shot is missing may have a spare by now: then it is the spare that repeats it.
        for replaced in _replaced_by(look, activity, gone):
            missed = not _repeat_planned(look, activity, str(replaced.weapon))
            wanted = _repeat(look, activity, replaced, 1)
            told.insert(0, (not missed, wanted | ({"missing": True} if missed else {})))
    told.sort(key=lambda pair: pair[0])
    found: dict[str, Plain] = {}
    for _, one_act in told:
        found.setdefault(one_act["key"], one_act)
    return list(found.values())


def _repeat_planned(look: Look, activity: Activity, weapon: str) -> bool:
    """Whether something with this weapon alone was planned after the activity itself."""
    after = activity.planned.seq if activity.planned is not None else 0
    return any(
        one.id != activity.id
        and not one.dropped
        and [str(each.weapon) for each in one.plan.weapons or ()] == [weapon]
        and one.planned is not None
        and one.planned.seq > after
        for one in look.state.activities.values()
    )


def _replaced_by(look: Look, activity: Activity, gone: Iterable[str]) -> list[PlannedWeapon]:
    new_for: dict[str, str] = {}
    for told in look.memory.about(activity.id):
        plan = getattr(told.said, "plan", None)
        if isinstance(plan, Plan):
            new_for.update({old: new for new, old in plan.replaces or ()})
    wanted = {new_for[name] for name in gone if name in new_for}
    return [one for one in activity.plan.weapons or () if str(one.weapon) in wanted]


def _repeat(look: Look, activity: Activity, weapon: PlannedWeapon, count: int) -> Plain:
    performers = [str(name) for name in weapon.performer or ()]
    who = person(look, performers[0]) if performers else ""
    shots = "one shot" if count == 1 else f"{count} shots"
    return act(
        f"plan/{activity.id}/repeat/{weapon.weapon}",
        f"{who} repeats {shots} with {weapon.weapon}",
        [repeated(look, activity, weapon, count)],
    )


def repeated(look: Look, activity: Activity, weapon: PlannedWeapon, count: int) -> Plain:
    """The plan of a repeat: one weapon, its performers and whoever is needed beside them."""
    plan = activity.plan
    keep = {str(name) for name in weapon.performer or ()}
    others = {
        str(name)
        for one in plan.weapons or ()
        if one.weapon != weapon.weapon
        for name in one.performer or ()
    } - keep
    said: Plain = {
        "what": "activity.planned",
        "activity": NEW,
        "title": f"Repeat with {weapon.weapon}: {title(look, activity.id)}",
        "weapons": {str(weapon.weapon): _weapon(weapon, count)},
    }
    for name in ("scene", "phase", "purpose", "needs_firearm", "needs_real", "abort"):
        if (value := getattr(plan, name)) is not None:
            said[name] = value
    said["hazards"] = list(plan.hazards) or "none" if plan.hazards is not None else None
    if plan.people is not None:
        parts = {str(one.person): one.part or "in it" for one in plan.people}
        said["people"] = {who: part for who, part in parts.items() if who not in others} or "nobody"
    for name in ("line", "zone", "pointed_at", "medic", "supervisor"):
        given = getattr(plan, name)
        if given is not None:
            said[name] = [str(who) for who in given if str(who) not in others] or "nobody"
    if plan.things is not None:
        said["things"] = [str(one) for one in plan.things] or "none"
    spots = [
        _spot(look, one) for one in plan.positions or () if _still(one, activity, weapon, others)
    ]
    if spots:
        said["positions"] = spots
    return {key: value for key, value in said.items() if value is not None}


def _weapon(weapon: PlannedWeapon, count: int) -> Plain:
    told: Plain = {"performer": [str(name) for name in weapon.performer or ()] or "nobody"}
    for name in ("load", "lot"):
        if getattr(weapon, name) is not None:
            told[name] = str(getattr(weapon, name))
    if weapon.clearance_ft is not None:
        told["clearance_ft"] = plain_number(weapon.clearance_ft)
    return {**told, "count": count}


def _still(spot: Position, activity: Activity, weapon: PlannedWeapon, others: set[str]) -> bool:
    """Whether a position is about somebody and something that are in the repeat."""
    gone = {str(one.weapon) for one in activity.plan.weapons or () if one.weapon != weapon.weapon}
    return not {spot.of, spot.from_} & (gone | others)


def _spot(look: Look, spot: Position) -> Plain:
    told: Plain = {}
    for name in (spot.of, spot.from_):
        kind = "person" if name in look.state.people else "weapon"
        told["thing" if name in look.state.things else kind] = name
    for unit in ("distance_ft", "distance_m"):
        if (value := getattr(spot, unit)) is not None:
            told[unit] = plain_number(value)
    return told


def plain_number(value: Decimal) -> int | float:
    """A number as JSON has it.

    >>> plain_number(Decimal("22")), plain_number(Decimal("1.5"))
    (22, 1.5)
    """
    return int(value) if value == value.to_integral_value() else float(value)

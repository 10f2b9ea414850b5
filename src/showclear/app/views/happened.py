"""What just happened, in one or two taps: the acts under "It happened".

* Each is worded as the fact and writes it at once; where somebody or something has to be
  named, that is the second tap. Words are asked for only in a concern, and only a few.
* What each of them holds is the record's business, not this page's: a misfire its weapon, an
  unintended shot or a near miss all weapon work, a refusal one person's part, a walk-out the
  acts that need those roles, a concern what it says.
* Who said no, who walked out and who raised a concern is written where it is needed, sealed
  where the vocabulary seals it, and read back onto no screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from showclear.app.views.acts import NEW, act
from showclear.app.views.floor_set import in_it, planned_out
from showclear.app.views.floor_today import on_the_floor
from showclear.app.views.look import Look
from showclear.app.views.people import anybody, briefings, meetings, new_person, row
from showclear.app.views.wording import title
from showclear.core import words
from showclear.core.nouns import Weapon

Plain = dict[str, Any]

SOMEBODY: Final = "One person said no"
"""What a screen says of a refusal that it writes: nobody's name, also while it waits."""

LEFT: Final = "One person walked out"
"""The same of a walk-out."""

HARMS: Final = {
    "first-aid": "First aid",
    "beyond-first-aid": "More than first aid",
    "lost-time": "Cannot go on today",
    "serious": "Serious",
    "admitted": "Taken in by a hospital",
    "amputation": "Amputation",
    "eye-lost": "Loss of an eye",
}
"""How bad an injury was, as people say it; where it was, is the activity on the floor."""

MISFIRED_MOST: Final = 3
"""How many rounds of one weapon can be told as misfired in one tap."""


def happened(look: Look) -> list[Plain]:
    """Everything under "It happened", in the order of the screen."""
    return [
        _late(look),
        _refusal(look),
        _concern(look),
        _incident(look, "near-miss", "Near miss"),
        _misfire(look),
        _discharge(look),
        _incident(look, "injury", "Injury"),
        _incident(look, "death", "Death"),
        _walked_out(look),
        _left(look),
        _unknown_weapon(),
        _new_person(look),
    ]


def _section(key: str, says: str, **own: Any) -> Plain:
    return {"key": key, "says": says, **own}


def _late(look: Look) -> Plain:
    return _section(
        "late",
        "Late, now briefed",
        groups=briefings(look),
        empty="Everybody on set was at the meetings of today, or was briefed since."
        if meetings(look)
        else "There was no safety meeting today.",
    )


def _refusal(look: Look) -> Plain:
    floor = on_the_floor(look)
    if floor is None:
        return _section("refusal", "Somebody said no", empty="Nothing is planned yet.")
    write = {"what": "refusal.made", "activity": floor}
    in_it_ = set(look.state.at_risk(look.state.activities[floor]) or ())
    rows = [one for one in anybody(look) if one.id in in_it_ and not one.many]
    acts = [
        act(
            f"refusal/{floor}/{one.id}",
            row(look, one)["label"],
            [{**write, "person": one.id}],
            title=f"{row(look, one)['label']} said no to {title(look, floor)}",
        )
        | {"told": SOMEBODY}
        for one in rows
    ]
    unnamed = act(
        f"refusal/{floor}/unnamed",
        "Not said who",
        [{**write, "person": "anonymous"}],
        note="Holds it for everybody in it",
    )
    return _section(
        "refusal",
        "Somebody said no",
        note=f"To: {title(look, floor)}. No reason is asked. Screens say: one person.",
        acts=[*acts, unnamed],
    )


def _concern(look: Look) -> Plain:
    floor = on_the_floor(look)
    write: Plain = {"what": "concern.raised", "concern": NEW, "note": "$text", "holds": "$holds"}
    if floor is not None:
        write["about"] = [floor]
    return _section(
        "concern",
        "Concern",
        note="A few words. An answer is owed: it ages on the board until there is one.",
        about=title(look, floor) if floor is not None else "",
        act=act("concern/named", "Raise it as mine", [write], needs="words"),
        unnamed=act("concern/unnamed", "Raise it without a name", [write], needs="words-unnamed"),
        unnamed_note=(
            "Without a name this set's laptop puts it on the record: neither who nor which "
            "device is kept."
        ),
    )


def _incident(look: Look, kind: str, says: str) -> Plain:
    floor = on_the_floor(look)
    write = {"what": "incident.reported", "incident": NEW, "kind": kind}
    acts = []
    if floor is not None:
        acts.append(
            act(f"{kind}/activity", f"In: {title(look, floor)}", [{**write, "about": [floor]}])
        )
    for weapon in _out(look):
        acts.append(
            act(f"{kind}/{weapon.id}", f"With {weapon.id}", [{**write, "about": [weapon.id]}])
        )
    acts.append(act(f"{kind}/else", "Something else", [write], note="About everything"))
    # Said with it, because no correction lifts what an injury that nobody described may ask for.
    own = {**write, "about": [floor]} if floor is not None else write
    harms = HARMS if kind == "injury" else {}
    more = [act(f"{kind}/{harm}", told, [{**own, "harm": harm}]) for harm, told in harms.items()]
    return _section(
        kind,
        says,
        note="Holds all weapon work until it is remedied and two people agree to go on.",
        acts=acts,
        more=more,
        more_says="How bad, if it is known: what has to be reported follows from it",
    )


def _misfire(look: Look) -> Plain:
    guns = [one for one in _out(look) if one.loads or one.fired is not None]
    able = [(one, *lots[0]) for one in guns if (lots := _lots(look, one))]
    acts = [_misfired(look, one, lot, 1) for one, lot, _ in able]
    among = _among(look, guns)
    if among:
        acts.append(among)
    # Apart from the rest, so that no button moves when a weapon's last round is told.
    more = [
        _misfired(look, one, lot, count)
        for one, lot, most in able
        for count in range(2, min(most, MISFIRED_MOST) + 1)
    ]
    return _section(
        "misfire",
        "Misfire",
        note="Holds that weapon until a handler has opened it and noted the cause.",
        acts=acts,
        more=more,
        more_says="More than one round of one weapon",
        empty="No weapon that was loaded or fired is out.",
    )


def _misfired(look: Look, weapon: Weapon, lot: str, count: int) -> Plain:
    return act(
        f"misfire/{weapon.id}/{count}",
        weapon.id if count == 1 else f"{weapon.id}: {count} rounds",
        [{"what": "weapon.misfired", "weapons": [weapon.id], "lot": lot, "count": count}],
        note=in_it(look, weapon) if count == 1 else "",
        title=f"{weapon.id} misfired, {count} did not fire",
    )


def _lots(look: Look, weapon: Weapon) -> list[tuple[str, int]]:
    """What may have misfired: what is in it, else what the plan has for it."""
    inside = [(load.lot, load.count) for load in weapon.loads if load.count]
    if inside:
        return inside[:1]
    floor = on_the_floor(look)
    planned = look.state.planned(floor, weapon.id) if floor is not None else None
    return [(planned.lot, 1)] if planned is not None and planned.lot else []


def _among(look: Look, guns: Iterable[Weapon]) -> Plain | None:
    able = [(one.id, lots[0][0]) for one in guns if (lots := _lots(look, one))]
    lots_ = {lot for _, lot in able}
    if len(able) < 2 or len(lots_) != 1:
        return None
    names = [name for name, _ in able]
    write = {"what": "weapon.misfired", "among": names, "lot": lots_.pop(), "count": 1}
    return act("misfire/among", "Not known which", [write], note="Each is held until opened")


def _discharge(look: Look) -> Plain:
    acts = []
    for weapon in _out(look, any_place=True):
        write: Plain = {"what": "weapon.discharged", "weapons": [weapon.id], "count": 1}
        if len(weapon.loads) == 1:
            write["lot"] = weapon.loads[0].lot
        acts.append(
            act(
                f"discharge/{weapon.id}",
                weapon.id,
                [write],
                title=f"Unintended shot from {weapon.id}",
            )
        )
    names = [one.id for one in _out(look, any_place=True)]
    if len(names) > 1:
        write = {"what": "weapon.discharged", "among": names, "count": 1}
        acts.append(act("discharge/among", "Not known which", [write]))
    return _section(
        "discharge",
        "Unintended shot",
        note="Opens an incident: all weapon work holds until two people have signed the remedy.",
        acts=acts,
        empty="No weapon that fires is out. Report a near miss instead.",
    )


def _out(look: Look, *, any_place: bool = False) -> list[Weapon]:
    """Weapons that fire, or may, and are out: those of the plan first."""
    planned = planned_out(look, on_the_floor(look))
    found = [
        one
        for one in look.state.weapons.values()
        if one.kind in words.FIRING_KINDS
        and (one.place in ("held", "unattended") or (any_place and one.loads))
    ]
    return sorted(found, key=lambda one: (one.id not in planned, one.id))


def _left(look: Look) -> Plain:
    return _section(
        "left",
        "Gone home",
        note="As planned, or sent home. Who walked out is told beside it.",
        people=[row(look, one) for one in anybody(look) if not one.many],
        acts=[
            act(
                "left/gone",
                "Gone home, as planned",
                [{"what": "people.departed", "people": "$picked"}],
            ),
        ],
        needs="people",
    )


def _walked_out(look: Look) -> Plain:
    acts = [
        act(
            f"walked-out/{one.id}",
            row(look, one)["label"],
            [{"what": "work.left", "people": [one.id]}],
            title=f"{row(look, one)['label']} walked out",
        )
        | {"told": LEFT}
        for one in anybody(look)
        if not one.many
    ]
    return _section(
        "walked-out",
        "Walked out",
        note="No reason is asked. Screens say how many. Holds what needs their role until "
        "somebody takes over.",
        acts=acts,
        empty="Nobody is known to be on set.",
    )


def _unknown_weapon() -> Plain:
    found = {
        "what": "weapon.received",
        "weapon": NEW,
        "kind": "unknown",
        "from": "found on set",
    }
    held = {"what": "weapon.held", "weapons": [NEW], "because": "Found on set, nobody knows it"}
    return _section(
        "unknown-weapon",
        "Unknown weapon",
        note="It counts as loaded and is held until a handler has looked at it.",
        act=act("unknown-weapon", "There is a weapon nobody knows", [found, held]),
        photo=act(
            "unknown-weapon/photo",
            "The same, with a photo",
            [found, held, {"what": "attachment.added", "sha256": "$photo", "about": [NEW]}],
            needs="photo",
        ),
    )


def _new_person(look: Look) -> Plain:
    return _section("new-person", "New person", **new_person(look))

"""What can be written of weapons that somebody picks together, card by card?

* No group is planned for: any weapons may be picked, by a tap or a scan, and taken away again.
* An act says for which weapons it is true (`on`), and what it writes of those of them that are
  picked: the page puts their labels where `$each` stands, and writes one statement for all
  that it is equally true of.
* A show is one person and one tap, here as anywhere. Nobody is shown a weapon that is not
  picked, and a count is that of the weapon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.cart_activity import Job, fires
from showclear.app.views.cart_cards import known_weapons, troubles
from showclear.app.views.cart_hand import hand_of
from showclear.app.views.cart_words import where_of
from showclear.app.views.look import Look
from showclear.app.views.wording import person

Plain = dict[str, Any]
Part = tuple[list[str], list[Plain]]

EACH: Final = "$each"
"""Stands for those of the picked weapons that a part of an act is true of."""


def each_acts(look: Look, job: Job | None) -> list[Plain]:
    """Every act for picked weapons, in the order of the work."""
    state = look.state
    at: dict[str, list[str]] = {"store": [], "cart": [], "out": [], "other": []}
    for one in known_weapons(look):
        place = where_of(state, one)
        # What happened to one of them is mended on its own sheet.
        known = {"locked": "store"}.get(place, place)
        able = known if known in at and not troubles(one) else "other"
        at[able].append(one.id)
    told = [
        _same("take-out", "{n} taken out", at["store"], "weapon.taken-out"),
        *_here(look, job, at["cart"]),
        *_back(look, at["out"]),
        _same("count", "{n} counted, here", [*at["cart"], *at["store"]], "weapon.counted"),
        _same(
            "cleaned", "{n} cleaned", [n for n in at["cart"] if _fires(look, n)], "weapon.cleaned"
        ),
        _same("lock-up", "{n} locked up", at["cart"], "weapon.locked-up"),
    ]
    return [one for one in told if one["parts"]]


def _fires(look: Look, name: str) -> bool:
    return fires(look.state.weapons[name])


def _each(key: str, says: str, parts: Iterable[Part], **more: Any) -> Plain:
    """One act; `n` in its words is how many weapons it is written of."""
    told = [{"on": names, "write": said} for names, said in parts if names]
    return {**act(f"each/{key}", says, [], **more), "parts": told}


def _same(key: str, says: str, names: Sequence[str], what: str) -> Plain:
    return _each(key, says, [(list(names), [{"what": what, "weapons": EACH}])])


# --- on the cart -------------------------------------------------------------------------


def _here(look: Look, job: Job | None, names: Sequence[str]) -> list[Plain]:
    weapons = look.state.weapons
    empty = [name for name in names if not weapons[name].rounds]
    ways = write.by_look(look, empty, bore=True).items()
    told = [
        _each(
            f"look/{checks[0]}",
            f"{{n}}: {write.LOOK_WORDS[checks][1][:1].lower()}{write.LOOK_WORDS[checks][1][1:]}",
            [(group, [_checked(*checks)])],
        )
        for checks, group in ways
    ]
    firing = [name for name in empty if _fires(look, name)]
    told += _shows(look, job, firing, "shown-clear")
    loaded = [name for name in names if weapons[name].rounds and weapons[name].load_known]
    if job is not None:
        told.append(_load(look, job, names))
    told += _shows(look, job, loaded, "load-shown")
    if loaded:
        told.append(_out_of(look, loaded, "unload", "Unloaded, chambers clear: {n}", back=False))
    if job is not None:
        told.append(_has(look, job, names))
    return [*told, *_to_somebody(look, job, names)]


def _checked(*checks: str, **more: Any) -> Plain:
    return {"what": "check.made", "checks": list(checks), "on": EACH, "passed": True, **more}


def _shows(look: Look, job: Job | None, names: Sequence[str], check: str) -> list[Plain]:
    """Shown to whoever runs the set, and to each performer who is planned for one of them."""
    if job is None:
        return []
    told: dict[str, list[str]] = {}
    for name in names:
        for one in job.performers(name):
            told.setdefault(one, []).append(name)
    if job.runs is not None:
        told[job.runs] = list(names)
    what = "Shown clear to" if check == "shown-clear" else "Load shown to"
    return [
        _each(
            f"{check}/{one}", f"{what} {person(look, one)}: {{n}}", _shown(look, mine, check, one)
        )
        for one, mine in told.items()
    ]


def _shown(look: Look, names: Sequence[str], check: str, to: str) -> list[Part]:
    if check == "shown-clear":
        return [(list(names), [_checked(check, shown_to=[to])])]
    counts = {name: look.state.weapons[name].rounds for name in names}
    return [
        (group, [_checked(check, shown_to=[to], count=count, of=count)])
        for count, group in write.by_count(names, counts).items()
    ]


def _load(look: Look, job: Job, names: Sequence[str]) -> Plain:
    """What the plan says goes in. A box that is shut is opened with it, and that is said."""
    loads = hand_of(look, job, names, key="each").loads
    parts: dict[tuple[str, int], list[str]] = {}
    for name, load in loads.items():
        parts.setdefault(load, []).append(name)
    told = [
        (
            group,
            [
                *write.opened_first(look, [lot]),
                {
                    "what": "weapon.loaded",
                    "weapons": EACH,
                    "lot": lot,
                    "count": count,
                    "for": job.id,
                },
            ],
        )
        for (lot, count), group in parts.items()
    ]
    shut = any(write.opened_first(look, [lot]) for lot, _ in parts)
    return _each(
        "load", "Box opened, {n} loaded as planned" if shut else "{n} loaded as planned", told
    )


def _has(look: Look, job: Job, names: Sequence[str]) -> Plain:
    """Each to its planned performer."""
    parts: dict[tuple[str, str], list[str]] = {}
    for name in names:
        for one in job.performers(name)[:1]:
            giver = look.state.weapons[name].holder or ""
            parts.setdefault((giver, one), []).append(name)
    told = [
        (group, [_over(giver, to=[to], for_=job.id, weapons=EACH)])
        for (giver, to), group in parts.items()
    ]
    return _each("has", "{n}: each has theirs, as planned", told)


def _to_somebody(look: Look, job: Job | None, names: Sequence[str]) -> list[Plain]:
    """All to one person; and one after the other, each to whoever is tapped or scanned."""
    for_ = job.id if job is not None else None
    givers = _by_holder(look, names)
    all_ = [(own, [_over(giver, to=["$person"], for_=for_, weapons=EACH)]) for giver, own in givers]
    squad = [(own, [_over(giver, for_=for_, issues="$issues")]) for giver, own in givers]
    return [
        _each("somebody", "{n} to one person", all_, needs="person"),
        _each("squad", "{n}, each to somebody", squad, needs="people"),
    ]


def _over(giver: str, *, for_: str | None, **said: Any) -> Plain:
    own = {"from": giver} if giver else {}
    return {"what": "weapon.handed-over", **own, **said, **({"for": for_} if for_ else {})}


def _by_holder(look: Look, names: Sequence[str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(look.state.weapons[name].holder or "", []).append(name)
    return list(found.items())


# --- out ---------------------------------------------------------------------------------


def _back(look: Look, names: Sequence[str]) -> list[Plain]:
    if not names:
        return []
    plain = [(own, _handed_back(giver)) for giver, own in _by_holder(look, names)]
    seen = [
        (own, [{"what": "weapon.seen", "weapons": EACH, "with": [giver]}])
        for giver, own in _by_holder(look, names)
        if giver
    ]
    loaded = [
        name
        for name in names
        if look.state.weapons[name].rounds and look.state.weapons[name].load_known
    ]
    fired = [name for name in loaded if look.state.load_of(look.state.weapons[name]) == "blank"]
    shot = [
        (group, [*_rounds("weapon.fired", lots), *_handed_back(giver), _checked("chamber-empty")])
        for (giver, lots), group in _alike(look, fired).items()
    ]
    return [
        _each("seen", "{n} seen where they are", seen),
        _each("back", "{n} back, not opened", plain),
        _out_of(look, loaded, "back-out", "{n} back, opened, all out", back=True),
        _each("back-fired", "{n} back, opened, all fired", shot),
    ]


def _out_of(look: Look, names: Sequence[str], key: str, says: str, *, back: bool) -> Plain:
    parts = [
        (
            group,
            [
                *(_handed_back(giver) if back else []),
                *_rounds("weapon.unloaded", lots),
                _checked("chamber-empty"),
            ],
        )
        for (giver, lots), group in _alike(look, names).items()
    ]
    return _each(key, says, parts)


def _handed_back(giver: str) -> list[Plain]:
    own = {"from": giver} if giver else {}
    return [{"what": "weapon.handed-back", "weapons": EACH, **own}]


Loads = tuple[tuple[str, int], ...]


def _alike(look: Look, names: Sequence[str]) -> Mapping[tuple[str, Loads], list[str]]:
    """Weapons by who has them and what is in them, so that one statement is true of all."""
    found: dict[tuple[str, Loads], list[str]] = {}
    for name in names:
        weapon = look.state.weapons[name]
        loads = tuple((one.lot, one.count) for one in weapon.loads if one.count)
        found.setdefault((weapon.holder or "", loads), []).append(name)
    return found


def _rounds(what: str, loads: Loads) -> list[Plain]:
    return [{"what": what, "weapons": EACH, "lot": lot, "count": n} for lot, n in loads]

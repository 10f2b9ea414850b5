"""What can be written of many weapons at once that no activity binds together?

Out of the cabinet in the morning, opened and looked at, counted, cleaned, handed to another
handler, locked up: one act, and one statement that names every weapon it is true of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.answers import handlers
from showclear.app.views.cart_activity import fires
from showclear.app.views.cart_cards import troubles
from showclear.app.views.cart_eyes import candidates
from showclear.app.views.cart_stands import all_standing, last_time, seen_by
from showclear.app.views.cart_words import PLACES, where_of
from showclear.app.views.look import Look
from showclear.app.views.wording import clock, listed, person
from showclear.core.fold import today_from

Plain = dict[str, Any]


def store_sheet(look: Look, names: Sequence[str], *, key: str, title: str) -> Plain:
    """The sheet of a whole group: taken out, looked at, counted, put away."""
    state = look.state
    at = {name: where_of(state, state.weapons[name]) for name in names}
    inside = [name for name in names if at[name] in ("store", "locked")]
    here = [name for name in names if at[name] == "cart"]
    rest = [name for name in names if name not in inside and name not in here]
    blocks: list[Plain] = []
    if inside:
        said = [
            write.of_weapons("weapon.taken-out", inside),
            write.of_weapons("weapon.counted", inside),
        ]
        out = act(f"{key}/take-out", f"{len(inside)} taken out and counted", said, main=not here)
        blocks.append({"key": "take-out", "kind": "acts", "acts": [out]})
    blocks += _looks(look, here, key)
    blocks += _counted(look, names, rest, key)
    blocks += _over(look, here, key)
    if rest:
        told = [f"{name}, {PLACES[at[name]]}" for name in rest]
        blocks.append({"key": "not", "kind": "note", "says": f"Not here: {listed(told)}"})
    lock = [write.of_weapons("weapon.counted", here), write.of_weapons("weapon.locked-up", here)]
    says = f"{len(here)} counted and locked up"
    foot = [act(f"{key}/lock-up", says, lock, main=True)] if here else []
    return {
        "key": key,
        "title": title,
        "weapons": list(names),
        "answer": {"look": "none", "says": _places(at)},
        "blocks": blocks,
        "foot": foot,
        "more": [],
    }


def _places(at: dict[str, str]) -> str:
    kinds = dict.fromkeys(at.values())
    if len(kinds) == 1:
        return f"all {PLACES[next(iter(kinds))]}"
    return ", ".join(f"{list(at.values()).count(kind)} {PLACES[kind]}" for kind in kinds)


def _looks(look: Look, here: Sequence[str], key: str) -> list[Plain]:
    if not here:
        return []
    firing = [name for name in here if fires(look.state.weapons[name])]
    empty = [name for name in firing if not look.state.weapons[name].rounds]
    if not firing:
        return _looked(look, here, key, [(["is-replica"], "Looked at, fire nothing")])
    told: list[tuple[list[str], str]] = [
        (["chamber-empty", "barrel-clear"], "Opened, chambers and bores clear"),
        (["mechanism-works"], "Mechanisms work"),
    ]
    blocks = _looked(look, empty, key, told)
    cleaned = [write.of_weapons("weapon.cleaned", firing)]
    clean = all_standing(look, firing, ["cleaned"])
    made = act(f"{key}/cleaned", f"{len(firing)} cleaned", cleaned, done=last_time(look, clean))
    return [*blocks, {"key": "cleaned", "kind": "acts", "acts": [made]}]


def _looked(
    look: Look, names: Sequence[str], key: str, told: Sequence[tuple[list[str], str]]
) -> list[Plain]:
    """Each look as an act, with second eyes on the last of them where there are none yet."""
    if not names:
        return []
    acts, seen = [], []
    for checks, says in told:
        found = all_standing(look, names, checks)
        done = last_time(look, found)
        note = seen_by(look, found)
        said = [write.checked(names, *checks)]
        acts.append(act(f"{key}/{checks[0]}", says, said, done=done, note=note))
        seen += found
    blocks = [{"key": "looks", "kind": "acts", "acts": acts}]
    alone = {one.mark.said: one.by for one in seen if len(one.eyes) < 2}
    if alone:
        blocks.append(_eyes(look, list(alone), set(alone.values()), key))
    return blocks


def _eyes(look: Look, of: Sequence[str], makers: set[str], key: str) -> Plain:
    acts = [
        act(f"{key}/eyes/{one}", person(look, one), write.confirmed(of, one))
        for one in candidates(look)
        if one not in makers
    ]
    return {
        "key": "eyes",
        "kind": "eyes",
        "head": "Second eyes",
        "note": "Their badge or own phone confirms. A tap here only names them.",
        "acts": acts[:4],
        "own": write.confirmed(of, "$person"),
    }


def _counted(look: Look, names: Sequence[str], rest: Sequence[str], key: str) -> list[Plain]:
    found = [name for name in names if name not in rest or where_is_known(look, name)]
    said = [write.of_weapons("weapon.counted", found)]
    today = today_from(look.state, look.now)
    marks = [look.state.weapons[name].counted for name in found]
    last = max((m.seq for m in marks if m is not None), default=-1)
    all_today = bool(marks) and all(
        mark is not None and today is not None and mark.seq >= today for mark in marks
    )
    when = [mark for mark in marks if mark is not None and mark.seq == last]
    note = f"counted {clock(look, when[0])}" if all_today and when else ""
    acts = [act(f"{key}/count", f"{len(found)} counted, all here", said, note=note)]
    own = {**said[0], "by": "$person"}
    return [{"key": "count", "kind": "acts", "acts": acts, "own": [own]}]


def where_is_known(look: Look, name: str) -> bool:
    """Whether it is in somebody's hands and can be pointed at when counting."""
    weapon = look.state.weapons[name]
    return weapon.place == "held" and not troubles(weapon)


def _over(look: Look, here: Sequence[str], key: str) -> list[Plain]:
    """All of it into another handler's hands, after both counted."""
    others = [
        one
        for one in handlers(look)
        if any(look.state.weapons[name].holder != one for name in here)
    ]
    acts = []
    for one in others[:3]:
        names = [name for name in here if look.state.weapons[name].holder != one]
        said = write.handed_over(look, dict.fromkeys(names, one), None)
        acts.append(act(f"{key}/over/{one}", f"{person(look, one)} has {len(names)}", said))
    return (
        [{"key": "over", "kind": "acts", "head": "To another handler", "acts": acts}]
        if acts
        else []
    )

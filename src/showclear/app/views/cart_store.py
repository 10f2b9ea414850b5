"""What can be written of many weapons at once that no activity binds together?

Out of the cabinet in the morning, opened and looked at, counted, cleaned, handed to another
handler, locked up: one act, and one statement that names every weapon it is true of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.answers import handlers
from showclear.app.views.cart_activity import fires
from showclear.app.views.cart_cards import places_text, troubles
from showclear.app.views.cart_eyes import candidates
from showclear.app.views.cart_stands import all_standing, last_time, seen_by
from showclear.app.views.cart_words import PLACES, short_list, weapons_text, where_of
from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock, person
from showclear.core.nouns import Fact

Plain = dict[str, Any]

JOINT: Final = 2
JOINT_WITHIN: Final = timedelta(minutes=30)
"""Two counts by two people within this time are a joint count. Source: showclear-baseline,
counted-between-handlers."""


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
        told = by_reason({name: PLACES[at[name]] for name in rest})
        blocks.append({"key": "not", "kind": "note", "says": f"Not here: {told}"})
    lock = [write.of_weapons("weapon.counted", here), write.of_weapons("weapon.locked-up", here)]
    says = f"{len(here)} counted and locked up"
    foot = [act(f"{key}/lock-up", says, lock, main=True)] if here else []
    return {
        "key": key,
        "title": title,
        "weapons": list(names),
        "answer": {"look": "none", "says": places_text(look, names)},
        "blocks": blocks,
        "foot": foot,
        "more": [],
    }


def by_reason(why: Mapping[str, str]) -> str:
    """Weapons and why they are not among the others; those of one reason together."""
    groups: dict[str, list[str]] = {}
    for name, reason in why.items():
        groups.setdefault(reason, []).append(name)
    return "; ".join(f"{short_list(names)}, {reason}" for reason, names in groups.items())


def _looks(look: Look, here: Sequence[str], key: str) -> list[Plain]:
    """Each way of looking at what is here as an act of its own, and what else is done to it."""
    if not here:
        return []
    weapons = look.state.weapons
    empty = [name for name in here if not weapons[name].rounds]
    told = [
        (list(checks), write.LOOK_WORDS[checks][len(names) > 1], names)
        for checks, names in write.by_look(look, empty, bore=True).items()
    ]
    firing = [name for name in empty if fires(weapons[name])]
    if firing:
        told.append((["mechanism-works"], "Mechanisms work", firing))
    blocks = _looked(look, key, told)
    if len(told) > 1 and len({len(names) for _, _, names in told}) > 1:
        blocks.insert(0, {"key": "which", "kind": "note", "says": f"Of {len(here)} on the cart"})
    if firing:
        cleaned = [write.of_weapons("weapon.cleaned", firing)]
        clean = all_standing(look, firing, ["cleaned"])
        made = act(f"{key}/cleaned", f"{len(firing)} cleaned", cleaned, done=last_time(look, clean))
        blocks.append({"key": "cleaned", "kind": "acts", "acts": [made]})
    return blocks


def _looked(
    look: Look, key: str, told: Sequence[tuple[list[str], str, Sequence[str]]]
) -> list[Plain]:
    """Each look as an act, with second eyes on the last of them where there are none yet."""
    if not told:
        return []
    acts, seen = [], []
    for checks, says, names in told:
        found = all_standing(look, names, checks)
        note = seen_by(look, found)
        title = f"{weapons_text(names)}: {says[:1].lower()}{says[1:]}"
        said = [write.checked(names, *checks)]
        done = last_time(look, found)
        acts.append(act(f"{key}/{checks[0]}", says, said, done=done, note=note, title=title))
        seen += found
    blocks: list[Plain] = [{"key": "looks", "kind": "acts", "acts": acts}]
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
    """Counted, and by whom lately: a joint count is one count by each of two people."""
    found = [name for name in names if name not in rest or where_is_known(look, name)]
    if not found:
        return []
    said = [write.of_weapons("weapon.counted", found)]
    lately = _counts_lately(look, found)
    eyes = dict.fromkeys(name for fact in reversed(lately) for name in sorted(fact.eyes))
    who = ", ".join(person(look, name) for name in eyes)
    note = (
        f"counted {day_and_clock(look, lately[0].mark)}{f': {who}' if who else ''}"
        if lately
        else ""
    )
    acts = [act(f"{key}/count", f"{len(found)} counted, all here", said, note=note)]
    blocks: list[Plain] = [{"key": "count", "kind": "acts", "acts": acts}]
    if lately and len(eyes) < JOINT:
        blocks.append(_counts_too(look, said[0], eyes, key))
    return blocks


def _counts_lately(look: Look, names: Sequence[str]) -> list[Fact]:
    """Counts of all of these within the time in which two of them are one joint count."""
    told = []
    for fact in look.state.facts.get("weapon.counted") or ():
        if fact.mark.at is None or look.now - fact.mark.at > JOINT_WITHIN:
            break
        if fact.on >= set(names):
            told.append(fact)
    return told


def _counts_too(look: Look, said: Plain, eyes: Iterable[str], key: str) -> Plain:
    """The second person counts as well: their own word, so it is asked for by badge."""
    able = [one for one in candidates(look) if one not in eyes]
    return {
        "key": "counts-too",
        "kind": "eyes",
        "head": f"Somebody else counts {len(said['weapons'])} as well",
        "note": "Their badge says that they counted. A tap here only names them.",
        "acts": [
            act(f"{key}/counts/{one}", person(look, one), [{**said, "by": one}]) for one in able[:4]
        ],
        "own": [{**said, "by": "$person"}],
    }


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

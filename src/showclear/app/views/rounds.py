"""Do the rounds add up? Every lot as a sum on one line, and what differs.

1. One whole, every part named: what came = in the box + in weapons + out + gone.
2. A difference turns = into ≠ and is named: so many missing, or too many. It is never a
   remainder that something else absorbs.
3. What is in weapons and out in belts is named by where it is.
4. By take a load counts once, as it was corrected; what was taken back counts in no take.
5. What nobody counted is not zero: it is said to be uncounted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from showclear.app.views.cart_words import lot_name, short_list
from showclear.app.views.floor_today import said_today
from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock, person, title
from showclear.core.nouns import Lot
from showclear.core.said_people import WeaponFired, WeaponLoaded, WeaponMisfired, WeaponUnloaded
from showclear.core.statement import Statement

Plain = dict[str, Any]

CUSTODY = {
    "open": "open",
    "locked": "locked",
    "held": "with",
    "store": "in store",
    "unattended": "with nobody",
    "away": "away",
}


def lots_of(look: Look) -> list[Plain]:
    """Every lot as a card: what it is, whether its box is open, and its sum."""
    return [lot_card(look, lot) for lot in look.state.lots.values()]


def lot_card(look: Look, lot: Lot) -> Plain:
    """One lot."""
    return {
        "key": f"lot/{lot.id}",
        "id": lot.id,
        "name": lot_name(lot),
        "kind": lot.kind,
        "custody": custody_says(look, lot),
        "open": lot.custody == "open",
        "sum": sum_of(look, lot),
    }


def custody_says(look: Look, lot: Lot) -> str:
    """Whether its box is open, and since when: `open since 10:41`, `locked 10:25`."""
    since = day_and_clock(look, lot.opened) if lot.custody == "open" else _since(look, lot)
    if lot.custody == "open":
        return f"open since {since}" if since else "open"
    told = CUSTODY.get(lot.custody, lot.custody)
    if lot.custody == "held" and lot.holder:
        told = f"with {person(look, lot.holder)}"
    return f"{told} {since}".strip()


def _since(look: Look, lot: Lot) -> str:
    tags = {
        "locked": "rounds.locked-up",
        "held": "rounds.handed-over",
        "unattended": "rounds.unattended",
    }
    tag = tags.get(lot.custody, "")
    found = [told.said.at for told in look.memory.about(lot.id) if told.said.what == tag]
    return day_and_clock(look, found[-1]) if found else ""


def sum_of(look: Look, lot: Lot) -> Plain:
    """What came and where it is, with what differs by name."""
    parts = list(_parts(look, lot))
    difference = difference_of(look, lot)
    whole = {"n": lot.total, "label": "came"} if lot.total is not None else None
    told: Plain = {"whole": whole, "parts": parts, "differs": bool(difference), "says": difference}
    told["aloud"] = _aloud(lot, told)
    return told


def _parts(look: Look, lot: Lot) -> Iterator[Plain]:
    box = in_box(lot)
    if box is not None:
        yield {"n": box, "label": "in box"}
    else:
        yield {"n": None, "label": "not counted"}
    weapons = in_weapons(look, lot.id)
    if weapons:
        yield {"n": sum(weapons.values()), "label": f"in {short_list(list(weapons), most=3)}"}
    out = out_with(look, lot.id)
    things = {holder: n for holder, n in out.items() if holder in look.state.things}
    if things:
        yield {"n": sum(things.values()), "label": f"on {short_list(list(things), most=3)}"}
    people = {person(look, holder): n for holder, n in out.items() if holder not in things}
    if people:
        yield {"n": sum(people.values()), "label": f"with {short_list(list(people), most=2)}"}
    for label in ("fired", "misfired", "destroyed", "left"):
        count = getattr(lot, label)
        if count:
            yield {"n": count, "label": label}


def _in_or_with(look: Look, holder: str) -> str:
    return f"on {holder}" if holder in look.state.things else f"with {person(look, holder)}"


def in_box(lot: Lot) -> int | None:
    """How many are in the box: as counted last, where that differed from what should be."""
    if lot.in_store is None:
        return None
    return lot.in_store + (lot.difference or 0)


def in_weapons(look: Look, lot: str) -> dict[str, int]:
    """How many rounds of a lot are in each weapon."""
    return {
        weapon.id: load.count
        for weapon in look.state.weapons.values()
        for load in weapon.loads
        if load.lot == lot and load.count
    }


def out_with(look: Look, lot: str) -> dict[str, int]:
    """How many are out in containers and with people."""
    return {holder: n for (name, holder), n in look.state.issued.items() if name == lot and n}


def difference_of(look: Look, lot: Lot) -> str:
    """What differs, in words; empty where it adds up or nobody counted."""
    if lot.difference:
        return _so_many(lot.difference)
    if lot.in_store is not None and lot.in_store < 0:
        return f"{-lot.in_store} more went out than there were"
    inside = sum(in_weapons(look, lot.id).values())
    if lot.total is not None and inside != lot.loaded:
        return _so_many(inside - lot.loaded)
    disputed = [
        one
        for one in look.state.contradictions.values()
        if one.on == lot.id and one.ends == "count"
    ]
    return disputed[0].text if disputed else ""


def _so_many(difference: int) -> str:
    return f"{-difference} missing" if difference < 0 else f"{difference} too many"


def _aloud(lot: Lot, told: Plain) -> str:
    whole = told["whole"]
    sign = "is not" if told["differs"] else "is"
    parts = " and ".join(
        f"{part['n']} {part['label']}" if part["n"] is not None else "a box nobody counted"
        for part in told["parts"]
    )
    if whole is None:
        return f"{lot_name(lot)}: nobody counted how many came; {parts}"
    end = f". {told['says']}" if told["says"] else ""
    return f"{lot_name(lot)}: {whole['n']} came, {sign} {parts}{end}"


# --- by take -----------------------------------------------------------------------------


def takes_of(look: Look, lot: str) -> list[Plain]:
    """Today's rounds of a lot by take: what went in = fired + misfired + out again."""
    rows: dict[str, dict[str, int]] = {}
    where = ""
    numbers: dict[str, int] = {}
    for told in said_today(look):
        said = told.said
        if isinstance(said, WeaponLoaded):
            # What goes in before a take is of the take to come.
            name = str(said.for_)
            where = f"{title(look, name)}, take {numbers.get(name, 0) + 1}"
        elif said.what in ("activity.rolled", "activity.rehearsed", "activity.tested"):
            name = str(getattr(said, "activity", ""))
            numbers[name] = numbers.get(name, 0) + 1
        _count(rows, where, said, lot)
    return [{"says": says, "sum": _row(row)} for says, row in rows.items() if says]


def _count(rows: dict[str, dict[str, int]], where: str, said: Statement, lot: str) -> None:
    words = {
        WeaponLoaded: "loaded",
        WeaponFired: "fired",
        WeaponMisfired: "misfired",
        WeaponUnloaded: "out again",
    }
    word = words.get(type(said))
    if word is None or getattr(said, "lot", None) != lot:
        return
    many = 1 if getattr(said, "among", ()) else len(getattr(said, "weapons", ()))
    row = rows.setdefault(where, {})
    row[word] = row.get(word, 0) + int(getattr(said, "count", 0)) * many


def _row(row: dict[str, int]) -> Plain:
    parts = [{"n": n, "label": word} for word, n in row.items() if word != "loaded"]
    gone = sum(int(str(part["n"])) for part in parts)
    loaded = row.get("loaded", 0)
    if loaded > gone:
        parts.append({"n": loaded - gone, "label": "in them"})
    differs = gone > loaded
    says = f"{gone - loaded} more than went in" if differs else ""
    return {
        "whole": {"n": loaded, "label": "loaded"},
        "parts": parts,
        "differs": differs,
        "says": says,
    }


# --- close of day ------------------------------------------------------------------------


def differences(look: Look) -> list[Plain]:
    """Everything that does not add up, or that nobody has explained, at this moment.

    A day may be closed with them; they stay visible for ever.
    """
    state = look.state
    told: list[Plain] = []
    for lot in state.lots.values():
        if says := difference_of(look, lot):
            told.append({"on": lot.id, "key": f"lot/{lot.id}", "says": f"{lot_name(lot)}: {says}"})
        for holder, n in out_with(look, lot.id).items():
            says = f"{lot_name(lot)}: {n} still {_in_or_with(look, holder)}"
            told.append({"on": lot.id, "key": f"lot/{lot.id}", "says": says})
    for weapon in state.weapons.values():
        if weapon.rounds:
            told.append(_weapon(weapon.id, f"{weapon.rounds} still in it"))
        if weapon.missing is not None:
            told.append(_weapon(weapon.id, "not found when counted"))
        if weapon.place == "held" and not state.handles(weapon.holder or ""):
            who = person(look, weapon.holder) if weapon.holder else "somebody"
            told.append(_weapon(weapon.id, f"still with {who}"))
        if weapon.place == "unattended":
            told.append(_weapon(weapon.id, "left with nobody"))
    for one in state.contradictions.values():
        if one.ends != "count":
            told.append({"on": one.on, "key": one.on, "says": f"{one.on}: {one.text}"})
    gaps = {gap.on: gap for gap in state.gaps.values()}
    told += [
        {"on": name, "key": name, "says": f"{name}: {gap.text}", "mended": True}
        for name, gap in gaps.items()
        if name in state.weapons
    ]
    return told


def _weapon(name: str, says: str) -> Plain:
    return {"on": name, "key": name, "says": f"{name}: {says}"}

"""What stands on paper: today as it was at a moment, and sheets for when there is no screen?

* *Today* is what somebody has to know who goes on without the server: where every weapon is and
  what is in it, what each lot adds up to, who is here, what was said, and the checkpoint that
  proves it. It is of one moment, and says of which. What holds everything stands on top.
* A sheet has a number that no other sheet has, so that what is entered later can name it.
* Nobody is named on it who stopped the work, spoke up or said no; see `sentences`.

Entering what was written is `paper_entry`.
"""

from __future__ import annotations

from typing import Any, Final

from showclear.app.views.board_rows import WORDS, in_it, oldest_of
from showclear.app.views.cart_words import load_says, load_since, lot_name
from showclear.app.views.holding import lines, stopped_whole
from showclear.app.views.look import Look
from showclear.app.views.rounds import custody_says, sum_of
from showclear.app.views.sentences import sentence_of, who_said
from showclear.app.views.set_state import set_state
from showclear.app.views.wording import day_and_clock, listed, number, person, role_text
from showclear.core.nouns import Weapon

Plain = dict[str, Any]

PLACES: Final = {
    "store": "in store",
    "locked": "locked up",
    "unattended": "UNATTENDED",
    "away": "off the production",
    "held": "not known with whom",
}
SET: Final = {
    "hot": "Hot",
    "gun-on-set": "Gun on set",
    "cold": "Cold",
    "not-called": "Not called",
}
COPIES_MAX: Final = 20

SHEETS: Final[tuple[Plain, ...]] = (
    {
        "letter": "C",
        "title": "Custody",
        "note": "One line for each weapon and each time it changes hands, is opened, loaded, fired,"
        " found wrong or locked up. A weapon that nobody opened counts as loaded.",
        "columns": [
            ["Time", "time"],
            ["Weapon", "id"],
            ["What", "what"],
            ["From", "person"],
            ["To", "person"],
            ["Opened?", "tick"],
            ["Rounds: lot, how many", "rounds"],
            ["Shown to", "person"],
            ["Initials", "initials"],
        ],
        "words": "What: out · opened · loaded · shown · handed over · back · fired · misfired ·"
        " unloaded · cleaned · locked up",
        "lines": 24,
    },
    {
        "letter": "R",
        "title": "Rounds",
        "note": "One line for each count and each time rounds go out of a box or come back. It adds"
        " up if what came = box + out + in weapons + fired + misfired.",
        "columns": [
            ["Time", "time"],
            ["Lot", "id"],
            ["What", "what"],
            ["How many", "tick"],
            ["To or from", "person"],
            ["Take", "tick"],
            ["In the box now", "tick"],
            ["Two initials", "initials"],
            ["Adds up?", "tick"],
        ],
        "words": "What: opened · counted · issued · returned · locked up. Loaded, fired, misfired:"
        " on the custody sheet, once.",
        "lines": 24,
    },
    {
        "letter": "P",
        "title": "Roll",
        "note": "Who came, and who was at which meeting. Late: briefed by whom, at what time.",
        "columns": [
            ["Name", "name"],
            ["Role", "person"],
            ["Came", "time"],
            ["At the meeting", "tick"],
            ["Late, briefed at", "time"],
            ["Briefed by", "person"],
            ["Left", "time"],
            ["Initials", "initials"],
        ],
        "words": "Meeting held at ________  by ____________  on ______________________________",
        "lines": 24,
    },
)


def today(look: Look) -> Plain:
    """Everything of today that goes on paper."""
    return {
        **_head(look),
        "set": _set(look),
        "stopped": stopped_whole(look),
        "holds": _holds(look),
        "weapons": [_weapon(look, one) for one in look.state.weapons.values() if not one.own],
        "lots": [_lot(look, name) for name in look.state.lots],
        "people": _here(look),
        "lines": _lines(look),
        "checkpoint": look.checkpoint.decode("utf-8", "replace"),
    }


def _head(look: Look) -> Plain:
    here = look.now.astimezone(look.zone)
    return {
        "title": look.spine.title,
        "kind": look.kind,
        "printed": f"{here.day} {here:%b %Y}, {here:%H:%M}",
        "size": look.size,
    }


def _set(look: Look) -> str:
    """How the set stands, in the words of every screen."""
    found = set_state(look)
    at = day_and_clock(look, found.since)
    if found.word == "not-called":
        loaded = len(found.weapons)
        return SET[found.word] + (f", {loaded} loaded, hot not called" if loaded else " today")
    return f"{SET[found.word]}{f', since {at}' if at else ''}"


def _holds(look: Look) -> list[str]:
    """What holds, for whoever goes on with this paper alone; nobody who spoke up is named."""
    state = look.state
    found = lines(look)
    for one in state.contradictions.values():
        if one.on != "all":
            found.append(f"Hold: Accounts differ about {one.on}, {day_and_clock(look, one.mark)}")
    if state.concerns:
        count = number(len(state.concerns), "concern")
        found.append(
            f"{count} open, the first {day_and_clock(look, oldest_of(state.concerns.values()))}"
        )
    return found


def _weapon(look: Look, weapon: Weapon) -> Plain:
    shown = in_it(look.state, weapon)
    if shown == "empty" and load_says(look.state, weapon)[1]:
        # Left with nobody, or missing: as on the cart, it is not empty until somebody looks.
        shown = "closed"
    who = person(look, weapon.holder) if weapon.holder else PLACES.get(weapon.place, weapon.place)
    return {
        "id": weapon.id,
        "kind": weapon.kind,
        "serial": look.memory.serials.get(weapon.id, ""),
        "who": who,
        "since": day_and_clock(look, weapon.since),
        "inside": _inside(look, weapon, shown),
        "loaded": shown in ("loaded", "closed"),
        "open": _open(weapon),
        "counted": day_and_clock(look, weapon.counted),
    }


def _inside(look: Look, weapon: Weapon, shown: str) -> str:
    if shown == "empty":
        # Paper stays as it was printed: it says when somebody looked, not what is so now.
        return f"Empty when opened {day_and_clock(look, load_since(look.state, weapon))}"
    if shown != "loaded":
        return WORDS[shown].capitalize()
    parts = [f"{load.count} {load.lot}" for load in weapon.loads if load.count]
    return listed([*parts, *([f"{weapon.duds} misfired"] if weapon.duds else [])])


def _open(weapon: Weapon) -> str:
    """What holds it, in a word, so that nobody with only the paper takes it for cleared."""
    for word, mark in (
        ("Misfire open", weapon.misfire),
        ("Held", weapon.held),
        ("Missing", weapon.missing),
    ):
        if mark is not None:
            return word
    return "" if weapon.known else "Not registered"


def _lot(look: Look, name: str) -> Plain:
    lot = look.state.lots[name]
    told = sum_of(look, lot)
    return {
        "id": name,
        "name": lot_name(lot),
        "kind": lot.kind,
        "custody": custody_says(look, lot),
        "sum": told["aloud"],
        "differs": told["differs"],
        "says": told["says"],
        "counted": day_and_clock(look, lot.counted),
    }


def _here(look: Look) -> list[Plain]:
    people = [one for one in look.state.people.values() if one.known and not one.left]
    found = []
    for one in sorted(people, key=lambda one: (not one.on_set, person(look, one.id))):
        label, roles = person(look, one.id), listed([role_text(role) for role in sorted(one.roles)])
        # Whoever is called by their role is not told it twice.
        roles = "" if roles == label else roles
        found.append({"label": label, "roles": roles, "here": bool(one.on_set)})
    return found


def _lines(look: Look) -> list[Plain]:
    """What was said of today, in the order in which it was so."""
    day = look.state.day
    if day is None or day.first.at is None:
        return []
    found = list(look.memory.since(day.first.at))
    found.sort(key=lambda told: (told.said.at or told.clock, told.index))
    return [
        {
            "at": day_and_clock(look, told.said.at),
            "says": sentence_of(told.said, look),
            "who": who_said(told.said, look),
            "answer": {"hold": "Hold", "clear": "Clear"}.get(told.answer, ""),
            "receipt": told.index,
        }
        for told in found
    ]


def sheets(look: Look, *, copies: int = 1) -> Plain:
    """Blank sheets, each with a number of its own.

    Args:
        copies: Of each of the three, 1 to `COPIES_MAX`.
    """
    here = look.now.astimezone(look.zone)
    made = [
        # The moment is in the number, so that sheets of another printing have others.
        {**sheet, "number": f"{sheet['letter']}-{here:%m%d-%H%M%S}-{copy}"}
        for sheet in SHEETS
        for copy in range(1, max(1, min(copies, COPIES_MAX)) + 1)
    ]
    return {**_head(look), "sheets": made}

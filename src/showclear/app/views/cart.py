"""What does the tablet on the weapons cart show: the set, every weapon, every box, what to tap?

* Everything a tap can write is made here, for every weapon, so that the page only picks.
* It is one moment of the record: the same state, time and answers for every card.
* Nothing here decides what is clear; it asks the gates beforehand and says their answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from showclear.app.views.answers import handlers
from showclear.app.views.cart_activity import Job, current_job, fires, job_of, today
from showclear.app.views.cart_cards import (
    all_firing,
    card,
    cards_of,
    group_card,
    known_weapons,
    natural,
    quiet_group,
)
from showclear.app.views.cart_sheets import group_sheet, weapon_sheet
from showclear.app.views.cart_store import store_sheet
from showclear.app.views.cart_words import PLACES, short_list, where_of
from showclear.app.views.cart_written import correct_sheet, written
from showclear.app.views.look import Look
from showclear.app.views.rounds import differences, lots_of
from showclear.app.views.rounds_sheets import lot_sheet
from showclear.app.views.same_again import same_again
from showclear.app.views.wording import clock, instant, listed, person
from showclear.core.fold import today_from

Plain = dict[str, Any]

JOBS_MAX: Final = 3
"""Activities whose weapons can be chosen together: this one, the next, the last one."""

ROW_LETTERS: Final = 18
"""How much of a group's labels stands on its button."""

WORDS: Final = {"hot": "HOT", "cold": "COLD", "gun-on-set": "GUN ON SET"}


def cart(look: Look) -> Plain:
    """Everything the cart shows."""
    job = current_job(look)
    folded = quiet_group(look)
    sheets = _sheets(look, job, folded)
    again = same_again(look, job)
    return {
        "screen": "cart",
        "now": instant(look.now),
        "at": clock(look, look.now),
        "kind": look.kind,
        "size": look.size,
        "set": set_state(look),
        "activity": _activity(job),
        "cards": cards_of(look, job),
        "group": _group(look, folded, job),
        "together": _together(look, job),
        "store": _store(look),
        "again": again,
        "lots": lots_of(look),
        "sheets": sheets,
        "suggest": _suggest(look, job, sheets),
        "written": written(look),
        "differences": differences(look),
        "people": _people(look),
        "serials": dict(look.memory.serials),
    }


# --- the set -----------------------------------------------------------------------------


def set_state(look: Look) -> Plain:
    """What was called to the set, since when, and what cold still waits for."""
    state = look.state
    if state.stops:
        first = min(state.stops.values(), key=lambda one: one.mark.seq)
        return _called("stopped", "STOPPED", first.mark, "Two people restart")
    if state.pauses:
        first = min(state.pauses.values(), key=lambda one: one.mark.seq)
        return _called("paused", "PAUSED", first.mark, "Whoever paused lifts it")
    start = today_from(state, look.now)
    newest = next(iter(state.facts.get("set.declared") or ()), None)
    if newest is None or start is None or newest.mark.seq < start:
        return {"state": "none", "word": "Nothing called", "since": "", "note": _not_empty(look)}
    word = next(iter(newest.words.get("state", frozenset())), "")
    return _called(word, WORDS.get(word, word), newest.mark, _waits(look, word), look=look)


def _called(state: str, word: str, mark: Any, note: str, *, look: Look | None = None) -> Plain:
    told = {"state": state, "word": word, "note": note, "instant": instant(mark)}
    return (
        {**told, "mark": mark.at, "since": ""}
        if look is None
        else {**told, "since": clock(look, mark)}
    )


def _waits(look: Look, word: str) -> str:
    left = _hot_weapons(look)
    if word == "cold":
        return f"Not empty: {short_list(left, most=3)}" if left else _all_empty(look)
    if left:
        return f"Cold waits for {short_list(left, most=3)}"
    loaded = [one.id for one in known_weapons(look) if one.rounds and one.place == "held"]
    return f"Dummies in {short_list(loaded, most=3)}" if loaded else _all_empty(look)


def _hot_weapons(look: Look) -> list[str]:
    """Weapons with something in them that fires, or that nobody has opened, out of the store."""
    state = look.state
    return [
        one.id
        for one in known_weapons(look)
        if fires(one)
        and one.place in ("held", "unattended")
        and (one.duds or state.load_of(one) not in ("none", "dummy"))
    ]


def _all_empty(look: Look) -> str:
    firing = all_firing(look)
    loaded = [name for name in firing if look.state.load_of(look.state.weapons[name]) != "none"]
    if loaded:
        return f"Not empty: {short_list(loaded, most=3)}"
    return f"{len(firing)} recorded empty" if firing else ""


def _not_empty(look: Look) -> str:
    left = _hot_weapons(look)
    return f"Not empty: {short_list(left, most=3)}" if left else ""


# --- groups ------------------------------------------------------------------------------


def _activity(job: Job | None) -> Plain | None:
    if job is None:
        return None
    return {"id": job.id, "title": job.title, "take": job.take, "on": job.on}


def _jobs(look: Look, job: Job | None) -> list[Job]:
    """This activity, the next ones that have not begun, and the one worked on before."""
    if job is None:
        return []
    planned = [
        one.id
        for one in look.state.activities.values()
        if one.known and not one.dropped and one.plan.weapons
    ]
    fresh = [name for name in planned if look.state.activities[name].last_take is None]
    before = [str(one.said.for_) for one in today(look) if one.said.for_ in planned]
    last = [name for name in before if name != job.id][:1]
    names = list(dict.fromkeys([job.id, *fresh[: JOBS_MAX - 2], *last]))
    return [job if name == job.id else job_of(look, name) for name in names[:JOBS_MAX]]


def _together(look: Look, job: Job | None) -> list[Plain]:
    """Groups that are chosen with one tap: the weapons of an activity."""
    told = []
    for one in _jobs(look, job):
        names = [name for name in one.planned if name in look.state.weapons]
        if len(names) > 1:
            key = f"together/{one.id}"
            told.append({"key": key, "says": _row(names), "title": one.title, "weapons": names})
    return told


def _row(names: Sequence[str]) -> str:
    row = " ".join(names)
    return row if len(row) <= ROW_LETTERS else f"{names[0]} + {len(names) - 1} more"


def _group(look: Look, folded: Sequence[str], job: Job | None) -> Plain | None:
    found = group_card(look, folded)
    if found is not None:
        found["cards"] = [card(look, job, look.state.weapons[name]) for name in folded]
    return found


def _store(look: Look) -> Plain | None:
    names = all_firing(look)
    if len(names) < 2:
        return None
    places = dict.fromkeys(where_of(look.state, look.state.weapons[name]) for name in names)
    where = "; ".join(PLACES[place] for place in places)
    return {"key": "all", "says": f"All {len(names)} that fire", "weapons": names, "where": where}


# --- sheets ------------------------------------------------------------------------------


def _sheets(look: Look, job: Job | None, folded: Sequence[str]) -> dict[str, Plain]:
    sheets = {one.id: weapon_sheet(look, job, one) for one in known_weapons(look)}
    for one in _jobs(look, job):
        names = [name for name in one.planned if name in look.state.weapons]
        if len(names) > 1:
            key = f"together/{one.id}"
            sheets[key] = group_sheet(look, one, names, key=key)
    firing = all_firing(look)
    if len(firing) > 1:
        sheets["all"] = store_sheet(look, firing, key="all", title=f"All {len(firing)} that fire")
    if folded:
        sheets["quiet"] = store_sheet(
            look, list(folded), key="quiet", title=_quiet_title(look, folded)
        )
    for lot in look.state.lots.values():
        sheets[f"lot/{lot.id}"] = lot_sheet(look, lot)
    correct = correct_sheet(look)
    if correct is not None:
        sheets["correct"] = correct
    return sheets


def _quiet_title(look: Look, names: Sequence[str]) -> str:
    found = group_card(look, names)
    return str(found["name"]) if found is not None else listed(list(names))


def _suggest(look: Look, job: Job | None, sheets: dict[str, Plain]) -> str:
    """The sheet to show where nobody has chosen one."""
    troubled = [one.id for one in known_weapons(look) if one.misfire is not None]
    if troubled:
        return troubled[0]
    away = [look.state.weapons[name].place in ("store", "locked") for name in all_firing(look)]
    if away and all(away) and "all" in sheets:
        return "all"
    if job is not None:
        together = f"together/{job.id}"
        if together in sheets:
            return together
        first = next((name for name in job.planned if name in sheets), None)
        if first is not None:
            return first
    return next(iter(sheets), "")


def _people(look: Look) -> list[Plain]:
    """Everybody who may be handed something or asked what they saw, performers first."""
    able = [
        one
        for one in look.state.people.values()
        if one.known and not one.left and not one.many and one.on_set is not False
    ]
    hands = handlers(look)
    ranked = sorted(able, key=lambda one: ("performer" not in one.roles, natural(one.id)))
    return [
        {"id": one.id, "says": person(look, one.id), "handler": one.id in hands} for one in ranked
    ]

"""What does the tablet on the weapons cart show: the set, every weapon, every box, what to tap?

* Everything a tap can write is made here, for every weapon, so that the page only picks.
* It is one moment of the record: the same state, time and answers for every card.
* Nothing here decides what is clear; it asks the gates beforehand and says their answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from showclear.app.views.answers import handlers
from showclear.app.views.cart_activity import Job, current_job, job_of
from showclear.app.views.cart_cards import (
    FIT,
    TAKE_OUT,
    all_firing,
    cards_of,
    fold_key,
    folds_of,
    group_card,
    known_weapons,
    natural,
    places_text,
    quiet_group,
)
from showclear.app.views.cart_close import close_button, close_sheet
from showclear.app.views.cart_each import each_acts
from showclear.app.views.cart_sheets import fold_sheet, group_sheet, weapon_sheet
from showclear.app.views.cart_store import store_sheet
from showclear.app.views.cart_words import short_list
from showclear.app.views.cart_written import correct_sheet, last_acts, told_act, written
from showclear.app.views.floor_set import header
from showclear.app.views.floor_today import said_today
from showclear.app.views.holding import held_by
from showclear.app.views.look import Look
from showclear.app.views.rounds import differences, lots_of
from showclear.app.views.rounds_sheets import lot_sheet
from showclear.app.views.same_again import same_again
from showclear.app.views.wording import clock, instant, listed, person

Plain = dict[str, Any]

JOBS_MAX: Final = 3
"""Activities whose weapons can be chosen together: this one, the next, the last one."""

ROW_LETTERS: Final = 18
"""How much of a group's labels stands on its button."""


def cart(look: Look) -> Plain:
    """Everything the cart shows."""
    job = current_job(look)
    folded = quiet_group(look)
    sheets = _sheets(look, job, folded)
    last = last_acts(look)
    return {
        "screen": "cart",
        "now": instant(look.now),
        "at": clock(look, look.now),
        "kind": look.kind,
        "size": look.size,
        "set": set_state(look),
        "activity": _activity(job),
        "weapons": [one.id for one in known_weapons(look)],
        "cards": _cards(look, job),
        "group": group_card(look, folded),
        "together": _together(look, job),
        "store": _store(look),
        "again": same_again(look, job),
        "each": each_acts(look, job),
        "close": close_button(look),
        "lots": lots_of(look),
        "sheets": sheets,
        "suggest": _suggest(look, job, sheets),
        "written": written(look),
        "own": {device: told_act(look, told) for device, told in last.items()},
        "differences": differences(look),
        "people": _people(look),
        "serials": dict(look.memory.serials),
    }


# --- the set -----------------------------------------------------------------------------


def set_state(look: Look) -> Plain:
    """How the set stands: the floor's words, because no two screens call a set differently."""
    return header(look)


# --- cards -------------------------------------------------------------------------------


def _cards(look: Look, job: Job | None) -> list[Plain]:
    """The cards; one that is out, or asks to be taken out, says first what holds it."""
    cards = cards_of(look, job)
    for one in cards:
        says = str(one["next"]["says"])
        if one["next"]["look"] != "none" or not (one["place"] == "out" or says == TAKE_OUT):
            continue
        names = one.get("weapons", [one["key"]])
        why = next(filter(None, (held_by(look, job, look.state.weapons[n]) for n in names)), "")
        if why:
            shot = says.split(". ")[0] if says.startswith("Fired ") else ""
            told = f"{why}. {shot}" if shot else why
            one["next"] = {"look": "hold", "word": "Hold", "says": told}
    if len(cards) > FIT or any("weapons" in one for one in cards):
        cards.sort(key=lambda one: one["next"].get("look") != "hold")
    return cards


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
    before = [str(one.said.for_) for one in reversed(said_today(look)) if one.said.for_ in planned]
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
    return row if len(row) <= ROW_LETTERS else short_list(names, most=1)


def _store(look: Look) -> Plain | None:
    names = all_firing(look)
    if len(names) < 2:
        return None
    says = f"All {len(names)} that fire"
    return {"key": "all", "says": says, "weapons": names, "where": places_text(look, names)}


# --- sheets ------------------------------------------------------------------------------


def _sheets(look: Look, job: Job | None, folded: Sequence[str]) -> dict[str, Plain]:
    folds = folds_of(look, job)
    many = {*folded, *(name for names in folds for name in names)}
    mine = set(folded) & set(job.planned) if job is not None else set()
    sheets = {
        one.id: weapon_sheet(look, job, one, asked=one.id not in many or one.id in mine)
        for one in known_weapons(look)
    }
    for names in folds:
        sheets[fold_key(names)] = fold_sheet(look, job, names, key=fold_key(names))
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
    sheets["close"] = close_sheet(look)
    for lot in look.state.lots.values():
        sheets[f"lot/{lot.id}"] = lot_sheet(look, lot)
    correct = correct_sheet(look)
    if correct is not None:
        sheets["correct"] = correct
    for device in last_acts(look):
        own = correct_sheet(look, device=device)
        if own is not None:
            sheets[f"correct/{device}"] = own
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

"""What does everybody on set have to see from five metres?

1. How the set stands: hot, gun on set, cold, not called; stopped above all of that.
2. What holds, then what is loaded, then what else is out, each with whom; the rest is a count.
   What nobody opened counts as loaded.
3. What is noticed while it runs; the time that runs out first, before the rest once it is soon
   or over. What nobody answered, as a count and the age of the oldest; what was overridden
   today; which days closed with differences.
4. Every weapon is named while there is room. What a handler has alike is one row where there is
   not; what does not fit at all is counted ("+ 4 more out, 2 loaded"), never made smaller: the
   sentences for that are made here, for every row that may be the last.
5. Nobody is named who stopped the work, raised a concern, walked out or said no, and no
   incident says whose it was: a wall is read by everybody.

It is made after every act, for everybody who looks: it walks over what is on the set now and
not over the record. See `showclear.web.board` for the checkpoint as a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from showclear.app.views.board_rows import (
    doubted,
    first_of,
    in_it,
    more,
    oldest_of,
    rows,
    scene_of,
    why_held,
)
from showclear.app.views.clocks import nearest
from showclear.app.views.look import Look
from showclear.app.views.noticed import alert as noticed_alert
from showclear.app.views.set_state import SetState, first_loaded, in_other_hands, set_state
from showclear.app.views.wording import (
    age,
    clock,
    day_and_clock,
    listed,
    number,
    person,
)
from showclear.core.nouns import Activity, Chain, Fact, Weapon
from showclear.core.said_after import DayClosed
from showclear.core.state import State

Plain = dict[str, Any]

BAND: Final = {
    "hot": "HOT",
    "gun-on-set": "GUN ON SET",
    "cold": "COLD",
    "not-called": "NOT CALLED",
}
WAS: Final = {
    "hot": "Was hot",
    "gun-on-set": "Was gun on set",
    "cold": "Was cold",
    "not-called": "Was not called",
}
NAMED_MAX: Final = 12
"""Characters of names that one line of a stale wall still has room for."""


def board(look: Look) -> Plain:
    """Make the board as it stands now."""
    found = [*rows(look)]
    return {
        "now": look.now.astimezone(look.zone).isoformat(),
        "kind": look.kind,
        "title": look.spine.title,
        "zone": str(getattr(look.zone, "key", "")),
        "set": _band(look),
        "restart": _restart(look),
        "rows": [row for _, row in found],
        "more": more([(rank, len(row.get("names", "1"))) for rank, row in found]),
        "nothing": "" if found else _nothing(look),
        "alerts": [*_alerts(look)],
        "rest": _rest(look),
        "was": _was(look, [row for _, row in found]),
        "size": look.size,
    }


# --- the band: how the set stands ------------------------------------------------------


def _band(look: Look) -> Plain:
    whole = [stop for stop in look.state.stops.values() if stop.scope is None]
    if whole:
        return {
            "state": "stopped",
            "word": "STOPPED",
            "since": f"since {day_and_clock(look, oldest_of(whole))}",
            "note": "" if len(whole) == 1 else f"{len(whole)} stops stand",
        }
    found = set_state(look)
    return {
        "state": found.word,
        "word": BAND[found.word],
        "since": _since(look, found),
        "note": _take(look),
    }


def _since(look: Look, found: SetState) -> str:
    if found.word == "not-called":
        return _loaded(look, found) if found.weapons else "nobody has called it today"
    at = day_and_clock(look, found.since)
    if found.called:
        return f"since {at}"
    names = listed(found.weapons[:2]) if len(found.weapons) < 3 else f"{len(found.weapons)} weapons"
    return f"not called so; {names} out since {at}"


def _loaded(look: Look, found: SetState) -> str:
    """What waits for a word: rounds that fire are in weapons, and nobody has called it hot."""
    weapons = [look.state.weapons[name] for name in found.weapons]
    at = day_and_clock(look, first_loaded(weapons))
    return f"{len(weapons)} loaded{f' since {at}' if at else ''}, hot not called"


def _take(look: Look) -> str:
    """What is being done, or was last cut: scene and take are what a set goes by."""
    acts = look.state.activities.values()
    on = max((one for one in acts if one.on is not None), key=_on, default=None)
    if on is not None:
        return f"{scene_of(look, on)}, since {day_and_clock(look, on.on)}"
    day = look.state.day
    if day is not None and day.closed is not None:
        return f"day closed {day_and_clock(look, day.closed)}"
    return ""


def _on(activity: Activity) -> int:
    return activity.on.seq if activity.on is not None else 0


def _restart(look: Look) -> Plain | None:
    """Under a stop: what it takes to go on, and how the set was called before."""
    if not any(stop.scope is None for stop in look.state.stops.values()):
        return None
    found = set_state(look)
    return {
        "says": "Two people restart",
        "state": found.word,
        "word": BAND[found.word] if found.word != "not-called" else "",
    }


# --- alerts: what waits for somebody ------------------------------------------------------


def _alerts(look: Look) -> Iterator[Plain]:
    noticed, clock_ = noticed_alert(look), nearest(look)
    strong = clock_ is not None and clock_.pop("strong")
    if noticed is not None:
        yield noticed
    if clock_ is not None and strong:
        yield clock_
    yield from _waiting(look)
    if clock_ is not None and not strong:
        yield clock_


def _waiting(look: Look) -> Iterator[Plain]:
    """What nobody answered, what was overridden, which days closed with differences."""
    state = look.state
    waiting = [one.mark for one in state.concerns.values() if one.answered is None]
    if waiting:
        told = f"{len(waiting)} unanswered"
        oldest = age(look, first_of(waiting))
        says = ", ".join(part for part in (told, oldest) if part)
        yield {"icon": "unanswered", "says": says, "title": f"{told}, the oldest for {oldest}"}
    over = [*_today(state, "gate.overridden")]
    if over:
        at = clock(look, over[0].mark)
        says = f"{number(len(over), 'override')}, {at}"
        by = listed([*dict.fromkeys(person(look, one.mark.by) for one in over)])
        whole = f"{says}, by {by}. An override clears nothing."
        yield {"icon": "differs", "says": says, "title": whole}
    differing = _differing(look)
    if differing:
        days = differing[0] if len(differing) == 1 else f"{len(differing)} days"
        whole = f"Closed with differences: {listed(differing)}"
        yield {"icon": "differs", "says": f"{days}: differences", "title": whole}


def _today(state: State, tag: str) -> Iterator[Fact]:
    """What was said of this kind since the ShootDay began, newest first."""
    first = state.day.first.seq if state.day is not None else 0
    chain: Chain[Fact] | tuple[Fact, ...] = state.facts.get(tag) or ()
    for fact in chain:
        if fact.mark.seq < first:
            return
        yield fact


def _differing(look: Look) -> list[str]:
    """The days that closed with differences: for ever, whatever was found afterwards."""
    found = []
    for name in look.memory.closings:
        told = look.memory.find(name)
        if (
            told is not None
            and "rounds-differ" in told.missing
            and isinstance(told.said, DayClosed)
        ):
            found.append(f"{told.said.date.day} {told.said.date:%b}")
    return found


# --- the rest, and what to say when it is old ------------------------------------------------


def _rest(look: Look) -> Plain:
    """What is neither held, loaded nor out, as a count; and when it was last counted."""
    here = [
        one
        for one in look.state.weapons.values()
        if not one.own and one.place != "away" and one.missing is None
    ]
    told = doubted(look.state)
    calm = [one for one in here if not why_held(one, told)]
    cart = [
        one
        for one in calm
        if one.place == "held"
        and not in_other_hands(look.state, one)
        and in_it(look.state, one) not in ("loaded", "closed")
    ]
    away = [one for one in calm if one.place in ("locked", "store")]
    counted = _counted(look, here)
    locked = sum(one.place == "locked" for one in away)
    put = "locked up" if locked == len(away) else "in store" if not locked else "put away"
    parts = [f"{len(cart)} on cart"] if cart else []
    parts += [f"{len(away)} {put}"] if away else []
    return {
        "says": ", ".join([*parts[:1], counted]) if counted else "".join(parts[:1]),
        "whole": ", ".join([*parts, counted] if counted else parts),
        "cart": len(cart),
        "away": len(away),
    }


def _counted(look: Look, weapons: Iterable[Weapon]) -> str:
    """When all of them had been counted; the oldest of the last counts."""
    listed_ = [*weapons]
    if not listed_:
        return ""
    first = look.state.day.first.seq if look.state.day is not None else 0
    marks = [one.counted for one in listed_ if one.counted is not None and one.counted.seq >= first]
    if not marks:
        return "not counted"
    if len(marks) < len(listed_):
        return f"{len(marks)} counted {clock(look, first_of(marks))}"
    return f"count {clock(look, first_of(marks))}"


def _nothing(look: Look) -> str:
    return "Nothing recorded as out" if look.state.weapons else "No weapon on record"


def _was(look: Look, rows: list[Plain]) -> str:
    """How it stood, for a screen that no longer hears anything."""
    stopped = any(stop.scope is None for stop in look.state.stops.values())
    found = set_state(look)
    said = "Was stopped" if stopped else WAS[found.word]
    if found.word == "not-called" and found.weapons:
        return f"{said}, {len(found.weapons)} loaded"
    out = [
        name
        for row in rows
        if row["state"] not in ("stopped", "paused")
        for name in row.get("names", [row["name"]])
        if name
    ]
    if not out:
        return f"{said}, nothing out"
    named = " ".join(out)
    return f"{said}, {named if len(named) <= NAMED_MAX else len(out)} out"


__all__ = ["board"]

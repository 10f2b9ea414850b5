"""What holds the whole set, a whole act or a weapon that is out, in the words of every screen?

* The same rows as on the board, each as one line: an incident, a walk-out, something found,
  accounts that differ, a stop or a pause of some scenes only. No line names a person.
* A weapon that is out is held by what holds everything, and by a stop or pause of its own
  scope: its activity, itself, or something that nobody can tell from everything.
* While anything holds a weapon, no screen says of it "As planned" or "To be taken out".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from showclear.app.views.board_rows import whole_set
from showclear.app.views.cart_activity import Job
from showclear.app.views.look import Look
from showclear.core.nouns import Weapon
from showclear.core.own_asked import NOT_REAL
from showclear.core.state import State

Plain = dict[str, Any]


def lines(look: Look, *, paused: bool = True) -> list[str]:
    """Every line of what holds, most telling first; a stop of everything is told elsewhere.

    Args:
        paused: Whether to tell a pause of everything too.
    """
    found = []
    for row in whole_set(look):
        whole = str(row["who"]).startswith("Since ")
        if whole and not paused:
            continue
        word = str(row["word"]).capitalize()
        if whole:
            found.append(f"{word} {row['who'][:1].lower()}{row['who'][1:]}")
        else:
            since = f", {row['note']}" if row.get("note") else ""
            found.append(f"{word}: {row['who']}{since}")
    return found


def stopped_whole(look: Look) -> bool:
    """Whether everything is stopped, and not some scenes only."""
    return any(one.scope is None for one in look.state.stops.values())


def held_by(look: Look, job: Job | None, weapon: Weapon) -> str:
    """What holds a weapon beside itself, in two words; empty where nothing does."""
    state = look.state
    if stopped_whole(look):
        return "Stopped"
    found = (_incident(state, job, weapon), *_everything(state), *_scoped(state, job, weapon))
    return next(filter(None, found), "")


def _incident(state: State, job: Job | None, weapon: Weapon) -> str:
    """It holds every weapon that may fire, and whatever else it is about."""
    about = {name for one in state.incidents.values() for name in one.about}
    mine = weapon.id in about or (job is not None and weapon.id in job.planned and job.id in about)
    real = not weapon.known or weapon.kind not in NOT_REAL
    return "Incident open" if state.incidents and (real or mine) else ""


def _everything(state: State) -> Iterator[str]:
    if state.walk_outs:
        yield "Walk-out open"
    if state.found:
        yield "Something found"
    if any(one.on == "all" for one in state.contradictions.values()):
        yield "Accounts differ"
    if any(one.scope is None for one in state.pauses.values()):
        yield "Paused"


def _scoped(state: State, job: Job | None, weapon: Weapon) -> Iterator[str]:
    for word, table in (("Stopped", state.stops), ("Paused", state.pauses)):
        for one in table.values():
            if one.scope is not None and _is_on(state, job, weapon, one.scope):
                yield word


def _is_on(state: State, job: Job | None, weapon: Weapon, scope: tuple[str, ...]) -> bool:
    nouns = (state.activities, state.weapons, state.things)
    if weapon.id in scope or any(all(name not in table for table in nouns) for name in scope):
        return True
    if job is not None and weapon.id in job.planned:
        return job.id in scope
    return any(state.planned(name, weapon.id) is not None for name in scope)

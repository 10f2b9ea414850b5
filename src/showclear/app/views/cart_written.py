"""What was written last on the set's weapons and rounds, and how is it said better?

* Nothing is edited: a correction stands beside what it corrects, and both are seen.
* A correction never lifts a hold; the sheet says so.
* What was written last stands on top instead of an "are you sure?" before it.
"""

from __future__ import annotations

from typing import Any

from showclear.app.memory import Told
from showclear.app.views.acts import act
from showclear.app.views.answers import summary
from showclear.app.views.look import Look
from showclear.app.views.wording import listed, person
from showclear.core.said_after import StatementWithdrawn
from showclear.core.statement import Statement

Plain = dict[str, Any]

_WORK = ("weapon.", "rounds.", "check.made", "confirmed", "statement.withdrawn", "set.declared")
_COUNTED = frozenset(
    {"rounds.counted", "rounds.issued", "rounds.returned", "weapon.loaded", "weapon.unloaded"}
    | {"weapon.fired"}
)
_NAMED_MAX = 4
"""How many weapons are named; more are a number."""

_AT_ONCE = 16
"""Most statements of one commit that are told as one act."""


def written(look: Look) -> Plain | None:
    """The last thing written of weapons and rounds; None before there is any."""
    last = next((one for one in look.memory.lately() if _is_work(one.said)), None)
    if last is None or last.said.at is None:
        return None
    at = last.said.at.astimezone(look.zone)
    return {
        "says": says_of(look, last.said),
        "at": f"{at:%H:%M:%S}",
        "by": person(look, last.said.speaker),
        "attested": last.said.attested,
        "index": last.index,
        "answer": last.answer,
        "corrects": bool(last.said.corrects) or isinstance(last.said, StatementWithdrawn),
    }


def _is_work(said: Statement) -> bool:
    return said.what.startswith(_WORK) and said.at is not None


def says_of(look: Look, said: Statement) -> str:
    """A statement in a few words, with its numbers and people."""
    if isinstance(said, StatementWithdrawn):
        found = look.memory.find(said.of)
        return f"Taken back: {says_of(look, found.said) if found else said.of}"
    told = _what_and_on(look, said)
    count = getattr(said, "count", None)
    if count is not None:
        told += f", {count}" + (f" of {of}" if (of := getattr(said, "of", None)) else "")
    to = getattr(said, "to", ()) or [one.person for one in getattr(said, "issues", ())]
    if to:
        names = [to] if isinstance(to, str) else list(to)
        told += f", to {listed([person(look, str(one)) for one in names])}"
    return told


def _what_and_on(look: Look, said: Statement) -> str:
    """What was said and of what; of many, how many."""
    names = [str(one) for key in ("on", "weapons", "lots") for one in getattr(said, key, ())]
    names = names or [str(one.weapon) for one in getattr(said, "issues", ())]
    names = names or [str(one.weapon) for one in getattr(said, "returns", ())]
    whole = summary(look, said)
    if len(names) <= _NAMED_MAX:
        return whole if ":" in whole or not names else f"{whole}: {', '.join(names)}"
    shown = [person(look, str(one)) for one in getattr(said, "shown_to", ())]
    told = f"{whole.partition(':')[0]}: {len(names)}, {names[0]} to {names[-1]}"
    return f"{told}, to {listed(shown)}" if shown else told


def correct_sheet(look: Look) -> Plain | None:
    """The sheet behind Correct: the last act, each of its statements with how to say it better."""
    last = _last_act(look)
    if not last:
        return None
    blocks = [block for one in last for block in _blocks(look, one)]
    note = "A correction stands beside what was written. It never lifts a hold."
    return {
        "key": "correct",
        "title": "Correct",
        "weapons": [],
        "answer": {"look": "none", "says": "What was written last"},
        "blocks": [*blocks, {"key": "note", "kind": "note", "says": note}],
        "foot": [],
        "more": [],
    }


def _last_act(look: Look) -> list[Told]:
    """The statements of the last tap: those of one device at one moment."""
    found: list[Told] = []
    for one in look.memory.lately():
        if not _is_work(one.said) or isinstance(one.said, StatementWithdrawn):
            if found:
                break
            continue
        same = found and (one.said.at, one.device) == (found[0].said.at, found[0].device)
        if found and not same:
            break
        found.append(one)
        if len(found) == _AT_ONCE:
            break
    return list(reversed(found))


def _blocks(look: Look, told: Told) -> list[Plain]:
    said, key = told.said, f"correct/{told.index}"
    gone = any(
        isinstance(one.said, StatementWithdrawn) and one.said.of == said.id
        for one in look.memory.about(said.id)
    )
    back = {"what": "statement.withdrawn", "of": said.id}
    taken = act(f"{key}/back", "It was not so", [back], done="taken back" if gone else "")
    blocks: list[Plain] = [
        {"key": key, "kind": "acts", "head": says_of(look, said), "acts": [taken]}
    ]
    if said.what in _COUNTED and not gone:
        blocks.append(_other_count(said, key))
    return blocks


def _other_count(said: Statement, key: str) -> Plain:
    """The same with another number."""
    own = {
        name.rstrip("_"): list(value) if isinstance(value, tuple) else value
        for name in ("weapons", "among", "lots", "lot", "for_", "to", "from_", "container")
        if (value := getattr(said, name, None))
    }
    whole = {"what": said.what, **own, "count": "$count", "corrects": said.id}
    start = int(getattr(said, "count", 0))
    return {
        "key": f"{key}/count",
        "kind": "counter",
        "head": "It was another number",
        "start": start,
        "least": 0,
        "most": None,
        "steps": [1, 6],
        "act": act(f"{key}/other", "It was {count}", [whole]),
    }

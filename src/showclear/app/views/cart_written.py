"""What was written last on the set's weapons and rounds, by whom, and how is it said better?

* Nothing is edited: a correction stands beside what it corrects, and both are seen.
* A correction never lifts a hold; the sheet says so, and offers none for what holds a weapon.
* What was written last stands on top instead of an "are you sure?" before it.
* Of several screens each shows what was written on itself, so that Correct on it is for that.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from showclear.app.memory import Told
from showclear.app.views.acts import act
from showclear.app.views.look import Look
from showclear.app.views.sentences import how_sure, sentence_of, who_said
from showclear.app.views.wording import day_and_clock
from showclear.core.said_after import StatementWithdrawn
from showclear.core.statement import Statement

Plain = dict[str, Any]

_WORK = ("weapon.", "rounds.", "check.made", "confirmed", "statement.withdrawn", "set.declared")
_COUNTED = frozenset(
    {"rounds.counted", "rounds.issued", "rounds.returned", "weapon.loaded", "weapon.unloaded"}
    | {"weapon.fired"}
)
_HOLDS: Final = {
    "weapon.misfired": "It holds until it was opened and released.",
    "weapon.discharged": "It holds until it is remedied and two people agree to go on.",
    "weapon.held": "It holds until it is released.",
}
"""What nobody takes back with one tap, each with what ends its hold."""
_AT_ONCE = 16
"""Most statements of one commit that are told as one act."""

HOW: Final = {
    "own-device": "own device",
    "badge": "badge",
    "shared-tablet": "named only",
    "proxy": "said for them",
    "paper": "from paper",
    "unsigned": "unsigned",
}
"""How sure it is who said it, in a word beside the name."""

DEVICES_MAX: Final = 4
LATELY: Final = 120
"""How many screens' last acts are kept in view, looked for among how many statements."""


def written(look: Look) -> Plain | None:
    """The last thing written of weapons and rounds, by anybody; None before there is any."""
    last = next((one for one in look.memory.lately() if _is_work(one.said)), None)
    return None if last is None else told_act(look, last)


def last_acts(look: Look) -> dict[str, Told]:
    """By device, the last thing it wrote of weapons and rounds, newest first."""
    if "last-acts" not in look.memo:
        found: dict[str, Told] = {}
        for one in islice(look.memory.lately(), LATELY):
            if one.device not in found and _is_work(one.said) and len(found) < DEVICES_MAX:
                found[one.device] = one
        look.memo["last-acts"] = found
    told: dict[str, Told] = look.memo["last-acts"]
    return told


def told_act(look: Look, last: Told) -> Plain:
    """An act in words: all that was said with it, when, by whom, and how sure that is."""
    together = _act_of(look, last)
    at = (last.said.at or last.clock).astimezone(look.zone)
    who = who_said(last.said, look)
    sure = HOW.get(last.said.attested, "") if how_sure(last.said, look) else ""
    held = any(one.answer == "hold" for one in together)
    return {
        "says": "; ".join(says_of(look, one.said) for one in together),
        "at": f"{day_and_clock(look, at)}{at::%S}",
        "by": ", ".join(part for part in (who, sure) if part),
        "attested": last.said.attested,
        "index": last.index,
        "answer": "hold" if held else last.answer,
        "corrects": bool(last.said.corrects) or isinstance(last.said, StatementWithdrawn),
    }


def _is_work(said: Statement) -> bool:
    return said.what.startswith(_WORK) and said.at is not None


def says_of(look: Look, said: Statement) -> str:
    """A statement in a few words, with its numbers and people."""
    if isinstance(said, StatementWithdrawn):
        found = look.memory.find(said.of)
        return f"Taken back: {says_of(look, found.said) if found else said.of}"
    return sentence_of(said, look)


def correct_sheet(look: Look, *, device: str | None = None) -> Plain | None:
    """The sheet behind Correct: the last act, each of its statements with how to say it better.

    Args:
        device: Whose last act; None for the last of any.
    """
    last = _last_act(look, device)
    key = "correct" if device is None else f"correct/{device}"
    if not last:
        return None
    blocks = [block for one in last for block in _blocks(look, one)]
    note = "A correction stands beside what was written. It never lifts a hold."
    return {
        "key": key,
        "title": "Correct",
        "weapons": [],
        "answer": {"look": "none", "says": "What was written last"},
        "blocks": [*blocks, {"key": "note", "kind": "note", "says": note}],
        "foot": [],
        "more": [],
    }


def _last_act(look: Look, device: str | None) -> list[Told]:
    """The statements of the last tap that say something: those of one device at one moment."""
    for one in islice(look.memory.lately(), LATELY):
        own = device is None or one.device == device
        if own and _is_work(one.said) and not isinstance(one.said, StatementWithdrawn):
            return _act_of(look, one)
    return []


def _act_of(look: Look, last: Told) -> list[Told]:
    """What one tap wrote, of which this is the last statement, in order."""
    found: list[Told] = []
    for one in islice(look.memory.lately(), LATELY + _AT_ONCE):
        same = _tap(one) == _tap(last)
        if one.index > last.index or not (same and _is_work(one.said)):
            if found:
                break
            continue
        found.append(one)
        if len(found) == _AT_ONCE:
            break
    return list(reversed(found))


def _tap(told: Told) -> tuple[object, ...]:
    return (told.said.at, told.device, told.said.by)


def _blocks(look: Look, told: Told) -> list[Plain]:
    said, key = told.said, f"correct/{told.index}"
    gone = any(
        isinstance(one.said, StatementWithdrawn) and one.said.of == said.id
        for one in look.memory.about(said.id)
    )
    if said.what in _HOLDS:
        # Whoever tapped it wrongly ends the hold as anybody does: it is looked at and released.
        says = f"{says_of(look, said)}. {_HOLDS[said.what]}"
        return [{"key": key, "kind": "note", "says": says}]
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

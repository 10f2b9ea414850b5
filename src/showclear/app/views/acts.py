"""Acts as a screen offers them: the fact in words, and the statements that write it.

An act is worded as the fact it writes, and can be pressed whatever a gate says. What it
writes is everything but who speaks, the time and the id: those come from where it is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock
from showclear.core.nouns import Mark

Plain = dict[str, Any]

NEW: Final = "$new"
"""Stands for a noun id that is minted when the act is written: a stop's, a concern's."""


def act(
    key: str,
    says: str,
    write: Sequence[Mapping[str, Any]],
    *,
    note: str = "",
    title: str = "",
    main: bool = False,
    small: bool = False,
    done: str = "",
    needs: str = "",
) -> Plain:
    """One act.

    Args:
        key: Where it stands on its screen; the same from one push to the next.
        says: The words on it.
        write: The statements, in order. `$new` and `$0`, `$1` are filled in where it is
            pressed: a fresh noun, the id of that statement of the same act.
        note: A second, smaller line.
        title: The whole sentence, for who hears the screen read; `says` if empty.
        main: Whether it is the one that the screen waits for.
        done: When it was done, as a time of day; empty while it is open.
        needs: What the page asks for before it can be written.
    """
    made: Plain = {
        "key": key,
        "says": says,
        "look": "main" if main else "small" if small else "plain",
        "write": [dict(one) for one in write],
    }
    for name, value in (("note", note), ("title", title), ("done", done), ("needs", needs)):
        if value:
            made[name] = value
    return made


def done_at(look: Look, moment: datetime | Mark | None) -> str:
    """When an act was done, for its tick: a time of day, or `done` where none is known."""
    return day_and_clock(look, moment) or "done"


def next_act(key: str, says: str, statement: Mapping[str, Any], *, main: bool = False) -> Plain:
    """A next step of a hold as an act: its statement without the id and the time."""
    kept = {name: value for name, value in statement.items() if name not in ("id", "at")}
    return act(key, says, [kept], main=main)

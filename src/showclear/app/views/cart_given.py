"""What stands on the cart of a weapon that was handed over while its gate said Hold?

* The handover is a fact and stands. What its gate missed is told until the weapon is back,
  in a few words: whole sentences were shown beside the act.
* What can still be mended has its act: a second pair of eyes that was there says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from showclear.app.memory import Told
from showclear.app.views.cart_cards import given_on_hold
from showclear.app.views.cart_eyes import eyes_on
from showclear.app.views.cart_words import held_for, weapons_text
from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock

Plain = dict[str, Any]

_SEEN: Final = ("load-shown", "shown-clear", "chamber-empty")
"""What a second pair of eyes may have been on, in this order."""


def given(look: Look, names: Sequence[str]) -> dict[str, Told]:
    """By weapon, the handover that its gate held."""
    found = {name: given_on_hold(look, look.state.weapons[name]) for name in names}
    return {name: told for name, told in found.items() if told is not None}


def given_summary(look: Look, found: dict[str, Told]) -> Plain:
    """On top of the sheet: that it was not clear, and when that was."""
    first = min(found.values(), key=lambda told: told.index)
    return {
        "look": "hold",
        "word": "Hold",
        "says": f"handed over {day_and_clock(look, first.said.at)}, not clear",
    }


def given_blocks(look: Look, found: dict[str, Told], *, key: str) -> list[Plain]:
    """What its gate missed, and second eyes where these were missing."""
    by_missing: dict[tuple[str, ...], list[str]] = {}
    for name, told in found.items():
        by_missing.setdefault(told.missing, []).append(name)
    blocks: list[Plain] = []
    for place, (missing, names) in enumerate(by_missing.items()):
        says = f"{weapons_text(names)}, when handed over: {held_for(missing)}"
        blocks.append({"key": f"given-{place}", "kind": "note", "says": says})
        if "same-eyes" in missing:
            eyes = (eyes_on(look, check, names, key=key) for check in _SEEN)
            blocks += next((one for one in eyes if one), [])
    return blocks

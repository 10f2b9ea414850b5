"""What is left before the day can be closed: what differs, what is out, what is not put away?

* Everything unexplained is a line of its own, by name, with the sheet on which it is mended.
* A day may be closed with them. They stay visible, and nothing here hides one.
* Where nothing is left it says what is recorded, and that is all it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from showclear.app.views.cart_cards import known_weapons
from showclear.app.views.cart_words import lot_name, short_list, where_of
from showclear.app.views.look import Look
from showclear.app.views.rounds import differences

Plain = dict[str, Any]

NOTHING = "nothing left on record"


def close_button(look: Look) -> Plain:
    """The way to the sheet, with how much is left."""
    left = len(_left(look))
    where = f"{left} left" if left else NOTHING
    return {"key": "close", "says": "Close of day", "where": where}


def close_sheet(look: Look) -> Plain:
    """Every line that is left."""
    rows = _left(look)
    summary = {"look": "none", "says": f"{len(rows)} left"}
    blocks: list[Plain] = [{"key": "left", "kind": "rows", "rows": rows}]
    if not rows:
        summary = {"look": "none", "says": NOTHING.capitalize()}
        says = "Every weapon is recorded as put away, and every round as counted or gone."
        if not (look.state.weapons or look.state.lots):
            says = "No weapon and no round is on record yet."
        blocks = [{"key": "none", "kind": "note", "says": says}]
    return {
        "key": "close",
        "title": "Close of day",
        "weapons": [],
        "answer": summary,
        "blocks": blocks,
        "foot": [],
        "more": [],
    }


def _left(look: Look) -> list[Plain]:
    if "close-left" not in look.memo:
        look.memo["close-left"] = [*differences(look), *_not_put_away(look)]
    found: list[Plain] = look.memo["close-left"]
    return found


def _not_put_away(look: Look) -> Iterator[Plain]:
    state = look.state
    out = [one for one in known_weapons(look) if where_of(state, one) == "cart"]
    firing = [one.id for one in out if one.kind not in ("rubber", "replica")]
    quiet = [one.id for one in out if one.kind in ("rubber", "replica")]
    for names, key in ((firing, "all"), (quiet, "quiet")):
        if names:
            says = f"{short_list(names)}: on the cart, not locked up"
            yield {"on": names[0], "key": names[0] if len(names) == 1 else key, "says": says}
    for lot in state.lots.values():
        if lot.custody == "open":
            says = f"{lot_name(lot)}: the box is open"
            yield {"on": lot.id, "key": f"lot/{lot.id}", "says": says}
        if lot.present and (lot.in_store is None or (lot.counted is None and lot.in_store)):
            says = f"{lot_name(lot)}: nobody has counted it here"
            yield {"on": lot.id, "key": f"lot/{lot.id}", "says": says}

"""What may be written of weapons at any time, wherever they are, one tap further down?

Whatever happens on a set can be written, in any order; none of it is in the way of the steps
that a sheet offers first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.cart_activity import fires
from showclear.app.views.cart_back import away_from_back
from showclear.app.views.cart_words import weapons_text, where_of
from showclear.app.views.look import Look

Plain = dict[str, Any]


def more(look: Look, names: Sequence[str], *, key: str) -> list[Plain]:
    """What may be written of weapons at any time, wherever they are."""
    state = look.state
    firing = [name for name in names if fires(state.weapons[name])]
    counts = write.all_rounds(look, firing)
    acts = []
    if counts:
        acts.append(_unload(look, counts, key=key))
    acts.append(lock_up(names, key=key))
    acts.append(act(f"{key}/count", "Counted, here", [write.of_weapons("weapon.counted", names)]))
    if firing:
        empty = [name for name in firing if name not in counts]
        if empty:
            looked = [write.checked(empty, "chamber-empty", "barrel-clear")]
            says = _plural(empty, "Bore and chambers clear", "Bores and chambers clear")
            acts.append(act(f"{key}/looked", says, looked))
        acts.append(
            act(
                f"{key}/bore",
                _plural(names, "Bore clear", "Bores clear"),
                [write.checked(firing, "barrel-clear")],
            )
        )
        acts.append(
            act(f"{key}/mechanism", "Mechanism works", [write.checked(firing, "mechanism-works")])
        )
        acts.append(act(f"{key}/dry-fired", "Dry-fired", [write.checked(firing, "dry-fired")]))
    acts.append(act(f"{key}/cleaned", "Cleaned", [write.of_weapons("weapon.cleaned", names)]))
    acts += _happened_here(look, names, key=key)
    held = write.of_weapons("weapon.held", names, because="held at the cart")
    acts.append(
        act(f"{key}/hold", "Hold it", [held], title=f"{weapons_text(names)}: held, not to be used")
    )
    alone = write.of_weapons("weapon.unattended", names)
    acts.append(act(f"{key}/unattended", "Was left with nobody", [alone]))
    return [{"key": "more", "kind": "acts", "acts": acts}]


def _unload(look: Look, counts: dict[str, int], *, key: str) -> Plain:
    """Everything out, and looked at: what is unloaded is open in the hand."""
    names = list(counts)
    said = [*write.unloaded(look, counts), write.checked(names, "chamber-empty")]
    says = (
        f"Unloaded, {sum(counts.values())} out, {_plural(names, 'chambers', 'all chambers')} clear"
    )
    return act(f"{key}/unload", says, said)


def _happened_here(look: Look, names: Sequence[str], *, key: str) -> list[Plain]:
    """What may happen to a loaded weapon in a handler's own hands."""
    if len(names) != 1 or where_of(look.state, look.state.weapons[names[0]]) != "cart":
        return []
    weapon = look.state.weapons[names[0]]
    if not weapon.rounds and weapon.load_known:
        return []
    return away_from_back(look, names[0], key=key, lot=None)


def _plural(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many


def lock_up(names: Sequence[str], *, key: str) -> Plain:
    says = "Locked up" if len(names) == 1 else f"{len(names)} locked up"
    return act(f"{key}/lock-up", says, [write.of_weapons("weapon.locked-up", names)])

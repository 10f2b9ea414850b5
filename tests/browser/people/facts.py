"""What a statement says, cut into its smallest facts, so that what was meant and what an act on
a screen writes can be compared: who presses looks for the act that says what they just did.

A fact is a tuple of words: what it is, what it is about, and what else belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

Plain = Mapping[str, Any]
Fact = tuple[str, ...]
Facts = frozenset[Fact]

_OF_WEAPONS: Final = frozenset(
    {
        *("weapon.taken-out", "weapon.counted", "weapon.locked-up", "weapon.cleaned"),
        *("weapon.seen", "weapon.held", "weapon.released", "weapon.unattended"),
    }
)
_OF_ROUNDS: Final = frozenset({"rounds.opened", "rounds.locked-up", "rounds.unattended"})
_COUNTED: Final = frozenset({"weapon.loaded", "weapon.unloaded", "weapon.fired", "weapon.misfired"})


def listed(said: Plain, *keys: str) -> list[str]:
    """The values of the first of these keys that is there, as a list."""
    for key in keys:
        if key in said:
            value = said[key]
            return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
    return []


def weapons_of(said: Plain) -> list[str]:
    """The weapons that a statement names."""
    pairs = said.get("issues") or said.get("returns") or ()
    return [str(one["weapon"]) for one in pairs] or listed(said, "weapons", "weapon")


def facts_of(said: Plain, *, count: int | None = None, person: str = "") -> Facts:
    """Cut one statement into facts.

    Args:
        count: What a counter shows, where the statement has it open.
        person: Who is tapped, where the statement has that open.
    """
    what = str(said["what"])
    number = str(count if said.get("count") == "$count" else said.get("count", ""))
    found: Iterable[Fact]
    if what == "check.made":
        found = _checks(said, number)
    elif what in _OF_WEAPONS:
        found = ((what, name) for name in weapons_of(said))
    elif what in _COUNTED:
        found = ((what, name, number) for name in weapons_of(said))
    elif what == "weapon.handed-over":
        found = _over(said, person)
    elif what == "weapon.handed-back":
        found = ((what, name) for name in weapons_of(said))
    elif what in _OF_ROUNDS:
        found = ((what, name) for name in listed(said, "lots", "lot"))
    elif what in ("rounds.counted", "rounds.issued", "rounds.returned"):
        other = str(said.get("to", said.get("from", "")))
        found = ((what, name, number, other) for name in listed(said, "lots", "lot"))
    elif what == "rounds.handed-over":
        to = person if said.get("to") == "$person" else str(said.get("to"))
        found = ((what, name, to) for name in listed(said, "lots", "lot"))
    elif what == "set.declared":
        names = weapons_of(said) or [""]
        found = ((what, str(said["state"]), name) for name in names)
    elif what.startswith("activity."):
        # A spare that comes in is another change than one that goes.
        found = [(what, str(said.get("activity")), repr(said.get("replaces", "")))]
    elif what.startswith("day."):
        found = [(what, str(said.get("date")))]
    else:
        found = [
            (what, repr(sorted((k, v) for k, v in said.items() if k in ("people", "meeting"))))
        ]
    return frozenset(found)


def _checks(said: Plain, number: str) -> Iterable[Fact]:
    shown = listed(said, "shown_to") or [""]
    counted = number if number and "of" in said else ""
    # Trained with this revolver is not trained with every one of its kind.
    about = " ".join(listed(said, "about"))
    for check in listed(said, "checks", "check"):
        # A bore is looked through by whoever looks, whoever else is shown that it is empty.
        to = shown if check in ("shown-clear", "load-shown") else [""]
        for on in listed(said, "on"):
            for one in to:
                yield ("check", check, on, one, counted if check.endswith("verified") else about)


def _over(said: Plain, person: str) -> Iterable[Fact]:
    if said.get("issues"):
        for one in said["issues"]:
            yield ("weapon.handed-over", str(one["weapon"]), str(one["to"]))
        return
    (to,) = listed(said, "to")
    for name in weapons_of(said):
        yield ("weapon.handed-over", name, person if to == "$person" else to)


def implied_by(facts: Facts) -> Facts:
    """What is said along with these without anybody adding to it.

    Shown clear is opened; who looks at every round reads the label of their box.
    """
    found = set[Fact]()
    for what, *rest in facts:
        if what == "check" and rest[0] == "shown-clear":
            found.add(("check", "chamber-empty", rest[1], "", ""))
        if what == "check" and rest[0].endswith("verified"):
            found.add(("check", "label-matches", rest[1], "", ""))
    return frozenset(found)

"""When nobody knows which weapon it was: a group that is sorted out as each is opened.

* What fired or misfired is counted for the group at once, so the rounds add up; in which
  weapon the others still are is a guess, and a look at one of them moves what the guess had
  in it to those that nobody has opened since.
* After a misfire each of the group is suspect, and none goes on unopened. Those that were
  opened and found empty go on once the misfired rounds are found in others, or a handler
  noted a cause. The one they are found in stays held until its own cause is noted.
* Found is what is said of one of them: that it was the one, or that more came out of it than
  the group still had good rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from showclear.core.fold_base import put_weapon, weapon_of
from showclear.core.nouns import Loaded, Mark, Weapon
from showclear.core.state import Among, State


def rounds_in(weapon: Weapon, lot: str | None) -> int:
    """How many rounds of a lot the record has in a weapon."""
    return next((load.count for load in weapon.loads if load.lot == lot), 0)


def more_rounds(loads: tuple[Loaded, ...], lot: str, count: int) -> tuple[Loaded, ...]:
    """What is in a weapon once `count` rounds of the lot went in."""
    found = {load.lot: load.count for load in loads}
    found[lot] = found.get(lot, 0) + count
    return tuple(Loaded(name, number) for name, number in found.items() if number > 0)


def less_rounds(loads: tuple[Loaded, ...], lot: str, count: int) -> tuple[Loaded, ...]:
    """What is in a weapon once `count` rounds of the lot came out."""
    return more_rounds(loads, lot, -count)


def group_up(state: State, mark: Mark, *, among: tuple[str, ...], lot: str, misfired: int) -> None:
    """Note that something happened to one of these weapons, and nobody knows to which.

    Args:
        misfired: How many rounds did not fire, already counted as gone; 0 if all did.
    """
    state.among[mark.said] = Among(
        id=mark.said, weapons=among, lot=lot, of=misfired, misfired=misfired, mark=mark
    )


def _unsure(state: State, group: Among, *, but: str = "") -> Iterator[Weapon]:
    """Those of a group of which nobody has seen all that is in them since."""
    for name in group.weapons:
        if name != but and name not in group.seen:
            yield weapon_of(state, name)


def _groups_of(state: State, name: str) -> list[Among]:
    return [group for group in state.among.values() if name in group.weapons]


def _guessed(state: State, name: str) -> list[Among]:
    """The groups in which what this weapon holds is still a guess."""
    return [group for group in _groups_of(state, name) if name not in group.seen]


def take_from_others(state: State, name: str, lot: str | None, count: int) -> Weapon:
    """The weapon with as many rounds as were now seen in it, if its group may have had them."""
    weapon = weapon_of(state, name)
    if lot is None or not state.among:
        return weapon
    for group in _guessed(state, name):
        for other in _unsure(state, group, but=name):
            moved = min(rounds_in(other, lot), count - rounds_in(weapon, lot))
            if moved > 0:
                put_weapon(state, other, loads=less_rounds(other.loads, lot, moved))
                weapon = put_weapon(state, weapon, loads=more_rounds(weapon.loads, lot, moved))
    return weapon


def give_to_others(state: State, name: str) -> Weapon:
    """The weapon without what it was only guessed to hold: then another has it."""
    weapon = weapon_of(state, name)
    for group in _guessed(state, name) if state.among else ():
        other = next(_unsure(state, group, but=name), None)
        if other is not None:
            loads = other.loads
            for load in weapon.loads:
                loads = more_rounds(loads, load.lot, load.count)
            put_weapon(state, other, loads=loads)
            weapon = put_weapon(state, weapon, loads=())
    return weapon


def seen_inside(state: State, name: str) -> None:
    """A handler has seen all that is in it: what it holds is no guess any more."""
    for group in _guessed(state, name):
        state.among[group.id] = replace(group, seen=group.seen | {name})


def find_misfired(state: State, name: str, lot: str, count: int, *, named: bool = False) -> int:
    """Take this weapon for the one, or one of those, that did not fire.

    Args:
        named: By somebody's word, not by what came out of it.

    Returns:
        How many of `count` misfired rounds its groups were looking for.
    """
    found = 0
    for group in _suspected(state, name):
        here = min(group.misfired, count - found) if group.lot == lot else 0
        if here > 0:
            left = group.misfired - here
            state.among[group.id] = replace(
                group,
                misfired=left,
                found=group.found | {name},
                named=group.named | {name} if named else group.named,
                cause=group.cause or not left,
            )
            found += here
    return found


def named_instead(state: State, name: str) -> bool:
    """Whether it is said to be the one after the count made it another.

    Among rounds that nobody fired the one that did not go off looks like the rest: then only
    somebody's word tells where it was. It was opened since, so nothing in it can misfire anew.
    """
    weapon = weapon_of(state, name)
    for group in _groups_of(state, name):
        if group.found and not group.misfired and _opened(weapon, group) and not weapon.rounds:
            if name in group.found and weapon.misfire is None:
                # It was the one, and its cause is noted: said again, it is the same round.
                return True
            named = group.named | {name}
            # As many as did not fire have been named: the others are not those.
            found = named if len(named) >= group.of else group.found | named
            state.among[group.id] = replace(group, found=found, named=named)
            put_weapon(state, weapon, misfire=group.mark)
            return True
    return False


def was_found(state: State, name: str) -> bool:
    """Whether this weapon was found to be the one, and its cause is not noted yet."""
    return any(name in group.found for group in _suspected(state, name))


def may_hold_misfired(state: State, weapon: Weapon) -> bool:
    """Whether a round that did not fire may still be in it, because nobody has looked."""
    return any(
        group.misfired and not _opened(weapon, group) for group in _suspected(state, weapon.id)
    )


def note_cause(state: State, name: str) -> None:
    """A handler opened it and noted a cause: those of its group that were opened go on."""
    for group in _suspected(state, name):
        state.among[group.id] = replace(group, cause=True)


def _suspected(state: State, name: str) -> list[Among]:
    """The group for whose misfire this weapon is held."""
    return [group for group in _groups_of(state, name) if _held_for(state, name, group)]


def _held_for(state: State, name: str, group: Among) -> bool:
    misfire = weapon_of(state, name).misfire
    return misfire is not None and misfire.seq == group.mark.seq


def _opened(weapon: Weapon, group: Among) -> bool:
    return weapon.emptied is not None and weapon.emptied.seq > group.mark.seq


def sort_out(state: State, name: str) -> None:
    """Let those of its groups go on that may, and forget a group that nothing is open in."""
    for group in _groups_of(state, name):
        held = [other for other in group.weapons if _held_for(state, other, group)]
        for other in held if group.cause else ():
            weapon = weapon_of(state, other)
            if _opened(weapon, group) and other not in group.found:
                put_weapon(state, weapon, misfire=None)
        still = any(_held_for(state, other, group) for other in held)
        if not still and next(_unsure(state, group), None) is None:
            del state.among[group.id]

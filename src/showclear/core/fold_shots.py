"""Effects of rounds leaving a weapon or failing to, and of weapons held and released.

Something that went off without the record having it in there is a contradiction
only where the record claimed to know the load. A weapon that nobody has opened is
loaded as far as anybody knows, and then fires what nobody had entered.
"""

from __future__ import annotations

from showclear.core import said_people as say
from showclear.core.fold_among import (
    find_misfired,
    group_up,
    less_rounds,
    named_instead,
    note_cause,
    rounds_in,
    sort_out,
    take_from_others,
    was_found,
)
from showclear.core.fold_base import contradict, effect, lot_of, notice, put_weapon, weapon_of
from showclear.core.fold_weapons import put_lot
from showclear.core.nouns import Incident, Mark, Weapon, altered
from showclear.core.state import State


@effect(say.WeaponFired)
def weapon_fired(state: State, said: say.WeaponFired, mark: Mark) -> None:
    _gone_off(state, said, mark)


@effect(say.WeaponDischarged)
def weapon_discharged(state: State, said: say.WeaponDischarged, mark: Mark) -> None:
    touched = (*said.weapons, *said.among)
    state.incidents[said.id] = Incident(
        id=said.id, kind="near-miss", about=touched, people=(), mark=mark, discharge=True
    )
    notice(state, said, "incident-open", touched[0] if touched else said.id)
    _gone_off(state, said, mark)


def _gone_off(state: State, said: say.WeaponFired | say.WeaponDischarged, mark: Mark) -> None:
    for name in said.weapons:
        _fire(
            state, take_from_others(state, name, said.lot, said.count), said.lot, said.count, mark
        )
    if said.among:
        _fire_among(state, said.among, said.lot, said.count, mark)


def _fire(state: State, weapon: Weapon, lot: str | None, count: int, mark: Mark) -> None:
    name = lot or (weapon.loads[0].lot if len(weapon.loads) == 1 else None)
    fired = min(rounds_in(weapon, name), count)
    if name is not None and fired:
        found = lot_of(state, name)
        put_lot(state, altered(found, loaded=found.loaded - fired, fired=found.fired + fired), mark)
    nameless = lot is None and len(weapon.loads) > 1 and count <= weapon.rounds
    if weapon.load_known and count > fired and not nameless:
        # Something went off that the record did not have in it: nobody knows what is left.
        contradict(
            state, mark, on=weapon.id, text="fired more than was recorded in it", ends="sighting"
        )
    put_weapon(
        state,
        weapon,
        fired=mark,
        loads=weapon.loads if name is None else less_rounds(weapon.loads, name, fired),
        load_known=weapon.load_known and count <= fired,
        dummies=mark if state.lot_kind(name or "") != "blank" else weapon.dummies,
    )


def _fire_among(
    state: State, among: tuple[str, ...], lot: str | None, count: int, mark: Mark
) -> None:
    """Nobody knows which: the count is taken off the group, and each is to be opened."""
    left = count
    group_up(state, mark, among=among, lot=lot or "", misfired=0)
    all_known = all(weapon_of(state, name).load_known for name in among)
    for name in among:
        weapon = weapon_of(state, name)
        for load in weapon.loads:
            take = min(left, load.count) if lot in (None, load.lot) else 0
            if take:
                _fire(state, weapon_of(state, name), load.lot, take, mark)
                left -= take
        put_weapon(state, weapon_of(state, name), fired=mark, load_known=False)
        if state.lot_kind(lot or "") != "blank":
            put_weapon(state, weapon_of(state, name), dummies=mark)
    if left and all_known:
        text = "fired more than was recorded in all of them"
        for name in among:
            contradict(state, mark, on=name, text=text, ends="sighting")


@effect(say.WeaponMisfired)
def weapon_misfired(state: State, said: say.WeaponMisfired, mark: Mark) -> None:
    for name in said.weapons:
        _misfire(state, said, name, mark)
    if said.among:
        _misfire_among(state, said, mark)


def _misfire(state: State, said: say.WeaponMisfired, name: str, mark: Mark) -> None:
    """Hold one weapon, and count what misfired in it: no more than it held."""
    weapon = weapon_of(state, name)
    if named_instead(state, name):
        sort_out(state, name)
        return
    if was_found(state, name) and not rounds_in(weapon, said.lot):
        # Said again of the one that was found: there is nothing in it to misfire.
        return
    told = find_misfired(state, name, said.lot, said.count, named=True)
    if told:
        # One of a group, now named: its hold goes on, from when it did not fire.
        since, emptied = weapon.misfire, weapon.emptied
        out = since is not None and emptied is not None and emptied.seq > since.seq
        put_weapon(state, weapon, duds=weapon.duds + (0 if out else told))
        sort_out(state, name)
    if told == said.count:
        return
    weapon = take_from_others(state, name, said.lot, said.count - told)
    if weapon.load_known and said.count - told > rounds_in(weapon, said.lot):
        text = "misfired more than was recorded in it"
        contradict(state, mark, on=name, text=text, ends="sighting")
    bad = _did_not_fire(state, name, said.lot, said.count - told, mark)
    put_weapon(state, weapon_of(state, name), misfire=mark, duds=weapon.duds + bad, dummies=mark)
    notice(state, said, "weapon-held", name)


def _misfire_among(state: State, said: say.WeaponMisfired, mark: Mark) -> None:
    """Which one did not fire is unknown, so each of them is held until it was opened."""
    left = said.count
    all_known = all(weapon_of(state, name).load_known for name in said.among)
    for name in said.among:
        # Taken off what one of them holds, by guess: so the rounds add up.
        left -= _did_not_fire(state, name, said.lot, left, mark)
        put_weapon(state, weapon_of(state, name), misfire=mark, load_known=False, dummies=mark)
        notice(state, said, "weapon-held", name)
    if left and all_known:
        text = "misfired more than was recorded in all of them"
        for name in said.among:
            contradict(state, mark, on=name, text=text, ends="sighting")
    group_up(state, mark, among=said.among, lot=said.lot, misfired=said.count - left)


def _did_not_fire(state: State, name: str, lot: str, most: int, mark: Mark) -> int:
    """Count rounds in a weapon as misfired: no more than it held."""
    weapon = weapon_of(state, name)
    bad = min(rounds_in(weapon, lot), most)
    found = lot_of(state, lot)
    put_lot(state, altered(found, loaded=found.loaded - bad, misfired=found.misfired + bad), mark)
    put_weapon(state, weapon, loads=less_rounds(weapon.loads, lot, bad))
    return bad


@effect(say.WeaponHeld)
def weapon_held(state: State, said: say.WeaponHeld, mark: Mark) -> None:
    for name in said.weapons:
        put_weapon(state, weapon_of(state, name), held=mark)
        notice(state, said, "weapon-held", name)


@effect(say.WeaponReleased)
def weapon_released(state: State, said: say.WeaponReleased, mark: Mark) -> None:
    """Only a handler releases; a misfire only once it has been opened after it."""
    if not state.handles(said.speaker):
        return
    for name in said.weapons:
        weapon = weapon_of(state, name)
        misfire, emptied = weapon.misfire, weapon.emptied
        # Opened since: its chamber found empty, or unloaded. A look at the load is neither.
        if misfire is not None and emptied is not None and emptied.seq > misfire.seq:
            note_cause(state, name)
            misfire = None
        put_weapon(state, weapon, held=None, misfire=misfire)
        sort_out(state, name)

"""Effects of rounds leaving a weapon or failing to, and of weapons held and released.

Something that went off without the record having it in there is a contradiction
only where the record claimed to know the load. A weapon that nobody has opened is
loaded as far as anybody knows, and then fires what nobody had entered.
"""

from __future__ import annotations

from showclear.core import said_people as say
from showclear.core.fold_base import contradict, effect, lot_of, notice, put_weapon, weapon_of
from showclear.core.fold_weapons import less_rounds, put_lot
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
        _fire(state, weapon_of(state, name), said.lot, said.count, mark)
    if said.among:
        _fire_among(state, said.among, said.lot, said.count, mark)


def _inside(weapon: Weapon, lot: str | None) -> int:
    return next((load.count for load in weapon.loads if load.lot == lot), 0)


def _fire(state: State, weapon: Weapon, lot: str | None, count: int, mark: Mark) -> None:
    name = lot or (weapon.loads[0].lot if len(weapon.loads) == 1 else None)
    fired = min(_inside(weapon, name), count)
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
        weapon = weapon_of(state, name)
        if weapon.load_known and said.count > _inside(weapon, said.lot):
            text = "misfired more than was recorded in it"
            contradict(state, mark, on=name, text=text, ends="sighting")
        _misfire(state, said, name, said.count, mark)
    # Which one did not fire is unknown, so each of them is held until opened.
    left = said.count
    for name in said.among:
        left -= _misfire(state, said, name, left, mark)
        put_weapon(state, weapon_of(state, name), load_known=False)


def _misfire(state: State, said: say.WeaponMisfired, name: str, most: int, mark: Mark) -> int:
    """Hold one weapon, and count what misfired in it: no more than it held."""
    weapon = weapon_of(state, name)
    bad = min(_inside(weapon, said.lot), most)
    lot = lot_of(state, said.lot)
    put_lot(state, altered(lot, loaded=lot.loaded - bad, misfired=lot.misfired + bad), mark)
    put_weapon(
        state,
        weapon,
        misfire=mark,
        duds=weapon.duds + bad,
        loads=less_rounds(weapon.loads, said.lot, bad),
        dummies=mark,
    )
    notice(state, said, "weapon-held", name)
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
            misfire = None
        put_weapon(state, weapon, held=None, misfire=misfire)

"""Effects on weapons: custody, what is in them, and what falls when they leave sight."""

from __future__ import annotations

from collections.abc import Iterator

from showclear.core import said_people as say
from showclear.core.fold_among import (
    find_misfired,
    give_to_others,
    less_rounds,
    more_rounds,
    rounds_in,
    seen_inside,
    sort_out,
    take_from_others,
)
from showclear.core.fold_base import (
    add_check,
    add_fact,
    contradict,
    effect,
    eyes_of,
    lot_of,
    note_shortfall,
    notice,
    put_weapon,
    settle,
    warn_gap,
    weapon_of,
)
from showclear.core.nouns import CheckRecord, Lot, Mark, Weapon, altered
from showclear.core.state import State
from showclear.core.statement import Statement

SIGHTINGS = frozenset(
    {"chamber-empty", "barrel-clear", "magazine-empty", "shown-clear", "load-shown", "cleaned"}
)
"""Checks that a handler can only make with the weapon in hand."""

EMPTY_SHOWN = frozenset({"chamber-empty", "shown-clear"})


@effect(say.WeaponReceived)
def weapon_received(state: State, said: say.WeaponReceived, mark: Mark) -> None:
    old = state.weapons.get(said.weapon)
    weapon = old or Weapon(id=said.weapon)
    state.weapons[said.weapon] = altered(
        weapon,
        known=True,
        own=False,
        kind=said.kind,
        calibre=said.calibre,
        place="store",
        holder=None,
        since=mark,
        received=mark,
        # A weapon that comes, or comes back, is loaded until a handler has opened it.
        load_known=False,
        left_sight=mark,
        with_handler=None,
    )


@effect(say.WeaponDeclared)
def weapon_declared(state: State, said: say.WeaponDeclared, mark: Mark) -> None:
    old = state.weapons.get(said.weapon)
    if old is not None and old.known and not old.own:
        # A weapon of the production is nobody's own: what it is held for stays.
        text = "said to be somebody's own, and received by the production"
        contradict(state, mark, on=said.weapon, text=text, ends="sighting")
        return
    state.weapons[said.weapon] = altered(
        old or Weapon(id=said.weapon),
        known=True,
        kind=said.kind,
        own=True,
        place="away",
        holder=None,
        received=mark,
    )
    for key, found in tuple(state.found.items()):
        if found.words.get("looking_for") == frozenset({"personal-weapons"}):
            del state.found[key]


@effect(say.WeaponLeft)
def weapon_left(state: State, said: say.WeaponLeft, mark: Mark) -> None:
    weapon = weapon_of(state, said.weapon)
    put_weapon(
        state, weapon, place="away", holder=None, since=mark, left_sight=mark, with_handler=None
    )


@effect(say.WeaponCounted)
def weapon_counted(state: State, said: say.WeaponCounted, mark: Mark) -> None:
    for name in said.weapons:
        weapon = weapon_of(state, name)
        handler = state.handles(said.speaker)
        # Somebody else may have seen it; a handler has found it.
        put_weapon(state, weapon, counted=mark, missing=None if handler else weapon.missing)
        if handler:
            settle(state, name, "sighting")
    for name in said.missing:
        put_weapon(state, weapon_of(state, name), missing=mark, left_sight=mark)
        notice(state, said, "weapon.counted", name, "not there when counted")
    eyes, named = eyes_of(said)
    add_fact(state, said, mark, closed={}, on=said.weapons, people=eyes | named)


def _take_in_hand(state: State, said: Statement, weapon: Weapon, person: str, mark: Mark) -> Weapon:
    """A handler has it in hand now, wherever the record has it.

    In somebody's hands it may be looked at and loaded down the line, so custody stays
    as recorded: who has it then is told by the next handover or return. What was
    shown of it before no longer stands.
    """
    if weapon.place == "held" and state.handles(weapon.holder or ""):
        return weapon
    if weapon.place == "held":
        return put_weapon(state, weapon, with_handler=mark, left_sight=mark)
    gap = weapon.place == "away"
    if gap:
        warn_gap(state, said, weapon.id, "the record had it away")
    return put_weapon(
        state,
        weapon,
        place="held",
        holder=person,
        since=mark,
        with_handler=mark,
        gaps=weapon.gaps + gap,
    )


@effect(say.WeaponTakenOut)
def weapon_taken_out(state: State, said: say.WeaponTakenOut, mark: Mark) -> None:
    for name in said.weapons:
        weapon = weapon_of(state, name)
        if weapon.place == "held" and weapon.holder != said.speaker:
            warn_gap(state, said, name, "taken out while the record had it with somebody")
            weapon = put_weapon(state, weapon, gaps=weapon.gaps + 1)
        elif weapon.place == "away":
            text = "taken out though it had left"
            contradict(state, mark, on=name, text=text, ends="sighting")
        elif weapon.place == "held":
            # In this handler's hands already: it has not been out of sight in between.
            put_weapon(state, weapon, taken_out=mark)
            continue
        put_weapon(
            state,
            weapon,
            place="held",
            holder=said.speaker,
            since=mark,
            taken_out=mark,
            left_sight=mark,
            with_handler=mark if state.handles(said.speaker) else None,
        )


@effect(say.WeaponLoaded)
def weapon_loaded(state: State, said: say.WeaponLoaded, mark: Mark) -> None:
    lot = lot_of(state, said.lot)
    for name in said.weapons:
        weapon = weapon_of(state, name)
        if state.handles(said.speaker):
            weapon = _take_in_hand(state, said, weapon, said.speaker, mark)
        loads = more_rounds(weapon.loads, said.lot, said.count)
        bullets = lot.kind != "blank"
        put_weapon(
            state, weapon, loads=loads, loaded=mark, dummies=mark if bullets else weapon.dummies
        )
    total = said.count * len(said.weapons)
    # Out of a belt, a magazine or a pocket that holds them: they were issued there before.
    out = _from_issued(state, said.lot, said.container or said.speaker, total)
    if said.container is not None and out < total:
        text = "more rounds loaded out of it than were issued to it"
        contradict(state, mark, on=said.lot, text=text, ends="count", word="rounds-differ")
    put_lot(state, altered(lot, loaded=lot.loaded + total, issued=lot.issued - out), mark)


def _from_issued(state: State, lot: str, holder: str, total: int) -> int:
    """How many of these were out with somebody or in something, and are no more."""
    held = state.issued.get((lot, holder), 0)
    if held:
        state.issued[(lot, holder)] = max(0, held - total)
    return min(held, total)


def put_lot(state: State, lot: Lot, mark: Mark) -> None:
    """Replace a lot, noting when more rounds went out of it than there were."""
    note_shortfall(state, lot, mark, "more rounds went out than there were")
    state.lots[lot.id] = altered(lot, moved=mark)


@effect(say.WeaponUnloaded)
def weapon_unloaded(state: State, said: say.WeaponUnloaded, mark: Mark) -> None:
    out = 0
    for name in said.weapons:
        handler = state.handles(said.speaker)
        weapon = take_from_others(state, name, said.lot, said.count)
        if handler:
            weapon = _take_in_hand(state, said, weapon, said.speaker, mark)
        inside = rounds_in(weapon, said.lot)
        duds = min(weapon.duds, max(0, said.count - inside))
        if handler and said.count > inside + duds:
            # Neither in it nor in others of its group: then it is what did not fire.
            duds += find_misfired(state, name, said.lot, said.count - inside - duds)
        if weapon.load_known and said.count > inside + duds:
            contradict(
                state, mark, on=name, text="more rounds came out than went in", ends="sighting"
            )
        if handler:
            settle(state, name, "sighting")
        out += min(inside, said.count)
        weapon = put_weapon(
            state, weapon, loads=less_rounds(weapon.loads, said.lot, min(inside, said.count))
        )
        if handler:
            weapon = give_to_others(state, name)
            seen_inside(state, name)
        put_weapon(
            state,
            weapon,
            duds=max(0, weapon.duds - duds),
            load_known=weapon.load_known or handler,
            opened=mark if handler else weapon.opened,
            emptied=mark if handler else weapon.emptied,
        )
        sort_out(state, name)
    lot = lot_of(state, said.lot)
    put_lot(state, altered(lot, loaded=lot.loaded - out), mark)


def _pairs_over(said: say.WeaponHandedOver) -> Iterator[tuple[str, str]]:
    for issue in said.issues:
        yield issue.weapon, issue.person
    if said.to:
        for place, name in enumerate(said.weapons):
            yield name, said.to[min(place, len(said.to) - 1)]


@effect(say.WeaponHandedOver)
def weapon_handed_over(state: State, said: say.WeaponHandedOver, mark: Mark) -> None:
    giver_handles = state.handles(said.from_)
    for name, receiver in _pairs_over(said):
        weapon = weapon_of(state, name)
        if not (weapon.place == "held" and weapon.holder == said.from_):
            _wrong_giver(state, said, weapon, mark, giver_handles=giver_handles)
        to_handler = state.handles(receiver)
        weapon = weapon_of(state, name)
        put_weapon(
            state,
            weapon,
            place="held",
            holder=receiver,
            since=mark,
            left_sight=weapon.left_sight if to_handler and giver_handles else mark,
            with_handler=mark if to_handler else None,
            handed_back=None,
            handed_back_to=None,
        )


def _wrong_giver(
    state: State, said: Statement, weapon: Weapon, mark: Mark, *, giver_handles: bool
) -> None:
    """The giver did not have it, as far as recorded."""
    if giver_handles and weapon.place != "away":
        # Handlers work at one cart: what passes between them untold is listed at wrap,
        # and told once a day.
        between = weapon.place == "held" and state.handles(weapon.holder or "")
        text = "handed over by a handler the record did not have it with"
        warn_gap(state, said, weapon.id, text, between=between)
        put_weapon(state, weapon, gaps=weapon.gaps + 1)
    else:
        contradict(
            state,
            mark,
            on=weapon.id,
            text="handed over by somebody who did not have it",
            ends="sighting",
        )


@effect(say.WeaponHandedBack)
def weapon_handed_back(state: State, said: say.WeaponHandedBack, mark: Mark) -> None:
    pairs: list[tuple[str, str]] = [(issue.weapon, issue.person) for issue in said.returns]
    pairs += [(name, said.from_ or "") for name in said.weapons]
    taker = said.to or said.speaker
    for name, giver in pairs:
        weapon = weapon_of(state, name)
        if weapon.place != "held" or weapon.holder != giver:
            warn_gap(state, said, name, "handed back by somebody the record did not have it with")
            weapon = put_weapon(state, weapon, gaps=weapon.gaps + 1)
        handles = state.handles(taker)
        # Vouched for without a break only from one handler's hand into another's.
        vouched = handles and state.handles(giver)
        vouched = vouched and (weapon.place != "held" or state.handles(weapon.holder or ""))
        put_weapon(
            state,
            weapon,
            place="held",
            holder=taker,
            since=mark,
            with_handler=mark if handles else None,
            left_sight=weapon.left_sight if vouched else mark,
            handed_back=mark,
            handed_back_to=taker,
        )


@effect(say.WeaponSeen)
def weapon_seen(state: State, said: say.WeaponSeen, mark: Mark) -> None:
    handler = state.handles(said.speaker)
    holder = said.with_[0] if said.with_ else said.speaker
    for name in said.weapons:
        weapon = weapon_of(state, name)
        there = weapon.place == "held" and weapon.holder == holder
        if not handler:
            if said.with_ and not there:
                _seen_elsewhere(state, weapon, mark)
            continue
        lies = said.where is not None and not said.with_
        if lies and weapon.place == "held" and not state.handles(weapon.holder or ""):
            # Not in the hands the record had it in: the handler stands beside it.
            holder, lies = said.speaker, False
        if not there and not lies:
            warn_gap(state, said, name, "seen where the record did not have it")
            was_away = weapon.place != "held" or not state.handles(weapon.holder or "")
            weapon = put_weapon(
                state,
                weapon,
                place="held",
                holder=holder,
                since=mark,
                gaps=weapon.gaps + 1,
                with_handler=mark if state.handles(holder) else None,
                left_sight=mark if was_away or not state.handles(holder) else weapon.left_sight,
            )
        elif weapon.place == "unattended":
            weapon = put_weapon(
                state, weapon, place="held", holder=said.speaker, since=mark, with_handler=mark
            )
        # Only a handler's own eyes settle what was said twice over.
        settle(state, name, "sighting")
        opened = mark if said.open else weapon.opened
        known = weapon.load_known or (said.open and not weapon.loads)
        put_weapon(state, weapon, missing=None, opened=opened, load_known=known)


def _seen_elsewhere(state: State, weapon: Weapon, mark: Mark) -> None:
    """Somebody who is no handler saw it where the record did not have it."""
    text = "seen with somebody the record did not have it with"
    contradict(state, mark, on=weapon.id, text=text, ends="sighting")
    put_weapon(state, weapon, left_sight=mark, with_handler=None)


@effect(say.WeaponUnattended)
def weapon_unattended(state: State, said: say.WeaponUnattended, mark: Mark) -> None:
    for name in said.weapons:
        put_weapon(
            state,
            weapon_of(state, name),
            place="unattended",
            holder=None,
            since=mark,
            left_sight=mark,
            with_handler=None,
            ever_unattended=True,
            # Nobody can vouch for what is in it now.
            load_known=False,
        )
        notice(state, said, "unattended", name)


@effect(say.WeaponLockedUp)
def weapon_locked_up(state: State, said: say.WeaponLockedUp, mark: Mark) -> None:
    for name in said.weapons:
        weapon = weapon_of(state, name)
        if weapon.place == "held" and not state.handles(weapon.holder or ""):
            warn_gap(state, said, name, "locked up while the record had it with somebody else")
            weapon = put_weapon(state, weapon, gaps=weapon.gaps + 1)
        put_weapon(
            state,
            weapon,
            place="locked",
            holder=None,
            since=mark,
            left_sight=mark,
            with_handler=None,
        )


@effect(say.WeaponCleaned)
def weapon_cleaned(state: State, said: say.WeaponCleaned, mark: Mark) -> None:
    eyes, named = eyes_of(said)
    for name in said.weapons:
        # Reading 16: `weapon.cleaned` and the check `cleaned` answer each other.
        record = CheckRecord(
            check="cleaned",
            on=name,
            passed=True,
            by=said.speaker,
            handler=state.handles(said.speaker),
            eyes=eyes,
            named=named,
            count=None,
            of=None,
            measured=(),
            about=(),
            shown_to=frozenset(),
            mark=mark,
        )
        add_check(state, record)
        handled(state, said, name, "cleaned", mark)


def handled(state: State, said: Statement, name: str, check: str, mark: Mark) -> None:
    """A handler made a check that needs the weapon in hand: that is a sighting too."""
    if check not in SIGHTINGS or not state.handles(said.speaker):
        return
    weapon = weapon_of(state, name)
    if not weapon.known:
        return
    weapon = _take_in_hand(state, said, weapon, said.speaker, mark)
    settle(state, name, "sighting")
    if check in EMPTY_SHOWN or check == "load-shown":
        empty = check in EMPTY_SHOWN
        # An empty chamber over a loaded magazine is none; shown clear over rounds is.
        if check == "shown-clear":
            weapon = give_to_others(state, name)
        if check == "shown-clear" and weapon.load_known and weapon.rounds:
            contradict(
                state, mark, on=name, text="shown empty with rounds recorded in it", ends="sighting"
            )
        duds = 0 if empty else weapon.duds
        emptied = mark if empty else weapon.emptied
        put_weapon(state, weapon, opened=mark, emptied=emptied, load_known=True, duds=duds)
        if check != "chamber-empty":
            seen_inside(state, name)
        sort_out(state, name)

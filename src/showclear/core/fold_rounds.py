"""Effects on rounds: per lot and container, and when nobody can vouch for a lot any more."""

from __future__ import annotations

from showclear.core import said_people as say
from showclear.core.fold_base import (
    add_fact,
    contradict,
    effect,
    eyes_of,
    lot_of,
    note_shortfall,
    notice,
    settle,
)
from showclear.core.nouns import Lot, Mark, altered
from showclear.core.state import State


@effect(say.RoundsReceived)
def rounds_received(state: State, said: say.RoundsReceived, mark: Mark) -> None:
    old = lot_of(state, said.lot)
    kind, received = said.kind, said.count
    if old.known:
        # More into the same lot: it is mixed now, and to be verified anew.
        kind = said.kind if old.kind == said.kind else "unknown"
        known = old.received is not None and said.count is not None
        received = (old.received or 0) + (said.count or 0) if known else None
    # What was already said of these rounds stays counted, also before they were registered.
    state.lots[said.lot] = lot = altered(
        old,
        known=True,
        kind=kind,
        calibre=said.calibre or old.calibre,
        received=received,
        received_by=said.speaker,
        came=mark,
        moved=mark,
        out_of_custody=mark if old.known else old.out_of_custody,
        custody=old.custody if old.known and old.custody != "away" else "store",
        place=None if old.place == "off-premises" else old.place,
    )
    note_shortfall(state, lot, mark, "more rounds went than were received")
    if kind in ("live", "unknown"):
        notice(state, said, f"{kind}-rounds", said.lot)


def _take_away(
    state: State, name: str, count: int | None, field: str, mark: Mark, *, duds: int = 0
) -> None:
    """Take rounds out of a lot for good.

    Args:
        count: How many; None is all that there is.
        field: Which of the lot's counts they are added to.
        duds: How many of them misfired before: these were counted as gone already.
    """
    lot = lot_of(state, name)
    if count is None:
        count = max(0, lot.in_store or 0) + duds
        if not lot.loaded and not lot.issued:
            # All of it, however many that was.
            lot = altered(lot, custody="away", place="off-premises")
    changed = altered(
        lot,
        moved=mark if count > duds else lot.moved,
        misfired=lot.misfired - duds,
        **{field: getattr(lot, field) + count},
    )
    state.lots[name] = changed
    note_shortfall(state, changed, mark, "more rounds went than there were")


@effect(say.RoundsLeft)
def rounds_left(state: State, said: say.RoundsLeft, mark: Mark) -> None:
    lot = lot_of(state, said.lot)
    # Good rounds leave first; what is more than those are the misfired ones.
    over = lot.misfired
    if said.count is not None:
        over = max(0, said.count - lot.in_store) if lot.in_store is not None else 0
    _take_away(state, said.lot, said.count, "left", mark, duds=min(over, lot.misfired))


@effect(say.RoundsDestroyed)
def rounds_destroyed(state: State, said: say.RoundsDestroyed, mark: Mark) -> None:
    lot = lot_of(state, said.lot)
    # A misfired round stays misfired unless destroyed or left as such; these go first.
    duds = lot.misfired if said.count is None else min(said.count, lot.misfired)
    _take_away(state, said.lot, said.count, "destroyed", mark, duds=duds)


@effect(say.RoundsMoved)
def rounds_moved(state: State, said: say.RoundsMoved, mark: Mark) -> None:
    source = lot_of(state, said.from_)
    _take_away(state, said.from_, said.count, "moved_out", mark)
    old = state.lots.get(said.to)
    if old is None:
        state.lots[said.to] = Lot(
            id=said.to,
            kind=source.kind,
            calibre=source.calibre,
            received=0,
            moved_in=said.count,
            received_by=said.speaker,
            came=mark,
            out_of_custody=mark,
            moved=mark,
            custody=source.custody,
            holder=source.holder,
        )
        return
    kind = old.kind if old.kind == source.kind else "unknown"
    state.lots[said.to] = altered(
        old,
        kind=kind,
        moved_in=old.moved_in + said.count,
        out_of_custody=mark,
        moved=mark,
        # Rounds that are here went in, wherever the rest of it was.
        place=None if old.place == "off-premises" else old.place,
        custody=source.custody if old.custody == "away" else old.custody,
    )
    if kind != old.kind:
        notice(state, said, "unknown-rounds", said.to, "two kinds in one lot")


@effect(say.RoundsCounted)
def rounds_counted(state: State, said: say.RoundsCounted, mark: Mark) -> None:
    for name in said.lots:
        lot = lot_of(state, name)
        expected = lot.in_store
        difference = None if expected is None else said.count - expected
        changed = altered(lot, counted=mark, counted_as=said.count, difference=difference)
        if expected is None and lot.known and lot.received is None:
            # The first count of a lot that came uncounted.
            changed = altered(changed, received=said.count + _gone(lot), difference=0)
        if difference:
            changed = altered(changed, out_of_custody=mark)
            notice(state, said, "rounds-differ", name, f"counted {said.count}, {expected} expected")
        elif state.handles(said.speaker):
            settle(state, name, "count")
        state.lots[name] = changed
    eyes, named = eyes_of(said)
    add_fact(state, said, mark, closed={}, on=said.lots, people=eyes | named, count=said.count)


def _gone(lot: Lot) -> int:
    gone = lot.fired + lot.misfired + lot.destroyed + lot.left
    return gone + lot.issued + lot.loaded + lot.moved_out - lot.moved_in


@effect(say.RoundsHandedOver)
def rounds_handed_over(state: State, said: say.RoundsHandedOver, mark: Mark) -> None:
    for name in said.lots:
        lot = lot_of(state, name)
        handles = state.handles(said.to) and state.handles(said.from_)
        state.lots[name] = altered(
            lot,
            custody="held" if lot.custody != "open" else "open",
            holder=said.to,
            # Reading 15: a joint count hands the verification on; a handover to or from
            # somebody who is no handler ends it.
            out_of_custody=lot.out_of_custody if handles else mark,
        )


@effect(say.RoundsIssued)
def rounds_issued(state: State, said: say.RoundsIssued, mark: Mark) -> None:
    for name in said.lots:
        lot = lot_of(state, name)
        key = (name, said.to)
        state.issued[key] = state.issued.get(key, 0) + said.count
        changed = altered(lot, issued=lot.issued + said.count, moved=mark)
        state.lots[name] = changed
        note_shortfall(state, changed, mark, "more rounds issued than there were")


@effect(say.RoundsReturned)
def rounds_returned(state: State, said: say.RoundsReturned, mark: Mark) -> None:
    for name in said.lots:
        lot = lot_of(state, name)
        key = (name, said.from_)
        held = state.issued.get(key, 0)
        back = min(held, said.count)
        state.issued[key] = held - back
        if said.count > held:
            contradict(
                state,
                mark,
                on=name,
                text="more rounds came back than were issued",
                ends="count",
                word="rounds-differ",
            )
        state.lots[name] = altered(lot, issued=lot.issued - back, moved=mark)
        if state.issued[key]:
            notice(state, said, "rounds-differ", name, f"{state.issued[key]} still out")


@effect(say.RoundsOpened)
def rounds_opened(state: State, said: say.RoundsOpened, mark: Mark) -> None:
    keeper = said.kept_by or said.speaker
    for name in said.lots:
        lot = lot_of(state, name)
        kept = state.handles(keeper)
        state.lots[name] = altered(
            lot,
            custody="open",
            holder=keeper,
            opened=mark,
            out_of_custody=lot.out_of_custody if kept else mark,
        )


@effect(say.RoundsLockedUp)
def rounds_locked_up(state: State, said: say.RoundsLockedUp, mark: Mark) -> None:
    for name in said.lots:
        state.lots[name] = altered(lot_of(state, name), custody="locked", holder=None)


@effect(say.RoundsUnattended)
def rounds_unattended(state: State, said: say.RoundsUnattended, mark: Mark) -> None:
    for name in said.lots:
        state.lots[name] = altered(
            lot_of(state, name),
            custody="unattended",
            holder=None,
            out_of_custody=mark,
            ever_unattended=True,
        )
        notice(state, said, "unattended", name)


@effect(say.RoundsPlaced)
def rounds_placed(state: State, said: say.RoundsPlaced, mark: Mark) -> None:
    eyes, _ = eyes_of(said)
    for name in said.lots:
        lot = lot_of(state, name)
        # Reading 15: two pairs of eyes and a count make a quarantine.
        seen = len(eyes) >= 2 and (said.count is not None or lot.counted is not None)
        changed = altered(lot, place=said.place, quarantined=said.place == "quarantined" and seen)
        if lot.custody == "away" and said.place != "off-premises":
            changed = altered(changed, custody="store")
        if said.count is not None and lot.known and lot.received is None:
            changed = altered(changed, received=said.count + _gone(lot))
        state.lots[name] = changed
        _find_placed(state, changed)


def _find_placed(state: State, lot: Lot) -> None:
    """What a search found holds until it is placed, apart from what is in use."""
    if lot.place == "in-use":
        return
    for key, found in tuple(state.found.items()):
        # Putting away a box that was known before the search is not placing the find.
        since = lot.came is None or lot.came.seq > found.mark.seq
        if since or not lot.known or lot.kind in ("live", "unknown"):
            del state.found[key]


@effect(say.SearchMade)
def search_made(state: State, said: say.SearchMade, mark: Mark) -> None:
    fact = add_fact(
        state,
        said,
        mark,
        closed={"looking_for": said.looking_for, "how": [said.how], "found": [said.found]},
        on=(),
    )
    if said.found not in ("nothing", "0"):
        state.found[said.id] = fact
        notice(state, said, "unknown-rounds", said.id, "a search found something")

"""Which activities has this day, in which order, which of them is on the floor, and what was it?

1. Today is the ShootDay that is open, or the one that was closed last, for as long as the
   record takes it as one (see `core.fold`).
2. What was said today is read in the order in which it was so, each with its corrections.
3. On the floor is the activity whose take is on; else the one that was last spoken of alone;
   else the first that has not begun. A rehearsal is over once its weapons are back with a
   handler. Nobody has to choose it, and anybody may look at another.
4. What began on an earlier day and was not spoken of today stands below the day.
5. Nobody says here that an activity is done: it has takes, and the last was at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from showclear.app.memory import Told
from showclear.app.views.look import Look
from showclear.app.views.set_state import in_other_hands
from showclear.core.nouns import Activity
from showclear.core.said_after import StatementWithdrawn
from showclear.core.said_plan import ActivityPlanned, CheckMade, GateAsked, MeetingHeld
from showclear.core.statement import Statement

BEGINS: Final = {
    "rehearsal": ("activity.rehearsed", "rehearse"),
    "test": ("activity.tested", "test"),
    "shoot": ("activity.rolled", "roll"),
}
"""By phase, the statement that begins the act and the gate before it. Else it is started."""

STARTS: Final = ("activity.started", "start")
BEGUN: Final = frozenset({STARTS[0], *(tag for tag, _ in BEGINS.values())})
ENDED: Final = frozenset({"activity.cut", "activity.finished"})

_DAY_MAX: Final = timedelta(hours=20)


def day_start(look: Look) -> datetime | None:
    """When the day of this look began; None where no day is on, or was lately."""
    day = look.state.day
    if day is None or day.first.at is None or look.now - day.first.at > _DAY_MAX:
        return None
    return day.first.at


def said_today(look: Look) -> list[Told]:
    """What was said of today, in the order in which it was so; corrected where it was."""
    if "today" not in look.memo:
        start = day_start(look)
        found = list(look.memory.since(start)) if start is not None else []
        replaced = {name for one in found for name in _replaces(one.said)}
        kept = [one for one in found if one.said.id not in replaced]
        by_id = {str(one.said.id): one for one in found}
        kept.sort(key=lambda one: _place(one, by_id))
        look.memo["today"] = kept
    told: list[Told] = look.memo["today"]
    return told


def _place(one: Told, by_id: Mapping[str, Told]) -> tuple[datetime, int]:
    """Where it stands in the day: a correction where the first one stood that it corrects."""
    seen = {one.said.id}
    while (before := by_id.get(one.said.corrects or "")) is not None and before.said.id not in seen:
        one = before
        seen.add(one.said.id)
    return _minute(one), one.index


def _minute(one: Told) -> datetime:
    return (one.said.at or one.clock).replace(second=0, microsecond=0)


def _replaces(said: Statement) -> Iterator[str]:
    if said.corrects:
        yield said.corrects
    if isinstance(said, StatementWithdrawn):
        yield said.of


def activity_of(said: Statement, look: Look) -> str | None:
    """The one activity that a statement is about; None where it is about several or none."""
    if isinstance(said, GateAsked | MeetingHeld):
        return None
    named = getattr(said, "activity", None) or said.for_
    if named is None and isinstance(said, CheckMade):
        among = [name for name in said.on if name in look.state.activities]
        named = among[0] if len(among) == 1 else None
    return named if named in look.state.activities else None


def takes_begun(look: Look, activity: str) -> list[Told]:
    """Every act of an activity that began today, in order."""
    if "begun" not in look.memo:
        begun: dict[str, list[Told]] = {}
        for one in said_today(look):
            if one.said.what in BEGUN:
                begun.setdefault(str(getattr(one.said, "activity", "")), []).append(one)
        look.memo["begun"] = begun
    by_activity: dict[str, list[Told]] = look.memo["begun"]
    return by_activity.get(activity, [])


def planned_today(look: Look) -> list[Activity]:
    """The activities of the plan in the order of the day.

    What has begun comes first, as it began; then what was planned since that, which is
    what comes next (a missing shot repeated); then the rest as it was planned.
    """
    if "planned" not in look.memo:
        past = earlier_days(look)
        look.memo["planned"] = [one for one in _in_order(look) if one.id not in past]
    found: list[Activity] = look.memo["planned"]
    return found


def earlier_days(look: Look) -> frozenset[str]:
    """What began on an earlier day and was not spoken of today: it is no plan of today's.

    Nobody has to say that a scene is done. Whoever goes on with it finds it below the day.
    """
    start = day_start(look)
    if start is None:
        return frozenset()
    if "earlier" not in look.memo:
        today = {activity_of(told.said, look) for told in said_today(look)}
        today |= {name for told in said_today(look) for name in _covered(told.said)}
        look.memo["earlier"] = frozenset(
            one.id
            for one in look.state.activities.values()
            if one.on is None and one.id not in today and _began_before(look, one.id, start)
        )
    found: frozenset[str] = look.memo["earlier"]
    return found


def _covered(said: Statement) -> tuple[str, ...]:
    return tuple(said.activities) if isinstance(said, MeetingHeld) else ()


def _began_before(look: Look, activity: str, start: datetime) -> bool:
    return any(
        told.said.what in BEGUN and told.said.at is not None and told.said.at < start
        for told in look.memory.about(activity)
    )


def _in_order(look: Look) -> list[Activity]:
    known = [one for one in look.state.activities.values() if one.known and not one.dropped]
    first_seq = look.state.day.first.seq if look.state.day is not None else 0

    def place(one: Activity) -> tuple[int, int]:
        begun = takes_begun(look, one.id)
        if begun:
            return (0, begun[0].index)
        seq = one.planned.seq if one.planned is not None else 0
        return (1 if seq > first_seq and _anything_begun(look) else 2, seq)

    return sorted(known, key=place)


def _anything_begun(look: Look) -> bool:
    return any(one.said.what in BEGUN for one in said_today(look))


def on_the_floor(look: Look) -> str | None:
    """The activity that the floor is at now; None where nothing is planned."""
    if "floor" not in look.memo:
        look.memo["floor"] = _on_the_floor(look)
    found: str | None = look.memo["floor"]
    return found


def _on_the_floor(look: Look) -> str | None:
    on = [(one.on.seq, one.id) for one in look.state.activities.values() if one.on is not None]
    if on:
        return max(on)[1]
    planned = planned_today(look)
    open_ = {one.id for one in planned}
    for told in reversed(said_today(look)):
        name = activity_of(told.said, look)
        if name is None or name not in open_:
            continue
        if told.said.what == ActivityPlanned.what and not _anything_begun(look):
            # Before anything has begun a plan is being written, and the floor is at its first.
            continue
        if told.said.what == "activity.finished":
            open_.discard(name)
            continue
        if _rehearsed(look, look.state.activities[name]):
            break
        return name
    fresh = [one.id for one in planned if not takes_begun(look, one.id) and one.id in open_]
    begun = [one.id for one in planned if takes_begun(look, one.id)]
    return next(iter([*fresh, *reversed(begun), *(one.id for one in planned)]), None)


def _rehearsed(look: Look, activity: Activity) -> bool:
    """Whether it is a rehearsal that was, and whose weapons are back with a handler."""
    if activity.plan.phase != "rehearsal" or not takes_begun(look, activity.id):
        return False
    found = (look.state.weapons.get(str(one.weapon)) for one in activity.plan.weapons or ())
    return not any(one is not None and in_other_hands(look.state, one) for one in found)


def begins(activity: Activity) -> tuple[str, str]:
    """The statement that begins this activity, and the gate before it."""
    return BEGINS.get(activity.plan.phase or "", STARTS)


def next_take(look: Look, activity: str, tag: str) -> str:
    """What the next slate says: one more than the last; a slate goes on over the days."""
    today = {told.said.id for told in takes_begun(look, activity)}
    start = day_start(look)
    last = 0
    for told in look.memory.about(activity):
        before = start is not None and told.said.at is not None and told.said.at < start
        if told.said.what != tag or not (before or told.said.id in today):
            continue
        said = str(getattr(told.said, "take", None) or "")
        last = int(said) if said.isdecimal() else last + 1
    return str(last + 1)


def take_now(look: Look, activity: Activity) -> str:
    """The take that is on; empty where none is, or nobody said which."""
    if activity.on is None:
        return ""
    told = look.memory.find(activity.on.said)
    return str(getattr(told.said, "take", None) or "") if told is not None else ""

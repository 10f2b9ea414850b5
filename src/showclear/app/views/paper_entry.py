"""How does what was written on a sheet come onto the record later?

* One line of a sheet is one statement: what was so then (`at`), entered now (`entered_at`), in
  whose words (`said_by`), by whom (`by`), and from which sheet and line (`note`).
* It counts as paper: whoever enters it vouches for no other pair of eyes.
* A line that is on record already is told as such, and taken all the same: two people may type
  one pile of sheets, and only they know whether it was one line or two.
* A gated act entered late is judged on the record before its own time, and as of now; see
  docs/formats/ledger.md, "Time". The fact is taken whatever the gate says.
* A sheet is of a ShootDay: a night's sheet that is entered in the morning begins on the evening
  before, and its times after midnight are of the next day. What has not been yet is asked about.
* The offset from UTC is that of the line's own time: clocks may have changed since. Of an hour
  that was twice the first is taken.
* Everything is picked from a list but what only the sheet knows: its number, the line, counts.

A form's statement has `$name` where the field of that name goes; a field left empty goes with
its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock, id_text, person, title
from showclear.core import words

Plain = dict[str, Any]


def _field(name: str, says: str, kind: str, **own: Any) -> Plain:
    return {"name": name, "says": says, "kind": kind, **own}


WEAPONS: Final = _field("weapons", "Weapons", "weapons")
FROM: Final = _field("from", "From", "person")
TO: Final = _field("to", "To", "person")
LOT: Final = _field("lot", "Lot", "lot")
COUNT: Final = _field("count", "Rounds in each", "count", start=1)
FOR: Final = _field("for", "For", "activity")
WHERE: Final = _field("where", "Where", "text", optional=True)
PEOPLE: Final = _field("people", "People", "people")

_BEFORE: Final = timedelta(hours=6)
"""How long before a ShootDay begins its sheets may: what is earlier is of the day after."""

_SHEETS_FOR: Final = timedelta(hours=36)
"""How long after it began the sheets that are entered are taken as those of a ShootDay."""

_OFFSETS_BACK: Final = timedelta(days=14)
_STEP: Final = timedelta(minutes=30)

_LINE: Final = re.compile(r"sheet (\S+) line (\d+)")
"""What the page writes as the note of a line."""

FORMS: Final[tuple[Plain, ...]] = (
    {
        "key": "taken-out",
        "says": "Taken out",
        "sheet": "C",
        "fields": [WEAPONS],
        "write": {"what": "weapon.taken-out", "weapons": "$weapons"},
    },
    {
        "key": "opened",
        "says": "Opened, nothing in it",
        "sheet": "C",
        "fields": [
            WEAPONS,
            _field("shown_to", "Shown to", "people", optional=True),
        ],
        "write": {
            "what": "check.made",
            "checks": ["shown-clear"],
            "on": "$weapons",
            "passed": True,
            "shown_to": "$shown_to",
        },
    },
    {
        "key": "loaded",
        "says": "Loaded",
        "sheet": "C",
        "fields": [WEAPONS, LOT, COUNT, FOR],
        "write": {
            "what": "weapon.loaded",
            "weapons": "$weapons",
            "lot": "$lot",
            "count": "$count",
            "for": "$for",
        },
    },
    {
        "key": "load-shown",
        "says": "Load shown",
        "sheet": "C",
        "fields": [
            WEAPONS,
            {**COUNT, "says": "Rounds shown in each"},
            _field("shown_to", "Shown to", "people"),
        ],
        "write": {
            "what": "check.made",
            "checks": ["load-shown"],
            "on": "$weapons",
            "passed": True,
            "count": "$count",
            "shown_to": "$shown_to",
        },
    },
    {
        "key": "handed-over",
        "says": "Handed over",
        "sheet": "C",
        "fields": [WEAPONS, FROM, TO, {**FOR, "optional": True}],
        "write": {
            "what": "weapon.handed-over",
            "weapons": "$weapons",
            "from": "$from",
            "to": "$to",
            "for": "$for",
        },
    },
    {
        "key": "handed-back",
        "says": "Handed back",
        "sheet": "C",
        "fields": [WEAPONS, FROM, TO],
        "write": {
            "what": "weapon.handed-back",
            "weapons": "$weapons",
            "from": "$from",
            "to": "$to",
        },
    },
    {
        "key": "fired",
        "says": "Fired",
        "sheet": "C",
        "fields": [WEAPONS, LOT, COUNT],
        "write": {
            "what": "weapon.fired",
            "weapons": "$weapons",
            "lot": "$lot",
            "count": "$count",
        },
    },
    {
        "key": "misfired",
        "says": "Misfired",
        "sheet": "C",
        "fields": [WEAPONS, LOT, COUNT],
        "write": {
            "what": "weapon.misfired",
            "weapons": "$weapons",
            "lot": "$lot",
            "count": "$count",
        },
    },
    {
        "key": "unloaded",
        "says": "Unloaded",
        "sheet": "C",
        "fields": [WEAPONS, LOT, COUNT],
        "write": {
            "what": "weapon.unloaded",
            "weapons": "$weapons",
            "lot": "$lot",
            "count": "$count",
        },
    },
    {
        "key": "counted",
        "says": "Weapons counted",
        "sheet": "C",
        "fields": [
            {**WEAPONS, "says": "Seen"},
            _field("missing", "Missing", "weapons", optional=True),
            WHERE,
        ],
        "write": {
            "what": "weapon.counted",
            "weapons": "$weapons",
            "missing": "$missing",
            "where": "$where",
        },
    },
    {
        "key": "cleaned",
        "says": "Cleaned",
        "sheet": "C",
        "fields": [WEAPONS],
        "write": {"what": "weapon.cleaned", "weapons": "$weapons"},
    },
    {
        "key": "locked-up",
        "says": "Locked up",
        "sheet": "C",
        "fields": [WEAPONS, WHERE],
        "write": {"what": "weapon.locked-up", "weapons": "$weapons", "where": "$where"},
    },
    {
        "key": "rounds-opened",
        "says": "Rounds opened",
        "sheet": "R",
        "fields": [LOT],
        "write": {"what": "rounds.opened", "lots": "$lot"},
    },
    {
        "key": "rounds-issued",
        "says": "Issued",
        "sheet": "R",
        "fields": [LOT, {**COUNT, "says": "How many"}, TO],
        "write": {"what": "rounds.issued", "lots": "$lot", "count": "$count", "to": "$to"},
    },
    {
        "key": "rounds-returned",
        "says": "Returned",
        "sheet": "R",
        "fields": [LOT, {**COUNT, "says": "How many"}, FROM],
        "write": {"what": "rounds.returned", "lots": "$lot", "count": "$count", "from": "$from"},
    },
    {
        "key": "rounds-counted",
        "says": "Rounds counted",
        "sheet": "R",
        "fields": [LOT, {**COUNT, "says": "How many in the box"}],
        "write": {"what": "rounds.counted", "lots": "$lot", "count": "$count"},
    },
    {
        "key": "rounds-locked-up",
        "says": "Rounds locked up",
        "sheet": "R",
        "fields": [LOT, WHERE],
        "write": {"what": "rounds.locked-up", "lots": "$lot", "where": "$where"},
    },
    {
        "key": "arrived",
        "says": "Came",
        "sheet": "P",
        "fields": [PEOPLE],
        "write": {"what": "people.arrived", "people": "$people"},
    },
    {
        "key": "meeting",
        "says": "Meeting held",
        "sheet": "P",
        "fields": [
            _field("activities", "On", "activities"),
            {**PEOPLE, "name": "present", "says": "Present"},
        ],
        "write": {
            "what": "meeting.held",
            "meeting": "$new",
            "kind": "safety",
            "activities": "$activities",
            "present": "$present",
        },
    },
    {
        "key": "briefed",
        "says": "Late, briefed",
        "sheet": "P",
        "fields": [_field("meeting", "On the meeting of", "meeting"), PEOPLE],
        "write": {"what": "meeting.joined", "of": "$meeting", "people": "$people"},
    },
)
"""What can be entered from which sheet. Each names the fields that its page asks for."""


def entry(look: Look) -> Plain:
    """What the page needs to enter a sheet: its forms, and what can be picked."""
    here = look.now.astimezone(look.zone)
    return {
        "title": look.spine.title,
        "kind": look.kind,
        "now": here.isoformat(),
        "date": f"{here:%Y-%m-%d}",
        **_when(look),
        "forms": list(FORMS),
        "entered": _entered(look),
        "pick": {
            "weapons": [_one(one.id, one.id) for one in look.state.weapons.values() if not one.own],
            "lot": [_one(one.id, one.id) for one in look.state.lots.values()],
            "person": _people(look),
            "people": _people(look, many=True),
            "activity": _activities(look),
            "activities": _activities(look),
            "meeting": _meetings(look),
        },
    }


def _when(look: Look) -> Plain:
    """Of which day a sheet is, from which time on its times are of it, and the offsets."""
    began = _began(look)
    if began is None:
        day, turns = look.now.astimezone(look.zone).date(), "00:00"
    else:
        day = began.date()
        before = began - _BEFORE
        turns = f"{before:%H:%M}" if before.date() == day else "00:00"
    return {"day": day.isoformat(), "turns": turns, "offsets": _offsets(look, day)}


def _began(look: Look) -> datetime | None:
    """When the ShootDay began whose sheets are entered now, in the production's zone."""
    day = look.state.day
    if day is None or day.first.at is None or look.now - day.first.at > _SHEETS_FOR:
        return None
    return day.first.at.astimezone(look.zone)


def _offsets(look: Look, day: date) -> list[tuple[str, str]]:
    """From which time on the wall which offset from UTC counts, oldest first."""
    start = datetime(day.year, day.month, day.day, tzinfo=look.zone) - _OFFSETS_BACK
    moment, found = start.astimezone(UTC), [(f"{start:%Y-%m-%dT%H:%M}", _offset(start))]
    while moment < look.now + timedelta(days=1):
        moment += _STEP
        here = moment.astimezone(look.zone)
        if _offset(here) != found[-1][1]:
            # Told by the clock as it went on before, so that no hour is left out.
            earlier = (moment - _STEP).astimezone(look.zone).replace(tzinfo=None) + _STEP
            found.append((f"{earlier:%Y-%m-%dT%H:%M}", _offset(here)))
    return found


def _offset(here: datetime) -> str:
    return here.isoformat()[-6:]


def _entered(look: Look) -> Plain:
    """By sheet and line, when it was entered; of two times the first."""
    found: Plain = {}
    for told in look.memory.told:
        said = told.said
        line = _LINE.fullmatch(said.note or "") if said.attested == "paper" else None
        if line is not None:
            found.setdefault(line[1].upper(), {}).setdefault(
                line[2], day_and_clock(look, told.clock)
            )
    return found


def _one(name: str, label: str) -> Plain:
    return {"id": name, "label": label}


def _people(look: Look, *, many: bool = False) -> list[Plain]:
    found = [
        one
        for one in look.state.people.values()
        if one.known and not one.left and (many or not one.many)
    ]
    # Handlers first: nearly every line of a custody sheet is theirs.
    found.sort(key=lambda one: (words.HANDLER_ROLES.isdisjoint(one.roles), person(look, one.id)))
    return [_one(one.id, person(look, one.id)) for one in found]


def _activities(look: Look) -> list[Plain]:
    found = [one for one in look.state.activities.values() if not one.dropped]
    return [_one(one.id, title(look, one.id)) for one in found]


def _meetings(look: Look) -> list[Plain]:
    found: Iterable[Any] = sorted(look.state.meetings.values(), key=lambda one: -one.mark.seq)
    return [_one(one.id, _meeting(look, one)) for one in found]


def _meeting(look: Look, one: Any) -> str:
    at = one.mark.at
    return id_text(one.id) if at is None else f"{at.astimezone(look.zone):%d %b %H:%M}, {one.kind}"

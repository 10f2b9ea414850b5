"""The floor: may we roll, what is missing, and what is said now?

For whoever runs the clock with a phone in one hand and a radio in the other. In this order:
how the set stands, the activity on the floor with the answer to its next act, the sentence
for the radio; what stops or pauses work; what is noticed and which times run; the calls to the
set; what just happened; then the takes, the day, people, what is open, meetings and the close.

What is wanted of one person alone is in `floor_mine` and goes to that person's device only.
"""

from __future__ import annotations

from typing import Any

from showclear.app.views.clocks import running
from showclear.app.views.floor_day import day, today
from showclear.app.views.floor_open import concerns, incidents, refusals, walk_outs
from showclear.app.views.floor_set import calls, header, in_hands
from showclear.app.views.floor_today import on_the_floor
from showclear.app.views.happened import happened
from showclear.app.views.look import Look
from showclear.app.views.noticed import noticed
from showclear.app.views.people import arrivals, safety_meeting
from showclear.app.views.radio import radio
from showclear.app.views.restart import pauses, pausing, restarts
from showclear.app.views.wording import clock

Plain = dict[str, Any]


def floor(look: Look) -> Plain:
    """Everything that the floor shows to anybody who may look at it."""
    return {
        "screen": "floor",
        "now": look.now.astimezone(look.zone).isoformat(),
        "time": clock(look, look.now),
        "kind": look.kind,
        "title": look.spine.title,
        "zone": str(getattr(look.zone, "key", "")),
        "size": look.size,
        "set": header(look),
        "floor": on_the_floor(look) or "",
        "radio": radio(look),
        "stops": [one.id for one in look.state.stops.values()],
        "restarts": restarts(look),
        "pauses": pauses(look),
        "pausing": pausing(look),
        "noticed": noticed(look),
        "clocks": running(look),
        "calls": calls(look),
        "hands": in_hands(look),
        "happened": happened(look),
        "activities": today(look),
        "people": arrivals(look),
        "refusals": refusals(look),
        "walk_outs": walk_outs(look),
        "concerns": concerns(look),
        "incidents": incidents(look),
        "meeting": safety_meeting(look),
        "day": day(look),
    }

"""When does what a rule waits for end, in the production's own time?

* A duty is never shown as due later than it is, a wait never as over before it is: screens
  show minutes, and both may end between two.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock
from showclear.rules.explain import clock_time
from showclear.rules.grammar import After


def whole_minute(at: datetime) -> datetime:
    """The next whole minute, or this one if it is whole.

    >>> whole_minute(datetime(2026, 6, 9, 11, 31, 30)).minute
    32
    """
    down = at.replace(second=0, microsecond=0)
    return down if down == at else down + timedelta(minutes=1)


def local(look: Look, sentence: str, until: datetime | None) -> str:
    """A rule's sentence with its moment, where it names it, as the clocks here show it."""
    if until is None:
        return sentence
    return sentence.replace(clock_time(until, "en"), day_and_clock(look, whole_minute(until)))


def ends_text(look: Look, rule: str, until: datetime | None) -> str:
    """When what a gate's reason waits for ends or was due; empty where it has no time.

    Args:
        rule: `pack/rule`.
    """
    timed = (one.rule for one in look.spine.book.timed if f"{one.pack.id}/{one.rule.id}" == rule)
    shape = next((one.shape for one in timed), None)
    if until is None or not isinstance(shape, After):
        return ""
    if shape.wait:
        at = day_and_clock(look, whole_minute(until))
        return f"It ends {at}" if until > look.now else f"The time has passed, {at}"
    at = day_and_clock(look, until)
    return f"Due {at}" if until >= look.now else f"It was due {at}"

"""Which times run, what does each wait for, and until when?

A duty (told to somebody, said after an event) is shown from its event on, not only when a gate
asks for it: warned of before it runs out, a Hold of its gates after that. A wait says when it
ends. The soonest stands first; what is over before what runs.

1. A clock shows when it ends as a time of day, and how long that is from now.
2. Soon, and run out, are words and shapes of their own. Nothing blinks.
3. The step that ends it is an act; what a rule that nobody has read in its source asks for
   warns, and is told as that.
4. What runs in any reading of the record runs: whoever takes its event back stops no clock by
   that.
5. The board has one line for all: the nearest, what it waits for in a few words, and nobody's
   name. A wall is read by everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from showclear.app.views.acts import next_act
from showclear.app.views.answers import ACTS, FORCE, in_words
from showclear.app.views.ends import local, whole_minute
from showclear.app.views.look import Look
from showclear.app.views.reasons import called, fact_of
from showclear.app.views.wording import body_text, day_and_clock, instant, listed, number, span
from showclear.core.fields import PersonId, StatementId
from showclear.core.gates import Question
from showclear.core.own_asked import Asked
from showclear.core.said_plan import GateAsked
from showclear.core.state import State
from showclear.rules.clocks import Clock, clocks
from showclear.rules.context import Context
from showclear.rules.explain import reason_of
from showclear.rules.grammar import After, FactTest
from showclear.rules.outcome import Begun, Compiled, Failure

Plain = dict[str, Any]

UNREAD: Final = "What runs could not be worked out. Ask whoever keeps the papers what is due."
"""What stands there if a clock cannot be read: none is shown as not running."""

_NOTICE: Final = "Notice to "

_MINUTE: Final = timedelta(minutes=1)


def running(look: Look) -> list[Plain]:
    """Every clock that is on, those that are over first, then the soonest."""
    if "clocks" not in look.memo:
        try:
            look.memo["clocks"] = [_row(look, clock, state) for clock, state in _all(look)]
        except Exception:  # noqa: BLE001 - one rule's clock must not take the whole screen
            look.memo["clocks"] = [_unread()]
    found: list[Plain] = look.memo["clocks"]
    return found


def nearest(look: Look) -> Plain | None:
    """One line for the board: the clock that is over or ends first, and how many others."""
    rows = running(look)
    if not rows:
        return None
    first = rows[0]
    others = f" +{len(rows) - 1}" if len(rows) > 1 else ""
    title = ". ".join([part for part in (first["short"], first["left"]) if part])
    if others:
        title += f". {number(len(rows) - 1, 'other')} on the floor"
    return {
        "icon": "hold" if first["state"] in ("over", "unknown") else "clock",
        "says": f"{first['short'].removeprefix(_NOTICE)}{others}",
        "title": title,
        "strong": first["state"] != "running",
    }


def _all(look: Look) -> list[tuple[Clock, State]]:
    """The clocks of every reading of the record, each once, as it is worst."""
    states = [look.state, *(world.state for world in look.spine.record.worlds)]
    found: dict[tuple[str, str, str], tuple[Clock, State]] = {}
    for state in states:
        for clock in clocks(state, look.spine.book, look.now):
            key = (clock.rule, clock.about, clock.person or "")
            known = found.get(key)
            if known is None or _worse(clock, known[0]):
                found[key] = (clock, state)
    return sorted(found.values(), key=lambda one: _rank(one[0], look.now))


def _worse(clock: Clock, known: Clock) -> bool:
    """Of two readings the one that asks for more: the earlier end of a duty, a wait's later."""
    if clock.until is None or known.until is None:
        return clock.until is None and known.until is not None
    if clock.kind == "duty":
        return clock.until < known.until
    return clock.until > known.until


def _rank(clock: Clock, now: datetime) -> tuple[bool, datetime, str, str]:
    return (_over(clock) is False, clock.until or now, clock.rule, clock.about)


def _over(clock: Clock) -> bool:
    return clock.state in ("late", "unknown", "needs")


# --- one clock ---------------------------------------------------------------------------


def _row(look: Look, clock: Clock, state: State) -> Plain:
    what, ends = _what(look, clock), _ends(look, clock)
    row: Plain = {
        "id": "/".join(("clock", clock.rule, clock.about, clock.person or "")),
        "kind": clock.kind,
        "state": _state(clock),
        "word": _word(clock),
        "short": f"{what} {ends}".strip(),
        "left": _left(look, clock),
        "says": _said(look, clock.says, clock),
        "holds": _holds(clock),
        "force": FORCE.get(clock.force, clock.force),
        "cite": clock.cite or clock.rule,
        "until": instant(clock.until),
        "next": {"say": _said(look, clock.next, clock)},
    }
    write = _step(look, clock, state)
    if write is not None:
        step = next_act(f"{row['id']}/step", fact_of(look, dict(write)), write)
        row["next"]["act"] = step | {"by_any_of": []}
    return row


def _unread() -> Plain:
    return {
        "id": "clock/unread",
        "kind": "duty",
        "state": "unknown",
        "word": "Hold",
        "short": "Clocks not known",
        "left": "",
        "says": UNREAD,
        "holds": "",
        "force": "",
        "cite": "",
        "until": None,
        "next": {"say": ""},
    }


def _state(clock: Clock) -> str:
    if clock.state in ("late", "needs"):
        return "over"
    if clock.state == "unknown":
        return "unknown"
    return "soon" if clock.soon else "running"


def _word(clock: Clock) -> str:
    """What stands beside its shape: Hold where its gates hold, else that it is soon."""
    if clock.holds:
        return "Hold"
    if clock.state in ("late", "unknown"):
        return "Run out"
    return "Soon" if clock.soon else ""


def _what(look: Look, clock: Clock) -> str:
    """What it waits for, in as few words as a wall has room for."""
    asked = _asked(look, clock)
    whom = sorted({word for test in asked for word in test.words.get("whom", ())})
    if whom:
        return f"{_NOTICE}{listed([body_text(one) for one in whom], last='or')}"
    named = [sorted(test.words.get("check") or {test.what})[0] for test in asked]
    if not named:
        return "Wait"
    return named[0].replace(".", " ").replace("-", " ").capitalize()


def _asked(look: Look, clock: Clock) -> list[FactTest]:
    shape = next(one.rule.shape for one in look.spine.book.timed if _id(one) == clock.rule)
    needs = shape.needs.values() if isinstance(shape, After) else ()
    return [test for tests in needs for test in tests if isinstance(test, FactTest)]


def _id(compiled: Compiled) -> str:
    return f"{compiled.pack.id}/{compiled.rule.id}"


def _ends(look: Look, clock: Clock) -> str:
    """When, as a time of day: of a duty never later than it is, of a wait never earlier."""
    if clock.until is None:
        return "since a time nobody knows"
    if clock.kind == "wait":
        at = day_and_clock(look, whole_minute(clock.until))
        return f"since {at}" if clock.state == "needs" else f"until {at}"
    at = day_and_clock(look, clock.until)
    return f"was due {at}" if clock.state == "late" else f"due {at}"


def _left(look: Look, clock: Clock) -> str:
    if clock.until is None:
        return "No time is known, so it counts as run out" if clock.kind == "duty" else ""
    ahead = clock.until - look.now
    if ahead < timedelta(0):
        return f"{span(int(-ahead / _MINUTE))} ago"
    minutes = int(ahead / _MINUTE)
    return f"{span(minutes)} left" if minutes else "less than a minute left"


def _holds(clock: Clock) -> str:
    """Which gates it holds, now or then."""
    if clock.only_warns:
        return "Warns only: nobody has recorded that this rule was read in its source"
    if not clock.gates:
        return ""
    gates = listed([ACTS.get(gate, gate) for gate in clock.gates], last="or")
    return f"Not clear to {gates}" if clock.holds else f"After that, not clear to {gates}"


def _said(look: Look, sentence: str, clock: Clock) -> str:
    """A rule's sentence with people and things as they are called, and times of this place."""
    named = frozenset({clock.person} & look.state.people.keys()) if clock.person else frozenset()
    return called(look, in_words(look, local(look, sentence, clock.until), named=named))


# --- the step ----------------------------------------------------------------------------


def _step(look: Look, clock: Clock, state: State) -> Mapping[str, Any] | None:
    """The statement that would end it, where one can."""
    act = GateAsked(
        id=StatementId("clocks"), by=PersonId("server"), at=look.now, gate="close-day", on=()
    )
    question = Question(gate="close-day", act=act, at=look.now, on=(), doer="server")
    context = Context(Asked(state, question, "en", steps=True))
    for compiled, begun in _begun(context, look, clock):
        if begun.unmet is None:
            return None
        element = "person" if begun.person else "event"
        this = {"person": begun.person} if begun.person else {}
        failure = Failure(
            begun.person or begun.about, element, begun.unmet, this=this, event=begun.event
        )
        return reason_of(context, compiled, failure, "en").next.statement
    return None


def _begun(context: Context, look: Look, clock: Clock) -> Iterable[tuple[Compiled, Begun]]:
    for compiled in look.spine.book.timed:
        if _id(compiled) == clock.rule and compiled.begun is not None:
            for begun in compiled.begun(context):
                if (begun.fact.mark.said, begun.person) == (clock.since, clock.person):
                    yield compiled, begun

"""What is not as it should be while an activity is on, though no gate is asked now?

Some rules are asked of everything that is said while an activity runs: how many people are
really in the water, who is with them. What they find is told with the answer to whatever was
said; here it stands for as long as it is so, for whoever did not hear it.

* Only what a rule says to be noticed at once; a rule that nobody has read in its source tells
  nothing.
* The floor has the rule's sentence and its step; the board the activity and a few words, and
  nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from showclear.app.views.acts import next_act
from showclear.app.views.answers import FORCE, in_words
from showclear.app.views.look import Look
from showclear.app.views.reasons import called, fact_of
from showclear.app.views.wording import title
from showclear.core.fields import PersonId, StatementId
from showclear.core.gates import Question, Reason
from showclear.core.own_asked import Asked
from showclear.core.said_plan import GateAsked
from showclear.core.state import State
from showclear.rules.context import Context
from showclear.rules.explain import reason_of
from showclear.rules.judge import in_force, only_warns
from showclear.rules.outcome import Compiled

Plain = dict[str, Any]

UNREAD: Final = "What runs could not be looked at. Look yourselves, and ask before you go on."
"""What stands there where a rule cannot be asked: nothing is shown as in order."""


def noticed(look: Look) -> list[Plain]:
    """Everything that is noticed now, each once."""
    if "noticed" not in look.memo:
        try:
            look.memo["noticed"] = [*_rows(look)]
        except Exception:  # noqa: BLE001 - one rule must not take the whole screen
            look.memo["noticed"] = [_unread()] if look.spine.book.watched else []
    found: list[Plain] = look.memo["noticed"]
    return found


def _rows(look: Look) -> Iterator[Plain]:
    told: set[tuple[str, str, str]] = set()
    states = [look.state, *(world.state for world in look.spine.record.worlds)]
    for state in states if look.spine.book.watched else ():
        for activity in _on(state):
            for compiled, reason in _found(look, state, activity):
                key = (activity, f"{compiled.pack.id}/{compiled.rule.id}", reason.on)
                if key not in told:
                    told.add(key)
                    yield _row(look, reason, "/".join(key), activity)


def _on(state: State) -> Iterator[str]:
    """Activities that are on, or that people are really inside of."""
    inside = {zone for zone, _ in state.inside}
    return (one.id for one in state.activities.values() if one.on is not None or one.id in inside)


def _found(look: Look, state: State, activity: str) -> Iterator[tuple[Compiled, Reason]]:
    act = GateAsked(
        id=StatementId("noticed"), by=PersonId("server"), at=look.now, gate="start", on=()
    )
    question = Question(
        gate="start", act=act, at=look.now, on=(activity,), doer="server", activity=activity
    )
    context = Context(Asked(state, question, "en", steps=True))
    today = look.spine.as_of(act, look.now)
    for compiled in look.spine.book.watched:
        rule, pack = compiled.rule, compiled.pack
        if compiled.watch is None or "alert" not in rule.otherwise:
            continue
        if in_force(pack, rule, today) and not only_warns(state, pack, rule):
            for failure in compiled.watch(context).failures:
                yield compiled, reason_of(context, compiled, failure, "en")


def _row(look: Look, reason: Reason, key: str, activity: str) -> Plain:
    named = frozenset({reason.on, *reason.witnesses} & look.state.people.keys())
    short = reason.missing[0].replace("-", " ").capitalize() if reason.missing else "Look"
    row: Plain = {
        "id": f"noticed/{key}",
        "says": called(look, in_words(look, reason.says, named=named)),
        "in": title(look, activity),
        "short": f"{title(look, activity)}: {short[:1].lower()}{short[1:]}",
        "force": FORCE.get(reason.force, reason.force),
        "cite": reason.cite or reason.pack,
        "next": {"say": called(look, in_words(look, reason.next.say, named=named))},
    }
    write = reason.next.statement
    if write is not None and not reason.next.replaces:
        row["next"]["act"] = next_act(f"{row['id']}/step", fact_of(look, dict(write)), write)
    return row


def _unread() -> Plain:
    return {
        "id": "noticed/unread",
        "says": UNREAD,
        "in": "",
        "short": "Could not be looked at",
        "force": "",
        "cite": "",
        "next": {"say": ""},
    }


def alert(look: Look) -> Plain | None:
    """One line for the board: what was noticed first, and how many others."""
    rows = noticed(look)
    if not rows:
        return None
    others = f" +{len(rows) - 1}" if len(rows) > 1 else ""
    title_ = "Noticed: " + ". ".join(dict.fromkeys(one["short"] for one in rows))
    return {"icon": "hold", "says": f"{rows[0]['short']}{others}", "title": title_}

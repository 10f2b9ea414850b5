"""The day on the floor: each activity with its next act and that act's answer; open and close.

1. The next act of an activity follows from its phase and from whether a take is on: rolled,
   rehearsed, tested, started; then cut. It can be pressed whatever the gate says.
2. An answer is asked beforehand for what is on the floor and for the next few that have not
   begun; of all the others the page asks when somebody looks at one. Forty activities would
   else keep the record waiting at every word that is said.
3. The reasons of a hold are told as `reasons` says.
4. The checks that a first AD makes are taps of their own; those with a number to measure are
   made where the tape is.
"""

from __future__ import annotations

from typing import Any, Final

from showclear.app.views.acts import act, done_at
from showclear.app.views.answers import answer_to
from showclear.app.views.floor_open import differences
from showclear.app.views.floor_plan import changes
from showclear.app.views.floor_set import in_it
from showclear.app.views.floor_takes import takes
from showclear.app.views.floor_today import (
    STARTS,
    begins,
    earlier_days,
    next_take,
    on_the_floor,
    planned_today,
    take_now,
    takes_begun,
)
from showclear.app.views.look import Look
from showclear.app.views.reasons import on_the_floor_told
from showclear.app.views.rounds import differences as unexplained
from showclear.app.views.wording import day_and_clock, listed, number, people, title
from showclear.core import words
from showclear.core.nouns import Activity, CheckRecord

Plain = dict[str, Any]

_BEGUN_WORDS: Final = {
    "activity.rolled": "Rolled",
    "activity.rehearsed": "Rehearsing",
    "activity.tested": "Testing",
    "activity.started": "Started",
}
_OTHER_WORDS: Final = {"rehearse": "Rehearse it first", "test": "Test it first"}
_STEPS_AT_CLOSE: Final = 8

ASKED_AHEAD: Final = 6
"""How many activities that have not begun are asked about at every look."""

_CHECKS: Final = ("walk-through", "abort-rehearsed", "positions-set", "ppe-worn")
_CHECKS_WITH_FIRE: Final = (*_CHECKS, "shield-set")
_CHECK_WORDS: Final = {
    "walk-through": "Walked through",
    "abort-rehearsed": "Abort rehearsed",
    "positions-set": "Everybody placed",
    "ppe-worn": "Protection worn",
    "shield-set": "Shield set",
    "zone-clear": "Zone clear of people",
    "zone-counted": "People in the zone counted",
    "communications-tested": "Radios tested",
    "radio-confirmed": "Radio confirmed",
    "medic-present": "Medic is here",
    "dry-run": "Dry run done",
    "changes-briefed": "Changes briefed",
}


def card(look: Look, activity: Activity, *, asked: bool) -> Plain:
    """One activity. Its next act can be pressed wherever it stands in the day.

    Args:
        asked: Whether its gate is asked beforehand.
    """
    begun = takes_begun(look, activity.id)
    tag, gate = begins(activity)
    told: Plain = {
        "id": activity.id,
        "title": title(look, activity.id),
        "scene": activity.plan.scene or "",
        "phase": activity.plan.phase or "",
        "on": activity.on is not None,
        "begun": len(begun),
        "status": _status(look, activity),
        "takes": takes(look, activity),
    }
    answer = _answer(look, activity, gate) if asked or activity.on is not None else {}
    take = take_now(look, activity) or next_take(look, activity.id, tag)
    here = activity.id == on_the_floor(look)
    told |= {
        "take": f"take {take}" if tag != STARTS[0] else "",
        "gate": gate,
        "weapons": _weapons(look, activity),
        "next": _next(look, activity, tag, take, main=answer.get("answer") == "clear"),
        "other": [] if activity.on is not None else _others(look, activity, gate, asked=here),
        "checks": _checks(look, activity, answer),
        "plan": changes(look, activity) if here else None,
    }
    return told | ({"answer": answer} if answer else {})


def _answer(look: Look, activity: Activity, gate: str) -> Plain:
    """What the gate would say now; of a take that is on, what it said when it began."""
    if activity.on is None:
        asked = {"gate": gate, "on": [activity.id], "for": activity.id}
        return on_the_floor_told(
            look, answer_to(look, asked, key=f"{activity.id}/{gate}"), about=activity.id
        )
    told = look.memory.find(activity.on.said)
    begun = f"On since {day_and_clock(look, activity.on)}"
    if told is None or not told.answer:
        return {"gate": gate, "answer": "on", "says": begun}
    missing = listed([word.replace("-", " ").replace(".", " ") for word in told.missing])
    said = "Clear" if told.answer == "clear" else f"Hold: {missing}"
    return {"gate": told.gate, "answer": "on", "says": begun, "said": f"The gate said {said}"}


def _status(look: Look, activity: Activity) -> str:
    begun = takes_begun(look, activity.id)
    if activity.on is not None:
        return f"On since {day_and_clock(look, activity.on)}"
    if not begun:
        return ""
    return f"{number(len(begun), 'take')}, last {day_and_clock(look, begun[-1].said.at)}"


def _weapons(look: Look, activity: Activity) -> list[Plain]:
    """The weapons of the plan: for whom, what is in them, who has them."""
    told = []
    for one in activity.plan.weapons or ():
        weapon = look.state.weapons.get(str(one.weapon))
        holder = weapon.holder if weapon is not None and weapon.place == "held" else None
        holds = in_it(look, weapon) if weapon is not None else "not registered"
        planned = _planned_load(one.load, one.count)
        told.append(
            {
                "weapon": str(one.weapon),
                "for": people(look, one.performer or ()),
                "planned": "as planned" if holds == planned else planned and f"planned: {planned}",
                "holds": holds,
                "with": people(look, [holder]) if holder else "",
            }
        )
    return told


def _planned_load(load: str | None, count: int | None) -> str:
    if load in (None, "none"):
        return ""
    nouns = {"dummy": ("dummy", "dummies"), "blank": ("blank", "blanks")}
    one, many = nouns.get(load or "", ("round", "rounds"))
    return number(count, one, many) if count is not None else many


def _next(look: Look, activity: Activity, tag: str, take: str, *, main: bool) -> Plain:
    """The act under the right thumb: begin it, or cut."""
    own: Plain = {"activity": activity.id}
    if activity.on is not None:
        told = look.memory.find(activity.on.said)
        if told is not None and told.said.what == STARTS[0]:
            write = {"what": "activity.finished", **own}
            return act(f"act/{activity.id}/finished", "Finished", [write], main=True)
        if take:
            own["take"] = take
        return act(
            f"act/{activity.id}/cut",
            "Cut",
            [{"what": "activity.cut", **own}],
            note=f"take {take}" if take else "",
            main=True,
        )
    if tag != STARTS[0]:
        own["take"] = take
    return act(
        f"act/{activity.id}/{tag}",
        _BEGUN_WORDS[tag],
        [{"what": tag, **own}],
        note=f"take {take}" if tag != STARTS[0] else "",
        title=f"{_BEGUN_WORDS[tag]}: {title(look, activity.id)}",
        main=main,
    )


def _others(look: Look, activity: Activity, gate: str, *, asked: bool) -> list[Plain]:
    """Before a shot people rehearse, or test: with the same weapons, and under its own gate."""
    if gate != "roll":
        return []
    told = []
    for tag, other in (("activity.rehearsed", "rehearse"), ("activity.tested", "test")):
        take = next_take(look, activity.id, tag)
        write = {"what": tag, "activity": activity.id, "take": take}
        note = ""
        if asked:
            question = {"gate": other, "on": [activity.id], "for": activity.id}
            answer = answer_to(look, question, key=f"{activity.id}/{other}", steps=False)
            note = "Clear: recorded" if answer["answer"] == "clear" else answer["says"]
        told.append(
            act(f"act/{activity.id}/{tag}", _OTHER_WORDS[other], [write], note=note, small=True)
        )
    return told


def _checks(look: Look, activity: Activity, answer: Plain) -> list[Plain]:
    """What whoever runs the set looks at, one tap each."""
    fires = {"blank-fire", "live-fire", "firearm-display"} & set(activity.plan.hazards or ())
    asked = [word for one in answer.get("reasons", ()) for word in one["missing"]]
    planned = [check for check, _ in activity.plan.checks or ()]
    known = words.ACTIVITY_CHECKS - words.MEASURING_CHECKS
    wanted = [
        check
        for check in dict.fromkeys((*(_CHECKS_WITH_FIRE if fires else _CHECKS), *asked, *planned))
        if check in known
    ]
    return [_check(look, activity, check) for check in wanted]


def _check(look: Look, activity: Activity, check: str) -> Plain:
    chain = look.state.checks.get((activity.id, check))
    record = chain.item if chain is not None else None
    stands = record is not None and record.passed and _stands(look, activity, record)
    write = {"what": "check.made", "checks": [check], "on": [activity.id], "passed": True}
    return act(
        f"check/{activity.id}/{check}",
        _CHECK_WORDS.get(check, check.replace("-", " ").capitalize()),
        [write],
        small=True,
        done=done_at(look, record.mark) if stands and record is not None else "",
    )


def _stands(look: Look, activity: Activity, record: CheckRecord) -> bool:
    """Whether it was made today and since the last change that people had to hear of."""
    day = look.state.day
    fallen = look.state.fallen.get((activity.id, record.check), 0)
    changed = activity.changed.seq if activity.changed is not None else 0
    first = day.first.seq if day is not None else 0
    return record.mark.seq >= max(first, fallen + 1, changed)


def today(look: Look) -> list[Plain]:
    """The activities of the day in their order; those of earlier days last."""
    floor, past = on_the_floor(look), earlier_days(look)
    planned = planned_today(look)
    coming = [one.id for one in planned if not takes_begun(look, one.id)][:ASKED_AHEAD]
    told = [card(look, one, asked=one.id == floor or one.id in coming) for one in planned]
    activities = look.state.activities.values()
    gone = [one for one in activities if one.id in past and one.known and not one.dropped]
    return told + [card(look, one, asked=False) | {"earlier": True} for one in gone]


def day(look: Look) -> Plain:
    """Open or close the day. Closing is never refused; what does not add up stays visible."""
    date = look.now.astimezone(look.zone).date().isoformat()
    found = look.state.day
    opened = found is not None and found.closed is None and found.first.at is not None
    told: Plain = {
        "opened": day_and_clock(look, found.first) if opened and found is not None else "",
        "closed": day_and_clock(look, found.closed) if found is not None and found.closed else "",
        "differences": differences(look),
        "unexplained": [str(one["says"]) for one in unexplained(look) if not one.get("mended")],
        "gaps": len(look.state.gaps),
    }
    if not opened:
        write = {"what": "day.opened", "date": date}
        return told | {"act": act("day/open", "Open the day", [write], main=True)}
    asked = {"gate": "close-day", "on": ["day"]}
    # In the middle of a day nearly everything is open: then the list is told, without steps.
    answer = answer_to(look, asked, key="day/close", steps=False)
    if len(answer.get("reasons", ())) <= _STEPS_AT_CLOSE:
        answer = answer_to(look, asked, key="day/close")
    named = found.date.isoformat() if found is not None and found.date is not None else date
    return told | {
        "answer": on_the_floor_told(look, answer),
        "act": act("day/close", "Close the day", [{"what": "day.closed", "date": named}]),
    }

"""The day on the floor: each activity with its next act and that act's answer; open and close.

1. The next act of an activity follows from its phase and from whether a take is on: rolled,
   rehearsed, tested, started; then cut. It can be pressed whatever the gate says.
2. An answer is asked beforehand for what has not begun and for what is on the floor.
3. A step that needs two people's own words is no button beside a reason: it leads to where
   two people restart. Nobody agrees for somebody else.
4. Who raised a concern is named beside no reason; it is theirs to close, on their own device.
5. The checks that a first AD makes are taps of their own; those with a number to measure are
   made where the tape is.
"""

from __future__ import annotations

from typing import Any, Final

from showclear.app.views.acts import act, done_at
from showclear.app.views.answers import CAUSED, answer_to
from showclear.app.views.floor_open import differences
from showclear.app.views.floor_plan import changes
from showclear.app.views.floor_set import in_it
from showclear.app.views.floor_takes import takes
from showclear.app.views.floor_today import (
    STARTS,
    begins,
    next_take,
    on_the_floor,
    planned_today,
    take_now,
    takes_begun,
)
from showclear.app.views.look import Look
from showclear.app.views.rounds import differences as unexplained
from showclear.app.views.wording import clock, listed, number, people, title
from showclear.core import words
from showclear.core.nouns import Activity, CheckRecord
from showclear.core.own_asked import PACK

Plain = dict[str, Any]

_BEGUN_WORDS: Final = {
    "activity.rolled": "Rolled",
    "activity.rehearsed": "Rehearsing",
    "activity.tested": "Testing",
    "activity.started": "Started",
}
_OTHER_WORDS: Final = {"rehearse": "Rehearse it first", "test": "Test it first"}
_WITH_PEOPLE: Final = ("work.resumed", "stop.mistaken")
"""What only two people's own words write."""

_SPEAKING_UP: Final = frozenset({"concern-open"})
"""Reasons whose next step would name somebody who spoke up."""

_STEPS_AT_CLOSE: Final = 8

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


def card(look: Look, activity: Activity, *, whole: bool) -> Plain:
    """One activity.

    Args:
        whole: Whether its answer, checks and plan changes are made too.
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
    if not whole:
        return told
    answer = _answer(look, activity, gate)
    take = take_now(look, activity) or next_take(look, activity.id, tag)
    told |= {
        "take": f"take {take}" if tag != STARTS[0] else "",
        "gate": gate,
        "answer": answer,
        "weapons": _weapons(look, activity),
        "next": _next(look, activity, tag, take, main=answer["answer"] == "clear"),
        "other": [] if activity.on is not None else _others(look, activity, gate),
        "checks": _checks(look, activity, answer),
        "plan": changes(look, activity) if activity.id == on_the_floor(look) else None,
    }
    return told


def _answer(look: Look, activity: Activity, gate: str) -> Plain:
    """What the gate would say now; of a take that is on, what it said when it began."""
    if activity.on is None:
        asked = {"gate": gate, "on": [activity.id], "for": activity.id}
        return without_two(answer_to(look, asked, key=f"{activity.id}/{gate}"))
    told = look.memory.find(activity.on.said)
    begun = f"On since {clock(look, activity.on)}"
    if told is None or not told.answer:
        return {"gate": gate, "answer": "on", "says": begun}
    missing = listed([word.replace("-", " ").replace(".", " ") for word in told.missing])
    said = "Clear" if told.answer == "clear" else f"Hold: {missing}"
    return {"gate": told.gate, "answer": "on", "says": begun, "said": f"The gate said {said}"}


def _status(look: Look, activity: Activity) -> str:
    begun = takes_begun(look, activity.id)
    if activity.on is not None:
        return f"On since {clock(look, activity.on)}"
    if not begun:
        return ""
    return f"{number(len(begun), 'take')}, last {clock(look, begun[-1].said.at)}"


def without_two(answer: Plain) -> Plain:
    """An answer in which no single tap writes what two people have to say themselves."""
    for reason in answer.get("reasons", ()):
        _say_once(reason)
        if reason["pack"] == PACK:
            # What is open stands on this screen with its time; its minted id tells nobody more.
            reason["says"] = str(reason["says"]).replace(f" ({reason['on']})", "")
        # Of one answer some reasons happened and some are only steps: told apart by weight.
        reason["caused"] = bool(CAUSED & set(reason["missing"]))
        _name_nobody(reason)
        step = reason["next"].get("act")
        if step is not None and any(one["what"] in _WITH_PEOPLE for one in step["write"]):
            del reason["next"]["act"]
            reason["next"]["restart"] = True
    return answer


def _name_nobody(reason: Plain) -> None:
    """Whose concern it is stands on no screen: neither in words nor in what a step would write."""
    if _SPEAKING_UP & set(reason["missing"]):
        reason["who"] = "Whoever raised it, on their own device"
        reason["next"].pop("act", None)


def _say_once(reason: Plain) -> None:
    """Say once what is so of several things: on a phone the same words thrice hide the next."""
    alike = (
        [str(reason["says"]).split(" "), *(str(one).split(" ") for one in reason["also"])]
        if (reason.get("also"))
        else []
    )
    if not alike or len({len(words_) for words_ in alike}) != 1:
        return
    differing = [place for place in range(len(alike[0])) if len({one[place] for one in alike}) > 1]
    if len(differing) == 1:
        (place,) = differing
        told = [*alike[0]]
        told[place] = listed([one[place] for one in alike])
        reason["says"] = " ".join(told)
        del reason["also"]


def _weapons(look: Look, activity: Activity) -> list[Plain]:
    """The weapons of the plan: for whom, what is in them, who has them."""
    told = []
    for one in activity.plan.weapons or ():
        weapon = look.state.weapons.get(str(one.weapon))
        holder = weapon.holder if weapon is not None and weapon.place == "held" else None
        told.append(
            {
                "weapon": str(one.weapon),
                "for": people(look, one.performer or ()),
                "planned": _planned_load(one.load, one.count),
                "holds": in_it(look, weapon) if weapon is not None else "not registered",
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


def _others(look: Look, activity: Activity, gate: str) -> list[Plain]:
    """Before a shot people rehearse, or test: with the same weapons, and under its own gate."""
    if gate != "roll":
        return []
    told = []
    for tag, other in (("activity.rehearsed", "rehearse"), ("activity.tested", "test")):
        take = next_take(look, activity.id, tag)
        write = {"what": tag, "activity": activity.id, "take": take}
        asked = {"gate": other, "on": [activity.id], "for": activity.id}
        answer = answer_to(look, asked, key=f"{activity.id}/{other}", steps=False)
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
    """The activities of the day in their order; the one on the floor, and those to come, whole."""
    floor = on_the_floor(look)
    return [
        card(
            look, one, whole=one.id == floor or not takes_begun(look, one.id) or one.on is not None
        )
        for one in planned_today(look)
    ]


def day(look: Look) -> Plain:
    """Open or close the day. Closing is never refused; what does not add up stays visible."""
    date = look.now.astimezone(look.zone).date().isoformat()
    found = look.state.day
    opened = found is not None and found.closed is None and found.first.at is not None
    told: Plain = {
        "opened": clock(look, found.first) if opened and found is not None else "",
        "closed": clock(look, found.closed) if found is not None and found.closed else "",
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
        "answer": without_two(answer),
        "act": act("day/close", "Close the day", [{"what": "day.closed", "date": named}]),
    }

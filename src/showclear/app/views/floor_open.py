"""What is still open: concerns that are owed an answer, incidents, remedies, what does not add up.

* A concern shows its age and what became of it, and never whose it is. Its words stand here,
  because whoever has to answer must know what was asked.
* It is answered by another than whoever raised it, and closed by the raiser, on their own
  device, or by two others with reasons.
* An incident ends as the vocabulary says: something set, done, verified by another; then two
  people restart (`restart`).
"""

from __future__ import annotations

from typing import Any

from showclear.app.views.acts import NEW, act
from showclear.app.views.look import Look
from showclear.app.views.wording import age, day_and_clock, instant, listed, number, person, title
from showclear.core.nouns import Concern, Incident, Remedy

Plain = dict[str, Any]


def concerns(look: Look) -> Plain:
    """Every concern that nobody has closed, oldest first."""
    found = sorted(look.state.concerns.values(), key=lambda one: one.mark.seq)
    unanswered = [one for one in found if one.answered is None]
    return {
        "count": len(unanswered),
        "says": f"{number(len(unanswered), 'concern')} unanswered" if unanswered else "",
        "oldest": age(look, unanswered[0].mark) if unanswered else "",
        "rows": [_concern(look, one) for one in found],
    }


def _concern(look: Look, one: Concern) -> Plain:
    told = look.memory.find(one.mark.said)
    read = _read_at(look, one.id)
    about = listed([_called(look, name) for name in one.about])
    own = {"concern": one.id}
    acts = []
    if not read and one.answered is None:
        acts.append(
            act(
                f"concern/{one.id}/read",
                "Read",
                [{"what": "concern.acknowledged", **own}],
                small=True,
            )
        )
    acts.append(
        act(
            f"concern/{one.id}/answered",
            "Answered aloud",
            [{"what": "concern.answered", **own}],
            small=True,
            done=day_and_clock(look, one.answered) if one.answered is not None else "",
        )
    )
    acts.append(
        act(
            f"concern/{one.id}/closed",
            "Close, with a reason",
            [{"what": "concern.closed", **own, "because": "$text"}],
            small=True,
            needs="words",
            note="Two others than who raised it"
            if not one.closing
            else f"{number(len(one.closing), 'person', 'people')} so far",
        )
    )
    return {
        "id": one.id,
        "words": (told.said.note or "") if told is not None else "",
        "about": about,
        "since": day_and_clock(look, one.mark),
        "instant": instant(one.mark),
        "age": age(look, one.mark),
        "holds": one.holds,
        "status": _status(look, one, read) + _taken_back(look, "concerns", one.id),
        "acts": acts,
    }


def _status(look: Look, one: Concern, read: str) -> str:
    if one.answered is not None:
        return f"Answered {day_and_clock(look, one.answered)}, open until it is said to be solved"
    return f"Read {read}, not answered" if read else "Not answered"


def _read_at(look: Look, name: str) -> str:
    for fact in look.state.facts.get("concern.acknowledged") or ():
        if name in fact.on:
            return day_and_clock(look, fact.mark) or "before"
    return ""


def _taken_back(look: Look, table: str, name: str) -> str:
    """What is added where somebody withdrew it: that lifts no hold."""
    return (
        " Taken back by somebody; it holds all the same."
        if (look.was_taken_back(table, name))
        else ""
    )


def _called(look: Look, name: str) -> str:
    return title(look, name) if name in look.state.activities else name


def incidents(look: Look) -> list[Plain]:
    """Every incident that holds, with the next of: set, done, verified."""
    return [_incident(look, one) for one in look.state.incidents.values()]


def _incident(look: Look, one: Incident) -> Plain:
    kind = "Unintended shot" if one.discharge else one.kind.replace("-", " ").capitalize()
    remedies = [
        _remedy(look, own)
        for own in look.state.remedies.values()
        if own.for_ == one.id and own.before_restart
    ]
    set_ = {"what": "remedy.set", "remedy": NEW, "for": one.id, "before_restart": True}
    return {
        "id": one.id,
        "says": kind,
        "about": listed([_called(look, name) for name in one.about]),
        "since": day_and_clock(look, one.mark),
        "age": age(look, one.mark),
        "remedies": remedies,
        "note": "Holds all weapon work." + _taken_back(look, "incidents", one.id),
        "act": act(
            f"incident/{one.id}/remedy",
            "What must be done first",
            [{**set_, "note": "$text"}],
            needs="words",
            note="A few words: cause and remedy",
        ),
    }


def _remedy(look: Look, one: Remedy) -> Plain:
    told = look.memory.find(one.mark.said)
    own: Plain = {
        "id": one.id,
        "words": (told.said.note or "") if told is not None else "",
        "status": "to be done",
    }
    if one.verified:
        own["status"] = "done and verified"
    elif one.done_by is not None:
        own["status"] = f"done by {person(look, one.done_by)}, to be verified by somebody else"
        own["not"] = [one.done_by]
        own["act"] = act(
            f"remedy/{one.id}/verified",
            "Verified: I looked",
            [{"what": "remedy.verified", "remedy": one.id}],
        )
    else:
        own["act"] = act(
            f"remedy/{one.id}/done", "Done", [{"what": "remedy.done", "remedy": one.id}]
        )
    return own


def refusals(look: Look) -> list[str]:
    """How many said no to what, and nobody's name."""
    by_activity: dict[str, int] = {}
    for one in look.state.refusals.values():
        by_activity[one.activity] = by_activity.get(one.activity, 0) + 1
    return [
        f"{number(count, 'person', 'people')} not in: {_called(look, name)}"
        for name, count in by_activity.items()
    ]


def walk_outs(look: Look) -> list[Plain]:
    """Walk-outs that hold: how many, of which work, and what is missing to go on."""
    return [
        {
            "id": one.id,
            "says": f"{number(len(one.people), 'person', 'people')} walked out",
            "since": day_and_clock(look, one.mark),
            "next": "Meeting with whoever takes over, then two people agree to go on",
        }
        for one in look.state.walk_outs.values()
    ]


def differences(look: Look) -> list[Plain]:
    """What does not add up now, and what did not when the day was closed."""
    found = [
        {
            "lot": lot.id,
            "says": f"{lot.id}: {_over_or_under(lot.difference)}",
            "since": day_and_clock(look, lot.counted),
        }
        for lot in look.state.lots.values()
        if lot.difference
    ]
    found += [
        {"lot": one.on, "says": f"{one.on}: {one.text}", "since": day_and_clock(look, one.mark)}
        for one in look.state.contradictions.values()
        if one.ends == "count"
    ]
    told = {row["lot"] for row in found}
    found += [
        {"lot": lot, "says": f"{lot}: closed with a difference of {count:+d}", "since": ""}
        for lot, count in look.state.differences
        if lot not in told
    ]
    return found


def _over_or_under(difference: int) -> str:
    return f"{-difference} missing" if difference < 0 else f"{difference} too many"

"""What is stopped or paused, who has agreed to go on, and who still has to?

1. Two people restart, each by their own word. The first says `confirmed`, `agree`, of what
   stopped the work; it waits on the screen until a second person says it too. The second
   one's word comes with `work.resumed`, which names both. Where the second person gives a
   badge or PIN on the first one's device, that word is on record first, and either writes it.
2. An agreement counts here only if it was said on that person's own device, or on their badge
   or PIN; a name that somebody else typed is no agreement.
3. Who may be the second is asked of the record: at least one of the two neither called the
   stop nor is in the act.
4. "Pressed by mistake" needs whoever pressed and one other. Who pressed is on no screen: they
   say so on their own device, the other agrees to go on like anybody, and the presser's own
   device, which alone knows both, writes the end (`floor_mine`).
5. Stop asks for no name and writes none, so the record does not know who pressed. Saying that
   it was by mistake is saying that it was you: it is offered to the page that pressed, and
   nothing of it is written until somebody taps it.
6. Nobody's name who stopped the work is in here. Who agrees to go on is named.

Source: docs/formats/vocabulary.md, "What holds, and what ends it".
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any, Final

from showclear.app.memory import Told
from showclear.app.views.acts import NEW, act
from showclear.app.views.floor_today import on_the_floor, said_today
from showclear.app.views.look import Look
from showclear.app.views.wording import (
    age,
    day_and_clock,
    instant,
    listed,
    people,
    person,
    role_text,
    title,
)
from showclear.core import words
from showclear.core.fold_after import resume_lacks
from showclear.core.nouns import Incident, Mark, Stop
from showclear.core.said_after import PauseCalled, RemedyVerified, StopMistaken
from showclear.core.said_plan import Confirmed

Plain = dict[str, Any]

NOBODY_ELSE: Final = "One of the two must be somebody who is not in the stopped act."

PAUSES: Final = {
    "rain": "Rain",
    "radio": "Radio",
    "a dog": "A dog",
    "light": "Light",
    "sound": "Sound",
}
"""What work mostly waits for: each is one tap. The words stand in the note."""


def restarts(look: Look) -> list[Plain]:
    """Everything that only two people together end, and that can be ended now."""
    state = look.state
    found = [_stop(look, one) for one in state.stops.values()]
    for one in state.incidents.values():
        if not _lacks_before(look, one.id):
            found.append(_two(look, one.id, one.mark, f"{_incident(one)} remedied"))
    for gone in state.walk_outs.values():
        if not _lacks_before(look, gone.id):
            found.append(_two(look, gone.id, gone.mark, "Somebody has taken over"))
    for unclear in state.contradictions.values():
        if unclear.ends == "two-agree":
            name = unclear.mark.said
            told = _two(look, name, unclear.mark, "Something said could not be read")
            found.append(told | {"more": unclear.text, "kind": "unreadable"})
    return found


def _incident(one: Incident) -> str:
    return "Unintended shot" if one.discharge else one.kind.replace("-", " ").capitalize()


def _lacks_before(look: Look, name: str) -> tuple[str, ...]:
    """What is missing before anybody may agree."""
    lacks = resume_lacks(look.state, name, frozenset(("one", "other")))
    return tuple(word for word in lacks if word != "stopped")


def _stop(look: Look, stop: Stop) -> Plain:
    told = _two(look, stop.id, stop.mark, "Work is stopped")
    where = "" if stop.scope is None else listed([_named(look, name) for name in stop.scope])
    told |= {
        "kind": "stop",
        "says": f"Stopped: {where}" if where else "Work is stopped",
        "called": f"Called {day_and_clock(look, stop.mark)}, no name given, no reason needed.",
        "note": "A locked phone does not ring: say it aloud.",
    }
    # For the page that pressed, and shown by no other.
    told["claim"] = _claim(stop, "$me")
    if _claimed(look, stop):
        told["mistaken"] = "Whoever pressed it says: by mistake. One other person agrees."
    return told


def _named(look: Look, name: str) -> str:
    if name in look.state.activities:
        return title(look, name)
    return person(look, name) if name in look.state.people else name


def _two(look: Look, name: str, mark: Mark, says: str) -> Plain:
    """One thing that two people end, as far as it has come."""
    agreed = agreements(look, name, mark)
    may = completing(look, name, agreed)
    both = _pair(look, name, agreed)
    confirm = {"what": "confirmed", "of": mark.said, "as": ["agree"]}
    told: Plain = {
        "id": name,
        "kind": "restart",
        "says": says,
        "since": day_and_clock(look, mark),
        "instant": instant(mark),
        "age": age(look, mark),
        "agreed": [
            {"person": who, "label": person(look, who), "at": day_and_clock(look, told.said.at)}
            for who, told in agreed.items()
        ],
        "needs": _needs(look, agreed, may, both),
        "completes": sorted(may),
        "agree": act(f"restart/{name}/agree", "I agree to go on", [confirm]),
    }
    if may:
        end = _resumed(look, name, [_partner(look, name, agreed), "$me"])
        says_it = "I agree: we go on"
        told["resume"] = act(f"restart/{name}/resume", says_it, [confirm, end], main=True)
    if both:
        end = _resumed(look, name, list(both))
        told["both"] = act(f"restart/{name}/both", "Both agree: we go on", [end], main=True)
    return told


def _resumed(look: Look, name: str, agreed: list[str]) -> Plain:
    end: Plain = {"what": "work.resumed", "agreed_by": agreed}
    return end | ({"stop": name} if name in look.state.stops else {"scope": [name]})


def _pair(look: Look, name: str, agreed: Iterable[str]) -> tuple[str, str] | None:
    """Two who have both said it, and who together may."""
    found = combinations(agreed, 2)
    return next((two for two in found if not resume_lacks(look.state, name, frozenset(two))), None)


def _needs(
    look: Look, agreed: dict[str, Told], may: frozenset[str], both: tuple[str, str] | None
) -> str:
    if not agreed:
        return "Two people restart. You alone cannot."
    told = f"{people(look, agreed)} {'agrees' if len(agreed) == 1 else 'agree'}."
    if both:
        return told
    return f"{told} One more person." if may else f"{told} {NOBODY_ELSE}"


def agreements(look: Look, name: str, mark: Mark) -> dict[str, Told]:
    """Who has agreed by their own word, in the order in which they did."""
    since = _ready_at(look, name)
    found: dict[str, Told] = {}
    for told in said_today(look):
        said = told.said
        if not isinstance(said, Confirmed) or said.of != mark.said or "agree" not in said.as_:
            continue
        own = said.attested in words.INDEPENDENT and said.said_by in (None, said.by)
        if own and told.index > since and said.speaker not in words.RESERVED:
            found[said.speaker] = told
    return found


def _ready_at(look: Look, name: str) -> int:
    """An agreement to go on before the last remedy was verified was about something else."""
    remedies = {one.id for one in look.state.remedies.values() if one.for_ == name}
    last = -1
    for told in said_today(look):
        if isinstance(told.said, RemedyVerified) and told.said.remedy in remedies:
            last = max(last, told.index)
    return last


def completing(look: Look, name: str, agreed: Iterable[str]) -> frozenset[str]:
    """Whose word would now be the second one that ends it."""
    first = frozenset(agreed)
    return frozenset(
        one.id
        for one in look.state.people.values()
        if not (one.left or one.many or one.id in first)
        and any(not resume_lacks(look.state, name, frozenset((who, one.id))) for who in first)
    )


def _partner(look: Look, name: str, agreed: Iterable[str]) -> str:
    """Of those who agreed, the one with whom most others can end it."""
    return max(agreed, key=lambda who: len(completing(look, name, (who,))))


def _claimed(look: Look, stop: Stop) -> frozenset[str]:
    """Who has said, by their own word, that they pressed this by mistake.

    Where it is on record who pressed, only they can.
    """
    return frozenset(
        said.speaker
        for told in said_today(look)
        if isinstance(said := told.said, StopMistaken)
        and said.stop == stop.id
        and said.attested in words.INDEPENDENT
        and said.speaker not in words.RESERVED
        and stop.by in (said.speaker, "anonymous")
    )


def _claim(stop: Stop, who: str) -> Plain:
    return act(
        f"mine/{stop.id}/mistaken",
        "Pressed by mistake",
        [{"what": "stop.mistaken", "stop": stop.id, "agreed_by": [who]}],
        note="The record then has that it was you. Screens name nobody.",
        small=True,
    )


def own_mistakes(look: Look, who: str) -> list[Plain]:
    """For whoever pressed, and nobody else: that it was by mistake, and its end."""
    found = []
    for stop in look.state.stops.values():
        if who in _claimed(look, stop):
            found.append(_ending(look, stop, who))
        elif stop.by == who:
            found.append({"stop": stop.id, "act": _claim(stop, who)})
    return found


def _ending(look: Look, stop: Stop, who: str) -> Plain:
    """What ends it, once one other agrees. Nothing of it is on anybody else's device."""
    other = next((name for name in agreements(look, stop.id, stop.mark) if name != who), "")
    if not other:
        says = "You said: pressed by mistake. One other person has to agree."
        return {"stop": stop.id, "says": says}
    both = [who, other]
    write: list[Plain] = [{"what": "stop.mistaken", "stop": stop.id, "agreed_by": both}]
    if stop.by != who:
        # The record does not know who pressed, so two people restart it like any other.
        write.append({"what": "work.resumed", "stop": stop.id, "agreed_by": both})
    says = f"{person(look, other)} agrees: by mistake, we go on"
    return {"stop": stop.id, "act": act(f"mine/{stop.id}/over", says, write, main=True)}


# --- pauses ------------------------------------------------------------------------------


def pauses(look: Look) -> list[Plain]:
    """Every pause, with who may lift it: whoever called it, or the same role."""
    return [_pause(look, one) for one in look.state.pauses.values()]


def _pause(look: Look, pause: Stop) -> Plain:
    told = look.memory.find(pause.mark.said)
    note = told.said.note if told is not None and isinstance(told.said, PauseCalled) else None
    same = [
        one.id
        for one in look.state.people.values()
        if not one.left and (one.id == pause.by or one.roles & pause.roles)
    ]
    who = listed([role_text(role) for role in sorted(pause.roles)]) or "Whoever called it"
    return {
        "id": pause.id,
        "since": day_and_clock(look, pause.mark),
        "instant": instant(pause.mark),
        "says": f"Paused since {day_and_clock(look, pause.mark)}" + (f": {note}" if note else ""),
        "who": f"{who} lifts it",
        "may": sorted(same),
        "act": act(
            f"pause/{pause.id}/lift",
            "Pause over",
            [{"what": "pause.lifted", "pause": pause.id}],
            main=True,
        ),
    }


def pausing(look: Look) -> Plain:
    """The pause under the thumb, and the same with what it waits for."""
    write = {"what": "pause.called", "pause": NEW, "scope": "all"}
    acts = [
        act(f"pause/{key.replace(' ', '-')}", says, [{**write, "note": key}], small=True)
        for key, says in PAUSES.items()
    ]
    return {
        "act": act("pause", "Pause", [write], title="Pause: work waits until it is lifted"),
        "because": acts,
        "floor": on_the_floor(look),
    }

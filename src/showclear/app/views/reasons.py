"""A gate's reasons as the floor tells them: short enough for a phone, and true as acts.

1. A step beside a reason is a button that says the fact it writes, not what to do: whoever
   presses "Meeting held with Deputy and Focus" knows what they have said.
2. What needs words, or two people's own words, is no button here: it leads to its place.
3. Who raised a concern is named beside no reason.
4. What is so of several things is said once; what one act clears is asked for once.
5. An id that was minted tells nobody anything: an activity is its title, an incident what it
   was and when.
"""

from __future__ import annotations

import re
from typing import Any, Final

from showclear.app.views.answers import ACTS, CAUSED
from showclear.app.views.look import Look
from showclear.app.views.sentences import in_runs, sentence_of
from showclear.app.views.wording import body_text, day_and_clock, listed, people, title
from showclear.core.own_asked import PACK
from showclear.core.parse import read_statement
from showclear.core.statement import Kept

Plain = dict[str, Any]

ANY_HANDLER: Final = "Any handler"
RAISER: Final = "Whoever raised it, on their own device; or two others, with reasons"
ON_THE_FLOOR: Final = "Two people restart it, on the floor"
OWN_RULE: Final = "Showclear's own"

_WITH_PEOPLE: Final = ("work.resumed", "stop.mistaken")
"""What only two people's own words write."""

_WITH_WORDS: Final = ("remedy.set",)
"""What is nothing without a few words."""

WHY_WORKING: Final = ("It fires in the shot", "Its action is seen close", "Its sound is recorded")
"""Why a working firearm is needed, as a tap. Any other reason is said where it is planned."""

_EACH_PERSON: Final = ("change.agreed", "meeting.joined")
"""What is said of one person after the other."""

_SPEAKING_UP: Final = frozenset({"concern-open"})
"""Reasons whose next step would name somebody who spoke up."""

_MINTED: Final = re.compile(r"[a-z]+-[a-z2-7]{10,}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]")
_SET: Final = {"hot": "HOT", "cold": "COLD", "gun-on-set": "GUN ON SET"}
_PLURALS: Final = {"has": "have", "is": "are", "was": "were", "does": "do"}


def on_the_floor_told(look: Look, answer: Plain, *, about: str = "") -> Plain:
    """An answer as the floor tells it; changes and returns it.

    Args:
        about: The activity under whose title it stands.
    """
    if "reasons" not in answer:
        return answer
    answer["reasons"] = _told_once(_asked_once(answer["reasons"]))
    for reason in answer["reasons"]:
        _say_once(reason)
        if reason["pack"] == PACK:
            # What is open stands on this screen with its time; its id tells nobody more.
            reason["says"] = str(reason["says"]).replace(f" ({reason['on']})", "")
            reason["cite"] = OWN_RULE
        reason["says"] = called(look, str(reason["says"]), about=about)
        if reason.get("also"):
            reason["also"] = [called(look, str(one), about=about) for one in reason["also"]]
        # Of one answer some reasons happened and some are only steps: told apart by weight.
        reason["caused"] = bool(CAUSED & set(reason["missing"]))
        _step(look, reason)
    gate = str(answer["gate"])
    if answer["reasons"]:
        answer["says"] = f"{len(answer['reasons'])} missing to {ACTS.get(gate, gate)}"
    return answer


def worded(look: Look, answer: Plain) -> Plain:
    """An answer with its acts as the facts they write, and things called as people call them.

    Changes and returns it; what is offered stays what it was.
    """
    for reason in answer.get("reasons", ()):
        reason["says"] = called(look, str(reason["says"]))
        if reason.get("also"):
            reason["also"] = [called(look, str(one)) for one in reason["also"]]
        step = reason["next"].get("act")
        if step is None:
            continue
        if {str(one["what"]) for one in step["write"]} & {*_WITH_PEOPLE}:
            # Two people say it, each for themselves: no tap at the cart says it for both.
            reason["next"] = {"say": ON_THE_FLOOR}
            reason["says"] = str(reason["says"]).replace(f" ({reason['on']})", "")
            continue
        step["says"] = ". ".join(fact_of(look, one) for one in step["write"])
        if choices := _why_working(step):
            # Nobody has said why yet, so no one tap may say it for them.
            reason["next"] = {"say": reason["next"]["say"]}
            reason["acts"] = choices
    return answer


def _step(look: Look, reason: Plain) -> None:
    """The next step: a button with its fact, or where it is done."""
    step = reason["next"].get("act")
    if _SPEAKING_UP & set(reason["missing"]):
        reason["who"] = RAISER
        reason["next"].pop("act", None)
        return
    if step is None:
        return
    if "walk-out-open" in reason["missing"]:
        # Who takes over is known to whoever calls the roll, and not to the plan.
        del reason["next"]["act"]
        reason["next"]["meeting"] = True
        return
    what = {str(one["what"]) for one in step["write"]}
    if what & {*_WITH_PEOPLE, *_WITH_WORDS}:
        del reason["next"]["act"]
        reason["next"]["restart" if what & set(_WITH_PEOPLE) else "open"] = True
        return
    if choices := _why_working(step):
        reason["next"]["acts"] = choices
        del reason["next"]["act"]
        return
    able = step.get("by_any_of") or []
    if len(able) > 1 and all(look.state.handles(who) for who in able):
        reason["who"] = ANY_HANDLER
    fact = "Goes on without them" if "refused" in reason["missing"] else ""
    for one in reason["next"].get("acts", (step,)):
        one["says"] = fact or ". ".join(fact_of(look, each) for each in one["write"])
    if "acts" in reason["next"]:
        del reason["next"]["act"]


def _why_working(step: Plain) -> list[Plain]:
    """Why a working firearm is needed, one act for each reason that people give."""
    (write, *more) = step["write"]
    if more or write["what"] != "activity.changed" or "needs_firearm" not in write:
        return []
    return [
        {
            **step,
            "key": f"{step['key']}/{place}",
            "says": why,
            "title": f"A working firearm is needed: {why[:1].lower()}{why[1:]}",
            "write": [{**write, "needs_firearm": why}],
        }
        for place, why in enumerate(WHY_WORKING)
    ]


def fact_of(look: Look, write: Plain) -> str:
    """What a statement says once it is pressed, without what stands beside the button already."""
    match write["what"]:
        case "meeting.held":
            return f"Meeting held with {people(look, _names(write.get('present')))}"
        case "change.agreed":
            return f"{people(look, _names(write.get('people')))} heard it and agreed"
        case "meeting.joined":
            return f"{people(look, _names(write.get('people')))} briefed"
        case "activity.changed" if set(write) <= {"what", "by", "activity", "supervisor"}:
            who = people(look, _names(write["supervisor"]))
            return (
                f"{who} {'supervises' if len(_names(write['supervisor'])) == 1 else 'supervise'} it"
            )
        case "notified":
            return f"Told: {body_text(str(write['whom']))}"
        case "set.declared":
            return f"Called {_SET.get(str(write['state']), write['state'])}"
        case _:
            plain = {key: value for key, value in write.items() if key not in ("for", "by")}
            said = read_statement(
                {"id": "asked", "at": look.now.isoformat(), "by": "nobody", **plain},
                fallback_id="asked",
            )
            # What cannot be read yet is told by its tag; pressed, it is on record all the same.
            tag = str(write["what"]).replace(".", " ").replace("-", " ")
            return tag.capitalize() if isinstance(said, Kept) else sentence_of(said, look)


def _names(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value or ()]


# --- once ---------------------------------------------------------------------------------


def _asked_once(reasons: list[Plain]) -> list[Plain]:
    """One reason for all that one rule asks and one act clears, whoever is named first in it."""
    told: list[Plain] = []
    same: dict[tuple[str, str], Plain] = {}
    for reason in reasons:
        step = reason["next"].get("act")
        if step is None and _SPEAKING_UP & set(reason["missing"]):
            told.append(reason)
            continue
        # Where no step was worked out, what to do is the same words.
        same_step = _in_order(step["write"]) if step is not None else reason["next"].get("say")
        key = (str(reason["rule"]), repr(same_step))
        first = same.setdefault(key, reason)
        if first is reason:
            told.append(reason)
        else:
            first.setdefault("also", []).extend([reason["says"], *reason.get("also", ())])
    return told


def _told_once(reasons: list[Plain]) -> list[Plain]:
    """What is lacking of one person after the other is one reason, with an act for each.

    Never one act for all: whoever taps has looked at that one.
    """
    told: list[Plain] = []
    same: dict[tuple[str, str], Plain] = {}
    for reason in reasons:
        step = reason["next"].get("act")
        alone = step and len(step["write"]) == 1 and step["write"][0]["what"] in _EACH_PERSON
        if not alone:
            told.append(reason)
            continue
        (write,) = step["write"]
        key = (str(reason["rule"]), repr(_in_order({**write, "people": ""})))
        first = same.setdefault(key, reason)
        if first is reason:
            told.append(reason)
        else:
            first.setdefault("also", []).extend([reason["says"], *reason.get("also", ())])
            first["next"].setdefault("acts", [first["next"]["act"]]).append(step)
    return told


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _in_order(one)) for key, one in value.items())
    if isinstance(value, list):
        return sorted((_in_order(one) for one in value), key=repr)
    return value


def _say_once(reason: Plain) -> None:
    """Say once what is so of several things: on a phone the same words thrice hide the next."""
    also = [str(one).split(" ") for one in reason.get("also", ())]
    first = str(reason["says"]).split(" ")
    alike = _starting_alike([first, *also])
    if not also or alike is None:
        return
    start, end = alike
    named = [" ".join(one[start : len(one) - end]) for one in (first, *also)]
    rest = _many(first[len(first) - end :])
    reason["says"] = " ".join([*first[:start], listed(in_runs(list(dict.fromkeys(named)))), *rest])
    del reason["also"]


def _starting_alike(lines: list[list[str]]) -> tuple[int, int] | None:
    """How many words are the same at both ends, where each line differs by a name only."""
    least = min(map(len, lines))
    start = end = 0
    while start < least and len({line[start] for line in lines}) == 1:
        start += 1
    while end < least - start and len({line[len(line) - 1 - end] for line in lines}) == 1:
        end += 1
    longest = max(len(line) - start - end for line in lines)
    shortest = min(len(line) - start - end for line in lines)
    return (start, end) if 1 <= shortest and longest <= 3 else None


def _many(rest: list[str]) -> list[str]:
    """What follows a name, as it follows several.

    >>> _many("has blanks in it and hot has not".split())
    ['have', 'blanks', 'in', 'them', 'and', 'hot', 'has', 'not']
    """
    told = [*rest]
    if told:
        told[0] = _PLURALS.get(told[0], told[0])
    for place, word in enumerate(told[:-1]):
        if word == "and":
            # Straight after "and" it is still said of the same ones.
            told[place + 1] = _PLURALS.get(told[place + 1], told[place + 1])
    for place in range(len(told) - 1):
        if told[place : place + 2] == ["in", "it"]:
            told[place + 1] = "them"
            break
    return told


# --- names --------------------------------------------------------------------------------


def called(look: Look, sentence: str, *, about: str = "") -> str:
    """A sentence in which what has an id is called as people call it."""

    def name(found: re.Match[str]) -> str:
        return _called(look, found.group(), about=about)

    told = _NAME.sub(name, sentence)
    return told[:1].upper() + told[1:] if told[:1] != sentence[:1] else told


def _called(look: Look, word: str, *, about: str) -> str:
    plain = word[:1].lower() + word[1:]
    if incident := look.state.incidents.get(plain):
        kind = "unintended shot" if incident.discharge else incident.kind.replace("-", " ")
        at = day_and_clock(look, incident.mark)
        return f"the {kind}" + (f" of {at}" if at else "")
    if plain in look.state.activities and not plain.isalpha():
        return "this" if plain == about else f"“{title(look, plain)}”"
    if _MINTED.fullmatch(plain) and (told := look.memory.find(plain)) is not None:
        return f"what was said {day_and_clock(look, told.said.at)}".strip()
    return word

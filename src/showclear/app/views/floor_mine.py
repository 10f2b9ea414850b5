"""What is wanted of this one person, and what only they may be shown?

* What somebody else wrote that they saw or were shown: one tap of their own word for each
  statement. A name that somebody else typed is no pair of eyes (`did not confirm`).
* Whoever runs the set is asked of a load that only one pair of eyes saw, also where nobody wrote
  their name: the gate waits for a second pair, and theirs are the nearest.
* Nobody who holds a weapon and is no handler is asked for anything; nor is anybody who only
  performs: no gate needs their word. They *may* say "I was shown it" or "I have it": that is
  told apart from what is wanted, and asks no question.
* A stop that they pressed, a concern that they raised: theirs to end, and on nobody's screen.

It goes to this person's device alone and into no stream.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from showclear.app.views.acts import act
from showclear.app.views.floor_today import said_today
from showclear.app.views.look import Look
from showclear.app.views.restart import own_mistakes
from showclear.app.views.wording import age, day_and_clock, listed, person, title
from showclear.core import words
from showclear.core.nouns import CheckRecord
from showclear.core.said_people import WeaponHandedOver
from showclear.core.said_plan import Confirmed
from showclear.core.steps import who_runs

Plain = dict[str, Any]

ASKED_MOST: Final = 8
"""More questions than these at once are answered by nobody; the newest come first."""

_ASKS: Final = {
    "load-shown": "Did you see the load of {on}?",
    "shown-clear": "Was {on} shown to you empty?",
    "chamber-empty": "Did you see {on} open and empty?",
    "barrel-clear": "Did you look through the bore of {on}?",
    "dummies-each-verified": "Did you see each dummy of {on} verified?",
    "blanks-verified": "Did you see {on} verified as blanks?",
    "dry-fired": "Did you see {on} dry-fired?",
    "line-walked": "Did you walk the line: {on}?",
    "distance-measured": "Did you see the distance measured: {on}?",
}
_PLAYS: Final = frozenset({"performer", "stand-in", "stunt-performer", "background"})


def mine(look: Look, who: str) -> Plain:
    """What this person is asked, and what is theirs.

    Args:
        who: The person whose device asks; empty for nobody.
    """
    if not who or who not in look.state.people:
        return {"person": who, "wanted": [], "may": [], "mistaken": [], "concerns": []}
    asked = _is_asked(look, who)
    found = told_of(look, who, asked=asked)
    return {
        "person": who,
        "wanted": found if asked else [],
        "may": [] if asked else found,
        "mistaken": own_mistakes(look, who),
        "concerns": _own_concerns(look, who),
    }


def _is_asked(look: Look, who: str) -> bool:
    """Whether this person's word is wanted, or theirs to give where they care to."""
    if look.state.handles(who):
        return True
    roles = look.state.person(who).roles
    return not _holds_something(look, who) and not (roles and roles <= _PLAYS)


def told_of(look: Look, who: str, *, asked: bool) -> list[Plain]:
    """Confirmations that others wrote this person's name for, newest first.

    Args:
        asked: Whether each is a question, or only told.
    """
    by_said: dict[str, list[CheckRecord]] = {}
    confirmed = _confirmed(look, who)
    for record in _of_today(look):
        if record.mark.said in confirmed:
            continue
        theirs = _names(record, who) or _second_eyes(look, record, who)
        if theirs and _stands(look, record) and _own_word(look, record):
            by_said.setdefault(record.mark.said, []).append(record)
    found = [_question(look, who, records, asked=asked) for records in by_said.values()]
    found += _in_hand(look, who, asked=asked)
    found.sort(key=lambda one: -int(one.pop("seq")))
    return found[:ASKED_MOST]


def _confirmed(look: Look, who: str) -> frozenset[str]:
    """Statements of which this person said their own word today, whatever it counts for."""
    return frozenset(
        told.said.of
        for told in said_today(look)
        if isinstance(told.said, Confirmed)
        and told.said.speaker == who
        and told.said.attested in words.INDEPENDENT
    )


def _of_today(look: Look) -> Iterator[CheckRecord]:
    """Every check of this day: what was shown to one after the other is several of them."""
    first = look.state.day.first.seq if look.state.day is not None else 0
    for chain in look.state.checks.values():
        for record in chain:
            if record.mark.seq < first:
                break
            yield record


def _holds_something(look: Look, who: str) -> bool:
    return any(one.place == "held" and one.holder == who for one in look.state.weapons.values())


def _names(record: CheckRecord, who: str) -> bool:
    """Whether somebody else wrote this person's name, and they have not said it themselves."""
    named = who in record.shown_to or who in record.named
    return named and who not in record.eyes and record.by != who and record.passed


def _second_eyes(look: Look, record: CheckRecord, who: str) -> bool:
    """Whether a load was shown to others, nobody but its maker saw it, and this person could."""
    if record.check != "load-shown" or not record.passed or len(record.eyes) > 1:
        return False
    weapon = look.state.weapons.get(record.on)
    if weapon is None or record.by == who or who != who_runs(look.state):
        return False
    begun = max((mark.seq for mark in (weapon.loaded, weapon.with_handler) if mark), default=-1)
    for other in look.state.checks.get((record.on, record.check)) or ():
        if other.mark.seq <= begun:
            break
        if who in other.eyes or who in other.shown_to or who in other.named:
            return False
    return True


def _own_word(look: Look, record: CheckRecord) -> bool:
    """Whether it was said itself, and not only included in what was (reading 16)."""
    told = look.memory.find(record.mark.said)
    return told is None or record.check in getattr(told.said, "checks", (record.check,))


def _stands(look: Look, record: CheckRecord) -> bool:
    """Whether it is of today and still about what is so: nothing went in, off or away since."""
    day = look.state.day
    if day is None or record.mark.seq < day.first.seq:
        return False
    since = [look.state.fallen.get((record.on, record.check), 0)]
    weapon = look.state.weapons.get(record.on)
    if weapon is not None:
        marks = (weapon.loaded, weapon.fired, weapon.taken_out)
        since += [mark.seq for mark in marks if mark is not None]
        if weapon.place not in ("held", "unattended"):
            return False
    activity = look.state.activities.get(record.on)
    if activity is not None and activity.changed is not None:
        since.append(activity.changed.seq)
    return record.mark.seq > max(since)


def _question(look: Look, who: str, records: list[CheckRecord], *, asked: bool) -> Plain:
    first = records[0]
    on = listed(sorted({_called(look, one.on) for one in records}))
    plays = bool(look.state.person(who).roles & _PLAYS)
    # Whose eyes are wanted says that they saw it, also where they perform besides.
    own = "was-shown" if plays and not asked and who in first.shown_to else "saw-it"
    checks = dict.fromkeys(one.check for one in records)
    telling = next((check for check in _ASKS if check in checks), first.check)
    asks = _ASKS.get(telling, f"Did you see {telling.replace('-', ' ')}: {{on}}?")
    fact = f"{on}, {telling.replace('-', ' ')}"
    told = f"On record: {fact} {'to you' if who in first.shown_to else 'with you there'}"
    word = "I was shown it" if own == "was-shown" else "Saw it"
    return {
        "says": asks.format(on=on) if asked else told,
        "at": day_and_clock(look, first.mark),
        "from": person(look, first.by),
        "seq": first.mark.seq,
        "act": act(
            f"mine/{first.mark.said}",
            word,
            [{"what": "confirmed", "of": first.mark.said, "as": [own]}],
            # Whoever hears the page or speaks to it needs the words that stand on the button.
            title=f"{word}: {fact}",
        ),
    }


def _called(look: Look, name: str) -> str:
    return title(look, name) if name in look.state.activities else name


def _in_hand(look: Look, who: str, *, asked: bool) -> list[Plain]:
    """Weapons that a handler wrote somebody else has: a handover has two ends."""
    held = {
        one.since.said: one
        for one in look.state.weapons.values()
        if one.place == "held" and one.holder == who and one.since and one.since.by != who
    }
    said = _confirmed(look, who)
    found = []
    for statement, weapon in held.items():
        told = look.memory.find(statement)
        if told is None or statement in said or not isinstance(told.said, WeaponHandedOver):
            continue
        names = [one.id for one in look.state.weapons.values() if one.since == weapon.since]
        mine_ = [name for name in names if look.state.weapons[name].holder == who]
        found.append(
            {
                "says": f"Is {listed(mine_)} with you?"
                if asked
                else f"On record: {listed(mine_)} with you",
                "at": day_and_clock(look, weapon.since),
                "from": person(look, told.said.speaker),
                "seq": weapon.since.seq if weapon.since else 0,
                "act": act(
                    f"mine/{statement}/have",
                    "I have it" if len(mine_) == 1 else "I have them",
                    [{"what": "confirmed", "of": statement, "as": ["have-it"]}],
                ),
            }
        )
    return found


def _own_concerns(look: Look, who: str) -> list[Plain]:
    """What this person raised: theirs to say that it is solved."""
    return [
        {
            "id": one.id,
            "says": f"You raised this {age(look, one.mark)} ago"
            if one.mark.at
            else "You raised this",
            "words": _words(look, one.mark.said),
            "answered": day_and_clock(look, one.answered) if one.answered is not None else "",
            "act": act(
                f"mine/{one.id}/closed",
                "It is solved",
                [{"what": "concern.closed", "concern": one.id}],
            ),
        }
        for one in look.state.concerns.values()
        if one.by == who
    ]


def _words(look: Look, said: str) -> str:
    told = look.memory.find(said)
    return (told.said.note or "") if told is not None else ""

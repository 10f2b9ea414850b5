"""One state and 80 questions on it: 20 weapons, 300 rounds, 60 people, 400 checks.

* The last day is the same whatever came before it: with earlier days the record is longer
  and every answer the same.
* Of each 20 questions at a gate some clear and some hold, for reasons of several rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from _production import FIRST_MORNING, LOTS, PEOPLE, PERFORMERS, WEAPONS, Production

from showclear.core.gates import Question, question_of
from showclear.core.parse import read_statement
from showclear.core.record import Record
from showclear.core.state import State

CHECKS_A_DAY: Final = 400
IN_STORE: Final = WEAPONS[:5]
OPENED: Final = WEAPONS[5:10]
LOADED: Final = WEAPONS[10:15]
IN_HANDS: Final = WEAPONS[15:20]
_ROUTINE: Final = ("mechanism-works", "magazine-empty", "barrel-clear", "dry-fired")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What is asked, and on what.

    Attributes:
        checks: How many records of a check the state holds.
        day: The date of the last day, whose law is asked.
    """

    state: State
    questions: tuple[Question, ...]
    checks: int


def stage(days: int = 1) -> Stage:
    """Play so many days of 400 checks each, the last of them the one that is asked about."""
    production = Production()
    production.open()
    for _ in range(days - 1):
        _earlier_day(production)
    _last_day(production)
    record = Record()
    for number, said in enumerate(production.said):
        record.add(read_statement(said, fallback_id=f"kept-{number}"))
    asks = _asks(production)
    read = (read_statement(said, fallback_id="ask") for said in asks)
    questions = tuple(found for said in read if (found := question_of(said, record.state)))
    return Stage(state=record.state, questions=questions, checks=production.checks)


def act_of(weapon: str) -> str:
    """Every weapon has an act of its own."""
    return f"act-{weapon[-2:]}"


def user_of(weapon: str) -> str:
    """The performer whom the plan gives this weapon."""
    return PERFORMERS[WEAPONS.index(weapon)]


def _earlier_day(production: Production) -> None:
    """A day of checks on every weapon, lot, act and performer, and nothing else."""
    production.morning(FIRST_MORNING + timedelta(days=production.day))
    until = production.checks + CHECKS_A_DAY
    for check in ("chamber-empty", "load-shown"):
        for weapon in WEAPONS:
            production.check(check, weapon, count=0, of=0, shown_to=[user_of(weapon)])
    for lot in LOTS:
        production.check("dummies-each-verified", lot, count=1, of=60)
    for weapon in WEAPONS:
        production.check("distance-measured", act_of(weapon), measured={"distance_ft": 12})
    _routine(production, until)
    production.evening()


def _routine(production: Production, until: int) -> None:
    """Look at one weapon and then the next, until so many checks have been made."""
    turn = 0
    while production.checks < until:
        weapon = WEAPONS[turn % len(WEAPONS)]
        check = _ROUTINE[turn // len(WEAPONS) % len(_ROUTINE)]
        production.check(check, weapon, by=("lead", "assistant")[turn % 2])
        turn += 1


def _last_day(production: Production) -> None:
    production.morning(FIRST_MORNING + timedelta(days=production.day))
    until = production.checks + CHECKS_A_DAY
    for weapon in WEAPONS:
        load = "dummy" if WEAPONS.index(weapon) % 2 else "blank"
        aimed = {"pointed_at": ["focus"]} if weapon in (LOADED[4], IN_HANDS[4]) else {}
        production.plan(act_of(weapon), load, weapon, **aimed)
    acts = [act_of(weapon) for weapon in WEAPONS]
    late = (user_of(LOADED[3]), user_of(IN_HANDS[3]))
    present = [name for name in PEOPLE if name not in late]
    meeting = {"meeting": "morning", "kind": "safety", "activities": acts, "present": present}
    production.say("meeting.held", "ad", **meeting)
    production.check("distance-measured", *acts[:-4], measured={"distance_ft": 22})
    production.check("distance-measured", *acts[-4:], measured={"distance_ft": 15})
    # Half of the routine before anything else happens, so that it stands between the days.
    _routine(production, until - 60)
    production.say("rounds.opened", lots=["dummies", "blanks"])
    verified: dict[str, Any] = {"count": 60, "of": 60, "with_": ["assistant"]}
    production.check("dummies-each-verified", "dummies", **verified)
    # Those in store go back to it: the checks of the morning took them in hand.
    production.say("weapon.locked-up", weapons=list(WEAPONS), where="the cabinet")
    production.say("weapon.taken-out", weapons=[*OPENED, *LOADED, *IN_HANDS])
    # The last of those that wait to be loaded was not opened since.
    production.check("chamber-empty", *OPENED[:-1], *LOADED, *IN_HANDS, with_=["assistant"])
    for weapon in (*LOADED, *IN_HANDS):
        _load(production, weapon)
    for weapon in IN_HANDS:
        over = {"weapon": weapon, "from_": "lead", "to": user_of(weapon)}
        production.say("weapon.handed-over", **over, for_=act_of(weapon))
    production.at += timedelta(minutes=5)
    _routine(production, 0)
    _fill(production, until)


def _load(production: Production, weapon: str) -> None:
    """Load it as planned and show the load; of one, to nobody else, and of one, not all."""
    lot = "dummies" if WEAPONS.index(weapon) % 2 else "blanks"
    production.say("weapon.loaded", weapon=weapon, lot=lot, count=3, for_=act_of(weapon))
    seen: dict[str, Any] = {} if weapon == LOADED[1] else {"with_": ["ad"]}
    count = 2 if weapon == LOADED[2] else 3
    shown = {"count": count, "of": 3, "shown_to": [user_of(weapon), "ad"], **seen}
    production.check("load-shown", weapon, **shown)


def _fill(production: Production, until: int) -> None:
    """What is looked at without a weapon in hand."""
    names = [*PERFORMERS, "focus", "operator"]
    for turn in range(until - production.checks):
        production.check("ears-eyes-worn", names[turn % len(names)], by="ad")


def _asks(production: Production) -> list[dict[str, Any]]:
    """80 acts that somebody is about to do, or says so too early."""
    before = len(production.said)
    for weapon in IN_STORE:
        for by in ("lead", "assistant", "props", user_of(weapon)):
            production.say("weapon.taken-out", by, weapon=weapon)
    for weapon in OPENED:
        planned, other = (
            ("dummies", "blanks") if WEAPONS.index(weapon) % 2 else ("blanks", "dummies")
        )
        for lot, count, by in (
            (planned, 3, "lead"),
            (other, 3, "lead"),
            (planned, 2, "assistant"),
            (planned, 6, "assistant"),
        ):
            given = {"weapon": weapon, "lot": lot, "count": count, "for_": act_of(weapon)}
            production.say("weapon.loaded", by, **given)
    for weapon in LOADED:
        user = user_of(weapon)
        for by, to in (("lead", user), ("assistant", user), ("lead", "operator"), (user, "focus")):
            given = {"weapon": weapon, "from_": by, "to": to, "for_": act_of(weapon)}
            production.say("weapon.handed-over", by, **given)
    for weapon in IN_HANDS:
        for what in ("activity.started", "activity.rehearsed", "activity.rolled"):
            production.say(what, "ad", activity=act_of(weapon))
        extra = {"people": [user_of(weapon), "crew-01"]}
        production.say("activity.rolled", "ad", activity=act_of(weapon), **extra)
    return production.said[before:]

"""Twelve clauses can be written, read aloud, and hold under and not on what they ask.

Given the rules that docs/formats/rules.md quotes by number; when each is judged with a little
less than it asks, with just that, and with more; then it holds as the clause says and not
otherwise.

Source: docs/formats/rules.md, "Twelve clauses".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from textwrap import indent
from typing import Any

import pytest

from showclear.rules.aloud import aloud
from showclear.rules.canonical import canonical, from_canonical, with_digest
from showclear.rules.grammar import Pack
from tests.unit.rules.page_tables import PAGE
from tests.unit.rules.quiet_set import HEAD, QuietSet, read_text

SECTION = PAGE.read_text(encoding="utf-8").split("## Twelve clauses\n")[1].split("\n## ")[0]
BLOCKS = re.findall(r"```yaml\n(.*?)```", SECTION, re.S)
NUMBERS = [int(number) for number in re.findall(r"^\*\*(\d+)\.\*\*", SECTION, re.M)]
NAMES, RULES = BLOCKS[0], BLOCKS[1:]


def clause(number: int) -> Pack:
    """One clause as a pack of its own, with the names that the page gives."""
    return read_text(f"{HEAD}{NAMES}rules:\n{indent(RULES[number - 1], '  ')}")


def test_there_are_twelve_and_each_is_read_aloud_and_read_back() -> None:
    assert list(range(1, 13)) == NUMBERS
    assert 12 == len(RULES)
    for number in NUMBERS:
        pack = clause(number)
        (rule,) = pack.rules
        assert with_digest(pack) == from_canonical(canonical(pack))
        assert aloud(pack, rule).endswith(".")


# --- what is said on each set -------------------------------------------------------


def planned(**differs: Any) -> QuietSet:
    on_set = QuietSet()
    weapons = {"revolver": {"performer": "outlaw", "load": "none"}}
    on_set.plan(**{"hazards": "firearm-display", "weapons": weapons, **differs})
    return on_set


def handed(giver: str) -> bool:
    return planned().hand(clause(1), from_=giver, by=giver)


def with_duty(*duties: str) -> bool:
    on_set = planned()
    for duty in duties:
        on_set.say("duty.assigned", by="ad", people=["armorer"], duty=duty)
    return on_set.holds(clause(2), "weapon.taken-out", weapon="revolver")


def permitted(until: str) -> bool:
    on_set = planned()
    kind = "entertainment-firearms-permit"
    on_set.say("qualification.shown", by="ad", person="armorer", kind=kind, until=until)
    return on_set.holds(clause(3), "weapon.taken-out", weapon="revolver")


def assessed(*when: str) -> bool:
    on_set = planned()
    for what in when:
        if what == "assessed":
            told = {"activity": "scene", "controls": "a shield", "affected": "outlaw"}
            on_set.say("risk.assessed", by="ad", **told)
        else:
            on_set.say("activity.changed", by="ad", activity="scene", line=["sheriff"])
    return on_set.roll(clause(4))


def live(lots: int, purpose: str = "filming") -> bool:
    on_set = planned(purpose=purpose)
    for number in range(lots):
        on_set.say("rounds.received", lot=f"live-{number}", kind="live", count=1, from_="nobody")
    return on_set.roll(clause(5))


def measured(feet: int) -> bool:
    on_set = planned(hazards="blank-fire")
    on_set.check("distance-measured", "scene", measured={"distance_ft": feet})
    return on_set.roll(clause(6))


def aboard(people: int) -> bool:
    on_set = QuietSet()
    on_set.say("thing.received", thing="car", kind="insert-car", from_="rental")
    on_set.plan(things=["car"], hazards="process-trailer")
    names = [f"rider-{number}" for number in range(people)]
    for name in names:
        on_set.say("person.joined", by="ad", person=name, roles="crew")
    return on_set.roll(clause(7), people=names)


def pointed(*people: str, shield: bool = False) -> bool:
    on_set = planned(pointed_at=list(people) or "nobody")
    if shield:
        on_set.check("shield-set", "scene")
    return on_set.roll(clause(8))


def met(topics: int, *present: str) -> bool:
    on_set = planned()
    told: dict[str, Any] = {"meeting": "m", "kind": "safety", "activities": "scene"}
    told["topics"] = [f"topic {number}" for number in range(topics)] or None
    on_set.say("meeting.held", by="sheriff", present=["outlaw", *present], **told)
    return on_set.roll(clause(9))


def stored(*said: str) -> bool:
    on_set = planned()
    on_set.say("weapon.taken-out", weapons=["revolver"])
    for what in said:
        if what == "weapon.handed-over":
            on_set.say(what, weapon="revolver", from_="armorer", to="outlaw", for_="scene")
        else:
            on_set.say(what, weapons=["revolver"])
    return on_set.holds(clause(10), "day.closed", by="ad", date="2026-06-09")


def reported(after: float, *, told: bool = False) -> bool:
    on_set = planned()
    on_set.say("incident.reported", by="ad", incident="fall", kind="death", minutes=60)
    if told:
        on_set.say("notified", by="ad", whom="us-osha", incident="fall", minutes=61)
    given = {"by": "ad", "date": "2026-06-09", "minutes": 60 + after}
    return on_set.holds(clause(11), "day.closed", **given)


def watched(after: float, stood: float | None) -> bool:
    on_set = QuietSet()
    on_set.plan(hazards="fire")
    on_set.say("activity.finished", by="ad", activity="scene", minutes=60)
    if stood is not None:
        on_set.check("fire-watch", "scene", measured={"minutes": stood}, minutes=60 + after)
    return on_set.holds(
        clause(12), "day.closed", by="ad", date="2026-06-09", minutes=60 + after + 0.1
    )


TRIED: list[tuple[int, str, bool, Callable[[], bool]]] = [
    (1, "under: the first AD hands it over", True, lambda: handed("ad")),
    (1, "on: the property master does", False, lambda: handed("props")),
    (1, "over: the armorer does", False, lambda: handed("armorer")),
    (2, "under: no duty at all", False, lambda: with_duty()),
    (2, "on: the contact that the law itself asks for", False, lambda: with_duty("firearms-contact")),
    (2, "over: one other duty", True, lambda: with_duty("drives the van")),
    (3, "under: it ran out yesterday", True, lambda: permitted("2026-06-08")),
    (3, "on: it runs out today", False, lambda: permitted("2026-06-09")),
    (3, "over: it runs out tomorrow", False, lambda: permitted("2026-06-10")),
    (4, "under: nobody assessed it", True, lambda: assessed()),
    (4, "on: assessed as it is planned", False, lambda: assessed("assessed")),
    (4, "over: changed since", True, lambda: assessed("assessed", "changed")),
    (4, "assessed again", False, lambda: assessed("assessed", "changed", "assessed")),
    (5, "under: none", False, lambda: live(0)),
    (5, "on: one round, for filming", True, lambda: live(1)),
    (5, "over: two lots", True, lambda: live(2)),
    (5, "an exception: trained at a range", False, lambda: live(1, "range-training")),
    (6, "under: 19 feet", True, lambda: measured(19)),
    (6, "on: 20 feet", False, lambda: measured(20)),
    (6, "over: 21 feet", False, lambda: measured(21)),
    (7, "under: six", False, lambda: aboard(6)),
    (7, "on: seven", False, lambda: aboard(7)),
    (7, "over: eight", True, lambda: aboard(8)),
    (8, "under: nobody", False, lambda: pointed()),
    (8, "on: somebody behind a shield", False, lambda: pointed("sheriff", shield=True)),
    (8, "over: somebody", True, lambda: pointed("sheriff")),
    (9, "under: one topic", True, lambda: met(1, "armorer")),
    (9, "under: no representative", True, lambda: met(2)),
    (9, "on: two topics and one of them", False, lambda: met(2, "armorer")),
    (9, "over: three topics and two of them", False, lambda: met(3, "armorer", "ad")),
    (10, "under: left alone", True, lambda: stored("weapon.unattended")),
    (10, "under: with a performer", True, lambda: stored("weapon.handed-over")),
    (10, "on: in the handler's hands", False, lambda: stored()),
    (10, "over: under lock and key", False, lambda: stored("weapon.locked-up")),
    (11, "under: 7 hours 59 minutes", False, lambda: reported(479)),
    (11, "on: 8 hours", False, lambda: reported(480)),
    (11, "over: a minute more", True, lambda: reported(481)),
    (11, "said", False, lambda: reported(481, told=True)),
    (12, "under: 29 minutes", True, lambda: watched(29, 29)),
    (12, "on: 30 minutes", False, lambda: watched(30, 30)),
    (12, "over: 31 minutes", False, lambda: watched(31, 31)),
    (12, "nobody stood it", True, lambda: watched(31, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("holds", "tried"), [one[2:] for one in TRIED], ids=[f"{one[0]} {one[1]}" for one in TRIED]
)
def test_it_holds_as_the_clause_says(holds: bool, tried: Callable[[], bool]) -> None:
    assert holds is tried()


def test_every_clause_is_tried_both_ways() -> None:
    for number in NUMBERS:
        assert {True, False} == {one[2] for one in TRIED if one[0] == number}

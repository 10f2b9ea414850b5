"""Every rule of every pack that ships can hold by itself, and its next step ends it.

Given a careful day on which one thing differs; when a gate then holds for one rule alone
(what else held is put right first); then taking the steps that the rule offers, as they
stand, takes its reasons away. A rule that asks that there be none, and one that says it
has no rule for something, may leave the step to people.

The days are those a pack brings as its own cases, each variant of them with one thing
different; then the western day and the careful days that the pack brings in `days/`. On none
of these anything holds that should not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.cases import read_case
from showclear.adapters.packs import installed
from showclear.app.replay import replay_one
from showclear.app.vary import variant_case
from showclear.core.case import Case
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of
from tests.packs.situations import Edit, Search, Situation, edit, edits, is_no

ROOT = Path(__file__).resolve().parents[2]
WESTERN = {"showclear-baseline": "case.yaml", "us-ca-labor": "us-ca-labor.yaml"}
"""Which telling of the western day a pack is tried on first."""
SHELVED = installed().packs
PACKS = {name: shelved.pack for name, shelved in SHELVED.items()}


def _days_of(pack: str) -> tuple[Path, ...]:
    """The days that a pack is tried on, in the order in which they are tried."""
    western = [ROOT / "cases" / "western-day" / WESTERN[pack]] if pack in WESTERN else []
    more = sorted((Path(str(SHELVED[pack].folder)) / "days").glob("*.yaml"))
    return tuple(dict.fromkeys((*western, *more)))


DAYS = {name: _days_of(name) for name in PACKS}
"""The days that each pack is tried on, besides its own cases."""
RULES = [(pack.id, rule.id) for pack in PACKS.values() for rule in pack.rules]

STATEMENTS_LEFT_OUT = [
    "w-0540-open",
    "w-0548-register",
    "w-0550-opened",
    "w-0556-doubles",
    "w-0611-dummies",
    "w-0624-blanks",
    "w-0626-blanks-lock",
    "w-0630-search",
    "w-0850-rubber-back",
    "w-0913-show-1",
    "w-1005-unload",
    "w-1006-empty",
    "w-1025-unload",
    "w-1031-dummies-lock",
    "w-1050-line",
    "w-1054-shield",
    "w-1103-hot-1",
    "w-1136-spare",
    "w-1139-line",
    "w-1426-brief",
    "w-1618-count",
    "w-1710-dummies-count",
    "w-1728-cleaned",
    "w-1735-lock",
    "aborts",
    "assessed",
    "car-looked",
    "cylinder-shown",
    "duel-slow",
    "edge",
    "jump-path",
    "jump-zone",
    "line-closed",
    "medic-here",
    "wire-again",
    "wire-weight",
]
FOUND_BEFORE: list[Edit] = [
    *(edit(("statements", name)) for name in STATEMENTS_LEFT_OUT),
    edit(("people", "armorer", "roles"), ["crew"]),
    edit(("activities", "duel", "supervisor")),
    edit(("people", "lead", "roles"), ["crew"]),
    edit(("people", "lead", "qualifications")),
    edit(("people", "lead", "duties"), ["driver"]),
    edit(("activities", "loading", "pointed_at"), ["operator"]),
    edit(("activities", "lineup", "hazards"), ["live-fire"]),
    edit(("weapons", "rev-1", "kind"), "other"),
    edit(("statements", "w-0611-dummies", "with")),
    edit(("statements", "w-0710-meeting", "kind"), "department"),
    edit(("statements", "w-0913-show-1", "with")),
    Edit(
        (
            (("activities", "loading", "phase"), "rehearsal"),
            (("activities", "loading", "needs_firearm"), None),
        )
    ),
]
"""Edits that the search found; it takes minutes, and these are tried first."""
AS_IT_IS = Edit(())
SHORT_DAY = 120
"""A day of fewer statements is searched whole in seconds."""


@cache
def days(pack: str) -> tuple[Case, ...]:
    return tuple(read_case(path) for path in DAYS[pack])


@cache
def own_told(pack: str) -> tuple[Case, ...]:
    """The cases that a pack brings with it."""
    folder = Path(str(SHELVED[pack].folder))
    return tuple(read_case(path) for path in sorted(folder.glob("cases/*.yaml")))


@cache
def own_cases(pack: str) -> tuple[Case, ...]:
    """Those and their variants, as `packs test` replays them."""
    return tuple(
        one
        for case in own_told(pack)
        for one in (case, *(variant_case(case, v) for v in case.variants))
    )


def day(pack: str) -> Case:
    """The first of them: whose law is asked."""
    return (*days(pack), *own_cases(pack))[0]


def worse(told: Case) -> list[Edit]:
    """Days on which one kind of care is missing altogether.

    A check that is made three times a day is not missed where it was left out once.
    """
    said = [one.get("ask", one) for one in told.raw["statements"] if "truth" not in one]
    out: list[Edit] = []
    made = [(one, one["checks"]) for one in said if "checks" in one]
    for check in ("barrel-clear", "load-shown", "dummies-each-verified"):
        with_it = [one for one, checks in made if check in checks]
        alone = [(("statements", one["id"], "with"), None) for one in with_it if "with" in one]
        out.append(Edit(tuple(alone)))
        out.append(Edit(tuple((("statements", one["id"]), None) for one in with_it)))
    shown = {"load-shown", "dummies-each-verified"}
    never = [one["id"] for one, checks in made if shown & set(_list(checks))]
    never += [one["id"] for one in said if one.get("what") == "weapon.handed-over" and "for" in one]
    out.append(_without_statements(never))
    return [*out, *_own_gun(said)]


def _without_statements(names: list[str]) -> Edit:
    return Edit(tuple((("statements", name), None) for name in names))


def _own_gun(said: list[dict[str, Any]]) -> list[Edit]:
    """Somebody's own rubber gun, which no list of the production names, in an actor's hands."""
    free = [one for one in said if one["id"] in ("w-0632-asked", "w-0722-walk-through")]
    told: list[dict[str, Any]] = [
        {"what": "weapon.declared", "weapon": "own-gun", "kind": "rubber", "where": "the car"},
        {"what": "weapon.handed-over", "weapon": "own-gun", "from": "props", "to": "rider"},
    ]
    changes = []
    for one, tells in zip(free, told, strict=False):
        kept = {key: one[key] for key in ("id", "at", "by")}
        changes.append((("statements", one["id"]), {**kept, **tells}))
    return [Edit(tuple(changes))] if changes else []


def _list(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


@dataclass
class Tried:
    """What came of a pack on all its days.

    Attributes:
        found, stuck: As in `Search`, over all days.
    """

    pack: Pack
    found: dict[str, Situation] = field(default_factory=dict)
    stuck: dict[str, Situation] = field(default_factory=dict)

    def on(self, told: Case) -> Search:
        """A search on one day for what no day before it found."""
        return Search(told, self.pack, found=self.found, stuck=self.stuck)

    @property
    def wanted(self) -> set[str]:
        return {rule.id for rule in self.pack.rules} - set(self.found)


@cache
def situations(pack: str) -> Tried:
    """For each rule a situation: the edits found before, and the days that are worse."""
    tried = Tried(PACKS[pack])
    for told in own_cases(pack):
        search = tried.on(told)
        search.run([AS_IT_IS])
        _leave_to_people(search)
    for told in days(pack):
        search = tried.on(told)
        search.run([one for one in likely(told) if _fits(told, one)])
        search.run(worse(told))
        _leave_to_people(search)
    return tried


def likely(told: Case) -> Iterator[Edit]:
    """The edits found before; on a short day, each statement left out and each field of a plan."""
    yield from FOUND_BEFORE
    if len(told.items) < SHORT_DAY:
        yield from edits(told.raw)


def _fits(told: Case, one: Edit) -> bool:
    """Whether a day has all that an edit changes."""
    try:
        one.of(told.raw)
    except (KeyError, StopIteration, IndexError):
        return False
    return True


def _leave_to_people(search: Search) -> None:
    """Take a rule without a step as found where people have to decide."""
    for rule, situation in search.stuck.items():
        if rule in search.wanted and people_decide(search.pack, rule):
            search.found[rule] = situation


def people_decide(pack: Pack, name: str) -> bool:
    """Whether a rule may leave its step to people."""
    not_judged = any(r.id == name and r.missing == ("not-judged",) for r in pack.rules)
    return not_judged or is_no(pack, name)


def test_every_pack_that_ships_has_a_day_to_be_tried_on() -> None:
    assert [] == [pack for pack in PACKS if not (days(pack) or own_cases(pack))]


@pytest.mark.parametrize("pack", DAYS)
def test_on_its_days_nothing_holds_that_should_not(pack: str) -> None:
    book = book_of([PACKS[pack]])

    for told in days(pack):
        done = replay_one(told, book, "honest")

        assert not done.found.unexpected, told.id


@pytest.mark.parametrize(("pack", "rule"), RULES, ids=[f"{p}/{r}" for p, r in RULES])
def test_a_rule_holds_by_itself_once_and_its_next_step_ends_it(pack: str, rule: str) -> None:
    search = situations(pack)

    assert rule in {*search.found, *search.stuck}, (
        "nowhere does it hold alone: write down what the search finds (--long)"
    )
    assert rule in search.found, f"its steps do not end it: {search.stuck.get(rule)}"

    found = search.found[rule]

    assert 1 <= found.steps <= 2 or people_decide(PACKS[pack], rule), found
    assert found.left == () or people_decide(PACKS[pack], rule), found


@pytest.mark.parametrize(("pack", "rule"), RULES, ids=[f"{p}/{r}" for p, r in RULES])
def test_a_reason_always_says_what_to_do(pack: str, rule: str) -> None:
    one = next(one for one in PACKS[pack].rules if one.id == rule)

    assert all(one.next.get(language) for language in ("en", "es"))
    assert all(one.say.get(language) for language in ("en", "es"))


@pytest.mark.long
@pytest.mark.parametrize("pack", DAYS)
def test_the_search_alone_finds_what_was_found_before(pack: str) -> None:
    """Nothing that was written down above is needed, but for what takes several changes."""
    tried = Tried(PACKS[pack])
    for told in own_cases(pack):
        tried.on(told).run([AS_IT_IS])
    for told in days(pack):
        search = tried.on(told)
        # A day tells of one rule at a time: once more for what others stood before.
        for tries in (worse(told), worse(told), edits(told.raw), worse(told)):
            search.run(tries)
            _leave_to_people(search)

    assert set() == tried.wanted

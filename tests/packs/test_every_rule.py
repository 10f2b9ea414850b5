"""Every rule of every pack that ships can hold by itself, and its next step ends it.

Given a careful day on which one thing differs; when a gate then holds for one rule alone
(what else held is put right first); then taking the steps that the rule offers, as they
stand, takes its reasons away. A rule that asks that there be none, and one that says it
has no rule for something, may leave the step to people.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.cases import read_case
from showclear.adapters.packs import installed
from showclear.core.case import Case
from showclear.rules.grammar import Pack
from tests.packs.situations import Edit, Search, edit, edits, is_no

ROOT = Path(__file__).resolve().parents[2]
DAYS = {"showclear-baseline": "case.yaml", "us-ca-labor": "us-ca-labor.yaml"}
"""On which telling of the western day each pack is tried."""
PACKS = {name: shelved.pack for name, shelved in installed().packs.items()}
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
]
FOUND_BEFORE: list[Edit] = [
    *(edit(("statements", name)) for name in STATEMENTS_LEFT_OUT),
    edit(("people", "lead", "roles"), ["crew"]),
    edit(("people", "lead", "qualifications")),
    edit(("people", "lead", "duties"), ["driver"]),
    edit(("activities", "loading", "pointed_at"), ["operator"]),
    edit(("activities", "lineup", "hazards"), ["water"]),
    edit(("weapons", "rev-1", "kind"), "airsoft"),
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


@cache
def day(pack: str) -> Case:
    return read_case(ROOT / "cases" / "western-day" / DAYS[pack])


def worse(pack: str) -> list[Edit]:
    """Days on which one kind of care is missing altogether.

    A check that is made three times a day is not missed where it was left out once.
    """
    said = [one.get("ask", one) for one in day(pack).raw["statements"] if "truth" not in one]
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
    return [*out, _own_gun(said)]


def _without_statements(names: list[str]) -> Edit:
    return Edit(tuple((("statements", name), None) for name in names))


def _own_gun(said: list[dict[str, Any]]) -> Edit:
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
    return Edit(tuple(changes))


def _list(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


@cache
def situations(pack: str) -> Search:
    """For each rule a situation: the edits found before, and the days that are worse."""
    search = Search(day(pack), PACKS[pack])
    search.run([one for one in FOUND_BEFORE if _fits(pack, one)])
    search.run(worse(pack))
    _leave_to_people(search)
    return search


def _fits(pack: str, one: Edit) -> bool:
    ids = {said.get("ask", said).get("id") for said in day(pack).raw["statements"]}
    return all(path[0] != "statements" or path[1] in ids for path, _ in one.changes)


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
    assert set(DAYS) == set(PACKS)


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
    search = Search(day(pack), PACKS[pack])
    # A day tells of one rule at a time: once more for what others stood before.
    for tries in (worse(pack), worse(pack), edits(day(pack).raw), worse(pack)):
        search.run(tries)
        _leave_to_people(search)

    assert set() == search.wanted

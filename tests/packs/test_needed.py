"""For each rule the case that dies without it, on a page that is current.

A rule that nothing needs is one more thing to be asked for, on every set, for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from showclear.adapters.cases import read_case
from showclear.app.choosing import choose
from showclear.app.replay import replay_one
from showclear.app.vary import variant_case
from showclear.core.case import Case
from showclear.rules.judge import book_of
from showclear.testing.needed import RANKS, Need, most_telling, needs, page, rank_of
from tests.packs.situations import Edit
from tests.packs.test_every_rule import PACKS, ROOT, SHELVED, own_told, situations

PAGE = ROOT / "docs" / "rules-needed.md"
AGAIN = "make it with: .venv/bin/python -m tests.packs.test_needed"
TELLINGS = sorted(path for path in (ROOT / "cases").glob("*/*.yaml"))


def _needs(told: Case, *, own: bool, alone: bool = False) -> Iterator[Need]:
    """What a case needs, and its variants unless it is asked alone."""
    book = book_of(choose(PACKS, told.packs, file=told.file, who="the case"))
    made = ((variant_case(told, one), told) for one in told.variants if not alone)
    for case, base in ((told, None), *made):
        if case.expect.hold_at or case.expect.fatal:
            done = replay_one(case, book, "honest", day=base)
            rank = rank_of(case, told, own=own)
            yield from needs(case, done.walk.judged, case.expect, rank)


@cache
def needed_by_own() -> dict[tuple[str, str], Need]:
    """By the cases that packs bring, in seconds."""
    return most_telling(
        need for name in SHELVED for told in own_told(name) for need in _needs(told, own=True)
    )


@cache
def needed() -> dict[tuple[str, str], Need]:
    """By everything that ships."""
    found = [need for path in TELLINGS for need in _needs(read_case(path), own=False)]
    by_case = most_telling([*found, *needed_by_own().values()])
    left = rules() - set(by_case)
    return by_case | {rule: need for rule in left for need in _searched(*rule)}


def _searched(pack: str, rule: str) -> Iterator[Need]:
    """A careful day with one thing different, on which it holds alone."""
    found = situations(pack).found.get(rule)
    missing = next(one.missing for one in PACKS[pack].rules if one.id == rule)
    if found is not None:
        yield Need(
            rule=(pack, rule),
            rank=RANKS.index("a day, searched"),
            case=found.day,
            gate=found.act,
            missing=" or ".join(missing),
            how=_different(found.edit),
        )


def _different(edit: Edit) -> str:
    (path, value), *more = edit.changes
    name = ".".join(map(str, path[1:] if path[0] == "statements" else path))
    said = f"without `{name}`" if value is None else f"with another `{name}`"
    return said + (f" and {len(more)} more" if more else "")


def rules() -> set[tuple[str, str]]:
    return {(name, rule.id) for name, pack in PACKS.items() for rule in pack.rules}


def rows() -> dict[tuple[str, str], tuple[str, str, str]]:
    """What the page says of each rule: what dies, at which gate, for which word."""
    found = {}
    pack = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        pack = line.removeprefix("## ") if line.startswith("## ") else pack
        if line.startswith("| `"):
            rule, *told = (part.strip(" `") for part in line.strip("|").split("|"))
            found[pack, rule] = (told[0], told[1], told[2])
    return found


def test_every_rule_stands_on_the_page_with_what_dies_without_it() -> None:
    assert rules() == set(rows()), AGAIN
    assert [] == [rule for rule, told in rows().items() if not all(told)]


def test_what_happened_dies_without_the_rules_that_the_page_says() -> None:
    """The most telling rows, tried again: each incident that one of them names as it happened."""
    named = {told[0] for told in rows().values()} & {path.parent.name for path in TELLINGS}
    found = {
        (need.rule, need.case, need.gate, need.missing)
        for name in named
        for need in _needs(read_case(ROOT / "cases" / name / "case.yaml"), own=False, alone=True)
    }

    assert len(named) >= 10
    assert [] == [
        (rule, told)
        for rule, told in rows().items()
        if told[0] in named and (rule, *told) not in found
    ]


@pytest.mark.long
def test_the_page_is_current() -> None:
    assert page(PACKS, needed()) == PAGE.read_text(encoding="utf-8"), AGAIN


@pytest.mark.long
def test_no_rule_is_without_something_that_needs_it() -> None:
    assert set() == rules() - set(needed())


if __name__ == "__main__":
    PAGE.write_text(page(PACKS, needed()), encoding="utf-8")

"""A misspelt word in a pack opens no gate.

Given the gates that hold: those of the documented incidents, the right hold of the
western day, and for every rule of every pack one gate that holds for it alone; when one
letter of a word of a pack is left out, doubled, replaced or changes places with the
next; then either the pack is refused, or every one of those gates still holds.

A pack beside it asks something that is met at every gate, so that none of them holds
merely because nothing is asked any more.

A rule that was not read in its source holds once somebody has read it, and the record says
so by its name and its pack's. Under a misspelt name it is a rule that nobody has read: then
it has to warn.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from showclear.adapters.cases import read_case
from showclear.adapters.packs import PACK_FILE, installed
from showclear.adapters.yaml_file import PACK_LIMITS, parse_yaml
from showclear.app.replaying import Step, walk
from showclear.core.errors import ReadError
from showclear.core.gates import Clear, Hold, Question, Verdict
from showclear.core.state import State
from showclear.core.statement import Statement
from showclear.core.words import GATES
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of, judge
from showclear.rules.read import parse_pack
from tests.packs.test_every_rule import DAYS, PACKS, ROOT, day, situations
from tests.unit.rules.quiet_set import pack

CASES = ("RUST-2021", "RUSTPRE-2021", "CROW-1993", "western-day")
BATCHES, BATCH = 20, 50
SHORT = 20
BESIDE = pack(
    f"before: {', '.join(sorted(GATES))}\nno: weapon in all weapons\nwhere: {{kind: bow}}"
)
"""Always asked, always met."""


@dataclass(frozen=True, slots=True)
class Held:
    """A gate that holds, and under which packs."""

    name: str
    question: Question
    states: tuple[State, ...]
    as_of: date
    packs: tuple[str, ...]

    def judged(self, mutant: Pack, pack_id: str) -> Verdict:
        """What comes of it with a misspelt pack in the place of the right one."""
        others = [PACKS[name] for name in self.packs if name != pack_id]
        asked = replace(self.question, memo={})
        return judge(self.states, asked, book_of([*others, mutant, BESIDE]), as_of=self.as_of)

    def clears(self, mutant: Pack, pack_id: str) -> bool:
        """Whether it clears then."""
        return isinstance(self.judged(mutant, pack_id), Clear)

    def opened(self, mutant: Pack, pack_id: str) -> bool:
        """Whether it clears, and not with a warning of what only has another name now."""
        found = self.judged(mutant, pack_id)
        if not isinstance(found, Clear):
            return False
        renamed = _names_in(mutant) - _names_in(PACKS[pack_id])
        return not any({reason.pack, reason.rule} & renamed for reason in found.warned)


def _names_in(pack: Pack) -> set[str]:
    return {pack.id, *(rule.id for rule in pack.rules)}


@cache
def held() -> tuple[Held, ...]:
    return (*(one for name in CASES for one in _held_in(name)), *_held_for_one_rule())


def _held_in(name: str) -> list[Held]:
    """The held gates of a case, each with a copy of what the record held then."""
    case = read_case(ROOT / "cases" / name / "case.yaml")
    book = book_of(PACKS[one] for one in case.packs)
    found: list[Held] = []

    def prepare(step: Step) -> tuple[Statement, list[str]]:
        verdict, asked = step.verdict(), step.question()
        if isinstance(verdict, Hold) and asked is not None:
            states = tuple(state.copy() for state in step.states())
            found.append(
                Held(f"{name}/{step.said.id}", asked, states, case.judged_as_of, case.packs)
            )
        return step.said, []

    walk(case, book, prepare=prepare)
    return found


def _held_for_one_rule() -> Iterator[Held]:
    for pack_id in DAYS:
        search = situations(pack_id)
        for rule, one in {**search.stuck, **search.found}.items():
            as_of = day(pack_id).judged_as_of
            yield Held(f"{pack_id}/{rule}", one.question, one.states, as_of, (pack_id,))


# --- misspelling -------------------------------------------------------------------

WORD = re.compile(r"[A-Za-z]{2,}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def texts() -> dict[str, str]:
    return {name: (Path(str(one.folder)) / PACK_FILE).read_text() for name, one in installed().packs.items()}  # fmt: skip


@cache
def places(pack_id: str) -> tuple[tuple[int, int], ...]:
    """Where the words stand that a machine reads: no comments, and no sentences for people."""
    out: list[tuple[int, int]] = []
    start = 0
    for line in texts()[pack_id].splitlines(keepends=True):
        told = re.match(r"\s*(en|es): ", line) or line.lstrip().startswith("#")
        if not told:
            out += [(start + found.start(), start + found.end()) for found in WORD.finditer(line)]
        start += len(line)
    return tuple(out)


def misspelt(pack_id: str, chance: random.Random) -> tuple[str, str]:
    """A pack with one word misspelt, and what was done."""
    text = texts()[pack_id]
    start, end = chance.choice(places(pack_id))
    place = chance.randrange(start, end)
    how = chance.choice(("delete", "swap", "replace", "double"))
    if how == "swap":
        place = min(place, end - 2)
    letter = text[place]
    became = {
        "delete": "",
        "swap": text[place + 1] + letter,
        "replace": chance.choice([one for one in LETTERS if one != letter.lower()]),
        "double": letter * 2,
    }[how]
    after = place + (2 if how == "swap" else 1)
    line = text.count("\n", 0, place) + 1
    mutant = text[:place] + became + text[after:]
    told = f"{pack_id}:{line}: {how} {text[start:end]!r}: {mutant.splitlines()[line - 1].strip()!r}"
    return mutant, told


def opened_by(mutant: str, pack_id: str) -> list[str] | None:
    """The gates that a misspelt pack opens; None if it is refused."""
    try:
        read = parse_pack(parse_yaml(mutant.encode(), file="misspelt.yaml", limits=PACK_LIMITS))
    except ReadError:
        return None
    return [one.name for one in held() if pack_id in one.packs and one.opened(read, pack_id)]


def batch(seed: int, how_many: int) -> tuple[int, int, list[str]]:
    """Try some. Returns how many loaded, were refused, and what was opened by which."""
    chance = random.Random(seed)
    loaded = refused = 0
    opened: list[str] = []
    for _ in range(how_many):
        # As often as a pack has words.
        weights = [len(places(name)) for name in DAYS]
        pack_id = chance.choices(list(DAYS), weights)[0]
        mutant, told = misspelt(pack_id, chance)
        while mutant == texts()[pack_id]:
            # Two of the same letter that changed places.
            mutant, told = misspelt(pack_id, chance)
        found = opened_by(mutant, pack_id)
        loaded, refused = loaded + (found is not None), refused + (found is None)
        opened += [f"{told} opened {name}" for name in found or ()]
    return loaded, refused, opened


def test_every_one_of_the_gates_holds_before_anything_is_misspelt() -> None:
    assert len(held()) >= len(DAYS) + 20
    assert [] == [
        one.name for one in held() for pack_id in one.packs if one.clears(PACKS[pack_id], pack_id)
    ]


def test_every_rule_has_a_gate_that_would_clear_without_it() -> None:
    """Or a misspelling in it could open nothing, and this file would prove nothing."""
    for pack_id in DAYS:
        alone = {one.name: one for one in held() if one.packs == (pack_id,)}
        for rule in PACKS[pack_id].rules:
            left = tuple(other for other in PACKS[pack_id].rules if other.id != rule.id)
            without = replace(PACKS[pack_id], rules=left)

            assert alone[f"{pack_id}/{rule.id}"].clears(without, pack_id), rule.id


def test_a_few_misspellings_open_nothing() -> None:
    _, refused, opened = batch(1, SHORT)

    assert [] == opened
    assert refused > SHORT // 2


@pytest.mark.long
@pytest.mark.parametrize("seed", range(BATCHES))
def test_a_thousand_misspellings_open_nothing(seed: int) -> None:
    loaded, refused, opened = batch(1000 + seed, BATCH)
    if report := os.environ.get("SHOWCLEAR_REPORT"):
        with Path(report).open("a") as stream:
            stream.write(f"misspellings {seed}: {loaded} loaded, {refused} refused\n")

    assert [] == opened

"""Protects: whatever a case file holds, it is read or refused; nothing else happens.

Random bytes never get past the first line of a parser. The cases of the repository
do, so they are broken a little, in their values and in their text: most of each
file stays as it was, and the parser goes on to where it was broken.
"""

from __future__ import annotations

import copy
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given

from showclear.adapters.yaml_file import CASE_LIMITS, parse_yaml, read_yaml
from showclear.core.case import Case
from showclear.core.case_read import parse_case
from showclear.core.errors import ReadError
from showclear.core.fold import fold
from showclear.core.located import Located
from tests.strategies import chances, often

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "cases").rglob("*.yaml"))

WRONG: list[Any] = [
    None,
    True,
    0,
    -3,
    10**17,
    Decimal("1.5"),
    "",
    " ",
    "none",
    "nobody",
    "unknown",
    "all",
    "server",
    "--",
    "a/b",
    "Łódź",
    "2021-10-21T12:50",
    "2021-13-01",
    [],
    [[]],
    [None, 3],
    {},
    {"": ""},
    {"id": None},
    {"what": "harm.done"},
    {"truth": 3},
    {"ask": {"what": "x"}},
]


@cache
def located(path: Path) -> Located:
    return read_yaml(path, limits=CASE_LIMITS)


def read(document: Located) -> Case | ReadError:
    try:
        return parse_case(document)
    except ReadError as error:
        refusal = error
    for problem in refusal.problems:
        assert "\n" not in str(problem)
        assert problem.found
        assert problem.line >= 1
    return refusal


def branches(value: Any) -> list[dict[str, Any] | list[Any]]:
    """Every list and mapping, the deep ones too."""
    inner = list(value.values()) if isinstance(value, dict) else value
    own = [value] if inner else []
    return own + [b for item in inner if isinstance(item, dict | list) for b in branches(item)]


def broken(document: Any, chance: Random) -> Any:
    """The same document with one value, key or order changed."""
    at = chance.choice(branches(document))
    if isinstance(at, list):
        place = chance.randrange(len(at))
        match chance.randrange(4):
            case 0:
                del at[place]
            case 1:
                at.insert(place, copy.deepcopy(chance.choice(at)))
            case 2:
                chance.shuffle(at)
            case _:
                at[place] = copy.deepcopy(chance.choice(WRONG))
        return document
    key = chance.choice(list(at))
    match chance.randrange(5):
        case 0:
            del at[key]
        case 1:
            letter = chance.randrange(len(key)) if key else 0
            at[key[:letter] + chance.choice("abx-. ") + key[letter + 1 :]] = at.pop(key)
        case 2:
            at[key] = at[chance.choice(list(at))]
        case 3:
            other = chance.choice(branches(document))
            at[key] = copy.deepcopy(other)
        case _:
            at[key] = copy.deepcopy(chance.choice(WRONG))
    return document


def test_a_case_broken_in_its_values_is_read_or_refused() -> None:
    seen: Counter[str] = Counter()

    @often(150)
    @given(chances)
    def breaking(chance: Random) -> None:
        whole = located(chance.choice(FILES))
        document = copy.deepcopy(whole.document)
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            document = broken(document, chance)
        answer = read(Located(whole.file, document, whole.lines))
        seen["read" if isinstance(answer, Case) else "refused"] += 1
        if isinstance(answer, Case):
            fold(list(answer.statements))
        else:
            for problem in answer.problems:
                seen[problem.found.split(" ")[0]] += 1

    breaking()

    # Both ends have to be reached, and many ways to be refused, or this would prove nothing.
    assert min(seen["read"], seen["refused"]) > 10, seen
    assert len(seen) > 15, seen


@often(40)
@given(chances)
def test_a_case_broken_in_its_text_is_read_or_refused(chance: Random) -> None:
    path = chance.choice(FILES[:3])
    text = path.read_text(encoding="utf-8")
    for _ in range(chance.choice([1, 1, 2])):
        place = chance.randrange(len(text))
        scrap = chance.choice(
            ["", ":", ",", "}", "{", "[", "]", "\n", " ", "-", '"', "#", "é", "\x00"]
        )
        text = text[:place] + scrap + text[place + chance.randint(0, 3) :]
    try:
        document = parse_yaml(text.encode(), file="broken.yaml", limits=CASE_LIMITS)
    except ReadError:
        return
    read(document)

"""How a bench measures, and the one line that it ends with.

* Processor time and not the clock on the wall: what other programs do meanwhile on the same
  machine does not count, what the garbage collector does here counts.
* Contestants take turns in short rounds, so that a machine that slows down slows all of them.
* What is reported is the median of the rounds, and of a ratio the median of its own rounds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any, Final

TURN_SECONDS: Final = 0.1
"""How long one contestant's turn in a round lasts, at least."""


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One way to answer the questions: `pass_once` answers each of `count` questions once."""

    name: str
    count: int
    pass_once: Callable[[], object]


def rounds(contestants: Sequence[Contestant], number: int) -> dict[str, list[float]]:
    """Decisions a second of each contestant in each round; who begins changes every round."""
    passes = {one.name: _passes(one) for one in contestants}
    rates: dict[str, list[float]] = {one.name: [] for one in contestants}
    for turn in range(number):
        first = turn % len(contestants)
        for one in (*contestants[first:], *contestants[:first]):
            start = process_time()
            for _ in range(passes[one.name]):
                one.pass_once()
            rates[one.name].append(passes[one.name] * one.count / (process_time() - start))
    return rates


def _passes(one: Contestant) -> int:
    """How many passes make a turn; it also warms up."""
    done, start = 0, process_time()
    while process_time() - start < TURN_SECONDS:
        one.pass_once()
        done += 1
    return done


def ratio(rates: Mapping[str, Sequence[float]], ours: str, other: str) -> float:
    """The median over the rounds of how many times as fast one is as the other."""
    return median(a / b for a, b in zip(rates[ours], rates[other], strict=True))


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 50)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def last_line(
    name: str,
    *,
    figures: Mapping[str, float],
    ratios: Mapping[str, float],
    targets: Mapping[str, tuple[str, float]],
) -> str:
    """The result as one line of JSON.

    Args:
        targets: For a figure or ratio, `>=` or `<=` and the bound.
    """
    found = {**figures, **ratios}
    met = all(
        found[key] >= bound if compare == ">=" else found[key] <= bound
        for key, (compare, bound) in targets.items()
    )
    said: dict[str, Any] = {
        "bench": name,
        "figures": dict(figures),
        "ratios": dict(ratios),
        "targets": {key: f"{compare} {bound}" for key, (compare, bound) in targets.items()},
        "met": met,
    }
    return json.dumps(said)

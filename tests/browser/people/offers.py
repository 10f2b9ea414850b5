"""Which acts does a screen offer now? Read from the view that the screen is drawn from.

Somebody who did something looks for the act that says it: all of it, and nothing that was not
done. Where several do, the one that stands on the open sheet and says the most at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.browser.people.facts import Facts, facts_of

View = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An act on a screen.

    Attributes:
        place: The sheet or activity on which it stands.
        key: Under which its screen keeps it.
        facts: What it writes.
        count: What its counter has to show first; None where it has none.
        counter: The key of that counter.
        start: What the counter shows now.
        person: Who has to be tapped after it; empty for nobody.
        folded: Whether it may stand behind "More".
    """

    place: str
    key: str
    facts: Facts
    count: int | None = None
    counter: str = ""
    start: int = 0
    person: str = ""
    folded: bool = False


def offers_in(view: View, place: str, wanted: Facts) -> Iterator[Offer]:
    """Every act of a part of a view, with what it would write."""
    yield from _walk(view, place, wanted, folded=False, counter=None)


def _walk(
    part: Any, place: str, wanted: Facts, *, folded: bool, counter: Mapping[str, Any] | None
) -> Iterator[Offer]:
    if isinstance(part, Mapping):
        if "key" in part and "write" in part:
            if part["write"] and "done" not in part:
                yield from _offers(part, place, wanted, folded=folded, counter=counter)
            return
        inner = part if part.get("kind") == "counter" else counter
        for name, value in part.items():
            if name == "next" and part.get("acts"):
                # A reason with acts of its own is drawn with those.
                continue
            away = folded or name in ("more", "why")
            yield from _walk(value, place, wanted, folded=away, counter=inner)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _walk(one, place, wanted, folded=folded, counter=counter)


def _offers(
    act: Mapping[str, Any],
    place: str,
    wanted: Facts,
    *,
    folded: bool,
    counter: Mapping[str, Any] | None,
) -> Iterator[Offer]:
    people = _people(wanted) if act.get("needs") in ("person", "handler") else [""]
    counts: list[int | None] = [None]
    if counter is not None and "$count" in str(act["write"]):
        counts = [*_counts(wanted)]
    elif counter is not None and counter.get("acts"):
        # The counter chooses the act: each of them stands for a number.
        counts = [counter.get("least", 0) + list(counter["acts"]).index(act)]
    for person in people:
        for count in counts:
            facts = frozenset[tuple[str, ...]]().union(
                *(facts_of(said, count=count, person=person) for said in act["write"])
            )
            yield Offer(
                place=place,
                key=str(act["key"]),
                facts=facts,
                count=count,
                counter=str(counter["key"]) if counter is not None else "",
                start=int(counter["start"]) if counter is not None else 0,
                person=person,
                folded=folded,
            )


def _people(wanted: Facts) -> list[str]:
    """Whom somebody has in mind for what they are about to say."""
    return sorted({one[-1] for one in wanted if one[0].endswith("handed-over")}) or [""]


def _counts(wanted: Facts) -> list[int]:
    found = {part for one in wanted for part in one[2:] if part.isdecimal()}
    return sorted(int(one) for one in found)

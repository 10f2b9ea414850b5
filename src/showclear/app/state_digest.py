"""Are two records' states the same? Told by a digest that anybody can make again.

1. A state is written as canonical JSON (keys sorted, no spaces, UTF-8) and digested with
   SHA-256, each of its tables for itself: what differs has a name.
2. Places in the fold count by their order, not by their number: a statement that changes
   no table, as the enrolment of a device, may stand between two others.
3. Histories count, with who said what and when. The order in which a table was filled does
   not: nothing follows from it.
4. What a log says of itself (its packs, its devices, the badges that open it) is left out:
   it says nothing of weapons or people, and differs from one server to the next.
5. Every reading of the record counts (`Record.worlds`): a correction makes another state.

Source: docs/guides/first-day.md, "The whole day, by itself".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from showclear.core.nouns import Chain, Mark
from showclear.core.record import Record
from showclear.core.state import State

Digests = dict[str, str]
"""By table, the digest of what it holds."""

_PLACES: Final = frozenset({"warned_since", "warned_between", "last_end"})
"""Values of a state that are a place in the fold."""

_TABLES_OF_PLACES: Final = frozenset({"fallen"})
"""Tables of a state whose values are places in the fold."""

OF_THE_LOG: Final = frozenset(
    {
        "production.opened",
        "pack.adopted",
        "pack.withdrawn",
        "device.enrolled",
        "device.revoked",
        "badge.issued",
        "badge.revoked",
        "log.continued",
    }
)
"""Tags by which a log speaks of itself."""

_COUNTED: Final = "seq"
"""How many statements were folded: two states that differ in this alone are the same."""


def digest_of(record: Record) -> str:
    """Return one digest for all that follows from a record, as 64 hexadecimal digits."""
    return _digest([digests_of(world.state) for world in record.worlds])


def digests_of(state: State) -> Digests:
    """Return the digest of each table of a state."""
    tables = {item.name: getattr(state, item.name) for item in fields(State)}
    del tables[_COUNTED]
    tables["facts"] = {tag: told for tag, told in state.facts.items() if tag not in OF_THE_LOG}
    places = {place for name, table in tables.items() for place in _places(name, table)}
    order = {place: rank for rank, place in enumerate(sorted(places), 1)}
    return {name: _digest(_table(name, table, order)) for name, table in tables.items()}


def differing(ours: Mapping[str, str], others: Mapping[str, str]) -> tuple[str, ...]:
    """Name the tables in which two states differ, in order."""
    return tuple(
        sorted(name for name in ours.keys() | others.keys() if ours.get(name) != others.get(name))
    )


def _digest(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _places(name: str, value: Any) -> Iterable[int]:
    """Give every place in the fold that a table speaks of."""
    if name in _PLACES:
        yield value
    elif name in _TABLES_OF_PLACES:
        yield from value.values()
    else:
        yield from _marks(value)


def _marks(value: Any) -> Iterable[int]:
    if isinstance(value, Mark):
        yield value.seq
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _marks(one)
    elif isinstance(value, Chain | tuple | list | Set):
        for one in value:
            yield from _marks(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from _marks(getattr(value, item.name))


def _table(name: str, value: Any, order: Mapping[int, int]) -> Any:
    if name in _PLACES:
        return _rank(value, order)
    if name in _TABLES_OF_PLACES:
        return {_key(key): _rank(place, order) for key, place in value.items()}
    return _plain(value, order)


def _rank(place: int, order: Mapping[int, int]) -> int:
    """The order of a place; what says that there is none stays as it is."""
    return order[place] if place > 0 else place


def _plain(value: Any, order: Mapping[int, int]) -> Any:
    """Write a noun as what JSON has a word for."""
    match value:
        case Enum():
            return _plain(value.value, order)
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value.normalize(), "f")
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Mark():
            return [_rank(value.seq, order), *_mark(value)]
        case Mapping():
            return {_key(key): _plain(one, order) for key, one in value.items()}
        case Set():
            return sorted((_plain(one, order) for one in value), key=_digest)
        case Chain() | tuple() | list():
            return [_plain(one, order) for one in value]
        case _ if is_dataclass(value):
            return {item.name: _plain(getattr(value, item.name), order) for item in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} is no part of a state")


def _mark(mark: Mark) -> list[Any]:
    if mark.at is None:
        # Without a time there is nothing that could be exact.
        return [None, False, mark.by, mark.said]
    return [mark.at.astimezone(UTC).isoformat(), mark.timed, mark.by, mark.said]


def _key(key: object) -> str:
    """The key of a table: a word, or several in their order."""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)

"""A view of the record made to start quickly, and never believed beyond what the log says.

1. It names the entries it was made from by their count and root. Another root, another
   program: it is thrown away and the log is read from the beginning.
2. It keeps the states, and no statement: what a late entry or a correction needs of the
   past is read from the log then.
3. It is read by a reader that makes nothing but the nouns of the record. Whoever can write
   to the journal can make a view lie; nobody can make it run anything.
4. `fsck` makes it anew from the entries and compares.

Source: docs/formats/ledger.md, "The snapshot".
"""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import io
import pickle
import zlib
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import resources
from typing import Any, Final

from showclear.app.spine import Spine
from showclear.core import nouns, planning
from showclear.core import state as states
from showclear.core.fields import Quantity
from showclear.core.kinds import Entry, Issue, Limiting, Witness
from showclear.core.nouns import Chain
from showclear.core.record import Brief, Record
from showclear.core.state import State
from showclear.ledger import keyring
from showclear.ledger.journal import Snapshot
from showclear.rules.grammar import Pack

EVERY: Final = 2_000
"""Entries after which a new view is worth making."""


def chain_of(items: tuple[Any, ...]) -> Chain[Any] | None:
    """Link a history again, oldest last."""
    chain: Chain[Any] | None = None
    for item in reversed(items):
        chain = Chain(item, chain)
    return chain


def restored(cls: type[Any], values: tuple[Any, ...]) -> Any:
    """Make a frozen noun again, past its own refusal to be changed.

    A tenth of what the standard way costs, which asks each time which fields there are.
    """
    made = object.__new__(cls)
    for put, value in zip(_PUTS[cls], values, strict=True):
        put(made, value)
    return made


def _made_here(module: Any) -> Iterable[type[Any]]:
    return (
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and dataclasses.is_dataclass(found)
        and found.__module__ == module.__name__
    )


_PARTS: Final[tuple[Any, ...]] = (
    *_made_here(nouns),
    *_made_here(planning),
    *_made_here(states),
    *_made_here(keyring),
    keyring.Keyring,
    Brief,
    Quantity,
    Limiting,
    Issue,
    Entry,
    Witness,
    chain_of,
    restored,
    date,
    datetime,
    timedelta,
    timezone,
    Decimal,
    frozenset,
)
"""All that a view may be made of."""

_ALLOWED: Final = {(part.__module__, part.__qualname__): part for part in _PARTS}


_PUTS: Final[Mapping[type[Any], tuple[Callable[[Any, Any], None], ...]]] = {
    part: tuple(vars(part)[name].__set__ for name in vars(part)["__slots__"])
    for part in _PARTS
    if isinstance(part, type) and dataclasses.is_dataclass(part) and "__slots__" in vars(part)
}
"""Of each noun with slots, how each is filled."""


class _Writer(pickle.Pickler):
    """Chains are written as lists: linked, they would go deeper than any stack."""

    def reducer_override(self, obj: Any) -> Any:
        cls = type(obj)
        if cls is Chain:
            return chain_of, (tuple(obj),)
        if cls in _PUTS:
            return restored, (cls, tuple(getattr(obj, name) for name in vars(cls)["__slots__"]))
        return NotImplemented


class _Reader(pickle.Unpickler):
    """Makes what is allowed, and refuses everything else by name."""

    def find_class(self, module: str, name: str) -> Any:
        found = _ALLOWED.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a view")
        return found


def maker() -> str:
    """What tells this program's views from another's: its core, to the byte."""
    digest = hashlib.sha256()
    for name in ("showclear.core", "showclear.app", "showclear.ledger"):
        folder = resources.files(name)
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".py"):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def snapshot_of(spine: Spine, *, root: bytes) -> Snapshot | None:
    """Make a view of a spine; None while something in it waits for what may still come.

    Args:
        root: The tree's root at the spine's size.
    """
    brief = spine.record.brief()
    if brief is None:
        return None
    held = io.BytesIO()
    _Writer(held, protocol=5).dump(
        (
            brief,
            spine.keyring,
            tuple(spine.adopted),
            spine.sample,
            spine.title,
            spine.opened,
            spine.size,
            spine.clock,
        )
    )
    body = zlib.compress(held.getvalue(), 1)
    return Snapshot(size=spine.size, root=root, maker=maker(), body=body)


def spine_of(
    snapshot: Snapshot | None, shelf: Mapping[str, Pack], *, root_at: Callable[[int], bytes]
) -> Spine:
    """Return the spine of a view, or an empty one where the view is not to be used.

    Args:
        root_at: The tree's root at a size that the log has reached.
    """
    fits = (
        snapshot is not None
        and snapshot.size > 0
        and snapshot.maker == maker()
        and snapshot.root == root_at(snapshot.size)
    )
    if snapshot is None or not fits:
        return Spine(shelf)
    try:
        read = _loaded(zlib.decompress(snapshot.body))
        brief, keys, adopted, sample, title, opened, size, clock = read
        if size != snapshot.size or not isinstance(brief, Brief):
            return Spine(shelf)
        return Spine(
            shelf,
            record=Record.from_brief(brief),
            keyring=keys,
            adopted=dict.fromkeys(adopted),
            sample=sample,
            title=title,
            opened=opened,
            size=size,
            clock=clock,
        )
    except Exception:  # noqa: BLE001 - whatever a damaged view does, the log is read instead
        return Spine(shelf)


def _loaded(body: bytes) -> Any:
    """Read a view without looking for garbage meanwhile: everything made here is kept."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Reader(io.BytesIO(body)).load()
    finally:
        if collecting:
            gc.enable()


def differences(ours: Spine, kept: Spine) -> list[str]:
    """Name what a view says otherwise than the log, by the tables of the state."""
    found: list[str] = []
    if ours.record.brief() is None:
        return found
    pairs = list(zip(_states(ours), _states(kept), strict=False))
    if len(_states(ours)) != len(_states(kept)):
        found.append("how many readings of the record there are")
    for own, other in pairs:
        found += [
            item.name
            for item in dataclasses.fields(State)
            if _flat(getattr(own, item.name)) != _flat(getattr(other, item.name))
        ]
    for name in ("adopted", "sample", "title", "size", "clock"):
        if getattr(ours, name) != getattr(kept, name):
            found.append(name)
    if ours.keyring.keys != kept.keyring.keys:
        found.append("keys")
    return list(dict.fromkeys(found))


def _states(spine: Spine) -> list[State]:
    return [copy(world.state) for world in spine.record.worlds]


def _flat(value: Any) -> Any:
    """A table with its histories as lists: links of a chain are not compared by value."""
    if isinstance(value, Chain):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _flat(item) for key, item in value.items()}
    return value

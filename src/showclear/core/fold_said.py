"""What of a statement may rules ask for, where its effect keeps nothing else of it?

1. Every tag can be asked for by its name: with its closed words, what it is on, whom it
   names, when and by whom.
2. What an effect enters itself (`add_fact`) is left to it; this is for all other tags.
3. Checks have histories of their own; a question changes nothing; a refusal is nobody's
   to look up.
4. Words that are sealed are not kept; a post is, if it is one of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.fold_base import add_fact
from showclear.core.nouns import Mark
from showclear.core.state import State
from showclear.core.statement import FieldSpec, Statement

_LISTED: Final = """
    activity.changed activity.cut activity.dropped activity.finished activity.planned
    activity.rehearsed activity.rolled activity.started activity.tested concern.answered
    concern.closed concern.raised consent.given consent.withdrawn duty.assigned duty.released
    machine.declared pause.called pause.lifted people.arrived people.departed people.entered
    people.left-zone person.joined person.left post.left post.taken qualification.shown
    reading.taken remedy.done remedy.set remedy.verified rest.recorded rounds.destroyed
    rounds.handed-over rounds.issued rounds.left rounds.locked-up rounds.moved rounds.opened
    rounds.placed rounds.received rounds.returned rounds.unattended stop.called stop.mistaken
    thing.handed-over thing.held thing.left thing.received thing.released weapon.cleaned
    weapon.declared weapon.discharged weapon.fired weapon.handed-back weapon.handed-over
    weapon.held weapon.left weapon.loaded weapon.locked-up weapon.misfired weapon.received
    weapon.released weapon.seen weapon.taken-out weapon.unattended weapon.unloaded work.left
    work.resumed"""
_TAGS: Final = frozenset(_LISTED.split())
"""Tags whose effects keep no fact of their own."""

OPEN: Final = frozenset({"duty", "kind"})
"""Fields of a code, such as the kind of a document, whose words packs and people choose."""

Ids = Callable[[Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Which fields of a tag are kept, and as what.

    Attributes:
        words: By key, the attribute of a closed word.
        on, people: Attributes with the reader of the ids in them.
        noun: The attribute that names the statement's own noun.
    """

    words: tuple[tuple[str, str], ...]
    on: tuple[tuple[str, Ids], ...]
    people: tuple[tuple[str, Ids], ...]
    noun: str = ""


def _kept(specs: Iterable[FieldSpec]) -> _Kept:
    fields = {spec.attr: spec for spec in specs}
    on: list[tuple[str, Ids]] = []
    people: list[tuple[str, Ids]] = []
    closed: list[tuple[str, str]] = []
    noun = ""
    for attr, spec in fields.items():
        kind = spec.kind
        if kind.refers == "person":
            people.append((attr, kind.ids))
        elif kind.refers or kind.names:
            on.append((attr, kind.ids))
        if kind.words or attr in OPEN or attr == "post":
            closed.append((spec.key, attr))
        if kind.names:
            noun = attr
    return _Kept(tuple(closed), tuple(on), tuple(people), noun)


_FIELDS: Final = {tag: _kept(vocabulary.fields_of(tag).values()) for tag in _TAGS}


def keep_fact(state: State, said: Statement, mark: Mark) -> None:
    """Keep what rules may ask for of this statement, if its effect does not."""
    kept = _FIELDS.get(said.what)
    if kept is None:
        return
    on = [name for attr, ids in kept.on for name in _ids(getattr(said, attr), ids)]
    if said.for_ is not None:
        on.append(said.for_)
    add_fact(
        state,
        said,
        mark,
        closed={
            key: found for key, attr in kept.words if (found := _words(key, getattr(said, attr)))
        },
        on=on,
        people=[name for attr, ids in kept.people for name in _ids(getattr(said, attr), ids)],
        noun=str(getattr(said, kept.noun)) if kept.noun else "",
        until=getattr(said, "until", None),
    )


def _ids(value: Any, ids: Ids) -> Iterable[str]:
    return () if value is None else ids(value)


def _words(key: str, value: Any) -> tuple[str, ...]:
    if value is None or (key == "post" and value not in words.POSTS):
        return ()
    return (value,) if isinstance(value, str) else tuple(value)

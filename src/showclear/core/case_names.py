"""The check that a case file names only what it introduces, and each id once.

A misspelt id in a case would otherwise be an unregistered weapon: on a set that
holds, in a file it is a mistake of its author and refused with the nearest id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from showclear.core import vocabulary, words
from showclear.core.case import Expect, Harm, Item, Repair, Truth, Wanted
from showclear.core.errors import nearest
from showclear.core.fields import show
from showclear.core.located import Path
from showclear.core.parse import COMMON_FIELDS
from showclear.core.statement import Statement

ANONYMOUS_MAY: Final = frozenset(
    {
        "stop.called",
        "pause.called",
        "concern.raised",
        "incident.reported",
        "refusal.made",
        "request.made",
        "weapon.discharged",
        "weapon.held",
        "weapon.seen",
        "thing.held",
    }
)
SERVER_MAY: Final = frozenset({"verdict.given", "received", "log.continued", "alert.sent"})

_SPACES: Final = {
    "person.joined": ("person", "person"),
    "weapon.received": ("weapon", "weapon"),
    "weapon.declared": ("weapon", "weapon"),
    "rounds.received": ("lot", "lot"),
    "thing.received": ("thing", "thing"),
    "activity.planned": ("activity", "activity"),
}
_KIND_WORDS: Final = (
    words.WEAPON_KINDS | words.THING_KINDS | words.HAZARDS | words.LOT_KINDS | words.PLACES
)


class Reports(Protocol):
    """What the check needs of the reading under way."""

    def say(self, path: Path, found: str, allowed: str = "", close: str = "") -> None:
        """Note a problem at a path of the document."""


class Names:
    """Every id a case introduces, by its space."""

    def __init__(self) -> None:
        self.by_space: dict[str, set[str]] = {
            space: set() for space in ("person", "weapon", "lot", "thing", "activity", "said")
        }
        self.nouns: set[str] = set()
        self.half_read: set[str] = set()
        self.taken: dict[str, str] = {}

    def introduce(self, reading: Reports, path: Path, space: str, name: str) -> None:
        """Enter an id; a second one of the shared space is a problem."""
        if name in words.RESERVED:
            reading.say(path, f"{name!r} is reserved", "another id")
        if name in self.taken and not (space == self.taken[name] == "lot"):
            reading.say(
                path,
                f"{name!r} is the id of a {self.taken[name]} already",
                "one id for one",
            )
        self.taken.setdefault(name, "statement" if space == "said" else space)
        self.by_space[space].add(name)

    def copy(self) -> Names:
        """A copy that a variant may add to."""
        other = Names()
        other.by_space = {space: set(names) for space, names in self.by_space.items()}
        other.nouns, other.taken = set(self.nouns), dict(self.taken)
        other.half_read = self.half_read
        return other

    def allowed(self, refers: str) -> set[str]:
        """Every id that a field of this kind may name."""
        if refers in self.by_space:
            return self.by_space[refers] | self.half_read
        everything = set(self.nouns).union(self.half_read, *self.by_space.values())
        return everything | _KIND_WORDS if refers == "about" else everything


def collect(
    reading: Reports,
    names: Names,
    items: Iterable[tuple[Path, Item]],
    left: frozenset[str],
) -> None:
    """Enter every id that these statements introduce."""
    for path, item in items:
        if isinstance(item, Truth):
            continue
        names.introduce(reading, path, "said", item.id)
        if isinstance(item, Harm):
            continue
        if item.what in _SPACES:
            space, attr = _SPACES[item.what]
            name = getattr(item, attr)
            if not (name in left and name in names.by_space[space]):
                names.introduce(reading, path, space, name)
        elif item.what == "rounds.moved":
            to = getattr(item, "to", "")
            if to not in names.by_space["lot"]:
                names.introduce(reading, path, "lot", to)
        for spec in vocabulary.fields_of(item.what).values():
            if spec.kind.names and item.what not in _SPACES and item.what != "rounds.moved":
                name = getattr(item, spec.attr)
                if name in words.RESERVED:
                    reading.say((*path, spec.key), f"{name!r} is reserved", "another id")
                names.nouns.add(name)


def check_references(reading: Reports, names: Names, items: Iterable[tuple[Path, Item]]) -> None:
    """Report every id that nothing in the file introduces."""
    for path, item in items:
        if isinstance(item, Harm):
            _check_value(reading, names, (*path, "people"), "person", list, item.named)
        if not isinstance(item, Statement):
            continue
        _check_speaker(reading, names, path, item)
        specs = [
            *((s.key, s.attr, s.kind) for s in vocabulary.fields_of(item.what).values()),
            *((s.key, s.attr, s.kind) for s in COMMON_FIELDS.values() if s.key != "by"),
        ]
        seen: set[str] = set()
        for key, attr, kind in specs:
            if not kind.refers or attr in seen:
                continue
            seen.add(attr)
            _check_value(reading, names, (*path, key), kind.refers, kind.ids, getattr(item, attr))
        if item.what in vocabulary.PLANNING:
            plan = getattr(item, "plan", None)
            for spec in vocabulary.PLAN_FIELDS.values():
                if spec.kind.refers and spec.key not in (
                    "person",
                    "weapon",
                    "thing",
                    "check",
                ):
                    value = getattr(plan, spec.attr)
                    _check_value(
                        reading,
                        names,
                        (*path, spec.key),
                        spec.kind.refers,
                        spec.kind.ids,
                        value,
                    )


def _check_value(
    reading: Reports, names: Names, path: Path, refers: str, ids: object, value: object
) -> None:
    if value is None or value == ():
        return
    allowed = names.allowed(refers)
    listed = ids(value) if callable(ids) else ()
    for name in listed:
        if name is not None and name not in allowed:
            reading.say(
                path,
                f"unknown id {name!r}",
                f"an id of a {refers}",
                nearest(name, allowed),
            )


def _check_speaker(reading: Reports, names: Names, path: Path, item: Statement) -> None:
    by = item.by
    if by == "anonymous" and item.what in ANONYMOUS_MAY:
        return
    if by == "server" and (item.what in SERVER_MAY or item.at is None):
        return
    if by in words.RESERVED:
        reading.say((*path, "by"), f"{show(by)} does not say this", "a person of the case")
    elif by not in names.allowed("person"):
        close = nearest(by, names.by_space["person"])
        reading.say((*path, "by"), f"unknown person {by!r}", "a person of the case", close)


def check_names(
    reading: Reports,
    before: tuple[Statement, ...],
    items: list[tuple[Path, Item]],
    expect: Expect,
    *,
    half_read: set[str],
) -> Names:
    """Check every id of a case and of what it expects, and return what it introduces."""
    names = Names()
    names.half_read = half_read
    above: list[tuple[Path, Item]] = [(_path_above(said), said) for said in before]
    left = frozenset(
        getattr(item, "person", getattr(item, "weapon", getattr(item, "thing", "")))
        for _, item in items
        if isinstance(item, Statement) and item.what in ("person.left", "weapon.left", "thing.left")
    )
    collect(reading, names, above, left)
    collect(reading, names, items, left)
    check_references(reading, names, [*above, *items])
    check_expect(reading, names, expect, ("expect",))
    return names


def _path_above(said: Statement) -> Path:
    section, name, *_ = said.id.split("/")
    return (section, name)


def check_expect(reading: Reports, names: Names, expect: Expect, path: Path) -> None:
    said = names.allowed("said")
    listed = {
        "hold_at": expect.hold_at,
        "fatal": expect.fatal,
        "may_hold_at": expect.may_hold_at,
        "clear_at": expect.clear_at,
        "because": tuple(expect.because),
        "warn_at": tuple(expect.warn_at),
        "alert_at": tuple(expect.alert_at),
    }
    for key, ids in listed.items():
        for name in ids:
            if name not in said:
                close = nearest(name, said)
                found = f"unknown statement {name!r}"
                reading.say((*path, key), found, "a statement of the case", close)
    for key, by_statement in (
        ("because", expect.because),
        ("warn_at", expect.warn_at),
        ("alert_at", expect.alert_at),
    ):
        for name, wanted in by_statement.items():
            for one in wanted:
                _check_on(reading, names, (*path, key, name), one)
    for place, repair in enumerate(expect.repair):
        _check_on(reading, names, (*path, "repair", place), repair)


_ON_WORDS: Final = (
    _KIND_WORDS
    | frozenset(words.POSTS)
    | words.QUANTITIES
    | words.PERMISSION_KINDS
    | words.QUALIFICATIONS
    | words.ROLES
    | words.CHECKS
    | {"all"}
)
"""What an expected reason may be about besides an id: a post, a kind, a quantity."""


def _check_on(reading: Reports, names: Names, path: Path, wanted: Wanted | Repair) -> None:
    """A misspelt subject would make an expectation that nothing can meet."""
    allowed = names.allowed("any") | _ON_WORDS
    if wanted.on and wanted.on not in allowed:
        close = nearest(wanted.on, allowed)
        reading.say((*path, "on"), f"unknown id {wanted.on!r}", "an id of the case", close)

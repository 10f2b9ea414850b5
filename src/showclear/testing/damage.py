"""What a record looks like when something in it is spoilt, in one place.

* One statement, one place in it, one kind of damage. The record that is given is not
  touched; the damaged one shares with it whatever is whole.
* The same chance and the same places give the same damage.
* Whether a gate may still clear on the damaged record is not asked here.

Where damage makes a sentence that people might have said, it is told apart from damage
that leaves no sentence at all: only reading it can tell which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.parse import COMMON_FIELDS
from showclear.core.statement import SPECS, TAGS, FieldSpec
from showclear.testing.live import Said, later

Path = tuple[str | int, ...]
Edit = Callable[[Any], Any]

STRANGER: Final = "nobody-here"
"""An id that no record has introduced."""

UNKNOWN_WORD: Final = "flurbed"
"""A word of no list."""

_OTHER_TYPES: Final[tuple[Any, ...]] = (True, 17, -1, "words", [], ["words"], {}, {"a": "b"}, [[]])
_MINUTES: Final = (1, 2, 7, 30, 90, 300, 1440, 4320)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing spoilt.

    Attributes:
        how: A word of `KINDS`.
        place: Which statement, counted in the record that was given.
        path: Where in it; empty for the statement as a whole.
        said: The record with the damage in it.
    """

    how: str
    place: int
    path: Path
    said: tuple[Said, ...]

    @property
    def field(self) -> str:
        """The field that was spoilt; `at` where the whole statement was moved."""
        return str(self.path[0]) if self.path else "at"


def damaged(said: Sequence[Said], chance: Random, *, places: Sequence[int] = ()) -> Damage:
    """Spoil one statement.

    Args:
        said: The record, in the order in which it became known.
        places: Which statements may be hit; empty means any.
    """
    nouns = nouns_of(said)
    while True:
        how = chance.choice(KINDS)
        place = chance.choice(places or range(len(said)))
        found = _spoil(said, place, how, chance, nouns)
        if found is not None:
            return found


def nouns_of(said: Sequence[Said]) -> dict[str, str]:
    """Every id that a record introduces, with the noun that it names."""
    nouns: dict[str, str] = {}
    for one in said:
        nouns[str(one.get("id"))] = "said"
        for key, spec in SPECS.get(str(one.get("what")), {}).items():
            if spec.kind.name.startswith("new ") and isinstance(one.get(key), str):
                noun = spec.kind.name.removeprefix("new ").removesuffix(" id").strip()
                nouns[one[key]] = key if noun in ("id", "") else noun
    return nouns


# --- the kinds ---------------------------------------------------------------------


def _spoil(
    said: Sequence[Said], place: int, how: str, chance: Random, nouns: Mapping[str, str]
) -> Damage | None:
    """One kind of damage at one statement; None where there is nothing for it to spoil."""
    if how in _WHOLE:
        moved = _WHOLE[how](said, place, chance)
        if moved is None:
            return None
        return Damage(how=how, place=place, path=(), said=tuple(moved))
    spots = list(_SPOTS[how](said[place], nouns))
    if not spots:
        return None
    path, edit = chance.choice(spots)
    spoilt = edited(said[place], path, lambda value: edit(value, chance))
    if spoilt == said[place]:
        return None
    record = [*said[:place], spoilt, *said[place + 1 :]]
    return Damage(how=how, place=place, path=path, said=tuple(record))


_GONE: Final = object()


def edited(value: Any, path: Path, edit: Edit) -> Any:
    """Return a copy in which the value at a path is replaced, or taken out.

    A path that ends in `KEY` and a key means the key itself.
    """
    if not path:
        return edit(value)
    step, rest = path[0], path[1:]
    if step == _KEY:
        return {edit(key) if key == rest[0] else key: item for key, item in value.items()}
    if isinstance(value, Mapping):
        made = {key: edited(v, rest, edit) if key == step else v for key, v in value.items()}
        return {key: item for key, item in made.items() if item is not _GONE}
    made_list = [edited(item, rest, edit) if at == step else item for at, item in enumerate(value)]
    return [item for item in made_list if item is not _GONE]


_KEY: Final = "*key*"
Spot = tuple[Path, Callable[[Any, Random], Any]]


def spots(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything inside a statement, outermost first: fields, items and keys."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if path:
                yield (*path, _KEY, key), key
            yield (*path, key), item
            yield from spots(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield (*path, place), item
            yield from spots(item, (*path, place))


def _fields(said: Said, nouns: Mapping[str, str]) -> Iterator[tuple[Path, Any]]:
    """What can be left out or be of another type: fields at any depth, not list items."""
    for path, value in spots(said):
        if isinstance(path[-1], str) and (len(path) < 2 or path[-2] != _KEY):
            yield path, value


def _dropped(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    for path, _ in _fields(said, nouns):
        yield path, lambda value, chance: _GONE


def _nothing(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    for path, _ in _fields(said, nouns):
        yield path, lambda value, chance: None


def _another_type(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    def other(value: Any, chance: Random) -> Any:
        return chance.choice([one for one in _OTHER_TYPES if type(one) is not type(value)])

    for path, _ in _fields(said, nouns):
        yield path, other


def _ids(said: Said, nouns: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for path, value in spots(said):
        if isinstance(value, str) and value in nouns and path not in (("id",), ("what",)):
            yield path, value


def _unknown_id(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    for path, _ in _ids(said, nouns):
        yield path, lambda value, chance: STRANGER


def _id_of(said: Said, nouns: Mapping[str, str], *, same: bool) -> Iterator[Spot]:
    def swap(value: Any, chance: Random) -> Any:
        noun = nouns[value]
        others = sorted(
            name for name, of in nouns.items() if (of == noun) is same and name != value
        )
        return chance.choice(others) if others else value

    for path, _ in _ids(said, nouns):
        yield path, swap


def _lists(said: Said, nouns: Mapping[str, str]) -> Iterator[tuple[Path, Any]]:
    for path, value in spots(said):
        if isinstance(value, list | dict) and value:
            yield path, value


def _cut_short(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    def cut(value: Any, chance: Random) -> Any:
        if isinstance(value, dict):
            gone = chance.choice(list(value))
            return {key: item for key, item in value.items() if key != gone}
        return value[: chance.randrange(1, len(value))]

    for path, value in _lists(said, nouns):
        if len(value) > 1:
            yield path, cut


def _emptied(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    for path, _ in _lists(said, nouns):
        yield path, lambda value, chance: type(value)()


_NESTED: Final[Mapping[str, frozenset[str]]] = {
    "load": words.LOADS,
    "how": words.ATTESTED,
    "hazards": words.HAZARDS,
}
"""Closed words inside a field that is a mapping or a list of them."""

_SAID_WORDS: Final = frozenset({"none", "nobody", "nothing", "something", "all", "unknown"})


def closed_words(said: Said, nouns: Mapping[str, str]) -> Iterator[tuple[Path, frozenset[str]]]:
    """Every word of a statement that comes from a closed list, with the list."""
    for path, value in spots(said):
        if not isinstance(value, str) or (len(path) > 1 and path[-2] == _KEY):
            continue
        spec = spec_of(said, str(path[0]))
        last = next(step for step in reversed(path) if isinstance(step, str))
        allowed = spec.kind.words if spec is not None and len(path) < 3 else frozenset[str]()
        if not allowed and len(path) > 1:
            allowed = _NESTED.get(last, frozenset())
        if path[0] in ("at_is", "attested"):
            allowed = words.AT_IS if path[0] == "at_is" else words.ATTESTED
        if path == ("what",):
            allowed = frozenset(TAGS)
        if value in allowed:
            yield path, allowed
        elif value in _SAID_WORDS and path != ("note",):
            yield path, _SAID_WORDS


def spec_of(said: Said, key: str) -> FieldSpec | None:
    """What the vocabulary says of a field of this statement."""
    tag = str(said.get("what"))
    if tag in vocabulary.PLANNING and key in vocabulary.PLAN_FIELDS:
        return vocabulary.PLAN_FIELDS[key]
    return SPECS.get(tag, {}).get(key) or COMMON_FIELDS.get(key)


def _unknown_word(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    for path, _ in closed_words(said, nouns):
        yield path, lambda value, chance: UNKNOWN_WORD


def _another_word(said: Said, nouns: Mapping[str, str]) -> Iterator[Spot]:
    def other(allowed: frozenset[str]) -> Callable[[Any, Random], Any]:
        return lambda value, chance: chance.choice(sorted(allowed - {value}))

    for path, allowed in closed_words(said, nouns):
        yield path, other(allowed)


def _moved(said: Sequence[Said], place: int, chance: Random) -> list[Said] | None:
    """Its time is another one; it arrives when it did."""
    one = said[place]
    if not isinstance(one.get("at"), str):
        return None
    minutes = chance.choice(_MINUTES) * chance.choice((-1, 1))
    return [*said[:place], {**one, "at": later(one["at"], minutes)}, *said[place + 1 :]]


def _reordered(said: Sequence[Said], place: int, chance: Random) -> list[Said] | None:
    """It changes places, and times, with one that was said near it."""
    other = place + chance.choice((-4, -3, -2, -1, 1, 2, 3, 4))
    if not 0 <= other < len(said) or "at" not in said[place] or "at" not in said[other]:
        return None
    record = list(said)
    one, two = said[place], said[other]
    record[place] = {**two, "at": one["at"]}
    record[other] = {**one, "at": two["at"]}
    return record


def _twice(said: Sequence[Said], place: int, chance: Random) -> list[Said] | None:
    """The same statement a second time, soon or much later."""
    after = min(len(said), place + chance.choice((1, 1, 3, 20, len(said))))
    return [*said[:after], said[place], *said[after:]]


def _twice_afresh(said: Sequence[Said], place: int, chance: Random) -> list[Said] | None:
    """The same words under another id, at the same time."""
    again = {**said[place], "id": f"{said[place].get('id')}.again"}
    after = min(len(said), place + chance.choice((1, 1, 3, len(said))))
    return [*said[:after], again, *said[after:]]


_WHOLE: Final[Mapping[str, Callable[[Sequence[Said], int, Random], list[Said] | None]]] = {
    "moved in time": _moved,
    "reordered": _reordered,
    "said twice": _twice,
    "said twice, under another id": _twice_afresh,
}
_SPOTS: Final[Mapping[str, Callable[[Said, Mapping[str, str]], Iterator[Spot]]]] = {
    "dropped": _dropped,
    "null": _nothing,
    "of another type": _another_type,
    "unknown id": _unknown_id,
    "id of another noun": lambda said, nouns: _id_of(said, nouns, same=False),
    "id of the same noun": lambda said, nouns: _id_of(said, nouns, same=True),
    "cut short": _cut_short,
    "emptied": _emptied,
    "unknown word": _unknown_word,
    "another word": _another_word,
}

KINDS: Final = (*_SPOTS, *_WHOLE)
"""How a record may be spoilt."""

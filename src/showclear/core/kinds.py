"""The kinds of field that statements are made of, as annotations.

A statement class annotates each field with one of these; the vocabulary table,
the parser, the fold's types and the documentation all read the same annotation.
A field without a default is required in case files; live it may be lacking, and
then the whole statement is kept and holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias

from showclear.core import words
from showclear.core.fields import (
    ActivityId,
    AnyId,
    Bad,
    Kind,
    LotId,
    PersonId,
    Quantity,
    StatementId,
    ThingId,
    WeaponId,
    many_reader,
    mapping_reader,
    read_bool,
    read_count,
    read_date,
    read_id,
    read_name,
    read_number,
    read_quantities,
    read_quantity,
    read_statement_id,
    read_text,
    read_time,
    show,
    word_reader,
)
from showclear.core.fields import (
    read_bounds as _bounds,
)


def _each(value: Iterable[str]) -> Iterable[str]:
    return value


def word(allowed: frozenset[str], name: str = "word") -> Kind:
    """One word of a closed list."""
    return Kind(name, word_reader(allowed), words=allowed)


def word_list(allowed: frozenset[str], name: str = "words") -> Kind:
    """One or several words of a closed list."""
    return Kind(name, many_reader(word_reader(allowed)), words=allowed)


def one(refers: str) -> Kind:
    """The id of a noun of this kind."""
    read = read_name if refers == "any" else read_id
    return Kind(f"{refers} id", read, refers=refers)


def many(refers: str) -> Kind:
    """One or several ids of this kind."""
    read = read_name if refers == "any" else read_id
    return Kind(f"{refers} ids", many_reader(read), refers=refers, ids=_each)


Person: TypeAlias = Annotated[PersonId, one("person")]
People: TypeAlias = Annotated[tuple[PersonId, ...], many("person")]


def _one_of(value: Any) -> str:
    """One id, also as a list of one: `to` takes either."""
    return read_id(value[0]) if type(value) is list and len(value) == 1 else read_id(value)


ToPerson: TypeAlias = Annotated[PersonId, Kind("person id", _one_of, refers="person")]
ToAny: TypeAlias = Annotated[AnyId, Kind("any id", _one_of, refers="any")]
Weapon: TypeAlias = Annotated[WeaponId, one("weapon")]
Weapons: TypeAlias = Annotated[tuple[WeaponId, ...], many("weapon")]
Lot: TypeAlias = Annotated[LotId, one("lot")]
Lots: TypeAlias = Annotated[tuple[LotId, ...], many("lot")]
Thing: TypeAlias = Annotated[ThingId, one("thing")]
Things: TypeAlias = Annotated[tuple[ThingId, ...], many("thing")]
Activity: TypeAlias = Annotated[ActivityId, one("activity")]
Activities: TypeAlias = Annotated[tuple[ActivityId, ...], many("activity")]
Any1: TypeAlias = Annotated[AnyId, one("any")]
Anys: TypeAlias = Annotated[tuple[AnyId, ...], many("any")]
Said: TypeAlias = Annotated[StatementId, Kind("statement id", read_statement_id, refers="said")]

Noun: TypeAlias = Annotated[str, Kind("new id", read_id, names=True)]
"""The id a statement gives to its own noun: a meeting, a stop, a concern."""
NewPerson: TypeAlias = Annotated[PersonId, Kind("new person id", read_id, names=True)]
NewWeapon: TypeAlias = Annotated[WeaponId, Kind("new weapon id", read_id, names=True)]
NewLot: TypeAlias = Annotated[LotId, Kind("new lot id", read_id, names=True)]
NewThing: TypeAlias = Annotated[ThingId, Kind("new thing id", read_id, names=True)]
NewActivity: TypeAlias = Annotated[ActivityId, Kind("new activity id", read_id, names=True)]
Named: TypeAlias = Annotated[str, Kind("id", read_name, refers="any")]
"""An id that another statement gave (a stop, a meeting, an incident)."""
Free: TypeAlias = Annotated[str, Kind("id", read_id)]
"""An id of the world outside: a pack, a device, a unit."""

Text: TypeAlias = Annotated[str, Kind("words, sealed", read_text, sealed=True)]
Texts: TypeAlias = Annotated[
    tuple[str, ...], Kind("lists of words, sealed", many_reader(read_text), sealed=True)
]
Code: TypeAlias = Annotated[str, Kind("code", read_text)]
"""A number or code that identifies something: a calibre, a serial, a digest."""
Take: TypeAlias = Annotated[str, Kind("number or name of a take", read_text)]
"""What the slate says: `3`, `2-pickup`."""
Bool: TypeAlias = Annotated[bool, Kind("true or false", read_bool)]
SealedBool: TypeAlias = Annotated[bool, Kind("true or false, sealed", read_bool, sealed=True)]
Count: TypeAlias = Annotated[int, Kind("count", read_count)]
Number: TypeAlias = Annotated[Decimal, Kind("number", read_number)]
Time: TypeAlias = Annotated[datetime, Kind("time with offset", read_time)]
Date: TypeAlias = Annotated[date, Kind("date", read_date)]
Quantities: TypeAlias = Annotated[tuple[Quantity, ...], Kind("quantities", read_quantities)]
QuantityWord: TypeAlias = Annotated[str, Kind("quantity", read_quantity, words=words.QUANTITIES)]
Checks: TypeAlias = Annotated[tuple[str, ...], word_list(words.CHECKS, "checks")]
Roles: TypeAlias = Annotated[tuple[str, ...], word_list(words.ROLES, "roles")]
Role: TypeAlias = Annotated[str, word(words.ROLES, "role")]
HazardList: TypeAlias = Annotated[tuple[str, ...], word_list(words.HAZARDS, "hazards")]


def _until(value: Any) -> datetime | date:
    try:
        return read_date(value)
    except Bad:
        return read_time(value)


Until: TypeAlias = Annotated[datetime | date, Kind("date or time", _until)]
"""The last day (inclusive, until its end in UTC) or the moment something runs out."""


def _count_or_unknown(value: Any) -> int | None:
    return None if value == "unknown" else read_count(value)


CountOrUnknown: TypeAlias = Annotated[
    int | None, Kind("count or `unknown`", _count_or_unknown, ids=lambda _: ())
]


def _found(value: Any) -> str:
    return str(read_count(value)) if type(value) is int else _search_found(value)


_search_found: Final = word_reader(words.SEARCH_FOUND)
SearchFound: TypeAlias = Annotated[str, Kind("`nothing`, `something` or a count", _found)]


@dataclass(frozen=True, slots=True)
class Issue:
    """One weapon of a squad and the person it goes to or comes from."""

    weapon: WeaponId
    person: PersonId


@dataclass(frozen=True, slots=True)
class Entry:
    """The people who enter one thing."""

    thing: ThingId
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """A second pair of eyes. Independent only if `how` is their own device or badge."""

    person: PersonId
    how: str


def _issue(key: str) -> Any:
    read = mapping_reader({"weapon": (read_id, True), key: (read_id, True)})

    def one_issue(value: Any) -> Issue:
        found = read(value)
        return Issue(found["weapon"], found[key])

    return many_reader(one_issue)


def _issue_ids(value: tuple[Issue, ...]) -> Iterable[str]:
    return [name for issue in value for name in (issue.weapon, issue.person)]


Issues: TypeAlias = Annotated[
    tuple[Issue, ...],
    Kind("[{weapon, to}]", _issue("to"), refers="any", ids=_issue_ids),
]
Returns: TypeAlias = Annotated[
    tuple[Issue, ...],
    Kind("[{weapon, from}]", _issue("from"), refers="any", ids=_issue_ids),
]


def _entry(value: Any) -> Entry:
    found = mapping_reader({"thing": (read_id, True), "people": (many_reader(read_id), True)})(
        value
    )
    return Entry(found["thing"], found["people"])


Entries: TypeAlias = Annotated[
    tuple[Entry, ...],
    Kind(
        "[{thing, people}]",
        many_reader(_entry),
        refers="any",
        ids=lambda value: [name for entry in value for name in (entry.thing, *entry.people)],
    ),
]


_read_witness: Final = mapping_reader(
    {"person": (read_id, True), "how": (word_reader(words.ATTESTED), False)}
)


def _witness(value: Any) -> Witness:
    found = _read_witness(value)
    return Witness(found["person"], found.get("how", "badge"))


Witnesses: TypeAlias = Annotated[
    tuple[Witness, ...],
    Kind(
        "[{person, how}]",
        many_reader(_witness),
        refers="person",
        ids=lambda value: [witness.person for witness in value],
    ),
]


@dataclass(frozen=True, slots=True)
class Limiting:
    """What `only` or `except` names on a permission."""

    hazards: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def _limiting(value: Any) -> Limiting:
    found = mapping_reader(
        {
            "hazards": (many_reader(word_reader(words.HAZARDS)), False),
            "places": (many_reader(read_text), False),
        }
    )(value)
    return Limiting(found.get("hazards", ()), found.get("places", ()))


Limited: TypeAlias = Annotated[Limiting, Kind("{hazards, places}", _limiting)]


def _from(value: Any) -> str:
    return read_text(value)


From: TypeAlias = Annotated[str, Kind("an id, otherwise words, sealed", _from, sealed=True)]
Post: TypeAlias = Annotated[
    str, Kind("a post of the list, otherwise words, sealed", read_text, sealed=True)
]


def _scope(value: Any) -> tuple[AnyId, ...] | None:
    """`all` is None: everything."""
    if value == "all":
        return None
    return tuple(AnyId(name) for name in many_reader(read_name)(value))


Scope: TypeAlias = Annotated[
    tuple[AnyId, ...] | None,
    Kind("`all` or ids", _scope, refers="any", ids=lambda value: value or ()),
]


def _about(value: Any) -> tuple[str, ...]:
    return tuple(many_reader(read_name)(value))


About: TypeAlias = Annotated[
    tuple[str, ...], Kind("ids, kinds or hazards", _about, refers="about", ids=_each)
]


def _whom(value: Any) -> str:
    if value in ("union", "insurer", "police", "family"):
        return str(value)
    if type(value) is str and len(value) > 3 and value[2] == "-" and value[:2].isalpha():
        return read_id(value)
    raise Bad(show(value), "union, insurer, police, family or a body such as us-osha")


Whom: TypeAlias = Annotated[str, Kind("whom", _whom)]


Within: TypeAlias = Annotated[
    Quantity,
    Kind("{at_least, at_most}", lambda value: _bounds("", value), ids=lambda _: ()),
]
Confirms: TypeAlias = Annotated[tuple[str, ...], word_list(words.CONFIRMS, "own words")]
Codes: TypeAlias = Annotated[tuple[str, ...], Kind("codes", many_reader(read_text))]
Saids: TypeAlias = Annotated[
    tuple[StatementId, ...],
    Kind(
        "statement ids",
        many_reader(read_statement_id, empty=True),
        refers="said",
        ids=_each,
    ),
]


_STRUCTURED_DEPTH_MAX: Final = 8


def _structured(value: Any, depth: int = 0) -> tuple[Any, ...]:
    """The server's own lists of ids and words, kept in a shape that cannot change."""
    if depth > _STRUCTURED_DEPTH_MAX:
        raise Bad("lists inside lists inside lists", f"at most {_STRUCTURED_DEPTH_MAX} deep")

    def frozen(item: Any) -> Any:
        return _structured(item, depth + 1) if isinstance(item, list | dict) else item

    match value:
        case list():
            return tuple(frozen(item) for item in value)
        case dict():
            entries = sorted(value.items(), key=lambda entry: str(entry[0]))
            return tuple((key, frozen(item)) for key, item in entries)
        case _:
            raise Bad(show(value), "a list or a mapping")


Structured: TypeAlias = Annotated[tuple[Any, ...], Kind("ids and words", _structured)]


def _missing(value: Any) -> str:
    # Every check and every tag is a word for what is missing too; packs add checks.
    if type(value) is str and value:
        return value
    raise Bad(show(value), "a word for what is missing")


Missing: TypeAlias = Annotated[tuple[str, ...], Kind("missing words", many_reader(_missing))]

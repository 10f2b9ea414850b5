"""What may stand in a field of a statement, read once into a type that cannot be wrong.

Each kind of field is a `Kind`: how a plain value becomes a typed one, whether it
is sealed (free words, kept out of the record's entries), and which ids it names.
Readers raise `Bad` and nothing else; the parser turns it into a problem with a line.

Times are aware and UTC after reading; a time without offset is refused, because
a night shoot crosses midnight and sometimes a clock change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NewType

from showclear.core import words
from showclear.core.errors import nearest

PersonId = NewType("PersonId", str)
WeaponId = NewType("WeaponId", str)
LotId = NewType("LotId", str)
ThingId = NewType("ThingId", str)
ActivityId = NewType("ActivityId", str)
StatementId = NewType("StatementId", str)
AnyId = NewType("AnyId", str)

_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
_STATEMENT_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-/]*")
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_DIGITS_MAX: Final = 18
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Bad(Exception):  # noqa: N818 - it is about a value, and never leaves the readers
    """A value that may not stand where it stands."""

    def __init__(
        self,
        found: str,
        allowed: str = "",
        close: str = "",
        path: tuple[str | int, ...] = (),
    ) -> None:
        super().__init__(found)
        self.found, self.allowed, self.close, self.path = found, allowed, close, path


@dataclass(frozen=True, slots=True)
class Kind:
    """How a field is read and what it means.

    Attributes:
        name: What documentation calls it.
        read: Plain value to typed value; raises `Bad`.
        sealed: Free words: only a salted digest may enter the record.
        refers: Which ids it names (`person`, `weapon`, ... or `any`), for the check
            that a case file names nobody it did not introduce.
        ids: The ids in a typed value, for that check.
        names: This field gives its statement's own noun an id (a meeting, a stop).
        words: The closed list, if there is one.
    """

    name: str
    read: Callable[[Any], Any]
    sealed: bool = False
    refers: str = ""
    ids: Callable[[Any], Iterable[str]] = field(default=lambda value: (value,))
    names: bool = False
    words: frozenset[str] = frozenset()


def show(value: object) -> str:
    """Say in a few words what was found, never more than a line of it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"{str(value).lower()} (true or false)"
        case str():
            text = value if len(value) <= 60 else value[:57] + "..."
            return repr(text)
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a mapping"
        case int() if abs(value) >= 10**18:
            return "a number of more than 18 digits"
        case int() | Decimal() | float():
            return f"the number {value}"
        case _:
            return f"something of type {type(value).__name__}"


def read_id(value: Any) -> str:
    if type(value) is str and _ID.fullmatch(value) and "--" not in value:
        return value
    raise Bad(show(value), "an id: lower-case letters, digits, dots and single hyphens")


def read_statement_id(value: Any) -> str:
    if type(value) is not str or not _STATEMENT_ID.fullmatch(value):
        raise Bad(show(value), "the id of a statement")
    return value


def read_name(value: Any) -> str:
    """An id, or the id of a statement that stands for something: a discharge, a walk-out.

    In a log such an id has a slash, for whoever said it stands before it.
    """
    return read_statement_id(value) if type(value) is str and "/" in value else read_id(value)


def read_text(value: Any) -> str:
    if type(value) is int or isinstance(value, Decimal):
        return str(value)
    if type(value) is not str or not value.strip():
        raise Bad(show(value), "words (in quotes where they look like something else)")
    return value


def read_bool(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise Bad(show(value), "true or false")


def read_count(value: Any) -> int:
    if type(value) is int and 0 <= value < 10**_DIGITS_MAX:
        return value
    raise Bad(show(value), "a whole number, not negative")


def read_number(value: Any) -> Decimal:
    if type(value) is int and abs(value) < 10**_DIGITS_MAX:
        return Decimal(value)
    if (
        isinstance(value, Decimal)
        and value.is_finite()
        and abs(value.adjusted()) < _DIGITS_MAX
        and len(value.as_tuple().digits) <= _DIGITS_MAX
    ):
        return value
    raise Bad(show(value), f"a number of at most {_DIGITS_MAX} digits")


def read_time(value: Any) -> datetime:
    found = _TIME.fullmatch(value) if type(value) is str else None
    if found is None:
        raise Bad(show(value), "a time with offset such as 2021-10-21T12:50-06:00")
    if found[1] is None:
        raise Bad(
            f"{show(value)} has no offset from UTC",
            "a time with offset such as 2021-10-21T12:50-06:00",
        )
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Bad(show(value), "a time that exists in the calendar") from None


def read_date(value: Any) -> date:
    if type(value) is str and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise Bad(show(value), "a date such as 2026-01-31")


def word_reader(allowed: Collection[str]) -> Callable[[Any], str]:
    """Return a reader of one word of a closed list."""
    listed = ", ".join(sorted(allowed)) if len(allowed) <= 12 else f"{len(allowed)} words"

    def read(value: Any) -> str:
        if type(value) is str and value in allowed:
            return value
        close = nearest(value, allowed) if type(value) is str else ""
        raise Bad(show(value), listed, close)

    return read


def many_reader(read: Callable[[Any], Any], *, empty: bool = False) -> Callable[[Any], Any]:
    """Return a reader of a list of `read`; one value means a list of one."""

    def read_many(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            return (read(value),)
        if not value and not empty:
            raise Bad("an empty list", "at least one (leave it out, or write nobody or none)")
        try:
            return tuple(map(read, value))
        except Bad:
            return tuple(_each_placed(read, value))

    return read_many


def _each_placed(read: Callable[[Any], Any], values: list[Any]) -> Iterator[Any]:
    """Read one after the other; what is wrong is said with its place."""
    for place, item in enumerate(values):
        try:
            yield read(item)
        except Bad as bad:
            raise Bad(bad.found, bad.allowed, bad.close, (place, *bad.path)) from None


def mapping_reader(
    specs: dict[str, tuple[Callable[[Any], Any], bool]],
) -> Callable[[Any], dict[str, Any]]:
    """Return a reader of a mapping with the given keys: (reader, required)."""

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise Bad(show(value), "a mapping with " + ", ".join(specs))
        out: dict[str, Any] = {}
        for key, item in value.items():
            if key not in specs:
                raise Bad(
                    f"unknown field {key!r}",
                    ", ".join(specs),
                    nearest(key, specs),
                    (key,),
                )
            try:
                out[key] = specs[key][0](item)
            except Bad as bad:
                raise Bad(bad.found, bad.allowed, bad.close, (key, *bad.path)) from None
        for key, (_, required) in specs.items():
            if required and key not in out:
                raise Bad(f"{key!r} is missing", ", ".join(specs))
        return out

    return read


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured or limiting quantity. The unit is in the word; bounds are inclusive.

    Attributes:
        quantity: A word of `words.QUANTITIES`.
        at_least: Lower bound, or the value itself.
        at_most: Upper bound, or the value itself.
    """

    quantity: str
    at_least: Decimal | None
    at_most: Decimal | None


def read_bounds(name: str, value: Any) -> Quantity:
    if type(value) is not dict:
        number = read_number(value)
        return Quantity(name, number, number)
    found = mapping_reader({"at_least": (read_number, False), "at_most": (read_number, False)})(
        value
    )
    if not found:
        raise Bad("an empty mapping", "a number, or at_least and at_most")
    return Quantity(name, found.get("at_least"), found.get("at_most"))


def read_quantities(value: Any) -> tuple[Quantity, ...]:
    """Read {quantity: value}, {quantity: {at_least, at_most}} or {value, unit}."""
    if type(value) is not dict or not value:
        raise Bad(show(value), "a mapping such as {distance_ft: 22}")
    if "value" in value:
        # The unit is the quantity's word, or stands in the check's one quantity; the
        # parser of check.made completes a bare unit such as `ft` or `km/h`.
        found = mapping_reader({"value": (read_number, True), "unit": (read_text, True)})(value)
        unit = _UNITS.get(found["unit"], found["unit"])
        return (Quantity(read_quantity(unit), found["value"], found["value"]),)
    out = []
    for name, item in value.items():
        try:
            out.append(read_bounds(read_quantity(name), item))
        except Bad as bad:
            raise Bad(bad.found, bad.allowed, bad.close, (name, *bad.path)) from None
    return tuple(out)


_UNITS: Final = {
    "ft": "distance_ft",
    "m": "distance_m",
    "km/h": "speed_kmh",
    "kmh": "speed_kmh",
    "kg": "load_kg",
    "min": "minutes",
    "bar": "pressure_bar",
    "v": "voltage_v",
    "nm": "torque_nm",
    "c": "temperature_c",
}
read_quantity: Final = word_reader(words.QUANTITIES)

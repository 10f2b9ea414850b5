"""The payload of a statement as JSON: read strictly, written once.

* One object, UTF-8, no key twice at any depth, no NaN: two readers must not be able to
  read two things out of the same signed bytes.
* Numbers with a point are decimals, never binary fractions.
* It is written only where something is signed for the first time. Whatever was signed is
  kept and hashed as the bytes that came, and is never written again.

Source: RFC 8259; docs/formats/ledger.md, "Statements".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from showclear.ledger.errors import EvidenceError, MisuseError

DIGITS_MAX: Final = 20
"""Most digits of a number, before the point or after it: nothing on a set is larger, and a
number of thousands of digits would be room for words, or hours of work."""

DEPTH_MAX: Final = 32
"""Most objects and lists inside each other."""

ID_CHARACTERS_MAX: Final = 200
"""Longest id of a statement: far beyond what anybody mints, and a bound on `received`."""


def read_payload(raw: bytes) -> dict[str, Any]:
    """Read a payload.

    Raises:
        EvidenceError: `not-json` for anything that is not one such object.
    """
    try:
        found = _DECODER.decode(raw.decode("utf-8", "strict"))
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise EvidenceError("not-json", f"the payload cannot be read as JSON: {error}") from None
    if not isinstance(found, dict):
        raise EvidenceError("not-json", "the payload is no JSON object")
    if raw.count(b"[") + raw.count(b"{") > DEPTH_MAX and depth_of(found) > DEPTH_MAX:
        raise EvidenceError("not-json", f"the payload is nested deeper than {DEPTH_MAX}")
    if b"\\" in raw and b"\\ud" in raw.lower():
        _refuse_halves(found)
    return found


def id_of(payload: Mapping[str, Any]) -> str:
    """Return the id inside a payload, which is its identity in the log.

    Raises:
        EvidenceError: `no-id`: there is none, or one that no log would take.
    """
    found = payload.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= ID_CHARACTERS_MAX:
        raise EvidenceError("no-id", "the statement has no id inside that a log would take")
    return found


def what_of(payload: Mapping[str, Any]) -> str:
    """Return the tag that a payload gives itself; empty for none, or for one of another type."""
    found = payload.get("what")
    return found if isinstance(found, str) else ""


def write_payload(fields: Mapping[str, Any]) -> bytes:
    """Write a payload for the first time, members in the order given.

    Raises:
        MisuseError: Something in it is no JSON.
    """
    if depth_of(fields) > DEPTH_MAX:
        raise MisuseError(f"no payload can be made of this: nested deeper than {DEPTH_MAX}")
    try:
        text = json.dumps(_plain(fields), separators=(",", ":"), ensure_ascii=False)
        return text.encode("utf-8", "strict")
    except (TypeError, ValueError, RecursionError) as error:
        raise MisuseError(f"no payload can be made of this: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _number(value)
    if type(value) is int and abs(value) >= 10**DIGITS_MAX:
        raise ValueError(f"a number of more than {DIGITS_MAX} digits")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        raise TypeError("a binary fraction; decimals only")
    return value


def _number(value: Decimal) -> int | float:
    """The JSON number that reads back to this decimal."""
    if not value.is_finite() or abs(value.adjusted()) >= DIGITS_MAX:
        raise ValueError(f"a number of more than {DIGITS_MAX} digits")
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    if Decimal(repr(near)) != value:
        raise ValueError(f"{value} has more digits than a JSON number keeps everywhere")
    return near


def _refuse_halves(found: dict[str, Any]) -> None:
    """Refuse half a character: it has no UTF-8, so nobody could store or show it."""
    try:
        json.dumps(found, ensure_ascii=False, default=str).encode("utf-8", "strict")
    except UnicodeEncodeError:
        raise EvidenceError("not-json", "the payload holds half a character") from None


def depth_of(value: Any) -> int:
    """How many objects and lists stand inside each other; counted without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        inner = item.values() if isinstance(item, Mapping) else item
        if isinstance(item, Mapping | list | tuple):
            deepest = max(deepest, depth)
            waiting += [
                (below, depth + 1) for below in inner if isinstance(below, Mapping | list | tuple)
            ]
    return deepest


def _whole(text: str) -> int:
    if len(text) > DIGITS_MAX:
        raise ValueError(f"a number of more than {DIGITS_MAX} digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    """A number with a point, within what every reader and every rule can work with."""
    found = Decimal(text) if len(text) <= 2 * DIGITS_MAX else None
    if found is None or abs(found.adjusted()) > DIGITS_MAX:
        raise ValueError(f"a number of more than {DIGITS_MAX} digits")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_each_once,
    parse_int=_whole,
    parse_float=_decimal,
    parse_constant=_no_constant,
)

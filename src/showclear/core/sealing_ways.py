"""Which fields of a statement may stand open in an entry, and how the others are taken out?

* Ids, words of closed lists, numbers, times and codes stand open.
* What a field is follows from its kind: `WAYS` has one row per kind of the vocabulary.
  A kind without a row is sealed whole; a test asks for the row.
* Readers of some open kinds let any words through (codes, the server's own lists). So
  what stands open is looked at once more, whatever its kind.
* A few fields are sealed for what they tell of a person: `OF_FIELD`, `_OF_PRIVATE_CHECK`.

Source: docs/formats/vocabulary.md, "Sealed"; RFC 4648, section 5 (base64url, unpadded).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from showclear.core import words
from showclear.core.fields import Bad, Kind, read_id, read_statement_id, read_time
from showclear.core.statement import TAGS, FieldSpec

SEALED: Final = "sealed"
DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class SealedText:
    """What one seal stands for.

    Attributes:
        path: Keys and places that lead to it in the payload, joined by dots.
        salt: 16 random bytes, used for nothing else.
        text: The words; a number, a yes or no, or what could not be read as JSON.
    """

    path: str
    salt: bytes
    text: str


def digest(salt: bytes, text: str) -> str:
    """Return what stands in the place of a text.

    >>> digest(bytes(16), "the yard")
    'KZ8Ik4wHahQrCXFaDD0MYr6V6raPrTND_bLC9IEWkJY'
    """
    return _unpadded(hashlib.sha256(salt + text.encode()).digest())


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


# --- what is open ------------------------------------------------------------------


_CODE: Final = re.compile(r"[A-Za-z0-9 .\-/:+_#]{1,40}")
_CODE_WORDS_MAX: Final = 3
_LETTERS_MAX: Final = 3
_REGION: Final = re.compile(r"any|[A-Z]{2}(-[A-Z0-9]{1,3})?")
_HEX: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LISTED: Final = frozenset(TAGS).union(
    *(found for found in vars(words).values() if isinstance(found, frozenset))
)
_INNER_KEYS: Final = frozenset({"at_least", "at_most", "clearance_ft"})
"""Keys inside a field that are neither ids nor listed words."""


def looks_like_code(text: str) -> bool:
    """Whether a text may stand open where a code is asked for.

    A code is a digest or key of 32 bytes, a region (`US-NM`), a time, or at most 40
    characters in at most three words, with a digit or a listed word among them, in which
    every run of letters is listed or no longer than three. Length and digits alone would
    let `Mara drunk 2` pass; so the letters are what is asked about. A real code that is
    refused here (a maker's name in a serial number) loses nothing: it is sealed, and read
    as before wherever its text is at hand.

    >>> [looks_like_code(text) for text in (".45 Colt", "2-pickup", "SN-0042", "US-NM")]
    [True, True, True, True]
    >>> [looks_like_code(text) for text in ("Mara drunk 2", "mara", "he-fell-ill-2")]
    [False, False, False]
    """
    if _REGION.fullmatch(text) or _HEX.fullmatch(text) or _is_key(text) or _is_time(text):
        return True
    listed = _LISTED
    if text in listed:
        return True
    told = text.split(" ")
    if not _CODE.fullmatch(text) or len(told) > _CODE_WORDS_MAX:
        return False
    runs = [run.lower() for word in told if word not in listed for run in _runs(word)]
    known = any(word in listed for word in told) or any(run in listed for run in runs)
    short = all(run in listed or len(run) <= _LETTERS_MAX for run in runs)
    return short and (known or any(map(str.isdigit, text)))


def _runs(word: str) -> list[str]:
    return re.findall(r"[A-Za-z]+", word)


def _is_key(text: str) -> bool:
    """Whether it is base64 of 32 bytes, in the one spelling that those bytes have."""
    if len(text) not in (43, 44):
        return False
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    if not DIGEST.fullmatch(plain):
        return False
    return _unpadded(base64.urlsafe_b64decode(plain + "=")) == plain and any(map(str.isdigit, text))


def reads(read: Callable[[Any], Any], value: Any) -> bool:
    try:
        read(value)
    except Bad:
        return False
    return True


def _is_time(text: str) -> bool:
    return reads(read_time, text)


def _is_open(value: Any) -> bool:
    """Whether nothing but ids, listed words, numbers, times and codes is in a value."""
    todo: list[Any] = [value]
    while todo:
        item = todo.pop()
        match item:
            case str():
                named = reads(read_statement_id, item) or item in _INNER_KEYS
                if not (named or looks_like_code(item)):
                    return False
            case list():
                todo += item
            case dict():
                if SEALED in item:
                    # It could be taken for a seal.
                    return False
                todo += [*item.keys(), *item.values()]
            case bool() | int() | Decimal() | None:
                pass
            case _:
                return False
    return True


# --- how each kind stands in an entry ----------------------------------------------


@dataclass(slots=True)
class Box:
    """Takes texts out of one statement."""

    salt: Callable[[], bytes]
    texts: list[SealedText] = field(default_factory=list)

    def put(self, path: str, text: str) -> dict[str, Any]:
        # A lone half of a character is no Unicode: it has no UTF-8 and no digest.
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        sealed = SealedText(path, self.salt(), whole)
        self.texts.append(sealed)
        return {SEALED: digest(sealed.salt, whole)}

    def each(self, path: str, value: Any, is_open: Callable[[Any], bool]) -> Any:
        """Seal one text, or each of a list, unless it may stand open."""
        if type(value) is list:
            return [self.each(f"{path}.{n}", item, is_open) for n, item in enumerate(value)]
        return value if is_open(value) else self.put(path, str(value))


def _whole(box: Box, path: str, value: Any) -> Any:
    return box.put(path, json_text(value))


def _open(box: Box, path: str, value: Any) -> Any:
    """As it stands; sealed whole where the reader of its kind let words through."""
    return value if _is_open(value) else _whole(box, path, value)


def _words(box: Box, path: str, value: Any) -> Any:
    return box.each(path, value, lambda text: False)


def _code(box: Box, path: str, value: Any) -> Any:
    return box.each(path, value, lambda text: type(text) is not str or looks_like_code(text))


def _id_or_words(box: Box, path: str, value: Any) -> Any:
    return box.each(path, value, lambda text: type(text) is not str or reads(read_id, text))


def _place_or_words(box: Box, path: str, value: Any) -> Any:
    return box.each(
        path, value, lambda text: type(text) is not str or reads(read_statement_id, text)
    )


def _post(box: Box, path: str, value: Any) -> Any:
    return box.each(path, value, lambda text: text in words.POSTS)


def _parts(box: Box, path: str, value: Any) -> Any:
    if type(value) is not dict:
        return value
    return {name: _words(box, f"{path}.{name}", part) for name, part in value.items()}


def _limits(box: Box, path: str, value: Any) -> Any:
    """Hazards are listed words; places are whatever people call them."""
    return {
        key: _code(box, f"{path}.{key}", item) if key == "places" else item
        for key, item in value.items()
    }


Way = Callable[[Box, str, Any], Any]

WAYS: Final[Mapping[str, Way]] = {
    # Free words.
    "words, sealed": _words,
    "lists of words, sealed": _words,
    "an id, otherwise words, sealed": _id_or_words,
    "a post of the list, otherwise words, sealed": _post,
    "{person: part}, or nobody": _parts,
    "true or false, sealed": _whole,
    # Codes, which are read as any text.
    "code": _code,
    "codes": _id_or_words,
    "number or name of a take": _code,
    "{hazards, places}": _limits,
    # The server's own, read as anything: open as long as nothing in it is a sentence.
    "ids and words": _open,
    "missing words": _open,
    # Ids, numbers and times: their readers let nothing else through.
    **dict.fromkeys(
        (
            "id",
            "statement id",
            "statement ids",
            *(f"{noun} id" for noun in ("person", "weapon", "lot", "thing", "activity", "any")),
            *(f"{noun} ids" for noun in ("person", "weapon", "lot", "thing", "activity", "any")),
            "new id",
            *(f"new {noun} id" for noun in ("person", "weapon", "lot", "thing", "activity")),
            "true or false",
            "count",
            "count or `unknown`",
            "`nothing`, `something` or a count",
            "number",
            "time with offset",
            "date",
            "date or time",
            "quantities",
            "{at_least, at_most}",
            "[{weapon, to}]",
            "[{weapon, from}]",
            "[{thing, people}]",
            "[{person, how}]",
            "`all` or ids",
            "ids, kinds or hazards",
            "whom",
            "people, or nobody",
            "things, or none",
            "{weapon: {performer, load, lot, count, clearance_ft}}, or none",
            "[{person or thing, weapon or thing, distance}], or none",
            "{check: person}",
            "{new: old}",
        ),
        _open,
    ),
}
"""How each kind of field stands in an entry, by the name of the kind."""

RAW: Final = frozenset({_words, _code, _id_or_words, _place_or_words, _post, _parts, _limits})
"""Ways whose texts are the words themselves; those of the others are JSON."""

OF_FIELD: Final[Mapping[tuple[str, str], Way]] = {
    # Who refused is known to the set and not to strangers (reading 7).
    ("refusal.made", "person"): _words,
    ("refusal.made", "by"): _words,
    ("refusal.made", "said_by"): _words,
    ("person.joined", "minor"): _whole,
    # `rested` is a private check, and this is what it would have found.
    ("rest.recorded", "hours"): _whole,
    ("rest.recorded", "slept_hours"): _whole,
    ("rest.recorded", "awake_since"): _whole,
    # The name of a log is public on every checkpoint.
    ("log.continued", "origin"): _place_or_words,
}
"""Fields that stand otherwise than their kind, by tag and attribute."""

_OF_PRIVATE_CHECK: Final = frozenset({"passed", "count", "of", "measured"})
"""What a check on somebody's body or state found."""


def way_of(tag: str, spec: FieldSpec, *, private: bool = False) -> Way:
    """Return how a field of this tag stands in an entry.

    Args:
        private: Whether the statement is a check that is told to few (`is_private`).
    """
    own = OF_FIELD.get((tag, spec.attr))
    if own is not None:
        return own
    if private and spec.attr in _OF_PRIVATE_CHECK:
        return _whole
    return WAYS.get(spec.kind.name) or (_open if _is_listed(spec.kind) else _whole)


def _is_listed(kind: Kind) -> bool:
    """Words of a closed list are open by being listed."""
    return bool(kind.words) and not kind.sealed


def is_decided(kind: Kind) -> bool:
    """Whether somebody has said how this kind stands in an entry."""
    return kind.name in WAYS or _is_listed(kind)


def is_private(fields: Mapping[str, Any]) -> bool:
    """Whether this is a check of what others are told only as "not today"."""
    if fields.get("what") != "check.made":
        return False
    told = fields.get("checks", fields.get("check"))
    listed = told if type(told) is list else [told]
    return any(type(one) is str and one in words.PRIVATE_CHECKS for one in listed)


def json_text(value: Any) -> str:
    """Write a plain value as JSON, decimals to the digit, without recursion.

    What no JSON can carry becomes null, which no reader takes for anything.

    >>> json_text({"a": [True, Decimal("1.50"), Decimal(2), None]})
    '{"a":[true,1.50,2.0,null]}'
    """
    out: list[str] = []
    todo: list[tuple[bool, Any]] = [(False, value)]
    while todo:
        written, item = todo.pop()
        if written:
            out.append(item)
            continue
        match item:
            case list():
                todo += reversed(_between("[", [[(False, one)] for one in item], "]"))
            case dict():
                pairs = [[(True, f"{json.dumps(str(k))}:"), (False, v)] for k, v in item.items()]
                todo += reversed(_between("{", pairs, "}"))
            case bool() | int() | str():
                out.append(json.dumps(item))
            case Decimal() if item.is_finite():
                told = str(item)
                out.append(told if set(told) & set(".E") else f"{told}.0")
            case _:
                out.append("null")
    return "".join(out)


_Steps = list[tuple[bool, Any]]


def _between(first: str, items: Iterable[_Steps], last: str) -> _Steps:
    found: _Steps = [(True, first)]
    for place, item in enumerate(items):
        found += [(True, ","), *item] if place else item
    return [*found, (True, last)]

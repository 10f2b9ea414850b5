"""What of a statement may stand in a log entry, and how its words come back?

* An entry is for ever and may be read by strangers. In it stand ids, words of closed
  lists, numbers, times and codes. Everything else stands there as
  `{"sealed": base64url(SHA-256(salt || UTF-8))}`; text and salt lie elsewhere and can
  be erased without touching the entry.
* Which of it a field is, `sealing_ways` says by its kind. Nothing is open because nobody
  thought of it.
* A statement that cannot be read is kept by the record, so it reaches the log too: what
  could not be read is one sealed text, its keys included.
* A text that is gone never opens a gate: `WHEN_GONE` says, with reasons, what each field
  reads as then. Mostly it is other words, of which only the words are missing.
* A text that is at hand and is not the one that was sealed is an error, never a gap.

Whether an id tells too much (somebody's name in small letters) is left to whoever mints
ids. That `minor` was said at all can be seen; what was said cannot.

Source: docs/formats/vocabulary.md, "Sealed"; RFC 4648, section 5 (base64url, unpadded).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from showclear.core import vocabulary
from showclear.core.errors import ShowclearError
from showclear.core.parse import COMMON_FIELDS, is_timed, read_fields
from showclear.core.sealing_ways import (
    DIGEST,
    OF_FIELD,
    RAW,
    SEALED,
    Box,
    SealedText,
    digest,
    is_private,
    json_text,
    reads,
    way_of,
)
from showclear.core.statement import TAGS, FieldSpec

__all__ = ["SealError", "Sealed", "SealedText", "digest", "seal", "unseal"]

SEALED_PRIVATE: Final = frozenset(OF_FIELD) - {("log.continued", "origin")}
"""By tag and key: what is sealed because it tells something of a person."""

UNREAD: Final = "unread"
"""The key under which everything stands that could not be read."""


class SealError(ShowclearError):
    """A text is not the one that was sealed.

    Attributes:
        path: The field it was given for, such as `note` or `people.actor`.
    """

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: the text is not the one that was sealed")
        self.path = path


@dataclass(frozen=True, slots=True)
class Sealed:
    """A statement as it may enter the log, and what was taken out of it."""

    payload: dict[str, Any]
    texts: tuple[SealedText, ...]


# --- to seal -----------------------------------------------------------------------


def seal(fields: Mapping[str, Any], salt: Callable[[], bytes]) -> Sealed:
    """Return a statement as it may enter the log, and the texts taken out of it.

    Args:
        fields: Plain fields as they came, of whatever shape.
        salt: Gives 16 fresh random bytes at every call.
    """
    box, tag = Box(salt), fields.get("what")
    if not isinstance(tag, str) or isinstance(read_fields(fields, timed=is_timed(fields)), list):
        return Sealed(_unread(box, fields), tuple(box.texts))
    specs, private, payload = _specs(tag), is_private(fields), {}
    for key, value in fields.items():
        if key == "what":
            payload[key] = value
        else:
            payload[key] = way_of(tag, specs[key], private=private)(box, key, value)
    return Sealed(payload, tuple(box.texts))


def _specs(tag: object) -> Mapping[str, FieldSpec]:
    """Every field of a tag by its key; of no tag, the common ones."""
    if not isinstance(tag, str) or tag not in TAGS:
        return COMMON_FIELDS
    plan = vocabulary.PLAN_FIELDS if tag in vocabulary.PLANNING else {}
    return {"with": _WITH, **COMMON_FIELDS, **plan, **vocabulary.fields_of(tag)}


_WITH: Final = FieldSpec("with", "with", COMMON_FIELDS["witnesses"].kind, False)


def _unread(box: Box, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only what places it stays open; the rest is one text, unknown keys included."""
    payload: dict[str, Any] = {}
    shut: dict[Any, Any] = {}
    tag = fields.get("what")
    for key, value in fields.items():
        if key == "what":
            stays = isinstance(value, str) and value in TAGS
        elif key in ("id", "at", "by", "attested"):
            told = key != "by" or tag != "refusal.made"
            stays = told and reads(COMMON_FIELDS[key].kind.read, value)
        else:
            stays = False
        (payload if stays else shut)[key] = value
    payload[UNREAD] = box.put(UNREAD, json_text(shut))
    return payload


# --- to unseal ---------------------------------------------------------------------


class Gone(Enum):
    """What a field reads as when its text is gone, where it is no value."""

    WORDS = "other words"
    LEFT_OUT = "left out"
    NOBODY_KNOWN = "an id that nobody introduced"
    KEPT = "the whole statement cannot be read: it is kept, and holds"


WHEN_GONE: Final[Mapping[tuple[str, str], tuple[Any, str]]] = {
    ("person.joined", "minor"): (True, "Who may be a minor is one: a minor in a zone holds."),
    ("check.made", "passed"): (False, "What nobody can read did not pass: it holds until redone."),
    ("check.made", "count"): (Gone.LEFT_OUT, "A check without a count covers nothing."),
    ("check.made", "of"): (Gone.LEFT_OUT, "A count without its whole covers nothing."),
    ("check.made", "measured"): (Gone.LEFT_OUT, "Where a measure is asked for, none holds."),
    ("rest.recorded", "hours"): (0, "No rest is the reading against us."),
    ("rest.recorded", "slept_hours"): (0, "No sleep is the reading against us."),
    ("rest.recorded", "awake_since"): (Gone.LEFT_OUT, "Unknown; with no rest and no sleep."),
    ("refusal.made", "person"): (
        Gone.NOBODY_KNOWN,
        "Whom nobody introduced may be anybody in the act: the refusal holds it for all.",
    ),
    ("refusal.made", "by"): (
        Gone.NOBODY_KNOWN,
        "Speaks for itself where no person is named; each its own, so that none replaces another.",
    ),
    ("refusal.made", "said_by"): (Gone.NOBODY_KNOWN, "As for `by`."),
    ("post.left", "post"): (
        Gone.KEPT,
        "Any post may be empty now, and the checks it stood for may have fallen.",
    ),
    ("duty.released", "duty"): (Gone.KEPT, "A rule may ask for the duty that ended."),
    ("permission.granted", "except_"): (Gone.KEPT, "Any place may be the excepted one."),
    ("permission.refused", "only"): (Gone.KEPT, "Any place may be the refused one."),
    ("permission.withdrawn", "only"): (Gone.KEPT, "Any place may be the one withdrawn."),
    ("activity", "needs_firearm"): (Gone.LEFT_OUT, "A reason nobody can read is not given."),
    ("activity", "needs_real"): (Gone.LEFT_OUT, "A reason nobody can read is not given."),
    ("activity", "abort"): (Gone.LEFT_OUT, "A signal nobody can read is not agreed."),
    ("verdict.given", "reasons"): (Gone.LEFT_OUT, "Nothing follows from it; the answer stays."),
    ("verdict.given", "warned"): (Gone.LEFT_OUT, "Nothing follows from it; the answer stays."),
    ("verdict.given", "lifted"): (Gone.LEFT_OUT, "Nothing follows from it; the answer stays."),
    ("verdict.given", "packs"): (Gone.LEFT_OUT, "Nothing follows from it; the answer stays."),
    ("received", "offsets"): (Gone.LEFT_OUT, "Nothing follows from it; the ids stay."),
    ("alert.sent", "missing"): (Gone.WORDS, "Nothing follows from it."),
}
"""By tag (`activity` for the fields of a plan) and attribute: the reading, and why.

Of free words and codes that are not listed here other words stand, unlike any others.
Rules ask at most whether they were said (a reason, a place) or whether two are the same
(a calibre, the plan before a change): said they were, and the same as nothing else. That
cannot open a gate: a spare whose calibre is gone is not like the first, a change whose
title is gone is a change, a post or document that no rule knows answers none.

Any other field that is sealed though its kind is open, and gone, keeps the statement.
"""

_UNREADABLE_TAG: Final = "{tag} (words gone)"


def unseal(
    payload: Mapping[str, Any], texts: Mapping[str, tuple[bytes, str]]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the plain fields with every text that is at hand put back.

    Args:
        payload: What stands in the entry.
        texts: By path, (salt, text) of those that are at hand.

    Returns:
        The fields, to be read as a live statement, and the paths of the texts that are
        gone, in the order of the payload.

    Raises:
        SealError: If a text is not the one that was sealed under its path.
    """
    if not _seals(payload):
        # Most of what is said has no words in it.
        return dict(payload), ()
    opening = _Opening(texts)
    tag = payload.get("what")
    specs = _specs(tag)
    fields: dict[str, Any] = {}
    for key, value in payload.items():
        spec = specs.get(key)
        if key == UNREAD and _sealed_in(value) is not None:
            opening.unread(value, fields)
        elif spec is None:
            # The tag itself, or what only a stranger's program can have left open.
            opening.put(fields, key, opening.whole(key, value), (Gone.KEPT, ""))
        else:
            raw = way_of(str(tag), spec) in RAW
            found = opening.words(key, value) if raw else opening.whole(key, value)
            opening.put(fields, key, found, _when_gone(str(tag), spec, raw=raw))
    _still_a_change(fields, specs, opening.gone)
    if opening.kept:
        fields["what"] = _UNREADABLE_TAG.format(tag=tag if isinstance(tag, str) else "of no tag")
    return fields, tuple(opening.gone)


def _seals(payload: Mapping[str, Any]) -> bool:
    """Whether anything in it may be sealed, at whatever depth; without recursion."""
    todo: list[Any] = [UNREAD in payload, *payload.values()]
    if todo[0]:
        return True
    while todo:
        item = todo.pop()
        if type(item) is dict:
            if SEALED in item:
                return True
            todo.extend(item.values())
        elif type(item) is list:
            todo.extend(item)
    return False


def _when_gone(tag: str, spec: FieldSpec, *, raw: bool) -> tuple[Any, str]:
    plan = tag in vocabulary.PLANNING and spec.key in vocabulary.PLAN_FIELDS
    found = WHEN_GONE.get(("activity" if plan else tag, spec.attr))
    return found or ((Gone.WORDS, "") if raw else (Gone.KEPT, ""))


def _still_a_change(
    fields: dict[str, Any], specs: Mapping[str, FieldSpec], gone: Iterable[str]
) -> None:
    """A spare swapped in asks for less than a change; what is gone makes no spare of one."""
    changed = [path for path in gone if path in specs and path in vocabulary.PLAN_FIELDS]
    if changed and "replaces" in fields:
        gone_of = f"[words gone: {', '.join(changed)} of {fields.get('id')}]"
        fields["title"] = f"{fields.get('title', '')} {gone_of}".strip()


@dataclass(frozen=True, slots=True)
class _Missing:
    """A text that is gone; its digest tells it from every other."""

    digest: str


_DEPTH_MAX: Final = 2
"""How deep below a field words may stand: `only.places.0`. Below that no reader looks."""


def is_seal(value: Any) -> bool:
    """Whether a value is a seal, and not something that only looks like one."""
    return _sealed_in(value) is not None


def _sealed_in(value: Any) -> str | None:
    """The digest, where a value is a seal."""
    if type(value) is not dict or set(value) != {SEALED}:
        return None
    found = value[SEALED]
    return found if type(found) is str and DIGEST.fullmatch(found) else None


@dataclass(slots=True)
class _Opening:
    """Puts texts back into one statement."""

    texts: Mapping[str, tuple[bytes, str]]
    gone: list[str] = field(default_factory=list)
    kept: bool = False

    def _text(self, path: str, sealed: str) -> str | _Missing:
        if path not in self.texts:
            self.gone.append(path)
            return _Missing(sealed)
        salt, text = self.texts[path]
        try:
            same = digest(salt, text) == sealed
        except UnicodeEncodeError:
            same = False
        if not same:
            raise SealError(path)
        return text

    def words(self, path: str, value: Any, *, depth: int = 0) -> Any:
        """Put words back into a field, into each item of a list, each value of a mapping."""
        sealed = _sealed_in(value)
        if sealed is not None:
            return self._text(path, sealed)
        if depth == _DEPTH_MAX:
            return value
        if type(value) is list:
            items = ((f"{path}.{n}", item) for n, item in enumerate(value))
            return [self.words(place, item, depth=depth + 1) for place, item in items]
        if type(value) is dict:
            named = ((name, f"{path}.{name}", item) for name, item in value.items())
            return {name: self.words(place, item, depth=depth + 1) for name, place, item in named}
        return value

    def whole(self, path: str, value: Any) -> Any:
        """Put back a value that was sealed as JSON."""
        sealed = _sealed_in(value)
        if sealed is None:
            return value
        text = self._text(path, sealed)
        return text if isinstance(text, _Missing) else _plain(text)

    def unread(self, value: Any, fields: dict[str, Any]) -> None:
        """Put back what could not be read; without its text it may be about anything."""
        found = self.whole(UNREAD, value)
        if type(found) is dict:
            # What stands open is what the log knows it by; a sealed one cannot replace it.
            fields.update((key, one) for key, one in found.items() if key not in fields)
        else:
            self.kept = True

    def put(self, fields: dict[str, Any], key: str, found: Any, gone: tuple[Any, str]) -> None:
        """Put a field into the statement, as it reads with what is gone of it."""
        reading, _ = gone
        if not _any_missing(found):
            fields[key] = found
        elif reading is Gone.KEPT:
            self.kept = True
        elif reading is not Gone.LEFT_OUT:
            fields[key] = _filled(found, reading)


def _plain(text: str) -> Any:
    """Read JSON with exact decimals; what is none is nothing, and no reader takes it."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda name: None)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _any_missing(found: Any, *, depth: int = 0) -> bool:
    match found:
        case _Missing():
            return True
        case list() if depth < _DEPTH_MAX:
            return any(_any_missing(item, depth=depth + 1) for item in found)
        case dict() if depth < _DEPTH_MAX:
            return any(_any_missing(item, depth=depth + 1) for item in found.values())
        case _:
            return False


def _filled(found: Any, reading: Any) -> Any:
    """Put what a missing text reads as in its place."""
    match found:
        case _Missing(digest=sealed) if reading is Gone.WORDS:
            return f"[words gone: {sealed[:12]}]"
        case _Missing(digest=sealed) if reading is Gone.NOBODY_KNOWN:
            return f"gone.{hashlib.sha256(sealed.encode()).hexdigest()[:24]}"
        case _Missing():
            return reading
        case list() if _any_missing(found):
            return [_filled(item, reading) for item in found]
        case dict() if _any_missing(found):
            return {name: _filled(item, reading) for name, item in found.items()}
        case _:
            return found

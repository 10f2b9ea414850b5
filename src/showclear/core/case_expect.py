"""Reading what a case expects, its variants and its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from showclear.core import vocabulary
from showclear.core.case import Expect, Repair, Source, Variant, Wanted
from showclear.core.case_report import Reading, case_id, plain
from showclear.core.fields import (
    Bad,
    many_reader,
    mapping_reader,
    read_count,
    read_id,
    read_statement_id,
    read_text,
    word_reader,
)
from showclear.core.located import Path

_MUST_NOT: Final = frozenset({"named-refusal", "override", "incident", "asked-while-busy"})


def _wanted(value: Any) -> Wanted:
    read_word = word_reader(vocabulary.MISSING_WORDS)
    if isinstance(value, dict):
        found = mapping_reader(
            {
                "missing": (read_word, True),
                "on": (read_text, False),
                "kind": (read_id, False),
            }
        )(value)
        return Wanted(**found)
    return Wanted(missing=read_word(value))


def _by_statement(value: Any) -> dict[str, tuple[Wanted, ...]]:
    out = {}
    for key, given in plain(value).items():
        try:
            out[read_statement_id(key)] = tuple(many_reader(_wanted)(given))
        except Bad as bad:
            raise Bad(bad.found, bad.allowed, bad.close, (key, *bad.path)) from None
    return out


def _maps(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(many_reader(plain, empty=True)(value))


def _changes(value: Any) -> dict[str, Mapping[str, Any]]:
    return {key: plain(given) for key, given in plain(value).items()}


_IDS: Final = many_reader(read_statement_id, empty=True)
_REPAIR: Final = mapping_reader(
    {
        "for": (word_reader(vocabulary.MISSING_WORDS), True),
        "on": (read_text, False),
        "insert": (_maps, False),
        "change": (_changes, False),
    }
)


def _repair(value: Any) -> Repair:
    found = _REPAIR(value)
    return Repair(
        for_=found["for"],
        on=found.get("on", ""),
        insert=found.get("insert", ()),
        change=found.get("change", {}),
    )


_EXPECT: Final[dict[str, tuple[Any, bool]]] = {
    "hold_at": (_IDS, False),
    "because": (_by_statement, False),
    "fatal": (_IDS, False),
    "repair": (many_reader(_repair, empty=True), False),
    "may_hold_at": (_IDS, False),
    "warn_at": (_by_statement, False),
    "alert_at": (_by_statement, False),
    "clear_at": (_IDS, False),
    "must_not": (many_reader(word_reader(_MUST_NOT), empty=True), False),
    "warnings_at_most": (read_count, False),
}


def expect_of(reading: Reading, raw: Any, path: Path) -> Expect:
    found = reading.read(path, mapping_reader(_EXPECT), raw, {})
    return Expect(**found)


def _drop(value: Any) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, dict):
        found = mapping_reader({"id": (read_statement_id, True), "people": (_IDS, True)})(value)
        return found["id"], found["people"]
    return read_statement_id(value), ()


_VARIANT: Final = mapping_reader(
    {
        "id": (case_id, True),
        "title": (read_text, False),
        "drop": (many_reader(_drop, empty=True), False),
        "insert": (_maps, False),
        "change": (_changes, False),
        "expect": (plain, False),
    }
)


def variants_of(reading: Reading, raw: Any) -> tuple[Variant, ...]:
    out: list[Variant] = []
    for place, given in enumerate(raw):
        here: Path = ("variants", place)
        found = reading.read(here, _VARIANT, given, None)
        if found is None:
            continue
        if any(found["id"] == other.id for other in out):
            reading.say(here, f"variant {found['id']!r} a second time", "an id of its own")
        expect = expect_of(reading, found.pop("expect", {}), (*here, "expect"))
        found.pop("title", None)
        out.append(Variant(expect=expect, **found))
    return tuple(out)


_SOURCE: Final = mapping_reader(
    {
        "url": (read_text, True),
        "for": (many_reader(read_text, empty=True), False),
        "grade": (word_reader(frozenset("ABC")), False),
        "note": (read_text, False),
        "kind": (read_text, False),
    }
)


def sources_of(reading: Reading, raw: Any) -> tuple[Source, ...]:
    out = []
    for place, given in enumerate(raw):
        found = reading.read(("sources", place), _SOURCE, given, None)
        if found is not None:
            out.append(
                Source(
                    url=found["url"],
                    for_=found.get("for", ()),
                    grade=found.get("grade", ""),
                )
            )
    return tuple(out)

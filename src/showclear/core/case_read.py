"""Reading a case file's plain data into a `Case`. See `case` for what it may hold."""

from __future__ import annotations

import re
from typing import Any, Final

from showclear.core.case import (
    CASE_KINDS,
    FORMAT,
    JUDGED_AS_OF,
    Case,
    Harm,
)
from showclear.core.case_edits import check_edits
from showclear.core.case_expect import expect_of, sources_of, variants_of
from showclear.core.case_items import above_of, by_time, items_of
from showclear.core.case_names import check_names
from showclear.core.case_report import Reading, case_id, plain, plain_list
from showclear.core.errors import ReadError
from showclear.core.fields import (
    Bad,
    many_reader,
    mapping_reader,
    read_date,
    read_id,
    read_text,
    show,
    word_reader,
)
from showclear.core.located import Located

_PLACE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def _place(value: Any) -> str:
    if type(value) is str and _PLACE.fullmatch(value):
        return value
    raise Bad(show(value), "a country or part of one as in ISO 3166, such as US-NM")


_TOP: Final[dict[str, tuple[Any, bool]]] = {
    "format": (word_reader(frozenset({FORMAT})), True),
    "id": (case_id, True),
    "kind": (word_reader(CASE_KINDS), True),
    "title": (read_text, True),
    "where": (_place, False),
    "packs": (many_reader(read_id), False),
    "grade": (word_reader(frozenset("ABC")), False),
    "would_be_running": (word_reader(frozenset({"yes", "no", "doubtful"})), False),
    "people": (plain, False),
    "weapons": (plain, False),
    "lots": (plain, False),
    "things": (plain, False),
    "activities": (plain, False),
    "statements": (plain_list, True),
    "expect": (plain, False),
    "judged_as_of": (read_date, False),
    "variants": (plain_list, False),
    "sources": (plain_list, False),
}


def parse_case(located: Located) -> Case:
    """Read a case.

    Raises:
        ReadError: With every problem found, in the order of the file.
    """
    reading = Reading(located)
    raw = located.document
    if not isinstance(raw, dict):
        reading.say((), f"{show(raw)}, not a case", f"a mapping with format: {FORMAT}")
        raise ReadError(reading.problems)
    top = _top(reading, raw)
    before = tuple(above_of(reading, top))
    items = items_of(reading, top.get("statements", []), ("statements",))
    expect = expect_of(reading, top.get("expect", {}), ("expect",))
    variants = variants_of(reading, top.get("variants", []))
    sources = sources_of(reading, top.get("sources", []))
    names = check_names(reading, before, items, expect, half_read=reading.half_read)
    check_edits(reading, names, top, expect, variants)
    if top.get("kind") == "incident" and not any(isinstance(item, Harm) for _, item in items):
        reading.say((), "an incident without harm.done", "at least one harm.done")
    if reading.problems:
        raise ReadError(sorted(reading.problems, key=lambda problem: problem.line))
    return Case(
        id=top["id"],
        kind=top["kind"],
        title=top["title"],
        where=top.get("where", ""),
        packs=top.get("packs", ()),
        grade=top.get("grade", ""),
        would_be_running=top.get("would_be_running", ""),
        before=before,
        items=by_time(tuple(item for _, item in items)),
        expect=expect,
        variants=variants,
        judged_as_of=top.get("judged_as_of", JUDGED_AS_OF),
        sources=sources,
        raw=raw,
        file=located.file,
    )


def _top(reading: Reading, raw: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in _TOP:
            try:
                mapping_reader(_TOP)({key: value})
            except Bad as bad:
                reading.report((), bad)
            continue
        reader, _ = _TOP[key]
        if value is None and key in (
            "things",
            "people",
            "weapons",
            "lots",
            "activities",
        ):
            continue
        found = reading.read((key,), reader, value, None)
        if found is not None:
            out[key] = found
    for key, (_, required) in _TOP.items():
        if required and key not in raw:
            reading.say((), f"{key!r} is missing", "see docs/formats/case.md")
    return out

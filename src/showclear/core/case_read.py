"""Reading a case file's plain data into a `Case`. See `case` for what it may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.case import (
    CASE_KINDS,
    FORMAT,
    JUDGED_AS_OF,
    Case,
    Expect,
    Harm,
    Item,
    Repair,
    Source,
    Truth,
    Variant,
    Wanted,
)
from showclear.core.case_names import check_names
from showclear.core.errors import Problem, ReadError
from showclear.core.fields import (
    Bad,
    many_reader,
    mapping_reader,
    read_count,
    read_date,
    read_id,
    read_statement_id,
    read_text,
    read_time,
    show,
    word_reader,
)
from showclear.core.located import Located, Path
from showclear.core.parse import Fault, read_fields
from showclear.core.statement import Statement

_SECTIONS: Final = {
    "people": ("person.joined", "person"),
    "weapons": ("weapon.received", "weapon"),
    "lots": ("rounds.received", "lot"),
    "things": ("thing.received", "thing"),
    "activities": ("activity.planned", "activity"),
}


@dataclass(slots=True)
class Reading:
    """The problems found so far in one file, and where its values stand."""

    located: Located
    problems: list[Problem] = field(default_factory=list)

    def report(self, path: Path, fault: Fault | Bad) -> None:
        """Note a problem at a path of the document."""
        close = fault.close
        line = self.located.line((*path, *fault.path))
        self.problems.append(
            Problem(
                file=self.located.file,
                line=line,
                found=fault.found,
                allowed=fault.allowed,
                nearest=close,
            )
        )

    def say(self, path: Path, found: str, allowed: str = "", close: str = "") -> None:
        """Note a problem in words."""
        self.report(path, Fault((), found, allowed, close))

    def read(self, path: Path, reader: Any, value: Any, otherwise: Any) -> Any:
        """Read a value, noting the problem and going on with `otherwise`."""
        try:
            return reader(value)
        except Bad as bad:
            self.report(path, bad)
            return otherwise


def _case_id(value: Any) -> str:
    read_statement_id(value)
    if "--" in value or "/" in value:
        raise Bad(show(value), "letters, digits, dots and single hyphens")
    return str(value)


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        raise Bad(show(value), "a mapping")
    return value


def _list(value: Any) -> Any:
    if not isinstance(value, list):
        raise Bad(show(value), "a list")
    return value


_TOP: Final[dict[str, tuple[Any, bool]]] = {
    "format": (word_reader(frozenset({FORMAT})), True),
    "id": (_case_id, True),
    "kind": (word_reader(CASE_KINDS), True),
    "title": (read_text, True),
    "where": (read_text, False),
    "packs": (many_reader(read_id), False),
    "grade": (word_reader(frozenset("ABC")), False),
    "would_be_running": (word_reader(frozenset({"yes", "no", "doubtful"})), False),
    "people": (_plain, False),
    "weapons": (_plain, False),
    "lots": (_plain, False),
    "things": (_plain, False),
    "activities": (_plain, False),
    "statements": (_list, True),
    "expect": (_plain, False),
    "judged_as_of": (read_date, False),
    "variants": (_list, False),
    "sources": (_list, False),
}


def parse_case(located: Located) -> Case:
    """Read a case.

    Raises:
        ReadError: With every problem found, in the order of the file.
    """
    reading = Reading(located)
    raw = located.data
    if not isinstance(raw, dict):
        reading.say((), f"{show(raw)}, not a case", f"a mapping with format: {FORMAT}")
        raise ReadError(reading.problems)
    top = _top(reading, raw)
    before = tuple(_before(reading, top))
    items = _items(reading, top.get("statements", []), ("statements",))
    expect = _expect(reading, top.get("expect", {}), ("expect",))
    variants = _variants(reading, top.get("variants", []))
    sources = _sources(reading, top.get("sources", []))
    check_names(reading, before, items, expect, variants)
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


# --- what stands above the statements ----------------------------------------------


def _before(reading: Reading, top: Mapping[str, Any]) -> Iterator[Statement]:
    for section, (tag, noun) in _SECTIONS.items():
        for name, given in top.get(section, {}).items():
            path: Path = (section, name)
            if not isinstance(given, dict):
                reading.say(path, show(given), "a mapping")
                continue
            fields = dict(given)
            shown = fields.pop("qualifications", []) if section == "people" else []
            duties = fields.pop("duties", []) if section == "people" else []
            if section in ("weapons", "lots"):
                fields.setdefault("from", "not said")
            if section == "lots":
                fields.setdefault("count", "unknown")
            said = {
                "what": tag,
                "id": f"{section}/{name}",
                "by": "server",
                noun: name,
                **fields,
            }
            yield from _one_before(reading, path, said)
            yield from _with_person(reading, path, name, shown, duties)


def _with_person(
    reading: Reading, path: Path, name: str, shown: Any, duties: Any
) -> Iterator[Statement]:
    if not isinstance(shown, list):
        reading.say((*path, "qualifications"), show(shown), "a list of {kind, until}")
        return
    for place, one in enumerate(shown):
        here = (*path, "qualifications", place)
        if not isinstance(one, dict):
            reading.say(here, show(one), "{kind, until}")
            continue
        sid = f"people/{name}/qualification-{place + 1}"
        said = {
            "what": "qualification.shown",
            "id": sid,
            "by": "server",
            "person": name,
            **one,
        }
        yield from _one_before(reading, here, said)
    for place, duty in enumerate(duties if isinstance(duties, list) else [duties]):
        sid = f"people/{name}/duty-{place + 1}"
        said = {
            "what": "duty.assigned",
            "id": sid,
            "by": "server",
            "people": name,
            "duty": duty,
        }
        yield from _one_before(reading, (*path, "duties"), said)


def _one_before(reading: Reading, path: Path, said: dict[str, Any]) -> Iterator[Statement]:
    read = read_fields(said, attested="server", timed=False)
    if isinstance(read, Statement):
        yield read
    else:
        for fault in read:
            reading.report(path, fault)


# --- statements --------------------------------------------------------------------

_ASK: Final = frozenset({"id", "at", "at_is", "by", "gate", "on", "for", "to", "people", "lot"})


def _items(reading: Reading, raw: Any, path: Path) -> list[tuple[Path, Item]]:
    out: list[tuple[Path, Item]] = []
    for place, given in enumerate(raw):
        here = (*path, place)
        item = _item(reading, given, here)
        if item is not None:
            out.append((here, item))
    return out


def _item(reading: Reading, given: Any, path: Path) -> Item | None:
    if not isinstance(given, dict):
        reading.say(path, show(given), "a statement {id, at, by, what, ...}")
        return None
    if set(given) == {"truth"}:
        text = reading.read((*path, "truth"), read_text, given["truth"], None)
        return None if text is None else Truth(text)
    if set(given) == {"ask"} and isinstance(given["ask"], dict):
        return _item(reading, {"what": "gate.asked", **given["ask"]}, (*path, "ask"))
    if given.get("what") == "harm.done":
        return _harm(reading, given, path)
    read = read_fields(given)
    if isinstance(read, Statement):
        return read
    for fault in read:
        reading.report(path, fault)
    return None


_HARM: Final = mapping_reader(
    {
        "what": (read_text, True),
        "id": (read_statement_id, True),
        "at": (read_time, True),
        "at_is": (word_reader(words.AT_IS), False),
        "by": (read_id, False),
        "kind": (word_reader(words.INCIDENT_KINDS), True),
        "people": (
            lambda value: value if type(value) is int else many_reader(read_id)(value),
            False,
        ),
        "note": (read_text, False),
    }
)


def _harm(reading: Reading, given: dict[str, Any], path: Path) -> Harm | None:
    found = reading.read(path, _HARM, given, None)
    if found is None:
        return None
    people = found.get("people")
    return Harm(
        id=found["id"],
        at=found["at"],
        at_is=found.get("at_is", "exact"),
        kind=found["kind"],
        people=len(people) if isinstance(people, tuple) else people,
        note=found.get("note"),
    )


def minute(at: datetime) -> datetime:
    """The minute a time is in: statements of one minute keep their order."""
    return at.replace(second=0, microsecond=0)


_NO_TIME: Final = datetime.min.replace(tzinfo=UTC)


def by_time(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Order by the minute they became known; a truth stays before what follows it."""
    keyed: list[tuple[datetime, int, Item]] = []
    last = _NO_TIME
    for place, item in enumerate(items):
        match item:
            case Harm():
                last = minute(item.at)
            case Statement():
                known = item.known_at
                last = minute(known) if known is not None else last
            case Truth():
                pass
        keyed.append((last, place, item))
    return tuple(item for _, _, item in sorted(keyed, key=lambda entry: entry[:2]))


# --- expectations ------------------------------------------------------------------

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
    for key, given in _plain(value).items():
        try:
            out[read_statement_id(key)] = tuple(many_reader(_wanted)(given))
        except Bad as bad:
            raise Bad(bad.found, bad.allowed, bad.close, (key, *bad.path)) from None
    return out


def _maps(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(many_reader(_plain, empty=True)(value))


def _changes(value: Any) -> dict[str, Mapping[str, Any]]:
    return {key: _plain(given) for key, given in _plain(value).items()}


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


def _expect(reading: Reading, raw: Any, path: Path) -> Expect:
    found = reading.read(path, mapping_reader(_EXPECT), raw, {})
    return Expect(**found)


def _drop(value: Any) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, dict):
        found = mapping_reader({"id": (read_statement_id, True), "people": (_IDS, True)})(value)
        return found["id"], found["people"]
    return read_statement_id(value), ()


_VARIANT: Final = mapping_reader(
    {
        "id": (_case_id, True),
        "title": (read_text, False),
        "drop": (many_reader(_drop, empty=True), False),
        "insert": (_maps, False),
        "change": (_changes, False),
        "expect": (_plain, False),
    }
)


def _variants(reading: Reading, raw: Any) -> tuple[Variant, ...]:
    out: list[Variant] = []
    for place, given in enumerate(raw):
        here: Path = ("variants", place)
        found = reading.read(here, _VARIANT, given, None)
        if found is None:
            continue
        if any(found["id"] == other.id for other in out):
            reading.say(here, f"variant {found['id']!r} a second time", "an id of its own")
        expect = _expect(reading, found.pop("expect", {}), (*here, "expect"))
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


def _sources(reading: Reading, raw: Any) -> tuple[Source, ...]:
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

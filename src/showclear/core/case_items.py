"""Reading what a case file says: what stands above its statements, and the statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from showclear.core import words
from showclear.core.case import Harm, Item, Truth
from showclear.core.case_report import Reading
from showclear.core.fields import (
    many_reader,
    mapping_reader,
    read_count,
    read_id,
    read_statement_id,
    read_text,
    read_time,
    show,
    word_reader,
)
from showclear.core.located import Path
from showclear.core.parse import COMMON_FIELDS, read_fields
from showclear.core.statement import Statement

SECTIONS: Final = {
    "people": ("person.joined", "person"),
    "weapons": ("weapon.received", "weapon"),
    "lots": ("rounds.received", "lot"),
    "things": ("thing.received", "thing"),
    "activities": ("activity.planned", "activity"),
}


# --- what stands above the statements ----------------------------------------------


def above_of(reading: Reading, top: Mapping[str, Any]) -> Iterator[Statement]:
    """Read everything that stands above the statements, as statements without a time."""
    for section in SECTIONS:
        for name, given in top.get(section, {}).items():
            yield from one_above(reading, (section, name), section, name, given)


def one_above(
    reading: Reading, path: Path, section: str, name: str, given: Any
) -> Iterator[Statement]:
    """Read one person, weapon, lot, thing or activity of the shorthand."""
    if not isinstance(given, dict):
        reading.say(path, show(given), "a mapping")
        return
    tag, noun = SECTIONS[section]
    reading.half_read.add(name)
    fields = dict(given)
    shown = fields.pop("qualifications", []) if section == "people" else []
    duties = fields.pop("duties", []) if section == "people" else []
    _refuse_own(reading, path, fields, noun)
    if section in ("weapons", "lots"):
        fields.setdefault("from", "not said")
    if section == "lots":
        fields.setdefault("count", "unknown")
    said = {**fields, "what": tag, "id": f"{section}/{name}", "by": "server", noun: name}
    yield from _one_before(reading, path, said)
    yield from _with_person(reading, path, name, shown, duties)


_NOT_ABOVE: Final = frozenset({*COMMON_FIELDS, "what", "with"}) - {"note", "because"}


def _refuse_own(reading: Reading, path: Path, fields: dict[str, Any], noun: str) -> None:
    """The shorthand says by its place what it is, of whom, by whom; and has no time."""
    for key in tuple(fields):
        if key in _NOT_ABOVE or key == noun:
            del fields[key]
            allowed = "its own fields: it has no time, no speaker and no other name"
            reading.say((*path, key), f"{key!r} above the statements", allowed)


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
        fields = dict(one)
        _refuse_own(reading, here, fields, "person")
        said = {
            **fields,
            "what": "qualification.shown",
            "id": f"people/{name}/qualification-{place + 1}",
            "by": "server",
            "person": name,
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
            # The id is made of the name, and the name is reported by itself.
            if fault.path[:1] != ("id",):
                reading.report(path, fault)


# --- statements --------------------------------------------------------------------


def items_of(reading: Reading, raw: Any, path: Path) -> list[tuple[Path, Item]]:
    """Read statements, harms and truths, each with the path to it."""
    out: list[tuple[Path, Item]] = []
    for place, given in enumerate(raw):
        here = (*path, place)
        item = _item(reading, given, here)
        if item is not None:
            out.append((here, item))
        elif isinstance(given, dict):
            reading.half_read.update(_ids_in(given))
    return out


def _ids_in(given: dict[str, Any]) -> Iterator[str]:
    """What a statement that cannot be read may have introduced."""
    inner = given.get("ask")
    said = inner if isinstance(inner, dict) else given
    keys = ("id", "to", *(noun for _, noun in SECTIONS.values()), *_NOUNS)
    return (said[key] for key in keys if isinstance(said.get(key), str))


_NOUNS: Final = ("meeting", "stop", "pause", "concern", "request", "incident", "remedy", "document")


def _item(reading: Reading, given: Any, path: Path) -> Item | None:
    if not isinstance(given, dict):
        reading.say(path, show(given), "a statement {id, at, by, what, ...}")
        return None
    if set(given) == {"truth"}:
        text = reading.read((*path, "truth"), read_text, given["truth"], None)
        return None if text is None else Truth(text)
    if set(given) == {"ask"} and isinstance(given["ask"], dict):
        if "what" in given["ask"]:
            reading.say((*path, "ask", "what"), "'what' in an ask", "it is gate.asked already")
            return None
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
            lambda value: read_count(value) if type(value) is int else many_reader(read_id)(value),
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
    named = people if isinstance(people, tuple) else ()
    return Harm(
        id=found["id"],
        at=found["at"],
        at_is=found.get("at_is", "exact"),
        kind=found["kind"],
        people=len(named) or people,
        named=named,
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

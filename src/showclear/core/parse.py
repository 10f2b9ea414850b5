"""From a plain mapping to a typed statement: strictly for files, keeping for the set.

* A case file is refused for what is in it: `parse_statement` reports every fault.
* A live statement is never refused: `read_statement` returns it typed, or `Kept`
  with its faults and every id it names, so that it holds what it speaks of.

Both go through one reading, so that what a file may say and what a set may say
cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.errors import nearest
from showclear.core.fields import (
    Bad,
    Kind,
    PersonId,
    StatementId,
    read_id,
    read_statement_id,
    read_text,
    read_time,
    show,
    word_reader,
)
from showclear.core.kinds import Witness, Witnesses, many
from showclear.core.planning import Plan
from showclear.core.statement import (
    TAGS,
    FieldSpec,
    Kept,
    Statement,
    kind_of,
    word_of_key,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one statement, with the path to it inside the statement."""

    path: tuple[str | int, ...]
    found: str
    allowed: str = ""
    close: str = ""

    def __str__(self) -> str:
        where = ".".join(str(step) for step in self.path)
        text = f"{where}: {self.found}" if where else self.found
        return f"{text}; allowed: {self.allowed}" if self.allowed else text


_WITNESSES: Final[Kind] = kind_of(Witnesses) or many("person")
_COMMON: Final[dict[str, FieldSpec]] = {
    spec.key: spec
    for spec in (
        FieldSpec("id", "id", Kind("statement id", read_statement_id), False),
        FieldSpec("at", "at", Kind("time with offset", read_time), False),
        FieldSpec("at_is", "at_is", Kind("word", word_reader(words.AT_IS)), False),
        FieldSpec("by", "by", Kind("person id", read_id, refers="person"), False),
        FieldSpec("said_by", "said_by", Kind("person id", read_id, refers="person"), False),
        FieldSpec("for", "for_", Kind("id", read_id, refers="any"), False),
        FieldSpec("note", "note", Kind("words, sealed", read_text, sealed=True), False),
        FieldSpec("because", "because", Kind("words, sealed", read_text, sealed=True), False),
        FieldSpec("unit", "unit", Kind("id", read_id), False),
        FieldSpec("entered_at", "entered_at", Kind("time with offset", read_time), False),
        FieldSpec("corrects", "corrects", Kind("statement id", read_statement_id), False),
        FieldSpec("witnesses", "witnesses", _WITNESSES, False),
        FieldSpec("attested", "attested", Kind("word", word_reader(words.ATTESTED)), False),
    )
}
COMMON_FIELDS: Final[Mapping[str, FieldSpec]] = _COMMON
_WITH: Final = FieldSpec("with", "with", many("person"), False)


def _fields_by_tag() -> dict[str, dict[str, FieldSpec]]:
    out = {}
    for name in TAGS:
        own = dict(vocabulary.fields_of(name))
        if name in vocabulary.PLANNING:
            del own["plan"]
        out[name] = {**_COMMON, "with": _WITH, **own}
    return out


_FIELDS: Final = _fields_by_tag()
_REQUIRED: Final = {
    name: frozenset(spec.attr for spec in fields.values() if spec.required) | {"id", "at", "by"}
    for name, fields in _FIELDS.items()
}


def read_fields(
    data: Mapping[str, Any], *, attested: str = "badge", timed: bool = True
) -> Statement | list[Fault]:
    """Read one statement, or say everything that is wrong with it.

    Args:
        data: A mapping as a case file or a JSON line gives it.
        attested: What a missing `attested` means: `badge` in a case file, nothing
            better than `unsigned` from elsewhere.
        timed: Whether `at` is asked for; what stands above a case's statements has none.
    """
    tag = data.get("what")
    if not isinstance(tag, str) or tag not in TAGS:
        return [_unknown_tag(data)]
    fields = _FIELDS[tag]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    plan: dict[str, Any] | None = {} if tag in vocabulary.PLANNING else None
    for key, value in data.items():
        spec = fields.get(key)
        if spec is None:
            if plan is not None and key in vocabulary.PLAN_FIELDS:
                _read_one(vocabulary.PLAN_FIELDS[key], value, plan, faults)
            elif key != "what":
                faults.append(_unknown_field(key, tag))
            continue
        try:
            if spec.attr in values:
                raise Bad(f"{key!r} says again what another field said", "one of the two")
            values[spec.attr] = spec.kind.read(value)
        except Bad as bad:
            faults.append(Fault((key, *bad.path), bad.found, bad.allowed, bad.close))
    if plan is not None:
        values["plan"] = Plan(**plan)
    if "with" in values:
        seen = tuple(Witness(PersonId(person), "badge") for person in values.pop("with"))
        values["witnesses"] = values.get("witnesses", ()) + seen
    required = _REQUIRED[tag] if timed else _REQUIRED[tag] - {"at"}
    if not values.keys() >= required:
        faults.extend(_lacking(tag, required - values.keys(), faults))
    cls = TAGS[tag]
    if cls.either and not faults:
        faults.extend(_no_alternative(cls, values))
    if faults:
        return faults
    values.setdefault("attested", attested)
    return cls(**values)


def _read_one(spec: FieldSpec, value: Any, into: dict[str, Any], faults: list[Fault]) -> None:
    try:
        into[spec.attr] = spec.kind.read(value)
    except Bad as bad:
        faults.append(Fault((spec.key, *bad.path), bad.found, bad.allowed, bad.close))


def _unknown_tag(data: Mapping[str, Any]) -> Fault:
    if "what" not in data:
        return Fault((), "no `what`: nothing says which statement this is", "a tag")
    tag = data["what"]
    close = nearest(tag, TAGS) if isinstance(tag, str) else ""
    return Fault(("what",), f"unknown tag {show(tag)}", "a tag of the vocabulary", close)


def _unknown_field(key: str, tag: str) -> Fault:
    own = [name for name in _FIELDS[tag] if name not in _COMMON]
    if tag in vocabulary.PLANNING:
        own += vocabulary.PLAN_FIELDS
    allowed = ", ".join(own) + " and the common fields"
    return Fault((key,), f"unknown field {key!r} of {tag}", allowed, nearest(key, _FIELDS[tag]))


def _lacking(tag: str, attrs: frozenset[str], faults: list[Fault]) -> Iterator[Fault]:
    bad = {fault.path[0] for fault in faults if fault.path}
    for key in sorted(word_of_key(attr) for attr in attrs):
        if key not in bad:
            yield Fault((), f"{key!r} of {tag} is missing")


def _no_alternative(cls: type[Statement], values: Mapping[str, Any]) -> Iterator[Fault]:
    given = {word_of_key(attr) for attr in values}
    if not any(given >= set(option) for option in cls.either):
        options = " or ".join(" with ".join(option) for option in cls.either)
        yield Fault((), f"{cls.what} says too little", options)


_ID_LIKE: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
_NAMES_MAX: Final = 200


def _names_in(value: object) -> Iterator[str]:
    """Yield every id-like word in a value, at any depth, without recursion."""
    todo: list[object] = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            if _ID_LIKE.fullmatch(item):
                yield item
        elif isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, Mapping):
            todo.extend(item.keys())
            todo.extend(item.values())


def read_statement(data: object, *, fallback_id: str, attested: str = "unsigned") -> Statement:
    """Read a live statement; what cannot be read is kept and holds.

    Args:
        data: What arrived, of whatever shape.
        fallback_id: The id it is kept under when it gives none that can be read.
        attested: What a missing `attested` is worth.
    """
    if not isinstance(data, Mapping):
        return _kept({}, fallback_id, [Fault((), f"{show(data)} is no statement")])
    read = read_fields(data, attested=attested)
    return read if isinstance(read, Statement) else _kept(data, fallback_id, read)


def _kept(data: Mapping[str, Any], fallback_id: str, faults: list[Fault]) -> Kept:
    common: dict[str, Any] = {}
    ignored: list[Fault] = []
    for key in ("id", "at", "at_is", "by", "said_by", "for", "entered_at", "attested"):
        if key in data:
            _read_one(_COMMON[key], data[key], common, ignored)
    common.setdefault("id", StatementId(fallback_id))
    common.setdefault("by", PersonId("anonymous"))
    named = {name for key, value in data.items() if key not in _OWN for name in _names_in(value)}
    return Kept(
        tag=str(data.get("what", "")),
        names=tuple(sorted(named)[:_NAMES_MAX]),
        faults=tuple(str(fault) for fault in faults),
        **common,
    )


_OWN: Final = frozenset({"id", "what", "at", "by", "said_by", "attested", "note", "because"})

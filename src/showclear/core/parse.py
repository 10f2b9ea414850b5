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
from dataclasses import dataclass, replace
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.errors import nearest
from showclear.core.fields import (
    Bad,
    Kind,
    PersonId,
    StatementId,
    read_id,
    read_name,
    read_statement_id,
    read_text,
    read_time,
    show,
)
from showclear.core.kinds import Witness, Witnesses, many, word
from showclear.core.planning import Plan
from showclear.core.said_plan import CheckMade
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
        FieldSpec("at_is", "at_is", word(words.AT_IS), False),
        FieldSpec("by", "by", Kind("person id", read_id, refers="person"), False),
        FieldSpec("said_by", "said_by", Kind("person id", read_id, refers="person"), False),
        FieldSpec("for", "for_", Kind("id", read_name, refers="any"), False),
        FieldSpec("note", "note", Kind("words, sealed", read_text, sealed=True), False),
        FieldSpec("because", "because", Kind("words, sealed", read_text, sealed=True), False),
        FieldSpec("unit", "unit", Kind("id", read_id), False),
        FieldSpec("entered_at", "entered_at", Kind("time with offset", read_time), False),
        FieldSpec("corrects", "corrects", Kind("statement id", read_statement_id), False),
        FieldSpec("witnesses", "witnesses", _WITNESSES, False),
        FieldSpec("attested", "attested", word(words.ATTESTED), False),
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
_READS: Final = {
    name: {key: (spec.attr, spec.kind.read) for key, spec in fields.items()}
    for name, fields in _FIELDS.items()
}
"""Of each tag and key, which attribute it is and how it is read: all that reading asks."""

_REQUIRED: Final = {
    name: frozenset(spec.attr for spec in fields.values() if spec.required) | {"id", "at", "by"}
    for name, fields in _FIELDS.items()
}


_EITHER: Final = {
    name: tuple(frozenset(fields[key].attr for key in option) for option in TAGS[name].either)
    for name, fields in _FIELDS.items()
}


def read_fields(
    given: Mapping[str, Any], *, attested: str = "badge", timed: bool = True
) -> Statement | list[Fault]:
    """Read one statement, or say everything that is wrong with it.

    Args:
        given: A mapping as a case file or a JSON line gives it.
        attested: What a missing `attested` means: `badge` in a case file, nothing
            better than `unsigned` from elsewhere.
        timed: Whether `at` is asked for; what stands above a case's statements has none.
    """
    tag = given.get("what")
    if not isinstance(tag, str) or tag not in TAGS:
        return [_unknown_tag(given)]
    reads = _READS[tag]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    plan: dict[str, Any] | None = {} if tag in vocabulary.PLANNING else None
    for key, value in given.items():
        found = reads.get(key)
        if found is None:
            if plan is not None and key in vocabulary.PLAN_FIELDS:
                _read_one(vocabulary.PLAN_FIELDS[key], value, plan, faults)
            elif key != "what":
                faults.append(_unknown_field(key, tag))
            continue
        attr, read = found
        try:
            if attr in values:
                raise Bad(f"{key!r} says again what another field said", "one of the two")
            values[attr] = read(value)
        except Bad as bad:
            faults.append(Fault((key, *bad.path), bad.found, bad.allowed, bad.close))
    if plan is not None:
        values["plan"] = Plan(**plan)
    if "with" in values:
        seen = tuple([Witness(person, "badge") for person in values.pop("with")])
        values["witnesses"] = values.get("witnesses", ()) + seen
    required = _REQUIRED[tag] if timed else _REQUIRED[tag] - {"at"}
    if not required.issubset(values):
        faults.extend(_lacking(tag, required - values.keys(), faults))
    cls = TAGS[tag]
    if cls.either and not any(option.issubset(values) for option in _EITHER[tag]) and not faults:
        faults.append(_no_alternative(cls))
    if tag == CheckMade.what and not faults:
        faults.extend(_measuring(given, values))
    if faults:
        return faults
    values.setdefault("attested", attested)
    return cls(**values)


def _read_one(spec: FieldSpec, value: Any, into: dict[str, Any], faults: list[Fault]) -> None:
    try:
        into[spec.attr] = spec.kind.read(value)
    except Bad as bad:
        faults.append(Fault((spec.key, *bad.path), bad.found, bad.allowed, bad.close))


def _unknown_tag(given: Mapping[str, Any]) -> Fault:
    if "what" not in given:
        return Fault((), "no `what`: nothing says which statement this is", "a tag")
    tag = given["what"]
    close = nearest(tag, TAGS) if isinstance(tag, str) else ""
    return Fault(("what",), f"unknown tag {show(tag)}", "a tag of the vocabulary", close)


def _unknown_field(key: object, tag: str) -> Fault:
    own = [name for name in _FIELDS[tag] if name not in _COMMON]
    if tag in vocabulary.PLANNING:
        own += vocabulary.PLAN_FIELDS
    allowed = ", ".join(own) + " and the common fields"
    close = nearest(key, [*_COMMON, *own]) if isinstance(key, str) else ""
    return Fault((str(key),), f"unknown field {show(key)} of {tag}", allowed, close)


def _lacking(tag: str, attrs: frozenset[str], faults: list[Fault]) -> Iterator[Fault]:
    bad = {fault.path[0] for fault in faults if fault.path}
    for key in sorted(word_of_key(attr) for attr in attrs):
        if key not in bad:
            yield Fault((), f"{key!r} of {tag} is missing")


def _no_alternative(cls: type[Statement]) -> Fault:
    options = " or ".join(" with ".join(option) for option in cls.either)
    return Fault((), f"{cls.what} says too little", options)


def _measuring(given: Mapping[str, Any], values: dict[str, Any]) -> Iterator[Fault]:
    """At most one measuring check; a bare unit means that check's quantity."""
    if len(values["checks"]) == 1 and "measured" not in given:
        return
    measuring = [check for check in values["checks"] if check in words.MEASURING_CHECKS]
    if len(measuring) > 1:
        found = " and ".join(measuring) + " in one statement"
        yield Fault(("checks",), found, "at most one check that measures")
    measured = given.get("measured")
    if len(measuring) != 1 or not isinstance(measured, Mapping) or "unit" not in measured:
        return
    quantity = words.CHECK_QUANTITY.get(measuring[0])
    (found,) = values["measured"]
    if quantity is None or quantity == found.quantity:
        return
    if (found.quantity, quantity) not in _SAME_UNIT:
        yield Fault(("measured", "unit"), show(measured["unit"]), f"the unit of {quantity}")
    else:
        values["measured"] = (replace(found, quantity=quantity),)


_SAME_UNIT: Final = frozenset({("distance_m", "height_m"), ("minutes", "daylight_min")})
"""What a bare unit is read as, and what a check of one quantity means by it."""

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


def is_timed(given: Mapping[str, Any]) -> bool:
    """Whether a live statement has to say when.

    What only an order is known of has no time, as what stands above a case's statements.
    """
    return "at" in given or given.get("at_is") != "order-only"


def read_statement(given: object, *, fallback_id: str, attested: str = "unsigned") -> Statement:
    """Read a live statement; what cannot be read is kept and holds.

    Args:
        given: What arrived, of whatever shape.
        fallback_id: The id it is kept under when it gives none that can be read.
        attested: What a missing `attested` is worth.
    """
    if not isinstance(given, Mapping):
        return _kept({}, fallback_id, [Fault((), f"{show(given)} is no statement")])
    read = read_fields(given, attested=attested, timed=is_timed(given))
    return read if isinstance(read, Statement) else _kept(given, fallback_id, read)


def _kept(given: Mapping[str, Any], fallback_id: str, faults: list[Fault]) -> Kept:
    common: dict[str, Any] = {}
    ignored: list[Fault] = []
    for key in ("id", "at", "at_is", "by", "said_by", "for", "entered_at", "attested"):
        if key in given:
            _read_one(_COMMON[key], given[key], common, ignored)
    common.setdefault("id", StatementId(fallback_id))
    common.setdefault("by", PersonId("anonymous"))
    tag = given.get("what")
    own = _FIELDS.get(tag, {}) if isinstance(tag, str) else {}
    # Words that would be sealed name nobody and nothing.
    free = _OWN | {key for key, spec in own.items() if spec.kind.sealed}
    named = {name for key, value in given.items() if key not in free for name in _names_in(value)}
    return Kept(
        tag=tag if isinstance(tag, str) else "",
        # Too many to follow: then it names nothing in particular, and holds everything.
        names=tuple(sorted(named)) if len(named) <= _NAMES_MAX else (),
        faults=tuple(str(fault) for fault in faults),
        anything=_may_be_about_anything(given, own, faults),
        **common,
    )


_SUBJECTS: Final = frozenset({"weapon", "lot", "thing", "activity", "any", "about"})
_EVERY_KEY: Final = frozenset(key for own in _FIELDS.values() for key in own)


def _may_be_about_anything(
    given: Mapping[str, Any], own: Mapping[str, FieldSpec], faults: list[Fault]
) -> bool:
    """Whether what cannot be read is what it says, or what it is about.

    A field that only another tag has may well be right, and the tag wrong.
    """
    if not own:
        return True
    tag = str(given["what"])
    about = {key for key, spec in own.items() if spec.kind.refers in _SUBJECTS}
    told = {word_of_key(spec.attr) for key, spec in own.items() if key in given}
    needed = [{word_of_key(own[key].attr)} for key in about if own[key].required]
    if TAGS[tag].either:
        choices = [set(option) & about for option in TAGS[tag].either]
        needed += [] if any(choice <= told for choice in choices) else choices[:1]
    lacking = any(not keys <= told for keys in needed)
    bad = {str(fault.path[0]) for fault in faults if fault.path} & about
    foreign = any(key in _EVERY_KEY and key not in own for key in given)
    # One thing forgotten is forgotten; of more it is likelier that it is another tag.
    asked = {word_of_key(spec.attr) for spec in own.values() if spec.required}
    options = TAGS[tag].either
    choice = bool(options) and not any(set(option) <= told for option in options)
    another = len(asked - told) + choice > 1 or foreign
    return lacking or bool(bad) or (another and tag not in vocabulary.PLANNING)


_OWN: Final = frozenset({"id", "what", "at", "by", "said_by", "attested", "note", "because"})

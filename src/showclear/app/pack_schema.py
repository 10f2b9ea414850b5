"""Which words may stand where in a pack, as a JSON Schema that editors complete from?

* It is made from the same vocabulary by which packs are read, and never by hand.
* It is a help in writing. What loads is decided by the reader alone: it knows what goes
  together, the schema knows which words there are.
* `{role: any of a, b}` arrives in an editor as a key `b` without a value, as YAML has it. So
  conditions may have keys that say nothing.

Source: JSON Schema, draft 2020-12; docs/formats/rules.md, Grammar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.located import Located
from showclear.rules import phrases
from showclear.rules.after import SUBJECTS as EVENT_SUBJECTS
from showclear.rules.context import LISTED, OF_PEOPLE, REFERENCES, SETS, TYPES
from showclear.rules.lexicon import ATTRIBUTES, EVENTS
from showclear.rules.read import FORCES, HOW
from showclear.rules.read_tests import COVERS, SUBJECTS, Conditions

FILE: Final = "pack.schema.json"
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_SHORT: Final = {"load": "act", "hazards": "activity", "phase": "activity", "purpose": "activity"}
_REQUIRED: Final = ("pack", "title", "version", "vocabulary", "jurisdiction", "force", "rules")
_UNTIL: Final = ("permission.granted", "document.shown", "qualification.shown")
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_DATE: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
_ID: Final[Schema] = {"type": "string", "pattern": r"^[a-z0-9]([a-z0-9.]|-(?!-))*$"}
_NOTHING: Final[Schema] = {"type": "null"}
_LASTS: Final[Schema] = {"type": "string", "pattern": r"^\d+ (seconds|minutes|hours|days)$"}


def schema() -> Schema:
    """Return the schema."""
    found = {"$schema": DRAFT, "title": "A Showclear rule pack", **_object(_top(), _REQUIRED)}
    return _shared({**found, "$defs": _definitions()})


def _shared(whole: Schema) -> Schema:
    """Word lists that stand in several places, each written once."""
    seen: dict[str, int] = {}

    def count(part: Any) -> None:
        for item in part.values() if isinstance(part, dict) else part:
            if isinstance(item, dict | list):
                if _is_words(item):
                    text = json.dumps(item)
                    seen[text] = seen.get(text, 0) + 1
                count(item)

    def replaced(part: Any) -> Any:
        if isinstance(part, list):
            return [replaced(item) for item in part]
        if not isinstance(part, dict):
            return part
        name = names.get(json.dumps(part)) if _is_words(part) else None
        return _ref(name) if name else {key: replaced(item) for key, item in part.items()}

    count(whole)
    several = [text for text, number in seen.items() if number > 1]
    names = {text: f"words {place + 1}" for place, text in enumerate(several)}
    made: Schema = replaced(whole)
    made["$defs"] |= {name: json.loads(text) for text, name in names.items()}
    return made


def _is_words(part: Any) -> bool:
    return isinstance(part, dict) and set(part) == {"anyOf"} and "enum" in part["anyOf"][0]


def _definitions() -> dict[str, Schema]:
    found: dict[str, Schema] = {
        "texts": _object(
            {"en": _TEXT, "es": _TEXT}, ("en",), others={"type": "string", "minLength": 1}
        ),
        "dates": _object({"from": _DATE, "until": _DATE}),
        "gates": _listed(words.GATES, "gate"),
        "reference": _enum({"the event", *REFERENCES, *(f"this {name}" for name in TYPES)}),
        "somebody": {"anyOf": [_enum(words.ROLES | {"this department"}), _TEXT]},
        "time": _times(),
        "since": _one_or_several(_enum(EVENTS)),
        "measured": _object({name: _bounds() for name in sorted(words.QUANTITIES)}),
        "set": _set(", may be empty"),
        "when": _when(),
        "exception": _when(lifting=True),
        "ways": _several(_ref("when")),
        "alternatives": _several(_ref("conditions")),
        "order": _order(),
        "rule": _rule(),
        "cite": _cite(),
        "event": _event(),
    }
    for element, attributes in ATTRIBUTES.items():
        found[f"conditions of {element}"] = _conditions(element, attributes)
    found["conditions"] = _all_conditions()
    for tag in sorted({"check.made", *phrases.ASKABLE}):
        found[f"fact {tag}"] = _fact(tag)
    return found


# --- pieces ------------------------------------------------------------------------


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name.replace('~', '~0').replace(' ', '%20')}"}


def _object(
    properties: Mapping[str, Schema], required: Iterable[str] = (), others: Any = False
) -> Schema:
    made: Schema = {"type": "object", "properties": dict(properties)}
    if required:
        made["required"] = list(required)
    return {**made, "additionalProperties": others}


def _enum(allowed: Iterable[str]) -> Schema:
    return {"enum": sorted(allowed)}


def _one_or_several(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _several(one: Schema) -> Schema:
    """Alternatives: at least two, with names or without."""
    named = {"type": "object", "additionalProperties": one, "minProperties": 2}
    return {"anyOf": [named, {"type": "array", "items": one, "minItems": 2}]}


def _either(allowed: Iterable[str]) -> str:
    return "|".join(
        re.escape(word).replace(r"\-", "-").replace(r"\ ", " ") for word in sorted(allowed)
    )


def _listed(allowed: frozenset[str], what: str) -> Schema:
    """One gate or word, several with commas between, or a list."""
    one = f"({_either(allowed)})"
    several = {"type": "string", "pattern": f"^{one}(, *{one})+$", "description": f"any {what}s"}
    return {"anyOf": [_enum(allowed), several, {"type": "array", "items": _enum(allowed)}]}


def _words(allowed: frozenset[str] | None, *, negated: bool = False) -> Schema:
    """A word, `any of` several, or a list; an open list takes any."""
    if not allowed:
        return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
    one = f"({_either(allowed)})"
    ways: list[Schema] = [
        _enum(allowed),
        {"type": "string", "pattern": f"^any of {one}(, *{one})*$"},
        {"type": "array", "items": _enum(allowed), "minItems": 1},
    ]
    if {"yes", "no"} == allowed:
        ways.append({"type": "boolean"})
    if negated:
        ways.append({"enum": [f"not {word}" for word in sorted(allowed)]})
    return {"anyOf": ways}


def _bounds() -> Schema:
    compare = f"({_either(phrases.COMPARES)})"
    bound = {"type": "string", "pattern": rf"^{compare} (-?\d+(\.\d+)?|the .+)$"}
    return _one_or_several(bound)


def _times() -> Schema:
    units = "(minutes|hours|days)"
    phrase = (
        rf"^(within \d+ {units}|at least \d+ {units} before|between \d+ and \d+ {units} before)$"
    )
    one = {"anyOf": [{"const": "today"}, {"type": "string", "pattern": phrase}]}
    return _one_or_several(one)


def _set(after: str = "") -> Schema:
    """`ELEMENT in SET`, each written out; sets that are made of words by their pattern."""
    plain = [f"{kind} in {name}" for name, (kind, _) in SETS.items()]
    people = [name for name, (kind, _) in SETS.items() if kind == "person"]
    made = [f"{OF_PEOPLE[of][0]} in {of} of {name}" for of in OF_PEOPLE for name in people]
    each = f"^({_either(LISTED)}) in each of \\[?[^\\]]+\\]?({after})?$"
    whole = [*plain, *made]
    return {
        "anyOf": [
            _enum([*whole, *(one + after for one in whole if after)]),
            {"type": "string", "pattern": each},
        ]
    }


# --- conditions --------------------------------------------------------------------

_NEGATED: Final = frozenset({"kind", "place", "custody", "phase", "purpose", "load"})


def _conditions(element: str, attributes: Mapping[str, Any]) -> Schema:
    """Conditions under which a rule applies to an element: its attributes, and `is`."""
    properties = {
        name: _words(found.words, negated=name in _NEGATED) for name, found in attributes.items()
    }
    if element == "person":
        properties["is"] = _TEXT
    return {**_object(properties, others=_NOTHING), "minProperties": 1}


def _all_conditions() -> Schema:
    """What may be needed: the attributes of any element, a check, another statement."""
    by_name: dict[str, list[Schema]] = {}
    for attributes in ATTRIBUTES.values():
        for name, found in attributes.items():
            ways = by_name.setdefault(name, [])
            one = _words(found.words, negated=name in _NEGATED)
            ways += [one] if one not in ways else []
    properties = {
        name: ways[0] if len(ways) == 1 else {"anyOf": ways} for name, ways in by_name.items()
    }
    properties |= {"is": _TEXT, "a check": _ref("fact check.made")}
    properties |= {tag: _ref(f"fact {tag}") for tag in sorted(phrases.ASKABLE)}
    return {**_object(properties, others=_NOTHING), "minProperties": 1}


def _fact(tag: str) -> Schema:
    """What must have been said in a check or another statement."""
    closed = Conditions(Located("", None, {})).closed_words(tag)
    properties: dict[str, Schema] = {key: _words(found) for key, found in closed.items()}
    properties |= {"on": _ref("reference"), "not by": _ref("reference"), "by": _ref("somebody")}
    properties |= {"since": _ref("since"), "at": _ref("time")}
    properties |= {"after": _ref("order"), "before": _ref("order")}
    if tag == "check.made":
        properties |= {"shown to": _ref("reference"), "about": _ref("reference")}
        properties |= {"covers": _enum(COVERS[True]), "measured": _ref("measured")}
        return _object(properties, ("check",), others=_NOTHING)
    properties |= {"people": _ref("reference"), "with": _ref("somebody")}
    if tag == "risk.assessed":
        properties["covers"] = _enum(COVERS[False])
    if tag == "meeting.held":
        properties["topics"] = {"type": "string", "pattern": r"^at least \d{1,3}$"}
    if tag in _UNTIL:
        properties["until"] = {"const": "in the future"}
    return _object(properties, others=_NOTHING)


def _order() -> Schema:
    facts = {"a check": _ref("fact check.made")}
    facts |= {tag: _ref(f"fact {tag}") for tag in sorted(phrases.ASKABLE)}
    return {**_object(facts), "minProperties": 1, "maxProperties": 1}


def _when(*, lifting: bool = False) -> Schema:
    """Conditions by subject; those that lift a rule may ask for what was said."""
    properties = {
        name: _ref("conditions" if lifting else f"conditions of {kind}")
        for name, kind in SUBJECTS.items()
    }
    for name, kind in _SHORT.items():
        properties[name] = _words(ATTRIBUTES[kind][name].words, negated=name in _NEGATED)
    return _object(properties, others=_NOTHING)


def _event() -> Schema:
    tags: dict[str, Schema] = {}
    for tag in sorted(phrases.ASKABLE):
        closed = Conditions(Located("", None, {})).closed_words(tag)
        fields = {key: _words(found) for key, found in closed.items()}
        fields |= {key: _ref(f"conditions of {kind}") for key, kind in EVENT_SUBJECTS.items()}
        tags[tag] = _object(fields, others=_NOTHING)
    return {**_object(tags), "minProperties": 1, "maxProperties": 1}


# --- rules and packs ---------------------------------------------------------------


def _cite() -> Schema:
    properties = {"instrument": _TEXT, "provision": _TEXT, "url": _TEXT}
    return _object({**properties, "read": _DATE, "how": _enum(HOW)}, ("instrument", "provision"))


def _rule() -> Schema:
    at_least = [
        {"type": "string", "pattern": r"^\d+ different (independent eyes|people) in .+$"},
        {"type": "string", "pattern": r"^\d+ different [a-z]+ in .+$"},
        _LASTS,
    ]
    at_most = r"^(\d+|the .+) different [a-z]+ in .+$|^(\d+ times )?as many .+ in .+ as .+ in .+$"
    properties: dict[str, Schema] = {
        "id": _ID,
        "cite": _ref("cite"),
        "before": _ref("gates"),
        "when": _ref("when"),
        "while": _ref("when"),
        "when any of": _ref("ways"),
        "every": _ref("set"),
        "at least": {"anyOf": at_least},
        "at most": {"type": "string", "pattern": at_most},
        "no": _set(),
        "after": _ref("event"),
        "within": _LASTS,
        "where": {"type": "object", "minProperties": 1},
        "needs": _ref("conditions"),
        "needs any of": _ref("alternatives"),
        "unless": _one_or_several(_TEXT),
        "then": {"type": "string", "pattern": r"^(hold at |warn before|alert|per person)"},
        "else": _listed(frozenset(phrases.ELSE), "answer"),
        "missing": _listed(frozenset(vocabulary.MISSING_WORDS), "word"),
        "say": _ref("texts"),
        "next": _ref("texts"),
        "in_force": _ref("dates"),
        "barrier": _object({"against": _ID}, ("against",)),
    }
    shapes = [{"required": [key]} for key in ("every", "at most", "no", "after", "at least")]
    made = _object(properties, ("id", "cite", "say", "next"))
    return {**made, "anyOf": shapes, "allOf": [_where_of(element) for element in TYPES]}


def _where_of(element: str) -> Schema:
    """Of a set of such elements, `where` takes their attributes."""
    starts = {
        "every": rf"^{element} in ",
        "no": rf"^{element} in ",
        "at most": rf"^\d+ different {element} in ",
    }
    of = [
        {"properties": {key: {"type": "string", "pattern": start}}, "required": [key]}
        for key, start in starts.items()
    ]
    then = {"properties": {"where": _ref(f"conditions of {element}")}}
    return {"if": {"anyOf": of}, "then": then}


def _top() -> dict[str, Schema]:
    return {
        "pack": _ID,
        "title": _ref("texts"),
        "version": {"type": ["string", "number"]},
        "vocabulary": {"const": 0},
        "jurisdiction": _TEXT,
        "force": _enum(FORCES),
        "in_force": _ref("dates"),
        "define": {"type": "object", "additionalProperties": _ref("conditions")},
        "exceptions": {"type": "object", "additionalProperties": _ref("exception")},
        "rules": {"type": "array", "items": _ref("rule"), "minItems": 1},
    }

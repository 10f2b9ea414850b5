"""The page of the vocabulary, made from the vocabulary.

Nobody keeps it by hand: a tag, field or word that is not on the page does not
exist, and what is on the page is what is parsed. A test holds the file to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from showclear.core import vocabulary, words
from showclear.core.parse import COMMON_FIELDS
from showclear.core.statement import SINGULAR, FieldSpec, Statement

_HEAD: Final = f"""\
# The vocabulary, version {words.VOCABULARY_VERSION}

Made from the program by `showclear.core.vocabulary_page`; do not edit it here.

A statement is one timed sentence by a person: the only way anything enters the record.
Its `what` is one of the tags below. Version 0 may still gain tags, fields and words and
change effects; what is named here is not renamed.

How to read the tables:

- **Required** fields stand first and in bold. A case file that lacks one is refused; a live
  statement that lacks one is kept, and holds.
- A field in the plural takes a list; its singular with one value is accepted and means the
  same.
- *Sealed* fields hold free words: only a salted digest of them enters the record's entries.
  Sealed as well are: the part of a person in a plan, a code that does not look like one, what
  a private check found (fit, rested, can swim, consents) with the hours of `rest.recorded`,
  who refused, and whatever cannot be read.
- A tag with a **gate** is judged on the record before it, and recorded whatever the answer.
- **Opens a day**: whether it begins a ShootDay by being its first timed statement."""

_COMMON_HEAD: Final = """
## Fields of every statement

`id`, `what`, `at` and `by` are required. In a case file a missing `attested` means `badge`;
live it means `unsigned`. `with: P` is short for a witness P by badge.

| field | holds |
| --- | --- |
"""

_LISTS: Final[Mapping[str, Iterable[str]]] = {
    "Roles": words.ROLES,
    "Roles of handlers": words.HANDLER_ROLES,
    "Weapon kinds": words.WEAPON_KINDS,
    "Lot kinds": words.LOT_KINDS,
    "Loads of a plan": words.LOADS,
    "Loads of a blank": words.BLANK_LOADS,
    "Thing kinds": words.THING_KINDS,
    "Places of a lot": words.PLACES,
    "Machine states": words.MACHINE_STATES,
    "Set states": words.SET_STATES,
    "Hazards": words.HAZARDS,
    "Phases": words.PHASES,
    "Purposes": words.PURPOSES,
    "Qualifications": words.QUALIFICATIONS,
    "Permissions": words.PERMISSION_KINDS,
    "Meetings": words.MEETING_KINDS,
    "Notices": words.NOTICE_KINDS,
    "Requests": words.REQUEST_KINDS,
    "Incidents": words.INCIDENT_KINDS,
    "Severities": words.SEVERITIES,
    "Own words of a confirmation": words.CONFIRMS,
    "How a time is known": words.AT_IS,
    "How a speaker is known": words.ATTESTED,
    "Ways that count as eyes of their own": words.INDEPENDENT,
    "Searches for": words.SEARCH_FOR,
    "How a search is made": words.SEARCH_HOW,
    "Quantities": words.QUANTITIES,
    "Checks of a weapon": words.WEAPON_CHECKS,
    "Checks of a lot": words.LOT_CHECKS,
    "Checks of an activity": words.ACTIVITY_CHECKS,
    "Checks of a thing": words.THING_CHECKS,
    "Checks of a person": words.PERSON_CHECKS,
    "Checks that measure, at most one in a statement": words.MEASURING_CHECKS,
    "Gates": words.GATES,
    "What can be missing, besides every check and every tag": words.MISSING,
    "Words that may stand in a code": words.CODE_WORDS,
    "Reserved ids": words.RESERVED,
}


def _plurals(specs: Mapping[str, FieldSpec]) -> Iterator[FieldSpec]:
    """Each field once, under the name that takes a list."""
    singular = {SINGULAR[key] for key in specs if key in SINGULAR}
    return (spec for key, spec in specs.items() if key not in singular)


def _holds(spec: FieldSpec) -> str:
    kind = spec.kind
    few = 0 < len(kind.words) <= 8
    what = _listed(kind.words) if few else kind.name
    what = what.replace(", sealed", "").replace("|", "\\|")
    return f"{what}, *sealed*" if kind.sealed else what


def _fields(specs: Mapping[str, FieldSpec]) -> str:
    listed = sorted(_plurals(specs), key=lambda spec: not spec.required)
    return "; ".join(
        f"**`{spec.key}`** ({_holds(spec)})" if spec.required else f"`{spec.key}` ({_holds(spec)})"
        for spec in listed
    )


def _row(tag: str, cls: type[Statement]) -> str:
    specs = {key: spec for key, spec in vocabulary.fields_of(tag).items() if key != "plan"}
    said = _fields(specs)
    if tag in vocabulary.PLANNING:
        said += "; the fields of an activity"
    if cls.either:
        options = " or ".join(" with ".join(f"`{key}`" for key in way) for way in cls.either)
        said += f". At least {options}"
    gate = "any" if cls.gated_by == "asked" else cls.gated_by
    opens = "yes" if cls.opens_day else ""
    return f"| `{tag}` | {said} | {gate} | {opens} | {cls.means} |"


def page() -> str:
    """Return the whole page, in Markdown."""
    out = [_HEAD, _COMMON_HEAD.rstrip("\n")]
    out += [f"| `{key}` | {_holds(spec)} |" for key, spec in COMMON_FIELDS.items()]
    out += ["", "## Statements", ""]
    out += ["| tag | fields | gate | opens a day | effect |", "| --- | --- | --- | --- | --- |"]
    for module in vocabulary.MODULES:
        for tag, cls in vocabulary.table().items():
            if cls.__module__ == module.__name__:
                out.append(_row(tag, cls))
    out += ["", "## Fields of an activity", ""]
    out += ["Given beside `activity`. One that is left out is unknown, and holds where a rule"]
    out += ["needs it; `nobody` and `none` are written out, an empty list is refused.", ""]
    out += ["| field | holds |", "| --- | --- |"]
    out += [f"| `{spec.key}` | {_holds(spec)} |" for spec in _plurals(vocabulary.PLAN_FIELDS)]
    out += ["", "## Posts", "", "| post | checks that fall when it is left |", "| --- | --- |"]
    for post, checks in words.POSTS.items():
        out.append(f"| `{post}` | {_listed(checks)} |")
    out += ["", "## Words", "", "Packs may add roles, qualifications, checks and posts.", ""]
    out += ["| list | words |", "| --- | --- |"]
    out += [f"| {name} | {_listed(found)} |" for name, found in _LISTS.items()]
    return "\n".join(out) + "\n"


def _listed(found: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in sorted(found))

"""What does a statement say, in a sentence for people?

* One table (`sentence_table`), a sentence for every tag of the vocabulary.
* Sentences tell what was said. They judge nothing and promise nothing.
* Who spoke up, said no, walked out or stopped the work is named by no sentence, and neither
  is what a private check of somebody found, or on whom it was (`UNNAMED`, `PRIVATE`).
* Words that were erased are told as erased.

Source: docs/formats/vocabulary.md, "Sealed".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from showclear.app.views.look import Look
from showclear.app.views.sentence_table import CHECKS, HOW, NOTED, SAYS, SENTENCES
from showclear.app.views.wording import (
    day_and_clock,
    listed,
    number,
    person,
    role_text,
    title,
)
from showclear.core import vocabulary, words
from showclear.core.fields import Quantity
from showclear.core.statement import SPECS, FieldSpec, Kept, Statement

PRIVATE: Final = frozenset(
    {"rest.recorded", "consent.given", "consent.withdrawn", "care.offered", "care.taken"}
)
"""Told without whom it is about, besides checks on a body or state."""

UNNAMED: Final = PRIVATE | {
    *("stop.called", "stop.mistaken", "concern.raised", "concern.closed", "request.made"),
    *("refusal.made", "work.left", "account.given", "incident.reported"),
}
"""Told without who said it: nobody pays for having spoken up."""

_UNITS: Final = {
    "ft": "ft",
    "m": "m",
    "kmh": "km/h",
    "kg": "kg",
    "min": "min",
    "c": "°C",
    "l": "mg/l",
    "nm": "Nm",
    "bar": "bar",
    "v": "V",
}
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")
_GONE: Final = "[words gone"
_NOT_SAID: Final = "not said"
_NUMBERED: Final = re.compile(r"(.*[^0-9])([0-9]{1,6})")
_RUN: Final = 4


def sentence_of(said: Statement, look: Look) -> str:
    """Say what a statement says, in one sentence without a stop at its end."""
    says = _plain_sentence(said, look)
    if said.corrects:
        says = SAYS["correction"].format(says=says)
    if said.note and said.what.startswith(NOTED) and not is_private(said):
        says = SAYS["note"].format(says=says, note=_text(said.note))
    return says


def is_private(said: Statement) -> bool:
    """Whether it tells something of somebody's body, state or care."""
    return said.what in PRIVATE or not words.PRIVATE_CHECKS.isdisjoint(getattr(said, "checks", ()))


def is_unnamed(said: Statement, look: Look) -> bool:
    """Whether it is told without who said it, and in nobody's own history.

    So is what speaks of such a statement: whoever takes a concern back is whoever raised it.
    """
    if isinstance(said, Kept) or said.what in UNNAMED or is_private(said):
        return True
    spoken_of = [*_listed(getattr(said, "of", ())), *_listed(getattr(said, "about", ()))]
    if said.what in ("attachment.added", "confirmed", "statement.withdrawn"):
        return any(_is_delicate(look, name) for name in spoken_of)
    return False


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


def _is_delicate(look: Look, name: str) -> bool:
    state = look.state
    if name in state.concerns or name in state.incidents or name in state.walk_outs:
        return True
    told = look.memory.find(name)
    if told is None:
        return False
    return isinstance(told.said, Kept) or told.said.what in UNNAMED or is_private(told.said)


def who_said(said: Statement, look: Look) -> str:
    """Whose words these are, as far as that is told."""
    if is_unnamed(said, look):
        return SAYS["nobody"]
    who = person(look, said.speaker)
    if said.said_by and said.said_by != said.by:
        return SAYS["entered-by"].format(who=who, by=person(look, said.by))
    return who


def how_sure(said: Statement, look: Look) -> str:
    """How it is known who said it; empty where nobody is told."""
    return "" if is_unnamed(said, look) else HOW.get(said.attested, said.attested)


def seen_by(said: Statement, look: Look) -> list[str]:
    """Who else says they saw it, and of whom that is only said."""
    if is_unnamed(said, look):
        return []
    return [
        SAYS["saw" if one.how in words.INDEPENDENT else "named"].format(
            who=person(look, one.person), how=HOW.get(one.how, one.how)
        )
        for one in said.witnesses
    ]


def _plain_sentence(said: Statement, look: Look) -> str:
    if isinstance(said, Kept) or said.what not in SENTENCES:
        return SAYS["unread"]
    if is_private(said) and said.what == "check.made":
        return SAYS["private"]
    fields = _Fields(said, look)
    told = _PART.sub(lambda part: _optional(part[1], fields), SENTENCES[said.what])
    told = _FIELD.sub(lambda one: fields.get(one[1]), told).lstrip(" ,:")
    return told[:1].upper() + told[1:] if told[:1].islower() and not fields.starts_with_id else told


def _optional(part: str, fields: _Fields) -> str:
    names = _FIELD.findall(part)
    if not all(fields.get(name) for name in names):
        return ""
    # Braces that somebody wrote into a field are not fields of ours.
    return _FIELD.sub(lambda one: fields.get(one[1]), part).replace("{", "(").replace("}", ")")


class _Fields:
    """The fields of one statement, as people call them."""

    def __init__(self, said: Statement, look: Look) -> None:
        self.said, self.look = said, look
        self.specs: Mapping[str, FieldSpec] = SPECS[said.what]
        first = _FIELD.search(SENTENCES[said.what])
        self.starts_with_id = first is not None and first[1] in _IDS

    def get(self, name: str) -> str:
        made = _MADE.get(name)
        if made is not None and name not in self.specs:
            return made(self.said, self.look)
        spec = self.specs.get(name)
        if spec is None:
            plain = getattr(self.said, {"for": "for_"}.get(name, name), None)
            if plain is None and name in vocabulary.PLAN_FIELDS and hasattr(self.said, "plan"):
                planned = getattr(self.said.plan, name)
                return _value(self.look, vocabulary.PLAN_FIELDS[name], planned)
            return _value(self.look, None, plain)
        if name in _OWN_WAY:
            return _OWN_WAY[name](self.said, self.look)
        return _value(self.look, spec, getattr(self.said, spec.attr))


_IDS: Final = frozenset(
    {"weapon", "weapons", "lot", "lots", "thing", "things", "on", "one", "handed", "device"}
)
"""Fields that begin with an id, which stays written as it is on its label."""


def _value(look: Look, spec: FieldSpec | None, value: Any) -> str:
    match value:
        case None | False | () | "":
            return ""
        case tuple() | frozenset():
            return listed(in_runs([_value(look, spec, one) for one in value]))
        case Quantity():
            return quantity_text(value)
        case Decimal():
            return _digits(value)
        case datetime():
            return day_and_clock(look, value)
        case date():
            return f"{value:%d %b %Y}"
        case str():
            return _word(look, spec, value)
        case _:
            return str(value)


def _word(look: Look, spec: FieldSpec | None, value: str) -> str:
    if spec is None:
        return name_of(look, value)
    if spec.attr in ("roles", "duty"):
        return role_text(value)
    if spec.kind.words:
        return _spaced(value).upper() if value in words.SET_STATES else _spaced(value)
    meant = spec.kind.sealed and value in look.state.people
    if spec.kind.refers or spec.kind.names or meant:
        return name_of(look, value)
    return _text(value)


def in_runs(names: Sequence[str]) -> list[str]:
    """Names with their runs of numbers told as runs, where there are four of one or more.

    >>> in_runs(["rev-1", "rev-2", "rev-3", "rev-4", "rubber-1", "rubber-3"])
    ['rev-1 to rev-4', 'rubber-1', 'rubber-3']
    """
    told: list[str] = []
    start = 0
    for place in range(1, len(names) + 1):
        if place < len(names) and _follows(names[place - 1], names[place]):
            continue
        run = names[start:place]
        told += [f"{run[0]} to {run[-1]}"] if len(run) >= _RUN else run
        start = place
    return told


def _follows(one: str, other: str) -> bool:
    first, second = _NUMBERED.fullmatch(one), _NUMBERED.fullmatch(other)
    if first is None or second is None or first[1] != second[1]:
        return False
    return int(second[2]) == int(first[2]) + 1


def _text(value: str) -> str:
    if value == _NOT_SAID:
        return ""
    return SAYS["erased"] if value.startswith(_GONE) else value.rstrip(". ")


def _spaced(value: str) -> str:
    return value.replace("-", " ")


def name_of(look: Look, name: str) -> str:
    """What anything with an id is called: a person, an activity; others by their id."""
    if name.startswith(_GONE):
        return SAYS["erased"]
    if name in look.state.people or name in words.RESERVED:
        return person(look, name)
    if name in look.memory.titles:
        return title(look, name).rstrip(". ")
    return name


def check_text(check: str) -> str:
    """A check as people say it.

    >>> check_text("barrel-clear"), check_text("shown-clear")
    ('bore clear', 'shown clear')
    """
    return CHECKS.get(check) or _spaced(check)


def quantity_text(one: Quantity) -> str:
    """A quantity with its bounds and unit.

    >>> quantity_text(Quantity("speed_kmh", Decimal("30"), Decimal("30")))
    'speed 30 km/h'
    >>> quantity_text(Quantity("people", None, Decimal(4)))
    'people at most 4'
    """
    name, _, unit = one.quantity.rpartition("_")
    if not name or unit not in _UNITS:
        name, unit = one.quantity, ""
    name = name.removesuffix("_mg").replace("_", " ")
    if one.at_least is not None and one.at_least == one.at_most:
        bounds = _digits(one.at_least)
    else:
        low = f"at least {_digits(one.at_least)}" if one.at_least is not None else ""
        high = f"at most {_digits(one.at_most)}" if one.at_most is not None else ""
        bounds = " and ".join(part for part in (low, high) if part)
    return " ".join(part for part in (name, bounds, _UNITS.get(unit, "")) if part)


def _digits(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


# --- fields that are made of several -------------------------------------------------------


def _each(said: Any, look: Look) -> str:
    many = getattr(said, "weapons", ()) or getattr(said, "lots", ())
    return SAYS["each"] if len(many) > 1 else ""


def _handed(said: Any, look: Look) -> str:
    if said.what == "weapon.handed-over":
        if said.issues:
            return listed([f"{one.weapon} to {person(look, one.person)}" for one in said.issues])
        return f"{_value(look, None, said.weapons)} to {_value(look, None, said.to)}"
    if said.returns:
        return listed(
            [f"{one.weapon} back from {person(look, one.person)}" for one in said.returns]
        )
    came = f" from {person(look, said.from_)}" if said.from_ else ""
    return f"{_value(look, None, said.weapons)} back{came}"


def _inside(said: Any, look: Look) -> str:
    if said.entries:
        return listed([f"{_value(look, None, one.people)}, {one.thing}" for one in said.entries])
    where = _value(look, None, said.activity) or _value(look, None, said.thing)
    return f"{_value(look, None, said.people)}, {where}"


def _checked(said: Any, look: Look) -> str:
    checks = ", ".join(check_text(check) for check in said.checks)
    if not said.passed:
        return SAYS["failed"].format(checks=checks)
    if said.count is None:
        return checks
    key = "counted-some" if said.of is None else "counted"
    return SAYS[key].format(checks=checks, count=said.count, of=said.of)


def _quoted(said: Any, look: Look) -> str:
    told = look.memory.find(said.of)
    if told is None:
        return SAYS["gone"]
    if told.said.what in ("confirmed", "statement.withdrawn"):
        return day_and_clock(look, told.said.at)
    if "have-it" in getattr(said, "as_", ()):
        return _plain_sentence(_to_them(told.said, said.speaker), look)
    return _plain_sentence(told.said, look)


def _to_them(given: Any, who: str) -> Any:
    """A squad's handover as far as it went to one of them: they have no other's weapon."""
    theirs = tuple(one for one in getattr(given, "issues", ()) if one.person == who)
    return replace(given, issues=theirs) if theirs else given


def _matters(said: Any, look: Look) -> str:
    """What a concern or an incident is about, people left out."""
    told = [one for one in said.about if one not in look.state.people]
    return listed([_spaced(one) if one in words.HAZARDS else name_of(look, one) for one in told])


def _count_of_people(said: Any, look: Look) -> str:
    if len(said.people) == 1:
        return SAYS["one-person"]
    return SAYS["several-people"].format(n=len(said.people))


def _scope(said: Any, look: Look) -> str:
    return SAYS["all"] if said.scope is None else _value(look, None, said.scope)


def _rounds(said: Any, look: Look) -> str:
    kind = said.kind or look.state.lot_kind(said.lot)
    one, many = {"dummy": ("dummy", "dummies")}.get(kind, (f"{kind} round", f"{kind} rounds"))
    return (
        f"{SAYS['unknown-count']}, {many}" if said.count is None else number(said.count, one, many)
    )


def _within(said: Any, look: Look) -> str:
    if said.within is None:
        return ""
    return quantity_text(Quantity(said.quantity, said.within.at_least, said.within.at_most))


def _given(said: Any, look: Look) -> str:
    """Which fields of a plan a change gives; not what they say, which may be long."""
    named = [name for name in vocabulary.PLAN_FIELDS if getattr(said.plan, name, None) is not None]
    return listed([name.replace("_", " ") for name in named])


_MADE: Final[Mapping[str, Callable[[Any, Look], str]]] = {
    "each": _each,
    "whoever": lambda said, look: _value(look, None, (*said.people, *said.things)),
    "handed": _handed,
    "opened": lambda said, look: SAYS["opened"] if said.open else "",
    "rounds": _rounds,
    "inside": _inside,
    "reading": lambda said, look: quantity_text(Quantity(said.quantity, said.value, said.value)),
    "given": _given,
    "checked": _checked,
    "quoted": _quoted,
    "matters": _matters,
    "it_holds": lambda said, look: SAYS["holds"] if said.holds else "",
    "count_of_people": _count_of_people,
    "before_work": lambda said, look: SAYS["before"] if said.before_restart else "",
    "how_many": lambda said, look: number(len(said.ids), "statement"),
}
"""Fields that only a sentence has."""

_OWN_WAY: Final[Mapping[str, Callable[[Any, Look], str]]] = {"scope": _scope, "within": _within}
"""Fields of a statement that are not told as their kind is."""

"""The small phrases of the language: `any of a, b`, `within 15 minutes`, `person in the giver`.

Each reader takes what stands in a pack and gives structure, or raises `Bad` with
what is allowed and the nearest word. There is no expression language.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from showclear.core import vocabulary, words
from showclear.core.errors import nearest
from showclear.core.fields import Bad, show
from showclear.rules.context import LISTED, OF_PEOPLE, REFERENCES, SETS, TYPES
from showclear.rules.grammar import NumberTest, Window
from showclear.rules.lexicon import ATTRIBUTES, EVENTS
from showclear.rules.numbers import NUMBERS

_IN: Final = re.compile(r"([a-z]+) in (.+?)(, may be empty)?")
_DIFFERENT: Final = re.compile(
    r"(\d{1,4}) different (independent eyes|people) in ([a-z.-]+)(, may be empty)?"
)
_AT_MOST: Final = re.compile(r"(\d{1,6}) different ([a-z]+) in (.+)")
_AS_MANY: Final = re.compile(r"(?:(\d{1,3}) times )?as many (.+?) in (.+) as (.+?) in (.+)")
_FIELD_MOST: Final = re.compile(r"(the [a-z]+'s [a-z_]+) different ([a-z]+) in (.+)")
_UNIT: Final = {"minutes": 1, "hours": 60, "days": 1440}
_WITHIN: Final = re.compile(r"within (\d{1,9}) (minutes|hours|days)")
_BEFORE: Final = re.compile(r"at least (\d{1,9}) (minutes|hours|days) before")
_BETWEEN: Final = re.compile(r"between (\d{1,9}) and (\d{1,9}) (minutes|hours|days) before")
_LASTS: Final = re.compile(r"(\d{1,9}) (seconds|minutes|hours|days)")
PHRASE_MAX: Final = 200
"""Letters of two sides that are compared: a longer one would be tried in too many ways."""
COMPARES: Final = ("at least", "at most", "more than", "less than")
ASKABLE: Final = frozenset(vocabulary.table()) - frozenset(
    {"check.made", "confirmed", "gate.asked", "refusal.made", "same-as"}
)
"""Statements that may be asked for by their tag: a refusal is nobody's to look up."""
THEN: Final = frozenset({"warn before", "alert", "per person"})
ELSE: Final = ("alert", "hold")
LATER: Final = {
    "takes": "the record keeps the last take only",
    "departments": "a department is a role: `department in each of [armorer, first-ad]`",
    "checks": "checks are asked for by `a check` and by `at least`",
}
"""Sets that this version does not have, and why."""


def one_of(value: Any, allowed: Any, what: str) -> str:
    """One word of a closed list."""
    if isinstance(value, str) and value in allowed:
        return value
    close = nearest(value, allowed) if isinstance(value, str) else ""
    raise Bad(f"{what} {show(value)}", ", ".join(sorted(allowed))[:400], close)


def word_list(value: Any) -> list[str]:
    """`a`, `any of a, b`, or a list; true and false are the words yes and no."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, str):
        text = value.removeprefix("any of ")
        if text == value and "," in value:
            raise Bad(show(value), "one word, or `any of` several")
        return [item.strip() for item in text.split(",") if item.strip()]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return list(value)
    raise Bad(show(value), "a word, `any of` several words, or a list of words")


def words_of(value: Any, allowed: frozenset[str] | None, what: str) -> frozenset[str]:
    """Words of an attribute, each checked against its closed list."""
    found = word_list(value)
    if not found:
        raise Bad(show(value), "at least one word")
    for item in found:
        if item.startswith("not "):
            raise Bad(show(value), "negation only as `no`, `unless` and `not by`")
        if allowed is not None:
            one_of(item, allowed, what)
    return frozenset(found)


def several(value: Any) -> list[str]:
    """One word, several with commas between, or a list."""
    if not isinstance(value, str):
        return word_list(value)
    found = [item.strip() for item in value.split(",") if item.strip()]
    if not found:
        raise Bad(show(value), "at least one word")
    return found


def all_but(value: str, allowed: frozenset[str], what: str) -> frozenset[str]:
    """`not off-premises`: every other word of a closed list. Unknown is not among them."""
    left_out = one_of(value.removeprefix("not "), allowed, what)
    return allowed - {left_out}


def gates_of(value: Any) -> tuple[str, ...]:
    """The gates of `before`, in the order of the list."""
    items = [item.strip() for item in value.split(",")] if isinstance(value, str) else value
    if not isinstance(items, list) or not items:
        raise Bad(show(value), "gates, such as `load, hand-over`")
    return tuple(dict.fromkeys(one_of(item, words.GATES, "gate") for item in items))


def element_of(value: Any) -> tuple[str, str, bool]:
    """`person in the giver, may be empty`: the element, the set, and whether it may be."""
    found = _IN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad(show(value), "an element in a set, such as `person in the giver`")
    element = one_of(found[1], TYPES, "element")
    return element, set_of(element, found[2]), found[3] is not None


def set_of(element: str, name: str) -> str:
    """The name of a set of such elements: one of the list, `duties of SET`, `each of [...]`."""
    if name in LATER or name.startswith("topics of "):
        why = LATER.get(name, "the words of a topic are sealed")
        raise Bad(f"the set {name!r}: not in this version", why)
    if name.startswith("each of "):
        if element not in LISTED:
            raise Bad(f"a list of {element}", " or ".join(sorted(LISTED)) + " in each of [...]")
        items = [item.strip() for item in name[8:].strip().strip("[]").split(",")]
        named = {one_of(item, LISTED[element], element) for item in items if item}
        if not named:
            raise Bad(show(name), "at least one word in each of [...]")
        return "each of " + ", ".join(sorted(named))
    of, _, people = name.partition(" of ")
    if of in OF_PEOPLE and people:
        kind = OF_PEOPLE[of][0]
        one_of(people, {key for key, found in SETS.items() if found[0] == "person"}, "set")
    else:
        kind = SETS[one_of(name, SETS, "set")][0]
    if kind != element:
        raise Bad(f"{name!r} is a set of {kind}", f"{kind} in {name}")
    return name


def different_of(value: Any) -> tuple[int, str, str, bool] | tuple[int, str, bool]:
    """`2 different independent eyes in checks`: number, field, tag, and whether it may be empty.

    Of `2 different person in people on set`: number, `person in people on set`, the last.
    """
    found = _DIFFERENT.fullmatch(value) if isinstance(value, str) else None
    other = _AT_MOST.fullmatch(value) if isinstance(value, str) else None
    number = found or other
    if number is None:
        raise Bad(show(value), "such as `2 different independent eyes in checks`")
    if int(number[1]) < 1:
        raise Bad(show(value), "a number from 1")
    if found is None:
        text, may, _ = str(value).partition(" different ")[2].partition(", may be empty")
        return int(number[1]), text, bool(may)
    tag = "check.made" if found[3] == "checks" else found[3]
    if tag != "check.made":
        one_of(tag, ASKABLE, "statement")
    return int(found[1]), found[2], tag, found[4] is not None


def at_most_of(value: Any) -> tuple[int, str, str, str]:
    """`7 different person in people in the zone`: number, or its field, then element and set."""
    found = _AT_MOST.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        element, name = counted_of(f"{found[2]} in {found[3]}")
        return int(found[1]), "", element, name
    named = _FIELD_MOST.fullmatch(value) if isinstance(value, str) else None
    if named is None:
        raise Bad(show(value), "such as `7 different person in people in the zone`")
    field = one_of(named[1], NUMBERS, "number")
    element, name = counted_of(f"{named[2]} in {named[3]}")
    return 0, field, element, name


def as_many_of(value: Any) -> tuple[int, str, str, str, str] | None:
    """`as many others in SET as medic in SET`: how many times, and both sides; None if not so."""
    short = isinstance(value, str) and len(value) <= PHRASE_MAX
    found = _AS_MANY.fullmatch(value) if short else None
    if found is None:
        return None
    times = int(found[1] or 1)
    if times < 1:
        raise Bad(show(value), "a number from 1")
    left, right = (counted_of(f"person in {found[place]}")[1] for place in (3, 5))
    return times, found[2], left, found[4], right


def counted_of(value: Any) -> tuple[str, str]:
    """`lot in all lots`, where a set that was counted and is empty is no question."""
    element, name, may_be_empty = element_of(value)
    if may_be_empty:
        raise Bad("'may be empty'", f"{element} in {name}: what is empty holds nothing here")
    return element, name


def windows_of(key: str, value: Any) -> tuple[Window, ...]:
    """`at: today`, `at: within 15 minutes`, `since: the weapon was loaded`, or a list."""
    if isinstance(value, list):
        if not value:
            raise Bad("an empty list", "at least one")
        return tuple(window for item in value for window in windows_of(key, item))
    if key == "since":
        return (Window("since", event=one_of(value, EVENTS, "event")),)
    if value == "today":
        return (Window("today"),)
    text = value if isinstance(value, str) else ""
    if found := _WITHIN.fullmatch(text):
        return (Window("within", minutes=_minutes(found[1], found[2])),)
    if found := _BEFORE.fullmatch(text):
        return (Window("before", minutes=_minutes(found[1], found[2])),)
    if found := _BETWEEN.fullmatch(text):
        least, most = (_minutes(found[place], found[3]) for place in (1, 2))
        if least >= most:
            raise Bad(show(value), "the smaller number first")
        return (Window("before", minutes=least, most=most),)
    raise Bad(
        show(value),
        "today, `within N minutes` (hours, days), `at least N hours before`, "
        "or `between N and N hours before`",
    )


MINUTES_MAX: Final = 10 * 366 * 1440
"""Ten years: longer than any rule has been in force."""


def _minutes(number: str, unit: str) -> int:
    minutes = int(number) * _UNIT[unit]
    if minutes > MINUTES_MAX:
        raise Bad(f"{number} {unit}", "at most ten years")
    return minutes


def topics_of(value: Any) -> int:
    """`at least 5`: how many topics a meeting had."""
    found = re.fullmatch(r"at least (\d{1,3})", value) if isinstance(value, str) else None
    if found is None or int(found[1]) < 1:
        raise Bad(show(value), "such as `at least 5`: how many, their words are sealed")
    return int(found[1])


def lasts_of(value: Any) -> int:
    """`30 minutes`, in seconds."""
    found = _LASTS.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) < 1:
        raise Bad(show(value), "such as `30 minutes`, `8 hours`, `15 seconds` or `5 days`")
    seconds = int(found[1]) * (1 if found[2] == "seconds" else 60 * _UNIT[found[2]])
    if seconds > 60 * MINUTES_MAX:
        raise Bad(show(value), "at most ten years")
    return seconds


def reference_of(value: Any) -> str:
    """`this lot`, `the weapon`, `the receiver`."""
    if isinstance(value, str) and value.startswith("this ") and value[5:] in TYPES:
        return value
    return one_of(
        value, {"the event", *REFERENCES, *(f"this {name}" for name in TYPES)}, "reference"
    )


def numbers_of(quantity: str, value: Any) -> tuple[NumberTest, ...]:
    """One bound of a quantity, or a list of several."""
    listed = value if isinstance(value, list) and value else [value]
    return tuple(number_of(quantity, item) for item in sorted(listed, key=str))


def number_of(quantity: str, value: Any) -> NumberTest:
    """`at least 20` of a quantity, compared exactly; or `at least the weapon's clearance_ft`."""
    one_of(quantity, words.QUANTITIES, "quantity")
    text = value if isinstance(value, str) else ""
    for compare in COMPARES:
        if not text.startswith(compare + " "):
            continue
        rest = text[len(compare) + 1 :]
        if rest.startswith("the "):
            return NumberTest(quantity, compare, field=_field_of(quantity, rest))
        try:
            number = Decimal(rest)
        except InvalidOperation:
            break
        if number.is_finite():
            return NumberTest(quantity, compare, number)
    raise Bad(show(value), "such as `at least 20`")


def _field_of(quantity: str, name: str) -> str:
    """A named field that has the unit of this quantity."""
    fitting = {key for key, unit in NUMBERS.items() if unit in (quantity, "")}
    return one_of(name, fitting, f"field for {quantity}")


def then_of(value: Any) -> tuple[tuple[str, ...], frozenset[str]]:
    """`hold at resume, close-day; warn before`: the gates, and what else is to be."""
    parts = [part.strip() for part in value.split(";")] if isinstance(value, str) else []
    gates: tuple[str, ...] = ()
    other: set[str] = set()
    for part in parts:
        if part.startswith("hold at ") and not gates:
            gates = gates_of(part.removeprefix("hold at "))
        elif part in THEN and part not in other:
            other.add(part)
        else:
            raise Bad(show(part), "`hold at GATES`, " + ", ".join(sorted(THEN)), "")
    if not gates and "alert" not in other:
        raise Bad(show(value), "such as `hold at resume, close-day; warn before`")
    return gates, frozenset(other)


def else_of(value: Any) -> tuple[str, ...]:
    """`alert, hold`: what follows while it is not so."""
    found = several(value)
    return tuple(sorted({one_of(item, ELSE, "what follows") for item in found}))


def attribute_of(element: str, key: str) -> frozenset[str] | None:
    """The closed words of an attribute of an element; None where packs may add."""
    found = ATTRIBUTES[element]
    if key not in found:
        allowed = sorted({*found, "is", "a check"})
        raise Bad(
            f"a {element} has no {key!r}",
            ", ".join(allowed) + ", or a tag",
            nearest(key, {*allowed, *vocabulary.table()}),
        )
    return found[key].words

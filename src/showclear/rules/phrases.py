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
from showclear.rules.context import REFERENCES, SETS, TYPES
from showclear.rules.grammar import NumberTest, Window
from showclear.rules.lexicon import ATTRIBUTES, EVENTS

_IN: Final = re.compile(r"([a-z]+) in (.+?)(, may be empty)?")
_DIFFERENT: Final = re.compile(
    r"(\d{1,4}) different (independent eyes|people) in ([a-z.-]+)(, may be empty)?"
)
_AT_MOST: Final = re.compile(r"(\d{1,6}) different ([a-z]+) in (.+)")
_WITHIN: Final = re.compile(r"within (\d{1,5}) (minutes|hours)")
COMPARES: Final = ("at least", "at most", "more than", "less than")


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
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return word_list(value)


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
    name = one_of(found[2], SETS, "set")
    if SETS[name][0] != element:
        raise Bad(f"{name!r} is a set of {SETS[name][0]}", f"{SETS[name][0]} in {name}")
    return element, name, found[3] is not None


def different_of(value: Any) -> tuple[int, str, str, bool]:
    """`2 different independent eyes in checks`: number, field, tag, and whether it may be empty."""
    found = _DIFFERENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad(show(value), "such as `2 different independent eyes in checks`")
    if int(found[1]) < 1:
        raise Bad(show(value), "a number from 1")
    tag = "check.made" if found[3] == "checks" else found[3]
    one_of(tag, vocabulary.table(), "statement")
    return int(found[1]), found[2], tag, found[4] is not None


def at_most_of(value: Any) -> tuple[int, str, str]:
    """`7 different person in people in the zone`: number, element, set."""
    found = _AT_MOST.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad(show(value), "such as `7 different person in people in the zone`")
    element, name = counted_of(f"{found[2]} in {found[3]}")
    return int(found[1]), element, name


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
    found = _WITHIN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad(show(value), "today, or `within N minutes` or hours")
    return (Window("within", minutes=int(found[1]) * (60 if found[2] == "hours" else 1)),)


def reference_of(value: Any) -> str:
    """`this lot`, `the weapon`, `the receiver`."""
    if isinstance(value, str) and value.startswith("this ") and value[5:] in TYPES:
        return value
    return one_of(value, {*REFERENCES, *(f"this {name}" for name in TYPES)}, "reference")


def number_of(quantity: str, value: Any) -> NumberTest:
    """`at least 20` of a quantity, compared exactly."""
    one_of(quantity, words.QUANTITIES, "quantity")
    text = value if isinstance(value, str) else ""
    for compare in COMPARES:
        if text.startswith(compare + " "):
            try:
                number = Decimal(text[len(compare) + 1 :])
            except InvalidOperation:
                break
            if number.is_finite():
                return NumberTest(quantity, compare, number)
    raise Bad(show(value), "such as `at least 20`")


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

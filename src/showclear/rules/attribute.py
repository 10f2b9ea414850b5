"""What an attribute of the language is: its closed words, and how the words that are so are found.

An attribute gives the words that are so (a set), or None where that is unknown. The
polarity of a condition decides what unknown means (see `maker`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from showclear.core.nouns import Mark
from showclear.rules.context import Context

Found = frozenset[str] | None
YES: Final = frozenset({"yes"})
NO: Final = frozenset({"no"})
YES_NO: Final = YES | NO


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a type of element.

    Attributes:
        words: Every word it can give; None where a pack may add (roles, duties).
        find: The words that are so for an element; None is unknown.
        said: The statements it rests on, for what a Clear relied on.
    """

    words: frozenset[str] | None
    find: Callable[[Context, str], Found]
    said: Callable[[Context, str], tuple[str, ...]]


def as_bool(value: bool) -> frozenset[str]:
    return YES if value else NO


def marks(*marks: Mark | None) -> tuple[str, ...]:
    return tuple(mark.said for mark in marks if mark is not None)


def stands(until: datetime | date | None, at: datetime | None) -> bool:
    """Whether something that runs out stands at a time. A date stands to its end, UTC."""
    if until is None:
        return True
    if at is None:
        return False
    if isinstance(until, datetime):
        return at <= until
    return at.date() <= until


def since_when(mark: Mark | None, context: Context) -> Found:
    if mark is None:
        return frozenset({"never"})
    if context.today is None:
        return None
    return frozenset({"today"} if mark.seq >= context.today else {"before"})


GIVEN: Final = frozenset({"given", "not given"})
WHEN: Final = frozenset({"never", "before", "today"})

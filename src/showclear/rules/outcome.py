"""What a rule found at one gate: which elements do not meet it, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from showclear.rules.context import Context
from showclear.rules.grammar import Pack, Rule, Test


@dataclass(frozen=True, slots=True)
class Failure:
    """One element for which a rule is not met.

    Attributes:
        on: The element, or what the set is when that is not known.
        element: Its type.
        test: The first condition of the first alternative that is not met.
        this: Which elements were being looked at.
    """

    on: str
    element: str
    test: Test | None
    witnesses: tuple[str, ...] = ()
    this: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What one rule found at one gate."""

    relevant: bool = False
    failures: list[Failure] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)
    lifted: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready to be judged."""

    rule: Rule
    pack: Pack
    run: Callable[[Context], Outcome]

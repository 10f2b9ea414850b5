"""What a rule found at one gate: which elements do not meet it, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from showclear.core.nouns import Fact
from showclear.rules.context import Context, Names
from showclear.rules.grammar import Pack, Rule, Test


@dataclass(frozen=True, slots=True)
class Failure:
    """One element for which a rule is not met.

    Attributes:
        on: The element, or what the set is when that is not known.
        element: Its type.
        test: The first condition of the first alternative that is not met.
        this: Which elements were being looked at.
        event: What references to the event of a duty or a wait mean.
        since: The statement that it began with.
        until: When its time runs out or has passed; None where that is not known.
    """

    on: str
    element: str
    test: Test | None
    witnesses: tuple[str, ...] = ()
    this: Mapping[str, str] = field(default_factory=dict)
    event: Mapping[str, Names] = field(default_factory=dict)
    since: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What an event began and nothing has ended yet.

    Attributes:
        fact: The statement that it began with.
        about: What it is about: the incident, the weapon, the activity.
        person: Of whom, where it is of each person for itself; empty if of nobody known.
        until: When its time runs out (a duty) or has passed (a wait); None if not known.
        over: Whether that is past; True where it is not known of a duty, False of a wait.
        unmet: What has still to be said; None where only the time has to pass.
        event: What references to the event mean.
    """

    fact: Fact
    about: str
    person: str | None
    until: datetime | None
    over: bool
    unmet: Test | None
    event: Mapping[str, Names]


@dataclass(slots=True)
class Outcome:
    """What one rule found at one gate.

    Attributes:
        relevant: Whether there was anything to ask.
        enough: Whether that it was met says that the act itself was asked for something.
        failures: What holds.
        running: What will hold when its time has run out.
    """

    relevant: bool = False
    enough: bool = True
    failures: list[Failure] = field(default_factory=list)
    running: list[Failure] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)
    lifted: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready to be judged.

    Attributes:
        run: At a gate.
        begun: What events of a duty or wait are not answered yet, whatever the gate.
        watch: On a state in which its activity is on; None for what is asked at gates only.
    """

    rule: Rule
    pack: Pack
    run: Callable[[Context], Outcome]
    begun: Callable[[Context], Iterable[Begun]] | None = None
    watch: Callable[[Context], Outcome] | None = None

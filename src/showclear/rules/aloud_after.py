"""A duty or a wait read aloud: what it begins with, how long it has, what ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from showclear.rules.grammar import After, Rule, Tests

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def lasting(seconds: int) -> str:
    """A time in its largest whole unit.

    >>> lasting(1800), lasting(28_800), lasting(86_400), lasting(90)
    ('30 minutes', '8 hours', '1 day', '90 seconds')
    """
    size, name = next((size, name) for size, name in _UNITS if seconds % size == 0)
    number = seconds // size
    return f"{number} {name}{'' if number == 1 else 's'}"


def after_aloud(
    rule: Rule, shape: After, needs: Callable[[Tests], str], facts: Callable[[Tests], str]
) -> str:
    """What follows its event, in one sentence.

    Args:
        needs: Reads conditions of an element (`must be ...`).
        facts: Reads what has to be said.
    """
    person = " by each person it names" if shape.each else ""
    ways = " or ".join(facts(tests) for tests in shape.needs.values())
    if shape.wait:
        what = f"at least {lasting(shape.seconds)} have to pass"
        what += f", and it needs {ways}" if ways else ""
    else:
        what = f"within {lasting(shape.seconds)} it needs {ways}"
    follows = [f"until then it holds at {_or(rule.before)}"] if shape.wait and rule.before else []
    if not shape.wait and rule.before:
        follows = [f"after that it holds at {_or(rule.before)} until it was said"]
        follows += ["before, it warns there"] if shape.warn else []
    follows += ["it is told as it begins"] if shape.alert else []
    tail = "; ".join(follows)
    return f"after {_event(shape, needs)}{person}, {what}" + (f"; {tail}" if tail else "")


def _event(shape: After, needs: Callable[[Tests], str]) -> str:
    event = shape.event
    said = [f"{key} {_or(sorted(value))}" for key, value in event.words.items()]
    text = f"the statement {event.tag}" + (f" ({', '.join(said)})" if said else "")
    about: Mapping[str, Tests] = event.subjects
    parts = [f"the {subject} {needs(tests)}" for subject, tests in about.items()]
    return text + (f", where {' and '.join(parts)}" if parts else "")


def _or(items: tuple[str, ...] | list[str]) -> str:
    listed = list(items)
    return " or ".join([*([", ".join(listed[:-1])] if listed[1:] else []), *listed[-1:]])

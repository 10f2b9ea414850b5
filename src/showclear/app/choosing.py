"""Under which packs is a case judged? Those it names, or those that were asked for.

A name that no pack has is refused with the nearest one, and never passed over: a case
judged by fewer rules than it names would look clear for the wrong reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError, nearest
from showclear.rules.grammar import Pack


def choose(
    packs: Mapping[str, Pack], names: Iterable[str], *, file: str, who: str
) -> tuple[Pack, ...]:
    """Return the packs of these names.

    Args:
        file: Where the names were given, for the refusal.
        who: What names them, such as `the case`.

    Raises:
        ReadError: For every name that no pack has.
    """
    asked = tuple(dict.fromkeys(names))
    problems = [
        Problem(
            file=file,
            line=0,
            found=f"{who} names the pack {name!r}, which is not installed",
            allowed=", ".join(sorted(packs)) or "no pack is installed",
            nearest=nearest(name, packs),
        )
        for name in asked
        if name not in packs
    ]
    if problems:
        raise ReadError(problems)
    return tuple(packs[name] for name in asked)


def from_elsewhere(case: Case, packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """Return the packs of another place than the case's: judging by them asks "what if"."""
    return tuple(
        pack
        for pack in packs
        if pack.jurisdiction != "any"
        and case.where != pack.jurisdiction
        and not case.where.startswith(f"{pack.jurisdiction}-")
    )

"""A verdict as the log keeps it: ids and closed words, no sentence.

Sentences are made when they are shown, in the reader's language; what was decided must
not depend on them. The shape is the one of `verdict.given` (docs/formats/ledger.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from showclear.core.gates import Clear, Hold, Lifted, Next, Question, Reason, Verdict
from showclear.rules.judge import Book

Plain = dict[str, Any]

RELIED_ON_MAX: Final = 500
REASONS_MAX: Final = 200
"""So that a verdict always fits into an entry. What is left out is counted beside it."""

_OPEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-/:_]{0,199}")
"""What may stand in an entry unsealed: ids and closed words look like this."""


def verdict_fields(
    act: str, question: Question, verdict: Verdict, book: Book, *, clock: str
) -> Plain:
    """Return the own fields of `verdict.given`."""
    told: Plain = {
        "for": act,
        "gate": question.gate,
        "on": _open(question.on) or [act],
        "answer": "hold" if isinstance(verdict, Hold) else "clear",
    }
    match verdict:
        case Hold():
            told["reasons"] = [reason_fields(reason) for reason in verdict.reasons[:REASONS_MAX]]
        case Clear():
            told["relied_on"] = _open(verdict.relied_on[:RELIED_ON_MAX])
    if verdict.warned:
        told["warned"] = [reason_fields(reason) for reason in verdict.warned[:REASONS_MAX]]
    if verdict.lifted:
        told["lifted"] = [_lifted(one) for one in verdict.lifted[:REASONS_MAX]]
    told["packs"] = {pack.id: pack.sha256 for pack in book.packs}
    told["clock"] = clock
    return told


def reason_fields(reason: Reason) -> Plain:
    """One reason: whose rule, what is missing, on what, and which ids show it."""
    return {
        "pack": reason.pack,
        "rule": reason.rule,
        "missing": list(reason.missing),
        "on": _word(reason.on),
        "witnesses": _open(reason.witnesses),
    }


def _lifted(one: Lifted) -> Plain:
    # An exception has a name in words; its rule says which one it is.
    name = re.sub(r"[^A-Za-z0-9]+", "-", one.exception).strip("-")[:80]
    return {"rule": one.rule, "exception": name, "on": one.on}


def _word(on: str) -> str:
    """What a reason is on: an id, a word, or several of a list (`speed_kmh, minutes`)."""
    return re.sub(r"[^A-Za-z0-9.\-/:_]+", "+", on)[:200]


def _open(names: Iterable[str]) -> list[str]:
    return [name for name in names if _OPEN.fullmatch(name)]


def not_judged(question: Question) -> Hold:
    """The answer where judging itself failed: a fault of ours is never a way through."""
    on = question.on[0] if question.on else question.act.id
    return Hold(
        reasons=(
            Reason(
                pack="showclear-core",
                rule="not-judged",
                cite="",
                force="practice",
                missing=("not-judged",),
                on=on,
                witnesses=(),
                says="this could not be judged",
                next=Next("Hold. Go on as without this system, and report what was asked."),
            ),
        )
    )


def sentences(verdict: Verdict) -> tuple[str, ...]:
    """The reasons of a hold with their next steps, for whoever asked."""
    reasons = verdict.reasons if isinstance(verdict, Hold) else ()
    return tuple(f"{one.says.rstrip(chr(46))}. Next: {one.next.say}" for one in reasons)


def bare(fields: Mapping[str, Any]) -> Plain:
    """What of a stored `verdict.given` is the verdict: all but the common fields."""
    return {key: value for key, value in fields.items() if key not in _COMMON}


_COMMON: Final = frozenset({"id", "what", "at", "by", "attested"})

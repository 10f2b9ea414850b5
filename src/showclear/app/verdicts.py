"""A verdict as the log keeps it: ids and closed words, no sentence.

Sentences are made when they are shown, in the reader's language; what was decided must
not depend on them. The shape is the one of `verdict.given` (docs/formats/ledger.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.core.gates import Clear, Hold, Lifted, Next, Question, Reason, Verdict
from showclear.rules.judge import Book

Plain = dict[str, Any]

VERDICT_BYTES_MAX: Final = 40_000
"""So that a verdict always fits into an entry, encoded and signed."""

_FITTING: Final = ((500, 200, 100), (200, 100, 20), (100, 50, 5), (50, 30, 1), (20, 10, 0))
"""How many ids, reasons, and ids in a reason are kept, tried in this order until it fits."""

_OPEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-/:_]{0,199}")
"""What may stand in an entry unsealed: ids and closed words look like this."""


def verdict_fields(
    act: str, question: Question, verdict: Verdict, book: Book, *, clock: str
) -> Plain:
    """Return the own fields of `verdict.given`."""
    for ids, reasons, inside in _FITTING:
        told = _told(act, question, verdict, Most(ids, reasons, inside))
        told["packs"] = {pack.id: pack.sha256 for pack in book.packs}
        told["clock"] = clock
        if len(json.dumps(told)) <= VERDICT_BYTES_MAX:
            break
    return told


@dataclass(frozen=True, slots=True)
class Most:
    """How much of a verdict is kept: ids in a list, reasons, and ids in each reason."""

    ids: int
    reasons: int
    inside: int


def _told(act: str, question: Question, verdict: Verdict, most: Most) -> Plain:
    on = _open(question.on) or [act]
    held = verdict.reasons if isinstance(verdict, Hold) else ()
    relied = _open(verdict.relied_on) if isinstance(verdict, Clear) else []
    told: Plain = {
        "for": act,
        "gate": question.gate,
        "on": on[: most.ids],
        "answer": "hold" if isinstance(verdict, Hold) else "clear",
    }
    if held:
        told["reasons"] = [reason_fields(one, most=most.inside) for one in held[: most.reasons]]
    if relied:
        told["relied_on"] = relied[: most.ids]
    if verdict.warned:
        told["warned"] = [
            reason_fields(one, most=most.inside) for one in verdict.warned[: most.reasons]
        ]
    if verdict.lifted:
        told["lifted"] = [_lifted(one) for one in verdict.lifted[: most.reasons]]
    left_out = {
        "on": max(0, len(on) - most.ids),
        "reasons": max(0, len(held) - most.reasons),
        "relied_on": max(0, len(relied) - most.ids),
        "warned": max(0, len(verdict.warned) - most.reasons),
        "lifted": max(0, len(verdict.lifted) - most.reasons),
    }
    if any(left_out.values()):
        told["left_out"] = {key: count for key, count in left_out.items() if count}
    return told


def reason_fields(reason: Reason, *, most: int = 100) -> Plain:
    """One reason: whose rule, what is missing, on what, and which ids show it.

    Args:
        most: How many of those ids are kept.
    """
    return {
        "pack": reason.pack,
        "rule": reason.rule,
        "missing": list(reason.missing),
        "on": _word(reason.on),
        "witnesses": _open(reason.witnesses)[:most],
    }


def _lifted(one: Lifted) -> Plain:
    # An exception has a name in words; its rule says which one it is.
    name = re.sub(r"[^A-Za-z0-9]+", "-", one.exception).strip("-")[:80]
    return {"rule": one.rule, "exception": name, "on": _word(one.on)}


def _word(on: str) -> str:
    """What a reason is on: an id or a word; of several (`speed_kmh, minutes`) the first."""
    return re.split(r"[^A-Za-z0-9.\-/:_]+", on.strip())[0][:200]


def _open(names: Iterable[str]) -> list[str]:
    return [name for name in names if _OPEN.fullmatch(name)]


def not_judged(question: Question) -> Hold:
    """The answer where nothing could be judged: neither our fault nor theirs is a way through."""
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
                next=Next("Wait. Say it again so that it can be read, or check it by hand"),
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

"""What changes when one pack takes the place of another: rules, and answers of whole days?

* A rule is the same if its canonical form is: comments, quotes and the order of keys are none
  of its meaning.
* An adviser who changes a word wants to know which documented day then comes to something
  else. So every case is replayed with the one pack and with the other, and each gate whose
  answer, reasons or warnings differ is listed.
* A case is replayed if it names one of the two packs, or happened where they apply.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.app.choosing import choose, from_elsewhere
from showclear.app.replay import Replayed, replay
from showclear.core.case import Case
from showclear.core.gates import Hold, Reason, Verdict
from showclear.rules.aloud import aloud
from showclear.rules.canonical import canonical
from showclear.rules.grammar import Pack, Rule
from showclear.rules.judge import book_of

NOT_ASKED: Final = "not asked"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that is not in both packs, or is not the same in both.

    Attributes:
        parts: The keys of the rule that differ; empty where it is in one pack only.
        was, now: Read aloud; empty where the pack has no such rule.
    """

    rule: str
    parts: tuple[str, ...]
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One gate of a case that answers otherwise.

    Attributes:
        case: The case or its variant.
        change: From what to what, and the reasons that came and went.
    """

    case: str
    statement: str
    gate: str
    change: str


# --- rules -------------------------------------------------------------------------


def pack_parts(one: Pack, other: Pack) -> tuple[str, ...]:
    """What differs beside the rules, such as `version` or `define`."""
    was, now = (json.loads(canonical(pack)) for pack in (one, other))
    keys = sorted({*was, *now} - {"rules"})
    return tuple(key for key in keys if was.get(key) != now.get(key))


def rule_changes(one: Pack, other: Pack) -> tuple[RuleChange, ...]:
    """Return the rules that differ: removed and changed in the order of `one`, then added."""
    was, now = _by_id(one), _by_id(other)
    found: list[RuleChange] = []
    for key, (rule, plain) in was.items():
        if key not in now:
            found.append(RuleChange(rule.id, (), aloud(one, rule), ""))
            continue
        there, said = now[key]
        parts = tuple(part for part in sorted({*plain, *said}) if plain.get(part) != said.get(part))
        heard = aloud(one, rule), aloud(other, there)
        if parts or heard[0] != heard[1]:
            # A definition that changed changes what a rule says that is written as before.
            found.append(RuleChange(rule.id, parts or ("define",), *heard))
    found += [
        RuleChange(rule.id, (), "", aloud(other, rule))
        for key, (rule, _) in now.items()
        if key not in was
    ]
    return tuple(found)


def _by_id(pack: Pack) -> dict[tuple[str, str], tuple[Rule, dict[str, Any]]]:
    """Rules by id; of several versions of one, by the day it comes into force too."""
    plain = json.loads(canonical(pack))["rules"]
    several = {rule.id for rule in pack.rules if sum(r.id == rule.id for r in pack.rules) > 1}
    return {
        (rule.id, str(rule.in_force[0]) if rule.id in several else ""): (rule, said)
        for rule, said in zip(pack.rules, plain, strict=True)
    }


# --- answers -----------------------------------------------------------------------


def concerns(case: Case, one: Pack, other: Pack) -> bool:
    """Whether a case is replayed for these packs."""
    named = {one.id, other.id} & set(case.packs)
    return bool(named) or not from_elsewhere(case, (one,)) or not from_elsewhere(case, (other,))


def answer_changes(
    case: Case, one: Pack, other: Pack, packs: Mapping[str, Pack]
) -> tuple[AnswerChange, ...]:
    """Replay a case and its variants with each of two packs.

    Args:
        packs: The others that the case names.

    Raises:
        ReadError: The case names a pack that there is not.
    """
    was, now = (_answers(case, pack, {one.id, other.id}, packs) for pack in (one, other))
    found: list[AnswerChange] = []
    told: set[tuple[str, str]] = set()
    for (name, statement), gate in {key: gate for key, (gate, _) in (was | now).items()}.items():
        first, second = (of.get((name, statement), (gate, None))[1] for of in (was, now))
        if first == second or (statement, change := _change(first, second)) in told:
            # What a variant shares with its case is told once.
            continue
        told.add((statement, change))
        found.append(AnswerChange(name, statement, gate, change))
    return tuple(found)


def _answers(
    case: Case, pack: Pack, instead: set[str], packs: Mapping[str, Pack]
) -> dict[tuple[str, str], tuple[str, _Answer]]:
    names = [name for name in case.packs if name not in instead]
    beside = choose(packs, names, file=case.file, who="the case")
    book = book_of((*beside, pack))
    return {key: answer for done in replay(case, book, "honest") for key, answer in _of(done)}


def _of(done: Replayed) -> Iterator[tuple[tuple[str, str], tuple[str, _Answer]]]:
    for one in done.walk.judged:
        key = (done.case.id, str(one.statement.id))
        yield key, (one.question.gate, _answer(one.verdict))


@dataclass(frozen=True, slots=True)
class _Answer:
    holds: bool
    reasons: frozenset[str]
    warns: frozenset[str]


def _answer(verdict: Verdict) -> _Answer:
    if isinstance(verdict, Hold):
        return _Answer(True, _named(verdict.reasons), frozenset())
    return _Answer(False, frozenset(), _named(verdict.warned))


def _named(reasons: Iterable[Reason]) -> frozenset[str]:
    return frozenset(f"{one.rule} ({', '.join(one.missing)})" for one in reasons)


def _change(was: _Answer | None, now: _Answer | None) -> str:
    """From what to what, and which reasons came and went."""
    if was is None or now is None:
        # A variant is not replayed beyond the hold that it is about.
        return f"{_word(was)} → {_word(now)}"
    same = was.holds == now.holds
    text = f"still {_word(was)}" if same else f"{_word(was)} → {_word(now)}"
    lists = (
        ("for", now.reasons - was.reasons),
        ("no longer for", was.reasons - now.reasons),
        ("warns", now.warns - was.warns),
        ("no longer warns", was.warns - now.warns),
    )
    parts = [f"{word} {', '.join(sorted(named))}" for word, named in lists if named]
    return "; ".join([text, *parts])


def _word(answer: _Answer | None) -> str:
    if answer is None:
        return NOT_ASKED
    return "holds" if answer.holds else "clears"

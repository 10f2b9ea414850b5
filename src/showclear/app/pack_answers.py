"""The answer sheet of a pack: what each rule came to, as it stands and with one thing otherwise.

* A written case argues for one answer. A slip (a gate forgotten, a word for another, a
  condition left out) changes answers that no case argues for. The sheet has those: recorded
  once, looked at by a person, and compared ever after.
* A rule is asked at questions of the pack's own cases and days: where it was met, where it
  held, where an exception lifted it; its own cases first.
* At each of them it is asked again under every supposition that was recorded with it.
* What differs is told by rule, question and supposition, and is no fault by itself: whoever
  meant it records the sheet anew.

Source: docs/formats/rules.md, "The answer sheet".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.app.pack_cases import rule_of
from showclear.app.pack_probes import PLAIN, suppositions
from showclear.app.pack_supposing import (
    Base,
    Supposition,
    can_be_supposed,
    gate_of,
    supposed,
    supposing,
)
from showclear.app.vary import variant_case
from showclear.core import vocabulary
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError
from showclear.core.gates import question_of
from showclear.core.record import Record
from showclear.core.statement import Statement
from showclear.rules.grammar import Pack, Rule
from showclear.rules.outcome import Compiled, Outcome

FORMAT: Final = "showclear-answers/1"
NOT_ASKED: Final = "not asked"
OWN_MOST: Final = 12
"""Questions of a rule's own cases that it is asked at."""
OTHERS_MOST: Final = 6
"""Questions of other cases and days, for each kind of answer."""


@dataclass(frozen=True, slots=True)
class OfRule:
    """What one rule came to.

    Attributes:
        supposed: What was supposed, in turn; the first is nothing.
        at: For each question the answers, one for each supposition.
    """

    rule: str
    supposed: tuple[Supposition, ...]
    at: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All answers of one pack."""

    pack: str
    rules: tuple[OfRule, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that answers otherwise than the sheet says."""

    rule: str
    at: str
    supposed: Supposition
    was: str
    now: str

    def __str__(self) -> str:
        given = "" if self.supposed == PLAIN else f", supposed {' '.join(self.supposed)}"
        where = f" at {self.at}{given}" if self.at else ""
        return f"{self.rule}{where}: was {self.was}, is {self.now}"


# --- questions ---------------------------------------------------------------------


def bases_of(cases: Iterable[Case]) -> dict[str, Base]:
    """Every question of cases and their variants, by case and statement."""
    found: dict[str, Base] = {}
    for case in cases:
        for told in (case, *(variant_case(case, variant) for variant in case.variants)):
            found.update((base.at, base) for base in _asked(told, case.id))
    return found


def _asked(case: Case, written: str) -> Iterator[Base]:
    record = Record()
    for said in case.before:
        record.add(said)
    for item in case.items:
        if not isinstance(item, Statement):
            continue
        if item.what in vocabulary.GATE_OF_TAG:
            state = record.asked_now(item)[0]
            question = question_of(item, state)
            if question is not None:
                yield Base(f"{case.id}:{item.id}", written, state.copy(), question)
        record.add(item)


def _chosen(rule: Rule, compiled: Compiled, bases: Iterable[Base]) -> list[Base]:
    """Where a rule is asked: its own cases, then others for each kind of answer."""
    own: list[Base] = []
    others: dict[tuple[str, str], list[Base]] = {}
    set_ = getattr(rule.shape, "set", "")

    def more(base: Base) -> str:
        """With one more in the set that is all that the rule asks: then exceptions count."""
        such = ("set", set_, "one such") if set_ else PLAIN
        return answer_at(rule, compiled, base, such)

    for base in bases:
        answer = answer_at(rule, compiled, base, PLAIN)
        if answer == NOT_ASKED:
            continue
        if rule_of(base.case) == rule.id:
            own.append(base)
        else:
            others.setdefault((_kind(answer), _kind(more(base))), []).append(base)
    own.sort(key=lambda base: base.question.gate not in rule.before)
    return own[-OWN_MOST:] + [one for kind in others.values() for one in _varied(kind)]


def _kind(answer: str) -> str:
    return answer.partition(" ")[0]


def _varied(bases: list[Base]) -> list[Base]:
    """Those about the most weapons and people first, each at another gate while there are."""
    by_gate: dict[str, list[Base]] = {}
    for base in sorted(bases, key=_narrowness):
        by_gate.setdefault(base.question.gate, []).append(base)
    first = [several[0] for several in by_gate.values()]
    second = [several[1] for several in by_gate.values() if len(several) > 1]
    return (first + second)[:OTHERS_MOST]


def _narrowness(base: Base) -> int:
    return -len(base.question.weapons) - len(base.context.names("people at risk") or ())


# --- answers -----------------------------------------------------------------------


def answer_at(rule: Rule, compiled: Compiled, base: Base, supposition: Supposition) -> str:
    """What a rule comes to at one question under one supposition, in words."""
    if gate_of(base, supposition) not in rule.before:
        return NOT_ASKED
    return _answer(compiled.run(supposed(base, supposition)))


def _answer(outcome: Outcome) -> str:
    lifted = ", ".join(sorted({f"{on} by {name}" for name, on in outcome.lifted}))
    after = f" (lifted for {lifted})" if lifted else ""
    if outcome.failures:
        held = sorted({" ".join((one.on, *one.witnesses)) for one in outcome.failures})
        return f"holds for {', '.join(held)}{after}"
    if outcome.running:
        return f"warns for {', '.join(sorted({one.on for one in outcome.running}))}{after}"
    if outcome.relevant:
        return f"met{after}"
    return f"lifted for {lifted}" if lifted else NOT_ASKED


def record_sheet(pack: Pack, bases: Mapping[str, Base]) -> Sheet:
    """Answer everything anew."""
    return Sheet(pack.id, tuple(_of_rule(pack, rule, bases) for rule in pack.rules))


def _of_rule(pack: Pack, rule: Rule, bases: Mapping[str, Base]) -> OfRule:
    compiled, maker = supposing(pack, rule)
    asked = suppositions(rule, maker)
    chosen = _chosen(rule, compiled, bases.values())
    at = {base.at: tuple(answer_at(rule, compiled, base, one) for one in asked) for base in chosen}
    return OfRule(rule.id, asked, at)


def differences(pack: Pack, sheet: Sheet, bases: Mapping[str, Base]) -> Iterator[Difference]:
    """Where the rules of a pack answer otherwise than its sheet says."""
    rules = {rule.id: rule for rule in pack.rules}
    for listed in sheet.rules:
        rule = rules.pop(listed.rule, None)
        if rule is None:
            yield Difference(listed.rule, "", PLAIN, "in the pack", "gone")
        else:
            yield from rule_differences(pack, rule, listed, bases)
    for name in rules:
        yield Difference(name, "", PLAIN, "not on the sheet", "in the pack")


def rule_differences(
    pack: Pack, rule: Rule, listed: OfRule, bases: Mapping[str, Base]
) -> Iterator[Difference]:
    """Where one rule answers otherwise than the sheet says."""
    compiled, _ = supposing(pack, rule)
    for at, answers in listed.at.items():
        base = bases.get(at)
        if base is None:
            yield Difference(rule.id, at, PLAIN, "asked", "asked nowhere: no such case")
            continue
        for supposition, was in zip(listed.supposed, answers, strict=True):
            now = answer_at(rule, compiled, base, supposition)
            if now != was:
                yield Difference(rule.id, at, supposition, was, now)


# --- the file ----------------------------------------------------------------------


def sheet_text(sheet: Sheet) -> str:
    """The sheet as it stands in a file: one line for each supposition and each rule."""
    every = [*dict.fromkeys(one for rule in sheet.rules for one in rule.supposed)]
    place = {one: number for number, one in enumerate(every)}
    lines = [json.dumps([*one], ensure_ascii=False) for one in every]
    rules = [json.dumps(_plain(rule, place), ensure_ascii=False) for rule in sheet.rules]
    head = json.dumps({"format": FORMAT, "pack": sheet.pack})[1:-1]
    said, ruled = ",\n".join(lines), ",\n".join(rules)
    return f'{{{head}, "supposed": [\n{said}\n], "rules": [\n{ruled}\n]}}\n'


def _plain(rule: OfRule, place: Mapping[Supposition, int]) -> dict[str, Any]:
    answers = [*dict.fromkeys(one for row in rule.at.values() for one in row)]
    signs = {answer: number for number, answer in enumerate(answers)}
    return {
        "rule": rule.rule,
        "supposed": [place[one] for one in rule.supposed],
        "answers": answers,
        "at": {at: [signs[one] for one in row] for at, row in rule.at.items()},
    }


def read_sheet(text: bytes, *, file: str) -> Sheet:
    """Read an answer sheet back.

    Raises:
        ReadError: It is none.
    """
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise ValueError(f"the format {plain['format']!r}")
        every = [tuple(map(str, one)) for one in plain["supposed"]]
        strange = next((one for one in every if not can_be_supposed(one)), None)
        if strange is not None:
            raise ValueError(f"nothing that can be supposed: {' '.join(strange)}")
        return Sheet(plain["pack"], tuple(_read_rule(one, every) for one in plain["rules"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        found = f"is no answer sheet: {error!r}"
        allowed = f"{FORMAT}, as `showclear packs test --record` writes it"
        raise ReadError([Problem(file=file, line=0, found=found, allowed=allowed)]) from error


def _read_rule(plain: Any, every: list[Supposition]) -> OfRule:
    supposed_ = tuple(every[number] for number in plain["supposed"])
    answers = plain["answers"]
    at = {str(key): tuple(answers[n] for n in row) for key, row in plain["at"].items()}
    if any(len(row) != len(supposed_) for row in at.values()):
        raise ValueError("a row that is too short or too long")
    return OfRule(plain["rule"], supposed_, at)

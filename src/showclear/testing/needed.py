"""For each rule: what dies without it, so that no rule is asked that nothing needs.

* A case needs a rule if a gate that it expects to hold would no longer hold for a word it
  expects there: every reason that answers the word is this rule's.
* What happened to people comes first, then what happened once on a careful day, then the
  case that the rule's own pack brings for it.
* Where no case tells of it, a careful day with one thing different does, which a search finds:
  there the rule holds alone.
* A rule that nothing needs is taken out of its pack.

The page is docs/rules-needed.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from showclear.app.expecting import answers
from showclear.app.replaying import Judged
from showclear.core.case import Case, Expect
from showclear.core.gates import Hold, Reason
from showclear.rules.grammar import Pack

RANKS: Final = ("what happened", "what could have", "a day", "its own case", "a day, searched")
"""The kinds of what needs a rule, the most telling one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One gate of one case that would not hold as it should without a rule.

    Attributes:
        rule: By its pack's name and its own.
        rank: Which of `RANKS` the case is.
        case: Its id; that of a variant ends with the variant's.
        gate, missing: The statement that was held, and the word it was held for.
        how: What was different, where no case says so.
    """

    rule: tuple[str, str]
    rank: int
    case: str
    gate: str
    missing: str
    how: str = ""

    @property
    def order(self) -> tuple[int, str, str, str]:
        """What is told of several: the most telling kind, then by name."""
        return self.rank, self.case, self.gate, self.missing


def rank_of(case: Case, base: Case, *, own: bool) -> int:
    """Which of `RANKS` a case is, or a variant of `base`."""
    if own:
        return RANKS.index("its own case")
    if base.kind == "incident":
        return RANKS.index("what happened" if case is base else "what could have")
    return RANKS.index("a day")


def needs(case: Case, judged: Iterable[Judged], expect: Expect, rank: int) -> Iterator[Need]:
    """What a case needs, replayed honestly.

    Args:
        expect: What it expects itself, without what it was made from.
    """
    awaited = {*expect.hold_at, *expect.fatal}
    for one in judged:
        name, verdict = str(one.statement.id), one.verdict
        if name not in awaited or not isinstance(verdict, Hold):
            continue
        for missing, reasons in _by_word(verdict.reasons, expect, name):
            rules = {(reason.pack, reason.rule) for reason in reasons}
            if len(rules) == 1:
                (rule,) = rules
                yield Need(rule=rule, rank=rank, case=case.id, gate=name, missing=missing)


def _by_word(
    reasons: tuple[Reason, ...], expect: Expect, gate: str
) -> Iterator[tuple[str, list[Reason]]]:
    """For each word that a gate is to hold for, the reasons that answer it."""
    wanted = expect.because.get(gate, ())
    for want in wanted:
        yield want.missing, [reason for reason in reasons if answers(reason, want)]
    if not wanted:
        yield "anything", list(reasons)


def most_telling(found: Iterable[Need]) -> dict[tuple[str, str], Need]:
    """Of all that needs a rule, the one that tells most."""
    best: dict[tuple[str, str], Need] = {}
    for one in found:
        if one.rule not in best or one.order < best[one.rule].order:
            best[one.rule] = one
    return best


# --- the page ----------------------------------------------------------------------


def page(packs: Mapping[str, Pack], needed: Mapping[tuple[str, str], Need]) -> str:
    """docs/rules-needed.md, whole."""
    rules = [(name, rule.id) for name, pack in packs.items() for rule in pack.rules]
    kinds = [sum(1 for key in rules if _rank(needed, key) == n) for n in range(len(RANKS))]
    lines = [
        "# What dies without each rule",
        "",
        "Made from the program by `showclear.testing.needed`; do not edit it here.",
        "",
        "For every rule of every pack that ships, one gate that is expected to hold, and without",
        "this rule would not hold for what is missing there. Where several need a rule, the most",
        "telling one is named: first a documented incident, as it happened; then the same with one",
        "thing different; then a careful day with one thing different; then the case that the",
        "rule's pack brings for it; last a careful day with something left out or said otherwise,",
        "on which this rule holds alone.",
        "",
        f"Of {len(rules)} rules {kinds[0]} are needed by what happened, {kinds[1]} by what could",
        f"have, {kinds[2] + kinds[4]} by a day, {kinds[3]} by their own case. A rule that nothing",
        "needs fails a test.",
        "",
    ]
    head = ["| rule | what dies | held at | for |", "| --- | --- | --- | --- |"]
    for name, pack in packs.items():
        lines += [f"## {name}", "", *head]
        lines += [_row(rule.id, needed.get((name, rule.id))) for rule in pack.rules]
        lines.append("")
    return "\n".join(lines)


def _rank(needed: Mapping[tuple[str, str], Need], rule: tuple[str, str]) -> int:
    return needed[rule].rank if rule in needed else -1


def _row(rule: str, need: Need | None) -> str:
    if need is None:
        return f"| `{rule}` | nothing | | |"
    return f"| `{rule}` | {_told(need)} | `{need.gate}` | {need.missing} |"


def _told(need: Need) -> str:
    case, _, variant = need.case.partition("--")
    own = " (its own case)" if RANKS[need.rank] == "its own case" else ""
    different = need.how or variant.replace("-", " ")
    return f"{case}{own}" + (f", {different}" if different else "")

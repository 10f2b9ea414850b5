"""Judging a gate: what holds by itself, and what every adopted pack asks.

1. What holds by itself is asked first; no pack lifts it.
2. Every rule in force on the day, of every pack, is asked: packs never weaken
   each other.
3. A rule that nobody has read in its source warns and does not hold, until a named
   person records that they have read it.
4. A gate for which no rule is relevant holds: what is not known to need nothing is
   not clear.
5. Where corrections are on record, the gate clears only if it clears with and
   without them.

The answer depends on the record, the question and the packs, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from showclear.core.gates import Clear, Hold, Lifted, Question, Reason, Verdict
from showclear.core.own import reasons_to_hold
from showclear.core.own_asked import Asked
from showclear.core.state import State
from showclear.rules.compile import compile_pack
from showclear.rules.context import Context
from showclear.rules.explain import reason_of
from showclear.rules.grammar import Pack, Rule
from showclear.rules.outcome import Compiled, Outcome


@dataclass(frozen=True, slots=True)
class Book:
    """Packs ready to be judged, their rules by gate.

    Attributes:
        timed: Duties and waits.
        watched: What is asked while an activity is on.
    """

    packs: tuple[Pack, ...]
    by_gate: dict[str, tuple[Compiled, ...]]
    timed: tuple[Compiled, ...] = ()
    watched: tuple[Compiled, ...] = ()


def book_of(packs: Iterable[Pack]) -> Book:
    """Compile packs once, in the order of their names."""
    ordered = tuple(sorted(packs, key=lambda pack: pack.id))
    rules = [rule for pack in ordered for rule in compile_pack(pack)]
    gates = sorted({gate for rule in rules for gate in rule.rule.before})
    by_gate = {gate: tuple(rule for rule in rules if gate in rule.rule.before) for gate in gates}
    timed = tuple(rule for rule in rules if rule.begun is not None)
    watched = tuple(rule for rule in rules if rule.watch is not None)
    return Book(ordered, by_gate, timed, watched)


def in_force(pack: Pack, rule: Rule, on: date) -> bool:
    """Whether a rule is in force on a day; ends are exclusive."""
    for start, end in (pack.in_force, rule.in_force):
        if start is not None and on < start:
            return False
        if end is not None and on >= end:
            return False
    return True


def only_warns(state: State, pack: Pack, rule: Rule) -> bool:
    """Whether nobody has read this rule in its source yet."""
    if pack.force in ("practice", "studio") or rule.cite.how == "direct":
        return False
    return not any({pack.id, rule.id} <= fact.on for fact in state.facts.get("rule.read") or ())


def _one(asked: Asked, book: Book, *, as_of: date) -> Verdict:
    """Judge on one state."""
    state, question, language = asked.state, asked.question, asked.language
    held = reasons_to_hold(asked)
    warned: list[Reason] = []
    lifted: list[Lifted] = []
    grounds: list[str] = []
    met: list[str] = []
    enough = False
    context = Context(asked)
    for compiled in book.by_gate.get(question.gate, ()):
        pack, rule = compiled.pack, compiled.rule
        if not in_force(pack, rule, as_of):
            continue
        outcome: Outcome = compiled.run(context)
        lifted += [Lifted(f"{pack.id}/{rule.id}", name, on) for name, on in outcome.lifted]
        if not outcome.relevant:
            continue
        reasons = [reason_of(context, compiled, failure, language) for failure in outcome.failures]
        warned += [reason_of(context, compiled, found, language) for found in outcome.running]
        if only_warns(state, pack, rule):
            warned += reasons
        else:
            held += reasons
        if not reasons:
            met.append(f"{pack.id}/{rule.id}")
            grounds += outcome.grounds
            enough = enough or outcome.enough
    if question.gate == "resume" and not held:
        met, grounds = _restart(question, met, grounds)
        enough = enough or bool(question.on)
    if not held and not enough:
        held.append(asked.reason("nothing", question.act.id, "nothing-required"))
    if held:
        return Hold(reasons=tuple(held), warned=tuple(warned), lifted=tuple(lifted))
    relied = tuple(sorted(set(grounds))) or (question.act.id,)
    return Clear(
        relied_on=relied, rules=tuple(sorted(met)), warned=tuple(warned), lifted=tuple(lifted)
    )


def _restart(question: Question, met: list[str], grounds: list[str]) -> tuple[list[str], list[str]]:
    """A restart rests on what it ends and on those who agree; it must end something."""
    if not question.on:
        return met, grounds
    return [*met, "showclear-core/restart"], [*grounds, question.act.id]


def judge(
    states: Iterable[State],
    question: Question,
    book: Book,
    *,
    as_of: date,
    language: str = "en",
    steps: bool = True,
) -> Verdict:
    """Judge one gate.

    Args:
        states: Every state the act must clear on (see `Record.before`); never empty.
        as_of: The day whose law is asked; on a set the day of the act.
        language: Of the sentences; the answer itself has none.
        steps: Whether a hold's next steps are worked out as statements. Where many gates
            are looked at and none is shown, the answer and its reasons cost a fraction.

    Returns:
        `Clear`, or `Hold` with the reasons on any of the states, each once.
    """
    verdicts = [
        _one(Asked(state, question, language, steps=steps), book, as_of=as_of) for state in states
    ]
    if not verdicts:
        raise ValueError("a gate is judged on at least one state")
    holds = [verdict for verdict in verdicts if isinstance(verdict, Hold)]
    if not holds:
        return verdicts[-1]
    reasons: dict[tuple[str, str, tuple[str, ...], str], Reason] = {}
    for verdict in holds:
        for reason in verdict.reasons:
            reasons.setdefault((reason.pack, reason.rule, reason.missing, reason.on), reason)
    return Hold(reasons=tuple(reasons.values()), warned=holds[-1].warned, lifted=holds[-1].lifted)

"""From a pack's rules to closures, each with the gates and moments it is asked at.

* A rule applies if its `when` does, and one of `when any of` where there are any.
* A rule with `while` is asked at every gate of its activity, and whenever somebody says
  something that touches it while it is on or people are really in its zone.

The polarity of every condition is built in by `maker`, that of every set by `shapes`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from showclear.core import words
from showclear.rules import shapes
from showclear.rules.after import judge_timed, timed
from showclear.rules.context import Context
from showclear.rules.grammar import After, Among, AsMany, AtLeast, AtMost, Every, No, Pack, Rule
from showclear.rules.maker import Maker
from showclear.rules.outcome import Compiled, Outcome
from showclear.rules.shapes import Judge, Lift

WHILE_ASKED: Final = (*sorted(words.ACT_GATES), "enter")
"""Gates at which an activity begins, or somebody goes in: asked whether it is on or not."""
WHILE_ON: Final = ("arm", "hand-over", "load")
"""Gates within an activity, asked of what runs on only while it is on."""

Applies = Callable[[Context], bool]


def compile_rule(maker: Maker, rule: Rule) -> Compiled:
    """Compile one rule."""
    when, ways = maker.when(rule.when, unknown=True), maker.any_when(rule.when_any)
    shape = rule.shape
    if isinstance(shape, After):
        return _timed(maker, rule, shape, lambda context: when(context) and ways(context))
    exceptions = maker.exceptions(rule)
    judge = _judge(maker, shape)

    def asked(context: Context) -> Outcome:
        outcome = Outcome()
        if when(context) and ways(context):
            judge(context, outcome, _lifter(context, exceptions, outcome))
        return outcome

    if not rule.otherwise:
        return Compiled(rule, maker.pack, asked)

    def at_gate(context: Context) -> Outcome:
        return asked(context) if _may_run(context) else Outcome()

    return Compiled(rule, maker.pack, at_gate, watch=asked)


def _judge(maker: Maker, shape: Every | AtLeast | Among | AtMost | AsMany | No) -> Judge:
    match shape:
        case Every():
            return shapes.every(maker, shape)
        case AtLeast():
            return shapes.at_least(maker, shape)
        case Among():
            return shapes.among(maker, shape)
        case AtMost():
            return shapes.at_most(maker, shape)
        case AsMany():
            return shapes.as_many(maker, shape)
        case No():
            return shapes.no(maker, shape)


def _timed(maker: Maker, rule: Rule, shape: After, applies: Applies) -> Compiled:
    made = timed(maker, shape)
    judge = judge_timed(made)

    def run(context: Context) -> Outcome:
        outcome = Outcome()
        if applies(context):
            judge(context, outcome)
        return outcome

    return Compiled(rule, maker.pack, run, begun=made.begun)


def _may_run(context: Context) -> bool:
    """Whether what is asked of a running activity is asked at this gate."""
    question, activity = context.question, context.activity
    if question.activity is None:
        return False
    if question.gate in WHILE_ASKED or activity is None:
        return True
    return activity.on is not None or any(zone == activity.id for zone, _ in context.state.inside)


def _lifter(
    context: Context,
    exceptions: list[tuple[str, Callable[[Context], bool]]],
    outcome: Outcome,
) -> Lift:
    """Whether an exception lifts the rule for one element; noted in the outcome."""

    def lift(element: str, name: str) -> bool:
        for title, applies in exceptions:
            before = context.this
            context.this = {**before, element: name}
            lifted = applies(context)
            context.this = before
            if lifted:
                outcome.lifted.append((title, name))
                return True
        return False

    return lift


def compile_pack(pack: Pack) -> tuple[Compiled, ...]:
    """Compile every rule of a pack, in order."""
    maker = Maker(pack)
    return tuple(compile_rule(maker, rule) for rule in pack.rules)

"""How fast is a gate judged, beside the same rules by hand and in Cedar, and does it stay so?

One state (12 rules, 20 weapons, 300 rounds, 60 people, 400 checks) and 80 decisions, some of
which clear and some hold. All contestants must agree on every one before anything is timed:

* ours: `judge`, with every reason, its sentence and what a clear relied on; and once more
  with the next step of every reason as a statement;
* by hand: the same rules written out in Python, every reason with its sentence;
* Cedar: policies and entities parsed beforehand; and once more with the entities read anew
  for each decision, since on a set every statement changes them.

Then ours alone with 400 checks and with 40,000: 100 days of 400, the same questions; and the same
once more with every shipped pack adopted, which is the most that a set could ask of a gate.
"""

from __future__ import annotations

import gc
import sys
from datetime import date
from statistics import median
from time import process_time

from _by_hand import reasons
from _cedar import Cedar, request_of
from _measure import Contestant, last_line, percentile, ratio, rounds
from _rules import twelve
from _stage import Stage, stage

from showclear.adapters.packs import installed
from showclear.core.gates import Hold, Question, Verdict
from showclear.rules.judge import Book, book_of, judge

DAYS = 100
TARGETS = {
    "ours_to_by_hand": (">=", 0.5),
    "ours_to_cedar": (">=", 10.0),
    "p99_40000_to_400": ("<=", 1.5),
    "all_packs_p99_ms": ("<=", 5.0),
    "all_packs_p99_40000_to_400": ("<=", 1.5),
}


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    number = 40 if "--long" in arguments else 12
    book, few = twelve(), stage()
    holds = agree(few, book)
    print(f"{len(few.questions)} decisions, {holds} of them held; all contestants agree.")
    rates = rounds(contestants(few, book), number)
    for name, found in rates.items():
        print(f"  {name:16} {median(found):10,.0f} decisions/s")
    many = stage(DAYS)
    if agree(many, book) != holds:
        raise AssertionError("a longer record must not change an answer")
    spread = flatness(few, many, book, 2 * number)
    shipped = book_of(one.pack for one in installed().packs.values())
    print(f"{sum(len(pack.rules) for pack in shipped.packs)} rules of every shipped pack ...")
    of_all = flatness(few, many, shipped, max(2, number // 6))
    figures: dict[str, float] = {
        f"{name}_per_s": round(median(found)) for name, found in rates.items()
    }
    figures |= {name: round(value, 1) for name, value in spread.items() if "_us_" in name}
    ratios = {
        "ours_to_by_hand": round(ratio(rates, "ours", "by_hand"), 3),
        "ours_to_cedar": round(ratio(rates, "ours", "cedar"), 2),
        "ours_to_cedar_read_anew": round(ratio(rates, "ours", "cedar_read_anew"), 1),
        "steps_to_ours": round(ratio(rates, "ours_with_steps", "ours"), 3),
        "p50_40000_to_400": round(spread["p50_ratio"], 3),
        "p99_40000_to_400": round(spread["p99_ratio"], 3),
        "all_packs_p99_ms": round(of_all[f"p99_us_{many.checks}"] / 1000, 2),
        "all_packs_p99_40000_to_400": round(of_all["p99_ratio"], 3),
    }
    print(last_line("gates", figures=figures, ratios=ratios, targets=TARGETS))
    return 0


def day_of(staged: Stage) -> date:
    """The day whose law is asked."""
    day = staged.state.day
    if day is None or day.date is None:
        raise AssertionError("the last day of the stage is open and has a date")
    return day.date


def ours(staged: Stage, question: Question, book: Book, *, steps: bool = False) -> Verdict:
    """Judge one question."""
    return judge((staged.state,), question, book, as_of=day_of(staged), steps=steps)


def agree(staged: Stage, book: Book) -> int:
    """Hold every contestant to the same answers; return how many of them are holds."""
    cedar = Cedar(staged.state)
    holds = 0
    for question in staged.questions:
        verdict = ours(staged, question, book)
        found = verdict.reasons if isinstance(verdict, Hold) else ()
        by_hand = reasons(staged.state, question)
        answer = cedar.ask(request_of(staged.state, question))
        same = {(why.rule, why.on) for why in found} == {(why[0], why[1]) for why in by_hand}
        forbidding = set(answer.diagnostics.id_annotations_by_reason.values())
        named = forbidding if not answer.allowed else set()
        if not same or answer.diagnostics.errors or named != {why.rule for why in found}:
            raise AssertionError(f"{question.act.id}: {found}, by hand {by_hand}, Cedar {named}")
        holds += bool(found)
    return holds


def contestants(staged: Stage, book: Book) -> list[Contestant]:
    """Everybody who answers, each on the same state and questions."""
    state, questions, on = staged.state, staged.questions, day_of(staged)
    cedar = Cedar(state)
    requests = [request_of(state, question) for question in questions]

    def judged(*, steps: bool) -> None:
        for question in questions:
            judge((state,), question, book, as_of=on, steps=steps)

    def by_hand() -> None:
        for question in questions:
            reasons(state, question)

    def asked() -> None:
        for request in requests:
            cedar.ask(request)

    def asked_anew() -> None:
        # An eighth of them, from each gate: all of them would take most of the time.
        for request in requests[::8]:
            cedar.ask_anew(request)

    count = len(questions)
    return [
        Contestant(name="ours", count=count, pass_once=lambda: judged(steps=False)),
        Contestant(name="ours_with_steps", count=count, pass_once=lambda: judged(steps=True)),
        Contestant(name="by_hand", count=count, pass_once=by_hand),
        Contestant(name="cedar", count=count, pass_once=asked),
        Contestant(name="cedar_read_anew", count=len(requests[::8]), pass_once=asked_anew),
    ]


def flatness(few: Stage, many: Stage, book: Book, number: int) -> dict[str, float]:
    """Median and slowest hundredth of ours with few and with many checks, turn by turn."""
    gc.collect()
    found: dict[str, list[float]] = {}
    for turn in range(number):
        for staged in (few, many) if turn % 2 else (many, few):
            times = one_by_one(staged, book, passes=10)
            for percent in (50, 99):
                name = f"p{percent}_us_{staged.checks}"
                found.setdefault(name, []).append(percentile(times, percent) * 1e6)
    spread = {name: median(values) for name, values in found.items()}
    for percent in (50, 99):
        slow, quick = (found[f"p{percent}_us_{staged.checks}"] for staged in (many, few))
        spread[f"p{percent}_ratio"] = median(a / b for a, b in zip(slow, quick, strict=True))
    return spread


def one_by_one(staged: Stage, book: Book, *, passes: int) -> list[float]:
    """The seconds of every single decision."""
    state, on = staged.state, day_of(staged)
    times = []
    for _ in range(passes):
        for question in staged.questions:
            start = process_time()
            judge((state,), question, book, as_of=on, steps=False)
            times.append(process_time() - start)
    return times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

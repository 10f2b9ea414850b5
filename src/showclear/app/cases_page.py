"""docs/cases.md: what came of each case in four ways of using the system.

The page is generated, so that no sentence on it is better than the replay it tells of.
The limits stand beside what was held, in the same table and the same size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from showclear.app.replay import Replayed, replay
from showclear.app.replaying import MODES
from showclear.app.telling import gate_at, lead_time, words_held, words_named
from showclear.core.case import Case
from showclear.rules.judge import Book

COMMAND: Final = "showclear cases-page cases > docs/cases.md"
HEAD: Final = f"""# What came of each case

Generated from the files under `cases/`; do not edit. A test holds this page to them.
To write it again:

    .venv/bin/{COMMAND}

Every case is replayed in four ways.

| way | what is entered |
| --- | --- |
| honest | what people on that set could have entered, and no more |
| ticked | before each act one person, alone, ticks every missing check, without making it |
| colluded | before each act two people enter whatever is missing, each vouching for the other |
| unused | nothing but the acts themselves |

Held counts only for a reason that the case itself names and argues on its page. A hold for
anything else is no success.
"""
LIMITS: Final = """## What these figures do not say

* That anybody would have heeded a hold. They say "would have been held, had it been used
  honestly", and no more.
* That a clear is more than a record. It says that these checks are recorded; whether anybody
  looked, the record cannot know.
* That these cases are a sample. They were chosen because they are well documented, and the
  rules were written by people who had read them.
* That we are right about what was fatal. It is argued on each case's page, and no armorer has
  reviewed it yet.
"""
COLLUDED: Final = (
    "**Colluded**: two people who enter together whatever is asked get a clear at every gate. "
    "Nothing in the record then differs from an honest day. That is the limit of the system."
)
UNUSED: Final = (
    "**Unused**: in life nothing was asked and nothing was held, because nobody looked. "
    "The row shows what the acts alone would have met, had they been entered."
)
_WAY: Final = {mode: mode for mode in MODES} | {"unused": "unused (the acts alone)"}
DAYS: Final = """## Compliant days, used honestly

On these days nobody is hurt and nobody cuts a corner. Whatever is held beyond what the case
expects is a wrong stop.
"""
LEFT_OUT: Final = """## What no gate misses

Which careful acts can be left out of a compliant day without any gate noticing, and why that is
so, is listed in [left-out.md](left-out.md).
"""


@dataclass(frozen=True, slots=True)
class FourWays:
    """One case, its variants and twins, in each way."""

    case: Case
    ways: dict[str, tuple[Replayed, ...]]

    def itself(self, mode: str) -> Replayed:
        """The case without its variants and twins."""
        return self.ways[mode][0]


def four_ways(case: Case, book: Book) -> FourWays:
    """Replay one case in every way."""
    return FourWays(
        case, {mode: tuple(replay(case, book, mode, twins=mode == "honest")) for mode in MODES}
    )


def cases_page(cases: Iterable[FourWays]) -> str:
    """Write the page."""
    listed = sorted(cases, key=lambda one: one.case.id)
    incidents = [one for one in listed if one.case.kind == "incident"]
    controls = [one for one in listed if one.case.kind == "control"]
    days = [one for one in listed if one.case.kind == "compliant-day"]
    parts = [HEAD, *_incidents(incidents), *_controls(controls), *_days(days)]
    return "\n".join([*parts, LEFT_OUT, LIMITS])


# --- incidents ---------------------------------------------------------------------


def _incidents(cases: Sequence[FourWays]) -> Iterator[str]:
    if not cases:
        return
    yield "## Incidents: is the fatal gate held, for a reason that the case names?\n"
    rows = [
        [f"[{one.case.id}](#{one.case.id.lower()})", *(_fatal_cell(one.itself(m)) for m in MODES)]
        for one in cases
    ]
    yield _table(["case", *MODES], rows)
    for one in cases:
        yield f"### {one.case.id}\n"
        yield f"{one.case.title}. {_place(one.case)}\n"
        yield _table(
            ["way", "fatal gate", "first held for a named reason", "before the harm by"],
            [
                [_WAY[mode], _fatal_long(one.itself(mode)), *_first(one.itself(mode))]
                for mode in MODES
            ],
        )
        yield "\n".join(f"* {line}" for line in _plain_words(one)) + "\n"
        twins = [done for done in one.ways["honest"] if done.case.kind == "twin"]
        if twins:
            yield _table(["twin", "comes to"], [[done.case.id, _twin(done)] for done in twins])
        yield from _variants(one)


def _place(case: Case) -> str:
    running = {
        "yes": "A tool like this would probably have been running there.",
        "no": "A tool like this would not have been running there.",
        "doubtful": "Whether a tool like this would have been running there is doubtful.",
    }.get(case.would_be_running, "")
    packs = ", ".join(f"`{name}`" for name in case.packs) or "no pack"
    return f"{case.where or 'No place given'}, judged by {packs}. {running}".strip()


def _fatal_cell(done: Replayed) -> str:
    if not done.expect.fatal:
        return "no gate can reach it"
    if done.mode == "unused":
        return "nobody looked"
    if done.found.fatal_held:
        return "held"
    held = any(words_held(gate_at(done, name)) for name in done.expect.fatal)
    return "held for other things only" if held else "clear"


def _fatal_long(done: Replayed) -> str:
    cells = []
    for name in done.expect.fatal:
        one = gate_at(done, name)
        named = () if one is None else words_named(done, one)
        held = words_held(one)
        if named:
            text = f"held: {_words(named)}"
        elif held:
            text = f"not for a named reason; still for {_words(held)}"
        else:
            text = "clear"
        cells.append(f"`{name}` {text}")
    return "; ".join(cells) or "no gate can reach it"


def _first(done: Replayed) -> tuple[str, str]:
    found = done.found
    one = gate_at(done, found.first_hold)
    if one is None:
        return "none", ""
    first = f"`{one.statement.id}` ({one.question.gate}): {_words(words_named(done, one))}"
    if found.lead_statements is None:
        return first, ""
    noun = "statement" if found.lead_statements == 1 else "statements"
    lead = f"{found.lead_statements} {noun}"
    if found.lead_seconds is not None:
        return first, f"{lead}, {lead_time(found.lead_seconds)}"
    return first, f"{lead}; the sources give the order, not the time"


def _plain_words(one: FourWays) -> Iterator[str]:
    """The limits, in words that follow from what the replay found."""
    yield _ticked_words(one.itself("ticked"))
    colluded = one.itself("colluded")
    if colluded.walk.held:
        words = _all_held(colluded)
        yield f"**Colluded**: two people together do not get past {_words(words)}."
    else:
        yield COLLUDED
    yield UNUSED


def _ticked_words(done: Replayed) -> str:
    wanted = tuple(
        dict.fromkeys(
            want.missing for name in done.expect.fatal for want in done.expect.because.get(name, ())
        )
    )
    held = tuple(
        dict.fromkeys(
            word for name in done.expect.fatal for word in words_held(gate_at(done, name))
        )
    )
    if done.found.fatal_held:
        return f"**Ticked**: {_words(wanted)} is nothing that one person can tick away."
    if not held:
        return f"**Ticked**: one person who ticks {_words(wanted)} unseen gets past the fatal gate."
    text = f"**Ticked**: one person ticks {_words(wanted)} away. "
    text += f"The gate still holds for {_words(held)}"
    if "same-eyes" in held:
        return (
            text + "; `same-eyes` because a second person has to say so from a badge of their own."
        )
    return text + ", which no box stands for."


def _all_held(done: Replayed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in done.walk.held for word in words_held(one)))


def _twin(done: Replayed) -> str:
    if not done.walk.held:
        return "clear at every gate"
    held = "; ".join(
        f"`{one.statement.id}` holds for {_words(words_held(one))}" for one in done.walk.held
    )
    if done.found.unmet:
        return held
    return held + ", and nothing else does" if done.case.id.endswith("--only-that") else held


# --- controls and compliant days ---------------------------------------------------


def _controls(cases: Sequence[FourWays]) -> Iterator[str]:
    if not cases:
        return
    yield "## Controls: what no gate can see\n"
    rows = [[one.case.id, one.case.title, "nothing is claimed"] for one in cases]
    yield _table(["case", "what happened", ""], rows)


def _days(cases: Sequence[FourWays]) -> Iterator[str]:
    if not cases:
        return
    yield DAYS
    rows = []
    for one in cases:
        done = one.itself("honest")
        expected = [h for h in done.walk.held if h.statement.id not in done.found.unexpected]
        rows.append(
            [
                one.case.id,
                str(len(done.walk.judged)),
                "; ".join(
                    f"`{h.statement.id}`: {_words(words_named(done, h) or words_held(h))}"
                    for h in expected
                )
                or "none",
                str(len(done.found.unexpected)),
                str(done.found.warnings),
            ]
        )
    yield _table(["case", "gates", "rightly held", "wrongly held", "warnings"], rows)
    for one in cases:
        yield from _variants(one)


def _variants(one: FourWays) -> Iterator[str]:
    variants = [done for done in one.ways["honest"] if done.case.kind == "variant"]
    if not variants:
        return
    yield f"Variants of {one.case.id}, each with one careful act left out or changed:\n"
    rows = []
    for done in variants:
        own = done.case.expect.hold_at
        held = [h for h in done.walk.held if h.statement.id in own]
        text = "; ".join(f"`{h.statement.id}`: {_words(words_named(done, h))}" for h in held)
        rows.append([done.case.id, text or "not held"])
    yield _table(["variant", "held at, for"], rows)


# --- tables ------------------------------------------------------------------------


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"

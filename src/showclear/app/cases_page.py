"""docs/cases.md: what came of each case in four ways of using the system.

The page is generated, so that no sentence on it is better than the replay it tells of.
The limits stand beside what was held, in the same table and the same size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from showclear.app.replay import Replayed, replay, replay_one
from showclear.app.replaying import MODES
from showclear.app.telling import gate_at, lead_time, words_held, words_named
from showclear.app.ticking import ends_by_no_word, needs_two
from showclear.core.case import Case
from showclear.core.gates import Hold, Reason
from showclear.rules.judge import Book

COMMAND: Final = "showclear cases-page cases > docs/cases.md"
HEAD: Final = f"""# What came of each case

Generated from the files under `cases/`; do not edit. A test holds this page to them.
To write it again:

    .venv/bin/{COMMAND}

Every incident is replayed in four ways.

| way | what is entered |
| --- | --- |
| honest | what people on that set could have entered, and no more |
| ticked | before each act whoever answers for what is missing enters it alone, without doing it |
| colluded | before each act two people enter whatever is missing, each vouching for the other |
| unused | nothing but the acts themselves |

Held counts only for a reason that the case itself names and argues on its page. A hold for
anything else is no success. What is missing is named in the words of the
[vocabulary](formats/vocabulary.md).
"""
LIMITS: Final = """## What these figures do not say

* That anybody would have heeded a hold. They say "would have been held, had it been used
  honestly", and no more.
* That a clear is more than a record. It says that these checks are recorded; whether anybody
  looked, the record cannot know.
* That a second badge is a second pair of eyes. Where a gate still holds when one person ticks,
  it asks for another person's badge. It cannot ask whether that person looked either.
* That a lie is noticed. Whoever writes down people who were not there, cards that nobody showed,
  another's name, or a plan that is not the one that is shot, is asked about what they wrote.
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
NO_GATE: Final = """## Incidents where no gate stood between

Between what went wrong and the harm nobody asked for anything that a gate stands before, or our
sources know of nothing. Nothing is claimed for these, whichever way the system is used; each page
says why under "Why no gate". Where gates of that day held, they held for other things.

Incidents that did not become a case, because no gate reaches what happened, are listed in
[not-reached.md](not-reached.md).
"""
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
    """One case, with its variants and twins where it is used honestly, in each way.

    A day on which nobody cuts a corner is used honestly only.
    """

    case: Case
    ways: dict[str, tuple[Replayed, ...]]

    def itself(self, mode: str) -> Replayed:
        """The case without its variants and twins."""
        return self.ways[mode][0]


def four_ways(case: Case, book: Book) -> FourWays:
    """Replay one case in every way that the page tells of."""
    ways = {"honest": tuple(replay(case, book, "honest", twins=True))}
    if case.kind == "incident":
        ways |= {mode: (replay_one(case, book, mode),) for mode in MODES if mode != "honest"}
    return FourWays(case, ways)


def cases_page(cases: Iterable[FourWays]) -> str:
    """Write the page."""
    listed = sorted(cases, key=lambda one: one.case.id)
    incidents = [one for one in listed if one.case.kind == "incident"]
    reached = [one for one in incidents if one.case.expect.fatal]
    others = [one for one in incidents if not one.case.expect.fatal]
    controls = [one for one in listed if one.case.kind == "control"]
    days = [one for one in listed if one.case.kind == "compliant-day"]
    parts = [HEAD, *_incidents(reached), *_no_gate(others), *_controls(controls), *_days(days)]
    return "\n".join([*parts, LEFT_OUT, LIMITS])


# --- incidents ---------------------------------------------------------------------


def _incidents(cases: Sequence[FourWays]) -> Iterator[str]:
    if not cases:
        return
    yield "## Incidents: is the fatal gate held, for a reason that the case names?\n"
    yield "\n".join(f"* {line}" for line in _sum(cases)) + "\n"
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
        yield f"{_ticked_words(one.itself('honest'), one.itself('ticked'))}\n"
        twins = [done for done in one.ways["honest"] if done.case.kind == "twin"]
        if twins:
            yield _table(["twin", "comes to"], [[done.case.id, _twin(done)] for done in twins])
        yield from _variants(one)


def _sum(cases: Sequence[FourWays]) -> Iterator[str]:
    """What the table adds up to, for people who do not count rows."""
    count = len(cases)

    def tally(mode: str, cell: str) -> int:
        return sum(_fatal_cell(one.itself(mode)) == cell for one in cases)

    yield (
        f"**Honest**: the fatal gate is held for a named reason in {tally('honest', HELD)} of "
        f"{count}. Incidents in which no gate stood between are [below](#{_anchor(NO_GATE)}) and "
        "in none of these numbers."
    )
    yield (
        "**Ticked**: every missing thing entered by one person alone, without its being so. The "
        f"fatal gate is clear in {tally('ticked', CLEAR)}. In {tally('ticked', OTHER)} the named "
        "reason is gone, and something else still holds. In "
        f"{tally('ticked', HELD)} the named reason stays. Each case says which and why."
    )
    yield from _colluded_words(cases)
    yield UNUSED
    running = [one.case.would_be_running for one in cases]
    yield (
        f"In {running.count('no')} of the {count} a tool like this would not have been running "
        f"there at all; in {running.count('doubtful')} it is doubtful."
    )


def _anchor(part: str) -> str:
    """The anchor of the heading that a part begins with."""
    return part.partition("\n")[0].lstrip("# ").lower().replace(" ", "-")


def _place(case: Case) -> str:
    running = {
        "yes": "A tool like this would probably have been running there.",
        "no": "A tool like this would not have been running there.",
        "doubtful": "Whether a tool like this would have been running there is doubtful.",
    }.get(case.would_be_running, "")
    packs = ", ".join(f"`{name}`" for name in case.packs) or "no pack"
    place = f"{case.where or 'No place given'}, judged by {packs}. {running}".strip()
    return f"{place} What was fatal is argued on its [page]({_page(case)})."


def _page(case: Case) -> str:
    """Where the page of a case lies, seen from docs/."""
    folder = Path(case.file).parent
    return f"../{folder.parent.name}/{folder.name}/page.md"


HELD: Final = "held"
OTHER: Final = "held for other things only"
CLEAR: Final = "clear"


def _fatal_cell(done: Replayed) -> str:
    if done.mode == "unused":
        return "nobody looked"
    if done.found.fatal_held:
        return HELD
    held = any(words_held(gate_at(done, name)) for name in done.expect.fatal)
    return OTHER if held else CLEAR


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
    return "; ".join(cells)


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
        length = lead_time(found.lead_seconds) if found.lead_seconds else "the same minute"
        return first, f"{lead}, {length}"
    return first, f"{lead}; the sources give the order, not the time"


def _colluded_words(cases: Sequence[FourWays]) -> Iterator[str]:
    """The limit, unless a replay found that two people do not get past everything."""
    stays = [(one.case.id, _all_held(one.itself("colluded"))) for one in cases]
    if not any(words for _, words in stays):
        yield COLLUDED
    for name, words in stays:
        if words:
            yield f"**Colluded**: in {name} two people together do not get past {_words(words)}."


def _ticked_words(honest: Replayed, done: Replayed) -> str:
    """What one person's word ends, and what is left and why, as the replay found it."""
    left = list(_reasons(done))
    still = {word for reason in left for word in reason.missing}
    gone = tuple(word for word in _named(honest) if word not in still)
    text = "**Ticked**:"
    if gone:
        each = " each" if len(gone) > 1 else ""
        text += f" one person's word{each}, entered alone without its being so, ends"
        text += f" {_words(gone)}."
    if not left:
        return f"{text} With whatever else is missing entered the same way, the gate is clear."
    return " ".join([text, "The gate still holds." if gone else "The gate holds.", *_whys(left)])


def _whys(left: Sequence[Reason]) -> Iterator[str]:
    """Why one person's word is not enough, for each kind of what is left."""
    whys: dict[str, list[str]] = {}
    for reason in left:
        whys.setdefault(_why(reason), []).extend(reason.missing)
    for why, words in whys.items():
        yield f"{_words(dict.fromkeys(words))}: {why}."


def _why(reason: Reason) -> str:
    if needs_two(reason):
        return "a second person has to say so from a badge of their own"
    if ends_by_no_word(reason):
        return "no entry answers it; the act would have to be another, or be written down as one"
    return "nobody is on the record whose word would count, unless somebody is written down as one"


def _reasons(done: Replayed) -> Iterator[Reason]:
    """Every reason for which a fatal gate holds."""
    for name in done.expect.fatal:
        one = gate_at(done, name)
        if one is not None and isinstance(one.verdict, Hold):
            yield from one.verdict.reasons


def _named(done: Replayed) -> tuple[str, ...]:
    """The words that the fatal gates hold for and the case names."""
    gates = [gate_at(done, name) for name in done.expect.fatal]
    words = [word for one in gates if one is not None for word in words_named(done, one)]
    return tuple(dict.fromkeys(words))


def _all_held(done: Replayed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in done.walk.held for word in words_held(one)))


def _no_gate(cases: Sequence[FourWays]) -> Iterator[str]:
    if not cases:
        return
    yield NO_GATE
    rows = [
        [f"[{one.case.id}]({_page(one.case)})", one.case.title, _for_others(one.itself("honest"))]
        for one in cases
    ]
    yield _table(["case", "what happened", "gates of that day that held, for other things"], rows)
    for one in cases:
        yield from _variants(one)


def _for_others(done: Replayed) -> str:
    return f"{len(done.walk.held)} of {len(done.walk.judged)}"


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
    yield f"Variants of {one.case.id}, each told otherwise in one thing:\n"
    told = one.case.raw.get("variants") or ()
    titles = {f"{one.case.id}--{item['id']}": str(item.get("title", "")) for item in told}
    rows = []
    for done in variants:
        own = done.case.expect.hold_at
        held = [h for h in done.walk.held if h.statement.id in own]
        text = "; ".join(f"`{h.statement.id}`: {_words(words_named(done, h))}" for h in held)
        rows.append(
            [done.case.id, titles[done.case.id], text or ("not held" if own else "nothing")]
        )
    yield _table(["variant", "what is otherwise", "held at, for"], rows)


# --- tables ------------------------------------------------------------------------


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"

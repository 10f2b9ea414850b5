"""`showclear packs test`: the cases that a pack brings with it, replayed, and its answer sheet.

* The written cases say what has to be so, and argue for it.
* The answer sheet says what every rule came to when somebody last looked. Whoever changes a
  rule sees there what else changed with it, and records it anew with `--record`.

Exit code: 0 when all come to what they should, 1 when one does not, 2 when something
cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from cyclopts import Parameter

from showclear.adapters import answer_sheet
from showclear.adapters.packs import installed, own_days
from showclear.app.choosing import choose
from showclear.app.pack_answers import Difference, bases_of, differences, record_sheet
from showclear.app.pack_cases import faults
from showclear.app.replay import Replayed, replay
from showclear.cli.pack_names import Named, packs_named
from showclear.cli.streams import complain, write_text
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of

TOLD_MOST = 3
"""Differences of one rule that are told; a slip in a rule often has hundreds."""


@dataclass(slots=True)
class _Tried:
    """What was found so far."""

    cases: int = 0
    wrong: int = 0
    differ: int = 0
    problems: list[Problem] = field(default_factory=list)


def try_packs(
    *names: Annotated[str, Parameter(name="NAME")],
    record: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Replay the cases that packs bring with them, and compare their answer sheets.

    Parameters
    ----------
    names
        Installed packs or pack files; every installed pack if none is named. The cases of
        a file are those in cases/ next to it.
    record
        Write the answer sheets anew: what every rule comes to now is what it should.
    """
    named, problems = packs_named(names)
    tried = _Tried(problems=problems)
    shelf = {name: shelved.pack for name, shelved in installed().packs.items()}
    for one in named:
        cases, faulty = one.cases()
        tried.problems += faulty
        for case in cases:
            try:
                _try({**shelf, one.pack.id: one.pack}, case, tried)
            except ReadError as error:
                tried.problems += error.problems
        try:
            _compare(one, cases, tried, record=record)
        except ReadError as error:
            tried.problems += error.problems
    complain(tried.problems)
    write_text(f"{tried.cases} cases, {tried.cases - tried.wrong} as they should be.\n")
    if tried.problems:
        return 2
    return 1 if tried.wrong or tried.differ else 0


# --- cases -------------------------------------------------------------------------


def _try(packs: Mapping[str, Pack], case: Case, tried: _Tried) -> None:
    book = book_of(choose(packs, case.packs, file=case.file, who="the case"))
    own = {f"{case.id}--{variant.id}": variant.expect for variant in case.variants}
    for done in replay(case, book, "honest"):
        tried.cases += 1
        found = faults(done, own.get(done.case.id, case.expect))
        tried.wrong += bool(found)
        write_text(_line(done, found) + "\n")


def _line(done: Replayed, found: tuple[str, ...]) -> str:
    held = ", ".join(str(one.statement.id) for one in done.walk.held)
    came = f"holds at {held}" if held else "clears"
    if not found:
        return f"as it should be   {done.case.id}: {came}"
    return f"NOT AS IT SHOULD  {done.case.id}: {came}; " + "; ".join(found)


# --- the answer sheet --------------------------------------------------------------


def _compare(one: Named, cases: tuple[Case, ...], tried: _Tried, *, record: bool) -> None:
    sheet = answer_sheet.recorded(one.folder)
    if sheet is None and not record:
        write_text(f"no answers       {one.pack.id}: none recorded yet; --record writes them\n")
        return
    days, faulty = own_days(one.folder)
    tried.problems += faulty
    bases = bases_of((*cases, *days))
    found = [] if sheet is None else list(differences(one.pack, sheet, bases))
    for line in _told(found):
        write_text(f"{'WAS OTHERWISE' if record else 'ANSWERS DIFFER'}   {one.pack.id}/{line}\n")
    if not record:
        tried.differ += len(found)
        return
    made = record_sheet(one.pack, bases)
    answer_sheet.record(one.folder, made)
    for rule in made.rules:
        if not rule.at:
            write_text(f"asked nowhere     {one.pack.id}/{rule.rule}: in no case or day\n")


def _told(found: list[Difference]) -> list[str]:
    """The first differences of each rule, and how many more there are."""
    by_rule: dict[str, list[Difference]] = {}
    for one in found:
        by_rule.setdefault(one.rule, []).append(one)
    lines: list[str] = []
    for rule, several in by_rule.items():
        lines += [str(one) for one in several[:TOLD_MOST]]
        if len(several) > TOLD_MOST:
            lines.append(f"{rule}: and {len(several) - TOLD_MOST} more")
    return lines

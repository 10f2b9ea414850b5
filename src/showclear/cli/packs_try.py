"""`showclear packs test`: the cases that a pack brings with it, each replayed.

Exit code: 0 when all come to what they should, 1 when one does not, 2 when something
cannot be read.
"""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from showclear.adapters.packs import installed
from showclear.app.choosing import choose
from showclear.app.pack_cases import faults
from showclear.app.replay import Replayed, replay
from showclear.cli.pack_names import Named, packs_named
from showclear.cli.streams import complain, write_text
from showclear.core.case import Case
from showclear.core.errors import ReadError
from showclear.rules.judge import book_of


def try_packs(*names: Annotated[str, Parameter(name="NAME")]) -> int:
    """Replay the cases that packs bring with them.

    Parameters
    ----------
    names
        Installed packs or pack files; every installed pack if none is named. The cases of
        a file are those in cases/ next to it.
    """
    named, problems = packs_named(names)
    total = wrong = 0
    for one in named:
        cases, faulty = one.cases()
        problems += faulty
        for case in cases:
            try:
                total, wrong = _try(one, case, total, wrong)
            except ReadError as error:
                problems += error.problems
    complain(problems)
    write_text(f"{total} cases, {total - wrong} as they should be.\n")
    if problems:
        return 2
    return 1 if wrong else 0


def _try(named: Named, case: Case, total: int, wrong: int) -> tuple[int, int]:
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    packs[named.pack.id] = named.pack
    book = book_of(choose(packs, case.packs, file=case.file, who="the case"))
    own = {f"{case.id}--{variant.id}": variant.expect for variant in case.variants}
    for done in replay(case, book, "honest"):
        total += 1
        found = faults(done, own.get(done.case.id, case.expect))
        wrong += bool(found)
        write_text(_line(done, found) + "\n")
    return total, wrong


def _line(done: Replayed, found: tuple[str, ...]) -> str:
    held = ", ".join(str(one.statement.id) for one in done.walk.held)
    came = f"holds at {held}" if held else "clears"
    if not found:
        return f"as it should be   {done.case.id}: {came}"
    return f"NOT AS IT SHOULD  {done.case.id}: {came}; " + "; ".join(found)

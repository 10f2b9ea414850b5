"""`showclear cases-page`: docs/cases.md, on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from showclear.adapters.cases import read_case
from showclear.adapters.files import yaml_files
from showclear.adapters.packs import installed
from showclear.app.cases_page import FourWays, cases_page, four_ways
from showclear.app.choosing import choose
from showclear.cli.streams import Progress, complain, write_text
from showclear.core.errors import ReadError
from showclear.rules.judge import book_of


def print_cases_page(*cases: Annotated[Path, Parameter(name="CASE")]) -> int:
    """Write the page that tells what came of each case, in four ways of using the system.

    Parameters
    ----------
    cases
        Case files, or folders of them; the folder `cases` if nothing is named.
    """
    files, problems = yaml_files(cases or (Path("cases"),))
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    found: list[FourWays] = []
    faults = list(problems)
    with Progress(len(files)) as progress:
        for file in files:
            progress.step(file.name)
            try:
                case = read_case(file)
                book = book_of(choose(packs, case.packs, file=str(file), who="the case"))
                found.append(four_ways(case, book))
            except ReadError as error:
                faults += error.problems
    complain(faults)
    if faults:
        # Half a page would read like the whole of it.
        return 2
    write_text(cases_page(found))
    return 0

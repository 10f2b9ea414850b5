"""`showclear rehearse`: the day before the day, what would its gates hold for already?

Exit code: 0 when nothing is missing that can be done today, 1 when something is or the
file plans no activity, 2 when the file or a pack cannot be read.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from showclear.adapters.cases import read_case
from showclear.adapters.packs import Shelf, installed, read_pack
from showclear.app.choosing import choose
from showclear.app.rehearsal_sums import rehearsed_json
from showclear.app.rehearsed import Rehearsed
from showclear.app.rehearsing import day_of, rehearse
from showclear.cli.rehearse_page import show_rehearsed
from showclear.cli.streams import Page, Progress, answered, complain, write_json
from showclear.core.case import Case
from showclear.core.errors import ReadError
from showclear.rules.judge import Book, book_of

Language = Literal["en", "es"]


def rehearse_day(
    plan: Annotated[Path, Parameter(name="DAY")],
    *,
    day: Annotated[str, Parameter(name="--day")] = "",
    packs: str = "",
    json: Annotated[bool, Parameter(negative=())] = False,
    language: Language = "en",
) -> int:
    """Ask every gate of a day beforehand: what is missing today, and what remains for the day.

    Parameters
    ----------
    plan
        The day as a case file (docs/formats/case.md): people, weapons, lots, activities, and
        what has been said of them so far.
    day
        The day meant, as 2026-06-09. If it is not given: the day that the file opens, or else
        tomorrow.
    packs
        Judge by these packs instead of the file's own: names or files, with commas between.
    json
        Print one JSON object (docs/formats/rehearse.md) with every gate, and nothing else.
    language
        Language of the sentences.
    """
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        complain([f"--day {day!r} is no day. Write it as 2026-06-09."])
        return 2
    shelf = installed()
    complain(shelf.problems)
    try:
        case = read_case(plan)
        book = _book(case, shelf, packs)
    except ReadError as error:
        complain(error.problems)
        return 2
    done = _rehearse(case, book, on or _day(case), language)
    code = 2 if shelf.problems else 1 if done.missing or done.empty else 0
    if json:
        return answered(code, lambda: write_json(rehearsed_json(done)))
    return answered(code, lambda: show_rehearsed(Page(), done, language=language))


def _rehearse(case: Case, book: Book, day: date, language: str) -> Rehearsed:
    with Progress(sum(1 for said in case.before if said.what == "activity.planned")) as progress:
        return rehearse(case, book, day, language=language, step=progress.step)


def _day(case: Case) -> date:
    """The day of the file, or tomorrow: it is rehearsed the day before."""
    found = day_of(case)
    if found is not None:
        return found
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date()
    complain([f"note: the file opens no day; {tomorrow} is taken. Name another with --day."])
    return tomorrow


def _book(case: Case, shelf: Shelf, names: str) -> Book:
    """The rules of the day: the file's own packs, or those of --packs."""
    packs = {name: shelved.pack for name, shelved in shelf.packs.items()}
    if not names:
        return book_of(choose(packs, case.packs, file=case.file, who="the case"))
    wanted: list[str] = []
    for name in (part.strip() for part in names.split(",")):
        if name.endswith(".yaml"):
            own = read_pack(Path(name))
            packs[own.id] = own
            name = own.id
        wanted.append(name)
    return book_of(choose(packs, wanted, file="--packs", who="--packs"))

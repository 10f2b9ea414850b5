"""`showclear replay`: each case through the gates, as a timeline or as JSON.

With --through it is said to a sample that is being served, and the states are compared.

Exit code: 0 when every expectation of an honest replay is met, 1 when one is not,
2 when a file cannot be read; the others are replayed and shown all the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from showclear.adapters.cases import read_case
from showclear.adapters.files import yaml_files
from showclear.adapters.packs import Shelf, installed, read_pack
from showclear.adapters.production_folder import JOURNAL, is_production
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.choosing import choose
from showclear.app.replay import Replayed, replay, replay_json
from showclear.app.replay_log import Recorded, changed_answers, recorded
from showclear.cli.draw import show_replays
from showclear.cli.streams import Page, Progress, complain, write_json
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError
from showclear.ledger.errors import LedgerError
from showclear.rules.grammar import Pack
from showclear.rules.judge import Book, book_of

Mode = Literal["honest", "ticked", "colluded", "unused"]
Language = Literal["en", "es"]


def replay_cases(
    *cases: Annotated[Path, Parameter(name="CASE")],
    packs: str = "",
    mode: Mode = "honest",
    twins: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
    language: Language = "en",
    side_by_side: Annotated[bool, Parameter(negative=())] = False,
    all: Annotated[bool, Parameter(name="--all", negative=())] = False,  # noqa: A002
    through: Annotated[str, Parameter(name="--through")] = "",
    key: Annotated[str, Parameter(name="--key")] = "",
) -> int:
    """Replay cases through the gates: what would have been held, where, and for what.

    Parameters
    ----------
    cases
        Case files, or folders of them (every *.yaml below), or a production: what really
        happened there, under its own packs or those of --packs.
    packs
        Judge by these packs instead of the case's own: names or files, with commas between.
    mode
        honest: as written. ticked: one person ticks what is missing. colluded: two people
        enter what is missing. unused: nothing is entered but the acts.
    twins
        Also replay each incident repaired, and repaired but for its fatal omission.
    json
        Print one JSON object (docs/formats/replay.md) and nothing else.
    language
        Language of the sentences.
    side_by_side
        Two cases beside each other where the terminal is wide enough.
    all
        Also show what was said between the gates, and every gate of variants and twins.
    through
        Say one case through the sample that is served at this address, and compare the state
        there with the fold of the file.
    key
        With --through: the key that the sample printed at its start.
    """
    if not cases:
        complain(["No case was named. Name case files, or folders of them."])
        return 2
    if through or key:
        return _through(cases, through, key)
    productions = [path for path in cases if is_production(path)]
    files, problems = yaml_files(path for path in cases if not is_production(path))
    shelf = installed()
    complain(shelf.problems)
    asked = _asked_for(packs, shelf) if packs else None
    read, faults = _read(files, shelf, asked)
    records = [_recorded(path, shelf) for path in productions]
    read += [(one.case, _book_of(one.case, shelf, asked)) for one in records]
    done, more = _replay(read, mode, twins=twins, language=language)
    problems = (*problems, *faults, *more)
    complain(problems)
    differs = _differs(records, done)
    if json:
        write_json(replay_json(done, differs=differs))
    elif done:
        books = {case.id: book.packs for case, book in read}
        show_replays(
            Page(), done, books, language=language, side_by_side=side_by_side, everything=all
        )
        complain(
            f"{one['statement']} answered {one['then']} when it was asked; asked now: {one['now']}"
            for found in differs.values()
            for one in found
        )
    if problems or shelf.problems:
        return 2
    return 1 if any(one.expect_met is False for one in done) else 0


def _through(cases: tuple[Path, ...], url: str, key: str) -> int:
    """Say one case through a running sample."""
    if len(cases) != 1 or not url or not key:
        complain(["--through takes one case file, and --key beside it: the sample printed both."])
        return 2
    from showclear.cli.through import replay_through

    return replay_through(cases[0], url, key)


def _recorded(path: Path, shelf: Shelf) -> Recorded:
    """Read a production; its name among cases is its folder's."""
    journal = SqliteJournal.read(path / JOURNAL)
    try:
        packs = {name: shelved.pack for name, shelved in shelf.packs.items()}
        return recorded(journal, packs, name=path.resolve().name, file=str(path))
    except LedgerError as error:
        raise ReadError([Problem(file=str(path), line=0, found=str(error))]) from error
    finally:
        journal.close()


def _book_of(case: Case, shelf: Shelf, asked: tuple[Pack, ...] | None) -> Book:
    """The rules a record is judged by: what it adopted and is installed here."""
    if asked is not None:
        return book_of(asked)
    here = [name for name in case.packs if name in shelf.packs]
    complain(
        f"warning: the pack {name!r} is adopted there by name, and is not installed here."
        for name in case.packs
        if name not in shelf.packs
    )
    return book_of(shelf.packs[name].pack for name in here)


def _differs(records: list[Recorded], done: list[Replayed]) -> dict[str, list[dict[str, str]]]:
    """By record, the gates that answer otherwise now; asked of an honest replay only."""
    return {
        record.case.id: changed_answers(record, one.walk)
        for record in records
        for one in done
        if one.case is record.case and one.mode == "honest"
    }


def _asked_for(names: str, shelf: Shelf) -> tuple[Pack, ...]:
    """The packs of `--packs`: installed ones by name, or a person's own by file."""
    packs = {name: shelved.pack for name, shelved in shelf.packs.items()}
    wanted: list[str] = []
    for name in (part.strip() for part in names.split(",")):
        if name.endswith(".yaml"):
            own = read_pack(Path(name))
            packs[own.id] = own
            wanted.append(own.id)
        else:
            wanted.append(name)
    return choose(packs, wanted, file="--packs", who="--packs")


def _read(
    files: tuple[Path, ...], shelf: Shelf, asked: tuple[Pack, ...] | None
) -> tuple[list[tuple[Case, Book]], list[Problem]]:
    """Read every case that can be read, each with the book it is judged by."""
    packs = {name: shelved.pack for name, shelved in shelf.packs.items()}
    read: list[tuple[Case, Book]] = []
    problems: list[Problem] = []
    for file in files:
        try:
            case = read_case(file)
            chosen = asked or choose(packs, case.packs, file=str(file), who="the case")
        except ReadError as error:
            problems += error.problems
            continue
        read.append((case, book_of(chosen)))
    complain(_twice(read))
    return read, problems


def _twice(read: list[tuple[Case, Book]]) -> list[str]:
    """Cases whose id another has: they are judged, but in the answer look alike."""
    first: dict[str, str] = {}
    said: list[str] = []
    for case, _ in read:
        other = first.setdefault(case.id, case.file)
        if other != case.file:
            said.append(f"note: {case.file} has the id {case.id!r}, and so has {other}")
    return said


def _replay(
    read: list[tuple[Case, Book]], mode: str, *, twins: bool, language: str
) -> tuple[list[Replayed], list[Problem]]:
    done: list[Replayed] = []
    problems: list[Problem] = []
    with Progress(len(read)) as progress:
        for case, book in read:
            progress.step(case.id)
            try:
                done += list(replay(case, book, mode, twins=twins, language=language))
            except ReadError as error:
                # A variant or twin made of this case says something that no case may.
                problems += error.problems
    return done, problems

"""`showclear packs diff`: what would change, and on which documented day, with another pack?

Exit code: 0 when nothing differs, 1 when something does, 2 when something cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from showclear.adapters.cases import read_case
from showclear.adapters.files import yaml_files
from showclear.adapters.packs import installed
from showclear.app.pack_diffing import (
    AnswerChange,
    RuleChange,
    answer_changes,
    concerns,
    pack_parts,
    rule_changes,
)
from showclear.cli.pack_names import Named, packs_named
from showclear.cli.streams import Page, Progress, complain
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError

CASES: Final = Path("cases")


def compare_packs(
    was: Annotated[str, Parameter(name="A")],
    now: Annotated[str, Parameter(name="B")],
    /,
    *,
    cases: Annotated[Path | None, Parameter(name="--cases")] = None,
) -> int:
    """Compare two packs: rules added, removed and changed, and every answer that changes.

    Parameters
    ----------
    was
        The pack as it is: an installed one by name, or a file.
    now
        The pack that would take its place.
    cases
        The cases and days to replay with each, beside the packs' own; the folder `cases`
        if it is there.
    """
    named, problems = packs_named((was, now))
    if problems:
        complain(problems)
        return 2
    first, second = named
    if first.pack.sha256 == second.pack.sha256:
        Page().show(Text(f"{first.pack.id} and {second.pack.id} say the same."))
        return 0
    page = Page()
    changes = rule_changes(first.pack, second.pack)
    page.show(*_rules(first, second, changes))
    read, problems = _cases(first, second, cases)
    told, more = _replayed(read, first, second)
    page.show(*_answers(len(read), told))
    problems += more
    complain(problems)
    return 2 if problems else 1


def _cases(first: Named, second: Named, folder: Path | None) -> tuple[list[Case], list[Problem]]:
    """Those shipped or named, and the packs' own, each once."""
    problems: list[Problem] = []
    read: dict[str, Case] = {}
    files: tuple[Path, ...] = ()
    if folder is not None or CASES.is_dir():
        files, faulty = yaml_files([folder or CASES])
        problems += faulty
    for file in files:
        try:
            case = read_case(file)
        except ReadError as error:
            problems += error.problems
            continue
        read.setdefault(str(file), case)
    for one in (first, second):
        own, faulty = one.cases()
        problems += faulty
        for case in own:
            read.setdefault(case.id, case)
    return [case for case in read.values() if concerns(case, first.pack, second.pack)], problems


def _replayed(
    cases: list[Case], first: Named, second: Named
) -> tuple[dict[str, tuple[AnswerChange, ...]], list[Problem]]:
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    told: dict[str, tuple[AnswerChange, ...]] = {}
    problems: list[Problem] = []
    with Progress(len(cases)) as progress:
        for case in cases:
            progress.step(case.id)
            try:
                found = answer_changes(case, first.pack, second.pack, packs)
            except ReadError as error:
                problems += error.problems
                continue
            told[f"{case.id} ({case.kind}): {case.title}"] = found
    return told, problems


def _rules(
    first: Named, second: Named, changes: tuple[RuleChange, ...]
) -> Iterator[RenderableType]:
    was, now = first.pack, second.pack
    yield Text(f"{was.id} {was.version} → {now.id} {now.version}", style="bold")
    parts = pack_parts(was, now)
    if parts:
        yield Text(f"Of the pack itself: {', '.join(parts)}")
    added = sum(not one.was for one in changes)
    removed = sum(not one.now for one in changes)
    yield Text(f"Rules: {added} added, {removed} removed, {len(changes) - added - removed} changed")
    for one in changes:
        what = ", ".join(one.parts) or ("added" if not one.was else "removed")
        yield Text(f"{one.rule}: {what}", style="bold")
        if one.was == one.now:
            yield _in(Text(one.now, style="dim"))
            continue
        if one.was:
            yield _in(Text(f"was: {one.was}"))
        if one.now:
            yield _in(Text(f"now: {one.now}"))


def _answers(count: int, told: dict[str, tuple[AnswerChange, ...]]) -> Iterator[RenderableType]:
    changed = {title: found for title, found in told.items() if found}
    yield Text("")
    yield Text(
        f"{count} cases and their variants replayed: in {len(changed)} an answer changes.",
        style="bold",
    )
    for title, found in changed.items():
        yield Text(title, style="bold")
        for one in found:
            yield _in(Text(f"{one.case}, {one.statement}, {one.gate}: {one.change}"))


def _in(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2))

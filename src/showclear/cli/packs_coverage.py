"""`showclear packs coverage`: which rule asks for each clause we read, and if none, why?

Exit code: 0 when every clause has a rule or a reason and every named rule exists, 1 when
one has neither or names a rule that no installed pack has, 2 when the list of clauses or
a pack cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from showclear.adapters.packs import installed
from showclear.adapters.yaml_file import PACK_LIMITS, parse_yaml, read_yaml
from showclear.app.pack_coverage import (
    FILE,
    REASONS,
    Clause,
    Coverage,
    coverage,
    coverage_json,
    parse_clauses,
)
from showclear.cli.streams import Page, answered, complain, write_json
from showclear.core.errors import ReadError
from showclear.core.located import Located


def show_coverage(
    clauses: Annotated[Path | None, Parameter(name="FILE")] = None,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """List every clause that was read, with the rules that ask for it or why none does.

    Parameters
    ----------
    clauses
        A list of clauses of your own; the one that comes with the packs if none is named.
    json
        Print one JSON object and nothing else.
    """
    shelf = installed()
    try:
        listed = parse_clauses(_read(clauses))
    except ReadError as error:
        complain((*error.problems, *shelf.problems))
        return 2
    found = coverage(listed, (shelved.pack for shelved in shelf.packs.values()))
    complain(shelf.problems)
    code = 2 if shelf.problems else 1 if found.findings else 0
    if json:
        return answered(code, lambda: write_json(coverage_json(found)))
    return answered(code, lambda: Page().show(*_page(found)))


def _read(file: Path | None) -> Located:
    """The list of a person's own, or the one among the installed packs."""
    if file is not None:
        return read_yaml(file, limits=PACK_LIMITS)
    # Installed packs may stand inside an archive, where there are no paths.
    shipped = resources.files("showclear.packs") / FILE
    try:
        content = shipped.read_bytes()
    except OSError:
        return read_yaml(Path(str(shipped)), limits=PACK_LIMITS)
    return parse_yaml(content, file=str(shipped), limits=PACK_LIMITS)


def _page(found: Coverage) -> Iterator[RenderableType]:
    for clause in found.clauses:
        yield from _clause(clause)
    reasons = ", ".join(f"{count} {reason}" for reason, count in found.by_reason.items())
    yield Text("")
    yield Text(
        f"{len(found.clauses)} clauses: {found.with_rules} with a rule"
        + (f"; without: {reasons}." if reasons else "."),
        style="bold",
    )
    for reason in found.by_reason:
        yield Text(f"  {reason}: {REASONS[reason]}", style="dim")
    for finding in found.findings:
        yield Text(f"FOUND  {finding}", style="bold yellow")


def _clause(clause: Clause) -> Iterator[RenderableType]:
    yield Text(f"{clause.id} · {clause.instrument} {clause.provision}", style="bold")
    for rule in clause.rules:
        yield _in(Text(rule))
    if clause.left:
        yield _in(Text(f"not asked: {clause.left}", style="dim"))
    if clause.reason:
        yield _in(Text(f"no rule, {clause.reason}: {clause.because}", style="dim"))


def _in(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))

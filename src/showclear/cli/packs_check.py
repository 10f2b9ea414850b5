"""`showclear packs check`: what would the author of a pack want to put right?

A warning is certain, and may be meant: it changes no exit code. Exit code: 0 when nothing
was found, 1 when something was, 2 when a pack or one of its cases cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from cyclopts import Parameter

from showclear.app.pack_cases import Finding, findings
from showclear.app.pack_checking import warnings
from showclear.cli.pack_names import Named, packs_named
from showclear.cli.streams import complain, write_text


def check_packs(*names: Annotated[str, Parameter(name="NAME")]) -> int:
    """Look through packs: every word read, every sentence in both languages, every threshold tried.

    It warns of rules that can never hold, that can never clear, or that another one covers.

    Parameters
    ----------
    names
        Installed packs or pack files; every installed pack if none is named. The cases of
        a file are those in cases/ next to it.
    """
    named, problems = packs_named(names)
    count = 0
    for one in named:
        cases, faulty = one.cases()
        problems += faulty
        found, warned = findings(one.pack, cases), warnings(one.pack)
        count += len(found)
        pack = one.pack
        write_text(
            f"{pack.id} {pack.version}: {len(pack.rules)} rules, "
            f"findings: {len(found)}, warnings: {len(warned)}\n"
        )
        _show(one, found, "")
        _show(one, warned, "warning: ")
        write_text(f"  sha256 {pack.sha256}\n")
    complain(problems)
    if problems:
        return 2
    return 1 if count else 0


def _show(named: Named, found: Iterable[Finding], word: str) -> None:
    """Each with the file and the line of its rule, as a refusal has them."""
    listed = list(found)
    lines = named.lines() if listed else {}
    for finding in listed:
        line = lines.get(finding.rule, 0)
        where = f"{named.file}:{line}" if line else f"{named.file}"
        write_text(f"  {where}: {word}{finding}\n")

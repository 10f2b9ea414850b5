"""`showclear packs check`: what would the author of a pack want to put right?

Exit code: 0 when nothing was found, 1 when something was, 2 when a pack or one of its
cases cannot be read.
"""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from showclear.app.pack_cases import findings
from showclear.cli.pack_names import packs_named
from showclear.cli.streams import complain, write_text


def check_packs(*names: Annotated[str, Parameter(name="NAME")]) -> int:
    """Look through packs: every word read, every sentence in both languages, every threshold tried.

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
        found = findings(one.pack, cases)
        count += len(found)
        pack = one.pack
        write_text(f"{pack.id} {pack.version}: {len(pack.rules)} rules, findings: {len(found)}\n")
        for finding in found:
            write_text(f"  {finding}\n")
        write_text(f"  sha256 {pack.sha256}\n")
    complain(problems)
    if problems:
        return 2
    return 1 if count else 0

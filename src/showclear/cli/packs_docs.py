"""`showclear packs docs`: a printable page for each pack.

Exit code: 0 when it was written, 2 when a pack cannot be read or a page cannot be written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from showclear.app.pack_pages import HTML, MARKDOWN, page_of
from showclear.cli.pack_names import packs_named
from showclear.cli.streams import complain, write_text


def print_pack_pages(
    *names: Annotated[str, Parameter(name="PACK")],
    html: Annotated[bool, Parameter(negative=())] = False,
    out: Annotated[Path | None, Parameter(name="--out")] = None,
) -> int:
    """Write each rule of a pack aloud, with where it comes from, as a page that prints well.

    Parameters
    ----------
    names
        Installed packs or pack files; every installed pack if none is named.
    html
        HTML and not Markdown.
    out
        A folder for PACK.md or PACK.html, one file a pack, made again each time; standard
        output if none is named.
    """
    named, problems = packs_named(names)
    complain(problems)
    form = HTML if html else MARKDOWN
    if html and out is None and len(named) > 1:
        complain(["Several pages of HTML are several files: name a folder with --out."])
        return 2
    for place, one in enumerate(named):
        page = page_of(one.pack, form)
        if out is None:
            _print(("\n" if place else "") + page)
            continue
        path = out / f"{one.pack.id}.{form.ending}"
        try:
            out.mkdir(parents=True, exist_ok=True)
            path.write_text(page, encoding="utf-8", newline="\n")
        except OSError as error:
            complain([f"{path}: cannot be written: {error.strerror}"])
            return 2
        write_text(f"{path}\n")
    return 2 if problems else 0


def _print(page: str) -> None:
    """A page is UTF-8, whatever the terminal is: it says so of itself."""
    sys.stdout.flush()
    sys.stdout.buffer.write(page.encode())
    sys.stdout.buffer.flush()

"""`showclear packs new`: a pack of one's own, begun with an example that works.

Exit code: 0 when it was written, 2 when there is something already, or it cannot be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from showclear.adapters.packs import CASES, PACK_FILE, installed
from showclear.app.pack_example import CASE_NAME, case_text, pack_text
from showclear.cli.streams import complain, write_text
from showclear.core.fields import Bad, read_id


def new_pack(folder: Annotated[Path, Parameter(name="NAME")], /) -> int:
    """Begin a pack: NAME/pack.yaml with a commented rule, and NAME/cases with its case.

    Parameters
    ----------
    folder
        A folder that is not there yet; its last part becomes the name of the pack.
    """
    name = folder.name
    try:
        read_id(name)
    except Bad as bad:
        complain([f"{bad.found} is no name for a pack; allowed: {bad.allowed}."])
        return 2
    if name in installed().packs:
        complain([f"A pack {name!r} is installed already. Give yours a name of its own."])
        return 2
    pack, case = folder / PACK_FILE, folder / CASES / CASE_NAME
    try:
        # Made anew or not at all: what somebody wrote there is never overwritten.
        folder.mkdir(parents=True)
        (folder / CASES).mkdir()
        for path, text in ((pack, pack_text(name)), (case, case_text(name))):
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except FileExistsError:
        complain([f"{folder}: there is something already, and it stays as it is."])
        return 2
    except OSError as error:
        complain([f"{error.filename or folder}: cannot be written: {error.strerror}"])
        return 2
    write_text(f"{pack}\n{case}\n")
    write_text(f"Next: change it, and ask `showclear packs check {pack}` after each change.\n")
    return 0

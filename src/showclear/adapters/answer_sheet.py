"""The answer sheet that stands next to a pack, in `answers.json` (see `app.pack_answers`)."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from showclear.app.pack_answers import Sheet, read_sheet, sheet_text
from showclear.core.errors import Problem, ReadError

FILE: Final = "answers.json"


def recorded(folder: Traversable) -> Sheet | None:
    """Read the sheet of a pack's folder; None where none was recorded.

    Raises:
        ReadError: There is one, and this program did not write it, or cannot open it.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        return read_sheet(file.read_bytes(), file=str(file))
    except OSError as error:
        raise _problem(file, "cannot be read", error) from error


def record(folder: Traversable, sheet: Sheet) -> None:
    """Write the sheet into a pack's folder, in the place of the one before.

    Raises:
        ReadError: Nothing can be written there.
    """
    if not isinstance(folder, Path):
        found = "stands inside an archive, where nothing is written"
        raise ReadError([Problem(file=str(folder), line=0, found=found)])
    try:
        (folder / FILE).write_bytes(sheet_text(sheet).encode())
    except OSError as error:
        raise _problem(folder / FILE, "cannot be written", error) from error


def _problem(file: Traversable, found: str, error: OSError) -> ReadError:
    return ReadError([Problem(file=str(file), line=0, found=f"{found}: {error.strerror}")])

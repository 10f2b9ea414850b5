"""Where in a file does each value stand?

A parser of case files or packs has to tell a person the line to mend. The reader
of a file therefore hands on plain values together with the line of each of them.

* Plain values only: nothing, yes or no, whole numbers, exact decimals, text, lists
  and mappings with text keys. No binary fractions, no dates: text stays text.
* Lines count from 1. A mapping entry has the line of its key.

Reading files is left to the adapters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Plain: TypeAlias = bool | int | Decimal | str | list["Plain"] | dict[str, "Plain"] | None
"""What a file can say, before anybody asks what it means."""

Path: TypeAlias = tuple[str | int, ...]
"""The keys and positions that lead to a value; `()` is the whole document."""


@dataclass(frozen=True, slots=True)
class Located:
    """What a file says, and where it says it.

    Attributes:
        file: The file as the reader was given it.
        document: What it says, as plain values.
        lines: First line of every value by its path, from 1.
    """

    file: str
    document: Plain
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the closest ancestor that is known.

        A key that is missing is asked for as often as one that is there; the
        person then needs the line of the entry that lacks it.

        Returns:
            The line from 1, or 0 if nothing is known.

        >>> here = Located("a.yaml", {"people": None}, {(): 1, ("people",): 3})
        >>> here.line(("people", "armorer"))
        3
        """
        for length in range(len(path), -1, -1):
            found = self.lines.get(path[:length])
            if found is not None:
                return found
        return 0

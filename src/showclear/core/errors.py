"""What can go wrong, by who must act.

* `ReadError`: a person wrote a file that cannot be read as what it claims to be.
  They mend the file: every problem says where it is, what stands there, what
  may stand there, and the nearest word.
* `MisuseError`: our own caller made a mistake.

A refusal of a file lists every problem found, in the order of the file. Nothing
that happens on a set raises: a live statement is kept whatever it says.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


class ShowclearError(Exception):
    """The root of all errors that this project raises on purpose."""


class MisuseError(ShowclearError):
    """The calling code broke a contract. Not caused by what a person wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing in a file that its author has to change.

    Attributes:
        file: The file as the reader was given it.
        line: First line concerned, from 1; 0 when the whole file is meant.
        found: What stands there, in a few words.
        allowed: What may stand there, in a few words.
        nearest: The closest allowed word, if one is close.
    """

    file: str
    line: int
    found: str
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{where}: {self.found}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class ReadError(ShowclearError):
    """A file that a person wrote cannot be read.

    Attributes:
        problems: Every problem found, in the order of the file. Never empty.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise MisuseError("a ReadError must name at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))


COMPARED_LETTERS_MAX: Final = 200
COMPARED_WORDS_MAX: Final = 2_000
"""How much is compared to find the nearest word: a stranger's file may ask for it often."""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return the allowed word closest to `word`, or an empty string.

    >>> nearest("armourer", ["armorer", "actor"])
    'armorer'
    >>> nearest("zzz", ["armorer"])
    ''
    """
    words = sorted(allowed)
    if len(word) > COMPARED_LETTERS_MAX or len(words) > COMPARED_WORDS_MAX:
        # Whoever wrote so many names or so long a one is not helped by a nearest word.
        return ""
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return close[0] if close else ""

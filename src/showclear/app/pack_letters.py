"""Does a pack look like something else than it says?

A reviewer reads what is shown. A Cyrillic `о` in a word of Latin letters makes another name
that looks the same, and a mark that nobody sees makes another still.

* No word has letters of two alphabets, and no letter is a styled or wide form of another.
* Names that a pack defines, and exceptions, are of Latin letters.
* Marks that are not seen, or that turn the reading direction, stand nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from showclear.core.errors import Problem
from showclear.core.located import Located, Path, Plain

NAMES: Final = ("define", "exceptions")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ORDINALS: Final = frozenset("ªº")
PROBLEMS_MAX: Final = 100


def look_alikes(located: Located) -> tuple[Problem, ...]:
    """Return what looks like something else, in the order of the file."""
    found: list[Problem] = []
    for path, text, is_name in _texts(located.document, ()):
        if text.isascii():
            continue
        said = _said(text, is_name=is_name)
        if said:
            line = located.line(path)
            found.append(Problem(file=located.file, line=line, found=said, allowed=_ALLOWED))
        if len(found) >= PROBLEMS_MAX:
            break
    return tuple(sorted(found, key=lambda problem: problem.line))


_ALLOWED: Final = "letters of one alphabet that are what they look like"


def _texts(part: Plain, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Every text of a document, and whether it is a name of the pack's own."""
    if isinstance(part, str):
        yield path, part, False
    elif isinstance(part, list):
        for place, item in enumerate(part):
            yield from _texts(item, (*path, place))
    elif isinstance(part, dict):
        for key, item in part.items():
            yield (*path, key), key, path[:1] in [(name,) for name in NAMES]
            yield from _texts(item, (*path, key))


def _said(text: str, *, is_name: bool) -> str:
    for sign in text:
        if unicodedata.category(sign) == "Cf":
            return f"the character U+{ord(sign):04X} ({unicodedata.name(sign, 'unnamed')})"
    for word in _WORD.findall(text):
        letters = {sign: _alphabet(sign) for sign in word if sign not in _ORDINALS}
        alphabets = set(letters.values())
        if len(alphabets) > 1 or (is_name and alphabets - {"LATIN"}):
            odd = next(sign for sign, of in letters.items() if of != "LATIN")
            name = unicodedata.name(odd, "unnamed")
            return f"the word {word[:40]!r} with U+{ord(odd):04X} ({name})"
    return ""


_TOGETHER: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
"""Scripts that one word of one language is written in."""


def _alphabet(letter: str) -> str:
    """The alphabet of a letter; of one that is another's styled or wide form, its own name."""
    name = unicodedata.name(letter, "")
    first = name.partition(" ")[0]
    if first in _TOGETHER:
        return "CJK"
    if unicodedata.normalize("NFKC", letter) != letter:
        return name
    return first

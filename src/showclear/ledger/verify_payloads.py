"""Is this payload strict JSON, and what are its id and tag? Sooner, where it was seen before.

1. `read_payload` has the last word: what it refuses is refused here, with its own words.
2. In JSON without backslashes a quotation mark stands nowhere but around a string. So a
   payload can be written as a pattern: all as it stands, its keys too, and in the place of
   each string that is a value, any text without a quotation mark.
3. What fits the pattern of a payload that `read_payload` has read differs from it in nothing
   but the words of such strings, so it would be read as well. Backslashes and control
   characters, which a string cannot have, never come here.
4. Patterns are kept up to a number: a stranger can make this slow, never wrong.

It takes less than half of the time of reading all, and reading is most of what is left
beside the signatures.

Source: RFC 8259, section 7 (what may stand in a string).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from showclear.ledger.payload import read_payload

PATTERNS_MAX: Final = 1_024
ALIKE_MAX: Final = 8
"""Most patterns with the same number of quotation marks."""
PATTERN_CHARACTERS_MAX: Final = 4_096

_UNUSUAL: Final = bytes(range(0x20)) + b"\\"
_ASKED: Final = ("id", "what", "by")


class Read(NamedTuple):
    """What every payload is asked for.

    Attributes:
        id: Its `id`, whatever that is; None if it has none.
        what: Its `what`, likewise.
        by: Its `by`, likewise.
        sealed: How many texts it has sealed.
    """

    id: object
    what: object
    by: object
    sealed: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One payload, its words left open."""

    text: re.Pattern[str]
    groups: tuple[int, int, int]
    sealed: int


class Payloads:
    """Reads payloads and remembers their patterns."""

    def __init__(self) -> None:
        self._patterns: dict[int, list[_Pattern]] = {}
        self._count = 0

    def read(self, raw: bytes) -> Read:
        """Read a payload.

        Raises:
            EvidenceError: As `read_payload`.
        """
        if len(raw.translate(None, _UNUSUAL)) != len(raw):
            return read_of(read_payload(raw))
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return read_of(read_payload(raw))
        alike = self._patterns.get(text.count('"'))
        if alike is None:
            return self._learn(raw, text)
        for one in alike:
            if (fits := one.text.fullmatch(text)) is not None:
                if one is not alike[0]:
                    # Statements come in runs: the next one is likely of this pattern too.
                    alike.remove(one)
                    alike.insert(0, one)
                name, what, by = fits.group(*one.groups)
                return Read(name, what, by, one.sealed)
        return self._learn(raw, text)

    def _learn(self, raw: bytes, text: str) -> Read:
        """Read a payload that fits no pattern yet, and remember its own."""
        read = read_of(read_payload(raw))
        alike = self._patterns.setdefault(text.count('"'), [])
        if (
            len(alike) < ALIKE_MAX
            and self._count < PATTERNS_MAX
            and len(text) <= PATTERN_CHARACTERS_MAX
            and (made := _pattern(text, read.sealed)) is not None
        ):
            alike.append(made)
            self._count += 1
        return read


def _pattern(text: str, sealed: int) -> _Pattern | None:
    """Make the pattern of a payload; None where what is asked for is not all there as text."""
    pieces = text.split('"')
    parts: list[str] = []
    groups: dict[str, int] = {}
    depth, key = 0, ""
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            depth += sum(piece.count(sign) for sign in "{[")
            depth -= sum(piece.count(sign) for sign in "}]")
            parts.append(re.escape(piece))
        elif pieces[at + 1].lstrip(" ").startswith(":"):
            key = piece if depth == 1 and pieces[at + 1].strip(" ") == ":" else ""
            parts.append(f'"{re.escape(piece)}"')
        elif key in _ASKED:
            groups[key] = len(groups) + 1
            parts.append('"([^"]*+)"')
            key = ""
        else:
            parts.append('"[^"]*+"')
            key = ""
    if len(groups) < len(_ASKED):
        return None
    return _Pattern(
        re.compile("".join(parts)), (groups["id"], groups["what"], groups["by"]), sealed
    )


def read_of(payload: Mapping[str, Any]) -> Read:
    """Return what is asked of a payload that was read."""
    sealed = sum(1 for _ in seals_in(payload))
    return Read(payload.get("id"), payload.get("what"), payload.get("by"), sealed)


def seals_in(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give path and digest of every `{"sealed": digest}` in a payload."""
    waiting: list[tuple[str, Any]] = [("", payload)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            digest = value.get("sealed")
            if len(value) == 1 and isinstance(digest, str):
                yield path, digest
                continue
            inner: Any = value.items()
        else:
            inner = enumerate(value)
        start = path + "." if path else ""
        waiting += [
            (f"{start}{key}", below) for key, below in inner if isinstance(below, dict | list)
        ]

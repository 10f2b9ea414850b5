"""What do the walks through attachments share: parts, lengths and refusals.

* A walk gives every stretch of a file in its order, as it is to be kept. Joined, they are
  the cleaned file; a walk that reaches the end has seen every byte.
* A length is checked before it is used. What does not fit is `attachment-broken`.

What each format needs is for the walks; what a file may be is for `attachments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, TypeVar

from showclear.ledger.errors import EvidenceError

PARTS_MAX: Final = 250_000
"""More parts in a row than an hour of Ogg has; a file of more is made to keep us busy."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file.

    Attributes:
        raw: As it is to be kept; empty where nothing of it is.
        told: The name of what it lost by that; empty where it stands as it came.
    """

    raw: bytes
    told: str = ""


Parts: TypeAlias = Iterator[Part]


def counted(parts: Iterable[_T]) -> Iterator[_T]:
    """Give the parts, and refuse the file that has too many of them."""
    for number, part in enumerate(parts):
        if number == PARTS_MAX:
            raise broken(0, "it has more parts than a picture or a recording")
        yield part


def replaced(old: bytes, new: bytes, *, told: str) -> Part:
    """Return the new bytes, named as a loss only where they differ from the old ones."""
    return Part(new, "" if new == old else told)


def broken(at: int, what: str) -> EvidenceError:
    """Return the refusal of a file that contradicts itself at this byte."""
    sentence = f"The file is cut off or damaged: {what}. Send it again from where it was made."
    return EvidenceError("attachment-broken", sentence, where=f"byte {at}")


def big(raw: bytes, at: int, *, size: int = 4) -> int:
    """Return the number that stands there, most significant byte first."""
    if at + size > len(raw):
        raise broken(at, "it ends within a length")
    return int.from_bytes(raw[at : at + size], "big")


def said(name: bytes) -> str:
    """Return a part's name as text that can stand in a line, whatever its bytes are."""
    text = name.decode("latin-1").strip()
    return text if re.fullmatch(r"[\w© -]+", text) else name.hex()


def riff(raw: bytes, start: int, *, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Give each chunk's name and the whole chunk, its pad byte included."""
    at = start
    while at < end:
        length = int.from_bytes(raw[at + 4 : at + 8], "little")
        stop = at + 8 + length
        if at + 8 > end or stop > end:
            raise broken(at, "a chunk runs past its end")
        # Some recorders leave out the last pad byte.
        at = min(stop + length % 2, end)
        yield raw[stop - length - 8 : stop - length - 4], raw[stop - length - 8 : at]


def riff_end(raw: bytes) -> int:
    """Return where a RIFF file ends by its own word; more bytes may follow."""
    end = 8 + int.from_bytes(raw[4:8], "little")
    if not 12 < end <= len(raw):
        raise broken(4, "its length is not the one that it says")
    return end


class Box(NamedTuple):
    """Where a box of ISO 14496-12 stands: its name, start, first content byte and end."""

    name: bytes
    start: int
    body: int
    end: int


def boxes(raw: bytes, start: int, *, end: int) -> Iterator[Box]:
    """Give the boxes that fill this stretch exactly.

    Source: ISO 14496-12, section 4.2: a length of 1 means that 64 bits follow, 0 that the
    box runs to the end.
    """
    at = start
    while at < end:
        length, body = big(raw, at), at + 8
        if length == 1:
            length, body = big(raw, at + 8, size=8), at + 16
        stop = end if length == 0 else at + length
        if stop < body or stop > end:
            raise broken(at, "a box runs past its end")
        yield Box(raw[at + 4 : at + 8], at, body, stop)
        at = stop

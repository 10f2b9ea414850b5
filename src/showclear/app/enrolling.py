"""How does a device come in? By a code that somebody made for it, once.

1. A code is twelve letters: read off a screen, scanned as a QR, or typed. It names what the
   device will be (shared, or somebody's own) before anybody has it.
2. It works once, for ten minutes. One made at the server's start works until it is used,
   because nobody is in yet who could make another.
3. Kept is its digest. There are at most 64 at a time.
4. Ids name nobody: a device is its kind and a few letters, a person their role and a number.

Source: docs/design/access.md, "How a device comes in".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from showclear.app.badges import letters
from showclear.core import words
from showclear.core.state import State

LASTS: Final = timedelta(minutes=10)
AT_ONCE_MAX: Final = 64
CODE_BYTES: Final = 6
DEVICE_BYTES: Final = 2

SHARED_KINDS: Final = frozenset({"tablet", "board"})
OWN_KINDS: Final = frozenset({"phone", "laptop"})
KINDS: Final = SHARED_KINDS | OWN_KINDS

ENROLLING_ROLES: Final = words.HANDLER_ROLES | {
    "first-ad",
    "second-ad",
    "line-producer",
    "producer",
    "safety-adviser",
    "upm",
}
"""Who may let devices in for others, and give badges: those who answer for weapons or run
the set. Everybody may enrol their own device, if they showed who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a code lets in.

    Attributes:
        code: Twelve letters; known only when it is made.
        kind: `tablet`, `board`, `phone` or `laptop`.
        person: Whose own the device is; empty for a shared one.
        until: When the code ends, UTC; None for one that works until it is used.
        by: Who made it, with how that was known; empty for the server's start.
    """

    code: str
    kind: str
    person: str
    until: datetime | None
    by: tuple[str, str] | None = None


class Enrolments:
    """The codes that are out. In memory: a restart ends them."""

    def __init__(self, *, now: Callable[[], datetime], random: Callable[[int], bytes]) -> None:
        """Begin with none. `now` gives UTC, `random` so many fresh random bytes."""
        self._now, self._random = now, random
        self._out: dict[bytes, Offer] = {}

    def make(
        self,
        *,
        kind: str,
        person: str = "",
        starting: bool = False,
        by: tuple[str, str] | None = None,
    ) -> Offer | None:
        """Make a code.

        Args:
            kind: One of `KINDS`.
            person: Whose own the device will be; empty for a shared one.
            starting: Whether the server makes it at its start.
            by: Who asked for it, and how it was known who that is.

        Returns:
            The offer with its code, which is shown once; None if too many are out.
        """
        self._forget_old()
        if len(self._out) >= AT_ONCE_MAX:
            return None
        code = letters(self._random(CODE_BYTES))
        until = None if starting else self._now() + LASTS
        kept = Offer(code="", kind=kind, person=person, until=until, by=by)
        self._out[_digest(code)] = kept
        return Offer(code=code, kind=kind, person=person, until=until, by=by)

    def take(self, code: str) -> Offer | None:
        """Take what a code lets in; it does not work again."""
        self._forget_old()
        return self._out.pop(_digest(code), None)

    def give_back(self, code: str, offer: Offer) -> None:
        """Let a code work again: what it was taken for could not be written."""
        self._out[_digest(code)] = offer

    def _forget_old(self) -> None:
        now = self._now()
        for name, one in list(self._out.items()):
            if one.until is not None and one.until <= now:
                del self._out[name]


def spaced(code: str) -> str:
    """A code as people read it.

    >>> spaced("BCDFGHJKLNPR")
    'BCDF-GHJK-LNPR'
    """
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _digest(code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter not in "- \t\n")
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()


def enrolled(offer: Offer, *, key: str, device: str, id_: str, at: datetime) -> Mapping[str, Any]:
    """Return the server's statement that a device may sign.

    Whoever let it in stands beside as a witness, with how the server knew them.
    """
    said: dict[str, Any] = {
        "id": id_,
        "what": "device.enrolled",
        "at": at.isoformat().replace("+00:00", "Z"),
        "by": "server",
        "attested": "server",
        "device": device,
        "kind": offer.kind,
        "key": key,
    }
    if offer.person:
        said["person"] = offer.person
    if offer.by is not None:
        person, how = offer.by
        said["witnesses"] = [{"person": person, "how": how}]
    return said


def mint_device_id(kind: str, *, random: Callable[[int], bytes], known: frozenset[str]) -> str:
    """Make a device's id: its kind and four letters, so far unused."""
    while True:
        name = f"{kind}-{letters(random(DEVICE_BYTES)).lower()}"
        if name not in known:
            return name


def mint_person_id(state: State, role: str, *, besides: Container[str] = ()) -> str:
    """Make a person's id of their role and the next number: no name gets into an id.

    The first of a role has the role itself, if nothing else is called so.

    Args:
        besides: Ids that are given out and not on record yet.
    """
    taken = (besides, state.people, state.weapons, state.lots, state.things, state.activities)
    number = 1
    while True:
        name = role if number == 1 else f"{role}-{number}"
        if name not in words.RESERVED and not any(name in table for table in taken):
            return name
        number += 1

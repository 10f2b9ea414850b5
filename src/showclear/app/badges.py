"""Is this badge or PIN somebody's? What is kept about it, and how many tries are left.

1. Kept is a digest (scrypt) of each badge's code and each PIN, never the words themselves.
2. A PIN has five tries. Each is counted, durably, before it is looked at, so that a power
   cut gives none back. After the fifth wrong one only the badge counts, until somebody who
   may give badges gives a PIN anew or clears the tries. The right one clears them too.
3. A badge's code finds its person: so nobody types a name. Two people cannot have one code.
4. An unknown person's PIN takes as long as a wrong one and is answered alike.
5. A badge alone does not count: the record has to say that it was given and not revoked.
   That is asked where the record can be asked (`stands`).

The caller sees to it that one is checked at a time. Source: docs/formats/badges.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from typing import Final, Protocol

from showclear.core.nouns import Chain, Fact
from showclear.core.state import State

TRIES: Final = 5
SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32

SCRYPT_N: Final = 2**14
SCRYPT_R: Final = 8
SCRYPT_P: Final = 1
"""Costs of scrypt: 16 MiB and some 50 ms a guess. Source: RFC 7914, section 2."""

LETTERS: Final = "BCDFGHJKLNPRSTVX"
"""Sixteen letters that make no words, are not taken for digits, and stand at the same place
on English, German, French and Spanish keyboards: a scanner types what was printed."""

_PIN: Final = re.compile(r"[0-9]{4,12}")
_BADGE: Final = re.compile(r"[!-~]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinDigest:
    """What is kept of a PIN."""

    salt: bytes
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is kept about one person.

    Attributes:
        badge: Digest of the badge's code under the salt that all codes share.
        tries: PINs tried since the last right one.
    """

    person: str
    pin: PinDigest | None = None
    badge: bytes | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBadges:
    """Everything that is kept.

    Attributes:
        salt: 16 random bytes, made once, under which badges' codes are digested: one digest
            finds the person among all.
        people: By id.
    """

    salt: bytes
    people: Mapping[str, Held] = field(default_factory=dict)


class BadgeStore(Protocol):
    """Where badges are kept."""

    def read(self) -> KeptBadges | None:
        """Return what was written last, or None where nothing ever was.

        Raises:
            EvidenceError: `bad-badges`: something is there and is not what was written.
            StorageError: It cannot be read.
        """

    def write(self, kept: KeptBadges) -> None:
        """Keep this in place of what was there; durable when it returns.

        Raises:
            StorageError: The old is there or the new, whole.
        """


class Checked(Enum):
    """What came of a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    BADGE_ONLY = "badge-only"


class BadgeBook:
    """The badges and PINs of one production."""

    def __init__(self, store: BadgeStore, *, random: Callable[[int], bytes]) -> None:
        """Read what is kept.

        Raises:
            EvidenceError, StorageError: See `BadgeStore.read`.
        """
        self._store, self._random = store, random
        self._kept = store.read() or KeptBadges(salt=random(SALT_BYTES))
        self._nobody = PinDigest(salt=random(SALT_BYTES), digest=bytes(DIGEST_BYTES))

    def held(self, person: str) -> Held:
        """What somebody has; of a stranger, nothing."""
        return self._kept.people.get(person) or Held(person=person)

    @property
    def people(self) -> frozenset[str]:
        """Everybody who has a badge or a PIN."""
        people = self._kept.people.values()
        return frozenset(one.person for one in people if one.pin or one.badge)

    def check_pin(self, person: str, pin: str) -> Checked:
        """Check a PIN: counts a try first.

        Raises:
            StorageError: The try could not be counted, so the PIN was not looked at.
        """
        held = self._kept.people.get(person)
        known = held is not None and held.pin is not None
        if held is not None and known:
            if held.tries >= TRIES:
                return Checked.BADGE_ONLY
            held = self._put(replace(held, tries=held.tries + 1))
        kept = held.pin if held is not None and held.pin is not None else self._nobody
        right = hmac.compare_digest(_scrypt(pin, kept.salt), kept.digest) and known
        if right and held is not None:
            self._put(replace(held, tries=0))
            return Checked.RIGHT
        return Checked.BADGE_ONLY if held is not None and held.tries >= TRIES else Checked.WRONG

    def find(self, code: str) -> str:
        """Return whose badge has this code; empty for nobody's."""
        digest = _scrypt(tidied(code), self._kept.salt)
        found = ""
        for held in self._kept.people.values():
            if held.badge is not None and hmac.compare_digest(held.badge, digest):
                found = held.person
        return found

    def give(self, person: str, *, pin: str | None = None, badge: str | None = None) -> bool:
        """Give somebody a PIN, a badge, or both; what is not given stays. Clears the tries.

        Returns:
            Whether it was given: False if somebody else has this badge's code.

        Raises:
            StorageError: Nothing was given.
        """
        held = replace(self.held(person), tries=0)
        if badge is not None:
            if self.find(badge) not in ("", person):
                return False
            held = replace(held, badge=_scrypt(tidied(badge), self._kept.salt))
        if pin is not None:
            salt = self._random(SALT_BYTES)
            held = replace(held, pin=PinDigest(salt=salt, digest=_scrypt(pin, salt)))
        self._put(held)
        return True

    def clear_tries(self, person: str) -> None:
        """Let somebody's PIN be tried again.

        Raises:
            StorageError: It could not be kept.
        """
        if person in self._kept.people:
            self._put(replace(self.held(person), tries=0))

    def revoke(self, person: str) -> None:
        """Forget somebody's badge and PIN.

        Raises:
            StorageError: It could not be kept.
        """
        people = {name: one for name, one in self._kept.people.items() if name != person}
        self._keep(replace(self._kept, people=people))

    def new_code(self) -> str:
        """Make a badge's code: twenty letters that nobody guesses."""
        return letters(self._random(10))

    def _put(self, held: Held) -> Held:
        self._keep(replace(self._kept, people={**self._kept.people, held.person: held}))
        return held

    def _keep(self, kept: KeptBadges) -> None:
        # Written first: what could not be kept has not happened.
        self._store.write(kept)
        self._kept = kept


def is_pin(text: str) -> bool:
    """Whether this may be a PIN: 4 to 12 digits, not all alike and not one after the other."""
    if not _PIN.fullmatch(text):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(text)}
    return steps not in ({0}, {1}, {-1})


def is_badge(text: str) -> bool:
    """Whether this may be a badge's code: 8 to 64 letters, digits and signs without spaces."""
    return _BADGE.fullmatch(tidied(text)) is not None


def tidied(code: str) -> str:
    """A code as it counts: a scanner may add spaces around it and forget the capitals."""
    return code.strip().upper()


def letters(raw: bytes) -> str:
    """Write random bytes as letters, two for each."""
    return "".join(LETTERS[byte >> 4] + LETTERS[byte & 15] for byte in raw)


def _scrypt(text: str, salt: bytes) -> bytes:
    secret = text.encode("utf-8", "replace")
    return hashlib.scrypt(secret, salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=DIGEST_BYTES)


def stands(state: State, person: str) -> bool:
    """Whether the record says that somebody, who is still here, has a badge."""
    found = state.people.get(person)
    if found is None or found.left:
        return False
    given = _last(state, "badge.issued", person)
    return given is not None and given > (_last(state, "badge.revoked", person) or -1)


def _last(state: State, tag: str, person: str) -> int | None:
    """Where the newest such statement about somebody stands."""
    chain: Chain[Fact] | None = state.facts.get(tag)
    for fact in chain or ():
        if person in fact.on:
            return fact.mark.seq
    return None

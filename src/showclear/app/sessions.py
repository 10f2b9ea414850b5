"""Which device is this, by the key that it has?

1. A device asks for a challenge, signs it with its key, and has a session for 12 hours.
2. A challenge is for one key, one minute and one use. Nothing is kept of one that nobody
   answered, so that no stranger fills memory: it carries its own proof.
3. What is signed begins with words that no statement begins with: a challenge is never a
   statement, nor the other way about.
4. A session is known by 32 random bytes that only the device has; kept is their digest.
5. A session ends with its time, when the device says so, or with its key. Whatever waits
   on it (a stream) is told.

Source: docs/design/access.md, "A device's session".
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from showclear.ledger import ed25519
from showclear.ledger.encoding import decode_base64url, encode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.keyring import SERVER, Enrolled

LASTS: Final = timedelta(hours=12)
CHALLENGE_LASTS: Final = timedelta(minutes=1)
TOKEN_BYTES: Final = 32
SESSIONS_MAX: Final = 512
OF_ONE_KEY_MAX: Final = 4
"""A browser has one; more come of cookies that it lost."""

SPOKEN_BEFORE: Final = b"showclear-session/1\n"
"""What stands before a challenge when it is signed. A JWS has no line end in it."""

_NONCE_BYTES: Final = 16
_TIME_BYTES: Final = 8
_PROOF_BYTES: Final = 32
_CHALLENGE_BYTES: Final = _NONCE_BYTES + _TIME_BYTES + _PROOF_BYTES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Session:
    """A device that showed that it has its key.

    Attributes:
        device: Its id.
        kid: The thumbprint of its key.
        kind: What it is: `tablet`, `board`, `phone`, `laptop`; empty if not said.
        person: Whose own it is; empty for a shared one.
        vouched: Whether anybody showed who they were when it came in. What a file enrolled as
            somebody's own shows nobody.
        until: When the session is over, UTC.
        ended: Set when it is over earlier or later: whoever streams to it stops.
    """

    device: str
    kid: str
    kind: str
    person: str
    until: datetime
    vouched: bool = True
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Sessions:
    """The sessions of one server's devices. In memory: a restart asks every key again."""

    def __init__(self, *, now: Callable[[], datetime], random: Callable[[int], bytes]) -> None:
        """Begin with none.

        Args:
            now: UTC.
            random: So many fresh random bytes.
        """
        self._now, self._random = now, random
        self._secret = random(32)
        self._open: OrderedDict[bytes, Session] = OrderedDict()
        self._used: dict[bytes, datetime] = {}

    # --- challenges ------------------------------------------------------------------

    def challenge(self, kid: str) -> str:
        """Return what the key of this thumbprint is to sign, whether there is one or not."""
        until = int((self._now() + CHALLENGE_LASTS).timestamp())
        said = self._random(_NONCE_BYTES) + until.to_bytes(_TIME_BYTES, "big")
        return encode_base64url(said + self._proof(said, kid)).decode()

    def _proof(self, said: bytes, kid: str) -> bytes:
        return hmac.digest(self._secret, said + kid.encode(), hashlib.sha256)

    def answers(self, challenge: str, signature: str, *, kid: str, key: Enrolled) -> bool:
        """Whether this key answered a challenge of ours, in time and for the first time."""
        try:
            raw = decode_base64url(challenge, what="The challenge")
            signed = decode_base64url(signature, what="The signature")
        except EvidenceError:
            return False
        if len(raw) != _CHALLENGE_BYTES:
            return False
        said, proof = raw[:-_PROOF_BYTES], raw[-_PROOF_BYTES:]
        until = int.from_bytes(said[_NONCE_BYTES:], "big")
        now = self._now()
        if not hmac.compare_digest(proof, self._proof(said, kid)) or now.timestamp() > until:
            return False
        if said in self._used or key.kind == SERVER:
            return False
        if not ed25519.verify(signed, SPOKEN_BEFORE + challenge.encode(), public=key.public):
            return False
        # Only what a standing key signed is remembered, and only while it could come again.
        self._used = {one: when for one, when in self._used.items() if when >= now}
        self._used[said] = datetime.fromtimestamp(until, UTC)
        return True

    # --- sessions --------------------------------------------------------------------

    def open(self, key: Enrolled, *, kid: str) -> tuple[str, Session]:
        """Open a session for a device whose key answered. Returns its token once, and it."""
        token = encode_base64url(self._random(TOKEN_BYTES)).decode()
        session = Session(
            device=key.device,
            kid=kid,
            kind=key.kind,
            person=key.person,
            until=self._now() + LASTS,
            vouched=key.vouched,
        )
        same = [name for name, one in self._open.items() if one.kid == kid]
        for name in same[: max(0, len(same) - OF_ONE_KEY_MAX + 1)]:
            self._end(name)
        while len(self._open) >= SESSIONS_MAX:
            self._end(next(iter(self._open)))
        self._open[_digest(token)] = session
        return token, session

    def find(self, token: str) -> Session | None:
        """Return the session of a token, if it stands."""
        name = _digest(token)
        found = self._open.get(name)
        if found is not None and found.until <= self._now():
            self._end(name)
            return None
        return found

    def end(self, token: str) -> None:
        """End a session because its device says so."""
        self._end(_digest(token))

    def keep(self, kids: Container[str]) -> None:
        """End every session whose key does not stand any more, or whose time is over."""
        now = self._now()
        for name, one in list(self._open.items()):
            if one.kid not in kids or one.until <= now:
                self._end(name)

    def close(self) -> None:
        """End them all."""
        for name in list(self._open):
            self._end(name)

    def _end(self, name: bytes) -> None:
        found = self._open.pop(name, None)
        if found is not None:
            found.ended.set()

    def __len__(self) -> int:
        return len(self._open)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()

"""Where a server keeps who may come in: sessions, speakers, codes, badges.

* What stands is what the record says: after each commit the keys are read again, and a
  device that was revoked loses its session, its streams and its speaker. Whoever's badge
  ended, or who left, speaks by badge nowhere any more.
* All but the badges are in memory. After a restart each device opens a session with its
  key by itself, people give their badge or PIN again, and codes are made anew.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from showclear.app.badges import BadgeBook, BadgeStore, stands
from showclear.app.enrolling import Enrolments
from showclear.app.sessions import Session, Sessions
from showclear.app.set_server import SetServer
from showclear.app.speaking import Speakers
from showclear.app.tries import Tries
from showclear.app.views.look import Look
from showclear.ledger.keyring import SERVER, Enrolled

Keys = Mapping[str, Enrolled]


def standing_keys(look: Look) -> Keys:
    """Every device's key that stands now, by its thumbprint."""
    keys = look.spine.keyring.keys
    return {kid: key for kid, key in keys.items() if key.until is None and key.kind != SERVER}


def _of_badges() -> Tries:
    return Tries(at_once=10, a_minute=1)


def _of_codes() -> Tries:
    return Tries(at_once=10, a_minute=6)


@dataclass(slots=True, kw_only=True)
class Door:
    """Who may come in, of one production being served.

    Attributes:
        random: So many fresh random bytes.
        sample_key: What `POST /api/sample` asks for; empty for none.
        base: The address under which other devices reach this server, such as
            `https://192.168.1.7:8443`; empty to take the one that whoever asks has used.
        minted: Ids of people given out lately, who may not be on record yet.
        keys: Keys that stood after the last commit, by thumbprint.
        badge_tries: Wrong badges and PINs left, by device.
        code_tries: Wrong enrolment codes and signatures left, by address.
        checking: Held while a PIN is checked: so that tries are counted one after the other,
            and no more than one at a time costs its memory.
        enrolling: Held while a device comes in.
    """

    server: SetServer
    random: Callable[[int], bytes]
    badges: BadgeBook
    sessions: Sessions
    speakers: Speakers
    enrolments: Enrolments
    sample_key: str = ""
    base: str = ""
    minted: deque[str] = field(default_factory=lambda: deque(maxlen=64))
    keys: Keys = field(default_factory=dict)
    badge_tries: Tries = field(default_factory=_of_badges)
    code_tries: Tries = field(default_factory=_of_codes)
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)
    enrolling: asyncio.Lock = field(default_factory=asyncio.Lock)
    _expected: dict[str, Enrolled] = field(default_factory=dict)
    _stop: Callable[[], None] | None = None
    _reading: asyncio.Task[None] | None = None
    _again: bool = False

    async def stands(self, session: Session) -> bool:
        """Whether a session's key stands, on the record as it is now."""

        def stands(look: Look) -> bool:
            key = look.spine.keyring.keys.get(session.kid)
            return key is not None and key.until is None

        return not session.ended.is_set() and await self.server.look(stands)

    def expect(self, kid: str, key: Enrolled) -> None:
        """Know a key just before it is put on record, so that none stands there unknown here."""
        self._expected[kid] = key
        self.keys = {**self.keys, kid: key}

    def expected(self, kid: str) -> None:
        """It is on record now, or will not be."""
        self._expected.pop(kid, None)

    async def refresh(self) -> None:
        """Read which keys and badges stand, and end what those no longer standing had."""
        expected, speaking = dict(self._expected), self.speakers.by_badge()

        def read(look: Look) -> tuple[Keys, frozenset[str]]:
            ended = (name for name in speaking if not stands(look.state, name))
            return standing_keys(look), frozenset(ended)

        keys, ended = await self.server.look(read)
        self.keys = {**expected, **keys}
        self.sessions.keep(self.keys)
        self.speakers.keep(frozenset(key.device for key in self.keys.values()))
        for name in ended:
            self.speakers.end_person(name)

    def _told(self) -> None:
        self._again = True
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            while self._again:
                self._again = False
                await self.refresh()
        finally:
            self._reading = None

    async def close(self) -> None:
        """End every session, and with it every stream that waits on one."""
        if self._stop is not None:
            self._stop()
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        self.sessions.close()


async def open_door(
    server: SetServer,
    badges: BadgeStore,
    *,
    random: Callable[[int], bytes],
    sample_key: str = "",
    base: str = "",
) -> Door:
    """Open the door of a production: in its event loop, once it can be looked at.

    Args:
        random: So many fresh random bytes.
        sample_key, base: See `Door`.

    Raises:
        StorageError: The badges cannot be read.
        EvidenceError: `bad-badges`: they are not what was written.
    """
    door = Door(
        server=server,
        random=random,
        badges=BadgeBook(badges, random=random),
        sessions=Sessions(now=server.now, random=random),
        speakers=Speakers(now=server.now),
        enrolments=Enrolments(now=server.now, random=random),
        sample_key=sample_key,
        base=base,
    )
    await door.refresh()
    door._stop = server.listen(door._told)
    return door


__all__: Final = ["Door", "open_door", "standing_keys"]

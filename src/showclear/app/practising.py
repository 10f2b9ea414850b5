"""What does a practice production say of the one it is a sandbox of?

1. It is another log with other keys, and a sample for ever: nothing said in it can be taken
   for the real record, and nothing of it goes back there.
2. It says anew what people said, in its order and commit by commit, with each claim of who
   said it worth what it was worth there. Words that are gone stay gone.
3. Devices are not carried over: a device that signs for the real record signs nothing here.
4. The real journal is only read.

Source: docs/formats/ledger.md, "Samples".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from showclear.app.attesting import as_attested
from showclear.app.incoming import Taken
from showclear.app.reading_log import NO_TIME, Said, clock_of, entries_of
from showclear.app.spine import OWN
from showclear.core.sealing import SealError, unseal
from showclear.ledger.journal import Journal
from showclear.ledger.keyring import Keyring
from showclear.ledger.payload import what_of

Plain = dict[str, Any]

LEFT: Final = OWN | {
    "production.opened",
    "device.enrolled",
    "device.revoked",
    "log.continued",
    "text.erased",
}
"""What a log says of itself, and is not said anew by another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came in one commit.

    Attributes:
        clock: The server's time of that commit, UTC.
        said: The statements, in their order, as what they are worth.
    """

    clock: datetime
    said: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a production said of itself when it was made.

    Attributes:
        sample: Whether it is one, for ever.
        clock: The server's time of its first commit, UTC.
    """

    title: str
    where: str
    sample: bool
    clock: datetime


def opened(journal: Journal) -> Opened:
    """Return what a production is called, where it is and when its record began."""
    title, where, sample = "", "unknown", False
    for said in entries_of(journal, 0, _size(journal)):
        match what_of(said.payload):
            case "production.opened":
                plain = _unsealed(said)
                title, where = str(plain.get("title", "")), str(plain.get("jurisdiction", where))
                sample = plain.get("sample") is True
            case "received":
                clock = clock_of(said.payload)
                return Opened(title=title, where=where, sample=sample, clock=clock)
            case _:
                pass
    return Opened(title=title, where=where, sample=sample, clock=NO_TIME)


def said_anew(journal: Journal) -> Iterator[Came]:
    """Give what a production's record holds, to be said to another log.

    Raises:
        EvidenceError: An entry is not the one that the log was signed with.
    """
    keyring = Keyring()
    waiting: list[Taken] = []
    clock = NO_TIME
    for said in entries_of(journal, 0, _size(journal)):
        if said.index == 0:
            keyring.first(said.payload, kid=said.kid)
        what = what_of(said.payload)
        if what == "received" and said.kid == keyring.server:
            clock = clock_of(said.payload)
            if waiting:
                yield Came(clock=clock, said=tuple(waiting))
            waiting = []
        elif what not in LEFT:
            key = keyring.key_for(said.kid, index=said.index)
            waiting.append(Taken(fields=as_attested(_unsealed(said), key)))
        keyring.see(said.payload, kid=said.kid, index=said.index)
    if waiting:
        yield Came(clock=clock, said=tuple(waiting))


def _size(journal: Journal) -> int:
    head = journal.head()
    return 0 if head is None else head.size


def _unsealed(said: Said) -> Plain:
    """The plain words; those that were changed behind the log's back count as gone."""
    texts: dict[str, tuple[bytes, str]] = dict(said.texts)
    while True:
        try:
            return _opened(said.payload, texts)
        except SealError as found:
            if texts.pop(found.path, None) is None:
                return _opened(said.payload, {})


def _opened(payload: Mapping[str, Any], texts: Mapping[str, tuple[bytes, str]]) -> Plain:
    return unseal(payload, texts)[0]

"""Reading a log back: entries and their texts, in order, into what follows from them.

* Statements count from the `received` of their commit on, at its clock: so after a start
  everything is read as it was when it came.
* Signatures were verified before anything became an entry, and are again by `verify`; here
  every entry is held against its leaf hash, and those against a root that was signed (see
  `ledger.recover`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from showclear.app.spine import OWN, Spine
from showclear.ledger.errors import EvidenceError
from showclear.ledger.journal import Journal
from showclear.ledger.jws import read_statement
from showclear.ledger.merkle import HASH_SIZE, leaf_hash
from showclear.ledger.payload import read_payload, what_of
from showclear.ledger.publish import Shown

Plain = dict[str, Any]
Salted = dict[str, tuple[bytes, str]]

AT_ONCE: Final = 1_024
NO_TIME: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry, read.

    Attributes:
        index: Its place in the log.
        kid: The key that signed it.
        payload: As it stands in the log, sealed fields and all.
        texts: By path, what is at hand of its sealed texts.
    """

    index: int
    kid: str
    payload: Plain
    texts: Salted


def entries_of(journal: Journal, start: int, stop: int) -> Iterator[Said]:
    """Give the entries of a range with the texts that are at hand.

    Raises:
        EvidenceError: An entry is not the one that the log was signed with, or no statement.
    """
    for first in range(start, stop, AT_ONCE):
        last = min(stop, first + AT_ONCE)
        texts, leaves = texts_of(journal, first, last), journal.leaves(first, last)
        for index, raw in enumerate(journal.entries(first, last), first):
            place = HASH_SIZE * (index - first)
            if leaf_hash(raw) != leaves[place : place + HASH_SIZE]:
                raise _changed(index)
            signed, payload = _read(raw, index)
            yield Said(
                index=index, kid=signed, payload=payload, texts=texts.get(str(payload["id"]), {})
            )


def _changed(index: int) -> EvidenceError:
    return EvidenceError(
        "entry-changed",
        "this entry is not the one that the log was signed with: the journal was changed or "
        "damaged. Keep this folder as it is and run `showclear fsck` on it; compare with receipts "
        "and bundles that others hold.",
        where=f"entry {index}",
    )


def _read(raw: bytes, index: int) -> tuple[str, Plain]:
    try:
        signed = read_statement(raw)
        return signed.kid, read_payload(signed.payload)
    except EvidenceError as found:
        raise found.at(f"entry {index}") from found


def payload_at(journal: Journal, index: int) -> Plain:
    """Return the payload of one entry."""
    return _read(next(journal.entries(index, index + 1)), index)[1]


def texts_of(journal: Journal, start: int, stop: int) -> Mapping[str, Salted]:
    """Return the texts at hand of a range of entries, by statement and path."""
    found: dict[str, Salted] = {}
    for text in journal.texts(start, stop):
        found.setdefault(text.id, {})[text.path] = (text.salt, text.text)
    return found


def read_into(journal: Journal, spine: Spine, *, size: int, shown: Shown | None = None) -> Spine:
    """Take everything from where the spine stands up to a size of the log."""
    waiting: list[Said] = []
    for said in entries_of(journal, spine.size, size):
        if said.index == 0:
            spine.keyring.first(said.payload, kid=said.kid)
        if what_of(said.payload) == "received" and said.kid == spine.keyring.server:
            _arrived(spine, waiting, clock_of(said.payload))
            waiting = []
        else:
            waiting.append(said)
        if shown is not None and not said.index % AT_ONCE:
            shown(said.index, size)
    _arrived(spine, waiting, spine.clock or NO_TIME)
    spine.size = size
    return spine


def _arrived(spine: Spine, waiting: list[Said], clock: datetime) -> None:
    """Take in what came in one commit, at the time at which it came."""
    for said in waiting:
        if not (what_of(said.payload) in OWN and said.kid == spine.keyring.server):
            take_in(spine, said, clock)
    spine.clock = clock


def take_in(spine: Spine, said: Said, clock: datetime) -> None:
    """Take one entry into what follows from the log."""
    key = spine.keyring.key_for(said.kid, index=said.index)
    spine.take(spine.read(said.payload, said.texts, key=key, clock=clock))
    spine.keyring.see(said.payload, kid=said.kid, index=said.index)


def clock_of(payload: Mapping[str, Any]) -> datetime:
    """The server's time in a statement of its own.

    Raises:
        EvidenceError: `no-clock`: the server signed no time.
    """
    try:
        return datetime.fromisoformat(str(payload.get("clock"))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise EvidenceError(
            "no-clock", f"{payload.get('id')} has no time of the server: nobody wrote it so"
        ) from None

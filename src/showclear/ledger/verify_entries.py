"""Taken in order, do the entries of a log fit each other: keys, ids, verdicts, receptions?

1. Each entry has an id that no entry before it had.
2. The first entry enrols the server's key. Each later one is signed by a key that stood then.
3. What the server says (`by` `server`, `verdict.given`, `received`) is signed by its key.
4. A verdict is about an earlier entry, and no entry has two.
5. `received` names earlier entries, each at most once, and leaves none out: an entry before
   one that was named, or with more than 1,100 entries after it, has been named itself. What
   stands at the end may belong to a group that is not closed yet: that is mentioned.

Ids are kept as 64-bit hashes, 24 to 48 bytes an entry: all that grows with a log. Two that
seem to be the same are compared letter by letter before anything is said.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import read_statement
from showclear.ledger.keyring import Keyring
from showclear.ledger.payload import read_payload
from showclear.ledger.tiles import TILE_WIDTH
from showclear.ledger.verify_report import Report, Step
from showclear.ledger.verify_signatures import OWN, BundleRead, BundleReader, Told, not_signed

OPEN_MAX: Final = 1_100
"""So many entries may follow one that no `received` has named yet: more than any group has."""

_RECEIVED, _JUDGED, _OWN, _UNREAD = 1, 2, 4, 8
_NOT_NAMED: Final = bytes(not mark & (_RECEIVED | _OWN | _UNREAD) for mark in range(256))
_BITS: Final = (1 << 64) - 1


class IdTable:
    """At which index does an id stand? Open addressing over 64-bit hashes."""

    def __init__(self, count: int) -> None:
        slots = 1 << max(3, (2 * count - 1).bit_length())
        self._mask = slots - 1
        self._hashes = array("Q", [0]) * slots
        self._places = array("I" if count < 1 << 32 else "Q", [0]) * slots

    def add_all(self, ids: Sequence[str | None], *, first: int) -> list[tuple[int, int]]:
        """Add ids of neighbouring entries; return those that seem to have stood before.

        Returns:
            Pairs of the entry and the earlier one, which keeps its place.
        """
        hashes, places, mask = self._hashes, self._places, self._mask
        again: list[tuple[int, int]] = []
        for index, name in enumerate(ids, start=first):
            if name is None:
                continue
            wanted = hash(name) & _BITS or 1
            slot = wanted & mask
            while (there := hashes[slot]) and there != wanted:
                slot = (slot + 1) & mask
            if there:
                again.append((index, places[slot]))
            else:
                hashes[slot] = wanted
                places[slot] = index
        return again

    def find(self, name: str) -> int | None:
        """Return the index of an id; None where it does not stand."""
        wanted = hash(name) & _BITS or 1
        slot = wanted & self._mask
        while (there := self._hashes[slot]) and there != wanted:
            slot = (slot + 1) & self._mask
        return self._places[slot] if there else None


class Story:
    """What the entries say of each other, bundle after bundle.

    Attributes:
        keyring: The keys, as the entries so far have enrolled and revoked them.
        ids: Where each id stands.
        files: By SHA-256 in hexadecimal, the entry that added the attachment.
        erased: Ids of statements whose texts were erased, with the entry that says so.
        sealed: How many texts the entries have sealed.
        holes: Whether entries could not be read, so that what names them proves nothing.
    """

    def __init__(self, reader: BundleReader, report: Report, *, size: int) -> None:
        self._reader, self._report = reader, report
        self.size = size
        self.keyring = Keyring()
        self.ids = IdTable(size)
        self.files: dict[str, int] = {}
        self.erased: dict[str, int] = {}
        self.sealed = 0
        self.holes = False
        self.counts: dict[str, int] = {}
        self.clocks: list[str] = []
        self.backwards: list[int] = []
        self._last_clock: datetime | None = None
        self._marks = bytearray(size)
        self._again: tuple[int, list[bytes]] = (-1, [])
        self._named = -1
        self._unfollowed = 0

    @property
    def publics(self) -> dict[str, bytes]:
        """Every key known so far, by its thumbprint."""
        return {kid: one.public for kid, one in self.keyring.keys.items()}

    def take(self, read: BundleRead) -> None:
        """Take the next bundle."""
        first = read.number * TILE_WIDTH
        for step, index, finding in read.findings:
            self._report.add(step, finding, place=index)
        self._ids(read, first)
        self._keys(read)
        self._later(read)
        self._standing(read)
        self._servers(read)
        self.sealed += read.sealed
        for told in read.told:
            self._told(told)

    # --- 1. ids ----------------------------------------------------------------------

    def _ids(self, read: BundleRead, first: int) -> None:
        if None in read.ids:
            self.holes = True
            for index, name in enumerate(read.ids, start=first):
                self._marks[index] |= _UNREAD if name is None else 0
        for index, earlier in self.ids.add_all(read.ids, first=first):
            if self.id_at(earlier) == read.ids[index - first]:
                self._wrong(
                    "same-id",
                    index,
                    f"has the id of entry {earlier} again: a statement counts once, and nobody "
                    "can tell which of the two others mean",
                )

    def id_at(self, index: int) -> str | None:
        """Read an entry's id from the log once more; None where it has none."""
        payload = self.payload_at(index)
        return None if payload is None else str(payload.get("id"))

    def payload_at(self, index: int) -> dict[str, Any] | None:
        """Read an entry's payload from the log once more; None where it cannot be read."""
        number, place = divmod(index, TILE_WIDTH)
        try:
            if self._again[0] != number:
                self._again = (number, self._reader.entries(number) or [])
            entries = self._again[1]
            return payload_of(entries[place]) if entries else None
        except EvidenceError:
            return None

    # --- 2. and 3. keys --------------------------------------------------------------

    def _keys(self, read: BundleRead) -> None:
        """Follow the keys that this bundle enrols and revokes, one after the other."""
        if read.number == 0:
            self._first(read)
        late = {index for indices in read.later.values() for index in indices}
        for told in read.told:
            if not told.what.startswith("device.") or told.index in read.refused:
                continue
            if told.index in late:
                self._reader.learn(self.publics)
                if not self._fits(told.index):
                    continue
            try:
                self.keyring.key_for(told.kid, index=told.index)
            except EvidenceError:
                continue
            if told.index:
                self.keyring.see(told.payload, kid=told.kid, index=told.index)

    def _first(self, read: BundleRead) -> None:
        told = read.told[0] if read.told and read.told[0].index == 0 else None
        try:
            if told is None or 0 in read.refused:
                self.keyring.first({}, kid="")
            else:
                self.keyring.first(told.payload, kid=told.kid)
        except EvidenceError as error:
            self._report.caught(Step.ENTRIES, error, where=self._reader.place(0))

    def _fits(self, index: int) -> bool:
        try:
            return self._reader.verify_later(index)
        except EvidenceError:
            return False

    def _later(self, read: BundleRead) -> None:
        """Check the signatures that had to wait for a key."""
        if read.later:
            self._reader.learn(self.publics)
        for kid, indices in read.later.items():
            if kid in self.keyring.keys:
                for index in indices:
                    if not self._fits(index):
                        error = not_signed()
                        self._wrong(error.code, index, error.sentence)

    def _standing(self, read: BundleRead) -> None:
        for kid, indices in read.signed.items():
            self.counts[kid] = self.counts.get(kid, 0) + len(indices)
            # A key stands from one entry to another: between two that count, all do.
            if all(self._refusal(kid, index) is None for index in (indices[0], indices[-1])):
                continue
            for index in indices:
                error = self._refusal(kid, index)
                if error is not None and self.keyring.server:
                    self._wrong(error.code, index, error.sentence)

    def _refusal(self, kid: str, index: int) -> EvidenceError | None:
        try:
            self.keyring.key_for(kid, index=index)
        except EvidenceError as error:
            return error
        return None

    def _servers(self, read: BundleRead) -> None:
        for kid, indices in read.own.items():
            for index in indices:
                self._marks[index] |= _OWN
                if kid != self.keyring.server and self.keyring.server:
                    self._wrong(
                        "not-the-server",
                        index,
                        "says it is the server's word, and another key signed it",
                    )

    # --- 4. and 5. what is said of other entries -----------------------------------------

    def _told(self, told: Told) -> None:
        match told.what:
            case "verdict.given":
                self._verdict(told)
            case "received":
                self._received(told)
            case "text.erased":
                for name in _texts(told.payload.get("of")):
                    self.erased.setdefault(name, told.index)
            case "attachment.added":
                self.files.setdefault(str(told.payload.get("sha256")), told.index)
            case _:
                pass

    def _earlier(self, name: object, told: Told, what: str) -> int | None:
        """Return the entry before this one that an id stands for, or say that there is none."""
        index = self.ids.find(name) if isinstance(name, str) else None
        if index is not None and index < told.index:
            return index
        if self.holes:
            self._unfollowed += 1
        else:
            self._wrong(
                "no-such-entry",
                told.index,
                f"{what} {name!r}, and no entry before it has that id: something was left out, or "
                "this was never about an entry",
            )
        return None

    def _verdict(self, told: Told) -> None:
        index = self._earlier(told.payload.get("for"), told, "is a verdict on")
        if index is None:
            return
        if self._marks[index] & _JUDGED:
            self._wrong(
                "second-verdict",
                told.index,
                f"is a second verdict on entry {index}: what a gate answered never changes",
            )
        self._marks[index] |= _JUDGED

    def _received(self, told: Told) -> None:
        self._clock(told)
        ids = told.payload.get("ids")
        marks, find = self._marks, self.ids.find
        for name in ids if isinstance(ids, list) else [ids]:
            index = find(name) if isinstance(name, str) else None
            if index is None or index >= told.index:
                self._earlier(name, told, "says that it received")
            elif marks[index] & _RECEIVED:
                self._wrong(
                    "received-twice",
                    told.index,
                    f"says that it received entry {index}, which was received before: its time "
                    "would be another",
                )
            else:
                marks[index] |= _RECEIVED
                self._named = max(self._named, index)

    def _clock(self, told: Told) -> None:
        said = told.payload.get("clock")
        try:
            clock = datetime.fromisoformat(said) if isinstance(said, str) else None
        except ValueError:
            clock = None
        if clock is None or clock.tzinfo is None:
            return
        self.clocks = [*self.clocks[:1], str(said)]
        if self._last_clock is not None and clock < self._last_clock:
            self.backwards.append(told.index)
        self._last_clock = clock

    # --- the end ---------------------------------------------------------------------

    def end(self) -> None:
        """Say what only the end can show."""
        waiting = 0
        for index in self._unnamed():
            if index < self._named or self.size - 1 - index > OPEN_MAX:
                self._wrong(
                    "not-received",
                    index,
                    "is named by no `received` of the server: nobody can tell when it came",
                )
            else:
                waiting += 1
        if waiting:
            self._report.unchecked.append(
                f"When the last {waiting:,} entries came: the group they belong to is not closed."
            )
        if self._unfollowed:
            self._report.unchecked.append(
                f"{self._unfollowed:,} mentions of entries that could not be read."
            )

    def _unnamed(self) -> Iterator[int]:
        """Give the entries that no `received` names and that one should."""
        if self.holes and not self.keyring.server:
            return
        marks = self._marks.translate(_NOT_NAMED)
        index = marks.find(1)
        while index >= 0:
            yield index
            index = marks.find(1, index + 1)

    def say(self) -> None:
        """Say whose keys, and from when to when."""
        report = self._report
        if self.keyring.server and not report.of(Step.ENTRIES):
            by = ", ".join(_named(self.counts, self.keyring))
            report.shown.append(f"Each entry is signed by a key that stood then: {by}.")
        if self.keyring.server:
            report.shown.append(f"The server's key has the thumbprint {self.keyring.server}.")
        else:
            report.unchecked.append("Whose keys these are: no entry names the server's.")
        if self.clocks:
            report.shown.append(
                f"By the server's clock, received from {self.clocks[0]} to {self.clocks[-1]}."
            )
        if self.backwards:
            report.shown.append(
                f"The server's clock ran backwards {len(self.backwards):,} times, first at entry "
                f"{self.backwards[0]}. The order of the entries does not depend on it."
            )

    def _wrong(self, code: str, index: int, sentence: str) -> None:
        where = self._reader.place(index)
        self._report.wrong(Step.ENTRIES, code, where=where, sentence=sentence, place=index)


def payload_of(entry: bytes) -> dict[str, Any]:
    """Return what an entry says.

    Raises:
        EvidenceError: It is no statement.
    """
    return read_payload(read_statement(entry).payload)


def _texts(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _named(counts: Mapping[str, int], keyring: Keyring) -> Iterable[str]:
    most = sorted(counts.items(), key=lambda one: -one[1])
    for kid, count in most[:20]:
        known = keyring.keys.get(kid)
        yield f"{known.device if known else 'unknown'} {count:,}"
    if len(most) > 20:
        yield f"and {len(most) - 20:,} more keys"


__all__ = ["OPEN_MAX", "OWN", "IdTable", "Story", "payload_of"]

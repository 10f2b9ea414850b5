"""A record in memory whose journal fails when told, with a clock that a test can set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from showclear.app.founding import founding
from showclear.app.incoming import Taken
from showclear.app.recording import Recorder
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import StorageError
from showclear.ledger.note import NoteSigner, VerifierKey
from showclear.ledger.writer import Writer
from showclear.testing.failing_files import FailingFiles
from showclear.testing.memory_journal import Failure, MemoryJournal, Store
from tests.faults.holding import Kept

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(kw_only=True)
class Set:
    """A `Store` for a `Recorder`: in memory, and it outlives whoever has it open.

    Attributes:
        now: What its clock shows.
        write: Which write of the journal fails, counted over all openings; -1 for none.
        read: The same for its readings, each of which then gives `StorageError`.
    """

    now: datetime = MORNING
    write: int = -1
    how: Failure = Failure.REFUSED
    read: int = -1
    reads: int = 0
    kept: Store = field(default_factory=Store)
    files: FailingFiles = field(default_factory=FailingFiles)
    signer: NoteSigner = field(default_factory=lambda: NoteSigner("set.example/log", bytes(32)))
    server: SigningKey = field(default_factory=lambda: SigningKey(bytes(range(32))))
    place: str = "this folder"
    opened: list[MemoryJournal] = field(default_factory=list)

    @property
    def key(self) -> VerifierKey:
        return self.signer.key

    @property
    def writes(self) -> int:
        """How many writes were asked for so far."""
        return sum(journal.writes for journal in self.opened)

    def journal(self) -> MemoryJournal:
        made = HardToRead(self)
        if self.write >= self.writes:
            made.fail(self.how, skip=self.write - self.writes)
        self.opened.append(made)
        return made

    def random(self, count: int) -> bytes:
        return bytes(count)

    def recorder(self, **more: Any) -> Recorder:
        return Recorder(self, {}, clock=lambda: self.now, random=self.random, **more)

    def later(self, seconds: float) -> None:
        """Set the clock; back, if that is less than nothing."""
        self.now += timedelta(seconds=seconds)


class HardToRead(MemoryJournal):
    """Fails one reading, where its set says so."""

    def __init__(self, of: Set) -> None:
        self._of = of
        super().__init__(of.kept)

    def _kept(self) -> Store:
        place = self._of.reads
        self._of.reads += 1
        if place == self._of.read:
            raise StorageError("This reading was told to fail.")
        return super()._kept()


def new_set(*, sample: bool = True) -> Set:
    """A production that was founded and nothing more."""
    made = Set()
    Writer.found(MemoryJournal(made.kept), made.signer, place=made.place)
    recorder = made.recorder()
    recorder.record(
        founding(server=made.server.public, title="Show", where="", sample=sample, packs=())
    )
    recorder.publish()
    recorder.close()
    made.opened.clear()
    made.reads = 0
    return made


def taken(name: str, what: str, **fields: Any) -> Taken:
    """A statement that the server takes from somebody."""
    said = {"id": name, "what": what, "at": MORNING.isoformat(), "by": "first-ad"}
    return Taken(fields={**said, "attested": "badge", **fields})


def arrived(name: str, *people: str, **fields: Any) -> Taken:
    return taken(name, "people.arrived", people=list(people or ("ana",)), **fields)


def asked(name: str, **fields: Any) -> Taken:
    return taken(name, "gate.asked", gate="take-out", on=["pistol"], **fields)


def answers_of(answers: list[Any]) -> dict[str, Mapping[str, Any]]:
    """Answers as they are acknowledged."""
    return {
        one.id: {"index": one.index, "receipt": one.receipt.decode()}
        for one in answers
        if one.receipt is not None
    }


def check(made: Set, kept: Kept) -> None:
    """Find everything acknowledged, and a whole log in what is published."""
    kept.check_journal(MemoryJournal(made.kept))
    kept.check_published(made.files.look)

"""What is served: a production, a sandbox of one, or a sample that says a case?

* A production is held by its lock while it is served. It is made by `showclear init` only.
* A practice production and a sample live in a temporary folder with keys of their own, are
  marked as samples for ever, and are gone when the server ends.
* The recorder is made on the thread that will write: a journal belongs to one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from showclear.adapters.cases import read_case
from showclear.adapters.packs import Shelf, installed
from showclear.adapters.production_folder import (
    JOURNAL,
    ProductionFolder,
    alone,
    is_production,
    making,
    writing,
)
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.choosing import choose
from showclear.app.founding import founding
from showclear.app.incoming import Taken
from showclear.app.practising import opened, said_anew
from showclear.app.recording import Recorder
from showclear.app.sampling import SetClock, Told, told_until
from showclear.app.set_server import Kind
from showclear.cli.init import BASELINE
from showclear.cli.production import WAIT_SECONDS, now, packs_of, recorder_of
from showclear.cli.streams import Progress, complain
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError
from showclear.ledger.errors import EvidenceError, LedgerError, StorageError
from showclear.ledger.writer import Writer
from showclear.rules.grammar import Pack

SANDBOX: Final = "showclear-served-"
"""How the folders of sandboxes begin, among everything that is temporary on a machine."""

SANDBOX_SECONDS: Final = 3_600
"""How old one has to be before it can be a forgotten one."""

CASE: Final = "case.yaml"
"""How a folder calls the case that it is of."""

LOCALTIME: Final = Path("/etc/localtime")

MADE_OF_NOTHING: Final = "A sample"
"""What a sample without a case is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A production, ready to be opened by a server.

    Attributes:
        folder: Where it lies.
        make: Opens it for writing; to be called on the thread that will write.
        clock: The time it goes by, UTC.
        zone: The zone in which its times are shown.
        fresh: Whether it was made for this one time, and goes at the end.
        set_forward: Sets that clock forward; None for the machine's own.
        case: The case that a sample says, if it says one.
    """

    kind: Kind
    folder: Path
    make: Callable[[], Recorder]
    clock: Callable[[], datetime]
    zone: tzinfo
    fresh: bool = False
    set_forward: Callable[[datetime], None] | None = None
    case: Case | None = None


def zone_named(name: str) -> tzinfo:
    """The zone of a name as in the IANA database; this machine's own where none is given.

    Raises:
        ReadError: There is no such zone.
    """
    if not name:
        return own_zone()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        found = f"--zone {name!r} is no zone of the IANA database, as America/Denver is"
        raise ReadError([Problem(file="--zone", line=0, found=found)]) from error


def own_zone() -> tzinfo:
    """This machine's zone, by its name, so that it knows when summer time ends.

    Where the machine has no name for it, it is the offset of this moment.
    """
    for name in (os.environ.get("TZ", "").removeprefix(":"), _linked()):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    return datetime.now(UTC).astimezone().tzinfo or UTC


def _linked() -> str:
    """The name behind /etc/localtime. Source: localtime(5)."""
    try:
        return str(LOCALTIME.readlink()).partition("zoneinfo/")[2]
    except OSError:
        return ""


@contextmanager
def production(path: Path, *, zone: str) -> Iterator[Served]:
    """A production in a folder of its own, held for writing. A sample stays one for ever.

    Raises:
        LedgerError: It is none, somebody else has it open, or its keys are gone.
    """
    shown = zone_named(zone)
    shelf = _shelf()
    _open_to_us(path)
    with writing(path, wait_seconds=WAIT_SECONDS) as folder:
        with _reading(path) as journal:
            about = opened(journal)
        yield Served(
            kind="sample" if about.sample else "production",
            folder=path,
            make=lambda: recorder_of(folder, packs_of(shelf)),
            clock=now,
            zone=shown,
        )


@contextmanager
def practice(path: Path, *, zone: str) -> Iterator[Served]:
    """A sandbox of a production, which is only read. Its clock is the machine's.

    Raises:
        LedgerError: No production is there, or it is not whole.
    """
    shown, packs = zone_named(zone), packs_of(_shelf())
    _open_to_us(path)
    if not is_production(path):
        raise EvidenceError(
            "no-production",
            "no production is here to practise on. `showclear init DIR` makes one; "
            "`showclear serve --sample` needs none.",
            where=str(path),
        )
    with _reading(path) as journal:
        about = opened(journal)
    clock = _Past(about.clock)
    title = about.title or path.resolve().name
    with _sandbox("practice", packs, clock.now, title=title, where=about.where) as folder:
        yield Served(
            kind="practice",
            folder=folder.path,
            make=lambda: _said_anew(path, folder, packs, clock=clock),
            clock=clock.now,
            zone=shown,
            fresh=True,
        )


@contextmanager
def sample(file: Path | None, *, until: str, zone: str) -> Iterator[Served]:
    """A fresh sample; with a case, its day up to a moment, and its clock.

    Args:
        until: See `told_until`.

    Raises:
        ReadError: The case, or the moment, cannot be read.
    """
    shelf = _shelf()
    packs = packs_of(shelf)
    if file is None:
        chosen = choose(packs, [BASELINE], file="--sample", who="a sample")
        with _sandbox("sample", packs, now, title=MADE_OF_NOTHING, adopted=chosen) as folder:
            yield Served(
                kind="sample",
                folder=folder.path,
                make=lambda: recorder_of(folder, packs),
                clock=now,
                zone=zone_named(zone),
                fresh=True,
            )
        return
    case = read_case(file / CASE if file.is_dir() else file)
    chosen = choose(packs, case.packs, file=str(file), who="the case")
    told = told_until(case, packs, until)
    clock = SetClock(told.begins, elapsed=time.monotonic)
    about = {"title": case.title, "where": case.where}
    with _sandbox("sample", packs, clock.now, adopted=chosen, **about) as folder:
        yield Served(
            kind="sample",
            folder=folder.path,
            make=lambda: _said_until(told, folder, packs, clock=clock),
            clock=clock.now,
            zone=zone_named(zone) if zone else told.zone,
            fresh=True,
            set_forward=clock.set_forward,
            case=case,
        )


class _Past:
    """The machine's clock; while the past is said anew, the time at which it came then."""

    def __init__(self, then: datetime) -> None:
        self.then: datetime | None = then

    def now(self) -> datetime:
        return self.then or now()


def _shelf() -> Shelf:
    shelf = installed()
    complain(shelf.problems)
    return shelf


def _open_to_us(path: Path) -> None:
    """Refuse a folder that is somebody else's, by its name.

    Raises:
        StorageError: This user may not look into it.
    """
    try:
        is_production(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be looked into: {error.strerror}. Start as the user whose folder it "
            "is, or give this user the folder and all in it."
        ) from error


@contextmanager
def _reading(path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal.read(path / JOURNAL)
    try:
        yield journal
    finally:
        journal.close()


@contextmanager
def _sandbox(
    name: str,
    packs: Mapping[str, Pack],
    clock: Callable[[], datetime],
    *,
    title: str,
    where: str = "",
    adopted: tuple[Pack, ...] = (),
) -> Iterator[ProductionFolder]:
    """A production that is a sample for ever, in a folder that goes when the block ends."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{SANDBOX}{name}-") as parent:
        path = Path(parent) / name
        with making(path, secrets.token_bytes) as made:
            journal = made.journal()
            Writer.found(journal, made.signer, place=made.place)
            journal.close()
            recorder = Recorder(made, packs, clock=clock, random=secrets.token_bytes)
            try:
                recorder.record(
                    founding(
                        server=made.server.public,
                        title=title,
                        where=where,
                        sample=True,
                        packs=adopted,
                    )
                )
                recorder.publish()
            finally:
                recorder.close()
        with writing(path) as folder:
            yield folder


def _sweep() -> None:
    """Remove what a server that was killed left behind: names of people may be in it.

    A sandbox is somebody's while its lock is held, or while it is being made.
    """
    for parent in Path(tempfile.gettempdir()).glob(f"{SANDBOX}*-*"):
        with suppress(OSError, LedgerError):
            found = parent.lstat()
            old = time.time() - found.st_mtime > SANDBOX_SECONDS
            if not (old and found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)):
                continue
            for path in parent.iterdir():
                with alone(path):
                    shutil.rmtree(parent)


def _said_anew(
    path: Path, folder: ProductionFolder, packs: Mapping[str, Pack], *, clock: _Past
) -> Recorder:
    """Say to a sandbox what its production's record holds."""
    recorder = Recorder(folder, packs, clock=clock.now, random=secrets.token_bytes)
    count = 0
    with _reading(path) as journal, Progress(1) as progress:
        for came in said_anew(journal):
            clock.then = came.clock
            recorder.record(came.said)
            count += len(came.said)
            progress.show(f"saying the record anew, for practice: {count}")
    clock.then = None
    return recorder


def _said_until(
    told: Told, folder: ProductionFolder, packs: Mapping[str, Pack], *, clock: SetClock
) -> Recorder:
    """Say to a sample what its case says up to the moment at which it opens."""
    recorder = Recorder(folder, packs, clock=clock.now, random=secrets.token_bytes)
    count = 0
    with Progress(1) as progress:
        for moment, said in told.groups:
            clock.set_forward(moment)
            recorder.record([Taken(fields=one) for one in said])
            count += len(said)
            progress.show(f"saying the case: {count} of {told.count}")
    clock.set_forward(told.moment)
    return recorder

"""What the commands on a production share: opening it, and what a failure means.

Exit codes of what writes: 0 recorded, 2 unreadable, 3 not stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from showclear.adapters.disk_files import DiskFiles
from showclear.adapters.packs import Shelf, installed
from showclear.adapters.production_folder import (
    JOURNAL,
    LOG,
    POLICY,
    ProductionFolder,
    alone,
    is_production,
    writing,
)
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.reading_log import read_into
from showclear.app.recording import Recorder
from showclear.app.snapshotting import differences, spine_of
from showclear.app.spine import Spine
from showclear.cli.streams import Progress, complain
from showclear.core.errors import Problem, ReadError
from showclear.ledger.errors import (
    EvidenceError,
    LedgerError,
    StorageError,
    UnknownOutcomeError,
    WriterRefusedError,
)
from showclear.ledger.note import VerifierKey
from showclear.ledger.policy import parse_policy
from showclear.ledger.publish import publish, published_size
from showclear.ledger.recover import check_head, tree_of
from showclear.rules.grammar import Pack

UNREADABLE: Final = 2
NOT_STORED: Final = 3
WAIT_SECONDS: Final = 5.0
"""How long a command waits for another one that is writing; a server does not go away."""


def now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def packs_of(shelf: Shelf) -> Mapping[str, Pack]:
    """The installed packs by name."""
    return {name: shelved.pack for name, shelved in shelf.packs.items()}


@contextmanager
def recording(path: Path, *, presented: Iterable[Path] = ()) -> Iterator[Recorder]:
    """Open a production for writing, with progress where it takes a while."""
    shelf = installed()
    complain(shelf.problems)
    receipts = {str(file): read_bytes(file) for file in presented}
    with writing(path, wait_seconds=WAIT_SECONDS) as folder:
        recorder = recorder_of(folder, packs_of(shelf), presented=receipts)
        try:
            yield recorder
            _keep_view(recorder)
        finally:
            recorder.close()


def _keep_view(recorder: Recorder) -> None:
    """Keep a view to start from; without it everything is there, and starting takes longer."""
    try:
        recorder.keep_view()
    except StorageError as error:
        complain([f"warning: the next start will take longer. {error}"])


def recorder_of(
    folder: ProductionFolder,
    packs: Mapping[str, Pack],
    *,
    presented: Mapping[str, bytes] | None = None,
) -> Recorder:
    """A recorder on this machine's clock and chance."""
    with Progress(1) as progress:
        return Recorder(
            folder,
            packs,
            clock=now,
            random=secrets.token_bytes,
            presented=presented,
            shown=lambda done, of: progress.show(f"reading the record: {done} of {of}"),
        )


def catch_up(path: Path) -> None:
    """Publish what a production's journal holds and its folder does not show yet.

    Nothing is signed by it: the checkpoint is the journal's own. Only what was whole is gone
    on from; a folder that is damaged, or whose checkpoint is gone, is left for `verify` to
    find. Where somebody writes, or nothing can be written, what is published is verified.
    """
    if not is_production(path):
        return
    with suppress(LedgerError, OSError), alone(path):
        files = DiskFiles(path / LOG)
        for log in parse_policy((path / POLICY).read_bytes()).logs:
            _publish_rest(path, files, log.key)


def _publish_rest(path: Path, files: DiskFiles, key: VerifierKey) -> None:
    journal = SqliteJournal.read(path / JOURNAL)
    try:
        head = journal.head()
        if head is not None and published_size(files, key) is not None:
            tree = tree_of(journal, head.size)
            check_head(head, tree, key)
            publish(journal, files, tree=tree, head=head, key=key)
    finally:
        journal.close()


def snapshot_differences(path: Path) -> list[str]:
    """Fold the entries of a production anew and name what its stored view says otherwise.

    A view of another program's making, or of another root, is not used and not compared.
    """
    journal = SqliteJournal.read(path / JOURNAL)
    try:
        view, head = journal.snapshot(), journal.head()
        if view is None or head is None or not 0 < view.size <= head.size:
            return []
        tree = tree_of(journal, view.size)
        shelf = packs_of(installed())
        kept = spine_of(view, shelf, root_at=tree.root)
        if kept.size != view.size:
            return []
        with Progress(1) as progress:
            whole = read_into(
                journal,
                Spine(shelf),
                size=view.size,
                shown=lambda done, of: progress.show(f"folding: {done} of {of}"),
            )
        return differences(whole, kept)
    finally:
        journal.close()


def read_bytes(path: Path) -> bytes:
    """Read a file that a person named.

    Raises:
        ReadError: It cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        found = f"cannot be opened: {error.strerror}"
        raise ReadError([Problem(file=str(path), line=0, found=found)]) from error


def refusing(act: Callable[[], int], *, writes: bool = True) -> int:
    """Carry out a command; say what the log refused, and end with the code for it.

    Args:
        writes: Whether it was to store something, for the sentence.
    """
    try:
        return act()
    except UnknownOutcomeError as error:
        complain([f"{error} Say it again: what is on record already is only answered again."])
        return NOT_STORED
    except (StorageError, WriterRefusedError) as error:
        complain([f"Not stored. {error}" if writes else str(error)])
        return NOT_STORED
    except EvidenceError as error:
        complain([str(error)])
        return UNREADABLE if error.code in ("no-production",) else NOT_STORED
    except LedgerError as error:
        complain([str(error)])
        return NOT_STORED

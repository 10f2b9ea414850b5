"""A production as a folder: what lies where, and who may write.

    journal.sqlite   the record, only ever added to (texts can be erased from it)
    log/             what is published: checkpoint and tiles, derived from the journal
    policy           whom to trust for this log: its key
    keys/            public keys, for people
    attachments/     pictures, sound and PDF by their SHA-256
    private/         the two secret keys of this server; never in a bundle
    lock             held by whoever has it open for writing

1. It is made on purpose and only where nothing is: in a folder beside, renamed at the end.
2. One writer: the lock is the operating system's, and goes with the process.
3. A copy is told from the folder it came from by the journal's file number on its disk and
   the machine's own id. A folder renamed on its disk stays itself.

Source: docs/formats/ledger.md, "A production's folder".
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from showclear.adapters.disk_files import DiskFiles, put_durably, storage_error, sync_folder
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.ledger.ed25519 import SigningKey, public_key
from showclear.ledger.errors import EvidenceError, StorageError, WriterRefusedError
from showclear.ledger.jws import jwk, thumbprint
from showclear.ledger.note import NoteSigner, VerifierKey

JOURNAL: Final = "journal.sqlite"
LOG: Final = "log"
POLICY: Final = "policy"
KEYS: Final = "keys"
PRIVATE: Final = "private"
ATTACHMENTS: Final = "attachments"
LOCK: Final = "lock"
LOG_SEED: Final = "log.key"
SERVER_SEED: Final = "server.key"
SEED_BYTES: Final = 32
POLL_SECONDS: Final = 0.05
MACHINE_IDS: Final = ("/etc/machine-id", "/var/lib/dbus/machine-id")

README: Final = """\
This folder is the record of one production on one set server.

Do not edit anything in it. To look at it: showclear log FOLDER
To have it checked: showclear verify FOLDER
To give it to somebody: showclear bundle FOLDER -o FILE.zip
Back it up by copying the whole folder while nothing writes to it. A copy can be read and
verified anywhere, and cannot be written to: one record must not have two histories.

private/ holds the keys that sign for this server. Whoever has them can write in its name.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionFolder:
    """A production's folder with its keys in hand: what a writer needs.

    Attributes:
        path: The folder.
        signer: Signs checkpoints under the log's name.
        server: Signs the server's own statements.
    """

    path: Path
    signer: NoteSigner
    server: SigningKey

    @property
    def key(self) -> VerifierKey:
        """The public key of the log's checkpoints."""
        return self.signer.key

    @property
    def files(self) -> DiskFiles:
        """What is published."""
        return DiskFiles(self.path / LOG)

    @property
    def place(self) -> str:
        """What tells this folder from a copy of it."""
        return place_of(self.path / JOURNAL)

    def journal(self) -> SqliteJournal:
        """Open the journal for writing."""
        return SqliteJournal.open(self.path / JOURNAL)


def is_production(path: Path) -> bool:
    """Whether a folder is a production, and no bundle or something else."""
    return (path / JOURNAL).is_file()


@contextmanager
def making(path: Path, random: Callable[[int], bytes]) -> Iterator[ProductionFolder]:
    """Make a production's folder; it appears under its name when the block ends.

    A crash inside leaves a folder beside it whose name says so, and nothing under this one.

    Raises:
        WriterRefusedError: `not-empty`: something is there already.
        StorageError: It could not be written.
    """
    path = path.resolve()
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise WriterRefusedError(
            "not-empty",
            f"{path} is there already and is not empty. Name a new folder: a production is made "
            "only where nothing is.",
        )
    beside = path.with_name(f"{path.name}.making-{random(4).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = _laid_out(beside, random)
        yield made
        # An empty folder of that name is replaced in the same step.
        beside.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        # Renamed, it is not there any more; anything else is half of a production.
        shutil.rmtree(beside, ignore_errors=True)


def _laid_out(folder: Path, random: Callable[[int], bytes]) -> ProductionFolder:
    folder.mkdir(mode=0o700)
    (folder / PRIVATE).mkdir(mode=0o700)
    (folder / KEYS).mkdir()
    (folder / ATTACHMENTS).mkdir()
    seeds = {LOG_SEED: random(SEED_BYTES), SERVER_SEED: random(SEED_BYTES)}
    for name, seed in seeds.items():
        put_durably(folder / PRIVATE / name, seed.hex().encode() + b"\n", mode=0o600)
    made = _with_keys(folder, seeds[LOG_SEED], seeds[SERVER_SEED])
    put_durably(folder / POLICY, f"log {made.key}\nquorum none\n".encode())
    put_durably(folder / KEYS / "log.vkey", f"{made.key}\n".encode())
    server = {"kid": thumbprint(made.server.public), **jwk(made.server.public)}
    put_durably(folder / KEYS / "server.jwk", json.dumps(server, indent=1).encode() + b"\n")
    put_durably(folder / "README.txt", README.encode())
    (folder / LOCK).touch(mode=0o600)
    SqliteJournal.create(folder / JOURNAL).close()
    return made


def _with_keys(folder: Path, log_seed: bytes, server_seed: bytes) -> ProductionFolder:
    # The name is made of the key, so that no two logs share one by accident.
    name = "showclear/" + hashlib.sha256(public_key(log_seed)).hexdigest()[:20]
    return ProductionFolder(
        path=folder, signer=NoteSigner(name, log_seed), server=SigningKey(server_seed)
    )


def with_keys(path: Path) -> ProductionFolder:
    """Return a production's folder with its secret keys.

    Raises:
        EvidenceError: `no-production` or `no-keys`.
    """
    if not is_production(path):
        raise EvidenceError(
            "no-production",
            "no production is here. `showclear init DIR` makes one.",
            where=str(path),
        )
    seeds = [_seed(path / PRIVATE / name) for name in (LOG_SEED, SERVER_SEED)]
    return _with_keys(path, seeds[0], seeds[1])


def _seed(path: Path) -> bytes:
    try:
        raw = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise EvidenceError(
            "no-keys",
            "the secret key cannot be read, and without it nothing can be written here. Reading, "
            "verifying and bundling work without. With the key lost, work goes on under a new "
            "name: `showclear init NEW --continue OLD`.",
            where=str(path),
        ) from error
    if len(raw) != SEED_BYTES:
        raise EvidenceError("no-keys", "this is no key of 32 bytes", where=str(path))
    return raw


@contextmanager
def writing(path: Path, *, wait_seconds: float = 0) -> Iterator[ProductionFolder]:
    """Hold a production for writing; nobody else can meanwhile.

    Args:
        wait_seconds: How long to wait for somebody who has it.

    Raises:
        WriterRefusedError: `already-open`.
        EvidenceError: There is no production, or no keys.
        StorageError: The folder cannot be written.
    """
    folder = with_keys(path)
    with alone(path, wait_seconds=wait_seconds):
        yield folder


@contextmanager
def alone(path: Path, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold a production's lock, without its keys.

    Raises:
        WriterRefusedError: `already-open`.
        StorageError: The folder cannot be written.
    """
    try:
        lock = (path / LOCK).open("a+b")
    except OSError as error:
        raise storage_error(error, path / LOCK) from error
    with lock:
        _hold(lock, path, wait_seconds)
        yield


def _hold(lock: IO[bytes], path: Path, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise WriterRefusedError(
                    "already-open",
                    f"{path} is open for writing already, by a server or another command. One log "
                    "has one writer: say it there, or stop that one first.",
                ) from None
            time.sleep(POLL_SECONDS)
        except OSError as error:
            raise StorageError(f"{path} cannot be locked: {error.strerror}") from error
        else:
            return


def place_of(journal: Path) -> str:
    """Return what tells a journal from a copy of it, as far as a disk and a machine can."""
    try:
        number = journal.stat().st_ino
    except OSError as error:
        raise storage_error(error, journal) from error
    return hashlib.sha256(f"{_machine()}:{number}".encode()).hexdigest()[:32]


def _machine() -> str:
    for name in MACHINE_IDS:
        try:
            return Path(name).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
    return os.uname().nodename

"""What does it mean, and what is to be done, when SQLite refuses?

* Every refusal becomes one of the record's own errors, with what to do next.
* Damaged pages are evidence, not bad luck: never retried, always shown.
* A broken constraint means that somebody else wrote, or that our writer lost count: it
  stops signing, whichever it was.

Source: sqlite.org/rescode.html, primary result codes.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from showclear.ledger.errors import (
    EvidenceError,
    LedgerError,
    MisuseError,
    StorageError,
    UnknownOutcomeError,
    WriterRefusedError,
)

_WHY: Final = {
    sqlite3.SQLITE_FULL: "The disk is full. Free some space, then try again.",
    sqlite3.SQLITE_READONLY: (
        "The journal cannot be written: its file, its folder or the disk is read-only. Allow "
        "this user to write there, then try again."
    ),
    sqlite3.SQLITE_BUSY: (
        "Another program holds the journal and did not let go in time. Close what else has it "
        "open, then try again."
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The journal cannot be opened: it, or its folder, is gone or closed to this user. Put it "
        "back or allow it, then try again."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk refused to write or read: it may be full, gone or failing, or this user's "
        "share of it may be used up. See to the disk, then try again."
    ),
    sqlite3.SQLITE_NOMEM: "The machine has no memory left. Close other programs, then try again.",
    sqlite3.SQLITE_INTERRUPT: "The journal was interrupted. Try again.",
}
_SAME: Final = {
    sqlite3.SQLITE_LOCKED: sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_PROTOCOL: sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_PERM: sqlite3.SQLITE_CANTOPEN,
}
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 where the error is not SQLite's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def damaged(detail: str, *, where: str | None = None) -> EvidenceError:
    """Return the finding that the journal's file does not hold what it has to."""
    return EvidenceError(
        "journal-damaged",
        f"The journal is damaged: {detail}. Do not write to it: copy the whole folder, then "
        "verify the published log and go on from that or from another copy.",
        where=where,
    )


def nothing_kept(error: sqlite3.Error) -> LedgerError:
    """Return what an error means that came before COMMIT: nothing was kept."""
    match primary_code(error):
        case sqlite3.SQLITE_CONSTRAINT:
            return WriterRefusedError(
                "lock-moved",
                f"The journal holds already what was to be added ({error}): somebody else wrote, "
                "or the same was said twice. Nothing was kept. Start again, so that the record "
                "is read anew.",
            )
        case sqlite3.SQLITE_TOOBIG | sqlite3.SQLITE_MISMATCH:
            return MisuseError(f"The journal was given what no row holds: {error}")
        case _:
            return not_read(error, kept=" Nothing of this was kept.")


def not_read(error: sqlite3.Error, *, kept: str = "") -> LedgerError:
    """Return what an error means that came while reading."""
    code = primary_code(error)
    if code in _DAMAGED:
        return damaged(str(error))
    if isinstance(error, sqlite3.InterfaceError | sqlite3.ProgrammingError):
        # The driver's own: a parameter of a kind that no column takes.
        return MisuseError(f"The journal was asked in a way that it does not know: {error}")
    if code in (0, sqlite3.SQLITE_ERROR):
        # Without a code: text that is no UTF-8. With SQLite's general one: our own statements
        # do not fit the tables, or no tables are there.
        return damaged(str(error))
    sentence = _WHY.get(_SAME.get(code, code), "The machine refused. Try again.")
    return StorageError(f"{sentence}{kept} ({error})")


def nobody_knows(error: sqlite3.Error) -> UnknownOutcomeError:
    """Return what an error of COMMIT itself means: the group may be on disk, or not."""
    why = not_read(error)
    return UnknownOutcomeError(
        f"Nobody knows whether the last group was kept; the journal is closed. {why} Start "
        "again: what is in the record then was kept, and the rest can be said again."
    )

"""What does a row of the journal hold, if it holds what it has to?

* A file can be damaged, or written by somebody else: SQLite gives whatever lies there, of
  any kind. So every value is looked at before it leaves, and is else shown as damage.
* The bytes of an entry mean nothing here: whether they are the ones that were signed is
  told by their hash, which is not this module's to compute.

Source: sqlite.org/datatype3.html, "Storage Classes and Datatypes".
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final, TypeVar

from showclear.adapters.sqlite_errors import damaged, not_read
from showclear.ledger.errors import MisuseError, StorageError
from showclear.ledger.journal import Aside, Head, Snapshot, Text

Values = tuple[Any, ...]
T = TypeVar("T")

HASH_BYTES: Final = 32

_HEAD: Final = (str, int, bytes, bytes, bytes, str)
_TEXT: Final = (str, str, bytes, str)
_ASIDE: Final = (int, str, str, str, str, bytes, int, bytes)
_SNAPSHOT: Final = (int, bytes, str, bytes)


def rows_of(link: sqlite3.Connection, statement: str, values: Values = ()) -> list[Values]:
    """Return all rows that a statement gives.

    Raises:
        EvidenceError: `journal-damaged`.
        StorageError: The machine refused.
        MisuseError: A value that no column takes.
    """
    try:
        return link.execute(statement, values).fetchall()
    except sqlite3.Error as error:
        raise not_read(error) from error
    except UnicodeDecodeError as error:
        # The driver's own words about damage, with damaged letters in them.
        raise damaged("it holds text that is no text") from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise MisuseError(f"the journal was asked for what no row holds: {error}") from error
    except MemoryError as error:
        raise StorageError("The machine has no memory left. Close other programs.") from error


def head_of(row: Values) -> Head:
    """Return the lock row."""
    origin, size, root, frontier, checkpoint, place = _typed(row, _HEAD, "the lock row")
    if size < 0:
        raise damaged(f"the lock row says that there are {size} entries")
    return Head(
        origin=origin, size=size, root=root, frontier=frontier, checkpoint=checkpoint, place=place
    )


def text_of(row: Values) -> Text:
    """Return a sealed text."""
    statement, path, salt, text = _typed(row, _TEXT, "a text")
    return Text(id=statement, path=path, salt=salt, text=text)


def aside_of(row: Values) -> Aside:
    """Return what was kept aside."""
    number, reason, sentence, clock, claimed, raw, length, sha256 = _typed(row, _ASIDE, "an aside")
    return Aside(
        number=number,
        reason=reason,
        sentence=sentence,
        clock=clock,
        id=claimed,
        raw=raw,
        length=length,
        sha256=sha256,
    )


def snapshot_of(row: Values) -> Snapshot:
    """Return a snapshot."""
    size, root, maker, body = _typed(row, _SNAPSHOT, "the snapshot")
    return Snapshot(size=size, root=root, maker=maker, body=body)


def checkpoint_of(row: Values) -> tuple[int, bytes]:
    """Return a checkpoint with its size."""
    size, note = _typed(row, (int, bytes), "a checkpoint")
    return size, note


def leaf_of(row: Values) -> bytes:
    """Return a leaf hash."""
    leaf = only(row, bytes, "a leaf hash")
    if len(leaf) != HASH_BYTES:
        raise damaged(f"a leaf hash has {len(leaf)} bytes")
    return leaf


def only(row: Values, kind: type[T], what: str) -> T:
    """Return a row's one value."""
    value = row[0]
    if not isinstance(value, kind):
        raise damaged(f"{what} is not what it has to be")
    return value


def _typed(row: Values, kinds: tuple[type, ...], what: str) -> Values:
    if not all(map(isinstance, row, kinds)):
        raise damaged(f"{what} is not what it has to be")
    return row

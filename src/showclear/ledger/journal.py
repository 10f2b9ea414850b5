"""The port of the journal: what the writer asks of whatever keeps the record.

* One transaction is one group: entries, their leaf hashes, verdicts, texts, the
  frontier and the signed checkpoint. Either all of it is durable or nothing is.
* The lock row holds the last signed checkpoint. A group names the one it goes on from;
  if the row holds another, somebody else wrote, and nothing of the group is kept.
* `StorageError` means that nothing of the group was kept and it may be said again.
  `UnknownOutcomeError` means that nobody knows: the journal is closed and the truth is
  read anew. There is no third kind of failure.
* Entries, checkpoints and that something was kept aside are only ever added. Words can be
  erased.
* The first checkpoint is the founding one. Ranges outside the log, a text without its entry
  in the same group, half characters in an id: `MisuseError`.

The bytes of an entry mean nothing here; an id is whatever the writer says it is.
Every adapter keeps this contract and is held to it by the same tests.

Source: docs/formats/ledger.md, "The journal".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

ENTRY_BYTES_MAX: Final = 65_535
"""What the length field of an entry bundle can say (c2sp.org/tlog-tiles)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The lock row: where this log stands, as its last writer left it.

    Attributes:
        origin: The log's name, first line of its checkpoints.
        size: Entries in the log.
        root: The tree's root at that size, 32 bytes.
        frontier: Hashes of the complete subtrees, most significant first, joined.
        checkpoint: The signed checkpoint of that size, as published.
        place: What tells this folder from a copy of it (see `recover`).
    """

    origin: str
    size: int
    root: bytes
    frontier: bytes
    checkpoint: bytes
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry about to be kept.

    Attributes:
        id: The identity of what it says; unique in the log.
        entry: The bytes that are hashed, at most 65,535.
        leaf: Their leaf hash, 32 bytes.
    """

    id: str
    entry: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sealed text in the ordinary store, erasable.

    Attributes:
        id: The statement it belongs to.
        path: The field it stands for, such as `note` or `plan.people.2`.
        salt: 16 random bytes.
        text: What was said.
    """

    id: str
    path: str
    salt: bytes
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Bytes that came and could not become an entry: kept, shown, never dropped.

    Attributes:
        number: Given by the journal, from 1; 0 before that.
        reason: Stable word, such as `unknown-key`, `too-large`, `same-id`.
        sentence: What was wrong, for a person.
        clock: The server's time when it came, RFC 3339 UTC.
        id: The id that it claimed, if it could be read; else empty.
        raw: The bytes, whole up to the limit of an entry, cut off after that; none once they
            were erased.
        length: How many bytes came.
        sha256: Of all the bytes that came.
    """

    number: int = 0
    reason: str
    sentence: str
    clock: str
    id: str
    raw: bytes
    length: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One commit.

    Attributes:
        rows: Entries in their order; the first one's index is the size before.
        verdicts: By the index of an act, the index of the `verdict.given` beside it.
        head: Where the log stands after it, with the newly signed checkpoint.
        texts: Sealed texts of these entries.
        erased: Statement ids whose texts go with this commit, and with them the bytes that
            were kept aside under these ids.
        asides: What is kept aside.
    """

    rows: Sequence[Row]
    head: Head
    verdicts: Mapping[int, int]
    texts: Sequence[Text] = ()
    erased: Sequence[str] = ()
    asides: Sequence[Aside] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A view of the first `size` entries, made to start quickly. Never evidence.

    Attributes:
        size: How many entries it was made from.
        root: The tree's root at that size.
        maker: What code made it; another one's is not used.
        body: Whatever its maker reads.
    """

    size: int
    root: bytes
    maker: str
    body: bytes


class Journal(Protocol):
    """What the writer needs of a store. Every method may raise `StorageError`."""

    @property
    def erasure_due(self) -> bool:
        """Whether erased words may still lie in a file; it is tried again at every group."""

    def head(self) -> Head | None:
        """Return the lock row; None where no log was founded yet."""

    def found(self, head: Head) -> None:
        """Found a log of size 0. `WriterRefusedError` where one stands already."""

    def commit(self, group: Group, *, after: bytes) -> None:
        """Keep a group durably.

        Args:
            after: The signed checkpoint that the lock row has to hold.

        Raises:
            WriterRefusedError: `lock-moved`: the row holds another; nothing was kept.
            StorageError: Nothing was kept.
            UnknownOutcomeError: Nobody knows; the journal is closed.
        """

    def keep_aside(self, asides: Sequence[Aside]) -> None:
        """Keep bytes aside outside of a group."""

    def find(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the index of every one of these ids that is in the log."""

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the entries from `start` up to, not including, `stop`, in order."""

    def leaves(self, start: int, stop: int) -> bytes:
        """Return the leaf hashes of that range, joined."""

    def covering(self, index: int) -> bytes:
        """Return the first signed checkpoint whose tree holds the entry of this index."""

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Give every signed checkpoint with its size, smallest first."""

    def verdict_of(self, index: int) -> int | None:
        """Return the index of the verdict stored beside an act; None if no gate was asked."""

    def texts(self, start: int = 0, stop: int | None = None) -> Iterator[Text]:
        """Give the texts of the entries of that range, in the order of the log."""

    def aside(self) -> Iterator[Aside]:
        """Give what was kept aside, in the order in which it came."""

    def snapshot(self) -> Snapshot | None:
        """Return the newest snapshot, if there is one."""

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot in the place of the one before it."""

    def close(self) -> None:
        """Let go of the store. Closing twice does nothing."""

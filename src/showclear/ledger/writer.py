"""The one writer of a log: entries in, a signed checkpoint out, receipts for whoever asks.

1. Whatever is appended goes into the journal in one transaction, with the leaf hashes,
   the frontier and the checkpoint signed over them.
2. What was not kept is taken back from the tree in memory: nothing is ever half there.
3. Two roots for one size are never let out. A checkpoint is signed before its commit and
   shown after it; the signature of a commit that failed goes no further than this class.
4. When nobody knows whether a commit is on disk, this writer is over. Whoever opens the
   log again reads which it was (see `recover`), as after any crash.

It knows neither statements nor files; publishing tiles is `publish`.

Source: docs/formats/ledger.md, "Writing".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.errors import MisuseError, StorageError, UnknownOutcomeError
from showclear.ledger.journal import ENTRY_BYTES_MAX, Aside, Group, Head, Journal, Row, Text
from showclear.ledger.merkle import EMPTY_ROOT, leaf_hash
from showclear.ledger.note import NoteSigner
from showclear.ledger.tlog_proof import receipt_bytes
from showclear.ledger.tree import Tree

GROUP_ROWS_MAX: Final = 1_024
"""Most entries in one commit: a bound on what one crash leaves to be said again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be appended.

    Attributes:
        id: The identity of what it says, unique in the log.
        entry: The bytes, at most 65,535.
        verdict_of: Its place among the entries of the same group whose verdict it is.
    """

    id: str
    entry: bytes
    verdict_of: int | None = None


class Writer:
    """A log open for writing. Made by `recover.open_writer` or `found`.

    Attributes:
        head: Where the log stands, durably.
        tree: The tree of exactly that size.
    """

    def __init__(self, journal: Journal, signer: NoteSigner, *, head: Head, tree: Tree) -> None:
        if tree.size != head.size:
            raise MisuseError("the tree is not of the size of the lock row")
        self._journal = journal
        self._signer = signer
        self.head = head
        self.tree = tree
        self._over = False

    @classmethod
    def found(cls, journal: Journal, signer: NoteSigner, *, place: str) -> Writer:
        """Found an empty log, on purpose and once.

        Raises:
            WriterRefusedError: A log stands there already.
            StorageError: The journal could not keep it.
        """
        empty = Checkpoint(origin=signer.name, size=0, root=EMPTY_ROOT)
        head = Head(
            origin=signer.name,
            size=0,
            root=EMPTY_ROOT,
            frontier=b"",
            checkpoint=sign_checkpoint(empty, signer),
            place=place,
        )
        journal.found(head)
        return cls(journal, signer, head=head, tree=Tree())

    @property
    def over(self) -> bool:
        """Whether an unknown outcome ended it: open the log again to go on."""
        return self._over

    def append(
        self,
        entries: Sequence[NewEntry],
        *,
        texts: Sequence[Text] = (),
        erased: Sequence[str] = (),
        asides: Sequence[Aside] = (),
    ) -> Head:
        """Append a group durably and return where the log stands then.

        Raises:
            StorageError: Nothing was kept; the same group may be appended again.
            UnknownOutcomeError: Nobody knows; this writer is over.
            WriterRefusedError: Somebody else wrote to this log; this writer is over.
            MisuseError: No entries, too many, or one that is too large.
        """
        if self._over:
            raise StorageError("this writer is over: open the log again to go on")
        _check(entries)
        before = self.tree.size
        leaves = [leaf_hash(new.entry) for new in entries]
        self.tree.extend(b"".join(leaves))
        head = self._signed()
        rows = [
            Row(id=new.id, entry=new.entry, leaf=leaf)
            for new, leaf in zip(entries, leaves, strict=True)
        ]
        verdicts = {
            before + new.verdict_of: before + place
            for place, new in enumerate(entries)
            if new.verdict_of is not None
        }
        group = Group(
            rows=rows, head=head, verdicts=verdicts, texts=texts, erased=erased, asides=asides
        )
        # A crash before this line leaves the log as it was; after it, as it is now.
        self._commit(group, before)
        self.head = head
        return head

    def _signed(self) -> Head:
        root = self.tree.root()
        point = Checkpoint(origin=self._signer.name, size=self.tree.size, root=root)
        return Head(
            origin=self._signer.name,
            size=self.tree.size,
            root=root,
            frontier=self.tree.frontier().to_bytes(),
            checkpoint=sign_checkpoint(point, self._signer),
            place=self.head.place,
        )

    def _commit(self, group: Group, before: int) -> None:
        done = False
        try:
            self._journal.commit(group, after=self.head.checkpoint)
            done = True
        except UnknownOutcomeError:
            self._over = True
            raise
        except StorageError:
            raise
        except BaseException:
            # A moved lock row, or a mistake of ours: only recovery may go on from here.
            self._over = True
            raise
        finally:
            if not done:
                self.tree.truncate(before)

    def receipt(self, index: int, *, checkpoint: bytes | None = None, size: int = 0) -> bytes:
        """Return the tlog-proof of an entry, by default under the newest checkpoint.

        Args:
            checkpoint: A signed checkpoint of this log, with its `size`.
        """
        point = self.head.checkpoint if checkpoint is None else checkpoint
        proof = self.tree.inclusion(index, size or self.head.size)
        return receipt_bytes(index, proof, checkpoint=point)


def _check(entries: Sequence[NewEntry]) -> None:
    if not entries or len(entries) > GROUP_ROWS_MAX:
        raise MisuseError(f"a group has 1 to {GROUP_ROWS_MAX} entries; this one {len(entries)}")
    large = [new.id for new in entries if len(new.entry) > ENTRY_BYTES_MAX]
    if large:
        raise MisuseError(f"larger than an entry may be: {', '.join(large)}")

"""Opening a log for writing: the everyday path, after a clean stop and after any crash.

1. Only one writer: whoever opens holds an advisory lock for as long as the log is open.
   That is the adapter's; here the lock row is read.
2. The tree is built from the stored leaf hashes and must be the one that the lock row's
   checkpoint was signed for, by this log's key.
3. A folder that is a copy of the one that last wrote is refused: both would go on, and
   one name would have two histories.
4. Refuse to sign when anything that this log signed is ahead of the store: the published
   checkpoint, or a receipt that somebody presents.
5. Then publish what a crash may have left unpublished, with the function that runs after
   every commit.

A restored backup that nobody shows a later receipt to, on the machine and in the place
where it was, cannot be noticed here. Only a witness or a tablet could (docs/design/
threat-model.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.errors import EvidenceError, WriterRefusedError
from showclear.ledger.files import PublicFiles
from showclear.ledger.journal import Head, Journal
from showclear.ledger.merkle import Frontier
from showclear.ledger.note import NoteSigner, VerifierKey
from showclear.ledger.publish import CHECKPOINT, Shown, publish, refuse_ahead
from showclear.ledger.tlog_proof import parse_tlog_proof
from showclear.ledger.tree import Tree
from showclear.ledger.writer import Writer

LEAVES_AT_ONCE = 65_536


def tree_of(journal: Journal, size: int) -> Tree:
    """Build the tree from the stored leaf hashes."""
    tree = Tree()
    for start in range(0, size, LEAVES_AT_ONCE):
        tree.extend(journal.leaves(start, min(size, start + LEAVES_AT_ONCE)))
    return tree


def check_head(head: Head, tree: Tree, key: VerifierKey) -> None:
    """Find out whether the lock row, its checkpoint and the stored leaves agree.

    Raises:
        EvidenceError: They do not: the journal was changed or damaged.
    """
    try:
        point = open_checkpoint(head.checkpoint, key).checkpoint
    except EvidenceError as found:
        raise EvidenceError(
            "other-key",
            "the last checkpoint was not signed by the key at hand: private/log.key was exchanged, "
            "or the journal was changed. Put the right key back, or run `showclear fsck`.",
            where="journal",
        ) from found
    agree = (
        point.size == head.size == tree.size
        and point.root == head.root == tree.root()
        and tree.frontier() == Frontier.from_bytes(head.size, head.frontier)
    )
    if not agree:
        raise EvidenceError(
            "journal-differs",
            "the stored entries are not those that the last checkpoint was signed for: the journal "
            "was changed or damaged. Keep this folder as it is, and run `showclear fsck` on it.",
            where="journal",
        )


def open_writer(
    journal: Journal,
    files: PublicFiles,
    signer: NoteSigner,
    *,
    key: VerifierKey,
    place: str,
    presented: Mapping[str, bytes] | None = None,
    shown: Shown | None = None,
) -> Writer:
    """Open a log and bring everything to where the journal stands.

    Args:
        place: What tells this folder from a copy of it.
        presented: Receipts that somebody holds, by the name they came under.
        shown: Told of each file that publishing has to catch up with.

    Raises:
        WriterRefusedError: This log must not be signed from here now.
        EvidenceError: The store is not what it was signed as.
        StorageError: The machine could not read or write.
    """
    head = journal.head()
    if head is None:
        raise WriterRefusedError("not-founded", "there is no log here: `showclear init` makes one")
    tree = tree_of(journal, head.size)
    check_head(head, tree, key)
    if head.place != place:
        raise WriterRefusedError(
            "copied-folder",
            "this folder is a copy, or was moved to another disk or machine. The folder it came "
            "from may still go on, and one log must not have two histories. Go on in the first "
            "folder, or under a new name with `showclear init NEW --continue OLD`, which records "
            "log.continued. Reading, verifying and bundling work here as before.",
        )
    try:
        refuse_ahead(files.read(CHECKPOINT), key, tree, what="the published checkpoint")
    except EvidenceError as found:
        raise EvidenceError(
            "published-differs",
            "the published checkpoint is none of this log's: it was changed or damaged. Keep a "
            "copy of log/ for whoever asks who changed it, then remove log/: it is made anew from "
            f"the journal. ({found.sentence})",
            where=f"log/{CHECKPOINT}",
        ) from found
    for name, raw in (presented or {}).items():
        refuse_ahead(parse_tlog_proof(raw).checkpoint, key, tree, what=f"the receipt {name}")
    writer = Writer(journal, signer, head=head, tree=tree)
    publish(journal, files, tree=tree, head=head, key=key, shown=shown)
    return writer

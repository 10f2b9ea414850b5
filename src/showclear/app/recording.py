"""From what comes in to what is acknowledged: the one path by which the record grows.

For every group of statements, in this order:

1. Read and verify. What cannot become an entry is kept aside with its reason.
2. What is in the log already is answered again, with its first receipt and verdict.
3. Judge an act on the record before it; then take the statement in.
4. Beside the act stands what its gate said (`verdict.given`), and at the end of the group
   when all of it came (`received`): both signed by the server.
5. Commit. Only now anything is acknowledged.

If the commit fails, nothing was acknowledged and what was folded in memory is thrown away:
the next call reads the log again, as after any start. Judging never refuses a fact.

The clock is read once for a group. A clock that was set back does not take the record
back with it: the last known time goes on, and the difference is recorded.

Source: docs/formats/ledger.md, "The life of a statement".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from showclear.app.draft import Draft, Place, VerifyMany, one_by_one
from showclear.app.incoming import Answer, Incoming
from showclear.app.reading_log import Said, entries_of, payload_at, read_into, texts_of
from showclear.app.snapshotting import EVERY, snapshot_of, spine_of
from showclear.app.spine import Spine, TooShortError
from showclear.app.verdicts import bare
from showclear.ledger.checkpoint import size_of
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import EvidenceError, LedgerError, WriterRefusedError
from showclear.ledger.files import PublicFiles
from showclear.ledger.journal import Aside, Journal, Snapshot
from showclear.ledger.jws import thumbprint
from showclear.ledger.note import NoteSigner, VerifierKey
from showclear.ledger.publish import Shown, publish
from showclear.ledger.recover import open_writer
from showclear.ledger.writer import Writer
from showclear.rules.grammar import Pack

GROUP_MAX: Final = 256
"""Statements in one commit: with a verdict beside each they stay under a group's limit."""


class Store(Protocol):
    """What a production's folder gives: its journal, its published files and its keys."""

    @property
    def files(self) -> PublicFiles: ...

    @property
    def signer(self) -> NoteSigner: ...

    @property
    def key(self) -> VerifierKey: ...

    @property
    def server(self) -> SigningKey: ...

    @property
    def place(self) -> str: ...

    def journal(self) -> Journal:
        """Open the journal anew."""


class Recorder:
    """A production open for writing. One at a time: the store's lock holds that.

    Attributes:
        spine: What follows from the log as it stands.
    """

    def __init__(
        self,
        store: Store,
        shelf: Mapping[str, Pack],
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        presented: Mapping[str, bytes] | None = None,
        shown: Shown | None = None,
        verify_many: VerifyMany = one_by_one,
        judging: bool = True,
    ) -> None:
        self._store, self._shelf = store, shelf
        self._verify_many, self._judging = verify_many, judging
        self._clock, self._random = clock, random
        self._presented, self._shown = presented, shown
        self._journal: Journal | None = None
        self._writer: Writer | None = None
        self._spine: Spine | None = None
        self._aside: set[tuple[bytes, str]] | None = None
        self._recover()

    # --- opening, and opening again ------------------------------------------------

    def _recover(self) -> None:
        """Read the truth: after a start, and after every failure alike."""
        self.close()
        self._journal = self._store.journal()
        try:
            self._read_truth(self._journal)
        except BaseException:
            self.close()
            raise

    def _read_truth(self, journal: Journal) -> None:
        writer = open_writer(
            journal,
            self._store.files,
            self._store.signer,
            key=self._store.key,
            place=self._store.place,
            presented=self._presented,
            shown=self._shown,
        )
        spine = self._read(journal, writer)
        if spine.keyring.server not in ("", thumbprint(self._store.server.public)):
            raise WriterRefusedError(
                "other-key",
                "private/server.key is not the key that this log was founded with: what it signed "
                "would count for nobody. Put the right one back, or go on under a new name with "
                "`showclear init NEW --continue OLD`.",
            )
        self._spine, self._writer = spine, writer

    def _read(self, journal: Journal, writer: Writer) -> Spine:
        """What follows from the log: from the last view on, or from the beginning."""
        view = journal.snapshot()
        if view is not None and view.size <= writer.head.size:
            spine = spine_of(view, self._shelf, root_at=writer.tree.root)
            try:
                return read_into(journal, spine, size=writer.head.size, shown=self._shown)
            except TooShortError:
                pass
        return self._read_whole(journal, writer)

    def _read_whole(self, journal: Journal, writer: Writer) -> Spine:
        return read_into(journal, Spine(self._shelf), size=writer.head.size, shown=self._shown)

    def keep_view(self, *, every: int = EVERY) -> None:
        """Keep a view to start from quickly, where enough has come since the last one.

        Raises:
            StorageError: It could not be kept. Nothing is lost by that but time.
        """
        if self._journal is None or self._writer is None or self._spine is None:
            return
        last = self._journal.snapshot()
        if self._spine.size - (last.size if last is not None else 0) >= every:
            view = snapshot_of(self._spine, root=self._writer.tree.root(self._spine.size))
            if view is not None:
                self._journal.put_snapshot(view)

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal is not None:
            self._journal.close()
        self._journal = self._writer = self._spine = self._aside = None

    def _open(self) -> tuple[Journal, Writer, Spine]:
        if self._journal is None or self._writer is None or self._spine is None:
            self._recover()
        assert self._journal is not None
        assert self._writer is not None
        assert self._spine is not None
        return self._journal, self._writer, self._spine

    @property
    def erasure_due(self) -> bool:
        """Whether erased words may still lie in a file, because somebody reads the journal."""
        return self._open()[0].erasure_due

    @property
    def spine(self) -> Spine:
        return self._open()[2]

    @property
    def size(self) -> int:
        """Entries in the log, all of them durable."""
        return self._open()[1].head.size

    @property
    def checkpoint(self) -> bytes:
        """The signed checkpoint of the last commit."""
        return self._open()[1].head.checkpoint

    def entries(self, start: int) -> Iterator[Said]:
        """Give what is on record from an index on, read and in order."""
        journal, writer, _ = self._open()
        return entries_of(journal, start, writer.head.size)

    def receipt(self, index: int) -> bytes | None:
        """Return the receipt of an entry as it was first given; None if there is no such entry."""
        journal, writer, _ = self._open()
        if not 0 <= index < writer.head.size:
            return None
        point = journal.covering(index)
        return writer.receipt(index, checkpoint=point, size=size_of(point))

    # --- recording -----------------------------------------------------------------

    def record(self, incoming: Sequence[Incoming]) -> list[Answer]:
        """Record a group and return what came of each, in order. All of it is durable then.

        Raises:
            StorageError: Nothing of this group was acknowledged. Say it again.
            WriterRefusedError: Another writer went on with this log.
        """
        answers: list[Answer] = []
        for start in range(0, len(incoming), GROUP_MAX):
            answers += self._group(incoming[start : start + GROUP_MAX])
        return answers

    def _group(self, incoming: Sequence[Incoming]) -> list[Answer]:
        try:
            return self._try(incoming)
        except (LedgerError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - one poisoned statement must not stop a set
            if len(incoming) > 1:
                # One of them breaks what should never break. The others are recorded alone.
                return [answer for one in incoming for answer in self._group([one])]
            return [self._not_taken(incoming[0], error)]

    def _try(self, incoming: Sequence[Incoming]) -> list[Answer]:
        journal, writer, spine = self._open()
        now, behind = self._now(spine)
        try:
            draft = self._drafted(incoming, journal, writer, now)
            self._commit(draft, journal, writer, behind)
        except BaseException:
            # What was folded was not kept. Whatever is on disk is the truth: read it again.
            self.close()
            raise
        return self._answers(draft, journal, writer)

    def _not_taken(self, one: Incoming, error: Exception) -> Answer:
        """Keep aside what a fault of ours could not take: it is shown, and nothing waits."""
        journal, writer, spine = self._open()
        draft = self._new_draft(writer, self._now(spine)[0])
        place = draft.set_aside(
            one,
            EvidenceError(
                "not-taken",
                f"a fault of this program ({type(error).__name__}): it is kept aside as it came. "
                "Nothing follows from it here. Say it another way, and report it.",
            ),
        )
        journal.keep_aside(self._new_ones(draft.asides, journal))
        return Answer(id=place.id, aside=place.aside)

    def _drafted(
        self, incoming: Sequence[Incoming], journal: Journal, writer: Writer, now: datetime
    ) -> Draft:
        """Judge a group; where it reaches further back than was read, on the whole log."""
        draft = self._new_draft(writer, now)
        try:
            draft.take_all(incoming, journal)
        except TooShortError:
            self._spine = self._read_whole(journal, writer)
            draft = self._new_draft(writer, now)
            draft.take_all(incoming, journal)
        return draft

    def _new_draft(self, writer: Writer, now: datetime) -> Draft:
        assert self._spine is not None
        return Draft(
            self._spine,
            server=self._store.server,
            now=now,
            random=self._random,
            start=writer.head.size,
            verify_many=self._verify_many,
            judging=self._judging,
        )

    def _commit(self, draft: Draft, journal: Journal, writer: Writer, behind: int) -> None:
        asides = self._new_ones(draft.asides, journal)
        if not draft.entries:
            if asides:
                journal.keep_aside(asides)
            return
        draft.close(behind)
        if draft.erased:
            # A view made earlier may hold the words that go now.
            journal.put_snapshot(Snapshot(size=0, root=b"", maker="", body=b""))
        writer.append(draft.entries, texts=draft.texts, erased=draft.erased, asides=asides)
        draft.spine.size = writer.head.size
        draft.spine.clock = draft.now
        if draft.erased:
            self._spine = self._read_whole(journal, writer)

    def _new_ones(self, asides: Sequence[Aside], journal: Journal) -> list[Aside]:
        """Those not aside for the same reason already: who retries is not kept twice."""
        if not asides:
            return []
        if self._aside is None:
            self._aside = {(one.sha256, one.reason) for one in journal.aside()}
        found = []
        for one in asides:
            if (one.sha256, one.reason) not in self._aside:
                self._aside.add((one.sha256, one.reason))
                found.append(one)
        return found

    def _now(self, spine: Spine) -> tuple[datetime, int]:
        """The time of this group, and how many seconds the clock is behind the record."""
        read = self._clock().astimezone(UTC).replace(microsecond=0)
        if spine.clock is None or read >= spine.clock:
            return read, 0
        return spine.clock, int((read - spine.clock).total_seconds())

    def _answers(self, draft: Draft, journal: Journal, writer: Writer) -> list[Answer]:
        size = writer.head.size
        return [
            self._answer(place, journal, writer, size if place.repeat is None else 0)
            for place in draft.places
        ]

    def _answer(self, place: Place, journal: Journal, writer: Writer, size: int) -> Answer:
        if place.aside is not None:
            return Answer(id=place.id, aside=place.aside)
        if place.repeat is not None:
            return again(journal, writer, place.id, place.repeat)
        assert place.index is not None
        return Answer(
            id=place.id,
            index=place.index,
            verdict=place.verdict,
            says=place.says,
            receipt=writer.receipt(place.index, size=size),
        )

    def answer_to(self, id_: str) -> Answer | None:
        """Return the answer that a statement of this id was given; None if there is none."""
        journal, writer, _ = self._open()
        index = journal.find([id_]).get(id_)
        return None if index is None else again(journal, writer, id_, index)

    def publish(self) -> None:
        """Bring the published tiles to where the journal stands; the checkpoint last."""
        journal, writer, _ = self._open()
        publish(journal, self._store.files, tree=writer.tree, head=writer.head, key=self._store.key)

    def kept_aside(self) -> Iterable[Aside]:
        """Give what came and could not become an entry, in the order in which it came."""
        return self._open()[0].aside()


def again(journal: Journal, writer: Writer, id_: str, index: int) -> Answer:
    """Return the first answer to a statement that is in the log."""
    point = journal.covering(index)
    beside = journal.verdict_of(index)
    return Answer(
        id=id_,
        index=index,
        verdict=None if beside is None else bare(payload_at(journal, beside)),
        receipt=writer.receipt(index, checkpoint=point, size=size_of(point)),
        repeat=True,
    )


__all__ = ["GROUP_MAX", "Recorder", "Store", "again", "texts_of"]

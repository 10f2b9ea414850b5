"""Do the rows of the journal follow from its entries? Steps 1 to 5, 8 and 9 of `fsck`.

Checkpoints, the writer's row and the snapshot are read first, so that one pass over the
entries knows at which sizes a root is asked for. Everything is compared after that pass.

A hole (an entry that is missing or cannot be read) is a finding. What names an entry that is
not there is then no finding of its own: it may have stood in the hole. That is counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, Final

from showclear.ledger.checkpoint import open_checkpoint, size_of
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.fsck_entries import OWN, Entries, entry_at, rows_of
from showclear.ledger.fsck_report import JOURNAL, Asked, Findings, Production, Shown, Step, said
from showclear.ledger.note import VerifierKey

SALT_BYTES: Final = 16
HASH_BYTES: Final = 32
RAW_BYTES_MAX: Final = 65_535
"""What was kept aside is whole up to here, and cut off after that."""

_NAMED_MAX: Final = 3


class Record:
    """The rows of a journal against its entries.

    Attributes:
        entries: The entries.
        origin: The log's name, once its key is known.
        key: The key of its checkpoints; None where nobody can tell it.
        notes: The stored checkpoints that hold, by their size.
    """

    def __init__(self, production: Production, report: Findings, asked: Asked) -> None:
        self._production, self._report, self._asked = production, report, asked
        self.entries = Entries(production, report, asked)
        self.origin: str | None = None
        self.key: VerifierKey | None = None
        self.notes: dict[int, bytes] = {}
        self._ends: list[int] = []
        self._unfollowed = 0

    def read(
        self,
        key_of: Callable[[str | None], VerifierKey | None],
        *,
        published: bytes | None,
        shown: Shown | None,
    ) -> None:
        """Read and compare everything.

        Args:
            key_of: Tells the log's key by the name in the writer's row.
        """
        writer = list(self._rows("writer", Step.TREE))
        points = list(self._rows("checkpoints", Step.TREE))
        snapshots = list(self._rows("snapshots", Step.STATE))
        wanted = {row[0] for row in points} | {row[2] for row in writer}
        wanted |= {row[1] for row in snapshots} | _claimed(published)
        self.entries.read(wanted, shown)
        self.key = key_of(writer[0][1] if writer else None)
        self._checkpoints(points)
        self._writer(writer, points)
        self._verdict_rows()
        self._groups()
        self._texts()
        self._snapshot(snapshots)
        self._asides()
        self._say()

    # --- 3. tree ---------------------------------------------------------------------

    def _checkpoints(self, points: list[tuple[Any, ...]]) -> None:
        last = -1
        for place, (size, note) in enumerate(points):
            where = f"{JOURNAL}, checkpoint of {size}"
            if size <= last:
                sentence = f"comes after the one of {last}: checkpoints only grow"
                self._wrong(Step.TREE, "not-growing", where, sentence, place)
            last = size
            if self.key is None:
                continue
            try:
                found = open_checkpoint(note, self.key).checkpoint
            except EvidenceError as error:
                self._report.caught(Step.TREE, error, where=where, place=place)
                continue
            self._ends.append(size)
            if found.size != size:
                sentence = f"stands in the row of {size} and speaks of {found.size} entries"
                self._wrong(Step.TREE, "size-differs", where, sentence, place)
            elif self._has_root(size, found.root, where, place):
                self.notes[size] = note
        if not points or points[0][0] != 0:
            sentence = "is missing: a log begins with a checkpoint of no entries"
            self._wrong(Step.TREE, "checkpoint-missing", f"{JOURNAL}, checkpoint of 0", sentence)
        if self.key is None:
            self._report.unchecked.append("Checkpoints: nobody can tell this log's key.")

    def _has_root(self, size: int, root: bytes, where: str, place: int) -> bool:
        own = self.entries.tower.roots.get(size)
        if own is None and self.entries.holes:
            self._unfollowed += 1
            return False
        if own is None:
            have = self.entries.tower.size
            sentence = (
                f"was signed over {size:,} entries, and there are {have:,}: entries are missing at "
                "the end"
            )
            self._wrong(Step.TREE, "entries-missing", where, sentence, place)
            return False
        if own != root:
            self._wrong(
                Step.TREE,
                "root-differs",
                where,
                f"was signed over another root than the first {size:,} entries have: they are not "
                "the ones that were signed",
                place,
            )
        return own == root

    def _writer(self, rows: list[tuple[Any, ...]], points: list[tuple[Any, ...]]) -> None:
        where = f"{JOURNAL}, writer"
        if len(rows) != 1 or rows[0][0] != 1:
            sentence = "has not exactly its one row: nobody can tell where this log stands"
            self._wrong(Step.TREE, "no-head", where, sentence)
            return
        _, origin, size, root, frontier, note, _ = rows[0]
        if self.key is not None and origin == self.key.name:
            self.origin = said(origin)
        if size not in self.entries.tower.roots or size != self.entries.tower.size:
            if self.entries.tower.size == len(self.entries.order):
                sentence = f"speaks of {size:,} entries, and there are {len(self.entries.order):,}"
                self._wrong(Step.TREE, "head-differs", where, sentence)
        elif (
            root != self.entries.tower.roots[size] or frontier != self.entries.tower.frontiers[size]
        ):
            both = "root" if root != self.entries.tower.roots[size] else "frontier"
            sentence = f"holds another {both} than its {size:,} entries have"
            self._wrong(Step.TREE, "head-differs", where, sentence)
        newest = points[-1] if points else None
        if newest is None or newest[0] != size or newest[1] != note:
            sentence = "holds another checkpoint than the newest one that is stored"
            self._wrong(Step.TREE, "head-differs", where, sentence)

    # --- 4. verdicts and receptions ----------------------------------------------------

    def _verdict_rows(self) -> None:
        seen: set[int] = set()
        for act, verdict in self._rows("verdicts", Step.VERDICTS):
            where = f"{JOURNAL}, verdict on entry {act}"
            fault = self._verdict_fault(act, verdict)
            if verdict in seen:
                fault = "verdict-twice", f"points to entry {verdict} as another row does"
            seen.add(verdict)
            if fault is not None:
                self._wrong(Step.VERDICTS, fault[0], where, fault[1], act)
        for verdict in self.entries.verdicts.keys() - seen:
            self._wrong(
                Step.VERDICTS,
                "verdict-without-row",
                entry_at(verdict),
                "is a verdict, and no row beside its act points to it: whoever asks again would "
                "be told that no gate was asked",
                verdict,
            )

    def _verdict_fault(self, act: int, verdict: int) -> tuple[str, str] | None:
        name, tag = self.entries.names.get(act), self.entries.tags.get(act)
        if self.entries.holes and (name is None or verdict not in self.entries.names):
            self._unfollowed += 1
            return None
        if name is None:
            return "no-such-entry", "is about an entry that is not there"
        if verdict not in self.entries.verdicts:
            return "no-verdict", f"points to entry {verdict}, which is no verdict"
        if self.entries.verdicts[verdict] != name or verdict <= act:
            return "verdict-differs", (
                f"points to entry {verdict}, which is the verdict on another act: the gate "
                "answered something else here"
            )
        if self._asked.gated is not None and tag not in self._asked.gated:
            return "not-gated", f"is about {tag!r}, before which no gate stands"
        return None

    def _groups(self) -> None:
        """Each commit ends in the one `received` that names the others of it."""
        start = 0
        for size in sorted(self._ends):
            if size > start:
                first, stop = (
                    bisect_left(self.entries.order, start),
                    bisect_left(self.entries.order, size),
                )
                self._group(self.entries.order[first:stop], size)
                start = size

    def _group(self, group: list[int], size: int) -> None:
        named: Counter[str] = Counter()
        ends = [idx for idx in group if idx in self.entries.receptions]
        for idx in ends:
            ids = self.entries.receptions[idx]
            strange = not isinstance(ids, list) or not all(isinstance(one, str) for one in ids)
            if strange or idx != size - 1:
                why = "names no list of ids" if strange else "does not end its commit"
                self._wrong(
                    Step.VERDICTS,
                    "bad-reception",
                    entry_at(idx),
                    f"{why}: nobody can tell what came with it",
                    idx,
                )
            if isinstance(ids, list):
                named.update(one for one in ids if isinstance(one, str))
        for idx in group:
            name = self.entries.names.get(idx)
            if name is None or self.entries.tags.get(idx) in OWN:
                continue
            times = named.pop(name, 0)
            if times != 1:
                said_so = "by no" if times == 0 else "more than once by the"
                self._wrong(
                    Step.VERDICTS,
                    "not-received-once",
                    entry_at(idx),
                    f"is named {said_so} `received` of its commit: nobody can tell when it came",
                    idx,
                )
        for name in named:
            if self.entries.holes:
                self._unfollowed += 1
            else:
                self._wrong(
                    Step.VERDICTS,
                    "received-elsewhere",
                    entry_at(size - 1),
                    f"says that {name!r} came with its commit, and it did not",
                    size - 1,
                )

    # --- 5. texts ----------------------------------------------------------------------

    def _texts(self) -> None:
        filled: set[tuple[int, str]] = set()
        for place, (name, path, salt, text) in enumerate(self._rows("texts", Step.TEXTS)):
            fault = self._text_fault(name, path, salt, text, filled)
            if fault is not None:
                where = f"{JOURNAL}, text of {name} at {path}"
                self._wrong(Step.TEXTS, fault[0], where, fault[1], place)
        empty = [idx for idx, path in self.entries.seals if (idx, path) not in filled]
        erased = sum(self._erased_after(idx) for idx in empty)
        if filled:
            self._report.shown.append(f"{len(filled):,} texts are the ones that entries sealed.")
        if erased:
            self._report.gone.append(
                f"{erased:,} sealed places have no text: the log says that they were erased."
            )
        if len(empty) > erased:
            which = [idx for idx in empty if not self._erased_after(idx)][:_NAMED_MAX]
            self._report.gone.append(
                f"{len(empty) - erased:,} sealed places have no text, and no text.erased says why: "
                f"first in {', '.join(f'entry {idx}' for idx in dict.fromkeys(which))}."
            )

    def _text_fault(
        self, name: str, path: str, salt: bytes, text: str, filled: set[tuple[int, str]]
    ) -> tuple[str, str] | None:
        idx = self.entries.ids.get(name)
        if idx is None or (idx, path) not in self.entries.seals:
            if self.entries.holes and (idx is None or idx not in self.entries.names):
                self._unfollowed += 1
                return None
            return "belongs-to-nothing", "is a text where no entry has sealed one"
        digest = encode_base64url(sha256(salt + text.encode()).digest()).decode()
        if len(salt) != SALT_BYTES or digest not in self.entries.seals[idx, path]:
            return "text-differs", f"is not what entry {idx} sealed there: it was changed"
        if (idx, path) in filled:
            return "text-twice", "is a second text for one sealed place"
        filled.add((idx, path))
        if self._erased_after(idx):
            erased = self.entries.erased[name]
            return "not-erased", (
                f"is still here, and entry {erased} says that it was erased. Who asked for that "
                "has a right to it: have it erased again"
            )
        return None

    def _erased_after(self, idx: int) -> bool:
        return self.entries.erased.get(self.entries.names.get(idx, ""), -1) > idx

    # --- 8. and 9. ---------------------------------------------------------------------

    def _snapshot(self, rows: list[tuple[Any, ...]]) -> None:
        for one, size, root, _, body in rows:
            if size == 0 and not root and not body:
                # Emptied, because words that were erased could stand in an older one.
                continue
            own = self.entries.tower.roots.get(size)
            if own is None and self.entries.holes:
                self._unfollowed += 1
            elif one != 1 or root != own or size > self.entries.tower.size:
                sentence = (
                    f"was made of {size:,} other entries than stand here. It is only there to "
                    "start quickly, and is thrown away at the next start"
                )
                self._wrong(Step.STATE, "snapshot-differs", f"{JOURNAL}, snapshot", sentence)

    def _asides(self) -> None:
        count = 0
        for number, _, _, _, _, raw, length, digest in self._rows("asides", Step.ASIDE):
            count += 1
            whole = len(raw) == length
            fits = sha256(raw).digest() == digest if whole else len(raw) == RAW_BYTES_MAX < length
            # What was erased leaves no byte; that it came, and how long it was, stays.
            fits = fits or not raw
            if not fits or len(digest) != HASH_BYTES:
                sentence = "is not what came: its length or its hash is another"
                where = f"{JOURNAL}, kept aside {number}"
                self._wrong(Step.ASIDE, "aside-differs", where, sentence, number)
        if count:
            self._report.shown.append(
                f"{count:,} statements were kept aside and are no part of the record: "
                "`showclear log DIR --aside` shows them."
            )

    def _rows(self, table: str, step: Step) -> Iterator[tuple[Any, ...]]:
        return rows_of(self._production, table, self._report, step)

    # --- the end -----------------------------------------------------------------------

    def _say(self) -> None:
        report = self._report
        if not report.of(Step.DATABASE, Step.ENTRIES, Step.TREE) and self.notes:
            report.shown.append(
                f"All {self.entries.tower.size:,} entries lead to the root of each of the "
                f"{len(self.notes):,} checkpoints that this log's key signed."
            )
            if self._asked.signatures:
                report.shown.append("Each entry is signed by a key that stood then.")
        if not self._asked.signatures:
            report.unchecked.append("Statements' signatures: left out, as asked (--hashes).")
        if self._unfollowed:
            report.unchecked.append(
                f"{self._unfollowed:,} mentions of entries that could not be read."
            )

    def _at(self, idx: int, code: str, sentence: str) -> None:
        self._wrong(Step.ENTRIES, code, entry_at(idx), sentence, idx)

    def _wrong(self, step: Step, code: str, where: str, sentence: str, place: int = 0) -> None:
        self._report.wrong(step, code, where=where, sentence=sentence, place=place)


def _claimed(note: bytes | None) -> set[int]:
    try:
        return set() if note is None else {size_of(note)}
    except EvidenceError:
        return set()

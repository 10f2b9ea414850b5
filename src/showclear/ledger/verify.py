"""Has anybody changed this record since it was signed?

One pass over the published files of a production's folder, an unpacked bundle or a zip:

1. Policy and checkpoint: the log's key signed, and as many witnesses as the policy asks for.
   A policy that came with the folder is whoever's who gave the folder, and that is said.
2. Hashes: every entry and every tile of every level up to the signed root, and under log/
   no file beside them.
3. Entries: each signed by a key that stood then; ids, verdicts and receptions fit.
4. Texts and attachments against what the entries hold. What is not here is counted, no fault.
5. Receipts against this log's roots. An older one shows that history was rewritten.

* Whatever the bytes are, the answer is a report; only the machine's faults are raised.
* What is wrong does not end it: the rest is checked as far as it can be.
* Nothing is written. Nothing but the published files is read: no journal, no keys.
* Shown is that nobody changed what was said. Not that it is true, nor that all was said.

Source: docs/formats/ledger.md; C2SP tlog-tiles, tlog-checkpoint, tlog-proof, tlog-policy.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from showclear.ledger.checkpoint import Checkpoint, OpenedCheckpoint, parse_checkpoint
from showclear.ledger.encoding import encode_base64
from showclear.ledger.errors import EvidenceError
from showclear.ledger.note import NOTE_BYTES_MAX, VerifierKey
from showclear.ledger.policy import POLICY_BYTES_MAX, Policy, parse_policy
from showclear.ledger.tiles import TILE_WIDTH
from showclear.ledger.verify_beside import Receipt, Receipts, Texts, check_attachments
from showclear.ledger.verify_entries import Story
from showclear.ledger.verify_hashes import Climb, check_names
from showclear.ledger.verify_processes import WORTH_BUNDLES, pool_of, read_all
from showclear.ledger.verify_report import Finding, Report, Step, Verified, lines_of
from showclear.ledger.verify_signatures import BundleReader
from showclear.ledger.verify_source import LogSource

CHECKPOINT: Final = "log/checkpoint"
POLICY: Final = "policy"
COVERED: Final = frozenset({"log", POLICY, "texts", "attachments", "receipts"})
"""What is looked at, at the top of a record."""
BESIDE_MAX: Final = 12
_TIME_MAX: Final = 253_402_300_799
"""The last second that a calendar with four digits for the year can say."""

Shown = Callable[[int, int], None]
"""Told how many of how many entries are checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody brings along, and how to work.

    Attributes:
        policy: Whom to trust, from elsewhere; None to take the folder's.
        receipts: Receipts from elsewhere.
        processes: How many read side by side; 0 for one on each core.
        beside: What lies beside log/ at the top, by name: told as not covered where it is not.
    """

    policy: Policy | None = None
    receipts: tuple[Receipt, ...] = ()
    processes: int = 0
    beside: tuple[str, ...] = ()


def verify(source: LogSource, asked: Asked, *, shown: Shown | None = None) -> Verified:
    """Check everything and report.

    Raises:
        EvidenceError: `nothing-here`: there is neither a checkpoint nor a tile.
        StorageError: The machine could not read what is there.
    """
    report = Report()
    policy = _policy(source, asked, report)
    point, opened = _checkpoint(source, policy, report)
    if point is not None and _has_files_for(source, point, report):
        logs = _logs(policy, opened)
        _Pass(source, asked, report, point, logs).run(shown)
    else:
        report.unchecked.append("Entries, texts, attachments and receipts: see above.")
    report.unchecked += _uncovered(asked.beside)
    report.unchecked.append(
        "Whether what was said is true, and whether all was said: only that nobody changed it "
        "since it was signed."
    )
    return Verified(
        origin=None if point is None else point.origin,
        entries=None if point is None else point.size,
        root=None if point is None else encode_base64(point.root),
        findings=report.findings(),
        count=report.count,
        shown=tuple(report.shown),
        gone=tuple(report.gone),
        unchecked=tuple(report.unchecked),
    )


def _uncovered(beside: tuple[str, ...]) -> list[str]:
    """Name what lies with the record and is no part of it: it can say anything."""
    others = sorted(set(beside) - COVERED)
    if not others:
        return []
    named = ", ".join(others[:BESIDE_MAX])
    more = len(others) - BESIDE_MAX
    end = f", and {more:,} more." if more > 0 else "."
    return [f"Beside the record, and not covered by it: {named}{end}"]


# --- 1. policy and checkpoint ----------------------------------------------------------------


def _policy(source: LogSource, asked: Asked, report: Report) -> Policy | None:
    if asked.policy is not None:
        return asked.policy
    try:
        raw = source.read(POLICY, limit=POLICY_BYTES_MAX)
        if raw is not None:
            report.unchecked.append(
                "Whose log this is: the policy came with it. Compare the key named above with one "
                "from elsewhere (a wrap sheet, the board, a photo), or give a policy with --policy."
            )
            return parse_policy(raw)
        sentence = (
            "is missing: nobody can tell whose signature to expect. Give a policy with --policy"
        )
        report.wrong(Step.POLICY, "no-policy", where=POLICY, sentence=sentence)
    except EvidenceError as error:
        report.caught(Step.POLICY, error, where=POLICY)
    return None


def _checkpoint(
    source: LogSource, policy: Policy | None, report: Report
) -> tuple[Checkpoint | None, OpenedCheckpoint | None]:
    """Return what the checkpoint says, believed or not, and what was opened of it."""
    try:
        raw = source.read(CHECKPOINT, limit=NOTE_BYTES_MAX)
    except EvidenceError as error:
        report.caught(Step.POLICY, error, where=CHECKPOINT)
        return None, None
    if raw is None:
        if next(iter(source.names("log")), None) is None:
            raise EvidenceError(
                "nothing-here",
                "no log is here. Name a production's folder, an unpacked bundle or its zip: one "
                "that has log/checkpoint and log/tile/ inside.",
            )
        sentence = "is missing: nobody signed for what is here, so nothing about it can be shown"
        report.wrong(Step.POLICY, "no-checkpoint", where=CHECKPOINT, sentence=sentence, place=1)
        return None, None
    opened = None
    if policy is not None:
        try:
            opened = policy.satisfied_by(raw)
        except EvidenceError as error:
            report.caught(Step.POLICY, error, where=CHECKPOINT, place=1)
    if opened is not None:
        _say_opened(opened, report)
        return opened.checkpoint, opened
    try:
        return _unsigned(raw), None
    except EvidenceError as error:
        if not report.of(Step.POLICY):
            report.caught(Step.POLICY, error, where=CHECKPOINT, place=1)
        return None, None


def _unsigned(raw: bytes) -> Checkpoint:
    """Return what a checkpoint says that nobody has to have signed."""
    text, divider, _ = raw.rpartition(b"\n\n")
    try:
        return parse_checkpoint((text + divider[:1]).decode())
    except UnicodeDecodeError:
        raise EvidenceError("not-a-note", "The note is not UTF-8.") from None


def _say_opened(opened: OpenedCheckpoint, report: Report) -> None:
    point = opened.checkpoint
    report.shown.append(f"The checkpoint of {point.size:,} entries is signed by {opened.log}")
    for one in opened.cosigned:
        when = datetime.fromtimestamp(min(one.timestamp, _TIME_MAX), UTC)
        report.shown.append(f"The witness {one.key.name} saw it at {when:%Y-%m-%d %H:%M:%S} UTC.")
    if not opened.cosigned:
        report.unchecked.append(
            "Whether all of history was rewritten and signed again with the log's own key: no "
            "witness has signed. Only an older receipt or a photo of an older checkpoint shows it."
        )


def _logs(policy: Policy | None, opened: OpenedCheckpoint | None) -> tuple[VerifierKey, ...]:
    if opened is not None:
        return (opened.log,)
    return () if policy is None else tuple(one.key for one in policy.logs)


def _has_files_for(source: LogSource, point: Checkpoint, report: Report) -> bool:
    """Whether there are files for as many entries as somebody claims there are."""
    needed = -(-point.size // TILE_WIDTH)
    for number, _ in enumerate(source.names("log")):
        if number >= needed:
            return True
    sentence = f"speaks of {point.size:,} entries, and there are not files for half as many"
    report.wrong(Step.HASHES, "files-missing", where=CHECKPOINT, sentence=sentence)
    return False


# --- 2. to 5. --------------------------------------------------------------------------------


class _Pass:
    """The pass over entries and everything beside them."""

    def __init__(
        self,
        source: LogSource,
        asked: Asked,
        report: Report,
        point: Checkpoint,
        logs: tuple[VerifierKey, ...],
    ) -> None:
        self._source, self._asked, self._report = source, asked, report
        self._point, self._logs = point, logs
        self._receipts = Receipts(source, asked.receipts, report)
        self._wanted = self._receipts.wanted()
        self._reader = BundleReader(source, size=point.size, wanted=self._wanted)
        self._story = Story(self._reader, report, size=point.size)
        self._climb = Climb(source, report, size=point.size, root=point.root)

    def run(self, shown: Shown | None) -> None:
        """Check all of it."""
        source, report, size = self._source, self._report, self._point.size
        self._bundles(shown)
        self._root()
        check_names(source, report, size=size)
        self._story.end()
        if not report.of(Step.HASHES):
            report.shown.append(
                f"All {size:,} entries and all files under log/ lead to the signed root."
            )
        self._story.say()
        Texts(source, self._story, report).check()
        check_attachments(source, self._story, report)
        if self._logs:
            self._receipts.check(self._climb, self._logs, size=size)
        else:
            report.unchecked.append("Receipts: without a policy nobody knows whose they are.")

    def _bundles(self, shown: Shown | None) -> None:
        size = self._point.size
        count = -(-size // TILE_WIDTH)
        processes = self._asked.processes or os.cpu_count() or 1
        spread = processes > 1 and count >= WORTH_BUNDLES
        made = (
            pool_of(self._source, size=size, wanted=self._wanted, processes=processes)
            if spread
            else nullcontext(None)
        )
        with made as pool:
            reads = read_all(self._reader, count, publics=lambda: self._story.publics, pool=pool)
            for read in reads:
                self._climb.take(read)
                self._story.take(read)
                if shown is not None:
                    shown(min((read.number + 1) * TILE_WIDTH, size), size)

    def _root(self) -> None:
        point = self._point
        root = self._climb.end()
        if root is None:
            self._report.unchecked.append("The signed root: hashes that lead to it are lost.")
        elif root != point.root:
            self._report.wrong(
                Step.HASHES,
                "root-differs",
                where=CHECKPOINT,
                sentence=(
                    "signs another root than these entries have: entries were changed, added or "
                    "left out after it was signed"
                ),
                place=point.size,
            )


__all__ = ["Asked", "Finding", "Receipt", "Verified", "lines_of", "verify"]

"""Do texts, attachments and receipts fit the log they came with?

1. A text is the one whose salted hash stands in its entry at its path. One that belongs to
   nothing, or is another than was sealed, is wrong. One that is not here is counted: it was
   given out to nobody, or erased, and neither is a fault of the log.
2. An attachment is the file whose SHA-256 is its name and stands in an `attachment.added`.
3. A receipt is signed by this log, its proof leads from the entry here to its root, and that
   root is the one that this log has at its size. If it is not, history was rewritten.

Source: docs/formats/ledger.md, "Sealed by type"; c2sp.org/tlog-proof.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from showclear.ledger.checkpoint import Checkpoint, open_checkpoint_of_any, size_of
from showclear.ledger.encoding import decode_base64url, encode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.merkle import EMPTY_ROOT
from showclear.ledger.note import VerifierKey
from showclear.ledger.proofs import verify_inclusion
from showclear.ledger.tlog_proof import parse_tlog_proof
from showclear.ledger.verify_entries import IdTable, Story
from showclear.ledger.verify_hashes import Climb
from showclear.ledger.verify_payloads import seals_in
from showclear.ledger.verify_report import Report, Step
from showclear.ledger.verify_signatures import Wanted
from showclear.ledger.verify_source import LogSource

LINE_BYTES_MAX: Final = 1 << 22
TEXT_FILE: Final = "texts/texts.jsonl"
_TEXT_FILE_BYTES_MAX: Final = 1 << 34
ATTACHMENT_BYTES_MAX: Final = 1 << 32
RECEIPT_BYTES_MAX: Final = 1 << 17
SALT_BYTES: Final = 16
_MEMBERS: Final = {"id": str, "path": str, "salt": str, "text": str}
_ATTACHMENT: Final = re.compile(r"attachments/([0-9a-f]{64})(?:\.[A-Za-z0-9]{1,10})?")
_UNFINISHED: Final = re.compile(r"attachments/\.[0-9a-f]{64}\.[0-9a-f]{16}\.unfinished")


# --- 1. texts ------------------------------------------------------------------------------


class Texts:
    """The texts that came with a log, against its entries."""

    def __init__(self, source: LogSource, story: Story, report: Report) -> None:
        self._source, self._story, self._report = source, story, report
        self._given = IdTable(max(story.sealed, 1))
        self._at: tuple[int, dict[str, set[str]]] = (-1, {})
        self._count = 0
        self._kept = 0

    def check(self) -> None:
        """Look at each text."""
        for name in self._source.names("texts"):
            if name != TEXT_FILE:
                self._wrong("belongs-to-nothing", name, "is no file of texts that a log has")
        try:
            for number, line in enumerate(_lines(self._source, TEXT_FILE), start=1):
                try:
                    self._line(line)
                except EvidenceError as error:
                    where = f"{TEXT_FILE}, line {number}"
                    self._report.caught(Step.TEXTS, error, where=where, place=number)
        except EvidenceError as error:
            self._report.caught(Step.TEXTS, error, where=TEXT_FILE)
        self._say()

    def _line(self, line: bytes) -> None:
        said = _text_of(line)
        index = self._story.ids.find(said["id"])
        seals = {} if index is None else self._seals(index, said["id"])
        digests = seals.get(said["path"])
        if index is None or not digests:
            raise EvidenceError(
                "belongs-to-nothing",
                f"is a text of {said['id']} at {said['path']}, where no entry has sealed one",
            )
        if self._given.add_all([f"{index} {said['path']}"], first=0):
            raise EvidenceError("text-twice", f"is a second text of {said['id']} at {said['path']}")
        salt = decode_base64url(said["salt"], what="The salt")
        digest = sha256(salt + said["text"].encode("utf-8", "surrogatepass")).digest()
        if len(salt) != SALT_BYTES or encode_base64url(digest).decode() not in digests:
            raise EvidenceError(
                "text-differs",
                f"is not the text that entry {index} sealed at {said['path']}: it was changed",
            )
        if said.get("index", index) != index:
            raise EvidenceError("text-differs", f"names another entry than {index}, its own")
        self._count += 1
        self._kept += said["id"] in self._story.erased

    def _seals(self, index: int, name: str) -> dict[str, set[str]]:
        """Return an entry's digests by path; texts come in the order of the log, so it is kept."""
        if self._at[0] != index:
            payload = self._story.payload_at(index) or {}
            found: dict[str, set[str]] = {}
            for path, digest in seals_in(payload) if payload.get("id") == name else ():
                found.setdefault(path, set()).add(digest)
            self._at = (index, found)
        return self._at[1]

    def _say(self) -> None:
        report, story = self._report, self._story
        erased = sum(self._sealed_in(name) for name in story.erased) - self._kept
        missing = story.sealed - self._count
        gone = max(0, min(erased, missing))
        if self._count:
            said = "texts are the ones that were sealed in their entries."
            report.shown.append(f"{self._count:,} {said}")
        if gone:
            report.gone.append(f"{gone:,} texts are not here: the log says that they were erased.")
        if missing > gone:
            report.gone.append(
                f"{missing - gone:,} texts are not here: given out to nobody, or erased."
            )
        if self._kept:
            report.gone.append(
                f"{self._kept:,} texts are still here although the log says they were erased."
            )

    def _sealed_in(self, name: str) -> int:
        index = self._story.ids.find(name)
        payload = None if index is None else self._story.payload_at(index)
        return sum(1 for _ in seals_in(payload or {}))

    def _wrong(self, code: str, where: str, sentence: str) -> None:
        self._report.wrong(Step.TEXTS, code, where=where, sentence=sentence)


def _text_of(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line.decode())
    except (ValueError, RecursionError):
        raise EvidenceError("not-a-text", "is no line of JSON") from None
    if not isinstance(said, dict):
        raise EvidenceError("not-a-text", "is no JSON object")
    kinds = {key: type(one) for key, one in said.items()}
    # The index is written for people with other tools; the id is what names the entry here.
    if kinds not in (_MEMBERS, {**_MEMBERS, "index": int}):
        raise EvidenceError("not-a-text", "has not exactly an id, a path, a salt and a text")
    return said


def _lines(source: LogSource, name: str) -> Iterator[bytes]:
    rest = b""
    for chunk in source.chunks(name, limit=_TEXT_FILE_BYTES_MAX):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > LINE_BYTES_MAX:
            raise EvidenceError("not-a-text", "has a line longer than any text")
    if rest:
        yield rest


# --- 2. attachments ------------------------------------------------------------------------


def check_attachments(source: LogSource, story: Story, report: Report) -> None:
    """Compare each file with its name, and the names with the entries."""
    found: set[str] = set()
    for name in source.names("attachments"):
        if _UNFINISHED.fullmatch(name):
            report.gone.append(f"{name} is left over from a write that was cut off.")
            continue
        named = _ATTACHMENT.fullmatch(name)
        if named is None:
            code, sentence = "belongs-to-nothing", "is a file of which no entry of the log speaks"
            report.wrong(Step.TEXTS, code, where=name, sentence=sentence)
            continue
        hasher = sha256()
        try:
            for chunk in source.chunks(name, limit=ATTACHMENT_BYTES_MAX):
                hasher.update(chunk)
        except EvidenceError as error:
            report.caught(Step.TEXTS, error, where=name)
            continue
        entry = story.files.get(named[1])
        if hasher.hexdigest() == named[1] and entry is None:
            # A crash between keeping a file and naming it leaves this; it claims nothing.
            report.gone.append(f"{name} is a file of which no entry of the log speaks.")
        elif hasher.hexdigest() == named[1]:
            found.add(named[1])
        else:
            of = "" if entry is None else f" that entry {entry} speaks of"
            sentence = f"is not the file of that name{of}: it was changed"
            report.wrong(Step.TEXTS, "attachment-differs", where=name, sentence=sentence)
    if found:
        report.shown.append(f"{len(found):,} attachments are the files that the entries name.")
    if missing := len(story.files.keys() - found):
        report.gone.append(f"{missing:,} attachments are not here: given out to nobody, or erased.")


# --- 3. receipts ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as it came.

    Attributes:
        name: Where it came from, for the person who reads.
        raw: Its bytes.
    """

    name: str
    raw: bytes


class Receipts:
    """All receipts at hand: those in the folder and those that somebody brought."""

    def __init__(self, source: LogSource, brought: tuple[Receipt, ...], report: Report) -> None:
        self._source, self._brought, self._report = source, brought, report
        self._roots: dict[int, tuple[bytes, str]] = {}

    def wanted(self) -> Wanted:
        """Return what has to be known of the tree to check them."""
        sizes: set[int] = set()
        indices: set[int] = set()
        for one in self._each(Report()):
            try:
                proof = parse_tlog_proof(one.raw)
                sizes.add(size_of(proof.checkpoint))
            except EvidenceError:
                continue
            indices.add(proof.index)
        return Wanted(sizes=frozenset(sizes), indices=frozenset(indices))

    def _each(self, report: Report) -> Iterator[Receipt]:
        yield from self._brought
        for name in self._source.names("receipts"):
            try:
                raw = self._source.read(name, limit=RECEIPT_BYTES_MAX)
            except EvidenceError as error:
                report.caught(Step.RECEIPTS, error, where=name)
                continue
            if raw is not None:
                yield Receipt(name=name, raw=raw)

    def check(self, climb: Climb, logs: tuple[VerifierKey, ...], *, size: int) -> None:
        """Check each against this log's tree."""
        count, oldest = 0, size
        for place, one in enumerate(self._each(self._report)):
            try:
                found = self._one(one, climb, logs, size)
            except EvidenceError as error:
                self._report.caught(Step.RECEIPTS, error, where=one.name, place=place)
            else:
                count, oldest = count + 1, min(oldest, found)
        if count:
            self._report.shown.append(
                f"{count:,} receipts fit this log; the oldest is of {oldest:,} entries."
            )

    def _one(self, one: Receipt, climb: Climb, logs: tuple[VerifierKey, ...], size: int) -> int:
        proof = parse_tlog_proof(one.raw)
        point = open_checkpoint_of_any(proof.checkpoint, logs=logs, witnesses=()).checkpoint
        other = self._roots.setdefault(point.size, (point.root, one.name))
        if other[0] != point.root:
            raise EvidenceError(
                "two-roots",
                f"shows another root for {point.size:,} entries than {other[1]}, and the log's key "
                "signed both: there are two histories",
            )
        if point.size > size:
            raise EvidenceError(
                "entries-missing",
                f"was given when the log had {point.size:,} entries, and this one ends after "
                f"{size:,}: entries are missing at the end, or this is an older copy",
            )
        self._same_root(point, climb)
        leaf = climb.leaves.get(proof.index)
        if leaf is None:
            raise EvidenceError(
                "index-outside-tree", f"is for entry {proof.index}, which cannot be read here"
            )
        verify_inclusion(
            proof.proof, index=proof.index, size=point.size, leaf=leaf, root=point.root
        )
        return point.size

    def _same_root(self, point: Checkpoint, climb: Climb) -> None:
        root = climb.roots.get(point.size) if point.size else EMPTY_ROOT
        if root is None:
            raise EvidenceError(
                "not-comparable", "cannot be compared: entries before its end cannot be read here"
            )
        if root != point.root:
            why = (
                "what was named above was changed after it was given, or more than that"
                if self._report.of(Step.HASHES)
                else "history was rewritten after the receipt was given, and signed again"
            )
            raise EvidenceError(
                "history-rewritten",
                f"shows what the log's key signed at {point.size:,} entries, and the first "
                f"{point.size:,} entries here have another root: {why}",
            )

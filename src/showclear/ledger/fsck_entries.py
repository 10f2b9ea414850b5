"""Is every entry what its row says, and which tree do they make? Steps 1 and 2 of `fsck`.

One pass over the entries, in their order. What later steps ask of them is kept by their
numbers: ids, tags, seals, and what an entry says of others.

A hole is an entry that is missing or cannot be read. It is a finding; the tree ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from showclear.ledger.errors import EvidenceError
from showclear.ledger.fsck_report import (
    COLUMNS,
    JOURNAL,
    Asked,
    Findings,
    Production,
    Shown,
    Step,
)
from showclear.ledger.jws import SignedStatement, read_statement, verify_statement
from showclear.ledger.keyring import Keyring
from showclear.ledger.payload import id_of, read_payload

OWN: Final = frozenset({"verdict.given", "received"})
"""What only the server says, and what no `received` names."""

EMPTY: Final = sha256(b"").digest()
_SHOWN_EVERY: Final = 256
_DIGEST_LETTERS: Final = 43


class Tower:
    """The hash tree over leaves as they come, as a stack of complete subtrees.

    Attributes:
        size: Leaves so far.
        roots: By a wanted size that was reached, the root; the last size is always among them.
        levels: By a tile's level, the hashes over `256**level` leaves each, joined.
    """

    def __init__(self, wanted: set[int]) -> None:
        self.size = 0
        self.roots = {0: EMPTY}
        self.levels = [bytearray()]
        self.frontiers = {0: b""}
        self._wanted = wanted
        self._stack: list[tuple[int, bytes]] = []

    def push(self, leaf: bytes) -> None:
        """Add a leaf hash. Two subtrees of one height become one (RFC 6962 section 2.1)."""
        height, top = 0, leaf
        self.levels[0] += leaf
        while self._stack and self._stack[-1][0] == height:
            top = sha256(b"\x01" + self._stack.pop()[1] + top).digest()
            height += 1
            if height % 8 == 0:
                if height // 8 == len(self.levels):
                    self.levels.append(bytearray())
                self.levels[height // 8] += top
        self._stack.append((height, top))
        self.size += 1
        if self.size in self._wanted:
            self.note()

    def note(self) -> None:
        """Keep root and frontier of the present size."""
        hashes = [one for _, one in self._stack]
        self.frontiers[self.size] = b"".join(hashes)
        root = hashes.pop() if hashes else EMPTY
        while hashes:
            root = sha256(b"\x01" + hashes.pop() + root).digest()
        self.roots[self.size] = root


class Entries:
    """The entries of a journal, each by itself, and the tree that they make.

    Attributes:
        keyring: The keys that the entries enrol.
        tower: The tree over the entries without a hole, from 0.
        order: The numbers of all entries that were read.
        holes: Whether entries are missing or cannot be read.
        was_read: Whether the table of entries could be read at all.
        ids: By the id in a row, the entry's number.
        names: By the entry's number, the id inside.
        tags: By the entry's number, its tag.
        verdicts: By the number of a `verdict.given`, whom it says it is for.
        receptions: By the number of a `received`, the ids it says it names.
        erased: By an id, the last `text.erased` that names it.
        seals: By entry and path, the digests that are sealed there; more than one only
            where keys with dots in them make two paths alike.
        files: By the SHA-256 that an entry names, the first such entry.
    """

    def __init__(self, production: Production, report: Findings, asked: Asked) -> None:
        self._production, self._report, self._asked = production, report, asked
        self.keyring = Keyring()
        self.tower = Tower(set())
        self.order: list[int] = []
        self.holes = False
        self.was_read = False
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.tags: dict[int, str] = {}
        self.verdicts: dict[int, object] = {}
        self.receptions: dict[int, object] = {}
        self.erased: dict[str, int] = {}
        self.seals: dict[tuple[int, str], list[str]] = {}
        self.files: dict[str, int] = {}

    def read(self, wanted: set[int], shown: Shown | None) -> None:
        """Read them all; roots are kept for the sizes that are wanted."""
        self.tower = Tower(wanted)
        broken: list[str] = []
        size = self._production.count("entries")
        expected = 0
        rows = rows_of(self._production, "entries", self._report, Step.ENTRIES, broken)
        for idx, name, entry, leaf in rows:
            if idx < expected:
                sentence = f"has a number that no entry has after {expected - 1}"
                self._at(idx, "entry-number", sentence)
                self.holes = True
                continue
            if idx > expected:
                gap = f"{expected}" if idx == expected + 1 else f"{expected} to {idx - 1}"
                sentence = (
                    f"is missing (entries {gap}): a record is only ever added to, so it was taken "
                    "out or lost"
                )
                self._report.wrong(
                    Step.DATABASE,
                    "entries-missing",
                    where=entry_at(expected),
                    sentence=sentence,
                    place=expected,
                )
                self.holes = True
            expected = idx + 1
            self.order.append(idx)
            self._hash(idx, entry, leaf)
            self._entry(idx, name, entry)
            if shown is not None and not expected % _SHOWN_EVERY:
                shown(expected, size)
        self.tower.note()
        self.was_read = bool(self.order) or not broken
        self.holes = self.holes or bool(broken) or len(self.names) < len(self.order)

    def _hash(self, idx: int, entry: bytes, leaf: bytes) -> None:
        own = sha256(b"\x00" + entry).digest()
        if idx == self.tower.size:
            self.tower.push(own)
        if own != leaf:
            self._at(
                idx,
                "leaf-differs",
                "does not have the hash that is stored beside it: the entry, or the hash, was "
                "changed after it was written",
            )

    def _entry(self, idx: int, name: str, entry: bytes) -> None:
        if (earlier := self.ids.setdefault(name, idx)) != idx:
            self._at(
                idx,
                "same-id",
                f"has the id {name!r}, which entry {earlier} has: a statement counts once",
            )
        try:
            signed = read_statement(entry)
            payload = read_payload(signed.payload)
            inside = id_of(payload)
        except EvidenceError as error:
            self._report.caught(Step.ENTRIES, error, where=entry_at(idx), place=idx)
            return
        self.names[idx] = inside
        if inside != name:
            self._at(
                idx,
                "id-differs",
                f"says that it is {inside!r}, and stands in the row of "
                f"{name!r}: it cannot be found under its own id",
            )
        try:
            self._signature(idx, signed, payload)
        except EvidenceError as error:
            self._report.caught(Step.ENTRIES, error, where=entry_at(idx), place=idx)
        self._told(idx, signed.kid, payload)

    def _signature(self, idx: int, signed: SignedStatement, payload: dict[str, Any]) -> None:
        if idx == 0:
            key = self.keyring.first(payload, kid=signed.kid)
        else:
            key = self.keyring.key_for(signed.kid, index=idx)
        if self._asked.signatures:
            verify_statement(signed, key.public)
        if idx:
            self.keyring.see(payload, kid=signed.kid, index=idx)

    def _told(self, idx: int, kid: str, payload: dict[str, Any]) -> None:
        what = payload.get("what")
        own = isinstance(what, str) and what in OWN
        if isinstance(what, str):
            self.tags[idx] = what
        if (own or payload.get("by") == "server") and kid != self.keyring.server:
            self._at(idx, "not-the-server", "says it is the server's word, and names another key")
        match what:
            case "verdict.given":
                self.verdicts[idx] = payload.get("for")
            case "received":
                self.receptions[idx] = payload.get("ids")
            case "text.erased":
                if isinstance(erased := payload.get("of"), str):
                    self.erased[erased] = idx
            case "attachment.added":
                self.files.setdefault(str(payload.get("sha256")), idx)
            case _:
                pass
        for path, digest in seals_in(payload):
            self.seals.setdefault((idx, path), []).append(digest)

    def _at(self, idx: int, code: str, sentence: str) -> None:
        where = entry_at(idx)
        self._report.wrong(Step.ENTRIES, code, where=where, sentence=sentence, place=idx)


def rows_of(
    production: Production,
    table: str,
    report: Findings,
    step: Step,
    broken: list[str] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a table whose values are what its columns hold.

    Args:
        broken: Where it is said that not all of them came.
    """
    broken = [] if broken is None else broken
    columns = COLUMNS[table]
    try:
        for number, row in enumerate(production.rows(table)):
            wrong = [
                name
                for (name, kind), value in zip(columns, row, strict=True)
                if type(value) is not kind or (type(value) is str and not _is_text(value))
            ]
            if not wrong:
                yield row
                continue
            place = row[0] if type(row[0]) is int else number
            broken.append(table)
            report.wrong(
                step,
                "wrong-type",
                where=f"{JOURNAL}, {table}, {columns[0][0]} {row[0]!r}",
                sentence=f"holds in {', '.join(wrong)} what no program of ours writes there: the "
                "row was changed or damaged",
                place=place,
            )
    except EvidenceError as error:
        broken.append(table)
        report.caught(step, error, where=f"{JOURNAL}, {table}")


def seals_in(payload: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give path and digest of every seal in a payload, however deep."""
    waiting: list[tuple[str, Any]] = list(payload.items())
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(f"{path}.{place}", item) for place, item in enumerate(value)]
        elif isinstance(value, dict):
            digest = value.get("sealed")
            if len(value) == 1 and isinstance(digest, str) and len(digest) == _DIGEST_LETTERS:
                yield path, digest
            else:
                waiting += [(f"{path}.{key}", item) for key, item in value.items()]


def _is_text(value: str) -> bool:
    """Whether it can be written as UTF-8: what came otherwise was marked by the adapter."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def entry_at(idx: int) -> str:
    """Say where an entry stands in the journal."""
    return f"{JOURNAL}, entry {idx}"

"""Do the files of a production follow from its entries? Steps 3, 6 and 7 of `fsck`.

* Every tile under log/ is what the entries make at its place and width: the ones that the
  published checkpoint needs, and any other that a write which was cut off has left.
* A folder of published files may lie behind the journal, never beside it.
* Names are those of `tiles`, their contents are made here from entries and hashes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.ed25519 import SEED_BYTES, public_key
from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError, StorageError
from showclear.ledger.fsck_entries import Tower
from showclear.ledger.fsck_record import Record
from showclear.ledger.fsck_report import JOURNAL, Findings, Production, Step, said
from showclear.ledger.jws import thumbprint
from showclear.ledger.note import VerifierKey, parse_verifier_key
from showclear.ledger.policy import Policy
from showclear.ledger.tiles import TILE_WIDTH, AnyTileId, EntryBundleId, TileId, parse_path

CHECKPOINT: Final = "log/checkpoint"
LOG_KEY: Final = "keys/log.vkey"
SERVER_KEY: Final = "keys/server.jwk"
LOG_SEED: Final = "private/log.key"
SERVER_SEED: Final = "private/server.key"
WRITING: Final = ".writing"
"""Ending of a file that a crash left half written; the next write replaces it."""

_HASH: Final = 32
_ENTRY_MAX: Final = 65_535
_FILE_MAX: Final = TILE_WIDTH * (2 + _ENTRY_MAX)
_KEY_MAX: Final = 4_096
_SEED: Final = re.compile(rb"[0-9a-f]{64}\n?")
_DIGEST: Final = re.compile(r"attachments/([0-9a-f]{64})")
_UNFINISHED: Final = re.compile(r"attachments/\.[0-9a-f]{64}\.[0-9a-f]{16}\.unfinished")
_NAMED_MAX: Final = 20


class Beside:
    """Policy and keys, public and secret, against one another and the entries."""

    def __init__(self, production: Production, report: Findings) -> None:
        self._production, self._report = production, report
        self._public = self._log_key()

    def key_of(self, policy: Policy | None, origin: str | None) -> VerifierKey | None:
        """Return the key of the log of this name: the policy's, else the one in keys/."""
        logs = () if policy is None else tuple(one.key for one in policy.logs)
        named = next((key for key in logs if key.name == origin), None)
        return named or next(iter(logs), None) or self._public

    def compare(self, policy: Policy | None, record: Record) -> None:
        """Say where they do not agree."""
        key = record.key
        if policy is not None and (key is None or [one.key for one in policy.logs] != [key]):
            sentence = "does not name this log alone: who trusts it trusts somebody else too"
            self._wrong("other-log", "policy", sentence)
        if key is not None and self._public != key:
            sentence = "is not the key that the policy names for this log"
            self._wrong("key-differs", LOG_KEY, sentence)
        if key is not None and record.origin != said(key.name):
            sentence = f"calls this log something else than {key.name}, whose key the policy names"
            self._wrong("other-log", f"{JOURNAL}, writer", sentence)
        self._secret(LOG_SEED, None if key is None else key.public, "the log's key")
        server = record.entries.keyring.keys.get(record.entries.keyring.server)
        self._secret(SERVER_SEED, None if server is None else server.public, "the server's key")
        publics = {one.public for one in record.entries.keyring.keys.values()}
        for name in sorted({*self._production.names("keys"), LOG_KEY, SERVER_KEY} - {LOG_KEY}):
            first = {server.public} if server is not None else set()
            self._key_file(name, first if name == SERVER_KEY else publics)

    def _log_key(self) -> VerifierKey | None:
        try:
            raw = self._production.read(LOG_KEY, limit=_KEY_MAX)
            if raw is None:
                self._wrong("file-missing", LOG_KEY, "is missing")
                return None
            text = raw.decode("utf-8", "replace")
            return parse_verifier_key(text.removesuffix("\n"))
        except EvidenceError as error:
            self._report.caught(Step.TREE, error, where=LOG_KEY)
            return None

    def _key_file(self, name: str, expected: set[bytes]) -> None:
        try:
            raw = self._production.read(name, limit=_KEY_MAX)
        except EvidenceError as error:
            self._report.caught(Step.TREE, error, where=name)
            return
        if raw is None:
            self._wrong("file-missing", name, "is missing")
        elif _jwk_public(raw) not in expected:
            sentence = "is not a key that the entries enrol as that: people compare with it"
            self._wrong("key-differs", name, sentence)

    def _secret(self, name: str, public: bytes | None, whose: str) -> None:
        try:
            raw = self._production.read(name, limit=_KEY_MAX)
        except StorageError:
            self._report.unchecked.append(f"{name}: this user cannot read it.")
            return
        except EvidenceError as error:
            self._report.caught(Step.TREE, error, where=name)
            return
        if raw is None:
            self._report.gone.append(f"{name} is not here: nothing can be written without it.")
        elif not _SEED.fullmatch(raw):
            sentence = f"is no key: {whose} is lost, and nothing can be written here"
            self._wrong("bad-key", name, sentence)
        elif (
            public is not None
            and public_key(bytes.fromhex(raw.decode()[: 2 * SEED_BYTES])) != public
        ):
            self._wrong("key-differs", name, f"is not the secret half of {whose}")

    def _wrong(self, code: str, where: str, sentence: str) -> None:
        self._report.wrong(Step.TREE, code, where=where, sentence=sentence)


def _jwk_public(raw: bytes) -> bytes | None:
    """Return a public key file's key; None where it does not say one thing only."""
    try:
        found = json.loads(raw.decode(), object_pairs_hook=list)
        members = dict(found)
        public = decode_base64url(members["x"], what="The key")
        whole = {"kid": thumbprint(public), "crv": "Ed25519", "kty": "OKP", "x": members["x"]}
    except Exception:  # noqa: BLE001 - hostile JSON fails in many ways, and each is no key
        return None
    return public if members == whole and len(found) == len(whole) else None


class Published:
    """What lies under log/, against the entries."""

    def __init__(self, production: Production, record: Record, report: Findings) -> None:
        self._production, self._report = production, report
        self._record = record
        self._tower: Tower = record.entries.tower
        self._left: list[str] = []
        self._beyond = 0

    def check(self, note: bytes | None) -> None:
        """Look at the checkpoint and then at every file.

        Args:
            note: The published checkpoint as it was read before everything else.
        """
        if not self._record.entries.was_read:
            self._report.unchecked.append(
                "What is published under log/: the entries cannot be read. `showclear verify` "
                "looks at it by itself."
            )
            return
        size = self._size(note)
        wanted = {_path(tile) for tile in _tiles(min(size, self._tower.size))}
        for place, name in enumerate(self._production.names("log")):
            if name == CHECKPOINT:
                continue
            if name.endswith(WRITING) or (self._file(name, place) and name not in wanted):
                self._left.append(name)
            wanted.discard(name)
        for name in sorted(wanted):
            sentence = "is missing: whoever has the published checkpoint cannot read all under it"
            self._wrong("file-missing", name, sentence)
        self._say()

    def _size(self, note: bytes | None) -> int:
        """Return up to where the log is published."""
        newest = max(self._record.notes, default=0)
        if note is None:
            # A production is published as it is made: whoever finds none has had it taken away.
            self._wrong(
                "file-missing",
                "log/checkpoint",
                "is not there, though the journal has signed one: it was deleted",
            )
            return 0
        for size, stored in self._record.notes.items():
            if stored == note:
                if size < newest:
                    self._report.gone.append(
                        f"{newest - size:,} entries are not published yet: the next start does it."
                    )
                return size
        self._unknown(note)
        return 0

    def _unknown(self, note: bytes) -> None:
        key, known = self._record.key, self._tower
        if key is None:
            self._report.unchecked.append("log/checkpoint: nobody can tell this log's key.")
            return
        try:
            point = open_checkpoint(note, key).checkpoint
        except EvidenceError as error:
            self._report.caught(Step.PUBLISHED, error, where=CHECKPOINT)
            return
        root = known.roots.get(point.size)
        if root is None and self._record.entries.holes:
            self._beyond += 1
            return
        if point.size > known.size:
            code, sentence = (
                "store-behind",
                (
                    f"shows {point.size:,} entries, signed by this log's key, and the journal "
                    f"holds {known.size:,}: entries are lost, or this journal is an older copy"
                ),
            )
        elif root is not None and root != point.root:
            code, sentence = (
                "store-differs",
                (
                    f"shows another history for the first {point.size:,} entries, signed by this "
                    "log's key: there are two"
                ),
            )
        else:
            code, sentence = (
                "checkpoint-unknown",
                ("is signed by this log's key, and is none of the checkpoints in the journal"),
            )
        self._wrong(code, CHECKPOINT, sentence)

    def _file(self, name: str, place: int) -> bool:
        """Compare one file; return whether it is what the entries make."""
        try:
            tile = parse_path(name.removeprefix("log/"))
            level = tile.level if isinstance(tile, TileId) else 0
            start = tile.number * TILE_WIDTH
            if start + tile.width > self._tower.size >> 8 * level:
                if self._record.entries.holes:
                    self._beyond += 1
                else:
                    self._wrong("surplus-file", name, "belongs to no log of these entries", place)
                return False
            raw = self._production.read(name, limit=_FILE_MAX)
            if raw is None:
                # Taken away since the names were read: a writer is at work.
                return False
            where = self._difference(tile, raw, level=level, start=start)
        except EvidenceError as error:
            self._report.caught(Step.PUBLISHED, error, where=name, place=place)
            return False
        if where is not None:
            sentence = "is not what the entries in the journal make: one of the two was changed"
            self._wrong("tile-differs", f"{name}, {where}", sentence, place)
        return where is None

    def _difference(self, tile: AnyTileId, raw: bytes, *, level: int, start: int) -> str | None:
        """Say where a file differs from what the entries make; None where it does not."""
        if isinstance(tile, TileId):
            own = bytes(self._tower.levels[level][start * _HASH : (start + tile.width) * _HASH])
            return None if raw == own else f"hash {_first(raw, own) // _HASH}"
        at = 0
        for place, entry in enumerate(self._production.entries(start, start + tile.width), start):
            if not isinstance(entry, bytes) or len(entry) > _ENTRY_MAX:
                return f"entry {place}"
            made = len(entry).to_bytes(2, "big") + entry
            if raw[at : at + len(made)] != made:
                return f"entry {place}"
            at += len(made)
        return None if at == len(raw) else f"bytes after entry {start + tile.width - 1}"

    def _say(self) -> None:
        if not self._report.of(Step.PUBLISHED):
            self._report.shown.append("What is published is what the entries make.")
        if self._left:
            self._report.gone.append(
                said(
                    f"{len(self._left):,} files under log/ are from a write that was cut off, such "
                    f"as {self._left[0]}. They say nothing that the entries do not."
                )
            )
        if self._beyond:
            self._report.unchecked.append(
                f"{self._beyond:,} files under log/ stand for entries that could not be read."
            )

    def _wrong(self, code: str, where: str, sentence: str, place: int = 0) -> None:
        self._report.wrong(Step.PUBLISHED, code, where=where, sentence=sentence, place=place)


def _tiles(size: int) -> Iterator[AnyTileId]:
    """Give all that a log of a size lies in (c2sp.org/tlog-tiles, "Merkle Tree")."""
    for start in range(0, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - start)
        yield EntryBundleId(number=start // TILE_WIDTH, width=width)
    level = 0
    while count := size >> 8 * level:
        for start in range(0, count, TILE_WIDTH):
            width = min(TILE_WIDTH, count - start)
            yield TileId(level=level, number=start // TILE_WIDTH, width=width)
        level += 1


def _path(tile: AnyTileId) -> str:
    return f"log/{tile.path()}"


def _first(one: bytes, other: bytes) -> int:
    """Return where two different byte strings begin to differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


class Attachments:
    """The files that entries name by their SHA-256."""

    def __init__(self, production: Production, record: Record, report: Findings) -> None:
        self._production, self._report = production, report
        self._files = record.entries.files
        self._holes = record.entries.holes

    def check(self) -> None:
        """Compare each file with its name, and the names with the entries."""
        found: set[str] = set()
        strange: list[str] = []
        for place, name in enumerate(self._production.names("attachments")):
            if _UNFINISHED.fullmatch(name):
                self._report.gone.append(f"{name} is from a write that was cut off.")
                continue
            named = _DIGEST.fullmatch(name)
            digest = "" if named is None else named[1]
            if not digest or not self._fits(name, digest, place):
                continue
            found.add(digest)
            if digest not in self._files:
                strange.append(name)
        for name in self._production.names("attachments"):
            if not _DIGEST.fullmatch(name) and not _UNFINISHED.fullmatch(name):
                sentence = "is no name of an attachment: a file stands here under its SHA-256"
                self._wrong("belongs-to-nothing", name, sentence)
        self._say(found, strange)

    def _fits(self, name: str, digest: str, place: int) -> bool:
        hasher = sha256()
        try:
            for chunk in self._production.chunks(name):
                hasher.update(chunk)
        except EvidenceError as error:
            self._report.caught(Step.ATTACHMENTS, error, where=name, place=place)
            return True
        if hasher.hexdigest() == digest:
            return True
        self._wrong("attachment-differs", name, "is not the file of that name: it was changed")
        return True

    def _say(self, found: set[str], strange: list[str]) -> None:
        gone = self._report.gone
        if both := len(found & self._files.keys()):
            self._report.shown.append(f"{both:,} attachments are here.")
        missing = sorted((idx, one) for one, idx in self._files.items() if one not in found)
        for idx, one in missing[:_NAMED_MAX]:
            gone.append(said(f"The attachment of entry {idx} is not here: {one}."))
        if len(missing) > _NAMED_MAX:
            gone.append(f"And {len(missing) - _NAMED_MAX:,} more attachments are not here.")
        if strange and not self._holes:
            gone.append(f"{len(strange):,} attachments are here of which no entry speaks.")

    def _wrong(self, code: str, where: str, sentence: str) -> None:
        self._report.wrong(Step.ATTACHMENTS, code, where=where, sentence=sentence)

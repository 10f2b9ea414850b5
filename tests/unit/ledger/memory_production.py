"""A production in memory for the second reader's tests, made by hand.

Nothing of the writer makes it, so that a mistake of the writer's is not asked to approve of
itself: leaves, roots and tiles are taken from the definition, signatures from the keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.errors import EvidenceError, StorageError
from showclear.ledger.fsck import check, verified
from showclear.ledger.fsck_report import Asked, Findings
from showclear.ledger.jws import jwk, sign_statement, thumbprint
from showclear.ledger.note import NoteSigner
from showclear.ledger.tiles import EntryBundleId, TileId, tiles_of
from showclear.ledger.verify_report import Finding, Verified
from tests.unit.ledger.naive import split

LOG_SEED, SERVER_SEED, PHONE_SEED = b"L" * 32, b"S" * 32, b"P" * 32
LOG = NoteSigner("example.org/log", LOG_SEED)
SERVER, PHONE = SigningKey(SERVER_SEED), SigningKey(PHONE_SEED)
SALT = bytes(range(16))


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 taken literally, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:cut]) + naive_root(leaves[cut:])).digest()


def sealed(text: str) -> dict[str, str]:
    return {"sealed": encode_base64url(sha256(SALT + text.encode()).digest()).decode()}


def enrolled(name: str, key: SigningKey, kind: str) -> dict[str, Any]:
    public = encode_base64url(key.public).decode()
    return {
        "id": f"enrol/{name}",
        "what": "device.enrolled",
        "device": name,
        "kind": kind,
        "key": public,
    }


class Folder:
    """A production in memory: commits are said, then everything is made of them."""

    def __init__(self) -> None:
        self.tables: dict[str, list[tuple[Any, ...]]] = {
            name: []
            for name in (
                "entries",
                "verdicts",
                "checkpoints",
                "texts",
                "asides",
                "snapshots",
                "writer",
            )
        }
        self.files: dict[str, bytes] = {
            "policy": f"log {LOG.key}\nquorum none\n".encode(),
            "keys/log.vkey": f"{LOG.key}\n".encode(),
            "keys/server.jwk": json.dumps(
                {"kid": thumbprint(SERVER.public), **jwk(SERVER.public)}
            ).encode(),
            "private/log.key": LOG_SEED.hex().encode() + b"\n",
            "private/server.key": SERVER_SEED.hex().encode() + b"\n",
        }
        self.found: tuple[Finding, ...] = ()
        self.cut: dict[str, int] = {}
        self.shut: set[str] = set()
        self._point()
        self.commit([enrolled("server", SERVER, "server"), enrolled("phone", PHONE, "phone")])

    @property
    def leaves(self) -> list[bytes]:
        return [row[3] for row in self.tables["entries"]]

    def say(self, payload: dict[str, Any], key: SigningKey = SERVER) -> None:
        entry = sign_statement(json.dumps(payload).encode(), key)
        idx = len(self.tables["entries"])
        self.tables["entries"].append((idx, payload["id"], entry, sha256(b"\0" + entry).digest()))

    def commit(
        self,
        said: list[dict[str, Any]],
        *,
        key: SigningKey = SERVER,
        named: list[str] | None = None,
    ) -> None:
        """Say a group, with a verdict beside each act, and its reception at the end."""
        for one in said:
            self.say(one, key)
            if one["what"] == "act":
                self.tables["verdicts"].append((len(self.leaves) - 1, len(self.leaves)))
                self.say({"id": f"verdict/{one['id']}", "what": "verdict.given", "for": one["id"]})
            for path, text in one.get("words", {}).items():
                self.tables["texts"].append((one["id"], path, SALT, text))
        ids = [one["id"] for one in said] if named is None else named
        self.say({"id": f"received/{len(self.leaves)}", "what": "received", "ids": ids})
        self._point()
        self.publish()

    def _point(self) -> None:
        size, root = len(self.leaves), naive_root(self.leaves)
        note = sign_checkpoint(Checkpoint(origin=LOG.name, size=size, root=root), LOG)
        self.tables["checkpoints"].append((size, note))
        frontier, at = b"", 0
        for bit in reversed(range(size.bit_length())):
            if size >> bit & 1:
                frontier += naive_root(self.leaves[at : at + (1 << bit)])
                at += 1 << bit
        self.tables["writer"] = [(1, LOG.name, size, root, frontier, note, "here")]

    def publish(self, place: int = -1) -> Folder:
        """Publish the log as it was at one of its checkpoints."""
        self.files = {name: raw for name, raw in self.files.items() if name[:4] != "log/"}
        size, note = self.tables["checkpoints"][place]
        self.files["log/checkpoint"] = note
        for tile in tiles_of(size):
            self.files[f"log/{tile.path()}"] = self._tile(tile)
        return self

    def _tile(self, tile: TileId | EntryBundleId) -> bytes:
        first = tile.number * 256
        if isinstance(tile, EntryBundleId):
            entries = [row[2] for row in self.tables["entries"][first : first + tile.width]]
            return b"".join(len(one).to_bytes(2, "big") + one for one in entries)
        over = 256**tile.level
        starts = range(first * over, (first + tile.width) * over, over)
        return b"".join(naive_root(self.leaves[start : start + over]) for start in starts)

    def change(self, table: str, row: int, column: int, value: Any) -> None:
        rows = self.tables[table]
        rows[row] = (*rows[row][:column], value, *rows[row][column + 1 :])

    # What the second reader asks for.

    def faults(self) -> tuple[Finding, ...]:
        return self.found

    def count(self, table: str) -> int:
        return len(self.tables[table])

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        yield from self.tables[table][: self.cut.get(table)]
        if table in self.cut:
            raise EvidenceError("journal-damaged", "is damaged: here it ends")

    def entries(self, start: int, stop: int) -> list[Any]:
        return [row[2] for row in self.rows("entries") if start <= row[0] < stop]

    def names(self, under: str) -> Iterator[str]:
        return iter(sorted(name for name in self.files if name.startswith(f"{under}/")))

    def read(self, name: str, *, limit: int) -> bytes | None:
        if name in self.shut:
            raise StorageError("this user may not")
        raw = self.files.get(name)
        if raw is not None and len(raw) > limit:
            raise EvidenceError("too-large", "is too large")
        return raw

    def chunks(self, name: str) -> Iterator[bytes]:
        yield self.files[name]


def fsck(folder: Folder, **asked: Any) -> tuple[Verified, Findings]:
    asked.setdefault("gated", frozenset({"act"}))
    published = folder.files.get("log/checkpoint")
    record, report = check(folder, Asked(**asked), published=published)
    return verified(record, report), report


def codes(folder: Folder, **asked: Any) -> list[str]:
    return [one.code for one in fsck(folder, **asked)[0].findings]


def note(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "what": "note", **more}


def show(groups: list[int] | None = None) -> Folder:
    """A log with an act, words and a picture, and then so many statements a commit."""
    folder = Folder()
    folder.commit(
        [{"id": "act", "what": "act"}, note("n", note=sealed("words"), words={"note": "words"})]
    )
    picture = sha256(b"picture").hexdigest()
    folder.commit([{"id": "picture", "what": "attachment.added", "sha256": picture}], key=PHONE)
    folder.files[f"attachments/{picture}"] = b"picture"
    for place, count in enumerate(groups or []):
        folder.commit([note(f"{place}/{number}") for number in range(count)], key=PHONE)
    return folder

"""A small signed log as files, made with the writer's own parts, to be tampered with.

It is built statement by statement; `files` gives what is published, by name. Nothing in it
is shared with what verifies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import sign_statement
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.note import NoteCosigner, NoteSigner
from showclear.ledger.payload import write_payload
from showclear.ledger.tiles import TileId, tile_bytes, tiles_of, write_bundle
from showclear.ledger.tlog_proof import TlogProof
from showclear.ledger.tree import Tree

LOG = NoteSigner("showclear/test", sha256(b"log").digest())
SERVER = SigningKey(sha256(b"server").digest())
TABLET = SigningKey(sha256(b"tablet").digest())
PHONE = SigningKey(sha256(b"phone").digest())
STRANGER = SigningKey(sha256(b"stranger").digest())
OWN = {"by": "server", "attested": "server"}
Files = dict[str, bytes]


def coded(raw: bytes) -> str:
    """Base64url as text."""
    return encode_base64url(raw).decode()


def sealed(text: str, salt: bytes = bytes(16)) -> dict[str, str]:
    """What stands in an entry for a text."""
    return {"sealed": coded(sha256(salt + text.encode()).digest())}


def text_line(name: str, text: str, path: str = "note", salt: bytes = bytes(16)) -> bytes:
    """What stands in texts/texts.jsonl for it."""
    return json.dumps({"id": name, "path": path, "salt": coded(salt), "text": text}).encode()


@dataclass
class SignedLog:
    """Entries in order, and what belongs beside them."""

    entries: list[bytes] = field(default_factory=list)
    beside: Files = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)

    def say(self, name: str, what: str, signer: SigningKey = TABLET, **fields: Any) -> int:
        """Add a statement and return its index."""
        payload = write_payload({"id": name, "what": what, **fields})
        if what not in ("received", "verdict.given"):
            self.unnamed.append(name)
        return self.add(sign_statement(payload, signer))

    def add(self, entry: bytes) -> int:
        """Add an entry as it is and return its index."""
        self.entries.append(entry)
        return len(self.entries) - 1

    def enrol(self, device: str, key: SigningKey, *, kind: str = "tablet") -> int:
        """Enrol a device."""
        fields = {**OWN, "device": device, "kind": kind, "key": coded(key.public)}
        return self.say(f"enrol/{device}", "device.enrolled", SERVER, **fields)

    def receive(self, clock: str = "2026-06-09T19:44:00Z") -> int:
        """Close a group."""
        ids, self.unnamed = self.unnamed, []
        name = f"received/{len(self.entries)}"
        return self.say(name, "received", SERVER, **OWN, ids=ids, clock=clock)

    def judge(self, act: str) -> int:
        """Give a verdict."""
        fields: dict[str, Any] = {**OWN, "for": act, "gate": "roll", "answer": "clear"}
        return self.say(f"verdict/{act}", "verdict.given", SERVER, **fields)

    def tree(self) -> Tree:
        """The tree over the entries."""
        return Tree(b"".join(map(leaf_hash, self.entries)))

    def checkpoint(self, size: int | None = None) -> bytes:
        """Signed by the log's key."""
        tree = self.tree()
        size = tree.size if size is None else size
        return sign_checkpoint(Checkpoint(origin=LOG.name, size=size, root=tree.root(size)), LOG)

    def receipt(self, index: int, size: int | None = None) -> bytes:
        """The tlog-proof of an entry."""
        proof = tuple(self.tree().inclusion(index, size))
        point = self.checkpoint(size)
        return TlogProof(index=index, proof=proof, checkpoint=point).to_bytes()

    def files(self) -> Files:
        """Everything that is published."""
        tree = self.tree()
        made = {
            f"log/{tile.path()}": (
                tile_bytes(tile, tree.node)
                if isinstance(tile, TileId)
                else write_bundle(self.entries[tile.number * 256 :][: tile.width])
            )
            for tile in tiles_of(tree.size)
        }
        policy = f"log {LOG.key}\nquorum none\n".encode()
        return {"log/checkpoint": self.checkpoint(), "policy": policy, **made, **self.beside}


def a_log(size: int = 300) -> SignedLog:
    """A whole log of so many entries, 60 at least: two devices, texts, an attachment, receipts.

    Entries of note: 0 enrols the server, 1 the tablet, 2 the phone; `act` at 3 with its verdict
    at 4; `noted` and `secret` have sealed texts, of which the first is given out; `picture` adds
    an attachment; `revoke` at 20 ends the phone. The last entry is a `received`.
    """
    log = SignedLog()
    log.enrol("set-server", SERVER, kind="server")
    log.enrol("tablet-1", TABLET)
    log.enrol("phone-1", PHONE, kind="phone")
    log.say("act", "activity.rolled", by="ad", activity="scene-1")
    log.judge("act")
    log.say("noted", "check.made", by="armorer", note=sealed("brass in the tray"))
    log.say("secret", "check.made", by="medic", on={"people": [sealed("who")]})
    log.say("erase", "text.erased", of="secret", basis="asked")
    log.say("picture", "attachment.added", sha256=sha256(b"jpeg").hexdigest(), about=["act"])
    while len(log.entries) < 20:
        log.say(f"phoned-{len(log.entries)}", "confirmed", PHONE, of="act")
    log.say("revoke", "device.revoked", SERVER, **OWN, device="phone-1")
    log.receive()
    while len(log.entries) < size - 1:
        if len(log.entries) % 40 == 0:
            log.receive()
        else:
            log.say(f"said-{len(log.entries)}", "confirmed", of="act", by="armorer")
    log.receive("2026-06-09T20:00:00Z")
    log.beside["texts/texts.jsonl"] = text_line("noted", "brass in the tray") + b"\n"
    log.beside[f"attachments/{sha256(b'jpeg').hexdigest()}.jpg"] = b"jpeg"
    log.beside["receipts/early.tlog-proof"] = log.receipt(3, 22)
    log.beside["receipts/late.tlog-proof"] = log.receipt(5)
    return log


def cosigned(log: SignedLog, cosigner: NoteCosigner) -> bytes:
    """The checkpoint with a witness's word."""
    tree = log.tree()
    point = Checkpoint(origin=LOG.name, size=tree.size, root=tree.root())
    return sign_checkpoint(point, LOG, cosigners=[cosigner])


class MemorySource:
    """Files in a dictionary, behind the same port and as strict."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def names(self, under: str) -> Iterator[str]:
        return (name for name in sorted(self.files) if name.startswith(f"{under}/"))

    def read(self, name: str, *, limit: int) -> bytes | None:
        raw = self.files.get(name)
        if raw is not None and len(raw) > limit:
            raise EvidenceError("too-large", "too large", where=name)
        return raw

    def chunks(self, name: str, *, limit: int) -> Iterator[bytes]:
        raw = self.read(name, limit=limit)
        return (raw[at : at + 1000] for at in range(0, len(raw or b""), 1000))


def write(files: Files, folder: Path) -> Path:
    """Write files below a folder."""
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder

"""Make evidence bundles for tests, from the specifications alone.

Nothing of the product is used here, so that the verifier is never compared with the
writer that it has to judge. The root is computed by the recursion of RFC 6962, tiles by
the formula of tlog-tiles, signatures by PyNaCl.

Source: RFC 6962 section 2.1; C2SP signed-note, tlog-checkpoint, tlog-tiles,
tlog-cosignature, tlog-proof, tlog-policy; RFC 7515, 7638.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from nacl.signing import SigningKey

ORIGIN = "set.example/unit-1"
LOG = SigningKey(b"L" * 32)
SERVER = SigningKey(b"S" * 32)
TABLET = SigningKey(b"T" * 32)
WITNESS = SigningKey(b"W" * 32)
STRANGER = SigningKey(b"X" * 32)
SALT = b"0123456789abcdef"
TEXT = "The slide was stiff; cleaned twice."
PICTURE = b"\x89PNG not really a picture"
PICTURE_NAME = hashlib.sha256(PICTURE).hexdigest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def public(key: SigningKey) -> bytes:
    return bytes(key.verify_key)


def thumbprint(key: SigningKey) -> str:
    """Return the `kid` of RFC 7638: members in order, no spaces."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64url(public(key))}
    return b64url(sha(json.dumps(jwk, separators=(",", ":")).encode()))


def jws(said: object, *, by: SigningKey = SERVER, header: object = None) -> bytes:
    """Sign a payload as a compact statement; a header of its own makes a wrong one."""
    head = header or {"alg": "Ed25519", "kid": thumbprint(by), "typ": "showclear+jws"}
    first = head if isinstance(head, bytes) else json.dumps(head).encode()
    second = said if isinstance(said, bytes) else json.dumps(said).encode()
    signed = f"{b64url(first)}.{b64url(second)}".encode()
    return signed + b"." + b64url(by.sign(signed).signature).encode()


def sealed(text: str = TEXT) -> dict[str, str]:
    return {"sealed": b64url(sha(SALT, text.encode()))}


def opening(**more: object) -> dict[str, object]:
    return {
        "id": "s0",
        "what": "device.enrolled",
        "by": "server",
        "attested": "server",
        "device": "set-server",
        "kind": "server",
        "key": b64url(public(SERVER)),
        "note": sealed("The Western"),
        **more,
    }


def ordinary(count: int) -> list[bytes]:
    """Return a day's entries: an opening, a tablet, and then what both say in turn."""
    entries = [
        jws(opening()),
        jws(
            {
                "id": "s1",
                "what": "device.enrolled",
                "attested": "server",
                "device": "tablet-1",
                "key": b64url(public(TABLET)),
            }
        ),
    ]
    for number in range(2, count):
        own = {"id": f"s{number}", "what": "check.made", "attested": "own-device", "by": "armorer"}
        if number == 2:
            entries.append(
                jws({**own, "note": sealed(), "plan": {"people": [1, sealed("x")]}}, by=TABLET)
            )
        elif number == 3:
            added = {"id": "s3", "what": "attachment.added", "attested": "server"}
            entries.append(jws({**added, "sha256": PICTURE_NAME, "about": "s2"}))
        elif number % 5 == 4:
            clock = f"2026-05-01T{8 + number % 9:02d}:00:00Z"
            got = {"id": f"s{number}", "what": "received", "attested": "server"}
            # All since the one before it.
            names = [f"s{name}" for name in range(max(0, number - 4), number)]
            entries.append(jws({**got, "ids": names, "clock": clock}))
        else:
            entries.append(jws(own, by=TABLET))
    return entries[:count]


TEXTS = [
    {"id": "s2", "index": 2, "path": "note", "salt": b64url(SALT), "text": TEXT},
    {"id": "s2", "index": 2, "path": "plan.people.1", "salt": b64url(SALT), "text": "x"},
]


@lru_cache(maxsize=100_000)
def tree_hash(leaves: tuple[bytes, ...]) -> bytes:
    """Return MTH of RFC 6962 over leaf hashes, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01", tree_hash(leaves[:left]), tree_hash(leaves[left:]))


def hashed(entries: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(sha(b"\x00", entry) for entry in entries)


def inclusion(leaves: tuple[bytes, ...], index: int) -> list[bytes]:
    """Return PATH of RFC 6962, section 2.1.1."""
    if len(leaves) < 2:
        return []
    left = 1 << (len(leaves) - 1).bit_length() - 1
    if index < left:
        return [*inclusion(leaves[:left], index), tree_hash(leaves[left:])]
    return [*inclusion(leaves[left:], index - left), tree_hash(leaves[:left])]


def vkey(key: SigningKey, *, name: str = ORIGIN, kind: int = 1) -> str:
    raw = bytes([kind]) + public(key)
    return f"{name}+{sha(name.encode() + bytes([10]), raw)[:4].hex()}+{b64(raw)}"


def signature_line(key: SigningKey, raw: bytes, *, name: str = ORIGIN, kind: int = 1) -> str:
    tag = sha(name.encode(), b"\n", bytes([kind]), public(key))[:4]
    return f"— {name} {b64(tag + raw)}\n"


def signed_note(text: str, *, by: SigningKey = LOG, name: str = ORIGIN) -> str:
    return f"{text}\n{signature_line(by, by.sign(text.encode()).signature, name=name)}"


def checkpoint(entries: Sequence[bytes], *, by: SigningKey = LOG, origin: str = ORIGIN) -> str:
    root = b64(tree_hash(hashed(entries)))
    return signed_note(f"{origin}\n{len(entries)}\n{root}\n", by=by, name=origin)


def cosigned(note: str, *, by: SigningKey = WITNESS, name: str = "w.example", at: int = 1) -> str:
    text = note[: note.rindex("\n\n") + 1]
    said = f"cosignature/v1\ntime {at}\n{text}".encode()
    raw = at.to_bytes(8, "big") + by.sign(said).signature
    return note + signature_line(by, raw, name=name, kind=4)


def receipt(entries: Sequence[bytes], *, index: int) -> str:
    path = "".join(b64(step) + "\n" for step in inclusion(hashed(entries), index))
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{checkpoint(entries)}"


def numbered(number: int) -> str:
    """Spell a tile's number in groups of three, all but the last with an x."""
    groups = [f"{number // 1000**power % 1000:03d}" for power in range(5, -1, -1)]
    while len(groups) > 1 and groups[0] == "000":
        groups.pop(0)
    return "/".join(["x" + group for group in groups[:-1]] + groups[-1:])


def tile_files(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return every file of the log but its checkpoint, by the formula of tlog-tiles."""
    leaves, files = hashed(entries), {}
    for level in range(4):
        span = 256**level
        nodes = len(leaves) // span
        for first in range(0, nodes, 256):
            part = range(first, min(nodes, first + 256))
            name = numbered(first // 256) + (f".p/{len(part)}" if len(part) < 256 else "")
            hashes = [tree_hash(leaves[span * at : span * (at + 1)]) for at in part]
            files[f"log/tile/{level}/{name}"] = b"".join(hashes)
            if level == 0:
                bundle = [len(entries[at]).to_bytes(2, "big") + entries[at] for at in part]
                files[f"log/tile/entries/{name}"] = b"".join(bundle)
    return files


@dataclass(kw_only=True)
class Bundle:
    """What a folder will hold; tests change it before it is written."""

    entries: list[bytes]
    checkpoint: str | None = None
    policy: str = f"log {vkey(LOG)}\nquorum none\n"
    texts: list[object] | None = None
    more: dict[str, bytes] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        note = self.checkpoint or checkpoint(self.entries)
        files = {"log/checkpoint": note.encode(), "policy": self.policy.encode()}
        files |= tile_files(self.entries) | {"README.txt": b"Read me.\n"}
        if self.texts is not None:
            lines = [
                line if isinstance(line, bytes) else json.dumps(line).encode()
                for line in self.texts
            ]
            files["texts/texts.jsonl"] = b"".join(line + b"\n" for line in lines)
        return files | self.more

    def write(self, folder: Path) -> Path:
        for name, raw in self.files().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        return folder


def whole(count: int) -> Bundle:
    """Return a bundle in which nothing is wrong, with texts, an attachment and two receipts."""
    bundle = Bundle(entries=ordinary(count))
    if count > 3:
        bundle.texts = list(TEXTS)
        bundle.more[f"attachments/{PICTURE_NAME}.png"] = PICTURE
    for size, index in ((1, 0), (count // 2 + 1, count // 3), (count, count - 1)):
        if count:
            name = f"receipts/{size}-{index}.tlog-proof"
            bundle.more[name] = receipt(bundle.entries[:size], index=index).encode()
    return bundle

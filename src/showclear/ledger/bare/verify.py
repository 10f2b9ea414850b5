"""Has anybody changed this record since it was signed?

    python3 verify.py FOLDER [--hashes] [--policy FILE] [--receipt FILE]...

For somebody who trusts neither the folder nor us. Any Python from 3.9 on, nothing to install.

1. Policy and checkpoint: signed by the log's key, and by as many witnesses as the policy asks for.
2. Hashes: every entry and every file under log/, up to the signed root, and no file beside them.
3. Texts, attachments and receipts against the entries. An older receipt shows rewritten history.
4. Signatures, each by a key that stood at that point of the log. `--hashes` leaves these out.

* The folder is only bytes: nothing in it is run or imported, no link in it is followed.
* A signature counts only under libsodium's strict rules (S < L, canonical points, none of small
  order, no cofactor), whichever of PyNaCl, cryptography or the arithmetic below looks at it.
* Nothing is written as true: only that nobody changed it since.
* Exit 0 whole; 1 not whole, the first thing wrong named with its place; 2 could not be read.

Source: C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature, tlog-proof, tlog-policy;
RFC 6962 section 2.1; RFC 7515, 7638, 8032 and 9864.
"""

import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    # Python looks for modules beside this file first: a json.py in the folder would be run.
    # For the same reason nothing is imported from __future__, which is a file like any other.
    del sys.path[0]
if sys.hexversion < 0x03090000:
    sys.stderr.write("Python 3.9 or newer is needed.\n")
    sys.exit(2)

import argparse
import base64
import hashlib
import io
import json
import os
import re
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

Verify = Callable[[bytes, bytes, bytes], bool]
"""Key, message, signature: does the signature stand?"""

NOTE_BYTES_MAX, LINE_BYTES_MAX, BUNDLE_BYTES_MAX = 1 << 14, 1 << 22, 256 * (2 + 0xFFFF)
DEPTH_MAX, SHOWN_MAX = 64, 20
SERVER_SAYS = ("verdict.given", "received")


class BrokenError(ValueError):
    """Bytes that are not what they should be; the sentence says how."""


class Report:
    """What was found: wrong, shown, gone or missing, not checked; in the order of finding."""

    def __init__(self) -> None:
        self.wrong: list[tuple[str, str]] = []
        self.seen: set[tuple[str, str]] = set()
        self.shown: list[str] = []
        self.absent: list[str] = []
        self.unchecked: list[str] = []
        self.spoke = time.monotonic()

    def add(self, place: str, sentence: str) -> None:
        if (place, sentence) not in self.seen:
            self.seen.add((place, sentence))
            self.wrong.append((place, sentence))

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Turn whatever is wrong with the bytes of a place into a line about it."""
        try:
            yield
        except BrokenError as why:
            self.add(place, str(why))
        except FileNotFoundError:
            self.add(place, "is missing")
        except OSError as why:
            self.add(place, f"cannot be read ({why.strerror})")
        except RecursionError:
            self.add(place, "is nested too deeply to be read")
        except (ValueError, MemoryError, OverflowError) as why:
            self.add(place, f"is not written as it has to be ({type(why).__name__}: {why})")

    def progress(self, doing: str, *, done: int, of: int) -> None:
        """Tell the person who waits, every two seconds, that something goes on."""
        if time.monotonic() - self.spoke > 2:
            self.spoke = time.monotonic()
            put(f"{doing}: {done:,} of {of:,}", sys.stderr)


# --- Bytes and files


def encode_url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: object, *, size: "int | None" = None, url: bool = True) -> bytes:
    """Read base64, refused unless encoding it again gives the same text."""
    if isinstance(text, str) and text.isascii():
        try:
            raw = (
                base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
                if url
                else base64.b64decode(text)
            )
        except ValueError:
            raise BrokenError("holds base64 that cannot be read") from None
        again = encode_url(raw) if url else base64.b64encode(raw).decode()
        if again == text and size in (None, len(raw)):
            return raw
    raise BrokenError("holds base64 that is not written the one way it can be, or is too short")


def decimal(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,17}", text):
        raise BrokenError(f"has {text[:30]!r} where a plain decimal number has to stand")
    return int(text)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenError("holds JSON in which one field stands twice")
    return found


def whole_number(digits: str) -> int:
    if len(digits) > 20:
        raise BrokenError("holds a number of more than 20 digits")
    return int(digits)


def no_constant(word: str) -> None:
    raise BrokenError(f"holds {word}, which is no JSON")


def read_json(raw: bytes) -> dict[str, Any]:
    found = json.loads(
        raw.decode(), object_pairs_hook=once, parse_int=whole_number, parse_constant=no_constant
    )
    if not isinstance(found, dict):
        raise BrokenError("holds JSON that is no object")
    return found


def is_link(found: Any) -> bool:
    # The second is a junction or another reparse point of Windows.
    return stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_file_attributes", 0) & 0x400)


def opened(folder: Path, name: str) -> BinaryIO:
    """Open a plain file of the folder; nothing on the way to it may be a link."""
    path = folder
    for part in name.split("/"):
        path = path / part
        found = path.lstat()
        if is_link(found):
            raise BrokenError("is a link, which may lead out of the folder; links are not followed")
    if not stat.S_ISREG(found.st_mode):
        raise BrokenError("is not a file")
    return path.open("rb")


def read(folder: Path, name: str, *, most: int) -> bytes:
    with opened(folder, name) as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise BrokenError(f"is longer than the {most:,} bytes that such a file can have")
    return raw


def listed(folder: Path, top: str) -> list[str]:
    """Name everything under a folder that is not itself a plain folder, in a stable order."""
    names, waiting = [], [top]
    while waiting:
        name = waiting.pop()
        try:
            found = (folder / name).lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISDIR(found.st_mode) and not is_link(found):
            waiting += [f"{name}/{inner.name}" for inner in (folder / name).iterdir()]
        else:
            names.append(name)
    return sorted(names)


# --- Ed25519 (RFC 8032), in plain integers

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER_Y = (0, 1, P - 1, Y8, P - Y8)
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")
RFC_8032_TEST_1 = (
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
    b"",
    bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901"
        "555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
)


@lru_cache(maxsize=1000)
def unpack(raw: bytes) -> "tuple[int, int] | None":
    """Return a point, or None: not canonical, of small order, or not on the curve."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P or y in SMALL_ORDER_Y:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (v * x * x - u) % P:
        return None
    return (P - x if x & 1 != sign else x), y


def plus(p: Any, q: Any) -> Any:
    """Add (Y-X, Y+X, 2Z, 2dT) of one point to (X, Y, Z, T) of another; there are no exceptions."""
    a, b = (p[1] - p[0]) * q[0] % P, (p[1] + p[0]) * q[1] % P
    c, d = p[3] * q[3] % P, p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


@lru_cache(maxsize=200)
def multiples(raw: bytes, *, negated: bool) -> Any:
    """Prepare j * 16**i times a point for 64 hexadecimal digits, so that nothing is doubled."""
    x, y = unpack(raw) or (0, 1)
    x = P - x if negated else x
    point, table = (x, y, 1, x * y % P), []
    for _ in range(64):
        step, row = None, [(1, 1, 2, 0)]
        for _ in range(15):
            row.append(
                (point[1] - point[0], point[1] + point[0], 2 * point[2], 2 * D * point[3] % P)
            )
            step = step or row[-1]
            point = plus(point, step)
        table.append(row)
    return table


def strictly_written(key: bytes, signature: bytes) -> bool:
    """Ask what libsodium asks before the equation, and not every library does."""
    r_y = int.from_bytes(signature[:32], "little") & (2**255 - 1)
    return (
        (len(key), len(signature)) == (32, 64)
        and int.from_bytes(signature[32:], "little") < ORDER
        and r_y < P
        and r_y not in SMALL_ORDER_Y
        and unpack(key) is not None
    )


def verify_plainly(key: bytes, message: bytes, signature: bytes) -> bool:
    """Verify with this file alone: R = SB - hA, compared as bytes."""
    if not strictly_written(key, signature):
        return False
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    point = (0, 1, 1, 0)
    of_base, of_key = multiples(BASE, negated=False), multiples(key, negated=True)
    for row in range(64):
        point = plus(plus(point, of_base[row][s & 15]), of_key[row][h & 15])
        s, h = s >> 4, h >> 4
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def with_pynacl() -> Verify:
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    def verify(key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            return strictly_written(key, signature) and bool(
                VerifyKey(key).verify(message, signature) == message
            )
        except (CryptoError, ValueError):
            return False

    return verify


def with_cryptography() -> Verify:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def verify(key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            if strictly_written(key, signature):
                Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
                return True
        except (InvalidSignature, ValueError):
            pass
        return False

    return verify


def quickest() -> tuple[str, Verify]:
    """Return the quickest way to verify that this machine has and that passes a known vector."""
    for name, make in (("PyNaCl", with_pynacl), ("cryptography", with_cryptography)):
        try:
            verify = make()
            if verify(*RFC_8032_TEST_1):
                return name, verify
        except (ImportError, AttributeError, OSError, RuntimeError):
            continue
    return "the arithmetic of this file", verify_plainly


# --- Keys, policy and checkpoint


class Key(NamedTuple):
    """A key in a policy. `tag` is its key id: the first four bytes of a hash."""

    name: str
    tag: bytes
    raw: bytes
    text: str


def read_vkey(text: str, *, kind: int) -> Key:
    found = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text)
    raw = decode(found[3], size=33, url=False) if found else b""
    if not found or raw[0] != kind:
        raise BrokenError(f"names a key that cannot be read, or of another kind: {text[:80]}")
    if hashlib.sha256(found[1].encode() + b"\n" + raw).hexdigest()[:8] != found[2]:
        raise BrokenError(f"names a key that does not fit its own short form: {text[:80]}")
    return Key(found[1], bytes.fromhex(found[2]), raw[1:], text)


class Policy:
    """Whose signatures make a checkpoint count."""

    def __init__(self, raw: bytes) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[bytes, Key] = {}
        self.groups: dict[bytes, tuple[int, list[bytes]]] = {}
        self.quorum = b""
        if re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", raw) or not raw.endswith(b"\n"):
            raise BrokenError("holds signs that no policy holds, or is cut off in its last line")
        for number, line in enumerate(raw.split(b"\n"), start=1):
            words = line.split()
            if words and not words[0].startswith(b"#") and not self.takes(words):
                raise BrokenError(f"has a line {number} that no policy can have")
        if not self.quorum:
            raise BrokenError("does not say how many witnesses it asks for")

    def takes(self, words: list[bytes]) -> bool:
        what, rest = words[0], words[1:]
        if what == b"log" and len(rest) in (1, 2):
            key = read_vkey(rest[0].decode(), kind=1)
            self.logs.append(key)
            return key.raw not in [other.raw for other in self.logs[:-1]]
        if what == b"quorum" and len(rest) == 1 and not self.quorum:
            self.quorum = rest[0]
            return rest[0] == b"none" or self.knows(rest[0])
        if len(rest) < 2 or rest[0] == b"none" or self.knows(rest[0]):
            return False
        if what == b"witness" and len(rest) <= 3:
            key = read_vkey(rest[1].decode(), kind=4)
            double = key.raw in [other.raw for other in self.witnesses.values()]
            self.witnesses[rest[0]] = key
            return not double
        members, used = rest[2:], [name for _, group in self.groups.values() for name in group]
        named = {b"all": len(members), b"any": 1}
        least = named[rest[1]] if rest[1] in named else decimal(rest[1].decode())
        self.groups[rest[0]] = (least, members)
        return (
            what == b"group"
            and 1 <= least <= len(members) == len(set(members))
            and all(self.knows(name) and name not in (rest[0], *used) for name in members)
        )

    def knows(self, name: bytes) -> bool:
        return name in self.witnesses or name in self.groups

    def is_met_by(self, names: Iterable[bytes]) -> bool:
        met = {b"none", *names}
        for group, (least, members) in self.groups.items():
            if sum(name in met for name in members) >= least:
                met.add(group)
        return self.quorum in met


class Checkpoint(NamedTuple):
    """What a log's key signed: so many entries, this root."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: list[tuple[str, bytes]]


def read_checkpoint(raw: bytes) -> Checkpoint:
    words = raw.decode()
    text, _, tail = words.rpartition("\n\n")
    lines = text.split("\n")
    if len(raw) > NOTE_BYTES_MAX or re.search(r"[\x00-\x09\x0b-\x1f]", words):
        raise BrokenError("is no signed note: too long, or with signs that none may hold")
    if len(lines) < 3 or not all(lines) or not tail.endswith("\n"):
        raise BrokenError(
            "is no checkpoint: three lines, an empty one, and signatures are expected"
        )
    signatures = []
    for line in tail[:-1].split("\n"):
        found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]{8,})", line)
        if not found:
            raise BrokenError("has a signature line that cannot be read")
        signatures.append((found[1], decode(found[2], url=False)))
    root = decode(lines[2], size=32, url=False)
    return Checkpoint(lines[0], decimal(lines[1]), root, (text + "\n").encode(), signatures)


def signers(note: Checkpoint, policy: Policy, *, verify: Verify) -> tuple[Key, dict[bytes, int]]:
    """Return the log's key and each witness with its time; a wrong signature by either refuses."""
    logs, seen = [], {}
    for name, raw in note.signatures:
        for log in policy.logs:
            if (log.name, log.tag) == (name, raw[:4]) and name == note.origin:
                if not verify(log.raw, note.text, raw[4:]):
                    raise BrokenError(
                        "is not what the log's key signed: the signature does not fit"
                    )
                logs.append(log)
        for called, witness in policy.witnesses.items():
            if (witness.name, witness.tag) == (name, raw[:4]):
                clock = int.from_bytes(raw[4:12], "big")
                said = b"cosignature/v1\ntime %d\n" % clock + note.text
                if clock >= 1 << 63 or not verify(witness.raw, said, raw[12:]):
                    raise BrokenError(f"is not what the witness {name} signed")
                seen[called] = clock
    if not logs:
        raise BrokenError(f"is not signed by any log key of the policy that is named {note.origin}")
    return logs[0], seen


# --- The log: files, hashes, root


def tile_name(kind: str, *, number: int, width: int) -> str:
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03d}")
    return f"log/tile/{kind}/" + "/".join(parts) + (f".p/{width}" if width < 256 else "")


def tiles(kind: str, *, count: int) -> Iterator[tuple[str, int, int]]:
    """Name each file that `count` hashes or entries fill, with its first place and its width."""
    for first in range(0, count, 256):
        width = min(256, count - first)
        yield tile_name(kind, number=first // 256, width=width), first, width


def split_bundle(raw: bytes, *, width: int) -> list[bytes]:
    entries: list[bytes] = []
    start = 0
    for _ in range(width):
        end = start + 2 + int.from_bytes(raw[start : start + 2], "big")
        if start + 2 > len(raw) or end > len(raw):
            raise BrokenError(f"ends in the middle of its entry {len(entries)} of {width}")
        entries.append(raw[start + 2 : end])
        start = end
    if start != len(raw):
        raise BrokenError(f"has {len(raw) - start} bytes after its last entry")
    return entries


def pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The hash of every whole subtree: `levels[k]` has those of 2**k entries, end to end."""

    def __init__(self, leaves: bytes) -> None:
        self.size, self.levels = len(leaves) // 32, [leaves]
        while len(self.levels[-1]) >= 64:
            row = self.levels[-1]
            inner = (row[at : at + 64] for at in range(0, len(row) - 63, 64))
            self.levels.append(b"".join(hashlib.sha256(b"\x01" + two).digest() for two in inner))

    def leaf(self, index: int) -> bytes:
        return self.levels[0][32 * index : 32 * index + 32]

    def root(self, size: int) -> bytes:
        """Return the root that the first entries have, at most as many as there are."""
        found = b""
        for level in range(size.bit_length()):
            if size >> level & 1:
                at = 32 * ((size >> level) - 1)
                peak = self.levels[level][at : at + 32]
                found = pair(peak, found) if found else peak
        return found or hashlib.sha256().digest()


def check_hashes(folder: Path, note: Checkpoint, report: Report) -> "Tree | None":
    """Compare every file under log/ with the signed root; return the tree unless some is lost."""
    names = listed(folder, "log")
    if note.size > 256 * len(names):
        raise BrokenError(f"speaks of {note.size:,} entries; the folder has not files for so many")
    leaves, lost, due = bytearray(), False, {"log/checkpoint"}
    for name, first, width in tiles("entries", count=note.size):
        twin = tile_name("0", number=first // 256, width=width)
        due |= {name, twin}
        hashed = stored = None
        with report.at(name):
            entries = split_bundle(read(folder, name, most=BUNDLE_BYTES_MAX), width=width)
            hashed = b"".join(hashlib.sha256(b"\x00" + entry).digest() for entry in entries)
        with report.at(twin):
            stored = read_tile(folder, twin, width=width)
        for at in range(0, 32 * width if hashed and stored else 0, 32):
            if hashed[at : at + 32] != stored[at : at + 32]:
                place = f"{name}, entry {first + at // 32}"
                report.add(place, f"does not fit its hash in {twin}: one of them was changed")
        leaves += hashed or stored or bytes(32 * width)
        lost = lost or not (hashed or stored)
        report.progress("Hashes", done=first, of=note.size)
    tree = Tree(bytes(leaves))
    for level in range(1, 64):
        for name, first, width in tiles(str(level), count=note.size >> 8 * level):
            due.add(name)
            with report.at(name):
                right = tree.levels[8 * level][32 * first : 32 * (first + width)]
                if read_tile(folder, name, width=width) != right and not lost:
                    raise BrokenError("does not fit the hashes below it: one of them was changed")
    for name in names:
        if name not in due:
            report.add(name, f"does not belong to a log of {note.size:,} entries")
    if lost:
        return None
    if tree.root(note.size) != note.root:
        sentence = "signs another root than these entries have: something was changed after it"
        report.add("log/checkpoint", sentence)
    return tree


def read_tile(folder: Path, name: str, *, width: int) -> bytes:
    raw = read(folder, name, most=8192)
    if len(raw) != 32 * width:
        raise BrokenError(f"has {len(raw)} bytes; {width} hashes are {32 * width}")
    return raw


# --- Statements, texts, attachments, receipts


class Statement(NamedTuple):
    """One entry, read: `signed` is what the key `kid` signed, `said` its words."""

    at: int
    place: str
    kid: str
    signed: bytes
    signature: bytes
    said: dict[str, Any]


def read_statement(entry: bytes, *, index: int, place: str) -> Statement:
    parts = entry.decode("ascii").split(".")
    if len(parts) != 3:
        raise BrokenError("is no signed statement")
    header, said = read_json(decode(parts[0])), read_json(decode(parts[1]))
    kid = header.pop("kid", None)
    if header != {"alg": "Ed25519", "typ": "showclear+jws"} or not isinstance(kid, str):
        raise BrokenError("is no statement of a kind known here, by its first part")
    if not isinstance(said.get("id"), str) or not said["id"]:
        raise BrokenError("is a statement without an id")
    if not isinstance(said.setdefault("what", ""), str):
        raise BrokenError("is a statement that does not say in a word what it is")
    signed, signature = entry.rpartition(b".")[0], decode(parts[2], size=64)
    return Statement(index, place, kid, signed, signature, said)


def statements(folder: Path, tree: Tree, report: Report) -> Iterator[Statement]:
    for name, first, width in tiles("entries", count=tree.size):
        try:
            entries = split_bundle(read(folder, name, most=BUNDLE_BYTES_MAX), width=width)
        except (OSError, BrokenError):
            continue  # The hashes have said so already.
        report.progress("Entries", done=first, of=tree.size)
        for index, entry in enumerate(entries, start=first):
            place = f"{name}, entry {index}"
            with report.at(place):
                if hashlib.sha256(b"\x00" + entry).digest() != tree.leaf(index):
                    raise BrokenError("was changed while it was being checked")
                yield read_statement(entry, index=index, place=place)


def sealed_in(said: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Find each {"sealed": hash} of a statement with the path of its field."""
    waiting: list[tuple[str, Any, int]] = [("", said, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise BrokenError("is nested too deeply to be read")
        if isinstance(value, dict) and value.keys() == {"sealed"}:
            yield path, decode(value["sealed"], size=32)
        elif isinstance(value, (dict, list)):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            start = path + "." if path else ""
            waiting += [(f"{start}{key}", below, depth + 1) for key, below in inner]


class Story:
    """What the entries speak of and the folder may hold."""

    def __init__(self, said: Iterable[Statement], report: Report) -> None:
        self.ids: dict[str, int] = {}
        self.sealed: dict[tuple[int, str], bytes] = {}
        self.files: dict[str, int] = {}
        self.erased: dict[str, int] = {}
        self.clocks: list[str] = []
        self.judged: dict[str, int] = {}
        self.open: dict[str, str] = {}
        for one in said:
            with report.at(one.place):
                self.take(one)

    def gone(self) -> set[int]:
        """Return the entries whose texts the log says were erased."""
        return {index for name, index in self.ids.items() if name in self.erased}

    def take(self, one: Statement) -> None:
        what, said = one.said["what"], one.said
        if what == "text.erased":
            gone = said.get("of")
            for name in gone if isinstance(gone, list) else [gone]:
                self.erased.setdefault(str(name), one.at)
        elif what == "attachment.added":
            self.files.setdefault(str(said.get("sha256")), one.at)
        elif what == "received" and isinstance(said.get("clock"), str):
            self.clocks = [*self.clocks[:1], said["clock"]]
        for path, digest in sealed_in(said):
            self.sealed[one.at, path] = digest
        first = self.ids.setdefault(said["id"], one.at)
        if first != one.at:
            raise BrokenError(f"has the id of entry {first} again: a statement counts once")
        if what == "verdict.given":
            self.verdict(one)
        elif what == "received":
            self.reception(one)
        else:
            self.open[said["id"]] = one.place

    def verdict(self, one: Statement) -> None:
        """One answer for an act, after it."""
        act = one.said.get("for")
        if not isinstance(act, str) or self.ids.get(act, one.at) >= one.at:
            raise BrokenError("is a verdict on nothing that was said before it")
        if self.judged.setdefault(act, one.at) != one.at:
            raise BrokenError(
                f"is a second verdict on {act}; the first is entry {self.judged[act]}"
            )

    def reception(self, one: Statement) -> None:
        """What came since the last time, each once, and nothing else."""
        names = one.said.get("ids")
        if not isinstance(names, list) or not isinstance(one.said.get("clock"), str):
            raise BrokenError("does not say what was received, or when")
        for name in names:
            if not isinstance(name, str) or name not in self.open:
                raise BrokenError("names as received what did not come, or came before")
            del self.open[name]
        if self.open:
            left = next(iter(self.open))
            raise BrokenError(f"leaves out {left}, which stands before it at {self.open[left]}")


def check_texts(folder: Path, story: Story, report: Report) -> None:
    """Compare each text given out with the hash that its entry holds."""
    given: set[tuple[int, str]] = set()
    for name in listed(folder, "texts"):
        if name != "texts/texts.jsonl":
            report.add(name, "is no file of texts, and nothing in the log speaks of it")
            continue
        with report.at(name), opened(folder, name) as file:
            for number, line in enumerate(iter(lambda: file.readline(LINE_BYTES_MAX), b""), 1):
                with report.at(f"{name}, line {number}"):
                    given.add(check_text(line, story, given))
    gone = story.gone()
    missing = [key for key in story.sealed if key not in given]
    erased = sum(index in gone for index, _ in missing)
    kept = sum(index in gone for index, _ in given)
    for count, what in (
        (erased, "Texts erased, as the log says"),
        (len(missing) - erased, "Sealed texts not given out with this folder"),
        (kept, "Texts that are here although the log says that they were erased"),
    ):
        report.absent += [f"{what}: {count:,}."] if count else []
    if given:
        report.shown.append(f"Texts that are the ones sealed in their entries: {len(given):,}.")


def check_text(line: bytes, story: Story, given: set[tuple[int, str]]) -> tuple[int, str]:
    one = read_json(line)
    kinds = {name: type(value) for name, value in one.items()}
    if kinds != {"id": str, "index": int, "path": str, "salt": str, "text": str}:
        raise BrokenError("is no text with its entry, path and salt")
    key = (one["index"], one["path"])
    if story.ids.get(one["id"]) != key[0] or key in given or key not in story.sealed:
        raise BrokenError(f"is a text that entry {key[0]} did not seal at {key[1]}, or a repeat")
    salted = decode(one["salt"], size=16) + one["text"].encode()
    if hashlib.sha256(salted).digest() != story.sealed[key]:
        raise BrokenError(f"is not the text that entry {key[0]} sealed at {key[1]}: it was changed")
    return key


def check_attachments(folder: Path, story: Story, report: Report) -> None:
    """Compare each file with the hash that is its name, and with the entries."""
    found, gone = set(), story.gone()
    for name in listed(folder, "attachments"):
        with report.at(name), opened(folder, name) as file:
            named = re.fullmatch(r"attachments/([0-9a-f]{64})(\.[A-Za-z0-9]{1,10})?", name)
            if not named or named[1] not in story.files:
                raise BrokenError("is a file of which no entry of the log speaks")
            hasher = hashlib.sha256()
            for part in iter(lambda: file.read(1 << 20), b""):
                hasher.update(part)
            if hasher.hexdigest() != named[1]:
                raise BrokenError(f"is not the file that entry {story.files[named[1]]} speaks of")
            found.add(named[1])
        report.progress("Attachments", done=len(found), of=len(story.files))
    for digest, index in story.files.items():
        if digest not in found:
            how = "was erased, says the log" if index in gone else "is not in this folder"
            report.absent.append(f"The attachment {digest} of entry {index} {how}.")
    if found:
        report.shown.append(f"Attachments that are the files their entries name: {len(found):,}.")


def read_receipt(raw: bytes) -> "tuple[int | None, list[bytes], Checkpoint]":
    """Read a receipt, or a checkpoint alone, such as one from somebody's photo."""
    if not raw.startswith(b"c2sp.org/tlog-proof@v1\n"):
        return None, [], read_checkpoint(raw)
    top, _, tail = raw.partition(b"\n\n")
    lines = top.decode("ascii").split("\n")[1:]
    if lines and lines[0].startswith("extra "):
        decode(lines.pop(0)[6:], url=False)
    if not lines or not lines[0].startswith("index "):
        raise BrokenError("is no receipt: it names no entry")
    path = [decode(line, size=32, url=False) for line in lines[1:]]
    return decimal(lines[0][6:]), path, read_checkpoint(tail)


def check_receipt(raw: bytes, tree: Tree, *, policy: Policy, verify: Verify) -> int:
    """Check that this log still says what a receipt promised; return the receipt's size."""
    index, path, note = read_receipt(raw)
    signers(note, policy, verify=verify)
    if note.size > tree.size:
        raise BrokenError(
            f"promises {note.size:,} entries, and this log ends after {tree.size:,}:"
            " its end was cut off, or this is an older copy"
        )
    if tree.root(note.size) != note.root:
        raise BrokenError(
            f"holds a root that the log's key signed at {note.size:,} entries, and the first"
            f" {note.size:,} entries here have another: history was rewritten after it was given"
        )
    if index is not None and (
        index >= note.size or walk(tree.leaf(index), path, index=index, size=note.size) != note.root
    ):
        raise BrokenError(f"does not show that entry {index} is in the log: its proof was changed")
    return note.size


def walk(found: bytes, path: list[bytes], *, index: int, size: int) -> "bytes | None":
    """Compute the root from an inclusion proof (RFC 9162, 2.1.3.2)."""
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = pair(sibling, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = pair(found, sibling)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


# --- Whose signature


def thumbprint(key: bytes) -> str:
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{encode_url(key)}"}}'
    return encode_url(hashlib.sha256(jwk.encode()).digest())


class Keys:
    """Which keys stand, entry by entry. The first entry enrols the server's, by that key.

    Only the server's key enrols; any key that stands revokes any but the server's; a key
    is enrolled once, and once ended stays ended.
    """

    def __init__(self, verify: Verify) -> None:
        self.verify = verify
        self.known: dict[str, tuple[str, bytes, str]] = {}
        self.fallen: dict[str, int] = {}
        self.server = ""
        self.counts: Counter[str] = Counter()
        self.server_for_device = 0

    def check(self, one: Statement) -> None:
        what, said = one.said["what"], one.said
        if one.at == 0:
            self.first(one)
        if one.kid in self.fallen:
            device, since = self.known[one.kid][0], self.fallen[one.kid]
            raise BrokenError(f"is signed by {device}'s key after entry {since} revoked it")
        if one.kid not in self.known:
            raise BrokenError(f"is signed by a key that nobody had enrolled until then: {one.kid}")
        device, key, _ = self.known[one.kid]
        if not self.verify(key, one.signed, one.signature):
            raise BrokenError(f"has a signature that does not fit its words and {device}'s key")
        if one.kid != self.server and (what in SERVER_SAYS or said.get("by") == "server"):
            raise BrokenError(f"is for the server to sign, and {device} signed it")
        self.counts[device] += 1
        self.server_for_device += said.get("attested") == "own-device" and one.kid == self.server
        self.learn(one)

    def first(self, one: Statement) -> None:
        if one.said["what"] != "device.enrolled" or one.said.get("kind") != "server":
            raise BrokenError("does not enrol the server's key: nobody knows whose log this is")
        key = decode(one.said.get("key"), size=32)
        self.server = thumbprint(key)
        self.known[self.server] = (str(one.said.get("device")), key, "server")

    def learn(self, one: Statement) -> None:
        what, device = one.said["what"], one.said.get("device")
        if one.at == 0 or not isinstance(device, str):
            return
        if what == "device.enrolled" and one.kid == self.server:
            self.enrol(one, device)
        elif what == "device.revoked":
            self.end(device, one.at)

    def enrol(self, one: Statement, device: str) -> None:
        try:
            key = decode(one.said.get("key"), size=32)
        except BrokenError:
            return
        kid = thumbprint(key)
        if device == self.known[self.server][0]:
            return
        if one.said.get("kind") != "server" and kid not in self.known:
            self.end(device, one.at)
            self.known[kid] = (device, key, "")

    def end(self, device: str, at: int) -> None:
        for kid, (name, _, kind) in self.known.items():
            if name == device and kind != "server":
                self.fallen.setdefault(kid, at)


def check_signatures(said: Iterable[Statement], *, verify: Verify, report: Report) -> None:
    keys, before = Keys(verify), len(report.wrong)
    for one in said:
        with report.at(one.place):
            keys.check(one)
    if len(report.wrong) == before:
        by = ", ".join(f"{name} {count:,}" for name, count in sorted(keys.counts.items()))
        report.shown.append(f"Each entry is signed by a key that stood then ({by or 'none'}).")
    if keys.server:
        report.shown.append(f"The server's key has the thumbprint {keys.server}.")
    if keys.server_for_device:
        report.unchecked.append(
            f"{keys.server_for_device:,} entries say `own-device` and are signed by the server's"
            " key: for them there is the server's word and no device's."
        )


# --- All of it, in order


def check_checkpoint(
    folder: Path, policy: "Policy | None", *, verify: Verify, report: Report
) -> "Checkpoint | None":
    note = None
    with report.at("log/checkpoint"):
        note = read_checkpoint(read(folder, "log/checkpoint", most=NOTE_BYTES_MAX))
        if policy:
            log, seen = signers(note, policy, verify=verify)
            if not policy.is_met_by(seen):
                raise BrokenError("is not signed by as many witnesses as the policy asks for")
            report.shown.append(f"The checkpoint of {note.size:,} entries is signed by {log.text}")
            for name, clock in sorted(seen.items()):
                when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(min(clock, 1 << 34)))
                report.shown.append(f"The witness {name.decode(errors='replace')} saw it, {when}.")
            if not seen:
                report.unchecked.append(
                    "No witness signed this checkpoint: only an older receipt, or a photo of an"
                    " older checkpoint, can show that all of history was rewritten and re-signed."
                )
    return note


def check(folder: Path, asked: argparse.Namespace, report: Report) -> None:
    way, verify = quickest()
    policy = asked.policy
    if policy is None:
        with report.at("policy"):
            policy = Policy(read(folder, "policy", most=1 << 16))
        report.unchecked.append(
            "The policy came with the folder. Compare the key above with one from elsewhere:"
            " a wrap sheet, the board, a photo; or give your own with --policy."
        )
    note, tree = check_checkpoint(folder, policy, verify=verify, report=report), None
    before = len(report.wrong)
    with report.at("log/checkpoint"):
        tree = check_hashes(folder, note, report) if note else None
    if note is None or tree is None:
        report.unchecked.append("Texts, attachments, receipts and signatures: entries are missing.")
        return
    if len(report.wrong) == before:
        report.shown.append(
            f"All {note.size:,} entries and all files of log/ give the root it names."
        )
    story = Story(statements(folder, tree, report), report)
    for clock in story.clocks[:1]:
        last = story.clocks[-1]
        report.shown.append(f"By the server's clock, received from {clock} to {last}.")
    with report.at("texts"):
        check_texts(folder, story, report)
    with report.at("attachments"):
        check_attachments(folder, story, report)
    with report.at("receipts"):
        check_receipts(folder, tree, asked.receipt, policy=policy, verify=verify, report=report)
    if asked.hashes:
        report.unchecked.append("Who signed the entries: `--hashes` leaves the signatures out.")
        return
    verify(*RFC_8032_TEST_1)
    start = time.perf_counter()
    verify(*RFC_8032_TEST_1)
    seconds = (time.perf_counter() - start) * tree.size
    put(f"Signatures with {way}: about {seconds:.0f} s", sys.stderr)
    check_signatures(statements(folder, tree, report), verify=verify, report=report)


def check_receipts(
    folder: Path,
    tree: Tree,
    own: list[tuple[str, bytes]],
    *,
    policy: "Policy | None",
    verify: Verify,
    report: Report,
) -> None:
    if policy is None:
        report.unchecked.append("Receipts: without a policy nobody knows whose they are.")
        return
    sizes = []
    given = [(name, None) for name in listed(folder, "receipts")]
    for name, raw in [*given, *own]:
        with report.at(name):
            if raw is None and not name.endswith(".tlog-proof"):
                raise BrokenError("is no receipt, and nothing in the log speaks of it")
            found = read(folder, name, most=1 << 16) if raw is None else raw
            sizes.append(check_receipt(found, tree, policy=policy, verify=verify))
    if sizes:
        report.shown.append(
            f"Receipts kept: {len(sizes):,}; the oldest has {min(sizes):,} entries."
        )
        if policy.quorum != b"none":
            report.unchecked.append("Witnesses on receipts: there the log's own signature counts.")


def printable(text: str) -> str:
    """Leave no sign that could steer a terminal, and no line without an end."""
    short = text if len(text) <= 400 else text[:400] + "..."
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in short)


def put(text: str, stream: Any) -> None:
    """Print, whoever still reads: what was found out and the exit code stay as they are."""
    if stream is None:
        return
    try:
        print(text, file=stream, flush=True)
    except OSError:
        # What is buffered would be written once more at the end, and fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(report: Report, asked: argparse.Namespace) -> None:
    whole = "WHOLE, as far as it was checked" if asked.hashes else "WHOLE"
    lines = ["NOT WHOLE." if report.wrong else f"{whole}: nothing was changed since it was signed."]
    for number, (place, sentence) in enumerate(report.wrong[:SHOWN_MAX]):
        start = "" if number else "The first thing wrong: "
        lines.append(f"{start}{place} {sentence}.")
    if len(report.wrong) > SHOWN_MAX:
        lines.append(f"... and {len(report.wrong) - SHOWN_MAX:,} more.")
    known = ("log", "policy", "texts", "attachments", "receipts")
    others = [inner.name for inner in asked.folder.iterdir() if inner.name not in known]
    report.unchecked += [
        "Beside the record, and not covered by it: " + ", ".join(sorted(others)) + ".",
        "Whether what was said is true; only that nobody changed it since it was signed.",
    ][not others :]
    for title, said in (
        ("Shown", report.shown),
        ("Gone or missing", report.absent),
        ("NOT checked", report.unchecked),
    ):
        lines += ["", f"{title}:", *(f"  {line}" for line in said or ["nothing"])]
    put("\n".join(printable(line) for line in lines), sys.stdout)


def asked_for(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("verify.py", description="Was this record changed?")
    parser.add_argument("folder", type=Path, help="the unpacked evidence bundle")
    parser.add_argument("--hashes", action="store_true", help="leave the signatures out")
    parser.add_argument("--policy", type=Path, help="whose keys you trust, from elsewhere")
    parser.add_argument("--receipt", type=Path, action="append", default=[], help="a .tlog-proof")
    asked = parser.parse_args(words)
    try:
        asked.receipt = [(str(path), path.read_bytes()) for path in asked.receipt]
        asked.policy = Policy(asked.policy.read_bytes()) if asked.policy else None
        if not (asked.folder / "log").is_dir():
            parser.error(f"{asked.folder} is no unpacked evidence bundle: it has no folder log")
    except (OSError, ValueError) as why:
        parser.error(printable(str(why)))
    return asked


def main(words: list[str]) -> int:
    asked, report = asked_for(words), Report()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        check(asked.folder, asked, report)
        say(report, asked)
    except KeyboardInterrupt:
        put("Stopped: not everything was checked, so nothing is shown.", sys.stdout)
        return 2
    except (OSError, MemoryError) as why:
        put(f"Could not be read to the end: {printable(str(why))}", sys.stdout)
        return 2
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

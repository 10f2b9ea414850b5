"""What does verifying a log cost beside the signatures alone, and does it stay small?

A log of 100,000 signed statements in a folder (a million with --long): six devices and the
server, a verdict after each tenth statement, one `received` for each hundred, one sealed text
in each third statement. Built with the writer's own parts, before anything is measured.

* One process against bare PyNaCl (`VerifyKey.verify` of a signature and its message): the
  same signatures, by the same keys, read beforehand. Both take turns, a slice of the log each,
  and count processor time. Beside it its inner function alone, the two joined beforehand.
* Two processes against one: the clock on the wall, since that is what they are for. It means
  little on a machine with other work, so beside it stand what two bare loops reach together,
  and how many times less processor time each of two cores spends if they share the work.
* The most memory of the process, at 10,000 statements and at 100,000: each in a process of
  its own. Flat means: nothing of a statement stays but a hash of its id, 24 to 48 bytes; a
  statement has some 600.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from _measure import last_line
from nacl import bindings
from nacl.signing import VerifyKey

from showclear.adapters.log_source import FolderSource
from showclear.ledger.checkpoint import Checkpoint, sign_checkpoint
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import read_statement, sign_statement, thumbprint
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.note import NoteSigner
from showclear.ledger.payload import write_payload
from showclear.ledger.tiles import (
    EntryBundleId,
    TileId,
    read_bundle,
    tile_bytes,
    tiles_of,
    write_bundle,
)
from showclear.ledger.tree import Tree
from showclear.ledger.verify import Asked, verify

FEW = 10_000
TARGETS = {
    "one_process_to_bare": ("<=", 1.15),
    "two_processes_to_one": (">=", 1.8),
    "more_bytes_a_statement": ("<=", 64),
}


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    if arguments[:1] == ["--peak"]:
        print(peak_of(Path(arguments[1])))
        return 0
    count = 1_000_000 if "--long" in arguments else 100_000
    with tempfile.TemporaryDirectory(prefix="showclear-bench-") as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        for where, entries in ((few, FEW), (many, count)):
            build(where, entries)
        print(f"built {count:,} signed statements")
        figures, ratios = measured(few, many, count)
    for name, value in {**figures, **ratios}.items():
        target = " ".join(str(part) for part in TARGETS.get(name, ()))
        print(f"  {name:28} {value:12,.3f}  {target}")
    print(last_line("verify", figures=figures, ratios=ratios, targets=TARGETS))
    return 0


def measured(few: Path, many: Path, count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Everything that is measured, as figures and ratios."""
    ours, bare, inner = side_by_side(many)
    one, two = (wall(many, processes) for processes in (1, 2))
    alone, shared = (processor_seconds(many, processes) for processes in (1, 2))
    small, large = (peak_elsewhere(where) for where in (few, many))
    figures = {
        "statements": count,
        "bare_us": round(median(bare) * 1e6, 2),
        "inner_us": round(median(inner) * 1e6, 2),
        "ours_us": round(median(ours) * 1e6, 2),
        "one_process_s": round(one, 2),
        "two_processes_s": round(two, 2),
        "peak_kb_10000": small,
        f"peak_kb_{count}": large,
    }
    ratios = {
        "one_process_to_bare": round(median(a / b for a, b in zip(ours, bare, strict=True)), 3),
        "one_process_to_inner": round(median(a / b for a, b in zip(ours, inner, strict=True)), 3),
        "two_processes_to_one": round(one / two, 3),
        "two_processes_by_processor_time": round(2 * alone / shared, 3),
        "two_bare_to_one": round(two_bare(many), 3),
        "memory_many_to_few": round(large / small, 3),
        "more_bytes_a_statement": round(1024 * (large - small) / (count - FEW), 1),
    }
    return figures, ratios


# --- the log -----------------------------------------------------------------------


def build(where: Path, count: int) -> None:
    """Write a signed log of so many statements into a folder."""
    signer = NoteSigner("showclear/bench", sha256(b"log").digest())
    tree = Tree()
    entries = statements(count)
    number = 0
    while bundle := list(islice(entries, 256)):
        tree.extend(b"".join(map(leaf_hash, bundle)))
        width = len(bundle)
        put(where, _bundle_path(number, width), write_bundle(bundle))
        number += 1
    for tile in tiles_of(tree.size):
        if isinstance(tile, TileId):
            put(where, tile.path(), tile_bytes(tile, tree.node))
    point = Checkpoint(origin=signer.name, size=tree.size, root=tree.root())
    put(where, "checkpoint", sign_checkpoint(point, signer))
    (where / "policy").write_text(f"log {signer.key}\nquorum none\n")


def _bundle_path(number: int, width: int) -> str:
    return EntryBundleId(number=number, width=width).path()


def put(where: Path, name: str, raw: bytes) -> None:
    """Write one file below log/."""
    path = where / "log" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def statements(count: int) -> Iterator[bytes]:
    """The entries, in order."""
    return islice(_endless(), count)


def _endless() -> Iterator[bytes]:
    server = SigningKey(sha256(b"server").digest())
    devices = [SigningKey(sha256(b"device %d" % number).digest()) for number in range(6)]
    own = {"by": "server", "attested": "server"}
    ids: list[str] = []

    def said(name: str, what: str, **fields: Any) -> dict[str, Any]:
        if what not in ("received", "verdict.given"):
            ids.append(name)
        return {"id": name, "what": what, "at": "2026-06-09T13:44:00-06:00", **fields}

    def enrolled(device: str, kind: str, key: SigningKey) -> bytes:
        coded = encode_base64url(key.public).decode()
        fields = {**own, "device": device, "kind": kind, "key": coded}
        return sign_statement(
            write_payload(said(f"enrol-{device}", "device.enrolled", **fields)), server
        )

    yield enrolled("set-server", "server", server)
    for number, key in enumerate(devices):
        yield enrolled(f"tablet-{number}", "tablet", key)
    number = 0
    while True:
        number += 1
        name = sha256(b"id %d" % number).hexdigest()[:22]
        fields: dict[str, Any] = {
            "by": "armorer",
            "attested": "own-device",
            "checks": ["chamber-empty", "barrel-clear"],
            "on": [f"revolver-{number % 20}"],
            "passed": True,
            "witnesses": [{"person": "first-ad", "how": "badge"}],
        }
        if number % 3 == 0:
            digest = sha256(b"%d" % number).digest()
            fields["note"] = {"sealed": encode_base64url(digest).decode()}
        yield sign_statement(
            write_payload(said(name, "check.made", **fields)), devices[number % len(devices)]
        )
        if number % 10 == 0:
            verdict = {**own, "for": name, "gate": "take-out", "on": ["revolver-7"]}
            verdict |= {"answer": "clear", "relied_on": [name]}
            yield sign_statement(
                write_payload(said(f"verdict/{name}", "verdict.given", **verdict)), server
            )
        if number % 100 == 0:
            clock = {**own, "ids": list(ids), "clock": "2026-06-09T19:44:00Z"}
            ids.clear()
            yield sign_statement(
                write_payload(said(f"received/{number}", "received", **clock)), server
            )


# --- measuring -----------------------------------------------------------------------


def side_by_side(where: Path) -> tuple[list[float], list[float], list[float]]:
    """Seconds of processor time a statement, ours and bare, slice by slice in turns.

    What ours does at the start and the end (policy, names, texts) is spread over its slices.
    """
    slices = signatures(where)
    ours: list[float] = []
    bare: list[float] = []
    inner: list[float] = []
    began = mark = time.process_time()
    spent_bare = 0.0
    done_before = 0

    def shown(done: int, size: int) -> None:
        nonlocal mark, spent_bare, done_before
        if done - done_before < 4_096 and done < size:
            return
        now = time.process_time()
        ours.append((now - mark) / (done - done_before))
        bare.append(bare_seconds(slices[len(bare) % len(slices)]))
        inner.append(inner_seconds(slices[len(inner) % len(slices)]))
        done_before = done
        mark = time.process_time()
        spent_bare += mark - now

    found = verify(FolderSource(where), Asked(processes=1), shown=shown)
    if not found.whole:
        raise AssertionError(f"the log of this bench is not whole: {found.findings[:3]}")
    total = time.process_time() - began - spent_bare
    beside = (total - sum(one * 4_096 for one in ours[:-1])) / done_before
    rest = max(0.0, beside - ours[-1] * (done_before % 4_096 or 4_096) / done_before)
    return [one + rest for one in ours], bare, inner


Signed = tuple[bytes, bytes, VerifyKey]


def signatures(where: Path) -> list[list[Signed]]:
    """Signed messages with their keys, read beforehand, in slices of some thousands."""
    names = sorted(name for name in FolderSource(where).names("log") if "/entries/" in name)
    publics = _publics()
    found: list[list[Signed]] = []
    for first in range(0, min(len(names) - 8, 128), 16):
        one: list[Signed] = []
        for name in names[first : first + 8]:
            for entry in read_bundle(Path(where, name).read_bytes(), count=256):
                statement = read_statement(entry)
                one.append((statement.signing_input, statement.signature, publics[statement.kid]))
        found.append(one)
    return found


def _publics() -> dict[str, VerifyKey]:
    keys = [sha256(b"server").digest(), *(sha256(b"device %d" % one).digest() for one in range(6))]
    publics = [SigningKey(seed).public for seed in keys]
    return {thumbprint(public): VerifyKey(public) for public in publics}


def bare_seconds(signed: list[Signed]) -> float:
    """Processor seconds a signature, by PyNaCl's own function and nothing else."""
    start = time.process_time()
    for message, signature, key in signed:
        key.verify(message, signature)
    return (time.process_time() - start) / len(signed)


def inner_seconds(signed: list[Signed]) -> float:
    """The same by the function within, signature and message joined beforehand."""
    joined = [(signature + message, bytes(key)) for message, signature, key in signed]
    start = time.process_time()
    for both, public in joined:
        bindings.crypto_sign_open(both, public)
    return (time.process_time() - start) / len(signed)


def processor_seconds(where: Path, processes: int) -> float:
    """Processor seconds of this process and those that it starts, for the whole log."""

    def spent() -> float:
        each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in each)

    start = spent()
    verify(FolderSource(where), Asked(processes=processes))
    return spent() - start


def wall(where: Path, processes: int) -> float:
    """Seconds on the wall for the whole log, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        verify(FolderSource(where), Asked(processes=processes))
        best = min(best, time.perf_counter() - start)
    return best


def two_bare(where: Path) -> float:
    """How many times as much two bare loops do together as one alone, on this machine now."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_bare_wall, [str(where)] * 2))
        alone = pool.submit(_bare_wall, str(where)).result()
        together = max(pool.map(_bare_wall, [str(where)] * 2))
    return 2 * alone / together


def _bare_wall(where: str) -> float:
    slices = signatures(Path(where))
    start = time.perf_counter()
    for one in slices:
        bare_seconds(one)
    return time.perf_counter() - start


def peak_elsewhere(where: Path) -> float:
    """The most memory, in KiB, of a process of its own that verifies with one process."""
    done = subprocess.run(
        [sys.executable, __file__, "--peak", str(where)],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    return float(json.loads(done.stdout.splitlines()[-1]))


def peak_of(where: Path) -> int:
    """Verify and return the most memory that this process has had, in KiB."""
    verify(FolderSource(where), Asked(processes=1))
    status = Path("/proc/self/status")
    if status.exists():
        # The other figure begins with what the process had that started this one.
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

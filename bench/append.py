"""How many statements a second are acknowledged, beside what this machine can do at all?

Pre-signed, ungated statements through the product's own intake: read, verified, deduplicated,
committed with `synchronous=FULL`, a signed checkpoint and a receipt for each. At 1, 8 and 128
callers in one process. Beside it, in the same run and on the same folder:

* verify/s, sign/s: bare PyNaCl over the same bytes, on one core;
* fsync/s: 4 KiB appended to a file and synced, one at a time.

Then the whole path: the same callers, each statement also judged and folded, once more with
a gated act in every second one.

Wall clock, because that is what a caller waits for; the parts take turns, and of each the
median of its rounds is reported.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from _measure import last_line

from showclear.adapters.packs import installed
from showclear.adapters.production_folder import making, writing
from showclear.app.callers import Callers, Verifying
from showclear.app.founding import founding
from showclear.app.incoming import Signed, Taken
from showclear.app.recording import Recorder
from showclear.ledger import ed25519
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import read_statement, sign_statement
from showclear.ledger.writer import Writer

TARGETS = {"acknowledged_at_128_to_verify": (">=", 0.8), "serial_p50_to_its_parts": ("<=", 2.0)}
DEVICE = SigningKey(bytes(range(32)))


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    rounds = 7 if "--long" in arguments else 3
    with tempfile.TemporaryDirectory(prefix="showclear-bench-") as name:
        folder = Path(name)
        figures: dict[str, list[float]] = {}
        for number in range(rounds):
            for key, value in one_round(folder, number).items():
                figures.setdefault(key, []).append(value)
    told = {key: median(values) for key, values in figures.items()}
    ratios = {
        "acknowledged_at_128_to_verify": median(
            a / b for a, b in zip(figures["at_128_per_s"], figures["verify_per_s"], strict=True)
        ),
        "serial_p50_to_its_parts": median(
            p50 / (1e6 / verify + 1e6 / sign + 1e6 / sync)
            for p50, verify, sign, sync in zip(
                figures["serial_p50_us"],
                figures["verify_per_s"],
                figures["sign_per_s"],
                figures["fsync_per_s"],
                strict=True,
            )
        ),
        "whole_path_at_128_to_verify": median(
            a / b
            for a, b in zip(figures["judged_at_128_per_s"], figures["verify_per_s"], strict=True)
        ),
    }
    for key, value in told.items():
        print(f"  {key:24} {value:12,.0f}")
    print(
        last_line(
            "append",
            figures={key: round(value) for key, value in told.items()},
            ratios={key: round(value, 3) for key, value in ratios.items()},
            targets=TARGETS,
        )
    )
    return 0


def one_round(folder: Path, number: int) -> dict[str, float]:
    """Measure everything once."""
    found: dict[str, float] = {}
    stored = signed(f"r{number}.", 8_000)
    found["verify_per_s"] = verify_rate(stored)
    found["sign_per_s"] = sign_rate(stored[:2_000])
    found["fsync_per_s"] = fsync_rate(folder)
    for callers, count in ((1, 800), (8, 2_000), (128, 8_000)):
        with recorder(folder, f"{number}-{callers}", judging=False) as one:
            rate, _ = asyncio.run(said(one, stored[:count], callers))
        found[f"at_{callers}_per_s"] = rate
    with recorder(folder, f"{number}-serial", judging=False) as one:
        found["serial_p50_us"] = serial(one, stored[:600])
    with recorder(folder, f"{number}-judged", judging=True) as one:
        found["judged_at_128_per_s"], _ = asyncio.run(said(one, stored[:4_000], 128))
    with recorder(folder, f"{number}-gated", judging=True) as one:
        gated = [jws for pair in zip(stored, acts(f"g{number}."), strict=False) for jws in pair]
        found["gated_at_128_per_s"], _ = asyncio.run(said(one, gated[:2_000], 128))
    return found


def signed(prefix: str, count: int) -> list[bytes]:
    """Statements of an ordinary size, signed beforehand: a check on a weapon."""
    return [
        one(
            {
                "id": f"{prefix}{number:06}",
                "what": "check.made",
                "at": "2026-05-01T09:00:00Z",
                "by": "armorer",
                "attested": "own-device",
                "checks": ["chamber-empty"],
                "on": [f"rev-{number % 20}"],
                "passed": True,
                "witnesses": [{"person": "props", "how": "badge"}],
            }
        )
        for number in range(count)
    ]


def acts(prefix: str) -> Iterator[bytes]:
    """Gated acts."""
    for number in range(1_000):
        yield one(
            {
                "id": f"{prefix}{number:06}",
                "what": "weapon.taken-out",
                "at": "2026-05-01T09:00:00Z",
                "by": "armorer",
                "attested": "own-device",
                "weapons": [f"rev-{number % 20}"],
            }
        )


def one(fields: dict[str, object]) -> bytes:
    return sign_statement(json.dumps(fields, separators=(",", ":")).encode(), DEVICE)


def verify_rate(stored: list[bytes]) -> float:
    """Signatures a second, bare, on one core."""
    asked = [(s.signature, s.signing_input) for s in map(read_statement, stored)]
    start = time.perf_counter()
    for signature, message in asked:
        ed25519.verify(signature, message, public=DEVICE.public)
    return len(asked) / (time.perf_counter() - start)


def sign_rate(stored: list[bytes]) -> float:
    start = time.perf_counter()
    for entry in stored:
        DEVICE.sign(entry[:200])
    return len(stored) / (time.perf_counter() - start)


def fsync_rate(folder: Path) -> float:
    """4 KiB appended and synced, one at a time."""
    handle = os.open(folder / "synced", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    block, times = bytes(4096), []
    try:
        for _ in range(300):
            start = time.perf_counter()
            os.write(handle, block)
            os.fsync(handle)
            times.append(time.perf_counter() - start)
    finally:
        os.close(handle)
    return 1 / median(times)


@contextmanager
def recorder(folder: Path, name: str, *, judging: bool) -> Iterator[Recorder]:
    """A real production on this disk, with one enrolled device."""
    packs = {name: shelved.pack for name, shelved in installed().packs.items()}
    path = folder / name
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
    with making(path, secrets.token_bytes) as made:
        journal = made.journal()
        Writer.found(journal, made.signer, place=made.place)
        journal.close()
        first = Recorder(made, packs, clock=clock, random=secrets.token_bytes)
        first.record(
            founding(
                server=made.server.public,
                title="bench",
                where="",
                sample=True,
                packs=[packs["showclear-baseline"]],
            )
        )
        first.record([Taken(fields=enrolled())])
        first.close()
    verifying = Verifying(os.cpu_count() or 1)
    with writing(path) as held:
        one = Recorder(
            held,
            packs,
            clock=clock,
            random=secrets.token_bytes,
            verify_many=verifying,
            judging=judging,
        )
        try:
            yield one
        finally:
            one.close()
            verifying.close()


def enrolled() -> dict[str, object]:
    return {
        "id": "enrolled",
        "what": "device.enrolled",
        "at_is": "order-only",
        "by": "server",
        "attested": "server",
        "device": "tablet",
        "key": encode_base64url(DEVICE.public).decode(),
        "person": "armorer",
    }


async def said(one: Recorder, stored: list[bytes], callers: int) -> tuple[float, list[float]]:
    """So many callers say everything, each the next as soon as it was answered."""
    front = Callers(one.record)
    todo = iter(stored)
    times: list[float] = []

    async def caller() -> None:
        for jws in todo:
            start = time.perf_counter()
            answer = await front.say(Signed(jws=jws))
            times.append(time.perf_counter() - start)
            if answer.index is None or answer.receipt is None:
                raise AssertionError(f"not acknowledged: {answer}")

    start = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    took = time.perf_counter() - start
    await front.close()
    return len(stored) / took, times


def serial(one: Recorder, stored: list[bytes]) -> float:
    """One caller without anybody beside: the median of one statement, in microseconds."""
    times = []
    for jws in stored:
        start = time.perf_counter()
        one.record([Signed(jws=jws)])
        times.append(time.perf_counter() - start)
    return median(times) * 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

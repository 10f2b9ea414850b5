"""How long does whoever says an act wait for its receipt and its verdict?

Signed acts are posted to the product's own server over TLS, each alone in its request, as
tablets do: whole takes, one act after the other, half of them gated.

* At 20 a second, evenly, each at its time whether the last was answered or not.
* At the limit: 15 people, each posting the next act as soon as the last was answered.
* Beside both, in the same run and on the same disk, what no server can go below: the journal
  alone, one signed entry at a time made durable with its checkpoint (`Writer.append`).

In turns, so that a machine that slows down slows all of them; of each the median of its
rounds. Wall clock, because that is what a person waits for.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import uvloop
from _measure import last_line, percentile
from _serve import (
    DEVICES_EACH,
    SPEAKERS,
    Acknowledged,
    Said,
    Serving,
    Speaker,
    Takes,
    made,
    serving,
    signed,
)

from showclear.adapters.production_folder import making
from showclear.ledger.writer import NewEntry, Writer

A_SECOND: Final = 20
APPENDS: Final = 300
"""How many entries the journal alone takes in one round."""


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    rounds, seconds = (7, 20) if "--long" in arguments else (3, 8)
    with tempfile.TemporaryDirectory(prefix="showclear-bench-") as name:
        folder = Path(name)
        takes = made(folder / "show")
        with serving(folder / "show") as one, journal_alone(folder / "alone") as alone:
            found = uvloop.run(_rounds(one, takes, alone, rounds=rounds, seconds=seconds))
    figures = {key: round(median(values), 2) for key, values in found.items()}
    ratios = {
        f"{key}_to_append": _ratio(found, f"{key}_ms", "append_p50_ms")
        for key in ("at_20_p50", "at_20_p99", "at_limit_p50", "at_limit_p99")
    }
    ratios["limit_to_appends"] = _ratio(found, "limit_per_s", "append_per_s")
    for key, value in figures.items():
        print(f"  {key:24} {value:12,.2f}")
    print(last_line("act", figures=figures, ratios=ratios, targets={}))
    return 0


def _ratio(found: dict[str, list[float]], ours: str, other: str) -> float:
    return round(median(a / b for a, b in zip(found[ours], found[other], strict=True)), 2)


async def _rounds(
    one: Serving, takes: Takes, alone: Writer, *, rounds: int, seconds: float
) -> dict[str, list[float]]:
    said = iter(takes)
    even = {name: await Speaker(name, one.tls).open() for name in SPEAKERS}
    lines = [
        {name: await Speaker(name, one.tls, number=number).open() for name in SPEAKERS}
        for number in range(1, DEVICES_EACH)
    ]
    found: dict[str, list[float]] = {}
    # Before anything is counted: every cache of the server's is filled once.
    await _evenly(even, said, 1)
    for _ in range(rounds):
        busy, start = one.busy_seconds(), time.perf_counter()
        done = await _evenly(even, said, seconds)
        share = (one.busy_seconds() - busy) / (time.perf_counter() - start)
        _keep(found, "at_20", done)
        found.setdefault("at_20_server_share", []).append(share)
        start = time.perf_counter()
        done = await _at_the_limit(lines, said, seconds)
        found.setdefault("limit_per_s", []).append(len(done) / (time.perf_counter() - start))
        _keep(found, "at_limit", done)
        for key, value in appended(alone, said).items():
            found.setdefault(key, []).append(value)
    for speaker in [*even.values(), *(one for each in lines for one in each.values())]:
        speaker.close()
    return found


def _keep(found: dict[str, list[float]], name: str, done: list[Acknowledged]) -> None:
    times = [1000 * (act.end - act.start) for act in done]
    for percent in (50, 99):
        found.setdefault(f"{name}_p{percent}_ms", []).append(percentile(times, percent))
    gated = [1000 * (act.end - act.start) for act in done if act.verdict]
    found.setdefault(f"{name}_gated_p50_ms", []).append(percentile(gated, 50))


async def _evenly(
    speakers: dict[str, Speaker], said: Iterator[Said], seconds: float
) -> list[Acknowledged]:
    """Post acts at even times, whether the last was answered or not."""
    start, under_way = time.perf_counter(), []
    for number in range(round(seconds * A_SECOND)):
        await asyncio.sleep(max(0.0, start + number / A_SECOND - time.perf_counter()))
        act = next(said)
        under_way.append(asyncio.create_task(speakers[act["by"]].says(act)))
    return list(await asyncio.gather(*under_way))


async def _at_the_limit(
    lines: list[dict[str, Speaker]], said: Iterator[Said], seconds: float
) -> list[Acknowledged]:
    """On each connection the next act as soon as the last was answered."""
    until, done = time.perf_counter() + seconds, list[Acknowledged]()

    async def person(speakers: dict[str, Speaker]) -> None:
        while time.perf_counter() < until:
            act = next(said)
            done.append(await speakers[act["by"]].says(act))

    # As many at a time as there are connections: each set of three devices is one person more.
    await asyncio.gather(*(person(each) for each in lines for _ in SPEAKERS))
    return done


@contextmanager
def journal_alone(folder: Path) -> Iterator[Writer]:
    """An empty log of its own on the same disk."""
    with making(folder, secrets.token_bytes) as made_:
        journal = made_.journal()
        try:
            yield Writer.found(journal, made_.signer, place=made_.place)
        finally:
            journal.close()


def appended(alone: Writer, said: Iterator[Said]) -> dict[str, float]:
    """Append acts to the journal alone, one at a time, each with its receipt."""
    times = []
    for act in (signed(next(said)) for _ in range(APPENDS)):
        start = time.perf_counter()
        head = alone.append([NewEntry(id=act.id, entry=act.jws)])
        alone.receipt(head.size - 1)
        times.append(1000 * (time.perf_counter() - start))
    return {
        "append_p50_ms": percentile(times, 50),
        "append_p99_ms": percentile(times, 99),
        "append_per_s": 1000 * len(times) / sum(times),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

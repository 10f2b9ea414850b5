"""How soon does everybody see what was just recorded, and what does it cost the server?

100 readers on plain http and 20 over TLS look at the board; meanwhile people on devices of
their own say 20 signed acts a second: whole takes, one after the other, each judged and
durable. The server is the product's own command in a process of its own.

* Propagation: from before the act is posted until a view that holds it has arrived whole at a
  reader; of every act at every reader.
* The server's share: processor time of all its threads, of one core, while acts are said.
* In turns with it the same with readers that never read; of each figure the median of the
  rounds. Then once with 500 readers.

The readers are in this process, on the other core. Its own share is reported too: where it is
near 1, the readers waited for themselves and the figures are an upper bound.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import uvloop
from _measure import last_line, percentile
from _serve import SPEAKERS, Acknowledged, Said, Serving, Speaker, Takes, made, serving
from _wire import Deaf, Stream, Where

TARGETS: Final = {
    "p99_ms": ("<=", 150),
    "server_share": ("<=", 0.5),
    "lost": ("<=", 0),
    "p99_with_deaf_to_without": ("<=", 1.5),
}
PLAIN: Final = 100
TLS: Final = 20
MANY: Final = 500
DEAF: Final = 5
A_SECOND: Final = 20
PATH: Final = "/api/stream/board"
AFTER_SECONDS: Final = 2.0
"""How long a view may take to arrive after the last act, before it counts as lost."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one round found.

    Attributes:
        plain, tls: Seconds from post to arrival, at readers of either kind.
        posts: Seconds from post to receipt.
        lost: Pairs of an act and a reader that never saw it.
        share: Of one core, that the server used; `own` what the readers did.
        view: Bytes that one reader got for one act.
        clear: Share of the gated acts that were clear.
    """

    plain: Sequence[float]
    tls: Sequence[float]
    posts: Sequence[float]
    lost: int
    share: float
    own: float
    view: float
    clear: float

    @property
    def both(self) -> Sequence[float]:
        """Seconds from post to arrival, at every reader."""
        return [*self.plain, *self.tls]


def main(arguments: list[str]) -> int:
    """Run the bench and print its result as the last line."""
    rounds, seconds = (5, 30) if "--long" in arguments else (3, 8)
    with tempfile.TemporaryDirectory(prefix="showclear-bench-") as name:
        takes = made(Path(name) / "show")
        with serving(Path(name) / "show") as one:
            every = uvloop.run(_rounds(one, takes, rounds=rounds, seconds=seconds))
            memory = one.resident_mib()
    found = {name: _figures(each) for name, each in every.items()}
    figures = {
        **found["usual"],
        "with_deaf_p99_ms": found["deaf"]["p99_ms"],
        **{
            f"at_500_{key}": found["many"][key]
            for key in ("p50_ms", "p99_ms", "server_share", "readers_share")
        },
        "lost": sum(each["lost"] for each in found.values()),
        "server_mib": round(memory),
    }
    ratios = {
        "p99_with_deaf_to_without": round(
            median(
                percentile(deaf.both, 99) / percentile(usual.both, 99)
                for deaf, usual in zip(every["deaf"], every["usual"], strict=True)
            ),
            2,
        )
    }
    for key, value in figures.items():
        print(f"  {key:24} {value:10,}")
    print(last_line("board", figures=figures, ratios=ratios, targets=TARGETS))
    return 0


def _figures(rounds: Sequence[Found]) -> dict[str, float]:
    """Of each figure the median of its rounds; of what was lost, all of it."""

    def ms(values: Callable[[Found], Sequence[float]], percent: int) -> float:
        return round(1000 * median(percentile(values(one), percent) for one in rounds), 1)

    return {
        "p50_ms": ms(lambda one: one.both, 50),
        "p99_ms": ms(lambda one: one.both, 99),
        "slowest_ms": round(1000 * max(max(one.both) for one in rounds), 1),
        "plain_p99_ms": ms(lambda one: one.plain, 99),
        "tls_p99_ms": ms(lambda one: one.tls, 99),
        "receipt_p50_ms": ms(lambda one: one.posts, 50),
        "server_share": round(median(one.share for one in rounds), 3),
        "readers_share": round(median(one.own for one in rounds), 3),
        "bytes_a_view": round(median(one.view for one in rounds)),
        "clear_share": round(median(one.clear for one in rounds), 2),
        "lost": sum(one.lost for one in rounds),
    }


async def _rounds(
    one: Serving, takes: Takes, *, rounds: int, seconds: float
) -> dict[str, list[Found]]:
    """Take turns: as usual, with readers that never read; then once with many readers."""
    speakers = {name: await Speaker(name, one.tls).open() for name in SPEAKERS}
    said = iter(takes)
    found: dict[str, list[Found]] = {"usual": [], "deaf": [], "many": []}
    try:
        # Once without looking at the figures: the first views find every cache empty.
        await _round(one, speakers, said, plain=PLAIN, tls=TLS, seconds=2)
        for _ in range(rounds):
            usual = await _round(one, speakers, said, plain=PLAIN, tls=TLS, seconds=seconds)
            found["usual"].append(usual)
            with ExitStack() as deaf:
                for _ in range(DEAF):
                    deaf.callback(Deaf(one.plain, PATH).close)
                slow = await _round(one, speakers, said, plain=PLAIN, tls=TLS, seconds=seconds)
                found["deaf"].append(slow)
        many = await _round(one, speakers, said, plain=MANY - TLS, tls=TLS, seconds=seconds)
        found["many"].append(many)
        return found
    finally:
        for speaker in speakers.values():
            speaker.close()


async def _round(
    one: Serving,
    speakers: dict[str, Speaker],
    said: Iterator[Said],
    *,
    plain: int,
    tls: int,
    seconds: float,
) -> Found:
    """Let so many listen and say acts for so long."""
    over_plain = await _listening(one.plain, plain)
    over_tls = await _listening(one.tls, tls)
    try:
        busy, own, start = one.busy_seconds(), time.process_time(), time.perf_counter()
        done = await _said(speakers, said, seconds)
        took = time.perf_counter() - start
        share, mine = (one.busy_seconds() - busy) / took, (time.process_time() - own) / took
        await asyncio.sleep(AFTER_SECONDS)
    finally:
        for reader in (*over_plain, *over_tls):
            reader.close()
    at_plain, at_tls = _arrivals(over_plain, done), _arrivals(over_tls, done)
    gated = [act for act in done if act.verdict]
    return Found(
        plain=at_plain,
        tls=at_tls,
        posts=[act.end - act.start for act in done],
        lost=len(done) * (plain + tls) - len(at_plain) - len(at_tls),
        share=share,
        own=mine,
        view=over_plain[0].octets / max(1, len(over_plain[0].times)),
        clear=sum(act.verdict == "clear" for act in gated) / max(1, len(gated)),
    )


async def _listening(where: Where, count: int) -> list[Stream]:
    """Open so many streams, and wait until each has shown the board once."""
    readers = [Stream(where, PATH) for _ in range(count)]
    for start in range(0, count, 25):
        await asyncio.gather(*(reader.open() for reader in readers[start : start + 25]))
    until = time.monotonic() + 20
    while not all(reader.times for reader in readers):
        refused = [reader.status for reader in readers if reader.status not in (0, 200)]
        if refused or time.monotonic() > until:
            raise RuntimeError(f"not every reader sees the board: {refused[:3] or 'no view came'}")
        await asyncio.sleep(0.02)
    return readers


async def _said(
    speakers: dict[str, Speaker], said: Iterator[Said], seconds: float
) -> list[Acknowledged]:
    """Say acts evenly, each at its time whether the last was answered or not."""
    start, under_way = time.perf_counter(), []
    for number in range(round(seconds * A_SECOND)):
        await asyncio.sleep(max(0.0, start + number / A_SECOND - time.perf_counter()))
        act = next(said)
        under_way.append(asyncio.create_task(speakers[act["by"]].says(act)))
    return list(await asyncio.gather(*under_way))


def _arrivals(readers: Sequence[Stream], done: Sequence[Acknowledged]) -> list[float]:
    """Seconds from post to arrival, of every act at every reader that saw it."""
    return [
        seen - act.start
        for reader in readers
        for act in done
        if (seen := reader.seen(act.index)) is not None
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

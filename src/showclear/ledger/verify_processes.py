"""Reading bundles side by side, and handing them on in their order.

1. Each process opens the source for itself and reads its own bundles: only what it found
   comes back, so that memory does not grow with the log.
2. A few tasks are under way at a time. A process that dies ends all of it with a sentence.
3. The first bundles are read here: they enrol the keys that most of the others need.
4. A log that is checked sooner than processes start is checked here altogether.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from showclear.ledger.errors import StorageError
from showclear.ledger.verify_signatures import BundleRead, BundleReader, Wanted
from showclear.ledger.verify_source import LogSource

BUNDLES_AT_ONCE: Final = 8
FIRST_BUNDLES: Final = 1
WORTH_BUNDLES: Final = 32
"""From so many bundles on (some 8,000 entries) other processes are worth their start."""

Publics = Callable[[], Mapping[str, bytes]]

_reader: BundleReader | None = None


def read_all(
    reader: BundleReader, count: int, *, publics: Publics, pool: ProcessPoolExecutor | None
) -> Iterator[BundleRead]:
    """Give every bundle in order.

    Args:
        reader: Reads in this process.
        count: How many bundles there are.
        publics: Gives the keys known so far; asked each time before more is read.
        pool: As `pool_of` made it; None to read here.

    Raises:
        StorageError: The machine could not read, or a process of ours died.
    """
    here = count if pool is None else min(FIRST_BUNDLES, count)
    for number in range(here):
        reader.learn(publics())
        yield reader.read(number)
    if pool is not None:
        try:
            yield from _elsewhere(pool, here, count, publics)
        except BrokenProcessPool:
            raise StorageError(
                "a process that read along was ended from outside. Try again with --processes 1, "
                "which takes less memory."
            ) from None


def _elsewhere(
    pool: ProcessPoolExecutor, start: int, count: int, publics: Publics
) -> Iterator[BundleRead]:
    under_way: deque[Future[list[BundleRead]]] = deque()
    for first in range(start, count, BUNDLES_AT_ONCE):
        numbers = range(first, min(first + BUNDLES_AT_ONCE, count))
        under_way.append(pool.submit(_read_some, numbers, dict(publics())))
        if len(under_way) > _ahead(pool):
            yield from under_way.popleft().result()
    while under_way:
        yield from under_way.popleft().result()


def _ahead(pool: ProcessPoolExecutor) -> int:
    # One more than each process has in hand, so that none waits for this one.
    return 2 * int(getattr(pool, "_max_workers", 2))


def pool_of(source: LogSource, *, size: int, wanted: Wanted, processes: int) -> ProcessPoolExecutor:
    """Start processes that read from this source."""
    return ProcessPoolExecutor(
        max_workers=processes,
        # Starting anew, and not as a copy of this process, is the same on every system.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open,
        initargs=(source, size, wanted),
    )


def _open(source: LogSource, size: int, wanted: Wanted) -> None:
    global _reader
    _reader = BundleReader(source, size=size, wanted=wanted)


def _read_some(numbers: range, publics: Mapping[str, bytes]) -> list[BundleRead]:
    assert _reader is not None
    _reader.learn(publics)
    return [_reader.read(number) for number in numbers]

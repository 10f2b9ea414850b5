"""Many callers, one writer: whoever comes while a group is being committed is in the next.

* Nobody waits for a full group: one caller alone is a group of one.
* A group is recorded by one thread of its own, so that the others go on being answered.
* If a group fails, each of its callers is told, and whoever comes after is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from showclear.app.draft import one_by_one
from showclear.app.incoming import Answer, Incoming
from showclear.ledger.jws import SignedStatement

GROUP_MAX: Final = 256
TOGETHER: Final = 8
"""Fewer signatures than this are not worth dividing among threads."""

RecordGroup = Callable[[Sequence[Incoming]], Sequence[Answer]]
Asked = Sequence[tuple[SignedStatement, bytes]]
T = TypeVar("T")


class Callers:
    """Collects what callers say into groups. To be used within one event loop."""

    def __init__(self, record: RecordGroup) -> None:
        self._record = record
        self._waiting: list[tuple[Incoming, asyncio.Future[Answer]]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._running: asyncio.Task[None] | None = None

    async def say(self, one: Incoming) -> Answer:
        """Say one statement; the answer comes when it is durable.

        Raises:
            LedgerError: It was not recorded; see `Recorder.record`.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._work())
        return await answer

    async def ask(self, question: Callable[[], T]) -> T:
        """Ask something on the recording thread, between two groups."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                # Everybody who is ready to speak comes in before the group is closed.
                await asyncio.sleep(0)
                group, self._waiting = self._waiting[:GROUP_MAX], self._waiting[GROUP_MAX:]
                try:
                    answers = await loop.run_in_executor(
                        self._thread, self._record, [one for one, _ in group]
                    )
                except BaseException as error:
                    _tell_all(group, error)
                    if not isinstance(error, Exception):
                        raise
                    continue
                for (_, waiting), answer in zip(group, answers, strict=True):
                    if not waiting.done():
                        waiting.set_result(answer)
        finally:
            self._running = None

    async def close(self) -> None:
        """Wait for whoever is being answered, and let go of the thread."""
        if self._running is not None:
            await self._running
        self._thread.shutdown()


def _tell_all(
    group: Sequence[tuple[Incoming, asyncio.Future[Answer]]], error: BaseException
) -> None:
    for _, waiting in group:
        if not waiting.done():
            waiting.set_exception(error)


class Verifying:
    """Verifies the signatures of a group on several threads: libsodium lets go of Python."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(max(1, threads - 1), thread_name_prefix="verifying")

    def __call__(self, asked: Asked) -> list[bool]:
        """Say of each signature, in order, whether it fits."""
        if self._threads < 2 or len(asked) < TOGETHER:
            return one_by_one(asked)
        share = -(-len(asked) // self._threads)
        others = [
            self._pool.submit(one_by_one, asked[start : start + share])
            for start in range(share, len(asked), share)
        ]
        found = one_by_one(asked[:share])
        for other in others:
            found += other.result()
        return found

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown()

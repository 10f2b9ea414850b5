"""One production being served: who says something, what follows from it, who is told.

1. The record is written, and its state read, on one thread: a view never sees half a group.
2. An answer comes when it is durable; screens are told after that, never before.
3. What is published follows within a second; a published log that lags is no fault. One that
   cannot be published is told and tried again by itself, whether or not somebody says more.
4. When it is closed, whoever is being answered gets the answer first.

It knows no web: `showclear.web` puts it on the network, `showclear.cli.serve` opens it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Final, Literal, TypeVar

from showclear.app.callers import Callers
from showclear.app.incoming import Answer, Incoming
from showclear.app.memory import Memory
from showclear.app.recording import Recorder
from showclear.app.views.look import Look
from showclear.ledger.errors import LedgerError

Kind = Literal["production", "practice", "sample"]
T = TypeVar("T")

PUBLISH_SECONDS: Final = 0.5
"""How long after a commit its tiles and checkpoint are published, together with what follows."""

PUBLISH_AGAIN_SECONDS: Final = 10.0
"""After publishing failed, it is tried again: a disk may have room, a file may be mended."""

_log: Final = logging.getLogger(__name__)


class SetServer:
    """A production open for a set. To be used within one event loop.

    Attributes:
        kind: Whether this is the real thing; shown on every screen where it is not.
        zone: The production's zone, in which times are shown.
        failed: What the last attempt to store said, until one succeeds.
        unpublished: What the last attempt to publish said, until one succeeds. The journal has
            everything all the same.
    """

    def __init__(
        self,
        callers: Callers,
        recorder: Recorder,
        *,
        memory: Memory,
        clock: Callable[[], datetime],
        zone: tzinfo,
        kind: Kind,
    ) -> None:
        self._callers, self._recorder, self._memory = callers, recorder, memory
        self._clock, self.zone, self.kind = clock, zone, kind
        self._loop = asyncio.get_running_loop()
        self._told: list[Callable[[], None]] = []
        self._publishing: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None
        self._closing = False
        self.failed: str = ""
        self.unpublished: str = ""

    @classmethod
    async def opened(
        cls,
        make: Callable[[], Recorder],
        *,
        clock: Callable[[], datetime],
        zone: tzinfo,
        kind: Kind,
    ) -> SetServer:
        """Open a production: `make` is called on the thread that will write it.

        Raises:
            LedgerError: It cannot be opened; see `Recorder`.
        """
        open_: list[SetServer] = []

        def record(incoming: Sequence[Incoming]) -> Sequence[Answer]:
            return open_[0]._record(incoming)

        callers = Callers(record)
        try:
            recorder = await callers.ask(make)
            memory = await callers.ask(
                lambda: Memory().catch_up(recorder.entries(0), recorder.spine)
            )
        except BaseException:
            await callers.close()
            raise
        open_.append(cls(callers, recorder, memory=memory, clock=clock, zone=zone, kind=kind))
        return open_[0]

    def now(self) -> datetime:
        """The server's time, UTC."""
        return self._clock()

    async def say(self, incoming: Sequence[Incoming]) -> list[Answer]:
        """Record statements in this order; the answers come when all of it is durable.

        Raises:
            LedgerError: What was not answered is not acknowledged: say it again.
        """
        try:
            # Each enters the same queue at once, so that they stay together and in order.
            answers = await asyncio.gather(*(self._callers.say(one) for one in incoming))
        except LedgerError as error:
            self.failed = str(error)
            raise
        self.failed = ""
        return list(answers)

    async def look(self, view: Callable[[Look], T]) -> T:
        """Work something out on the record as it stands, between two groups."""
        return await self._callers.ask(lambda: view(self._look()))

    async def receipt(self, index: int) -> bytes | None:
        """The receipt of an entry, as it was first given."""
        return await self._callers.ask(lambda: self._recorder.receipt(index))

    def listen(self, told: Callable[[], None]) -> Callable[[], None]:
        """Be told in the event loop after each commit; call what is returned to stop."""
        self._told.append(told)

        def stop() -> None:
            with suppress(ValueError):
                self._told.remove(told)

        return stop

    async def close(self) -> None:
        """Answer whoever waits, publish, and let go of the production."""
        self._closing = True
        if self._again is not None:
            self._again.cancel()
        if self._publishing is not None:
            self._publishing.cancel()
            with suppress(asyncio.CancelledError):
                await self._publishing
        with suppress(LedgerError):
            await self._callers.ask(self._close)
        await self._callers.close()

    def _tell(self) -> None:
        for told in list(self._told):
            told()
        self._publish()

    def _publish(self) -> None:
        if self._publishing is None:
            self._publishing = asyncio.create_task(self._publish_soon())

    # --- on the recording thread -----------------------------------------------------

    def _record(self, incoming: Sequence[Incoming]) -> Sequence[Answer]:
        try:
            return self._recorder.record(incoming)
        finally:
            # Whatever of it is durable is shown, also where a later part failed or whoever
            # said it has gone: a screen that beats must not lack what is on record.
            with suppress(LedgerError, OSError):
                self._catch_up()

    def _catch_up(self) -> None:
        if self._recorder.size == self._memory.size:
            return
        self._memory.catch_up(self._recorder.entries(self._memory.size), self._recorder.spine)
        self._loop.call_soon_threadsafe(self._tell)

    def _look(self) -> Look:
        return Look(
            spine=self._recorder.spine,
            memory=self._memory,
            now=self._clock(),
            zone=self.zone,
            kind=self.kind,
            size=self._recorder.size,
            checkpoint=self._recorder.checkpoint,
        )

    def _close(self) -> None:
        try:
            self._recorder.publish()
        except LedgerError as error:
            self._tell_unpublished(error)
        else:
            self._recorder.keep_view()
        finally:
            self._recorder.close()

    # --- in the event loop --------------------------------------------------------------

    async def _publish_soon(self) -> None:
        """Publish what was committed, at most twice a second; what fails is tried again."""
        await asyncio.sleep(PUBLISH_SECONDS)
        self._publishing = None
        if self._again is not None:
            self._again.cancel()
        try:
            await self._callers.ask(self._recorder.publish)
        except Exception as error:  # noqa: BLE001 - the end of a task that nobody waits for: told
            # below. Nothing is lost by it: the journal has it, and it is published later.
            self._tell_unpublished(error)
            if not self._closing:
                self._again = self._loop.call_later(PUBLISH_AGAIN_SECONDS, self._publish)
        else:
            self.unpublished = ""

    def _tell_unpublished(self, error: Exception) -> None:
        before, self.unpublished = self.unpublished, str(error) or type(error).__name__
        if self.unpublished != before:
            # Once, not every ten seconds; and its code alone, for a message may hold a path.
            _log.error("not-published: %s", getattr(error, "code", type(error).__name__))

"""How does everybody see within a second what was just recorded, however slow some of them are?

* A channel is one view. After a commit it is made once, written as bytes once, and those
  bytes go to everybody who listens: a hundred phones cost one view.
* Commits that come within 50 ms are one view; a view that takes long is made more rarely.
* Nobody has a queue. A reader remembers what it sent last; when it can send again, it sends
  what is newest. So a slow reader misses steps, never delays others, and costs no memory.
* The first thing sent is a view begun after the reader came, on a reconnect too; or one of
  the last second, if nothing was said since.
* Nothing is sent that says what was said before, `now` apart.
* A beat every 2 s says: what stands on this screen is what the record holds. So there is no
  beat while a view cannot be made or waits: five seconds without one, and the screen itself
  says that it is not current.
* Time passes without anybody saying anything: every 15 s the view is made anew.
* When the server stops, every stream ends by itself.

A view is made on the thread that records, so it is of one moment. Nobody listening: none is
made.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, Final, Protocol, TypeVar

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from showclear.web.bodies import plain_value
from showclear.web.faults import place_of
from showclear.web.limits import Limits
from showclear.web.refusals import Refusal, RefusedError
from showclear.web.writing import NOT_CURRENT

Plain = dict[str, Any]
T = TypeVar("T")

TOGETHER_SECONDS: Final = 0.05
"""Commits within this are one view."""

BEAT_SECONDS: Final = 2.0
ANEW_SECONDS: Final = 15.0
BEHIND_SECONDS: Final = 2.0
"""How long a view may wait before the screens are told by silence that they are not current."""

AGAIN_SECONDS: Final = 1.0
"""After a view failed, it is tried again."""

REST_SECONDS: Final = 1.0
"""The longest that views which take long to make wait for each other."""

SLOW_SECONDS: Final = 20.0
"""Who takes nothing for so long is gone, or as good as gone: the place is given to another."""

WAIT_SECONDS: Final = 5.0
"""How long somebody who asks for a view once waits for it."""

FIRST: Final = b"retry: 1000\n\n"

TOO_MANY_STREAMS: Final = Refusal(
    code="too-many-streams",
    status=429,
    sentence="This device has more live screens open than one person looks at.",
    next="Close some of them, then open this one again.",
)
FULL: Final = Refusal(
    code="full",
    status=503,
    sentence="This server has as many live screens open as it can keep current.",
    next="Look at a screen that is open already, or ask on the radio.",
)
_log: Final = structlog.get_logger("showclear.streams")


class Looked(Protocol):
    """What can be looked at, and says when there is something new."""

    def now(self) -> datetime: ...

    async def look(self, view: Callable[[Any], T]) -> T: ...

    def listen(self, told: Callable[[], None]) -> Callable[[], None]: ...


View = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often. Tests make it faster; nothing else does."""

    together: float = TOGETHER_SECONDS
    beat: float = BEAT_SECONDS
    anew: float = ANEW_SECONDS
    behind: float = BEHIND_SECONDS
    again: float = AGAIN_SECONDS
    rest: float = REST_SECONDS
    slow: float = SLOW_SECONDS
    wait: float = WAIT_SECONDS


@dataclass(slots=True, kw_only=True)
class Channel:
    """One view and everybody who looks at it.

    Attributes:
        body: The view as JSON, as last made; empty before the first time.
        event: The same as it goes to everybody.
        version: Counts the different ones.
        made: Counts how often it was made, alike or not.
        begun: Counts how often that was begun, whatever came of it.
        shown: Which of these it shows.
        made_at: When it was last made, on the loop's clock.
        since: Since when something is recorded that it does not show; None while it shows all.
        making: The same for what is being made now; None while nothing is.
        beats: Counts the beats.
        seconds: How long it took to make, last time, waiting apart.
    """

    name: str
    view: View
    body: bytes = b""
    event: bytes = b""
    same: bytes = b""
    version: int = 0
    made: int = 0
    begun: int = 0
    shown: int = 0
    made_at: float = 0.0
    since: float | None = 0.0
    making: float | None = None
    failed_at: float | None = None
    beats: int = 0
    beat: bytes = b""
    readers: int = 0
    seconds: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Wake everybody who waits here."""
        waiting, self.changed = self.changed, asyncio.Event()
        waiting.set()


class Hub:
    """Makes the views that somebody looks at, and gives them to all who look.

    To be used within one event loop: `run` while the server is up, `end` when it stops.
    """

    def __init__(
        self,
        server: Looked,
        views: Mapping[str, View],
        *,
        limits: Limits | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._server = server
        self._limits, self.pace = limits or Limits(), pace or Pace()
        self.channels = {name: Channel(name=name, view=view) for name, view in views.items()}
        self._open: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._wake = asyncio.Event()
        self._over = False
        self.made = 0
        self.dropped = 0

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return sum(self._open.values()) + sum(self._kept.values())

    @property
    def ended(self) -> bool:
        return self._over

    # --- while the server is up ------------------------------------------------------

    async def run(self) -> None:
        """Make views until `end` is called."""
        stop_listening = self._server.listen(self._told)
        beating = asyncio.create_task(self._beating())
        try:
            while not self._over:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._patience()):
                        await self._wake.wait()
                self._wake.clear()
                took = 0.0
                for channel in self.channels.values():
                    if self._due(channel):
                        await self._make(channel)
                        took += channel.seconds
                # Whatever comes meanwhile is in the next one; making them never fills the day.
                if took:
                    await asyncio.sleep(min(max(self.pace.together, 2 * took), self.pace.rest))
        finally:
            stop_listening()
            beating.cancel()
            self.end()

    def end(self) -> None:
        """End every stream. To be called before the server waits for its connections."""
        self._over = True
        self._wake.set()
        for channel in self.channels.values():
            channel.tell()

    def _told(self) -> None:
        now = _clock()
        for channel in self.channels.values():
            if channel.since is None:
                channel.since = now
        self._wake.set()

    def _patience(self) -> float:
        return min(self.pace.again, self.pace.anew) / 2

    def _due(self, channel: Channel) -> bool:
        if self._over or not channel.readers:
            return False
        now = _clock()
        if channel.failed_at is not None and now - channel.failed_at < self.pace.again:
            return False
        return channel.since is not None or now - channel.made_at >= self.pace.anew

    async def _make(self, channel: Channel) -> None:
        channel.making = channel.since if channel.since is not None else _clock()
        channel.begun += 1
        # What is recorded while this one is made may not be in it, and says so by itself.
        channel.since = None
        try:
            made = await self._server.look(lambda look: _made(channel.view, look))
        except Exception as error:  # noqa: BLE001 - one of the outermost loops: a view that fails
            # must not end the others. It is recorded here, and its screens say by themselves,
            # because their beats stop, that they are not current.
            channel.since = channel.making
            channel.failed_at = _clock()
            if not self._over:
                fault, at = type(error).__name__, place_of(error)
                _log.error("view-failed", view=channel.name, fault=fault, at=at)
            return
        finally:
            channel.making = None
        body, same, channel.seconds = made
        channel.failed_at = None
        channel.made_at = _clock()
        channel.made += 1
        channel.shown = channel.begun
        self.made += 1
        channel.body = body
        if same != channel.same:
            channel.same = same
            channel.event = b"event: view\ndata: " + body + b"\n\n"
            channel.version += 1
        channel.tell()

    async def _beating(self) -> None:
        while not self._over:
            await asyncio.sleep(self.pace.beat)
            beat = b"event: beat\ndata: " + encoded({"now": self._server.now().isoformat()})
            for channel in self.channels.values():
                if channel.readers and self.current(channel):
                    channel.beat = beat + b"\n\n"
                    channel.beats += 1
                    channel.tell()

    def current(self, channel: Channel) -> bool:
        """Whether a channel shows what the record holds, or is about to."""
        if not channel.body or channel.failed_at is not None:
            return False
        now = _clock()
        waiting = [since for since in (channel.making, channel.since) if since is not None]
        late = bool(waiting) and now - min(waiting) > self.pace.behind
        return not late and now - channel.made_at <= self.pace.anew + self.pace.behind

    # --- looking -------------------------------------------------------------------------

    def enter(
        self, asker: str, *, counted: bool = True, enrolled: bool = False
    ) -> Callable[[], None]:
        """Take one of the places for streams; call what is returned to give it back.

        Args:
            asker: Whom it counts for: an address, or a device.
            counted: Whether the limit of one asker counts for this one.
            enrolled: Whether it is a place of those kept for enrolled devices and for this
                machine: however many strangers look, the cart's screen has one.

        Raises:
            RefusedError: There is none left, here or for this asker.
        """
        places = self._kept if enrolled else self._open
        if counted and places.get(asker, 0) >= self._limits.streams:
            raise RefusedError(TOO_MANY_STREAMS, headers={"Retry-After": "10"})
        if self._over or sum(places.values()) >= self._limits.all_streams:
            raise RefusedError(FULL, headers={"Retry-After": "10"})
        places[asker] = places.get(asker, 0) + 1

        def leave() -> None:
            places[asker] -= 1
            if not places[asker]:
                del places[asker]

        return leave

    async def events(
        self, name: str, *, may: Callable[[], bool] = lambda: True
    ) -> AsyncGenerator[bytes, None]:
        """Give a channel's events until the server stops.

        Args:
            may: Asked before anything is sent: whether this reader may still look.
        """
        with self._reading(name) as channel:
            yield FIRST
            await self._fresh(channel)
            version, beats = 0, channel.beats
            while not self._over and may():
                changed = channel.changed
                if channel.version > version:
                    version = channel.version
                    yield channel.event
                elif channel.beats > beats:
                    beats = channel.beats
                    yield channel.beat
                else:
                    await changed.wait()

    async def once(self, name: str) -> bytes:
        """Give a channel's view as JSON, as it is now.

        Raises:
            RefusedError: `not-current`.
        """
        with self._reading(name) as channel:
            try:
                async with asyncio.timeout(self.pace.wait):
                    await self._fresh(channel)
            except TimeoutError:
                raise RefusedError(NOT_CURRENT, headers={"Retry-After": "5"}) from None
            if self._over:
                raise RefusedError(NOT_CURRENT, headers={"Retry-After": "5"})
            return channel.body

    @contextmanager
    def _reading(self, name: str) -> Iterator[Channel]:
        channel = self.channels[name]
        channel.readers += 1
        try:
            yield channel
        finally:
            channel.readers -= 1

    async def _fresh(self, channel: Channel) -> None:
        """Wait until the channel shows what was recorded before now."""
        idle = channel.since is None and channel.making is None
        if idle and channel.made and _clock() - channel.made_at < 1:
            return
        # One that is being made was begun before now, and may lack what was said since.
        wanted = channel.begun + 1
        if channel.since is None:
            # Nothing was said. But time passed while nobody was looking.
            channel.since = _clock()
        while channel.shown < wanted and not self._over:
            self._wake.set()
            await channel.changed.wait()


class EventStream(StreamingResponse):
    """A stream of events that lets go of whoever takes nothing any more."""

    media_type = "text/event-stream"

    def __init__(
        self, events: AsyncGenerator[bytes, None], *, hub: Hub, leave: Callable[[], None]
    ) -> None:
        """Stream events; `leave` is called at the end, however it comes."""
        headers = {
            # A stored stream is an old one.
            "Cache-Control": "no-store",
            # Proxies that collect before they pass on would hold back a stop.
            "X-Accel-Buffering": "no",
        }
        super().__init__(events, headers=headers)
        self._events, self._hub, self._leave = events, hub, leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()

    async def stream_response(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        try:
            async with aclosing(self._events) as events:
                async for event in events:
                    async with asyncio.timeout(self._hub.pace.slow):
                        await send({"type": "http.response.body", "body": event, "more_body": True})
        except TimeoutError:
            self._hub.dropped += 1
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _made(view: View, look: Any) -> tuple[bytes, bytes, float]:
    """Make a view as bytes, and without the time, and say how many seconds that took."""
    began = perf_counter()
    made = view(look)
    body = encoded(made)
    return body, encoded({**made, "now": None}), perf_counter() - began


def encoded(view: Mapping[str, Any]) -> bytes:
    """Return a view as bytes of JSON on one line."""
    text = json.dumps(view, ensure_ascii=False, separators=(",", ":"), default=plain_value)
    return text.encode("utf-8", "replace")


def _clock() -> float:
    return asyncio.get_running_loop().time()

"""How does one phone that holds connections open not keep all others out?

1. A request's head comes within ten seconds and in 32 KiB, or the connection ends. So does one
   that sends on after it was answered, and one that takes nothing for thirty seconds.
2. There are so many places. Where none is left, whoever has most of them loses the oldest: a
   phone with one connection finds a place to press Stop, however many another one holds.
3. An idle connection is let go by the web server itself, after five seconds.

What comes after the head (how much, how fast, how often) is `security`, and streams end those
who do not read them by themselves.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Final, Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from showclear.web.limits import address_of

HEAD_SECONDS: Final = 10.0
HEAD_BYTES_MAX: Final = 32_768
TAKES_NOTHING_SECONDS: Final = 30.0
PLACES_MAX: Final = 8_192
FILES_MAX: Final = 65_536

TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class Ended(Protocol):
    """A connection that can be ended."""

    def abort(self) -> None: ...


class Room:
    """The connections that are open, by address. To be used within one event loop."""

    def __init__(self, places: int = PLACES_MAX) -> None:
        self._places, self._open = places, 0
        self._by_address: dict[str, dict[Ended, None]] = {}

    def __len__(self) -> int:
        return self._open

    def enter(self, address: str, one: Ended) -> Callable[[], None]:
        """Give a connection a place; call what is returned to give it back, once."""
        if self._open >= self._places:
            most = max(self._by_address.values(), key=len)
            oldest = next(iter(most))
            # Ending it gives its place back, now or a moment later.
            oldest.abort()
        self._by_address.setdefault(address, {})[one] = None
        self._open += 1

        def leave() -> None:
            self._leave(address, one)

        return leave

    def _leave(self, address: str, one: Ended) -> None:
        here = self._by_address.get(address, {})
        if one in here:
            del here[one]
            self._open -= 1
        if not here:
            self._by_address.pop(address, None)


class Guarded(HttpToolsProtocol):
    """A connection with an end. See the rules of the module."""

    room = Room()
    head_seconds = HEAD_SECONDS
    stalled_seconds = TAKES_NOTHING_SECONDS

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._in_head, self._head_bytes, self._whole = True, 0, True
        self._waits: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._leave: Callable[[], None] | None = None

    def abort(self) -> None:
        """End it now; whatever runs for it is told that nobody listens."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        self.transport.abort()

    # --- as the event loop tells it ------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._leave = self.room.enter(address_of({"client": self.client}), self)
        _end_when_gone(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._leave is not None:
            self._leave()
            self._leave = None
        self._wait_no_more()
        self._go_on()
        super().connection_lost(exc)

    def came(self, raw: bytes) -> None:
        """Take what came: `data_received`, as the event loop calls it."""
        if self._in_head:
            if self._head_bytes > HEAD_BYTES_MAX:
                self.transport.write(TOO_LARGE)
                self.transport.close()
                return
            self._head_bytes += len(raw)
        super().data_received(raw)
        cycle: Any = self.cycle
        if self._waits is None and (cycle is None or cycle.response_complete):
            # Line ends before a request, or the rest of one that was answered.
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(self.stalled_seconds, self.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._go_on()

    # --- as the parser tells it ----------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._whole = True, False
        if self._waits is None:
            self._wait()

    def on_headers_complete(self) -> None:
        self._in_head, self._head_bytes = False, 0
        self._wait_no_more()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._whole = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._whole and self._waits is None:
            self._wait()

    # --- time ----------------------------------------------------------------------------------

    def _wait(self) -> None:
        self._waits = self.loop.call_later(self.head_seconds, self.abort)

    def _wait_no_more(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _go_on(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


# Our own names say what is held, so this one is given under the event loop's name here alone.
setattr(Guarded, "data_received", Guarded.came)  # noqa: B010


def _end_when_gone(transport: asyncio.BaseTransport) -> None:
    """Let the system end a connection whose phone went out of range without a word."""
    link = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if link is not None and option is not None:
        with suppress(OSError):
            link.setsockopt(socket.IPPROTO_TCP, option, int(1000 * TAKES_NOTHING_SECONDS))


@cache
def protocol() -> type[Guarded]:
    """Return what this process speaks on its ports: one room for all of them.

    As many files may be open as the system lets this user have: each connection is one.
    """
    files = _files()

    class OfThisProcess(Guarded):
        room = Room(min(PLACES_MAX, files * 3 // 4))

    return OfThisProcess


def _files() -> int:
    """How many files this process may have open, as many as it can get."""
    if sys.platform == "win32":
        return FILES_MAX
    import resource  # Not on every system.

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
    if soft != resource.RLIM_INFINITY and soft < most:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return most
        except (OSError, ValueError):
            # Some systems promise more than they give.
            return soft
    return most if soft == resource.RLIM_INFINITY else soft

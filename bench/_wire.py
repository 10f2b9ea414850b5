"""HTTP by hand, so that a bench measures the server and not a client library.

* `Line`: one connection that asks and waits, again and again, as a tablet's does.
* `Stream`: one connection that listens to a screen's events, and notes when each was whole.
* `Deaf`: one that asks for the events and never reads them.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

ANSWER_SECONDS_MAX: Final = 30.0
_SIZE: Final = b'"size":'
"""What stands in a view before the number of entries it was made of."""

_END: Final = b"\n\n"
CUT: Final = 24
"""Longer than that with its number."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where a server listens.

    Attributes:
        tls: How it is checked; None for plain http.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    @property
    def origin(self) -> str:
        """What a browser there would call its origin."""
        return f"{'http' if self.tls is None else 'https'}://{self.host}:{self.port}"


def trusting_nobody() -> ssl.SSLContext:
    """For a certificate that was made a moment ago: it is not checked, only used."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back."""

    status: int
    head: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes


class Line:
    """A connection that is kept, with the cookies it was given."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._cookies: dict[str, str] = {}
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, mime: str = "application/json"
    ) -> Response:
        """Ask once and wait for the whole answer."""
        reader, writer = await self._connected()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._where.host}:{self._where.port}",
            f"Origin: {self._where.origin}",
            f"Content-Type: {mime}",
            f"Content-Length: {len(body)}",
        ]
        if self._cookies:
            pairs = (f"{name}={value}" for name, value in self._cookies.items())
            lines.append("Cookie: " + "; ".join(pairs))
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            answer = await _answer(reader)
        self._remember(answer)
        if answer.head.get("connection") == "close":
            self.close()
        return answer

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._ends is not None and self._ends[0].at_eof():
            # A server lets go of a connection on which nothing was asked for a while.
            self.close()
        if self._ends is None:
            self._ends = await asyncio.open_connection(
                self._where.host, self._where.port, ssl=self._where.tls, limit=1 << 22
            )
        return self._ends

    def _remember(self, answer: Response) -> None:
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value

    def close(self) -> None:
        """Let go of the connection; the cookies stay."""
        if self._ends is not None:
            self._ends[1].close()
            self._ends = None


async def _answer(reader: asyncio.StreamReader) -> Response:
    raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = raw.rstrip("\r\n").split("\r\n")
    pairs = [(key.lower(), value.strip()) for key, _, value in (one.partition(":") for one in rest)]
    head = dict(pairs)
    if head.get("transfer-encoding", "").lower() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(head.get("content-length", "0")))
    cookies = tuple(value for key, value in pairs if key == "set-cookie")
    return Response(status=int(first.split()[1]), head=head, cookies=cookies, body=body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)


class Stream(asyncio.BufferedProtocol):
    """Listens to a screen's events. Of each it notes how long the log was, and when it came.

    Attributes:
        sizes: How many entries the log had for each view, as they came.
        times: When each was whole, in seconds of `time.perf_counter`.
        octets: How many bytes came in all.
        status: What the server answered first, or 0.
    """

    def __init__(self, where: Where, path: str) -> None:
        self._where, self._path = where, path
        self._room = bytearray(1 << 16)
        self._tail, self._named = b"", -1
        self._lost: BaseException | None = None
        self.sizes: list[int] = []
        self.times: list[float] = []
        self.octets = 0
        self.status = 0
        self.transport: asyncio.Transport | None = None

    async def open(self) -> Stream:
        """Connect and ask for the events."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(
            lambda: self, self._where.host, self._where.port, ssl=self._where.tls
        )
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(asking(self._where, self._path))

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        now = time.perf_counter()
        self.octets += nbytes
        if not self.status:
            self.status = int(self._room[9:12])
        # What may be cut in two is short: a number and the end of an event.
        text = self._tail + self._room[:nbytes]
        place, end = 0, text.find(_END)
        while end >= 0:
            self._name(text, place, end)
            if self._named >= 0:
                self.sizes.append(self._named)
                self.times.append(now)
                self._named = -1
            place, end = end + 2, text.find(_END, end + 2)
        self._name(text, place, len(text) - CUT)
        self._tail = bytes(text[max(place, len(text) - CUT) :])

    def _name(self, text: bytes | bytearray, start: int, end: int) -> None:
        found = text.find(_SIZE, start, max(0, end))
        if found >= 0:
            place = found + len(_SIZE)
            self._named = int(text[place : place + CUT].split(b",")[0].split(b"}")[0])

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = exc or ConnectionError("the server ended the stream")

    def close(self) -> None:
        """Hang up."""
        if self.transport is not None:
            self.transport.abort()

    @property
    def lost(self) -> bool:
        """Whether the server hung up first."""
        return self._lost is not None

    def seen(self, index: int) -> float | None:
        """When the first view came that holds this entry; None if none did."""
        place = bisect_left(self.sizes, index + 1)
        return self.times[place] if place < len(self.times) else None


def asking(where: Where, path: str) -> bytes:
    """What a browser sends to listen."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {where.host}:{where.port}",
        "Accept: text/event-stream",
    )
    return "\r\n".join([*lines, "", ""]).encode()


class Deaf:
    """Asks for the events and never reads one, with as little room for them as there is."""

    def __init__(self, where: Where, path: str) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect((where.host, where.port))
        self._socket.sendall(asking(where, path))

    def close(self) -> None:
        self._socket.close()

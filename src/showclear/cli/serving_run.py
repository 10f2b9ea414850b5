"""How does one process serve a production on one or two ports, and stop within three seconds?

1. Every port is taken before anything is opened: who cannot listen says so at once.
2. One application, one record; with a certificate, https on one port and plain http on the
   next. What plain http may do is the application's to say, by the scheme of each request.
3. Asked to stop, by SIGTERM, SIGINT or a closed terminal: streams end, whoever is being
   answered gets the answer, the record is let go, and the exit code is 0. Asked again, it does
   not wait for anybody.
4. Whatever was acknowledged was durable before: stopping saves nothing, and a kill loses
   nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import uvicorn
import uvloop
from fastapi import FastAPI

from showclear.cli.serving_certificate import Certificate
from showclear.ledger.errors import StorageError
from showclear.web.connections import protocol

GRACE_SECONDS: Final = 2
"""How long somebody who is being answered is waited for."""

FAREWELL_SECONDS: Final = 0.3
"""How long a browser has to say goodbye, once it has its answer. Over TLS it ought to, and one
whose tablet sleeps never does."""

BACKLOG: Final = 1_024
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""SIGHUP comes when a terminal is closed; who starts a server with `nohup` has it ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A port that is held.

    Attributes:
        certificate: With it the port speaks https; without, plain http.
    """

    socket: socket.socket
    certificate: Certificate | None = None

    @property
    def port(self) -> int:
        """Its number, also where any free one was asked for."""
        return int(self.socket.getsockname()[1])

    @property
    def scheme(self) -> str:
        """`https` or `http`."""
        return "http" if self.certificate is None else "https"


def listening(host: str, port: int, *, certificate: Certificate | None = None) -> Listening:
    """Take a port; 0 is any that is free.

    Raises:
        StorageError: It cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::"
        )
    except (OSError, OverflowError) as error:
        raise StorageError(_not_listening(host, port, error)) from error
    return Listening(socket=taken, certificate=certificate)


def _not_listening(host: str, port: int, error: OSError | OverflowError) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            f"Port {port} is taken, perhaps by Showclear itself: it may be running already. Stop "
            "that one, or name another port with --port."
        )
    if number == errno.EACCES:
        return f"Port {port} may not be used by this user. Name one above 1023 with --port."
    if number == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine. Leave --host out to listen on all of them."
    why = error.strerror if isinstance(error, OSError) else "ports go up to 65535"
    return f"Port {port} of {host} cannot be listened on: {why}."


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs several of them together."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _server(
    app: FastAPI, port: Listening, *, http: type[asyncio.Protocol], lifespan: bool
) -> _Server:
    kept: dict[str, Any] = {}
    if port.certificate is not None:
        kept = {"ssl_certfile": port.certificate.cert, "ssl_keyfile": port.certificate.key}
    return _Server(
        uvicorn.Config(
            app,
            http=http,
            ws="none",
            lifespan="on" if lifespan else "off",
            access_log=False,
            log_config=None,
            server_header=False,
            # Only a proxy could know better who is asking, and there is none.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            backlog=BACKLOG,
            **kept,
        )
    )


def run(main: Callable[[], Awaitable[int]]) -> int:
    """Run everything on one event loop, and return its exit code."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_awaited(main))


async def _awaited(main: Callable[[], Awaitable[int]]) -> int:
    return await main()


async def serve_until_stopped(
    app: FastAPI,
    ports: Sequence[Listening],
    *,
    started: Callable[[], None],
    stopping: Callable[[], None],
) -> None:
    """Serve on every port until a signal comes.

    Args:
        started: Called once all of them answer.
        stopping: Called when a signal came, before connections are waited for.
    """
    # One room for the connections of both ports: what fills one must not empty the other.
    http = protocol()
    servers = [
        _server(app, port, http=http, lifespan=place == 0) for place, port in enumerate(ports)
    ]
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if asked.is_set():
            for server in servers:
                server.force_exit = True
        asked.set()

    heard = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    for number in heard:
        loop.add_signal_handler(number, stop)
    running = [
        asyncio.create_task(server.serve(sockets=[port.socket]))
        for server, port in zip(servers, ports, strict=True)
    ]
    try:
        await _all_started(servers, running)
        started()
        await _first(asyncio.create_task(asked.wait()), *running)
        stopping()
    finally:
        for server in servers:
            server.should_exit = True
        parting = asyncio.create_task(_parted(servers))
        done = await asyncio.gather(*running, return_exceptions=True)
        parting.cancel()
        for number in heard:
            loop.remove_signal_handler(number)
    for fault in done:
        if isinstance(fault, BaseException):
            raise fault


async def _all_started(servers: Sequence[_Server], running: Sequence[asyncio.Task[None]]) -> None:
    """Wait until each answers, or one has ended already."""
    while not all(server.started for server in servers) and not any(
        task.done() for task in running
    ):
        await asyncio.sleep(0.01)


async def _parted(servers: Sequence[_Server]) -> None:
    """Let go of whoever has the whole answer, and does not let go by themselves."""
    await asyncio.sleep(FAREWELL_SECONDS)
    while True:
        for server in servers:
            for one in list(server.server_state.connections):
                _let_go(one)
        await asyncio.sleep(FAREWELL_SECONDS)


def _let_go(connection: Any) -> None:
    """Cut a connection on which nothing is being answered and nothing waits to be sent."""
    cycle, transport = connection.cycle, connection.transport
    answered = cycle is None or cycle.response_complete
    if answered and transport.get_write_buffer_size() == 0:
        transport.abort()


async def _first(*tasks: asyncio.Task[Any]) -> None:
    """Wait for the first of several that ends."""
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    tasks[0].cancel()

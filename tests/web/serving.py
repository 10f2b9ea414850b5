"""A real production, served by a real server in a thread, and devices that speak to it.

`served(...)` makes the production as the stories do, opens it and answers on a free port of
this machine. What a device says goes through the same routes as on a set: it opens a session
with its key, lets its words be sealed, signs them and says them.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from fastapi import FastAPI

from showclear.adapters.attachment_folder import AttachmentFolder
from showclear.adapters.badges_file import FileBadges
from showclear.adapters.production_folder import writing
from showclear.app.incoming import Taken
from showclear.app.recording import Recorder
from showclear.app.set_server import Kind, SetServer
from showclear.ledger.encoding import decode_base64url, encode_base64url
from showclear.ledger.jws import sign_statement, thumbprint
from showclear.web.application import application
from showclear.web.door import Door, open_door
from showclear.web.limits import Limits
from showclear.web.streams import Pace, View
from tests.stories.production import Device, Plain, Production, crew_and_guns, production

T = TypeVar("T")
QUICK = Pace(together=0.02, beat=0.1, anew=0.6, behind=0.5, again=0.2, slow=1.0, wait=2.0)


@dataclass(kw_only=True)
class Served:
    """A production being served.

    Attributes:
        story: The production itself: its clock can be set.
        url: Where it answers.
    """

    story: Production
    url: str
    server: SetServer
    door: Door
    app: FastAPI
    loop: asyncio.AbstractEventLoop
    uvicorn: uvicorn.Server
    recorder: Recorder
    clients: list[httpx.Client] = field(default_factory=list)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something in the server's event loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(20)

    def client(self, **more: Any) -> httpx.Client:
        """A browser that nobody enrolled."""
        made = httpx.Client(base_url=self.url, timeout=10, **more)
        self.clients.append(made)
        return made

    def take(self, *said: Plain) -> None:
        """Put something on the record as the server takes it."""
        for answer in self.run(self.server.say([Taken(fields=one) for one in said])):
            assert answer.index is not None, answer.aside

    def enrol(self, device: Device) -> Screen:
        """Enrol a device and let it open its session."""
        self.take(device.enrolled())
        self.run(self.door.refresh())
        return Screen(device=device, client=self.client())


@dataclass(kw_only=True)
class Screen:
    """An enrolled device, with its session."""

    device: Device
    client: httpx.Client

    def __post_init__(self) -> None:
        kid = thumbprint(self.device.key.public)
        asked = self.client.post("/api/sessions/challenge", json={"kid": kid}).json()
        signed = self.device.key.sign(b"showclear-session/1\n" + asked["challenge"].encode())
        told = {"kid": kid, **asked, "signature": encode_base64url(signed).decode()}
        opened = self.client.post("/api/sessions", json=told)
        assert opened.status_code == 200, opened.text

    def sign(self, *said: Plain) -> list[Plain]:
        """Let it be sealed, and sign it."""
        sealed = self.client.post("/api/prepare", json={"statements": list(said)})
        assert sealed.status_code == 200, sealed.text
        return [
            {
                "jws": sign_statement(one["payload"].encode(), self.device.key).decode(),
                **_texts(one),
            }
            for one in sealed.json()["prepared"]
        ]

    def post(self, *signed: Plain) -> httpx.Response:
        """Send what is signed."""
        return self.client.post("/api/acts", json={"statements": list(signed)})

    def say(self, *said: Plain) -> list[Plain]:
        """Say something, and return what came of each."""
        answer = self.post(*self.sign(*said))
        assert answer.status_code == 200, answer.text
        found: list[Plain] = answer.json()["answers"]
        return found


def _texts(prepared: Mapping[str, Any]) -> Plain:
    for one in prepared["texts"].values():
        assert len(decode_base64url(one["salt"], what="The salt")) == 16
    return {"texts": prepared["texts"]}


@contextmanager
def served(
    path: Path,
    *,
    kind: Kind = "production",
    limits: Limits | None = None,
    pace: Pace = QUICK,
    views: Mapping[str, View] | None = None,
) -> Iterator[Served]:
    """Serve a production of a western with one revolver, one rubber double, and its crew."""
    story = production(path / "set", sample=kind == "sample")
    story.take(*crew_and_guns())
    story.close()
    made: list[Served] = []
    up = threading.Event()

    async def serve(stack: ExitStack) -> None:
        folder = stack.enter_context(writing(story.path))
        server = await SetServer.opened(
            lambda: Recorder(folder, story.shelf, clock=lambda: story.now, random=story.random),
            clock=lambda: story.now,
            zone=UTC,
            kind=kind,
        )
        door = await open_door(server, FileBadges(path / "badges.json"), random=story.random)
        kept = AttachmentFolder(path / "photos")
        shown: dict[str, Any] = {} if views is None else {"views": views}
        app = application(server, door, limits=limits, pace=pace, photos=kept, **shown)
        web, running = await _listening(app)
        made.append(_found(story, server, door, app, web))
        up.set()
        await running
        await door.close()
        await server.close()

    def thread() -> None:
        try:
            with ExitStack() as stack:
                asyncio.run(serve(stack))
        finally:
            up.set()

    running = threading.Thread(target=thread)
    running.start()
    up.wait(20)
    try:
        assert made, "the server did not start"
        yield made[0]
    finally:
        for found in made:
            for client in found.clients:
                client.close()
            found.uvicorn.should_exit = True
        running.join(20)


async def _listening(app: FastAPI) -> tuple[uvicorn.Server, asyncio.Task[None]]:
    """Answer on a free port of this machine."""
    web = _Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=0,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
    )
    running = asyncio.create_task(web.serve())
    while not web.started and not running.done():
        await asyncio.sleep(0.005)
    return web, running


def _found(
    story: Production, server: SetServer, door: Door, app: FastAPI, web: uvicorn.Server
) -> Served:
    return Served(
        story=story,
        url=f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}",
        server=server,
        door=door,
        app=app,
        loop=asyncio.get_running_loop(),
        uvicorn=web,
        recorder=server._recorder,
    )


class _Server(uvicorn.Server):
    """Stops as the program does: streams first."""

    async def shutdown(self, sockets: Any = None) -> None:
        app: Any = self.config.app
        app.state.hub.end()
        await super().shutdown(sockets)
        # A process that ends closes them; a thread that ends does not.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0.05)


class Stream:
    """A stream, read as a browser reads it, in a thread of its own."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.events: list[tuple[str, Plain]] = []
        self.came = threading.Condition()
        self.ended = threading.Event()
        self._client, self._name = client, name
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            with self._client.stream("GET", f"/api/stream/{self._name}", timeout=30) as answer:
                self.status, self.headers = answer.status_code, answer.headers
                kind = ""
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        kind = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        self._add(kind, json.loads(line.removeprefix("data: ")))
        except httpx.HTTPError:
            # The test closed it, or the server went: what came is what is asked about.
            pass
        finally:
            self.ended.set()

    def _add(self, kind: str, told: Plain) -> None:
        with self.came:
            self.events.append((kind, told))
            self.came.notify_all()

    def views(self) -> list[Plain]:
        return [told for kind, told in self.events if kind == "view"]

    def beats(self) -> list[Plain]:
        return [told for kind, told in self.events if kind == "beat"]

    def until(self, fits: Callable[[Stream], bool], *, seconds: float = 5) -> None:
        """Wait until something came."""
        with self.came:
            came = self.came.wait_for(lambda: fits(self), timeout=seconds)
        assert came, self.events[-5:]

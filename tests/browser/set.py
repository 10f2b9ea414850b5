"""A film set's server as it really runs, with a clock that a story sets.

* A real production in a folder, a real record, real sockets: plain http on this machine,
  https beside it, and plain http on another address of this machine, as a stranger's phone
  on the set's network would come.
* It runs in a thread of the test's own process, so that a story can look into the record.
* What happens off the screens (a rubber gun that the property master hands out) a story says
  by `says`, as the server's own screen would take it.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from showclear.adapters.badges_file import FILE_NAME, FileBadges
from showclear.adapters.production_folder import PRIVATE
from showclear.app.incoming import Answer, Taken
from showclear.app.set_server import SetServer
from showclear.app.views.floor_mine import mine
from showclear.app.views.look import Look
from showclear.cli import serving_open
from showclear.core.case import Case
from showclear.web.application import application
from showclear.web.door import Door, open_door
from showclear.web.streams import Pace

ROOT: Final = Path(__file__).resolve().parents[2]
WESTERN_DAY: Final = ROOT / "cases" / "western-day" / "case.yaml"
PATIENCE_SECONDS: Final = 8.0
HERE: Final = "127.0.0.1"
PACE: Final = Pace(beat=0.2)
"""A screen learns the time from beats: a story that sets the clock does not wait two seconds."""

T = TypeVar("T")
Plain = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate that nobody else signed, and its key: files in PEM."""

    cert: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """Make one for this machine, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "showclear test")])
    start = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    found = Certificate(cert=folder / "cert.pem", key=folder / "key.pem")
    found.cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return found


def other_address() -> str:
    """An address of this machine that is not loopback; empty if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            # Nothing is sent: connecting a datagram socket only chooses the way out.
            one.connect(("192.0.2.200", 9))
            found = str(one.getsockname()[0])
        except OSError:
            return ""
    return "" if found.startswith("127.") else found


class FilmSet:
    """A set's server, running. To be used from the test's own thread.

    Attributes:
        here: Plain http on this machine: a browser trusts it as it trusts https.
        tls: https on this machine, with a certificate that nobody else signed.
        across: Plain http on another address of this machine; empty if it has none.
    """

    def __init__(self, served: serving_open.Served, *, certificate: Certificate) -> None:
        self._served, self._certificate = served, certificate
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="film set")
        self._servers: list[uvicorn.Server] = []
        self._running: list[asyncio.Task[None]] = []
        self.server: SetServer
        self.door: Door
        self.here = self.tls = self.across = ""

    # --- beginning and ending -----------------------------------------------------------

    def starts(self) -> FilmSet:
        """Open the record and listen."""
        self._thread.start()
        self._do(self._start())
        return self

    async def _start(self) -> None:
        served = self._served
        self.server = await SetServer.opened(
            served.make, clock=served.clock, zone=served.zone, kind=served.kind
        )
        self.door = await open_door(
            self.server,
            FileBadges(served.folder / PRIVATE / FILE_NAME),
            random=secrets.token_bytes,
        )
        app = application(self.server, self.door, pace=PACE)
        app.state.set_forward = served.set_forward
        self._hub = app.state.hub
        self.here = await self._listens(app, HERE)
        self.tls = await self._listens(app, HERE, tls=True)
        if other := other_address():
            self.across = await self._listens(app, other)

    async def _listens(self, app: Any, host: str, *, tls: bool = False) -> str:
        kept: dict[str, Any] = {}
        if tls:
            kept = {"ssl_certfile": self._certificate.cert, "ssl_keyfile": self._certificate.key}
        one = uvicorn.Server(
            uvicorn.Config(
                app,
                host=host,
                port=0,
                http="httptools",
                ws="none",
                lifespan="off" if self._servers else "on",
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=2,
                **kept,
            )
        )
        # Signals are the test run's.
        one.capture_signals = nullcontext  # type: ignore[assignment]
        self._servers.append(one)
        self._running.append(asyncio.get_running_loop().create_task(one.serve()))
        while not one.started:
            if self._running[-1].done():
                await self._running[-1]
            await asyncio.sleep(0.01)
        port = one.servers[0].sockets[0].getsockname()[1]
        return f"{'https' if tls else 'http'}://{host}:{port}"

    def ends(self) -> None:
        """Stop listening, let go of the record."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._hub.end()
        for one in self._servers:
            one.should_exit = True
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.door.close()
        await self.server.close()

    def _do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(PATIENCE_SECONDS * 4)

    # --- time -------------------------------------------------------------------------------

    def at(self, hour: str) -> None:
        """Let it be this time of the day; the clock never goes back."""
        now = self.now
        hours, minutes = hour.split(":")
        there = now.astimezone(self._served.zone)
        self._set_forward(
            there.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
        )

    def is_at(self, moment: str) -> None:
        """Let it be this moment, unless it is past it already."""
        self._set_forward(datetime.fromisoformat(moment))

    def later(self, minutes: float) -> None:
        """Let so many minutes pass."""
        self._set_forward(self.now + timedelta(minutes=minutes))

    def _set_forward(self, to: datetime) -> None:
        assert self._served.set_forward is not None
        self._served.set_forward(to.astimezone(UTC))

    @property
    def case(self) -> Case:
        """The case that is said here."""
        assert self._served.case is not None
        return self._served.case

    @property
    def now(self) -> datetime:
        """The server's time, UTC."""
        return self._served.clock()

    # --- the record ---------------------------------------------------------------------------

    def look(self, view: Callable[[Look], T]) -> T:
        """Work something out on the record as it stands."""
        return self._do(self.server.look(view))

    @property
    def size(self) -> int:
        """Entries in the log."""
        return self.look(lambda look: look.size)

    def grows_beyond(self, size: int) -> None:
        """Wait until the log has more entries than this."""
        self.comes_to(lambda look: look.size > size, f"something is said after entry {size}")

    def comes_to(self, be: Callable[[Look], object], what: str) -> None:
        """Wait until this holds of the record, or fail with what was waited for."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.look(be):
            assert time.monotonic() < until, f"it never came to this: {what}"
            time.sleep(0.01)

    def holder(self, weapon: str) -> str:
        """Who has a weapon, as the record knows it; empty for nobody."""
        return self.look(lambda look: str(look.state.weapons[weapon].holder or ""))

    def asked_of(self, person: str) -> list[str]:
        """The keys of what somebody alone is asked to confirm."""
        return self.look(lambda look: [one["act"]["key"] for one in mine(look, person)["wanted"]])

    def said(self, what: str) -> list[Plain]:
        """Everything of one tag on the record, oldest first, with the fields it was said with."""
        return self.look(lambda look: _said(look, what))

    def says(self, *said: Mapping[str, Any]) -> list[Answer]:
        """Say what happened where no screen was: each on its speaker's badge, now."""
        at = self.now.isoformat()
        full = [
            {"id": f"off-{secrets.token_hex(6)}", "at": at, "attested": "badge", **one}
            for one in said
        ]
        answers = self._do(self.server.say([Taken(fields=one) for one in full]))
        assert all(one.aside is None for one in answers), [one.aside for one in answers]
        return answers

    # --- who may come in ------------------------------------------------------------------------

    def invites(self, kind: str, person: str = "") -> str:
        """Make a code as whoever started the server would; return the path that has it."""

        async def make() -> str:
            offer = self.door.enrolments.make(kind=kind, person=person, starting=True)
            assert offer is not None
            return f"/enrol#{offer.code}"

        return self._do(make())

    def gives(self, person: str, *, pin: str | None = None, badge: str | None = None) -> None:
        """Give somebody a PIN or a badge, and say so on the record."""
        self.says({"what": "badge.issued", "by": "ad", "person": person})

        async def give() -> bool:
            return await asyncio.to_thread(self.door.badges.give, person, pin=pin, badge=badge)

        assert self._do(give())


def _said(look: Look, what: str) -> list[Plain]:
    return [
        {
            **{key: getattr(told.said, key) for key in told.said.__dataclass_fields__},
            "answer": told.answer,
            "missing": told.missing,
            "device": told.device,
        }
        for told in look.memory.told
        if told.said.what == what
    ]


@contextmanager
def sample(case: Path, *, until: str, certificate: Certificate) -> Iterator[FilmSet]:
    """A set on which a case was said up to a moment: a time of its day, or a statement's id."""
    with ExitStack() as open_:
        with _files_read_once():
            served = open_.enter_context(serving_open.sample(case, until=until, zone=""))
        film = FilmSet(served, certificate=certificate).starts()
        try:
            yield film
        finally:
            film.ends()


@contextmanager
def _files_read_once() -> Iterator[None]:
    """Read each case and the packs once in a run: a set takes longer to read than to make."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(serving_open, "read_case", _case)
        patched.setattr(serving_open, "installed", _packs)
        yield


_case = cache(serving_open.read_case)
_packs = cache(serving_open.installed)

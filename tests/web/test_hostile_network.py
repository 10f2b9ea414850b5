"""A phone on the set's network floods, holds, and asks under false names.

Protects: whoever wants to stop the set while somebody else means harm, and the screens of the
cart meanwhile. What is shut is shut for whoever asks too much, and for nobody beside them.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
import uvicorn

from showclear.web.connections import HEAD_BYTES_MAX, Guarded, Room
from showclear.web.limits import Limits, Rate
from tests.stories.production import Device
from tests.web.coming_in import bring, code, code_for, comes_in, me
from tests.web.serving import Screen, Served, Stream, served


@pytest.fixture(scope="module")
def set_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("network")) as found:
        yield found


@pytest.fixture(scope="module")
def tablet(set_: Served) -> Screen:
    return comes_in(set_, "cart")


def port_of(set_: Served) -> int:
    return int(set_.url.rpartition(":")[2])


def raw(port: int, sent: bytes, *, seconds: float = 2.0) -> bytes:
    """Send bytes as nobody's browser does, and read what comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as link:
        link.sendall(sent)
        came = b""
        with suppress(TimeoutError, OSError):
            while piece := link.recv(65_536):
                came += piece
        return came


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


# --- names -------------------------------------------------------------------------------------

ODD = [
    b"localhost:\xb2",
    b"localhost:99999",
    b"localhost:80:80",
    b"[127.0.0.1]",
    b"[::1",
    b"[::1]x",
    b"[::1%evil]",
    b"::1",
    b"evil.example",
    b"127.1",
    b"2130706433",
    b"e\xc3\xa4.local",
    b"localhost@evil.example",
    b"",
]


@pytest.mark.parametrize("host", ODD, ids=repr)
def test_a_name_that_is_not_one_is_not_answered_to(set_: Served, host: bytes) -> None:
    asked = b"GET /api/view/cart HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"

    assert status(raw(port_of(set_), asked)) in (400, 421)


def test_two_names_at_once_are_none(set_: Served) -> None:
    asked = b"GET /api/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"

    assert 421 == status(raw(port_of(set_), asked, seconds=0.5))


def test_a_path_that_names_another_host_is_read_as_a_path(set_: Served) -> None:
    for path in (b"http://evil.example/api/me", b"//evil.example/", b"/paper/x%0d%0aA:%20b/"):
        asked = b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answer = raw(port_of(set_), asked)
        head = answer.partition(b"\r\n\r\n")[0]

        assert b"evil.example" not in head
        assert b"\r\na: b" not in head.lower()


SMUGGLED = [
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    b"Content-Length: 2\r\nContent-Length: 50\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n",
    b"Content-Length: " + b"9" * 5_000 + b"\r\n",
]


@pytest.mark.parametrize("lengths", SMUGGLED, ids=lambda one: one[:40].decode())
def test_a_body_of_two_lengths_is_no_request(set_: Served, lengths: bytes) -> None:
    asked = b"POST /api/stop HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    body = b"2\r\n{}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = raw(port_of(set_), asked + lengths + b"\r\n" + body, seconds=0.5)

    assert 400 == status(answer)
    assert 1 == answer.count(b"HTTP/1.1")


# --- whoever only seems to sit here ------------------------------------------------------------


@pytest.mark.parametrize("name", ["x-forwarded-host", "x-forwarded-proto", "cf-connecting-ip"])
def test_what_a_proxy_passes_on_is_not_from_this_machine(set_: Served, name: str) -> None:
    assert not me(set_.client(headers={name: "set.example"}))["loopback"]


def test_a_proxy_that_says_nothing_is_known_by_its_old_language(set_: Served) -> None:
    asked = b"GET /api/view/cart HTTP/1.0\r\nHost: localhost\r\n\r\n"

    assert 401 == status(raw(port_of(set_), asked))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    "path", ["/api/view/cart", "/api/gates?gate=resume&on=all", "/api/stream/cart", "/metrics"]
)
def test_a_strangers_page_in_a_browser_here_keeps_nothing_busy(
    set_: Served, path: str, site: str
) -> None:
    """What it asks it could not read; but the record would work for it."""
    by_fetch = set_.client().get(path, headers={"sec-fetch-site": site})
    by_origin = set_.client().get(path, headers={"origin": "https://evil.example"})

    assert ["other-origin"] * 2 == [code(by_fetch), code(by_origin)]


def test_a_link_on_a_strangers_page_still_opens_ours(set_: Served) -> None:
    for path in ("/", "/enrol", "/stop", "/static/js/shell.js"):
        assert set_.client().get(path, headers={"sec-fetch-site": "cross-site"}).is_success


# --- too much ----------------------------------------------------------------------------------

FEW = Limits(
    requests=Rate(at_once=12, a_second=0.001),
    acts=Rate(at_once=12, a_second=0.001),
    streams=2,
    all_streams=2,
    spare_this_machine=False,
)


def test_whoever_floods_from_the_tablets_own_address_slows_only_themselves(
    tmp_path: Path,
) -> None:
    """Behind one wireless box all phones of a set may have one address."""
    with served(tmp_path, limits=FEW) as set_:
        tablet = comes_in(set_, "cart")
        stranger = set_.client()
        answers = [stranger.get("/api/me").status_code for _ in range(20)]

        assert 429 == answers[-1]
        assert 200 == tablet.client.get("/api/me").status_code


def test_however_many_strangers_look_the_cart_has_its_screen(tmp_path: Path) -> None:
    with served(tmp_path, limits=FEW) as set_:
        tablet = comes_in(set_, "cart")
        crowd = [Stream(set_.client(), "board") for _ in range(2)]
        for one in crowd:
            one.until(lambda s: bool(s.views()))
        refused = set_.client().get("/api/stream/board")
        cart = Stream(tablet.client, "cart")
        cart.until(lambda s: bool(s.views()))

        assert "too-many-streams" == code(refused)


def test_whoever_guesses_codes_keeps_no_right_one_out(tmp_path: Path) -> None:
    """The guesser and the new tablet may share an address."""
    with served(tmp_path) as set_:
        tablet = comes_in(set_, "cart")
        for n in range(12):
            last = bring(set_.client(), Device(name=f"g{n}"), "QUILLFEATHER")

        assert "too-many-tries" == code(last)
        assert 201 == bring(set_.client(), Device(name="new"), code_for(set_)).status_code
        Screen(device=tablet.device, client=set_.client())


def test_what_anybody_may_send_is_short(set_: Served) -> None:
    long = b'{"kid": "' + b"x" * 9_000 + b'"}'
    for path in ("/api/stop", "/api/sessions", "/api/sessions/challenge", "/api/devices"):
        answer = set_.client().post(
            path, content=long, headers={"content-type": "application/json"}
        )
        assert 413 == answer.status_code


def test_photos_come_no_faster_than_people_take_them(tmp_path: Path) -> None:
    """A stolen tablet that fills the disk would keep a stop from being stored."""
    few = Limits(photos=Rate(at_once=2, a_second=0.001), spare_this_machine=False)
    with served(tmp_path, limits=few) as set_:
        tablet = comes_in(set_, "cart")
        kind = {"content-type": "image/jpeg"}
        codes = [code(tablet.client.post("/api/photos", content=b"x", headers=kind)) for _ in "abc"]

        assert ["not-a-photo", "not-a-photo", "too-often"] == codes


# --- connections -------------------------------------------------------------------------------


@contextmanager
def guarded(set_: Served, *, places: int = 50, head_seconds: float = 0.4) -> Iterator[int]:
    """Serve the same application with a guard on its connections, as the program does."""

    class Quick(Guarded):
        room = Room(places)

    Quick.head_seconds = head_seconds
    config = uvicorn.Config(
        set_.app, host="127.0.0.1", port=0, http=Quick, lifespan="off", log_config=None
    )
    web = uvicorn.Server(config)
    running = asyncio.run_coroutine_threadsafe(web.serve(), set_.loop)
    try:
        until = monotonic() + 10
        while not web.started and monotonic() < until:
            sleep(0.01)
        yield web.servers[0].sockets[0].getsockname()[1]
    finally:
        web.should_exit = web.force_exit = True
        running.result(20)


def ended(link: socket.socket, *, seconds: float) -> bool:
    """Whether the other side ends a connection in time."""
    link.settimeout(seconds)
    until = monotonic() + seconds
    try:
        while monotonic() < until:
            if not link.recv(65_536):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


PRESS = (
    b"POST /api/stop HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
)


def test_stop_finds_a_place_beside_whoever_holds_all_of_them(set_: Served) -> None:
    with guarded(set_, places=30, head_seconds=30) as port, ExitStack() as held:
        for _ in range(120):
            link = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            link.sendall(b"GET / HTTP/1.1\r\nHost: loc")

        assert 200 == status(raw(port, PRESS))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET",
        b"POST /api/acts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n{",
    ],
    ids=["nothing", "half a head", "line ends", "half a second one", "answered, not whole"],
)
def test_a_connection_that_says_nothing_whole_is_ended(set_: Served, said: bytes) -> None:
    with (
        guarded(set_) as port,
        socket.create_connection(("127.0.0.1", port)) as link,
    ):
        link.sendall(said)

        assert ended(link, seconds=4)


def test_a_head_without_end_is_not_kept(set_: Served) -> None:
    with (
        guarded(set_, head_seconds=30) as port,
        socket.create_connection(("127.0.0.1", port)) as link,
    ):
        link.sendall(b"GET / HTTP/1.1\r\nX: ")
        sent = 0
        with suppress(OSError):
            while sent < 40 * HEAD_BYTES_MAX:
                link.sendall(b"x" * 65_536)
                sent += 65_536
                sleep(0.005)

        assert sent < 40 * HEAD_BYTES_MAX


def test_a_screen_that_looks_on_is_no_idle_connection(set_: Served) -> None:
    with (
        guarded(set_) as port,
        socket.create_connection(("127.0.0.1", port)) as link,
    ):
        link.sendall(b"GET /api/stream/board HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert not ended(link, seconds=1.5)


def test_who_has_most_connections_loses_the_oldest() -> None:
    class One:
        def __init__(self) -> None:
            self.over = False

        def abort(self) -> None:
            self.over = True

    room = Room(4)
    hostile, honest = [One() for _ in range(9)], One()
    room.enter("10.0.0.9", honest)
    for one in hostile:
        room.enter("10.0.0.66", one)

    assert not honest.over
    assert hostile[0].over


def test_a_flood_of_presses_from_many_threads_lets_everybody_through(set_: Served) -> None:
    """The same bytes a page sends, as fast as sockets take them."""
    answers: list[int] = []

    def presses() -> None:
        for _ in range(25):
            answers.append(status(raw(port_of(set_), PRESS, seconds=10)))

    crowd = [threading.Thread(target=presses) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert [200] * 200 == answers

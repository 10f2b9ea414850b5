"""Everybody sees within a moment what was just recorded, and a screen never lies by silence.

Protects: whoever looks at the wall before stepping in front of a weapon. A slow phone must not
hold up the board; a board that cannot be made must not go on as if it were current.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from showclear.app.views.look import Look
from showclear.web.limits import Limits
from showclear.web.refusals import RefusedError
from showclear.web.streams import Hub, Pace
from tests.stories.production import Device, Plain, props_takes_out
from tests.web.serving import QUICK, Screen, Served, Stream, served


def outs(look: Look) -> Plain:
    """A screen that shows how much was said, and nothing else."""
    return {"now": look.now.isoformat(), "said": len(look.memory.told), "size": look.size}


def out(set_: Served) -> Plain:
    told = props_takes_out(f"out/{uuid4().hex[:8]}", set_.story.clock())
    return {**told, "attested": "shared-tablet"}


def test_a_stream_begins_with_the_view_as_it_is(set_: Served, cart: Screen) -> None:
    stream = Stream(set_.client(), "board")
    stream.until(lambda s: bool(s.views()))

    assert 200 == stream.status
    assert "text/event-stream" in stream.headers["content-type"]
    assert "no-store" == stream.headers["cache-control"]
    assert "no" == stream.headers["x-accel-buffering"]
    assert "view" == stream.events[0][0]


def test_what_was_recorded_is_pushed_within_a_moment(tmp_path: Path) -> None:
    with served(tmp_path, views={"board": outs}) as set_:
        cart = set_.enrol(Device(name="cart"))
        stream = Stream(set_.client(), "board")
        stream.until(lambda s: bool(s.views()))
        (answer,) = cart.say(out(set_))
        began = time.monotonic()
        stream.until(lambda s: s.views()[-1]["size"] > answer["index"])

    assert time.monotonic() - began < 0.5


def test_a_beat_comes_while_nothing_happens(tmp_path: Path) -> None:
    with served(tmp_path, views={"board": outs}) as set_:
        stream = Stream(set_.client(), "board")
        stream.until(lambda s: len(s.beats()) >= 3)

    assert 1 == len(stream.views()), "nothing changed but the time, so nothing was sent"
    assert all("now" in beat for beat in stream.beats())


def test_a_view_that_cannot_be_made_stops_the_beats_and_heals(tmp_path: Path) -> None:
    broken = False

    def fragile(look: Look) -> Plain:
        if broken:
            raise LookupError("somebody's words")
        return outs(look)

    with served(tmp_path, views={"board": fragile}) as set_:
        cart = set_.enrol(Device(name="cart"))
        stream = Stream(set_.client(), "board")
        stream.until(lambda s: bool(s.beats()))
        broken = True
        cart.say(out(set_))
        time.sleep(0.3)
        silent_from = len(stream.events)
        time.sleep(0.5)

        assert silent_from == len(stream.events), "no beat claims what is not so"
        broken = False
        views = len(stream.views())
        stream.until(lambda s: len(s.views()) > views)


def test_time_alone_changes_a_screen(tmp_path: Path) -> None:
    def minutes(look: Look) -> Plain:
        return {"age": (look.now - datetime(2026, 6, 9, tzinfo=UTC)).total_seconds()}

    with served(tmp_path, views={"board": minutes}) as set_:
        stream = Stream(set_.client(), "board")
        stream.until(lambda s: bool(s.views()))
        set_.story.later(20)
        stream.until(lambda s: len(s.views()) > 1)

    assert 1200 == stream.views()[-1]["age"] - stream.views()[0]["age"]


def test_a_reader_that_takes_nothing_delays_nobody_and_is_let_go(tmp_path: Path) -> None:
    def long(look: Look) -> Plain:
        return {**outs(look), "long": "x" * 400_000}

    with served(tmp_path, views={"board": long}) as set_:
        cart = set_.enrol(Device(name="cart"))
        host, port = set_.url.removeprefix("http://").split(":")
        slow = socket.create_connection((host, int(port)))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET /api/stream/board HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        stream = Stream(set_.client(), "board")
        stream.until(lambda s: bool(s.views()))
        for _ in range(15):
            (answer,) = cart.say(out(set_))
            began = time.monotonic()
            stream.until(lambda s, index=answer["index"]: s.views()[-1]["size"] > index)  # type: ignore[misc]

            assert time.monotonic() - began < 0.5
        deadline = time.monotonic() + 5
        while not set_.app.state.hub.dropped and time.monotonic() < deadline:
            cart.say(out(set_))
            time.sleep(0.1)
        slow.close()

        assert 1 == set_.app.state.hub.dropped


def test_a_view_is_made_once_for_all_who_look(tmp_path: Path) -> None:
    made = 0

    def counted(look: Look) -> Plain:
        nonlocal made
        made += 1
        return outs(look)

    with served(tmp_path, views={"board": counted}) as set_:
        cart = set_.enrol(Device(name="cart"))
        streams = [Stream(set_.client(), "board") for _ in range(12)]
        for stream in streams:
            stream.until(lambda s: bool(s.views()))
        before = made
        (answer,) = cart.say(out(set_))
        for stream in streams:
            stream.until(lambda s: s.views()[-1]["size"] > answer["index"])

        assert made - before <= 3


def test_nobody_looking_costs_nothing(tmp_path: Path) -> None:
    made = 0

    def counted(look: Look) -> Plain:
        nonlocal made
        made += 1
        return outs(look)

    with served(tmp_path, views={"board": counted}) as set_:
        cart = set_.enrol(Device(name="cart"))
        cart.say(out(set_))
        time.sleep(0.9)

        assert 0 == made


def test_a_session_that_ends_ends_its_streams(tmp_path: Path) -> None:
    with served(tmp_path, views={"board": outs, "cart": outs}) as set_:
        cart = set_.enrol(Device(name="cart"))
        stream = Stream(cart.client, "cart")
        stream.until(lambda s: bool(s.views()))
        set_.take(cart.device.revoked(set_.story.clock()))

        assert stream.ended.wait(3)


def test_the_server_stops_within_three_seconds_with_streams_open(tmp_path: Path) -> None:
    with served(tmp_path, views={"board": outs}) as set_:
        streams = [Stream(set_.client(), "board") for _ in range(5)]
        for stream in streams:
            stream.until(lambda s: bool(s.views()))
        began = time.monotonic()
        set_.uvicorn.should_exit = True
        for stream in streams:
            assert stream.ended.wait(3)

    assert time.monotonic() - began < 3


def test_a_reader_that_takes_nothing_does_not_keep_the_server_from_stopping(
    tmp_path: Path,
) -> None:
    def long(look: Look) -> Plain:
        return {**outs(look), "long": "x" * 4_000_000}

    patient = replace(QUICK, slow=60.0)
    with served(tmp_path, views={"board": long}, pace=patient) as set_:
        host, port = set_.url.removeprefix("http://").split(":")
        slow = socket.create_connection((host, int(port)))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET /api/stream/board HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(0.5)
        began = time.monotonic()
    took = time.monotonic() - began
    slow.close()

    assert took < 4, "2 s of grace, and then it lets go"


def test_one_address_has_so_many_streams_and_no_more(tmp_path: Path) -> None:
    few = Limits(streams=2, spare_this_machine=False)
    with served(tmp_path, limits=few, views={"board": outs}) as set_:
        streams = [Stream(set_.client(), "board") for _ in range(2)]
        for stream in streams:
            stream.until(lambda s: bool(s.views()))
        refused = set_.client().get("/api/stream/board")

        assert 429 == refused.status_code
        assert "too-many-streams" == refused.json()["code"]
        assert refused.headers["retry-after"]


def test_a_stream_that_was_left_gives_its_place_back(tmp_path: Path) -> None:
    few = Limits(streams=1, spare_this_machine=False)
    with served(tmp_path, limits=few, views={"board": outs}) as set_:
        for _ in range(4):
            with set_.client().stream("GET", "/api/stream/board") as answer:
                assert 200 == answer.status_code
                next(answer.iter_lines())
            deadline = time.monotonic() + 3
            while set_.app.state.hub.streams and time.monotonic() < deadline:
                time.sleep(0.02)

        assert 0 == set_.app.state.hub.streams


def test_the_view_once_is_the_same_one(set_: Served, cart: Screen) -> None:
    once = set_.client().get("/api/view/board")
    stream = Stream(set_.client(), "board")
    stream.until(lambda s: bool(s.views()))

    assert {**once.json(), "now": ""} == {**stream.views()[0], "now": ""}


# --- the hub alone, at odds with its server -------------------------------------------------


class Stuck:
    """Something that can be looked at until it cannot."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()
        self.told: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return datetime(2026, 6, 9, 8, 0, tzinfo=UTC)

    async def look(self, view: Callable[[Any], Any]) -> Any:
        await self.free.wait()
        return view(None)

    def listen(self, told: Callable[[], None]) -> Callable[[], None]:
        self.told = told
        return lambda: None


def test_while_the_record_cannot_be_read_there_is_no_beat() -> None:
    async def story() -> tuple[int, int]:
        stuck = Stuck()
        # Rarely made anew: what stops the beats is that something was recorded meanwhile.
        hub = Hub(stuck, {"board": lambda _: {"a": 1}}, pace=Pace(beat=0.1, behind=0.5))
        running = asyncio.create_task(hub.run())
        events: list[bytes] = []

        async def read() -> None:
            async for event in hub.events("board"):
                events.append(event)

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.4)
        stuck.free.clear()
        stuck.told()
        await asyncio.sleep(1.2)
        silent_from = len(events)
        await asyncio.sleep(0.5)
        silent = len(events) - silent_from
        stuck.free.set()
        await asyncio.sleep(0.5)
        came = len(events) - silent_from
        hub.end()
        await asyncio.wait_for(asyncio.gather(running, reading), 2)
        return silent, came

    silent, came = asyncio.run(story())

    assert 0 == silent
    assert came


def test_who_asks_once_is_told_when_nothing_can_be_read() -> None:
    async def story() -> None:
        stuck = Stuck()
        stuck.free.clear()
        hub = Hub(stuck, {"board": lambda _: {"a": 1}}, pace=Pace(wait=0.2))
        running = asyncio.create_task(hub.run())
        try:
            with pytest.raises(RefusedError) as refused:
                await hub.once("board")
            assert "not-current" == refused.value.refusal.code
        finally:
            stuck.free.set()
            hub.end()
            await asyncio.wait_for(running, 3)

    asyncio.run(story())


def test_who_comes_while_a_view_is_made_gets_one_begun_afterwards() -> None:
    """Who said something and looks at once finds it there, whoever was looking before."""

    class Slow(Stuck):
        async def look(self, view: Callable[[Any], Any]) -> Any:
            seen = view(None)
            await self.free.wait()
            return seen

    async def story() -> bytes:
        slow, said = Slow(), [1]
        hub = Hub(slow, {"board": lambda _: {"said": len(said)}}, pace=Pace(together=0.01))
        running = asyncio.create_task(hub.run())
        await hub.once("board")
        slow.free.clear()
        slow.told()
        before = asyncio.create_task(hub.once("board"))
        while hub.channels["board"].making is None:
            await asyncio.sleep(0.01)
        said.append(2)
        after = asyncio.create_task(hub.once("board"))
        await asyncio.sleep(0.05)
        slow.free.set()
        found = await asyncio.wait_for(after, 3)
        await before
        hub.end()
        await asyncio.wait_for(running, 3)
        return found

    assert b'"said":2' in asyncio.run(story())


def test_everybody_together_has_so_many_streams_and_no_more() -> None:
    async def story() -> str:
        hub = Hub(Stuck(), {}, limits=Limits(all_streams=2))
        leave = [hub.enter(f"10.0.0.{n}") for n in range(2)]
        with pytest.raises(RefusedError) as refused:
            hub.enter("10.0.0.9")
        leave[0]()
        hub.enter("10.0.0.9")
        return refused.value.refusal.code

    assert "full" == asyncio.run(story())


def test_after_the_end_nobody_comes_in(tmp_path: Path) -> None:
    with served(tmp_path, views={"board": outs}) as set_:
        set_.loop.call_soon_threadsafe(set_.app.state.hub.end)
        time.sleep(0.1)

        assert 503 == httpx.get(f"{set_.url}/api/stream/board").status_code

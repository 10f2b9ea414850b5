"""Anybody stops the set with one press from any phone, and is told at once if it did not stop.

Protects: the electrician who sees it first. No login, no reason, no name; a second press is the
same stop; and no stranger's page, and no child with a phone, can fill the record or lift a stop.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from showclear.ledger.errors import StorageError
from showclear.web.limits import Limits, Rate
from tests.stories.production import Device, Plain, saying
from tests.web.serving import Served, Stream, served


@pytest.fixture
def set_(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


def press(set_: Served, body: object = None, **more: Any) -> httpx.Response:
    return set_.client().post("/api/stop", json={} if body is None else body, **more)


def stops(set_: Served) -> dict[str, object]:
    return set_.run(set_.server.look(lambda look: dict(look.state.stops)))


def resumed(set_: Served) -> Plain:
    who = ["first-ad", "props"]
    return saying(
        "resumed/1",
        "work.resumed",
        at=set_.story.clock(),
        by="first-ad",
        scope="all",
        agreed_by=who,
    )


def test_one_press_of_a_phone_that_nobody_enrolled_stops_everything(set_: Served) -> None:
    answer = press(set_)

    assert 200 == answer.status_code
    told = answer.json()
    assert [told["stop"]] == list(stops(set_))
    assert "all" == told["scope"]
    assert not told["repeat"]
    assert told["answer"]["receipt"]
    assert "nobody named" in " ".join(told["says"])
    assert "not ring" in " ".join(told["says"])


def test_it_is_written_as_said_by_nobody_and_unsigned(set_: Served) -> None:
    told = press(set_).json()
    (said,) = [
        one
        for one in set_.run(set_.server.look(lambda look: [one.said for one in look.memory.told]))
        if one.id == told["answer"]["id"]
    ]

    assert ("anonymous", "unsigned") == (said.by, said.attested)


def test_stop_pressed_twice_is_one_stop(set_: Served) -> None:
    first, second = press(set_).json(), press(set_).json()

    assert first["stop"] == second["stop"]
    assert second["repeat"]
    assert 1 == len(stops(set_))


def test_ten_who_press_at_once_press_one_stop(set_: Served) -> None:
    with ThreadPoolExecutor(10) as crowd:
        told = list(crowd.map(lambda _: press(set_).json()["stop"], range(10)))

    assert 1 == len(set(told)) == len(stops(set_))


def test_after_a_restart_a_press_is_another_stop(set_: Served) -> None:
    first = press(set_).json()
    set_.take(resumed(set_))
    second = press(set_).json()

    assert first["stop"] != second["stop"]
    assert [second["stop"]] == list(stops(set_))


def test_what_is_named_is_stopped_alone(set_: Served) -> None:
    told = press(set_, {"scope": ["lineup"]}).json()

    assert ["lineup"] == told["scope"]
    assert 200 == press(set_).status_code
    assert 2 == len(stops(set_))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b'{"scope": 7}',
        b'{"scope": ["nobody-introduced"]}',
        b'{"scope": []}',
        b"[]",
    ],
)
def test_what_cannot_be_read_stops_everything(set_: Served, body: bytes) -> None:
    answer = set_.client().post(
        "/api/stop", content=body, headers={"Content-Type": "application/json"}
    )

    assert 200 == answer.status_code
    assert "all" == answer.json()["scope"]


def test_every_board_shows_it_within_a_second(set_: Served) -> None:
    stream = Stream(set_.client(), "board")
    stream.until(lambda s: bool(s.views()))
    seen = len(stream.views())
    press(set_)
    stream.until(lambda s: len(s.views()) > seen, seconds=1)


def test_a_page_of_somebody_elses_cannot_stop_a_set(set_: Served) -> None:
    foreign = press(set_, headers={"Origin": "https://evil.example"})
    form = set_.client().post("/api/stop", content=b"x=1", headers={"Content-Type": "text/plain"})

    assert (403, "other-origin") == (foreign.status_code, foreign.json()["code"])
    assert (415, "other-content") == (form.status_code, form.json()["code"])
    assert {} == stops(set_)


NOTHING_LEFT = Limits(
    requests=Rate(at_once=1, a_second=0.001),
    acts=Rate(at_once=1, a_second=0.001),
    stops=Rate(at_once=1, a_second=0.001),
    all_stops=Rate(at_once=1, a_second=0.001),
    spare_this_machine=False,
)
"""Somebody at the same address, or many from many, have used up whatever there is."""


def test_no_press_is_refused_however_many_came_before_it(tmp_path: Path) -> None:
    """Sixty phones may share one address with one that means harm."""
    with served(tmp_path, limits=NOTHING_LEFT) as set_:
        with ThreadPoolExecutor(8) as crowd:
            flood = list(crowd.map(lambda _: press(set_).status_code, range(120)))
        set_.take(resumed(set_))
        real = press(set_)

        assert {200} == set(flood)
        assert (200, False) == (real.status_code, real.json()["repeat"])
        assert [real.json()["stop"]] == list(stops(set_))


def test_a_flood_of_presses_writes_one_stop(tmp_path: Path) -> None:
    with served(tmp_path, limits=NOTHING_LEFT) as set_:
        before = set_.run(set_.server.look(lambda look: look.size))
        with ThreadPoolExecutor(8) as crowd:
            list(crowd.map(lambda _: press(set_), range(80)))
        after = set_.run(set_.server.look(lambda look: look.size))

        assert 1 == len(stops(set_))
        # The stop, and when it came.
        assert after - before <= 2


def test_who_stops_too_many_single_things_stops_everything_and_no_more(tmp_path: Path) -> None:
    """Scopes are many, and could fill the record; everything is one."""
    with served(tmp_path, limits=NOTHING_LEFT) as set_:
        first = press(set_, {"scope": ["lineup"]}).json()
        other = press(set_, {"scope": ["rubber"]}).json()
        third = press(set_, {"scope": ["dp", "outlaw"]}).json()

        assert ["lineup"] == first["scope"]
        assert ["all", "all"] == [other["scope"], third["scope"]]
        assert 2 == len(stops(set_))


def test_a_single_thing_that_is_stopped_already_is_answered_as_that(tmp_path: Path) -> None:
    with served(tmp_path, limits=NOTHING_LEFT) as set_:
        for _ in range(5):
            assert ["lineup"] == press(set_, {"scope": ["lineup"]}).json()["scope"]


def test_a_phone_that_goes_away_while_it_presses_takes_nobody_elses_press_along(
    set_: Served,
) -> None:
    port = int(set_.url.rpartition(":")[2])
    gone = socket.create_connection(("127.0.0.1", port))
    gone.sendall(
        b"POST /api/stop HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    )
    gone.close()

    assert 200 == press(set_).status_code
    assert 1 == len(stops(set_))


def test_a_stop_that_could_not_be_stored_is_never_taken_for_one(
    set_: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("no room")

    monkeypatch.setattr(set_.recorder, "_commit", full)
    answer = press(set_)

    assert (503, "stop-not-stored") == (answer.status_code, answer.json()["code"])
    assert "Shout" in answer.json()["next"]


def test_whoever_asked_for_too_much_may_still_stop(tmp_path: Path) -> None:
    few = Limits(requests=Rate(at_once=1, a_second=0.01), spare_this_machine=False)
    with served(tmp_path, limits=few) as set_:
        client = set_.client()
        client.get("/api/view/board")

        assert 429 == client.get("/api/view/board").status_code
        assert 200 == client.post("/api/stop", json={}).status_code


def test_two_people_restart_it_and_the_one_who_was_stopped_alone_cannot(set_: Served) -> None:
    press(set_)
    cart = set_.enrol(Device(name="cart"))
    alone = saying(
        "resumed/alone",
        "work.resumed",
        at=set_.story.clock(),
        by="first-ad",
        scope="all",
        agreed_by=["first-ad"],
    )
    (answer,) = cart.say({**alone, "attested": "shared-tablet"})

    assert "hold" == answer["verdict"]["answer"]
    assert 1 == len(stops(set_))

"""Every address stands in one table with who may use it, and is used by nobody else.

Protects: a route that somebody adds and forgets is open to nobody. What is offered to a role
is a table, too, and takes nothing away from the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from showclear.app import offering
from showclear.app.offering import NOT_OFFERED, OFFERED, offers
from showclear.core import vocabulary, words
from showclear.web.access import ROUTES, Guard
from showclear.web.access_page import PARTS, filled
from showclear.web.application import application
from tests.web.coming_in import comes_in, me
from tests.web.serving import Screen, Served

PAGE = Path(__file__).resolve().parents[2] / "docs" / "design" / "access.md"
PLAIN = {"/static/{path:path}", "/favicon.ico"}
"""Files of the program itself, without a word of the production: before every guard."""


def routes_in(routes: Iterable[object]) -> Iterator[tuple[str, str]]:
    """Every method and path, through whatever includes them."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from routes_in(inner.routes)
        elif isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods - {"HEAD"})
        else:
            assert getattr(route, "path", "") in PLAIN, route


def test_every_route_is_in_the_table_and_every_row_is_a_route(set_: Served) -> None:
    assert set(ROUTES) == set(routes_in(set_.app.routes))


def test_a_route_that_nobody_gave_a_guard_is_open_to_nobody(set_: Served, cart: Screen) -> None:
    router = APIRouter()
    router.add_api_route("/api/forgotten", lambda: {"secret": 1})
    made = application(set_.server, set_.door, routers=[router])

    async def asked() -> httpx.Response:
        there = httpx.ASGITransport(made, client=("127.0.0.1", 4000))
        cookies = dict(cart.client.cookies)
        async with httpx.AsyncClient(transport=there, base_url=set_.url, cookies=cookies) as client:
            return await client.get("/api/forgotten")

    found = set_.run(asked())
    assert (404, "no-such-page") == (found.status_code, found.json()["code"])


def asks(client: httpx.Client, method: str, path: str) -> httpx.Response:
    """Ask for an address with nothing that it takes; of a stream only whether it opens."""
    there = re.sub(r"\{[a-z0-9]+\}", "0", path)
    body = {} if method == "GET" else {"json": {}}
    with client.stream(method, there, **body) as answer:
        if "event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
        return answer


def turned_away(answer: httpx.Response) -> bool:
    return answer.status_code == 401


def ways(*guards: Guard) -> list[tuple[str, str]]:
    return sorted(way for way, guard in ROUTES.items() if guard in guards)


def named(way: tuple[str, str]) -> str:
    return " ".join(way)


NOT_SESSIONS = [way for way in ways(Guard.OPEN) if way != ("POST", "/api/sessions")]
"""A session is answered with 401 where no key is shown: that is its own refusal."""


@pytest.fixture(scope="module")
def phone(set_: Served) -> httpx.Client:
    """A stranger's phone: what a proxy passes on comes from no browser of this machine."""
    return set_.client(headers={"x-forwarded-for": "192.168.1.66"})


@pytest.mark.parametrize("way", NOT_SESSIONS, ids=named)
def test_what_is_open_turns_nobody_away(phone: httpx.Client, way: tuple[str, str]) -> None:
    assert not turned_away(asks(phone, *way))


@pytest.mark.parametrize("way", ways(Guard.LOOKING, Guard.ENROLLED, Guard.SAMPLE_KEY), ids=named)
def test_everything_else_turns_a_stranger_away(phone: httpx.Client, way: tuple[str, str]) -> None:
    assert turned_away(asks(phone, *way))


@pytest.mark.parametrize("way", ways(Guard.LOOKING), ids=named)
def test_a_browser_on_this_machine_may_look(set_: Served, way: tuple[str, str]) -> None:
    assert not turned_away(asks(set_.client(), *way))


@pytest.mark.parametrize("way", ways(Guard.ENROLLED, Guard.SAMPLE_KEY), ids=named)
def test_being_on_this_machine_is_not_enough_to_act(set_: Served, way: tuple[str, str]) -> None:
    assert turned_away(asks(set_.client(), *way))


@pytest.mark.parametrize("way", ways(Guard.LOOKING, Guard.ENROLLED), ids=named)
def test_an_enrolled_device_may(set_: Served, cart: Screen, way: tuple[str, str]) -> None:
    # What ends a turn to speak, or a device, ends it on one that no other test speaks on.
    alone = way[0] == "DELETE"
    screen = comes_in(set_, f"matrix-{uuid4().hex[:6]}") if alone else cart
    assert not turned_away(asks(screen.client, *way))


@pytest.mark.parametrize("way", ways(Guard.SAMPLE_KEY), ids=named)
def test_a_production_takes_no_case_whoever_asks(
    set_: Served, cart: Screen, way: tuple[str, str]
) -> None:
    """Neither with a key that somebody made up, nor with the one that it would have."""
    set_.door.sample_key = "the-key"
    try:
        for key in ("", "made up", "the-key"):
            client = set_.client(headers={"authorization": f"Bearer {key}"} if key else {})
            assert turned_away(asks(client, *way))
        assert turned_away(asks(cart.client, *way))
    finally:
        set_.door.sample_key = ""


def from_the_network(set_: Served, method: str, path: str, **more: object) -> httpx.Response:
    """Ask as a phone on the set's network does, over plain http."""

    async def asked() -> httpx.Response:
        there = httpx.ASGITransport(set_.app, client=("192.168.1.66", 4000))
        async with httpx.AsyncClient(transport=there, base_url="http://192.168.1.7:8080") as phone:
            return await phone.request(method, re.sub(r"\{[a-z0-9]+\}", "0", path), **more)

    return set_.run(asked())


def test_a_phone_on_the_network_sees_the_board_and_nothing_else(set_: Served) -> None:
    told = from_the_network(set_, "GET", "/api/me").json()

    assert (False, False) == (told["loopback"], told["secure"])
    assert (None, [], []) == (told["device"], told["people"], told["offers"])
    assert 200 == from_the_network(set_, "GET", "/api/view/board").status_code
    for method, path in ways(Guard.LOOKING, Guard.ENROLLED):
        body = {} if method == "GET" else {"json": {}}
        assert turned_away(from_the_network(set_, method, path, **body)), path


def test_over_plain_http_nobody_has_a_session_though_the_cookie_be_right(
    set_: Served, cart: Screen
) -> None:
    cookie = "; ".join(f"showclear-8080={value}" for value in cart.client.cookies.values())
    told = from_the_network(set_, "GET", "/api/me", headers={"cookie": cookie})
    opened = from_the_network(
        set_, "POST", "/api/sessions", json={"kid": "k" * 43, "challenge": "", "signature": ""}
    )
    came = from_the_network(set_, "POST", "/api/devices", json={"code": "x", "key": "k" * 43})

    assert told.json()["device"] is None
    assert ["plain-http", "plain-http"] == [one.json()["code"] for one in (opened, came)]


# --- what is offered ---------------------------------------------------------------------------


def test_only_acts_and_roles_that_there_are_stand_in_the_table() -> None:
    assert set() == set(OFFERED) - set(vocabulary.table())
    assert set() == NOT_OFFERED - set(vocabulary.table())
    assert set() == frozenset().union(*OFFERED.values()) - words.ROLES
    assert set() == set(OFFERED) & NOT_OFFERED


def test_no_act_stands_in_two_groups() -> None:
    tags = [tag for _, group in offering._BY_ROLES for tag in group.split()]

    assert sorted(set(tags)) == sorted(tags)


def test_anybody_may_stop_refuse_and_worry() -> None:
    for tag in ("stop.called", "refusal.made", "concern.raised", "incident.reported", "confirmed"):
        assert tag in offers([]), tag


def test_a_performer_is_offered_no_loading_and_an_armorer_no_roll() -> None:
    assert "weapon.loaded" not in offers(["performer"])
    assert "weapon.loaded" in offers(["armorer"])
    assert "activity.rolled" not in offers(["armorer"])
    assert "activity.rolled" in offers(["first-ad", "crew"])


def test_what_the_server_says_is_offered_to_nobody() -> None:
    for role in words.ROLES:
        assert set() == NOT_OFFERED & set(offers([role]))


def test_the_record_takes_an_act_that_was_not_offered(set_: Served) -> None:
    phone = comes_in(set_, "dp-phone", "phone", person="dp")
    said = {"id": "by-dp", "what": "set.declared", "state": "cold", "by": "dp"}
    assert "set.declared" not in me(phone.client)["offers"]
    (answer,) = phone.say({**said, "at": set_.story.clock(), "attested": "own-device"})

    assert answer["index"] > 0


# --- the page ------------------------------------------------------------------------------------


def test_the_page_says_what_the_program_goes_by() -> None:
    written = PAGE.read_text(encoding="utf-8")

    assert all(f"<!-- {name} -->" in written for name in PARTS)
    assert written == filled(written), (
        "make its tables anew: PYTHONPATH=src .venv/bin/python -c "
        "'from pathlib import Path; from showclear.web.access_page import filled; "
        'p = Path("docs/design/access.md"); p.write_text(filled(p.read_text()))\''
    )

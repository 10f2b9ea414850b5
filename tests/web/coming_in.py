"""How people come in, in tests: by codes, keys, badges and PINs, through the real routes."""

from __future__ import annotations

from typing import Any

import httpx

from showclear.ledger.encoding import encode_base64url
from showclear.web.door import Door
from tests.stories.production import Device, Plain
from tests.web.serving import Screen, Served

PIN = "2580"
BADGE = "BCDFGHJKLNPRSTVX"


def code_for(set_: Served, kind: str = "tablet", *, person: str = "", **more: Any) -> str:
    """A code, as the server's start makes one."""

    async def made(door: Door) -> str:
        offer = door.enrolments.make(kind=kind, person=person, starting=True, **more)
        assert offer is not None
        return offer.code

    return set_.run(made(set_.door))


def key_of(device: Device) -> str:
    return encode_base64url(device.key.public).decode()


def bring(client: httpx.Client, device: Device, code: str) -> httpx.Response:
    """A device brings a code and its key."""
    return client.post("/api/devices", json={"code": code, "key": key_of(device)})


def comes_in(set_: Served, name: str, kind: str = "tablet", *, person: str = "") -> Screen:
    """A device comes in by a code, and opens its session."""
    device = Device(name=name, person=person, kind=kind)
    client = set_.client()
    came = bring(client, device, code_for(set_, kind, person=person))
    assert came.status_code == 201, came.text
    return Screen(device=device, client=client)


def speaks(screen: Screen, person: str = "", **how: str) -> httpx.Response:
    """Somebody says on a device who they are."""
    return screen.client.post("/api/speaker", json={"person": person, **how})


def gives(screen: Screen, person: str, **what: Any) -> httpx.Response:
    """Whoever speaks on a device gives somebody a badge or a PIN."""
    return screen.client.post("/api/badges", json={"person": person, **what})


def me(client: httpx.Client, **more: Any) -> Plain:
    """What the server knows about whoever asks."""
    answer = client.get("/api/me", **more)
    assert answer.status_code == 200, answer.text
    found: Plain = answer.json()
    return found


def code(answer: httpx.Response) -> str:
    """For what something was refused; empty if it was not."""
    return "" if answer.is_success else str(answer.json()["code"])


def how_known(set_: Served, id_: str) -> str:
    """What a statement is worth on the record, as it is known who said it."""
    found = set_.run(set_.server.look(lambda look: look.memory.find(id_)))
    return "" if found is None else found.said.attested

"""A device has a session because it showed its key, and no longer than its key stands.

Protects: a cookie that somebody made up, kept, or took from plain http opens nothing; a phone
that was lost and revoked is out at once.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request

from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import thumbprint
from showclear.web.access import cookie_of
from tests.stories.production import Device, Plain
from tests.web.coming_in import code, comes_in, me
from tests.web.serving import Screen, Served, Stream, served


def answer_of(
    device: Device, challenge: str, *, before: bytes = b"showclear-session/1\n"
) -> dict[str, str]:
    signed = device.key.sign(before + challenge.encode())
    return {
        "kid": thumbprint(device.key.public),
        "challenge": challenge,
        "signature": encode_base64url(signed).decode(),
    }


def challenge_for(set_: Served, device: Device) -> str:
    kid = thumbprint(device.key.public)
    found: str = (
        set_.client().post("/api/sessions/challenge", json={"kid": kid}).json()["challenge"]
    )
    return found


@pytest.fixture(scope="module")
def tablet(set_: Served) -> Screen:
    return comes_in(set_, "sessions-tablet")


def test_a_challenge_is_answered_once(set_: Served, tablet: Screen) -> None:
    answer = answer_of(tablet.device, challenge_for(set_, tablet.device))

    assert "" == code(set_.client().post("/api/sessions", json=answer))
    assert "key-unknown" == code(set_.client().post("/api/sessions", json=answer))


def test_a_challenge_is_over_after_a_minute(set_: Served, tablet: Screen) -> None:
    answer = answer_of(tablet.device, challenge_for(set_, tablet.device))
    set_.story.later(1.1)

    assert "key-unknown" == code(set_.client().post("/api/sessions", json=answer))


def test_a_challenge_is_for_the_key_that_asked(set_: Served, tablet: Screen) -> None:
    other = comes_in(set_, "sessions-other")
    answer = answer_of(tablet.device, challenge_for(set_, other.device))

    assert "key-unknown" == code(set_.client().post("/api/sessions", json=answer))


def test_what_was_signed_as_something_else_is_no_answer(set_: Served, tablet: Screen) -> None:
    answer = answer_of(tablet.device, challenge_for(set_, tablet.device), before=b"")

    assert "key-unknown" == code(set_.client().post("/api/sessions", json=answer))


def test_whether_a_key_is_known_is_not_told_by_asking(set_: Served, tablet: Screen) -> None:
    assert len(challenge_for(set_, Device(name="nobody's"))) == len(
        challenge_for(set_, tablet.device)
    )


def test_the_server_itself_opens_no_session(set_: Served) -> None:
    kid = set_.run(set_.server.look(lambda look: look.spine.keyring.server))

    assert kid not in set_.door.keys


def test_the_cookie_is_out_of_reach_of_scripts_and_strangers(set_: Served, tablet: Screen) -> None:
    answer = answer_of(tablet.device, challenge_for(set_, tablet.device))
    cookie = set_.client().post("/api/sessions", json=answer).headers["set-cookie"].lower()

    assert all(
        word in cookie for word in ("httponly", "samesite=strict", "path=/", "max-age=43200")
    )
    assert "domain" not in cookie
    assert set_.url.rpartition(":")[2] in cookie.partition("=")[0]


def test_on_https_the_cookie_is_for_https_alone() -> None:
    scope = {"type": "http", "scheme": "https", "server": ("set.local", 8443), "path": "/"}
    assert cookie_of(Request({**scope, "headers": []})).startswith("__Host-")


def test_a_session_is_over_after_twelve_hours(tmp_path: Path) -> None:
    with served(tmp_path) as set_:
        tablet = comes_in(set_, "long")
        set_.story.later(12 * 60 - 1)
        assert me(tablet.client)["device"]
        set_.story.later(1)
        assert me(tablet.client)["device"] is None


def test_a_cookie_that_somebody_made_up_opens_nothing(set_: Served) -> None:
    port = set_.url.rpartition(":")[2]
    stranger = set_.client(cookies={f"showclear-{port}": "x" * 43})

    assert me(stranger)["device"] is None
    assert 401 == stranger.post("/api/speaker", json={"person": "armorer"}).status_code


def revoking(set_: Served, name: str) -> Plain:
    said = {"id": f"revoked-{name}", "what": "device.revoked", "at": set_.story.clock()}
    return {**said, "by": "first-ad", "attested": "shared-tablet", "device": name}


def test_a_revoked_devices_stream_ends(tmp_path: Path) -> None:
    with served(tmp_path, views={"cart": lambda look: {"size": look.size}}) as set_:
        lost, other = comes_in(set_, "lost"), comes_in(set_, "other")
        stream, kept = Stream(lost.client, "cart"), Stream(other.client, "cart")
        for each in (stream, kept):
            each.until(lambda one: bool(one.views()))
        other.say(revoking(set_, me(lost.client)["device"]["id"]))

        assert stream.ended.wait(5)
        kept.until(lambda one: len(one.views()) > 1)
        assert not kept.ended.is_set()


def test_a_revoked_device_is_out_at_once(set_: Served) -> None:
    lost, other = comes_in(set_, "lost-phone", "phone", person="dp"), comes_in(set_, "other")
    name = me(lost.client)["device"]["id"]
    other.say(revoking(set_, name))

    assert 401 == lost.client.post("/api/people", json={"role": "grip"}).status_code
    assert me(lost.client)["device"] is None
    assert me(other.client)["device"] is not None


def test_who_ends_a_session_has_none(set_: Served) -> None:
    tablet = comes_in(set_, "leaving")
    kept = dict(tablet.client.cookies)
    tablet.client.delete("/api/sessions")

    assert me(set_.client(cookies=kept))["device"] is None


def test_one_key_has_four_sessions_at_most(set_: Served) -> None:
    tablet = comes_in(set_, "greedy")
    for _ in range(6):
        answer = answer_of(tablet.device, challenge_for(set_, tablet.device))
        set_.client().post("/api/sessions", json=answer)
    kid = thumbprint(tablet.device.key.public)

    assert 4 == sum(one.kid == kid for one in set_.door.sessions._open.values())


def test_a_device_that_is_in_may_look_and_so_may_a_browser_on_this_machine(set_: Served) -> None:
    assert me(set_.client())["people"]
    assert [] == me(set_.client(headers={"x-forwarded-for": "10.0.0.9"}))["people"]
    assert [] == me(set_.client(headers={"host": "evil.local"}))["people"]

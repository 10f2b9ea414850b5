"""A stolen tablet, a phone of the crew that lies, a browser that asks what is nobody's business.

Protects: that the armorer's eyes are the armorer's; whoever stopped, refused or spoke up; and
every secret that passes through the server on a bad day.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
import structlog

from tests.stories.production import Device, Plain
from tests.web.coming_in import (
    BADGE,
    PIN,
    bring,
    code,
    code_for,
    comes_in,
    gives,
    how_known,
    speaks,
)
from tests.web.serving import Screen, Served, served


@pytest.fixture
def set_(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


def said(
    set_: Served, what: str, *, by: str, attested: str = "shared-tablet", **more: Any
) -> Plain:
    own = {"id": f"s/{uuid4().hex[:8]}", "what": what, "at": set_.story.clock()}
    return {**own, "by": by, "attested": attested, **more}


# --- whose eyes ----------------------------------------------------------------------------------


def test_a_stolen_tablet_that_revokes_everybody_is_not_the_first_again(set_: Served) -> None:
    tablet = comes_in(set_, "cart")
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin=PIN)
    comes_in(set_, "ad-phone", "phone", person="first-ad")
    tablet.client.delete("/api/speaker")
    tablet.say(
        said(set_, "badge.revoked", by="first-ad", person="armorer"),
        said(set_, "device.revoked", by="armorer", device="phone-of-nobody"),
        *(
            said(set_, "device.revoked", by="armorer", device=key.device)
            for key in set_.door.keys.values()
            if key.person == "first-ad"
        ),
        said(set_, "person.left", by="props", person="first-ad"),
    )
    speaks(tablet, "armorer")

    assert "not-shown-who" == code(gives(tablet, "armorer", pin="9174"))
    asked = {"kind": "phone", "person": "armorer"}
    assert "not-shown-who" == code(tablet.client.post("/api/enrolments", json=asked))


@pytest.mark.parametrize("other", ["outlaw", "armorer"])
def test_nobody_gives_themselves_a_role_that_lets_others_in(set_: Served, other: str) -> None:
    tablet = comes_in(set_, "cart")
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin=PIN)
    phone = comes_in(set_, "outlaw-phone", "phone", person="outlaw")
    raised: Plain = {"person": "outlaw", "roles": ["armorer"]}
    phone.say(said(set_, "person.joined", by="outlaw", attested="own-device", **raised))
    tablet.say(said(set_, "person.joined", by="armorer", **raised))

    assert "not-shown-who" == code(gives(phone, other, pin="9174"))
    asked = {"kind": "phone", "person": "dp"}
    assert "not-shown-who" == code(phone.client.post("/api/enrolments", json=asked))


def test_whoever_may_let_others_in_gives_that_to_somebody_new(set_: Served) -> None:
    ad = comes_in(set_, "ad-phone", "phone", person="first-ad")
    new: Plain = {"person": "second-ad", "roles": ["second-ad"]}
    ad.say(said(set_, "person.joined", by="first-ad", attested="own-device", **new))
    phone = comes_in(set_, "second-phone", "phone", person="second-ad")

    assert "" == code(gives(phone, "dp", pin="9174"))


def test_nobody_takes_it_away_from_who_has_it(set_: Served) -> None:
    ad = comes_in(set_, "ad-phone", "phone", person="first-ad")
    tablet = comes_in(set_, "cart")
    tablet.say(said(set_, "person.joined", by="armorer", person="first-ad", roles=["crew"]))

    assert "" == code(gives(ad, "dp", pin="9174"))


def test_what_a_file_enrolled_as_somebodys_own_lets_nobody_in(set_: Served) -> None:
    paper = {**Device(name="paper", person="first-ad").enrolled(), "attested": "paper"}
    set_.take(paper)
    set_.run(set_.door.refresh())
    phone = Screen(device=Device(name="paper", person="first-ad"), client=set_.client())
    tablet = comes_in(set_, "cart")
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin=PIN)

    assert "not-shown-who" == code(gives(phone, "dp", pin="9174"))
    assert phone.client.get("/api/me").json()["speaker"]["how"] == "named"


def test_a_badge_is_not_kept_warm_by_what_others_send(set_: Served) -> None:
    """Old statements of the tablet lie open in the published log: they are nobody's act."""
    tablet = comes_in(set_, "cart")
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin=PIN)
    speaks(tablet, "armorer", pin=PIN)
    phone = comes_in(set_, "outlaw-phone", "phone", person="outlaw")
    old = tablet.sign(said(set_, "people.arrived", by="armorer", people=["dp"]))
    tablet.post(*old)
    header, payload, _ = old[0]["jws"].split(".")
    forged = {**old[0], "jws": f"{header}.{payload}.{'A' * 86}"}
    for _ in range(4):
        set_.story.later(6)
        phone.post(*old, forged)
    claim = said(set_, "people.arrived", by="armorer", people=["dp"], attested="badge")

    assert "badge-not-standing" == code(tablet.post(*tablet.sign(claim)))


def test_an_own_word_of_a_time_to_come_counts_as_now(set_: Served) -> None:
    tablet = comes_in(set_, "cart")
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin=PIN)
    word = {
        "id": "own-1",
        "what": "concern.raised",
        "concern": "c-1",
        "note": "too near",
        "at": set_.story.clock(60 * 24),
    }
    told = {"person": "armorer", "pin": PIN, "statements": [word]}
    assert tablet.client.post("/api/own-words", json=told).is_success
    found = set_.run(set_.server.look(lambda look: look.memory.find("own-1")))

    assert found is not None
    assert found.said.at is not None
    assert found.said.at <= set_.story.now


def test_two_devices_with_one_code_are_one_device(set_: Served) -> None:
    waiting = code_for(set_)
    with ThreadPoolExecutor(6) as crowd:
        came = list(
            crowd.map(
                lambda n: bring(set_.client(), Device(name=f"race-{n}"), waiting).status_code,
                range(6),
            )
        )

    assert [201] + [403] * 5 == sorted(came)


def test_one_key_with_two_codes_is_one_device(set_: Served) -> None:
    codes = [code_for(set_) for _ in range(4)]
    with ThreadPoolExecutor(4) as crowd:
        came = list(
            crowd.map(lambda one: bring(set_.client(), Device(name="one"), one).status_code, codes)
        )

    assert 1 == came.count(201)
    assert 1 == len(set_.door.keys)


def test_what_is_left_behind_at_the_end_of_a_session_is_asked_to_go(set_: Served) -> None:
    tablet = comes_in(set_, "cart")
    answer = tablet.client.delete("/api/sessions")

    assert '"cache"' == answer.headers["clear-site-data"]
    assert "no-store" == tablet.client.get("/api/me").headers["cache-control"]


# --- what is nobody's business --------------------------------------------------------------------


def test_a_stranger_learns_no_name_from_a_stop_a_gate_or_the_machine(set_: Served) -> None:
    phone = comes_in(set_, "dp-phone", "phone", person="dp")
    phone.say(said(set_, "stop.called", by="dp", attested="own-device", stop="s1", scope="all"))
    stranger = set_.client(headers={"x-forwarded-for": "10.0.0.66"})
    told = [
        stranger.post("/api/stop", json={}).text,
        stranger.get("/api/view/board").text,
        stranger.get("/api/me").text,
        stranger.get("/healthz").text,
        stranger.get("/metrics").text,
    ]

    assert not any('"dp"' in one or "Director" in one for one in told)


def test_who_stopped_the_work_is_told_to_no_other_device(set_: Served) -> None:
    phone = comes_in(set_, "dp-phone", "phone", person="dp")
    phone.say(said(set_, "stop.called", by="dp", attested="own-device", stop="s1", scope="all"))
    cart = comes_in(set_, "cart")
    gates = cart.client.get("/api/gates", params={"gate": "resume", "on": "s1"})
    cart_view, floor = (cart.client.get(f"/api/view/{name}").text for name in ("cart", "floor"))

    for told in (gates.text, cart_view, floor):
        assert '"by":"dp"' not in told


# --- secrets ---------------------------------------------------------------------------------------

NOTE = "the quillfeather lay under the saddle"


def test_a_bad_day_leaves_no_secret_in_the_log(set_: Served) -> None:
    """Everything that is secret goes through; then the log is read as a thief reads it."""
    told = io.StringIO()
    before = structlog.get_config()
    try:
        structlog.configure(
            processors=[structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(told),
            cache_logger_on_first_use=False,
        )
        secrets = bad_day(set_)
    finally:
        structlog.configure(**before)
    log = told.getvalue()
    lines = [json.loads(line) for line in log.splitlines()]

    assert {"code-unknown", "badge-wrong", "badge-not-standing"} <= {
        str(line.get("code")) for line in lines
    }
    assert [] == [one for one in secrets if one.lower() in log.lower()]


def bad_day(set_: Served) -> list[str]:
    """Codes, PINs, badges, notes, cookies and keys, right and wrong ones; returns them all."""
    waiting = code_for(set_)
    tablet = comes_in(set_, "cart")
    bring(set_.client(), Device(name="x"), "QUILLFEATHER")
    bring(set_.client(), Device(name="y"), waiting)
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin="83619", badge=BADGE)
    speaks(tablet, "armorer", pin="27182")
    speaks(tablet, badge=BADGE)
    tablet.say(said(set_, "concern.raised", by="armorer", concern="c1", note=NOTE))
    tablet.client.delete("/api/speaker")
    claim = said(set_, "concern.raised", by="armorer", concern="c2", note=NOTE, attested="badge")
    tablet.post(*tablet.sign(claim))
    tablet.client.get(f"/api/history?search={BADGE}")
    tablet.client.get(f"/enrol/{waiting}")
    tablet.client.post("/api/acts", content=NOTE.encode())
    tablet.client.post("/api/prepare", json={"statements": [{"note": NOTE, "pin": "83619"}]})
    tablet.client.get("/api/me", headers={"authorization": "Bearer quillfeather"})
    cookies = [str(one.value) for one in tablet.client.cookies.jar]
    assert cookies
    return [waiting, "QUILLFEATHER", "83619", "27182", BADGE, NOTE, "saddle", "armorer", *cookies]


def test_how_a_person_is_known_is_never_raised_by_a_word(set_: Served) -> None:
    phone = comes_in(set_, "dp-phone", "phone", person="dp")
    for by, claimed in (("armorer", "badge"), ("armorer", "own-device"), ("armorer", "server")):
        one = said(set_, "people.arrived", by=by, attested=claimed, people=["dp"])
        phone.say(one)
        assert "proxy" == how_known(set_, str(one["id"]))


def test_nobody_waits_to_stop_while_a_tablet_says_something_long(set_: Served) -> None:
    """A hundred thousand names in one request take a second to look at."""
    tablet = comes_in(set_, "cart")
    names = {"what": "people.arrived", "people": ["a"] * 1_000}
    long = {"statements": [{**names, "id": f"x{n}"} for n in range(150)]}
    waited = []
    with ThreadPoolExecutor(3) as crowd:
        said_ = [crowd.submit(tablet.client.post, "/api/prepare", json=long) for _ in range(3)]
        while not all(one.done() for one in said_):
            before = monotonic()
            assert set_.client().post("/api/stop", json={}).is_success
            waited.append(monotonic() - before)

    assert all(one.result().is_success for one in said_)
    assert len(waited) > 3
    assert sorted(waited)[len(waited) // 2] < 0.25

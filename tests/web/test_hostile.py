"""Somebody on the set's network means harm, or a tablet is in the wrong hands.

Protects: a record in which every word is whose it says it is. Whatever is tried gets nowhere,
and is seen afterwards: kept aside beside the record, or in the server's log, without secrets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs

from showclear.app.badges import letters
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.jws import thumbprint
from tests.stories.production import Device, Plain, armorer_checks, people_arrive
from tests.web.coming_in import (
    BADGE,
    PIN,
    bring,
    code,
    code_for,
    comes_in,
    gives,
    how_known,
    me,
    speaks,
)
from tests.web.serving import Screen, Served, served


@pytest.fixture(scope="module")
def set_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.fixture(scope="module")
def tablet(set_: Served) -> Screen:
    made = comes_in(set_, "cart")
    speaks(made, "armorer")
    gives(made, "armorer", pin=PIN, badge=BADGE)
    return made


@pytest.fixture
def stranger(set_: Served) -> httpx.Client:
    return set_.client(headers={"x-forwarded-for": "192.168.1.66"})


def arrives(set_: Served, **more: object) -> Plain:
    said = people_arrive(f"came-{uuid4().hex[:10]}", set_.story.clock(), "dp")
    return {**said, "attested": "shared-tablet", **more}


def signed(device: Device, said: Plain) -> Plain:
    return {"jws": device.sign(said).jws.decode()}


def asides(set_: Served) -> list[str]:
    """For what things were kept aside, in their order."""

    async def found() -> list[str]:
        def reasons(_: object) -> list[str]:
            return [one.reason for one in set_.recorder.kept_aside()]

        return await set_.server.look(reasons)

    return set_.run(found())


def size(set_: Served) -> int:
    return set_.run(set_.server.look(lambda look: look.size))


# --- signatures and keys -----------------------------------------------------------------------


def test_a_key_that_nobody_let_in_is_kept_aside(set_: Served, tablet: Screen) -> None:
    before = size(set_)
    (answer,) = tablet.post(signed(Device(name="evil"), arrives(set_))).json()["answers"]

    assert (None, "unknown-key") == (answer["index"], answer["aside"]["code"])
    assert "unknown-key" in asides(set_)
    assert size(set_) == before


def test_words_changed_under_a_signature_are_kept_aside(set_: Served, tablet: Screen) -> None:
    header, _, signature = signed(tablet.device, arrives(set_))["jws"].split(".")
    other = encode_base64url(json.dumps(arrives(set_)).encode()).decode()
    (answer,) = tablet.post({"jws": f"{header}.{other}.{signature}"}).json()["answers"]

    assert "bad-signature" == answer["aside"]["code"]


def test_one_that_names_another_key_is_kept_aside(set_: Served, tablet: Screen) -> None:
    evil = Device(name="evil")
    _, payload, _ = signed(evil, arrives(set_))["jws"].split(".")
    header = signed(tablet.device, arrives(set_))["jws"].split(".")[0]
    own = encode_base64url(evil.key.sign(f"{header}.{payload}".encode())).decode()
    (answer,) = tablet.post({"jws": f"{header}.{payload}.{own}"}).json()["answers"]

    assert "bad-signature" == answer["aside"]["code"]


def test_a_signature_of_nothing_is_kept_aside(set_: Served, tablet: Screen) -> None:
    told = {"alg": "none", "kid": thumbprint(tablet.device.key.public), "typ": "showclear+jws"}
    header = encode_base64url(json.dumps(told).encode()).decode()
    payload = encode_base64url(json.dumps(arrives(set_)).encode()).decode()
    (answer,) = tablet.post({"jws": f"{header}.{payload}."}).json()["answers"]

    assert answer["index"] is None
    assert answer["aside"]["code"]


def test_the_same_again_is_a_repeat_and_changed_it_is_kept_aside(
    set_: Served, tablet: Screen
) -> None:
    said = arrives(set_)
    (first,) = tablet.post(signed(tablet.device, said)).json()["answers"]
    (again,) = tablet.post(signed(tablet.device, said)).json()["answers"]
    (other,) = tablet.post(signed(tablet.device, {**said, "people": ["outlaw"]})).json()["answers"]

    assert (True, first["index"]) == (again["repeat"], again["index"])
    assert "same-id" == other["aside"]["code"]


def test_a_time_to_come_counts_as_now(set_: Served, tablet: Screen) -> None:
    said = arrives(set_, at=set_.story.clock(60 * 24 * 365))
    tablet.post(signed(tablet.device, said))
    found = set_.run(set_.server.look(lambda look: look.memory.find(str(said["id"]))))

    assert found is not None
    assert found.said.at is not None
    assert found.said.at <= set_.story.now + timedelta(minutes=2)


def test_nobody_says_what_only_the_server_says(set_: Served, tablet: Screen) -> None:
    for what in ("verdict.given", "received", "pack.withdrawn", "text.erased", "production.opened"):
        said = {
            "id": f"x-{uuid4().hex[:8]}",
            "what": what,
            "at": set_.story.clock(),
            "by": "armorer",
        }
        (answer,) = tablet.post(signed(tablet.device, said)).json()["answers"]
        assert answer["index"] is None, what
    (answer,) = tablet.post(signed(tablet.device, arrives(set_, by="server"))).json()["answers"]
    assert "not-the-server" == answer["aside"]["code"]


def test_a_device_enrols_no_other(set_: Served, tablet: Screen) -> None:
    evil = Device(name="evil-own", person="armorer")
    tablet.post(signed(tablet.device, {**evil.enrolled(), "by": "armorer", "attested": "badge"}))
    tablet.post(
        signed(
            tablet.device, {**evil.enrolled(), "id": "again", "by": "armorer", "attested": "paper"}
        )
    )
    set_.run(set_.door.refresh())

    assert thumbprint(evil.key.public) not in set_.door.keys
    with pytest.raises(AssertionError, match="key-unknown"):
        Screen(device=evil, client=set_.client())


# --- somebody else's word ----------------------------------------------------------------------


def claims(set_: Served, **more: object) -> Plain:
    said = armorer_checks(f"check-{uuid4().hex[:8]}", set_.story.clock(), on="rubber")
    return {**{key: value for key, value in said.items() if key != "with"}, **more}


CLAIMS = [
    {"attested": "badge"},
    {"attested": "badge", "said_by": "armorer", "by": "props"},
    {"attested": "shared-tablet", "with": "armorer"},
    {"attested": "shared-tablet", "witnesses": [{"person": "armorer"}]},
    {"attested": "shared-tablet", "witnesses": [{"person": "armorer", "how": "badge"}]},
    {"attested": "shared-tablet", "corrects": "check-0", "with": ["props", "armorer"]},
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_stolen_tablet_claims_no_badge(set_: Served, tablet: Screen, claim: Plain) -> None:
    tablet.client.delete("/api/speaker")
    before = size(set_)

    assert "badge-not" in code(tablet.post(signed(tablet.device, claims(set_, **claim))))
    assert size(set_) == before


def test_one_honest_statement_takes_no_other_with_it(set_: Served, tablet: Screen) -> None:
    """Refused whole: what stood beside the claim is not written either."""
    before = size(set_)
    both = [signed(tablet.device, arrives(set_)), signed(tablet.device, claims(set_))]

    assert "badge-not" in code(tablet.post(*both))
    assert size(set_) == before


def test_a_badge_hidden_in_what_cannot_be_read_is_no_badge(set_: Served, tablet: Screen) -> None:
    hidden = claims(set_, attested="shared-tablet", nobody_knows={"attested": "badge"})
    answer = tablet.post(*tablet.sign(hidden))

    assert answer.status_code == 200
    assert "badge" != how_known(set_, str(hidden["id"]))


def test_an_own_phone_makes_nobody_elses_eyes(set_: Served) -> None:
    phone = comes_in(set_, f"dp-{uuid4().hex[:6]}", "phone", person="dp")
    said = claims(set_, attested="own-device", witnesses=[{"person": "props", "how": "own-device"}])
    phone.say(said)
    found = set_.run(set_.server.look(lambda look: look.memory.find(str(said["id"]))))

    assert found is not None
    assert "proxy" == found.said.attested
    assert ["proxy"] == [one.how for one in found.said.witnesses]


def test_a_stolen_cookie_signs_nothing(set_: Served, tablet: Screen) -> None:
    thief = set_.client(cookies=dict(tablet.client.cookies))
    told = {"statements": [signed(Device(name="thief"), arrives(set_))]}
    (answer,) = thief.post("/api/acts", json=told).json()["answers"]

    assert answer["index"] is None


# --- guesses -----------------------------------------------------------------------------------


def test_guessed_codes_get_nowhere_and_the_guesser_waits(tmp_path: Path) -> None:
    with served(tmp_path) as set_:
        waiting = code_for(set_)
        guesser, chance = set_.client(), Random(3)
        tries = [
            bring(guesser, Device(name=f"g{n}"), letters(chance.randbytes(6))) for n in range(12)
        ]

        assert {"code-unknown", "too-many-tries"} == {code(one) for one in tries}
        assert int(tries[-1].headers["retry-after"]) <= 60
        set_.story.later(1)
        assert 201 == bring(set_.client(), Device(name="honest"), waiting).status_code


def test_guessed_signatures_make_the_guesser_wait(tmp_path: Path) -> None:
    with served(tmp_path) as set_:
        tablet = comes_in(set_, "cart")
        kid = thumbprint(tablet.device.key.public)
        told = {"kid": kid, "challenge": "A" * 74, "signature": "A" * 86}
        tries = [code(set_.client().post("/api/sessions", json=told)) for _ in range(12)]

        assert ["key-unknown"] * 10 + ["too-many-tries"] * 2 == tries


def test_guessed_pins_lock_the_pin_and_not_the_person(tmp_path: Path) -> None:
    with served(tmp_path) as set_:
        tablet = comes_in(set_, "cart")
        speaks(tablet, "armorer")
        gives(tablet, "armorer", pin=PIN, badge=BADGE)
        own = {"id": "c1", "what": "concern.raised", "concern": "c1"}
        for guess in ("0001", "0002"):
            speaks(tablet, "armorer", pin=guess)
        for guess in ("0003", "0004", "0005"):
            told = {"person": "armorer", "pin": guess, "statements": [own]}
            tablet.client.post("/api/own-words", json=told)

        assert "badge-only" == code(speaks(tablet, "armorer", pin=PIN)), "both ways share the tries"
        assert "" == code(speaks(tablet, badge=BADGE))


# --- pages of strangers, bodies, proxies -----------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/api/acts", "/api/speaker", "/api/enrolments", "/api/badges"])
def test_a_strangers_page_writes_nothing_with_our_cookie(
    set_: Served, tablet: Screen, path: str, headers: dict[str, str]
) -> None:
    before = size(set_)
    told = json.dumps({"person": "outlaw", "statements": [signed(tablet.device, arrives(set_))]})
    whole = {"content-type": "application/json", **headers}
    answer = tablet.client.post(path, content=told, headers=whole)

    assert code(answer) in ("other-origin", "other-content")
    assert size(set_) == before


def test_a_body_larger_than_anybody_says_is_not_read(set_: Served, tablet: Screen) -> None:
    before = size(set_)
    huge = b'{"statements": ["' + b"x" * 2_000_000 + b'"]}'
    kind = {"content-type": "application/json"}

    assert 413 == tablet.client.post("/api/acts", content=huge, headers=kind).status_code
    assert size(set_) == before


def test_a_statement_longer_than_an_entry_gets_nowhere(set_: Served, tablet: Screen) -> None:
    said = arrives(set_, people=[f"p-{n}" for n in range(9000)])
    header = signed(tablet.device, arrives(set_))["jws"].split(".")[0]
    payload = encode_base64url(json.dumps(said).encode()).decode()
    own = encode_base64url(tablet.device.key.sign(f"{header}.{payload}".encode())).decode()
    before = size(set_)
    answer = tablet.post({"jws": f"{header}.{payload}.{own}"})

    assert answer.status_code in (200, 422)
    assert size(set_) == before


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_who_says_they_come_from_this_machine_does_not(set_: Served, name: str) -> None:
    told = me(set_.client(headers={name: "127.0.0.1"}))

    assert (False, [], None) == (told["loopback"], told["people"], told["device"])


def test_a_strangers_name_that_leads_here_looks_at_nothing(set_: Served) -> None:
    port = set_.url.rpartition(":")[2]
    client = set_.client(headers={"host": f"evil.local:{port}"})

    assert 401 == client.get("/api/view/cart").status_code
    assert 421 == set_.client(headers={"host": "evil.example"}).get("/api/me").status_code


# --- traces --------------------------------------------------------------------------------------


def test_what_was_turned_away_is_in_the_log_without_a_secret(
    set_: Served, tablet: Screen, stranger: httpx.Client
) -> None:
    with capture_logs() as lines:
        bring(set_.client(), Device(name="evil"), "QUILLFEATHER")
        speaks(tablet, "armorer", pin="86420")
        stranger.cookies.set("showclear", "quillfeather")
        stranger.post("/api/acts", json={"statements": []})
        tablet.client.delete("/api/speaker")
        tablet.post(signed(tablet.device, claims(set_, attested="badge")))
        # A line is written once the answer is out: the last may come a moment after it.
        until = monotonic() + 3
        while len([one for one in lines if one.get("code")]) < 4 and monotonic() < until:
            sleep(0.01)
    codes = {str(one.get("code")) for one in lines}
    whole = repr(lines).lower()

    assert {"code-unknown", "badge-wrong", "not-enrolled"} <= codes
    assert any(one.startswith("badge-not") for one in codes)
    assert not any(word in whole for word in ("quillfeather", "86420", PIN, BADGE.lower()))


def test_nothing_of_a_secret_is_repeated_in_an_answer(set_: Served, tablet: Screen) -> None:
    answers = [
        bring(set_.client(), Device(name="evil"), "QUILLFEATHER"),
        tablet.client.post("/api/speaker", json={"person": "armorer", "pin": 86420}),
        tablet.client.post("/api/speaker", json={"person": "armorer", "pln": "86420"}),
        speaks(tablet, badge="QUILLFEATHER"),
    ]

    assert all(one.status_code >= 400 for one in answers)
    assert not any(
        word in one.text.upper() for one in answers for word in ("QUILLFEATHER", "86420")
    )

"""What a hostile phone gets, what is told of each request, and how pages arrive.

Protects: the record from pages of others and from floods; people's words from the log of the
server; everybody from a page that is an old one.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from showclear.ledger.errors import StorageError
from showclear.web import security
from showclear.web.limits import ADDRESSES_MAX, Buckets, Limits, Rate, address_of, from_this_machine
from showclear.web.pages import Parts
from showclear.web.refusals import RefusedError
from showclear.web.security import answers_to
from tests.stories.production import Device, props_takes_out
from tests.web.serving import Screen, Served, served


def soon(so: Callable[[], bool]) -> None:
    """Wait for what is told after an answer went out."""
    until = time.monotonic() + 2
    while not so() and time.monotonic() < until:
        time.sleep(0.01)


POLICIES = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-frame-options",
)


@pytest.mark.parametrize(
    "path",
    ["/", "/api/view/board", "/static/css/tokens.css", "/nowhere", "/healthz", "/openapi.json"],
)
def test_every_answer_carries_the_policies(set_: Served, path: str) -> None:
    answer = set_.client().get(path)

    assert [] == [name for name in POLICIES if name not in answer.headers]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "http" not in policy
    assert "camera=(self)" in answer.headers["permissions-policy"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "no-such-page"),
        ("GET", "/api/nowhere", 404, "no-such-page"),
        ("GET", "/static/nowhere.js", 404, "no-such-page"),
        ("GET", "/static/../serving.py", 404, "no-such-page"),
        ("GET", "/static/%2e%2e/streams.py", 404, "no-such-page"),
        ("PUT", "/api/view/board", 415, "other-content"),
        ("DELETE", "/api/view/board", 405, "no-such-method"),
        ("TRACE", "/", 415, "other-content"),
    ],
)
def test_what_is_not_there_is_refused_in_the_one_form(
    set_: Served, method: str, path: str, status: int, code: str
) -> None:
    answer = set_.client().request(method, path)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert answer.json()["sentence"]
    assert answer.json()["next"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "local", "set.example:80:1"]
)
def test_a_name_that_is_not_ours_is_not_answered(set_: Served, host: str) -> None:
    answer = set_.client().get("/api/view/board", headers={"Host": host})

    assert 421 == answer.status_code


def test_names_and_addresses_of_a_set_are_answered() -> None:
    ours = frozenset({"set.example"})

    for host in (
        "192.168.1.7:8440",
        "[fe80::1]:8440",
        "tablet.local",
        "LOCALHOST:1",
        "set.example.",
    ):
        assert answers_to(host, ours), host


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 401),
        ({"Sec-Fetch-Site": "same-origin"}, 401),
    ],
)
def test_only_pages_of_this_server_change_anything(
    set_: Served, headers: dict[str, str], status: int
) -> None:
    answer = set_.client().post("/api/acts", json={"statements": []}, headers=headers)

    assert status == answer.status_code


def test_its_own_origin_is_its_own(set_: Served) -> None:
    answer = set_.client().post("/api/acts", json={}, headers={"Origin": set_.url})

    assert 401 == answer.status_code


def test_a_phone_that_asks_without_end_waits_and_others_do_not() -> None:
    now = 0.0
    buckets = Buckets(Rate(at_once=3, a_second=0.5), clock=lambda: now)

    assert [0, 0, 0, 2] == [buckets.take("phone") for _ in range(4)]
    assert 0 == buckets.take("cart")
    now = 2.0
    assert [0, 2] == [buckets.take("phone") for _ in range(2)]


def test_addresses_without_end_fill_no_memory() -> None:
    buckets = Buckets(Rate(at_once=1, a_second=1))
    for number in range(2 * ADDRESSES_MAX):
        buckets.take(str(number))

    assert ADDRESSES_MAX == len(buckets._levels)


def test_one_phone_of_many_addresses_is_one() -> None:
    first, second = ({"client": (f"2001:db8:1:2::{n}", 1)} for n in (1, 2))

    assert address_of(first) == address_of(second)
    assert "10.0.0.7" == address_of({"client": ("::ffff:10.0.0.7", 1)})
    assert from_this_machine({"client": ("::ffff:127.0.0.1", 1)})
    assert not from_this_machine({"client": None})


def test_who_floods_is_told_to_wait(tmp_path: Path) -> None:
    few = Limits(requests=Rate(at_once=2, a_second=0.1), spare_this_machine=False)
    with served(tmp_path, limits=few) as set_:
        client = set_.client()
        codes = [client.get("/healthz").status_code for _ in range(3)]

        assert [200, 200, 429] == codes
        assert "too-often" == client.get("/healthz").json()["code"]


def test_a_body_that_does_not_come_is_not_waited_for(
    set_: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "BODY_SECONDS", 0.2)
    host, port = set_.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as slow:
        head = "POST /api/stop HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        slow.sendall(f"{head}Content-Length: 9\r\n\r\n{{".encode())
        answer = b""
        while b"}" not in answer and (came := slow.recv(4096)):
            answer += came

    assert b" 408 " in answer.splitlines()[0]
    assert b"too-slow" in answer


# --- when the disk fails ------------------------------------------------------------------------


def test_what_could_not_be_stored_is_said_so_and_may_be_said_again(tmp_path: Path) -> None:
    with served(tmp_path) as set_, pytest.MonkeyPatch.context() as patched:
        cart = set_.enrol(Device(name="cart"))
        said = {**props_takes_out("out/1", set_.story.clock()), "attested": "shared-tablet"}
        signed = cart.sign(said)

        def full(*_: object) -> None:
            raise StorageError("no room")

        patched.setattr(set_.recorder, "_commit", full)
        refused = cart.post(*signed)
        sick = cart.client.get("/healthz")
        patched.undo()
        again = cart.post(*signed)
        well = cart.client.get("/healthz")

    assert (503, "not-stored") == (refused.status_code, refused.json()["code"])
    assert "again" in refused.json()["next"]
    assert (503, False) == (sick.status_code, sick.json()["writes"])
    assert not again.json()["answers"][0]["repeat"]
    assert (200, True) == (well.status_code, well.json()["writes"])


def test_what_is_not_published_is_said_so_though_the_record_is_written(tmp_path: Path) -> None:
    with served(tmp_path) as set_:
        cart = set_.enrol(Device(name="cart"))
        (set_.story.path / "log" / "checkpoint").write_bytes(b"another log\n1\n\n")
        cart.say({**props_takes_out("out/1", set_.story.clock()), "attested": "shared-tablet"})
        soon(lambda: bool(set_.server.unpublished))
        said = {**props_takes_out("out/2", set_.story.clock()), "attested": "shared-tablet"}
        (later,) = cart.say(said)
        sick = cart.client.get("/healthz")

    assert later["receipt"]
    assert 503 == sick.status_code
    assert ("not-published", True) == (sick.json()["failed"], sick.json()["writes"])


# --- what is told -------------------------------------------------------------------------------


def _asked_here(lines: list[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    """Without the line of the tablet's coming in, which is told after its answer went out."""
    return [line for line in lines if line["route"] != "/api/sessions"]


def test_nothing_private_is_told_of_a_request(set_: Served, cart: Screen) -> None:
    private = "quillfeather"
    with capture_logs() as lines:
        said = {**props_takes_out("out/told", set_.story.clock()), "attested": "shared-tablet"}
        cart.say({**said, "note": private})
        cart.client.get(f"/{private}?code={private}", headers={"X-Name": private})
        cart.client.post("/api/prepare", json={private: private})
        cart.client.get("/api/gates", params={"gate": private, "on": private})
        soon(lambda: len(_asked_here(lines)) == 5)

    told = _asked_here(lines)
    assert 5 == len(told)
    assert private not in json.dumps(told)
    assert set_.url.rpartition(":")[0].rpartition("/")[2] not in json.dumps(told)
    assert {"/api/prepare", "/api/acts", "none", "/api/gates"} == {one["route"] for one in told}
    assert all({"method", "status", "ms"} <= set(one) for one in told)
    assert "no-such-page" in {one.get("code") for one in told}


def test_a_fault_of_ours_is_answered_and_its_words_are_not_told(
    set_: Served, cart: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("the quillfeather lay on the case")

    monkeypatch.setattr(set_.server, "look", broken)
    with capture_logs() as told:
        answer = set_.client().get("/api/gates", params={"gate": "roll", "on": "lineup"})
        soon(lambda: len(told) == 2)

    assert (500, "fault") == (answer.status_code, answer.json()["code"])
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "LookupError" in {one.get("fault") for one in told}
    assert "quillfeather" not in json.dumps(told)


def test_counts_name_nobody(set_: Served, cart: Screen) -> None:
    cart.say({**props_takes_out("out/count", set_.story.clock()), "attested": "shared-tablet"})
    told = set_.client().get("/metrics").text

    assert "showclear_requests_total" in told
    assert 'showclear_statements_total{came="recorded"}' in told
    assert "showclear_storing_seconds_count" in told
    assert "showclear_streams " in told
    assert "out/count" not in told
    assert "127.0.0.1" not in told


# --- pages --------------------------------------------------------------------------------------


def test_a_page_is_never_stored_and_a_part_is_asked_for_again(set_: Served) -> None:
    part = set_.client().get("/static/css/tokens.css")
    again = set_.client().get(
        "/static/css/tokens.css", headers={"If-None-Match": part.headers["etag"]}
    )

    assert "no-cache" == part.headers["cache-control"]
    assert "text/css" in part.headers["content-type"]
    assert "gzip" == part.headers["content-encoding"]
    assert (304, b"") == (again.status_code, again.content)


def test_a_part_asked_for_by_its_digest_is_kept_for_ever(set_: Served) -> None:
    digest = (
        set_.client().get("/static/css/tokens.css").headers["etag"].strip('"').removesuffix("-gz")
    )
    named = set_.client().get(f"/static/css/tokens.css?v={digest}")
    other = set_.client().get("/static/css/tokens.css?v=0000000000000000")

    assert "immutable" in named.headers["cache-control"]
    assert "no-cache" == other.headers["cache-control"]


def test_who_takes_no_gzip_gets_none(set_: Served) -> None:
    plain = set_.client().get("/static/css/tokens.css", headers={"Accept-Encoding": "gzip;q=0"})

    assert "content-encoding" not in plain.headers


def test_a_part_that_changed_is_read_again_and_nothing_else_is_given(tmp_path: Path) -> None:
    inside = tmp_path / "static"
    inside.mkdir()
    (tmp_path / "secret.css").write_text("s")
    (inside / "a.css").write_text("one")
    (inside / "a.py").write_text("x")
    (inside / "link.css").symlink_to(tmp_path / "secret.css")
    parts = Parts(inside)
    first = parts.find("a.css")
    (inside / "a.css").write_text("other")

    assert b"one" == first.raw
    assert b"other" == parts.find("a.css").raw
    for name in (
        "../secret.css",
        "a.py",
        "link.css",
        "",
        "b.css",
        "a.css\x00",
        "x" * 5000 + ".css",
    ):
        with pytest.raises(RefusedError):
            parts.find(name)


def test_a_first_load_of_the_board_is_small(set_: Served) -> None:
    """Every part that the page names, and what those name, as it comes over the air."""
    client = set_.client()
    waiting, seen, came = ["/board"], set(), 0
    while waiting:
        path = waiting.pop()
        if path in seen or path.endswith(".woff2"):
            continue
        seen.add(path)
        with client.stream("GET", path) as answer:
            raw = b"".join(answer.iter_raw())
            came += len(raw)
        assert 200 == answer.status_code, path
        text = client.get(path).text if answer.headers["content-type"].startswith("text/") else ""
        waiting += re.findall(r"""["'(](/static/[\w./-]+\.\w+)""", text)
        base = path.rpartition("/")[0]
        waiting += [
            str(httpx.URL(f"http://x{base}/").join(one).path)
            for one in re.findall(r"""["'](\.{1,2}/[\w./-]+\.\w+)["']""", text)
        ]

    assert came <= 200_000, sorted(seen)

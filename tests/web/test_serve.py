"""Whoever starts a server on a set can rely on it: it answers, it stops when asked however many
screens are open, what it acknowledged outlives a kill, and a sandbox or a sample never touches
the real record."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from showclear.adapters.production_folder import JOURNAL
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.reading_log import entries_of
from showclear.cli.main import main
from showclear.ledger.encoding import encode_base64url
from tests.stories.production import Device, production, saying
from tests.web.process import HERE, ROOT, STOPPING_SECONDS_MAX, Server, certificate, serving
from tests.web.serving import Screen

WESTERN = ROOT / "cases" / "western-day" / "case.yaml"


@pytest.fixture
def show(tmp_path: Path) -> Path:
    """A production with an armorer, a first AD and a revolver."""
    made = production(tmp_path / "show")
    made.take(
        saying(
            "lead", "person.joined", at=made.clock(), by="lead", person="lead", roles=["armorer"]
        ),
        saying("ad", "person.joined", at=made.clock(), by="lead", person="ad", roles=["first-ad"]),
        saying(
            "rev-1", "weapon.received", at=made.clock(), by="lead", weapon="rev-1", kind="firearm"
        ),
    )
    made.recorder.publish()
    made.close()
    return made.path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "server.log"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("sample") / "server.log"
    with serving("--sample", WESTERN, "--until", "11:02", log=log) as server:
        yield server


def ids(folder: Path) -> list[str]:
    """Everything on a production's record."""
    journal = SqliteJournal.read(folder / JOURNAL)
    try:
        head = journal.head()
        assert head is not None
        return [str(said.payload["id"]) for said in entries_of(journal, 0, head.size)]
    finally:
        journal.close()


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, but for what SQLite puts beside a journal while it is read."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def pressed(server: Server, *, url: str = "") -> dict[str, Any]:
    status, told = server.ask("POST", "/api/stop", url=url, body={})
    assert status == 200, told
    return dict(told)


def through(server: Server, key: str) -> int:
    """Say the western day through a server; the exit code."""
    return main(["replay", str(WESTERN), "--through", server.url, "--key", key])


class TestStopping:
    def test_it_ends_within_seconds_though_screens_are_open(self, show: Path, log: Path) -> None:
        with serving(show, log=log) as server:
            screens = [server.looking() for _ in range(3)]
            assert all(one.came.wait(10) for one in screens)

            took = server.stop()

            assert took < STOPPING_SECONDS_MAX
            assert 0 == server.process.returncode, log.read_text()
            assert all(one.ended.wait(2) for one in screens)

    def test_browsers_that_never_say_goodbye_are_not_waited_for(
        self, show: Path, log: Path, tmp_path: Path
    ) -> None:
        cert, key = certificate(tmp_path)
        with serving(show, "--cert", cert, "--key", key, log=log, trust=cert) as server:
            # Over TLS a goodbye is owed. A sleeping tablet gives none, and neither do these.
            screens = [server.looking() for _ in range(20)]
            assert all(one.came.wait(10) for one in screens)

            took = server.stop(signal.SIGINT)

            assert took < STOPPING_SECONDS_MAX
            assert 0 == server.process.returncode
            assert all(one.ended.wait(2) for one in screens)
        assert "graceful shutdown exceeded" not in log.read_text()

    def test_it_starts_again_after_a_kill_with_all_that_it_acknowledged(
        self, show: Path, log: Path
    ) -> None:
        with serving(show, log=log) as server:
            screen = server.looking()
            assert screen.came.wait(10)
            told = pressed(server)["answer"]
            server.stop(signal.SIGKILL)
            acknowledged = ids(show)
        assert told["id"] in acknowledged

        with serving(show, log=log) as server:
            assert acknowledged == ids(show)[: len(acknowledged)]
            status, board = server.ask("GET", "/api/view/board")

            assert 200 == status
            assert board["size"] >= len(acknowledged)
            assert server.stop() < STOPPING_SECONDS_MAX
        assert 0 == main(["verify", str(show)])


class TestTwoPorts:
    def test_https_and_plain_http_are_one_set(self, show: Path, log: Path, tmp_path: Path) -> None:
        cert, key = certificate(tmp_path)
        with serving(show, "--cert", cert, "--key", key, log=log, trust=cert) as server:
            secure = server.looking()
            assert secure.came.wait(10)
            before = len(secure.views)

            pressed(server, url=server.plain)

            until = time.monotonic() + 5
            while len(secure.views) == before and time.monotonic() < until:
                time.sleep(0.02)
            assert len(secure.views) > before, "the screen on https did not hear of it"
            assert server.url.startswith("https")
            assert 200 == server.ask("GET", "/healthz", url=server.plain)[0]
            assert server.stop(signal.SIGINT) < STOPPING_SECONDS_MAX
            assert 0 == server.process.returncode


class TestFirstDevices:
    def test_a_set_that_lost_all_its_devices_lets_new_ones_in(self, show: Path, log: Path) -> None:
        with serving(show, log=log) as server:
            with httpx.Client(base_url=server.url.rstrip("/"), timeout=10) as client:
                key = encode_base64url(Device(name="tablet").key.public).decode()
                code = server.page.partition("/enrol#")[2].split()[0]
                assert (
                    201 == client.post("/api/devices", json={"code": code, "key": key}).status_code
                )
            server.stop()
        with serving(show, log=log) as server:
            assert "/enrol#" not in server.page
            assert "start with --enrol" in " ".join(server.page.split())
            server.stop()
        with serving(show, "--enrol", log=log) as server:
            assert "/enrol#" in server.page

    def test_where_nobody_is_on_record_it_says_what_comes_first(
        self, tmp_path: Path, log: Path
    ) -> None:
        assert 0 == main(["init", str(tmp_path / "empty")])
        with serving(tmp_path / "empty", log=log) as server:
            assert "Nobody is on record yet" in server.page
            assert "first-day.md" in server.page


class TestPractice:
    def test_a_sandbox_beside_the_real_one_touches_nothing_of_it(
        self, show: Path, log: Path
    ) -> None:
        with serving(show, log=log) as real:
            before, entries = bytes_of(show), len(ids(show))
            with serving("--practice", show, log=log) as sandbox:
                kind = sandbox.ask("GET", "/healthz")[1]["kind"]
                board = sandbox.ask("GET", "/api/view/board")[1]
                pressed(sandbox)
                assert sandbox.stop() < STOPPING_SECONDS_MAX

            assert ("practice", True) == (kind, "PRACTICE" in sandbox.page)
            assert sandbox.url != real.url
            assert board["size"] > entries / 2, "it holds what the record holds"
            assert entries == real.ask("GET", "/healthz")[1]["entries"]
            assert before == bytes_of(show)


class TestSample:
    def test_its_clock_is_the_cases(self, sample: Server) -> None:
        # 11:02 where it was shot, or what was said to it since.
        now = datetime.fromisoformat(sample.ask("GET", "/healthz")[1]["now"])
        assert datetime(2026, 6, 9, 16, 2, tzinfo=UTC) <= now < datetime(2026, 6, 10, tzinfo=UTC)

    def test_it_says_that_nothing_in_it_is_real(self, sample: Server) -> None:
        assert sample.page.startswith("SAMPLE.")
        assert "sample" == sample.ask("GET", "/healthz")[1]["kind"]

    def test_everybody_has_a_pin_and_it_is_in_no_log(self, sample: Server) -> None:
        pins = list(sample.pins.values())

        assert 17 == len(pins)
        told = sample.log.read_text()
        assert not [pin for pin in pins if f" {pin}" in told or f'"{pin}"' in told]
        assert sample.key not in told

    def test_its_codes_and_pins_let_people_in_and_a_code_only_once(self, sample: Server) -> None:
        tablet = Device(name="tablet")
        key = encode_base64url(tablet.key.public).decode()
        code = sample.page.partition("/enrol#")[2].split()[0]
        armorer = sample.pins["Armorer"]

        with httpx.Client(base_url=sample.url.rstrip("/"), timeout=10) as client:
            came = client.post("/api/devices", json={"code": code, "key": key})
            again = client.post("/api/devices", json={"code": code, "key": "A" * 43})
            Screen(device=tablet, client=client)
            wrong = client.post("/api/speaker", json={"person": "lead", "pin": "0" + armorer})
            right = client.post("/api/speaker", json={"person": "lead", "pin": armorer})
            me = client.get("/api/me").json()

        assert 201 == came.status_code, came.text
        assert 403 == again.status_code
        assert 400 <= wrong.status_code < 500
        assert 200 == right.status_code, right.text
        assert "lead" == me["speaker"]["person"]

    def test_nobody_puts_a_case_on_it_without_the_key(
        self, sample: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 2 == through(sample, "guessed")
        assert "Only whoever started this sample" in capsys.readouterr().err

    def test_the_whole_day_said_through_it_ends_as_its_file_does(
        self, sample: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 0 == through(sample, sample.key), capsys.readouterr()
        first = capsys.readouterr().out
        assert "255 statements said, 121 of them there already; 1 acts held." in first
        assert "The same state." in first

        assert 0 == through(sample, sample.key)
        assert "255 of them there already" in capsys.readouterr().out

        pressed(sample)
        assert 1 == through(sample, sample.key)
        other = capsys.readouterr().out
        assert "Another state: " in other
        assert "stops" in other

    def test_a_wrong_scheme_is_told_with_the_right_way(
        self, sample: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        secure = sample.url.replace("http://", "https://")

        assert 2 == main(["replay", str(WESTERN), "--through", secure, "--key", "x"])
        assert "does not speak https" in capsys.readouterr().err

    def test_where_no_server_is_it_says_how_one_is_started(
        self, sample: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 2 == main(["replay", str(WESTERN), "--through", f"http://{HERE}:9", "--key", "x"])
        assert "showclear serve --sample CASE" in capsys.readouterr().err

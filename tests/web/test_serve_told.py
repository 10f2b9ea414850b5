"""Whoever starts a server reads on one page where it is, how the first devices come in and what
it cannot do; and what cannot be started is refused with what to do, before anything is changed."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from showclear.cli import serving_told
from showclear.cli.main import main
from showclear.cli.serving_run import Certificate, listening
from showclear.cli.serving_told import Address, Invited, Replay, addresses, qr, told
from showclear.core.errors import ReadError
from showclear.ledger.errors import StorageError
from tests.stories.production import production
from tests.web.process import certificate

HERE = Address(scheme="http", host="localhost", port=8440, here=True)
SET = Address(scheme="http", host="192.0.2.7", port=8440, here=False)
TABLET = Invited(whose="the tablet on the cart", path="/enrol#BCDFGHJKLNPR")


def secure(address: Address) -> Address:
    return Address(scheme="https", host=address.host, port=address.port, here=address.here)


def page(
    *main_: Address,
    plain: tuple[Address, ...] = (),
    invited: tuple[Invited, ...] = (),
    replay: Replay | None = None,
    blocks: bool = False,
) -> str:
    return told(
        "production",
        "A western",
        main=main_,
        plain=plain,
        invited=invited,
        pins={},
        replay=replay,
        blocks=blocks,
    )


class TestPage:
    def test_the_board_is_where_any_phone_finds_it(self) -> None:
        said = page(SET, HERE, blocks=True)

        assert "The board, for anybody:\n    http://192.0.2.7:8440/\n" in said
        assert qr("http://192.0.2.7:8440/").rstrip("\n") in said

    def test_beside_https_the_board_is_on_plain_http(self) -> None:
        beside = Address(scheme="http", host="192.0.2.7", port=8441, here=False)

        said = page(secure(SET), secure(HERE), plain=(beside,), blocks=True)

        assert "The board, for anybody:\n    http://192.0.2.7:8441/\n" in said
        assert "Cart and floor, for enrolled devices:\n    https://192.0.2.7:8440/\n" in said
        assert qr("http://192.0.2.7:8441/").rstrip("\n") in said

    def test_without_a_certificate_it_says_who_cannot_write(self) -> None:
        said = " ".join(page(SET, HERE).split())

        assert "can be enrolled, and so write, only over https" in said
        assert "--cert FILE --key FILE" in said
        assert "only over https" not in " ".join(page(secure(SET), plain=(HERE,)).split())

    def test_a_code_is_offered_only_where_a_browser_takes_it(self) -> None:
        over_http = page(SET, HERE, invited=(TABLET,))
        over_https = page(secure(SET), secure(HERE), invited=(TABLET,))

        assert "http://localhost:8440/enrol#BCDFGHJKLNPR" in over_http
        assert "http://192.0.2.7:8440/enrol" not in over_http
        assert "https://192.0.2.7:8440/enrol#BCDFGHJKLNPR" in over_https

    def test_the_command_that_says_the_whole_day_can_be_pasted(self) -> None:
        said = page(SET, HERE, replay=Replay(case="my cases/case.yaml", key="abc"))

        assert "replay 'my cases/case.yaml' --through http://localhost:8440/ --key abc" in said

    def test_nothing_is_called_what_nobody_can_know(self) -> None:
        assert "safe" not in page(SET, HERE, invited=(TABLET,)).lower()


class TestAddresses:
    def test_listening_everywhere_it_is_found_from_the_set_and_from_here(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serving_told, "own_addresses", lambda: ("192.0.2.7",))

        assert (SET, HERE) == addresses("0.0.0.0", 8440, scheme="http")

    def test_listening_on_this_machine_it_is_found_from_here_alone(self) -> None:
        (found,) = addresses("127.0.0.1", 8440, scheme="http")

        assert found.here

    def test_none_of_this_machines_own_addresses_leads_back_to_itself(self) -> None:
        assert not [one for one in serving_told.own_addresses() if one.startswith("127.")]

    def test_an_ipv6_address_is_written_as_browsers_want_it(self) -> None:
        (found,) = addresses("::1", 8440, scheme="http")

        assert "http://[::1]:8440/" == found.url
        assert found.here


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ([], "`showclear init DIR` makes one"),
            (["show", "--practice", "--sample"], "name one"),
            (["show", "--until", "11:02"], "--sample CASE"),
            (["show", "--cert", "cert.pem"], "go together"),
            (["show", "--plain-port", "8000"], "--cert"),
        ],
    )
    def test_what_does_not_go_together_is_said(
        self, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 2 == main(["serve", *arguments])
        assert says in capsys.readouterr().err

    @pytest.mark.parametrize("more", [[], ["--practice"]], ids=["real", "practice"])
    def test_without_a_production_it_says_how_one_is_made(
        self, tmp_path: Path, more: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 2 == main(["serve", str(tmp_path / "nothing"), "--port", "0", *more])
        assert "`showclear init DIR` makes one" in capsys.readouterr().err
        assert not (tmp_path / "nothing").exists()

    def test_a_port_that_is_taken_is_named_and_nothing_is_opened(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = production(tmp_path / "show")
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            # The production is open elsewhere too: the port is said first, without waiting.
            assert made.recorder.size
            code = main(["serve", str(made.path), "--host", "127.0.0.1", "--port", port])
        made.close()

        said = capsys.readouterr().err
        assert 3 == code
        assert f"Port {port} is taken" in said
        assert "--port" in said

    def test_an_address_of_another_machine_is_refused(self) -> None:
        with pytest.raises(StorageError, match="no address of this machine"):
            listening("192.0.2.77", 0)

    def test_a_zone_that_nobody_has_is_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = production(tmp_path / "show")
        made.close()

        assert 2 == main(["serve", str(made.path), "--port", "0", "--zone", "Mars/Olympus"])
        assert "'Mars/Olympus' is no zone" in capsys.readouterr().err

    @pytest.mark.parametrize("swap", ["missing", "no certificate", "another's key"])
    def test_a_certificate_that_opens_nothing_is_refused(self, tmp_path: Path, swap: str) -> None:
        cert, key = certificate(tmp_path)
        if swap == "missing":
            cert.unlink()
        elif swap == "no certificate":
            cert.write_text("words", encoding="utf-8")
        else:
            (tmp_path / "other").mkdir()
            key = certificate(tmp_path / "other")[1]

        with pytest.raises(ReadError, match="do not open https"):
            Certificate(cert=cert, key=key).check()


def test_the_log_is_json_and_a_fault_in_it_repeats_nobodys_words() -> None:
    """In a process of its own: a log is set up once."""
    import subprocess
    import sys

    program = (
        "import logging, structlog\n"
        "from showclear.cli.serving_log import set_up_log\n"
        "set_up_log()\n"
        "try:\n"
        "    raise ValueError('4711 is my PIN')\n"
        "except ValueError:\n"
        "    structlog.get_logger('showclear.web').error('fault', exc_info=True)\n"
        "    logging.getLogger('uvicorn.error').exception('Exception in ASGI application')\n"
        "logging.getLogger('uvicorn.error').info('Started')\n"
        "structlog.get_logger('showclear.web').info('answered', status=200)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert ["fault", "Exception in ASGI application", "answered"] == [one["event"] for one in lines]
    assert "4711" not in done.stderr
    assert "ValueError" == lines[0]["fault"] == lines[1]["fault"]

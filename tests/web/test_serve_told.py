"""Whoever starts a server reads on one page where it is, how the first devices come in and what
it cannot do; and what cannot be started is refused with what to do, before anything is changed."""

from __future__ import annotations

import json
import re
import shlex
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from showclear.cli import serving_told
from showclear.cli.main import main
from showclear.cli.serving_certificate import Certificate
from showclear.cli.serving_run import listening
from showclear.cli.serving_told import (
    ENROLLED,
    NOBODY,
    ON_BLACK,
    WIDTH,
    Address,
    Invited,
    Page,
    Replay,
    addresses,
    qr,
    told,
)
from showclear.core.errors import ReadError
from showclear.ledger.errors import StorageError
from tests.stories.production import production
from tests.web.process import certificate

HERE = Address(scheme="http", host="localhost", port=8440, here=True)
SET = Address(scheme="http", host="192.0.2.7", port=8440, here=False)
TABLET = Invited(whose="the tablet on the cart", path="/enrol#BCDFGHJKLNPR")


def secure(address: Address) -> Address:
    return Address(scheme="https", host=address.host, port=address.port, here=address.here)


def page(*main_: Address, blocks: bool = False, **more: Any) -> str:
    return told(Page(kind="production", title="A western", main=main_, **more), blocks=blocks)


def shown(url: str) -> str:
    """A QR code as a terminal gets it."""
    return "\n".join(ON_BLACK.format(line) for line in qr(url))


class TestPage:
    def test_the_board_is_where_any_phone_finds_it(self) -> None:
        said = page(SET, HERE, blocks=True)

        assert "The board, for anybody:\n    http://192.0.2.7:8440/\n" in said
        assert shown("http://192.0.2.7:8440/") in said

    def test_beside_https_the_board_is_on_plain_http(self) -> None:
        beside = Address(scheme="http", host="192.0.2.7", port=8441, here=False)

        said = page(secure(SET), secure(HERE), plain=(beside,), blocks=True)

        assert "The board, for anybody:\n    http://192.0.2.7:8441/\n" in said
        assert "Cart and floor, for enrolled devices:\n    https://192.0.2.7:8440/\n" in said
        assert shown("http://192.0.2.7:8441/") in said

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

        command = said[said.index("showclear replay") :].partition("\n\n")[0].replace("\\\n", "")
        whole = ["replay", "my cases/case.yaml", "--through", "http://localhost:8440/"]
        assert ["showclear", *whole, "--key", "abc"] == shlex.split(command)

    def test_another_device_takes_its_code_by_its_camera(self) -> None:
        phone = Invited(whose="the first AD's phone or laptop", path="/enrol#PNRLKJGHFDCB")
        long = Address(scheme="https", host="192.168.100.200", port=8440, here=False)

        said = page(long, secure(HERE), invited=(TABLET, phone), blocks=True)

        for one in (TABLET, phone):
            for line in qr(long.url.rstrip("/") + one.path):
                assert ON_BLACK.format(line) in said
        assert "The tablet on the cart" in said

    def test_over_plain_http_no_camera_is_offered_a_code_that_it_cannot_use(self) -> None:
        said = page(SET, HERE, invited=(TABLET,), blocks=True)

        assert shown(HERE.url.rstrip("/") + TABLET.path) not in said

    def test_it_fits_a_terminal_of_80_columns(self) -> None:
        long = Address(scheme="https", host="192.168.100.200", port=8440, here=False)
        said = page(
            long,
            secure(HERE),
            invited=(TABLET, TABLET),
            fingerprint=":".join(["AB"] * 32),
            notes=(NOBODY, ENROLLED),
            pins={f"Camera operator {number}": "1234" for number in range(40)},
            replay=Replay(case="cases/western-day/case.yaml", key="x" * 22),
            blocks=True,
        )

        plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
        assert [] == [line for line in plain.splitlines() if len(line) > WIDTH]

    def test_whoever_compares_a_fingerprint_reads_it_as_openssl_prints_it(
        self, tmp_path: Path
    ) -> None:
        cert, key = certificate(tmp_path)
        found = Certificate(cert=cert, key=key).fingerprint()

        loaded = x509.load_pem_x509_certificate(cert.read_bytes())
        assert loaded.fingerprint(hashes.SHA256()).hex(":").upper() == found
        said = page(secure(SET), fingerprint=found)
        assert f"    {found[:47]}\n    {found[48:]}\n" in said

    def test_what_is_gone_at_the_end_is_not_said_to_be_on_disk(self) -> None:
        assert "on disk" in page(HERE)
        assert "on disk" not in page(HERE, goes=True)

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

        with pytest.raises(ReadError) as refused:
            Certificate(cert=cert, key=key).check()

        assert "first-day.md" in str(refused.value), "and where it stands how one is made"

    def test_a_key_with_a_passphrase_is_refused_with_how_it_goes(self, tmp_path: Path) -> None:
        cert, key = certificate(tmp_path)
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        key.write_bytes(
            loaded.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"4711"),
            )
        )

        with pytest.raises(ReadError, match="openssl pkey -in"):
            Certificate(cert=cert, key=key).check()

    @pytest.mark.parametrize(
        ("begins", "says"), [(-9, "last day is over"), (+9, "first day has not come")]
    )
    def test_a_certificate_out_of_its_dates_is_told_and_serves_all_the_same(
        self, tmp_path: Path, begins: int, says: str
    ) -> None:
        cert, key = certificate(tmp_path, begins=timedelta(days=begins))
        one = Certificate(cert=cert, key=key)

        one.check()
        (told_,) = one.warnings(["127.0.0.1"])
        assert says in told_

    def test_a_certificate_for_another_address_is_told_with_that_address(
        self, tmp_path: Path
    ) -> None:
        cert, key = certificate(tmp_path)
        one = Certificate(cert=cert, key=key)

        assert () == one.warnings(["127.0.0.1"])
        assert "not for 192.0.2.7:" in " ".join(one.warnings(["127.0.0.1", "192.0.2.7"]))


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

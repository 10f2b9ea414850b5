"""`showclear serve` as a process of its own: started, asked, stopped, killed."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
HERE = "127.0.0.1"
LAST_LINE = "Stop it with Ctrl-C"
STARTING_SECONDS_MAX = 30.0
STOPPING_SECONDS_MAX = 6.0
"""Promised are three; a test machine with everything else on it gets twice that."""


@dataclass(kw_only=True)
class Server:
    """A server that is up.

    Attributes:
        page: What it printed for whoever started it.
        trust: The certificate to trust, of a server that speaks https.
    """

    process: subprocess.Popen[str]
    page: str
    log: Path
    trust: Path | None = None
    links: list[http.client.HTTPConnection] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        """Every address on the page, in order and each once."""
        found = re.findall(r"https?://[^\s#]+?/(?=[\s#]|$|cart|floor|enrol)", self.page)
        return list(dict.fromkeys(found))

    @property
    def url(self) -> str:
        """Where everything is."""
        secure = [one for one in self.urls if one.startswith("https")]
        return (secure or self.urls)[0]

    @property
    def plain(self) -> str:
        """Where it speaks plain http."""
        return next(one for one in self.urls if one.startswith("http://"))

    @property
    def key(self) -> str:
        """Of a sample: what puts a case on its record."""
        return str(re.findall(r"--key (\S+)$", self.page, re.MULTILINE)[-1])

    @property
    def pins(self) -> dict[str, str]:
        """The PINs on the page, by what people are called."""
        table = re.search(r"^PINs of this \w+:\n(.*?)\n\n", self.page, re.MULTILINE | re.DOTALL)
        cells = re.findall(r"(\S+(?: \S+)*) +(\d{4})\b", table[1] if table else "")
        return dict(cells)

    def link(self, url: str = "") -> http.client.HTTPConnection:
        """A connection of its own."""
        parts = urlsplit(url or self.url)
        assert parts.hostname is not None
        made: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=str(self.trust))
            made = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=10, context=context
            )
        else:
            made = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        self.links.append(made)
        return made

    def ask(
        self, method: str, path: str, *, url: str = "", body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Ask something; return the status and the answer's JSON."""
        link = self.link(url)
        raw = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        link.request(method, path, body=raw, headers={**kind, **headers})
        answer = link.getresponse()
        text = answer.read()
        link.close()
        return answer.status, json.loads(text) if text else None

    def looking(self, path: str = "/api/stream/board", *, url: str = "") -> Looking:
        """Look at a live screen until somebody stops."""
        return Looking(self.link(url), path)

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Send a signal; return after how many seconds the process was gone."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(STOPPING_SECONDS_MAX * 2)
        return time.monotonic() - started


class Looking:
    """A live screen, read by a thread of its own."""

    def __init__(self, link: http.client.HTTPConnection, path: str) -> None:
        self.views: list[Any] = []
        self.came = threading.Event()
        self.ended = threading.Event()
        link.request("GET", path)
        self.answer = link.getresponse()
        assert self.answer.status == 200, self.answer.read()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        kind = ""
        # Cut off in the middle, as by a kill, is an end like any other; and a link that is closed
        # by another thread meanwhile has no file to read from.
        with suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            for raw in iter(self.answer.readline, b""):
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "view":
                    self.views.append(json.loads(value))
                    self.came.set()
        self.ended.set()


def command(*arguments: str | Path) -> list[str]:
    """The command line of the program."""
    return [sys.executable, "-m", "showclear.cli.main", *map(str, arguments)]


@contextmanager
def serving(*arguments: str | Path, log: Path, trust: Path | None = None) -> Iterator[Server]:
    """Serve on ports that are free until the block ends, whatever happens in it."""
    with log.open("a", encoding="utf-8") as told:
        process = subprocess.Popen(
            command("serve", *arguments, "--host", HERE, "--port", "0", "--no-browser"),
            cwd=ROOT,
            # What a kill leaves of a sandbox goes with the test's own folder.
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(log.parent)},
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    server = None
    try:
        server = Server(process=process, page=_page(process, log), log=log, trust=trust)
        yield server
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        for link in server.links if server is not None else ():
            link.close()


def _page(process: subprocess.Popen[str], log: Path) -> str:
    """What it prints when it is up."""
    timer = threading.Timer(STARTING_SECONDS_MAX, process.kill)
    timer.start()
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith(LAST_LINE):
                return "".join(lines)
    finally:
        timer.cancel()
    raise AssertionError(f"it did not start: {log.read_text(encoding='utf-8')}")


def certificate(folder: Path, *, begins: timedelta = timedelta(minutes=-5)) -> tuple[Path, Path]:
    """Make a certificate for this machine that nobody else signed; return it and its key.

    Args:
        begins: From now on, when its first moment is; it is good for a day.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "showclear test")])
    start = datetime.now(UTC) + begins
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HERE))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, secret

"""A server in a process of its own, over a folder that stays: it can be killed and started again.

The day is the western day's, moved so that its last statement was a minute ago: a production's
clock is the machine's own, and nobody sets that for a test.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from showclear.app.incoming import Taken
from showclear.app.sampling import told_until
from tests.browser.set import HERE, WESTERN_DAY, Certificate
from tests.stories.production import production, shelf, told

STARTING_SECONDS: Final = 30
Plain = dict[str, Any]


def left_in(folder: Path, *, case: Path = WESTERN_DAY, until: str) -> Path:
    """Make a production on which a case was said up to a moment, just now."""
    said = told_until(told(case), shelf(), until)
    by = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1) - said.moment
    made = production(folder, sample=True, packs=tuple(told(case).packs), chance=Random())
    try:
        for moment, group in said.groups:
            made.now = moment + by
            made.record(*(Taken(fields=_moved(one, by)) for one in group))
    finally:
        made.close()
    return folder


def _moved(one: Mapping[str, Any], by: timedelta) -> Plain:
    moved = dict(one)
    for key in ("at", "entered_at"):
        if key in one:
            moved[key] = (datetime.fromisoformat(one[key]) + by).isoformat()
    if "date" in one:
        moved["date"] = (datetime.fromisoformat(moved["at"])).date().isoformat()
    return moved


class OwnProcess:
    """`showclear serve` on a folder.

    Attributes:
        tls: Its https address, the same after every start.
        said: What it printed at its last start.
    """

    def __init__(self, folder: Path, *, certificate: Certificate) -> None:
        self._folder, self._certificate = folder, certificate
        self._port = _free_pair()
        self._process: subprocess.Popen[str] | None = None
        self.tls = f"https://{HERE}:{self._port}"
        self.said = ""

    def starts(self) -> OwnProcess:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "showclear.cli.main", "serve", str(self._folder)]
        command += ["--host", HERE, "--port", str(self._port), "--no-browser"]
        command += ["--cert", str(self._certificate.cert), "--key", str(self._certificate.key)]
        out = self._folder.with_suffix(".out")
        with out.open("w") as printed:
            self._process = subprocess.Popen(
                command, stdout=printed, stderr=subprocess.STDOUT, text=True, env=dict(os.environ)
            )
        until = time.monotonic() + STARTING_SECONDS
        while "Ctrl-C" not in out.read_text():
            assert self._process.poll() is None, out.read_text()
            assert time.monotonic() < until, out.read_text()
            time.sleep(0.05)
        self.said = out.read_text()
        return self

    def invitations(self) -> list[str]:
        """The paths by which first devices come in, as it printed them."""
        return list(dict.fromkeys(re.findall(r"/enrol#[A-Z-]+", self.said)))

    def is_killed(self) -> None:
        """As by a pulled cable: nothing is said to it, and nothing is finished."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def ends(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)


@contextmanager
def own_process(folder: Path, *, certificate: Certificate) -> Iterator[OwnProcess]:
    """A server that is stopped at the end, whatever happened."""
    one = OwnProcess(folder, certificate=certificate)
    try:
        yield one.starts()
    finally:
        one.ends()


def _free_pair() -> int:
    """A port that nobody listens on, nor on the next, where plain http goes."""
    for port in _some():
        try:
            with socket.create_server((HERE, port)), socket.create_server((HERE, port + 1)):
                return port
        except OSError:
            continue
    raise AssertionError("no two ports beside each other are free")


def _some() -> Iterable[int]:
    return (20_000 + Random().randrange(20_000) for _ in range(50))

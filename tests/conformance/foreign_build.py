"""Builds the foreign verifier once and talks to it.

Which question it answers: how does a test ask golang.org/x/mod, which nobody here wrote?

The rules of the game:

* Only Debian's packages take part: nothing is downloaded, and the build writes into the
  folder it is given and nowhere else.
* One build serves all processes of a test run: the first takes a lock, the others wait
  and find the program there.
* A machine without Go gives a reason, so that a test can be skipped with it. A machine
  with Go whose build fails is a failure, never a skip.

What to ask is for the tests; what each command does stands in `foreign/main.go`.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).resolve().parent / "foreign"
GOPATH = Path("/usr/share/gocode")
DEBIAN = "Debian's golang-go and golang-golang-x-mod-dev"
_SUMDB = GOPATH / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog"


def why_not() -> str | None:
    """Return why the foreign verifier cannot be built on this machine, or None if it can."""
    if shutil.which("go") is None:
        return f"no go here: the foreign verifier needs {DEBIAN}"
    if not _SUMDB.is_dir():
        return f"no {_SUMDB} here: the foreign verifier needs {DEBIAN}"
    return None


def shared_folder(own: Path) -> Path:
    """Return the folder that all processes of one test run see.

    Args:
        own: This process's `tmp_path_factory.getbasetemp()`. Under pytest-xdist that is one
            folder per worker, all of them inside the run's.
    """
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def build(folder: Path) -> Path:
    """Return the program's path, built in `folder` unless another process has done so.

    Raises:
        AssertionError: Go is here and refused our program; its words are in the message.
    """
    program = folder / "foreign-verifier"
    with (folder / "foreign-verifier.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            # Renamed when whole: who was interrupted leaves no half program behind.
            half = folder / "foreign-verifier.half"
            _compile(half, cache=folder / "foreign-cache")
            half.rename(program)
    return program


def _compile(program: Path, *, cache: Path) -> None:
    """Run `go build`, with nothing from the network or the person's own settings."""
    settings = {
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOFLAGS": "",
        "GOENV": "off",
        "GOPROXY": "off",
        "GOCACHE": str(cache),
    }
    # No -trimpath and no other linking: Debian's compiled standard library is then used as
    # it is, and the build takes one second instead of ten.
    built = subprocess.run(
        ["go", "build", "-buildvcs=false", "-o", str(program), "."],
        cwd=SOURCES,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr


def _to_json(value: object) -> object:
    """Write bytes as base64, within lists too; anything else is left to `json`."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_json(one) for one in value]
    return value


def from_base64(value: Any) -> Any:
    """Read what the verifier wrote as base64, within lists too."""
    if isinstance(value, list):
        return [from_base64(one) for one in value]
    return base64.b64decode(value, validate=True)


class Foreign:
    """One running foreign verifier; ends with its `with` block."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Foreign:
        return self

    def __exit__(self, *failure: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        assert self._process.wait(timeout=10) == 0

    def ask(self, do: str, **fields: object) -> Mapping[str, Any]:
        """Send one command and return its whole answer.

        Args:
            do: A command's name, such as `open-note`.
            fields: Its fields; bytes are sent as base64.

        Raises:
            AssertionError: The question was not understood, or x/mod panicked: neither is
                a verdict.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"do": do} | {name: _to_json(value) for name, value in fields.items()}
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the foreign verifier ended at {do}"
        answer: dict[str, Any] = json.loads(line)
        assert not answer.get("unreadable"), answer
        assert not answer.get("panicked"), answer
        return answer

    def accepts(self, do: str, **fields: object) -> bool:
        """Return the verdict alone."""
        accepted: bool = self.ask(do, **fields)["accepted"]
        return accepted

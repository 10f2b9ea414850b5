"""Running `showclear` as other programs, and reading what they acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of a command.

    Attributes:
        code: Its exit code; negative for the signal that ended it.
        out, err: What it wrote.
        steps: What it did to the disk, where that was asked for.
    """

    code: int
    out: bytes
    err: str
    steps: tuple[str, ...] = ()

    @property
    def acknowledged(self) -> dict[str, dict[str, Any]]:
        """By id, every answer that came whole: a line without an end is none."""
        return {one["id"]: one for one in map(json.loads, _whole_lines(self.out))}


def _whole_lines(raw: bytes) -> list[bytes]:
    return raw.split(b"\n")[:-1]


class Commands:
    """Commands carried out one after the other, each in a fork of a program that waits."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.fork_server"],
            cwd=SOURCES,
            env={"PYTHONPATH": f"{SOURCES / 'src'}:{SOURCES}", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._scratch = tempfile.TemporaryDirectory()
        folder = Path(self._scratch.name)
        # Somebody without rights writes here too, where a test makes the command one.
        folder.chmod(0o777)
        self._out, self._err, self._steps = folder / "out", folder / "err", folder / "steps"
        assert "ready" == self._answer()

    def __call__(self, *argv: str | Path, **how: Any) -> Ended:
        """Carry out a command and wait for its end; `how` is what the fork server does to it."""
        for file in (self._out, self._err, self._steps):
            file.unlink(missing_ok=True)
        named = {"out": str(self._out), "err": str(self._err), "steps": str(self._steps)}
        order = {"argv": [str(one) for one in argv], **named, **how}
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()
        code = int(self._answer())
        steps = self._steps.read_text(encoding="utf-8") if self._steps.exists() else ""
        out, err = (file.read_bytes() if file.exists() else b"" for file in (self._out, self._err))
        return Ended(code=code, out=out, err=err.decode(), steps=tuple(steps.splitlines()))

    def close(self) -> None:
        self._program.communicate()
        self._scratch.cleanup()

    def _answer(self) -> str:
        assert self._program.stdout is not None
        return self._program.stdout.readline().strip()


def started(*argv: str | Path, before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """Start the program itself, as a shell does, perhaps under another that traces it."""
    return subprocess.Popen(
        [*before, sys.executable, "-B", "-m", "showclear.cli.main", *map(str, argv)],
        env={"PYTHONPATH": str(SOURCES / "src"), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(program: subprocess.Popen[bytes], *, before: bytes = b"") -> Ended:
    """Wait for a program, of whose answers some were read before."""
    assert program.stdout is not None
    assert program.stderr is not None
    # What it complains of is a line or two: it never waits for somebody to read that.
    out, err = before + program.stdout.read(), program.stderr.read()
    program.wait()
    program.stdout.close()
    program.stderr.close()
    return Ended(code=program.returncode, out=out, err=err.decode())


def arrivals(name: str, count: int) -> list[dict[str, Any]]:
    """Ungated statements with a sealed note each, under ids of their own."""
    return [
        {
            "id": f"{name}/{number}",
            "what": "people.arrived",
            "at": "2026-03-02T09:00:00Z",
            "by": "second-ad",
            "people": [f"crew-{number % 40}"],
            "note": f"by gate {number}",
        }
        for number in range(count)
    ]


def written(path: Path, statements: Iterable[Mapping[str, Any]]) -> Path:
    """Write statements to a file, one a line."""
    path.write_text("".join(f"{json.dumps(said)}\n" for said in statements), encoding="utf-8")
    return path

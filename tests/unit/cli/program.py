"""Running the program as a person does: a process of its own, with its streams and its exit code.

What a command answers is asked of a fork of a program that has imported everything: the same
process as a person's, without the second that starting Python and importing takes. How Python
itself starts, and writes to what, is asked of a program that is `started`.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.faults.commands import Commands

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Ran:
    """What a run left: its exit code and both streams."""

    code: int
    out: str
    err: str


def showclear(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """Run `showclear` with these arguments, its output going to files.

    Args:
        environment: Variables beside those there are. What Python itself reads as it starts
            (`PYTHON...`) makes it a program that is started.
    """
    if any(name.startswith("PYTHON") for name in environment):
        return started(*arguments, cwd=cwd, **environment)
    done = _waiting()(*arguments, cwd=str(cwd), environment=environment)
    return Ran(done.code, done.out.decode(), done.err)


def started(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """Start `showclear` as a shell does, its output piped."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", "showclear.cli.main", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@cache
def _waiting() -> Commands:
    made = Commands()
    atexit.register(made.close)
    return made

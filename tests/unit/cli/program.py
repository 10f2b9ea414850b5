"""Running the program as a person does: a process of its own, with its streams and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Ran:
    """What a run left: its exit code and both streams."""

    code: int
    out: str
    err: str


def showclear(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """Run `showclear` with these arguments, its output piped."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", "showclear.cli.main", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

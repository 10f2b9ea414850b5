"""Call the one file of the evidence bundle as tests need it: in this process, or as a person does."""

import contextlib
import importlib.util
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

SOURCE = Path(__file__).parents[2] / "src" / "showclear" / "ledger" / "bare" / "verify.py"
SOLE = ("-I", "-S")
"""Python without its site packages: only the file's own arithmetic is there."""

Files = dict[str, bytes]
Change = Callable[[Files], None]


def loaded() -> ModuleType:
    """Load the file as a module of its own: it stands in no package."""
    spec = importlib.util.spec_from_file_location("bare_verify", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY = loaded()


def written(folder: Path, files: Files) -> Path:
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder


def asked(folder: Path, *more: str | Path) -> tuple[int, str]:
    """Run the file as a person would, with nothing but the standard library."""
    done = subprocess.run(
        [sys.executable, *SOLE, SOURCE, folder, *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def judged(folder: Path, *more: str | Path) -> tuple[int, str]:
    """Run the file in this process, which is quick; an exception would be a traceback."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        code = VERIFY.main([str(folder), *map(str, more)])
    return code, said.getvalue()

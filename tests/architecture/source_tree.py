"""Where the project's own Python stands, parsed once for all architecture tests."""

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "showclear"
PURE = ("core", "rules")
"""Run in a browser too, byte for byte: nothing of the machine may reach them."""

MADE = {
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "build",
    "dist",
    "mutants",
}


def python_files(*folders: Path) -> list[Path]:
    """Return every Python file in the folders, in a stable order; a missing folder has none."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


SHIPPED = python_files(PACKAGE)
PURE_FILES = python_files(*(PACKAGE / name for name in PURE))
OWN = [ROOT / "dev.py", *SHIPPED, *python_files(ROOT / "bench")]
EVERY = [*OWN, *python_files(ROOT / "tests")]


def short(path: Path) -> str:
    """Return a path as a person would say it."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=short(path))


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return what the repository holds or would hold after `git add`, without what it ignores.

    A tree without git, such as an unpacked archive, holds everything that is not made by us.
    """
    listed = None
    if shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    if listed is not None and listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        top = [path for path in ROOT.iterdir() if path.name not in MADE]
        paths = [*top, *(inner for path in top if path.is_dir() for inner in path.rglob("*"))]
    return tuple(sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"))

"""A package exists because it holds something, and is written for the oldest Python we name."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source_tree import EVERY, PACKAGE, short

FOLDERS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)
DATA_ONLY = PACKAGE / "packs"


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_no_package_is_empty(folder: Path) -> None:
    inside = {path.name for path in folder.iterdir()} - {"__init__.py", "__pycache__"}

    assert set() != inside, "create a package when its issue comes, never before"


def test_packs_hold_no_code() -> None:
    assert [] == [short(path) for path in DATA_ONLY.rglob("*.py") if path.name != "__init__.py"]


@pytest.mark.parametrize("path", EVERY, ids=short)
def test_python_3_11_can_read_it(path: Path) -> None:
    # Raises where a newer Python's syntax is used; under 3.11 itself, parsing is the proof.
    ast.parse(path.read_text(encoding="utf-8"), filename=short(path), feature_version=(3, 11))

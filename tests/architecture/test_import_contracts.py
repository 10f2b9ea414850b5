"""Imports point one way: what decides knows nothing of what shows, stores or starts.

The contracts stand in pyproject.toml. These tests run them on the real tree and
on a small wrong one, so that a contract that stopped looking would be noticed.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path, *, config: Path = ROOT / "pyproject.toml") -> tuple[int, str]:
    """Run the contracts on the package that stands in a folder."""
    done = subprocess.run(
        [LINTER, "--config", config, "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def wrong_tree(folder: Path, files: dict[str, str]) -> Path:
    """Write a package of the given modules."""
    for name, text in {"__init__.py": "", **files}.items():
        path = folder / "showclear" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_the_tree_keeps_its_contracts() -> None:
    code, said = lint(ROOT / "src")

    assert 0 == code, said


@pytest.mark.parametrize(
    ("lower", "upper"),
    [("core", "rules"), ("rules", "app"), ("app", "adapters"), ("adapters", "cli")],
)
def test_an_import_that_points_outward_is_refused(lower: str, upper: str, tmp_path: Path) -> None:
    tree = wrong_tree(
        tmp_path,
        {
            f"{lower}/__init__.py": f"import showclear.{upper}\n",
            f"{upper}/__init__.py": "",
        },
    )

    code, said = lint(tree)

    assert 1 == code, said
    assert f"showclear.{lower} is not allowed to import showclear.{upper}" in said


def test_a_package_without_a_place_is_refused(tmp_path: Path) -> None:
    code, said = lint(wrong_tree(tmp_path, {"core/__init__.py": "", "extra/__init__.py": ""}))

    assert 1 == code, said
    assert "extra" in said

"""What of others is shipped to browsers is named, licensed and unchanged.

Protects: whoever opens a page from a set's laptop, where nothing else checks what it runs.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source_tree import PACKAGE

STATIC = PACKAGE / "web" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = VENDOR / "manifest.json"
PACKAGES: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
FILES = [(package, file) for package in PACKAGES for file in package["files"]]
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
_ADDRESS = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", re.IGNORECASE)


def scripts() -> list[Path]:
    return sorted(STATIC.rglob("*.js"))


def shown(path: Path) -> str:
    return str(path.relative_to(STATIC))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package["name"]))
def test_a_package_says_its_version_licence_and_why(package: dict[str, Any]) -> None:
    assert {"files", "licence", "name", "version", "why"} == set(package)
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert package["licence"] in {"BSD-3-Clause", "MIT", "OFL-1.1", "Apache-2.0"}
    assert package["why"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package["name"]))
def test_its_licence_lies_beside_it(package: dict[str, Any]) -> None:
    licences = [one for one in package["files"] if "LICENSE" in one["path"]]

    assert 1 == len(licences)
    assert "Copyright" in (VENDOR / licences[0]["path"]).read_text(encoding="utf-8")


@pytest.mark.parametrize(("package", "file"), FILES, ids=[file["path"] for _, file in FILES])
def test_a_file_is_the_one_that_was_taken(package: dict[str, Any], file: dict[str, str]) -> None:
    assert {"path", "sha256", "source"} == set(file)
    raw = (VENDOR / file["path"]).read_bytes()

    assert file["sha256"] == hashlib.sha256(raw).hexdigest()


def test_nothing_lies_there_that_the_manifest_does_not_name() -> None:
    named = {file["path"] for _, file in FILES}
    there = {
        str(path.relative_to(VENDOR))
        for path in VENDOR.rglob("*")
        if path.is_file() and path != MANIFEST
    }

    assert named == there


@pytest.mark.parametrize("path", scripts(), ids=shown)
def test_a_script_imports_only_files_that_are_here(path: Path) -> None:
    """A bare name would need a bundler or an import map; an address somebody else's server."""
    for name in _IMPORT.findall(path.read_text(encoding="utf-8")):
        assert name.startswith(("./", "../", "/static/")), f"{shown(path)} imports {name}"
        target = STATIC / name.removeprefix("/static/") if name[0] == "/" else path.parent / name
        assert target.is_file(), f"{shown(path)} imports {name}"


@pytest.mark.parametrize(
    "path",
    [*sorted(STATIC.glob("*.html")), *sorted(STATIC.glob("css/*")), *sorted(STATIC.glob("js/*"))],
    ids=shown,
)
def test_no_page_of_ours_asks_anybody_else_for_anything(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert [] == _ADDRESS.findall(text)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.html")), ids=shown)
def test_a_page_has_nothing_inline(path: Path) -> None:
    """The policy would refuse it, and the page would be dead on the set."""
    text = path.read_text(encoding="utf-8")

    assert [] == re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", [*sorted(STATIC.glob("js/*.js"))], ids=shown)
def test_no_template_sets_a_style(path: Path) -> None:
    assert " style=" not in path.read_text(encoding="utf-8")

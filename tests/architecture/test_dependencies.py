"""Whoever installs this can read what comes with it, under which licence, and why.

The lock names every package by its bytes and no address, so that what is
installed is the same from any mirror; the page docs/dependencies.md names each.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

import dev
from tests.architecture.source_tree import ROOT

LOCK = dev.lock_entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip().strip("`"): [cell.strip() for cell in cells[1:]]
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for cells in [line.strip("|").split("|")]
}
USES = {"runtime", "development"}


def plain(name: str) -> str:
    """Return a package's name as an index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    """Return the packages that pyproject.toml itself asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        plain(name) for name in project["dependencies"] + project["optional-dependencies"]["dev"]
    }


def test_every_package_is_pinned_by_its_bytes() -> None:
    line = re.compile(r"[a-z0-9-]+==[^\s;]+ \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+")

    assert [] == [name for name, entry in LOCK.items() if not line.fullmatch(entry)]


def test_everything_asked_for_is_in_the_lock() -> None:
    assert set() == asked_for() - LOCK.keys()


def test_every_package_is_explained_once_on_its_page() -> None:
    assert LOCK.keys() == ROWS.keys()
    assert [] == [name for name, cells in ROWS.items() if len(cells) != 3 or not all(cells)]
    assert set() == {cells[2] for cells in ROWS.values()} - USES


def test_what_is_installed_is_what_the_lock_names() -> None:
    differing = []
    for name, entry in LOCK.items():
        wanted = entry.partition("==")[2].split()[0]
        try:
            found = metadata(name)["Version"]
        except PackageNotFoundError:
            found = "nothing"
        if found != wanted:
            differing.append(f"{name}: lock says {wanted}, found {found}")

    assert [] == differing

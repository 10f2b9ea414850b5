"""Protects: whoever uses the log as a library can believe its page.

Every example on the page runs as it stands, the page names exactly what the package gives,
and importing the package brings in nothing that writes, stores or publishes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from showclear import ledger

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats" / "ledger-library.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = list(re.finditer(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
PURE = {
    "checkpoint",
    "cosignature",
    "ed25519",
    "encoding",
    "errors",
    "jws",
    "merkle",
    "note",
    "policy",
    "proofs",
    "tiles",
    "tlog_proof",
}


def heading_of(block: re.Match[str]) -> str:
    """The last heading above a block."""
    heading: str = re.findall(r"^### (.*)$", TEXT[: block.start()], re.MULTILINE)[-1]
    return heading


def named() -> list[str]:
    """The names in the first column of the page's tables, in their order."""
    return re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)


def loaded_by(line: str) -> set[str]:
    """The modules of this project that a fresh interpreter holds after a line."""
    found = subprocess.run(
        [sys.executable, "-c", f"import sys\n{line}\nprint(*sys.modules)"],
        env={"PYTHONPATH": str(PAGE.parents[2] / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in found.stdout.split() if name.startswith("showclear")}


@pytest.mark.parametrize("block", BLOCKS, ids=heading_of)
def test_an_example_of_the_page_runs_as_it_stands(
    block: re.Match[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lines above keep the page's own line numbers in what a failure shows.
    above = "\n" * TEXT.count("\n", 0, block.start(1))
    monkeypatch.chdir(tmp_path)

    exec(compile(above + block[1], PAGE.name, "exec"), {"__name__": "page"})  # noqa: S102


@pytest.mark.parametrize("block", BLOCKS, ids=heading_of)
def test_an_example_claims_something_and_needs_only_the_library(block: re.Match[str]) -> None:
    origins = set(re.findall(r"^(?:from|import) (\S+)", block[1], re.MULTILINE))

    assert "assert " in block[1]
    assert origins <= {"showclear.ledger", "pathlib"}


def test_the_page_has_five_examples() -> None:
    assert 5 == len(BLOCKS) == TEXT.count("```python")


def test_the_page_names_exactly_what_the_package_gives() -> None:
    assert sorted(ledger.__all__) == sorted(named())


def test_no_name_is_given_twice() -> None:
    assert len(set(ledger.__all__)) == len(ledger.__all__)
    assert len(set(named())) == len(named())


@pytest.mark.parametrize("name", [name for name in ledger.__all__ if name != "EMPTY_ROOT"])
def test_each_name_says_in_its_own_words_what_it_is(name: str) -> None:
    given = getattr(ledger, name)

    assert given.__doc__
    assert not given.__doc__.startswith(f"{name}("), "a dataclass without a docstring"


def test_importing_the_library_loads_the_pure_formats_and_nothing_else() -> None:
    found = loaded_by("import showclear.ledger")

    assert {"showclear", "showclear.ledger", *(f"showclear.ledger.{one}" for one in PURE)} == found


def test_the_tree_is_loaded_when_it_is_asked_for() -> None:
    # The writer keeps its nodes in it, and fsck imports the formats: see test_fsck.
    found = loaded_by("from showclear.ledger import Tree; Tree()")

    assert found - loaded_by("import showclear.ledger") == {"showclear.ledger.tree"}


def test_a_name_that_is_not_there_is_refused_as_ever() -> None:
    with pytest.raises(AttributeError, match=r"'showclear.ledger' has no attribute 'Wood'"):
        getattr(ledger, "Wood")  # noqa: B009


@pytest.mark.parametrize("module", sorted({*PURE, "tree"}))
def test_each_module_can_be_the_first_that_is_imported(module: str) -> None:
    assert f"showclear.ledger.{module}" in loaded_by(f"import showclear.ledger.{module}")

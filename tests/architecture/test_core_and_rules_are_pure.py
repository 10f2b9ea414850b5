"""The same code judges on the server and on a cart tablet without one.

So core and rules touch nothing of the machine: no clock, no chance, no file, no
network, no environment, no third-party package, no zone looked up by its name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import PURE_FILES, parsed, short

STDLIB_ALLOWED = {
    "__future__",
    "abc",
    "base64",
    "bisect",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "graphlib",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "zoneinfo",
}
TOUCHING = {"open", "input", "print", "exec", "eval", "compile", "breakpoint", "__import__"}
CLOCKS = {"now", "utcnow", "today"}

each_pure_file = pytest.mark.parametrize("path", PURE_FILES, ids=short)


def imported_tops(tree: ast.Module) -> set[str]:
    """Return the top-level names a module imports, relative imports left out."""
    tops: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            tops |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            tops.add((node.module or "").partition(".")[0])
    return tops


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Return every call with the last word of what it calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def machine_reads(tree: ast.Module) -> list[str]:
    """Return the calls that would let the machine into a verdict."""
    found = []
    for name, call in calls(tree):
        bare = isinstance(call.func, ast.Name)
        takes_nothing = not call.args and not call.keywords
        if (
            name in CLOCKS
            or (bare and name in TOUCHING)
            # Without a zone, these mean the zone of the machine that happens to run them.
            or (name == "astimezone" and takes_nothing)
            or (name == "fromtimestamp" and len(call.args) + len(call.keywords) < 2)
            # Zones by name do not exist in a browser; a file of the one zone is passed in.
            or (name == "ZoneInfo")
        ):
            found.append(f"line {call.lineno}: {name}")
    return found


@each_pure_file
def test_pure_module_imports_only_pure_things(path: Path) -> None:
    assert set() == imported_tops(parsed(path)) - STDLIB_ALLOWED - {"showclear"}


@each_pure_file
def test_pure_module_reads_nothing_of_the_machine(path: Path) -> None:
    assert [] == machine_reads(parsed(path))


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "date.today()",
        "open('x')",
        "at.astimezone()",
        "datetime.fromtimestamp(5)",
        "ZoneInfo('America/Los_Angeles')",
    ],
)
def test_this_test_notices(line: str) -> None:
    assert 1 == len(machine_reads(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["at.astimezone(UTC)", "ZoneInfo.from_file(tz)", "re.compile('x')", "case.open(2)"]
)
def test_this_test_leaves_pure_code_alone(line: str) -> None:
    assert [] == machine_reads(ast.parse(line))

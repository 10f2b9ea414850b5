"""House sizes as facts: what a tired reader can still hold in the head.

Docstrings are free: only code counts.
"""

import ast
from pathlib import Path

import pytest

from tests.architecture.source_tree import EVERY, PURE_FILES, parsed, short

PURE_FUNCTION_LINES_MAX = 50
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function takes, without its docstring and decorators."""
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def too_long(tree: ast.Module, limit: int) -> list[str]:
    """Return the functions over the limit, each with its line and length."""
    return [
        f"line {node.lineno}: {node.name} has {code_lines(node)} lines of at most {limit}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and code_lines(node) > limit
    ]


@pytest.mark.parametrize("path", EVERY, ids=short)
def test_no_function_is_too_long(path: Path) -> None:
    limit = PURE_FUNCTION_LINES_MAX if path in PURE_FILES else FUNCTION_LINES_MAX

    assert [] == too_long(parsed(path), limit)


LONGER: dict[str, tuple[int, str]] = {
    "src/showclear/ledger/bare/verify.py": (
        1_200,
        "goes into every bundle as one file that imports nothing beside it",
    ),
}
"""Files that may be longer, each with its own limit and the reason."""


@pytest.mark.parametrize("path", EVERY, ids=short)
def test_no_file_is_too_long(path: Path) -> None:
    lines = path.read_bytes().count(b"\n")
    limit, _ = LONGER.get(short(path), (FILE_LINES_MAX, ""))

    assert lines <= limit


@pytest.mark.parametrize(("statements", "found"), [(2, 0), (3, 1)])
def test_a_function_is_measured_without_its_docstring(statements: int, found: int) -> None:
    body = '    """One.\n\n    Two.\n    """\n' + "    pass\n" * statements

    assert found == len(too_long(ast.parse("def f():\n" + body), 3))

"""A name may not promise what nobody can: nothing here is safe, valid or OK.

A weapon that was checked is a weapon that somebody checked, at a time, with
others looking. Names and sentences say that and no more.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import OWN, SHIPPED, parsed, short

FORBIDDEN = {
    "data",
    "helper",
    "helpers",
    "info",
    "manager",
    "ok",
    "safe",
    "util",
    "utils",
    "valid",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SAFE = re.compile(r"\bsafe\b", re.IGNORECASE)


def defined_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Return each name that the module gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.alias(asname=str(name)):
                yield name, node.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno


def forbidden_names(tree: ast.Module) -> list[str]:
    """Return the names that hold a forbidden word, alone or as a part."""
    return [
        f"line {line}: {name}"
        for name, line in defined_names(tree)
        if FORBIDDEN & {word.lower() for word in _WORD.findall(name)}
    ]


def sentences_that_call_something_safe(tree: ast.Module) -> list[str]:
    """Return the strings of several words, docstrings apart, that use the word."""
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    }
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in docstrings
        and " " in node.value
        and _SAFE.search(node.value)
    ]


@pytest.mark.parametrize("path", OWN, ids=short)
def test_no_name_promises_too_much(path: Path) -> None:
    words = {word.lower() for word in _WORD.findall(path.stem)}

    assert set() == words & FORBIDDEN
    assert [] == forbidden_names(parsed(path))


@pytest.mark.parametrize("path", SHIPPED, ids=short)
def test_no_sentence_calls_anything_safe(path: Path) -> None:
    assert [] == sentences_that_call_something_safe(parsed(path))


@pytest.mark.parametrize(
    "line", ["is_ok = 1", "class CaseManager: ...", "def f(validInfo): ...", "self.safe = 1"]
)
def test_a_forbidden_name_is_noticed(line: str) -> None:
    assert 1 == len(forbidden_names(ast.parse(line)))


@pytest.mark.parametrize("line", ["safety = 1", "unsafe = 1", "token = 1", "dataclass(x)"])
def test_a_longer_word_is_another_word(line: str) -> None:
    assert [] == forbidden_names(ast.parse(line))


def test_a_sentence_with_the_word_is_noticed() -> None:
    tree = ast.parse('"""A page on being safe."""\nsays = "The pistol is safe."\nkind = "safe"')

    assert ["line 2: The pistol is safe."] == sentences_that_call_something_safe(tree)

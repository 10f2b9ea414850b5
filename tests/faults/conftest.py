"""Productions that a test may ruin, and a program that carries out commands on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from showclear.adapters.production_folder import with_keys
from tests.faults.commands import Commands
from tests.faults.holding import Kept


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """`showclear`, each command in a process of its own."""
    made = Commands()
    yield made
    made.close()


Made = Callable[..., Path]


@pytest.fixture
def make(commands: Commands, tmp_path: Path) -> Made:
    """Make a production by its name; a copy of one would be refused for writing."""

    def made(name: str = "show", *, sample: bool = True, under: Path = tmp_path) -> Path:
        done = commands("init", under / name, *(["--sample"] if sample else []))
        assert 0 == done.code, done.err
        return under / name

    return made


@pytest.fixture
def show(make: Made) -> Path:
    """A new production."""
    return make()


@pytest.fixture
def kept(show: Path) -> Kept:
    """What has to hold of that production."""
    return Kept(with_keys(show).key)

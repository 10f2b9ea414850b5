"""Which packs does a person mean who names packs, rules or files? Shared by `packs`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from showclear.adapters.packs import CASES, Shelf, installed, own_cases, read_pack
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError, nearest
from showclear.rules.grammar import Pack


@dataclass(frozen=True, slots=True)
class Named:
    """A pack that was asked for, and where its own cases stand."""

    pack: Pack
    folder: Traversable

    def cases(self) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
        """Its own cases, and what is wrong with those that cannot be read."""
        return own_cases(self.folder)


def is_file(name: str) -> bool:
    """Whether a file is meant and not the name of a pack."""
    return name.endswith((".yaml", ".yml")) or ("/" in name and Path(name).exists())


def packs_named(names: Iterable[str]) -> tuple[list[Named], list[Problem]]:
    """Return the packs named, every installed one if none is, and what cannot be read."""
    shelf = installed()
    asked = list(names)
    problems = list(shelf.problems) if not asked else []
    found: list[Named] = []
    for name in asked or shelf.packs:
        try:
            found.append(_one(shelf, name))
        except ReadError as error:
            problems += error.problems
    return found, problems


def _one(shelf: Shelf, name: str) -> Named:
    shelved = shelf.packs.get(name)
    if shelved is not None:
        return Named(shelved.pack, shelved.folder)
    if is_file(name):
        return _of_file(shelf, Path(name))
    problem = Problem(
        file=name,
        line=0,
        found="neither an installed pack nor a pack file",
        allowed=", ".join(shelf.packs),
        nearest=nearest(name, shelf.packs),
    )
    raise ReadError((problem, *shelf.problems))


def _of_file(shelf: Shelf, path: Path) -> Named:
    """A pack file; where no cases stand next to it, those of the installed pack it is a copy of."""
    pack = read_pack(path)
    installed_one = shelf.packs.get(pack.id)
    if installed_one is not None and not (path.parent / CASES).is_dir():
        return Named(pack, installed_one.folder)
    return Named(pack, path.parent)

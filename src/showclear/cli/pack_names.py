"""Which packs does a person mean who names packs, rules or files? Shared by `packs`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from showclear.adapters.packs import (
    CASES,
    PACK_FILE,
    Shelf,
    installed,
    own_cases,
    read_pack,
    rule_lines,
)
from showclear.core.case import Case
from showclear.core.errors import Problem, ReadError, nearest
from showclear.rules.grammar import Pack


@dataclass(frozen=True, slots=True)
class Named:
    """A pack that was asked for, where it was read, and where its own cases stand."""

    pack: Pack
    folder: Traversable
    file: Traversable

    def lines(self) -> Mapping[str, int]:
        """The line on which each of its rules begins."""
        return rule_lines(self.file)

    def cases(self) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
        """Its own cases, and what is wrong with those that cannot be read."""
        return own_cases(self.folder)


def is_file(name: str) -> bool:
    """Whether a file is meant, or a folder with one, and not the name of a pack."""
    return (
        name.endswith((".yaml", ".yml"))
        or ("/" in name and Path(name).exists())
        or (Path(name) / PACK_FILE).is_file()
    )


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
        return Named(shelved.pack, shelved.folder, shelved.folder / PACK_FILE)
    if is_file(name):
        path = Path(name)
        return _of_file(shelf, path / PACK_FILE if (path / PACK_FILE).is_file() else path)
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
        return Named(pack, installed_one.folder, path)
    return Named(pack, path.parent, path)

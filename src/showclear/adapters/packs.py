"""Which rule packs are installed, and what does a pack file say?

* The installed packs are the files `pack.yaml` that come with the program. A pack is
  named by what stands in it, not by its folder.
* A pack that cannot be read takes no other with it: its problems stand beside the
  packs that can.
* A pack's own cases stand in `cases/` next to it, in the format of all cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from showclear.adapters.yaml_file import CASE_LIMITS, PACK_LIMITS, Limits, parse_yaml, read_yaml
from showclear.core.case import Case
from showclear.core.case_read import parse_case
from showclear.core.errors import Problem, ReadError
from showclear.core.located import Located
from showclear.rules.canonical import with_digest
from showclear.rules.grammar import Pack
from showclear.rules.read import parse_pack

PACK_FILE = "pack.yaml"
CASES = "cases"


@dataclass(frozen=True, slots=True)
class Shelved:
    """An installed pack and where it stands."""

    pack: Pack
    folder: Traversable


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every installed pack by its name, and what could not be read."""

    packs: Mapping[str, Shelved]
    problems: tuple[Problem, ...]


def installed() -> Shelf:
    """Read the installed packs."""
    packs: dict[str, Shelved] = {}
    problems: list[Problem] = []
    for folder in _pack_folders(resources.files("showclear.packs")):
        try:
            pack = with_digest(parse_pack(_read(folder / PACK_FILE, limits=PACK_LIMITS)))
        except ReadError as error:
            problems += error.problems
            continue
        packs[pack.id] = Shelved(pack, folder)
    return Shelf(dict(sorted(packs.items())), tuple(problems))


def read_pack(path: Path) -> Pack:
    """Read a pack from a file of a person's own.

    Raises:
        ReadError: The file cannot be opened, is not strict YAML, or is not a pack.
    """
    return with_digest(parse_pack(read_yaml(path, limits=PACK_LIMITS)))


def own_cases(folder: Traversable) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read the cases that stand next to a pack, in the order of their names."""
    cases: list[Case] = []
    problems: list[Problem] = []
    where = folder / CASES
    files = sorted(where.iterdir(), key=lambda file: file.name) if where.is_dir() else []
    for file in files:
        if not file.name.endswith(".yaml"):
            continue
        try:
            cases.append(parse_case(_read(file, limits=CASE_LIMITS)))
        except ReadError as error:
            problems += error.problems
    return tuple(cases), tuple(problems)


def _read(file: Traversable, *, limits: Limits) -> Located:
    # Installed packs may stand inside an archive, where there are no paths.
    if isinstance(file, Path):
        return read_yaml(file, limits=limits)
    return parse_yaml(file.read_bytes(), file=str(file), limits=limits)


def _pack_folders(folder: Traversable) -> Iterator[Traversable]:
    inside = sorted(folder.iterdir(), key=lambda entry: entry.name)
    if any(entry.name == PACK_FILE for entry in inside):
        yield folder
    for entry in inside:
        if entry.is_dir():
            yield from _pack_folders(entry)

"""Which rule packs are installed, and what does a pack file say?

* The installed packs are the files `pack.yaml` that come with the program. A pack is
  named by what stands in it, not by its folder.
* A pack that cannot be read takes no other with it: its problems stand beside the
  packs that can.
* What a shipped `pack.yaml` says is taken from the compiled form beside the packs where
  that was made of these very bytes; else, and for every file of a person's own, the YAML
  is read. Both say the same (see `app.pack_compiled`).
* A pack's own cases stand in `cases/` next to it, in the format of all cases, and careful
  days of its own in `days/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from showclear.adapters.yaml_file import CASE_LIMITS, PACK_LIMITS, Limits, parse_yaml, read_yaml
from showclear.app import pack_compiled
from showclear.app.pack_letters import look_alikes
from showclear.core.case import Case
from showclear.core.case_read import parse_case
from showclear.core.errors import Problem, ReadError
from showclear.core.located import Located
from showclear.rules.canonical import with_digest
from showclear.rules.grammar import Pack
from showclear.rules.read import parse_pack

PACK_FILE = "pack.yaml"
CASES = "cases"
DAYS = "days"


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


def installed(*, compiled: bool = True) -> Shelf:
    """Read the installed packs.

    Args:
        compiled: Whether what was compiled before may stand for the YAML it was made of.
    """
    packs: dict[str, Shelved] = {}
    problems: list[Problem] = []
    root = resources.files("showclear.packs")
    entries = pack_compiled.entries_of(_bytes_of(root / pack_compiled.FILE)) if compiled else {}
    for folder in _pack_folders(root):
        file = folder / PACK_FILE
        try:
            pack = pack_compiled.pack_of(entries, _bytes_of(file), file=str(file))
            pack = pack or _read_pack(file)
        except ReadError as error:
            problems += error.problems
            continue
        packs[pack.id] = Shelved(pack, folder)
    return Shelf(dict(sorted(packs.items())), tuple(problems))


def compile_installed() -> tuple[bytes, tuple[Problem, ...]]:
    """Make the compiled form of the installed packs from their YAML, and what cannot be read."""
    shelf = installed(compiled=False)
    read = [(_bytes_of(one.folder / PACK_FILE), one.pack) for one in shelf.packs.values()]
    return pack_compiled.compiled_form(read), shelf.problems


def read_pack(path: Path) -> Pack:
    """Read a pack from a file of a person's own.

    Raises:
        ReadError: The file cannot be opened, is not strict YAML, or is not a pack.
    """
    return _read_pack(path)


def rule_lines(file: Traversable) -> Mapping[str, int]:
    """The line on which each rule of a pack file begins; of a rule said twice, the first.

    Raises:
        ReadError: The file cannot be read any more.
    """
    located = _read(file, limits=PACK_LIMITS)
    found: dict[str, int] = {}
    document = located.document if isinstance(located.document, dict) else {}
    rules = document.get("rules")
    for place, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict):
            found.setdefault(str(rule.get("id")), located.line(("rules", place)))
    return found


def own_cases(folder: Traversable) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read the cases that stand next to a pack, in the order of their names."""
    return _cases_in(folder / CASES)


def own_days(folder: Traversable) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read the careful days that stand next to a pack, in the order of their names."""
    return _cases_in(folder / DAYS)


def _cases_in(where: Traversable) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    cases: list[Case] = []
    problems: list[Problem] = []
    files = sorted(where.iterdir(), key=lambda file: file.name) if where.is_dir() else []
    for file in files:
        if not file.name.endswith(".yaml"):
            continue
        try:
            cases.append(parse_case(_read(file, limits=CASE_LIMITS)))
        except ReadError as error:
            problems += error.problems
    return tuple(cases), tuple(problems)


def _bytes_of(file: Traversable) -> bytes:
    """What stands in a file; nothing where it cannot be read: whoever reads it next says why."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _read_pack(file: Traversable) -> Pack:
    located = _read(file, limits=PACK_LIMITS)
    alike = look_alikes(located)
    if alike:
        raise ReadError(alike)
    return with_digest(parse_pack(located))


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

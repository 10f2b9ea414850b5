"""Which YAML files does a person mean who names files and folders?

* A folder means every `*.yaml` below it, in the order of their names, wherever it
  lies; links to other folders are not followed, so that none goes in circles.
* A file named twice is meant once.
* What is not there, cannot be opened or holds nothing is a problem with words, and
  never silence: a folder that was skipped would look like a folder without faults.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from showclear.core.errors import Problem


def yaml_files(named: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """Return the files meant, and what is wrong with what was named."""
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in named:
        inside = _inside(path, problems) if path.is_dir() else [path]
        for file in inside:
            # The first name given is the one that messages use.
            found.setdefault(_one_name(file), file)
    return tuple(found.values()), tuple(problems)


def _one_name(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _inside(folder: Path, problems: list[Problem]) -> list[Path]:
    before = len(problems)
    files = sorted(_walk(folder, problems))
    if not files and len(problems) == before:
        problems.append(
            Problem(
                file=str(folder),
                line=0,
                found="a folder without a YAML file",
                allowed="files that end in .yaml, at any depth",
            )
        )
    return files


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        problems.append(
            Problem(
                file=str(error.filename or folder),
                line=0,
                found=f"cannot be opened: {error.strerror}",
                allowed="a folder that can be read",
            )
        )

    for where, _, names in os.walk(folder, onerror=refused):
        yield from (Path(where, name) for name in names if name.endswith(".yaml"))

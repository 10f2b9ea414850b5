"""Problems of one case file while it is read, each with the line it is on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from showclear.core.errors import Problem
from showclear.core.fields import Bad, read_statement_id, show
from showclear.core.located import Located, Path
from showclear.core.parse import Fault
from showclear.core.statement import SINGULAR


@dataclass(slots=True)
class Reading:
    """The problems found so far in one file, and where its values stand."""

    located: Located
    problems: list[Problem] = field(default_factory=list)
    half_read: set[str] = field(default_factory=set)
    """Ids of what has a problem of its own: naming them elsewhere is none."""

    def report(self, path: Path, fault: Fault | Bad) -> None:
        """Note a problem at a path of the document."""
        self.problems.append(
            Problem(
                file=self.located.file,
                line=self._line((*path, *fault.path)),
                found=fault.found,
                allowed=fault.allowed,
                nearest=fault.close,
            )
        )

    def _line(self, path: Path) -> int:
        # A field may have been said in the singular; that is where it stands.
        if path and path not in self.located.lines and isinstance(path[-1], str):
            singular = (*path[:-1], SINGULAR.get(path[-1], path[-1]))
            if singular in self.located.lines:
                path = singular
        return self.located.line(path)

    def say(self, path: Path, found: str, allowed: str = "", close: str = "") -> None:
        """Note a problem in words."""
        self.report(path, Fault((), found, allowed, close))

    def read(self, path: Path, reader: Any, value: Any, otherwise: Any) -> Any:
        """Read a value, noting the problem and going on with `otherwise`."""
        try:
            return reader(value)
        except Bad as bad:
            self.report(path, bad)
            return otherwise


def case_id(value: Any) -> str:
    """Read the id of a case or variant."""
    read_statement_id(value)
    if "--" in value or "/" in value:
        raise Bad(show(value), "letters, digits, dots and single hyphens")
    return str(value)


def plain(value: Any) -> Any:
    """Read a mapping as it stands."""
    if not isinstance(value, dict):
        raise Bad(show(value), "a mapping")
    return value


def plain_list(value: Any) -> Any:
    """Read a list as it stands."""
    if not isinstance(value, list):
        raise Bad(show(value), "a list")
    return value

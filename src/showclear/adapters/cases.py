"""Reading a case from its file. What a case may hold is said in `showclear.core.case`."""

from __future__ import annotations

from pathlib import Path

from showclear.adapters.yaml_file import CASE_LIMITS, read_yaml
from showclear.core.case import Case
from showclear.core.case_read import parse_case


def read_case(path: Path) -> Case:
    """Read a case.

    Raises:
        ReadError: The file cannot be opened, is not strict YAML, or is not a case.
    """
    return parse_case(read_yaml(path, limits=CASE_LIMITS))

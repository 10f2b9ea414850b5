"""Mistakes the type checker must refuse. Each case is a line a tired person writes.

One mistake per file: what a checker calls unreachable hides whatever follows it.
"""

import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT

PREAMBLE = """
from datetime import UTC, datetime

from showclear.core.errors import Problem
from showclear.core.fields import PersonId, StatementId, WeaponId
from showclear.core.gates import Clear, Hold, Verdict
from showclear.core.statement import Statement

def who(person: PersonId) -> None: ...
"""

CASES = {
    "bare_string_for_a_person": ("who('p.armorer')", "arg-type"),
    "weapon_for_a_person": ("who(WeaponId('w1'))", "arg-type"),
    "edited_statement": ("def f(s: Statement) -> None:\n    s.by = PersonId('p2')", "misc"),
    "statement_by_nobody": ("Statement(id=StatementId('s1'))", "call-arg"),
    "verdict_as_truth": ("def f(v: Verdict) -> None:\n    if v:\n        print()", "unreachable"),
    "forgotten_hold": (
        "def f(v: Verdict) -> str:\n    match v:\n        case Clear():\n            return ''",
        "exhaustive-match",
    ),
    "edited_verdict": ("def f(v: Hold) -> None:\n    v.reasons = ()", "misc"),
    "fields_by_position": ("Problem('case.yaml', 3, 'nothing')", "call-arg"),
}
RIGHT = {
    "a_person": "who(PersonId('p.armorer'))",
    "a_statement": "Statement(id=StatementId('s1'), at=datetime.now(UTC), by=PersonId('p1'))",
}


def test_each_mistake_is_refused_and_nothing_else(tmp_path: Path) -> None:
    for name, line in {**{name: line for name, (line, _) in CASES.items()}, **RIGHT}.items():
        (tmp_path / f"{name}.py").write_text(PREAMBLE + line + "\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    errors: dict[str, str] = {}
    for line in done.stdout.splitlines():
        stem = Path(line.partition(":")[0]).stem
        errors[stem] = errors.get(stem, "") + line
    passed = {name for name, (_, code) in CASES.items() if f"[{code}]" not in errors.get(name, "")}
    refused = {name: errors[name] for name in RIGHT if name in errors}
    assert set() == passed, done.stdout + done.stderr
    assert {} == refused

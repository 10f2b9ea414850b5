"""A production of some 300 entries to be changed behind its back, and what `fsck` says of it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from showclear.cli.fsck import check_production
from showclear.cli.main import main
from tests.unit.cli.program import ROOT

CASE = ROOT / "cases" / "western-day" / "case.yaml"
PICTURE = b"not really a picture"
DIGEST = sha256(PICTURE).hexdigest()
EXTRA = f"""\
- {{id: extra/joined, what: person.joined, by: ad, at_is: order-only, person: p-new, roles: [grip], note: "words"}}
- {{id: extra/erased, what: text.erased, by: ad, at_is: order-only, of: extra/joined, basis: "gdpr-17"}}
- {{id: extra/picture, what: attachment.added, by: ad, at_is: order-only, sha256: {DIGEST}, about: [p-new]}}
- {{id: extra/picture, what: attachment.added, by: ad, at_is: order-only, sha256: {"0" * 64}, about: [p-new]}}
"""


class Fscked:
    """What one run said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        capsys.readouterr()
        self.code = check_production(folder, json=True)
        self.out, self.err = capsys.readouterr()
        self.said: dict[str, Any] = json.loads(self.out) if self.out else {}

    @property
    def places(self) -> list[str]:
        return [one["where"] for one in self.said.get("findings", [])]

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.said.get("findings", [])]


def everything_in(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Every file and folder: its times, its rights and what is in it."""
    found: dict[str, tuple[Any, ...]] = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        of = path.lstat()
        inside = (
            sha256(path.read_bytes()).hexdigest()
            if path.is_file()
            else sorted(one.name for one in path.iterdir())
        )
        found[str(path.relative_to(folder))] = of.st_mode, of.st_mtime_ns, of.st_ino, inside
    return found


def western(folder: Path) -> Path:
    """Make the production: with texts, one erased, a picture, one statement kept aside."""
    extra = folder.with_name("extra.yaml")
    extra.write_text(EXTRA, encoding="utf-8")

    assert 0 == main(["init", str(folder), "--sample"])
    assert 0 == main(["say", str(folder), str(CASE)])
    assert 3 == main(["say", str(folder), str(extra)])
    (folder / "attachments" / DIGEST).write_bytes(PICTURE)
    return folder

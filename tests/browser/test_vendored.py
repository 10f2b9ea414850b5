"""What of others lies here is named, licensed and unchanged.

A changed axe would say "no violations" of whatever its changer liked.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"


def test_every_file_of_others_is_as_its_manifest_says() -> None:
    listed = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "manifest.json"
    }

    assert there == {one["file"]: one["sha256"] for one in listed}
    assert all(one[key] for one in listed for key in ("name", "version", "licence", "from"))


def test_the_licence_lies_beside_what_is_under_it() -> None:
    head = (VENDOR / "axe.min.js").read_text(encoding="utf-8")[:500]

    assert "axe v4.10.3" in head
    assert "Mozilla Public" in head
    assert (VENDOR / "axe-LICENSE.txt").read_text(encoding="utf-8").startswith("Mozilla Public")

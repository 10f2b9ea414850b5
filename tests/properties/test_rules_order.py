"""A verdict depends on the record, the question and the packs, and on nothing else.

Given every case of the repository in all four modes; when it is replayed in programs
whose sets have another order, then the JSON is the same to the byte. Of the long days only
the day itself, as it was told; `SHOWCLEAR_LONG` takes them in all modes with their variants.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))
ROOT = Path(__file__).resolve().parents[2]
REPLAY = """
import hashlib, json, sys
from pathlib import Path
from showclear.adapters.cases import read_case
from showclear.adapters.packs import installed
from showclear.app.replay import replay, replay_json, replay_one
from showclear.rules.judge import book_of
packs = {name: one.pack for name, one in installed().packs.items()}
done = []
for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    case = read_case(path)
    book = book_of(packs[name] for name in case.packs)
    if case.kind != "incident" and sys.argv[2] == "share":
        done.append(replay_one(case, book, "honest"))
        continue
    for mode in ("honest", "ticked", "colluded", "unused"):
        done += replay(case, book, mode, twins=True)
text = json.dumps(replay_json(done))
print(len(done), hashlib.sha256(text.encode()).hexdigest(), *(one.sha256 for one in packs.values()))
"""


def replayed(seed: str) -> str:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", REPLAY, str(ROOT / "cases"), "all" if LONG else "share"],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_every_case_is_judged_alike_whatever_the_order_of_sets() -> None:
    first, second = replayed("0"), replayed("4242")

    assert first == second
    assert int(first.split()[0]) > 20
    assert len(first.split()[1]) == len(hashlib.sha256().hexdigest())

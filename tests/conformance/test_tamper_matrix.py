"""Protects: whoever changes a byte of what is published is found, by three readers alike.

A production of some 300 entries; 60 changes (120 with `--long`) to its bundles, tiles and checkpoint: bits turned
over, files deleted, swapped, added and cut short. The verifier, the second reader of the
folder and the one file of bare Python each refuse every one, name the place, and show nobody
a traceback. What changes is drawn with a seed from what is there; nothing knows its names.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from showclear.cli.main import main
from tests.conformance.bare_verifier import judged

ROOT = Path(__file__).resolve().parents[2]
DAY = ROOT / "cases" / "western-day" / "case.yaml"
KINDS = ("flip", "truncate", "delete", "swap", "add", "grow", "blank")
COUNT = 120 if "SHOWCLEAR_LONG" in os.environ else 60
PARTS = 4


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day, said to a fresh sample."""
    path = tmp_path_factory.mktemp("tampering") / "western"
    assert 0 == main(["init", str(path), "--sample"])
    assert 0 == main(["say", str(path), str(DAY)])
    return path


def published(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "log").rglob("*") if path.is_file())


def flip(random: Random, files: list[Path]) -> str:
    path = random.choice(files)
    raw = bytearray(path.read_bytes())
    bit = random.randrange(8 * len(raw))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    return path.name


def truncate(random: Random, files: list[Path]) -> str:
    path = random.choice(files)
    raw = path.read_bytes()
    path.write_bytes(raw[: random.randrange(len(raw))])
    return path.name


def delete(random: Random, files: list[Path]) -> str:
    path = random.choice(files)
    path.unlink()
    return path.name


def swap(random: Random, files: list[Path]) -> str:
    first, second = random.sample(files, 2)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    return first.name


def add(random: Random, files: list[Path]) -> str:
    """A file that this log does not have: another's bytes under a name of the same kind."""
    path = random.choice([file for file in files if file.name != "checkpoint"])
    other = path.with_name(str(random.randrange(1, 200)) if path.parent.suffix == ".p" else "900")
    if other.exists():
        other = path.with_name("901")
    raw = bytearray(path.read_bytes())
    raw[0] ^= 1
    other.write_bytes(raw)
    return other.name


def grow(random: Random, files: list[Path]) -> str:
    path = random.choice(files)
    path.write_bytes(path.read_bytes() + random.randbytes(random.randrange(1, 40)))
    return path.name


def blank(random: Random, files: list[Path]) -> str:
    """A stretch of a file is zeros, as a disk gives them that lost a block."""
    path = random.choice(files)
    raw = bytearray(path.read_bytes())
    start = random.randrange(len(raw) // 2)
    raw[start : start + 16] = bytes(16)
    path.write_bytes(raw)
    return path.name


CHANGES: dict[str, Callable[[Random, list[Path]], str]] = {
    "flip": flip,
    "truncate": truncate,
    "delete": delete,
    "swap": swap,
    "add": add,
    "grow": grow,
    "blank": blank,
}


def copies(production: Path, tmp_path: Path, part: int) -> Iterator[tuple[str, Path]]:
    """Each changed copy of one part of the matrix, with what was done to it."""
    for number in range(part, COUNT, PARTS):
        # Half of all are single bits: what no person would see.
        kind = "flip" if number // PARTS % 2 else KINDS[1 + number // PARTS // 2 % 6]
        folder = tmp_path / f"{number}-{kind}"
        shutil.copytree(production, folder)
        name = CHANGES[kind](Random(number), published(folder))
        yield f"change {number}, {kind} of {name}", folder
        shutil.rmtree(folder)


def test_unchanged_record_is_whole_to_all_three(
    production: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["verify", str(production)])
    assert 0 == main(["fsck", str(production)])
    assert 0 == judged(production)[0]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_change_is_refused_by_three_readers_and_placed(
    production: Path, tmp_path: Path, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    for what, folder in copies(production, tmp_path, part):
        for command in (["verify", "--processes", "1"], ["fsck", "--hashes"]):
            code = main([command[0], str(folder), "--json", *command[1:]])
            told = capsys.readouterr()
            found = json.loads(told.out)["findings"]

            assert 1 == code, (what, command)
            assert found[0]["where"], (what, command, found)
            assert "Traceback" not in told.out + told.err, (what, command)
        code, said = judged(folder)

        assert 1 == code, (what, said)
        assert "The first thing wrong: log/" in said, (what, said)
        assert "Traceback" not in said, (what, said)

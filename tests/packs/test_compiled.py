"""The compiled form of the shipped packs says what their YAML says, or is not used.

A production that starts in the morning reads it instead of the YAML. If the two differed,
a rule that an adviser changed in one place would be asked as it was before.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from showclear.adapters import packs as shelf
from showclear.adapters.packs import PACK_FILE, compile_installed, installed
from showclear.app import pack_compiled
from showclear.app.pack_compiled import compiled_form, entries_of, pack_of
from tests.unit.cli.program import showclear

PACKS_FOLDER = Path(shelf.__file__).resolve().parents[1] / "packs"
COMPILED = PACKS_FOLDER / pack_compiled.FILE
AGAIN = "run: showclear packs compile > src/showclear/packs/compiled.json"

YAML = installed(compiled=False).packs


def test_the_compiled_form_is_of_the_yaml_that_ships() -> None:
    entries = entries_of(COMPILED.read_bytes())

    read = {
        name: pack_of(entries, (Path(str(one.folder)) / PACK_FILE).read_bytes(), file=name)
        for name, one in YAML.items()
    }

    assert {name: one.pack for name, one in YAML.items()} == read, AGAIN


def test_nothing_but_the_packs_that_ship_is_in_it() -> None:
    compiled, problems = compile_installed()

    assert () == problems
    assert compiled == COMPILED.read_bytes(), AGAIN


def test_the_shelf_is_the_same_whichever_way_it_is_read() -> None:
    assert YAML == installed().packs


def test_the_command_that_makes_it_writes_the_same_again() -> None:
    ran = showclear("packs", "compile")

    assert (0, "") == (ran.code, ran.err)
    assert COMPILED.read_text(encoding="utf-8") == ran.out, AGAIN


def test_yaml_that_somebody_changed_is_read_and_not_what_was_compiled_of_it_before() -> None:
    one = YAML["us-ca-labor"]
    text = (Path(str(one.folder)) / PACK_FILE).read_bytes()
    entries = entries_of(compiled_form([(text, one.pack)]))

    assert one.pack == pack_of(entries, text, file="as it was")
    assert pack_of(entries, text + b"# read again\n", file="changed") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"property-master"', '"property"'),
        ('"law"', '"studio"'),
        ('"sha256": "', '"sha256": "0'),
        ('"pack": {', '"peck": {'),
    ],
)
def test_a_compiled_pack_that_was_altered_or_no_longer_reads_is_not_used(
    old: str, new: str
) -> None:
    one = YAML["us-ca-labor"]
    text = (Path(str(one.folder)) / PACK_FILE).read_bytes()
    altered = compiled_form([(text, one.pack)]).decode().replace(old, new).encode()

    assert altered != compiled_form([(text, one.pack)])
    assert pack_of(entries_of(altered), text, file="altered") is None


@pytest.mark.parametrize(
    "compiled",
    [
        b"",
        b"[]",
        b"{",
        b'"packs"',
        b"\xff",
        b"[" * 100_000,
        b'{"format": "another/1", "packs": []}',
    ],
    ids=["empty", "a list", "cut off", "a word", "no text", "too deep", "of another format"],
)
def test_what_is_no_compiled_form_says_nothing(compiled: bytes) -> None:
    assert {} == entries_of(compiled)


def test_each_pack_has_a_line_of_its_own_so_that_a_change_can_be_reviewed() -> None:
    lines = COMPILED.read_text(encoding="utf-8").splitlines()

    assert len(YAML) + 2 == len(lines)
    assert len(YAML) == len(json.loads(COMPILED.read_bytes())["packs"])

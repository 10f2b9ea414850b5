"""What `packs test` says of the answers of a pack, and what it refuses as an answer sheet.

An adviser changes one word of a rule. The cases still come to what they should, and yet
something is asked of nobody any more: the answer sheet says of whom, and at which gate.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.answer_sheet import FILE
from showclear.adapters.packs import installed
from showclear.app.pack_answers import FORMAT, read_sheet, sheet_text
from showclear.core.errors import ReadError
from tests.unit.cli.program import showclear

PACK = "studio-example"


def copy_of(pack: str, folder: Path, old: str = "", new: str = "") -> Path:
    """A pack with everything that stands beside it, and one thing in it written otherwise."""
    there = folder / "pack"
    shutil.copytree(Path(str(installed().packs[pack].folder)), there)
    file = there / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) or not old
    file.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return there


def test_a_gate_that_was_forgotten_is_said_with_the_rule_and_where_it_held(tmp_path: Path) -> None:
    there = copy_of(
        PACK, tmp_path, "hold at take-out, load, hand-over", "hold at take-out, hand-over"
    )

    ran = showclear("packs", "test", there)

    assert 1 == ran.code
    assert "ANSWERS DIFFER   studio-example/misfire-wait at " in ran.out
    assert ", is not asked" in ran.out


def test_what_was_meant_is_recorded_anew_and_then_as_it_should_be(tmp_path: Path) -> None:
    there = copy_of(PACK, tmp_path, "at least: 30 seconds", "at least: 31 seconds")

    recorded = showclear("packs", "test", there, "--record")
    again = showclear("packs", "test", there)

    assert "WAS OTHERWISE   studio-example/misfire-wait at " in recorded.out
    assert "DIFFER" not in again.out


def test_a_rule_of_which_nothing_was_recorded_is_said(tmp_path: Path) -> None:
    there = copy_of(PACK, tmp_path, "- id: misfire-wait", "- id: misfire-wait-2")

    ran = showclear("packs", "test", there)

    assert "studio-example/misfire-wait: was in the pack, is gone" in ran.out
    assert "studio-example/misfire-wait-2: was not on the sheet, is in the pack" in ran.out


def test_a_pack_without_a_sheet_is_tried_by_its_cases_and_told_so(tmp_path: Path) -> None:
    there = copy_of(PACK, tmp_path)
    (there / FILE).unlink()

    ran = showclear("packs", "test", there)

    assert (0, "") == (ran.code, ran.err)
    assert "no answers       studio-example: none recorded yet" in ran.out


def test_a_sheet_reads_back_to_itself() -> None:
    text = (Path(str(installed().packs[PACK].folder)) / FILE).read_text(encoding="utf-8")

    assert text == sheet_text(read_sheet(text.encode(), file=FILE))


@pytest.mark.parametrize(
    "change",
    [
        {"format": "showclear-answers/9"},
        {"supposed": [["magic"]]},
        {"supposed": [["set", "of of of", "empty"]]},
        {"supposed": [["at", "1e400", "weapon.fired", ""]]},
        {"supposed": [["said", "check.made", "found nothing", "never"]]},
        {"rules": [{"rule": "x", "supposed": [0, 0], "answers": ["met"], "at": {"a:b": [0]}}]},
        {"rules": "all of them"},
    ],
    ids=str,
)
def test_what_is_no_answer_sheet_is_refused_with_a_sentence(change: dict[str, Any]) -> None:
    sheet = {"format": FORMAT, "pack": PACK, "supposed": [["as it is"]], "rules": []} | change

    with pytest.raises(ReadError, match="is no answer sheet"):
        read_sheet(json.dumps(sheet).encode(), file=FILE)

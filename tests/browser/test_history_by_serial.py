"""Somebody asks about one weapon, by the number stamped into it.

What is protected: its serial number finds it; every line says what was said, by whom and what
the gate answered then; and the receipt beside a line is one that `showclear verify` accepts.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from showclear.cli.verify import verify_log
from tests.browser.chromium import LAPTOP
from tests.browser.conftest import Stage
from tests.browser.people.anybody import Anybody

SERIAL = "SN-447-1871"


def test_its_serial_number_finds_it_and_its_receipts_verify(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = stage.set("05:56")
    film.says(
        {
            "what": "weapon.received",
            "by": "lead",
            "weapon": "rev-7",
            "kind": "firearm",
            "calibre": ".45 Colt",
            "serial": SERIAL,
            "from": "the armoury",
        },
        {"what": "weapon.taken-out", "by": "lead", "weapons": ["rev-7"]},
        {
            "what": "check.made",
            "by": "lead",
            "checks": ["chamber-empty"],
            "on": ["rev-7"],
            "passed": True,
        },
    )
    office = stage.comes(Anybody, "office", film, device=LAPTOP)
    office.opens("/history", at=film.here)

    office.types(office.page.get_by_role("searchbox"), SERIAL[3:6])
    office.presses(office.at_key("find"), writes=False)
    office.presses(office.page.get_by_role("link", name="rev-7"), writes=False)

    lines = office.page.locator("li.line")
    expect(lines).to_have_count(3)
    for line, words in zip(lines.all(), ("chamber empty", "taken out", SERIAL), strict=True):
        expect(line).to_contain_text(words, ignore_case=True)
        expect(line).to_contain_text("Armorer")
    expect(lines.nth(1)).to_contain_text("Clear then")

    kept = []
    for line in lines.all():
        with office.page.expect_download() as coming:
            line.get_by_role("link", name="Receipt").click()
        kept.append(tmp_path / coming.value.suggested_filename)
        coming.value.save_as(kept[-1])
    assert 0 == verify_log(film._served.folder, receipt=tuple(kept), processes=1)
    assert "3 receipts fit this log" in capsys.readouterr().out

    # And a receipt of one line is none of another.
    index = int(kept[0].stem.removeprefix("receipt-"))
    kept[0].write_text(kept[0].read_text().replace(f"index {index}", f"index {index - 1}"))
    assert 1 == verify_log(film._served.folder, receipt=tuple(kept), processes=1)

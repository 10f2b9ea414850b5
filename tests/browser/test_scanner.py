"""A scanner that types: a weapon's label chooses its card, a badge is its owner's own eyes.

What is protected: a scan is one tap and needs no field to be chosen first; what a badge says is
said by whoever wears it, and by nobody else; a scan into nothing writes nothing.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import scenes

BADGE = "SCNASSISTANTBBBB"
REVOLVERS = [f"rev-{n}" for n in range(1, 7)]
LABELS = {
    "rev-5": "rev-5",
    "https://set.example/w/rev-6": "rev-6",
    "dummies": "lot/dummies",
}
"""What is printed on a label, and what it chooses."""


def test_a_label_chooses_and_a_badge_is_its_owners_own_eyes(stage: Stage) -> None:
    film = stage.set("w-0600-dummies-open")
    film.gives("assistant", badge=BADGE)
    film.says(
        {
            "what": "check.made",
            "by": "lead",
            "checks": ["dummies-each-verified", "label-matches"],
            "on": ["dummies"],
            "passed": True,
            "count": 36,
            "of": 36,
        }
    )
    lead = scenes.handler(stage, film)
    before = film.size

    for label, sheet in LABELS.items():
        with lead.act("choose by its label") as scan:
            lead.scans(label)
        expect(lead.page.locator(f'[data-sheet="{sheet}"]')).to_be_visible()
        assert (1, 0) == (scan.taps, scan.typed)
    # Rules want a second pair of eyes on each of the 36 dummies; nobody wears this badge.
    eyes = lead.page.locator("section.block.eyes")
    expect(eyes).to_be_visible()
    lead.complaints.expected.append("status of 40[0-9]")
    lead.scans("SCNNOBODYBBBB")
    scenes.reads(lead.page, "Not taken")
    expect(eyes).to_be_visible()
    assert before == film.size

    check = film.said("check.made")[-1]
    with lead.act("second eyes by badge") as scan:
        lead.lets_scan(BADGE)
        lead.counted.tapped()
    assert (1, 0) == (scan.taps, scan.typed)
    seen = film.said("confirmed")[-1]
    assert ("assistant", "badge", check["id"]) == (seen["by"], seen["attested"], str(seen["of"]))
    scenes.reads(lead.page, "Assistant armorer saw it")
    expect(eyes).to_have_count(0)
    # They have looked, and speak for nothing else here: the armorer still does.
    scenes.says(lead.at_key("who"), "Armorer")
    scenes.says_not(lead.at_key("who"), "Assistant")


def test_a_badge_says_what_stands_in_sight_and_was_meant_and_nothing_hidden(stage: Stage) -> None:
    film = stage.set("10:27")
    film.gives("assistant", badge=BADGE)
    lead = scenes.handler(stage, film)
    looked = {"checks": ["chamber-empty", "barrel-clear"], "on": REVOLVERS, "passed": True}
    film.says({"what": "check.made", "by": "lead", **looked})
    lead.chooses("all")
    lead.presses(lead.at_key("all/count"))
    # Second eyes are asked for what was looked at, and a second person for the count.
    expect(lead.page.locator("section.block.eyes")).to_have_count(2)
    before, seen = film.size, len(film.said("confirmed"))

    lead.scans(BADGE)
    scenes.reads(lead.page, "tap which it is for")
    assert before == film.size

    lead.presses(lead.at_key("scan/counts-too"), writes=False)
    lead.lets_scan(BADGE)
    scenes.reads(lead.page, "Assistant armorer counted")
    count = film.said("weapon.counted")[-1]
    assert ("assistant", "badge") == (count["by"], count["attested"])

    # One of both is left. The same badge scanned once more says nothing of it by itself.
    expect(lead.page.locator("section.block.eyes")).to_have_count(1)
    before = film.size
    lead.scans(BADGE)
    scenes.reads(lead.page, "tap which it is for")
    # While several are picked that sheet is hidden: a badge only says who speaks.
    lead.presses(lead.at_key("pick"), writes=False)
    lead.scans(BADGE)
    scenes.says(lead.at_key("who"), "Assistant")
    assert before == film.size
    assert seen == len(film.said("confirmed"))

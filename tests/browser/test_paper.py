"""When the power goes, what was on the screens is on paper; what is written comes back, as paper.

What is protected: today fits A4 and Letter and can be read without the server; a line of a sheet
is entered with both times, whose words they are, who entered them and from which sheet; and who
enters it vouches for no other pair of eyes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chromium import LAPTOP, PHONE
from tests.browser.conftest import Stage
from tests.browser.looking import too_small
from tests.browser.people.anybody import Anybody

SHEET = "C-0609-112000-1"


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.long
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_today_and_three_blank_sheets_come_out_of_the_printer(stage: Stage, size: str) -> None:
    film = stage.set("11:31")
    office = stage.comes(Anybody, "office", film, device=LAPTOP)

    office.opens("/paper/today", at=film.here)
    office.sees("Weapons: where, and what is in them")
    assert 17 == office.page.locator(".weapons tbody tr").count()
    assert 2 <= pages_of(office.page.pdf(format=size)) <= 6
    office.keeps_picture("paper-today")
    assert [] == office.axe_finds()

    office.opens("/paper/sheets", at=film.here)
    expect(office.page.locator(".sheet")).to_have_count(3)
    assert 3 == pages_of(office.page.pdf(format=size))
    office.keeps_picture("paper-sheets", whole=True)
    assert [] == office.axe_finds()


def test_a_line_of_a_sheet_is_entered_later_with_both_times(stage: Stage) -> None:
    film = stage.set("11:31")
    ad = stage.comes(Anybody, "ad", film, device=LAPTOP)
    ad.is_let_in("laptop", person="ad")
    ad.opens("/paper/entry")
    film.at("12:40")

    ad.types(ad.at_key("sheet"), SHEET)
    ad.types(ad.at_key("line"), "4")
    # A night's sheet in the morning: the date that stands there is not the sheet's.
    ad.types(ad.at_key("time"), "2350")
    ad.sees("another date, for 2026-06-09, 23:50 is still to come")
    ad.types(ad.at_key("time"), "1120")
    ad.at_key("wrote").select_option(label="Armorer")
    expect(ad.at_key("enters")).to_have_value("ad")
    for key in ("form/handed-back", "weapons/rev-5"):
        ad.presses(ad.at_key(key), writes=False)
    ad.at_key("from").select_option(label="Outlaw")
    ad.at_key("to").select_option(label="Armorer")
    ad.presses(ad.at_key("enter"))

    ad.sees("Line 4 is on record")
    expect(ad.at_key("line")).to_have_value("5")
    said = film.said("weapon.handed-back")[-1]
    assert ("ad", "lead", "paper") == (said["by"], said["said_by"], said["attested"])
    assert datetime(2026, 6, 9, 16, 20, tzinfo=UTC) == said["at"]
    assert said["entered_at"] > said["at"]
    assert f"sheet {SHEET} line 4" == said["note"]
    assert [] == ad.axe_finds()
    ad.keeps_picture("paper-entry")


def test_a_handover_on_paper_is_entered_once_and_its_history_says_from_which_sheet(
    stage: Stage,
) -> None:
    film = stage.set("11:02")
    ad = stage.comes(Anybody, "ad", film, device=PHONE)
    ad.is_let_in("phone", person="ad")
    # The server was away from 11:04; it is 11:40 now, and the sheet has what was done meanwhile.
    film.at("11:40")
    ad.opens("/paper/entry")
    ad.knows_the_time()

    # The time is on the sheet alone: none is offered that nobody wrote.
    expect(ad.at_key("time")).to_have_value("")
    ad.types(ad.at_key("sheet"), SHEET)
    ad.at_key("wrote").select_option(label="Armorer")
    for key in ("form/handed-over", "weapons/rev-2"):
        ad.presses(ad.at_key(key), writes=False)
    ad.at_key("from").select_option(label="Armorer")
    ad.at_key("to").select_option(label="Sheriff")
    ad.at_key("for").select_option(label="Three revolvers fire two blanks each down the street")
    ad.sees("Still to pick: Time on the sheet")
    ad.types(ad.at_key("time"), "11.05")
    before = film.size
    ad.at_key("enter").dblclick()
    film.grows_beyond(before)

    ad.sees("Line 1 is on record, entered 11:40")
    expect(ad.at_key("time")).to_have_value("")
    (said,) = film.said("weapon.handed-over")[-1:]
    assert 1 == sum(SHEET in str(one["note"]) for one in film.said("weapon.handed-over"))
    assert ("ad", "lead", "paper") == (said["by"], said["said_by"], said["attested"])
    assert datetime(2026, 6, 9, 16, 5, tzinfo=UTC) == said["at"]
    assert "sheriff" == film.holder("rev-2")

    # Somebody else types the same pile: the page says which line is on record, and since when.
    ad.opens("/paper/entry")
    ad.types(ad.at_key("sheet"), SHEET.lower())
    ad.sees("Line 1 of this sheet was entered at 11:40")
    ad.keeps_picture("paper-entered")
    assert [] == ad.axe_finds()
    assert [] == too_small(ad.page)

    ad.opens("/history?subject=rev-2")
    line = ad.page.locator(".line").first
    expect(line).to_contain_text("11:05")
    expect(line).to_contain_text("Sheriff")
    expect(line).to_contain_text("First AD")
    expect(line).to_contain_text("Armorer")
    expect(line).to_contain_text("11:40")
    expect(line).to_contain_text(SHEET)
    ad.keeps_picture("paper-history")


def test_a_stranger_gets_no_paper(stage: Stage) -> None:
    film = stage.set("09:20")
    if not film.across:
        pytest.skip("this machine has no address but its own: nobody comes across a network")
    stranger = stage.comes(Anybody, "stranger", film, device=LAPTOP)
    stranger.complaints.expected.append("401")

    stranger.opens("/paper/today", at=film.across)

    stranger.sees("This device is not enrolled")
    stranger.does_not_see("rev-1")


@pytest.mark.parametrize("aside", [False, True], ids=["no answer", "kept aside"])
def test_a_line_is_on_record_only_once_the_record_has_answered_for_it(
    stage: Stage, aside: bool
) -> None:
    film = stage.set("11:31")
    ad = stage.comes(Anybody, "ad", film, device=LAPTOP)
    ad.complaints.expected.append("ERR_FAILED|Failed to fetch")
    ad.is_let_in("laptop", person="ad")
    ad.opens("/paper/entry")
    ad.types(ad.at_key("sheet"), SHEET)
    ad.types(ad.at_key("time"), "1120")
    ad.at_key("wrote").select_option(label="Armorer")
    for key in ("form/handed-back", "weapons/rev-5"):
        ad.presses(ad.at_key(key), writes=False)
    ad.at_key("from").select_option(label="Outlaw")
    ad.at_key("to").select_option(label="Armorer")

    def answers(route: Route) -> None:
        if not aside:
            return route.abort()
        told: dict[str, object] = {
            "id": "",
            "index": None,
            "repeat": False,
            "verdict": None,
            "says": [],
        }
        why = {"code": "some-code", "sentence": "It could not become an entry."}
        return route.fulfill(json={"answers": [{**told, "receipt": None, "aside": why}]})

    ad.context.route("**/api/acts", answers)
    ad.presses(ad.at_key("enter"), writes=False)

    if aside:
        ad.sees("Line 1 is not on record: it was kept aside.")
        ad.sees("It could not become an entry.")
        expect(ad.at_key("line")).to_have_value("1")
        ad.does_not_see("Line 1 is on record")
        return
    ad.sees("Line 1 is not on record yet")
    expect(ad.at_key("line")).to_have_value("2")
    ad.types(ad.at_key("line"), "1")
    ad.sees("Line 1 of this sheet waits here")
    ad.context.unroute("**/api/acts")
    ad.sees("Line 1 of this sheet was entered at")

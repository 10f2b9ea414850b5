"""What runs out is on the floor and the wall before it does, and one tap ends it.

What is protected: a death is reported in two taps; from then on everybody sees until when it
has to be told to whom; nothing blinks; nobody reads on a wall what happened, or to whom.
"""

from __future__ import annotations

from tests.browser.chromium import PHONE, WALL
from tests.browser.conftest import Stage
from tests.browser.looking import too_wide
from tests.browser.people.anybody import Wall
from tests.browser.people.first_ad import FirstAd


def test_a_death_is_told_in_two_taps_and_its_clock_stands_until_it_was_reported(
    stage: Stage,
) -> None:
    film = stage.set("11:30")
    film.says({"what": "pack.adopted", "by": "server", "pack": "us-osha-reporting"})
    ad = stage.comes(FirstAd, "ad", film, device=PHONE)
    ad.is_let_in("phone", person="ad")
    ad.opens()
    ad.is_drawn()
    wall = stage.comes(Wall, "wall", film, device=WALL)
    wall.opens()

    with ad.act("a death is told") as count:
        ad.presses(ad.at_key("happened/death"), writes=False)
        ad.presses(ad.at_key("death/activity"))
    assert (2, 0) == (count.taps, count.typed)
    ad.sees("Notice to OSHA due 19:30")
    wall.sees("OSHA due 19:30")
    assert [] == too_wide(ad.page)
    assert 0 == ad.page.locator("[data-part=clocks-first]").count()

    film.later(7 * 60)
    # A screen hears of time alone within fifteen seconds; of what is said at once.
    film.says({"what": "day.closed", "by": "ad", "date": "2026-06-09"})
    first = ad.page.locator("[data-part=clocks-first]")
    first.get_by_text("Soon", exact=True).wait_for()
    ad.keeps_picture("floor-clock-soon", whole=True)
    wall.keeps_picture("board-clock-soon")
    assert [] == ad.axe_finds()
    assert "death" not in wall.page.locator("body").inner_text().lower()

    with ad.act("told") as count:
        ad.presses(first.get_by_role("button", name="Told: OSHA"))
    assert 1 == count.taps
    ad.does_not_see("Notice to OSHA")
    wall.does_not_see("OSHA due")

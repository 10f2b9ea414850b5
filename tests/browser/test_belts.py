"""Twenty-four dummies went onto costume belts, and twenty-three came back.

What is protected: the one that is missing is a difference with a name, not a remainder; the sum
says it with its own sign; the close of the day holds for it and lists it; a day that is closed
all the same stays "closed with differences" for everybody to see, the next day too.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import scenes
from tests.browser.people.day import statements_of
from tests.browser.people.handler import Handler
from tests.browser.set import FilmSet

LOT = "lot/dummies"
BELTS = ("belt-1", "belt-2", "belt-3")


def put_away(film: FilmSet) -> None:
    """The rest of the evening, in which nobody finds the missing one."""
    film.at("17:40")
    evening = [
        {key: value for key, value in one.items() if key != "with"}
        for one in statements_of(film)
        if "w-1712" <= one["id"].removeprefix("western-day/") < "w-1740"
    ]
    film.says(*evening)


def counts_to(handler: Handler, counter: str, *steps: int) -> None:
    """Tap a counter by these steps."""
    for step in steps:
        handler.presses(handler.at_key(f"count/{counter}/{step}"), writes=False)


def test_one_short_in_the_count_is_a_difference_for_ever(stage: Stage) -> None:
    film = stage.set("w-1702-dummies-open")
    film.at("17:04")
    assistant = scenes.handler(stage, film, "assistant")
    card = assistant.at_key(f"card/{LOT}")
    assistant.chooses(LOT)
    with assistant.act("three belts back and counted, one short") as back:
        for belt in BELTS:
            assistant.presses(assistant.at_key(f"{LOT}/back/{belt}"))
        scenes.reads(assistant.page, "36 should be there")
        # By six and by one: 36, 30, 36, 35.
        counts_to(assistant, "count", -6, 6, -1)
        assistant.presses(assistant.at_key(f"{LOT}/count"))
    assert (7, 0) == (back.taps, back.typed)
    assert [35] == [one["count"] for one in film.said("rounds.counted")][-1:]

    scenes.says(card, "35", "in box", "1 missing")
    # 35 were counted: the counter may begin anew, but nothing says that 36 were written.
    written = assistant.at_key(f"{LOT}/count").filter(has_text="written")
    expect(written.filter(has_text="36")).to_have_count(0)
    expect(card.get_by_text("1 missing")).to_be_in_viewport()
    assert "36 came ≠ 35 in box" == card.locator(".sum").get_attribute("aria-label")
    scenes.says(assistant.page.locator(f'[data-sheet="{LOT}"] .answer'), "Hold", "1 missing")

    assistant.keeps_picture("cart-differs")
    put_away(film)
    ad = scenes.first_ad(stage, film)
    ad.presses(ad.at_key("part/day"), writes=False)
    day = ad.page.locator('[data-part="day"]')
    scenes.says(day, "Hold", "Dummies: 1 missing")
    ad.keeps_picture("floor-does-not-add-up", whole=True)
    ad.presses(ad.at_key("day/close"))
    (closed,) = film.said("day.closed")
    assert ("hold", {"rounds-differ"}) == (closed["answer"], set(closed["missing"]))

    ad.opens("/board")
    scenes.reads(ad.page, "closed with differences")
    film.later(14 * 60)
    film.says({"what": "day.opened", "by": "ad", "date": "2026-06-10"})
    ad.opens("/board")
    scenes.reads(ad.page, "closed with differences")


def test_one_that_never_left_its_belt_is_told_by_where_it_is(stage: Stage) -> None:
    film = stage.set("w-1702-dummies-open")
    film.at("17:04")
    assistant = scenes.handler(stage, film, "assistant")
    assistant.chooses(LOT)

    with assistant.act("two belts back, and seven of the third") as back:
        for belt in BELTS[:2]:
            assistant.presses(assistant.at_key(f"{LOT}/back/{belt}"))
        assistant.presses(assistant.page.locator(".sheet summary", has_text="More"), writes=False)
        assistant.presses(assistant.at_key(f"{LOT}/part/belt-3"))
        assistant.presses(assistant.at_key(f"{LOT}/count"))
    assert (5, 0) == (back.taps, back.typed)
    assert [8, 8, 7] == [one["count"] for one in film.said("rounds.returned")]

    scenes.says(assistant.at_key(f"card/{LOT}"), "35", "in box", "1", "on belt-3")
    put_away(film)
    film.says({"what": "day.closed", "by": "ad", "date": "2026-06-09"})
    (closed,) = film.said("day.closed")
    assert ("hold", {"rounds-differ"}) == (closed["answer"], set(closed["missing"]))

"""A history can be looked up, read and taken away by anybody who may look, on any device.

Protects: whoever asks later how it was, with a phone in one hand, at night, or by ear.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.chromium import LAPTOP, Complaints, context_of
from tests.stories.production import props_takes_out
from tests.web.serving import Served


@pytest.fixture(scope="module")
def page(browser: Browser, set_: Served) -> Iterator[Page]:
    """A laptop on which the server itself runs: it may look."""
    set_.take(props_takes_out("h-out", set_.story.clock()))
    context = context_of(browser, LAPTOP)
    one, complaints = context.new_page(), Complaints(expected=["favicon"])
    complaints.watch(one)
    yield one
    context.close()

    assert [] == complaints.unexpected()


def test_a_weapon_is_looked_up_and_read_from_the_keyboard(set_: Served, page: Page) -> None:
    page.goto(set_.url + "/history")
    page.get_by_role("searchbox").fill("rub")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="rubber", exact=True).press("Enter")

    line = page.locator(".line").first
    expect(line).to_contain_text("rubber taken out")
    expect(line).to_contain_text("Clear then")
    expect(line).to_contain_text("Property master, with their own badge")
    expect(page.get_by_role("heading", level=1)).to_have_text("rubber")


def test_its_receipt_is_taken_away_as_a_file(set_: Served, page: Page) -> None:
    page.goto(set_.url + "/history?subject=rubber")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Receipt").first.click()

    assert coming.value.suggested_filename.startswith("receipt-")
    text = coming.value.path().read_text(encoding="utf-8")
    assert text.startswith("c2sp.org/tlog-proof@v1\n")


def test_the_way_back_leads_to_where_one_was(set_: Served, page: Page) -> None:
    page.goto(set_.url + "/history?search=rub")
    page.get_by_role("link", name="rubber", exact=True).click()
    expect(page.locator(".line").first).to_be_visible()
    page.go_back()

    expect(page.get_by_role("searchbox")).to_have_value("rub")


@pytest.mark.parametrize("path", ["/history", "/history?subject=rubber", "/history?search=nothing"])
def test_it_can_be_read_reached_and_pressed_by_everybody(
    set_: Served, page: Page, path: str
) -> None:
    page.goto(set_.url + path)
    expect(page.locator("main")).not_to_contain_text("Reading the record")

    assert [] == looking.violations_in_both_themes(page)
    # 640 is a laptop at 200 %.
    for width in (1280, 640, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert [] == looking.too_wide(page)
        assert [] == looking.too_small(page)

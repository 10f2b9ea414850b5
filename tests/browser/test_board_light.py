"""The wall can be read from five metres and blinds nobody at night: measured on what was drawn.

What is protected, on the western day and on a worse one, by day and by night: capitals of 25 mm
on a 24 inch screen, contrast of 7:1, no more light at night than 2 % of white on average, a first
load that a bad network carries, and nothing cut off: what does not fit is counted.

Source: docs/design/front-end.md, "The wall".
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE, WALL
from tests.browser.conftest import Stage
from tests.browser.people.anybody import Anybody, Wall
from tests.browser.set import FilmSet

MM_PER_PX = 531.4 / 1920
"""A 24 inch screen of 16:9 is 531.4 mm wide."""

CAPITAL = 0.727
"""Inter's capitals, of its size."""

CAPITAL_MM_MIN = 25.0
CONTRAST_MIN = 7.0
NIGHT_LIGHT_MAX = 0.02
FIRST_LOAD_BYTES_MAX = 200_000

_TEXTS = """
() => {
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, n) => sum + one * [0.2126, 0.7152, 0.0722][n], 0);
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement, box = one.getBoundingClientRect();
    if (!node.data.trim() || !box.width || !one.checkVisibility()) continue;
    const style = getComputedStyle(one);
    const [ink, paper] = [light(parts(style.color)), light(ground(one))];
    found.push({
      says: node.data.trim(),
      size: parseFloat(style.fontSize),
      contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05),
      near: Boolean(one.closest('.near, .buttons, .mark')),
      inside: box.left >= -1 && box.right <= innerWidth + 1 && box.top >= -1 && box.bottom <= innerHeight + 1,
    });
  }
  return found;
}
"""

_LIGHT = """
async (png) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawing = canvas.getContext('2d');
  drawing.drawImage(image, 0, 0);
  const {data} = drawing.getImageData(0, 0, image.width, image.height);
  const light = Array.from({length: 256}, (_, n) => n / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  let sum = 0;
  for (let n = 0; n < data.length; n += 4) {
    sum += 0.2126 * light[data[n]] + 0.7152 * light[data[n + 1]] + 0.0722 * light[data[n + 2]];
  }
  return sum / (data.length / 4);
}
"""


def texts(page: Page) -> list[dict[str, Any]]:
    """Every text that stands on the page, with its size, contrast and place."""
    found: list[dict[str, Any]] = page.evaluate(_TEXTS)
    assert found
    return found


def light(page: Page) -> float:
    """The mean relative luminance of what the page shows: 1 is a white screen."""
    png = base64.b64encode(page.screenshot()).decode()
    # The page's own policy lets no picture be read: a page without one measures it.
    other = page.context.new_page()
    try:
        found: float = other.evaluate(_LIGHT, png)
    finally:
        other.close()
    return found


def turned(page: Page, theme: str) -> None:
    """Show the board in a theme, drawn anew for it."""
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.wait_for_timeout(120)


def is_readable_from_five_metres(page: Page) -> None:
    """Fail with every text that is too small, too faint or cut off."""
    for theme in ("day", "night"):
        turned(page, theme)
        found = texts(page)
        far = [one for one in found if not one["near"]]

        small = [one for one in far if one["size"] * CAPITAL * MM_PER_PX < CAPITAL_MM_MIN]
        assert [] == small
        assert [] == [one for one in found if one["contrast"] < CONTRAST_MIN]
        assert [] == [one for one in found if not one["inside"]]
        rows = page.locator(".rows").evaluate("(one) => one.scrollHeight - one.clientHeight")
        assert rows <= 1


def blinds_nobody(page: Page) -> float:
    """Return the light of the night, which is not too much."""
    turned(page, "night")
    found = light(page)
    assert found <= NIGHT_LIGHT_MAX
    return found


def everybody_has_a_rubber_gun(film: FilmSet) -> None:
    """Eleven more are out, with people whose names are as long as names are."""
    for place, who in enumerate(("gambler", "script", "slate", "focus", "medic", "operator"), 1):
        film.says(_handed("rubber", place, who))
    for place, who in enumerate(("director", "dp", "safety"), 1):
        film.says(_handed("replica", place, who))
    for place in (7, 8):
        film.says(_handed("rubber", place, "crew"))


def _handed(kind: str, place: int, who: str) -> dict[str, Any]:
    weapon = f"{kind}-{place}"
    said = {"what": "weapon.handed-over", "by": "props", "weapons": [weapon]}
    return {**said, "from": "props", "to": [who]}


@contextmanager
def hung(film: FilmSet) -> Iterator[None]:
    """The server hangs, its connections open: nothing comes, and nothing says that it ended."""
    goes_on = threading.Event()
    film._loop.call_soon_threadsafe(goes_on.wait, 60)
    try:
        yield
    finally:
        goes_on.set()


def comes(stage: Stage, film: FilmSet) -> Page:
    """The wall, drawn, with its picture of the checkpoint."""
    wall = stage.comes(Wall, "wall", film, device=WALL)
    wall.opens("/board", at=film.here)
    wall.is_drawn()
    expect(wall.page.locator(".qr path")).to_have_count(1)
    return wall.page


def test_a_close_up_with_one_gun_on_set(stage: Stage) -> None:
    page = comes(stage, stage.set("09:20"))

    is_readable_from_five_metres(page)
    blinds_nobody(page)


@pytest.mark.long
def test_the_misfire_then_fourteen_out_then_a_stop_then_a_server_that_hangs(stage: Stage) -> None:
    film = stage.set("11:31")
    film.says({"what": "concern.raised", "by": "script", "concern": "worry", "note": "It stuck"})
    page = comes(stage, film)
    expect(page.get_by_text("1 unanswered")).to_be_visible()
    is_readable_from_five_metres(page)
    blinds_nobody(page)

    everybody_has_a_rubber_gun(film)
    expect(page.get_by_text("more out")).to_be_visible()
    is_readable_from_five_metres(page)
    blinds_nobody(page)
    counted = page.locator(".rows li").last.inner_text()
    shown = page.locator(".rows .name").count()
    assert f"+ {14 - shown} more out" in counted

    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="STOPPED")).to_be_visible()
    is_readable_from_five_metres(page)
    blinds_nobody(page)

    with hung(film):
        expect(page.get_by_role("heading", name="NOT CURRENT")).to_be_visible(timeout=15_000)
        is_readable_from_five_metres(page)
        blinds_nobody(page)
        assert 0 == page.locator(".clock").count()
        expect(page.get_by_text("Was stopped, 14 out")).to_be_visible()

    expect(page.get_by_role("heading", name="STOPPED")).to_be_visible(timeout=15_000)


def test_an_empty_day_says_that_nothing_is_recorded_as_out(stage: Stage) -> None:
    page = comes(stage, stage.set("05:41"))

    expect(page.get_by_text("Nothing recorded as out")).to_be_visible()
    is_readable_from_five_metres(page)
    blinds_nobody(page)


def test_the_first_load_is_small(stage: Stage) -> None:
    film = stage.set("09:20")
    phone = stage.comes(Anybody, "phone", film, device=PHONE)
    loaded: dict[str, int] = {}

    def sized(response: Any) -> None:
        if not response.url.endswith(".woff2") and "/api/stream" not in response.url:
            loaded[response.url] = len(response.body())

    phone.page.on("response", sized)
    phone.opens("/board", at=film.here)
    phone.is_drawn()
    expect(phone.page.locator(".qr path")).to_have_count(1)

    assert sum(loaded.values()) <= FIRST_LOAD_BYTES_MAX, loaded
    assert not [url for url in loaded if not url.startswith(film.here)]


@pytest.mark.parametrize("width", [360, 640])
def test_in_the_hand_everything_is_there_and_stop_is_under_the_thumb(
    stage: Stage, width: int
) -> None:
    film = stage.set("11:31")
    phone = stage.comes(Anybody, "phone", film, device=PHONE)
    phone.page.set_viewport_size({"width": width, "height": 640})
    phone.opens("/board", at=film.here)
    phone.is_drawn()

    for name in ("rev-2", "rev-3", "rev-4"):
        expect(phone.page.locator(".name", has_text=name)).to_have_count(1)
    expect(phone.page.get_by_text("Read-only, and Stop")).to_have_count(1)
    stop = phone.at_key("stop").bounding_box()
    assert stop is not None
    assert stop["height"] >= 88
    assert stop["y"] + stop["height"] <= 640
    assert phone.page.evaluate("() => document.scrollingElement.scrollWidth") <= width
    assert [] == [one for one in texts(phone.page) if one["contrast"] < CONTRAST_MIN]
    assert [] == phone.axe_finds()

"""The wall says which weapons, takes a stop from its keyboard, and gives its checkpoint to a camera.

What is protected: weapons are named while there is room and grouped only when there is none; what
the code shows is the checkpoint itself, drawn whole; the space bar is Stop and twice is one; the
restart is seen; no word of a state is broken on a narrow phone or at 200 %.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
import segno
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE, WALL
from tests.browser.conftest import Stage
from tests.browser.looking import theme, too_small, too_wide
from tests.browser.people.anybody import Anybody, Wall
from tests.browser.set import FilmSet
from tests.browser.test_board_light import blinds_nobody, comes, is_readable_from_five_metres

QUIET = 4
"""Modules of nothing around a code."""

_MODULES = """
async ({png, box, side, quiet}) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawing = canvas.getContext('2d');
  drawing.drawImage(image, 0, 0);
  const step = box.width / side;
  const rows = [];
  for (let y = quiet; y < side - quiet; y += 1) {
    let row = '';
    for (let x = quiet; x < side - quiet; x += 1) {
      const [left, top] = [box.x + (x + 0.5) * step, box.y + (y + 0.5) * step].map(Math.floor);
      row += drawing.getImageData(left, top, 1, 1).data[0] < 46 ? '1' : '0';
    }
    rows.push(row);
  }
  return rows;
}
"""
"""What stands in the middle of each module. 46 is half of what the ground is at night."""


def rows(page: Page) -> list[list[str]]:
    """The wall's rows, each with its texts."""
    found: list[list[str]] = page.locator(".rows li").evaluate_all(
        "(all) => all.map((one) => one.innerText.split('\\n').map((text) => text.trim()).filter(Boolean))"
    )
    return found


def drawn_code(page: Page) -> list[str]:
    """The code on the wall, module by module, as it was really drawn."""
    png = base64.b64encode(page.screenshot()).decode()
    box = page.locator(".qr").bounding_box()
    side = int(str(page.locator(".qr").get_attribute("viewBox")).split()[-1])
    # The page's own policy lets no picture be read: a page without one reads it.
    other = page.context.new_page()
    try:
        asked = {"png": png, "box": box, "side": side, "quiet": QUIET}
        found: list[str] = other.evaluate(_MODULES, asked)
    finally:
        other.close()
    return found


def resumed(film: FilmSet, stop: str) -> None:
    """Two people, each by their own word, have agreed to go on."""
    film.says(
        {"what": "work.resumed", "by": "ad", "stop": stop, "agreed_by": ["ad", "safety"]},
    )


def test_three_loaded_on_the_cart_are_named_one_by_one(stage: Stage) -> None:
    page = comes(stage, stage.set("11:02"))

    for name in ("day", "night"):
        theme(page, name)
        page.wait_for_timeout(120)
        assert [[one, "Armorer", "LOADED"] for one in ("rev-2", "rev-3", "rev-4")] == rows(page)
    expect(page.get_by_text("3 loaded since 11:00, hot not called")).to_be_visible()
    is_readable_from_five_metres(page)
    blinds_nobody(page)


def test_six_not_opened_are_one_row_that_says_which_six(stage: Stage) -> None:
    page = comes(stage, stage.set("05:47"))

    assert [["6", "Armorer", "NOT OPENED", "rev-1 to rev-6"]] == rows(page)
    is_readable_from_five_metres(page)
    blinds_nobody(page)


def test_the_code_on_the_wall_is_the_signed_checkpoint(stage: Stage) -> None:
    film = stage.set("11:02")
    page = comes(stage, film)
    given: dict[str, Any] = page.evaluate("async () => (await fetch('/api/checkpoint')).json()")

    signed = film.look(lambda look: look.checkpoint.decode())
    assert given["text"] == signed
    made = segno.make_qr(given["text"], error="l", boost_error=False)
    expected = ["".join("1" if one else "0" for one in row) for row in made.matrix]
    for name in ("day", "night"):
        theme(page, name)
        page.wait_for_timeout(120)
        assert expected == drawn_code(page)


def test_the_space_bar_twice_is_one_stop_and_the_restart_is_seen(stage: Stage) -> None:
    film = stage.set("11:02")
    page = comes(stage, film)
    expect(page.get_by_text("Space bar: Stop")).to_be_visible()
    expect(page.get_by_text("No sound yet: press a letter")).to_be_visible()

    # A letter lets the wall sound, and stops nothing.
    page.keyboard.press("s")
    expect(page.get_by_text("No sound yet")).to_have_count(0)
    assert [] == film.said("stop.called")

    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="STOPPED")).to_be_visible()
    expect(page.get_by_text("Two people restart")).to_be_visible()
    page.wait_for_timeout(500)
    (stop,) = film.said("stop.called")

    film.later(2)
    resumed(film, stop["stop"])
    expect(page.get_by_role("heading", name="NOT CALLED")).to_be_visible()
    expect(page.get_by_text("Two people restart")).to_have_count(0)

    # The bar is no button that somebody tapped before: it is Stop again.
    page.wait_for_timeout(100)
    film.later(2)
    page.evaluate("() => { Date.now = ((now) => () => now() + 20_000)(Date.now); }")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="STOPPED")).to_be_visible()


def test_under_a_stop_everybody_who_has_something_is_named(stage: Stage) -> None:
    film = stage.set("11:31")
    page = comes(stage, film)
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="STOPPED")).to_be_visible()

    assert [
        ["Two people restart", "HOT"],
        ["rev-3", "Deputy, misfire", "HOLD"],
        ["rev-2", "Sheriff", "NOT OPENED"],
        ["rev-4", "Outlaw", "NOT OPENED"],
    ] == rows(page)
    expect(page.get_by_text("14 on cart, count 05:48")).to_be_visible()
    is_readable_from_five_metres(page)
    blinds_nobody(page)


@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844), (640, 400), (960, 540)])
def test_in_the_hand_no_word_is_broken_and_stop_is_there(
    stage: Stage, width: int, height: int
) -> None:
    """640 is a laptop's 1280 at 200 %, 960 a wall's 1920."""
    film = stage.set("11:31")
    film.says({"what": "weapon.unattended", "by": "lead", "weapons": ["rev-6"]})
    phone = stage.comes(Anybody, "phone", film, device=PHONE)
    phone.turns_to(width, height)
    phone.opens("/board", at=film.here)
    phone.is_drawn()

    lines = phone.page.locator(".state, .band h1 span").evaluate_all(
        "(all) => all.map((one) => [one.innerText, one.getClientRects().length,"
        " one.clientHeight / parseFloat(getComputedStyle(one).fontSize)])"
    )
    assert len(lines) >= 5
    assert [] == [one for one in lines if one[2] > 2.2]
    assert [] == too_wide(phone.page)
    assert [] == too_small(phone.page)
    assert [] == phone.axe_finds()
    stop = phone.at_key("stop").bounding_box()
    assert stop is not None
    assert stop["y"] + stop["height"] <= height
    phone.keeps_picture(f"board-{width}")


def test_a_walls_stop_button_is_one_press_too(stage: Stage) -> None:
    film = stage.set("11:02")
    wall = stage.comes(Wall, "wall", film, device=WALL)
    wall.opens("/board", at=film.here)
    wall.is_drawn()

    wall.presses_stop()

    wall.sees_set("stopped")
    assert 1 == len(film.said("stop.called"))

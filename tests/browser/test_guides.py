"""The guides' pictures are of these screens, and what the guides call a button is called so.

What is protected: whoever learns the cart or the floor from one page finds on the screen what is
on the page. `SHOWCLEAR_GUIDE_SHOTS=1` takes the pictures anew; without it they are only looked at:
that each is there, is what a guide names, and is small enough for a page.
"""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE, TABLET, WALL, Device
from tests.browser.conftest import Stage
from tests.browser.people.actor import Actor
from tests.browser.people.anybody import Wall
from tests.browser.set import ROOT

GUIDES: Final = ROOT / "docs" / "guides"
PICTURES: Final = GUIDES / "img"
BYTES_MAX: Final = 150_000
TAKES: Final = os.environ.get("SHOWCLEAR_GUIDE_SHOTS") == "1"
PIN: Final = "2580"

SIZES: Final = {
    "cart": (885, 615),
    "floor": (PHONE.width, PHONE.height),
    "board": (960, 540),
    "board-stopped": (960, 540),
}
"""Pixels. Fewer than the screens have: on a page they are read from near."""

HALF_WALL: Final = Device(name="wall board", width=1920, height=1080, touch=False, scale=0.5)
SMALL_TABLET: Final = Device(
    name="cart tablet", width=TABLET.width, height=TABLET.height, scale=0.75
)
HAND: Final = Device(name="phone", width=PHONE.width, height=PHONE.height)


def text_of(name: str) -> str:
    """One guide."""
    return (GUIDES / name).read_text(encoding="utf-8")


def size_of(png: Path) -> tuple[int, int]:
    """How many pixels a picture has across and down."""
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    found: tuple[int, int] = struct.unpack(">II", head[16:24])
    return found


def takes(page: Page, name: str) -> None:
    """Put a picture into the guides, if that is asked for."""
    if TAKES:
        PICTURES.mkdir(exist_ok=True)
        page.wait_for_timeout(400)
        page.screenshot(path=PICTURES / f"{name}.png")


def reads(page: Page, *says: str) -> None:
    """Every one of these can be pressed or read here."""
    for one in says:
        expect(page.get_by_text(re.compile(rf"^\s*{re.escape(one)}")).first).to_be_attached()


def test_the_cart(stage: Stage) -> None:
    film = stage.set("11:02")
    film.gives("lead", pin=PIN)
    cart = stage.comes(Actor, "lead", film, device=SMALL_TABLET if TAKES else TABLET)
    cart.is_let_in("tablet")
    cart.is_drawn()
    reads(
        cart.page, "Tap who you are", "Pick several", "Close of day", "All 6 that fire", "Correct"
    )
    cart.speaks_by_pin(PIN)

    reads(cart.page, "Load shown to", "Bores and chambers clear", "Somebody else")
    takes(cart.page, "cart")
    cart.presses(cart.at_key("card/rev-2"), writes=False)
    cart.presses(cart.offered("Sheriff has it").first)
    reads(
        cart.page,
        "Back, opened, 2 fired",
        "Back, not opened",
        "Not all of them fired",
        "Misfire",
        "Unintended shot",
        "Seen",
        "Somebody else has it",
    )


def test_the_floor(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = stage.comes(Actor, "ad", film, device=HAND)
    ad.is_let_in("phone", person="ad")
    ad.is_drawn()

    reads(ad.page, "On the radio", "The set is", "It happened", "Today", "Rolled", "Pause", "Stop")
    reads(
        ad.page,
        "Late, now briefed",
        "New person",
        "Somebody said no",
        "Walked out",
        "Gone home",
        "Concern",
    )
    takes(ad.page, "floor")


def wall(stage: Stage, until: str) -> Wall:
    """The board, drawn, with its picture."""
    film = stage.set(until)
    one = stage.comes(Wall, "wall", film, device=HALF_WALL if TAKES else WALL)
    one.opens("/board", at=film.here)
    one.is_drawn()
    expect(one.page.locator(".qr path")).to_have_count(1)
    return one


def test_the_board(stage: Stage) -> None:
    one = wall(stage, "11:31")

    one.sees_set("hot")
    takes(one.page, "board")


def test_the_board_stopped(stage: Stage) -> None:
    one = wall(stage, "11:31")
    one.presses_space_bar()

    one.sees_set("stopped")
    reads(one.page, "Two people restart")
    takes(one.page, "board-stopped")


def test_the_pictures_are_the_ones_that_the_guides_name() -> None:
    named = {
        one
        for guide in GUIDES.glob("*.md")
        for one in re.findall(r"!\[[^\]]+\]\((img/[^)]+)\)", guide.read_text(encoding="utf-8"))
    }

    assert {f"img/{name}.png" for name in SIZES} == named
    assert {one.removeprefix("img/") for one in named} == {one.name for one in PICTURES.iterdir()}
    for name, size in SIZES.items():
        assert size == size_of(PICTURES / f"{name}.png")
        assert (PICTURES / f"{name}.png").stat().st_size <= BYTES_MAX


@pytest.mark.parametrize("guide", ["armorer.md", "first-ad.md"])
def test_a_guide_is_one_page(guide: str) -> None:
    assert len(text_of(guide).split()) <= 750

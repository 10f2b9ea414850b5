"""A wall that hears nothing says so, larger than anything that it last heard.

What is protected: within seconds of a server that died, NOT CURRENT stands where the state of
the set stood; since when, and for how many minutes; the old state only in a dashed frame, as what
was; no clock, which would lie; and nobody has to touch the wall for it to come back.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PHONE, WALL, Complaints, Device, context_of
from tests.browser.process import OwnProcess, left_in, own_process
from tests.browser.set import Certificate

STALE_SECONDS: float = 5.0
LOOK_SECONDS: float = 1.5
"""A page looks once a second whether it still hears anything; and this machine is busy."""

SERVER_IS_GONE = r"ERR_|Failed to load resource|EventSource"


@pytest.fixture
def process(tmp_path: Path, self_signed: Certificate) -> Iterator[OwnProcess]:
    """A server of its own, on which three loaded revolvers lie on the cart."""
    folder = left_in(tmp_path / "set", until="11:02")
    with own_process(folder, certificate=self_signed) as one:
        yield one


def comes(browser: Browser, process: OwnProcess, *, device: Device, said: Complaints) -> Page:
    """A board that is drawn."""
    page = context_of(browser, device).new_page()
    page.clock.install()
    said.watch(page)
    page.goto(f"{process.tls}/board")
    expect(page.get_by_role("heading", name="NOT CALLED")).to_be_visible()
    return page


def test_a_server_that_dies_is_said_by_wall_and_phone_until_it_is_back(
    browser: Browser, process: OwnProcess, shots: Path
) -> None:
    said = Complaints(expected=[SERVER_IS_GONE])
    wall = comes(browser, process, device=WALL, said=said)
    phone = comes(browser, process, device=PHONE, said=said)
    expect(wall.locator(".clock")).to_have_text(re.compile(r"^\d\d:\d\d$"))

    process.is_killed()
    died = time.monotonic()
    for page in (wall, phone):
        expect(page.get_by_role("heading", name="NOT CURRENT")).to_be_visible(timeout=15_000)
    took = time.monotonic() - died

    assert took <= STALE_SECONDS + LOOK_SECONDS
    for page in (wall, phone):
        expect(page.get_by_text(re.compile(r"Last heard \d\d:\d\d"))).to_be_visible()
        expect(page.get_by_text("Ask the armorer")).to_be_visible()
        was = page.get_by_text("Was not called, 3 loaded")
        frame = was.locator("xpath=..").evaluate("(one) => getComputedStyle(one).borderStyle")
        assert "dashed" == frame
        expect(page.locator(".clock")).to_have_count(0)
        expect(page.get_by_role("heading", name="NOT CALLED")).to_have_count(0)
        expect(page.locator(".qr")).to_have_count(0)
    wall.screenshot(path=shots / "board-stale-day.png")

    wall.clock.fast_forward("03:00")
    expect(wall.get_by_text(re.compile(r"Last heard \d\d:\d\d, [34] min"))).to_be_visible()

    process.starts()
    for page in (wall, phone):
        expect(page.get_by_role("heading", name="NOT CALLED")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("NOT CURRENT")).to_have_count(0)
    expect(wall.locator(".clock")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    for page in (wall, phone):
        page.context.close()
    assert [] == said.unexpected()


@pytest.mark.long
def test_a_stop_pressed_while_nobody_hears_says_to_shout_and_arrives_when_it_can(
    browser: Browser, process: OwnProcess
) -> None:
    said = Complaints(expected=[SERVER_IS_GONE])
    wall = comes(browser, process, device=WALL, said=said)

    process.is_killed()
    wall.keyboard.press("Space")

    expect(wall.get_by_text("STOP NOT HEARD")).to_be_visible()
    expect(wall.get_by_text("Shout. It is being sent again.")).to_be_visible()
    expect(wall.get_by_role("heading", name="NOT CURRENT")).to_be_visible(timeout=15_000)
    expect(wall.get_by_text("STOP NOT HEARD")).to_be_visible()

    process.starts()
    expect(wall.get_by_role("heading", name="STOPPED")).to_be_visible(timeout=20_000)
    wall.context.close()
    assert [] == said.unexpected()

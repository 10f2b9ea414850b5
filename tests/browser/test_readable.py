"""Can everybody read it and press it? Every screen, by day and by night, large and small.

What is protected: no violation that axe can find, in either theme; nothing that a gloved finger
misses; nothing that has to be scrolled sideways at 360 px or at twice the size. Of each screen a
picture is kept, for somebody to look at.

Nobody presses anything here: all screens are of one set, and of each device there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import looking
from tests.browser.chromium import PHONE, TABLET, WALL, Complaints, Device, context_of
from tests.browser.counting import Counted
from tests.browser.people.actor import Actor
from tests.browser.set import WESTERN_DAY, Certificate, FilmSet, sample
from tests.quiet import quieted

Screens = dict[str, tuple[Device, str, str]]

SCREENS: Screens = {
    "board on the wall": (WALL, "/board", ""),
    "board on a phone": (PHONE, "/board", ""),
    "stop": (PHONE, "/stop", ""),
    "enrol, before": (PHONE, "/enrol", ""),
    "cart": (TABLET, "/cart", "tablet"),
    "floor": (PHONE, "/floor", "phone"),
    "history": (TABLET, "/history", "tablet"),
    "enrol, inside": (TABLET, "/enrol", "tablet"),
    "paper, today": (TABLET, "/paper/today", "tablet"),
    "paper, sheets": (TABLET, "/paper/sheets", "tablet"),
    "paper, entry": (TABLET, "/paper/entry", "tablet"),
}
"""By name: the device it is made for, its address, and as what the device is enrolled."""


class Devices:
    """Devices of one set that are only looked at, each kind enrolled once."""

    def __init__(self, browser: Browser, film: FilmSet, *, shots: Path) -> None:
        self._browser, self._film, self._shots = browser, film, shots
        self._profiles: dict[tuple[str, str], BrowserContext] = {}

    def opened(self, name: str) -> Actor:
        """Somebody who opens this screen on its device, on a page of its own."""
        device, path, kind = SCREENS[name]
        profile = self._profiles.get((device.name, kind))
        one = self._somebody(name, profile or context_of(self._browser, device))
        if profile is None:
            self._profiles[device.name, kind] = one.context
            if kind:
                one.is_let_in(kind, person="ad" if kind == "phone" else "")
        one.opens(path)
        one.is_drawn()
        return one

    def _somebody(self, who: str, profile: BrowserContext) -> Actor:
        device = SCREENS[who][0]
        return Actor(
            who,
            profile,
            film=self._film,
            device=device,
            complaints=Complaints(),
            counted=Counted(who=who),
            shots=self._shots,
        )

    def close(self) -> None:
        """Everybody goes."""
        for one in self._profiles.values():
            one.close()


@pytest.fixture(scope="module")
def devices(browser: Browser, self_signed: Certificate, shots: Path) -> Iterator[Devices]:
    """The devices of one set, as it stands at 11:33."""
    with quieted(), sample(WESTERN_DAY, until="11:33", certificate=self_signed) as film:
        one = Devices(browser, film, shots=shots)
        yield one
        one.close()


@pytest.mark.parametrize("name", SCREENS)
def test_everybody_can_read_and_press_it(name: str, devices: Devices) -> None:
    one = devices.opened(name)
    device = one.device
    shot = name.replace(", ", "-").replace(" ", "-")
    found: dict[str, list[str]] = {}

    one.keeps_picture(shot)
    found["axe"] = one.axe_finds()
    found["too small to press"] = looking.too_small(one.page)
    one.turns_to(360, 740)
    one.keeps_picture(f"{shot}-360", whole=True)
    found["wider than 360"] = looking.too_wide(one.page)
    found["too small to press at 360"] = looking.too_small(one.page)
    # What a browser does at 200 %: half the pixels, each twice as large.
    one.turns_to(device.width // 2, device.height // 2)
    one.keeps_picture(f"{shot}-200", whole=True)
    found["wider at 200 %"] = looking.too_wide(one.page)

    one.page.close()

    assert {} == {what: lines for what, lines in found.items() if lines}
    assert [] == one.complaints.unexpected()

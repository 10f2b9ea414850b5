"""Can everybody read it and press it? Every screen, by day and by night, large and small.

What is protected: no violation that axe can find, in either theme; nothing that a gloved finger
misses; nothing that has to be scrolled sideways at 360 px or at twice the size. Of each screen a
picture is kept, for somebody to look at.
"""

from __future__ import annotations

import pytest

from tests.browser import looking
from tests.browser.chromium import PHONE, TABLET, WALL, Device
from tests.browser.conftest import Stage
from tests.browser.people.actor import Actor

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


@pytest.mark.parametrize("name", SCREENS)
def test_everybody_can_read_and_press_it(name: str, stage: Stage) -> None:
    device, path, kind = SCREENS[name]
    film = stage.set("11:33")
    one = stage.comes(Actor, name, film, device=device)
    if kind:
        one.is_let_in(kind, person="ad" if kind == "phone" else "")
    one.opens(path)
    one.is_drawn()
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

    assert {} == {what: lines for what, lines in found.items() if lines}

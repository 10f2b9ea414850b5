"""A stranger's phone on plain http: it stops everything with one press, and can do nothing else.

What is protected: every screen says STOPPED within a second of the press; whoever pressed is on
no record and on no screen; the stranger's phone writes nothing else and is told why in words;
and nobody, whatever they run, restarts the work alone.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE, WALL
from tests.browser.conftest import Stage
from tests.browser.people import scenes
from tests.browser.people.anybody import Anybody, Wall
from tests.browser.set import FilmSet

WITHIN_MS = 1_000
PIN = "4711"

_WATCHES = """
() => {
  globalThis.saysStopped = new Promise((done) => {
    const look = () => {
      const said = document.querySelector('h1')?.innerText ?? '';
      if (/stopped/i.test(said)) done(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}
"""
_PRESSED = """
() => addEventListener('pointerup', () => { globalThis.pressedAt ??= Date.now(); }, {capture: true})
"""


def network_of(film: FilmSet) -> str:
    """Where a stranger's phone comes in."""
    if not film.across:
        pytest.skip("this machine has no address but its own: nobody comes across a network")
    return film.across


def test_a_strangers_phone_stops_everything_and_can_do_nothing_else(stage: Stage) -> None:
    film = stage.set("11:02")
    wall = stage.comes(Wall, "wall", film, device=WALL)
    wall.opens(at=film.here)
    lead = scenes.handler(stage, film)
    floor = stage.comes(Anybody, "floor", film, device=PHONE)
    floor.opens("/floor", at=film.here)
    stranger = stage.comes(Anybody, "stranger", film, device=PHONE)
    stranger.opens("/stop", at=network_of(film))
    stranger.page.evaluate(_PRESSED)
    screens: dict[str, Page] = {"board": wall.page, "cart": lead.page, "floor": floor.page}
    for page in screens.values():
        expect(page.locator("h1").first).to_be_visible()
        page.evaluate(_WATCHES)

    stranger.presses_stop()

    pressed = stranger.page.evaluate("() => pressedAt")
    took = {name: page.evaluate("() => saysStopped") - pressed for name, page in screens.items()}
    assert {} == {name: ms for name, ms in took.items() if not 0 <= ms <= WITHIN_MS}
    assert (1, 0) == (stranger.counted.most("stop").taps, stranger.counted.day.typed)
    (stop,) = film.said("stop.called")
    assert ("anonymous", "unsigned") == (stop["by"], stop["attested"])

    stranger.complaints.expected.append("status of 401")
    before = film.size
    for screen in ("cart", "floor", "history", "paper/today"):
        stranger.page.goto(f"{network_of(film)}/{screen}")
        scenes.reads(stranger.page, "This device is not enrolled")
        stranger.does_not_see(re.compile(r"rev-\d"))
    assert before == film.size


@pytest.mark.long
def test_two_restart_it_and_the_first_ad_alone_does_not(stage: Stage) -> None:
    film = stage.set("11:02")
    film.gives("props", pin=PIN)
    ad = scenes.first_ad(stage, film)
    ad.presses_stop()
    ad.sees_set("stopped")
    restart = ad.page.locator("[data-restart]")
    scenes.says(restart, "Two people restart. You alone cannot.")
    (stop,) = film.said("stop.called")
    name = stop["stop"]

    # Alone: it is said, and nothing goes on.
    ad.presses(ad.at_key(f"restart/{name}/agree"))
    scenes.says(restart, "One more person")
    expect(ad.at_key(f"restart/{name}/both")).to_have_count(0)
    ad.keeps_picture("floor-restart")
    assert film.look(lambda look: name in look.state.stops)
    assert [] == film.said("work.resumed")

    # A second person, on the same phone, by their own PIN.
    with ad.act("a second person agrees") as second:
        ad.presses(ad.at_key(f"restart/{name}/second"), writes=False)
        ad.presses(ad.at_key("second/props"), writes=False)
        for digit in PIN:
            ad.presses(ad.at_key(f"pin/{digit}"), writes=False)
        ad.presses(ad.at_key("pin/done"))
    assert 0 == second.typed
    film.comes_to(lambda look: name not in look.state.stops, "two have restarted it")
    (went_on,) = film.said("work.resumed")
    assert {"ad", "props"} == set(went_on["agreed_by"])
    expect(restart).to_have_count(0)

    # Again, and each on their own phone.
    film.says({"what": "stop.called", "by": "operator", "stop": "stop-1", "scope": "all"})
    props = stage.comes(Anybody, "props", film, device=PHONE)
    props.screen = "floor"
    props.is_let_in("phone", person="props")
    props.is_drawn()

    # Whoever stopped it is named on nobody's screen.
    scenes.says(restart, "no name given")
    scenes.says_not(restart, "operator")
    ad.presses(ad.at_key("restart/stop-1/agree"))
    assert film.look(lambda look: "stop-1" in look.state.stops)
    props.presses(props.at_key("restart/stop-1/resume"))

    film.comes_to(lambda look: not look.state.stops, "two have restarted it")
    began = time.monotonic()
    expect(restart).to_have_count(0)
    assert time.monotonic() - began <= WITHIN_MS / 1000

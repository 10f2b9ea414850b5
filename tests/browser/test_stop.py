"""Anybody stops the work with one press, from anything that shows a page; nobody restarts alone.

What is protected: a stop needs no login, no reason, no https and no second press; every screen
says it at once; it is on the record as it was said, and no name stands on it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PHONE, WALL
from tests.browser.conftest import Stage
from tests.browser.people.anybody import Anybody, Wall


@pytest.mark.long
def test_a_strangers_phone_on_plain_http_stops_the_set(stage: Stage) -> None:
    film = stage.set("11:02")
    if not film.across:
        pytest.skip("this machine has no address but its own: nobody comes across a network")
    wall = stage.comes(Wall, "wall", film, device=WALL)
    wall.opens()
    stranger = stage.comes(Anybody, "stranger", film, device=PHONE)
    stranger.opens("/board", at=film.across)

    stranger.presses_stop()

    wall.sees_set("stopped")
    stranger.sees_set("stopped")
    assert 1 == stranger.counted.most("stop").taps
    assert 0 == stranger.counted.day.typed
    (stop,) = film.said("stop.called")
    assert "anonymous" == stop["by"]
    assert "unsigned" == stop["attested"]
    wall.keeps_picture("board-stopped")
    stranger.keeps_picture("phone-stopped")


def test_the_space_bar_under_the_wall_is_stop(stage: Stage) -> None:
    film = stage.set("11:02")
    wall = stage.comes(Wall, "wall", film, device=WALL)
    wall.opens()
    wall.keeps_picture("board")

    wall.presses_space_bar()

    wall.sees_set("stopped")
    assert 1 == wall.counted.most("stop").taps


def test_stop_pressed_twice_is_one_stop(stage: Stage) -> None:
    film = stage.set("11:02")
    phone = stage.comes(Anybody, "phone", film, device=PHONE)
    phone.opens()

    phone.presses_stop()
    phone.presses(phone.at_key("stop").first, writes=False)
    phone.sees_set("stopped")

    assert 1 == len({one["stop"] for one in film.said("stop.called")})


def test_whoever_pressed_reads_no_stopped_after_the_restart_and_may_press_again(
    stage: Stage,
) -> None:
    film = stage.set("11:02")
    phone = stage.comes(Anybody, "phone", film, device=PHONE)
    phone.opens("/stop", at=film.here)
    phone.presses_stop()
    phone.sees_set("stopped")

    # The phone sleeps, hears nothing of the restart, and wakes up after it.
    phone.page.evaluate("dispatchEvent(new Event('pagehide'))")
    (stop,) = film.said("stop.called")
    for one in ("ad", "safety"):
        film.says({"what": "restart.agreed", "by": one, "stop": stop["stop"]})
    film.says(
        {"what": "work.resumed", "by": "ad", "stop": stop["stop"], "agreed_by": ["ad", "safety"]}
    )
    phone.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    expect(phone.page.locator(".is-stopped")).to_have_count(0)
    expect(phone.page.get_by_role("heading", level=1)).not_to_contain_text("STOPPED")
    expect(phone.at_key("stop")).to_have_text("STOP")
    phone.presses_stop()
    phone.sees_set("stopped")
    assert 2 == len({one["stop"] for one in film.said("stop.called")})

"""The floor in one hand: everything can be read, reached and pressed in every state of a day.

What is protected: no violation that axe can find, no target smaller than a gloved finger, no
sideways scrolling at 360 px or at twice the size, every act from the keyboard; what a first AD
looks for is one tap away, and the morning's roll is two.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import looking
from tests.browser.chromium import PHONE
from tests.browser.conftest import Stage
from tests.browser.people.anybody import Anybody
from tests.browser.people.first_ad import FirstAd
from tests.browser.set import FilmSet


def on_the_floor(stage: Stage, film: FilmSet, who: str = "ad") -> FirstAd:
    """Somebody with a phone of their own, on the floor."""
    one = stage.comes(FirstAd, who, film, device=PHONE)
    one.is_let_in("phone", person=who)
    one.opens()
    one.is_drawn()
    return one


def morning(ad: FirstAd) -> None:
    ad.presses(ad.at_key("part/meeting"), writes=False)


def stopped(ad: FirstAd) -> None:
    ad.film.gives("lead", pin="1234")
    ad.presses(ad.at_key("stop"))
    ad.presses(ad.offered("I agree to go on"))
    ad.presses(ad.offered("Second person, here"), writes=False)
    ad.presses(ad.at_key("second/lead"), writes=False)


def everything_open(ad: FirstAd) -> None:
    for key in ("happened/near-miss", "happened/concern"):
        ad.presses(ad.at_key(key), writes=False)
    ad.film.says(
        {"what": "incident.reported", "by": "lead", "incident": "i-1", "kind": "injury"},
        {"what": "refusal.made", "by": "lead", "person": "deputy", "activity": "shootout"},
        {"what": "work.left", "by": "lead", "people": ["focus"]},
        {"what": "pause.called", "by": "ad", "pause": "p-1", "scope": "all", "note": "rain"},
    )
    ad.sees("Injury")
    folds = ad.page.locator('[data-key^="part/"][aria-expanded="false"]')
    while folds.count():
        ad.presses(folds.first, writes=False)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "until", "comes_to"),
    [
        ("morning", "07:05", morning),
        ("hold", "11:31", lambda ad: None),
        ("clear", "11:04", lambda ad: None),
        ("stopped", "11:02", stopped),
        ("everything open", "11:02", everything_open),
    ],
)
def test_it_can_be_read_and_pressed_in_every_state(
    name: str, until: str, comes_to: Callable[[FirstAd], None], stage: Stage
) -> None:
    ad = on_the_floor(stage, stage.set(until))
    comes_to(ad)
    shot = f"floor-{name.replace(' ', '-')}"
    found: dict[str, list[str]] = {}

    ad.keeps_picture(shot)
    found["axe"] = ad.axe_finds()
    found["too small to press"] = looking.too_small(ad.page)
    for width, height in ((360, 740), (320, 568), (195, 422)):
        ad.turns_to(width, height)
        if width > 200:
            found[f"too small at {width}"] = looking.too_small(ad.page)
        found[f"wider than {width}"] = looking.too_wide(ad.page)
    ad.turns_to(PHONE.width, PHONE.height)
    ad.keeps_picture(f"{shot}-whole", whole=True)

    assert {} == {what: lines for what, lines in found.items() if lines}


def test_the_morning_is_a_roll_of_two_taps_and_the_late_one_more(stage: Stage) -> None:
    film = stage.set("07:05")
    ad = on_the_floor(stage, film)
    ad.sees("Nobody has held a safety meeting today.")

    with ad.act("safety meeting, one person late") as count:
        ad.presses(ad.at_key("part/meeting"), writes=False)
        ad.presses(ad.at_key("roll/pick/slate"), writes=False)
        ad.sees("16 of 17 there. Not there:")
        ad.presses(ad.at_key("meeting/safety"))

    assert (3, 0) == (count.taps, count.typed)
    (held,) = film.said("meeting.held")
    assert "slate" not in held["present"]
    ad.does_not_see("Nobody has held a safety meeting today.")


def test_hot_rolled_and_cut_are_a_tap_each(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)

    with ad.act("hot") as count:
        ad.presses(ad.at_key("set/hot"))
    assert 1 == count.taps
    film.says(
        {
            "what": "weapon.handed-over",
            "by": "lead",
            "from": "lead",
            "issues": [
                {"weapon": "rev-2", "to": "sheriff"},
                {"weapon": "rev-3", "to": "deputy"},
                {"weapon": "rev-4", "to": "outlaw"},
            ],
            "for": "shootout",
        }
    )
    with ad.act("rolled") as count:
        ad.presses(ad.page.locator(".bar > :last-child"))
    assert 1 == count.taps
    ad.sees("On since")
    with ad.act("cut") as count:
        ad.presses(ad.page.locator(".bar > :last-child"))
    assert 1 == count.taps
    assert "clear" == film.said("activity.rolled")[-1]["answer"]


def test_what_was_shown_is_confirmed_with_one_tap(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)
    film.says(
        {
            "what": "check.made",
            "by": "lead",
            "checks": ["load-shown"],
            "on": ["rev-2", "rev-3", "rev-4"],
            "passed": True,
            "count": 2,
            "of": 2,
            "shown_to": ["ad"],
        }
    )
    ad.sees("Did you see the load of")

    with ad.act("confirm") as count:
        ad.presses(ad.offered("Saw it").first)

    assert 1 == count.taps
    assert "own-device" == film.said("confirmed")[-1]["attested"]


def test_what_is_looked_for_is_one_tap_away(stage: Stage) -> None:
    ad = on_the_floor(stage, stage.set("11:31"))

    ad.presses(ad.at_key("jump/happened"), writes=False)

    expect(ad.at_key("happened/misfire")).to_be_in_viewport()
    ad.presses(ad.at_key("jump/set"), writes=False)
    expect(ad.at_key("set/cold")).to_be_in_viewport()


def test_another_activity_can_be_looked_at_and_its_gate_is_asked(stage: Stage) -> None:
    film = stage.set("13:50")
    ad = on_the_floor(stage, film)

    ad.presses(ad.at_key("today/shootout"), writes=False)

    ad.sees("Three revolvers fire two blanks each down the street")
    expect(ad.page.locator('[data-activity="shootout"] .answer')).to_be_visible()
    expect(ad.page.locator(".bar > :last-child")).to_contain_text("take 4")


def test_a_clear_that_was_asked_for_is_not_shown_of_a_record_that_has_grown(stage: Stage) -> None:
    film = stage.set("13:50")
    ad = on_the_floor(stage, film)
    ad.complaints.expected.append("ERR_FAILED|Failed to fetch")
    clear = {"gate": "roll", "answer": "clear", "says": "", "reasons": [], "warned": []}
    ad.context.route("**/api/gates?*", lambda route: route.fulfill(json=clear))
    ad.presses(ad.at_key("today/shootout"), writes=False)
    answer = ad.page.locator('[data-activity="shootout"] .answer')
    expect(answer).to_contain_text("Clear")

    ad.context.unroute("**/api/gates?*")
    ad.context.route("**/api/gates?*", lambda route: route.abort())
    film.says({"what": "weapon.held", "by": "lead", "weapons": ["rev-2"], "because": "It slipped"})

    ad.sees("Not asked: nobody answered. Ask aloud.")
    expect(answer).to_have_count(0)


def test_every_act_of_the_bar_is_reached_by_keyboard(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)
    reached = set()
    for _ in range(60):
        ad.page.keyboard.press("Tab")
        key = ad.page.evaluate("() => document.activeElement?.dataset?.key ?? ''")
        reached.add(key)
        if key == "pause":
            before = film.size
            ad.page.keyboard.press("Enter")
            film.grows_beyond(before)
            break

    assert {"stop", "pause", "set/hot", "happened/misfire"} <= reached


def test_closed_with_differences_stays_said(stage: Stage) -> None:
    film = stage.set("17:35")
    ad = on_the_floor(stage, film)
    film.says(
        {"what": "rounds.counted", "by": "lead", "lots": ["dummies"], "count": 35},
        {"what": "rounds.locked-up", "by": "lead", "lots": ["dummies"]},
    )
    ad.presses(ad.at_key("part/day"), writes=False)
    ad.sees("dummies: 1 missing")

    with ad.act("close the day") as count:
        ad.presses(ad.at_key("day/close"))

    assert 1 == count.taps
    assert "hold" == film.said("day.closed")[-1]["answer"]
    ad.sees("Does not add up")
    wall = stage.comes(Anybody, "wall", film, device=PHONE)
    wall.opens("/board")
    wall.sees(re.compile("differ", re.IGNORECASE))

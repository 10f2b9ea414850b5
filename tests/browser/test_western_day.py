"""A whole western day, by several people on several screens, in the order in which it happened.

What is protected: everything that a compliant day asks of its handlers and its first AD can be
said at their screens, truthfully and with few taps; nobody meets an unexpected hold; and at the
end every weapon is locked up and every round accounted for.
"""

from __future__ import annotations

import pytest

from tests.browser.chromium import PHONE, TABLET
from tests.browser.conftest import Stage
from tests.browser.people.day import Day, statements_of
from tests.browser.people.first_ad import FirstAd
from tests.browser.people.handler import Handler
from tests.browser.set import FilmSet

TAPS_OF_A_DAY = 120


def everybody(stage: Stage, film: FilmSet) -> Day:
    """The lead at the cart's tablet, the assistant and the property master at a second one, and
    the first AD with a phone."""
    handlers = {}
    for who in ("lead", "assistant", "props"):
        badge = f"SCN{who.upper()}BBBB"
        film.gives(who, badge=badge)
        one = handlers[who] = stage.comes(Handler, who, film, device=TABLET)
        one.badge = badge
        if who == "props":
            one.comes_to(handlers["assistant"])
            continue
        one.is_let_in("tablet")
        one.is_drawn()
    ad = stage.comes(FirstAd, "ad", film, device=PHONE)
    ad.is_let_in("phone", person="ad")
    ad.is_drawn()
    return Day(film=film, handlers=handlers, ad=ad, rounds="assistant", since=film.size)


def holds_of(film: FilmSet, day: Day) -> list[tuple[str, tuple[str, ...]]]:
    """Every gate that held while the day went on, with what was missing."""
    since = day.since
    return film.look(
        lambda look: [
            (told.said.what, told.missing)
            for told in look.memory.told
            if told.answer == "hold" and told.index >= since
        ]
    )


def said_at_their_screens(day: Day) -> None:
    """What was offered was on the page; what no screen offered is printed."""
    print(*day.off_screens, sep="\n")
    print(*day.handlers["lead"].pressed, sep="\n")

    assert [] == [key for one in day.handlers.values() for key in one.not_drawn]
    assert 0 == day.handlers["lead"].counted.day.typed


def test_a_take_in_which_one_round_does_not_fire(stage: Stage) -> None:
    film = stage.set("11:21")
    day = everybody(stage, film)

    day.goes_on(statements_of(film, first="w-1122-load-2", last="w-1135-misfire-cause"))

    said_at_their_screens(day)
    assert [] == holds_of(film, day)
    assert day.handlers["lead"].counted.most("weapon.handed-over").taps <= 2
    # 120 - 11 fired - 1 that misfired.
    assert 108 == film.look(lambda look: look.state.lots["blanks"].in_store)


@pytest.mark.long
def test_the_hour_of_the_misfire_and_the_spare(stage: Stage) -> None:
    film = stage.set("10:56")
    day = everybody(stage, film)

    day.goes_on(statements_of(film, first="w-1057-bores", last="w-1154-cold-3"))

    said_at_their_screens(day)
    lead = day.handlers["lead"].counted
    assert [] == holds_of(film, day)
    assert lead.most("weapon.handed-over").taps <= 2
    assert {"lead"} == {film.holder(name) for name in ("rev-1", "rev-2", "rev-3", "rev-4")}
    # 120 - 18 fired - 1 that misfired.
    assert 101 == film.look(lambda look: look.state.lots["blanks"].in_store)
    day.handlers["lead"].keeps_picture("cart-after-the-takes")


@pytest.mark.long
def test_a_whole_day(stage: Stage) -> None:
    film = stage.set("05:39")
    day = everybody(stage, film)

    day.goes_on(statements_of(film))

    said_at_their_screens(day)
    lead = day.handlers["lead"].counted
    # The late actor's working revolver, asked for before the briefing, and nothing else.
    ((asked, missing),) = holds_of(film, day)
    assert ("gate.asked", True) == (asked, "not-briefed" in missing)
    assert film.look(lambda look: not look.state.differences)
    assert {"locked"} == film.look(lambda look: {one.place for one in look.state.weapons.values()})
    assert lead.most("weapon.handed-over").taps <= 2
    assert lead.day.taps <= TAPS_OF_A_DAY

"""Protects: no screen calls a set colder than what was called, and what custody shows, make it."""

from __future__ import annotations

from typing import Any

import pytest

from showclear.app.views.board import board
from showclear.app.views.cart import cart
from showclear.app.views.floor import floor
from showclear.app.views.set_state import set_state
from tests.unit.app.views.cart_moments import Moment, western


def called(moment: Moment, name: str, state: str, **fields: Any) -> None:
    """The first AD calls the set, now."""
    own = {key.removesuffix("_"): value for key, value in fields.items()}
    said = {"id": name, "what": "set.declared", "at": moment.made.clock(), "by": "ad"}
    moment.say({**said, "attested": "badge", "state": state, **own})


def stands(moment: Moment) -> tuple[str, bool]:
    found = set_state(moment.look)
    return found.word, found.called


@pytest.mark.parametrize(
    ("until", "word"),
    [
        ("06:30", "not-called"),
        ("09:11", "gun-on-set"),
        ("10:28", "cold"),
        ("11:03", "hot"),
        ("11:09", "cold"),
        ("11:31", "hot"),
        ("17:40", "cold"),
    ],
)
def test_the_western_day_is_called_as_its_first_ad_called_it(until: str, word: str) -> None:
    with western(until) as moment:
        assert (word, word != "not-called") == stands(moment)


def test_on_the_western_day_custody_never_says_worse_than_was_called() -> None:
    for until in ("08:05", "09:20", "11:28", "11:31", "11:50", "14:12", "15:00", "16:23"):
        with western(until) as moment:
            assert set_state(moment.look).called or until == "08:05"


def test_a_word_for_the_whole_set_takes_back_every_word_before_it() -> None:
    with western("06:30") as moment:
        called(moment, "one", "hot", weapons=["rev-2"])
        called(moment, "two", "hot", weapons=["rev-3"], for_="shootout")
        called(moment, "three", "cold")

        assert ("cold", True) == stands(moment)


def test_the_next_word_for_an_act_ends_what_was_called_for_it() -> None:
    with western("06:30") as moment:
        called(moment, "one", "hot", weapons=["rev-2"], for_="shootout")
        called(moment, "two", "cold", for_="shootout")

        assert ("cold", True) == stands(moment)


def test_a_word_for_one_weapon_leaves_the_whole_set_as_it_was_called() -> None:
    with western("06:30") as moment:
        called(moment, "one", "hot")
        called(moment, "two", "cold", weapons=["rev-2"])

        assert ("hot", True) == stands(moment)


def test_words_of_yesterday_say_nothing_of_today() -> None:
    with western("11:31") as moment:
        moment.made.later(60 * 20)
        moment.say(
            {
                "id": "next",
                "what": "day.opened",
                "at": moment.made.clock(),
                "by": "ad",
                "attested": "badge",
                "date": "2026-06-10",
            }
        )

        found = set_state(moment.look)

        # Nobody took the revolvers back either: that, and not yesterday's word, makes it hot.
        assert ("hot", False) == (found.word, found.called)


def test_what_a_handler_loads_on_the_cart_makes_no_set_hot_and_ends_a_cold_one() -> None:
    with western("11:00") as moment:
        assert ("not-called", False) == stands(moment)


@pytest.mark.parametrize(
    "until",
    ["05:41", "06:30", "09:11", "10:28", "11:02", "11:09", "11:28", "11:31", "12:30", "17:40"],
)
def test_no_two_screens_call_the_set_differently(until: str) -> None:
    with western(until) as moment:
        word = set_state(moment.look).word
        wall, tablet, phone = (view(moment.look)["set"] for view in (board, cart, floor))

        assert {word} == {wall["state"], tablet["state"], phone["state"]}
        assert {wall["word"]} == {tablet["word"], phone["word"]}
        assert (phone["since"], phone["says"]) == (tablet["since"], tablet["says"])


@pytest.mark.parametrize(
    ("tag", "fields", "word"),
    [
        ("stop.called", {"stop": "one", "scope": "all"}, "STOPPED"),
        ("stop.called", {"stop": "one", "scope": ["saloon"]}, "HOT"),
        ("pause.called", {"pause": "one", "scope": "all"}, "PAUSED"),
    ],
)
def test_tablet_and_phone_agree_on_what_stands_above_it(
    tag: str, fields: dict[str, Any], word: str
) -> None:
    with western("11:28") as moment:
        said = {"id": "s", "what": tag, "at": moment.made.clock(), "by": "ad"}
        moment.say({**said, "attested": "badge", **fields})

        assert [word, word] == [view(moment.look)["set"]["word"] for view in (cart, floor)]


def test_what_waits_for_hot_is_named_and_has_no_time_where_nothing_was_ever_called() -> None:
    with western("11:02") as moment:
        found = set_state(moment.look)
        assert ("rev-2", "rev-3", "rev-4") == found.weapons
        assert found.since is not None

    with western("06:30") as moment:
        own = {"weapons": ["rev-5"], "lot": "blanks", "count": 1, "for": "shootout"}
        said = {"id": "l", "what": "weapon.loaded", "at": moment.made.clock(), "by": "lead"}
        moment.say({**said, "attested": "badge", **own})

        found = set_state(moment.look)
        assert ("not-called", ("rev-5",), None) == (found.word, found.weapons, found.since)

"""What is said on the radio follows from the record, is short, and makes nobody relax too early.

Protects: a misfire, a stop, a loaded weapon that nobody called come before anything else; who
has it and how many shots are in it are said in words; nobody who spoke up is in it.
"""

from __future__ import annotations

import pytest

from showclear.app.views.radio import all_spoken, in_words, radio, spoken
from tests.unit.app.views.cart_moments import western


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("07:20", ""),
        ("09:15", "Gun on set. Revolver one with Armorer, dummies in it."),
        (
            "11:02",
            "Revolvers two, three and four are loaded. Armorer has them. Hot is not called yet.",
        ),
        ("11:31", "Misfire on revolver three. Deputy has it. We are hot. Stay off the line."),
        (
            "14:10",
            "Cold set. Rider is here and not briefed. No working gun in their hands before that.",
        ),
        (
            "15:00",
            "Revolver two is hot with Gambler. Revolver six is hot with Rider. Three shots each. "
            "Take one. Ears and eyes.",
        ),
        ("15:02", "We are still hot. Revolvers two and six not opened yet. Stay where you are."),
        ("17:35", "Cold set."),
    ],
)
def test_what_is_said_at_a_moment_of_the_day(at: str, says: str) -> None:
    with western(at) as moment:
        assert says == radio(moment.look)


def test_a_stop_is_said_three_times_and_asks_for_the_guns() -> None:
    with western("11:04") as moment:
        said = {"id": "s", "at": moment.made.clock(), "by": "slate", "attested": "badge"}
        moment.say({**said, "what": "stop.called", "stop": "s-1", "scope": "all"})
        told = radio(moment.look)

    assert "Stop. Stop. Stop. Stay where you are. Armorer, take back the guns." == told
    assert "slate" not in told.lower()


def test_going_on_is_said_after_a_restart_and_not_for_ever() -> None:
    with western("10:29") as moment:
        said = {"at": moment.made.clock(), "by": "ad", "attested": "badge"}
        moment.say({**said, "id": "s", "what": "stop.called", "stop": "s-1", "scope": "all"})
        end = {"what": "work.resumed", "stop": "s-1", "agreed_by": ["safety", "medic"]}
        moment.say({**said, "id": "r", **end})
        at_once = radio(moment.look)
        moment.made.later(10)
        later = radio(moment.look)

    assert "We are going on. Stand by for the call. Cold set. Armorer has revolver one." == at_once
    assert later.startswith("Cold set.")


def test_nobody_hears_shots_of_what_are_dummies_among_blanks() -> None:
    with western("15:00") as moment:
        before = radio(moment.look)
        both = {"weapons": ["rev-2", "rev-6"], "lot": "dummies", "count": 1, "for": "standoff"}
        moment.goes_on({"what": "weapon.loaded", **both})
        then = radio(moment.look)

    assert "Three shots each." in before
    assert "Four rounds each." in then
    assert "shot" not in then


def test_weapons_are_spoken_by_their_noun_and_number() -> None:
    assert "revolver two" == spoken("rev-2")
    assert "colt A" == spoken("colt-a")
    assert "long-barrel" != spoken("long-barrel")
    assert "revolvers two and three and rubber one" == all_spoken(["rev-2", "rev-3", "rubber-1"])
    assert ("twenty", "21") == (in_words(20), in_words(21))

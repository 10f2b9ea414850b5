"""Three revolvers between two takes: hand over, take back, reload, while everybody waits.

What is protected: it takes few taps, nothing is typed, nothing has to be answered first, and
nothing lies over a card or over Stop.
"""

from __future__ import annotations

from tests.browser.conftest import Stage
from tests.browser.people import scenes
from tests.browser.set import FilmSet

TAPS_MAX = 8
GROUP = "together/shootout"


def a_take(film: FilmSet, hour: str, *, take: int) -> None:
    """The first AD rolls and cuts; each of the three has fired two."""
    film.at(hour)
    film.says({"what": "activity.rolled", "by": "ad", "activity": "shootout", "take": take})
    film.later(1)
    film.says({"what": "activity.cut", "by": "ad", "activity": "shootout", "take": take})


def test_three_revolvers_between_takes(stage: Stage) -> None:
    film = stage.set("w-1103-hot-1")
    film.at("11:04")
    lead = scenes.handler(stage, film)
    lead.chooses(GROUP)

    with lead.act("hand over, take back and reload three, with every show") as whole:
        with lead.act("hand over, take back and reload three") as cycle:
            lead.presses(lead.at_key(f"{GROUP}/has"))
            assert [] == scenes.lies_over(lead.page)
            a_take(film, "11:05", take=1)
            lead.presses(lead.at_key(f"{GROUP}/back-fired"))
            assert [] == scenes.lies_over(lead.page)
            film.at("11:22")
            lead.knows_the_time()
            lead.presses(lead.at_key("same-again"))
        # What it takes to give them out again: each show its own tap, one for each person.
        for person in ("sheriff", "deputy", "outlaw", "ad"):
            lead.presses(lead.at_key(f"{GROUP}/load-shown/{person}"))
            assert [] == scenes.lies_over(lead.page)

    assert (cycle.taps <= TAPS_MAX, cycle.typed) == (True, 0)
    assert (whole.taps <= TAPS_MAX, whole.typed) == (True, 0)
    (over,) = film.said("weapon.handed-over")[-1:]
    assert "clear" == over["answer"]
    loaded = film.said("weapon.loaded")[-1]
    assert (("rev-2", "rev-3", "rev-4"), 2, "clear") == (
        tuple(loaded["weapons"]),
        loaded["count"],
        loaded["answer"],
    )
    # Same again wrote a load, and neither a check nor a show.
    after = [one["checks"] for one in film.said("check.made") if one["at"] >= loaded["at"]]
    assert [("load-shown",)] * 4 == [tuple(checks) for checks in after]

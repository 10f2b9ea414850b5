"""The floor on days that are not a western: no plan, a night, a second day, a great many people.

Protects: that nothing of the floor hangs on weapons, on one day, or on a small crew; and that
a record is not kept waiting by a long plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from showclear.app.views.floor import floor
from showclear.app.views.floor_day import ASKED_AHEAD
from tests.stories.production import production
from tests.unit.app.views.cart_moments import Moment

Plain = dict[str, Any]


@contextmanager
def a_day(at: str = "2026-05-04T12:00:00") -> Iterator[Moment]:
    """A production with an AD, two performers and an audience, on which nothing was planned."""
    with TemporaryDirectory() as folder:
        made = production(Path(folder) / "day")
        made.now = datetime.fromisoformat(at).replace(tzinfo=UTC)
        moment = Moment(made)
        try:
            joined = (("ad", "first-ad"), ("ana", "performer"), ("bea", "stunt-performer"))
            said(moment, *({"what": "person.joined", "person": p, "roles": [r]} for p, r in joined))
            yield moment
        finally:
            made.close()


def said(moment: Moment, *what: Plain) -> None:
    own = []
    for one in what:
        moment.number += 1
        own.append(
            {
                "id": f"d-{moment.number}",
                "at": moment.made.clock(),
                "by": "ad",
                "attested": "badge",
                **one,
            }
        )
    moment.say(*own)


def opened(moment: Moment, date: str = "2026-05-04") -> None:
    everybody = {"what": "people.arrived", "people": ["ad", "ana", "bea"]}
    said(moment, {"what": "day.opened", "date": date}, everybody)


def planned(moment: Moment, name: str, **own: Any) -> None:
    plan = {"phase": "shoot", "hazards": ["height"], "people": {"bea": "falls"}, "things": "none"}
    rest = {"weapons": "none", "line": "nobody", "zone": ["bea"], "medic": "nobody"}
    said(
        moment, {"what": "activity.planned", "activity": name, "title": name, **plan, **rest, **own}
    )


def test_a_day_without_a_plan_has_everything_that_happens_and_says_so() -> None:
    with a_day() as moment:
        opened(moment)
        view = floor(moment.look)

    assert [] == view["activities"]
    assert not view["meeting"]["awaited"]
    (refusal,) = [one for one in view["happened"] if one["key"] == "refusal"]
    assert "Nothing is planned yet." == refusal["empty"]
    assert ["hot", "cold"] == [one["state"] for one in view["calls"]][1:]


def test_an_act_without_weapons_rolls_is_cut_and_asks_nothing_of_a_cart() -> None:
    with a_day() as moment:
        opened(moment)
        planned(moment, "fall")
        before = floor(moment.look)["activities"][0]
        moment.press(before["next"], by="ad")
        on = floor(moment.look)["activities"][0]

    assert "Rolled" == before["next"]["says"]
    assert [] == before["weapons"]
    assert "Cut" == on["next"]["says"]


def test_a_night_goes_on_over_midnight_as_one_day() -> None:
    with a_day("2026-05-04T23:30:00") as moment:
        opened(moment)
        planned(moment, "fall")
        moment.press(floor(moment.look)["activities"][0]["next"], by="ad")
        moment.made.later(60 * 5)
        moment.press(floor(moment.look)["activities"][0]["next"], by="ad")
        moment.made.later(60 * 3)
        view = floor(moment.look)
        (write,) = view["day"]["act"]["write"]

    # 07:30 in the production's zone: a day later by the calendar, the same day of work.
    assert {"what": "day.closed", "date": "2026-05-04"} == write
    assert 1 == view["activities"][0]["begun"]
    assert "take 2" == view["activities"][0]["take"]


def test_on_the_second_day_what_was_done_stands_below_and_its_slate_goes_on() -> None:
    with a_day() as moment:
        opened(moment)
        planned(moment, "fall")
        for _ in range(4):
            moment.press(floor(moment.look)["activities"][0]["next"], by="ad")
            moment.made.later(5)
        said(moment, {"what": "day.closed", "date": "2026-05-04"})
        planned(moment, "jump")
        moment.made.later(60 * 22)
        opened(moment, "2026-05-05")
        view = floor(moment.look)
        again = next(one for one in view["activities"] if one["id"] == "fall")
        moment.press(again["next"], by="ad")
        taken_up = floor(moment.look)

    assert "jump" == view["floor"]
    assert [("jump", False), ("fall", True)] == [
        (one["id"], one.get("earlier", False)) for one in view["activities"]
    ]
    assert view["meeting"]["awaited"]
    assert ["jump"] == view["meeting"]["covers"]
    assert "take 3" == again["take"]
    assert "fall" == taken_up["floor"]
    assert not next(one for one in taken_up["activities"] if one["id"] == "fall").get("earlier")


def test_of_forty_acts_each_can_be_begun_and_only_the_next_few_are_asked_about() -> None:
    with a_day() as moment:
        opened(moment)
        for number in range(40):
            planned(moment, f"act-{number}")
        view = floor(moment.look)

    assert "act-0" == view["floor"]
    assert 40 == sum("next" in one for one in view["activities"])
    assert ASKED_AHEAD == sum("answer" in one for one in view["activities"])


def test_a_crew_of_a_hundred_and_a_crowd_are_on_the_roll_and_the_crowd_is_not_counted() -> None:
    with a_day() as moment:
        crew = [f"grip-{number}" for number in range(120)]
        said(
            moment,
            *({"what": "person.joined", "person": one, "roles": ["grip"]} for one in crew),
            {"what": "person.joined", "person": "crowd", "roles": ["background"], "many": True},
        )
        opened(moment)
        planned(moment, "fall")
        said(moment, {"what": "people.arrived", "people": [*crew, "crowd"]})
        roll = floor(moment.look)["meeting"]
        (write,) = roll["act"]["write"]
        present = [one["id"] for one in roll["roll"] if one["id"] != "grip-7"]
        moment.press({"write": [{**write, "present": present}]}, by="ad")
        view = floor(moment.look)
        (late,) = next(one for one in view["happened"] if one["key"] == "late")["groups"]

    assert 124 == len(roll["roll"])
    assert "123 people and Crowd" == view["people"]["count"]
    assert "122 people and Crowd there" == view["meeting"]["held"][0]["says"]
    assert ["Grip 7 briefed"] == [one["says"] for one in late["acts"]]

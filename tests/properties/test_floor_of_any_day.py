"""Whatever was said, the floor can be drawn, and names nobody who spoke up.

Protects: a first AD whose screen would go blank because of one odd statement; and whoever
stopped the work, said no, walked out or raised a concern, on every day that can be folded.

A day of nonsense reaches few places, so each day here also has people who speak up, of whom
nothing else is ever said: their ids may then stand in no view but their own.
"""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given

from showclear.app.views.floor import floor
from tests.film_set import START, FilmSet
from tests.stories.production import production
from tests.strategies import chances, damaged, often, sentences, shoot_days
from tests.unit.app.views.cart_moments import Moment

Plain = dict[str, Any]

UPSET = ("zz-stopped", "zz-refused", "zz-left", "zz-worried", "zz-mistaken")


def at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


def speaking_up(minute: int, chance: Random) -> list[Plain]:
    """One of each, by people of whom the record has nothing else."""
    own = {"at": at(minute), "attested": "own-device"}
    said: list[Plain] = [
        {"what": "stop.called", "by": "zz-stopped", "stop": "zz-stop", "scope": "all"},
        {"what": "refusal.made", "by": "zz-refused", "person": "zz-refused", "activity": "duel"},
        {"what": "work.left", "by": "zz-left", "people": ["zz-left"]},
        {"what": "concern.raised", "by": "zz-worried", "concern": "zz-c", "holds": True},
        {"what": "stop.called", "by": "zz-mistaken", "stop": "zz-other", "scope": "all"},
        {
            "what": "stop.mistaken",
            "by": "zz-mistaken",
            "stop": "zz-other",
            "agreed_by": ["zz-mistaken"],
        },
    ]
    chance.shuffle(said)
    return [{**own, "id": f"up-{place}", **one} for place, one in enumerate(said)]


def drawn(said: list[Plain]) -> tuple[Plain, int]:
    """The floor of a day, and how much of the day was an entry."""
    with tempfile.TemporaryDirectory() as folder:
        made = production(Path(folder) / "day")
        moment = Moment(made)
        try:
            made.now = START + timedelta(hours=9)
            answers = moment.say(*said)
            look = moment.look
            kept = sum(one.index is not None for one in answers)
            return floor(look), kept
        finally:
            made.close()


def named(view: Plain) -> list[str]:
    """Everybody of those who spoke up whom a view names. What a page compares the own person
    with is no name: whoever could agree is in it, whoever stopped the work is left out of it."""
    told = [{key: v for key, v in one.items() if key != "completes"} for one in view["restarts"]]
    text = json.dumps({**view, "restarts": told})
    return [who for who in UPSET if who in text]


@often(8)
@given(shoot_days(steps=40), chances)
def test_the_floor_of_any_day_can_be_drawn_and_names_nobody_who_spoke_up(
    day: FilmSet, chance: Random
) -> None:
    view, kept = drawn([*day.said, *speaking_up(60 * 8, chance)])

    assert kept >= len(UPSET)
    assert [] == named(view)
    assert "stopped" == view["set"]["state"]
    assert 1 == len(view["walk_outs"])
    assert {"zz-stop", "zz-other"} <= {one["id"] for one in view["restarts"]}


@often(8)
@given(chances)
def test_nothing_that_anybody_says_keeps_the_floor_from_being_drawn(chance: Random) -> None:
    said = [damaged(one, chance) if chance.random() < 0.3 else one for one in sentences(chance, 60)]
    readable = [one for one in said if isinstance(one.get("id"), str) and one["id"]]
    view, _ = drawn([*readable, *speaking_up(60 * 8, chance)])

    assert json.loads(json.dumps(view)) == view
    assert [] == named(view)

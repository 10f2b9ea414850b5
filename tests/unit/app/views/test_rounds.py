"""Protects: rounds are shown as a sum of named parts, and what differs is named, not absorbed."""

from __future__ import annotations

from typing import Any

from showclear.app.views.rounds import differences, lots_of, takes_of
from showclear.app.views.rounds_sheets import lot_sheet
from tests.stories.production import saying
from tests.unit.app.views.cart_moments import Moment, western

Plain = dict[str, Any]


def sum_of(moment: Moment, lot: str) -> Plain:
    found: Plain = next(one["sum"] for one in lots_of(moment.look) if one["id"] == lot)
    return found


def parts(told: Plain) -> dict[str, int]:
    return {one["label"]: one["n"] for one in told["parts"]}


def test_a_lot_is_one_whole_and_every_part_by_where_it_is() -> None:
    with western("11:31") as moment:
        told = sum_of(moment, "blanks")

    assert (120, {"in box": 108, "fired": 11, "misfired": 1}) == (told["whole"]["n"], parts(told))
    assert told["whole"]["n"] == sum(parts(told).values())


def test_a_dummy_that_does_not_come_back_from_a_belt_is_still_out_and_named() -> None:
    with western("17:05") as moment:
        at = moment.made.clock()
        short = {"lots": ["dummies"], "count": 7, "from_": "belt-3"}
        moment.say(saying("short", "rounds.returned", at=at, by="assistant", **short))
        told = sum_of(moment, "dummies")
        listed = [one["says"] for one in differences(moment.look)]

    assert {"in box": 35, "on belt-3": 1} == parts(told)
    assert "Dummies: 1 still on belt-3" in listed


def test_a_count_that_differs_says_how_many_are_missing() -> None:
    with western("17:06") as moment:
        at = moment.made.clock()
        count = {"lots": ["dummies"], "count": 35}
        moment.say(saying("counted", "rounds.counted", at=at, by="assistant", **count))
        told = sum_of(moment, "dummies")

    assert (True, "1 missing") == (told["differs"], told["says"])
    assert {"in box": 35} == parts(told)
    assert "is not" in told["aloud"]


def test_rounds_are_told_by_take() -> None:
    with western("11:31") as moment:
        rows = takes_of(moment.look, "blanks")

    assert [6, 6] == [row["sum"]["whole"]["n"] for row in rows]
    assert [{"fired": 6}, {"fired": 5, "misfired": 1}] == [parts(row["sum"]) for row in rows]


def test_dummies_are_counted_up_from_nothing_and_blanks_from_what_should_be_there() -> None:
    with western("06:00") as moment:
        lots = moment.look.state.lots
        starts = {}
        for name in ("dummies", "blanks"):
            sheet = lot_sheet(moment.look, lots[name])
            counter = next(block for block in sheet["blocks"] if block["key"] == "verify")
            starts[name] = (counter["start"], counter["of"], counter["steps"])

    assert {"dummies": (0, 36, [1, 6]), "blanks": (120, 120, [1, 6])} == starts


def test_while_one_kind_is_open_the_sheet_of_the_other_says_so_with_the_act_that_locks_it() -> None:
    with western("09:15") as moment:
        sheet = lot_sheet(moment.look, moment.look.state.lots["blanks"])
    (reason,) = next(block for block in sheet["blocks"] if block["key"] == "one-kind")["reasons"]

    assert "Dummies is open. One kind open at a time" == reason["says"]
    assert [{"what": "rounds.locked-up", "lots": ["dummies"]}] == reason["acts"][0]["write"]


def test_after_a_day_that_adds_up_nothing_is_listed() -> None:
    with western("17:40") as moment:
        assert [] == differences(moment.look)

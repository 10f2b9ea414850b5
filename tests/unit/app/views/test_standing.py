"""What somebody takes back is told no milder than it holds, until a handler has looked.

Protects: whoever picks up a revolver that a screen calls empty because one tap said "It was not
so"; and the first AD, who reads the radio sentence aloud.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from showclear.app.views.board import board
from showclear.app.views.cart import cart
from showclear.app.views.floor import floor
from showclear.app.views.radio import radio
from tests.unit.app.views.cart_moments import Moment, western

Plain = dict[str, Any]
GUNS = ("rev-2", "rev-3", "rev-4")


def takes_back(moment: Moment, what: str, *, by: str, how: str = "shared-tablet") -> None:
    """Somebody says of the newest statement of a tag that it was not so."""
    said = next(one.said.id for one in reversed(moment.look.memory.told) if one.said.what == what)
    back = {"what": "statement.withdrawn", "of": said, "because": "a wrong tap"}
    moment.press({"write": [back]}, by=by, how=how)


def card(moment: Moment, name: str) -> Plain:
    return next(one for one in cart(moment.look)["cards"] if one["key"] == name)


def rows(moment: Moment) -> dict[str, Plain]:
    return {one["name"]: one for one in board(moment.look)["rows"]}


@pytest.mark.parametrize("who", ["lead", "grip"])
def test_a_load_taken_back_is_in_it_until_a_handler_has_looked(who: str) -> None:
    with western("11:00") as moment:
        takes_back(moment, "weapon.loaded", by=who)

        assert 0 == moment.look.spine.record.state.weapons["rev-2"].rounds
        for name in GUNS:
            assert "2 blanks" == card(moment, name)["in"]["says"]
            assert ("HOLD", True) == (
                rows(moment)[name]["word"],
                "accounts differ" in rows(moment)[name]["who"],
            )
        assert "COLD" not in {board(moment.look)["set"]["word"], floor(moment.look)["set"]["word"]}
        assert "old set" not in json.dumps(radio(moment.look))

        moment.press({"write": [_opened(name) for name in GUNS]}, by="lead")

        assert not any("accounts differ" in row["who"] for row in rows(moment).values())
        assert "Empty" == card(moment, "rev-2")["in"]["says"]


MISFIRED = {"what": "weapon.misfired", "weapons": ["rev-3"], "lot": "blanks", "count": 1}


def test_a_corrected_count_is_empty_once_a_handler_has_looked() -> None:
    with western("11:00") as moment:
        said = next(
            one.said.id
            for one in reversed(moment.look.memory.told)
            if one.said.what == "weapon.loaded"
        )
        fewer = {"weapons": [*GUNS], "lot": "blanks", "count": 1, "for": "shootout"}
        moment.press({"write": [{"what": "weapon.loaded", **fewer, "corrects": said}]}, by="lead")

        assert "1 blank" == card(moment, "rev-2")["in"]["says"]

        moment.press({"write": [{**_opened("rev-2"), "count": 1}]}, by="lead")

        assert "Empty" == card(moment, "rev-2")["in"]["says"]
        assert "1 blank" == card(moment, "rev-3")["in"]["says"]


def _opened(name: str) -> Plain:
    return {"what": "weapon.unloaded", "weapons": [name], "lot": "blanks", "count": 2}


def test_a_misfire_taken_back_is_told_until_it_was_released() -> None:
    with western("11:05") as moment:
        moment.press({"write": [MISFIRED]}, by="ad")
        takes_back(moment, "weapon.misfired", by="grip")

        assert moment.look.spine.record.state.weapons["rev-3"].misfire is None
        assert "HOLD" == rows(moment)["rev-3"]["word"]
        assert "isfire" in json.dumps(radio(moment.look))
        assert "As planned" not in json.dumps(card(moment, "rev-3"))


def test_a_handover_taken_back_leaves_it_in_the_hand_it_was_said_to_be_in() -> None:
    with western("11:05") as moment:
        holder = moment.look.state.weapons["rev-2"].holder
        takes_back(moment, "weapon.handed-over", by="grip")

        assert holder != moment.look.spine.record.state.weapons["rev-2"].holder
        assert holder == moment.look.state.weapons["rev-2"].holder
        assert "accounts differ" in rows(moment)["rev-2"]["who"]

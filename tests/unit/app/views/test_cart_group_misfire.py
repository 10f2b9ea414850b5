"""Protects: one of several did not fire and nobody knows which: opening each tells, by taps.

Three rifles are loaded with one blank each; at the cut one round did not go off. The armorer
opens one after the other at the cart. Whichever it was, what the record counts adds up, nobody
has to know it beforehand, and the weapons that were not the one go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from typing import Any

import pytest

from showclear.app.views.cart import cart
from showclear.app.views.floor import floor
from tests.unit.app.views.cart_moments import Moment, on_a_set
from tests.unit.app.views.cart_sets import box, came, opened, out, people, planned

Plain = dict[str, Any]

RIFLES = ("rifle-1", "rifle-2", "rifle-3")


@contextmanager
def volley(count: int) -> Iterator[Moment]:
    """Fired, and at the cut the first AD says: one did not fire, not known which."""
    weapons = {
        name: {"performer": f"soldier-{name[-1]}", "load": "blank", "lot": "blanks", "count": count}
        for name in RIFLES
    }
    soldiers = [f"soldier-{name[-1]}" for name in RIFLES]
    said = [*people(*soldiers), *came(*RIFLES, kind="firearm"), box("blanks", "blank", 30)]
    load = {"what": "weapon.loaded", "weapons": [*RIFLES], "lot": "blanks", "count": count}
    begins = [out(*RIFLES), opened(*RIFLES), {**load, "for": "volley"}]
    take = {"what": "activity.rolled", "activity": "volley", "take": "1", "by": "ad"}
    with on_a_set(*said, planned("volley", weapons), *begins, take) as moment:
        one = next(one for one in floor(moment.look)["happened"] if one["key"] == "misfire")
        among = next(act for act in one["acts"] if act["key"] == "misfire/among")
        moment.press(among, by="ad")
        yield moment


def offered(moment: Moment, name: str) -> dict[str, Plain]:
    """The acts beside the reason why it is held, by the end of their key."""
    blocks = cart(moment.look)["sheets"][name]["blocks"]
    reasons = [one for block in blocks for one in block.get("reasons", ())]
    return {act["key"].split("/")[-1]: act for one in reasons for act in one.get("acts", ())}


def held(moment: Moment) -> list[str]:
    return [name for name in RIFLES if moment.look.state.weapons[name].misfire is not None]


def tap(moment: Moment, name: str, key: str) -> None:
    acts = offered(moment, name)
    assert key in acts, f"{key} is not among {sorted(acts)}"
    moment.press(acts[key], by="armorer")


def words_beside(moment: Moment, name: str) -> list[str]:
    return [act["says"] for act in offered(moment, name).values()]


def test_each_is_opened_and_says_whether_it_was_the_one() -> None:
    with volley(1) as moment:
        assert [*RIFLES] == held(moment)
        for name in RIFLES:
            assert [
                "Opened: 1 case",
                "Opened: the misfired round out",
                "Opened: empty",
            ] == words_beside(moment, name)


def test_of_several_rounds_the_cases_beside_the_bad_one_are_told_with_it() -> None:
    with volley(3) as moment:
        assert [
            "Opened: 3 cases",
            "Opened: 2 cases, the misfired round out",
            "Opened: empty",
        ] == words_beside(moment, "rifle-1")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("bad", RIFLES)
def test_whichever_it_was_and_in_whatever_order_they_are_opened_the_rounds_add_up(
    bad: str, count: int
) -> None:
    for order in permutations(RIFLES):
        with volley(count) as moment:
            for name in order:
                if name == bad:
                    tap(moment, name, "opened-dud")
                elif name in held(moment):
                    tap(moment, name, "opened-cases")

            assert [bad] == held(moment), order
            tap(moment, bad, "cause-0")
            lot = moment.look.state.lots["blanks"]
            assert [] == held(moment)
            assert (1, 3 * count - 1, 0) == (lot.misfired, lot.fired, lot.loaded), order
            assert not moment.look.state.contradictions


def test_who_opened_one_is_told_what_it_waits_for_and_not_asked_for_a_cause() -> None:
    with volley(1) as moment:
        tap(moment, "rifle-1", "opened-cases")
        blocks = cart(moment.look)["sheets"]["rifle-1"]["blocks"]
        (says,) = [one["says"] for block in blocks for one in block.get("reasons", ())]

        assert {} == offered(moment, "rifle-1")
        assert "Opened, empty. Waits until rifle-2 and rifle-3 are opened" == says

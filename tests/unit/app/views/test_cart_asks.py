"""Protects: what the rules ask before a blade or a working gun is handed over is a tap, and true.

A hold whose step writes something else than what is missing is a hold that nobody can end; a
step that says for people why they need something has made their reason up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from showclear.app.views.cart import cart
from showclear.app.views.floor import floor
from tests.unit.app.views.cart_moments import Moment, on_a_set
from tests.unit.app.views.cart_sets import box, came, opened, out, people, planned

Plain = dict[str, Any]


@pytest.fixture
def duel() -> Iterator[Moment]:
    """A revolver with blanks and a sword for one performer; the plan says of neither why."""
    weapons = {
        "rev-1": {"performer": "outlaw", "load": "blank", "lot": "blanks", "count": 2},
        "sword-1": {"performer": "outlaw", "load": "none"},
    }
    plan = {**planned("duel", weapons), "hazards": ["blank-fire", "edged"]}
    own = [*came("rev-1", kind="firearm"), *came("sword-1", kind="edged")]
    said = [*people("outlaw"), *own, box("blanks", "blank", 30), plan]
    begins = {"what": "day.opened", "date": "2026-06-09", "by": "ad"}
    with on_a_set(*said, begins, out("rev-1", "sword-1"), opened("rev-1")) as moment:
        yield moment


def sheet(moment: Moment, name: str) -> Plain:
    found: Plain = cart(moment.look)["sheets"][name]
    return found


def missing(moment: Moment, name: str) -> set[str]:
    """Rules that hold its hand-over, by whatever step they are answered."""
    found = sheet(moment, name)
    told = [one for block in found["blocks"] for one in block.get("reasons", ())]
    return {one["rule"] for one in (*told, *found.get("why", ()))}


def test_a_blade_is_felt_with_whoever_gets_it_and_that_is_one_tap(duel: Moment) -> None:
    steps = {block["key"]: block for block in sheet(duel, "sword-1")["blocks"]}
    (felt,) = steps["edge-blunt"]["acts"]
    before = missing(duel, "sword-1")
    duel.press(felt, by="armorer")

    assert ("Edge felt, blunt, and shown to", "Performer") == (
        steps["edge-blunt"]["head"],
        felt["says"],
    )
    assert {"edge-shown-to-receiver"} == before - missing(duel, "sword-1")
    after = {block["key"]: block for block in sheet(duel, "sword-1")["blocks"]}
    assert all(one["done"] for key in ("edge-blunt", "open") for one in after[key]["acts"])


def test_why_a_working_gun_is_needed_is_said_by_people_and_never_for_them(duel: Moment) -> None:
    activity = next(one for one in floor(duel.look)["activities"] if one["id"] == "duel")
    (reason,) = [
        one for one in activity["answer"]["reasons"] if one["rule"] == "replica-where-it-will-do"
    ]
    duel.press(reason["next"]["acts"][0], by="ad", how="own-device")

    assert "act" not in reason["next"]
    assert [
        "It fires in the shot",
        "Its action is seen close",
        "Its sound is recorded",
    ] == [one["says"] for one in reason["next"]["acts"]]
    assert "replica-where-it-will-do" not in missing(duel, "rev-1")
    assert "It fires in the shot" == duel.look.state.activities["duel"].plan.needs_firearm


def test_at_the_cart_it_is_a_tap_for_each_reason_too(duel: Moment) -> None:
    told = [one for block in sheet(duel, "rev-1")["blocks"] for one in block.get("reasons", ())]
    (reason,) = [one for one in told if one["rule"] == "replica-where-it-will-do"]
    duel.press(reason["acts"][1], by="ad")

    assert "act" not in reason["next"]
    assert "replica-where-it-will-do" not in missing(duel, "rev-1")


def test_who_supervises_is_named_on_the_button_that_says_so(duel: Moment) -> None:
    activity = next(one for one in floor(duel.look)["activities"] if one["id"] == "duel")
    (reason,) = [one for one in activity["answer"]["reasons"] if one["rule"] == "supervisor-named"]

    assert "First AD supervises it" == reason["next"]["act"]["says"]

"""Protects: what the cart says of a weapon is no more than the record knows, and every hold has
its next step beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from showclear.app.views.cart import cart
from tests.unit.app.views.cart_moments import western

Plain = dict[str, Any]


def card(view: Plain, name: str) -> Plain:
    found: Plain = next(one for one in view["cards"] if one["key"] == name)
    return found


def acts_of(sheet: Plain) -> dict[str, Plain]:
    blocks = [act for block in sheet["blocks"] for act in block.get("acts", ())]
    return {act["key"].removeprefix(sheet["key"]): act for act in [*blocks, *sheet["foot"]]}


def every_act(value: Any) -> Iterator[Plain]:
    if isinstance(value, dict):
        if "write" in value and "says" in value:
            yield value
        for one in value.values():
            yield from every_act(one)
    elif isinstance(value, list):
        for one in value:
            yield from every_act(one)


def test_a_weapon_that_went_off_in_somebodys_hands_is_drawn_as_loaded_until_it_is_opened() -> None:
    with western("11:06") as moment:
        told = card(cart(moment.look), "rev-2")

    assert ("Not opened", True) == (told["in"]["says"], told["in"]["solid"])


def test_a_weapon_that_nobody_has_opened_this_morning_is_drawn_as_loaded() -> None:
    with western("05:44") as moment:
        view = cart(moment.look)

    assert {True} == {one["in"]["solid"] for one in view["cards"]}


def test_a_misfire_holds_its_weapon_with_the_next_step_one_tap_away() -> None:
    with western("11:31") as moment:
        view = cart(moment.look)
        told, sheet = card(view, "rev-3"), view["sheets"]["rev-3"]
        step = sheet["blocks"][0]["reasons"][0]["acts"][0]
        moment.press(step, by="lead")
        then = cart(moment.look)
        cause = then["sheets"]["rev-3"]["blocks"][0]["reasons"][0]["acts"][0]
        moment.press(cause, by="lead")
        after = cart(moment.look)

    assert ("hold", "Misfire, 2 to clear") == (told["next"]["look"], told["next"]["says"])
    assert "Back, opened: 1 misfired round out" == step["says"]
    assert "Misfire, cause open" == card(then, "rev-3")["next"]["says"]
    assert "hold" != card(after, "rev-3")["next"]["look"]


def test_back_writes_that_it_was_opened_and_shows_it_to_nobody() -> None:
    with western("11:05") as moment:
        foot = cart(moment.look)["sheets"]["together/shootout"]["foot"]
    back = next(one for one in foot if one["look"] == "main")

    assert "All back, opened, 2 each fired" == back["says"]
    assert ["weapon.fired", "weapon.handed-back", "check.made"] == [
        w["what"] for w in back["write"]
    ]
    assert all("shown_to" not in one for one in back["write"])


def test_one_act_writes_one_statement_for_every_weapon_and_a_show_names_one_person() -> None:
    with western("10:57") as moment:
        acts = acts_of(cart(moment.look)["sheets"]["together/shootout"])

    (load,) = acts["/load"]["write"]
    assert (["rev-2", "rev-3", "rev-4"], 2) == (load["weapons"], load["count"])
    assert ["sheriff"] == acts["/load-shown/sheriff"]["write"][0]["shown_to"]
    assert ["rev-2"] == acts["/load-shown/sheriff"]["write"][0]["on"]
    assert ["rev-2", "rev-3", "rev-4"] == acts["/load-shown/ad"]["write"][0]["on"]


def test_a_name_that_was_tapped_is_no_pair_of_eyes_and_a_badge_is() -> None:
    with western("05:46") as moment:
        moment.press(acts_of(cart(moment.look)["sheets"]["all"])["/chamber-empty"], by="lead")
        eyes = eyes_of(cart(moment.look)["sheets"]["all"])
        tapped = next(one for one in eyes[0]["acts"] if one["key"].endswith("/assistant"))
        moment.press(tapped, by="lead", how="shared-tablet")
        named = cart(moment.look)["sheets"]["all"]
        own = {"key": "own", "write": [{**eyes[0]["own"][0], "by": "assistant"}]}
        moment.press(own, by="assistant")
        seen = cart(moment.look)["sheets"]["all"]

    assert eyes_of(named)
    assert "Armorer; Assistant armorer did not confirm" == acts_of(named)["/chamber-empty"]["note"]
    assert not eyes_of(seen)
    assert "Armorer, Assistant armorer" == acts_of(seen)["/chamber-empty"]["note"]


def eyes_of(sheet: Plain) -> list[Plain]:
    return [block for block in sheet["blocks"] if block["kind"] == "eyes"]


@pytest.mark.parametrize("at", ["05:44", "09:15", "10:57", "11:02", "11:31", "12:06", "16:20"])
def test_every_hold_says_why_and_no_word_on_the_cart_promises_anything(at: str) -> None:
    with western(at) as moment:
        view = cart(moment.look)

    for sheet in view["sheets"].values():
        held = sheet["answer"].get("word") == "Hold"
        told = any(b.get("reasons") or b.get("asks") for b in sheet["blocks"]) or sheet.get("why")
        assert not held or told or sheet["foot"], sheet["key"]
    assert "safe" not in str({**view, "activity": None}).lower().replace("safety", "")


@pytest.mark.parametrize("at", ["05:44", "10:57", "11:31", "13:25", "16:20"])
def test_every_act_can_be_told_from_every_other_by_its_key(at: str) -> None:
    with western(at) as moment:
        view = cart(moment.look)

    for sheet in view["sheets"].values():
        keys: dict[str, str] = {}
        for act in every_act(sheet):
            said = str(act["write"])
            if not act["key"].endswith("/part"):
                assert keys.setdefault(act["key"], said) == said, act["key"]


def test_correct_offers_to_take_back_every_statement_of_the_last_tap() -> None:
    with western("11:05") as moment:
        foot = cart(moment.look)["sheets"]["together/shootout"]["foot"]
        moment.press(next(one for one in foot if one["look"] == "main"), by="lead")
        sheet = cart(moment.look)["sheets"]["correct"]
        back = [one for one in every_act(sheet) if one["says"] == "It was not so"]
        moment.press(back[-1], by="lead")
        again = cart(moment.look)["sheets"]["correct"]

    assert 3 == len(back)
    assert ["taken back"] == [one["done"] for one in every_act(again) if "done" in one]

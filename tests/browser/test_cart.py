"""Protects: what an armorer in gloves meets at the cart: what was written is seen at once and where
it was, a Hold stands beside its act with its next step, and nothing on it is too small to press."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import looking
from tests.browser.chromium import TABLET
from tests.browser.conftest import Stage
from tests.browser.people.handler import Handler
from tests.browser.set import FilmSet

SQUAD: Final = Path(__file__).parent / "cases" / "squad.yaml"
PIN: Final = "4711"
BADGES: Final = {"lead": "SCNLEADBBBB", "assistant": "SCNASSTBBBB"}


def at_the_cart(stage: Stage, film: FilmSet, who: str = "lead") -> Handler:
    """Somebody with an enrolled tablet who has given their PIN."""
    film.gives(who, pin=PIN, badge=BADGES[who])
    one = stage.comes(Handler, who, film, device=TABLET)
    one.is_let_in("tablet")
    one.is_drawn()
    one.speaks_by_pin(PIN)
    return one


def chooses(one: Handler, key: str) -> None:
    """Choose what stands on the left, wherever on the page it is."""
    one.presses(one.at_key(key), writes=False)


def place_of(what: Locator) -> tuple[float, float]:
    """Where something is drawn."""
    box = what.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def unreadable(one: Handler) -> dict[str, list[str]]:
    """What is wrong with the screen as it stands: for axe, for a glove, for a narrow glass."""
    found = {"axe": one.axe_finds(), "too small": looking.too_small(one.page)}
    one.turns_to(360, 740)
    found["wider than 360"] = looking.too_wide(one.page)
    found["too small at 360"] = looking.too_small(one.page)
    # What a browser does at 200 %: half the pixels, each twice as large.
    one.turns_to(TABLET.width // 2, TABLET.height // 2)
    found["wider at 200 %"] = looking.too_wide(one.page)
    one.turns_to(TABLET.width, TABLET.height)
    return {what: lines for what, lines in found.items() if lines}


# --- after a tap ---------------------------------------------------------------------------


def test_what_was_written_is_seen_at_once_and_the_sheet_stays_where_it_was(stage: Stage) -> None:
    film = stage.set("10:57")
    lead = at_the_cart(stage, film)
    chooses(lead, "group/together/shootout")
    foot = lead.at_key("together/shootout/has")
    before = place_of(foot)

    lead.presses(lead.at_key("together/shootout/load"))
    lead.sees(re.compile("written 10:5"))

    expect(lead.page.locator(".written .says")).to_contain_text("loaded from blanks")
    expect(lead.page.locator("div.written")).to_contain_text("Armorer, badge")
    assert "together/shootout" == lead.open_sheet
    assert before == place_of(foot)


def test_a_hold_stands_beside_the_act_that_was_written_and_on_the_cards_until_it_is_back(
    stage: Stage,
) -> None:
    film = stage.set("10:57")
    lead = at_the_cart(stage, film)
    chooses(lead, "group/together/shootout")
    lead.presses(lead.at_key("together/shootout/load"))

    lead.presses(lead.at_key("together/shootout/has"))

    notice = lead.page.locator(".sheet .shell-notice")
    expect(notice).to_be_in_viewport()
    expect(notice).to_contain_text("The gate says Hold")
    expect(lead.page.locator('[data-key="card/rev-2"]')).to_contain_text("given, not clear")
    expect(lead.page.locator(".sheet .answer")).to_contain_text("not clear")
    expect(lead.at_key("together/shootout/back-out")).to_be_in_viewport()
    assert {} == unreadable(lead)
    lead.keeps_picture("cart-given-on-hold")


def test_correct_is_for_what_was_written_here_though_others_wrote_since(stage: Stage) -> None:
    film = stage.set("10:57")
    lead = at_the_cart(stage, film)
    chooses(lead, "group/together/shootout")
    lead.presses(lead.at_key("together/shootout/load"))

    film.says({"what": "set.declared", "by": "ad", "state": "hot", "weapons": ["rev-2"]})
    expect(lead.page.locator(".written .later")).to_contain_text("HOT")
    chooses(lead, "correct")

    expect(lead.page.locator(".sheet")).to_contain_text("loaded from blanks")
    expect(lead.page.locator(".sheet")).not_to_contain_text("HOT")


def test_a_badge_that_lapsed_is_not_shown_as_standing_and_the_work_goes_on(stage: Stage) -> None:
    film = stage.set("11:34")
    lead = at_the_cart(stage, film)

    film.later(21)
    lead.knows_the_time()

    expect(lead.page.locator(".speaks")).to_contain_text("nothing proven")
    chooses(lead, "card/rev-3")
    lead.presses(lead.at_key("rev-3/cause-0"))
    expect(lead.page.locator("div.written")).to_contain_text("Armorer, named only")


@pytest.mark.long
def test_two_tablets_give_the_same_weapon_away_and_both_are_told_how_it_stands(
    stage: Stage,
) -> None:
    film = stage.set("11:02")
    lead = at_the_cart(stage, film)
    other = at_the_cart(stage, film, "assistant")
    for one in (lead, other):
        chooses(one, "card/rev-3")
    size = film.size

    for one in (lead, other):
        one.at_key("rev-3/has").tap()
    said = "weapon.handed-over"
    film.comes_to(
        lambda look: (
            2
            <= sum(1 for told in look.memory.told if told.index >= size and told.said.what == said)
        ),
        "both handovers are on record",
    )

    for one in (lead, other):
        expect(one.page.locator("#sheet-title")).to_have_text("rev-3, Deputy")
    assert "deputy" == film.holder("rev-3")
    # By the one that was recorded first it came into these hands, and that one was clear.
    expect(lead.page.locator('[data-key="card/rev-3"]')).to_contain_text("As planned")


def test_what_the_server_has_not_heard_stands_beside_its_act_until_it_has(stage: Stage) -> None:
    film = stage.set("11:05")
    lead = at_the_cart(stage, film)
    lead.complaints.expected.append("ERR_INTERNET_DISCONNECTED")
    chooses(lead, "card/rev-5")
    lead.context.set_offline(True)

    lead.presses(lead.at_key("rev-5/somebody"), writes=False)
    lead.presses(lead.at_key("rev-5/somebody/rider"), writes=False)
    expect(lead.page.locator(".sheet .shell-unsent")).to_be_in_viewport(timeout=15_000)
    lead.context.set_offline(False)

    film.comes_to(lambda look: look.state.weapons["rev-5"].holder == "rider", "it is on record")
    lead.does_not_see("Not on record yet: 1")


# --- several -------------------------------------------------------------------------------


@pytest.mark.long
def test_cards_join_and_leave_and_one_act_writes_a_line_for_each(stage: Stage) -> None:
    film = stage.set("11:02")
    lead = at_the_cart(stage, film)
    chooses(lead, "card/rev-5")

    chooses(lead, "pick")
    chooses(lead, "card/rev-6")
    chooses(lead, "card/rev-1")
    chooses(lead, "card/rev-1")
    lead.sees("2 picked")
    lead.scans("rev-1")
    lead.sees("3 picked")
    chooses(lead, "card/rev-1")
    lead.presses(lead.page.locator('[data-key^="each/lock-up/"]'))

    (said,) = film.said("weapon.locked-up")[-1:]
    assert ["rev-5", "rev-6"] == list(said["weapons"])
    assert {} == unreadable(lead)
    lead.keeps_picture("cart-picked")


def test_a_squad_is_given_out_by_scans_and_taps_in_one_act(stage: Stage) -> None:
    film = stage.set("06:45", case=SQUAD)
    lead = at_the_cart(stage, film)
    chooses(lead, "card/sword-1")
    chooses(lead, "pick")
    lead.scans("rifle-3")
    lead.scans("rifle-4")
    lead.sees("3 picked")

    lead.presses(lead.page.locator('[data-key^="each/squad/"]'), writes=False)
    for weapon, who in (("rifle-3", "soldier-9"), ("rifle-4", "captain"), ("sword-1", "soldier-2")):
        chooses(lead, f"pair/{weapon}/{who}")
    lead.presses(lead.page.locator('[data-key^="each/squad/"].large'))

    (said,) = film.said("weapon.handed-over")
    assert [("rifle-3", "soldier-9"), ("rifle-4", "captain"), ("sword-1", "soldier-2")] == sorted(
        (one.weapon, one.person) for one in said["issues"]
    )


@pytest.mark.long
def test_a_squads_rifles_are_one_card_and_what_is_unknown_or_held_stands_alone(
    stage: Stage,
) -> None:
    film = stage.set("06:45", case=SQUAD)
    lead = at_the_cart(stage, film)

    lead.sees("23 on the cart")
    expect(lead.page.locator('[data-key="card/rifle-7"]')).to_contain_text("Held")
    expect(lead.page.locator('[data-key="card/found-1"]')).to_contain_text("Not opened")
    lead.keeps_picture("cart-squad", whole=True)
    assert {} == unreadable(lead)


# --- without a hand on the glass -----------------------------------------------------------


def test_a_weapon_is_handed_over_by_keyboard_alone(stage: Stage) -> None:
    film = stage.set("11:02")
    lead = at_the_cart(stage, film)

    for key in ("card/rev-2", "rev-2/has"):
        for _ in range(90):
            lead.page.keyboard.press("Tab")
            now = lead.page.evaluate("() => document.activeElement.dataset.key ?? ''")
            if now == key:
                break
        assert key == now, "the keyboard never comes there"
        # A person's Enter comes long after their last Tab; a scanner's does not.
        lead.page.wait_for_timeout(120)
        lead.page.keyboard.press("Enter")

    film.comes_to(lambda look: look.state.weapons["rev-2"].holder == "sheriff", "it has it")


@pytest.mark.long
def test_the_cart_can_be_read_and_pressed_as_its_day_goes_on(stage: Stage) -> None:
    found = {}
    for hour in ("09:15", "11:31", "12:05", "17:10"):
        film = stage.set(hour)
        lead = at_the_cart(stage, film)
        lead.keeps_picture(f"cart-{hour.replace(':', '')}")
        found[hour] = unreadable(lead)
        chooses(lead, "group/close")
        found[f"{hour}, close of day"] = unreadable(lead)
        lead.leaves()

    assert {} == {hour: wrong for hour, wrong in found.items() if wrong}

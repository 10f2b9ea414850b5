"""A show, a handover, a hold: how often must somebody press, and is anything ever typed?

What is protected: a show is one tap a person; a handover at most two taps, the weapon and
"has it"; what a hold asks for next is one tap beside its reason, and then the reason is gone.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import scenes

GROUP = "together/shootout"
SHOWN = ("sheriff", "deputy", "outlaw", "ad")


def test_a_show_is_a_tap_a_person_and_a_handover_two(stage: Stage) -> None:
    film = stage.set("w-1100-load-1")
    film.at("11:01")
    lead = scenes.handler(stage, film)
    lead.chooses(GROUP)

    for person in SHOWN:
        with lead.act("show the load to one person"):
            lead.presses(lead.at_key(f"{GROUP}/load-shown/{person}"))
    film.at("11:04")
    film.says({"what": "set.declared", "by": "ad", "state": "hot", "weapons": ["rev-2"]})
    lead.knows_the_time()
    lead.chooses("rev-5")
    with lead.act("hand over one"):
        lead.chooses("rev-2")
        lead.presses(lead.at_key("rev-2/has"))

    show, over = (
        lead.counted.most("show the load to one person"),
        lead.counted.most("hand over one"),
    )
    assert (1, 0) == (show.taps, show.typed)
    assert (over.taps <= 2, over.typed) == (True, 0)
    assert "sheriff" == film.holder("rev-2")
    shows = [one["shown_to"] for one in film.said("check.made") if "load-shown" in one["checks"]]
    assert list(SHOWN) == [str(name) for show in shows[-4:] for name in show]


def test_what_a_hold_asks_for_next_is_one_tap(stage: Stage) -> None:
    film = stage.set("w-1410-ask")
    film.at("14:11")
    lead = scenes.handler(stage, film)
    ad = scenes.first_ad(stage, film)

    # The late actor: the armorer trains them, the first AD briefs them, each with one tap.
    lead.chooses("rev-6")
    trained = lead.page.locator(
        "li.reason", has=lead.page.locator('[data-key*="trained-for-this"]')
    )
    expect(trained).to_have_count(1)
    with lead.act("a hold's next step"):
        lead.presses(trained.locator(".act"))
    expect(trained).to_have_count(0)

    ad.presses(ad.at_key("today/standoff"), writes=False)
    briefed = ad.page.locator("li.reason", has=ad.page.locator('[data-key*="not-briefed"]'))
    expect(briefed).to_have_count(1)
    with ad.act("a hold's next step"):
        ad.presses(briefed.locator(".act"))
    expect(briefed).to_have_count(0)

    for one in (lead, ad):
        assert (1, 0) == (one.counted.most("a hold's next step").taps, one.counted.day.typed)
    film.comes_to(lambda look: "rider" in look.state.people, "the rider is known")
    expect(lead.page.locator("li.reason", has_text="rider")).to_have_count(0)

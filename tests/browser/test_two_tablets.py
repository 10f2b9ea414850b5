"""Two handlers give the same weapon away at once, each at their own tablet.

What is protected: neither fact is refused or lost, for one of them is so; the second is told as
a hold to whoever wrote it; every screen says the same of the weapon, and none that all is well;
one sighting by a handler says who has it, and the screens are at rest again.
"""

from __future__ import annotations

from tests.browser.conftest import Stage
from tests.browser.people import scenes
from tests.browser.set import FilmSet


def gifts(film: FilmSet) -> set[tuple[str, str, str]]:
    """Who gave rev-2 to whom, and what the gate said."""
    return {
        (str(one["by"]), str(next(iter(one["to"]))), str(one["answer"]))
        for one in film.said("weapon.handed-over")
        if "rev-2" in one["weapons"]
    }


def test_both_are_on_record_and_one_sighting_settles_it(stage: Stage) -> None:
    film = stage.set("w-1103-hot-1")
    film.at("11:04")
    lead = scenes.handler(stage, film, "lead")
    assistant = scenes.handler(stage, film, "assistant")
    for one in (lead, assistant):
        one.chooses("rev-2")
    assistant.presses(assistant.at_key("rev-2/somebody"), writes=False)

    # The assistant's finger is on its way while the lead's tap is written.
    lead.presses(lead.at_key("rev-2/has"))
    assistant.presses(assistant.at_key("rev-2/somebody/deputy"))

    assert {("lead", "sheriff", "clear"), ("assistant", "deputy", "hold")} == gifts(film)
    # Whoever wrote the second is told that it holds, and why.
    scenes.reads(assistant.page, "The load of rev-2 was not shown round by round to Deputy")
    for one in (lead, assistant):
        card = one.at_key("card/rev-2")
        scenes.says(card.locator(".has"), "Deputy")
        scenes.says(card.locator(".next"), "Hold")
    assistant.keeps_picture("cart-two-gave-it-away")
    gaps = film.look(lambda look: [(gap.missing, gap.on) for gap in look.state.gaps.values()])
    assert [("contradiction", "rev-2")] == gaps

    # Sheriff has it: the lead sees it there, and says so.
    with lead.act("a sighting, after two gave it away") as seen:
        lead.presses(lead.at_key("rev-2/elsewhere"), writes=False)
        lead.presses(lead.at_key("rev-2/elsewhere/sheriff"))
    assert (2, 0) == (seen.taps, seen.typed)
    assert "sheriff" == film.holder("rev-2")
    for one in (lead, assistant):
        card = one.at_key("card/rev-2")
        scenes.says(card.locator(".has"), "Sheriff")
        scenes.says_not(card.locator(".next"), "Hold")

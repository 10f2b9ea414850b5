"""No signal at the cart: what was tapped waits where everybody sees it, and then is on record.

What is protected: a tap without a network is never shown as written; it is kept on the tablet
and said as not on record; when there is a network it goes by itself, once, as what it was: said
at the minute at which it was tapped.
"""

from __future__ import annotations

from tests.browser.conftest import Stage
from tests.browser.people import scenes


def test_it_waits_in_sight_and_is_on_record_once(stage: Stage) -> None:
    film = stage.set("w-1103-hot-1")
    film.at("11:04")
    lead = scenes.handler(stage, film)
    lead.complaints.expected.append("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    lead.knows_the_time()
    lead.chooses("rev-2")
    before = film.size

    lead.context.set_offline(True)
    lead.presses(lead.at_key("rev-2/has"), writes=False)
    scenes.reads(lead.page, "Not on record yet: 1")
    # Nothing on the screen says that it is so.
    scenes.says(lead.at_key("rev-2/has"), "not on record yet")
    scenes.says_not(lead.at_key("card/rev-2").locator(".has"), "Sheriff")
    assert before == film.size
    lead.keeps_picture("cart-not-on-record")

    film.later(3)
    lead.context.set_offline(False)

    scenes.reads_no_more(lead.page, "Not on record yet")
    scenes.says(lead.at_key("card/rev-2").locator(".has"), "Sheriff")
    over = [one for one in film.said("weapon.handed-over") if "rev-2" in one["weapons"]]
    assert 1 == len(over)
    assert "11:04" == f"{over[0]['at'].astimezone(film.look(lambda look: look.zone)):%H:%M}"

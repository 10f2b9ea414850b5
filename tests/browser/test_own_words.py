"""A performer may say "I was shown it" and "I have it"; nobody asks, and no gate needs it.

What is protected: on their own phone, and by PIN on the shared tablet, one tap puts it on record
as their own word, and their history tells it so; whoever is only named on the tablet is offered
nothing of it; and every gate answers as it did before, also one that asks for other eyes.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from showclear.app.views.cart import cart
from showclear.app.views.floor import floor
from showclear.app.views.look import Look
from tests.browser.chromium import LAPTOP, PHONE, TABLET
from tests.browser.conftest import Stage
from tests.browser.people.anybody import Anybody
from tests.browser.set import FilmSet

PIN = "4711"
GUNS = ["rev-2", "rev-3", "rev-4"]


def gates(film: FilmSet) -> dict[str, Any]:
    """What the gates say of every card and activity: their answers, and what they miss."""

    def asked(look: Look) -> dict[str, Any]:
        found = {one["id"]: one.get("answer") for one in floor(look)["activities"]}
        told = {name: one and (one["answer"], _missing(one)) for name, one in found.items()}
        return told | {one["name"]: one["next"] for one in cart(look)["cards"]}

    return film.look(asked)


def _missing(answer: dict[str, Any]) -> list[str]:
    return sorted(word for one in answer.get("reasons", ()) for word in one["missing"])


def shown_to_each(stage: Stage, *eyes: str) -> FilmSet:
    """Three loaded revolvers, shown to each actor; no actor said a word.

    Args:
        eyes: Who saw it with the lead, by their own badge; where nobody did, a gate asks for it.
    """
    film = stage.set("w-1100-load-1")
    film.at("11:01")
    film.says(
        {
            "what": "check.made",
            "by": "lead",
            "checks": ["load-shown"],
            "on": GUNS,
            "passed": True,
            "count": 2,
            "of": 2,
            "shown_to": ["sheriff", "deputy", "outlaw", "ad"],
            **({"with": list(eyes)} if eyes else {}),
        }
    )
    return film


def hands_over(film: FilmSet) -> None:
    """The armorer hands each revolver to its actor."""
    film.says(
        {"what": "set.declared", "by": "ad", "state": "hot", "weapons": GUNS, "for": "shootout"},
        {
            "what": "weapon.handed-over",
            "by": "lead",
            "from": "lead",
            "issues": [
                {"weapon": "rev-2", "to": "sheriff"},
                {"weapon": "rev-3", "to": "deputy"},
                {"weapon": "rev-4", "to": "outlaw"},
            ],
            "for": "shootout",
        },
    )


def says(one: Anybody, words: str) -> None:
    """One tap on their own word, where it is offered."""
    with one.act(words):
        one.presses(one.page.get_by_role("button", name=words))
    expect(one.page.get_by_role("button", name=words)).to_have_count(0)
    assert (1, 0) == (one.counted.most(words).taps, one.counted.most(words).typed)


def history_tells(stage: Stage, film: FilmSet, *lines: str, how: str) -> None:
    """In the office, the performer's history has these lines, newest first, as their own word."""
    office = stage.comes(Anybody, "office", film, device=LAPTOP)
    office.opens("/history?subject=deputy", at=film.here)
    told = office.page.locator("li.line", has_text="Confirmed")
    expect(told).to_have_count(len(lines))
    for other in ("to Sheriff", "to Outlaw"):
        expect(told.filter(has_text="have it").filter(has_text=other)).to_have_count(0)
    for line, words in zip(told.all(), lines, strict=True):
        expect(line).to_contain_text(words)
        expect(line).to_contain_text(f"Deputy, {how}")
    office.keeps_picture("history-own-words")


def test_on_their_own_phone_it_is_one_tap_and_changes_no_gate(stage: Stage) -> None:
    film = shown_to_each(stage, "ad")
    deputy = stage.comes(Anybody, "deputy", film, device=PHONE)
    deputy.is_let_in("phone", person="deputy")
    deputy.sees("You may say")
    deputy.does_not_see("Wanted from you")
    before = gates(film)

    says(deputy, "I was shown it")
    assert before == gates(film)

    # In whose hand a revolver is, is asked nothing; what they care to say they may.
    hands_over(film)
    deputy.sees("On record: rev-3 with you")
    deputy.does_not_see("Wanted from you")
    deputy.keeps_picture("floor-performer")
    before = gates(film)
    says(deputy, "I have it")
    assert before == gates(film)

    words = [(one["by"], one["attested"], one["as_"]) for one in own(film)]
    assert [
        ("deputy", "own-device", ("was-shown",)),
        ("deputy", "own-device", ("have-it",)),
    ] == words
    history_tells(stage, film, "rev-3 to Deputy", "load shown", how="on their own device")


def test_on_the_shared_tablet_their_pin_makes_it_their_own_word(stage: Stage) -> None:
    film = shown_to_each(stage)
    film.gives("deputy", pin=PIN)
    tablet = stage.comes(Anybody, "deputy", film, device=TABLET)
    tablet.is_let_in("tablet")
    tablet.opens("/floor")
    tablet.is_drawn()
    before = gates(film)
    # The second pair of eyes that is missing is not theirs to be.
    assert "Hold" == before["rev-3"]["word"]

    # A name that somebody tapped is offered nothing of theirs.
    tablet.presses(tablet.at_key("who"), writes=False)
    tablet.presses(tablet.at_key("who/deputy"), writes=False)
    tablet.presses(tablet.at_key("who/named"), writes=False)
    expect(tablet.page.locator(".who-named")).to_be_visible()
    tablet.does_not_see("You may say")

    tablet.speaks_by_pin(PIN)
    says(tablet, "I was shown it")

    assert before == gates(film)
    assert [("deputy", "badge", ("was-shown",))] == [
        (one["by"], one["attested"], one["as_"]) for one in own(film)
    ]
    history_tells(stage, film, "load shown", how="with their own badge")


def test_what_is_theirs_leaves_the_shared_tablet_with_them_also_where_nobody_answers(
    stage: Stage,
) -> None:
    film = shown_to_each(stage)
    film.gives("deputy", pin=PIN)
    tablet = stage.comes(Anybody, "deputy", film, device=TABLET)
    tablet.complaints.expected.append("ERR_FAILED|Failed to fetch")
    tablet.is_let_in("tablet")
    tablet.opens("/floor")
    tablet.is_drawn()
    tablet.speaks_by_pin(PIN)
    tablet.sees("You may say")

    tablet.context.route("**/api/mine", lambda route: route.abort())
    for key in ("who", "who/ad"):
        tablet.presses(tablet.at_key(key), writes=False)

    expect(tablet.page.locator(".who-named")).to_be_visible()
    tablet.does_not_see("You may say")


def own(film: FilmSet) -> list[dict[str, Any]]:
    """What the performer confirmed, oldest first."""
    return [one for one in film.said("confirmed") if one["by"] == "deputy"]


def test_a_performers_own_phone_has_no_act_of_the_first_ads_and_all_that_is_anybodys(
    stage: Stage,
) -> None:
    film = shown_to_each(stage)
    performer = stage.comes(Anybody, "deputy", film, device=PHONE)
    performer.is_let_in("phone", person="deputy")
    performer.opens("/floor")
    ad = stage.comes(Anybody, "ad", film, device=PHONE)
    ad.is_let_in("phone", person="ad")
    ad.opens("/floor")

    for one in (performer, ad):
        for word in ("Stop", "Pause"):
            expect(one.page.get_by_role("button", name=word).first).to_be_visible()
    for word in ("Rolled:", "The set is called:"):
        expect(ad.page.get_by_role("button", name=word).first).to_be_visible()
        expect(performer.page.get_by_role("button", name=word)).to_have_count(0)
    performer.keeps_picture("floor-of-a-performer", whole=True)

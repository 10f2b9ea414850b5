"""A hand-back that nobody wrote: the weapon stays on record with the performer, until one tap.

What is protected: it is not hidden and not guessed (the record goes on saying who had it last),
it shows where the weapon is used next and at the close of the day, one tap mends it, and no
other weapon waits for it.
"""

from __future__ import annotations

from tests.browser.conftest import Stage
from tests.browser.people import scenes
from tests.browser.set import FilmSet

OTHERS = ["rev-3", "rev-4"]


def forgets(film: FilmSet) -> None:
    """Three fired; two hand-backs are written, that of rev-2 is not. It lies on the cart."""
    film.at("11:07")
    film.says(
        {
            "what": "weapon.handed-back",
            "by": "lead",
            "to": "lead",
            "returns": [
                {"weapon": "rev-3", "from": "deputy"},
                {"weapon": "rev-4", "from": "outlaw"},
            ],
        },
        {
            "what": "check.made",
            "by": "lead",
            "checks": ["shown-clear", "barrel-clear"],
            "on": OTHERS,
            "passed": True,
            "shown_to": ["ad"],
            "witnesses": [
                {"person": "ad", "how": "own-device"},
                {"person": "assistant", "how": "badge"},
            ],
        },
    )
    film.at("11:20")


def test_it_shows_and_one_tap_mends_it_and_no_other_weapon_waits(stage: Stage) -> None:
    film = stage.set("w-1106-cut-1")
    forgets(film)
    lead = scenes.handler(stage, film)

    card = lead.at_key("card/rev-2")
    scenes.says(card, "Sheriff", "11:04", "Not opened")
    scenes.says(lead.at_key("same-again"), "rev-3: 2 from blanks", "Not rev-2")

    # Nothing else is stopped: the two others are loaded for the next take, on a clear answer.
    with lead.act("reload"):
        lead.presses(lead.at_key("same-again"))
    loaded = film.said("weapon.loaded")[-1]
    assert (tuple(OTHERS), "clear") == (tuple(loaded["weapons"]), loaded["answer"])
    assert "sheriff" == film.holder("rev-2")

    # Were the day closed now, it would be told.
    lead.opens("/floor")
    lead.presses(lead.at_key("part/day"), writes=False)
    scenes.reads(lead.page, "rev-2: still with Sheriff")

    lead.opens("/cart")
    lead.chooses("rev-2")
    with lead.act("mend a forgotten hand-back") as mend:
        lead.presses(lead.at_key("rev-2/back-empty"))

    assert (1, 0) == (mend.taps, mend.typed)
    scenes.says(card.locator(".has"), "Armorer")
    scenes.says(card.locator(".in"), "Empty")
    assert "lead" == film.holder("rev-2")
    assert film.look(lambda look: not look.state.contradictions and not look.state.gaps)


def test_whoever_is_seen_with_it_has_it_by_one_tap(stage: Stage) -> None:
    """It was never handed back, and it is not with the performer: a handler says what they see."""
    film = stage.set("w-1106-cut-1")
    forgets(film)
    lead = scenes.handler(stage, film)
    lead.chooses("rev-2")

    with lead.act("seen, where the record has it") as seen:
        lead.presses(lead.at_key("rev-2/seen"))
    with lead.act("seen with somebody else") as elsewhere:
        lead.presses(lead.at_key("rev-2/elsewhere"), writes=False)
        lead.presses(lead.at_key("rev-2/elsewhere/assistant"))

    assert (1, 2) == (seen.taps, elsewhere.taps)
    assert "assistant" == film.holder("rev-2")
    scenes.says(lead.at_key("card/rev-2"), "Assistant armorer")
    # The gap is kept, for whoever asks later; nothing is held for it.
    assert ["rev-2"] == film.look(lambda look: [gap.on for gap in look.state.gaps.values()])
    assert film.look(lambda look: not look.state.contradictions)

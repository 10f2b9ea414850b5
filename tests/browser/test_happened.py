"""What just happened is on the record in one or two taps, from a phone in one hand.

What is protected: the first AD's other hand holds a radio. Every press of a first AD is counted;
what holds, holds on every screen; who spoke up is named on none; and nobody restarts alone.
"""

from __future__ import annotations

import re

import pytest

from showclear.app.views.floor import floor
from tests.browser.chromium import PHONE
from tests.browser.conftest import Stage
from tests.browser.people.anybody import Anybody
from tests.browser.people.first_ad import FirstAd
from tests.browser.set import FilmSet


def on_the_floor(stage: Stage, film: FilmSet, who: str = "ad") -> FirstAd:
    """Somebody with a phone of their own, on the floor."""
    one = stage.comes(FirstAd, who, film, device=PHONE)
    one.is_let_in("phone", person=who)
    one.opens()
    one.is_drawn()
    return one


def missing(film: FilmSet) -> set[str]:
    """What the gate of the activity on the floor says is missing, in words of the closed list."""
    view = film.look(floor)
    (now,) = [one for one in view["activities"] if one["id"] == view["floor"]]
    return {word for one in now["answer"].get("reasons", ()) for word in one["missing"]}


def names_nobody(person: str, *screens: Anybody) -> None:
    """Nobody's screen says who: neither in words nor for whoever hears it read."""
    for one in screens:
        said = one.page.locator(
            ".card.now, [data-part=open], #at-happened, .foot"
        ).all_inner_texts()
        reasons = " ".join(said).replace(f"with {person}", "").replace(f"for {person}", "")
        assert f"{person} said no" not in reasons


def test_a_misfire_is_two_taps_and_its_spare_one_more(stage: Stage) -> None:
    film = stage.set("11:30")
    ad = on_the_floor(stage, film)

    with ad.act("misfire") as count:
        ad.presses(ad.at_key("happened/misfire"), writes=False)
        ad.presses(ad.at_key("misfire/rev-3/1"))

    assert (2, 0) == (count.taps, count.typed)
    assert film.look(lambda look: look.state.weapons["rev-3"].misfire) is not None
    ad.sees("Misfire on revolver three")
    film.says(
        {"what": "activity.cut", "by": "ad", "activity": "shootout", "take": "2"},
        {
            "what": "weapon.handed-back",
            "by": "lead",
            "to": "lead",
            "weapons": ["rev-3"],
            "from": "deputy",
        },
        {
            "what": "check.made",
            "by": "lead",
            "checks": ["shown-clear"],
            "on": ["rev-3"],
            "passed": True,
        },
        {"what": "weapon.released", "by": "lead", "weapons": ["rev-3"], "because": "a dud"},
    )
    with ad.act("spare") as count:
        ad.presses(ad.at_key("plan/shootout/rev-3/rev-1").first)
    assert 1 == count.taps
    with ad.act("repeat planned") as count:
        ad.presses(ad.at_key("plan/shootout/repeat/rev-1").first)
    assert 1 == count.taps
    ad.sees("Repeat with rev-1")


def test_somebody_says_no_and_the_act_goes_on_without_them(stage: Stage) -> None:
    film = stage.set("11:02")
    ad, lead = on_the_floor(stage, film), on_the_floor(stage, film, "lead")

    with ad.act("somebody said no") as count:
        ad.presses(ad.at_key("happened/refusal"), writes=False)
        ad.presses(ad.at_key("refusal/shootout/deputy"))

    assert (2, 0) == (count.taps, count.typed)
    assert "refused" in missing(film)
    ad.sees("One person is not in this.")
    lead.sees("One person is not in this.")
    names_nobody("Deputy", ad, lead)
    assert 0 == ad.at_key("refusal/shootout/deputy").count()
    with ad.act("go on without them") as count:
        ad.presses(ad.page.get_by_role("button", name="Goes on without them"))
    assert 1 == count.taps
    assert "refused" not in missing(film)


@pytest.mark.long
def test_a_concern_is_raised_answered_and_closed_and_ages_until_then(stage: Stage) -> None:
    film = stage.set("11:02")
    ad, lead = on_the_floor(stage, film), on_the_floor(stage, film, "lead")
    wall = stage.comes(Anybody, "wall", film, device=PHONE)
    wall.opens("/board")

    with ad.act("concern") as count:
        ad.presses(ad.at_key("happened/concern"), writes=False)
        ad.types(ad.page.get_by_label("A few words"), "The horse is nervous")
        ad.presses(ad.at_key("concern/named"))
    assert 2 == count.taps
    film.later(25)
    film.says({"what": "people.arrived", "by": "ad", "people": ["rider"]})
    wall.sees(re.compile("1 unanswered.*25 min"))
    names_nobody("First AD", lead)

    # Whoever raised it does not answer it, and alone may say that it is solved.
    assert 0 == ad.offered("Answered aloud").count()
    with lead.act("answer") as count:
        lead.presses(lead.offered("Answered aloud"))
    assert 1 == count.taps
    with ad.act("solved") as count:
        ad.presses(ad.offered("It is solved"))
    assert 1 == count.taps
    assert film.look(lambda look: not look.state.concerns)


def test_a_concern_without_a_name_has_no_device_beside_it(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)

    with ad.act("concern without a name") as count:
        ad.presses(ad.at_key("happened/concern"), writes=False)
        ad.types(ad.page.get_by_label("A few words"), "Too near the lamp")
        ad.presses(ad.at_key("concern/holds"), writes=False)
        ad.presses(ad.at_key("concern/unnamed"))

    assert 3 == count.taps
    ad.sees("On record, without a name.")
    assert "concern-open" in missing(film)
    (said,) = film.said("concern.raised")
    assert ("anonymous", "set-server") == (said["by"], said["device"])


def test_a_near_miss_holds_until_it_is_remedied_and_two_agree(stage: Stage) -> None:
    film = stage.set("11:02")
    ad, lead = on_the_floor(stage, film), on_the_floor(stage, film, "lead")

    with ad.act("near miss") as count:
        ad.presses(ad.at_key("happened/near-miss"), writes=False)
        ad.presses(ad.at_key("near-miss/activity"))
    assert (2, 0) == (count.taps, count.typed)
    assert "incident-open" in missing(film)

    with ad.act("remedy set and done") as count:
        ad.types(ad.page.locator(".incident textarea"), "Cue lamp missed; counted by radio now")
        ad.presses(ad.offered("What must be done first"))
        ad.presses(ad.page.locator(".incident .ask button"))
    assert 2 == count.taps
    # Whoever did it is not asked to verify it.
    ad.sees("Somebody else verifies it")
    assert 0 == ad.offered("Verified: I looked").count()
    with lead.act("verified and agreed") as count:
        lead.presses(lead.offered("Verified: I looked"))
        lead.presses(lead.offered("I agree to go on"))
    assert 2 == count.taps
    with ad.act("restart") as count:
        ad.presses(ad.offered("I agree: we go on"))
    assert 1 == count.taps
    assert "incident-open" not in missing(film)
    assert film.look(lambda look: not look.state.incidents)


def test_an_unintended_shot_holds_all_weapon_work_in_two_taps(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)

    with ad.act("unintended shot") as count:
        ad.presses(ad.at_key("happened/discharge"), writes=False)
        ad.presses(ad.at_key("discharge/rev-2"))

    assert (2, 0) == (count.taps, count.typed)
    assert "incident-open" in missing(film)
    ad.sees("Nobody moves a weapon.")
    # A remedy is nothing without words: no single tap writes one.
    assert 0 == ad.page.locator(".reason .step", has_text="To be done").count()
    assert [] == film.said("remedy.set")


@pytest.mark.long
def test_somebody_walks_out_and_is_on_no_screen_and_no_roll(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)

    with ad.act("walked out") as count:
        ad.presses(ad.at_key("happened/walked-out"), writes=False)
        ad.presses(ad.at_key("walked-out/focus"))

    assert (2, 0) == (count.taps, count.typed)
    assert "walk-out-open" in missing(film)
    ad.sees("1 person walked out")
    ad.presses(ad.at_key("happened/walked-out"), writes=False)
    assert 0 == ad.at_key("walked-out/focus").count()
    ad.presses(ad.at_key("part/meeting"), writes=False)
    assert 0 == ad.at_key("roll/pick/focus").count()


def test_a_weapon_that_nobody_knows_is_one_tap(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)

    with ad.act("unknown weapon") as count:
        ad.presses(ad.at_key("happened/unknown-weapon"))

    assert (1, 0) == (count.taps, count.typed)
    ad.sees("It counts as loaded and is held.")
    (found,) = film.look(
        lambda look: [one for one in look.state.weapons.values() if one.kind == "unknown"]
    )
    assert found.held is not None
    assert ad.at_key("unknown-weapon/photo").is_visible()


def test_a_weapon_that_nobody_knows_is_not_said_to_be_held_before_the_record_has_it(
    stage: Stage,
) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)
    ad.complaints.expected.append("ERR_FAILED|Failed to fetch")
    ad.context.route("**/api/acts", lambda route: route.abort())

    ad.presses(ad.at_key("happened/unknown-weapon"), writes=False)

    ad.sees("is not on record yet: it is sent again by itself")
    ad.does_not_see("It counts as loaded and is held.")
    ad.context.unroute("**/api/acts")
    ad.sees("It counts as loaded and is held.")
    ad.does_not_see("is not on record yet: it is sent again by itself")


def test_a_new_person_is_two_taps_and_then_late(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)

    with ad.act("new person") as count:
        ad.presses(ad.at_key("happened/new-person"), writes=False)
        ad.presses(ad.at_key("new-person/grip"))
    assert (2, 0) == (count.taps, count.typed)
    ad.sees("On set, on record as grip.")

    with ad.act("late, now briefed") as count:
        ad.presses(ad.at_key("happened/late"), writes=False)
        ad.presses(ad.offered("Grip briefed"))
    assert 2 == count.taps
    ad.sees("or was briefed since")


@pytest.mark.long
def test_a_pause_is_one_tap_and_so_is_its_end(stage: Stage) -> None:
    film = stage.set("11:02")
    ad, lead = on_the_floor(stage, film), on_the_floor(stage, film, "lead")

    with ad.act("pause") as count:
        ad.presses(ad.at_key("pause"))
    assert 1 == count.taps
    lead.sees("PAUSED")
    assert 0 == lead.offered("Pause over").count()
    with ad.act("pause over") as count:
        ad.presses(ad.offered("Pause over").first)
    assert 1 == count.taps
    assert film.look(lambda look: not look.state.pauses)


def test_two_restart_one_by_pin_on_the_others_phone(stage: Stage) -> None:
    film = stage.set("11:02")
    ad = on_the_floor(stage, film)
    film.gives("lead", pin="1234")
    ad.presses(ad.at_key("stop"))
    ad.sees("Work is stopped")

    ad.presses(ad.offered("I agree to go on"))
    ad.sees("First AD agrees. One more person.")
    with ad.act("second person, by PIN") as count:
        ad.presses(ad.offered("Second person, here"), writes=False)
        ad.presses(ad.at_key("second/lead"), writes=False)
        for digit in "1234":
            ad.presses(ad.at_key(f"pin/{digit}"), writes=False)
        ad.presses(ad.at_key("pin/done"))
    film.comes_to(lambda look: not look.state.stops, "the two restart")
    assert 7 == count.taps
    (told,) = film.said("work.resumed")
    assert {"ad", "lead"} == set(told["agreed_by"])


def test_pressed_by_mistake_is_the_pressers_to_say_and_nobody_elses_to_see(stage: Stage) -> None:
    film = stage.set("11:02")
    ad, lead = on_the_floor(stage, film), on_the_floor(stage, film, "lead")
    with ad.act("stop") as count:
        ad.presses(ad.at_key("stop"))
    assert 1 == count.taps
    lead.sees("Work is stopped")
    # Stop asks for no name, so none is written: also where the phone knows whose it is.
    assert ["anonymous"] == [one["by"] for one in film.said("stop.called")]
    assert 0 == lead.offered("Pressed by mistake").count()

    with ad.act("by mistake") as count:
        ad.presses(ad.offered("Pressed by mistake"))
    assert 1 == count.taps
    lead.sees("Whoever pressed it says: by mistake.")
    assert "First AD" not in lead.page.locator(".card.stop").inner_text()
    lead.presses(lead.offered("I agree to go on"))
    ad.presses(ad.offered("Armorer agrees: by mistake, we go on"))

    film.comes_to(lambda look: not look.state.stops, "presser and one other end it")
    assert ["clear"] == [one["answer"] for one in film.said("work.resumed")]

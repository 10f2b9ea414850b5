"""On a shared tablet somebody is named, or they showed who they are; the record keeps the two apart.

Protects: a name that somebody else typed is never a pair of eyes. A badge stands while its
owner stands there, and not for whoever takes the tablet next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.stories.production import Plain, armorer_checks, people_arrive
from tests.web.coming_in import BADGE, PIN, code, comes_in, gives, how_known, me, speaks
from tests.web.serving import Screen, Served, served


@pytest.fixture(scope="module")
def set_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("speaking")) as found:
        yield found


@pytest.fixture(scope="module")
def tablet(set_: Served) -> Screen:
    """The cart's tablet; the armorer has a PIN, the property master a badge."""
    made = comes_in(set_, "cart")
    speaks(made, "armorer")
    assert gives(made, "armorer", pin=PIN).status_code == 200
    speaks(made, "armorer", pin=PIN)
    assert gives(made, "props", badge=BADGE).status_code == 200
    return made


@pytest.fixture(autouse=True)
def nobody(tablet: Screen) -> None:
    tablet.client.delete("/api/speaker")


def arrives(set_: Served, by: str, **more: object) -> Plain:
    said = people_arrive(f"came-{uuid4().hex[:8]}", set_.story.clock(), "dp")
    return {**said, "by": by, **more}


def post(tablet: Screen, said: Plain) -> str:
    return code(tablet.post(*tablet.sign(said)))


def test_a_name_proves_nothing_and_says_so(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer")
    speaker = me(tablet.client)["speaker"]

    assert ("armorer", "named") == (speaker["person"], speaker["how"])
    assert "Named on this tablet: nothing proven" == speaker["says"]
    assert "badge-not" in post(tablet, arrives(set_, "armorer", attested="badge"))
    assert "" == post(tablet, arrives(set_, "armorer", attested="shared-tablet"))


def test_who_gave_their_pin_speaks_in_their_own_word(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer", pin=PIN)
    said = arrives(set_, "armorer", attested="badge")

    assert "" == post(tablet, said)
    assert "badge" == how_known(set_, said["id"])
    assert "Badge, " in me(tablet.client)["speaker"]["says"]


def test_a_badge_names_its_owner_by_itself(tablet: Screen) -> None:
    answer = speaks(tablet, badge=f" {BADGE.lower()} ")

    assert "props" == answer.json()["speaker"]["person"]


def test_nobody_speaks_by_anothers_badge(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer", pin=PIN)

    assert "badge-not" in post(tablet, arrives(set_, "props", attested="badge"))
    assert "badge-not" in post(tablet, arrives(set_, "armorer", said_by="props", attested="badge"))


def test_a_badge_does_not_carry_over_to_another_tablet(set_: Served, tablet: Screen) -> None:
    other = comes_in(set_, f"other-{uuid4().hex[:6]}")
    speaks(tablet, "armorer", pin=PIN)

    assert "badge-not" in post(other, arrives(set_, "armorer", attested="badge"))


def test_who_speaks_next_ends_who_spoke_before(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer", pin=PIN)
    speaks(tablet, "props")

    assert "badge-not" in post(tablet, arrives(set_, "armorer", attested="badge"))


@pytest.mark.parametrize(
    "beside",
    [
        {"with": "props"},
        {"with": ["armorer", "props"]},
        {"witnesses": [{"person": "props", "how": "badge"}]},
        {"witnesses": [{"person": "props"}]},
        {"witnesses": {"person": "props"}},
    ],
    ids=["with", "a list of with", "by badge", "how not said", "not in a list"],
)
def test_a_witness_is_asked_for_their_own_badge(
    set_: Served, tablet: Screen, beside: Plain
) -> None:
    speaks(tablet, "armorer", pin=PIN)
    said = armorer_checks(f"check-{uuid4().hex[:8]}", set_.story.clock())
    said = {key: value for key, value in said.items() if key != "with"}

    assert "badge-not" in post(tablet, {**said, **beside})


def test_a_witness_who_is_only_named_is_written_as_named(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer", pin=PIN)
    said = armorer_checks(f"check-{uuid4().hex[:8]}", set_.story.clock())
    said.pop("with")
    named = {"witnesses": [{"person": "props", "how": "shared-tablet"}]}

    assert "" == post(tablet, {**said, **named})


def test_the_second_pair_of_eyes_confirms_by_their_own_badge(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer", pin=PIN)
    said = armorer_checks(f"check-{uuid4().hex[:8]}", set_.story.clock())
    said.pop("with")
    tablet.say(said)
    own = {"id": f"saw-{uuid4().hex[:8]}", "what": "confirmed", "of": said["id"], "as": "saw-it"}
    answer = tablet.client.post("/api/own-words", json={"badge": BADGE, "statements": [own]})
    eyes = set_.run(
        set_.server.look(lambda look: look.state.checks[("rubber", "is-replica")].item.eyes)
    )

    assert answer.status_code == 200, answer.text
    assert {"armorer", "props"} == set(eyes)
    assert "armorer" == me(tablet.client)["speaker"]["person"], "it was not the other's turn"


def test_a_badge_lapses_after_twenty_minutes_without_an_act(set_: Served, tablet: Screen) -> None:
    speaks(tablet, "armorer", pin=PIN)
    set_.story.later(19)
    assert "" == post(tablet, arrives(set_, "armorer", attested="badge"))
    set_.story.later(19)
    assert "badge" == me(tablet.client)["speaker"]["how"]
    set_.story.later(1)
    speaker = me(tablet.client)["speaker"]

    assert ("armorer", "named", True) == (speaker["person"], speaker["how"], speaker["lapsed"])
    assert "badge-not" in post(tablet, arrives(set_, "armorer", attested="badge"))
    assert "" == post(tablet, arrives(set_, "armorer", attested="shared-tablet"))


@pytest.mark.parametrize("what", ["badge.revoked", "person.left"])
def test_a_badge_that_ended_on_record_speaks_nowhere_at_once(tmp_path: Path, what: str) -> None:
    """Said by any device as an act like others: no route of badges has heard of it."""
    with served(tmp_path) as own_set:
        cart, other = comes_in(own_set, "cart"), comes_in(own_set, "other")
        speaks(cart, "armorer")
        gives(cart, "armorer", pin=PIN)
        speaks(cart, "armorer", pin=PIN)
        gives(cart, "props", badge=BADGE)
        speaks(other, badge=BADGE)
        before = other.sign(arrives(own_set, "props", attested="badge"))
        assert "" == code(other.post(*before))
        new = other.sign(arrives(own_set, "props", attested="badge"))
        ended = {"id": "end-it", "what": what, "at": own_set.story.clock(), "by": "armorer"}
        cart.say({**ended, "attested": "badge", "person": "props"})

        assert "badge-not-standing" == code(other.post(*new))
        assert "not-shown-who" == code(gives(other, "dp", pin="9713"))
        assert other.post(*before).json()["answers"][0]["repeat"], "what stands stands"
        own_set.run(own_set.door.refresh())
        assert me(other.client)["speaker"] is None
        assert "badge" == me(cart.client)["speaker"]["how"], "nobody else's ended"


def test_the_same_word_sent_again_is_answered_though_the_badge_is_gone(
    set_: Served, tablet: Screen
) -> None:
    speaks(tablet, "armorer", pin=PIN)
    signed = tablet.sign(arrives(set_, "armorer", attested="badge"))
    first = tablet.post(*signed).json()["answers"][0]
    tablet.client.delete("/api/speaker")
    again = tablet.post(*signed).json()["answers"][0]

    assert again["repeat"]
    assert first["index"] == again["index"]


def test_somebodys_own_phone_is_theirs_alone(set_: Served) -> None:
    phone = comes_in(set_, f"dp-{uuid4().hex[:6]}", "phone", person="dp")

    assert "own-device" == code(speaks(phone, "armorer"))
    assert "own-device" == code(phone.client.delete("/api/speaker"))


def test_nobody_speaks_whom_the_record_does_not_know(tablet: Screen) -> None:
    assert "nobody-known" == code(speaks(tablet, "quillfeather"))


# --- own words -----------------------------------------------------------------------------


def own(tablet: Screen, *said: Plain, **who: str) -> str:
    return code(tablet.client.post("/api/own-words", json={**who, "statements": list(said)}))


def word(what: str, **fields: object) -> Plain:
    return {"id": f"own-{uuid4().hex[:10]}", "what": what, **fields}


def test_a_concern_on_a_shared_screen_is_its_raisers_own(set_: Served, tablet: Screen) -> None:
    said = word("concern.raised", concern=f"c-{uuid4().hex[:6]}", note="the hinge quillfeather")

    assert "" == own(tablet, said, person="armorer", pin=PIN)
    assert "badge" == how_known(set_, said["id"])


@pytest.mark.parametrize(
    "said",
    [
        {"what": "check.made", "checks": ["barrel-clear"], "on": ["revolver"], "passed": True},
        {"what": "weapon.handed-over", "weapons": ["revolver"], "from": "armorer", "to": "dp"},
        {"what": "work.resumed", "agreed_by": ["armorer", "first-ad"]},
        {"what": "device.revoked", "device": "cart"},
        {"what": "confirmed", "of": "x", "by": "props"},
        {"what": "confirmed", "of": "x", "said_by": "props"},
        {"what": "confirmed", "of": "x", "with": "props"},
        {"what": "confirmed", "of": "x", "witnesses": [{"person": "props", "how": "badge"}]},
        {"what": "confirmed", "of": "x", "attested": "own-device"},
        {"what": "confirmed", "of": "x", "corrects": "y"},
        {"what": "change.agreed", "activity": "lineup", "people": ["armorer", "props"]},
        {"what": "consent.given", "activity": "lineup", "people": ["props"]},
        {"what": "refusal.made", "activity": "lineup", "person": "props"},
        {"what": ["confirmed"], "of": "x"},
        {"of": "x"},
    ],
)
def test_own_words_are_for_oneself_and_of_a_short_list(tablet: Screen, said: Plain) -> None:
    told = {"id": f"own-{uuid4().hex[:8]}", **said}

    assert "not-own-words" == own(tablet, told, person="armorer", pin=PIN)


def test_whoever_counted_as_well_says_so_with_their_own_badge(set_: Served, tablet: Screen) -> None:
    said = word("weapon.counted", weapons=["revolver"], count=1)

    assert "" == own(tablet, said, person="armorer", pin=PIN)
    assert "badge" == how_known(set_, said["id"])


def test_own_words_ask_for_a_badge_or_a_pin(tablet: Screen) -> None:
    said = word("confirmed", of="check-1")

    assert "badge-wrong" == own(tablet, said, person="armorer")
    assert "badge-wrong" == own(tablet, said, person="armorer", pin="1357")
    assert "badge-wrong" == own(tablet, said, person="armorer", badge=BADGE)


@pytest.mark.parametrize("minutes", [-3, -60 * 24 * 365], ids=["earlier", "another year"])
def test_own_words_are_as_of_now(set_: Served, tablet: Screen, minutes: int) -> None:
    at = (set_.story.now + timedelta(minutes=minutes)).isoformat()
    said = word("account.given", at=at, note="the hinge")

    assert "not-as-of-now" == own(tablet, said, person="armorer", pin=PIN)
    assert "" == how_known(set_, said["id"])
    said.pop("at")
    assert "" == own(tablet, said, person="armorer", pin=PIN)


@pytest.mark.parametrize("at", ["noon", "2026-06-09T11:00:00", 5, None])
def test_a_time_that_nobody_can_read_is_not_signed_for_anybody(tablet: Screen, at: object) -> None:
    said = word("concern.raised", concern="c-time", at=at)

    assert "not-as-of-now" == own(tablet, said, person="armorer", pin=PIN)


def test_own_words_sent_again_later_are_answered_as_before(set_: Served, tablet: Screen) -> None:
    at = (set_.story.now - timedelta(minutes=1)).isoformat()
    said = word("concern.raised", concern="c-later", at=at)
    told = {"person": "armorer", "pin": PIN, "statements": [said]}
    first = tablet.client.post("/api/own-words", json=told).json()["answers"][0]
    set_.story.later(10)
    again = tablet.client.post("/api/own-words", json=told).json()["answers"][0]

    assert (first["index"], True) == (again["index"], again["repeat"])


def test_own_words_again_are_on_record_once(set_: Served, tablet: Screen) -> None:
    said = {**word("concern.raised", concern="c-again"), "at": set_.story.clock()}
    told = {"person": "armorer", "pin": PIN, "statements": [said]}
    first, again = (tablet.client.post("/api/own-words", json=told).json() for _ in range(2))

    assert first["answers"][0]["index"] == again["answers"][0]["index"]
    assert again["answers"][0]["repeat"]

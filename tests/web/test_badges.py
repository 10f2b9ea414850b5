"""A badge or a PIN is somebody's own: given by whoever may, on record, and not to be guessed.

Protects: what counts as a person's own word on a shared tablet was said by that person.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.production import Plain
from tests.web.coming_in import BADGE, PIN, code, comes_in, gives, me, speaks
from tests.web.serving import Screen, Served, served


@pytest.fixture
def set_(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


@pytest.fixture
def tablet(set_: Served) -> Screen:
    made = comes_in(set_, "cart")
    speaks(made, "armorer")
    assert gives(made, "armorer", pin=PIN).status_code == 200
    speaks(made, "armorer", pin=PIN)
    return made


def said_of(set_: Served, what: str, person: str) -> list[Plain]:
    """What the record says of somebody's badge."""

    return set_.run(
        set_.server.look(
            lambda look: [
                {"by": one.said.by, "attested": one.said.attested}
                for one in look.memory.about(person)
                if one.said.what == what
            ]
        )
    )


def test_who_gave_a_badge_and_how_that_was_known_is_on_record(set_: Served, tablet: Screen) -> None:
    gives(tablet, "props", pin="9713")

    assert [{"by": "armorer", "attested": "shared-tablet"}] == said_of(
        set_, "badge.issued", "armorer"
    )[:1]
    assert [{"by": "armorer", "attested": "badge"}] == said_of(set_, "badge.issued", "props")


def test_only_those_who_may_give_badges_do(set_: Served, tablet: Screen) -> None:
    gives(tablet, "outlaw", pin="9713")
    speaks(tablet, "outlaw", pin="9713")
    assert "not-shown-who" == code(gives(tablet, "dp", pin="4826"))
    speaks(tablet, "props")
    assert "not-shown-who" == code(gives(tablet, "dp", pin="4826"))


def test_nobody_is_given_a_pin_that_everybody_tries_first(tablet: Screen) -> None:
    for weak in ("1234", "4321", "7777", "123", "12a4", "1" * 13):
        assert "pin-weak" == code(gives(tablet, "props", pin=weak)), weak


def test_a_badge_that_can_be_guessed_is_not_taken(tablet: Screen) -> None:
    assert "badge-short" == code(gives(tablet, "props", badge="0042"))
    assert "badge-short" == code(gives(tablet, "props", badge="A B C D E F G"))


def test_two_people_have_no_badge_in_common(tablet: Screen) -> None:
    gives(tablet, "props", badge=BADGE)

    assert "badge-taken" == code(gives(tablet, "dp", badge=BADGE.lower()))


def test_a_badge_of_the_servers_making_speaks_for_its_owner(tablet: Screen) -> None:
    made = gives(tablet, "props", new_badge=True).json()

    assert made["qr"]["d"]
    assert 20 == len(made["code"])
    assert "props" == speaks(tablet, badge=made["code"]).json()["speaker"]["person"]


def test_after_five_wrong_pins_only_the_badge_counts(tmp_path: Path) -> None:
    with served(tmp_path) as set_:
        tablet = comes_in(set_, "cart")
        speaks(tablet, "armorer")
        gives(tablet, "armorer", pin=PIN, badge=BADGE)
        tries = [code(speaks(tablet, "armorer", pin="1357")) for _ in range(5)]

        assert ["badge-wrong"] * 4 + ["badge-only"] == tries
        assert "badge-only" == code(speaks(tablet, "armorer", pin=PIN))
        assert "armorer" == speaks(tablet, badge=BADGE).json()["speaker"]["person"]
        people = {one["id"]: one for one in me(tablet.client)["people"]}
        assert (False, True) == (people["armorer"]["pin"], people["armorer"]["badge"])
        assert "" == code(gives(tablet, "armorer", clear_tries=True))
        assert "" == code(speaks(tablet, "armorer", pin=PIN))


def test_the_right_pin_gives_the_tries_back(tablet: Screen) -> None:
    for _ in range(2):
        for _ in range(4):
            speaks(tablet, "armorer", pin="1357")
        assert "" == code(speaks(tablet, "armorer", pin=PIN))


def test_a_tablet_that_guesses_has_to_wait_whoever_it_guesses(set_: Served, tablet: Screen) -> None:
    for start in range(10):
        speaks(tablet, badge=f"GUESS-{start:04}")
    found = speaks(tablet, badge="GUESS-9999")

    assert "badge-wait" == code(found)
    assert int(found.headers["retry-after"]) <= 60
    assert "badge-wait" == code(speaks(tablet, "armorer", pin=PIN))
    assert "" == code(speaks(tablet, "armorer")), "named goes on"
    set_.story.later(1)
    assert "" == code(speaks(tablet, "armorer", pin=PIN))


def test_a_badge_that_ended_counts_no_longer_anywhere(set_: Served, tablet: Screen) -> None:
    other = comes_in(set_, "other")
    gives(tablet, "props", badge=BADGE)
    speaks(other, badge=BADGE)
    gives(tablet, "props", revoke=True)

    assert me(other.client)["speaker"] is None
    assert "badge-wrong" == code(speaks(other, badge=BADGE))
    assert 1 == len(said_of(set_, "badge.revoked", "props"))


def test_who_says_on_record_that_a_badge_ended_is_believed(set_: Served, tablet: Screen) -> None:
    gives(tablet, "props", badge=BADGE)
    said = {"id": "end-it", "what": "badge.revoked", "at": set_.story.clock(), "by": "armorer"}
    tablet.say({**said, "attested": "shared-tablet", "person": "props"})

    assert "badge-not-on-record" == code(speaks(tablet, badge=BADGE))


def test_a_new_pin_ends_what_the_old_one_opened_elsewhere(set_: Served, tablet: Screen) -> None:
    other = comes_in(set_, "other")
    speaks(other, "armorer", pin=PIN)
    gives(tablet, "armorer", pin="9713")

    assert me(other.client)["speaker"] is None
    assert "badge" == me(tablet.client)["speaker"]["how"], (
        "whoever gave it to themselves stands here"
    )
    assert "badge-wrong" == code(speaks(tablet, "armorer", pin=PIN))


def test_nothing_is_ended_or_given_for_nobody(set_: Served, tablet: Screen) -> None:
    assert "nobody-known" == code(gives(tablet, "quillfeather", pin="9713"))
    assert "nobody-known" == code(gives(tablet, "quillfeather", revoke=True))
    assert "nothing-given" == code(gives(tablet, "props"))


def test_somebody_new_has_an_id_without_their_name(set_: Served, tablet: Screen) -> None:
    told = tablet.client.post("/api/people", json={"role": "grip", "name": "Ann Quillfeather"})
    twice = tablet.client.post("/api/people", json={"role": "grip"}).json()
    assert {"grip", "grip-2"} == {told.json()["person"], twice["person"]}

    at = {"at": set_.story.clock(), "by": "armorer", "attested": "shared-tablet"}
    write = [{**one, **at, "id": f"new-{n}"} for n, one in enumerate(told.json()["write"])]
    signed = tablet.sign(*write)
    assert [True, True] == [
        one["index"] is not None for one in tablet.post(*signed).json()["answers"]
    ]
    assert (
        "Quillfeather" in {one["id"]: one for one in me(tablet.client)["people"]}["grip"]["label"]
    )
    assert "role-unknown" == code(tablet.client.post("/api/people", json={"role": "wizard"}))

"""A device comes in by a code that somebody made for it, once, with a key that it alone has.

Protects: what stands in the record as said by a device was said by that device; nobody lets
in a second one, or one in somebody else's name, by holding a tablet for a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno

from showclear.web.devices import qr_of
from tests.stories.production import Device, people_arrive
from tests.web.coming_in import (
    PIN,
    bring,
    code,
    code_for,
    comes_in,
    gives,
    how_known,
    key_of,
    me,
    speaks,
)
from tests.web.serving import Screen, Served, served


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """A set on which nobody has shown who they are yet."""
    with served(tmp_path) as found:
        yield found


def test_a_tablet_comes_in_and_the_record_says_so(set_: Served) -> None:
    tablet = comes_in(set_, "props-cart")
    device = me(tablet.client)["device"]
    found = set_.run(
        set_.server.look(
            lambda look: [
                one
                for one in look.memory.told
                if one.said.what == "device.enrolled"
                and getattr(one.said, "device", "") == device["id"]
            ]
        )
    )

    assert "tablet" == device["kind"]
    assert device["person"] is None
    assert device["id"].startswith("tablet-")
    assert ["server"] == [one.said.attested for one in found]


def test_what_it_says_then_is_on_record_as_named_there(set_: Served) -> None:
    tablet = comes_in(set_, "named-cart")
    said = {**people_arrive("came-1", set_.story.clock(), "dp"), "attested": "own-device"}
    (answer,) = tablet.say(said)

    assert answer["index"] > 0
    assert "shared-tablet" == how_known(set_, "came-1")


def test_what_somebody_says_on_their_own_phone_is_their_own_word(set_: Served) -> None:
    phone = comes_in(set_, "ad-phone", "phone", person="first-ad")
    said = {**people_arrive("came-2", set_.story.clock(), "dp"), "attested": "own-device"}
    phone.say(said)

    assert "own-device" == how_known(set_, "came-2")
    assert {"person": "first-ad", "how": "own-device"}.items() <= me(phone.client)[
        "speaker"
    ].items()


def test_a_code_works_once(set_: Served) -> None:
    made = code_for(set_)

    assert 201 == bring(set_.client(), Device(name="one"), made).status_code
    assert "code-unknown" == code(bring(set_.client(), Device(name="another"), made))


def test_a_code_may_be_typed_with_strokes_and_small_letters(set_: Served) -> None:
    made = code_for(set_).lower()
    typed = f" {made[:4]}-{made[4:8]} {made[8:]}"

    assert 201 == bring(set_.client(), Device(name="typed"), typed).status_code


def test_a_code_made_on_a_device_is_over_after_ten_minutes(fresh: Served) -> None:
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")
    made = tablet.client.post("/api/enrolments", json={"kind": "tablet"}).json()
    fresh.story.later(10)

    assert "code-unknown" == code(bring(fresh.client(), Device(name="late"), made["code"]))


def test_a_code_of_the_servers_start_waits_until_somebody_is_there(fresh: Served) -> None:
    made = code_for(fresh)
    fresh.story.later(60 * 11)

    assert 201 == bring(fresh.client(), Device(name="first"), made).status_code


def test_who_let_a_device_in_stands_beside_it(fresh: Served) -> None:
    phone = comes_in(fresh, "ad-phone", "phone", person="first-ad")
    made = phone.client.post("/api/enrolments", json={"kind": "phone", "person": "armorer"}).json()
    came = bring(fresh.client(), Device(name="armorers"), made["code"]).json()
    entry = fresh.run(fresh.server.look(lambda look: look.memory.find(came["answer"]["id"])))

    assert entry is not None
    assert ["first-ad"] == [one.person for one in entry.said.witnesses]
    assert "armorer" == came["device"]["person"]


def test_the_first_on_an_empty_set_is_only_named(fresh: Served) -> None:
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")

    assert 200 == tablet.client.post("/api/enrolments", json={"kind": "tablet"}).status_code


def test_once_somebody_has_shown_who_they_are_a_name_lets_nobody_in(fresh: Served) -> None:
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")
    comes_in(fresh, "ad-phone", "phone", person="first-ad")
    asked = {"kind": "phone", "person": "armorer"}

    assert "not-shown-who" == code(tablet.client.post("/api/enrolments", json=asked))


def test_a_device_that_came_in_on_paper_closes_no_door(fresh: Served) -> None:
    """Else a line in a file would shut the set out of its own server."""
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")
    fresh.take({**Device(name="paper", person="first-ad").enrolled(), "attested": "paper"})

    assert 200 == tablet.client.post("/api/enrolments", json={"kind": "tablet"}).status_code


def test_who_gave_their_pin_lets_in_their_own_phone_and_nobody_elses(fresh: Served) -> None:
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")
    gives(tablet, "armorer", pin=PIN)
    speaks(tablet, "armorer", pin=PIN)
    gives(tablet, "outlaw", pin="9713")
    speaks(tablet, "outlaw", pin="9713")

    def asks(person: str) -> str:
        asked = {"kind": "phone", "person": person}
        return code(tablet.client.post("/api/enrolments", json=asked))

    assert "" == asks("outlaw")
    assert "not-shown-who" == asks("first-ad")


def test_a_board_and_a_tablet_are_nobodys_own(set_: Served, cart: Screen) -> None:
    asked = {"kind": "board", "person": "first-ad"}

    assert "no-owner" == code(cart.client.post("/api/enrolments", json=asked))


def test_a_key_comes_in_once(set_: Served) -> None:
    comes_in(set_, "twice")

    assert "key-bad" == code(bring(set_.client(), Device(name="twice"), code_for(set_)))


def test_a_code_that_met_a_bad_key_still_works(set_: Served) -> None:
    made = code_for(set_)
    told = {"code": made, "key": "A" * 42 + "B"}
    set_.client().post("/api/devices", json=told)
    bad = set_.client().post("/api/devices", json={**told, "key": "_" * 43})

    assert "key-bad" == code(bad)
    assert 201 == bring(set_.client(), Device(name="after a bad key"), made).status_code


def test_at_most_sixty_four_codes_are_out(fresh: Served) -> None:
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")
    asked = [tablet.client.post("/api/enrolments", json={"kind": "tablet"}) for _ in range(65)]

    assert ["", "too-many-codes"] == [code(asked[63]), code(asked[64])]
    fresh.story.later(10)
    assert "" == code(tablet.client.post("/api/enrolments", json={"kind": "tablet"}))


def test_the_address_has_the_code_where_no_server_sees_it(fresh: Served) -> None:
    tablet = comes_in(fresh, "cart")
    speaks(tablet, "armorer")
    made = tablet.client.post("/api/enrolments", json={"kind": "board"}).json()
    path, _, hidden = made["address"].partition("#")

    assert f"{fresh.url}/enrol" == path
    assert made["code"].replace("-", "") == hidden


def test_a_device_that_is_in_sees_which_others_are(set_: Served) -> None:
    tablet = comes_in(set_, "asking-cart")
    phone = comes_in(set_, "seen-phone", "phone", person="outlaw")
    told = {one["id"]: one for one in tablet.client.get("/api/devices").json()["devices"]}
    own, other = me(tablet.client)["device"]["id"], me(phone.client)["device"]["id"]

    assert told[own]["this"]
    assert (False, "phone", "outlaw") == tuple(
        told[other][key] for key in ("this", "kind", "person")
    )
    assert "set-server" not in told


def test_the_qr_is_drawn_as_it_is(set_: Served) -> None:
    text = f"https://192.168.1.7:8443/enrol#{key_of(Device(name='any'))}"
    drawn = qr_of(text)
    dark: set[tuple[int, int]] = set()
    for part in str(drawn["d"]).split("M")[1:]:
        place, _, rest = part.partition("h")
        x, y = (int(one) for one in place.split())
        dark |= {(x + step, y) for step in range(int(rest.partition("v")[0]))}

    matrix = segno.make(text, error="m", micro=False).matrix
    assert {
        (x + 4, y + 4) for y, row in enumerate(matrix) for x, one in enumerate(row) if one
    } == dark
    assert len(matrix) + 8 == drawn["size"]

"""Nobody restarts the work alone: a name that somebody else wrote is no agreement.

Protects: whoever stopped the work, and those in front of the weapon while it stands.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.stories.production import Plain
from tests.web.coming_in import code, comes_in
from tests.web.serving import Screen, Served


def stopped(set_: Served) -> tuple[str, str]:
    """Somebody presses Stop on a phone; the stop's name and its statement."""
    answer = set_.client().post("/api/stop", json={})
    assert answer.is_success, answer.text

    def find(look: Any) -> tuple[str, str]:
        stop = next(iter(look.state.stops.values()))
        return str(stop.id), str(stop.mark.said)

    return set_.run(set_.server.look(find))


def agrees(set_: Served, of: str, by: str) -> Plain:
    return {
        "what": "confirmed",
        "id": f"agree/{by}/{uuid4().hex[:6]}",
        "at": set_.story.clock(),
        "by": by,
        "of": of,
        "as": ["agree"],
        "attested": "own-device",
    }


def goes_on(set_: Served, stop: str, by: str, *agreed: str, attested: str = "own-device") -> Plain:
    return {
        "what": "work.resumed",
        "id": f"on/{by}/{uuid4().hex[:6]}",
        "at": set_.story.clock(),
        "by": by,
        "stop": stop,
        "agreed_by": list(agreed),
        "attested": attested,
    }


def stands(set_: Served, stop: str) -> bool:
    return bool(set_.run(set_.server.look(lambda look: stop in look.state.stops)))


def test_one_phone_that_names_another_person_restarts_nothing(set_: Served) -> None:
    stop, _ = stopped(set_)
    ad = comes_in(set_, f"ad-{uuid4().hex[:6]}", "phone", person="ad")
    answer = ad.post(*ad.sign(goes_on(set_, stop, "ad", "ad", "props")))

    assert "not-agreed" == code(answer)
    assert stands(set_, stop)


def test_two_who_each_say_so_restart(set_: Served) -> None:
    stop, said = stopped(set_)
    ad = comes_in(set_, f"ad-{uuid4().hex[:6]}", "phone", person="ad")
    props = comes_in(set_, f"props-{uuid4().hex[:6]}", "phone", person="props")
    props.say(agrees(set_, said, "props"))
    ad.say(goes_on(set_, stop, "ad", "ad", "props"))

    assert not stands(set_, stop)


def test_an_agreement_that_another_device_forged_is_none(set_: Served) -> None:
    stop, said = stopped(set_)
    ad = comes_in(set_, f"ad-{uuid4().hex[:6]}", "phone", person="ad")
    forged = {**agrees(set_, said, "props"), "id": "forged"}
    answer = ad.post(*ad.sign(forged, goes_on(set_, stop, "ad", "ad", "props")))

    assert "not-agreed" == code(answer)
    assert stands(set_, stop)


def test_two_names_on_a_shared_tablet_are_no_agreement(set_: Served, cart: Screen) -> None:
    stop, _ = stopped(set_)
    named = goes_on(set_, stop, "ad", "ad", "props", attested="shared-tablet")

    assert "not-agreed" == code(cart.post(*cart.sign(named)))
    assert stands(set_, stop)

"""Nobody restarts the work alone: a name that somebody else wrote is no agreement.

Protects: whoever stopped the work, and those in front of the weapon while it stands.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

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


# --- ways around it --------------------------------------------------------------------------


def named(set_: Served, what: str, **more: Any) -> Plain:
    """Something said on a shared tablet by whoever holds it, in the first AD's name."""
    return {
        "id": f"way/{uuid4().hex[:8]}",
        "what": what,
        "at": set_.story.clock(),
        "by": "first-ad",
        "attested": "shared-tablet",
        **more,
    }


def scopes(set_: Served) -> dict[str, object]:
    """What every screen shows as stopped."""
    return set_.run(
        set_.server.look(lambda look: {one.id: one.scope for one in look.state.stops.values()})
    )


TWO = ["armorer", "props"]


@pytest.mark.parametrize("way", [{"scope": ["lineup"]}, {"stop": "lineup"}, {"scope": "all"}])
def test_what_a_stop_is_about_restarts_it_no_more_easily_than_its_name(
    set_: Served, cart: Screen, way: Plain
) -> None:
    told = set_.client().post("/api/stop", json={"scope": ["lineup"]}).json()
    answer = cart.post(*cart.sign(named(set_, "work.resumed", agreed_by=TWO, **way)))

    assert "not-agreed" == code(answer)
    assert stands(set_, told["stop"])


def test_a_restart_of_a_time_to_come_waits_for_no_stop(set_: Served, cart: Screen) -> None:
    """Said while nothing is stopped, it would end a stop that nobody has pressed yet."""
    clear_all(set_)
    ahead = named(set_, "work.resumed", scope="all", agreed_by=TWO, at=set_.story.clock(1.9))
    alone = {**ahead, "id": f"way/{uuid4().hex[:8]}", "agreed_by": ["first-ad"]}

    assert "dated-ahead" == code(cart.post(*cart.sign(ahead)))
    assert "dated-ahead" == code(cart.post(*cart.sign(alone)))
    answer = set_.client().post("/api/stop", json={})
    assert answer.is_success, "and the next press stops"


def test_a_restart_of_everything_while_nothing_is_stopped_ends_no_late_stop(
    set_: Served, cart: Screen
) -> None:
    """A phone out of range pressed a minute ago; its stop comes after the restart."""
    clear_all(set_)
    for way in ({"scope": "all"}, {"scope": ["lineup"]}, {"stop": "lineup"}):
        said = named(set_, "work.resumed", agreed_by=TWO, **way)
        assert "not-agreed" == code(cart.post(*cart.sign(said)))
    late = named(set_, "stop.called", stop=f"late-{uuid4().hex[:6]}", scope="all")
    cart.say({**late, "at": set_.story.clock(-2)})

    assert stands(set_, str(late["stop"]))


def test_a_restart_of_a_stop_that_is_over_is_taken_and_ends_nothing(
    set_: Served, cart: Screen
) -> None:
    """Two phones finish it at once: the second one's word is no error."""
    stop, said = stopped(set_)
    ad = comes_in(set_, f"ad-{uuid4().hex[:6]}", "phone", person="ad")
    props = comes_in(set_, f"props-{uuid4().hex[:6]}", "phone", person="props")
    props.say(agrees(set_, said, "props"))
    ad.say(agrees(set_, said, "ad"))
    ad.say(goes_on(set_, stop, "ad", "ad", "props"))
    (again,) = props.say(goes_on(set_, stop, "props", "ad", "props"))

    assert again["index"]
    assert not stands(set_, stop)


def test_a_stop_is_neither_withdrawn_nor_made_smaller(set_: Served, cart: Screen) -> None:
    clear_all(set_)
    stop, said = stopped(set_)
    before = scopes(set_)
    for way in (
        named(set_, "statement.withdrawn", of=said),
        named(set_, "stop.called", stop=stop, scope=["rubber"], corrects=said),
        named(set_, "stop.called", stop=stop, scope=["rubber"], corrects=said, by="anonymous"),
    ):
        assert "stop-stands" == code(cart.post(*cart.sign(way)))

    assert before == scopes(set_)


def test_who_has_taken_back_an_agreement_does_not_agree(set_: Served, cart: Screen) -> None:
    stop, said = stopped(set_)
    ad = comes_in(set_, f"ad-{uuid4().hex[:6]}", "phone", person="ad")
    props = comes_in(set_, f"props-{uuid4().hex[:6]}", "phone", person="props")
    agreed = agrees(set_, said, "props")
    props.say(agreed)
    back = named(set_, "statement.withdrawn", of=agreed["id"], by="props", attested="own-device")
    props.say(back)

    assert "not-agreed" == code(ad.post(*ad.sign(goes_on(set_, stop, "ad", "ad", "props"))))
    assert stands(set_, stop)


def test_a_mistake_is_said_by_two_themselves(set_: Served, cart: Screen) -> None:
    stop, _ = stopped(set_)
    for who in (["anonymous", "props"], TWO):
        said = named(set_, "stop.mistaken", stop=stop, agreed_by=who)
        cart.post(*cart.sign(said))

    assert stands(set_, stop)


def clear_all(set_: Served) -> None:
    """Whatever other tests of this file stopped goes on, as the server's own machine says."""
    for name in scopes(set_):
        more = {"attested": "badge", "stop": name, "agreed_by": ["ad", "props"]}
        set_.take(named(set_, "work.resumed", **more))
    assert {} == scopes(set_)

"""Two people restart, each by their own word; one alone cannot, and nobody agrees for another.

Protects: whoever stopped the work is named nowhere; a name that somebody typed is no
agreement; of the two at least one is not in the act; a mistake needs presser and one other.
"""

from __future__ import annotations

from typing import Any

import pytest

from showclear.app.views.floor import floor
from showclear.app.views.floor_mine import mine
from tests.unit.app.views.cart_moments import Moment, western

Plain = dict[str, Any]


def stopped(moment: Moment, *, by: str = "anonymous", how: str = "unsigned", **own: Any) -> Plain:
    said = {"id": "stop/1", "at": moment.made.clock(), "by": by, "attested": how}
    moment.say({**said, "what": "stop.called", "stop": "stop-1", "scope": "all", **own})
    return restart(moment)


def restart(moment: Moment) -> Plain:
    (found,) = floor(moment.look)["restarts"]
    return dict(found)


def agrees(moment: Moment, act: Plain, *, by: str, how: str = "own-device") -> None:
    said = [{**one, "agreed_by": _me(one.get("agreed_by"), by)} for one in act["write"]]
    for one in said:
        if one["agreed_by"] is None:
            del one["agreed_by"]
    moment.press({"write": said}, by=by, how=how)


def _me(names: Any, by: str) -> Any:
    return None if names is None else [by if one == "$me" else one for one in names]


def test_a_stop_is_on_top_of_everything_and_names_nobody() -> None:
    with western("11:02") as moment:
        found = stopped(moment, by="slate", how="own-device")
        view = floor(moment.look)

    assert "stopped" == view["set"]["state"]
    assert ["no name given"] == view["set"]["says"]
    assert "Called 11:02, no name given, no reason needed." == found["called"]
    assert "slate" not in str({key: value for key, value in found.items() if key != "mistaken"})


def test_the_first_agreement_waits_and_the_second_one_ends_the_stop() -> None:
    with western("11:02") as moment:
        first = stopped(moment)
        agrees(moment, first["agree"], by="ad")
        waiting = restart(moment)
        agrees(moment, waiting["resume"], by="safety")
        view = floor(moment.look)
        (told,) = [one for one in moment.memory.told if one.said.what == "work.resumed"]

    assert "Two people restart. You alone cannot." == first["needs"]
    assert "resume" not in first
    assert "First AD agrees. One more person." == waiting["needs"]
    assert "safety" in waiting["completes"]
    assert "ad" not in waiting["completes"]
    assert [] == view["restarts"]
    assert "clear" == told.answer


def test_a_name_that_somebody_else_typed_is_no_agreement() -> None:
    with western("11:02") as moment:
        first = stopped(moment)
        agrees(moment, first["agree"], by="ad", how="shared-tablet")

        assert [] == restart(moment)["agreed"]


def test_two_who_are_both_in_the_stopped_act_cannot_restart_it() -> None:
    with western("11:30") as moment:
        first = stopped(moment)
        agrees(moment, first["agree"], by="sheriff")
        waiting = restart(moment)
        agrees(moment, waiting["agree"], by="deputy")
        both = restart(moment)

    assert "deputy" not in waiting["completes"]
    assert "ad" in waiting["completes"]
    assert "both" not in both
    assert "One of the two must be somebody who is not in the stopped act." not in waiting["needs"]


def test_a_second_word_by_badge_is_on_record_first_and_then_either_writes_the_restart() -> None:
    with western("11:02") as moment:
        first = stopped(moment)
        agrees(moment, first["agree"], by="ad")
        agrees(moment, first["agree"], by="safety", how="badge")
        both = restart(moment)
        agrees(moment, both["both"], by="ad")

        assert [] == floor(moment.look)["restarts"]


def test_pressed_by_mistake_is_ended_by_presser_and_one_other_and_names_neither_on_screens() -> (
    None
):
    with western("11:02") as moment:
        stopped(moment, by="slate", how="own-device")
        others = mine(moment.look, "ad")["mistaken"]
        (own,) = mine(moment.look, "slate")["mistaken"]
        agrees(moment, own["act"], by="slate")
        waiting = restart(moment)
        alone = mine(moment.look, "slate")["mistaken"]
        agrees(moment, waiting["agree"], by="ad")
        (over,) = mine(moment.look, "slate")["mistaken"]
        seen = floor(moment.look)["restarts"]
        agrees(moment, over["act"], by="slate")
        after = floor(moment.look)["restarts"]

    assert [] == others
    assert "Whoever pressed it says: by mistake. One other person agrees." == waiting["mistaken"]
    assert ["You said: pressed by mistake. One other person has to agree."] == [
        one.get("says") for one in alone
    ]
    assert "slate" not in str([{**one, "completes": ()} for one in (waiting, *seen)])
    assert [] == after


def test_whoever_pressed_without_a_name_may_say_that_it_was_by_mistake() -> None:
    with western("11:02") as moment:
        pressed = stopped(moment)
        nobody = [one for who in ("ad", "slate") for one in mine(moment.look, who)["mistaken"]]
        agrees(moment, pressed["claim"], by="ad")
        waiting = restart(moment)
        agrees(moment, waiting["agree"], by="safety")
        (over,) = mine(moment.look, "ad")["mistaken"]
        agrees(moment, over["act"], by="ad")

        assert [] == nobody
        assert (
            "Whoever pressed it says: by mistake. One other person agrees." == (waiting["mistaken"])
        )
        assert [] == waiting["agreed"]
        assert [] == floor(moment.look)["restarts"]


def test_a_claim_that_somebody_else_typed_is_none() -> None:
    with western("11:02") as moment:
        pressed = stopped(moment)
        agrees(moment, pressed["claim"], by="ad", how="shared-tablet")

        assert "mistaken" not in restart(moment)
        assert [] == mine(moment.look, "ad")["mistaken"]


def test_an_incident_is_set_done_verified_by_another_and_then_two_restart() -> None:
    with western("11:30") as moment:
        said = {"at": moment.made.clock(), "by": "lead", "attested": "badge"}
        moment.say(
            {**said, "id": "d", "what": "weapon.discharged", "weapons": ["rev-2"], "count": 1}
        )
        (before,) = floor(moment.look)["incidents"]
        write = [
            {**one, "note": "Trigger worn, taken out of use"} for one in before["act"]["write"]
        ]
        moment.press({"write": write}, by="ad")
        moment.press(floor(moment.look)["incidents"][0]["remedies"][0]["act"], by="lead")
        (done,) = floor(moment.look)["incidents"][0]["remedies"]
        moment.press(done["act"], by="safety")
        ready = restart(moment)
        agrees(moment, ready["agree"], by="ad")
        agrees(moment, restart(moment)["resume"], by="safety")
        after = floor(moment.look)

    assert [] == before["remedies"]
    assert ["lead"] == done["not"]
    assert "Unintended shot remedied" == ready["says"]
    assert [] == after["incidents"]


@pytest.mark.parametrize(("who", "may"), [("ad", True), ("medic", False)])
def test_a_pause_is_lifted_by_whoever_called_it_or_the_same_role(who: str, may: bool) -> None:
    with western("11:02") as moment:
        moment.press(floor(moment.look)["pausing"]["because"][0], by="ad")
        (pause,) = floor(moment.look)["pauses"]
        moment.press(pause["act"], by=who)

        assert may == (who in pause["may"])
        assert may == (floor(moment.look)["pauses"] == [])
        assert "Paused since 11:02: rain" == pause["says"]

"""Protects: Same again repeats a load or a handover, never a check or a show, and leaves out what
is held and says so."""

from __future__ import annotations

from showclear.app.views.cart_activity import current_job
from showclear.app.views.same_again import same_again
from tests.stories.production import saying
from tests.unit.app.views.cart_moments import Moment, western


def offered(moment: Moment) -> dict[str, object] | None:
    look = moment.look
    return same_again(look, current_job(look))


def test_between_takes_the_load_of_the_last_take_is_offered_for_the_same_weapons() -> None:
    with western("11:09") as moment:
        found = offered(moment)

    assert found is not None
    assert "Same again: 2 each loaded from blanks, 6" == found["says"]
    assert [
        {
            "what": "weapon.loaded",
            "weapons": ["rev-2", "rev-3", "rev-4"],
            "lot": "blanks",
            "count": 2,
            "for": "shootout",
        }
    ] == found["write"]


def test_what_is_written_is_listed_and_is_never_a_check_or_a_show() -> None:
    for at in ("09:25", "11:09", "11:25", "11:34", "15:10", "16:10"):
        with western(at) as moment:
            found = offered(moment)
        written = [] if found is None else found["write"]
        assert isinstance(written, list)
        assert {one["what"] for one in written} <= {
            "weapon.loaded",
            "weapon.handed-over",
            "rounds.opened",
        }
        assert found is None or found["lines"]


def test_once_they_are_loaded_the_handover_of_the_last_take_is_offered() -> None:
    with western("11:25") as moment:
        found = offered(moment)

    assert found is not None
    assert "Same again: Sheriff, Deputy and Outlaw have rev-2, rev-3 and rev-4" == found["says"]


def test_a_weapon_that_is_held_is_left_out_and_that_is_said() -> None:
    with western("11:09") as moment:
        at = moment.made.clock()
        held = {"weapons": ["rev-3"], "because": "the hammer sticks"}
        moment.say(saying("held", "weapon.held", at=at, by="lead", **held))
        found = offered(moment)

    assert found is not None
    assert "Not rev-3: held. Never a check or a show" == found["note"]
    assert "rev-3" not in str(found["write"])


def test_before_anything_was_done_there_is_nothing_to_repeat() -> None:
    with western("10:57") as moment:
        assert offered(moment) is None

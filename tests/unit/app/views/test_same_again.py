"""Protects: Same again repeats a load or a handover, never a check or a show, and leaves out what
is held and says so."""

from __future__ import annotations

from typing import Any

from showclear.app.views.cart_activity import current_job
from showclear.app.views.rounds import takes_of
from showclear.app.views.same_again import same_again
from showclear.core.said_people import WeaponLoaded
from tests.stories.production import saying
from tests.unit.app.views.cart_moments import Moment, western


def offered(moment: Moment) -> dict[str, Any] | None:
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


def last_load(moment: Moment) -> WeaponLoaded:
    """The load that was written last."""
    lately = moment.look.memory.lately()
    return next(told.said for told in lately if isinstance(told.said, WeaponLoaded))


def test_nobody_is_offered_again_a_load_that_was_taken_back() -> None:
    with western("11:00") as moment:
        moment.goes_on({"what": "statement.withdrawn", "of": last_load(moment).id})
        found, look = offered(moment), moment.look
        by_take = takes_of(look, "blanks")
    with western("11:09") as later:
        before = offered(later)
        later.goes_on({"what": "statement.withdrawn", "of": last_load(later).id})
        then = offered(later)

    assert found is None
    assert [] == by_take
    assert before is not None
    assert ["weapon.loaded"] == [one["what"] for one in before["write"]]
    assert then is None or "weapon.loaded" not in {one["what"] for one in then["write"]}


def test_a_load_that_was_corrected_is_counted_once_and_done_again_as_it_was_corrected() -> None:
    with western("11:00") as moment:
        (as_written,) = takes_of(moment.look, "blanks")
        corrected(moment, count=1)
        (take,) = takes_of(moment.look, "blanks")
    with western("11:09") as later:
        # Its count is corrected when take 1 is over: it is still the load of take 1.
        corrected(later, count=3)
        found, (fired,) = offered(later), takes_of(later.look, "blanks")

    assert ({"n": 6, "label": "loaded"}, {"n": 3, "label": "loaded"}) == (
        as_written["sum"]["whole"],
        take["sum"]["whole"],
    )
    assert as_written["says"] == take["says"] == fired["says"]
    assert [{"n": 6, "label": "fired"}, {"n": 3, "label": "in them"}] == fired["sum"]["parts"]
    assert found is not None
    assert "Same again: 3 each loaded from blanks, 9" == found["says"]


def corrected(moment: Moment, *, count: int) -> None:
    """The armorer says of the last load that it was another number."""
    load = last_load(moment)
    own = {"weapons": list(load.weapons), "lot": "blanks", "for": load.for_}
    moment.goes_on({"what": "weapon.loaded", **own, "count": count, "corrects": load.id})

"""What just happened is one or two taps, and holds what the vocabulary says it holds.

Protects: a misfire its weapon, an unintended shot all weapon work, a refusal one person's part
and nobody's name, an unknown weapon until somebody has looked.
"""

from __future__ import annotations

import json
from typing import Any

from showclear.app.views.board import board
from showclear.app.views.floor import floor
from tests.unit.app.views.cart_moments import Moment, western

Plain = dict[str, Any]


def section(moment: Moment, key: str) -> Plain:
    return next(one for one in floor(moment.look)["happened"] if one["key"] == key)


def act(moment: Moment, key: str, name: str) -> Plain:
    return next(one for one in section(moment, key)["acts"] if one["key"] == name)


def answer(moment: Moment) -> Plain:
    view = floor(moment.look)
    found = next(one for one in view["activities"] if one["id"] == view["floor"])
    return dict(found["answer"])


def missing(moment: Moment) -> set[str]:
    return {word for one in answer(moment)["reasons"] for word in one["missing"]}


def test_a_misfire_is_one_tap_on_the_weapon_and_holds_it() -> None:
    with western("11:05") as moment:
        moment.press(act(moment, "misfire", "misfire/rev-3/1"), by="ad")
        weapon = moment.look.state.weapons["rev-3"]

    assert weapon.misfire is not None
    assert 1 == weapon.duds


def test_a_misfire_of_nobody_knows_which_holds_each_of_them() -> None:
    with western("11:05") as moment:
        moment.press(act(moment, "misfire", "misfire/among"), by="ad")
        held = {one.id for one in moment.look.state.weapons.values() if one.misfire is not None}

    assert {"rev-2", "rev-3", "rev-4"} == held


def test_an_unintended_shot_opens_an_incident_that_holds_weapon_work() -> None:
    with western("11:02") as moment:
        moment.press(act(moment, "discharge", "discharge/rev-2"), by="ad")

        assert "incident-open" in missing(moment)
        assert answer(moment)["caused"]


def test_what_somebody_takes_back_is_told_as_long_as_it_holds() -> None:
    with western("11:02") as moment:
        moment.press(act(moment, "discharge", "discharge/rev-2"), by="ad")
        (incident,) = floor(moment.look)["incidents"]
        said = moment.look.state.incidents[incident["id"]].mark.said
        back = {"what": "statement.withdrawn", "of": said, "because": "a mistake"}
        moment.press({"write": [back]}, by="props")
        (told,) = floor(moment.look)["incidents"]
        wall = json.dumps(board(moment.look))

        assert incident["id"] not in moment.look.spine.record.state.incidents
        assert incident["id"] == told["id"]
        assert "it holds all the same" in told["note"]
        assert '"Incident, ' in wall
        assert "incident-open" in missing(moment)


def test_a_near_miss_is_one_tap_and_holds_weapon_work() -> None:
    with western("11:02") as moment:
        moment.press(section(moment, "near-miss")["acts"][0], by="ad")

        assert "incident-open" in missing(moment)


def test_a_refusal_takes_one_person_out_and_is_told_without_a_name() -> None:
    with western("11:02") as moment:
        moment.press(act(moment, "refusal", "refusal/shootout/deputy"), by="ad")
        view = floor(moment.look)
        reasons = [one["says"] for one in answer(moment)["reasons"] if "refused" in one["missing"]]

    assert ["One person is not in this."] == reasons
    assert ["1 person not in: Three revolvers fire two blanks each down the street"] == (
        view["refusals"]
    )


def test_a_refusal_of_somebody_not_said_holds_the_act_for_all() -> None:
    with western("11:02") as moment:
        moment.press(act(moment, "refusal", "refusal/shootout/unnamed"), by="ad")

        assert "refused" in missing(moment)


def test_a_walk_out_is_told_as_a_number_and_holds_what_needs_the_roles() -> None:
    with western("11:02") as moment:
        moment.press(act(moment, "walked-out", "walked-out/operator"), by="ad")
        view = floor(moment.look)

        assert "walk-out-open" in missing(moment)
        assert ["1 person walked out"] == [one["says"] for one in view["walk_outs"]]


def test_an_unknown_weapon_is_on_record_held_and_counts_as_loaded() -> None:
    with western("11:02") as moment:
        moment.press(section(moment, "unknown-weapon")["act"], by="ad")
        (found,) = [one for one in moment.look.state.weapons.values() if one.kind == "unknown"]

    assert found.held is not None
    assert not found.load_known


def test_a_safety_meeting_has_everybody_on_set_and_what_is_still_to_come() -> None:
    with western("07:00") as moment:
        meeting = floor(moment.look)["meeting"]
        ids = [one["id"] for one in meeting["roll"]]
        (write,) = meeting["act"]["write"]
        present = [name for name in ids if name != "slate"]
        moment.press({"write": [{**write, "present": present}]}, by="ad")
        (group,) = section(moment, "late")["groups"]

    assert "rider" not in ids
    assert 17 == len(ids)
    assert ["Assistant camera briefed"] == [one["says"] for one in group["acts"]] or [
        "Slate briefed"
    ] == [one["says"] for one in group["acts"]]


def test_roles_are_offered_and_no_role_is_lost() -> None:
    with western("11:02") as moment:
        found = section(moment, "new-person")

    told = [role for role, _ in (*found["quick"], *found["more"])]
    assert len(told) == len(set(told))
    assert "performer" in told[:15]
    assert "pyrotechnician" in told

"""Protects: nothing is told as needing two people that one person's word can end.

Whoever reads what came of a case has to know how little is enough to get past a gate. And
what one person ticks must not come out as the eyes of two.
"""

from __future__ import annotations

from functools import cache

import pytest

from showclear.app.replay import Replayed, replay_one
from showclear.app.telling import gate_at, words_held
from showclear.app.ticking import ends_by_no_word, needs_two
from showclear.app.vary import reread, vary
from showclear.core.gates import Hold, Reason
from tests.cases.told import book, case


@cache
def ticked(name: str) -> Replayed:
    return replay_one(case(name), book(), "ticked")


def left(name: str) -> tuple[Reason, ...]:
    """Why the fatal gate still holds when one person ticks."""
    one = gate_at(ticked(name), case(name).expect.fatal[-1])
    assert one is not None
    return one.verdict.reasons if isinstance(one.verdict, Hold) else ()


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("DEADPOOL2-2017", "risk.assessed"),
        ("MIDNIGHTRIDER-2014", "permission.granted"),
        ("RESEVIL-2015", "change.agreed"),
        ("BRISBANE-2017", "meeting.held"),
        ("CARDINAL-2016", "activity.changed"),
    ],
)
def test_one_person_may_write_what_nobody_did(name: str, tag: str) -> None:
    done = ticked(name)
    entered = [done.walk.record.by_id[one] for judged in done.walk.judged for one in judged.entered]

    assert tag in {said.what for said in entered}
    assert () == left(name)
    assert all(not getattr(said, "witnesses", ()) for said in entered)


def test_a_word_that_no_next_step_offers_may_be_written_all_the_same() -> None:
    """A permission is nothing that is offered as a tap; that keeps nobody from entering one."""
    bridge = case("MIDNIGHTRIDER-2014")
    refused = [(name, ()) for name in ("m-refused", "m-refused-again")]
    run_out = {
        "id": "m-yes", "at": "2014-01-27T12:00-05:00", "by": "location", "kind": "rail",
        "what": "permission.granted", "from": "railway", "activities": "bridge",
        "until": "2014-02-19",
    }  # fmt: skip
    raw = vary(bridge.raw, drop=refused, insert=[run_out])
    told = reread(bridge, raw, id_=bridge.id, kind=bridge.kind, expect=bridge.expect)
    (held,) = replay_one(told, book(), "honest").walk.held

    assert isinstance(held.verdict, Hold)
    assert [None] == [reason.next.statement for reason in held.verdict.reasons]
    assert [] == replay_one(told, book(), "ticked").walk.held


@pytest.mark.parametrize("name", ["CROW-1993", "F9-2019", "RUSTPRE-2021"])
def test_what_asks_for_a_second_person_is_not_ended_by_one(name: str) -> None:
    assert left(name)
    assert all(needs_two(reason) for reason in left(name))


def test_a_remedy_is_not_done_and_seen_by_one_who_comes_back_to_it() -> None:
    """The two discharges stay open before every act, not only before the first."""
    done = ticked("RUST-2021")
    entered = {said.what for said in done.walk.record.by_id.values()}

    assert {"remedy.set", "remedy.done"} <= entered
    assert set() == {"remedy.verified", "work.resumed"} & entered
    assert all("incident-open" in words_held(one) for one in done.walk.held)


def test_nobody_is_made_up_whose_word_would_count() -> None:
    done, people = ticked("CODY-2016"), case("CODY-2016").raw["people"]

    assert set(people) == set(done.walk.record.state.people)
    assert {"load-shown", "shown-clear"} == {word for r in left("CODY-2016") for word in r.missing}
    assert not any(needs_two(reason) or ends_by_no_word(reason) for reason in left("CODY-2016"))


def test_a_child_in_the_act_stays_a_child() -> None:
    (reason,) = left("WILDWESTCITY-2006")

    assert (("minor-in-zone",), True) == (reason.missing, ends_by_no_word(reason))

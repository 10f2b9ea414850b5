"""Protects: what follows from a log is the same while it is written and whenever it is read.

A gate that answered from anything that is not in the log could never be asked again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given

from showclear.adapters.production_folder import with_keys
from showclear.app.reading_log import read_into
from showclear.app.snapshotting import differences
from showclear.app.spine import AHEAD, Spine
from showclear.core.case import JUDGED_AS_OF
from showclear.core.gates import Clear, Hold
from showclear.core.parse import read_statement
from showclear.core.statement import Statement
from showclear.ledger.jws import read_statement as read_jws
from showclear.ledger.keyring import Enrolled
from showclear.ledger.payload import read_payload
from tests.film_set import FilmSet
from tests.stories.production import (
    BASELINE,
    Device,
    Plain,
    crew_and_guns,
    people_arrive,
    production,
    props_takes_out,
    saying,
    shelf,
)
from tests.strategies import chances, damaged, often, shoot_days

NOW = datetime(2026, 6, 9, 8, tzinfo=UTC)
AT = "2026-06-09T08:00:00Z"
SERVER = Enrolled(
    device="set-server", kind="server", person="", public=bytes(32), vouched=True, since=0
)


def statement(said: Plain) -> Statement:
    return read_statement(said, fallback_id="kept")


def opened(**more: Any) -> Statement:
    own = {"title": "Show", "jurisdiction": "US-NM", **more}
    return statement(saying(f"o-{len(more)}", "production.opened", at=AT, by="server", **own))


def adopting(name: str, what: str = "pack.adopted") -> Statement:
    return statement(saying(f"{what}-{name}", what, at=AT, by="server", pack=name))


def spine(*, sample: bool = False, packs: tuple[str, ...] = (BASELINE,)) -> Spine:
    """A production's spine after its founding, with a crew and two guns."""
    made = Spine(shelf())
    made.take(opened(sample=True) if sample else opened())
    made.take_all(adopting(name) for name in packs)
    return made.take_all(map(statement, crew_and_guns()))


# --- the same whenever it is read --------------------------------------------------------------


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(mkdtemp())
    yield made
    shutil.rmtree(made)


@often(12)
@given(shoot_days(steps=25), chances)
def test_read_back_it_is_what_it_was_when_it_was_written(
    folder: Path, day: FilmSet, chance: Random
) -> None:
    """Played by a set that makes mistakes, in groups, through three kinds of keys, out of order."""
    path = folder / f"{chance.getrandbits(60)}"
    made = production(path, sample=chance.random() < 0.3)
    devices = [Device(name="tablet"), Device(name="phone", person="armorer", kind="phone")]
    made.take(*(one.enrolled() for one in devices))
    said = [damaged(one, chance) if chance.random() < 0.1 else one for one in day.said]
    if chance.random() < 0.5:
        chance.shuffle(said[-6:])
    while said:
        count = chance.randint(1, 9)
        group, said = said[:count], said[count:]
        ways = [made.take, made.file, lambda *all_: made.sign(chance.choice(devices), *all_)]
        chance.choice(ways)(*(one for one in group if isinstance(one.get("id"), str)))
        made.later(chance.choice([0, 1, 90]))
    live = made.recorder.spine

    journal = with_keys(path).journal()
    again = read_into(journal, Spine(shelf()), size=live.size)
    journal.close()
    made.close()
    shutil.rmtree(path)

    assert [] == differences(live, again)
    assert live.record.by_id == again.record.by_id
    assert live.opened == again.opened


# --- what an entry is worth ---------------------------------------------------------------------


def test_what_is_dated_ahead_of_the_clock_counts_as_of_the_clock() -> None:
    made = spine()

    for ahead, counted in (
        (AHEAD, AHEAD),
        (AHEAD + timedelta(minutes=1), timedelta()),
        (timedelta(days=400), timedelta()),
        (timedelta(days=-400), timedelta(days=-400)),
    ):
        said = made.read_plain(people_arrive("a", (NOW + ahead).isoformat(), "dp"), clock=NOW)
        assert NOW + counted == said.at


def test_in_a_sample_no_clock_says_when() -> None:
    made = spine(sample=True)

    said = made.read_plain(people_arrive("a", "2031-01-01T00:00Z", "dp"), clock=NOW)

    assert 2031 == said.at.year if said.at else False


def test_an_entry_that_cannot_be_read_is_kept_and_counts_as_nothing() -> None:
    made = spine()

    said = made.read({"id": "x", "what": "people.arrived"}, {}, key=SERVER, clock=NOW)
    made.take(said)

    assert "x" in made.record.by_id


def test_words_that_are_not_those_that_were_sealed_count_as_gone() -> None:
    made = spine()
    signed = Device(name="tablet").sign(people_arrive("a", AT, "dp", note="by the gate"))
    payload = read_payload(read_jws(signed.jws).payload)
    salt, _ = signed.texts["note"]

    as_sealed = made.read(payload, signed.texts, key=SERVER, clock=NOW)
    changed = made.read(payload, {"note": (salt, "by no gate")}, key=SERVER, clock=NOW)
    gone = made.read(payload, {}, key=SERVER, clock=NOW)

    assert "by the gate" == as_sealed.note
    assert changed == gone
    assert "gate" not in str(changed.note)
    assert {"a"} == made.differing


# --- the law of which day ------------------------------------------------------------------------


def test_a_gate_is_asked_by_the_law_of_the_day_of_the_act() -> None:
    act = statement(props_takes_out("out", "2026-06-03T08:00:00Z"))

    assert date(2026, 6, 3) == spine().as_of(act, NOW)
    assert NOW.date() == spine().as_of(replace(act, at=None), NOW)


def test_a_sample_tells_old_days_by_later_rules() -> None:
    old = statement(props_takes_out("out", "1993-03-30T08:00:00Z"))
    new = statement(props_takes_out("out", "2035-03-30T08:00:00Z"))

    assert JUDGED_AS_OF == spine(sample=True).as_of(old, NOW)
    assert date(2035, 3, 30) == spine(sample=True).as_of(new, NOW)
    assert date(1993, 3, 30) == spine().as_of(old, NOW)


# --- judging -------------------------------------------------------------------------------------


def test_an_act_is_judged_on_the_record_before_it() -> None:
    made = spine()
    act = statement(props_takes_out("out", AT))

    judged = made.judge(act, clock=NOW)

    assert judged is not None
    assert isinstance(judged.verdict, Clear)
    assert "out" not in made.record.by_id


def test_what_has_no_gate_is_not_judged() -> None:
    assert spine().judge(statement(people_arrive("a", AT, "dp")), clock=NOW) is None


def test_what_only_says_an_act_better_is_not_judged_again() -> None:
    made = spine()
    act = statement(props_takes_out("out", AT))
    made.take(act)
    better = props_takes_out("better", AT) | {"corrects": "out"}

    assert made.judge(statement(better), clock=NOW) is None
    # Of nothing, or of something else, it is an act of its own.
    for target in ("nothing", "join/props"):
        assert made.judge(statement(better | {"corrects": target}), clock=NOW) is not None


def test_a_judge_that_fails_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("showclear.app.spine.judge", fails)

    judged = spine().judge(statement(props_takes_out("out", AT)), clock=NOW)

    assert judged is not None
    assert isinstance(judged.verdict, Hold)


def test_without_a_pack_nothing_clears() -> None:
    judged = spine(packs=()).judge(statement(props_takes_out("out", AT)), clock=NOW)

    assert judged is not None
    assert isinstance(judged.verdict, Hold)


# --- what is said of the record itself -----------------------------------------------------------


def test_packs_are_adopted_and_withdrawn() -> None:
    made = spine(packs=())
    made.take_all([adopting(BASELINE), adopting("mars-labor"), adopting(BASELINE)])

    assert [BASELINE, "mars-labor"] == list(made.adopted)
    assert ("mars-labor",) == made.not_installed
    assert [BASELINE] == [pack.id for pack in made.book.packs]
    made.take(adopting(BASELINE, "pack.withdrawn"))
    assert () == made.book.packs
    made.take(adopting("nothing", "pack.withdrawn"))
    assert ["mars-labor"] == list(made.adopted)


@pytest.mark.parametrize("sample", [True, False])
def test_only_its_founding_says_whether_it_is_a_sample(sample: bool) -> None:
    made = spine(sample=sample)

    made.take(opened(sample=not sample, unit="second"))

    assert sample == made.sample


def test_what_the_server_says_of_itself_changes_nothing() -> None:
    made = spine()
    before = dict(made.record.by_id)
    given = {"gate": "take-out", "on": ["rubber"], "answer": "clear", "for": "out"}

    made.take(statement(saying("v", "verdict.given", at=AT, by="server", **given)))
    made.take(statement(saying("r", "received", at=AT, by="server", ids=["out"])))

    assert before == made.record.by_id

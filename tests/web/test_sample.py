"""A whole case can be put on a sample's record by whoever holds its key, and on nothing else's:
it takes claims of who said something as they are written, with nobody's eyes behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.stories.production import Plain, saying
from tests.web.serving import Served, served

KEY = "printed-at-its-start"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("sample"), kind="sample") as set_:
        set_.door.sample_key = KEY
        yield set_


def put(set_: Served, *said: Plain, key: str = KEY) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return set_.client().post("/api/sample", json={"statements": list(said)}, headers=headers)


def state(set_: Served) -> Plain:
    answer = set_.client().get("/api/sample", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def seen(set_: Served, name: str) -> Plain:
    return saying(
        name,
        "check.made",
        at=set_.story.clock(),
        by="armorer",
        checks="chamber-empty",
        on="rev-1",
        passed=True,
    )


def test_what_is_said_is_on_record_as_it_was_written(sample: Served) -> None:
    said = {**seen(sample, "case/seen"), "witnesses": [{"person": "first-ad", "how": "own-device"}]}

    answer = put(sample, said)

    assert 200 == answer.status_code, answer.text
    (one,) = answer.json()["answers"]
    assert one["index"] is not None
    kept = sample.recorder.spine.record.by_id["case/seen"]
    assert "own-device" == kept.witnesses[0].how


def test_said_again_it_is_answered_again_and_changes_nothing(sample: Served) -> None:
    put(sample, seen(sample, "case/again"))
    before = state(sample)

    (one,) = put(sample, seen(sample, "case/again")).json()["answers"]

    assert one["repeat"] is True
    assert before == state(sample)


def test_something_more_makes_another_state_with_the_table_by_its_name(sample: Served) -> None:
    before = state(sample)

    at = sample.story.clock()
    put(
        sample,
        saying("case/stop", "stop.called", at=at, by="first-ad", stop="stop-1", scope="all"),
    )

    after = state(sample)
    assert before["digest"] != after["digest"]
    assert before["tables"]["stops"] != after["tables"]["stops"]
    assert before["tables"]["lots"] == after["tables"]["lots"]


def test_its_clock_is_set_to_the_last_thing_that_was_said(sample: Served) -> None:
    shown: list[datetime] = []
    sample.app.state.set_forward = shown.append

    early, late = "2026-06-09T09:00-05:00", "2026-06-09T09:30-05:00"
    put(
        sample,
        {**seen(sample, "case/late"), "at": late},
        {**seen(sample, "case/early"), "at": early, "entered_at": "half past nine"},
    )

    assert [datetime(2026, 6, 9, 14, 30, tzinfo=UTC)] == shown


@pytest.mark.parametrize("key", ["", "guessed", KEY + "x"])
def test_nothing_is_taken_without_the_key(sample: Served, key: str) -> None:
    before = state(sample)

    answer = put(sample, seen(sample, "case/strange"), key=key)

    assert 401 == answer.status_code
    assert "no-key" == answer.json()["code"]
    assert before == state(sample)


@pytest.mark.parametrize("body", [{"statements": []}, {"statements": ["words"]}, {"other": 1}])
def test_what_is_no_list_of_statements_is_refused(sample: Served, body: Plain) -> None:
    answer = sample.client().post(
        "/api/sample", json=body, headers={"Authorization": f"Bearer {KEY}"}
    )

    assert 422 == answer.status_code
    assert {"code", "sentence", "next"} <= set(answer.json())


@pytest.mark.parametrize("kind", ["production", "practice"])
def test_a_real_production_takes_none_whatever_the_key(tmp_path: Path, kind: str) -> None:
    with served(tmp_path, kind=kind) as set_:  # type: ignore[arg-type]
        set_.door.sample_key = KEY

        answer = put(set_, seen(set_, "case/forged"))

        assert 401 == answer.status_code
        assert "case/forged" not in set_.recorder.spine.record.by_id

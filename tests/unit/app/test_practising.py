"""A sandbox holds what the real record holds, worth what it was worth there, and nothing by
which it could be taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.adapters.production_folder import JOURNAL
from showclear.adapters.sqlite_journal import SqliteJournal
from showclear.app.practising import Came, opened, said_anew
from showclear.app.spine import Spine
from showclear.app.state_digest import differing, digests_of
from tests.stories.production import Device, Production, production, saying, shelf

TABLET = Device(name="tablet")
PHONE = Device(name="phone", person="lead", kind="phone")


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Production]:
    made = production(tmp_path / "real")
    made.take(TABLET.enrolled(), PHONE.enrolled())
    made.take(
        saying(
            "lead", "person.joined", at=made.clock(), by="lead", person="lead", roles=["armorer"]
        )
    )
    made.later(2)
    made.sign(
        TABLET,
        saying(
            "seen",
            "check.made",
            at=made.clock(),
            by="lead",
            checks="chamber-empty",
            on="rev-1",
            passed=True,
            note="by the lamp",
            **{"with": ["assistant"]},
        ),
    )
    made.close()
    yield made
    made.close()


def anew(path: Path) -> list[Came]:
    journal = SqliteJournal.read(path / JOURNAL)
    try:
        return list(said_anew(journal))
    finally:
        journal.close()


def test_what_people_said_is_said_with_its_words_and_its_time(real: Production) -> None:
    came = anew(real.path)

    said = {one.fields["id"]: one.fields for group in came for one in group.said}
    assert "by the lamp" == said["seen"]["note"]
    assert real.now == came[-1].clock


def test_a_claim_is_worth_what_it_was_worth_there(real: Production) -> None:
    said = {one.fields["id"]: one.fields for group in anew(real.path) for one in group.said}

    assert "badge" == said["lead"]["attested"]
    assert [{"person": "assistant", "how": "badge"}] == said["seen"]["witnesses"]


def test_neither_devices_nor_verdicts_nor_its_founding_are_carried_over(real: Production) -> None:
    tags = {str(one.fields["what"]) for group in anew(real.path) for one in group.said}

    assert {"pack.adopted", "person.joined", "check.made"} == tags


def test_it_folds_to_the_same(real: Production) -> None:
    spine = Spine(shelf(), sample=True, opened=True)
    for group in anew(real.path):
        for one in group.said:
            spine.take(spine.read_plain(one.fields, clock=group.clock))

    ours = digests_of(real.recorder.spine.record.state)
    assert () == differing(ours, digests_of(spine.record.state))


def test_it_says_what_it_is_a_sandbox_of(real: Production) -> None:
    journal = SqliteJournal.read(real.path / JOURNAL)
    try:
        about = opened(journal)
    finally:
        journal.close()

    assert ("A western", "US-NM") == (about.title, about.where)

"""A sandbox or a sample leaves nothing behind, and what is a sample is never served as real."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from showclear.cli import serving_open
from showclear.ledger.errors import WriterRefusedError
from tests.stories.production import production, saying

LONG_AGO = (0, 0)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sandboxes are made."""
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def test_a_sample_is_gone_when_it_ends(place: Path) -> None:
    with serving_open.sample(None, until="", zone="") as served:
        assert place in served.folder.parents

    assert [] == list(place.iterdir())


def test_what_a_kill_left_is_swept_up_and_what_is_served_is_not(place: Path) -> None:
    with serving_open.sample(None, until="", zone="") as served:
        inside = served.folder.parent
        left = inside.with_name(f"{inside.name}-left")
        shutil.copytree(inside, left)
        young = inside.with_name(f"{inside.name}-young")
        shutil.copytree(inside, young)
        os.utime(left, LONG_AGO)
        os.utime(inside, LONG_AGO)

        with serving_open.sample(None, until="", zone=""):
            assert not left.exists()
            assert served.folder.exists(), "it is being served"
            assert young.exists(), "it may be in the making"


@pytest.mark.parametrize(("made", "kind"), [(True, "sample"), (False, "production")])
def test_a_folder_is_served_as_what_it_was_made_as(tmp_path: Path, made: bool, kind: str) -> None:
    folder = production(tmp_path / "show", sample=made)
    folder.close()

    with serving_open.production(folder.path, zone="") as served:
        assert kind == served.kind
        assert not served.fresh


def test_a_production_has_one_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_open, "WAIT_SECONDS", 0)
    folder = production(tmp_path / "show")
    folder.close()

    with (
        serving_open.production(folder.path, zone=""),
        pytest.raises(WriterRefusedError, match="One log has one writer"),
        serving_open.production(folder.path, zone=""),
    ):
        pass


def test_a_sandbox_holds_the_words_and_the_times_of_the_real_one(tmp_path: Path) -> None:
    real = production(tmp_path / "show")
    real.take(
        saying("ad", "person.joined", at=real.clock(), by="ad", person="ad", roles=["first-ad"])
    )
    real.close()

    with serving_open.practice(real.path, zone="America/Denver") as served:
        recorder = served.make()
        spine = recorder.spine
        recorder.close()

    assert "ad" in spine.record.state.people
    assert spine.sample
    assert "A western" == spine.title
    assert "America/Denver" == str(served.zone)


def test_its_own_clock_is_the_machines(tmp_path: Path) -> None:
    real = production(tmp_path / "show")
    real.close()

    with serving_open.practice(real.path, zone="") as served:
        served.make().close()
        before = datetime.now(UTC)

        assert before <= served.clock() <= datetime.now(UTC)


def test_this_machines_zone_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Denver")

    assert "America/Denver" == str(serving_open.own_zone())

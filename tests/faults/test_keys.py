"""Protects: with a wrong or missing key nothing is signed, and nothing that is there is harmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from showclear.cli.main import main

SAID = (
    '{"id":"%s","what":"people.arrived","at":"2026-05-01T09:00Z","by":"first-ad","people":["dp"]}\n'
)


@pytest.fixture
def show(tmp_path: Path) -> Path:
    (tmp_path / "first.jsonl").write_text(SAID % "first")
    (tmp_path / "second.jsonl").write_text(SAID % "second")
    assert 0 == main(["init", str(tmp_path / "show")])
    assert 0 == main(["say", str(tmp_path / "show"), str(tmp_path / "first.jsonl")])
    return tmp_path / "show"


@pytest.mark.parametrize(
    ("name", "told"), [("server.key", "private/server.key"), ("log.key", "private/log.key")]
)
def test_exchanged_key_signs_nothing_and_the_right_one_goes_on(
    show: Path, tmp_path: Path, name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = show / "private" / name
    right = key.read_bytes()
    key.write_text("07" * 32 + "\n")
    capsys.readouterr()

    assert 3 == main(["say", str(show), str(tmp_path / "second.jsonl")])

    assert told in capsys.readouterr().err
    assert 0 == main(["verify", str(show)])
    key.write_bytes(right)
    assert 0 == main(["say", str(show), str(tmp_path / "second.jsonl")])
    assert 0 == main(["fsck", str(show)])


@pytest.mark.parametrize("name", ["server.key", "log.key"])
def test_lost_key_leaves_everything_to_be_read_and_a_way_on(
    show: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (show / "private" / name).unlink()
    capsys.readouterr()

    assert 3 == main(["say", str(show), str(tmp_path / "second.jsonl")])

    assert "--continue" in capsys.readouterr().err
    assert 0 == main(["verify", str(show)])
    assert 0 == main(["log", str(show), "--json"])
    assert 0 == main(["bundle", str(show), "-o", str(tmp_path / "show.zip")])
    assert 0 == main(["init", str(tmp_path / "next"), "--continue", str(show)])
    assert 0 == main(["say", str(tmp_path / "next"), str(tmp_path / "second.jsonl")])


def test_damaged_published_checkpoint_is_refused_and_made_anew_once_it_is_gone(
    show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point = show / "log" / "checkpoint"
    point.write_bytes(point.read_bytes()[:-9] + b"AAAAAAAA\n")
    capsys.readouterr()

    assert 3 == main(["say", str(show), str(tmp_path / "second.jsonl")])

    assert "made anew from the journal" in capsys.readouterr().err
    point.unlink()
    assert 0 == main(["say", str(show), str(tmp_path / "second.jsonl")])
    assert 0 == main(["verify", str(show)])
    assert 0 == main(["fsck", str(show)])

"""One record must not have two histories: copies and older stores do not sign.

A clone of a folder can be read and verified, and cannot be written to. A store that is
older than something this log has signed refuses, if that something is shown to it. If
nobody shows it, nothing here can notice: that is a test too, so that nobody claims more.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from showclear.adapters.production_folder import JOURNAL, LOG
from tests.faults.commands import Commands, Ended, arrivals, written
from tests.faults.holding import Kept

Say = Callable[..., Ended]


@pytest.fixture
def say(commands: Commands, tmp_path: Path) -> Say:
    """Say two statements whose ids begin with a name."""

    def said(show: Path, name: str, *more: str | Path) -> Ended:
        file = written(tmp_path / f"{name}.jsonl", arrivals(name, 2))
        return commands("say", show, file, "--json", *more)

    return said


def older(show: Path) -> dict[Path, bytes]:
    """Remember every file of a production that nobody has open."""
    assert not (show / f"{JOURNAL}-wal").exists()
    return {path: path.read_bytes() for path in show.rglob("*") if path.is_file()}


def put_back(files: dict[Path, bytes], *, under: Path) -> None:
    """Write old contents into the files that are there, as some backups are restored.

    The files stay the same to the disk, so that nothing shows that they were exchanged.
    """
    for path, raw in files.items():
        if path.is_relative_to(under):
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(raw)


def test_a_clone_is_refused_with_the_way_to_go_on(
    say: Say, commands: Commands, show: Path, tmp_path: Path
) -> None:
    answers = say(show, "before").acknowledged
    clone = tmp_path / "clone"
    shutil.copytree(show, clone)
    before = older(clone)

    refused = say(clone, "later")

    assert (3, b"") == (refused.code, refused.out)
    assert "is a copy" in refused.err
    assert "--continue" in refused.err
    assert before == older(clone)
    # The way on that it names is one.
    onward = tmp_path / "onward"
    assert 0 == commands("init", onward, "--sample", "--continue", clone).code
    assert 0 == say(onward, "later").code
    continued = [
        one
        for one in commands("log", onward, "--json").acknowledged.values()
        if one["what"] == "log.continued"
    ]
    root = json.loads(commands("log", clone, "--json").out.splitlines()[-1])
    assert [root["index"] + 1] == [one["payload"]["size"] for one in continued]
    assert {"before/0", "before/1"} == set(answers)


def test_a_clone_is_read_and_gives_receipts_as_the_first_folder_does(
    say: Say, commands: Commands, show: Path, tmp_path: Path
) -> None:
    answers = say(show, "before").acknowledged
    shutil.copytree(show, tmp_path / "clone")

    looked = commands("log", tmp_path / "clone", "--json")
    receipt = commands("receipt", tmp_path / "clone", "before/0")

    assert (0, commands("log", show, "--json").out) == (looked.code, looked.out)
    assert (0, answers["before/0"]["receipt"]) == (receipt.code, receipt.out.decode())


def test_the_first_folder_goes_on_after_it_was_cloned(
    say: Say, show: Path, kept: Kept, tmp_path: Path
) -> None:
    shutil.copytree(show, tmp_path / "clone")
    assert 3 == say(tmp_path / "clone", "later").code

    kept.told(say(show, "later").acknowledged)

    assert 2 == len(kept.answers)
    kept.check_folder(show)


def test_a_folder_that_was_renamed_goes_on(say: Say, show: Path, kept: Kept) -> None:
    kept.told(say(show, "before").acknowledged)
    renamed = show.rename(show.with_name("the show, second week"))

    done = say(renamed, "later")

    assert 0 == done.code, done.err
    kept.told(done.acknowledged)
    kept.check_folder(renamed)


def test_an_older_store_under_a_newer_published_checkpoint_is_refused(
    say: Say, commands: Commands, show: Path
) -> None:
    say(show, "before")
    backup = older(show)
    assert 0 == say(show, "later").code
    published = (show / LOG / "checkpoint").read_bytes()
    put_back({show / JOURNAL: backup[show / JOURNAL]}, under=show)

    refused = say(show, "again")

    assert (3, b"") == (refused.code, refused.out)
    assert "older copy" in refused.err
    assert "--continue" in refused.err
    assert published == (show / LOG / "checkpoint").read_bytes()
    assert 0 == commands("log", show).code


def test_when_everything_is_older_a_receipt_that_somebody_holds_is_enough_to_refuse(
    say: Say, show: Path, tmp_path: Path
) -> None:
    say(show, "before")
    backup = older(show)
    answers = say(show, "later").acknowledged
    receipt = tmp_path / "held.tlog-proof"
    receipt.write_text(answers["later/0"]["receipt"], encoding="utf-8")
    put_back(backup, under=show)

    refused = say(show, "again", "--receipt", receipt)

    assert (3, b"") == (refused.code, refused.out)
    assert "held.tlog-proof" in refused.err
    assert "older copy" in refused.err


def test_a_store_that_went_on_beside_a_receipt_is_refused_as_another_history(
    say: Say, show: Path, tmp_path: Path
) -> None:
    backup = older(show)
    answers = say(show, "one-way").acknowledged
    receipt = tmp_path / "held.tlog-proof"
    receipt.write_text(answers["one-way/0"]["receipt"], encoding="utf-8")
    put_back(backup, under=show)
    assert 0 == say(show, "other-way").code

    refused = say(show, "more", "--receipt", receipt)

    assert (3, b"") == (refused.code, refused.out)
    assert "another history" in refused.err


def test_a_whole_older_folder_put_back_in_place_cannot_be_noticed_when_nobody_shows_a_receipt(
    say: Say, show: Path, kept: Kept
) -> None:
    say(show, "before")
    backup = older(show)
    lost = say(show, "later").acknowledged
    put_back(backup, under=show)

    done = say(show, "again")

    # It signs a second history. Only a witness or somebody's receipt could have told it.
    assert 0 == done.code, done.err
    kept.told(done.acknowledged)
    kept.check_folder(show)
    two = {lost["later/0"]["index"]} & {done.acknowledged["again/0"]["index"]}
    assert two
    kept.answers.update({"later/0": (lost["later/0"]["index"], lost["later/0"]["receipt"])})
    with pytest.raises((AssertionError, KeyError)):
        kept.check_folder(show, all_again=["later/0"])


@pytest.mark.parametrize("wrong", [b"", b"no receipt", b"c2sp.org/tlog-proof@v1\nindex 0\n\nx"])
def test_a_receipt_that_is_none_is_refused_and_nothing_is_said(
    wrong: bytes, say: Say, show: Path, tmp_path: Path
) -> None:
    receipt = tmp_path / "held.tlog-proof"
    receipt.write_bytes(wrong)
    before = older(show)

    refused = say(show, "later", "--receipt", receipt)

    assert refused.code in (2, 3)
    assert b"" == refused.out
    assert "Traceback" not in refused.err
    assert before == older(show)


def test_the_receipt_of_another_log_is_refused(
    say: Say, commands: Commands, show: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    assert 0 == commands("init", other, "--sample").code
    receipt = tmp_path / "held.tlog-proof"
    answers = say(other, "there").acknowledged
    receipt.write_text(answers["there/0"]["receipt"], encoding="utf-8")

    refused = say(show, "later", "--receipt", receipt)

    assert refused.code in (2, 3)
    assert b"" == refused.out
    assert "Traceback" not in refused.err

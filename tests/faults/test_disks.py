"""A disk that is full, or that nobody may write to, loses nothing and says what to do.

On a set the laptop's disk fills with footage, and a folder comes back from somebody's
backup read-only. `say` then ends with 3 and a sentence; when there is room again, the same
command says the rest. Looking needs no right to write.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.adapters.disk_files import DiskFiles
from showclear.adapters.production_folder import JOURNAL, LOG, with_keys
from tests.faults.commands import Commands, Ended, arrivals, written
from tests.faults.conftest import Made
from tests.faults.holding import Kept

NOBODY = 65_534


def mount(*how: str | Path) -> bool:
    """Mount something, where that is allowed here."""
    return 0 == subprocess.run(["mount", *map(str, how)], capture_output=True).returncode


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own of two megabytes."""
    place = Path(tempfile.mkdtemp())
    if shutil.which("mount") is None or not mount("-t", "tmpfs", "-o", "size=2m", "none", place):
        place.rmdir()
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()


def filled(disk: Path, *, left: int) -> Path:
    """Fill a disk with somebody's footage until so many bytes are left."""
    ballast = disk / "footage"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast.write_bytes(bytes(max(0, free - left)))
    return ballast


def refused_for_room(ended: Ended) -> None:
    """Hold that a command ended with 3 and a sentence that says what to do."""
    assert 3 == ended.code, ended.err
    assert "Traceback" not in ended.err
    # One of the two, and never the first where a commit may stand nevertheless.
    assert ("Not stored." in ended.err) != ("Nobody knows" in ended.err), ended.err
    assert any(word in ended.err for word in ("disk is full", "may be full")), ended.err
    assert any(word in ended.err.lower() for word in ("try again", "say it again")), ended.err


@pytest.mark.parametrize("most", [60_000, pytest.param(200_000, marks=pytest.mark.long), 700_000])
def test_a_file_that_may_not_grow_refuses_and_the_same_command_goes_on_later(
    most: int, commands: Commands, show: Path, kept: Kept, tmp_path: Path
) -> None:
    file = written(tmp_path / "load.jsonl", arrivals("load", 600))

    first = commands("say", show, file, "--json", file_bytes_max=most)

    refused_for_room(first)
    kept.told(first.acknowledged)
    kept.check_folder(show)
    again = commands("say", show, file, "--json")
    assert 0 == again.code, again.err
    assert 600 == len(again.acknowledged)
    kept.told(again.acknowledged)
    kept.check_folder(show)


@pytest.mark.parametrize(
    "left",
    [0, 40_000, 250_000]
    + [pytest.param(left, marks=pytest.mark.long) for left in (4_096, 90_000, 600_000)],
)
def test_a_full_disk_refuses_and_the_same_command_goes_on_when_there_is_room(
    left: int, commands: Commands, make: Made, small_disk: Path, tmp_path: Path
) -> None:
    show = make(under=small_disk)
    kept = Kept(with_keys(show).key)
    file = written(tmp_path / "load.jsonl", arrivals("load", 500))
    ballast = filled(small_disk, left=left)

    first = commands("say", show, file, "--json", group=16, publish_seconds=0)

    refused_for_room(first)
    kept.told(first.acknowledged)
    # Somebody reads it where it is, on the full disk.
    looked = commands("log", show, "--json")
    assert 0 == looked.code, looked.err
    assert set(first.acknowledged) <= set(looked.acknowledged)
    ballast.unlink()
    assert mount("-o", "remount,size=16m", small_disk)
    kept.check_folder(show)
    again = commands("say", show, file, "--json")
    assert 0 == again.code, again.err
    assert 500 == len(again.acknowledged)
    kept.told(again.acknowledged)
    size = kept.check_folder(show)
    assert size == kept.check_published(DiskFiles(show / LOG).read)


def test_on_a_full_disk_no_half_production_is_made(commands: Commands, small_disk: Path) -> None:
    for left in (0, 8_192, 30_000, 60_000, 90_000):
        ballast = filled(small_disk, left=left)

        ended = commands("init", small_disk / "show", "--sample")

        refused_for_room(ended)
        assert [ballast] == list(small_disk.iterdir())
        ballast.unlink()
    assert 0 == commands("init", small_disk / "show", "--sample").code


def test_answers_that_a_full_disk_cannot_take_are_no_traceback(
    commands: Commands, show: Path, kept: Kept, tmp_path: Path
) -> None:
    file = written(tmp_path / "load.jsonl", arrivals("load", 100))
    for argv in (["say", show, file, "--json"], ["say", show, file], ["log", show, "--json"]):
        ended = commands(*argv, out="/dev/full")

        assert "Traceback" not in ended.err, argv
        assert ended.code in (2, 3), argv
    again = commands("say", show, file, "--json")
    assert 0 == again.code
    kept.told(again.acknowledged)
    kept.check_folder(show)


def everything_can_be_looked_at(commands: Commands, show: Path, kept: Kept, **how: int) -> None:
    looked = commands("log", show, "--json", **how)
    assert 0 == looked.code, looked.err
    assert set(kept.answers) <= set(looked.acknowledged)
    for name, (_, receipt) in list(kept.answers.items())[:3]:
        shown = commands("receipt", show, name, **how)
        assert (0, receipt) == (shown.code, shown.out.decode()), shown.err


@pytest.mark.parametrize("stopped", ["cleanly", "killed"])
def test_a_disk_that_became_read_only_is_read_and_refuses_to_be_written(
    stopped: str, commands: Commands, make: Made, small_disk: Path, tmp_path: Path
) -> None:
    show = make(under=small_disk)
    kept = Kept(with_keys(show).key)
    file = written(tmp_path / "load.jsonl", arrivals("load", 40))
    how = {} if stopped == "cleanly" else {"at": 30, "how": "die", "group": 4}
    kept.told(commands("say", show, file, "--json", **how).acknowledged)
    assert kept.answers
    assert (stopped == "killed") == (show / f"{JOURNAL}-wal").exists()
    assert mount("-o", "remount,ro", small_disk)

    ended = commands("say", show, file, "--json")

    assert ended.code in (2, 3), ended.err
    assert "Traceback" not in ended.err
    assert "" != ended.err
    assert {} == ended.acknowledged
    everything_can_be_looked_at(commands, show, kept)
    assert mount("-o", "remount,rw", small_disk)
    again = commands("say", show, file, "--json")
    assert 0 == again.code, again.err
    kept.told(again.acknowledged)
    kept.check_folder(show)


def closed_to_writing(folder: Path) -> None:
    """Let everybody read a folder and nobody write to it."""
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)


def test_a_folder_that_this_user_may_only_read_is_read_and_refuses_to_be_written(
    commands: Commands,
) -> None:
    # An administrator may write everywhere, so the commands are somebody else's.
    user = {"user": NOBODY} if os.geteuid() == 0 else {}
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    try:
        show = place / "show"
        assert 0 == commands("init", show, "--sample").code
        kept = Kept(with_keys(show).key)
        file = written(place / "load.jsonl", arrivals("load", 20))
        kept.told(commands("say", show, file, "--json").acknowledged)
        closed_to_writing(show)

        ended = commands("say", show, file, "--json", **user)

        assert ended.code in (2, 3), ended.err
        assert "Traceback" not in ended.err
        assert {} == ended.acknowledged
        assert "cannot be" in ended.err
        everything_can_be_looked_at(commands, show, kept, **user)
        for made in (show, *show.rglob("*")):
            made.chmod(0o755 if made.is_dir() else 0o644)
        again = commands("say", show, file, "--json")
        assert 0 == again.code, again.err
        kept.told(again.acknowledged)
        kept.check_folder(show)
    finally:
        shutil.rmtree(place)

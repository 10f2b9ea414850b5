"""One log has one writer: the second waits, or is told so and loses nothing."""

from __future__ import annotations

from pathlib import Path

from showclear.adapters.disk_files import DiskFiles
from showclear.adapters.production_folder import LOG, writing
from tests.faults.commands import Commands, arrivals, ended, started, written
from tests.faults.holding import Kept


def test_a_second_writer_is_refused_and_the_same_command_works_when_the_first_is_gone(
    commands: Commands, show: Path, kept: Kept, tmp_path: Path
) -> None:
    file = written(tmp_path / "load.jsonl", arrivals("load", 10))
    before = (show / "journal.sqlite").read_bytes()
    with writing(show):
        refused = commands("say", show, file, "--json", wait_seconds=0.1)

        assert 3 == refused.code
        assert b"" == refused.out
        assert "open for writing already" in refused.err
        assert "stop that one first" in refused.err
        assert before == (show / "journal.sqlite").read_bytes()
        # Looking is nobody's turn to wait for.
        assert 0 == commands("log", show).code
    again = commands("say", show, file, "--json")
    assert 0 == again.code, again.err
    kept.told(again.acknowledged)
    kept.check_folder(show)


def test_the_lock_of_a_writer_that_was_killed_is_gone_with_it(
    commands: Commands, show: Path, tmp_path: Path
) -> None:
    file = written(tmp_path / "load.jsonl", arrivals("load", 400))
    killed = commands("say", show, file, "--json", group=1, killed_after_seconds=0.15)
    assert killed.code < 0

    again = commands("say", show, file, "--json", wait_seconds=0)

    assert 0 == again.code, again.err


def test_two_programs_that_say_different_things_at_once_both_get_through(
    show: Path, kept: Kept, tmp_path: Path
) -> None:
    files = [
        written(tmp_path / f"{name}.jsonl", arrivals(name, 200)) for name in ("north", "south")
    ]
    running = [started("say", show, file, "--json") for file in files]
    done = [ended(program) for program in running]

    for file, one in zip(files, done, strict=True):
        if one.code == 3:
            # On a slow machine the second may have waited in vain: it says so.
            assert "open for writing already" in one.err
            one = ended(started("say", show, file, "--json"))
        assert 0 == one.code, one.err
        assert 200 == len(one.acknowledged)
        kept.told(one.acknowledged)
    size = kept.check_folder(show)
    assert 400 == len(kept.answers) == len({index for index, _ in kept.answers.values()})
    assert size == kept.check_published(DiskFiles(show / LOG).read)

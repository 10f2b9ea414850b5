"""A writer that is killed at any moment loses nothing that it acknowledged.

Somebody who read a line of `showclear say --json` holds a receipt. Whatever happens to the
program then, that statement is on the record, at that index, under that receipt; and
whoever says the same again is told the same.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from showclear.adapters.disk_files import DiskFiles
from showclear.adapters.production_folder import LOG
from tests.faults.commands import Commands, arrivals, ended, started, written
from tests.faults.conftest import Made
from tests.faults.fork_server import CRASHED
from tests.faults.holding import Kept, stray

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))
LOAD = 3_000


def killed_again_and_again(
    commands: Commands, show: Path, kept: Kept, *, times: int, per_file: int
) -> None:
    """Say files to a production, kill each saying, and check after each kill and restart."""
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    landed = 0
    for turn in range(times):
        file = written(show.parent / "load.jsonl", arrivals(f"load-{turn}", per_file))
        # Small groups, published at once: a kill lands in commits and in publishing alike.
        how = {"group": chance.choice([1, 7, 64]), "publish_seconds": chance.choice([0, 9])}
        how["killed_after_seconds"] = chance.uniform(0.03, 0.25)
        first = commands("say", show, file, "--json", **how)
        assert first.code in (-signal.SIGKILL, 0), (seed, turn, first.err)
        landed += first.code != 0
        kept.told(first.acknowledged)
        kept.check_folder(show, all_again=first.acknowledged)

        again = commands("say", show, file, "--json")

        assert 0 == again.code, (seed, turn, again.err)
        assert per_file == len(again.acknowledged) == again.out.count(b"\n"), (seed, turn)
        kept.told(again.acknowledged)
    size = kept.check_folder(show)

    said = [name for name in kept.answers if name.startswith("load-")]
    assert times * per_file == len(said) == len({kept.answers[name][0] for name in said})
    assert kept.check_published(DiskFiles(show / LOG).read) == size
    assert landed > times // 2, f"only {landed} kills came in time, seed {seed}"


def test_a_writer_killed_again_and_again_keeps_what_it_acknowledged(
    commands: Commands, show: Path, kept: Kept
) -> None:
    killed_again_and_again(commands, show, kept, times=25 if LONG else 10, per_file=90)


@pytest.mark.long
def test_a_writer_killed_five_hundred_times_keeps_what_it_acknowledged(
    commands: Commands, make: Made, tmp_path: Path
) -> None:
    from showclear.adapters.production_folder import with_keys

    for part in range(10):
        show = make(f"show-{part}")
        killed_again_and_again(commands, show, Kept(with_keys(show).key), times=50, per_file=250)


def test_the_program_itself_killed_in_the_middle_of_thousands_says_the_rest_later(
    show: Path, kept: Kept, tmp_path: Path
) -> None:
    file = written(tmp_path / "load.jsonl", arrivals("load", LOAD))
    program = started("say", show, file, "--json")
    assert program.stdout is not None
    before = b"".join(program.stdout.readline() for _ in range(500))
    program.kill()
    first = ended(program, before=before)
    kept.told(first.acknowledged)
    kept.check_folder(show)

    again = ended(started("say", show, file, "--json"))

    assert (-signal.SIGKILL, 0) == (first.code, again.code), again.err
    assert 500 <= len(first.acknowledged) < LOAD
    kept.told(again.acknowledged)
    # Every statement once, and one `received` for every commit beside the founding's four.
    size = kept.check_folder(show)
    assert LOAD == len(kept.answers) == len(again.acknowledged)
    assert LOAD + 4 < size <= LOAD + 4 + LOAD // 64 + 3


def every_step(commands: Commands, show: Path, kept: Kept, *, how: str) -> list[str]:
    """Say a few statements again and again, failing at one step more each time.

    Each way of failing takes every third step, each beginning at another, so that together they
    take them all; with `--long` each takes every one.
    """
    # Each of them keeps a view for the next start, so that this too is among the steps.
    often = {"view_every": 1}
    plain = commands("say", show, written(show.parent / "0", few("plain")), at=-1, **often)
    turn = ("die", "lost", "kept").index(how)
    for at, name in enumerate(plain.steps):
        first_commit = at == plain.steps.index("COMMIT")
        if not LONG and at % 3 != turn and not first_commit:
            continue
        file = written(show.parent / "few.jsonl", few(f"{how}-{at}"))
        first = commands("say", show, file, "--json", at=at, how=how, **often)
        where = f"{how} at step {at}, {name}: {first.err}"
        assert "Traceback" not in first.err, where
        if how in ("die", "torn"):
            assert first.code in (CRASHED, 0), where
        else:
            assert first.code in (3, 0), where
            if first_commit:
                # Nobody may be told that nothing was kept where nobody knows.
                assert "Nobody knows" in first.err, where
            if name == "INSERT INTO snapshots":
                # A view is only quicker: what was said is on the record without it.
                assert 0 == first.code, where
        kept.told(first.acknowledged)
        kept.check_folder(show, all_again=first.acknowledged)

        again = commands("say", show, file, "--json", **often)

        assert 0 == again.code, f"{where} {again.err}"
        assert 2 == len(again.acknowledged), where
        kept.told(again.acknowledged)
        size = kept.check_folder(show, all_again=again.acknowledged)
        published = DiskFiles(show / LOG)
        assert size == kept.check_published(published.read), where
    return list(plain.steps)


def few(name: str) -> list[dict[str, object]]:
    """One statement without a gate, and one that is judged."""
    asked = {
        "id": f"{name}/asked",
        "what": "gate.asked",
        "at": "2026-03-02T09:05:00Z",
        "by": "first-ad",
        "gate": "take-out",
        "on": ["pistol"],
    }
    return [*arrivals(name, 1), asked]


@pytest.mark.parametrize("how", ["die", "lost", "kept"])
def test_whichever_step_of_saying_fails_or_ends_the_program_nothing_acknowledged_is_lost(
    how: str, commands: Commands, show: Path, kept: Kept
) -> None:
    steps = every_step(commands, show, kept, how=how)

    # A commit, and everything that publishing does, was among the steps.
    assert {"COMMIT", "replace", "fsync", "unlink", "write"} <= set(steps)
    size = kept.check_folder(show)
    # What crashes left is what readers pass over: narrower tiles than the last ones.
    left = stray(DiskFiles(show / LOG).names(), size)
    assert all(".p/" in name for name in left), left


def test_a_tile_torn_by_a_crash_is_written_anew(commands: Commands, show: Path, kept: Kept) -> None:
    steps = commands("say", show, written(show.parent / "0", few("plain")), at=-1).steps
    for at in [place for place, name in enumerate(steps) if name == "write"]:
        file = written(show.parent / "few.jsonl", few(f"torn-{at}"))
        first = commands("say", show, file, "--json", at=at, how="torn")
        assert CRASHED == first.code, first.err
        kept.told(first.acknowledged)
        kept.check_folder(show)

        again = commands("say", show, file, "--json")

        assert 0 == again.code, again.err
        kept.told(again.acknowledged)
        kept.check_folder(show)


WRITING = ("fsync", "fdatasync", "pwrite64", "write", "rename", "unlink", "rmdir", "ftruncate")


@pytest.mark.long
@pytest.mark.parametrize("call", WRITING)
def test_killed_at_every_call_to_the_system_that_writes_the_record_keeps_what_it_acknowledged(
    call: str, commands: Commands, show: Path, kept: Kept
) -> None:
    if shutil.which("strace") is None or not traced_whole(show, few("traced"), call):
        pytest.skip("nothing here can end a program at one of its calls")
    for number in range(1, 200):
        file = written(show.parent / "few.jsonl", few(f"{call}-{number}"))
        argv = ["say", show, file, "--json"]
        first = ended(started(*argv, before=at_call(call, number)))
        kept.told(first.acknowledged)
        kept.check_folder(show, all_again=first.acknowledged)

        again = commands(*argv)

        assert 0 == again.code, (call, number, again.err)
        kept.told(again.acknowledged)
        kept.check_folder(show, all_again=again.acknowledged)
        if first.code == 0:
            break
    else:
        raise AssertionError(f"{call} has no end")
    kept.check_folder(show)


def at_call(call: str, number: int) -> list[str]:
    """What ends a program with SIGKILL at one of its calls of a kind, counted from 1."""
    tracing = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]
    return [*tracing, "-e", f"inject={call}:signal=KILL:when={number}"]


def traced_whole(show: Path, statements: list[dict[str, object]], call: str) -> bool:
    """Whether a program can be traced here; some machines forbid it."""
    file = written(show.parent / "traced.jsonl", statements)
    return 0 == ended(started("say", show, file, before=at_call(call, 100_000)[:-2])).code

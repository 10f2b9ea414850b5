"""Protects: what was found out does not depend on who still listens.

A program behind `verify` or `fsck` goes by the exit code, whether it reads the answer or not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from showclear.cli.main import main
from tests.stories.production import Production, people_arrive, production
from tests.unit.cli.program import ROOT

AT = "2026-06-09T08:00:00Z"
BARE = ROOT / "src" / "showclear" / "ledger" / "bare" / "verify.py"
SHOWCLEAR = [sys.executable, "-m", "showclear.cli.main"]


@pytest.fixture
def made(tmp_path: Path) -> Production:
    """A sample, published and closed."""
    sample = production(tmp_path / "western", sample=True)
    sample.take(*(people_arrive(f"a{number}", AT, "dp") for number in range(5)))
    sample.recorder.publish()
    sample.close()
    return sample


def tampered(made: Production) -> None:
    (bundle,) = (path for path in (made.path / "log/tile/entries").rglob("*") if path.is_file())
    raw = bytearray(bundle.read_bytes())
    raw[40] ^= 1
    bundle.write_bytes(bytes(raw))


def ran(
    argv: Sequence[str | Path], closed: str = "", stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Run a command, with streams closed as a shell closes them."""
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *argv],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


def without_reader(argv: Sequence[str | Path], closed: str = "") -> tuple[int, str]:
    """Run a command whose reader has gone away; its exit code and what it complained of."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = ran(argv, closed, stdout=writing)
    finally:
        os.close(writing)
    return done.returncode, done.stderr.decode()


LOOKING = [["verify"], ["verify", "--json"], ["fsck"], ["fsck", "--json"]]

# To take a damaged record for a whole one is what may not happen: that is asked of every command.
ENDINGS = [
    *(pytest.param(command, 1, id=f"{' '.join(command)}, 1") for command in LOOKING),
    pytest.param(["verify"], 0, id="verify, 0"),
    *(
        pytest.param(command, 0, id=f"{' '.join(command)}, 0", marks=pytest.mark.long)
        for command in LOOKING[1:]
    ),
]


@pytest.mark.parametrize(("command", "code"), ENDINGS)
def test_a_reader_that_goes_away_does_not_make_a_record_whole(
    made: Production, command: list[str], code: int
) -> None:
    if code:
        tampered(made)

    assert (code, "") == without_reader([*SHOWCLEAR, *command, made.path])


@pytest.mark.parametrize(("command", "code"), ENDINGS)
def test_with_its_output_closed_it_ends_as_it_would(
    made: Production, command: list[str], code: int
) -> None:
    if code:
        tampered(made)

    done = ran([*SHOWCLEAR, *command, made.path], ">&-")

    assert (code, b"", b"") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_without_room_is_said_to_be_lost_and_changes_no_code(made: Production) -> None:
    tampered(made)

    done = ran([*SHOWCLEAR, "verify", made.path], ">/dev/full")

    assert 1 == done.returncode
    assert b"The answer cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "closed",
    [
        pytest.param("2>&-", marks=pytest.mark.long),
        pytest.param(">&-", marks=pytest.mark.long),
        pytest.param("<&-", marks=pytest.mark.long),
        "<&- >&- 2>&-",
    ],
)
def test_with_streams_closed_what_is_said_is_recorded(
    made: Production, tmp_path: Path, closed: str
) -> None:
    file = tmp_path / "said"
    file.write_text(json.dumps(people_arrive("late", AT, "dp")), encoding="utf-8")

    done = ran([*SHOWCLEAR, "say", made.path, file], closed)

    assert 0 == done.returncode, done.stderr
    assert "late" in made.payloads
    made.close()
    assert 0 == ran([*SHOWCLEAR, "fsck", made.path]).returncode


def test_with_its_complaints_closed_it_ends_as_it_would(tmp_path: Path) -> None:
    done = ran([*SHOWCLEAR, "verify", tmp_path / "nothing"], "2>&-")

    assert (2, b"") == (done.returncode, done.stdout)


def test_complaints_that_nobody_reads_change_no_code(tmp_path: Path) -> None:
    assert (2, "") == without_reader([*SHOWCLEAR, "verify", tmp_path / "nothing"], "2>&1")


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("closed", ["", "2>&1", ">&-"])
def test_the_one_file_of_a_bundle_ends_as_it_would(
    made: Production, code: int, closed: str
) -> None:
    if code:
        tampered(made)

    ended, err = without_reader([sys.executable, BARE, made.path], closed)

    assert code == ended
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_interrupted_it_ends_with_130(
    made: Production, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("showclear.cli.verify.open_source", interrupted)

    assert 130 == main(["verify", str(made.path)])
    assert "WHOLE" not in capsys.readouterr().out

"""The one door: a newcomer needs one file and a Python, and learns what was not done.

Nothing here makes a real environment: each test works in a folder of its own and
notes what the door would have started.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev

LOCK = (
    "rich==15 \\\n    --hash=sha256:ab\nruff==1 \\\n    --hash=sha256:cd \\\n    --hash=sha256:ef\n"
)


class Machine:
    """A machine that writes down what is started on it, and fails where a test says so.

    Attributes:
        started: Every command line, as words.
        fails: Says of a command line whether it fails.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.started: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self.fails: Callable[[list[str]], bool] = lambda words: False

    def run(self, command: Sequence[object], **how: object) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        self.started.append(words)
        self.environments.append(how.get("env", {}))
        if self.fails(words):
            return subprocess.CompletedProcess(words, 1, "", "")
        if "venv" in words or "virtualenv" in words:
            self.program("python")
        if "--editable" in words:
            self.program("showclear")
        return subprocess.CompletedProcess(words, 0, "", "")

    def program(self, name: str) -> None:
        path = self.root / ".venv" / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        path.chmod(0o755)

    def count(self, word: str) -> int:
        return sum(word in words for words in self.started)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    root = tmp_path / "clone"
    root.mkdir()
    entries = [f"{name}==1 \\\n    --hash=sha256:ab\n" for name in dev.VENV_MAKER]
    (root / "requirements.lock").write_text(LOCK + "".join(entries))
    (root / "pyproject.toml").write_text("[project]\n")
    for name, path in {
        "ROOT": root,
        "VENV": root / ".venv",
        "BIN": root / ".venv" / "bin",
        "STAMP": root / ".venv" / dev.STAMP.name,
        "LOCK": root / "requirements.lock",
        "PROJECT": root / "pyproject.toml",
        "BENCHES": root / "bench",
    }.items():
        monkeypatch.setattr(dev, name, path)
    noted = Machine(root)
    monkeypatch.setattr(dev.subprocess, "run", noted.run)
    return noted


Printed = pytest.CaptureFixture[str]


class TestKnocking:
    def test_a_mistyped_command_is_answered_with_the_list(self, capsys: Printed) -> None:
        code = dev.main(["chekc"])

        said = capsys.readouterr().err
        assert 2 == code
        assert "There is no command 'chekc'. Did you mean 'check'?" in said
        assert all(name in said for name in dev.COMMANDS)

    def test_no_command_shows_the_list_and_is_no_success(self, capsys: Printed) -> None:
        assert 2 == dev.main([])
        assert dev.usage() in capsys.readouterr().out

    @pytest.mark.parametrize("asked", [["--help"], ["-h"], ["help"]])
    def test_help_shows_the_list(self, asked: list[str], capsys: Printed) -> None:
        assert 0 == dev.main(asked)
        assert dev.usage() in capsys.readouterr().out

    @pytest.mark.parametrize("name", dev.COMMANDS)
    def test_every_command_explains_itself_without_starting_anything(
        self, name: str, machine: Machine, capsys: Printed
    ) -> None:
        assert 0 == dev.main([name, "--help"])
        assert dev.COMMANDS[name].does in capsys.readouterr().out
        assert [] == machine.started

    def test_what_a_command_cannot_take_is_refused(self, machine: Machine, capsys: Printed) -> None:
        assert 2 == dev.main(["sync", "--fast"])
        assert "'sync' takes nothing more; found: --fast" in capsys.readouterr().err
        assert [] == machine.started

    def test_an_old_python_is_told_what_is_needed(
        self, monkeypatch: pytest.MonkeyPatch, capsys: Printed
    ) -> None:
        monkeypatch.setattr(dev, "PYTHON_MIN", (99, 0))

        assert 2 == dev.main(["sync"])
        assert "is needed" in capsys.readouterr().err


class TestSync:
    def test_from_nothing_everything_is_made_by_hash(self, machine: Machine) -> None:
        assert 0 == dev.main(["sync"])

        venv, packages, project = machine.started
        assert ["-m", "venv"] == venv[1:3]
        assert {"--require-hashes", "--only-binary"} <= set(packages)
        assert {"--editable", "--no-deps", "--no-build-isolation"} <= set(project)

    def test_a_second_time_nothing_is_started(self, machine: Machine, capsys: Printed) -> None:
        dev.main(["sync"])
        machine.started.clear()

        assert 0 == dev.main(["sync"])
        assert [] == machine.started
        assert "nothing to do" in capsys.readouterr().out

    def test_a_changed_lock_leaves_nothing_of_the_old_environment(self, machine: Machine) -> None:
        dev.main(["sync"])
        machine.program("left-over")
        (machine.root / "requirements.lock").write_text(LOCK)

        dev.main(["sync"])

        assert not (machine.root / ".venv" / "bin" / "left-over").exists()
        assert 2 == machine.count("--require-hashes")

    def test_a_changed_project_file_installs_the_project_only(self, machine: Machine) -> None:
        dev.main(["sync"])
        machine.started.clear()
        (machine.root / "pyproject.toml").write_text("[project]\nname='x'\n")

        dev.main(["sync"])

        assert 1 == len(machine.started)
        assert 1 == machine.count("--editable")

    @pytest.mark.parametrize("word", ["--require-hashes", "--editable"])
    def test_an_environment_half_made_is_made_again(self, word: str, machine: Machine) -> None:
        machine.fails = lambda words: word in words
        assert 1 == dev.main(["sync"])
        machine.program("left-over")
        machine.fails = lambda words: False

        assert 0 == dev.main(["sync"])
        assert not (machine.root / ".venv" / "bin" / "left-over").exists()

    @pytest.mark.parametrize("lost", ["python", "showclear", "../" + dev.STAMP.name])
    def test_an_environment_that_lost_a_part_is_made_again(
        self, lost: str, machine: Machine
    ) -> None:
        dev.main(["sync"])
        (machine.root / ".venv" / "bin" / lost).unlink()

        dev.main(["sync"])

        assert 2 == machine.count("--require-hashes")

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"'])
    def test_a_stamp_that_cannot_be_read_is_no_stamp(self, text: str, machine: Machine) -> None:
        dev.main(["sync"])
        dev.STAMP.write_text(text)

        dev.main(["sync"])

        assert 2 == machine.count("--require-hashes")

    def test_an_environment_copied_from_another_folder_is_made_again(
        self, machine: Machine
    ) -> None:
        dev.main(["sync"])
        stamp = json.loads(dev.STAMP.read_text())
        dev.STAMP.write_text(json.dumps({**stamp, "folder": "elsewhere"}))

        dev.main(["sync"])

        assert 2 == machine.count("--require-hashes")

    def test_a_python_without_venv_gets_virtualenv_by_hash(self, machine: Machine) -> None:
        machine.fails = lambda words: "venv" in words

        assert 0 == dev.main(["sync"])

        maker = next(words for words in machine.started if "--target" in words)
        made = next(words for words in machine.started if "virtualenv" in words)
        assert "--require-hashes" in maker
        assert "--no-download" in made
        assert not Path(maker[maker.index("--target") + 1]).parent.exists()

    def test_virtualenv_that_fails_is_said(self, machine: Machine, capsys: Printed) -> None:
        machine.fails = lambda words: "venv" in words or "virtualenv" in words

        assert 1 == dev.main(["sync"])
        assert "virtualenv could not make .venv" in capsys.readouterr().err

    def test_pip_that_fails_is_said(self, machine: Machine, capsys: Printed) -> None:
        machine.fails = lambda words: "pip" in words

        assert 1 == dev.main(["sync"])
        assert "pip could not install" in capsys.readouterr().err

    def test_a_missing_lock_is_said(self, machine: Machine, capsys: Printed) -> None:
        (machine.root / "requirements.lock").unlink()

        assert 1 == dev.main(["sync"])
        assert "requirements.lock cannot be read" in capsys.readouterr().err

    def test_what_the_caller_imports_from_stays_outside(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONPATH", "somewhere")

        dev.main(["sync"])

        assert [] == [given for given in machine.environments if "PYTHONPATH" in given]

    def test_what_was_compiled_once_is_not_compiled_again_by_every_program(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

        dev.main(["test"])

        kept = [given for given in machine.environments if "PYTHONDONTWRITEBYTECODE" in given]
        assert [] == kept
        assert machine.environments

    def test_another_terminal_waits_for_a_pip_whose_door_was_killed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dev, "ROOT", tmp_path)
        with dev._alone():
            pip = subprocess.Popen(["sleep", "60"], close_fds=False)
        other = os.open(tmp_path, os.O_RDONLY)
        try:
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

            pip.kill()
            pip.wait()

            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            pip.kill()
            pip.wait()
            os.close(other)


class TestLock:
    def test_each_package_keeps_its_own_hashes(self) -> None:
        entries = dev.lock_entries(LOCK)

        assert ["rich", "ruff"] == list(entries)
        assert LOCK == "".join(entries.values())

    def test_what_makes_an_environment_needs_nothing_unnamed(self) -> None:
        needed = {
            canonicalize_name(wanted.name)
            for name in dev.VENV_MAKER
            for wanted in map(Requirement, requires(name) or [])
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        }

        assert set() == needed - set(dev.VENV_MAKER)


class TestRunTestAndCheck:
    def test_run_becomes_the_program(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        became: list[tuple[Path, list[str]]] = []
        monkeypatch.chdir(machine.root)
        monkeypatch.setattr(dev.os, "execve", lambda path, words, env: became.append((path, words)))

        dev.main(["run"])

        assert [(dev.BIN / "showclear", ["showclear", *dev.RUN_ARGUMENTS])] == became

    def test_words_after_run_reach_the_program(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        became: list[list[str]] = []
        monkeypatch.chdir(machine.root)
        monkeypatch.setattr(dev.os, "execve", lambda path, words, env: became.append(words))

        dev.main(["run", "--port", "9000", "--no-browser"])

        assert ["--port", "9000", "--no-browser"] == became[0][-3:]

    def test_words_after_test_reach_pytest(self, machine: Machine, capsys: Printed) -> None:
        assert 0 == dev.main(["test", "-k", "gates"])

        assert ["-k", "gates"] == machine.started[-1][-2:]
        assert "SHOWCLEAR_LONG" not in machine.environments[-1]
        assert "Skipped: what takes longer" in capsys.readouterr().out

    def test_long_is_told_to_pytest_and_to_the_tests(
        self, machine: Machine, capsys: Printed
    ) -> None:
        assert 0 == dev.main(["test", "--long"])

        assert "--long" in machine.started[-1]
        assert "1" == machine.environments[-1]["SHOWCLEAR_LONG"]
        assert "Skipped" not in capsys.readouterr().out

    def test_tests_that_fail_fail_the_command(self, machine: Machine) -> None:
        machine.fails = lambda words: "pytest" in words

        assert 1 == dev.main(["test"])

    def test_check_takes_every_step_after_one_failed(
        self, machine: Machine, capsys: Printed
    ) -> None:
        machine.fails = lambda words: words[0].endswith(("ruff", "mypy"))

        assert 1 == dev.main(["check"])

        last = capsys.readouterr().out.splitlines()[-1]
        assert "check: 2 of 5 steps passed; failed: format, lint, types" == last
        # The tests in a browser are a run of their own.
        assert 2 == machine.count("pytest")

    def test_check_says_in_one_line_that_all_passed(
        self, machine: Machine, capsys: Printed
    ) -> None:
        assert 0 == dev.main(["check"])
        assert "check: 5 of 5 steps passed" == capsys.readouterr().out.splitlines()[-1]


class TestBench:
    def test_a_bench_is_run_by_its_name(self, machine: Machine) -> None:
        (machine.root / "bench").mkdir()
        (machine.root / "bench" / "gates.py").write_text("")

        assert 0 == dev.main(["bench", "gates", "--long"])
        assert [str(machine.root / "bench" / "gates.py"), "--long"] == machine.started[-1][1:]

    @pytest.mark.parametrize("asked", ["gate", "../dev", "_shared"])
    def test_an_unknown_bench_is_answered_with_the_list(
        self, asked: str, machine: Machine, capsys: Printed
    ) -> None:
        (machine.root / "bench").mkdir()
        for name in ("gates", "fold", "_shared"):
            (machine.root / "bench" / f"{name}.py").write_text("")

        assert 2 == dev.main(["bench", asked])
        assert "There is: fold, gates." in capsys.readouterr().err
        assert [] == machine.started

    def test_a_bench_without_a_name_is_answered_with_the_list(
        self, machine: Machine, capsys: Printed
    ) -> None:
        assert 2 == dev.main(["bench"])
        assert "'bench' takes one name. There is: none." in capsys.readouterr().err


class TestDebianPackages:
    @pytest.fixture(autouse=True)
    def _debian(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dev.shutil, "which", lambda name: name)

    def test_none_needed_is_said(self, machine: Machine, capsys: Printed) -> None:
        dev.ensure_debian_packages(())

        assert "none" in capsys.readouterr().out
        assert [] == machine.started

    def test_root_installs_what_is_missing(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dev.os, "geteuid", lambda: 0)

        dev.ensure_debian_packages(("chromium",))

        assert ["apt-get", "update", "-q"] == machine.started[-2]
        assert "chromium" in machine.started[-1]

    def test_anyone_else_is_told_what_is_skipped(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: Printed
    ) -> None:
        monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)

        dev.ensure_debian_packages(("chromium",))

        said = capsys.readouterr().out
        assert "Skipped (not run as root): the tests that need" in said
        assert "chromium" in said
        assert 0 == machine.count("apt-get")

    def test_an_install_that_fails_is_said(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dev.os, "geteuid", lambda: 0)
        machine.fails = lambda words: "install" in words

        with pytest.raises(dev.DoorError, match="failed"):
            dev.ensure_debian_packages(("chromium",))

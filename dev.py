"""The one door: how does a person get, run, test and measure Showclear?

    python3 dev.py COMMAND

* Standard library only, and nothing of the project: the door opens on a bare clone.
* Every command makes what it needs first. It writes to `.venv/` at the repository root and,
  beside the sources, caches that .gitignore names; whoever deletes them loses nothing.
* What is installed is what `requirements.lock` names, byte for byte, or nothing is.
* `.venv/` counts as made only when its stamp says so. The stamp is written last, so
  that a cable pulled half-way leaves an environment that the next command rebuilds.
* What could not be done or was skipped is said in words.
"""

from __future__ import annotations

import difflib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent
VENV: Final = ROOT / ".venv"
BIN: Final = VENV / "bin"
STAMP: Final = VENV / "made-by-the-door.json"
LOCK: Final = ROOT / "requirements.lock"
PROJECT: Final = ROOT / "pyproject.toml"
BENCHES: Final = ROOT / "bench"

PYTHON_MIN: Final = (3, 11)
RUN_ARGUMENTS: Final = (
    "serve",
    "--sample",
    "cases/western-day/case.yaml",
    "--until",
    "11:02",
)
"""What `run` asks of the program: a full day, served as it stands in mid-morning. Three
revolvers are loaded and were shown; nobody has one in their hand yet."""

DEBIAN_PACKAGES: Final[tuple[str, ...]] = (
    "chromium-headless-shell",
    "golang-go",
    "golang-golang-x-mod-dev",
)
"""Debian packages that some tests need: a browser for the screens, the one without windows; and
Go, by which the foreign verifier of the log is built against a transparency-log library that
nobody here wrote."""

VENV_MAKER: Final = (
    "distlib",
    "filelock",
    "packaging",
    "platformdirs",
    "python-discovery",
    "virtualenv",
)
"""virtualenv and all it needs, by their names in the lock."""

TEST_PROCESSES: Final = 2
BROWSER_TESTS: Final = ("tests/browser", "tests/web")
"""Where tests that drive a browser stand (tests/conftest.py refuses them elsewhere), so that
the second run need not read ten thousand others to leave them out."""
STEPS: Final = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("mypy",)),
    ("import rules", ("lint-imports",)),
)
"""What `check` does before the tests; the tests hold the sizes and the names."""


class DoorError(Exception):
    """A command cannot go on. Its message says what happened and what to do next."""


def main(argv: Sequence[str]) -> int:
    """Carry out one command line and return its exit code."""
    if sys.version_info < PYTHON_MIN:
        return _refuse(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if not argv or argv[0] in ("-h", "--help", "help"):
        _say(usage())
        return 0 if argv else 2
    name, arguments = argv[0], list(argv[1:])
    command = COMMANDS.get(name)
    if command is None:
        return _refuse(unknown("command", name, COMMANDS) + "\n\n" + usage())
    if arguments[:1] in (["-h"], ["--help"]):
        _say(f"python3 dev.py {name} {command.arguments}".rstrip() + f"\n\n{command.does}")
        return 0
    if arguments and not command.arguments:
        return _refuse(f"'{name}' takes nothing more; found: {' '.join(arguments)}")
    try:
        return command.act(arguments)
    except DoorError as error:
        return _refuse(str(error), code=1)
    except KeyboardInterrupt:
        return _refuse("Stopped.", code=130)


def usage() -> str:
    """Return the list of commands, one line each."""
    width = max(len(f"{name} {command.arguments}") for name, command in COMMANDS.items())
    lines = [
        f"  {f'{name} {command.arguments}':<{width}}  {command.does}"
        for name, command in COMMANDS.items()
    ]
    return "\n".join(["python3 dev.py COMMAND", "", *lines])


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no such thing, what there is, and which is nearest."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    return f"There is no {what} '{name}'.{hint} There is: {', '.join(names) or 'none'}."


# --- sync -----------------------------------------------------------------------------


def sync(arguments: Sequence[str]) -> int:
    """Make `.venv/`, say so, and stop."""
    if not prepare():
        _say(".venv is as the lock says; nothing to do.")
    return 0


def prepare() -> bool:
    """Make `.venv/` match the lock and the project file; return whether that took work.

    A changed lock rebuilds it from nothing, so that what the lock dropped is gone too.
    A changed project file only installs the project again: entry points live there.
    """
    with _alone():
        wanted, found = fingerprint(), read_stamp()
        if found == wanted:
            return False
        started = time.monotonic()
        # From here to the new stamp, whatever a crash leaves has no stamp.
        STAMP.unlink(missing_ok=True)
        if found is None or {**found, "project": ""} != {**wanted, "project": ""}:
            _rebuild()
        _install_project()
        STAMP.write_text(json.dumps(fingerprint(), indent=1) + "\n", encoding="utf-8")
        _say(f".venv made in {time.monotonic() - started:.0f} s.")
    return True


def fingerprint() -> dict[str, str]:
    """Return what an environment made now would be made from.

    The folder and the interpreter belong to it: a copied or moved `.venv/` would run
    the code of the folder it came from, and one whose Python was upgraded runs nothing.
    """
    return {
        "lock": _digest(LOCK),
        "project": _digest(PROJECT),
        "folder": str(ROOT),
        "python": os.path.realpath(BIN / "python"),
    }


def read_stamp() -> dict[str, str] | None:
    """Return what `.venv/` was made from, or None if it was never finished."""
    if not os.access(BIN / "python", os.X_OK) or not os.access(BIN / "showclear", os.X_OK):
        return None
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def lock_entries(text: str) -> dict[str, str]:
    """Return each package's part of the lock, hashes included, by its name."""
    entries: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if not line[0].isspace():
            name = line.partition("==")[0]
        entries[name] = entries.get(name, "") + line
    return entries


def _rebuild() -> None:
    """Make `.venv/` from nothing and install everything in the lock."""
    _remove_venv()
    _say("Making .venv ...")
    if not _make_with_venv():
        _remove_venv()
        _say("This Python has no working 'venv'; using virtualenv from a temporary folder.")
        _make_with_virtualenv()
    _say("Installing what requirements.lock names ...")
    _pip(BIN / "python", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))


def _remove_venv() -> None:
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def _make_with_venv() -> bool:
    """Return whether `.venv/` could be made without installing anything.

    On Debian without its venv package this fails after making half of it, with a page of
    advice that the next step makes unnecessary: so its output is not shown.
    """
    return _make([_base_python(), "-m", "venv", VENV], quietly=True) == 0


def _make_with_virtualenv() -> None:
    """Make `.venv/` with virtualenv, itself installed by its hashes and then thrown away.

    `--target` writes to the temporary folder alone, so Debian's marker against
    installing into its own Python has no reason to refuse.
    """
    with tempfile.TemporaryDirectory(prefix="showclear-") as name:
        folder = Path(name)
        wanted = folder / "wanted.lock"
        entries = lock_entries(LOCK.read_text(encoding="utf-8"))
        wanted.write_text("".join(entries[part] for part in VENV_MAKER), encoding="utf-8")
        target = folder / "packages"
        python = Path(_base_python())
        _pip(python, "--require-hashes", "--target", str(target), "-r", str(wanted))
        # What it needs comes with it, and what it remembers goes with the folder.
        options = ("--quiet", "--no-download", "--no-periodic-update")
        code = _make(
            [python, "-m", "virtualenv", *options, "--app-data", folder / "seeds", VENV],
            PYTHONPATH=str(target),
        )
    if code:
        raise DoorError("virtualenv could not make .venv; its message stands above.")


def _install_project() -> None:
    _say("Installing showclear itself, editable ...")
    _pip(BIN / "python", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def _pip(python: Path, *arguments: str) -> None:
    """Install with the pip of `python`, quietly; what pip says of a failure is shown."""
    quiet = ("-qq", "--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    pip: list[str | Path] = [python, "-m", "pip", "install", *quiet, "--root-user-action", "ignore"]
    if _make([*pip, *arguments]):
        raise DoorError(
            "pip could not install; its message stands above. Once its cause is gone,"
            " the same command starts again from nothing."
        )


def _make(command: Sequence[str | Path], *, quietly: bool = False, **environment: str) -> int:
    """Run a part of `sync` and return its exit code.

    It inherits the lock on the folder: should the door be killed and its pip go on, the
    next door waits for that pip instead of working against it.
    """
    environment = {**_environment(), **environment}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=quietly, close_fds=False, check=False
    ).returncode


def _base_python() -> str:
    """Return a Python outside `.venv/`: this one may be inside, and about to be removed."""
    return sys.executable if sys.prefix == sys.base_prefix else os.path.realpath(sys.executable)


def _environment() -> dict[str, str]:
    """Return the environment for Pythons we start: only `.venv/` says what is imported.

    What is compiled is kept: the tests start hundreds of programs, and each would compile all
    of it anew where PYTHONDONTWRITEBYTECODE stands, as it does in many images.
    """
    left_out = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    return {k: v for k, v in os.environ.items() if k not in left_out}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DoorError(f"{path.name} cannot be read: {error.strerror}.") from error


@contextmanager
def _alone() -> Iterator[None]:
    """Keep two terminals from making the same `.venv/` at once; the kernel ends the wait."""
    folder = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another terminal is making .venv; waiting for it ...")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


# --- run, test, check, bench ----------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Become the server of the sample day, with whatever follows as its own arguments."""
    prepare()
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(BIN / "showclear", ["showclear", *RUN_ARGUMENTS, *arguments], _environment())


def test(arguments: Sequence[str]) -> int:
    """Run the tests; return what pytest returns."""
    prepare()
    return _tests(arguments)


def check(arguments: Sequence[str]) -> int:
    """Take every step even after one failed, so that a person mends all at once."""
    prepare()
    results: list[tuple[str, int]] = []
    for name, command in STEPS:
        _say(f"\n== {name}: {' '.join(command)}")
        results.append((name, _call([BIN / command[0], *command[1:]])))
    _say("\n== tests")
    results.append(("tests", _tests([])))
    failed = [name for name, code in results if code]
    _say("\n" + summary([name for name, _ in results], failed))
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """Run one measurement; its last line is its result."""
    known = {path.stem for path in BENCHES.glob("*.py") if not path.stem.startswith("_")}
    names = [argument for argument in arguments if argument != "--long"]
    if len(names) != 1:
        return _refuse(f"'bench' takes one name. There is: {', '.join(sorted(known)) or 'none'}.")
    if names[0] not in known:
        return _refuse(unknown("bench", names[0], known))
    prepare()
    flags = ["--long"] if "--long" in arguments else []
    return _call([BIN / "python", BENCHES / f"{names[0]}.py", *flags])


def summary(steps: Sequence[str], failed: Sequence[str]) -> str:
    """Say in one line how a check went.

    >>> summary(["format", "lint", "tests"], ["lint"])
    'check: 2 of 3 steps passed; failed: lint'
    >>> summary(["format", "lint"], [])
    'check: 2 of 2 steps passed'
    """
    line = f"check: {len(steps) - len(failed)} of {len(steps)} steps passed"
    return f"{line}; failed: {', '.join(failed)}" if failed else line


def _tests(arguments: Sequence[str]) -> int:
    started = time.monotonic()
    ensure_debian_packages(DEBIAN_PACKAGES)
    long = {"SHOWCLEAR_LONG": "1"} if "--long" in arguments else {}
    # The seed is said, so that an order that failed can be had again. -rs: each skipped test
    # is listed with its reason.
    seed = f"--randomly-seed={int(time.time())}"
    _say(f"Order of the tests: {seed}")
    pytest: list[str | Path] = [BIN / "python", "-m", "pytest", "-n", str(TEST_PROCESSES), "-rs"]
    code = 0
    for share in _shares(arguments):
        code = _call([*pytest, seed, *share, *arguments], **long) or code
    if not long:
        _say("Skipped: what takes longer ('python3 dev.py test --long').")
    _say(f"Tests took {time.monotonic() - started:.0f} s.")
    return code


def _shares(arguments: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The whole set in two runs, those in a browser by themselves; what was named in one.

    What drives a browser switches stacks within its process, and Python's own parser counts
    how deep it is on one.

    >>> _shares(["--long"])[0]
    ('-m', 'not browser')
    >>> _shares(["tests/unit"])
    ((),)
    """
    if set(arguments) - {"--long"}:
        return ((),)
    # A browser mostly waits: three at a time keep two cores busy.
    return (("-m", "not browser"), ("-m", "browser", "-n", "3", *BROWSER_TESTS))


def ensure_debian_packages(names: Sequence[str]) -> None:
    """Install what the tests need if that is possible, and say plainly what is skipped."""
    if not names:
        _say("Debian packages: the tests need none.")
        return
    missing = [name for name in names if not _is_installed(name)]
    if not missing:
        _say(f"Debian packages: {', '.join(names)} are here.")
    elif os.geteuid() != 0 or shutil.which("apt-get") is None:
        why = "not run as root" if os.geteuid() else "no apt-get here"
        _say(f"Skipped ({why}): the tests that need the Debian packages {', '.join(missing)}.")
    else:
        _say(f"Debian packages: installing {', '.join(missing)} ...")
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
        for step in (["apt-get", "update", "-q"], install):
            if _call(step, DEBIAN_FRONTEND="noninteractive"):
                raise DoorError(f"'{' '.join(step)}' failed; its message stands above.")


def _is_installed(name: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Status}", name], capture_output=True, text=True, check=False
    )
    return asked.stdout == "install ok installed"


def _call(command: Sequence[str | Path], **environment: str) -> int:
    """Run a command at the root in full view and return its exit code."""
    sys.stdout.flush()
    return subprocess.run(
        command, cwd=ROOT, env={**_environment(), **environment}, check=False
    ).returncode


def _say(text: str) -> None:
    print(text, flush=True)


def _refuse(text: str, *, code: int = 2) -> int:
    print(text, file=sys.stderr)
    return code


@dataclass(frozen=True)
class Command:
    """One thing the door can do: its act, what may follow its name, and what it does."""

    act: Callable[[Sequence[str]], int]
    arguments: str
    does: str


COMMANDS: Final = {
    "sync": Command(sync, "", "make .venv from requirements.lock, then stop"),
    "run": Command(run, "[--port N] [--no-browser]", "serve a western day, as it stands at 11:02"),
    "test": Command(test, "[--long] [PYTEST ...]", "run the tests; --long takes longer"),
    "check": Command(check, "", "format, lint, types, import rules, then the tests"),
    "bench": Command(bench, "NAME [--long]", "measure one promise; its last line is the result"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A program that carries out `showclear` commands, each in a process of its own.

Starting Python and importing everything takes a second; a fork of a program that has done
so takes milliseconds. What runs in the fork is the command itself, in a real process that
can be killed. On request it fails at one exact step, or may write so many bytes only.

Orders come as a line of JSON each; the answer is the exit code, or minus the signal.
It imports no test runner, so that nothing but the program runs in it.
"""

from __future__ import annotations

import encodings.ascii  # noqa: F401 - somebody without rights cannot read it later
import json
import os
import resource
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import showclear.adapters.sqlite_migrating
import showclear.cli.init
import showclear.cli.main
import showclear.cli.production
import showclear.cli.say
from showclear.adapters.packs import installed
from showclear.app.recording import Recorder

CRASHED = 99
"""The exit code of a process that ended itself at a step, as a kill would have."""

COUNTED = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE", "PRAGMA wal_checkpoint")
CALLS = ("fsync", "replace", "mkdir", "unlink", "rmdir", "write")


class Steps:
    """Counts what touches the disk, and does to one of them what was ordered.

    `die` ends the process before it; `torn` writes half of it and ends; `lost` reports a
    failure and does nothing; `kept` does all of it and reports a failure.
    """

    def __init__(self, at: int, how: str) -> None:
        self.at, self.how = at, how
        self.names: list[str] = []

    def take(self, name: str, act: Callable[[], Any], failure: Callable[[], Exception]) -> Any:
        self.names.append(name)
        if len(self.names) - 1 != self.at:
            return act()
        match self.how:
            case "die":
                os._exit(CRASHED)
            case "lost":
                raise failure()
            case "kept":
                act()
                raise failure()
        return act()

    def install(self) -> None:
        for name in CALLS:
            self._wrap(name)
        connect, steps = sqlite3.connect, self

        class Counted(sqlite3.Connection):
            def execute(self, text: str, *values: Any) -> Any:
                return steps.said(text, lambda: super(Counted, self).execute(text, *values))

            def executemany(self, text: str, *values: Any) -> Any:
                return steps.said(text, lambda: super(Counted, self).executemany(text, *values))

            def close(self) -> None:
                steps.take("close", lambda: super(Counted, self).close(), refused)

        sqlite3.connect = lambda *given, **named: connect(*given, factory=Counted, **named)

    def said(self, text: str, act: Callable[[], Any]) -> Any:
        if not text.startswith(COUNTED):
            return act()
        return self.take(" ".join(text.split()[:3]), act, refused)

    def _wrap(self, name: str) -> None:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            if name == "write" and given[0] in (1, 2):
                return real(*given, **named)
            if self.how == "torn" and name == "write" and len(self.names) == self.at:
                real(given[0], bytes(given[1])[: len(given[1]) // 2])
                os._exit(CRASHED)
            return self.take(name, lambda: real(*given, **named), lambda: OSError(5, "told to"))

        setattr(os, name, call)


def refused() -> sqlite3.Error:
    error = sqlite3.OperationalError("told to fail")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def carry_out(order: dict[str, Any]) -> int:
    # The orders come on standard input: no command may read them.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for place, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), place)
    if (there := order.get("cwd")) is not None:
        os.chdir(there)
    os.environ.update(order.get("environment", {}))
    showclear.cli.say.GROUP = order.get("group", 64)
    showclear.cli.say.PUBLISH_SECONDS = order.get("publish_seconds", 2.0)
    showclear.cli.production.WAIT_SECONDS = order.get("wait_seconds", 5.0)
    if "view_every" in order:
        keep = Recorder.keep_view
        Recorder.keep_view = lambda self: keep(self, every=order["view_every"])
    if (most := order.get("file_bytes_max")) is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if (user := order.get("user")) is not None:
        os.setuid(user)
    steps = Steps(order.get("at", -1), order.get("how", ""))
    if "at" in order:
        steps.install()
    try:
        done = showclear.cli.main.main(order["argv"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - a traceback is what the tests look for
        traceback.print_exc()
        sys.stderr.flush()
        done = 70
    if "steps" in order and user is None:
        Path(order["steps"]).write_text("\n".join(steps.names), encoding="utf-8")
    return done


def serve() -> None:
    shelf = installed()
    for module in (showclear.cli.init, showclear.cli.say, showclear.cli.production):
        module.installed = lambda: shelf
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if process == 0:
            os._exit(carry_out(order))
        if (seconds := order.get("killed_after_seconds")) is not None:
            # Not waited for yet: if it has ended already, its number is still its own.
            time.sleep(seconds)
            os.kill(process, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()

"""What goes where: the answer to standard output, everything else to standard error.

* Colour and signs beyond ASCII only on a terminal that can show them; what is piped is
  plain, and each sign there has its word beside it anyway. `NO_COLOR` is respected.
* JSON is UTF-8 bytes whatever the terminal's encoding is.
* What was found out does not depend on who still listens: an answer that cannot be written
  changes no exit code, and a stream that was closed from the start leads nowhere.
* Progress is for a person who waits: on standard error, on a terminal, after a while,
  and gone when the work is done.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

from rich.console import Console, RenderableType

from showclear.core.errors import Problem

PLAIN_WIDTH: Final = 100
WAIT_SECONDS: Final = 0.4
PLAIN: Final = str.maketrans(
    {
        "■": "#",
        "○": "o",
        "·": "-",
        "≈": "~",
        "†": "+",
        "→": "->",
        "←": "<-",
        "×": "x",
        "“": '"',
        "”": '"',
        "─": "-",
        "•": "*",
        "…": "...",
    }
)
"""Signs of ours and what stands for each where only ASCII is sure to arrive."""


class Page:
    """Standard output as a page: rich on a terminal, plain text everywhere else."""

    def __init__(self) -> None:
        self._plain = not (sys.stdout.isatty() and _shows_signs())
        self._console = Console(
            highlight=False, markup=False, emoji=False, width=None if not self._plain else _width()
        )

    @property
    def width(self) -> int:
        """Columns there are to write in."""
        return self._console.width

    def show(self, *parts: RenderableType) -> None:
        """Write one part below the other."""
        if not self._plain:
            for part in parts:
                self._console.print(part)
            return
        # Rendered first, so that no padding is left at the end of a line.
        held = io.StringIO()
        console = Console(
            file=held,
            width=self.width,
            highlight=False,
            markup=False,
            emoji=False,
            color_system=None,
            force_terminal=False,
        )
        for part in parts:
            console.print(part)
        for line in held.getvalue().splitlines():
            write_text(line.rstrip().translate(PLAIN) + "\n")


def _shows_signs() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    return (
        int(columns) if columns.isascii() and columns.isdigit() and columns != "0" else PLAIN_WIDTH
    )


def write_text(text: str) -> None:
    """Write to standard output; what its encoding cannot say is spelt out."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def write_json(value: Mapping[str, Any]) -> None:
    """Write one JSON object and nothing else, in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def complain(problems: Iterable[Problem | str]) -> None:
    """Say what is wrong with what a person wrote, a line each, on standard error."""
    for problem in problems:
        text = str(problem)
        encoding = sys.stderr.encoding or "utf-8"
        # Where nobody hears a complaint, the exit code still says it.
        with suppress(OSError):
            print(text.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)


def answered(code: int, write: Callable[[], None]) -> int:
    """Write an answer and return the exit code that it stands for, whoever reads it.

    Args:
        code: What was found out, before any of it is written.
        write: Writes the answer to standard output.
    """
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read along has seen enough, as with `| head -1`.
        drop_output()
    except OSError as error:
        complain([unwritten(error)])
        drop_output()
    return code


def unwritten(error: OSError) -> str:
    """The sentence for an answer that has no room."""
    return f"The answer cannot be written: {error.strerror or error}."


def drop_output() -> None:
    """Let what is still buffered go nowhere: it has no reader, or no room."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def open_closed_streams() -> None:
    """Open on nowhere whatever stream was closed before the program began, as by `>&-`.

    Python has None for such a stream; and its number would go to the first file opened, which
    whoever writes to that number would then write into.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            # The lowest free number is given, and those below are taken by now.
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8")


class Progress:
    """How far the work is, for a person who waits at a terminal."""

    def __init__(self, count: int) -> None:
        self._count, self._done = count, 0
        self._shown = False
        self._started = time.monotonic()
        self._visible = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wipe()

    def step(self, name: str) -> None:
        """Say what comes next."""
        self._done += 1
        self.show(f"{self._done} of {self._count}: {name}")

    def show(self, text: str) -> None:
        """Say where the work is."""
        if not self._visible or time.monotonic() - self._started < WAIT_SECONDS:
            return
        self._wipe()
        sys.stderr.write(text)
        sys.stderr.flush()
        self._shown = True

    def _wipe(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

"""What does a server say of itself while it runs, and to whom?

* To standard error, for whoever keeps the machine: one JSON object a line, one line a request.
  On a terminal, where a person reads the addresses, readable, in that person's time, and only
  what went wrong here: a browser that says https to the plain port, or breaks off, is no news.
* No private text: no name, no note, no PIN, no code, no query, no body. What a statement says
  stands in the record and nowhere else.
* A fault is said by its kind and place. What it carries may be what somebody typed, so its
  message is left out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

OURS: Final = "showclear"
"""The root of our own loggers; of libraries only warnings and worse are passed on."""

Event = MutableMapping[str, Any]


def set_up_log() -> None:
    """Send what the program and its libraries log to standard error."""
    watched = sys.stderr.isatty()
    level = logging.WARNING if watched else logging.INFO
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if watched else "iso", utc=not watched),
        without_messages,
    ]
    shown: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if watched
        else structlog.processors.JSONRenderer(sort_keys=True)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.ERROR if watched else logging.WARNING)
    logging.getLogger(OURS).setLevel(level)


def without_messages(logger: Any, method: str, event: Event) -> Event:
    """Replace a fault by its kind and where in our program it came from."""
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    if isinstance(fault, tuple):
        fault = fault[1]
    if isinstance(fault, BaseException):
        event["fault"] = type(fault).__name__
        event["at"] = _place(fault)
    return event


def _place(fault: BaseException) -> str:
    """File and line of the last frame: code, and nothing that it worked on."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('showclear/')[2]}:{trace.tb_lineno}"

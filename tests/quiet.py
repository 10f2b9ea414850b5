"""What a server tells line by line, out of the way of what a failing test says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def quieted() -> Iterator[None]:
    """Print no log lines; whoever captures them goes on seeing all."""
    before = structlog.get_config()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device, no path
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))
        yield
        structlog.configure(**before)

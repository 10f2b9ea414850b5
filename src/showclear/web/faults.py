"""Where in our own code did a fault happen? For a log that holds nobody's words."""

from __future__ import annotations

import traceback


def place_of(error: BaseException) -> str:
    """Return the file and line of a fault: its message may repeat what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "showclear" in frame.filename]
    last = (ours or frames)[-1:]
    return "".join(f"{frame.filename.rpartition('showclear')[2]}:{frame.lineno}" for frame in last)

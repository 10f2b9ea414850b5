"""Where our code and golang.org/x/mod say different things of the same bytes: all of it.

* One member for each section under "Where we differ" in `foreign/README.md`, which gives
  the reason. A test holds both lists equal.
* A test that expects a difference names its member; anything else expects agreement.
"""

from __future__ import annotations

from enum import Enum


class Differs(Enum):
    """The section's title in the README, and who believes what the other refuses."""

    SPARE_BITS = ("Spare bits of base64", "they")
    OVER_16_KIB = ("Notes over 16 KiB", "they")
    SECOND_SIGNATURE = ("A second, bad signature by the same key", "they")
    SMALL_ORDER = ("Points of small order", "they")
    KEY_SPELLING = ("Verifier keys spelt otherwise", "they")
    WITNESS_KEYS = ("Witness keys", "we")
    OTHER_ORIGIN = ("A checkpoint of another origin", "they")
    EMPTY_WITH_ROOT = ("An empty tree with another root", "they")
    LEVEL = ("Tiles above level 63", "they")
    EMPTY_ROOT = ("The root of an empty tree", "we")
    FROM_NOTHING = ("Consistency with an empty tree", "we")
    TOO_LARGE = ("More than 2**62 entries", "we")

    def __init__(self, title: str, believer: str) -> None:
        self.title = title
        self.believer = believer


def believers(expected: str | Differs) -> str:
    """Return who should believe: `both`, `neither`, `we` or `they`."""
    return expected.believer if isinstance(expected, Differs) else expected

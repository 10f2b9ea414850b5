"""The twelve rules that every contestant applies: a fixed selection of the baseline's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import showclear.packs
from showclear.adapters.yaml_file import PACK_LIMITS, read_yaml
from showclear.rules.grammar import Pack
from showclear.rules.judge import Book, book_of
from showclear.rules.read import parse_pack

TWELVE: Final = (
    "handled-by-a-handler",
    "handed-over-by-a-handler",
    "handler-qualified",
    "searched-for-live-rounds",
    "opened-before-loading",
    "dummies-each-verified",
    "loaded-as-planned",
    "load-shown-to-receiver",
    "load-seen-by-two",
    "nobody-pointed-at",
    "everybody-briefed",
    "distance-measured",
)


def baseline() -> Pack:
    """The baseline as it is shipped."""
    folder = Path(showclear.packs.__path__[0])
    return parse_pack(
        read_yaml(folder / "showclear" / "baseline" / "pack.yaml", limits=PACK_LIMITS)
    )


def twelve() -> Book:
    """The twelve rules, ready to be judged."""
    whole = baseline()
    chosen = tuple(rule for rule in whole.rules if rule.id in TWELVE)
    if len(chosen) != len(TWELVE):
        raise LookupError("the baseline no longer has all twelve rules of this bench")
    return book_of([replace(whole, rules=chosen)])

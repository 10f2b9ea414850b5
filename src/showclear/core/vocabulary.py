"""The vocabulary table: every tag, its fields, what is sealed, its gate and its effect.

The one source of the parser, the fold's types, the documentation and later the
screens. Reading it needs no knowledge of any module behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from showclear.core import said_after, said_people, said_plan, words
from showclear.core.planning import Plan
from showclear.core.statement import SPECS, TAGS, FieldSpec, Statement, specs_of

MODULES: Final = (said_people, said_plan, said_after)
"""Importing them fills the table."""

PLAN_FIELDS: Final[Mapping[str, FieldSpec]] = specs_of(Plan)
"""The fields of an activity, given flat in `activity.planned` and `.changed`."""

PLANNING: Final = frozenset({"activity.planned", "activity.changed"})
GATE_OF_TAG: Final = {name: cls.gated_by for name, cls in TAGS.items() if cls.gated_by}
ACT_OF_GATE: Final = {gate: name for name, gate in GATE_OF_TAG.items() if gate != "asked"}

MISSING_WORDS: Final = words.MISSING | words.CHECKS | frozenset(TAGS)
"""Everything a Hold may say is missing: the closed list, every check, every tag."""


def table() -> Mapping[str, type[Statement]]:
    """Return every tag with its class, in the order of the vocabulary page."""
    return TAGS


def fields_of(tag: str) -> Mapping[str, FieldSpec]:
    """Return the own fields of a tag by their key in a file, singulars included."""
    return SPECS[tag]

"""The page of the language lists the words of the language, all of them and no others."""

from __future__ import annotations

import re

from showclear.core import vocabulary
from showclear.rules import read
from showclear.rules.context import SETS
from showclear.rules.lexicon import ATTRIBUTES, EVENTS
from showclear.rules.read_shapes import SHAPES
from tests.unit.rules.page_tables import PAGE, tables, written

TEXT = PAGE.read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    below = written().split(f"### {heading}\n")[1].split("\n### ")[0]
    found = [
        re.split(r" *(?<!\\)\| *", line)[1:-1]
        for line in below.splitlines()
        if line.startswith("| ")
    ]
    return [row for row in found[1:] if not set(row[0]) <= {"-", " "}]


def test_the_tables_are_what_the_program_reads() -> None:
    assert tables().strip() == written().strip(), "run python -m tests.unit.rules.page_tables"


def test_every_set_attribute_and_event_is_on_the_page_and_no_other() -> None:
    assert set(SETS) == {row[0].strip("`") for row in rows("Sets")}
    assert {(kind, name) for kind, found in ATTRIBUTES.items() for name in found} == {
        (row[0], row[1].strip("`")) for row in rows("Attributes")
    }
    assert set(EVENTS) == {row[0].strip("`") for row in rows("Events of `since`")}


def test_the_grammar_has_every_key_that_is_read() -> None:
    grammar = TEXT.split("```text\n")[1].split("```")[0]
    keys = {"id", "cite", "before", "when", "where", "needs", "needs any of", "unless", "missing"}
    keys |= {"say", "next", "in_force", "barrier", *SHAPES, *read._TOP, "is", "a check"}
    keys |= {
        "on",
        "by",
        "not by",
        "since",
        "at",
        "shown to",
        "about",
        "covers",
        "measured",
        "people",
        "with",
        "after",
        "before",
        "topics",
        "until",
        "when any of",
        "within",
        "then",
        "while",
        "else",
    }

    assert set() == {key for key in keys if f'"{key}"' not in grammar}


def test_every_tag_that_the_page_lists_is_a_statement() -> None:
    (row,) = [row for row in rows("Words") if row[0] == "statements that may be asked for"]

    listed = set(row[1].replace("`", "").split())
    assert set(vocabulary.table()) - listed == {
        "check.made",
        "confirmed",
        "gate.asked",
        "refusal.made",
        "same-as",
    }

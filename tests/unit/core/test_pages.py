"""Protects: the pages of the formats say what the program reads.

The vocabulary's page is made from the program; the case format's page is written by
hand, so its example is parsed and its tables are compared with the reader's.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from showclear.adapters.yaml_file import CASE_LIMITS, parse_yaml
from showclear.core import case_expect, case_items, case_read, vocabulary, words
from showclear.core.case import Case, Harm
from showclear.core.case_read import parse_case
from showclear.core.statement import Statement
from showclear.core.vocabulary_page import page

PAGES = Path(__file__).resolve().parents[3] / "docs" / "formats"
CASE_PAGE = (PAGES / "case.md").read_text(encoding="utf-8")


def example() -> Case:
    (text,) = re.findall(r"```yaml\n(.*?)```", CASE_PAGE, re.DOTALL)
    return parse_case(parse_yaml(text.encode(), file="case.md", limits=CASE_LIMITS))


def fields_below(heading: str) -> set[str]:
    """The words in the first column of the first table below a heading."""
    below = CASE_PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [row.split("|")[1] for row in below.splitlines() if row.startswith("| `")]
    return {word for row in rows for word in re.findall(r"`([a-z_]+)`", row)}


def test_the_page_of_the_vocabulary_is_current() -> None:
    written = (PAGES / "vocabulary.md").read_text(encoding="utf-8")

    assert written == page(), (
        "make it anew: PYTHONPATH=src .venv/bin/python -c "
        "'from showclear.core.vocabulary_page import page; print(page(), end=\"\")' "
        "> docs/formats/vocabulary.md"
    )


@pytest.mark.parametrize("tag", vocabulary.TAGS)
def test_every_tag_is_on_its_page_with_its_fields(tag: str) -> None:
    (row,) = [line for line in page().splitlines() if line.startswith(f"| `{tag}` |")]

    for key, spec in vocabulary.fields_of(tag).items():
        assert f"`{key}`" in row or key == "plan" or f"`{spec.attr.rstrip('_')}`" in row
        assert spec.kind.sealed is False or "*sealed*" in row


def test_the_example_of_the_case_page_is_read() -> None:
    case = example()

    assert "example-display" == case.id
    assert {"s1", "s2", "s3", "s4", "s5"} == {s.id for s in case.statements if s.at}
    assert ["death"] == [harm.kind for harm in case.harms]
    assert ("handed-over-by-the-armorer",) == tuple(v.id for v in case.variants)


def test_the_example_says_each_kind_of_entry() -> None:
    kinds = {type(item).__name__ for item in example().items if not isinstance(item, Statement)}

    assert {"Harm", "Truth"} == kinds
    assert any(s.what == "gate.asked" for s in example().statements)
    assert any(s.witnesses for s in example().statements)
    assert isinstance(example().harms[0], Harm)


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("The fields of a case", set(case_read._TOP)),
        ("What was there before", set(case_items.SECTIONS)),
        ("What is expected", set(case_expect._EXPECT)),
        ("Variants", {"id", "title", "drop", "insert", "change", "expect"}),
    ],
)
def test_the_tables_of_the_case_page_name_what_is_read(heading: str, read: set[str]) -> None:
    assert read == fields_below(heading)


def test_the_words_that_must_not_appear_are_all_named() -> None:
    assert all(f"`{word}`" in CASE_PAGE for word in case_expect._MUST_NOT)
    assert all(f"`{word}`" in CASE_PAGE for word in words.RESERVED | words.AT_IS)
    assert all(f"`{word}`" in CASE_PAGE for word in words.INCIDENT_KINDS)

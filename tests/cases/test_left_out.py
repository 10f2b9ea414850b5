"""Protects: what may be left out of a careful day unnoticed is known, one by one.

A statement that no gate misses is either one that no gate has to miss, and then the page
says why, or a rule that is missing.
"""

from __future__ import annotations

from functools import cache

from showclear.testing.left_out import WHYS, Day, LeftOut, left_out_of, page, why
from tests.cases.told import DAY, ROOT, book, case

PAGE = ROOT / "docs" / "left-out.md"


@cache
def found() -> tuple[Day, tuple[LeftOut, ...]]:
    return left_out_of(case(DAY), book())


def unmissed() -> list[LeftOut]:
    return [left for left in found()[1] if not left.missed_by]


def test_whatever_no_gate_misses_is_explained() -> None:
    day = found()[0]

    assert [] == [str(left.said.id) for left in unmissed() if why(day, left) is None]


def test_no_reason_is_kept_that_explains_nothing() -> None:
    day = found()[0]
    used = [why(day, left) for left in unmissed()]

    assert [] == [one.title for one in WHYS if one not in used]


def test_a_good_part_of_the_day_is_missed() -> None:
    """Otherwise the reasons would explain a pack that asks for nothing."""
    assert len(found()[1]) - len(unmissed()) >= 55


def test_no_statement_that_a_case_calls_a_careful_act_goes_unmissed() -> None:
    """The variants of the day each take one such act out, or two that answer each other."""
    alone = {
        gone
        for variant in case(DAY).variants
        if len(variant.drop) == 1 and not variant.insert
        for gone, people in variant.drop
        if not people
    }

    assert alone
    assert set() == alone & {str(left.said.id) for left in unmissed()}


def test_the_page_is_current() -> None:
    again = ".venv/bin/python -m tests.cases.test_left_out"

    assert page(case(DAY), *found()) == PAGE.read_text(encoding="utf-8"), f"make it with: {again}"


if __name__ == "__main__":
    PAGE.write_text(page(case(DAY), *found()), encoding="utf-8")

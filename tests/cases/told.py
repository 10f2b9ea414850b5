"""The cases and packs of the repository, read once for the tests that replay them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from showclear.adapters.yaml_file import CASE_LIMITS, PACK_LIMITS, read_yaml
from showclear.core.case import Case
from showclear.core.case_read import parse_case
from showclear.rules.judge import Book, book_of
from showclear.rules.read import parse_pack

ROOT = Path(__file__).resolve().parents[2]
BASELINE = ROOT / "src" / "showclear" / "packs" / "showclear" / "baseline" / "pack.yaml"
INCIDENTS = ("RUST-2021", "RUSTPRE-2021", "CROW-1993")
DAY = "western-day"
DAYS = (DAY, "night-automatic", "period-rifles")


@cache
def case(name: str) -> Case:
    return parse_case(read_yaml(ROOT / "cases" / name / "case.yaml", limits=CASE_LIMITS))


@cache
def book() -> Book:
    return book_of([parse_pack(read_yaml(BASELINE, limits=PACK_LIMITS))])

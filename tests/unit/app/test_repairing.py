"""Protects: a twin tells what was fatal, and not in which order steps were tried.

A change of the plan makes checks and agreements on it fall. Taken before it and never again,
they would be missing in the end, and a twin would seem to hold for what was put right.
"""

from __future__ import annotations

import copy

import pytest

from showclear.app.replay import twins_of
from showclear.app.vary import reread
from showclear.core.case import Case
from tests.cases.told import book, case


def forgetting(name: str) -> Case:
    """The case, but its plan names nobody who supervises and no need of a working weapon."""
    as_it_was = case(name)
    raw = copy.deepcopy(dict(as_it_was.raw))
    for activity in raw["activities"].values():
        for said in ("supervisor", "needs_firearm"):
            activity.pop(said, None)
    assert raw != as_it_was.raw
    return reread(as_it_was, raw, id_=name, kind=as_it_was.kind, expect=as_it_was.expect)


@pytest.mark.parametrize("name", ["SARASOTA-2009", "TWILIGHT-1982"])
def test_what_falls_with_a_change_of_the_plan_is_done_again(name: str) -> None:
    unmet = {done.case.id: done.found.unmet for done in twins_of(forgetting(name), book())}

    assert {f"{name}--repaired": (), f"{name}--only-that": ()} == unmet

"""A slip in a rule is noticed by `packs test`: by the pack's answer sheet, or by its cases.

An adviser who changes a rule is told by `packs test` what changed with it. That holds only
as far as the questions on the sheet reach: so rules are damaged, one slip each, and counted.
"""

from __future__ import annotations

import pytest

from tests.packs.mutants import Mutant, mutants, noticed_by, pack_noticed_by, same_again, shared

LEAST = 0.95
SEED = 6


def survivors(number: int, seed: int) -> list[Mutant]:
    """The slips that nothing notices."""
    return [mutant for mutant in mutants(number, seed) if not noticed_by(mutant)]


def test_slips_are_many_and_each_is_a_pack_that_loads() -> None:
    made = list(mutants(60, SEED))

    assert 60 == len({mutant.pack.sha256 for mutant in made})
    assert 20 < len({mutant.rule for mutant in made})


def test_a_slip_in_a_rule_is_noticed() -> None:
    found = survivors(20, SEED)

    assert len(found) <= 20 * (1 - LEAST), "\n".join(map(str, found))


@pytest.mark.long
def test_five_hundred_slips_are_noticed() -> None:
    found = survivors(500, SEED + 1)

    assert len(found) <= 500 * (1 - LEAST), "\n".join(map(str, found))


@pytest.mark.long
def test_what_is_taken_for_the_same_rule_is_the_same_to_every_question() -> None:
    made = list(same_again())

    assert 20 < len(made)
    assert [] == [str(mutant) for mutant in made if noticed_by(mutant)]


@pytest.mark.long
def test_a_condition_left_out_of_a_definition_or_an_exception_is_noticed() -> None:
    made = list(shared())
    found = [slip for slip, pack in made if not pack_noticed_by(pack)]

    assert 40 < len(made)
    assert len(found) <= len(made) * (1 - LEAST), "\n".join(found)

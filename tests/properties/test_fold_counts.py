"""Protects: every round is somewhere, and the record says where.

`FilmSet` moves rounds about and keeps its own count; the fold hears only the
statements. Both have to come to the same, box by box and weapon by weapon. What is
true of any history, coherent or not, is tried on random statements as well.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given

from showclear.core.fold import fold
from showclear.core.parse import read_statement
from showclear.core.state import State
from tests.strategies import BOXES, FilmSet, chances, damaged, often, sentences, shoot_days


def loaded(state: State, lot: str) -> Counter[str]:
    """How many rounds of a lot the record has in each weapon."""
    found = Counter[str]()
    for weapon in state.weapons.values():
        for load in weapon.loads:
            if load.lot == lot:
                found[weapon.id] += load.count
    return found


def test_the_count_on_the_set_and_in_the_record_are_the_same() -> None:
    seen = Counter[str]()

    @often(150)
    @given(shoot_days(steps=80))
    def play(day: FilmSet) -> None:
        state = fold(day.statements())
        for name, box in day.boxes.items():
            lot = state.lots[name]
            assert box.store == lot.in_store
            assert +box.loaded == loaded(state, name)
            assert box.loaded.total() == lot.loaded
            assert (box.fired, box.misfired) == (lot.fired, lot.misfired)
            assert (box.destroyed, box.left) == (lot.destroyed, lot.left)
            out = {who: count for (of, who), count in state.issued.items() if of == name and count}
            assert dict(+box.issued) == out
            assert box.issued.total() == lot.issued
            for attr in ("fired", "misfired", "destroyed", "left", "moved_out", "issued", "loaded"):
                seen[attr] += bool(getattr(lot, attr))
        for name, count in BOXES.items():
            assert count[1] == day.boxes[name].received

    play()

    # Every way a round can go has to be gone often, or this would prove nothing.
    assert min(seen.values()) > 20, seen


@often(100)
@given(chances)
def test_no_history_makes_rounds_out_of_nothing(chance: Random) -> None:
    heard = FilmSet(chance).go_on(20).said
    for said in sentences(chance, 60):
        heard.append(damaged(said, chance) if chance.random() < 0.2 else said)
    state = fold([read_statement(s, fallback_id=f"k{n}") for n, s in enumerate(heard)])

    for lot in state.lots.values():
        counts = (lot.issued, lot.loaded, lot.fired, lot.misfired, lot.destroyed, lot.left)
        assert min(counts) >= 0
        assert lot.loaded == loaded(state, lot.id).total()
        assert lot.issued == sum(n for (of, _), n in state.issued.items() if of == lot.id)
        if lot.in_store is not None and lot.in_store < 0:
            # More went than there was: that is for somebody to count.
            on = [found.on for found in state.contradictions.values()]
            assert lot.id in on or lot.counted is not None


@often(60)
@given(shoot_days(steps=60))
def test_the_record_has_each_weapon_with_whoever_really_has_it(day: FilmSet) -> None:
    """Nothing was left out, so the record knows; what lay unattended it does not."""
    state = fold(day.statements())

    for name, holder in day.holder.items():
        weapon = state.weapons[name]
        if weapon.place == "held":
            assert holder == weapon.holder
        elif weapon.place != "unattended":
            assert holder == ""

"""Protects: whatever happened on a set, the cart can be drawn, and calls nothing empty that may
not be: no weapon whose load nobody knows, and none with rounds on record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from showclear.app.incoming import Taken
from showclear.app.views.cart import cart
from showclear.core.state import State
from tests.film_set import FilmSet
from tests.stories.production import BASELINE, production
from tests.strategies import chances, often
from tests.unit.app.views.cart_moments import Moment

Plain = dict[str, Any]

HOLLOW = ("Empty", "Was empty")
GROUPS_OF_SAYINGS = 24


def odd_things(chance: Random, at: str) -> Iterator[Plain]:
    """What a film set of revolvers does not have: other kinds, unknowns, things held or lost."""
    own = {"at": at, "attested": "badge", "by": "armorer"}
    names = ["sword-1", "bow-1", "soft-1", "blank-1", "found-1", *[f"rep-{n}" for n in range(4)]]
    kinds = ["edged", "bow", "airsoft", "blank-only", "unknown", *["replica"] * 4]
    for name, kind in zip(names, kinds, strict=True):
        if chance.random() < 0.7:
            yield {**own, "what": "weapon.received", "weapon": name, "kind": kind, "from": "here"}
    yield {
        **own,
        "what": "rounds.received",
        "lot": "loose",
        "kind": "unknown",
        "count": "unknown",
        "from": "here",
    }
    acts: list[Plain] = [
        {"what": "weapon.taken-out"},
        {"what": "check.made", "checks": ["chamber-empty"], "passed": True},
        {"what": "weapon.held", "because": "it sticks"},
        {"what": "weapon.unattended"},
        {"what": "weapon.loaded", "lot": "loose", "count": 2, "for": "duel"},
        {"what": "weapon.handed-over", "from": "armorer", "to": ["outlaw"], "for": "duel"},
        {"what": "weapon.handed-back", "from": "outlaw"},
        {"what": "weapon.locked-up"},
        {"what": "weapon.declared", "kind": "firearm", "where": "a car"},
        {"what": "weapon.counted", "missing": ["rev-1"]},
        {"what": "weapon.left", "to": "the rental house"},
    ]
    for _ in range(chance.randint(0, 25)):
        act, name = dict(chance.choice(acts)), chance.choice([*names, "rev-1", "rev-2"])
        one = act["what"] in ("weapon.declared", "weapon.left")
        key = "on" if act["what"] == "check.made" else "weapon" if one else "weapons"
        yield {**own, **act, key: name if one else [name]}


def drawn(sample: FilmSet, chance: Random) -> tuple[Plain, State]:
    """The cart after all of it, as a page gets it, and the state it was made of."""
    folder = Path(mkdtemp())
    made = production(folder / "set", sample=True, packs=(BASELINE,))
    try:
        made.now = sample.at + timedelta(minutes=1)
        odd = list(odd_things(chance, made.now.isoformat()))
        said = [*sample.said, *({"id": f"odd-{n}", **one} for n, one in enumerate(odd))]
        for start in range(0, len(said), GROUPS_OF_SAYINGS):
            group = said[start : start + GROUPS_OF_SAYINGS]
            made.record(*(Taken(fields=dict(one)) for one in group))
        made.later(1)
        moment = Moment(made)
        return json.loads(json.dumps(cart(moment.look))), moment.look.state
    finally:
        made.close()
        shutil.rmtree(folder)


@often(12)
@given(chance=chances, steps=st.integers(1, 60))
def test_whatever_happened_the_cart_is_drawn_and_calls_nothing_empty_that_may_not_be(
    chance: Random, steps: int
) -> None:
    view, state = drawn(FilmSet(chance).go_on(steps), chance)

    for card in view["cards"]:
        for name in card.get("weapons", [card["key"]]):
            weapon = state.weapons[name]
            unknown = state.load_of(weapon) == "unknown" and weapon.kind in _LOADED_KINDS
            if unknown or weapon.rounds or weapon.duds or weapon.missing is not None:
                assert card["in"]["says"] not in HOLLOW, name
            if unknown or weapon.rounds or weapon.duds:
                assert card["in"]["solid"], name
    assert set(view["weapons"]) == set(state.weapons)
    assert set(state.weapons) <= set(view["sheets"])
    folded = (view["group"] or {"weapons": []})["weapons"]
    assert not [name for name in folded if state.weapons[name].rounds]
    assert "safe" not in str({**view, "activity": None}).lower().replace("safety", "")


_LOADED_KINDS = ("firearm", "blank-only", "airsoft", "unknown")

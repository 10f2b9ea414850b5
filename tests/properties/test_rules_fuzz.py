"""Whatever a stranger's pack holds, it is a pack or is refused in the one way.

Given the packs that ship and the vector, with values put where others stood; when they
are read, then nothing but `ReadError` is raised; and what loads is judged and explained
without another error.
"""

from __future__ import annotations

import copy
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from showclear.adapters.packs import installed, read_pack
from showclear.core.errors import ReadError
from showclear.core.located import Located
from showclear.rules.alerts import Alerts
from showclear.rules.canonical import canonical, from_canonical, with_digest
from showclear.rules.clocks import clocks
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of
from showclear.rules.read import parse_pack
from tests.unit.rules.quiet_set import AS_OF, START, QuietSet

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "rules"
WHOLE = [
    json.loads(canonical(pack))
    for pack in (
        *(one.pack for one in installed().packs.values()),
        *map(read_pack, VECTORS.glob("*.yaml")),
    )
]
WORDS = [
    "every", "no", "at least", "at most", "needs", "unless", "when", "where", "is", "a check", "any of", "not x",
    "weapon in the weapons", "person in the receiver", "a handler", "today", "the weapon", "this lot", "yes", "",
    "while", "else", "after", "within", "then", "when any of", "with", "as many others in people on set as medic in people on set",
    "at least the weapon's clearance_ft", "between 2 and 1 days before", "each of [medic, fire]", "duties of the giver", "alert",
    "2 different people in checks", "9999 different person in people on set", "{person}", "{person:>9}", "\ud800"[:0],
]  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**17) | st.sampled_from(WORDS) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(one for key, item in inside for one in places(item, (*path, key)))]


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    out = copy.deepcopy(document)
    here = out
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return out


def read(document: Any) -> Pack | None:
    try:
        return parse_pack(Located("strange.yaml", document, {(): 1}))
    except ReadError:
        return None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), PLAIN)
def test_a_value_where_another_stood_is_read_or_refused(seed: int, value: Any) -> None:
    chance = random.Random(seed)
    whole = chance.choice(WHOLE)
    found = read(put(whole, chance.choice(places(whole)), value))
    if found is None:
        return
    on_set = QuietSet()
    on_set.plan()
    on_set.say("incident.reported", by="ad", incident="fall", kind="death", about=["scene"])
    on_set.say("activity.finished", by="ad", activity="scene")
    told = on_set.read("people.entered", by="ad", activity="scene", people=["outlaw"])
    on_set.record.add(told)
    book = book_of([found])
    clocks(on_set.record.state, book, START + timedelta(days=2))
    Alerts().after(told, on_set.record.state, book, as_of=AS_OF)
    for what, said in (
        ("activity.rolled", {"by": "ad", "activity": "scene"}),
        ("day.closed", {"by": "ad", "date": "2026-06-09"}),
        ("people.entered", {"by": "ad", "activity": "scene", "people": ["sheriff"]}),
        (
            "weapon.handed-over",
            {"weapon": "revolver", "from_": "armorer", "to": "outlaw", "for_": "scene"},
        ),
    ):
        on_set.verdict(found, what, **said)

    assert with_digest(found) == from_canonical(canonical(found))


def test_some_of_what_is_tried_is_a_pack() -> None:
    """Or nothing above would be judged."""
    chance = random.Random(8)
    tried = [put(whole, chance.choice(places(whole)), "x") for whole in WHOLE for _ in range(60)]

    assert 10 < sum(read(one) is not None for one in tried) < len(tried) - 10


@settings(max_examples=50, deadline=None)
@given(PLAIN)
def test_anything_at_all_is_read_or_refused(value: Any) -> None:
    assert read(value) is None


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    try:
        from_canonical(text)
    except ReadError:
        return
    raise AssertionError("no pack is that short")

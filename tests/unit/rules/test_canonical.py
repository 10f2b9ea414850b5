"""One pack, one name: the digest depends on what a pack says and on nothing else.

The packs in `vectors/rules/` have every shape and every kind of condition; another
implementation that makes the same bytes of them reads packs as this one does.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.packs import installed, read_pack
from showclear.adapters.yaml_file import PACK_LIMITS, parse_yaml, read_yaml
from showclear.core.errors import ReadError
from showclear.core.located import Located
from showclear.rules.canonical import canonical, from_canonical, with_digest
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtLeast,
    AtMost,
    Every,
    No,
    Pack,
)
from showclear.rules.read import parse_pack
from tests.unit.rules.quiet_set import HANDLER, pack, pack_text, read_text

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "rules"
SMALL = VECTORS / "small-pack.yaml"
FILES = sorted(VECTORS.glob("*.yaml"))
PACKS = [*(one.pack for one in installed().packs.values()), *map(read_pack, FILES)]
NAMES = [one.id for one in PACKS]


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_vector_is_what_this_program_makes(file: Path) -> None:
    made = canonical(read_pack(file))

    assert file.with_suffix(".json").read_bytes() == made
    assert file.with_suffix(".sha256").read_text().split()[0] == hashlib.sha256(made).hexdigest()


def test_the_vectors_have_every_shape_and_every_key_of_the_grammar() -> None:
    shapes = {type(rule.shape) for file in FILES for rule in read_pack(file).rules}
    text = "\n".join(file.read_text() for file in FILES)

    assert shapes == {Every, AtLeast, Among, AtMost, AsMany, No, After}
    for key in ("while", "else", "when any of", "needs any of", "unless", "then", "within", "with"):
        assert f"{key}:" in text
    for key in ("after", "before", "topics", "until", "covers", "measured", "not by", "shown to"):
        assert f"{key}:" in text


@pytest.mark.parametrize("one", PACKS, ids=NAMES)
def test_it_reads_back_to_the_same_pack(one: Pack) -> None:
    back = from_canonical(canonical(one))

    assert with_digest(one) == back
    assert canonical(one) == canonical(back)


def _values(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *(inner for item in value.values() for inner in _values(item))]
    if isinstance(value, list):
        return [inner for item in value for inner in _values(item)]
    return [value]


@pytest.mark.parametrize("one", PACKS, ids=NAMES)
def test_it_is_rfc_8785_of_whole_numbers_and_text(one: Pack) -> None:
    text = canonical(one)
    plain = json.loads(text)

    assert {int, str} == {type(value) for value in _values(plain)}
    assert (
        text
        == json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return [_shuffled(item, chance) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_keys_means_nothing(name: str, seed: int) -> None:
    """Not to the digest, and not to what is offered next."""
    chance = random.Random(seed)
    one = next(one for one in PACKS if one.id == name)
    plain = json.loads(canonical(one))
    other = parse_pack(Located("shuffled", _shuffled(plain, chance), {(): 1}))

    assert with_digest(one) == with_digest(other)


def test_comments_quotes_lines_and_the_way_a_list_is_written_mean_nothing() -> None:
    one = pack("before: load, roll\nno: weapon in the weapons\nwhere: {kind: any of bow, edged}")
    other = pack(
        "before: [load, roll]   # both\nno: 'weapon in the weapons'\nwhere:\n  kind: [edged, bow]"
    )

    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("was", "became"),
    [("bow", "edged"), ("before: load", "before: roll"), ("weapon in the", "weapon in all"),
     ("one,", "two,"), ("This is", "That is")],
)  # fmt: skip
def test_what_is_said_otherwise_has_another_name(was: str, became: str) -> None:
    text = pack_text("before: load\nno: weapon in the weapons\nwhere: {kind: bow}")
    text = text.replace("provision: one", "provision: one, how: direct")

    assert was in text
    assert canonical(read_text(text)) != canonical(read_text(text.replace(was, became, 1)))


def test_keys_are_ordered_by_their_utf_16_units() -> None:
    """A clef stands before a letter of the private area in UTF-16, and behind it in Unicode."""
    above = "define:\n  \U0001d11e: {role: armorer}\n  \uf8ff: {role: performer}\n"
    text = canonical(pack("before: load\nno: weapon in the weapons", above=above)).decode()

    assert text.index("\U0001d11e") < text.index("\uf8ff")


def test_a_definition_may_stand_below_the_one_that_uses_it() -> None:
    above = HANDLER.replace("define:", "define:\n  a b: {is: a handler}")
    one = pack("before: load\nevery: person in the handler\nneeds: {is: a b}", above=above)

    assert with_digest(one) == from_canonical(canonical(one))


def test_ten_alternatives_keep_their_places() -> None:
    listed = "".join(f"  - {{kind: {kind}}}\n" for kind in ["bow", "edged"] * 5 + ["rubber"])
    one = pack(f"before: load\nevery: weapon in the weapons\nneeds any of:\n{listed}")

    assert with_digest(one) == from_canonical(canonical(one))
    assert [str(n) for n in range(1, 12)] == list(one.rules[0].shape.needs)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"7", b"\xff", b'{"pack":1.5}', b'{"pack":NaN}', b'{"pack":"a","pack":"b"}',
             b"[" * 100_000, b'{"pack":true}'],
)  # fmt: skip
def test_what_is_no_pack_is_refused_in_the_one_way(text: bytes) -> None:
    with pytest.raises(ReadError):
        from_canonical(text)


def test_the_vector_has_every_shape_and_every_kind_of_condition() -> None:
    text = SMALL.read_text()

    for word in ("every:", "at least:", "at most:", "no:", "needs any of:", "unless:", "measured:",
                 "shown to:", "not by:", "about:", "covers:", "since:", "at:", "is:", "not off-premises",
                 "may be empty", "in_force:", "barrier:", "people:"):  # fmt: skip
        assert word in text, word
    assert parse_yaml(SMALL.read_bytes(), file="x", limits=PACK_LIMITS).document == read_yaml(SMALL, limits=PACK_LIMITS).document  # fmt: skip

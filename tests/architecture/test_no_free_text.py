"""No free text in a log entry, whatever field somebody puts it into.

An entry is for ever and may be read by strangers. So words about people are put into every
place of every field of the vocabulary, readable or not, and looked for in what would enter
the log. A kind of field that nobody decided about fails here before it leaks anything.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from showclear.core import vocabulary, words
from showclear.core.fields import Kind
from showclear.core.parse import COMMON_FIELDS, read_fields
from showclear.core.sealing import SEALED_PRIVATE, seal
from showclear.core.sealing_ways import WAYS, is_decided, looks_like_code
from showclear.core.statement import FieldSpec, Statement
from tests.strategies import sentence

MARK = "quillfeather"
MARKERS = (
    f"{MARK} wept at the gate",
    MARK.capitalize(),
    f"Ann {MARK} 2",
    f"{MARK}@example.org",
    f"3 {MARK}",
    f"a {MARK}\ud800 half",
)
IDLIKE = MARK
"""Where an id may stand, anything that looks like one is open: ids are nobody's free text."""

WITH_WORDS: dict[str, Callable[[str], list[Any]]] = {
    "words, sealed": lambda text: [text],
    "lists of words, sealed": lambda text: [text, [text], ["other", text]],
    "an id, otherwise words, sealed": lambda text: [text],
    "a post of the list, otherwise words, sealed": lambda text: [text],
    "{person: part}, or nobody": lambda text: [{"outlaw": text}, {"outlaw": "x", "dp": text}],
    "code": lambda text: [text],
    "codes": lambda text: [text, ["ad", text]],
    "number or name of a take": lambda text: [text],
    "{hazards, places}": lambda text: [
        {"places": text},
        {"hazards": "pyro", "places": ["x", text]},
    ],
    "ids and words": lambda text: [[text], [{"rule": text}], {text: 1}, {"a": [["b", text]]}],
    "missing words": lambda text: [text, ["stopped", text]],
}
"""For each kind of field that can be read with free words in it: every place for them."""

SAID_IDS = {"statement id", "statement ids", "ids and words", "missing words"}
"""Kinds in which the id of a statement may stand, which may have capitals too."""

IDLIKE_OPEN = {"an id, otherwise words, sealed", "codes", *SAID_IDS}
"""Kinds that take words, in which what looks like an id is one."""


def count() -> Callable[[], bytes]:
    numbers = itertools.count()
    return lambda: next(numbers).to_bytes(16, "big")


def entry(said: dict[str, Any]) -> str:
    return json.dumps(seal(said, count()).payload, default=str).lower()


COMMON_TRIED_ON = ("care.offered", "refusal.made", "activity.changed", "check.made")
"""The common fields stand alike in every tag but the refusal; these stand for all."""


def every_field() -> Iterator[tuple[str, FieldSpec]]:
    for tag in vocabulary.table():
        own = dict(COMMON_FIELDS) if tag in COMMON_TRIED_ON else {}
        own.update(vocabulary.fields_of(tag))
        if own.pop("plan", None) is not None:
            own.update(vocabulary.PLAN_FIELDS)
        for spec in own.values():
            yield tag, spec


FIELDS = list(every_field())
each_field = pytest.mark.parametrize(
    ("tag", "spec"), FIELDS, ids=[f"{tag}-{spec.key}" for tag, spec in FIELDS]
)


def said_with(tag: str, spec: FieldSpec, value: Any) -> dict[str, Any]:
    """A statement that says this in this field, and nothing else of the same meaning."""
    said = sentence(tag, Random(1))
    own = {**COMMON_FIELDS, **vocabulary.fields_of(tag)}
    for key in [key for key in said if key in own and own[key].attr == spec.attr]:
        del said[key]
    return {**said, spec.key: value}


def anywhere(text: str) -> list[Any]:
    """Text in every shape that a field can have, whether its reader takes it or not."""
    shapes: list[Any] = [text, [text], ["s1", text], {text: "x"}, {text: 3}, {"x": text}]
    shapes += [[{"person": text}], [{text: "ad"}], {"value": 3, "unit": text}]
    return [*shapes, {"x": [{"y": text}]}, {"sealed": text}]


def in_all_places(spec: FieldSpec, text: str) -> list[Any]:
    return WITH_WORDS[spec.kind.name](text) if spec.kind.name in WITH_WORDS else []


def names_a_statement(tag: str, spec: FieldSpec) -> bool:
    return spec.kind.name in SAID_IDS or (tag, spec.key) == ("log.continued", "origin")


@each_field
def test_no_words_reach_the_entry(tag: str, spec: FieldSpec) -> None:
    for text in MARKERS:
        if text.isalpha() and names_a_statement(tag, spec):
            continue
        for value in (*anywhere(text), *in_all_places(spec, text)):
            assert MARK not in entry(said_with(tag, spec, value)), value


@each_field
def test_one_word_that_is_of_no_list_is_sealed_where_words_may_stand(
    tag: str, spec: FieldSpec
) -> None:
    if spec.kind.name in IDLIKE_OPEN or names_a_statement(tag, spec):
        return
    for value in in_all_places(spec, IDLIKE):
        assert MARK not in entry(said_with(tag, spec, value)), value


@each_field
def test_the_words_are_read_where_their_kind_takes_words(tag: str, spec: FieldSpec) -> None:
    """Otherwise everything here would be sealed as unreadable, and prove little."""
    for value in in_all_places(spec, MARKERS[0]):
        said = said_with(tag, spec, value)

        assert isinstance(read_fields(said), Statement), said
        assert "unread" not in seal(said, count()).payload


def kinds() -> dict[str, Kind]:
    found = {spec.kind.name: spec.kind for _, spec in FIELDS}
    return {name: kind for name, kind in found.items() if name != "the fields of an activity"}


@pytest.mark.parametrize("name", sorted(kinds()))
def test_somebody_decided_how_each_kind_stands_in_an_entry(name: str) -> None:
    assert is_decided(kinds()[name]), f"{name!r} needs a row in sealing_ways.WAYS"


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_kind_that_takes_any_words_is_tried_with_them(name: str) -> None:
    """A new reader that lets words through has to be tried in all its places."""
    takes = [value for value in anywhere(MARKERS[0]) if _takes(kinds()[name], value)]

    assert not takes or name in WITH_WORDS, takes


def _takes(kind: Kind, value: Any) -> bool:
    try:
        kind.read(value)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not take it
        return False
    return True


def test_no_decision_is_kept_about_a_kind_that_is_gone() -> None:
    assert set() == set(WAYS) - set(kinds())


def test_a_kind_that_nobody_thought_of_is_sealed_whole() -> None:
    assert not is_decided(Kind("a kind of next year", lambda value: value))


@pytest.mark.parametrize("tag", sorted({tag for tag, _ in FIELDS}))
def test_an_unknown_field_reaches_the_entry_with_neither_key_nor_value(tag: str) -> None:
    said = sentence(tag, Random(1))

    assert MARK not in entry({**said, f"{MARK} said": 3})
    assert MARK not in entry({**said, MARK: 3})
    assert MARK not in entry({**said, "zzz": {"deep": [MARK]}})


@pytest.mark.parametrize("text", MARKERS)
def test_an_unknown_tag_does_not_reach_the_entry(text: str) -> None:
    said = sentence("person.joined", Random(1))

    assert MARK not in entry({**said, "what": text})
    assert MARK not in entry({**said, "what": IDLIKE})
    assert MARK not in entry({text: text})


@pytest.mark.parametrize("check", sorted(words.PRIVATE_CHECKS))
def test_what_a_private_check_found_is_sealed(check: str) -> None:
    said: dict[str, Any] = {"id": "c1", "what": "check.made", "at": "2026-05-01T10:00Z"}
    said |= {"by": "nurse", "checks": ["briefed", check], "on": "outlaw", "found": "a cold"}
    said |= {"passed": False, "count": 1, "of": 2, "measured": {"temperature_c": 39}}
    payload = seal(said, count()).payload

    sealed = {key for key, value in payload.items() if type(value) is dict and "sealed" in value}
    assert {"passed", "found", "count", "of", "measured"} == sealed


@pytest.mark.parametrize(("tag", "key"), sorted(SEALED_PRIVATE))
def test_what_is_told_of_a_person_is_sealed_though_its_kind_is_open(tag: str, key: str) -> None:
    spec = {**COMMON_FIELDS, **vocabulary.fields_of(tag)}[key]
    value = {"hours": 3, "slept_hours": 3, "awake_since": "2026-05-01T10:00Z", "minor": False}
    payload = seal(said_with(tag, spec, value.get(key, "quill")), count()).payload

    assert ["sealed"] == list(payload[key])


def test_who_refused_is_not_open_where_the_refusal_cannot_be_read() -> None:
    said = {"id": "r1", "what": "refusal.made", "at": "2026-05-01T10:00Z", "by": MARK}

    assert MARK not in entry({**said, "person": MARK, "activity": "Not An Id"})


@pytest.mark.parametrize("word", sorted(words.CODE_WORDS | words.LOT_KINDS), ids="word-{}".format)
def test_a_listed_word_may_stand_in_a_code(word: str) -> None:
    assert looks_like_code(f"3 {word}")


@pytest.mark.parametrize(
    "text",
    [
        "Ann ill today 2",
        f"1{'A' * 41}B",
        "x" * 41,
        "1 2 3 4",
        "a\n1",
        "１",
        "1\t2",
        "abc",
        "",
        "A" * 43,
        "A" * 64,
    ],
)
def test_what_is_longer_or_other_than_a_code_is_none(text: str) -> None:
    assert not looks_like_code(text)

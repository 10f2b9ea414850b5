"""Protects: two readers cannot read two things out of the same signed bytes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.payload import ID_CHARACTERS_MAX, id_of, read_payload, write_payload


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'"words"',
        b'{"id":"a","id":"b"}',
        b'{"a":{"id":"a","id":"b"}}',
        b'{"n":NaN}',
        b'{"n":Infinity}',
        b'{"n":1}{"n":2}',
        b'{"n":1',
        b'{"w":"\xff"}',
        b'{"w":"\\ud800"}',
        b'{"\\uD800":1}',
        b'{"n":' + b"9" * 5_000 + b"}",
        b'{"d":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"n":1e999999999999999999999}',
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError) as refused:
        read_payload(raw)

    assert "not-json" == refused.value.code


def test_whole_characters_written_as_two_halves_are_read() -> None:
    assert {"w": "\U0001f3ac"} == read_payload(b'{"w":"\\ud83c\\udfac"}')


@pytest.mark.parametrize("number", ["22", "0.1", "-3.25", "1e3", "0.30000000000000004"])
def test_numbers_come_back_as_they_were_said(number: str) -> None:
    said = Decimal(number)

    assert said == read_payload(write_payload({"value": said}))["value"]


@pytest.mark.parametrize("value", [0.5, Decimal("0.12345678901234567890"), {1, 2}, b"bytes"])
def test_what_json_cannot_keep_exactly_is_not_written(value: object) -> None:
    with pytest.raises(MisuseError):
        write_payload({"value": value})


@pytest.mark.parametrize("name", [None, "", 7, "a" * (ID_CHARACTERS_MAX + 1)])
def test_statement_without_an_id_has_no_identity(name: object) -> None:
    with pytest.raises(EvidenceError, match="no id"):
        id_of({"id": name})


@pytest.mark.parametrize(
    "raw",
    [
        b'{"id":"a","id" :"b"}',
        b'{"id" :"a","id":"b","c":":"}',
        b'{"id":"a", "n":{"x":1,"x" : 2},"y":":z"}',
        b'{"l":[{"x":1,"x":2}],"id":"a"}',
    ],
)
def test_key_said_twice_is_refused_however_it_is_spaced(raw: bytes) -> None:
    with pytest.raises(EvidenceError, match="twice"):
        read_payload(raw)


@pytest.mark.parametrize("raw", [b'{"a" : {"b" :[1,{"c":":"}]}}', b'{"a":":b","c":"\\":"}', b"{}"])
def test_colons_and_blanks_make_no_difference(raw: bytes) -> None:
    import json

    assert json.loads(raw) == read_payload(raw)

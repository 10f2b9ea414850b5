"""Protects: a file is read whole or refused with its lines, whatever somebody put into it."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.adapters.statement_files import BySignature, Plainly, read_given
from showclear.core.case import Case
from showclear.core.errors import ReadError
from showclear.ledger.encoding import encode_base64url
from tests.stories.production import CASES, Device, people_arrive
from tests.strategies import often

ONE = people_arrive("one", "2026-06-09T08:00:00Z", "dp")
TWO = people_arrive("two", "2026-06-09T08:01:00Z", "outlaw")
JWS = Device(name="tablet").sign({**ONE, "note": "by the gate"})


def read(folder: Path, text: str | bytes, name: str = "said") -> Any:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_given(path)


def refused(folder: Path, text: str | bytes) -> ReadError:
    with pytest.raises(ReadError) as found:
        read(folder, text)
    assert found.value.problems
    assert all(str(folder) in str(one) for one in found.value.problems)
    return found.value


def fields_of(given: Any) -> list[dict[str, Any]]:
    assert all(isinstance(one, Plainly) for one in given)
    return [dict(one.fields) for one in given]


LISTED = """\
- {id: one, at: 2026-06-09T08:00:00Z, by: first-ad, what: people.arrived, people: [dp]}
- ask: {id: two, at: 2026-06-09T08:01:00Z, by: first-ad, gate: roll, on: [lineup]}
"""


def test_a_case_file_is_a_case() -> None:
    assert isinstance(read_given(CASES[0]), Case)


def test_a_list_of_statements(tmp_path: Path) -> None:
    first, asked = fields_of(read(tmp_path, LISTED))

    assert ("one", "two", "gate.asked") == (first["id"], asked["id"], asked["what"])


def test_a_mapping_with_statements(tmp_path: Path) -> None:
    text = "statements:\n" + LISTED

    assert ["one", "two"] == [one["id"] for one in fields_of(read(tmp_path, text))]


def test_one_statement_by_itself(tmp_path: Path) -> None:
    text = "id: one\nwhat: people.arrived\nby: first-ad\npeople: [dp]\n"

    assert ["one"] == [one["id"] for one in fields_of(read(tmp_path, text))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", " \n"])
def test_one_statement_a_line_as_json(tmp_path: Path, end: str) -> None:
    text = end.join(map(json.dumps, (ONE, TWO))) + end

    assert [ONE, TWO] == fields_of(read(tmp_path, text))


def test_numbers_are_read_as_they_are_written(tmp_path: Path) -> None:
    (one,) = fields_of(read(tmp_path, '{"id": "one", "what": "x", "speed_kmh": 12.30}'))

    assert (Decimal("12.30"), Decimal) == (one["speed_kmh"], type(one["speed_kmh"]))


def test_one_signed_statement_a_line(tmp_path: Path) -> None:
    (one,) = read(tmp_path, JWS.jws + b"\n")

    assert BySignature(jws=JWS.jws, texts={}) == one


def test_a_signed_statement_with_its_texts(tmp_path: Path) -> None:
    texts = {
        path: {"salt": encode_base64url(salt).decode(), "text": text}
        for path, (salt, text) in JWS.texts.items()
    }
    line = json.dumps({"jws": JWS.jws.decode(), "texts": texts})

    (one,) = read(tmp_path, line)

    assert BySignature(jws=JWS.jws, texts=dict(JWS.texts)) == one


def test_signed_and_plain_lines_may_stand_in_one_file(tmp_path: Path) -> None:
    text = json.dumps(ONE).encode() + b"\n" + JWS.jws + b"\n"

    plain, signed = read(tmp_path, text)

    assert isinstance(plain, Plainly)
    assert isinstance(signed, BySignature)


def test_a_line_that_is_no_json_may_be_signed_and_is_judged_by_its_signature(
    tmp_path: Path,
) -> None:
    _, signed = read(tmp_path, json.dumps(ONE) + "\nhello")

    assert BySignature(jws=b"hello", texts={}) == signed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hello",
        "7",
        "[]",
        "statements: []",
        "statements: 7",
        "- 7",
        "- {what: people.arrived}",
        "- {id: 7, what: people.arrived}",
        "- {id: a}\n- hello",
        '{"id": "a"',
        '{"id": "a"}\n{"id": "a", "id": "b"}',
        '{"id": "a", "x": NaN}',
        '{"what": "x"}',
        '{"id": ""}',
        '{"id": "a", "x": "\\ud800"}',
        '{"jws": 7}',
        '{"jws": "a.b.c", "texts": []}',
        '{"jws": "a.b.c", "texts": {"note": "x"}}',
        '{"jws": "a.b.c", "texts": {"note": {"text": "x"}}}',
        '{"jws": "a.b.c", "texts": {"note": {"text": 7, "salt": "AAAA"}}}',
        '{"jws": "a.b.c", "texts": {"note": {"text": "x", "salt": "*"}}}',
        "fromat: showclear-case/1\npeople: {ad: {roles: [first-ad]}}\nstatements:\n" + LISTED,
        "format: showclear-case/9\nid: x\n",
        b"\xff\xfe{",
        b"\x00" * 40,
        "&a [*a]",
        "{" * 5_000,
        '{"id": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_what_is_none_of_that_is_refused(tmp_path: Path, text: str | bytes) -> None:
    refused(tmp_path, text)


def test_every_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    text = "\n".join([json.dumps(ONE), "{no", json.dumps(TWO), '{"what": "x"}'])

    assert [2, 4] == [one.line for one in refused(tmp_path, text).problems]


def test_every_statement_without_an_id_is_named(tmp_path: Path) -> None:
    text = "- {id: a, what: x}\n- {what: x}\n- {id: b, what: x}\n- 7\n"

    assert [2, 4] == [one.line for one in refused(tmp_path, text).problems]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        read_given(tmp_path / "nothing")
    with pytest.raises(ReadError):
        read_given(tmp_path)


def test_a_statement_that_is_not_quite_one_is_not_refused_here(tmp_path: Path) -> None:
    (one,) = fields_of(read(tmp_path, "- {id: a, what: weapon.vanished, weapno: 7}"))

    assert "weapon.vanished" == one["what"]


def test_statements_in_one_line_of_json_are_what_their_yaml_is(tmp_path: Path) -> None:
    one_line = json.dumps({"statements": [ONE, TWO]})

    assert fields_of(read(tmp_path, json.dumps([ONE, TWO], indent=1))) == fields_of(
        read(tmp_path, one_line)
    )
    assert ["one", "two"] == [one["id"] for one in fields_of(read(tmp_path, one_line + "\n"))]


def test_a_mapping_of_yaml_in_braces_is_one_statement(tmp_path: Path) -> None:
    text = "{id: one, what: people.arrived, by: first-ad, people: [dp]}\n"

    assert ["one"] == [one["id"] for one in fields_of(read(tmp_path, text))]


def test_a_blank_line_is_passed_over_and_a_comment_is_refused_with_its_line(
    tmp_path: Path,
) -> None:
    one, two = json.dumps(ONE), json.dumps(TWO)

    assert [ONE, TWO] == fields_of(read(tmp_path, f"{one}\n\n  \n{two}\n"))
    (problem,) = refused(tmp_path, f"{one}\n\n# by the gate\n{two}\n").problems
    assert 3 == problem.line
    assert "a comment" in problem.found


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("9" * 5_000, "a number of more than 20 digits"),
        ("1e99999999999999999999", "a number of more than 20 digits"),
        ("nothing", "no JSON from character"),
        ('"\xff"', "not UTF-8"),
    ],
)
def test_a_refusal_is_in_our_own_words(tmp_path: Path, value: str, said: str) -> None:
    line = f'{{"id": "a", "x": {value}}}'.encode("latin-1")

    (problem,) = refused(tmp_path, line).problems

    assert said in problem.found
    for word in ("recursion", "int_max_str_digits", "decimal", "codec", "char "):
        assert word not in problem.found


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_an_empty_file_is_one_plain_sentence(tmp_path: Path, text: str) -> None:
    found = refused(tmp_path, text)

    assert f"{tmp_path / 'said'}: The file is empty: there is nothing to say." == str(found)


GOOD = [
    json.dumps(ONE).encode(),
    LISTED.encode(),
    JWS.jws,
    json.dumps(
        {"jws": JWS.jws.decode(), "texts": {"note": {"salt": "AAAA", "text": "x"}}}
    ).encode(),
    CASES[0].read_bytes()[:600],
]


@often(150)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.builds(
        lambda good, at, cut, put: good[: at % len(good)] + put + good[at % len(good) + cut :],
        st.sampled_from(GOOD),
        st.integers(0, 10_000),
        st.integers(0, 9),
        st.binary(max_size=4)
        | st.sampled_from([b"\n", b'"', b"{", b"- ", b"\\ud800", b"1e999999"]),
    )
)
def test_a_hostile_file_gives_a_reading_or_a_refusal_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile"
    path.write_bytes(raw)
    with suppress(ReadError):
        read_given(path)

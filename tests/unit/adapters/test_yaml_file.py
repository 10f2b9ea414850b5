"""Protects: the same bytes mean the same to the author, the reviewer and the program.

Everything by which a YAML file can say more, or other, than it shows is refused with
its line; what is read is read with exact lines; no file can make the reader fail in
another way than by its own refusal, or keep it busy.
"""

from __future__ import annotations

import os
import pathlib
import re
import time
from decimal import Decimal

import pytest

from showclear.adapters.yaml_file import (
    CASE_LIMITS,
    PACK_LIMITS,
    PROBLEMS_MAX,
    Limits,
    parse_yaml,
    read_yaml,
)
from showclear.core.errors import Problem, ReadError
from showclear.core.located import Located, Plain

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "formats" / "yaml.md"


def read(text: str | bytes, *, limits: Limits = CASE_LIMITS) -> Located:
    raw = text.encode() if isinstance(text, str) else text
    return parse_yaml(raw, file="day.yaml", limits=limits)


def data(text: str | bytes) -> Plain:
    return read(text).document


def problems(text: str | bytes, *, limits: Limits = CASE_LIMITS) -> tuple[Problem, ...]:
    with pytest.raises(ReadError) as caught:
        read(text, limits=limits)
    return caught.value.problems


def refusal(text: str | bytes, *, limits: Limits = CASE_LIMITS) -> str:
    return str(problems(text, limits=limits)[0])


# --- The page ---------------------------------------------------------------------------------


def rows_of_the_page() -> list[tuple[str, str, str]]:
    examples = PAGE.read_text(encoding="utf-8").split("## Examples")[1]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in examples.splitlines() if "`" in line]
    return [
        (row[0].strip().strip("`"), row[1].strip(), row[2].strip().strip("`"))
        for row in cells
        if len(row) == 3
    ]


KINDS: dict[str, type] = {
    "whole number": int,
    "exact decimal": Decimal,
    "text": str,
    "true": bool,
    "false": bool,
    "nothing": type(None),
}


def test_the_page_shows_at_least_fifty_examples() -> None:
    assert len(rows_of_the_page()) >= 50
    assert {kind for _, kind, _ in rows_of_the_page()} == {*KINDS, "refused"}


@pytest.mark.parametrize(("written", "kind", "shown"), rows_of_the_page())
def test_every_example_of_the_page_is_true(written: str, kind: str, shown: str) -> None:
    text = written.replace("⏎", "\n")

    if kind == "refused":
        assert shown in refusal(text)
        return
    entries = data(text)
    assert isinstance(entries, dict)
    (value,) = entries.values()
    assert type(value) is KINDS[kind]
    if kind in ("true", "false"):
        assert value is (kind == "true")
    elif kind != "nothing":
        assert str(value) == shown


@pytest.mark.parametrize(("column", "limits"), [(1, CASE_LIMITS), (2, PACK_LIMITS)])
def test_the_limits_on_the_page_are_the_limits_kept(column: int, limits: Limits) -> None:
    table = PAGE.read_text(encoding="utf-8").split("| limit |")[1].split("## ")[0]
    cells = [line.split("|")[1:-1] for line in table.splitlines()[2:] if line]
    numbers = [int(row[column].strip().replace(",", "")) for row in cells]

    assert numbers == [limits.bytes_max, limits.depth_max, limits.nodes_max]


# --- What is read -----------------------------------------------------------------------------


def test_a_case_is_read_as_it_is_written() -> None:
    text = """
# one take
id: example
lots: {box-1: {kind: dummy, calibre: .45 Colt, count: 50}}
statements:
  - {id: s1, at: 2021-10-21T12:50-06:00, clearance: 2.50, passed: true, by: no}
  - truth: "Nobody: knew"
things: {}
list: []
"""
    assert data(text) == {
        "id": "example",
        "lots": {"box-1": {"kind": "dummy", "calibre": ".45 Colt", "count": 50}},
        "statements": [
            {
                "id": "s1",
                "at": "2021-10-21T12:50-06:00",
                "clearance": Decimal("2.50"),
                "passed": True,
                "by": "no",
            },
            {"truth": "Nobody: knew"},
        ],
        "things": {},
        "list": [],
    }


def test_digits_of_other_scripts_are_text() -> None:
    assert data("count: ١٢") == {"count": "١٢"}


def test_negative_zero_is_zero() -> None:
    assert data("- -0\n- -0.0") == [0, Decimal("-0.0")]


def test_the_zeros_behind_a_point_are_kept() -> None:
    assert str(data("2.500")) == "2.500"


def test_a_decimal_of_more_than_eighteen_digits_is_text() -> None:
    assert data("[12345678901234567.8, 12345678901234567.89]") == [
        Decimal("12345678901234567.8"),
        "12345678901234567.89",
    ]


def test_a_block_of_text_is_text_even_if_it_looks_like_a_number() -> None:
    assert data("a: |-\n  12\nb: >-\n  true\n") == {"a": "12", "b": "true"}


def test_windows_line_ends_and_a_byte_order_mark_are_read_over() -> None:
    assert data(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": 1, "b": "x\ny\n"}


def test_one_document_may_be_marked_as_such() -> None:
    assert data("---\na: 1\n...\n") == {"a": 1}


def test_a_tab_within_quotes_or_a_comment_disturbs_nobody() -> None:
    assert data('a: "x\ty" # a\ttab\nb: "x\\ty"') == {"a": "x\ty", "b": "x\ty"}


def test_names_in_any_script_are_read() -> None:
    assert data("person: Åsa 李 🎬") == {"person": "Åsa 李 🎬"}


# --- Lines ------------------------------------------------------------------------------------


def test_every_value_has_its_line_and_an_entry_that_of_its_key() -> None:
    located = read(
        "# day\n\nid: x\npeople:\n  ad:\n    - first\n    - {b: 1,\n       c:\n         2}\nz:\n"
    )

    assert dict(located.lines) == {
        (): 3,
        ("id",): 3,
        ("people",): 4,
        ("people", "ad"): 5,
        ("people", "ad", 0): 6,
        ("people", "ad", 1): 7,
        ("people", "ad", 1, "b"): 7,
        ("people", "ad", 1, "c"): 8,
        ("z",): 10,
    }


def test_lines_stay_exact_behind_blocks_quotes_comments_and_windows_line_ends() -> None:
    text = "a: |\n  x\n\n  y\n\n# c\nb: 'one\n\n  two'\nc: >\n  z\n\nd: p\n  q\n\ne: 1\n"
    expected = {("a",): 1, ("b",): 7, ("c",): 10, ("d",): 13, ("e",): 16}

    for written in (text, text.replace("\n", "\r\n")):
        lines = read(written).lines
        assert expected == {path: line for path, line in lines.items() if path}


def test_the_line_of_what_is_missing_is_that_of_the_entry_lacking_it() -> None:
    located = read("a: 1\nb:\n  c: 2\n")

    assert located.line(("b", "c")) == 3
    assert located.line(("b", "missing")) == 2
    assert located.line(("b", "c", 0, "deeper")) == 3
    assert located.line(("nowhere",)) == 1
    assert Located("x", None, {}).line(("a",)) == 0


# --- What is refused --------------------------------------------------------------------------


def test_all_keys_said_twice_are_named_with_their_first_line() -> None:
    found = problems("a: 1\nb: {c: 1,\n  c: 2}\na: 3\na: 4\n")

    assert [(p.line, p.found) for p in found] == [
        (3, "the key 'c' said twice, first on line 2"),
        (4, "the key 'a' said twice, first on line 1"),
        (5, "the key 'a' said twice, first on line 1"),
    ]


def test_the_same_key_in_two_mappings_is_no_repetition() -> None:
    assert data("- {a: 1}\n- {a: 1, b: {a: 2}}") == [{"a": 1}, {"a": 1, "b": {"a": 2}}]


def test_anchors_aliases_tags_and_merges_are_listed_together_in_the_order_of_the_file() -> None:
    found = problems("a: &x 1\nb: *x\nc: !!str 3\nd: !own {e: &y f}\n<<: *x\n*x : 1\ng: h\ng: h\n")

    assert [(p.line, p.found.split("'")[0]) for p in found] == [
        (1, "an anchor "),
        (2, "an alias "),
        (3, "a tag "),
        (4, "a tag "),
        (4, "an anchor "),
        (5, "a merge key "),
        (5, "an alias "),
        (6, "an alias "),
        (8, "the key "),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system [x]",
        "a: !<tag:yaml.org,2002:int> 1",
        "! a",
        "!",
        "a: !!binary eA==",
        "a: !e!x 1",
        "- !!set {a, b}",
        "!!map\na: b",
    ],
)
def test_no_tag_is_ever_followed(text: str) -> None:
    assert "a tag '!" in refusal(text)


def test_laughter_is_refused_before_it_is_multiplied() -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]" for i in range(1, 40)]

    assert "an anchor '&a0'" in refusal("\n".join(lines))


@pytest.mark.parametrize("text", ["1: a", "{1: a}", "-1.5: a", "[{0: a}]"])
def test_a_number_as_a_key_is_refused_with_the_same_in_quotes(text: str) -> None:
    (problem,) = problems(text)

    assert re.search(r'text as a key: "-?[0-9.]+"', problem.allowed)


def test_a_key_in_quotes_may_be_anything_that_can_be_seen() -> None:
    assert data("\"1\": a\n'true': b\n'<<': c\n") == {"1": "a", "true": "b", "<<": "c"}


@pytest.mark.parametrize("text", ["? a\n: b", "?\n", "{? a : b}", "[?word]", "{?word: b}"])
def test_a_question_mark_makes_no_key(text: str) -> None:
    assert "an explicit key" in refusal(text)


@pytest.mark.parametrize("text", ["[a]: b", "{a: 1}: b", "{[a]: b}", "{{a: 1}: b}"])
def test_a_list_or_mapping_is_no_key(text: str) -> None:
    assert "used as a key" in refusal(text)


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2", "a\n---\n", "---\n---\na", "a\n...\nb"])
def test_a_second_document_is_refused_even_if_one_is_empty(text: str) -> None:
    assert "a second document" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "%YAML 1.1\n---\na: on",
        "# c\n%TAG ! x:\n---\na",
        "%OTHER\n---\na",
        "%",
        "a\n...\n%YAML 1.1\n",
    ],
)
def test_a_directive_changes_nothing_because_it_is_refused(text: str) -> None:
    assert "a directive '%" in refusal(text)


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0B, 0x1B, 0x7F, 0x85, 0x9F])
def test_a_control_character_is_refused_raw_and_spelt(code: int) -> None:
    assert f"day.yaml:2: the character U+{code:04X}" in refusal(f"a: 1\nb: x{chr(code)}y")
    assert f"day.yaml:2: the character U+{code:04X}" in refusal(f'a: 1\nb: "\\x{code:02x}"')


@pytest.mark.parametrize(
    "code",
    [
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200B,
        0x2028,
        0x2029,
        0x2060,
        0xFEFF,
        0xFFFE,
    ],
)
def test_what_turns_or_hides_text_is_refused_raw_spelt_and_in_keys(code: int) -> None:
    for text in (
        f"b: x{chr(code)}y",
        f'b: "x\\u{code:04x}y"',
        f'"x\\u{code:04x}": y',
        f"# {chr(code)}",
    ):
        assert f"day.yaml:2: the character U+{code:04X}" in refusal("a: 1\n" + text)


def test_half_a_surrogate_pair_is_refused_however_it_is_written() -> None:
    assert "half a surrogate pair" in refusal('a: "\\ud83d\\ude00"')
    assert "byte 4 (0xed) is not UTF-8" in refusal(b"a: \xed\xa0\x80")


def test_a_carriage_return_alone_is_refused() -> None:
    assert "day.yaml:2: the character U+000D" in refusal("a: 1\nb: 2 # \rc: 3\n")


def test_bytes_that_are_not_utf_8_are_refused_with_their_place() -> None:
    assert refusal(b"a: 1\nb: \xff\n").startswith("day.yaml:2: byte 9 (0xff) is not UTF-8")
    assert "the file is UTF-16" in refusal("a: 1".encode("utf-16"))


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only this\n", "---\n", "---\n...\n", b"\xef\xbb\xbf"]
)
def test_an_empty_file_says_nothing_and_is_refused(text: str | bytes) -> None:
    assert "an empty file" in refusal(text)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\n\tb: 2", 2, "a tab"),
        ("a:\tb", 1, "a tab"),
        ("a: b\n c: d", 2, "a ':' where no key can end"),
        ("a:\n  b: 1\n c: 2", 3, "does not continue what line 1 began"),
        ("- a\nb: c", 2, "does not continue what line 1 began"),
        ("a: 1\nb\nc: 2", 3, "without ':'"),
        ("a: - b", 1, "a '-' where no list item can begin"),
        ("a: [1,\n\n  2\nb: 3", 4, "the list opened on line 1 is not closed"),
        ("a: {b: 1]", 1, "the mapping opened on line 1 is not closed"),
        ("a: 1\nb: 'x\n\n", 4, "the quote opened on line 2 is never closed"),
        ('a: "x\n---\n"', 2, "the quote opened on line 1 is not closed"),
        ("a: @x", 1, "text that begins with @"),
        ('a: "\\q"', 1, "the escape '\\q'"),
        ('a: "\\x4"', 1, "too few digits"),
        ('\na: "\\U00110000"', 2, "an escape that is no character"),
        ('a: "\\UFFFFFFFF"', 1, "an escape that is no character"),
        ("a: |2x\n", 1, "a block of text whose first lines do not fit"),
        ("a: [,]", 1, "no value where one has to stand"),
        ("[a,#b\n]", 1, "a '#' that touches"),
    ],
)
def test_broken_yaml_is_told_in_one_line_without_jargon(text: str, line: int, words: str) -> None:
    (problem,) = problems(text)
    said = str(problem)

    assert (problem.line, words in said) == (line, True), said
    assert "\n" not in said
    assert not re.search(r"ruamel|yaml\.org|token|scann|<|Error|Traceback|\{|\bNone\b", said)


@pytest.mark.parametrize("text", ["a: *", "*a : [*b", "a: [&x b, *x c]"])
def test_what_breaks_the_parser_behind_a_refused_sign_is_not_told_twice(text: str) -> None:
    assert not re.search("no value|not closed|not YAML|word", str(problems(text)))


def test_a_syntax_error_further_down_is_told_as_well() -> None:
    assert [p.line for p in problems("a: &x 1\na: 2\nb: [1\n")] == [1, 2, 4]


def test_a_message_never_prints_what_it_warns_of() -> None:
    text = f"&{'x' * 500} a"

    assert len(refusal(text)) < 200
    assert all(character.isprintable() for character in refusal('a: 1\n"\\u202e": 1\n"\\u202e": 2'))


# --- Limits -----------------------------------------------------------------------------------


def test_a_file_under_or_on_a_limit_is_read_and_one_over_it_is_not() -> None:
    text = "[[a], b]"

    assert read(text, limits=Limits(bytes_max=len(text), depth_max=2, nodes_max=4)).document
    assert "more than 7 bytes" in refusal(text, limits=Limits(bytes_max=7))
    assert "more than 1 lists" in refusal(text, limits=Limits(depth_max=1))
    assert "more than 3 values" in refusal(text, limits=Limits(nodes_max=3))


@pytest.mark.parametrize("bomb", ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "[[]," * 50_000])
def test_a_bomb_of_brackets_is_refused_at_once(bomb: str) -> None:
    start = time.perf_counter()

    assert "inside one another" in refusal(bomb)
    assert time.perf_counter() - start < 5


def test_a_tag_as_long_as_a_file_is_refused_at_once() -> None:
    start = time.perf_counter()

    assert "a tag" in refusal("!" * 1_900_000)
    assert time.perf_counter() - start < 5


def test_the_list_of_problems_has_an_end() -> None:
    assert len(problems("a: &x 1\n" * 5_000)) == PROBLEMS_MAX


# --- Files ------------------------------------------------------------------------------------


def test_a_file_is_read_and_named_as_given(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text("a: 1\n", encoding="utf-8")

    assert read_yaml(path, limits=CASE_LIMITS) == Located(str(path), {"a": 1}, {(): 1, ("a",): 1})


def test_a_refusal_names_the_file_as_given(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text("a: *b\n", encoding="utf-8")

    with pytest.raises(ReadError, match=re.escape(f"{path}:1: an alias '*b'")):
        read_yaml(path, limits=CASE_LIMITS)


def test_what_is_not_a_file_is_refused_without_waiting(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, words in [
        ("missing.yaml", "there is no such file"),
        (".", "a folder"),
        ("pipe", "neither a file nor a folder"),
        ("x" * 300, "cannot be opened"),
        ("nul\0", "cannot be opened"),
    ]:
        with pytest.raises(ReadError, match=words):
            read_yaml(tmp_path / name, limits=CASE_LIMITS)


def test_a_file_that_may_not_be_opened_is_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "day.yaml"
    path.write_text("a: 1\n", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "open", refuse)
    with pytest.raises(ReadError, match="cannot be opened: Permission denied"):
        read_yaml(path, limits=CASE_LIMITS)


def test_no_more_of_a_large_file_is_read_than_needed_to_refuse_it(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000_000)

    with pytest.raises(ReadError, match="more than 512,000 bytes"):
        read_yaml(path, limits=PACK_LIMITS)

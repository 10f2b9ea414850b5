"""Protects: whatever bytes arrive, the YAML reader reads them rightly or refuses them.

Three questions: does anything but a `ReadError` come out (bytes, broken documents)?
Is what was written what is read, with its lines (documents built from their values,
in every style)? Is each forbidden thing found wherever it stands? `SHOWCLEAR_LONG`
asks twenty times more often.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML, events

from showclear.adapters.yaml_file import CASE_LIMITS, Limits, parse_yaml
from showclear.core.errors import ReadError
from showclear.core.located import Located, Path, Plain

LONG = bool(os.environ.get("SHOWCLEAR_LONG"))


def often(examples: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=examples * (20 if LONG else 1),
        deadline=None,
        derandomize=not LONG,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def read(text: str | bytes) -> Located | ReadError:
    """Read, where a refusal is an answer. Anything else that is raised fails the test."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    try:
        return parse_yaml(raw, file="fuzz.yaml", limits=CASE_LIMITS)
    except ReadError as error:
        refusal = error
    assert all("\n" not in str(problem) for problem in refusal.problems)
    return refusal


# --- Values -----------------------------------------------------------------------------------

TRAPS = r"""on off yes no y n True NULL 0123 0x1F 0o7 1_000 .5 5. 1e3 .inf .nan +1 12:30 -- -a
2021-10-21 2021-10-21T12:50-06:00 true false null ~ 0 12 -3 1.50 -0.0 << * *a & &a ! !!str % %a
@ ` # #a ? ?a : :a a: a:b a#b - -1a , [ ] { } [a] {a} | > ' " '' \\ \n --- ... =
123456789012345678 1234567890123456789 12345678901234567.8 12345678901234567.89"""
PHRASES = [
    *TRAPS.split(),
    "",
    " ",
    " a",
    "a ",
    "a: b",
    "a #b",
    "- a",
    "? a",
    ".45 Colt",
    "a\tb",
    "\t",
    "\n",
]
PHRASES += [
    "a\nb",
    "a\n\nb\n",
    "\na",
    "a\n\n",
    "1\n",
    "--- a",
    "a, b",
    "it's",
    'a "b" c',
    "é 李 🎬",
    "\u00a0",
]

_characters = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"],
    exclude_characters=[chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
    + ["\u200b", "\u2060", "\ufeff", "\ufffe", "\uffff"],
)
_texts = st.sampled_from(PHRASES) | st.text(_characters, max_size=12)
_integers = st.integers(-(10**18) + 1, 10**18 - 1)
_decimals = st.builds(
    lambda whole, part: Decimal(f"{whole}.{part}"),
    st.integers(-999, 10**6),
    st.from_regex(r"\A[0-9]{1,6}\Z"),
)
_leaves = st.none() | st.booleans() | _integers | _decimals | _texts
_trees: st.SearchStrategy[Plain] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=14,
)


def looks_plain(text: str) -> Plain:
    """What a bare word means, told by round trip: another way than the reader's."""
    words: dict[str, Plain] = {"true": True, "false": False, "null": None, "~": None, "": None}
    if text in words:
        return words[text]
    if not re.fullmatch(r"-?[0-9][0-9.]*", text, re.ASCII) or sum(map(str.isdigit, text)) > 18:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if format(number, "f") != text:
        return text
    return number if "." in text else int(number)


# --- Writing values in every style ------------------------------------------------------------


class Writer:
    """Writes a value as YAML in styles drawn by chance, noting the line of everything.

    `repeat` is the path of an entry to be said twice; `sign` is put before the value at
    `sign_at`. What the reader has to say then is kept in `lines` and `said_on`.
    """

    def __init__(
        self,
        chance: Random,
        *,
        repeat: Path | None = None,
        sign_at: Path | None = None,
        sign: str = "",
    ) -> None:
        self.chance = chance
        self.repeat = repeat
        self.sign_at = sign_at
        self.sign = sign
        self.said_on = 0
        self.lines: dict[Path, int] = {}
        self.out = [""]
        self.keeps_blank_lines = False

    def document(self, value: Plain) -> str:
        if self.chance.random() < 0.2:
            self.out[-1] += "---"
            self.line_break(comments=True)
        if self.sign_at == () and self.sign:
            self.put_sign()
            self.line_break()
        if isinstance(value, list | dict) and value and self.chance.random() < 0.8:
            self.block((), value, 0)
        else:
            self.lines[()] = len(self.out)
            self.flow_or_text((), value, -1)
        end = "" if self.keeps_blank_lines else self.chance.choice(["", "\n", "\n# end", "\n...\n"])
        written = "\n".join(self.out) + (end or "\n" * self.keeps_blank_lines)
        return written.replace("\n", "\r\n") if self.chance.random() < 0.2 else written

    def line_break(self, *, comments: bool = False) -> None:
        while comments and not self.keeps_blank_lines and self.chance.random() < 0.15:
            self.out.append(self.chance.choice(["", "# a comment: with signs & such", "   # 'x"]))
        self.keeps_blank_lines = False
        self.out.append("")

    def put_sign(self) -> None:
        self.said_on = len(self.out)
        self.out[-1] += self.sign + " "

    def entry(self, path: Path, value: Plain, *, indent: int, dash: bool) -> None:
        """Write what follows `key:` or `-`."""
        signed = self.sign_at == path and bool(self.sign)
        if signed:
            self.out[-1] += " "
            self.put_sign()
        if value is None and (signed or self.chance.random() < 0.3):
            self.lines.setdefault(path, len(self.out))
            return
        block = isinstance(value, list | dict) and bool(value) and self.chance.random() < 0.6
        if not block:
            self.out[-1] += " "
            self.lines.setdefault(path, len(self.out))
            self.flow_or_text(path, value, indent)
            return
        gap = self.chance.randint(1, 3)
        if dash and not signed and self.chance.random() < 0.7:
            self.out[-1] += " " * gap
            self.block(path, value, indent + 1 + gap)
            return
        deeper = indent + gap
        if isinstance(value, list) and not dash and self.chance.random() < 0.3:
            deeper = indent
        self.line_break(comments=True)
        self.out[-1] += " " * deeper
        self.block(path, value, deeper)

    def block(self, path: Path, value: Plain, at: int) -> None:
        self.lines.setdefault(path, len(self.out))
        if isinstance(value, dict):
            self.block_mapping(path, value, at)
        elif isinstance(value, list):
            self.block_list(path, value, at)

    def flow_or_text(self, path: Path, value: Plain, indent: int) -> None:
        if isinstance(value, str) and self.chance.random() < 0.3 and self.block_text(value, indent):
            return
        self.flow(path, value, indent=indent)
        if self.chance.random() < 0.1:
            self.out[-1] += "  # so"

    def pairs(self, path: Path, value: dict[str, Plain]) -> Iterator[tuple[str, Plain, bool]]:
        for key, item in value.items():
            yield key, item, False
        if self.repeat is not None and self.repeat[:-1] == path:
            yield str(self.repeat[-1]), 1, True

    def block_mapping(self, path: Path, value: dict[str, Plain], at: int) -> None:
        for number, (key, item, again) in enumerate(self.pairs(path, value)):
            if number:
                self.line_break(comments=True)
                self.out[-1] += " " * at
            self.key(path, key, again=again)
            self.out[-1] += ":"
            self.entry((*path, key), item, indent=at, dash=False)

    def block_list(self, path: Path, value: list[Plain], at: int) -> None:
        for number, item in enumerate(value):
            if number:
                self.line_break(comments=True)
                self.out[-1] += " " * at
            self.out[-1] += "-"
            self.entry((*path, number), item, indent=at, dash=True)

    def key(self, path: Path, key: str, *, again: bool) -> None:
        if again:
            self.said_on = len(self.out)
        self.lines.setdefault((*path, key), len(self.out))
        self.out[-1] += self.text(key)

    def flow(self, path: Path, value: Plain, *, indent: int) -> None:
        if not isinstance(value, list | dict):
            self.out[-1] += self.scalar(value)
            return
        signs = "{}" if isinstance(value, dict) else "[]"
        self.out[-1] += signs[0]
        parts: list[tuple[Path, Plain, bool, bool]]
        if isinstance(value, dict):
            parts = [((*path, k), v, True, again) for k, v, again in self.pairs(path, value)]
        else:
            parts = [((*path, n), v, False, False) for n, v in enumerate(value)]
        for number, (inner, item, keyed, again) in enumerate(parts):
            self.out[-1] += "," if number else ""
            self.gap(indent)
            if keyed:
                self.key(path, str(inner[-1]), again=again)
                self.out[-1] += ": "
            self.lines.setdefault(inner, len(self.out))
            if self.sign_at == inner and self.sign:
                self.put_sign()
            self.flow(inner, item, indent=indent)
        if parts and self.chance.random() < 0.1:
            self.out[-1] += ","
        self.gap(indent)
        self.out[-1] += signs[1]

    def gap(self, indent: int) -> None:
        """Go on after a bracket or comma: on this line or, indented, on another."""
        if self.chance.random() < 0.15:
            self.line_break(comments=True)
            self.out[-1] += " " * (indent + 1 + self.chance.randint(0, 3))
        self.out[-1] += " " * self.chance.randint(0, 1)

    def scalar(self, value: Plain) -> str:
        if isinstance(value, str):
            return self.text(value)
        if value is None:
            return self.chance.choice(["null", "~"])
        return str(value).lower() if isinstance(value, bool) else format(value, "")

    def text(self, text: str) -> str:
        word = re.fullmatch(r"[A-Za-z0-9_.+](?:[\w .+/@%&*!:'\"-]*[\w.+])?", text, re.ASCII)
        bare = word and looks_plain(text) == text
        if bare and not re.search(r"^\.\.\.|:(?=\s|$)", text) and self.chance.random() < 0.7:
            return text
        if not re.search(r"[\n\r]", text) and self.chance.random() < 0.5:
            return "'" + text.replace("'", "''") + "'"
        return '"' + "".join(map(self.escaped, text)) + '"'

    def escaped(self, character: str) -> str:
        named = {"\n": "\\n", "\\": "\\\\", '"': '\\"'}
        if character in named:
            return named[character]
        if self.chance.random() < 0.1:
            return f"\\U{ord(character):08x}"
        return character

    def block_text(self, text: str, indent: int) -> bool:
        """Write text as a block if it can be: no leading blanks, nothing but line ends."""
        body = text.rstrip("\n")
        lines = body.split("\n")
        if not body or any(line and line[0] in " \t\u00a0" for line in lines) or not lines[0]:
            return False
        ends = len(text) - len(body)
        self.out[-1] += "|" + ("-", "", "+")[min(ends, 2)]
        margin = " " * (max(indent, 0) + self.chance.randint(1, 3))
        for line in lines:
            self.out.append(margin + line if line else "")
        self.out += [""] * (ends - 1)
        self.keeps_blank_lines = True
        return True


# --- Properties -------------------------------------------------------------------------------

_chance = st.builds(Random, st.integers(0, 2**32))


@often(300)
@given(_trees, _chance)
def test_what_is_written_in_any_style_is_what_is_read(tree: Plain, chance: Random) -> None:
    writer = Writer(chance)
    written = writer.document(tree)
    answer = read(written)

    assert isinstance(answer, Located), (written, answer)
    assert repr(answer.document) == repr(tree), written
    assert dict(answer.lines) == writer.lines, written


def paths(value: Plain, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*path, number))


@often(150)
@given(st.dictionaries(_texts, _trees, min_size=1, max_size=4), _chance)
def test_a_key_said_twice_is_found_wherever_it_stands(
    tree: dict[str, Plain], chance: Random
) -> None:
    entries = [path for path in paths(tree) if path and isinstance(path[-1], str)]
    writer = Writer(chance, repeat=chance.choice(entries))
    written = writer.document(tree)
    answer = read(written)

    assert isinstance(answer, ReadError), written
    assert writer.repeat is not None
    first = writer.lines[writer.repeat]
    (problem,) = answer.problems
    assert problem.line == writer.said_on, written
    assert problem.found.endswith(f"said twice, first on line {first}"), written


@often(150)
@given(_trees, _chance, st.sampled_from(["&a", "!", "!!str", "!own", "!<tag:x>", "*a"]))
def test_an_anchor_tag_or_alias_is_found_wherever_it_stands(
    tree: Plain, chance: Random, sign: str
) -> None:
    writer = Writer(chance, sign_at=chance.choice([*paths(tree)]), sign=sign)
    written = writer.document(tree)
    answer = read(written)

    assert isinstance(answer, ReadError), written
    found = {(problem.line, problem.found) for problem in answer.problems}
    assert any(line == writer.said_on and f"'{sign}'" in said for line, said in found), written


INDICATORS = (
    """-?:,[]{}#&*!|>'"%@`~<=.0123456789eE+_ \t\n\r\\/xuUabnoyNtrue\x00\x07\x1b\x7f\x85\u2028"""
)
INDICATORS += "\u202e\ufeff\ufffe\U0001f3ac"
_scraps = st.text(st.sampled_from(INDICATORS), max_size=4) | st.sampled_from(
    [
        *PHRASES,
        "\n---\n",
        "\n...\n",
        "\n  ",
        "\n- ",
        ": ",
        ", ",
        "? ",
        "<<: ",
        '"\\U00110000"',
        '"\\ud800"',
    ]
)


@often(200)
@given(st.binary(max_size=60) | st.lists(_scraps, max_size=25).map("".join))
def test_any_bytes_are_read_or_refused(text: bytes | str) -> None:
    read(text)


def damaged(text: str, chance: Random, scraps: list[str]) -> str:
    """Change a document a little in a few places: most stay close to something readable."""
    for scrap in scraps:
        place = chance.randint(0, len(text))
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                text = text[:place] + scrap + text[place:]
            case 1:
                text = text[:place] + text[place + chance.randint(1, 3) :]
            case 2:
                text = "\n".join([*lines[:line], *lines[line + 1 :]])
            case 3:
                text = "\n".join(
                    [*lines[:line], " " * chance.randint(1, 3) + lines[line], *lines[line + 1 :]]
                )
            case _:
                text = "\n".join([*lines[: line + 1], *lines[line:]])
    return text


def told_by_the_parser(text: str) -> Plain:
    """The same text by another way: recursion over the parser's events, its own reader."""
    stream = YAML(typ="safe", pure=True).parse(text.removeprefix("\ufeff"))

    def node(event: events.Event) -> Plain:
        if isinstance(event, events.ScalarEvent):
            return looks_plain(event.value) if event.implicit[0] else str(event.value)
        inner = iter(lambda: next(stream), None)
        if isinstance(event, events.SequenceStartEvent):
            return [node(e) for e in until(inner, events.SequenceEndEvent)]
        assert isinstance(event, events.MappingStartEvent)
        return {str(e.value): node(next(stream)) for e in until(inner, events.MappingEndEvent)}

    def until(source: Iterator[Any], end: type[events.Event]) -> Iterator[Any]:
        for event in source:
            if isinstance(event, end):
                return
            yield event

    return next(node(e) for e in stream if isinstance(e, events.NodeEvent))


def test_a_damaged_document_is_refused_or_read_as_the_parser_has_it() -> None:
    seen: Counter[str] = Counter()

    @often(400)
    @given(_trees, _chance, st.lists(_scraps, min_size=1, max_size=3))
    def damage(tree: Plain, chance: Random, scraps: list[str]) -> None:
        text = damaged(Writer(chance).document(tree), chance, scraps)
        answer = read(text)
        if isinstance(answer, ReadError):
            seen["refused"] += 1
            return
        seen["read"] += 1
        assert repr(answer.document) == repr(told_by_the_parser(text)), text
        last = text.count("\n") + 1
        assert answer.lines.keys() == set(paths(answer.document)), text
        assert all(1 <= line <= last for line in answer.lines.values()), text

    damage()

    # Neither branch may be the rare one, or this would prove nothing.
    assert min(seen["read"], seen["refused"]) > sum(seen.values()) / 5, seen


@often(60)
@given(_trees, _chance)
def test_a_limit_is_kept_to_the_last_value(tree: Plain, chance: Random) -> None:
    text = Writer(chance).document(tree).encode()
    keys = [path for path in paths(tree) if path and isinstance(path[-1], str)]
    count = len([*paths(tree)]) + len(keys)
    depth = max(len(path) for path in paths(tree))

    def is_read(limits: Limits) -> bool:
        try:
            parse_yaml(text, file="fuzz.yaml", limits=limits)
        except ReadError:
            return False
        return True

    assert is_read(Limits(nodes_max=count, bytes_max=len(text), depth_max=depth + 1))
    assert not is_read(Limits(nodes_max=count - 1))
    assert not is_read(Limits(bytes_max=len(text) - 1))
    assert depth == 0 or not is_read(Limits(depth_max=depth - 1))

"""What does this YAML file say, read in the one way that everybody reads it?

Case files and rule packs are written by people and come from strangers. The same
bytes must mean the same to the author, to a reviewer and to us, or be refused:

1. YAML 1.2, one document, text keys. `on`, `off`, `yes` and `no` are words.
2. A plain scalar is a number, true, false or nothing only in its canonical form;
   all else stays text exactly as written. What stands in quotes is text.
3. No construct by which a file says more than it shows: a key said twice, anchors,
   aliases, tags, merge keys, explicit keys (`?`), directives, characters that are
   not seen or that turn the reading direction.
4. Nothing is constructed and nothing recurses: values are put together from the
   parser's events, and the limits stop a file before it can cost anything.
5. Every refusal is a `ReadError`, whatever happens inside.

What the words mean is left to the parsers of case files and packs.

Source: YAML Ain't Markup Language 1.2.2, 2021-10-01; docs/formats/yaml.md.
"""

from __future__ import annotations

import pathlib
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner, ScannerError

from showclear.core.errors import Problem, ReadError
from showclear.core.located import Located, Path, Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be.

    Attributes:
        bytes_max: Bytes, looked at before anything is parsed.
        depth_max: Lists and mappings inside one another.
        nodes_max: Keys, values, lists and mappings together.
        signs_max: Line ends, commas, colons and opening brackets together, counted before
            anything is parsed: each costs the parser more than a hundred letters do.
    """

    bytes_max: int = 2_000_000
    depth_max: int = 24
    nodes_max: int = 200_000
    signs_max: int = 2_000_000


CASE_LIMITS: Final = Limits()
PACK_LIMITS: Final = Limits(bytes_max=512_000, depth_max=12, signs_max=12_000)

_SIGNS: Final = (b"\n", b",", b":", b"[", b"{")

PROBLEMS_MAX: Final = 100
"""A file with more problems than this is not being mended, it is an attack or a mix-up."""

DIGITS_MAX: Final = 18
"""Longer numbers stay text: eighteen digits fit every store that a record may reach."""


def read_yaml(path: pathlib.Path, *, limits: Limits) -> Located:
    """Read a file.

    Raises:
        ReadError: The file is missing, is not a plain file, cannot be opened, or says
            something that `parse_yaml` refuses. Nothing else is raised.
    """
    problems = _Problems(str(path))
    try:
        # A pipe or a device would block or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            what = "a folder" if path.is_dir() else "neither a file nor a folder"
            problems.stop(0, what, "a YAML file")
        with path.open("rb") as stream:
            text = stream.read(limits.bytes_max + 1)
    except FileNotFoundError:
        problems.stop(0, "there is no such file", "a YAML file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.stop(0, f"cannot be opened: {reason}", "a YAML file that can be read")
    return parse_yaml(text, file=str(path), limits=limits)


def parse_yaml(text: bytes, *, file: str, limits: Limits) -> Located:
    """Turn the bytes of a file into plain values with their lines.

    Args:
        text: The whole file, UTF-8, with or without a byte order mark.
        file: What to call the file in refusals.
        limits: How large it may be.

    Raises:
        ReadError: The bytes are not one strict YAML document. Nothing else is raised.
    """
    problems = _Problems(file)
    if len(text) > limits.bytes_max:
        most = f"{limits.bytes_max:,} bytes"
        problems.stop(0, f"more than {most}", f"at most {most}")
    if sum(map(text.count, _SIGNS)) > limits.signs_max:
        most = f"{limits.signs_max:,} line ends, commas, colons and brackets"
        problems.stop(0, f"more than {most}", f"at most {most}")
    document = _decode(text, problems)
    _look_at_characters(document, problems)
    problems.raise_if_any()
    build = _Build(limits=limits, problems=problems)
    _parse(document, build)
    problems.raise_if_any()
    if build.is_empty:
        problems.stop(0, "an empty file", "one YAML document")
    return Located(file=file, document=build.root, lines=build.lines)


class _Problems:
    """The problems of one file, listed in its order."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[Problem] = []

    def add(self, line: int, found: str, allowed: str) -> None:
        """Note a problem and read on, unless there are too many by now."""
        self._found.append(Problem(file=self._file, line=line, found=found, allowed=allowed))
        if len(self._found) >= PROBLEMS_MAX:
            self.raise_if_any()

    def stop(self, line: int, found: str, allowed: str) -> NoReturn:
        """Refuse at once: behind this point nothing can be read with confidence."""
        self._found.append(Problem(file=self._file, line=line, found=found, allowed=allowed))
        raise self._refusal() from None

    def raise_if_any(self) -> None:
        if self._found:
            raise self._refusal() from None

    def has(self, line: int) -> bool:
        return any(problem.line == line for problem in self._found)

    def _refusal(self) -> ReadError:
        return ReadError(sorted(self._found, key=lambda problem: problem.line))


# --- Characters ------------------------------------------------------------------------------

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

# Controls, line ends that only some programs see, marks that turn the reading direction,
# characters of no width, halves of a pair, and what Unicode calls no character.
_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_UNSEEN: Final = "\u200b\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_REFUSED_IN_FILE: Final = re.compile(f"[{_CONTROL}{_UNSEEN}]|\r(?!\n)")
_REFUSED_IN_TEXT: Final = re.compile(f"[{_CONTROL}{_UNSEEN}\r]")
_SEEN: Final = "visible characters, spaces and line ends"
_SHOWN_MAX: Final = 60


def _decode(text: bytes, problems: _Problems) -> str:
    """Read UTF-8, without a leading byte order mark."""
    try:
        return text.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        found = f"byte {error.start + 1} (0x{text[error.start]:02x}) is not UTF-8"
        if text.startswith(_UTF16):
            found += ": the file is UTF-16"
        problems.stop(line, found, "UTF-8 text")


def _look_at_characters(document: str, problems: _Problems) -> None:
    """List characters by which a file could be read as something else than it shows."""
    for match in _REFUSED_IN_FILE.finditer(document):
        line = document.count("\n", 0, match.start()) + 1
        problems.add(line, _named(match.group()), _SEEN)


def _named(character: str) -> str:
    code = ord(character)
    unnamed = {"Cc": "a control character", "Cs": "half a surrogate pair"}
    name = unicodedata.name(character, unnamed.get(unicodedata.category(character), "no character"))
    return f"the character U+{code:04X} ({name})"


def _shown(text: str) -> str:
    """Return text for a one-line message: cut, and unprintable characters spelt out."""
    cut = text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


# --- Scalars ---------------------------------------------------------------------------------

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
_WORDS: Final[dict[str, Plain]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER_STARTS: Final = frozenset("-0123456789")


def _plain_scalar(text: str) -> Plain:
    """Read a scalar that stands without quotes.

    >>> _plain_scalar("12"), _plain_scalar("0123"), _plain_scalar("no")
    (12, '0123', 'no')
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or len(text.lstrip("-").replace(".", "")) > DIGITS_MAX:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


# --- Values from events ----------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet.

    Attributes:
        key: In a mapping, the key whose value is awaited; None while a key is.
        key_lines: First line of every key so far, to name it when it comes again.
    """

    path: Path
    items: list[Plain] | dict[str, Plain]
    key: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)


class _Build:
    """One document being put together, event by event."""

    def __init__(self, *, limits: Limits, problems: _Problems) -> None:
        self.limits = limits
        self.problems = problems
        self.root: Plain = None
        self.lines: dict[Path, int] = {}
        self.is_empty = True
        self._open: list[_Open] = []
        self._documents = 0
        self._nodes = 0

    def take(self, event: events.Event) -> None:
        """Add one event to what is known."""
        line: int = event.start_mark.line + 1
        if isinstance(event, events.NodeEvent):
            self._count_node(line)
            self._take_node(event, line)
        elif isinstance(event, events.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, events.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.problems.stop(line, "a second document", "one document in a file")

    def _count_node(self, line: int) -> None:
        self._nodes += 1
        if self._nodes > self.limits.nodes_max:
            most = f"{self.limits.nodes_max:,}"
            self.problems.stop(line, f"more than {most} values", f"at most {most} keys and values")

    def _take_node(self, event: events.NodeEvent, line: int) -> None:
        parent = self._open[-1] if self._open else None
        awaits_key = parent is not None and parent.key is None and isinstance(parent.items, dict)
        if isinstance(event, events.ScalarEvent):
            quoted = not event.implicit[0]
            if parent is not None and awaits_key:
                self._take_key(parent, event.value, line, quoted=quoted)
                return
            text = self._text(event.value, line) if quoted else _plain_scalar(event.value)
            self.is_empty = parent is None and not quoted and not event.value
            self._place(parent, text, line)
        elif isinstance(event, events.AliasEvent):
            # The scanner has refused it. Here it only keeps keys and values in step.
            if parent is not None and awaits_key:
                parent.key = ""
            else:
                self._place(parent, None, line)
        elif awaits_key:
            self.problems.stop(line, "a list or mapping used as a key", "text as a key")
        else:
            self._take_collection(event, parent, line)

    def _take_collection(self, event: events.NodeEvent, parent: _Open | None, line: int) -> None:
        if len(self._open) >= self.limits.depth_max:
            most = self.limits.depth_max
            self.problems.stop(
                line, f"more than {most} lists and mappings inside one another", f"at most {most}"
            )
        self.is_empty = False
        items: list[Plain] | dict[str, Plain]
        items = {} if isinstance(event, events.MappingStartEvent) else []
        self._open.append(_Open(path=self._place(parent, items, line), items=items))

    def _take_key(self, parent: _Open, text: str, line: int, *, quoted: bool) -> None:
        if quoted:
            self._text(text, line)
        elif text == "<<":
            self.problems.add(line, "a merge key '<<'", "each entry written out")
        elif not text:
            self.problems.add(line, "an entry without a key", "text before the ':'")
        elif not isinstance(_plain_scalar(text), str):
            kind = "not text" if text in _WORDS else "a number"
            self.problems.add(line, f"the key {text} is {kind}", f'text as a key: "{text}"')
        first = parent.key_lines.get(text)
        if first is not None:
            found = f"the key '{_shown(text)}' said twice, first on line {first}"
            self.problems.add(line, found, "each key once in a mapping")
        parent.key_lines.setdefault(text, line)
        parent.key = text
        self.lines.setdefault((*parent.path, text), line)

    def _text(self, text: str, line: int) -> str:
        """Look at quoted text again: an escape can spell what the file may not hold."""
        if match := _REFUSED_IN_TEXT.search(text):
            self.problems.add(line, _named(match.group()), _SEEN)
        return text

    def _place(self, parent: _Open | None, value: Plain, line: int) -> Path:
        """Put a value where it belongs, and return its path."""
        if parent is None:
            self.root = value
            path: Path = ()
        elif isinstance(parent.items, dict):
            key = parent.key or ""
            path = (*parent.path, key)
            parent.items[key] = value
            parent.key = None
        else:
            path = (*parent.path, len(parent.items))
            parent.items.append(value)
        self.lines.setdefault(path, line)
        return path


# --- Events from characters ------------------------------------------------------------------

_WORD: Final = re.compile(r"[^\s\0,\[\]{}]+")
_WRITTEN_OUT: Final = "the value itself, in quotes if it begins with this sign"


class _QuickReader(Reader):
    """The parser's reader, moving in one step where it moved character by character.

    A document that comes here has no line end but `\n` and `\r\n`, see `_REFUSED_IN_FILE`.
    """

    def forward(self, length: int = 1) -> None:
        start = self.pointer
        end = start + length
        self.pointer = end
        self.index += length
        lines = self.buffer.count("\n", start, end)
        if lines:
            self.line += lines
            self.column = end - self.buffer.rindex("\n", start, end) - 1
        else:
            self.column += length


class _StrictScanner(Scanner):
    """The parser's scanner, refusing what the house rules do not allow."""

    def __init__(self, loader: Any, problems: _Problems) -> None:
        self._problems = problems
        super().__init__(loader=loader)

    def need_more_tokens(self) -> bool:
        # Asked several times for each token. Unless the next token can still turn out to be
        # a key, the answer is known without looking for keys that are out of reach by now.
        if self.done or not self.tokens:
            return not self.done
        for key in self.possible_simple_keys.values():
            if key.token_number == self.tokens_taken:
                return bool(super().need_more_tokens())
        return False

    def fetch_anchor(self) -> None:
        # Refused and passed over, so that a second problem behind it is found too.
        self.reader.forward(self._refuse("an anchor", _WRITTEN_OUT))

    def fetch_tag(self) -> None:
        # As above; and the parser can need minutes for a tag as long as a file.
        self.reader.forward(self._refuse("a tag", _WRITTEN_OUT))

    def fetch_alias(self) -> None:
        self._refuse("an alias", _WRITTEN_OUT)
        super().fetch_alias()

    def fetch_key(self) -> None:
        # Within brackets the parser takes `?word` for a key too, where YAML 1.2 reads text.
        self._refuse("an explicit key", "`key: value`, or text in quotes")
        super().fetch_key()

    def fetch_directive(self) -> None:
        # A directive may change how all that follows is read.
        self._refuse("a directive", "YAML 1.2 without directives")
        self._problems.raise_if_any()

    def scan_to_next_token(self) -> Any:
        reader = self.reader
        if (
            reader.peek() == "#"
            and reader.pointer
            and reader.buffer[reader.pointer - 1] not in " \t\n"
        ):
            raise ScannerError(problem="glued comment", problem_mark=reader.get_mark())
        return super().scan_to_next_token()

    def fetch_more_tokens(self) -> Any:
        try:
            return super().fetch_more_tokens()
        except (ValueError, OverflowError, IndexError) as error:
            # For instance an escape beyond the last character of Unicode.
            raise ScannerError(problem="unreadable", problem_mark=self.reader.get_mark()) from error

    def _refuse(self, what: str, allowed: str) -> int:
        """Note what stands here as a problem, and return its length in characters."""
        word = _WORD.match(self.reader.buffer, self.reader.pointer)
        assert word is not None, "called on a character that begins a word"
        self._problems.add(self.reader.line + 1, f"{what} '{_shown(word.group())}'", allowed)
        return len(word.group())


def _parse(document: str, build: _Build) -> None:
    """Feed the events of a document to `build`; turn the parser's own errors into ours."""
    problems = build.problems
    yaml = YAML(typ="safe", pure=True)
    yaml.Reader = _QuickReader
    yaml.Scanner = lambda loader: _StrictScanner(loader, problems)
    try:
        for event in yaml.parse(document):
            build.take(event)
    except YAMLError as error:
        line, found, allowed = _syntax(error)
        # What was refused on this line already is most likely what broke the parser.
        if not problems.has(line):
            problems.add(line, found, allowed)


def _syntax(error: YAMLError) -> tuple[int, str, str]:
    """Say a syntax error in one line, in words that need no knowledge of parsers."""
    if not isinstance(error, MarkedYAMLError):
        return 0, "text that is not YAML", "YAML 1.2"
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    opened = error.context_mark.line + 1 if error.context_mark else line
    problem = str(error.problem or error.context or "")
    for start, found, allowed in _SYNTAX:
        if match := re.match(start, problem):
            what = _shown(match.group(1)) if match.groups() else ""
            return line, found.format(what=what, opened=opened), allowed
    return line, "text that is not YAML", "`key: value` or a list item `- value`"


_INDENT: Final = "the same spaces before all entries of one list or mapping"
_QUOTES: Final = "text with special characters in quotes"
_CLOSE: Final = "a closing quote"
_BLOCK: Final = "a block of text whose first lines do not fit"
_SYNTAX: Final[tuple[tuple[str, str, str], ...]] = (
    (r"found character '\\t'", "a tab", "spaces"),
    (r"found character '(.)'", "text that begins with {what}", _QUOTES),
    ("could not find expected ':'", "a line without ':' among entries `key: value`", _QUOTES),
    ("mapping values are not", "a ':' where no key can end", _QUOTES),
    ("found unexpected ':'", "a ':' within a word", _QUOTES),
    ("sequence entries are not", "a '-' where no list item can begin", "items on their own lines"),
    ("expected <block end>", "something that does not continue what line {opened} began", _INDENT),
    (r"expected ',' or '\]'", "the list opened on line {opened} is not closed here", "',' or ']'"),
    (
        r"expected ',' or '\}'",
        "the mapping opened on line {opened} is not closed here",
        "',' or '}'",
    ),
    ("found unexpected end", "the quote opened on line {opened} is never closed", _CLOSE),
    ("found unexpected document", "the quote opened on line {opened} is not closed before", _CLOSE),
    ("found unknown escape character '(.+)'", r"the escape '\{what}'", r"\\ for a backslash"),
    ("expected escape sequence", "an escape with too few digits", r"\x41, \u0041 or \U00000041"),
    ("expected the node content", "no value where one has to stand", "a value"),
    ("glued comment", "a '#' that touches what stands before it", "a space before a comment"),
    ("expected (?:chomping|indentation)", _BLOCK, "`|` or `>` and then lines indented alike"),
    ("(?:expected a comment|more indented)", _BLOCK, "`|` or `>` and then lines indented alike"),
    ("found non-comment content", "text after the end of the document", "one document in a file"),
    ("unreadable", "an escape that is no character", "a character of Unicode"),
)
"""What the parser says, from its beginning, and what we say instead: found and allowed."""

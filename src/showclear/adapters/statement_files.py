"""What does a file say that somebody wants to put on the record?

* A case file (YAML, `format: showclear-case/1`): read as strictly as everywhere.
* Statements: a YAML list, or a mapping with `statements`; or JSON, one statement a line.
* Signed statements: a JWS a line, or `{"jws": ..., "texts": {path: {"salt", "text"}}}`.

JSON on one line that is a whole file, `{"statements": [...]}` or a case, is what its YAML is.
A file is read whole before any of it is said: one that cannot be read says nothing.
A statement that is not quite one is not refused here: it is kept on record, and holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import InvalidOperation
from pathlib import Path
from typing import Any, Final

from showclear.adapters.yaml_file import CASE_LIMITS, Limits, parse_yaml
from showclear.core.case import FORMAT, Case
from showclear.core.case_read import parse_case
from showclear.core.errors import Problem, ReadError
from showclear.core.fields import show
from showclear.core.located import Located
from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.payload import DIGITS_MAX, id_of, read_payload

BYTES_MAX: Final = 512_000_000
LIMITS: Final = Limits(bytes_max=CASE_LIMITS.bytes_max)
ALLOWED: Final = (
    f"a case file (format: {FORMAT}), a list of statements, or one statement a line as JSON or JWS"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plainly:
    """A statement in plain fields."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BySignature:
    """A statement that a device signed, with the texts that it sealed."""

    jws: bytes
    texts: Mapping[str, tuple[bytes, str]]


_AN_OBJECT: Final = re.compile(rb'\{[ \t]*"')
"""How JSON begins, and a mapping of YAML in braces seldom does."""

_A_FILE: Final = re.compile(rb'\{[ \t]*"statements"[ \t]*:|"format"')
"""What stands in a line that is a whole file, and no statement."""

Given = Case | tuple[Plainly | BySignature, ...]


def read_given(path: Path) -> Given:
    """Read what a file says.

    Raises:
        ReadError: With every problem found, each with its line.
    """
    try:
        if path.stat().st_size > BYTES_MAX:
            raise _refused(path, 0, f"more than {BYTES_MAX:,} bytes", "a smaller file")
        raw = path.read_bytes()
    except OSError as error:
        raise _refused(path, 0, f"cannot be opened: {error.strerror}", "a file to read") from error
    if not raw.strip():
        raise _refused(path, 0, "The file is empty: there is nothing to say.")
    if _is_lines(raw):
        return tuple(_lines(raw, path))
    located = parse_yaml(raw, file=str(path), limits=LIMITS)
    document = located.document
    if isinstance(document, dict) and "format" in document:
        return parse_case(located)
    return tuple(Plainly(fields=fields) for fields in _listed(located))


def _is_lines(raw: bytes) -> bool:
    """Whether it is one statement a line: JSON objects or JWS, and no YAML."""
    line = raw.lstrip().split(b"\n", 1)[0].strip()
    if line.startswith(b"{"):
        begins = _AN_OBJECT.match(line) is not None
        return begins and line.endswith(b"}") and _A_FILE.search(line) is None
    return line.startswith(b"eyJ") and line.count(b".") == 2


def _lines(raw: bytes, path: Path) -> Iterator[Plainly | BySignature]:
    problems: list[Problem] = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        text = line.strip()
        if not text:
            continue
        try:
            yield _line(text)
        except EvidenceError as found:
            problems.append(
                Problem(file=str(path), line=number, found=_in_words(found), allowed=ALLOWED)
            )
    if problems:
        raise ReadError(problems)


def _in_words(found: EvidenceError) -> str:
    """Say why a line cannot be read: by our own words where Python's stand in its sentence."""
    cause = found.__context__
    if isinstance(cause, RecursionError):
        return "nested too deeply"
    if isinstance(cause, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(cause, json.JSONDecodeError):
        return f"no JSON from character {cause.pos + 1} of the line on"
    if isinstance(cause, InvalidOperation) or "int_max_str_digits" in found.sentence:
        return f"a number of more than {DIGITS_MAX} digits"
    return found.sentence


def _line(text: bytes) -> Plainly | BySignature:
    if text.startswith(b"#"):
        # Passed over, words that somebody took for recorded would be nowhere.
        raise EvidenceError("not-json", "a comment, which no line of statements can be")
    if not text.startswith(b"{"):
        return BySignature(jws=text, texts={})
    fields = read_payload(text)
    if "jws" not in fields:
        id_of(fields)
        return Plainly(fields=fields)
    jws, texts = fields["jws"], fields.get("texts", {})
    if not isinstance(jws, str) or not isinstance(texts, dict):
        raise EvidenceError("not-json", 'not {"jws": ..., "texts": {path: {"salt", "text"}}}')
    return BySignature(
        jws=jws.encode(), texts={name: _text(name, one) for name, one in texts.items()}
    )


def _text(name: str, one: object) -> tuple[bytes, str]:
    if not isinstance(one, dict) or set(map(type, (one.get("text"), one.get("salt")))) != {str}:
        raise EvidenceError("not-json", f"the text of {name} is not {{salt, text}}")
    return decode_base64url(str(one["salt"]), what=f"The salt of {name}"), one["text"]


def _listed(located: Located) -> Iterator[dict[str, Any]]:
    document = located.document
    path: tuple[str | int, ...] = ()
    if isinstance(document, dict) and set(document) == {"statements"}:
        # With anything beside it would be a case whose `format` is missing or misspelt.
        document, path = document["statements"], ("statements",)
    if isinstance(document, dict) and "what" in document:
        document = [document]
    if not isinstance(document, list) or not document:
        raise _refused(Path(located.file), 0, f"{show(document)}", ALLOWED)
    problems: list[Problem] = []
    for place, one in enumerate(document):
        said = _asked(one)
        if isinstance(said, dict) and isinstance(said.get("id"), str):
            yield said
            continue
        found = "a statement without an id" if isinstance(said, dict) else show(one)
        problems.append(
            Problem(
                file=located.file,
                line=located.line((*path, place)),
                found=found,
                allowed="{id, at, by, what, ...}; the id is how a repeat is known",
            )
        )
    if problems:
        raise ReadError(problems)


def _asked(one: object) -> object:
    """A statement; `ask: {...}` is short for `gate.asked`."""
    if isinstance(one, dict) and set(one) == {"ask"} and isinstance(one["ask"], dict):
        return {"what": "gate.asked", **one["ask"]}
    return one


def _refused(path: Path, line: int, found: str, allowed: str = "") -> ReadError:
    return ReadError([Problem(file=str(path), line=line, found=found, allowed=allowed)])

"""The tables of docs/formats/rules.md, made from the program.

`python -m tests.unit.rules.page_tables` (with `src` on the path) writes them anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from showclear.core import words
from showclear.rules import numbers, phrases, read, read_tests
from showclear.rules.context import REFERENCES, SETS, TYPES
from showclear.rules.lexicon import ATTRIBUTES, EVENTS
from showclear.rules.phrases import COMPARES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats" / "rules.md"
BEGIN, END = "<!-- tables: made by a program -->\n", "<!-- end of tables -->\n"
SAME_AS = {
    frozenset(words.ROLES): "roles",
    frozenset(words.ROLES | {"nobody"}): "roles, `nobody`",
    frozenset(words.QUALIFICATIONS | {"none"}): "qualifications, `none`",
    frozenset(words.HAZARDS): "hazards",
    frozenset(words.HAZARDS | {"none"}): "hazards, `none`",
    frozenset(words.THING_KINDS): "thing kinds",
    frozenset(words.PURPOSES): "purposes",
    frozenset(words.PERMISSION_KINDS): "permission kinds",
}
"""Lists of vocabulary.md that are too long to be written out twice."""


def tables() -> str:
    """Return every table, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("### Sets", "", "| set | of |", "| --- | --- |")
    yield from (f"| `{name}` | {SETS[name][0]} |" for name in SETS)
    yield from ("", "### Attributes", "", "| of | attribute | words |", "| --- | --- | --- |")
    for element, attributes in ATTRIBUTES.items():
        for name, attribute in attributes.items():
            yield f"| {element} | `{name}` | {_closed(attribute.words)} |"
    yield from ("", "### Events of `since`", "")
    yield from ("| event | of | where it never was |", "| --- | --- | --- |")
    for name, event in EVENTS.items():
        yield f"| `{name}` | {event.of} | {'counts' if event.never else 'does not count'} |"
    yield from ("", "### Words", "", "| list | words |", "| --- | --- |")
    yield from (f"| {name} | {listed(found)} |" for name, found in _lists())
    yield ""


def _lists() -> Iterator[tuple[str, Iterable[str]]]:
    yield "elements", TYPES
    yield "references", ["the event", *REFERENCES, *(f"this {element}" for element in TYPES)]
    yield "subjects of `when`", [*read_tests.SUBJECTS, *read_tests._SHORT]
    yield "attributes that take `not`", read_tests._ONE_OF_ONE
    yield "comparisons", COMPARES
    yield "quantities", words.QUANTITIES
    yield "gates", words.GATES
    yield "forces", read.FORCES
    yield "`how`", read.HOW
    yield "names in braces", read.PLACEHOLDERS
    yield "checks", words.CHECKS
    yield "numbers that are named", numbers.NUMBERS
    yield "statements that may be asked for", phrases.ASKABLE


def _closed(found: frozenset[str] | None) -> str:
    if found is None:
        return "open; `none`"
    return SAME_AS.get(found) or listed(found)


def listed(found: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in sorted(found))


def written() -> str:
    """The tables as they stand on the page."""
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page.replace(written(), "\n" + tables() + "\n"), encoding="utf-8")

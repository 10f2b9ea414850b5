"""The check of what repairs and variants put in, take out and change.

It is read as strictly as the statements themselves, so that a misspelt insertion
cannot pass for a variant that makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from showclear.core.case import Expect, Item, Variant
from showclear.core.case_items import SECTIONS, items_of, one_above
from showclear.core.case_names import Names, check_expect, check_references, collect
from showclear.core.case_report import Reading
from showclear.core.errors import nearest
from showclear.core.located import Path

_COMES_BACK: Final = ("person", "weapon", "thing")


def check_edits(
    reading: Reading,
    names: Names,
    top: Mapping[str, Any],
    expect: Expect,
    variants: tuple[Variant, ...],
) -> None:
    """Check every repair and variant against the case that it edits."""
    repaired = names.copy()
    for place, repair in enumerate(expect.repair):
        # All of them are applied together.
        here: Path = ("expect", "repair", place)
        _edit(reading, repaired, top, here, repair.insert, repair.change)
    for place, variant in enumerate(variants):
        here = ("variants", place)
        wider = names.copy()
        for number, (dropped, people) in enumerate(variant.drop):
            _drop(reading, wider, (*here, "drop", number), dropped, people)
        _edit(reading, wider, top, here, variant.insert, variant.change)
        check_expect(reading, wider, variant.expect, (*here, "expect"))


def _drop(
    reading: Reading, names: Names, path: Path, dropped: str, people: tuple[str, ...]
) -> None:
    said = names.allowed("said")
    if dropped not in said:
        close = nearest(dropped, said)
        reading.say(path, f"unknown statement {dropped!r}", "a statement of the case", close)
    for name in people:
        if name not in names.allowed("person"):
            close = nearest(name, names.by_space["person"])
            reading.say(path, f"unknown person {name!r}", "a person of the case", close)
    if not people:
        # Another may stand in its place under the same id.
        names.taken.pop(dropped, None)


def _edit(
    reading: Reading,
    names: Names,
    top: Mapping[str, Any],
    path: Path,
    insert: tuple[Mapping[str, Any], ...],
    change: Mapping[str, Mapping[str, Any]],
) -> None:
    inserted = items_of(reading, insert, (*path, "insert"))
    again = frozenset(name for space in _COMES_BACK for name in names.by_space[space])
    collect(reading, names, inserted, again)
    changed = list(_changed(reading, names, top, (*path, "change"), change))
    check_references(reading, names, [*inserted, *changed])


def _changed(
    reading: Reading,
    names: Names,
    top: Mapping[str, Any],
    path: Path,
    change: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[Path, Item]]:
    for name, fields in change.items():
        here = (*path, name)
        section = next((key for key in SECTIONS if name in top.get(key, {})), None)
        if section is not None and isinstance(top[section][name], dict):
            merged = {**top[section][name], **fields}
            for said in one_above(reading, here, section, name, merged):
                yield here, said
        elif section is None and name not in {*names.taken, *names.half_read}:
            close = nearest(name, names.taken)
            reading.say(here, f"unknown id {name!r}", "an id above the statements", close)

"""The same case with something left out, put in or changed, as plain data again.

A changed case is read by the same strict reader as the file it came from, so that a
variant or twin cannot say what a file may not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from showclear.core.case import Case, Expect, Variant
from showclear.core.case_read import parse_case
from showclear.core.located import Located

_SECTIONS: Final = ("people", "weapons", "lots", "things", "activities")


def vary(
    raw: Mapping[str, Any],
    *,
    drop: Iterable[tuple[str, tuple[str, ...]]] = (),
    insert: Iterable[Mapping[str, Any]] = (),
    change: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return a changed copy of a case's plain data.

    Args:
        drop: Statement ids; with people, only these are taken out of its lists.
        insert: Statements; reading places them by time, after those of their minute.
        change: Fields by the id of a statement or of what stands above them.
    """
    out: dict[str, Any] = copy.deepcopy(dict(raw))
    whole = {name for name, people in drop if not people}
    parts = {name: set(people) for name, people in drop if people}
    kept: list[Any] = []
    for item in out.get("statements", []):
        name = _id_of(item)
        if name in whole:
            continue
        kept.append(_without(item, parts[name]) if name in parts else item)
    kept += [copy.deepcopy(dict(item)) for item in insert]
    for name, fields in (change or {}).items():
        for item in kept:
            if _id_of(item) == name:
                item.get("ask", item).update(copy.deepcopy(dict(fields)))
        for section in _SECTIONS:
            if name in (out.get(section) or {}):
                out[section][name].update(copy.deepcopy(dict(fields)))
    out["statements"] = kept
    return out


def _id_of(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    inner = item.get("ask", item)
    return inner.get("id") if isinstance(inner, dict) else None


def _without(value: Any, people: set[str]) -> Any:
    """Take people out of every list of a statement; an issue goes with its receiver."""
    if isinstance(value, list):
        return [
            _without(item, people)
            for item in value
            if not (isinstance(item, str) and item in people)
            and not (isinstance(item, dict) and people & set(_texts(item)))
        ]
    if isinstance(value, dict):
        return {key: _without(item, people) for key, item in value.items()}
    return value


def _texts(item: Mapping[str, Any]) -> list[str]:
    return [value for value in item.values() if isinstance(value, str)]


def reread(case: Case, raw: Mapping[str, Any], *, id_: str, kind: str, expect: Expect) -> Case:
    """Read changed data as a case of its own, without the original's expectations.

    Raises:
        ReadError: If the change made something that a case may not say.
    """
    plain = {key: value for key, value in raw.items() if key not in ("expect", "variants")}
    read = parse_case(Located(case.file, plain, {(): 0}))
    return replace(read, id=id_, kind=kind, expect=expect, variants=(), raw=raw)


def variant_case(case: Case, variant: Variant) -> Case:
    """The case of a variant: its own expectations, beside the day's that still apply."""
    raw = vary(case.raw, drop=variant.drop, insert=variant.insert, change=variant.change)
    return reread(case, raw, id_=f"{case.id}--{variant.id}", kind="variant", expect=variant.expect)

"""The canonical JSON of a pack: what the record names it by, and what travels.

RFC 8785 as far as packs need it: sorted keys, no white space, integers and strings
only. It reads back, by the same reader, to the same pack.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from showclear.core.errors import Problem, ReadError
from showclear.core.located import Located
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtLeast,
    AtMost,
    Every,
    FactTest,
    IsTest,
    No,
    Pack,
    Rule,
    Test,
    Tests,
    Window,
    WordTest,
)
from showclear.rules.read import parse_pack

Plain = dict[str, Any]


def canonical(pack: Pack) -> bytes:
    """The canonical JSON of a pack, UTF-8."""
    return json.dumps(_sorted(_pack(pack)), separators=(",", ":"), ensure_ascii=False).encode()


def _sorted(value: Any) -> Any:
    """Keys in the order of RFC 8785: by their UTF-16 code units, which is not Python's."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return {key: _sorted(value[key]) for key in keys}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def with_digest(pack: Pack) -> Pack:
    """The pack with the SHA-256 of its canonical JSON."""
    return replace(pack, sha256=hashlib.sha256(canonical(pack)).hexdigest())


def from_canonical(text: bytes, file: str = "canonical") -> Pack:
    """Read a pack back from its canonical JSON.

    Raises:
        ReadError: If it is no pack.
    """
    try:
        document = json.loads(
            text, object_pairs_hook=_each_once, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        found = f"cannot be read as JSON: {error}"
        raise ReadError([Problem(file=file, line=0, found=found)]) from error
    return with_digest(parse_pack(Located(file, document, {(): 1})))


def _each_once(pairs: list[tuple[str, Any]]) -> Plain:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key said twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"the number {text}: only whole numbers")


def _dates(value: tuple[date | None, date | None]) -> Plain:
    return {
        key: item.isoformat()
        for key, item in zip(("from", "until"), value, strict=True)
        if item is not None
    }


def _pack(pack: Pack) -> Plain:
    plain: Plain = {
        "pack": pack.id,
        "title": dict(pack.title),
        "version": pack.version,
        "vocabulary": pack.vocabulary,
        "jurisdiction": pack.jurisdiction,
        "force": pack.force,
        "define": {name: _tests(tests) for name, tests in pack.define.items()},
        "exceptions": {name: _when(when) for name, when in pack.exceptions.items()},
        "rules": [_rule(rule) for rule in pack.rules],
    }
    if any(pack.in_force):
        plain["in_force"] = _dates(pack.in_force)
    return plain


def _rule(rule: Rule) -> Plain:
    cite: Plain = {
        "instrument": rule.cite.instrument,
        "provision": rule.cite.provision,
        "how": rule.cite.how,
    }
    if rule.cite.url:
        cite["url"] = rule.cite.url
    if rule.cite.read is not None:
        cite["read"] = rule.cite.read.isoformat()
    plain: Plain = {
        "id": rule.id,
        "cite": cite,
        "missing": list(rule.missing),
        "say": dict(rule.say),
        "next": dict(rule.next),
        **_shape(rule),
    }
    if rule.otherwise:
        plain["else"] = list(rule.otherwise)
    elif not isinstance(rule.shape, After):
        plain["before"] = list(rule.before)
    if rule.when or rule.otherwise:
        plain["while" if rule.otherwise else "when"] = _when(rule.when)
    if rule.when_any:
        plain["when any of"] = {name: _when(way) for name, way in rule.when_any.items()}
    if rule.unless:
        plain["unless"] = list(rule.unless)
    if any(rule.in_force):
        plain["in_force"] = _dates(rule.in_force)
    if rule.barrier:
        plain["barrier"] = dict(rule.barrier)
    return plain


def _shape(rule: Rule) -> Plain:
    shape = rule.shape
    match shape:
        case Every():
            empty = ", may be empty" if shape.may_be_empty else ""
            plain: Plain = {"every": f"{shape.element} in {shape.set}{empty}"}
            plain |= _needs(shape.needs)
        case AtLeast():
            where = "checks" if shape.where.what == "check.made" else shape.where.what
            empty = ", may be empty" if shape.may_be_empty else ""
            plain = {"at least": f"{shape.number} different {shape.field} in {where}{empty}"}
            return {**plain, "where": _fact(shape.where)}
        case Among():
            empty = ", may be empty" if shape.may_be_empty else ""
            of = f"{shape.number} different {shape.element} in {shape.set}{empty}"
            plain = {"at least": of}
        case AtMost():
            number = shape.field or shape.number
            plain = {"at most": f"{number} different {shape.element} in {shape.set}"}
        case AsMany():
            many = "as many" if shape.times == 1 else f"{shape.times} times as many"
            sides = f"{shape.left} in {shape.left_set} as {shape.right} in {shape.right_set}"
            return {"at most": f"{many} {sides}"}
        case No():
            plain = {"no": f"{shape.element} in {shape.set}"}
        case After():
            return _after(rule, shape)
    if shape.where:
        plain["where"] = _tests(shape.where)
    return plain


def _needs(needs: Mapping[str, Tests]) -> Plain:
    if not needs:
        return {}
    if set(needs) == {""}:
        return {"needs": _tests(needs[""])}
    return {"needs any of": {name: _tests(tests) for name, tests in needs.items()}}


def _after(rule: Rule, shape: After) -> Plain:
    event = shape.event
    said: Plain = {key: sorted(value) for key, value in event.words.items()}
    said |= {subject: _tests(tests) for subject, tests in event.subjects.items()}
    then = [f"hold at {', '.join(rule.before)}"] if rule.before else []
    then += ["warn before"] if shape.warn else []
    then += ["alert"] if shape.alert else []
    then += ["per person"] if shape.each else []
    return {
        "after": {event.tag: said},
        "at least" if shape.wait else "within": f"{shape.seconds} seconds",
        "then": "; ".join(then),
        **_needs(shape.needs),
    }


def _when(when: Mapping[str, Tests]) -> Plain:
    plain: Plain = {}
    for subject, tests in when.items():
        if subject == "act":
            plain |= _tests(tests)
        else:
            plain[subject] = _tests(tests)
    return plain


def _tests(tests: Tests) -> Plain:
    return dict(_test(test) for test in tests)


def _test(test: Test) -> tuple[str, Any]:
    match test:
        case WordTest():
            return test.attribute, sorted(test.words)
        case IsTest():
            return "is", test.name
        case FactTest():
            return ("a check" if test.what == "check.made" else test.what), _fact(test)


def _fact(test: FactTest) -> Plain:
    plain: Plain = {key: sorted(value) for key, value in test.words.items()}
    for attr in ("on", "people", "shown_to", "about", "not_by", "by"):
        value = getattr(test, attr)
        if value:
            plain[attr.replace("_", " ")] = value
    if test.with_:
        plain["with"] = test.with_
    if test.covers:
        assessed = test.what == "risk.assessed"
        plain["covers"] = "the version that stands" if assessed else "the whole count"
    if test.topics:
        plain["topics"] = f"at least {test.topics}"
    if test.until:
        plain["until"] = "in the future"
    for key, other in (("after", test.after), ("before", test.before)):
        if other is not None:
            plain[key] = dict([_test(other)])
    since = [window.event for window in test.windows if window.kind == "since"]
    at = [_window(window) for window in test.windows if window.kind != "since"]
    if since:
        plain["since"] = since
    if at:
        plain["at"] = at
    if test.measured:
        plain["measured"] = _measured(test)
    return plain


def _measured(test: FactTest) -> Plain:
    bounds: dict[str, list[str]] = {}
    for item in test.measured:
        bounds.setdefault(item.quantity, []).append(f"{item.compare} {item.field or item.value}")
    return {key: found[0] if len(found) == 1 else sorted(found) for key, found in bounds.items()}


def _window(window: Window) -> str:
    match window.kind:
        case "today":
            return "today"
        case "within":
            return f"within {window.minutes} minutes"
        case _ if window.most:
            return f"between {window.minutes} and {window.most} minutes before"
        case _:
            return f"at least {window.minutes} minutes before"

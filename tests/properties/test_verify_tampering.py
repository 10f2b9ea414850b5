"""Protects: no bit of a published log can change unseen, and no bytes bring the verifier down.

The interesting case is built each time: a log that is whole, then one change that really
changes something. Beside it the short way through a payload is held to the long one.
"""

from __future__ import annotations

import json
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from showclear.ledger.errors import EvidenceError
from showclear.ledger.payload import read_payload
from showclear.ledger.verify import Asked, Verified, lines_of, verify
from showclear.ledger.verify_payloads import Payloads, read_of
from tests.unit.ledger.signed_log import Files, MemorySource, a_log

SIZES = st.sampled_from([60, 256, 300])


@cache
def files_of(size: int) -> Files:
    return a_log(size).files()


def checked(files: Files) -> Verified:
    found = verify(MemorySource(files), Asked(processes=1))
    assert all(line.isprintable() for line in lines_of(found))
    return found


@settings(deadline=None)
@given(st.data(), SIZES)
def test_a_flipped_bit_anywhere_under_log_is_found(data: st.DataObject, size: int) -> None:
    files = dict(files_of(size))
    name = data.draw(st.sampled_from([name for name in sorted(files) if name.startswith("log/")]))
    at = data.draw(st.integers(0, 8 * len(files[name]) - 1))
    raw = bytearray(files[name])
    raw[at // 8] ^= 1 << at % 8
    files[name] = bytes(raw)

    found = checked(files)

    assert not found.whole
    # A tile and its bundle are told apart by the root, so the place is that file's own.
    assert found.findings[0].where.startswith(name)


@settings(deadline=None)
@given(st.data(), SIZES)
def test_bytes_taken_put_in_or_replaced_are_found(data: st.DataObject, size: int) -> None:
    files = dict(files_of(size))
    name = data.draw(st.sampled_from([name for name in sorted(files) if name.startswith("log/")]))
    raw = files[name]
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 300)))
    files[name] = raw[:start] + data.draw(st.binary(max_size=40)) + raw[end:]

    assert checked(files).whole == (files[name] == raw)


@settings(deadline=None)
@given(st.data(), st.binary(max_size=300))
def test_any_bytes_in_any_file_get_an_answer(data: st.DataObject, raw: bytes) -> None:
    files = dict(files_of(300))
    name = data.draw(st.sampled_from(sorted(files)))
    whole = checked({**files, name: raw}).whole

    assert not whole or raw == files[name] or name.startswith("texts/")


@settings(deadline=None)
@given(st.data())
def test_a_file_that_is_gone_is_found(data: st.DataObject) -> None:
    files = dict(files_of(300))
    names = [name for name in sorted(files) if name.startswith("log/")]
    for name in data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=len(names) - 1)):
        del files[name]

    assert not checked(files).whole


# --- payloads ----------------------------------------------------------------------

WORDS = st.text(max_size=6) | st.sampled_from(["id", "what", "by", "sealed", "server", 'a"b', "\\"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
PAYLOADS = st.dictionaries(WORDS | st.sampled_from(["id", "what", "by"]), VALUES, max_size=5)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """JSON as somebody may write it, now and then with a sign changed."""
    text = json.dumps(draw(PAYLOADS), ensure_ascii=draw(st.booleans()), separators=draw(SEPARATORS))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text) - 1))
        text = text[:at] + draw(st.sampled_from('"\\{}[],:a \x01')) + text[at + 1 :]
    return text.encode("utf-8", "surrogatepass")


SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :")])


def told(payloads: Payloads, raw: bytes) -> object:
    try:
        return payloads.read(raw)
    except EvidenceError as error:
        return error.code


def told_slowly(raw: bytes) -> object:
    try:
        return read_of(read_payload(raw))
    except EvidenceError as error:
        return error.code


@settings(deadline=None)
@given(st.lists(texts(), min_size=1, max_size=6))
def test_a_shape_seen_before_is_read_as_one_never_seen(raws: list[bytes]) -> None:
    payloads = Payloads()

    for raw in [*raws, *raws]:
        assert told_slowly(raw) == told(payloads, raw)


@settings(deadline=None)
@given(st.data())
def test_other_words_in_a_known_shape_are_read_as_they_stand(data: st.DataObject) -> None:
    payloads = Payloads()
    first = {"id": "a", "what": "x", "by": "me", "on": ["r"], "note": {"sealed": "d"}}
    told(payloads, json.dumps(first).encode())
    keys = st.sampled_from([*first, "more"])
    name = data.draw(st.sampled_from(["id", "what", "by"]))
    second = {**first, name: data.draw(WORDS | VALUES)}
    text = json.dumps(second, ensure_ascii=False)
    third = text.replace(f'"{name}"', json.dumps(data.draw(keys)), 1)

    for raw in (text.encode("utf-8", "surrogatepass"), third.encode("utf-8", "surrogatepass")):
        assert told_slowly(raw) == told(payloads, raw)
        assert told_slowly(raw) == told(payloads, raw)

"""Protects: one meaning has one text, so that nobody can show a second text for it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from itertools import product

import pytest

from showclear.ledger.encoding import (
    decimal,
    decode_base64,
    decode_base64url,
    encode_base64,
    encode_base64url,
)
from showclear.ledger.errors import EvidenceError

EVERY_BYTE = bytes(range(256))
LETTERS = "ABQgwz019+/-_=\n "


def read(decode: Callable[..., bytes], text: str | bytes) -> bytes | None:
    try:
        return decode(text, what="It")
    except EvidenceError:
        return None


@pytest.mark.parametrize("length", range(70))
def test_bytes_come_back(length: int) -> None:
    raw = EVERY_BYTE[-length:] if length else b""

    assert base64.b64encode(raw).decode() == encode_base64(raw)
    assert base64.urlsafe_b64encode(raw).rstrip(b"=") == encode_base64url(raw)
    assert raw == decode_base64(encode_base64(raw), what="It")
    assert raw == decode_base64url(encode_base64url(raw), what="It")
    assert raw == decode_base64url(encode_base64url(raw).decode(), what="It")


@pytest.mark.parametrize("length", [0, 2, 3, 4])
def test_a_text_that_is_read_is_the_only_one_for_its_bytes(length: int) -> None:
    """All texts of up to four of these letters, with the strangers among them."""
    seen: set[bytes] = set()
    for letters in product(LETTERS, repeat=length):
        text = "".join(letters)
        raw = read(decode_base64, text)
        assert raw is None or text == base64.b64encode(raw).decode()
        raw = read(decode_base64url, text)
        if raw is not None:
            assert text == base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
            assert raw not in seen
            seen.add(raw)

    assert seen


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QR==", "QQ===", " QQ==", "QQ==\n", "Q Q=", "QQ==QQ==", "=", "QU-_", "é"]
)
def test_standard_base64_is_exact(text: str) -> None:
    assert read(decode_base64, text) is None
    assert read(decode_base64, text.encode()) is None


@pytest.mark.parametrize(
    "text", ["Q", "QR", "QQ==", "QQ\n", " QQ", "QQ ", "Q+", "QU+/", "QQE9=", "é"]
)
def test_base64url_is_exact(text: str) -> None:
    assert read(decode_base64url, text) is None
    assert read(decode_base64url, text.encode()) is None


def test_a_refusal_names_what_was_read() -> None:
    for decode in (decode_base64, decode_base64url):
        with pytest.raises(EvidenceError) as refused:
            decode("?", what="It")
        assert "not-base64" == refused.value.code
    with pytest.raises(EvidenceError, match=r"^The root hash is not"):
        decode_base64("?", what="The root hash")
    with pytest.raises(EvidenceError, match=r"^The tree size is not"):
        decimal("?", what="The tree size")


@pytest.mark.parametrize("number", [0, 1, 9, 10, 255, 2**62, 2**63 - 1])
def test_a_number_comes_back(number: int) -> None:
    assert number == decimal(str(number)) == decimal(str(number).encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        "01",
        "+1",
        "-1",
        "-0",
        " 1",
        "1 ",
        "1\n",
        "1_0",
        "1.0",
        "1e3",
        "0x1",
        "٣",
        "１",
        "²",
        "9223372036854775808",
        "1" * 5_000,
    ],
)
def test_what_is_no_minimal_decimal_is_refused(text: str) -> None:
    for form in (text, text.encode()):
        with pytest.raises(EvidenceError, match="without sign or leading zero"):
            decimal(form)

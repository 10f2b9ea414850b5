"""Does this text have one meaning, and does that meaning have only this text?

* Base64 is refused unless encoding the result again gives the same text. Common decoders
  accept flipped padding bits and skip strangers; then two texts would carry one signature.
* A number is decimal, ASCII, without sign and without leading zero, and below 2**63.

Source: RFC 4648, sections 3.5 (canonical encoding), 4 and 5; RFC 7515, appendix C.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from showclear.ledger.errors import EvidenceError

NUMBER_MAX: Final = 2**63 - 1

_MINIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_URL_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


def encode_base64(raw: bytes) -> str:
    """Return standard base64 with padding.

    >>> encode_base64(b"moor")
    'bW9vcg=='

    Source: RFC 4648, section 4.
    """
    return binascii.b2a_base64(raw, newline=False).decode()


def decode_base64(text: str | bytes, *, what: str) -> bytes:
    """Return the bytes that standard base64 with padding stands for.

    Args:
        text: The text, nothing around it.
        what: What the text is, as the start of a sentence: "The root hash".

    Raises:
        EvidenceError: `not-base64`, also for an encoding that is not the only one.

    Source: RFC 4648, sections 3.5 and 4.
    """
    coded = _ascii(text)
    try:
        raw = binascii.a2b_base64(coded)
    except binascii.Error:
        raw = b""
    # An empty text is no bytes; what cannot be decoded is never empty.
    if encode_base64(raw).encode() == coded:
        return raw
    raise EvidenceError("not-base64", f"{what} is not the base64 of any bytes, exactly written.")


def encode_base64url(raw: bytes) -> bytes:
    """Return base64url without padding, as ASCII bytes.

    >>> encode_base64url(b"moor")
    b'bW9vcg'

    Source: RFC 7515, appendix C.
    """
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=")


def decode_base64url(text: str | bytes, *, what: str) -> bytes:
    """Return the bytes that base64url without padding stands for.

    Args:
        text: The text, nothing around it.
        what: What the text is, as the start of a sentence: "The signature".

    Raises:
        EvidenceError: `not-base64`, also for an encoding that is not the only one.

    Source: RFC 4648, sections 3.5 and 5; RFC 7515, appendix C.
    """
    coded = _ascii(text)
    rest = len(coded) % 4
    if not coded.translate(None, _URL_ALPHABET) and rest != 1:
        raw = binascii.a2b_base64(coded.translate(_FROM_URL) + b"=" * (-rest % 4))
        # Four letters of the alphabet are three bytes and back: only an unfinished last
        # group has bits to spare, so only that is encoded again.
        if not rest or encode_base64url(raw[-(len(raw) % 3) :]) == coded[-rest:]:
            return raw
    raise EvidenceError("not-base64", f"{what} is not the base64url of any bytes, exactly written.")


def decimal(text: str | bytes, *, what: str = "The number") -> int:
    """Return the number that a minimal decimal stands for.

    Args:
        text: ASCII digits and nothing else.
        what: What the number is, as the start of a sentence: "The tree size".

    Raises:
        EvidenceError: `not-decimal`: another character, a leading zero, or 2**63 and more.

    >>> decimal("20852163")
    20852163

    Source: c2sp.org/tlog-checkpoint, "Note text".
    """
    digits = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    if _MINIMAL.fullmatch(digits) and (number := int(digits)) <= NUMBER_MAX:
        return number
    raise EvidenceError(
        "not-decimal", f"{what} is not a decimal below 2**63 without sign or leading zero."
    )


def _ascii(text: str | bytes) -> bytes:
    """Return the text as bytes; what is not ASCII becomes a byte that no base64 has."""
    return text.encode("ascii", "replace") if isinstance(text, str) else text

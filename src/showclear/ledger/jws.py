"""Which bytes did a device say, and under which key?

* A statement is a JWS in compact form: header, payload and signature, each base64url without
  padding, with dots between them. The bytes as received are what is kept: nothing is ever
  written anew to verify it.
* The header has exactly three members, in any order, none of them twice: `alg` is `Ed25519`,
  `typ` is `showclear+jws`, and `kid` is the thumbprint of the public key.
* At most 65,535 bytes, so that it fits as an entry into a log.
* Reading proves nothing: `verify_statement` does, with a key from elsewhere.

Source: RFC 7515, sections 3.1, 4.1 and 7.1; RFC 9864, section 2.2 (`Ed25519`); RFC 7638;
RFC 8037, section 2 and appendix A.3.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from showclear.ledger import ed25519
from showclear.ledger.encoding import decode_base64url, encode_base64url
from showclear.ledger.errors import EvidenceError, MisuseError

STATEMENT_BYTES_MAX: Final = 65_535
ALGORITHM: Final = "Ed25519"
TYPE: Final = "showclear+jws"
_MEMBERS: Final = frozenset({"alg", "kid", "typ"})
_HEADER_BYTES_MAX: Final = 512
_THUMBPRINT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatement:
    """A statement, read but not verified.

    Attributes:
        kid: The thumbprint of the key that is said to have signed, 43 characters.
        payload: What was said, decoded, exactly as it was signed.
        signing_input: The bytes that the signature covers: header, dot, payload.
        signature: 64 bytes.
    """

    kid: str
    payload: bytes
    signing_input: bytes
    signature: bytes


def jwk(public: bytes) -> dict[str, str]:
    """Return a public key as a JSON Web Key with its required members, in their order.

    Raises:
        MisuseError: The key is not 32 bytes.

    Source: RFC 8037, section 2; RFC 7638, section 3.2.
    """
    if len(public) != ed25519.PUBLIC_KEY_BYTES:
        raise MisuseError(f"an Ed25519 public key has 32 bytes, not {len(public)}")
    return {"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(public).decode()}


@lru_cache(maxsize=4096)
def thumbprint(public: bytes) -> str:
    """Return the name of a public key: the base64url of its JWK's SHA-256, 43 characters.

    Raises:
        MisuseError: The key is not 32 bytes.

    Source: RFC 7638, section 3; RFC 8037, appendix A.3.
    """
    canonical = json.dumps(jwk(public), separators=(",", ":")).encode()
    return encode_base64url(hashlib.sha256(canonical).digest()).decode()


def sign_statement(payload: bytes, key: ed25519.SigningKey) -> bytes:
    """Return the payload as a signed statement.

    Raises:
        MisuseError: The statement would have more than 65,535 bytes.

    Source: RFC 7515, sections 5.1 and 7.1.
    """
    signing_input = _header_of(key.public) + b"." + encode_base64url(payload)
    statement = signing_input + b"." + encode_base64url(key.sign(signing_input))
    if len(statement) > STATEMENT_BYTES_MAX:
        raise MisuseError(f"a statement has at most 65,535 bytes, not {len(statement)}")
    return statement


def read_statement(raw: bytes) -> SignedStatement:
    """Read a statement. Who signed it is a claim until `verify_statement` agrees.

    Raises:
        EvidenceError: `statement-too-large`, `not-a-statement` (not three parts, or a
            signature that is not 64 bytes), `bad-header`, `not-base64`.

    Source: RFC 7515, sections 5.2 and 7.1.
    """
    if len(raw) > STATEMENT_BYTES_MAX:
        raise EvidenceError("statement-too-large", "A statement has at most 65,535 bytes.")
    parts = raw.split(b".")
    if len(parts) != 3:
        raise EvidenceError("not-a-statement", "A statement has three parts with dots between.")
    header, payload, signature_text = parts
    if len(header) > _HEADER_BYTES_MAX:
        raise EvidenceError("bad-header", "The header is longer than any that belongs here.")
    kid = _kid_of(header)
    signature = decode_base64url(signature_text, what="The statement's signature")
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise EvidenceError(
            "not-a-statement", f"An Ed25519 signature has 64 bytes, not {len(signature)}."
        )
    return SignedStatement(
        kid=kid,
        payload=decode_base64url(payload, what="The statement's payload"),
        signing_input=raw[: len(header) + 1 + len(payload)],
        signature=signature,
    )


def verify_statement(statement: SignedStatement, public: bytes) -> None:
    """Return when this key signed the statement, else raise.

    Args:
        statement: As read.
        public: The key that is known under the statement's `kid`, 32 bytes.

    Raises:
        EvidenceError: `wrong-key` when the statement names another key; `bad-signature`.
        MisuseError: The key is not 32 bytes.

    Source: RFC 7515, section 5.2; RFC 8037, section 3.1.
    """
    if thumbprint(public) != statement.kid:
        raise EvidenceError("wrong-key", "The statement names another key than this one.")
    if not ed25519.verify(statement.signature, statement.signing_input, public=public):
        raise EvidenceError(
            "bad-signature", "The signature does not fit: the statement or its key was changed."
        )


@lru_cache(maxsize=4096)
def _header_of(public: bytes) -> bytes:
    """Return the encoded header of every statement under this key."""
    header = {"alg": ALGORITHM, "kid": thumbprint(public), "typ": TYPE}
    return encode_base64url(json.dumps(header, separators=(",", ":")).encode())


@lru_cache(maxsize=4096)
def _kid_of(coded: bytes) -> str:
    """Return the key that an encoded header names.

    A device's header is the same on each of its statements: it is read once. Refusals are
    not remembered, and no header over 512 bytes comes here, so strangers cannot fill memory.

    Source: RFC 7515, section 4 (a member's name occurs once); section 4.1.11 (`crit`).
    """
    header = decode_base64url(coded, what="The statement's header")
    try:
        members = json.loads(header.decode(), object_pairs_hook=_Members)
    except (ValueError, RecursionError):
        raise EvidenceError("bad-header", "The statement's header is not JSON.") from None
    if not isinstance(members, _Members):
        raise EvidenceError("bad-header", "The statement's header is not a JSON object.")
    found = dict(members)
    if len(found) != len(members) or found.keys() != _MEMBERS:
        raise EvidenceError(
            "bad-header", "The header has exactly the members alg, kid and typ, each once."
        )
    if found["alg"] != ALGORITHM or found["typ"] != TYPE:
        raise EvidenceError("bad-header", f"alg is {ALGORITHM} and typ is {TYPE}, nothing else.")
    kid = found["kid"]
    if not isinstance(kid, str):
        raise EvidenceError("bad-header", "The kid is not text.")
    if len(decode_base64url(kid, what="The kid")) != _THUMBPRINT_BYTES:
        raise EvidenceError("bad-header", "The kid is not the thumbprint of a key.")
    return kid


class _Members(tuple[tuple[str, object], ...]):
    """A JSON object's members as written, so that one given twice is seen."""

    __slots__ = ()

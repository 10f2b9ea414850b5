"""Protects: a statement is kept as it was said, and its signer is whoever could sign it.

Each form that is refused, with its reason, is in `tests/conformance/test_note_vectors.py`.
"""

from __future__ import annotations

import base64
import json

import pytest

from showclear.ledger import ed25519, jws
from showclear.ledger.errors import EvidenceError, MisuseError

KEY = ed25519.SigningKey(bytes(range(32)))
PAYLOAD = b'{"id":"s-1"}'
RAW = jws.sign_statement(PAYLOAD, KEY)

# RFC 8037, appendices A.1 to A.4.
RFC_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
RFC_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
RFC_SIGNED = (
    b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
    b"09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def refusal(raw: bytes) -> str:
    with pytest.raises(EvidenceError) as refused:
        jws.verify_statement(jws.read_statement(raw), KEY.public)
    return refused.value.code


def test_a_key_has_the_name_that_the_rfc_gives_it() -> None:
    assert {"crv": "Ed25519", "kty": "OKP", "x": RFC_X} == jws.jwk(RFC_PUBLIC)
    assert RFC_THUMBPRINT == jws.thumbprint(RFC_PUBLIC)


def test_the_signature_of_the_rfc_verifies_and_its_header_is_not_ours() -> None:
    """RFC 9864 replaced the name `EdDSA`, under which a verifier must guess the curve."""
    signing_input, _, signature = RFC_SIGNED.rpartition(b".")
    raw = base64.urlsafe_b64decode(signature + b"==")

    assert ed25519.verify(raw, signing_input, public=RFC_PUBLIC)
    assert "bad-header" == refusal(RFC_SIGNED)


def test_what_was_said_comes_back_to_the_byte() -> None:
    statement = jws.read_statement(RAW)
    jws.verify_statement(statement, KEY.public)

    assert PAYLOAD == statement.payload
    assert jws.thumbprint(KEY.public) == statement.kid
    assert RAW.startswith(statement.signing_input + b".")


def test_the_header_holds_three_members_and_no_more() -> None:
    header = json.loads(base64.urlsafe_b64decode(RAW.split(b".")[0] + b"=="))

    assert {
        "alg": "Ed25519",
        "kid": jws.thumbprint(KEY.public),
        "typ": "showclear+jws",
    } == header


def test_another_key_did_not_say_it() -> None:
    with pytest.raises(EvidenceError) as refused:
        jws.verify_statement(jws.read_statement(RAW), RFC_PUBLIC)
    assert "wrong-key" == refused.value.code


def test_every_character_of_a_statement_counts() -> None:
    for at in range(len(RAW)):
        for other in (b"A", b"_", b".", b" ", b""):
            changed = RAW[:at] + other + RAW[at + 1 :]
            if changed != RAW:
                assert refusal(changed)


def test_a_header_read_before_does_not_vouch_for_another_key() -> None:
    stranger = ed25519.SigningKey(b"s" * 32)
    header = RAW.split(b".")[0]
    signing_input = header + b"." + RAW.split(b".")[1]
    signature = base64.urlsafe_b64encode(stranger.sign(signing_input)).rstrip(b"=")

    assert "bad-signature" == refusal(signing_input + b"." + signature)


def test_a_statement_of_65535_bytes_fits_and_one_more_does_not() -> None:
    room = 65_535 - len(jws.sign_statement(b"", KEY))
    largest = jws.sign_statement(b"x" * (room * 3 // 4), KEY)

    assert 65_533 <= len(largest) <= 65_535
    jws.verify_statement(jws.read_statement(largest), KEY.public)
    with pytest.raises(MisuseError, match="65,535"):
        jws.sign_statement(b"x" * (room * 3 // 4 + 2), KEY)
    assert "statement-too-large" == refusal(b"x" * 65_536)


def test_headers_nested_deeply_are_refused_and_not_remembered() -> None:
    before = jws._kid_of.cache_info().currsize
    for depth in (1, 100, 384, 40_000):
        header = base64.urlsafe_b64encode(b"[" * depth).rstrip(b"=")
        assert "bad-header" == refusal(header + b".AA." + RAW.split(b".")[2])

    assert before == jws._kid_of.cache_info().currsize


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_has_no_name(length: int) -> None:
    with pytest.raises(MisuseError, match="32 bytes"):
        jws.thumbprint(bytes(length))
    with pytest.raises(MisuseError, match="32 bytes"):
        jws.verify_statement(jws.read_statement(RAW), bytes(length))

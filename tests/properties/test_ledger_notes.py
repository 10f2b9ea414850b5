"""Protects: no bytes from outside do more than be refused, and no single change goes unseen.

Random bytes alone are turned away at the first line. So most examples are built from what is
signed and right, cut, joined and changed in a place or two.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.ledger import jws
from showclear.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
    size_of,
)
from showclear.ledger.cosignature import cosigned_at
from showclear.ledger.ed25519 import SigningKey, verify
from showclear.ledger.encoding import decimal, decode_base64, decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.merkle import leaf_hash
from showclear.ledger.note import (
    NoteCosigner,
    NoteSigner,
    open_note,
    parse_verifier_key,
    sign_note,
)
from showclear.ledger.policy import parse_policy
from showclear.ledger.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof
from tests.strategies import often

LOG = NoteSigner("set.example/unit-1", b"l" * 32)
WITNESS = NoteCosigner("witness.example", b"w" * 32, timestamp=1_780_000_000)
KEY = SigningKey(b"k" * 32)
ENTRY = b"an entry"
POINT = Checkpoint(origin=LOG.name, size=2, root=leaf_hash(ENTRY))
SIGNED = sign_checkpoint(POINT, LOG, cosigners=[WITNESS])
RECEIPT = TlogProof(index=1, proof=(bytes(32),), checkpoint=SIGNED, extra=b"extra").to_bytes()
POLICY = f"log {LOG.key} url\nwitness w {WITNESS.key}\ngroup g 1 w\nquorum g\n".encode()
STATEMENT = jws.sign_statement(b'{"id":"s-1"}', KEY)
WHOLE = [SIGNED, RECEIPT, POLICY, STATEMENT, str(LOG.key).encode(), POINT.text().encode()]

READERS: dict[str, Callable[[bytes], object]] = {
    "note": lambda raw: open_note(raw, [LOG.key, WITNESS.key]),
    "checkpoint": lambda raw: open_checkpoint(raw, LOG.key, witnesses=[WITNESS.key]),
    "checkpoint text": lambda raw: parse_checkpoint(raw.decode("utf-8", "surrogateescape")),
    "size": size_of,
    "receipt": parse_tlog_proof,
    "whole receipt": lambda raw: verify_tlog_proof(raw, ENTRY, trust=LOG.key),
    "policy": parse_policy,
    "satisfied policy": lambda raw: parse_policy(raw).satisfied_by(SIGNED, log=LOG.key),
    "checkpoint for a policy": parse_policy(POLICY).satisfied_by,
    "key": lambda raw: parse_verifier_key(raw.decode("utf-8", "surrogateescape")),
    "statement": lambda raw: jws.verify_statement(jws.read_statement(raw), KEY.public),
    "header": lambda raw: jws.read_statement(
        jws.encode_base64url(raw) + STATEMENT[STATEMENT.index(b".") :]
    ),
    "base64": lambda raw: decode_base64(raw, what="It"),
    "base64url": lambda raw: decode_base64url(raw, what="It"),
    "decimal": decimal,
    "cosignature": cosigned_at,
}

PIECES = [
    b"\n",
    b"\n\n",
    b" ",
    b"=",
    b"+",
    b"\xe2\x80\x94 ",
    b"\xff",
    b"\0",
    b".",
    b"{",
    b'"',
    b"quorum none\n",
]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Return something right with a few cuts, swaps and additions."""
    raw = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(raw)))
        until = draw(st.integers(at, min(len(raw), at + 8)))
        piece = draw(st.sampled_from([b"", *PIECES, *WHOLE]) | st.binary(max_size=8))
        raw = raw[:at] + piece + raw[until:]
    return raw


@pytest.mark.parametrize("reader", READERS)
@often(60)
@given(
    raw=broken() | st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode())
)
def test_any_bytes_are_read_or_refused_as_evidence(reader: str, raw: bytes) -> None:
    said = "read"
    try:
        READERS[reader](raw)
    except EvidenceError as refused:
        said = str(refused)

    # A refusal can be shown on any screen.
    assert said.encode()


@often(300)
@given(st.data())
def test_one_changed_byte_of_a_signed_note_never_opens(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(["\n", "one line\n", "ends empty\n\n", "é — \U0001f3ac\n"]))
    signer = data.draw(st.sampled_from([LOG, WITNESS]))
    raw = sign_note(text, (signer,))
    at = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[at]))
    changed = raw[:at] + bytes([other]) + raw[at + 1 :]

    assert text == open_note(raw, [signer.key]).text
    with pytest.raises(EvidenceError):
        open_note(changed, [signer.key])


@often(200)
@given(st.data())
def test_one_changed_byte_of_a_statement_is_never_verified(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(STATEMENT) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != STATEMENT[at]))
    changed = STATEMENT[:at] + bytes([other]) + STATEMENT[at + 1 :]

    with pytest.raises(EvidenceError):
        jws.verify_statement(jws.read_statement(changed), KEY.public)


@often(100)
@given(
    size=st.integers(1, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(
        st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1, max_size=20), max_size=3
    ),
)
def test_a_checkpoint_is_written_signed_and_read(
    size: int, root: bytes, extensions: list[str]
) -> None:
    point = Checkpoint(origin=LOG.name, size=size, root=root, extensions=tuple(extensions))

    raw = sign_checkpoint(point, LOG, cosigners=[WITNESS])

    opened = open_checkpoint(raw, LOG.key, witnesses=[WITNESS.key])
    assert point == opened.checkpoint == parse_checkpoint(point.text())
    assert size == size_of(raw)
    assert [WITNESS.timestamp] == [one.timestamp for one in opened.cosigned]


@often(100)
@given(
    signature=st.binary(max_size=100), message=st.binary(max_size=50), public=st.binary(max_size=40)
)
def test_no_signature_is_found_in_random_bytes(
    signature: bytes, message: bytes, public: bytes
) -> None:
    assert verify(signature, message, public=public) is False


@often(100)
@given(payload=st.binary(max_size=300))
def test_a_statement_is_signed_and_read(payload: bytes) -> None:
    statement = jws.read_statement(jws.sign_statement(payload, KEY))
    jws.verify_statement(statement, KEY.public)

    assert payload == statement.payload

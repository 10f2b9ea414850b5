"""Protects: the notes, statements and signatures that we give to others to test with.

Each case of the three files was made by a few lines of plain Python, and not by the program.
Here they are made anew and compared to the character, and then the program has to accept and
refuse each, for the reason that the file gives.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from showclear.ledger import ed25519, jws
from showclear.ledger.checkpoint import Checkpoint, parse_checkpoint
from showclear.ledger.errors import EvidenceError
from showclear.ledger.note import NoteCosigner, NoteSigner, open_note, parse_verifier_key, sign_note
from showclear.ledger.policy import parse_policy
from showclear.ledger.tlog_proof import parse_tlog_proof, verify_tlog_proof
from tests.conformance import derive_ed25519, derive_notes

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "ledger"


def written() -> dict[str, str]:
    """The three files, as they are derived now."""
    signatures = {"cases": derive_ed25519.as_rows()}
    return {
        "notes.json": derive_notes.written_notes(),
        "jws.json": derive_notes.written_statements(),
        "ed25519.json": json.dumps(signatures, indent=1) + "\n",
    }


@cache
def stored(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return read


def note_of(row: dict[str, Any]) -> bytes:
    if "note_hex" in row:
        return bytes.fromhex(row["note_hex"])
    note: str = row["note"]
    return note.encode()


def test_the_files_are_what_is_derived() -> None:
    for name, text in written().items():
        assert text == (FOLDER / name).read_text(encoding="utf-8"), name


def test_libsodium_judges_each_signature_as_the_file_says() -> None:
    for row in stored("ed25519.json")["cases"]:
        judged = ed25519.verify(
            bytes.fromhex(row["signature"]),
            bytes.fromhex(row["message"]),
            public=bytes.fromhex(row["public"]),
        )

        assert row["accepted"] == judged, row["name"]


def test_nothing_is_accepted_for_which_the_bare_equation_fails() -> None:
    """A verifier that applies no rule but the equation agrees to all that we admit."""
    for row in stored("ed25519.json")["cases"]:
        assert row["equation"] or not row["accepted"], row["name"]
        assert row["equation_times_eight"] or not row["equation"], row["name"]


def test_a_verifier_key_is_read_and_written_back() -> None:
    for row in stored("notes.json")["verifier_keys"]["accepted"]:
        key = parse_verifier_key(row["vkey"])

        assert row["vkey"] == str(key)
        assert (row["name"], row["key_id"], row["type"]) == (
            key.name,
            key.key_id.hex(),
            key.key_type,
        )


def test_what_is_no_verifier_key_is_refused_for_its_reason() -> None:
    for row in stored("notes.json")["verifier_keys"]["refused"]:
        with pytest.raises(EvidenceError) as refused:
            parse_verifier_key(row["vkey"])

        assert row["code"] == refused.value.code, row["reason"]


def test_a_note_opens_for_its_readers() -> None:
    for row in stored("notes.json")["notes"]["accepted"]:
        opened = open_note(note_of(row), [parse_verifier_key(text) for text in row["known"]])

        assert row["text"] == opened.text, row["name"]
        assert row["verified"] == [one.name for one in opened.verified], row["name"]


def test_a_note_that_is_refused_is_refused_for_its_reason() -> None:
    for row in stored("notes.json")["notes"]["refused"]:
        with pytest.raises(EvidenceError) as refused:
            open_note(note_of(row), [parse_verifier_key(text) for text in row["known"]])

        assert row["code"] == refused.value.code, row["reason"]


def test_we_sign_the_same_bytes() -> None:
    log = NoteSigner(derive_notes.LOG, derive_notes.LOG_SEED)
    witness = NoteCosigner(
        derive_notes.WITNESS, derive_notes.WITNESS_SEED, timestamp=derive_notes.TIME
    )

    assert derive_notes.COSIGNED.encode() == sign_note(derive_notes.BODY, (log, witness))


def test_a_checkpoint_is_read_and_written_back() -> None:
    for row in stored("notes.json")["checkpoints"]["accepted"]:
        expected = Checkpoint(
            origin=row["origin"],
            size=row["size"],
            root=bytes.fromhex(row["root"]),
            extensions=tuple(row["extensions"]),
        )

        assert expected == parse_checkpoint(row["text"])
        assert row["text"] == expected.text()


def test_what_is_no_checkpoint_is_refused_for_its_reason() -> None:
    for row in stored("notes.json")["checkpoints"]["refused"]:
        with pytest.raises(EvidenceError) as refused:
            parse_checkpoint(row["text"])

        assert row["code"] == refused.value.code, row["reason"]


def test_a_receipt_shows_its_entry() -> None:
    whole = stored("notes.json")["proofs"]
    policy = parse_policy(whole["policy"].encode())
    for row in whole["accepted"]:
        raw = row["proof"].encode()
        shown = verify_tlog_proof(raw, whole["entry"].encode(), trust=policy)

        assert row["index"] == shown.index
        assert row["extra"] == (shown.extra.hex() if shown.extra is not None else None)
        assert raw == parse_tlog_proof(raw).to_bytes()


def test_a_receipt_that_is_refused_is_refused_for_its_reason() -> None:
    whole = stored("notes.json")["proofs"]
    policy = parse_policy(whole["policy"].encode())
    for row in whole["refused"]:
        entry = row.get("entry", whole["entry"]).encode()
        with pytest.raises(EvidenceError) as refused:
            verify_tlog_proof(row["proof"].encode(), entry, trust=policy)

        assert row["code"] == refused.value.code, row["reason"]


def test_a_statement_is_read_and_verified() -> None:
    whole = stored("jws.json")
    public = bytes.fromhex(whole["key"]["public"])
    for row in whole["accepted"]:
        statement = jws.read_statement(row["statement"].encode())
        jws.verify_statement(statement, public)

        assert row["payload"] == statement.payload.hex(), row["name"]
        assert whole["key"]["thumbprint"] == statement.kid


def test_we_sign_the_same_statement() -> None:
    whole = stored("jws.json")
    key = ed25519.SigningKey(bytes.fromhex(whole["key"]["seed"]))
    ordinary = whole["accepted"][0]

    made = jws.sign_statement(bytes.fromhex(ordinary["payload"]), key)

    assert ordinary["statement"].encode() == made
    assert whole["key"]["jwk"] == jws.jwk(key.public)
    assert whole["key"]["thumbprint"] == jws.thumbprint(key.public)


def test_a_statement_that_is_refused_is_refused_for_its_reason() -> None:
    whole = stored("jws.json")
    public = bytes.fromhex(whole["key"]["public"])
    for row in whole["refused"]:
        with pytest.raises(EvidenceError) as refused:
            jws.verify_statement(jws.read_statement(row["statement"].encode()), public)

        assert row["code"] == refused.value.code, row["reason"]

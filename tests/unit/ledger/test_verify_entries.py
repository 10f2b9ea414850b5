"""Protects: whoever holds the real keys cannot sign a record that contradicts itself.

Each log here is built anew, with hashes that fit and a checkpoint by the log's own key. What
is wrong is in what its entries say: of keys, of each other, of when they came.
"""

from __future__ import annotations

import json
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from showclear.adapters.log_source import FolderSource
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.jws import sign_statement
from showclear.ledger.verify import Asked, Verified, verify
from showclear.ledger.verify_entries import IdTable
from tests.unit.ledger.signed_log import (
    OWN,
    PHONE,
    SERVER,
    STRANGER,
    TABLET,
    Files,
    MemorySource,
    SignedLog,
    a_log,
    coded,
    write,
)

BUNDLE, LAST_BUNDLE = "log/tile/entries/000", "log/tile/entries/001.p/44"


def checked(files: Files) -> Verified:
    return verify(MemorySource(files), Asked(processes=1))


def codes(found: Verified) -> list[str]:
    return [one.code for one in found.findings]


def rewritten(index: int, entry: bytes) -> SignedLog:
    """The log of 300 with another entry, signed again with the log's own key."""
    log = a_log()
    log.entries[index] = entry
    log.beside = {}
    return log


def say(name: str, what: str = "confirmed", signer: SigningKey = TABLET, **fields: object) -> bytes:
    return sign_statement(json.dumps({"id": name, "what": what, **fields}).encode(), signer)


def named(index: int) -> str:
    """The id that a received of the log of 300 expects at an index."""
    return f"said-{index}"


KEY = coded(STRANGER.public)
SIGNED: dict[str, tuple[int, bytes, str]] = {
    "no statement": (100, b"hello", "not-a-statement"),
    "empty entry": (100, b"", "not-a-statement"),
    "another kind of header": (100, b"e30.e30." + b"A" * 86, "bad-header"),
    "payload that is no JSON": (100, sign_statement(b"hello", TABLET), "not-json"),
    "key twice in a payload": (100, sign_statement(b'{"id":"a","id":"b"}', TABLET), "not-json"),
    "NaN in a payload": (100, sign_statement(b'{"id":"a","n":NaN}', TABLET), "not-json"),
    "payload that is a list": (100, sign_statement(b"[]", TABLET), "not-json"),
    "payload not UTF-8": (100, sign_statement(b'{"id":"\xff"}', TABLET), "not-json"),
    "nested without end": (100, sign_statement(b'{"id":' + b"[" * 30_000, TABLET), "not-json"),
    "no id": (100, sign_statement(b'{"what":"confirmed"}', TABLET), "no-id"),
    "id that is no text": (100, sign_statement(b'{"id":["a"],"what":"x"}', TABLET), "no-id"),
    "id of 201 characters": (100, say("a" * 201), "no-id"),
    "the id of another": (100, say("act"), "same-id"),
    "unknown key": (100, say(named(100), signer=STRANGER), "unknown-key"),
    "key enrolled later": (1, say("enrol/tablet-1", signer=PHONE), "unknown-key"),
    "revoked key": (100, say(named(100), signer=PHONE), "revoked-key"),
    "signature of another": (
        100, say(named(100)).rpartition(b".")[0] + b"." + say("other").rpartition(b".")[2],
        "bad-signature",
    ),
    "spare bits in the signature": (100, say(named(100))[:-1] + b"B", "not-base64"),
    "no server key": (0, say("enrol/set-server", "production.opened", SERVER), "no-server-key"),
    "server key signed by another": (
        0, say("enrol/set-server", "device.enrolled", TABLET, kind="server", key=KEY),
        "no-server-key",
    ),
    "a tablet as the server": (100, say(named(100), **OWN), "not-the-server"),
    "a verdict by a tablet": (
        100, say(named(100), "verdict.given", **{"for": "noted"}), "not-the-server",
    ),
    "a reception by a tablet": (100, say(named(100), "received", ids=["said-99"]), "not-the-server"),
    "a tag that is spelt out": (
        100,
        sign_statement(b'{"id":"said-100","what":"verdict.g\\u0069ven","for":"noted"}', TABLET),
        "not-the-server",
    ),
    "a verdict on nothing": (4, say("v", "verdict.given", SERVER, **OWN, **{"for": "x"}), "no-such-"),
    "a verdict on what comes later": (
        4, say("v", "verdict.given", SERVER, **OWN, **{"for": "said-99"}), "no-such-entry",
    ),
    "a verdict on no id": (4, say("v", "verdict.given", SERVER, **OWN, **{"for": 7}), "no-such-"),
    "a second verdict": (
        100, say(named(100), "verdict.given", SERVER, **OWN, **{"for": "act"}), "second-verdict",
    ),
    "received what is not there": (299, say("r", "received", SERVER, **OWN, ids=["x"]), "no-such-"),
    "received twice": (299, say("r", "received", SERVER, **OWN, ids=["act"]), "received-twice"),
    "received itself": (299, say("r", "received", SERVER, **OWN, ids=["r"]), "no-such-entry"),
    "received no list": (299, say("r", "received", SERVER, **OWN, ids=7), "no-such-entry"),
    "left out of received": (100, say("stranger"), "not-received"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SIGNED)
def test_a_contradiction_is_found_although_the_real_key_signed_it(kind: str) -> None:
    index, entry, code = SIGNED[kind]

    found = checked(rewritten(index, entry).files())

    name, width = divmod(index, 256)
    place = f"{LAST_BUNDLE if name else BUNDLE}, entry {index}"
    assert (place, True) in {(one.where, one.code.startswith(code)) for one in found.findings}
    assert width >= 0


def test_a_stranger_cannot_enrol_a_device_with_a_tablet() -> None:
    log = a_log(60)
    log.say("x", "device.enrolled", device="mine", kind="tablet", key=KEY)
    log.say("y", "confirmed", STRANGER, of="act")

    assert ["unknown-key"] == codes(checked(log.files()))


def test_an_enrolment_whose_signature_does_not_fit_enrols_nobody() -> None:
    log = a_log(60)
    payload = {
        "id": "x",
        "what": "device.enrolled",
        **OWN,
        "device": "mine",
        "kind": "tablet",
        "key": KEY,
    }
    good = sign_statement(json.dumps(payload).encode(), SERVER)
    log.add(good[:-4] + b"AAAA")
    log.say("y", "confirmed", STRANGER, of="act")

    assert ["bad-signature", "unknown-key"] == codes(checked(log.files()))


def test_an_enrolment_spelt_with_escapes_still_enrols() -> None:
    log = a_log(60)
    raw = (
        b'{"id":"x","what":"\\u0064evice.enrolled","by":"server","attested":"server",'
        b'"device":"mine","kind":"tablet","key":"' + KEY.encode() + b'"}'
    )
    log.add(sign_statement(raw, SERVER))
    log.say("y", "confirmed", STRANGER, of="act")

    assert () == checked(log.files()).findings


# --- processes ---------------------------------------------------------------------


def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    log = a_log(9_000)
    late = SigningKey(sha256(b"late").digest())
    # Enrolled where other processes have the next bundles in hand already.
    enrol = {"id": "said-3001", "what": "device.enrolled", "device": "late", "kind": "tablet"}
    enrol |= {**OWN, "key": coded(late.public)}
    log.entries[3_001] = sign_statement(json.dumps(enrol).encode(), SERVER)
    log.entries[3_401] = say("said-3401", signer=late)
    log.entries[3_501] = say("said-3501", signer=late).rpartition(b".")[0] + b"." + b"A" * 86
    log.entries[8_001] = say("act")
    log.beside = {}
    source = FolderSource(write(log.files(), tmp_path))

    one, two = (verify(source, Asked(processes=number)) for number in (1, 2))

    assert one == two
    assert ["bad-signature", "no-such-entry", "not-received", "same-id"] == sorted(codes(two))
    assert FolderSource is type(pickle.loads(pickle.dumps(source)))


def test_the_table_of_ids_keeps_the_first_place() -> None:
    table = IdTable(1_000)
    names = [f"n{number}" for number in range(1_000)]

    assert [] == table.add_all(names[:500], first=0)
    assert [(500, 7)] == table.add_all([names[7], None, *names[500:]], first=500)[:1]
    assert all(table.find(name) is not None for name in names)
    assert table.find("other") is None

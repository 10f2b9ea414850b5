"""Protects: whoever changes a record, in any place and by any means, is named with that place.

A verifier that passes one change by would be quoted for all the changes it never saw. The
table has one line for each way to tamper that somebody thought of, those by the holder of
the server's own key among them: such a log is signed, and still contradicts itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256

import pytest

from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import sign_statement
from showclear.ledger.note import NoteCosigner, NoteSigner
from showclear.ledger.policy import parse_policy
from showclear.ledger.verify import Asked, Receipt, Verified, lines_of, verify
from showclear.ledger.verify_report import SHOWN_MAX
from tests.unit.ledger.signed_log import (
    LOG,
    OWN,
    SERVER,
    TABLET,
    Files,
    MemorySource,
    SignedLog,
    a_log,
    cosigned,
    sealed,
    text_line,
)

CHECKPOINT = "log/checkpoint"
BUNDLE, LAST_BUNDLE = "log/tile/entries/000", "log/tile/entries/001.p/44"
TILE, LAST_TILE, TOP = "log/tile/0/000", "log/tile/0/001.p/44", "log/tile/1/000.p/1"
TEXTS = "texts/texts.jsonl"
PICTURE = f"attachments/{sha256(b'jpeg').hexdigest()}.jpg"
EARLY = "receipts/early.tlog-proof"


@cache
def whole() -> Files:
    """The files of the log of 300."""
    return a_log().files()


ALONE = Asked(processes=1)


def checked(files: Files, asked: Asked = ALONE) -> Verified:
    return verify(MemorySource(files), asked)


def codes(found: Verified) -> list[str]:
    return [one.code for one in found.findings]


# --- a whole log -------------------------------------------------------------------


def test_a_log_that_nobody_touched_is_whole_and_says_what_was_shown() -> None:
    found = checked(whole())

    assert () == found.findings
    assert found.whole
    assert (LOG.name, 300) == (found.origin, found.entries)
    said = "\n".join(lines_of(found))
    assert "WHOLE: nothing was changed since it was signed." in said
    assert f"signed by {LOG.key}" in said
    assert "tablet-1" in said
    assert "phone-1 11" in said
    assert "received from 2026-06-09T19:44:00Z to 2026-06-09T20:00:00Z" in said
    assert "1 texts are the ones that were sealed" in said
    assert "1 texts are not here: the log says that they were erased." in said
    assert "2 receipts fit this log; the oldest is of 22 entries." in said
    assert "the policy came with it" in said
    assert "Whether what was said is true" in said
    assert "safe" not in said.lower()


@pytest.mark.parametrize("size", [60, 255, 256, 257, 511, 512, 513])
def test_a_log_of_any_size_is_whole(size: int) -> None:
    assert () == checked(a_log(size).files()).findings


def test_an_empty_log_is_whole() -> None:
    found = checked(SignedLog().files())

    assert ((), 0) == (found.findings, found.entries)


def test_a_policy_from_elsewhere_is_believed_and_the_folders_is_not_read() -> None:
    policy = parse_policy(whole()["policy"])

    found = checked({**whole(), "policy": b"rubbish"}, Asked(policy=policy, processes=1))

    assert found.whole
    assert not any("came with it" in note for note in found.notes)


def test_a_policy_from_elsewhere_that_names_another_log_refuses_this_one() -> None:
    other = NoteSigner(LOG.name, sha256(b"other").digest())
    policy = parse_policy(f"log {other.key}\nquorum none\n".encode())

    found = checked(whole(), Asked(policy=policy, processes=1))

    assert ("no-known-signature", CHECKPOINT) == (found.findings[0].code, found.findings[0].where)


def test_witnesses_are_counted_as_the_policy_asks() -> None:
    log = a_log(60)
    witness = NoteCosigner("witness", sha256(b"witness").digest(), timestamp=1_780_000_000)
    policy = f"log {LOG.key}\nwitness w {witness.key}\nquorum w\n".encode()

    alone = checked({**log.files(), "policy": policy})
    seen = checked({**log.files(), "policy": policy, CHECKPOINT: cosigned(log, witness)})

    assert "quorum-not-met" == alone.findings[0].code
    assert seen.whole
    assert any("The witness witness saw it at 2026-05-2" in note for note in seen.shown)


def test_what_is_not_here_is_counted_and_no_fault() -> None:
    files = {name: raw for name, raw in whole().items() if name.startswith(("log/", "policy"))}

    found = checked(files)

    assert found.whole
    assert any("1 texts are not here: given out to nobody" in said for said in found.gone)
    assert any("1 attachments are not here" in said for said in found.gone)


def test_a_text_that_names_its_entry_is_taken() -> None:
    line = text_line("noted", "brass in the tray")[:-1] + b',"index":5}'

    assert checked({**whole(), TEXTS: line}).whole


def test_an_erased_text_that_is_still_here_is_said() -> None:
    line = text_line("secret", "who", "on.people.0")

    found = checked({**whole(), TEXTS: whole()[TEXTS] + line})

    assert found.whole
    assert any("1 texts are still here" in said for said in found.gone)


def test_a_narrower_tile_that_is_a_true_beginning_is_only_mentioned() -> None:
    log = a_log(280)
    old = SignedLog(entries=log.entries[:270]).files()
    left = {name: raw for name, raw in old.items() if name.endswith(".p/14")}
    assert 2 == len(left)

    found = checked({**log.files(), **left, "log/tile/0/000.writing": b"half"})

    assert found.whole
    assert any("3 files under log/ are left over" in said for said in found.gone)


def test_the_end_of_a_group_that_is_still_open_is_mentioned() -> None:
    log = a_log(60)
    log.say("late", "confirmed", of="act")

    found = checked(log.files())

    assert found.whole
    assert any("the last 1 entries came" in said for said in found.unchecked)


def test_a_clock_that_runs_backwards_is_mentioned() -> None:
    log = a_log(60)
    log.say("late", "confirmed", of="act")
    log.receive("2026-06-09T01:00:00Z")

    found = checked(log.files())

    assert found.whole
    assert any("ran backwards 1 times, first at entry 61" in said for said in found.shown)


def test_a_group_that_nobody_ever_closed_is_found() -> None:
    log = a_log(60)
    for number in range(1_102):
        log.say(f"late-{number}", "confirmed", of="act")

    found = checked(log.files())

    assert ["not-received"] == codes(found)
    assert f"{BUNDLE}, entry 60" == found.findings[0].where


# --- tampering with what is published ----------------------------------------------


def flip(name: str, at: int, bit: int = 1) -> Callable[[Files], None]:
    """One bit of one file."""

    def tamper(files: Files) -> None:
        raw = bytearray(files[name])
        raw[at] ^= bit
        files[name] = bytes(raw)

    return tamper


def put(name: str, raw: bytes) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(name, raw)


def drop(*names: str) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        for name in names:
            del files[name]

    return tamper


def cut(name: str, count: int) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(name, files[name][:-count])


def swap(one: str, other: str) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        files[one], files[other] = files[other], files[one]

    return tamper


def swap_hashes(files: Files) -> None:
    raw = files[TILE]
    files[TILE] = raw[32:64] + raw[:32] + raw[64:]


def older_checkpoint(files: Files) -> None:
    files[CHECKPOINT] = a_log().checkpoint(299)


def rename(old: str, new: str) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(new, files.pop(old))


def unknown_receipt(files: Files) -> None:
    other = NoteSigner(LOG.name, sha256(b"other").digest())
    text, _, _ = files[EARLY].rpartition(b"\n\n")
    _, divider, note = text.partition(b"\n\n")
    raw = other.sign(note + b"\n")
    line = f"— {other.name} {__import__('base64').b64encode(other.key.key_id + raw).decode()}\n"
    files[EARLY] = text + b"\n\n" + line.encode()
    assert divider


ADDED = "log/tile/2/000.p/1"
PUBLISHED: dict[str, tuple[Callable[[Files], None], str, str]] = {
    "bit in first entry's length": (flip(BUNDLE, 1), BUNDLE, "bundle-"),
    "bit in first entry's header": (flip(BUNDLE, 10), f"{BUNDLE}, entry 0", "entry-changed"),
    "bit in an entry's payload": (flip(BUNDLE, 3_000), f"{BUNDLE}, entry 7", "entry-changed"),
    "last byte of the last entry": (flip(LAST_BUNDLE, -1), f"{LAST_BUNDLE}, entry 299", "entry-"),
    "high bit in a bundle": (flip(LAST_BUNDLE, 900, 128), f"{LAST_BUNDLE}, entry 25", "entry-"),
    "bundle missing": (drop(BUNDLE), BUNDLE, "file-missing"),
    "last bundle missing": (drop(LAST_BUNDLE), LAST_BUNDLE, "file-missing"),
    "bundle cut by a byte": (cut(BUNDLE, 1), BUNDLE, "bundle-truncated"),
    "last bundle cut by a byte": (cut(LAST_BUNDLE, 1), LAST_BUNDLE, "bundle-truncated"),
    "bundle empty": (put(BUNDLE, b""), BUNDLE, "bundle-truncated"),
    "byte after the bundle": (
        lambda files: files.__setitem__(LAST_BUNDLE, files[LAST_BUNDLE] + b"\0"),
        LAST_BUNDLE,
        "bundle-surplus",
    ),
    "bundles swapped": (swap(BUNDLE, LAST_BUNDLE), BUNDLE, "bundle-"),
    "bit in a leaf hash": (flip(TILE, 32 * 7), f"{TILE}, hash 7", "tile-differs"),
    "bit in the last leaf hash": (flip(LAST_TILE, -1), f"{LAST_TILE}, hash 43", "tile-differs"),
    "leaf hashes swapped": (swap_hashes, f"{TILE}, hash 0", "tile-differs"),
    "tile missing": (drop(TILE), TILE, "file-missing"),
    "last tile missing": (drop(LAST_TILE), LAST_TILE, "file-missing"),
    "tile cut": (cut(TILE, 1), TILE, "tile-length"),
    "tile cut by a hash": (cut(LAST_TILE, 32), LAST_TILE, "tile-length"),
    "tile too long": (put(TILE, bytes(9_000)), TILE, "too-large"),
    "bit in level 1": (flip(TOP, 0), f"{TOP}, hash 0", "tile-differs"),
    "level 1 missing": (drop(TOP), TOP, "file-missing"),
    "level 1 too long": (put(TOP, bytes(64)), TOP, "tile-length"),
    "bundle and tile missing": (drop(BUNDLE, TILE), TILE, "file-missing"),
    "all tiles missing": (drop(BUNDLE, LAST_BUNDLE, TILE, LAST_TILE, TOP), CHECKPOINT, "files-"),
    "tile of a level too many": (put(ADDED, bytes(32)), ADDED, "surplus-file"),
    "bundle too many": (put("log/tile/entries/002", b"x"), "log/tile/entries/002", "surplus-file"),
    "wider tile": (put("log/tile/0/001.p/45", bytes(45 * 32)), "log/tile/0/001.p/45", "surplus-"),
    "narrower tile of other hashes": (
        put("log/tile/0/001.p/43", bytes(43 * 32)), "log/tile/0/001.p/43", "surplus-file",
    ),
    "narrower bundle of other entries": (
        put("log/tile/entries/001.p/1", b"\0\1x"), "log/tile/entries/001.p/1", "surplus-file",
    ),
    "misnamed file": (put("log/tile/0/0", b"x"), "log/tile/0/0", "misnamed-file"),
    "note beside the checkpoint": (put("log/README", b"x"), "log/README", "misnamed-file"),
    "bundle renamed": (rename(BUNDLE, "log/tile/entries/0"), BUNDLE, "file-missing"),
    "checkpoint missing": (drop(CHECKPOINT), CHECKPOINT, "no-checkpoint"),
    "checkpoint empty": (put(CHECKPOINT, b""), CHECKPOINT, "not-a-note"),
    "checkpoint huge": (put(CHECKPOINT, b"x" * 20_000), CHECKPOINT, "too-large"),
    "bit in the origin": (flip(CHECKPOINT, 0), CHECKPOINT, "bad-signature"),
    "bit in the size": (flip(CHECKPOINT, len(LOG.name) + 1), CHECKPOINT, "bad-signature"),
    "bit in the signature": (flip(CHECKPOINT, -9), CHECKPOINT, "bad-signature"),
    "checkpoint of an older size": (older_checkpoint, "log/tile/", "file-missing"),
    "policy missing": (drop("policy"), "policy", "no-policy"),
    "policy without quorum": (put("policy", f"log {LOG.key}\n".encode()), "policy", "bad-policy"),
    "policy without log": (put("policy", b"quorum none\n"), CHECKPOINT, "no-known-log"),
    "bit in the policy's key": (flip("policy", 60), "policy", ""),
    "text changed": (put(TEXTS, text_line("noted", "blood in the tray")), TEXTS, "text-differs"),
    "text with other salt": (
        put(TEXTS, text_line("noted", "brass in the tray", salt=b"x" * 16)), TEXTS, "text-differs",
    ),
    "text of nobody": (put(TEXTS, text_line("nobody", "x")), f"{TEXTS}, line 1", "belongs-to"),
    "text at another path": (put(TEXTS, text_line("noted", "x", "by")), TEXTS, "belongs-to-nothing"),
    "text twice": (put(TEXTS, b"\n".join([text_line("noted", "brass in the tray")] * 2)), TEXTS, "text-twice"),
    "text that is no JSON": (put(TEXTS, b"{\n"), f"{TEXTS}, line 1", "not-a-text"),
    "text that names another entry": (
        put(TEXTS, text_line("noted", "brass in the tray")[:-1] + b',"index":6}'),
        TEXTS,
        "text-differs",
    ),
    "another file of texts": (put("texts/more.jsonl", b""), "texts/more.jsonl", "belongs-to"),
    "attachment changed": (put(PICTURE, b"jpef"), PICTURE, "attachment-differs"),
    "attachment of nobody, and changed": (
        put(f"attachments/{'0' * 64}", b""),
        "attachments/000",
        "attachment-differs",
    ),
    "attachment misnamed": (put("attachments/x.jpg", b"jpeg"), "attachments/x.jpg", "belongs-to"),
    "bit in a receipt's proof": (flip(EARLY, 45), EARLY, ""),
    "receipt for another entry": (
        lambda files: files.__setitem__(EARLY, files[EARLY].replace(b"index 3", b"index 4")),
        EARLY,
        "root-differs",
    ),
    "receipt by another key": (unknown_receipt, EARLY, "no-known-signature"),
    "receipt that is none": (put("receipts/x", b"hello"), "receipts/x", "not-a-proof"),
}  # fmt: skip


@pytest.mark.parametrize("kind", PUBLISHED)
def test_tampering_with_a_file_is_found_at_its_place(kind: str) -> None:
    tamper, where, code = PUBLISHED[kind]
    files = dict(whole())
    tamper(files)

    found = checked(files)

    assert not found.whole
    assert found.findings[0].where.startswith(where), found.findings
    assert found.findings[0].code.startswith(code), found.findings
    assert "Traceback" not in "\n".join(lines_of(found))


# --- history rewritten, and receipts -----------------------------------------------


def test_history_rewritten_with_the_real_keys_is_caught_by_an_old_receipt() -> None:
    old = a_log().receipt(5, 22)
    log = a_log()
    log.entries[5] = sign_statement(
        json.dumps({"id": "noted", "what": "check.made", "note": sealed("all is well")}).encode(),
        TABLET,
    )
    log.beside = {}

    alone = checked(log.files())
    caught = checked(log.files(), Asked(receipts=(Receipt(name="mine", raw=old),), processes=1))

    assert alone.whole
    assert [("history-rewritten", "mine")] == [(one.code, one.where) for one in caught.findings]
    assert "rewritten after the receipt was given" in caught.findings[0].sentence


def test_a_receipt_ahead_of_the_log_shows_that_its_end_is_missing() -> None:
    log = a_log()
    receipt = Receipt(name="mine", raw=log.receipt(3, 300))
    shorter = SignedLog(entries=log.entries[:200])

    found = checked(shorter.files(), Asked(receipts=(receipt,), processes=1))

    assert ["entries-missing"] == codes(found)


def test_two_receipts_that_contradict_each_other_beyond_the_log_are_found() -> None:
    log, other = a_log(), a_log()
    other.entries[299] = log.entries[0]
    receipts = tuple(
        Receipt(name=name, raw=one.receipt(3)) for name, one in (("a", log), ("b", other))
    )

    found = checked(SignedLog(entries=log.entries[:200]).files(), Asked(receipts=receipts))

    assert ["entries-missing", "two-roots"] == codes(found)


def test_every_receipt_of_a_log_fits() -> None:
    log = a_log(300)
    log.beside |= {
        f"receipts/{index}-{size}.tlog-proof": log.receipt(index, size)
        for size in (1, 2, 200, 255, 256, 257, 299, 300)
        for index in {0, size // 2, size - 1}
    }

    assert () == checked(log.files()).findings


def test_damage_is_not_called_a_rewritten_history() -> None:
    files = dict(whole())
    flip(BUNDLE, 3_000)(files)

    assert "history-rewritten" not in codes(checked(files))


# --- the report --------------------------------------------------------------------


def test_what_came_from_the_log_cannot_steer_a_terminal() -> None:
    log = a_log(60)
    log.say("v", "verdict.given", SERVER, **OWN, **{"for": "\x1b[2J\u202e"})
    files = {**log.files(), "log/\x1b[2J": b""}

    for line in lines_of(checked(files)):
        assert line.isprintable()


def test_at_most_twenty_findings_are_shown_and_all_are_counted() -> None:
    files = {**whole(), **{f"log/{number}": b"" for number in range(100)}}

    found = checked(files)
    lines = list(lines_of(found))

    assert 100 == found.count
    assert SHOWN_MAX == sum("[misnamed-file]" in line for line in lines)
    assert "... and 80 more." in lines


def test_json_says_the_same() -> None:
    said = json.loads(json.dumps(checked(whole()).as_json()))

    assert {"whole", "entries", "root", "origin", "findings", "notes"} == said.keys()
    assert (True, 300, LOG.name, []) == (
        said["whole"], said["entries"], said["origin"], said["findings"],
    )  # fmt: skip


def test_where_nothing_is_nothing_is_claimed() -> None:
    with pytest.raises(EvidenceError) as refused:
        checked({"README.txt": b""})

    assert "nothing-here" == refused.value.code

"""Whoever changed anything in a bundle is found out, whatever keys they hold.

Protected here: each tampering is refused by the bundle's own verifier, with the place of
the first thing wrong, without a traceback; also what the log's real key signed wrongly or
signed a second time, differently.
"""

import random
from pathlib import Path

import pytest

from tests.conformance import bundle_maker as maker
from tests.conformance.bare_verifier import (
    Change,
    Files,
    judged,
    written,
)
from tests.conformance.bundle_maker import Bundle, jws, opening, ordinary, whole

WHOLE_300 = whole(300).files()
WHOLE_12 = whole(12).files()


# --- Tampering with files


def flip(name: str, *, at: int = 0, bit: int = 1) -> Change:
    def change(files: Files) -> None:
        raw = bytearray(files[name])
        raw[at] ^= bit
        files[name] = bytes(raw)

    return change


def put(name: str, raw: bytes) -> Change:
    return lambda files: files.update({name: raw})


def cut(name: str, *, by: int) -> Change:
    return lambda files: files.update({name: files[name][:-by]})


def grow(name: str, *, by: bytes) -> Change:
    return lambda files: files.update({name: files[name] + by})


def drop(*names: str) -> Change:
    def change(files: Files) -> None:
        for name in names:
            del files[name]

    return change


def move(name: str, to: str) -> Change:
    return lambda files: files.update({to: files.pop(name)})


def swap(one: str, other: str) -> Change:
    return lambda files: files.update({one: files[other], other: files[one]})


def replace(name: str, old: bytes, new: bytes) -> Change:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


FIRST, LAST = "log/tile/entries/000", "log/tile/entries/001.p/44"
TILE, TAIL, TOP = "log/tile/0/000", "log/tile/0/001.p/44", "log/tile/1/000.p/1"
NOTE, TEXTS = "log/checkpoint", "texts/texts.jsonl"
PICTURE = f"attachments/{maker.PICTURE_NAME}.png"
OLD = "receipts/151-100.tlog-proof"

TAMPERED: dict[str, tuple[Change, str]] = {
    "bit in the first entry": (flip(FIRST, at=40), f"{FIRST}, entry 0 does not fit its hash"),
    "bit in a signature": (flip(FIRST, at=-1), f"{FIRST}, entry 255 does not fit"),
    "bit in the last entry": (flip(LAST, at=-1), f"{LAST}, entry 299 does not fit"),
    "length of an entry": (flip(FIRST, at=1), f"{FIRST} "),
    "length past the end": (flip(LAST, at=0, bit=128), f"{LAST} ends in the middle"),
    "bundle cut": (cut(LAST, by=1), f"{LAST} ends in the middle"),
    "bundle grown": (grow(LAST, by=b"\0"), f"{LAST} has 1 bytes after its last entry"),
    "empty entry added": (grow(LAST, by=b"\0\0"), f"{LAST} has 2 bytes after its last entry"),
    "full bundle grown": (grow(FIRST, by=b"x"), f"{FIRST} has 1 bytes after its last entry"),
    "bundle emptied": (put(LAST, b""), f"{LAST} ends in the middle of its entry 0"),
    "bundle gone": (drop(FIRST), f"{FIRST} is missing"),
    "last bundle gone": (drop(LAST), f"{LAST} is missing"),
    "bundles swapped": (swap(FIRST, LAST), f"{FIRST} ends in the middle"),
    "bundle renamed": (move(LAST, LAST[:-2] + "43"), f"{LAST} is missing"),
    "bundle of another width added": (
        put(LAST[:-2] + "43", b"x"),
        f"{LAST[:-2]}43 does not belong",
    ),
    "bundle and tile gone": (drop(LAST, TAIL), f"{LAST} is missing"),
    "bit in a tile": (flip(TILE, at=64), f"{FIRST}, entry 2 does not fit its hash in {TILE}"),
    "bit in the last tile": (flip(TAIL, at=-1), f"{LAST}, entry 299 does not fit"),
    "bit in an upper tile": (flip(TOP), f"{TOP} does not fit the hashes below it"),
    "tile cut": (cut(TAIL, by=32), f"{TAIL} has 1376 bytes"),
    "tile cut within a hash": (cut(TILE, by=1), f"{TILE} has 8191 bytes"),
    "tile grown": (grow(TILE, by=bytes(32)), f"{TILE} is longer"),
    "tile gone": (drop(TILE), f"{TILE} is missing"),
    "upper tile gone": (drop(TOP), f"{TOP} is missing"),
    "tiles swapped": (swap(TILE, TAIL), f"{TILE} has 1408 bytes"),
    "upper tile renamed": (move(TOP, "log/tile/2/000.p/1"), f"{TOP} is missing"),
    "tile too many": (put("log/tile/2/000.p/1", bytes(32)), "log/tile/2/000.p/1 does not belong"),
    "padded number": (put("log/tile/00/000", b""), "log/tile/00/000 does not belong"),
    "file beside": (put("log/notes.txt", b"hello"), "log/notes.txt does not belong"),
    "checkpoint gone": (drop(NOTE), f"{NOTE} is missing"),
    "checkpoint empty": (put(NOTE, b""), f"{NOTE} is no checkpoint"),
    "checkpoint too long": (grow(NOTE, by=b"x" * 20_000), f"{NOTE} is longer"),
    "bit in the origin": (flip(NOTE), f"{NOTE} is not signed by any log key"),
    "size one less": (replace(NOTE, b"\n300\n", b"\n299\n"), f"{NOTE} is not what the log's key"),
    "size with a zero": (replace(NOTE, b"\n300\n", b"\n0300\n"), f"{NOTE} has '0300'"),
    "size beyond belief": (replace(NOTE, b"\n300\n", b"\n9" + b"0" * 17 + b"\n"), f"{NOTE} is not"),
    "size of many digits": (
        replace(NOTE, b"\n300\n", b"\n" + b"9" * 5000 + b"\n"),
        f"{NOTE} has '99",
    ),
    "padding bits of the signature": (cut(NOTE, by=1), f"{NOTE} is no checkpoint"),
    "carriage returns": (replace(NOTE, b"\n", b"\r\n"), f"{NOTE} is no signed note"),
    "not text": (put(NOTE, b"\xff\xfe\n\n\n"), f"{NOTE} is not written as it has to be"),
    "log key renamed": (
        replace(NOTE, b"\xe2\x80\x94 set", b"\xe2\x80\x94 s t"),
        f"{NOTE} has a sig",
    ),
    "bit in the policy": (flip("policy", at=40), "policy "),
    "policy gone": (drop("policy"), "policy is missing"),
    "text changed": (replace(TEXTS, b"stiff", b"loose"), f"{TEXTS}, line 1 is not the text"),
    "salt changed": (replace(TEXTS, b"MDEy", b"MDEz"), f"{TEXTS}, line 1 is not the text"),
    "salt cut": (replace(TEXTS, b"MDEy", b""), f"{TEXTS}, line 1 holds base64"),
    "text of another entry": (
        replace(TEXTS, b": 2", b": 5"),
        f"{TEXTS}, line 1 is a text that entry 5",
    ),
    "text at another place": (replace(TEXTS, b"plan", b"plans"), f"{TEXTS}, line 2 is a text that"),
    "text twice": (grow(TEXTS, by=WHOLE_300[TEXTS]), f"{TEXTS}, line 3 is a text that entry 2"),
    "field twice": (replace(TEXTS, b"{", b'{"index": 2, '), f"{TEXTS}, line 1 holds JSON in which"),
    "texts cut": (cut(TEXTS, by=9), f"{TEXTS}, line 2 is not written"),
    "text nested": (put(TEXTS, b"[" * 200_000), f"{TEXTS}, line 1 is "),
    "text file beside": (put("texts/more.txt", b"x"), "texts/more.txt is no file of texts"),
    "bit in an attachment": (flip(PICTURE, at=9), f"{PICTURE} is not the file that entry 3"),
    "attachment renamed": (
        move(PICTURE, "attachments/a.png"),
        "attachments/a.png is a file of which",
    ),
    "attachment unspoken of": (
        put(f"attachments/{maker.sha(b'x').hex()}", b"x"),
        f"attachments/{maker.sha(b'x').hex()} is a file of which",
    ),
    "receipt's proof": (flip(OLD, at=60), OLD),
    "receipt's entry": (
        replace(OLD, b"index 100", b"index 101"),
        f"{OLD} does not show that entry 101",
    ),
    "receipt beyond its log": (replace(OLD, b"index 100", b"index 151"), f"{OLD} does not show"),
    "receipt's signature": (flip(OLD, at=-9), OLD),
    "receipt without proof": (put(OLD, b"hello"), f"{OLD} is no checkpoint"),
    "receipt of another name": (move(OLD, "receipts/x.txt"), "receipts/x.txt is no receipt"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_bundle_is_refused_with_the_place(name: str, tmp_path: Path) -> None:
    change, place = TAMPERED[name]
    files = dict(WHOLE_300)
    change(files)

    code, said = judged(written(tmp_path, files), "--hashes")

    assert 1 == code, said
    assert said.startswith("NOT WHOLE.\n")
    assert f"The first thing wrong: {place}" in said


def test_any_bit_of_any_file_of_the_record_counts(tmp_path: Path) -> None:
    chance = random.Random(4)
    names = sorted(set(WHOLE_12) - {"README.txt"})
    for number in range(120):
        name = names[number % len(names)]
        files = dict(WHOLE_12)
        flip(name, at=chance.randrange(len(files[name])), bit=1 << chance.randrange(8))(files)

        code, said = judged(written(tmp_path / str(number), files))

        assert 1 == code, (name, said)


def test_many_findings_are_counted_and_twenty_shown(tmp_path: Path) -> None:
    files = WHOLE_300 | {TILE: bytes(8192)}

    code, said = judged(written(tmp_path, files), "--hashes")

    assert 1 == code
    assert "... and 236 more." in said
    assert 20 == said.count("does not fit its hash")


# --- Signed by the real keys, and wrong all the same


def statement(**fields: object) -> dict[str, object]:
    return {"id": "z", "what": "check.made", "attested": "own-device", **fields}


def revoking(*after: bytes) -> list[bytes]:
    revoked = {"id": "r", "what": "device.revoked", "attested": "server", "device": "tablet-1"}
    return [*ordinary(3), jws(revoked), *after]


def other_padding(entry: bytes) -> bytes:
    """Spell the signature otherwise: the last letter has four bits that stand for nothing."""
    letters = b"ABQRghwx"
    return entry[:-1] + letters[letters.index(entry[-1:]) + 1 :][:1]


GOOD_HEAD = {"alg": "Ed25519", "kid": maker.thumbprint(maker.SERVER), "typ": "showclear+jws"}
DEEP = b'{"id": "z", "what": "x", "deep": ' + b"[" * 30_000 + b"]" * 10_000 + b"}"
NESTED = b'{"id": "z", "what": "x", "deep": ' + b"[" * 100 + b"]" * 100 + b"}"
WRONG_ENTRIES: dict[str, tuple[list[bytes], int, str]] = {
    "no statement": ([*ordinary(3), b"hello"], 3, "is no signed statement"),
    "nothing at all": ([*ordinary(3), b""], 3, "is no signed statement"),
    "not even letters": ([*ordinary(3), b"\xff\x00" * 9], 3, "is not written as it has to be"),
    "revoked key": (revoking(jws(statement(), by=maker.TABLET)), 4, "after entry 3 revoked it"),
    "unknown key": ([*ordinary(3), jws(statement(), by=maker.STRANGER)], 3, "nobody had enrolled"),
    "used before it was enrolled": (
        [ordinary(1)[0], jws(statement(), by=maker.TABLET), ordinary(2)[1]],
        1,
        "nobody had enrolled",
    ),
    "enrolled by a stranger": (
        [
            *ordinary(2),
            jws(
                statement(what="device.enrolled", device="d", key=maker.b64url(bytes(32))),
                by=maker.STRANGER,
            ),
        ],
        2,
        "nobody had enrolled",
    ),
    "enrolled by a tablet": (
        [
            *ordinary(2),
            jws(
                statement(
                    what="device.enrolled",
                    device="d",
                    key=maker.b64url(maker.public(maker.STRANGER)),
                ),
                by=maker.TABLET,
            ),
            jws(statement(id="zz"), by=maker.STRANGER),
        ],
        3,
        "nobody had enrolled",
    ),
    "a revoked key enrolled again": (
        revoking(
            jws(
                statement(
                    what="device.enrolled",
                    device="d",
                    key=maker.b64url(maker.public(maker.TABLET)),
                )
            ),
            jws(statement(id="zz"), by=maker.TABLET),
        ),
        5,
        "after entry 3 revoked it",
    ),
    "the server's words by a tablet": (
        [*ordinary(2), jws(statement(by="server"), by=maker.TABLET)],
        2,
        "is for the server to sign",
    ),
    "verdict by a tablet": (
        [*ordinary(2), jws(statement(what="verdict.given"), by=maker.TABLET)],
        2,
        "is for the server to sign, and tablet-1 signed it",
    ),
    "a verdict on nothing": (
        [*ordinary(4), jws(statement(what="verdict.given", **{"for": "nobody-said-it"}))],
        4,
        "is a verdict on nothing that was said before it",
    ),
    "a second verdict": (
        [
            *ordinary(4),
            jws(statement(id="v1", what="verdict.given", **{"for": "s2"}, answer="hold")),
            jws(statement(id="v2", what="verdict.given", **{"for": "s2"}, answer="clear")),
        ],
        5,
        "is a second verdict on s2",
    ),
    "a reception of nobody": (
        [*ordinary(4), jws(statement(what="received", ids=["ghost"], clock="2026-05-01T10:00Z"))],
        4,
        "names as received what did not come",
    ),
    "a reception that leaves one out": (
        [
            *ordinary(3),
            jws(statement(what="received", ids=["s0", "s2"], clock="2026-05-01T10:00Z")),
        ],
        3,
        "leaves out s1",
    ),
    "a reception without a time": (
        [*ordinary(2), jws(statement(what="received", ids=["s0", "s1"]))],
        2,
        "does not say what was received, or when",
    ),
    "somebody else's words": (
        [
            *ordinary(2),
            ordinary(3)[2].rpartition(b".")[0] + b"." + ordinary(6)[5].rpartition(b".")[2],
        ],
        2,
        "has a signature that does not fit",
    ),
    "the same id again": ([*ordinary(4), ordinary(3)[2]], 4, "has the id of entry 2 again"),
    "no opening": (ordinary(3)[1:], 0, "does not enrol the server's key"),
    "an opening without a key": ([jws(opening(key=""))], 0, "holds base64"),
    "an opening by another": ([jws(opening(), by=maker.STRANGER)], 0, "nobody had enrolled"),
    "no id": ([*ordinary(2), jws({"what": "x"})], 2, "is a statement without an id"),
    "a list": ([*ordinary(2), jws([1])], 2, "holds JSON that is no object"),
    "a field twice": ([*ordinary(2), jws(b'{"id":"a","id":"b"}')], 2, "one field stands twice"),
    "not a number": ([*ordinary(2), jws(b'{"id":NaN}')], 2, "holds NaN"),
    "a huge number": (
        [*ordinary(2), jws(b'{"id":' + b"9" * 40_000 + b"}")],
        2,
        "more than 20 digits",
    ),
    "too deep to read": ([*ordinary(2), jws(DEEP)], 2, "is "),
    "too deep to follow": ([*ordinary(2), jws(NESTED)], 2, "is nested too deeply"),
    "a lone surrogate": (
        [*ordinary(2), jws(b'{"id":"\\ud800","what":"x"}'), b"x"],
        3,
        "is no signed",
    ),
    "another header": (
        [*ordinary(2), jws(statement(), header={**GOOD_HEAD, "alg": "none"})],
        2,
        "is no statement of a kind known here",
    ),
    "a header with more": (
        [*ordinary(2), jws(statement(), header={**GOOD_HEAD, "crit": ["x"]})],
        2,
        "is no statement of a kind known here",
    ),
    "padded base64": ([*ordinary(2), ordinary(3)[2] + b"="], 2, "holds base64"),
    "padding bits of base64": ([*ordinary(2), other_padding(ordinary(3)[2])], 2, "holds base64"),
    "a seal that is none": (
        [*ordinary(2), jws(statement(note={"sealed": "x"}))],
        2,
        "holds base64",
    ),
}


@pytest.mark.parametrize("name", WRONG_ENTRIES)
def test_the_logs_own_key_makes_no_wrong_entry_right(name: str, tmp_path: Path) -> None:
    entries, index, sentence = WRONG_ENTRIES[name]

    code, said = judged(Bundle(entries=entries).write(tmp_path))

    assert 1 == code, said
    place = f"log/tile/entries/000.p/{len(entries)}, entry {index} "
    assert f"The first thing wrong: {place}" in said
    assert sentence in said


def test_another_root_signed_by_the_logs_own_key_is_not_this_logs(tmp_path: Path) -> None:
    other = maker.checkpoint([*ordinary(5), jws(statement(id="new"), by=maker.TABLET)])

    code, said = judged(Bundle(entries=ordinary(6), checkpoint=other).write(tmp_path))

    assert 1 == code
    assert "The first thing wrong: log/checkpoint signs another root than these entries" in said


def test_rewritten_and_signed_again_is_shown_by_an_old_receipt(tmp_path: Path) -> None:
    receipt = tmp_path / "mine.tlog-proof"
    receipt.write_text(maker.receipt(ordinary(9), index=8))
    rewritten = [*ordinary(5), jws(statement(id="s5"), by=maker.TABLET), *ordinary(12)[6:]]
    folder = Bundle(entries=rewritten).write(tmp_path / "bundle")

    assert 0 == judged(folder)[0]
    code, said = judged(folder, "--receipt", receipt)

    assert 1 == code
    assert f"The first thing wrong: {receipt} holds a root that the log's key signed" in said
    assert "history was rewritten after it was given" in said


def test_a_log_cut_short_is_shown_by_a_receipt_of_what_is_gone(tmp_path: Path) -> None:
    receipt = tmp_path / "mine.tlog-proof"
    receipt.write_text(maker.receipt(ordinary(9), index=8))

    code, said = judged(Bundle(entries=ordinary(8)).write(tmp_path / "b"), "--receipt", receipt)

    assert 1 == code
    assert "promises 9 entries, and this log ends after 8" in said


def test_an_older_checkpoint_from_a_photo_is_as_good_as_a_receipt(tmp_path: Path) -> None:
    photo = tmp_path / "checkpoint-on-the-board"
    photo.write_text(maker.checkpoint(ordinary(5)))
    rewritten = [*ordinary(3), jws(statement(id="new"), by=maker.TABLET), *ordinary(12)[4:]]

    kept = judged(whole(12).write(tmp_path / "kept"), "--receipt", photo)
    changed = judged(Bundle(entries=rewritten).write(tmp_path / "new"), "--receipt", photo)

    assert (0, 1) == (kept[0], changed[0])
    assert f"{photo} holds a root that the log's key signed at 5 entries" in changed[1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257])
def test_every_receipt_of_every_size_fits(size: int, tmp_path: Path) -> None:
    entries = ordinary(257)
    bundle = Bundle(entries=entries)
    for index in {0, size // 3, size // 2, size - 1}:
        raw = maker.receipt(entries[:size], index=index)
        raw = raw.replace("v1\n", "v1\nextra aGVsbG8=\n") if index else raw
        bundle.more[f"receipts/{index}.tlog-proof"] = raw.encode()

    code, said = judged(bundle.write(tmp_path), "--hashes")

    assert 0 == code, said

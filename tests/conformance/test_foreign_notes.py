"""Protects: a signature of ours means the same to a stranger, and so does a bad one.

Each note, key and checkpoint here is shown to our code and to golang.org/x/mod's
`sumdb/note`. Both say the same, but where a test names one of `Differs`: there one believes
what the other refuses, and `foreign/README.md` gives the reason.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import nacl.signing
import pytest

from showclear.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.note import NoteCosigner, NoteSigner, open_note, parse_verifier_key, sign_note
from tests.conformance.differences import Differs, believers
from tests.conformance.foreign_build import SOURCES, Foreign, from_base64

Expected = str | Differs
SAYS = {(True, True): "both", (True, False): "we", (False, True): "they", (False, False): "neither"}

HERE = Path(__file__).parent
NAME = "set.example/unit-1"
SEED = bytes(range(32))
KEY = bytes(nacl.signing.SigningKey(SEED).verify_key)


def vkey_of(name: str, key: bytes, *, kind: int = 1, key_id: bytes | None = None) -> str:
    """Write a verifier key by hand, whatever is wrong with it."""
    typed = bytes([kind]) + key
    made = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    return f"{name}+{(made if key_id is None else key_id).hex()}+{b64(typed)}"


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def line_of(text: bytes, *, name: str = NAME, seed: bytes = SEED) -> bytes:
    """Write a signature line by hand over a text, whatever is wrong with the name."""
    signer = nacl.signing.SigningKey(seed)
    typed = b"\x01" + bytes(signer.verify_key)
    key_id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    return f"— {name} {b64(key_id + signer.sign(text).signature)}\n".encode()


VKEY = vkey_of(NAME, KEY)
CODED_KEY = VKEY.split("+", 2)[2]
KEY_ID = VKEY.split("+")[1]
SKEY = f"PRIVATE+KEY+{NAME}+{KEY_ID}+{b64(bytes([1]) + SEED)}"
"""x/mod's spelling of a secret key: of its own, no specification has one."""
TEXT = b"This is what happened.\n\nIt happened twice.\n"
NOTE = TEXT + b"\n" + line_of(TEXT)
OTHER_SEED = bytes(32)
OTHER = line_of(TEXT, name="someone.example", seed=OTHER_SEED)
"""A signature by somebody of whom no test's reader has heard."""


def we_sign(text: bytes) -> bytes:
    return sign_note(text.decode(), [NoteSigner(NAME, SEED)])


def we_open(note: bytes, vkey: str = VKEY) -> bytes | None:
    """Return the text that we believe, or None where we refuse the note or the key."""
    try:
        return open_note(note, [parse_verifier_key(vkey)]).text.encode()
    except EvidenceError:
        return None


def we_read_key(vkey: str) -> bool:
    try:
        parse_verifier_key(vkey)
    except EvidenceError:
        return False
    return True


def we_read_checkpoint(note: bytes) -> Checkpoint | None:
    try:
        return open_checkpoint(note, parse_verifier_key(VKEY)).checkpoint
    except EvidenceError:
        return None


def they_open(foreign: Foreign, note: bytes, vkey: str = VKEY) -> bytes | None:
    """Return the text that x/mod believes, or None where it refuses the note or the key."""
    told = foreign.ask("open-note", note=note, vkeys=[vkey])
    return from_base64(told["text"]) if told["accepted"] else None


def verdicts(foreign: Foreign, note: bytes, vkey: str = VKEY) -> str:
    """Return `both`, `neither`, `we` or `they`: who believes this note."""
    ours, theirs = we_open(note, vkey), they_open(foreign, note, vkey)
    who = SAYS[ours is not None, theirs is not None]
    assert who != "both" or ours == theirs
    return who


TEXTS = (
    b"one line\n",
    b"\n",
    b"\n\n",
    b"ends with an empty line\n\n",
    b"\nstarts with one\n",
    "não só ascii — é\u0301 \u2028 \U0001f3ac\n".encode(),
    "\u0085\u00a0\ufeff\x7f\n".encode(),
    TEXT + line_of(b"a note within\n"),
    TEXT + b"\n" + line_of(b"a note within\n") + b"\nand after it\n",
    b"x" * 8_000 + b"\n",
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_each_opens_what_the_other_signed(foreign: Foreign, text: bytes) -> None:
    theirs = from_base64(foreign.ask("sign-note", text=text, skeys=[SKEY])["note"])

    assert theirs == we_sign(text)
    assert text == we_open(theirs, VKEY) == they_open(foreign, theirs)


@pytest.mark.parametrize("text", [b"", b"no newline", b"a line\nno newline"])
def test_nobody_signs_a_text_without_its_last_newline(foreign: Foreign, text: bytes) -> None:
    told = foreign.ask("sign-note", text=text, skeys=[SKEY])

    assert (False, "malformed note") == (told["accepted"], told["reason"])
    with pytest.raises((EvidenceError, MisuseError)):
        we_sign(text)


def test_a_signed_text_that_no_note_can_hold_convinces_nobody(foreign: Foreign) -> None:
    controls = [bytes([code]) for code in range(0x20) if code != ord("\n")]
    not_utf_8 = (b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80")
    for odd in (*controls, *not_utf_8):
        text = b"signed" + odd + b" well\n"

        assert "neither" == verdicts(foreign, text + b"\n" + line_of(text)), odd


def decoded_alike(note: bytes) -> bool:
    """Say whether only spare bits of base64 differ from NOTE: same text, same bytes."""
    head, _, last = note.rpartition(b" ")
    if head + b" " != NOTE[: len(head) + 1]:
        return False
    try:
        return base64.b64decode(last, validate=False) == base64.b64decode(NOTE.split()[-1])
    except ValueError:
        return False


def one_change(note: bytes) -> Iterator[bytes]:
    """Yield each note that one bit, one byte missing, twice or more, or a cut makes of it."""
    for at in range(len(note)):
        for bit in range(8):
            yield note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :]
        yield note[:at] + note[at + 1 :]
        yield note[:at]
        for byte in b"\n \r\0\x7fA=+-\xff":
            yield note[:at] + bytes([byte]) + note[at:]
    for more in (b"\n", b" ", b"\0", b"x", b"\n\n", note, OTHER[:-1]):
        yield note + more
        yield more + note


def test_one_change_anywhere_convinces_nobody(foreign: Foreign) -> None:
    assert "both" == verdicts(foreign, NOTE)
    tolerated = set()
    for changed in one_change(NOTE):
        if changed == NOTE:
            continue
        who = verdicts(foreign, changed)
        if who != "neither":
            tolerated.add((who, changed))

    # Base64's last letter before "=" has two bits that say nothing; x/mod does not look at
    # them. Three other letters are read as ours is.
    assert {Differs.SPARE_BITS.believer} == {who for who, _ in tolerated}
    assert all(decoded_alike(changed) for _, changed in tolerated)


LINE = line_of(TEXT)
CODED = LINE.split()[-1]
BAD_LINE = line_of(b"another text\n")
SAME_NAME = line_of(TEXT, seed=OTHER_SEED)


def filler(count: int, *, size: int = 64) -> bytes:
    """Return signature lines by so many strangers, each with a signature of `size` bytes."""
    return b"".join(
        f"— stranger{number:03} {b64(bytes([9] * (4 + size)))}\n".encode()
        for number in range(count)
    )


def filled_to(size: int) -> bytes:
    """Return NOTE with one stranger's signature that makes it this many bytes."""
    room = size - len(NOTE) - len("— s \n".encode())
    name = "s" * (1 + room % 4)
    return NOTE + f"— {name} {b64(bytes([9] * (room // 4 * 3)))}\n".encode()


BLOCKS: dict[str, tuple[bytes, Expected]] = {
    "signed": (LINE, "both"),
    "signed twice": (LINE + LINE, "both"),
    "signed, and by a stranger": (LINE + OTHER, "both"),
    "signed after a stranger": (OTHER + LINE, "both"),
    "a stranger's line twice": (OTHER + OTHER + LINE, "both"),
    "a stranger of the same name": (SAME_NAME + LINE, "both"),
    "another name with the same id": (b"\xe2\x80\x94 other " + CODED + b"\n" + LINE, "both"),
    "15 strangers": (filler(15) + LINE, "both"),
    "99 strangers": (filler(99) + LINE, "both"),
    "100 strangers": (filler(100) + LINE, "neither"),
    "nobody": (b"", "neither"),
    "strangers only": (OTHER, "neither"),
    "only a stranger of the same name": (SAME_NAME, "neither"),
    "only another name with the same id": (b"\xe2\x80\x94 other " + CODED + b"\n", "neither"),
    "a bad signature": (BAD_LINE, "neither"),
    "a bad signature, then a good one": (BAD_LINE + LINE, "neither"),
    "no newline": (LINE[:-1], "neither"),
    "an empty line more": (b"\n" + LINE, "neither"),
    "an empty line after": (LINE + b"\n", "neither"),
    "an empty line between": (OTHER + b"\n" + LINE, "neither"),
    "a line that signs nothing": (LINE + b"and more\n", "neither"),
    "a hyphen": (LINE.replace("—".encode(), b"-"), "neither"),
    "an en dash": (LINE.replace("—".encode(), "–".encode()), "neither"),
    "no dash": (LINE[4:], "neither"),
    "two spaces": (LINE.replace(CODED, b" " + CODED), "neither"),
    "a space at the end": (LINE[:-1] + b" \n", "neither"),
    "a carriage return": (LINE[:-1] + b"\r\n", "neither"),
    "a stranger without a name": (LINE + b"\xe2\x80\x94  " + CODED + b"\n", "neither"),
    "a stranger with a plus": (LINE + b"\xe2\x80\x94 a+b " + CODED + b"\n", "neither"),
    "a stranger's id alone": (LINE + b"\xe2\x80\x94 s CQkJCQ==\n", "neither"),
    "a stranger's id and one byte": (LINE + b"\xe2\x80\x94 s CQkJCQk=\n", "both"),
    "base64 without its end": (LINE.replace(b"=", b""), "neither"),
    "base64 for addresses": (LINE + b"\xe2\x80\x94 s CQkJ-_8=\n", "neither"),
    "a signature of 63 bytes": (
        b"\xe2\x80\x94 " + NAME.encode() + f" {b64(base64.b64decode(CODED)[:-1])}\n".encode(),
        "neither",
    ),
    "a signature of 65 bytes": (
        b"\xe2\x80\x94 " + NAME.encode() + f" {b64(base64.b64decode(CODED) + b'0')}\n".encode(),
        "neither",
    ),
    "not UTF-8": (LINE + b"\xe2\x80\x94 \xff " + CODED + b"\n", "neither"),
    "half a character": (LINE + b"\xe2\x80\x94 \xed\xa0\x80 " + CODED + b"\n", "neither"),
    "a good signature, then a bad one": (LINE + BAD_LINE, Differs.SECOND_SIGNATURE),
    "a stranger's spare bits": (LINE + b"\xe2\x80\x94 s CQkJCQl=\n", Differs.SPARE_BITS),
}


@pytest.mark.parametrize(("block", "who"), BLOCKS.values(), ids=BLOCKS)
def test_who_believes_which_signatures(foreign: Foreign, block: bytes, who: Expected) -> None:
    assert believers(who) == verdicts(foreign, TEXT + b"\n" + block)


def test_without_an_empty_line_there_is_no_note(foreign: Foreign) -> None:
    for note in (LINE, b"\n" + LINE, TEXT.replace(b"\n\n", b"\n") + LINE, TEXT, b""):
        assert "neither" == verdicts(foreign, note)


def test_only_we_refuse_a_note_over_16_kib(foreign: Foreign) -> None:
    beyond = Differs.OVER_16_KIB.believer
    for size, who in ((16_383, "both"), (16_384, "both"), (16_385, beyond), (70_000, beyond)):
        note = filled_to(size)

        assert size == len(note)
        assert who == verdicts(foreign, note)


def interesting_characters() -> Iterator[str]:
    """Yield every space that Python or Unicode knows, its neighbours, and the odd ones."""
    spaces = [code for code in range(0x110000) if chr(code).isspace()]
    invisible = [0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, 0x3164]
    codes = {*range(0x21), 0x2B, 0x7F, *range(0x80, 0xA2), *invisible}
    for space in spaces:
        codes |= {space - 1, space, space + 1}
    return (chr(code) for code in sorted(codes - {-1}))


def test_both_allow_the_same_names(foreign: Foreign) -> None:
    refused = []
    for character in interesting_characters():
        for name in (f"a{character}b", character, f"a{character}"):
            key = vkey_of(name, KEY)
            note = TEXT + b"\n" + line_of(TEXT, name=name)
            who = verdicts(foreign, note, key)

            # A key may have a control character in x/mod, and then no note can carry it.
            assert who in ("both", "neither"), (who, name)
            if who == "neither":
                refused.append(character)
    assert {" ", "+", "\n", "\u00a0", "\u2003", "\u3000"} <= set(refused)
    assert all(
        one == "+" or one < " " or unicodedata.category(one) in ("Zs", "Zl", "Zp", "Cc")
        for one in refused
    )


IDENTITY = (1).to_bytes(32, "little")
"""The neutral point: everybody can sign for it."""
IDENTITY_AGAIN = ((1 << 255) - 18).to_bytes(32, "little")
"""The same point with y as p + 1: an encoding that RFC 8032 section 5.1.3 refuses."""
ORDER = (1 << 252) + 27742317777372353535851937790883648493


def signed_with_neutral_r(text: bytes) -> bytes:
    """Return a signature whose R is the neutral point: right, and telling of the secret key."""
    secret = int.from_bytes(hashlib.sha512(SEED).digest()[:32], "little")
    secret = secret & ((1 << 254) - 8) | 1 << 254
    k = int.from_bytes(hashlib.sha512(IDENTITY + KEY + text).digest(), "little")
    return IDENTITY + (k * secret % ORDER).to_bytes(32, "little")


def signed_by_hand(key: bytes, signature: bytes) -> tuple[bytes, str]:
    """Return a note over TEXT with this key and signature, and the key's line."""
    vkey = vkey_of(NAME, key)
    key_id = bytes.fromhex(vkey.split("+")[1])
    return TEXT + f"\n— {NAME} {b64(key_id + signature)}\n".encode(), vkey


def test_libsodium_refuses_more_signatures_than_go(foreign: Foreign) -> None:
    good = base64.b64decode(CODED)[4:]
    s_again = good[:32] + (int.from_bytes(good[32:], "little") + ORDER).to_bytes(32, "little")
    nothing = bytes(32)
    small = Differs.SMALL_ORDER.believer

    assert "both" == verdicts(foreign, *signed_by_hand(KEY, good))
    assert "neither" == verdicts(foreign, *signed_by_hand(KEY, s_again))
    assert small == verdicts(foreign, *signed_by_hand(IDENTITY, IDENTITY + nothing))
    assert small == verdicts(foreign, *signed_by_hand(IDENTITY_AGAIN, IDENTITY + nothing))
    assert small == verdicts(foreign, *signed_by_hand(KEY, signed_with_neutral_r(TEXT)))
    assert "neither" == verdicts(foreign, *signed_by_hand(IDENTITY, IDENTITY_AGAIN + nothing))


KEYS: dict[str, tuple[str, Expected]] = {
    "as written": (VKEY, "both"),
    "another key's id": (vkey_of(NAME, KEY, key_id=b"\0\0\0\0"), "neither"),
    "another name's id": ("x" + VKEY, "neither"),
    "no name": (vkey_of("", KEY), "neither"),
    "a name with a space": (vkey_of("a b", KEY), "neither"),
    "a name with a plus": (vkey_of("a+b", KEY), "neither"),
    "31 bytes": (vkey_of(NAME, KEY[:31]), "neither"),
    "33 bytes": (vkey_of(NAME, KEY + b"0"), "neither"),
    "no key": (f"{NAME}+{KEY_ID}+", "neither"),
    "no type": (f"{NAME}+{KEY_ID}+{b64(KEY)}", "neither"),
    "type 2": (vkey_of(NAME, KEY, kind=2), "neither"),
    "type 255": (vkey_of(NAME, KEY, kind=255), "neither"),
    "7 digits": (VKEY.replace(KEY_ID, KEY_ID[1:]), "neither"),
    "9 digits": (VKEY.replace(KEY_ID, "0" + KEY_ID), "neither"),
    "a space after": (VKEY + " ", "neither"),
    "a space before": (" " + VKEY, "neither"),
    "a part more": (VKEY + "+", "neither"),
    "base64 with a dash": (VKEY.replace(CODED_KEY, "-" + CODED_KEY[1:]), "neither"),
    "base64 cut": (VKEY[:-1], "neither"),
    "nothing": ("", "neither"),
    "capital digits": (VKEY.replace(KEY_ID, KEY_ID.upper()), Differs.KEY_SPELLING),
    "a newline after": (VKEY + "\n", Differs.KEY_SPELLING),
    "a carriage return within": (VKEY[:-4] + "\r" + VKEY[-4:], Differs.KEY_SPELLING),
    "type 4": (vkey_of(NAME, KEY, kind=4), Differs.WITNESS_KEYS),
}


@pytest.mark.parametrize(("key", "who"), KEYS.values(), ids=KEYS)
def test_who_reads_which_key(foreign: Foreign, key: str, who: Expected) -> None:
    assert believers(who) == SAYS[we_read_key(key), foreign.accepts("vkey", vkeys=[key])]


ROOT = b64(bytes(range(32)))
SPARE = ROOT[:-2] + chr(ord(ROOT[-2]) + 1) + "="
CHECKPOINTS: dict[str, tuple[str, Expected]] = {
    "as written": (f"{NAME}\n300\n{ROOT}\n", "both"),
    "with an extension": (f"{NAME}\n300\n{ROOT}\nmore\n", "both"),
    "largest": (f"{NAME}\n{(1 << 63) - 1}\n{ROOT}\n", "both"),
    "too large": (f"{NAME}\n{1 << 63}\n{ROOT}\n", "neither"),
    "far too large": (f"{NAME}\n{'9' * 5_000}\n{ROOT}\n", "neither"),
    "a zero in front": (f"{NAME}\n0300\n{ROOT}\n", "neither"),
    "zeros for nothing": (f"{NAME}\n00\n{ROOT}\n", "neither"),
    "with a sign": (f"{NAME}\n+300\n{ROOT}\n", "neither"),
    "less than nothing": (f"{NAME}\n-1\n{ROOT}\n", "neither"),
    "less than zero zero": (f"{NAME}\n-0\n{ROOT}\n", "neither"),
    "a space before the size": (f"{NAME}\n 300\n{ROOT}\n", "neither"),
    "a space after the size": (f"{NAME}\n300 \n{ROOT}\n", "neither"),
    "grouped digits": (f"{NAME}\n3_00\n{ROOT}\n", "neither"),
    "another script's digits": (f"{NAME}\n٣٠٠\n{ROOT}\n", "neither"),
    "hexadecimal": (f"{NAME}\n0x12c\n{ROOT}\n", "neither"),
    "no size": (f"{NAME}\n{ROOT}\n", "neither"),
    "an empty size": (f"{NAME}\n\n{ROOT}\n", "neither"),
    "no root": (f"{NAME}\n300\n", "neither"),
    "31 bytes of root": (f"{NAME}\n300\n{b64(bytes(31))}\n", "neither"),
    "33 bytes of root": (f"{NAME}\n300\n{b64(bytes(33))}\n", "neither"),
    "a root without its end": (f"{NAME}\n300\n{ROOT[:-1]}\n", "neither"),
    "a root in hexadecimal": (f"{NAME}\n300\n{bytes(32).hex()}\n", "neither"),
    "a space after the root": (f"{NAME}\n300\n{ROOT} \n", "neither"),
    "no origin": (f"\n300\n{ROOT}\n", "neither"),
    "an empty line after": (f"{NAME}\n300\n{ROOT}\n\n", "neither"),
    "an empty extension": (f"{NAME}\n300\n{ROOT}\n\nmore\n", "neither"),
    "of the checksum database": (f"go.sum database tree\n300\n{ROOT}\n", Differs.OTHER_ORIGIN),
    "a root's spare bits": (f"{NAME}\n300\n{SPARE}\n", Differs.SPARE_BITS),
    "of another origin": (f"another.example\n300\n{ROOT}\n", Differs.OTHER_ORIGIN),
    "empty with a root": (f"{NAME}\n0\n{ROOT}\n", Differs.EMPTY_WITH_ROOT),
}


@pytest.mark.parametrize(("text", "who"), CHECKPOINTS.values(), ids=CHECKPOINTS)
def test_who_believes_which_checkpoint(foreign: Foreign, text: str, who: Expected) -> None:
    note = text.encode() + b"\n" + line_of(text.encode())
    ours, told = we_read_checkpoint(note), foreign.ask("checkpoint", note=note, vkeys=[VKEY])

    assert believers(who) == SAYS[ours is not None, told["accepted"]]
    if ours is not None and told["accepted"]:
        theirs = (told["origin"], told["size"], told["root"])
        assert theirs == (ours.origin, ours.size, b64(ours.root))


def test_a_witness_s_line_is_no_hindrance_to_who_does_not_know_it(foreign: Foreign) -> None:
    point = Checkpoint(origin=NAME, size=300, root=bytes(range(32)))
    witness = NoteCosigner("witness.example", OTHER_SEED, timestamp=1_700_000_000)
    note = sign_checkpoint(point, NoteSigner(NAME, SEED), cosigners=[witness])

    told = foreign.ask("open-note", note=note, vkeys=[VKEY])

    assert (True, 1, 1) == (told["accepted"], told["signed"], told["unknown"])


def test_the_readme_lists_the_differences_and_no_others() -> None:
    listed = (SOURCES / "README.md").read_text(encoding="utf-8").partition("## Where we differ")[2]
    titles = [line[4:] for line in listed.splitlines() if line.startswith("### ")]
    first_words = re.findall(r"^### .*\n\n(We|They)\.", listed, flags=re.MULTILINE)

    assert [one.title for one in Differs] == titles
    assert [one.believer for one in Differs] == [word.lower() for word in first_words]


def test_every_difference_is_shown_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_foreign_*.py"))

    assert [] == [one.name for one in Differs if f"Differs.{one.name}" not in tests]

"""Signed notes, keys, policies and statements made by hand, right and wrong.

Only Python's own library and the plain curve of `derive_ed25519` are used, so that what
stands in the files was not made by the program that they test.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator

from tests.conformance.derive_ed25519 import public_of, signed

LOG, LOG_SEED = "set.example/unit-1", bytes(range(32))
WITNESS, WITNESS_SEED = "witness.example/w1", bytes(range(32, 64))
STRANGER, STRANGER_SEED = "stranger.example", bytes(range(64, 96))
TIME = 1_780_000_000
ENTRY = b"an entry"
ROOT = hashlib.sha256(b"\0" + ENTRY).digest()

SPECIFICATION_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFICATION_NOTE = (
    "This is an example message.\n\n— example.com/foo"
    " Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n— PeterNeumann"
    " x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

Row = dict[str, object]


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def id_of(name: str, material: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]


def vkey(name: str, seed: bytes, *, kind: int = 1) -> str:
    """Write the verifier key of a seed."""
    return vkey_of(name, bytes([kind]) + public_of(seed))


def vkey_of(name: str, material: bytes) -> str:
    """Write a verifier key with a fitting id, whatever is in it."""
    return f"{name}+{id_of(name, material).hex()}+{b64(material)}"


def line(text: str, *, name: str = LOG, seed: bytes = LOG_SEED) -> str:
    """Write the line of an ordinary signature over a text."""
    material = b"\1" + public_of(seed)
    return f"— {name} {b64(id_of(name, material) + signed(text.encode(), seed))}\n"


def cosigned_line(text: str, *, timestamp: int = TIME) -> str:
    """Write the line of a witness over a text."""
    material = b"\4" + public_of(WITNESS_SEED)
    message = f"cosignature/v1\ntime {timestamp}\n{text}"
    signature = timestamp.to_bytes(8, "big") + signed(message.encode(), WITNESS_SEED)
    return f"— {WITNESS} {b64(id_of(WITNESS, material) + signature)}\n"


LOG_KEY = vkey(LOG, LOG_SEED)
WITNESS_KEY = vkey(WITNESS, WITNESS_SEED, kind=4)
BODY = f"{LOG}\n1\n{b64(ROOT)}\n"
CHECKPOINT = BODY + "\n" + line(BODY)
COSIGNED = CHECKPOINT + cosigned_line(BODY)


def verifier_keys() -> dict[str, list[Row]]:
    """Return keys that are read, and texts that are not keys."""
    material = b"\1" + public_of(LOG_SEED)
    known_id = id_of(LOG, material).hex()
    wrong = {
        "key-id": [
            (f"{LOG}+00000000+{b64(material)}", "the id of another key"),
            (f"{LOG}x+{known_id}+{b64(material)}", "the id under another name"),
        ],
        "bad-verifier-key": [
            (f"{LOG}+{known_id.upper()}+{b64(material)}", "capital letters in the id"),
            (f"{LOG}+{known_id[:-1]}+{b64(material)}", "an id of seven digits"),
            (f"{LOG}+{known_id}", "no key"),
            (vkey_of("", material), "no name"),
            (vkey_of("set example", material), "a space in the name"),
            (vkey_of("set\u00a0example", material), "a no-break space in the name"),
            (vkey_of("set\u2003example", material), "an em space in the name"),
            (vkey_of("set\x01example", material), "a control character in the name"),
            (vkey_of(LOG, b"\2" + material[1:]), "a type that is not Ed25519"),
            (vkey_of(LOG, material[:-1]), "31 bytes of key"),
            (vkey_of(LOG, material + b"\0"), "33 bytes of key"),
            (vkey_of(LOG, b""), "not even a type"),
            # What follows the first plus is taken for the id.
            (vkey_of("set+example", material), "a plus sign in the name"),
        ],
        "not-base64": [
            (f"{LOG}+{known_id}+{b64(material)}=", "padding that does not belong there"),
            (f"{LOG}+{known_id}+{b64(material)}\n", "a newline at the end"),
        ],
    }
    accepted: list[Row] = [
        {"vkey": SPECIFICATION_KEY, "name": "example.com/foo", "key_id": "530d903a", "type": 1},
        {"vkey": PETER_KEY, "name": "PeterNeumann", "key_id": "c74f20a3", "type": 1},
        {"vkey": LOG_KEY, "name": LOG, "key_id": known_id, "type": 1},
        {"vkey": WITNESS_KEY, "name": WITNESS, "key_id": WITNESS_KEY.split("+")[1], "type": 4},
    ]
    refused: list[Row] = [
        {"vkey": text, "code": code, "reason": reason}
        for code, rows in wrong.items()
        for text, reason in rows
    ]
    return {"accepted": accepted, "refused": refused}


def notes() -> dict[str, list[Row]]:
    """Return notes that open for the known keys, and notes that do not."""
    return {"accepted": list(_opening()), "refused": list(_closed())}


def _opening() -> Iterator[Row]:
    def opens(name: str, note: str, known: list[str], verified: list[str]) -> Row:
        text = note.rpartition("\n\n")[0] + "\n"
        return {"name": name, "known": known, "note": note, "text": text, "verified": verified}

    yield opens("the specification's", SPECIFICATION_NOTE, [SPECIFICATION_KEY], ["example.com/foo"])
    both = [PETER_KEY, ENOCH_KEY]
    names = ["PeterNeumann", "EnochRoot"]
    yield opens("one of two has signed", PETER_NOTE, both, names[:1])
    yield opens("two have signed", PETER_NOTE + ENOCH_LINE, both, names)
    yield opens("one of them is unknown", PETER_NOTE + ENOCH_LINE, [ENOCH_KEY], names[1:])
    inner = "first\n\nsecond\n\n— not a signature\n\n"
    yield opens("empty lines in the text", inner + "\n" + line(inner), [LOG_KEY], [LOG])
    yield opens("no text but an empty line", "\n\n" + line("\n"), [LOG_KEY], [LOG])
    yield opens("a line twice", CHECKPOINT + line(BODY), [LOG_KEY], [LOG])
    yield opens("cosigned", COSIGNED, [LOG_KEY, WITNESS_KEY], [LOG, WITNESS])
    stranger = f"— {LOG} {b64(b'abcd' + bytes(64))}\n"
    yield opens("the name of a known key, another id", CHECKPOINT + stranger, [LOG_KEY], [LOG])
    stranger = f"— other.example {b64(bytes.fromhex(LOG_KEY.split('+')[1]) + bytes(64))}\n"
    yield opens("the id of a known key, another name", CHECKPOINT + stranger, [LOG_KEY], [LOG])
    many = "".join(f"— s{number} {b64(bytes(5))}\n" for number in range(99))
    yield opens("a hundred signatures", CHECKPOINT + many, [LOG_KEY], [LOG])


def closed(code: str, reason: str, note: str | bytes) -> Row:
    row: Row = {"code": code, "reason": reason, "known": [LOG_KEY, WITNESS_KEY]}
    if isinstance(note, bytes):
        return {**row, "note_hex": note.hex()}
    return {**row, "note": note}


def _closed() -> Iterator[Row]:
    yield from _no_notes()
    yield from _bad_lines()
    yield from _badly_signed()


def _no_notes() -> Iterator[Row]:
    good = line(BODY)
    yield closed("not-a-note", "no empty line", BODY + good)
    yield closed("not-a-note", "nothing at all", "")
    yield closed("not-a-note", "no signatures", BODY + "\n")
    yield closed("not-a-note", "the last line has no newline", CHECKPOINT[:-1])
    yield closed("not-a-note", "an empty line at the end", CHECKPOINT + "\n")
    yield closed("not-a-note", "Windows line ends", CHECKPOINT.replace("\n", "\r\n"))
    yield closed("not-a-note", "a tab in the text", "a\tb\n\n" + line("a\tb\n"))
    yield closed("not-a-note", "a zero byte in the text", "a\0b\n\n" + line("a\0b\n"))
    yield closed("not-a-note", "not UTF-8", b"\xff" + CHECKPOINT.encode())
    yield closed("not-a-note", "half a character in UTF-8", b"\xed\xa0\x80" + CHECKPOINT.encode())
    yield closed(
        "note-too-large", "16 KiB and a byte", "x" * (16_384 - len(good) - 3) + "\n\n" + good
    )
    many = "".join(f"— s{number} {b64(bytes(5))}\n" for number in range(100))
    yield closed("too-many-signatures", "101 signatures", CHECKPOINT + many)


def _bad_lines() -> Iterator[Row]:
    good = line(BODY)
    coded = good.split()[-1]
    # The last letter before "=" has two spare bits; another letter stands for the same bytes.
    spare = coded[:-2] + chr(ord(coded[-2]) + 1) + "="
    yield closed(
        "bad-signature-line", "a hyphen for the dash", BODY + "\n" + good.replace("—", "-")
    )
    yield closed(
        "bad-signature-line", "no space after the dash", BODY + "\n" + good.replace("— ", "—")
    )
    yield closed("bad-signature-line", "a plus sign in a name", CHECKPOINT + "— a+b AAAAAAA=\n")
    yield closed(
        "bad-signature-line", "a no-break space in a name", CHECKPOINT + "— a\u00a0b AAAAAAA=\n"
    )
    yield closed("bad-signature-line", "no name", CHECKPOINT + "—  AAAAAAA=\n")
    yield closed("bad-signature-line", "an id and no signature", CHECKPOINT + "— a AAAAAA==\n")
    yield closed("bad-signature-line", "no base64", CHECKPOINT + "— a\n")
    yield closed("not-base64", "a word after the base64", CHECKPOINT + "— a AAAAAAA= b\n")
    yield closed(
        "not-base64",
        "the spare bits of the base64 are set",
        BODY + "\n" + good.replace(coded, spare),
    )
    yield closed("not-base64", "no padding", BODY + "\n" + good.replace("=", ""))


def _badly_signed() -> Iterator[Row]:
    key_id = bytes.fromhex(LOG_KEY.split("+")[1])
    forged = f"— {LOG} {b64(key_id + bytes(64))}\n"
    yield closed("bad-signature", "the text was changed", CHECKPOINT.replace("\n1\n", "\n2\n"))
    yield closed("bad-signature", "a known key's signature is wrong", BODY + "\n" + forged)
    yield closed(
        "bad-signature",
        "a good signature and then a wrong one by the same key",
        CHECKPOINT + forged,
    )
    yield closed(
        "bad-signature",
        "the log's is good, the witness's is over another text",
        CHECKPOINT + cosigned_line(BODY + "x\n"),
    )
    shifted = cosigned_line(BODY).split()[-1]
    raw = bytearray(base64.b64decode(shifted))
    raw[11] ^= 1
    yield closed(
        "bad-signature",
        "the witness's time was changed",
        CHECKPOINT + f"— {WITNESS} {b64(bytes(raw))}\n",
    )
    raw[4] |= 0x80
    yield closed(
        "bad-signature",
        "the witness's time is 2**63 or more",
        CHECKPOINT + f"— {WITNESS} {b64(bytes(raw))}\n",
    )
    yield closed(
        "no-known-signature",
        "only a stranger has signed",
        BODY + "\n" + line(BODY, name=STRANGER, seed=STRANGER_SEED),
    )


def checkpoints() -> dict[str, list[Row]]:
    """Return checkpoint texts that are read, and texts that are not checkpoints."""
    root = b64(ROOT)
    empty = b64(hashlib.sha256(b"").digest())
    accepted: list[Row] = [
        {"text": BODY, "origin": LOG, "size": 1, "root": ROOT.hex(), "extensions": []},
        {
            "text": f"a b+c\n0\n{empty}\n",
            "origin": "a b+c",
            "size": 0,
            "root": hashlib.sha256(b"").hexdigest(),
            "extensions": [],
        },
        {
            "text": f"o\n9223372036854775807\n{root}\none\ntwo\n",
            "origin": "o",
            "size": 2**63 - 1,
            "root": ROOT.hex(),
            "extensions": ["one", "two"],
        },
    ]
    wrong = {
        "not-a-checkpoint": [
            (BODY[:-1], "the last line has no newline"),
            (f"{LOG}\n1\n", "no root"),
            (f"\n1\n{root}\n", "an empty origin"),
            (f"{BODY}\n", "an empty line"),
            (f"{LOG}\n1\n{b64(ROOT[:-1])}\n", "31 bytes of root"),
            (f"{LOG}\n0\n{root}\n", "an empty tree has another root"),
            (f"{LOG}\r\n1\n{root}\n", "a control character"),
        ],
        "not-decimal": [
            (f"{LOG}\n{size}\n{root}\n", reason)
            for size, reason in (
                ("01", "a leading zero"),
                ("+1", "a sign"),
                ("-1", "below zero"),
                ("1 ", "a space"),
                ("1.0", "a point"),
                ("1_0", "an underscore"),
                ("", "nothing"),
                ("٣", "a digit that is not ASCII"),
                ("9223372036854775808", "2**63"),
            )
        ],
        "not-base64": [
            (f"{LOG}\n1\n{root[:-1]}\n", "no padding"),
            (f"{LOG}\n1\n{root} \n", "a space after the root"),
        ],
    }
    refused: list[Row] = [
        {"text": text, "code": code, "reason": reason}
        for code, rows in wrong.items()
        for text, reason in rows
    ]
    return {"accepted": accepted, "refused": refused}


def proofs() -> dict[str, object]:
    """Return a receipt, and receipts that are refused."""
    policy = f"log {LOG_KEY}\nwitness w {WITNESS_KEY}\nquorum w\n"
    head = "c2sp.org/tlog-proof@v1\n"
    good = f"{head}index 0\n\n{COSIGNED}"
    wrong = [
        ("not-a-proof", "another version", good.replace("@v1", "@v2")),
        ("not-a-proof", "no index", good.replace("index 0\n", "")),
        ("not-a-proof", "no checkpoint", f"{head}index 0\n\n"),
        ("not-a-proof", "extra bytes that are none", good.replace("index", "extra \nindex")),
        (
            "not-base64",
            "extra bytes after the index",
            good.replace("index 0\n", "index 0\nextra AA==\n"),
        ),
        (
            "not-a-proof",
            "a hash of 31 bytes",
            good.replace("index 0\n", f"index 0\n{b64(bytes(31))}\n"),
        ),
        (
            "not-a-proof",
            "64 hashes",
            good.replace("index 0\n", "index 0\n" + f"{b64(ROOT)}\n" * 64),
        ),
        ("not-decimal", "a leading zero", good.replace("index 0", "index 00")),
        ("not-decimal", "a space more", good.replace("index 0", "index  0")),
        (
            "not-a-proof",
            "a second line of extra bytes",
            good.replace("index", "extra AA==\nextra AA==\nindex"),
        ),
        (
            "no-known-signature",
            "the checkpoint is signed by nobody known",
            f"{head}index 0\n\n{BODY}\n" + line(BODY, name=STRANGER, seed=STRANGER_SEED),
        ),
        ("quorum-not-met", "the witness is missing", f"{head}index 0\n\n{CHECKPOINT}"),
    ]
    return {
        "policy": policy,
        "entry": ENTRY.decode(),
        "accepted": [
            {"proof": good, "index": 0, "extra": None},
            {"proof": good.replace("index", "extra AAEC\nindex"), "index": 0, "extra": "000102"},
        ],
        "refused": [{"proof": text, "code": code, "reason": why} for code, why, text in wrong]
        + [
            {
                "proof": good.replace("index 0", "index 1"),
                "code": "index-outside-tree",
                "reason": "the tree has one entry",
            },
            {
                "proof": good,
                "entry": "another entry",
                "code": "root-differs",
                "reason": "another entry stands there",
            },
        ],
    }


def written_notes() -> str:
    """The whole of notes.json."""
    whole = {
        "keys": {
            name: {"seed": seed.hex(), "public": public_of(seed).hex()}
            for name, seed in ((LOG, LOG_SEED), (WITNESS, WITNESS_SEED), (STRANGER, STRANGER_SEED))
        },
        "verifier_keys": verifier_keys(),
        "notes": notes(),
        "checkpoints": checkpoints(),
        "proofs": proofs(),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def thumbprint(public: bytes) -> str:
    """Return the RFC 7638 thumbprint, written out by hand."""
    canonical = '{"crv":"Ed25519","kty":"OKP","x":"' + b64url(public) + '"}'
    return b64url(hashlib.sha256(canonical.encode()).digest())


def statement(header: str, payload: bytes, *, seed: bytes = LOG_SEED) -> str:
    """Write a statement with any header, signed."""
    text = f"{b64url(header.encode())}.{b64url(payload)}"
    return f"{text}.{b64url(signed(text.encode(), seed))}"


def _bad_headers(header: str, kid: str, *, payload: bytes) -> list[tuple[str, str, str]]:
    return [
        ("bad-header", "alg is EdDSA", statement(header.replace('"Ed25519"', '"EdDSA"'), payload)),
        ("bad-header", "alg is none", statement(header.replace('"Ed25519"', '"none"'), payload)),
        ("bad-header", "another typ", statement(header.replace("showclear+jws", "JWT"), payload)),
        ("bad-header", "no kid", statement('{"alg":"Ed25519","typ":"showclear+jws"}', payload)),
        ("bad-header", "kid twice", statement(header.replace("{", '{"kid":"x",'), payload)),
        (
            "bad-header",
            "crit",
            statement(header.replace("}", ',"crit":["b64"],"b64":false}'), payload),
        ),
        ("bad-header", "a member more", statement(header.replace("}", ',"n":1}'), payload)),
        ("bad-header", "kid is a number", statement(header.replace(f'"{kid}"', "1"), payload)),
        ("bad-header", "kid is too short", statement(header.replace(kid, kid[:22]), payload)),
        (
            "not-base64",
            "kid has spare bits",
            statement(header.replace(kid, kid[:-1] + "_"), payload),
        ),
        ("bad-header", "a list", statement('["Ed25519"]', payload)),
        ("bad-header", "not JSON", statement("alg", payload)),
        ("bad-header", "not closed", statement(header[:-1], payload)),
        ("bad-header", "a byte order mark", statement("\ufeff" + header, payload)),
        ("bad-header", "longer than 512 bytes", statement(header + " " * 512, payload)),
    ]


def statements() -> dict[str, object]:
    """Return statements that are read and verified, and others."""
    kid = thumbprint(public_of(LOG_SEED))
    header = '{"alg":"Ed25519","kid":"' + kid + '","typ":"showclear+jws"}'
    other_order = '{ "typ": "showclear+jws", "kid": "' + kid + '", "alg": "Ed25519" }'
    payload = b'{"id":"s-1","what":"weapon.shown"}'
    good = statement(header, payload)
    first, second, third = good.split(".")
    last = third[:-1] + chr(ord(third[-1]) + 1)
    largest = statement(header, b"x" * ((65_535 - len(first) - len(third) - 2) // 4 * 3))
    accepted = [
        ("ordinary", good, payload),
        ("members in another order, with spaces", statement(other_order, payload), payload),
        ("no payload", statement(header, b""), b""),
        ("a payload that is not text", statement(header, b"\x00\xff"), b"\x00\xff"),
    ]
    wrong = [
        *_bad_headers(header, kid, payload=payload),
        ("not-a-statement", "two parts", f"{first}.{second}"),
        ("not-a-statement", "four parts", f"{good}.{third}"),
        ("not-a-statement", "nothing", ""),
        ("not-a-statement", "63 bytes of signature", f"{first}.{second}.{b64url(bytes(63))}"),
        ("not-base64", "a space in front", f" {good}"),
        ("not-base64", "a newline behind", f"{good}\n"),
        ("not-base64", "padding", f"{good}=="),
        ("not-base64", "the other alphabet", f"{first}.+/+/.{third}"),
        ("not-base64", "spare bits of the signature are set", f"{first}.{second}.{last}"),
        ("not-base64", "spare bits of the payload are set", f"{first}.AB.{third}"),
        ("not-base64", "one letter over", f"{first}.{second[: len(second) // 4 * 4]}A.{third}"),
        ("statement-too-large", "65,536 bytes", largest + "A" * (65_536 - len(largest))),
        ("bad-signature", "the payload was changed", f"{first}.{b64url(payload + b' ')}.{third}"),
        (
            "wrong-key",
            "signed by another key under its name",
            statement(
                header.replace(kid, thumbprint(public_of(STRANGER_SEED))),
                payload,
                seed=STRANGER_SEED,
            ),
        ),
    ]
    return {
        "key": {
            "seed": LOG_SEED.hex(),
            "public": public_of(LOG_SEED).hex(),
            "jwk": {"crv": "Ed25519", "kty": "OKP", "x": b64url(public_of(LOG_SEED))},
            "thumbprint": kid,
        },
        "accepted": [
            {"name": name, "statement": text, "payload": said.hex()}
            for name, text, said in accepted
        ],
        "refused": [{"code": code, "reason": why, "statement": text} for code, why, text in wrong],
    }


def written_statements() -> str:
    """The whole of jws.json."""
    return json.dumps(statements(), indent=1) + "\n"

"""No two auditors may disagree about a signature.

Protected here: the arithmetic in the bundle's own verifier, and its use of PyNaCl and of
cryptography, accept exactly what libsodium accepts, also at the edges where libraries are
known to differ.
"""

import hashlib
import random

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from tests.conformance import bundle_maker as maker
from tests.conformance.bare_verifier import (
    VERIFY,
)


def libsodium(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Add two points by the curve's own law (RFC 8032, section 5.1.4), without tricks."""
    (x1, y1), (x2, y2), p = one, other, VERIFY.P
    k = VERIFY.D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, p) % p
    return x, (y1 * y2 + x1 * x2) * pow(1 - k, -1, p) % p


def times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    found = (0, 1)
    for bit in f"{number:b}":
        found = add(found, found)
        found = add(found, point) if bit == "1" else found
    return found


def packed(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


BASE = VERIFY.unpack(VERIFY.BASE)
Y = VERIFY.Y8
ROOT = pow(2, (VERIFY.P - 1) // 4, VERIFY.P)
# On the curve, x squared is -y squared for a point of order eight: its double has y = 0.
TORSION = (Y * ROOT % VERIFY.P, Y)
SMALL = [times(number, TORSION) for number in range(8)]


def crafted(
    *, key: tuple[int, int], nonce: tuple[int, int], secret: int, step: int, message: bytes
) -> tuple[bytes, bytes, bytes]:
    """Sign with chosen points: what an attacker with the secret can put together."""
    a, r = packed(key), packed(nonce)
    h = hashlib.sha512(r + a + message).digest()
    s = (step + int.from_bytes(h, "little") * secret) % VERIFY.ORDER
    return a, message, r + s.to_bytes(32, "little")


def edge_cases() -> dict[str, tuple[bytes, bytes, bytes]]:
    key, message = maker.SERVER, b"a statement"
    a, signature = maker.public(key), key.sign(message).signature
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    secret, step = 12345678901234567890, 98765432109876543210
    plain, nonce = times(secret, BASE), times(step, BASE)
    cases = {
        "as it should be": (a, message, signature),
        "crafted as it should be": crafted(
            key=plain, nonce=nonce, secret=secret, step=step, message=message
        ),
        "S plus L": (a, message, r + (s + VERIFY.ORDER).to_bytes(32, "little")),
        "S is L": (a, message, r + VERIFY.ORDER.to_bytes(32, "little")),
        "high bit of S": (a, message, signature[:63] + bytes([signature[63] | 128])),
        "a byte less": (a, message, signature[:63]),
        "a byte more": (a, message, signature + b"\0"),
        "a byte less of the key": (a[:31], message, signature),
        "R negated": (a, message, r[:31] + bytes([r[31] ^ 128]) + signature[32:]),
        "torsion in R": crafted(
            key=plain, nonce=add(nonce, TORSION), secret=secret, step=step, message=message
        ),
        "key that is no point": ((2).to_bytes(32, "little"), message, signature),
    }
    # These fulfil the equation for every message: only the rules on points refuse them.
    cases["R is nothing"] = crafted(key=plain, nonce=(0, 1), secret=secret, step=0, message=message)
    for number, nothing in enumerate((1, 1 | 1 << 255, VERIFY.P + 1, VERIFY.P + 1 | 1 << 255)):
        cases[f"key is nothing {number}"] = crafted(
            key=nothing.to_bytes(32, "little"), nonce=nonce, secret=0, step=step, message=message
        )
    for number, point in enumerate(SMALL):
        for shift in (0, VERIFY.P):
            # y + p still fits 255 bits for y = 0 and 1 only: the encodings that are not canonical.
            if point[1] + shift < 1 << 255:
                for sign in (0, 1):
                    bad = (point[1] + shift | sign << 255).to_bytes(32, "little")
                    cases[f"small key {number} {shift > 0} {sign}"] = (
                        bad,
                        message,
                        bad + bytes(32),
                    )
                    cases[f"small R {number} {shift > 0} {sign}"] = (a, message, bad + bytes(32))
    # A key with torsion in it passes where the hash happens to be a multiple of eight:
    # libsodium lets it, and so must we, or two auditors would disagree.
    for number in range(16):
        cases[f"torsion in the key {number}"] = crafted(
            key=add(plain, TORSION), nonce=nonce, secret=secret, step=step, message=b"%d" % number
        )
    return cases


EDGES = edge_cases()


@pytest.mark.parametrize("name", EDGES)
def test_edge_of_ed25519_is_judged_as_libsodium_judges_it(name: str) -> None:
    expected = libsodium(*EDGES[name])

    assert expected == VERIFY.verify_plainly(*EDGES[name])
    assert expected == VERIFY.with_pynacl()(*EDGES[name])
    assert expected == VERIFY.with_cryptography()(*EDGES[name])
    if "torsion in the key" not in name:
        assert ("as it should be" in name) == expected


def test_the_edges_include_a_key_with_torsion_that_passes_and_one_that_does_not() -> None:
    assert {True, False} == {libsodium(*EDGES[name]) for name in EDGES if "in the key" in name}


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
    ],
)
def test_the_seeds_of_rfc_8032_verify(seed: str, message: str) -> None:
    key, said = SigningKey(bytes.fromhex(seed)), bytes.fromhex(message)

    assert VERIFY.verify_plainly(maker.public(key), said, key.sign(said).signature)


def test_many_signatures_verify_and_none_with_a_bit_changed() -> None:
    chance = random.Random(8032)
    for _ in range(40):
        key, said = SigningKey(chance.randbytes(32)), chance.randbytes(chance.randrange(200))
        signature = key.sign(said).signature
        changed = bytearray(signature)
        changed[chance.randrange(64)] ^= 1 << chance.randrange(8)

        assert VERIFY.verify_plainly(maker.public(key), said, signature)
        assert not VERIFY.verify_plainly(maker.public(key), said, bytes(changed))


def test_a_key_is_written_in_one_way_only() -> None:
    """Nobody can sign with these keys, so their rule is asked for itself."""
    on_curve = [y for y in range(2, 19) if VERIFY.unpack(y.to_bytes(32, "little"))]
    again = [VERIFY.unpack((y + VERIFY.P).to_bytes(32, "little")) for y in on_curve]

    assert on_curve
    assert {None} == set(again)

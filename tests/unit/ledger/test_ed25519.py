"""Protects: a signature is judged as libsodium judges it, and a stranger's bytes never crash us.

The edge cases that libsodium refuses are in `tests/conformance/test_note_vectors.py`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from showclear.ledger.ed25519 import SigningKey, new_seed, public_key, sign, verify
from showclear.ledger.errors import MisuseError

# RFC 8032, section 7.1: seed, public key, message, signature.
PUBLISHED = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]
KEY = SigningKey(bytes(range(32)))
SIGNATURE = KEY.sign(b"said")


@pytest.mark.parametrize(("seed", "public", "message", "signature"), PUBLISHED)
def test_we_sign_as_the_rfc_does(seed: str, public: str, message: str, signature: str) -> None:
    raw, said = bytes.fromhex(seed), bytes.fromhex(message)

    assert public == public_key(raw).hex()
    assert signature == sign(said, seed=raw).hex() == SigningKey(raw).sign(said).hex()
    assert verify(bytes.fromhex(signature), said, public=bytes.fromhex(public))


def test_a_signature_is_for_one_message_and_one_key() -> None:
    assert verify(SIGNATURE, b"said", public=KEY.public)
    assert not verify(SIGNATURE, b"said ", public=KEY.public)
    assert not verify(SIGNATURE, b"said", public=public_key(bytes(32)))


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_is_no_signature(length: int) -> None:
    assert not verify((SIGNATURE * 2)[:length], b"said", public=KEY.public)


def test_a_signature_cannot_lend_its_end_to_the_message() -> None:
    """libsodium is given both joined: the cut between them is ours to keep."""
    assert not verify(SIGNATURE + b"s", b"aid", public=KEY.public)
    assert not verify(SIGNATURE[:-1], SIGNATURE[-1:] + b"said", public=KEY.public)


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_key_of_another_length_is_no_key(length: int) -> None:
    assert not verify(SIGNATURE, b"said", public=(KEY.public * 2)[:length])


def test_every_bit_of_a_signature_counts() -> None:
    for at in range(512):
        changed = bytearray(SIGNATURE)
        changed[at // 8] ^= 1 << at % 8

        assert not verify(bytes(changed), b"said", public=KEY.public)


def test_threads_verify_at_the_same_time() -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: verify(SIGNATURE, b"said", public=KEY.public), range(200)))

    assert [True] * 200 == told


def test_a_key_does_not_show_its_seed() -> None:
    shown = f"{KEY!r} {KEY}"

    assert KEY.public.hex() in shown
    assert bytes(range(32)).hex() not in shown


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(MisuseError, match="32"):
        SigningKey(bytes(length))
    with pytest.raises(MisuseError, match="32"):
        new_seed(bytes(range(length)))


def test_a_failed_source_of_randomness_makes_no_key() -> None:
    assert bytes(range(32)) == new_seed(bytes(range(32)))
    for repeated in (b"\0", b"\xff"):
        with pytest.raises(MisuseError, match="failed"):
            new_seed(repeated * 32)

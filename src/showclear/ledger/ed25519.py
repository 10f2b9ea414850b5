"""Is this signature by that key, and how do we make one?

* The answer is libsodium's, unchanged: what it accepts is accepted, what it refuses is
  refused. The edge cases, each with its reason, stand in `vectors/ledger/ed25519.json`.
* A hostile signature or key is an answer of False and never an exception.
* Nothing here makes randomness: who makes a key brings the random bytes.
* libsodium is called without holding the interpreter's lock, so threads verify side by side.

This is the only module that knows PyNaCl. `crypto_sign_open` is used because PyNaCl has no
detached verification: joining and copying costs about 1 µs of some 65 µs at 500 bytes.

Source: RFC 8032, sections 5.1.5 to 5.1.7 (Ed25519).
"""

from __future__ import annotations

from typing import Final

from nacl import bindings
from nacl.exceptions import BadSignatureError

from showclear.ledger.errors import MisuseError

SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


class SigningKey:
    """A private key, ready to sign.

    Whoever holds the seed is the signer: it is never printed by this class, and where it is
    kept is the caller's to decide.

    Attributes:
        public: The public key, 32 bytes.
    """

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        """Derive the key.

        Args:
            seed: 32 random bytes, the private key of RFC 8032.

        Raises:
            MisuseError: The seed is not 32 bytes.
        """
        if len(seed) != SEED_BYTES:
            raise MisuseError(f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.public, self._secret = bindings.crypto_sign_seed_keypair(bytes(seed))

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"

    def sign(self, message: bytes) -> bytes:
        """Return the signature over the message, 64 bytes: always the same for the same message.

        Source: RFC 8032, section 5.1.6.
        """
        return bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES]


def public_key(seed: bytes) -> bytes:
    """Return the public key, 32 bytes, that belongs to a seed.

    Raises:
        MisuseError: The seed is not 32 bytes.

    Source: RFC 8032, section 5.1.5.
    """
    return SigningKey(seed).public


def sign(message: bytes, *, seed: bytes) -> bytes:
    """Sign once. Who signs often keeps a `SigningKey`, which spares deriving the key again.

    Raises:
        MisuseError: The seed is not 32 bytes.
    """
    return SigningKey(seed).sign(message)


def verify(signature: bytes, message: bytes, *, public: bytes) -> bool:
    """Tell whether the key made the signature over the message, as libsodium judges it.

    Refused beyond a signature that does not fit: a public key or R of small order, either of
    them in a second encoding, and S that is not below the group's order.

    Args:
        signature: 64 bytes; any other length is False.
        message: The exact bytes that were signed.
        public: 32 bytes; any other length is False.

    Source: RFC 8032, section 5.1.7.
    """
    # libsodium reads 64 and 32 bytes wherever they point: the lengths are ours to check.
    if len(signature) != SIGNATURE_BYTES or len(public) != PUBLIC_KEY_BYTES:
        return False
    try:
        bindings.crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def new_seed(random: bytes) -> bytes:
    """Return a seed from the caller's 32 fresh bytes of `os.urandom` or its like.

    Raises:
        MisuseError: There are not 32 bytes, or they are all the same: a source that failed.
    """
    if len(random) != SEED_BYTES:
        raise MisuseError(f"a seed takes {SEED_BYTES} random bytes, not {len(random)}")
    if len(set(random)) == 1:
        raise MisuseError("the random bytes are all the same: their source has failed")
    return bytes(random)

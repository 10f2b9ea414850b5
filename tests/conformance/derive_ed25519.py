"""Ed25519 in plain numbers, and the signatures that libsodium should judge as we say.

Nothing here is fast or secret: it is the curve of RFC 8032 written down once more, without
any library, so that each edge case is made on purpose and its reason is in the code.

Source: RFC 8032, section 5.1; the refusals are those that libsodium adds to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass

P = 2**255 - 19
"""The field's prime."""
L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point: the group that signatures live in."""
D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]

ZERO: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    """Return the sum on the twisted Edwards curve -x² + y² = 1 + d x² y²."""
    (x1, y1), (x2, y2) = one, other
    cross = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + cross, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - cross, -1, P) % P
    return x, y


def times(factor: int, point: Point) -> Point:
    """Return the point added to itself so many times."""
    total = ZERO
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def point_at(y: int, *, odd: bool) -> Point | None:
    """Return the point with this y and the x of this parity, or None when there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (x if x % 2 == odd else -x % P), y % P


def coded(point: Point, *, plus: int = 0, flip: bool = False) -> bytes:
    """Return the point's 32 bytes.

    Args:
        plus: Added to y: with the prime, a second way to write the same point.
        flip: Turn the sign of x over: for x = 0, a second way to write the same point.
    """
    x, y = point
    sign = (x & 1) ^ flip
    return (y + plus | sign << 255).to_bytes(32, "little")


def base_point() -> Point:
    """Return the point that everybody's public key is a multiple of."""
    found = point_at(4 * pow(5, -1, P), odd=False)
    assert found is not None
    return found


def order_eight_point() -> Point:
    """Return a point of order eight: it and its multiples are all points of small order."""
    y = 2
    while True:
        found = point_at(y, odd=False)
        if found is not None:
            small = times(L, found)
            if times(4, small) != ZERO:
                return small
        y += 1


B = base_point()
EIGHTH = order_eight_point()
SMALL = [times(factor, EIGHTH) for factor in range(8)]


def hashed(*parts: bytes) -> int:
    """Return SHA-512 as a number modulo the group's order."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def secrets_of(seed: bytes) -> tuple[int, bytes]:
    """Return the secret number and the prefix that a seed stands for."""
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:32], "little")
    return number & (1 << 254) - 8 | 1 << 254, digest[32:]


def public_of(seed: bytes) -> bytes:
    """Return the public key of a seed."""
    return coded(times(secrets_of(seed)[0], B))


def signed(message: bytes, seed: bytes) -> bytes:
    """Return the signature that RFC 8032 prescribes."""
    number, prefix = secrets_of(seed)
    r = hashed(prefix, message)
    return finished(coded(times(r, B)), public_of(seed), message, r=r, a=number)


def finished(point: bytes, public: bytes, message: bytes, *, r: int, a: int) -> bytes:
    """Return R and the S that belongs to it: S = r + hash(R, A, message) a."""
    return point + ((r + hashed(point, public, message) * a) % L).to_bytes(32, "little")


def equation_holds(signature: bytes, message: bytes, public: bytes, *, factor: int) -> bool:
    """Tell whether S B = R + h A once both sides are multiplied by the factor, 1 or 8.

    No other rule is applied. RFC 8032 allows a verifier both factors; they differ where
    somebody has put a part of small order into R or A.
    """
    point, key = decoded(signature[:32]), decoded(public)
    if point is None or key is None:
        return False
    left = times(int.from_bytes(signature[32:], "little"), B)
    right = add(point, times(hashed(signature[:32], public, message), key))
    return times(factor, left) == times(factor, right)


def decoded(raw: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, generously: a second encoding is read too."""
    number = int.from_bytes(raw, "little")
    return point_at(number & (1 << 255) - 1, odd=bool(number >> 255))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One signature, with what libsodium says to it and why. Bytes are hexadecimal."""

    name: str
    accepted: bool
    equation: bool
    equation_times_eight: bool
    public: str
    message: str
    signature: str
    reason: str


SEED = bytes(range(32))
MESSAGE = b"the pistol was shown to be empty"
SECRET, PREFIX = secrets_of(SEED)
PUBLIC = public_of(SEED)
PLAIN = signed(MESSAGE, SEED)
NONCE = hashed(PREFIX, MESSAGE)


def cases() -> list[Case]:
    """Return every case, in the order of the file."""
    makers = (
        _ordinary,
        _large_s,
        _small_keys,
        _small_r,
        _second_encodings,
        _no_points,
        _mixed_order,
    )
    return [one for maker in makers for one in maker()]


def as_rows() -> list[dict[str, object]]:
    """Return the cases as they stand in the file."""
    return [asdict(one) for one in cases()]


def _case(
    name: str,
    reason: str,
    *,
    accepted: bool = False,
    public: bytes = PUBLIC,
    message: bytes = MESSAGE,
    signature: bytes,
) -> Case:
    """Return a case, with whether the bare equation holds for it."""
    return Case(
        name=name,
        accepted=accepted,
        equation=equation_holds(signature, message, public, factor=1),
        equation_times_eight=equation_holds(signature, message, public, factor=8),
        public=public.hex(),
        message=message.hex(),
        signature=signature.hex(),
        reason=reason,
    )


def _message_with(point: bytes, public: bytes, *, rest: int) -> bytes:
    """Return a message for which the hash leaves this rest when divided by eight."""
    number = 0
    while hashed(point, public, b"%s, number %d" % (MESSAGE, number)) % 8 != rest % 8:
        number += 1
    return b"%s, number %d" % (MESSAGE, number)


def _ordinary() -> Iterator[Case]:
    yield _case(
        "ordinary",
        "A signature as RFC 8032 makes it.",
        accepted=True,
        signature=PLAIN,
    )
    yield _case(
        "ordinary, over nothing",
        "A signature over no bytes at all is a signature.",
        accepted=True,
        message=b"",
        signature=signed(b"", SEED),
    )
    yield _case(
        "other message",
        "The signature was made over a message with one letter more.",
        message=MESSAGE[:-1],
        signature=PLAIN,
    )
    yield _case(
        "other key",
        "The signature was made with another key.",
        public=public_of(bytes(32)),
        signature=PLAIN,
    )


def _large_s() -> Iterator[Case]:
    point, s = PLAIN[:32], int.from_bytes(PLAIN[32:], "little")
    most = (2**256 - 1 - s) // L
    for factor, name in ((1, "S plus the order"), (most, "S plus the order, many times")):
        yield _case(
            name,
            "S is not below the group's order. The equation holds, but anybody can write such"
            " a second signature without the key, so it is refused.",
            signature=point + (s + factor * L).to_bytes(32, "little"),
        )


def _small_keys() -> Iterator[Case]:
    point = coded(times(NONCE, B))
    for factor, key in enumerate(SMALL):
        public = coded(key)
        # h A is nothing: the signature S = r fits without any private key.
        yield _case(
            f"small-order key {factor}",
            f"The public key is {factor} times a point of order eight: signatures that fit it"
            " can be made by anybody, for messages that nobody said.",
            public=public,
            message=_message_with(point, public, rest=0),
            signature=point + NONCE.to_bytes(32, "little"),
        )


def _small_r() -> Iterator[Case]:
    mixed = add(times(SECRET, B), EIGHTH)
    for factor, small in enumerate(SMALL):
        point, public = coded(small), coded(mixed)
        message = _message_with(point, public, rest=-factor)
        yield _case(
            f"small-order R {factor}",
            f"R is {factor} times a point of order eight and hides no secret number: the"
            " signature gives the private key away. libsodium refuses it.",
            public=public,
            message=message,
            signature=finished(point, public, message, r=0, a=SECRET),
        )
    yield _case(
        "zero R under an ordinary key",
        "R is the group's zero and hides no secret number. libsodium refuses it.",
        signature=finished(coded(ZERO), PUBLIC, MESSAGE, r=0, a=SECRET),
    )


def _second_encodings() -> Iterator[Case]:
    point = coded(times(NONCE, B))
    minus_one = (0, P - 1)
    twice = {
        "zero, y plus the prime": coded(ZERO, plus=P),
        "zero, sign of x turned": coded(ZERO, flip=True),
        "zero, both": coded(ZERO, plus=P, flip=True),
        "order two, sign of x turned": coded(minus_one, flip=True),
        "order four, y plus the prime": coded(SMALL[2], plus=P),
        "the other of order four, y plus the prime": coded(SMALL[6], plus=P),
    }
    for name, public in twice.items():
        yield _case(
            f"second encoding of a key: {name}",
            "The key's bytes are not the only ones for their point, so one key would have two"
            " names. With a known private key such bytes exist only for points of small order.",
            public=public,
            message=_message_with(point, public, rest=0),
            signature=point + NONCE.to_bytes(32, "little"),
        )
    for name in ("zero, y plus the prime", "zero, sign of x turned", "zero, both"):
        yield _case(
            f"second encoding of R: {name}",
            "R's bytes are not the only ones for their point, so one signature would have two"
            " texts. The verifier's own R has the first encoding.",
            signature=finished(twice[name], PUBLIC, MESSAGE, r=0, a=SECRET),
        )


def _no_points() -> Iterator[Case]:
    y = next(y for y in range(2, P) if point_at(y, odd=False) is None)
    nowhere = y.to_bytes(32, "little")
    yield _case(
        "key beside the curve",
        f"No point of the curve has y = {y}.",
        public=nowhere,
        signature=PLAIN,
    )
    yield _case(
        "R beside the curve",
        f"No point of the curve has y = {y}.",
        signature=finished(nowhere, PUBLIC, MESSAGE, r=NONCE, a=SECRET),
    )
    y = next(y for y in range(2, 19) if point_at(y, odd=False) is not None)
    yield _case(
        "large-order key with a second encoding",
        f"The bytes say y = the prime + {y}. Nobody knows the private key to that point.",
        public=(P + y).to_bytes(32, "little"),
        signature=PLAIN,
    )
    yield _case(
        "key of ones",
        "y is far above the prime.",
        public=b"\xff" * 32,
        signature=PLAIN,
    )


def _mixed_order() -> Iterator[Case]:
    key = coded(add(times(SECRET, B), EIGHTH))
    point = coded(times(NONCE, B))
    fits = _message_with(point, key, rest=0)
    yield _case(
        "mixed-order key that cancels",
        "The key has a part of order eight, and the hash is a multiple of eight: the equation"
        " holds as it stands. libsodium accepts it, as every other verifier must.",
        accepted=True,
        public=key,
        message=fits,
        signature=finished(point, key, fits, r=NONCE, a=SECRET),
    )
    fails = _message_with(point, key, rest=3)
    yield _case(
        "mixed-order key that does not cancel",
        "The equation holds only after multiplying by eight. libsodium does not multiply.",
        public=key,
        message=fails,
        signature=finished(point, key, fails, r=NONCE, a=SECRET),
    )
    mixed = coded(add(times(NONCE, B), EIGHTH))
    yield _case(
        "mixed-order R under an ordinary key",
        "The equation holds only after multiplying by eight. libsodium does not multiply.",
        signature=finished(mixed, PUBLIC, MESSAGE, r=NONCE, a=SECRET),
    )
    both = _message_with(mixed, key, rest=-1)
    yield _case(
        "mixed-order R and key that cancel",
        "The parts of order eight in R and in h times the key cancel: the equation holds as it"
        " stands, and neither point is of small order. libsodium accepts it.",
        accepted=True,
        public=key,
        message=both,
        signature=finished(mixed, key, both, r=NONCE, a=SECRET),
    )

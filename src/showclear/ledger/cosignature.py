"""What does a witness sign when it says that a log only ever grew, and when did it say so?

* A cosignature is 72 bytes: the time as a big-endian u64, then an Ed25519 signature.
* The signed message is two lines, which name the purpose and the time, and then the whole
  note text of the checkpoint. A log's own signature can therefore never pass as a witness's.
* The time is a POSIX timestamp in seconds, at most 2**63 - 1. Nobody here has a clock:
  whether a time is believable is the caller's to judge.

Source: c2sp.org/tlog-cosignature, "Format" and "Ed25519 signed message".
"""

from __future__ import annotations

from typing import Final

from showclear.ledger import ed25519
from showclear.ledger.encoding import NUMBER_MAX
from showclear.ledger.errors import EvidenceError, MisuseError

COSIGNATURE_BYTES: Final = 8 + ed25519.SIGNATURE_BYTES


def cosigned_message(text: bytes, *, timestamp: int) -> bytes:
    """Return the message that a witness signs for a checkpoint's note text.

    Args:
        text: The note text with its final newline, extension lines included.
        timestamp: POSIX seconds, 0 to 2**63 - 1.

    Source: c2sp.org/tlog-cosignature, "Ed25519 signed message".
    """
    return b"cosignature/v1\ntime %d\n" % timestamp + text


def sign_cosignature(text: bytes, *, key: ed25519.SigningKey, timestamp: int) -> bytes:
    """Return the 72 bytes of a cosignature over a checkpoint's note text.

    Args:
        text: The note text with its final newline.
        key: The witness's key, used for nothing else: the message does not name the witness.
        timestamp: When the witness saw this as the largest consistent tree, POSIX seconds.

    Raises:
        MisuseError: The time is below 0 or above 2**63 - 1.

    Source: c2sp.org/tlog-cosignature, "Format".
    """
    if not 0 <= timestamp <= NUMBER_MAX:
        raise MisuseError(f"a cosignature's time is from 0 to 2**63 - 1, not {timestamp}")
    return timestamp.to_bytes(8, "big") + key.sign(cosigned_message(text, timestamp=timestamp))


def cosigned_at(cosignature: bytes) -> int:
    """Return the time inside a cosignature, POSIX seconds, from 0 to 2**63 - 1.

    The time means nothing before `verify_cosignature` has accepted the same bytes.

    Raises:
        EvidenceError: `bad-cosignature`: not 72 bytes, or a time of 2**63 and more.
    """
    if len(cosignature) != COSIGNATURE_BYTES:
        raise EvidenceError(
            "bad-cosignature",
            f"A cosignature has {COSIGNATURE_BYTES} bytes, not {len(cosignature)}.",
        )
    timestamp = int.from_bytes(cosignature[:8], "big")
    if timestamp > NUMBER_MAX:
        raise EvidenceError("bad-cosignature", "The cosignature's time is 2**63 or more.")
    return timestamp


def verify_cosignature(cosignature: bytes, text: bytes, *, public: bytes) -> bool:
    """Tell whether the witness's key made the cosignature over a checkpoint's note text.

    Args:
        cosignature: 72 bytes; any other length is False.
        text: The note text with its final newline.
        public: The witness's public key, 32 bytes.

    Source: c2sp.org/tlog-cosignature, "Format" and "Ed25519 signed message".
    """
    try:
        timestamp = cosigned_at(cosignature)
    except EvidenceError:
        return False
    message = cosigned_message(text, timestamp=timestamp)
    return ed25519.verify(cosignature[8:], message, public=public)

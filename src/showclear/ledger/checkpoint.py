"""What did a log sign: which history, of which size, with which root?

* A checkpoint's text is at least three lines, none of them empty: the log's origin, the
  tree's size, the base64 of its root hash, and then extension lines that nobody interprets.
* An empty tree has one root, the hash of nothing: any other is refused.
* To open one, the log's own signature must be there, by the key whose name is the origin.
* Witness signatures are verified and reported. How many are enough is for `policy` to say.

Source: c2sp.org/tlog-checkpoint; RFC 6962, section 2.1 (the empty tree).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from showclear.ledger.cosignature import cosigned_at
from showclear.ledger.encoding import NUMBER_MAX, decimal, decode_base64, encode_base64
from showclear.ledger.errors import EvidenceError, MisuseError
from showclear.ledger.merkle import EMPTY_ROOT, HASH_SIZE
from showclear.ledger.note import (
    KeyType,
    NoteCosigner,
    NoteSignature,
    NoteSigner,
    VerifierKey,
    open_note,
    sign_note,
)

_CONTROL: Final = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A log's state in one line each: who, how many entries, which root.

    Attributes:
        origin: The log's identity, not empty.
        size: Number of entries, 0 to 2**63 - 1.
        root: The Merkle tree's root hash at that size, 32 bytes.
        extensions: Further lines, opaque, none of them empty; seldom used.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise `MisuseError` for what could not be written as a checkpoint."""
        if not 0 <= self.size <= NUMBER_MAX:
            raise MisuseError(f"a tree has from 0 to 2**63 - 1 entries, not {self.size}")
        if fault := _fault(self.origin, self.size, root=self.root, extensions=self.extensions):
            raise MisuseError(fault)

    def text(self) -> str:
        """Return the note text, with its final newline.

        Source: c2sp.org/tlog-checkpoint, "Note text".
        """
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """One witness's verified word that a log was consistent.

    Attributes:
        key: The witness's key.
        timestamp: When it said so by its own clock, POSIX seconds.
    """

    key: VerifierKey
    timestamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCheckpoint:
    """A checkpoint that its log has signed.

    Attributes:
        checkpoint: What the log signed.
        log: The log's key that signed it.
        cosigned: What known witnesses said of it, verified, in the note's order.
        unknown: Signatures by keys that nobody here knows: they prove nothing.
    """

    checkpoint: Checkpoint
    log: VerifierKey
    cosigned: tuple[Cosigned, ...]
    unknown: tuple[NoteSignature, ...]


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's note text. It is not to be believed before a signature is verified.

    Raises:
        EvidenceError: `not-a-checkpoint` (fewer than three lines, an empty line, a hash that
            is not 32 bytes, an empty tree with another root), `not-decimal`, `not-base64`.

    Source: c2sp.org/tlog-checkpoint, "Note text".
    """
    if not text.endswith("\n"):
        raise EvidenceError("not-a-checkpoint", "The checkpoint's last line is not ended.")
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise EvidenceError(
            "not-a-checkpoint", "A checkpoint has an origin, a size and a root, each on a line."
        )
    origin, size_text, root_text, *extensions = lines
    size = decimal(size_text, what="The tree size")
    root = decode_base64(root_text, what="The root hash")
    if fault := _fault(origin, size, root=root, extensions=extensions):
        raise EvidenceError("not-a-checkpoint", fault)
    return Checkpoint(origin=origin, size=size, root=root, extensions=tuple(extensions))


def sign_checkpoint(
    checkpoint: Checkpoint, signer: NoteSigner, *, cosigners: Sequence[NoteCosigner] = ()
) -> bytes:
    """Return the checkpoint as a note signed by its log, and by witnesses if there are any.

    Whoever calls this promises that the entries are durable, and that no other root was or
    will be signed for this size: nothing here can know that.

    Args:
        checkpoint: What to sign.
        signer: The log's key; its name is the checkpoint's origin.
        cosigners: Witnesses, in the order in which they stand in the note.

    Raises:
        MisuseError: The key's name is not the origin.

    Source: c2sp.org/tlog-checkpoint, "Signatures".
    """
    if signer.key.name != checkpoint.origin:
        raise MisuseError(f"the key {signer.key.name} cannot sign for {checkpoint.origin}")
    return sign_note(checkpoint.text(), (signer, *cosigners))


def open_checkpoint(
    raw: bytes, key: VerifierKey, *, witnesses: Sequence[VerifierKey] = ()
) -> OpenedCheckpoint:
    """Return a checkpoint that this log signed, with what these witnesses said of it.

    Args:
        raw: The signed note exactly as received.
        key: The log's key, of type 0x01; its name must be the checkpoint's origin.
        witnesses: Known witness keys, of type 0x04; none of them has to have signed.

    Raises:
        EvidenceError: As `open_note` and `parse_checkpoint`; `log-not-signed` when the log's
            own signature is missing; `wrong-origin` when the log signed for another name.
        MisuseError: A key is of the wrong type.
    """
    return open_checkpoint_of_any(raw, logs=(key,), witnesses=witnesses)


def open_checkpoint_of_any(
    raw: bytes, *, logs: Sequence[VerifierKey], witnesses: Sequence[VerifierKey]
) -> OpenedCheckpoint:
    """Return a checkpoint that one of several logs signed; else as `open_checkpoint`."""
    if any(key.key_type is not KeyType.ED25519 for key in logs):
        raise MisuseError("a log's key is of type 0x01")
    if any(key.key_type is not KeyType.COSIGNATURE for key in witnesses):
        raise MisuseError("a witness's key is of type 0x04")
    note = open_note(raw, (*logs, *witnesses))
    signed = [key for key in logs if any(one.is_by(key) for one in note.verified)]
    if not signed:
        raise EvidenceError("log-not-signed", "Witnesses have signed, but not the log itself.")
    checkpoint = parse_checkpoint(note.text)
    # A log may only speak for its own name, also when both names are known here.
    log = next((key for key in signed if key.name == checkpoint.origin), None)
    if log is None:
        raise EvidenceError(
            "wrong-origin", f"The key {signed[0].name} signed a checkpoint of another origin."
        )
    return OpenedCheckpoint(
        checkpoint=checkpoint,
        log=log,
        cosigned=tuple(
            Cosigned(key=key, timestamp=cosigned_at(one.signature))
            for one in note.verified
            for key in witnesses
            if one.is_by(key)
        ),
        unknown=note.unknown,
    )


def size_of(raw: bytes) -> int:
    """Return the tree size that a signed checkpoint claims. Nothing is verified.

    For a checkpoint that this program signed itself and kept where only it writes.

    Raises:
        EvidenceError: As `parse_checkpoint`; `not-a-note`.
    """
    text, divider, _ = raw.rpartition(b"\n\n")
    try:
        return parse_checkpoint((text + divider[:1]).decode()).size
    except UnicodeDecodeError:
        raise EvidenceError("not-a-note", "The note is not UTF-8.") from None


def _fault(origin: str, size: int, *, root: bytes, extensions: Sequence[str]) -> str | None:
    """Return why these cannot be a checkpoint, or None."""
    if not all((origin, *extensions)):
        return "No line of a checkpoint is empty."
    if any(_CONTROL.search(line) for line in (origin, *extensions)):
        return "No line of a checkpoint has a control character."
    if len(root) != HASH_SIZE:
        return f"A root hash has {HASH_SIZE} bytes, not {len(root)}."
    if size == 0 and root != EMPTY_ROOT:
        return "An empty tree has one root hash, and this is another."
    return None

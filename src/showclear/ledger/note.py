"""Which text did these keys sign?

* A note is UTF-8 without control characters but the newline: a text that ends in a newline,
  an empty line, and one line for each signature. The last empty line divides them.
* A key is known by its name and its 4-byte id together. A signature by an unknown key is
  kept and ignored, also when only its name or only its id is known.
* Every signature that names a known key is verified. One that fails refuses the whole note,
  however many others are good: somebody changed something.
* A note on which no known key has signed is refused.
* At most 16 KiB and 100 signatures, so that nobody's time is spent for nothing.

Who may sign what is left to the caller: `checkpoint` and `policy` say it for logs.

Source: c2sp.org/signed-note; c2sp.org/tlog-cosignature for keys of type 0x04.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from showclear.ledger import ed25519
from showclear.ledger.cosignature import sign_cosignature, verify_cosignature
from showclear.ledger.encoding import decode_base64, encode_base64
from showclear.ledger.errors import EvidenceError, MisuseError

NOTE_BYTES_MAX: Final = 16 * 1024
SIGNATURES_MAX: Final = 100
KEY_ID_BYTES: Final = 4

_DASH: Final = "— "
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_CONTROL_BUT_NEWLINE: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class KeyType(enum.IntEnum):
    """What a key signs. The number is stored in every key, so it never changes.

    Source: c2sp.org/signed-note, "Signature types".
    """

    ED25519 = 0x01
    """Signs the note text."""
    COSIGNATURE = 0x04
    """Signs the cosignature message: purpose, time, note text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with the name it signs under.

    Attributes:
        name: Not empty, without spaces (any of Unicode's), plus signs and control characters.
        key_type: What the key signs.
        public: The Ed25519 public key, 32 bytes.
        key_id: The first 4 bytes of the hash over name, type and key: a label, not a proof.
    """

    name: str
    key_type: KeyType = KeyType.ED25519
    public: bytes
    key_id: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raise `MisuseError` for what could not be written as a key."""
        if fault := _name_fault(self.name):
            raise MisuseError(fault)
        if len(self.public) != ed25519.PUBLIC_KEY_BYTES:
            raise MisuseError(f"an Ed25519 public key has 32 bytes, not {len(self.public)}")
        material = bytes([self.key_type]) + self.public
        object.__setattr__(self, "key_id", key_id_of(self.name, material=material))

    def __str__(self) -> str:
        """Write the key as its one line of text: name, id and key with a plus between them."""
        material = bytes([self.key_type]) + self.public
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(material)}"

    def verify(self, signature: bytes, text: bytes) -> bool:
        """Tell whether this key made the signature over a note's text."""
        match self.key_type:
            case KeyType.ED25519:
                return ed25519.verify(signature, text, public=self.public)
            case KeyType.COSIGNATURE:
                return verify_cosignature(signature, text, public=self.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line.

    Attributes:
        name: The name of the key that is said to have signed.
        key_id: Its id, 4 bytes.
        signature: What follows the id, at least 1 byte; its form depends on the key's type.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Write the line, without its newline."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}"

    def is_by(self, key: VerifierKey) -> bool:
        """Tell whether the line names this key. It does not tell that the key signed."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedNote:
    """A note that at least one known key has signed.

    Attributes:
        text: The signed text with its final newline.
        verified: The first signature by each known key that signed, in the note's order.
            Further ones by the same key were verified too.
        unknown: The signatures by keys that nobody here knows: they prove nothing.
    """

    text: str
    verified: tuple[NoteSignature, ...]
    unknown: tuple[NoteSignature, ...]


class Signer(Protocol):
    """Whatever can put its signature under a note: `NoteSigner`, `NoteCosigner`."""

    @property
    def key(self) -> VerifierKey:
        """The public half."""

    def sign(self, text: bytes) -> bytes:
        """Return what stands after the key id in the signature line."""


class NoteSigner:
    """Signs notes with an Ed25519 key of type 0x01.

    Attributes:
        key: The public half, to be given to whoever verifies.
    """

    __slots__ = ("_signing", "key")

    def __init__(self, name: str, seed: bytes) -> None:
        """Derive the key from a name and a seed of 32 bytes, or raise `MisuseError`."""
        self._signing = ed25519.SigningKey(seed)
        self.key = VerifierKey(name=name, public=self._signing.public)

    def __repr__(self) -> str:
        return f"NoteSigner({self.key})"

    @property
    def name(self) -> str:
        """The key's name; for a log, its origin."""
        return self.key.name

    def sign(self, text: bytes) -> bytes:
        """Return the 64 bytes of the signature over a note's text."""
        return self._signing.sign(text)


class NoteCosigner:
    """Signs checkpoints as a witness does, with an Ed25519 key of type 0x04, for one moment.

    Attributes:
        key: The public half, to be given to whoever verifies.
        timestamp: The time that the cosignatures carry, POSIX seconds.
    """

    __slots__ = ("_signing", "key", "timestamp")

    def __init__(self, name: str, seed: bytes, *, timestamp: int) -> None:
        """Derive the key from a name and a seed of 32 bytes, or raise `MisuseError`."""
        self._signing = ed25519.SigningKey(seed)
        self.key = VerifierKey(name=name, key_type=KeyType.COSIGNATURE, public=self._signing.public)
        self.timestamp = timestamp

    def __repr__(self) -> str:
        return f"NoteCosigner({self.key}, timestamp={self.timestamp})"

    @property
    def name(self) -> str:
        """The witness's name."""
        return self.key.name

    def sign(self, text: bytes) -> bytes:
        """Return the 72 bytes of the cosignature over a checkpoint's text."""
        return sign_cosignature(text, key=self._signing, timestamp=self.timestamp)


def key_id_of(name: str, *, material: bytes) -> bytes:
    """Return the 4-byte id of a key.

    Args:
        name: The key's name.
        material: The type byte and the public key, as in the key's text.

    Source: c2sp.org/signed-note, "Signatures" (the recommended id).
    """
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:KEY_ID_BYTES]


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a key's one line of text: name, id in hexadecimal, base64 of type and key.

    Raises:
        EvidenceError: `bad-verifier-key` for a malformed line, a name that no note can
            carry, a type that is not 0x01 or 0x04, a key that is not 32 bytes; `key-id`
            when the id is not that of the key, so that one of them was changed;
            `not-base64`.

    Source: c2sp.org/signed-note, "Verifier keys".
    """
    # The base64 may hold plus signs; the name may not.
    name, first, rest = text.partition("+")
    key_id, second, coded = rest.partition("+")
    if not first or not second or not _KEY_ID.fullmatch(key_id):
        raise EvidenceError(
            "bad-verifier-key", "A verifier key is written name+8 hexadecimal digits+base64."
        )
    if fault := _name_fault(name):
        raise EvidenceError("bad-verifier-key", fault)
    material = decode_base64(coded, what="The key after the second plus")
    if len(material) != 1 + ed25519.PUBLIC_KEY_BYTES or material[0] not in list(KeyType):
        raise EvidenceError(
            "bad-verifier-key", "The key is not Ed25519: type 0x01 or 0x04, then 32 bytes."
        )
    if key_id_of(name, material=material).hex() != key_id:
        raise EvidenceError("key-id", "The key's id is not that of this name and key.")
    return VerifierKey(name=name, key_type=KeyType(material[0]), public=material[1:])


def sign_note(
    text: str, signers: Sequence[Signer], *, existing: Iterable[NoteSignature] = ()
) -> bytes:
    """Return a note: the text, the existing signatures, and then one by each signer.

    An existing signature by a signer's own key is left out: the new one stands for it.

    Args:
        text: Ends in a newline; no control characters beside newlines.
        signers: In the order in which they stand in the note.
        existing: Signatures from a note with the same text, kept as they are.

    Raises:
        MisuseError: What came out would be refused by `open_note`, or nobody signs.

    Source: c2sp.org/signed-note, "Format".
    """
    if not text.endswith("\n") or _CONTROL_BUT_NEWLINE.search(text):
        raise MisuseError("a note's text ends in a newline and has no control characters")
    raw = _utf8(text)
    made = [
        NoteSignature(name=signer.key.name, key_id=signer.key.key_id, signature=signer.sign(raw))
        for signer in signers
    ]
    keys = [signer.key for signer in signers]
    kept = [one for one in existing if not any(one.is_by(key) for key in keys)]
    lines = [*kept, *made]
    if not 1 <= len(lines) <= SIGNATURES_MAX or any(_name_fault(one.name) for one in lines):
        raise MisuseError(f"a note has 1 to {SIGNATURES_MAX} signatures by keys with names")
    note = raw + b"\n" + "".join(f"{one}\n" for one in lines).encode()
    if len(note) > NOTE_BYTES_MAX:
        raise MisuseError(f"a note has at most {NOTE_BYTES_MAX} bytes, not {len(note)}")
    return note


def open_note(raw: bytes, known: Sequence[VerifierKey]) -> OpenedNote:
    """Return the text of a note and who signed it, once every known signature is verified.

    Args:
        raw: The note exactly as received.
        known: The keys to believe.

    Raises:
        EvidenceError: `note-too-large`, `not-a-note` (not UTF-8, a control character, no
            empty line, no signature), `bad-signature-line`, `too-many-signatures`,
            `not-base64`, `bad-signature` (a known key's signature does not fit),
            `no-known-signature`.
        MisuseError: Two of the known keys have one name and one id.

    Source: c2sp.org/signed-note, "Format" and "Signatures".
    """
    keys = _by_label(known)
    text, lines = _split(raw)
    signed = text.encode()
    verified: list[NoteSignature] = []
    unknown: list[NoteSignature] = []
    for one in lines:
        key = keys.get((one.name, one.key_id))
        if key is None:
            unknown.append(one)
        elif not key.verify(one.signature, signed):
            raise EvidenceError(
                "bad-signature",
                f"The signature by {one.name} does not fit: the text or the line was changed.",
            )
        elif not any(earlier.is_by(key) for earlier in verified):
            verified.append(one)
    if not verified:
        raise EvidenceError("no-known-signature", "No key that is known here has signed.")
    return OpenedNote(text=text, verified=tuple(verified), unknown=tuple(unknown))


def _split(raw: bytes) -> tuple[str, list[NoteSignature]]:
    """Return a note's text and its signatures, repeated lines left out; nothing is verified."""
    if len(raw) > NOTE_BYTES_MAX:
        raise EvidenceError("note-too-large", f"A note has at most {NOTE_BYTES_MAX} bytes.")
    try:
        note = raw.decode()
    except UnicodeDecodeError:
        raise EvidenceError("not-a-note", "The note is not UTF-8.") from None
    if _CONTROL_BUT_NEWLINE.search(note):
        raise EvidenceError("not-a-note", "The note has a control character.")
    before, divider, after = note.rpartition("\n\n")
    if not divider:
        raise EvidenceError("not-a-note", "No empty line divides the text from its signatures.")
    if not after.endswith("\n"):
        raise EvidenceError("not-a-note", "The note does not end with a whole signature line.")
    lines = after[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise EvidenceError(
            "too-many-signatures", f"A note has at most {SIGNATURES_MAX} signatures."
        )
    parsed = (
        _parse_signature(line, where=f"signature line {number}")
        for number, line in enumerate(lines, start=1)
    )
    return before + "\n", list(dict.fromkeys(parsed))


def _parse_signature(line: str, *, where: str) -> NoteSignature:
    """Return one signature line as its parts."""
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or _name_fault(name):
        raise EvidenceError(
            "bad-signature-line",
            "A signature line is a dash, a key name without spaces or plus, and base64.",
            where=where,
        )
    try:
        signature = decode_base64(coded, what="The signature")
    except EvidenceError as fault:
        raise fault.at(where) from None
    if len(signature) <= KEY_ID_BYTES:
        raise EvidenceError(
            "bad-signature-line", "The signature has nothing after the key's id.", where=where
        )
    return NoteSignature(
        name=name, key_id=signature[:KEY_ID_BYTES], signature=signature[KEY_ID_BYTES:]
    )


def _by_label(known: Sequence[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    """Return the keys by name and id; two keys under one label are our caller's mistake."""
    keys: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise MisuseError(f"two different keys are called {key.name} with one id")
    return keys


def _name_fault(name: str) -> str | None:
    """Return why a key cannot have this name, or None.

    Source: c2sp.org/signed-note, "Format".
    """
    if not name:
        return "A key's name is not empty."
    if "+" in name or _CONTROL.search(name) or any(character.isspace() for character in name):
        return "A key's name has no spaces, no plus sign and no control character."
    if not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name):
        return "A key's name is text that UTF-8 can write."
    return None


def _utf8(text: str) -> bytes:
    """Return the text as UTF-8, or raise `MisuseError` for half a character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise MisuseError("a note's text is text that UTF-8 can write") from None

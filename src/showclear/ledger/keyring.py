"""Whose signature counts at which entry of a log?

1. The first entry is a `device.enrolled` of kind `server`, signed by the very key that it
   carries. That is the server's key: nothing outside the log vouches for it but the log's
   own checkpoint key, which a policy names.
2. Further keys are enrolled by statements that the server's key signed, and no others: a
   device that was stolen enrols no second one.
3. Any key that stands may revoke any but the server's: to end is easier than to begin.
   A statement signed later by that key does not count as signed.
4. A new enrolment of a device ends the key that it had before. A key is enrolled once:
   the same key again, under this name or another, enrols nothing.

It reads four members of a payload (`what`, `device`, `key`, `kind`) and knows no weapon.

Source: docs/formats/ledger.md, "Keys".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.ledger.encoding import decode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import thumbprint

SERVER: Final = "server"
"""The `kind` of the first device."""

VOUCHING: Final = ("server", "badge", "own-device")
"""How an enrolment has to be attested for its device to vouch for anybody."""

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """One key and when it stood.

    Attributes:
        device: The name under which it was enrolled.
        kind: What it was said to be: `server`, `tablet`, `phone`, ...; empty if not said.
        person: Whose own it was said to be; empty for a shared one.
        vouched: Whether somebody showed who they were when it was enrolled, or the server
            did it itself. What was enrolled from a file vouches for nobody.
        public: 32 bytes.
        since: Index of the entry that enrolled it.
        until: Index of the entry that ended it; None while it stands.
    """

    device: str
    kind: str
    person: str
    public: bytes
    vouched: bool
    since: int
    until: int | None = None


class Keyring:
    """The keys of a log, learnt from its entries in their order."""

    def __init__(self) -> None:
        self._by_kid: dict[str, Enrolled] = {}
        self._kid_of: dict[str, str] = {}
        self.server: str = ""

    def copy(self) -> Keyring:
        """A keyring that can go on by itself."""
        other = Keyring()
        other._by_kid = dict(self._by_kid)
        other._kid_of = dict(self._kid_of)
        other.server = self.server
        return other

    @property
    def keys(self) -> Mapping[str, Enrolled]:
        """Every key that was ever enrolled, by its thumbprint."""
        return self._by_kid

    def key_for(self, kid: str, *, index: int) -> Enrolled:
        """Return the key that may have signed the entry of this index.

        Raises:
            EvidenceError: `unknown-key` or `revoked-key`.
        """
        found = self._by_kid.get(kid)
        if found is None or index < found.since:
            raise EvidenceError(
                "unknown-key",
                f"signed by a key that nobody had enrolled then ({kid}). Enrol the device with "
                "device.enrolled, then let it say this again.",
            )
        if found.until is not None and index > found.until:
            raise EvidenceError(
                "revoked-key",
                f"signed by the key of {found.device}, which entry {found.until} revoked. Say it "
                "again from a device that stands.",
            )
        return found

    def first(self, payload: Mapping[str, Any], *, kid: str) -> Enrolled:
        """Read the first entry: the server's own enrolment.

        Raises:
            EvidenceError: `no-server-key`: it is something else.
        """
        named = payload.get("what") == "device.enrolled" and payload.get("kind") == SERVER
        public = _public(payload.get("key")) if named else None
        if public is None or thumbprint(public) != kid:
            raise EvidenceError(
                "no-server-key",
                "the first entry does not enrol the server's key, signed by that key: nobody can "
                "tell whose statements these are",
            )
        device = _word(payload, "device") or SERVER
        one = Enrolled(device=device, kind=SERVER, person="", public=public, vouched=True, since=0)
        self._by_kid[kid] = one
        self._kid_of[device] = kid
        self.server = kid
        return one

    def see(self, payload: Mapping[str, Any], *, kid: str, index: int) -> None:
        """Take in an entry whose signature counted: it may enrol or revoke a device."""
        match payload.get("what"):
            case "device.enrolled":
                self._enrol(payload, kid, index)
            case "device.revoked":
                self._revoke(_word(payload, "device"), index)
            case _:
                pass

    def _enrol(self, payload: Mapping[str, Any], kid: str, index: int) -> None:
        public, device = _public(payload.get("key")), _word(payload, "device")
        kind = payload.get("kind")
        if kid != self.server or public is None or not device or kind == SERVER:
            return
        own = thumbprint(public)
        if self._kid_of.get(device) == self.server:
            # One name for two keys that stand would say of the server what a tablet said.
            return
        if own in self._by_kid:
            # One key under two names would say twice who somebody is; and an ended key
            # stays ended, so that when it stood can be read off one entry.
            return
        self._revoke(device, index)
        self._by_kid[own] = Enrolled(
            device=device,
            kind=_word(payload, "kind"),
            person=_word(payload, "person"),
            public=public,
            vouched=payload.get("attested") in VOUCHING,
            since=index,
        )
        self._kid_of[device] = own

    def _revoke(self, device: str, index: int) -> None:
        kid = self._kid_of.get(device)
        found = self._by_kid.get(kid or "")
        if kid is None or found is None or found.kind == SERVER or found.until is not None:
            return
        self._by_kid[kid] = Enrolled(
            device=found.device,
            kind=found.kind,
            person=found.person,
            public=found.public,
            vouched=found.vouched,
            since=found.since,
            until=index,
        )


def _word(payload: Mapping[str, Any], name: str) -> str:
    """A member that is a word; empty for anything else, which then names nobody."""
    found = payload.get(name)
    return found if isinstance(found, str) else ""


def _public(text: object) -> bytes | None:
    """A public key as base64url; None for anything else, which then enrols nothing."""
    if not isinstance(text, str):
        return None
    try:
        raw = decode_base64url(text, what="The key")
    except EvidenceError:
        return None
    return raw if len(raw) == KEY_BYTES else None

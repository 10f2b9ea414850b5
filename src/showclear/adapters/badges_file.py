"""Badges and PINs in a file of the production's private folder.

* One JSON file, mode 0600, written whole and durably in place of the one before.
* A file that is there and cannot be read is never taken for none: whoever had a badge would
  silently have none, and tries would begin anew.

Source: docs/formats/badges.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from showclear.adapters.disk_files import put_durably, storage_error
from showclear.app.badges import (
    DIGEST_BYTES,
    SALT_BYTES,
    SCRYPT_N,
    SCRYPT_P,
    SCRYPT_R,
    Held,
    KeptBadges,
    PinDigest,
)
from showclear.ledger.encoding import decode_base64url, encode_base64url
from showclear.ledger.errors import EvidenceError

FORMAT: Final = "showclear-badges/0"
FILE_NAME: Final = "badges.json"
"""In the production's `private` folder."""

_COSTS: Final = {"n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P}


class FileBadges:
    """Badges in a file."""

    def __init__(self, path: Path) -> None:
        """Keep them in this file; its folder has to be there."""
        self._path = path

    def read(self) -> KeptBadges | None:
        """Return what was written last. See `BadgeStore`."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error(error, self._path) from error
        try:
            return _kept(json.loads(raw))
        except (EvidenceError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise EvidenceError(
                "bad-badges",
                "the file of badges and PINs is not as it was written. Put it back from a copy, or "
                "move it away: every badge and PIN is then given anew. The record needs neither.",
                where=str(self._path),
            ) from error

    def write(self, kept: KeptBadges) -> None:
        """Keep this in place of what was there. See `BadgeStore`."""
        raw = json.dumps(_written(kept), indent=1).encode() + b"\n"
        try:
            put_durably(self._path, raw, mode=0o600)
        except OSError as error:
            raise storage_error(error, self._path) from error


def _written(kept: KeptBadges) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "scrypt": _COSTS,
        "salt": _text(kept.salt),
        "people": {name: _person(held) for name, held in sorted(kept.people.items())},
    }


def _person(held: Held) -> dict[str, Any]:
    said: dict[str, Any] = {"tries": held.tries}
    if held.badge is not None:
        said["badge"] = _text(held.badge)
    if held.pin is not None:
        said["pin"] = {"salt": _text(held.pin.salt), "digest": _text(held.pin.digest)}
    return said


def _kept(said: Any) -> KeptBadges:
    if said["format"] != FORMAT or said["scrypt"] != _COSTS:
        raise ValueError
    people = {name: _held(name, one) for name, one in said["people"].items()}
    return KeptBadges(salt=_bytes(said["salt"], SALT_BYTES), people=people)


def _held(name: str, said: Any) -> Held:
    tries, pin = said["tries"], said.get("pin")
    if type(tries) is not int or tries < 0:
        raise ValueError
    return Held(
        person=name,
        badge=_bytes(said["badge"], DIGEST_BYTES) if "badge" in said else None,
        pin=None if pin is None else _pin(pin),
        tries=tries,
    )


def _pin(said: Any) -> PinDigest:
    return PinDigest(
        salt=_bytes(said["salt"], SALT_BYTES), digest=_bytes(said["digest"], DIGEST_BYTES)
    )


def _text(raw: bytes) -> str:
    return encode_base64url(raw).decode()


def _bytes(text: str, length: int) -> bytes:
    raw = decode_base64url(text, what="A digest")
    if len(raw) != length:
        raise ValueError
    return raw

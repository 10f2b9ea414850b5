"""What comes to the record, before it is in: signed by a device, or taken by this server.

* `Signed`: a JWS as a device made it. Its bytes become the entry, whatever they say.
* `Taken`: plain fields that this server signs, and says how it knew who said them.
* What cannot become an entry is kept aside with its reason, and shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from showclear.ledger.journal import ENTRY_BYTES_MAX, Aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A statement signed by a device.

    Attributes:
        jws: The compact JWS.
        texts: By path, salt and text of what the payload has sealed.
    """

    jws: bytes
    texts: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A statement that this server took and signs.

    Attributes:
        fields: The statement, `attested` weighed already.
        own: Whether the server says it for itself; nobody else may say what only it says.
    """

    fields: Mapping[str, Any]
    own: bool = False


Incoming = Signed | Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one incoming statement.

    Attributes:
        id: Its id; empty if it had none that could be read.
        index: Its entry; None if it was kept aside.
        verdict: The own fields of the `verdict.given` beside it; None where no gate was asked.
        receipt: The tlog-proof of its entry under the checkpoint that made it durable.
        repeat: Whether it was in the log already: this is its first answer again.
        aside: What it was kept aside for, if it was.
        says: The reasons of a hold with their next steps, or what could not be read, in
            sentences; made when it came, not stored, so empty for a repeat.
    """

    id: str
    index: int | None = None
    verdict: Mapping[str, Any] | None = None
    receipt: bytes | None = None
    repeat: bool = False
    aside: Aside | None = None
    says: tuple[str, ...] = ()


def aside_of(raw: bytes, *, reason: str, sentence: str, clock: str, id_: str = "") -> Aside:
    """Keep bytes aside; whole up to the limit of an entry."""
    return Aside(
        reason=reason,
        sentence=sentence,
        clock=clock,
        id=id_,
        raw=raw[:ENTRY_BYTES_MAX],
        length=len(raw),
        sha256=hashlib.sha256(raw).digest(),
    )

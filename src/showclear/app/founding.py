"""What a new production says of itself before anybody else says anything.

The server enrols its own key, opens the production and adopts its packs: untimed, since
none of it happened on a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.app.incoming import Taken
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.keyring import SERVER
from showclear.rules.grammar import Pack

DEVICE: Final = "set-server"
_UNTIMED: Final = {"at_is": "order-only", "by": "server", "attested": "server"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The log that a new one goes on from.

    Attributes:
        origin, size, root: Its last checkpoint, the root as 64 hexadecimal digits.
    """

    origin: str
    size: int
    root: str


def founding(
    *,
    server: bytes,
    title: str,
    where: str,
    sample: bool,
    packs: Iterable[Pack],
    before: Before | None = None,
) -> list[Taken]:
    """Return the first statements of a log, in order.

    Args:
        server: The public key of the server's own statements.
        where: ISO 3166, or empty where nobody said.
        sample: For ever: nothing in it was recorded on a set.
    """
    key = encode_base64url(server).decode()
    enrolled = {"device": DEVICE, "kind": SERVER, "key": key}
    opened: dict[str, Any] = {"title": title, "jurisdiction": where or "unknown"}
    if sample:
        opened["sample"] = True
    said = [
        _own("founding/server", "device.enrolled", enrolled),
        _own("founding/production", "production.opened", opened),
    ]
    for pack in packs:
        adopted = {"pack": pack.id, "version": pack.version, "sha256": pack.sha256}
        said.append(_own(f"founding/packs/{pack.id}", "pack.adopted", adopted))
    if before is not None:
        goes_on = {"origin": before.origin, "size": before.size, "root": before.root}
        said.append(_own("founding/continued", "log.continued", goes_on))
    return said


def _own(name: str, what: str, fields: Mapping[str, Any]) -> Taken:
    return Taken(fields={"id": name, "what": what, **_UNTIMED, **fields}, own=True)

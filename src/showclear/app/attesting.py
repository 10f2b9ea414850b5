"""How surely is it known who said a statement? By the key that signed it, never by its word.

* The server's key signs what the server took itself, and the server wrote down how it
  knew: that stands.
* A shared device shows that somebody had it in their hands. A badge or PIN asked on it
  counts as that; nobody's own device it is not.
* A person's own device shows that person. For anybody else it names, it is a proxy.
* A device that was itself enrolled on paper vouches for nobody: otherwise an editor and two
  keys would make independent eyes.
* Nothing here raises a claim: what a statement itself says of less, stays less.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from showclear.core import vocabulary
from showclear.core.statement import TAGS
from showclear.ledger.keyring import SERVER, Enrolled

Plain = dict[str, Any]

_SHARED: Final[Mapping[str, str]] = {"own-device": "shared-tablet", "server": "shared-tablet"}
"""What a claim is worth that a shared device signed, where it claims too much."""

_STRONG: Final = frozenset({"own-device", "badge", "shared-tablet", "server"})
"""Claims that an own device cannot make for anybody but its owner."""


def as_attested(said: Mapping[str, Any], key: Enrolled) -> Plain:
    """Return a statement with what its claims of identity are worth under this key."""
    taken = dict(said)
    if key.kind == SERVER:
        return taken
    who = taken.get("said_by") or taken.get("by")
    taken["attested"] = _worth(taken.get("attested"), who, key)
    seen = None if says_with_itself(said) else taken.pop("with", None)
    if seen is not None:
        named = seen if isinstance(seen, list) else [seen]
        badges = [{"person": name, "how": "badge"} for name in named]
        taken["witnesses"] = [*_listed(taken.get("witnesses", [])), *badges]
    if "witnesses" in taken:
        taken["witnesses"] = [_witness(one, key) for one in _listed(taken["witnesses"])]
    return taken


def says_with_itself(said: Mapping[str, Any]) -> bool:
    """Whether `with` is this tag's own field (whom a weapon was seen with), and no witness."""
    tag = said.get("what")
    return isinstance(tag, str) and tag in TAGS and "with" in vocabulary.fields_of(tag)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _witness(given: Any, key: Enrolled) -> Any:
    if not isinstance(given, Mapping):
        return given
    return {**given, "how": _worth(given.get("how", "badge"), given.get("person"), key)}


def _worth(claimed: object, who: object, key: Enrolled) -> str:
    told = claimed if isinstance(claimed, str) else "unsigned"
    if not key.vouched:
        return "proxy" if told in _STRONG else told
    if not key.person:
        return _SHARED.get(told, told)
    if who == key.person:
        return "own-device" if told in _STRONG else told
    return "proxy" if told in _STRONG else told
